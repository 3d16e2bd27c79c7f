"""The ASGI application: its routes, and what carries a request to one of them and back."""

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from attrs import frozen
from litestar import Litestar, Request, Response
from litestar.concurrency import sync_to_thread
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import Method

from lif_adapters.http import decisions, history, rules, tables
from lif_adapters.http.exchange import HttpAnswer, HttpCall, Query, json_answer
from lif_adapters.http.host import (
    AbsentError,
    Host,
    NotPermittedError,
    Scope,
    UnacceptableError,
    UnknownUserError,
)
from lif_adapters.http.openapi import Contract
from lif_adapters.problems import MEDIA_TYPE, TYPES, problem
from lif_core.commands.application import Application
from lif_core.errors import LifError
from lif_core.values.text import visible

AnyRequest: TypeAlias = Request[Any, Any, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Act: TypeAlias = Callable[[HttpCall], HttpAnswer]
BODY_BYTES = 1_000_000
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""With every answer: it may be about people, and is to be kept nowhere on the way."""
READ: Sequence[Method] = ("GET", "HEAD")
KINDS: Mapping[type[LifError], tuple[str, HTTPStatus]] = {
    UnknownUserError: ("unknown-user", HTTPStatus.UNAUTHORIZED),
    NotPermittedError: ("not-permitted", HTTPStatus.FORBIDDEN),
    AbsentError: ("absent", HTTPStatus.NOT_FOUND),
    UnacceptableError: ("unacceptable", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
}
"""For each error of hosts and of addresses, the end of its type, and its status."""

logger = logging.getLogger("lif.http")


def http_app(
    application: Application,
    host: Host,
    *,
    body_bytes: int = BODY_BYTES,
    challenge: str = "Bearer",
    types: str = TYPES,
) -> ASGIApp:
    """Return an ASGI application over *application*, to be mounted under any other.

    Nobody is answered whom the *host* does not know, and nobody does what it does not permit. The
    application stays the host's to close.

    Args:
        application: shared by all requests; its own readership counts for none of them.
        host: says who asks; see `Host`.
        body_bytes: the longest body that is read; by default a million.
        challenge: how to sign in, for the header `WWW-Authenticate` of a 401.
        types: the beginning of the `type` of each problem document.
    """
    carrier = Carrier(application, host, challenge, types)
    contract = Contract(application)
    app: Any = Litestar(
        [
            carrier.route("/commands/{name:str}", ("POST",), decisions.record),
            carrier.route("/history", READ, history.history),
            carrier.route("/why", READ, history.why),
            carrier.route("/views", READ, tables.views),
            carrier.route("/views/{name:str}", READ, tables.view),
            carrier.route("/views/{name:str}/{table:str}", READ, tables.table),
            carrier.route("/rules", READ, rules.rules),
            carrier.route("/openapi.json", READ, contract.document),
        ],
        request_max_body_size=body_bytes,
        exception_handlers={Exception: carrier.answer_error},
        openapi_config=None,
        logging_config=None,
    )

    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = unmounted(scope)
            send = without_body(send) if scope["method"] == "HEAD" else send
        await app(scope, receive, send)

    return mounted


def unmounted(scope: Scope) -> Scope:
    """Return *scope* as of an application that is not mounted: its path without the root path.

    Servers and frameworks do not agree on whether the path begins with the root path.
    """
    root, path = scope.get("root_path", "").rstrip("/"), scope["path"]
    if root and (path == root or path.startswith(f"{root}/")):
        path = path[len(root) :] or "/"
    return {**scope, "path": path, "root_path": "", "lif_root": root}


def without_body(send: Send) -> Send:
    """Return a *send* that leaves out bodies, as of an answer to HEAD."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


@frozen
class Carrier:
    """The carrier of requests to an *application* and of answers back, and errors among them."""

    application: Application
    host: Host
    challenge: str
    types: str

    def route(self, path: str, methods: Sequence[Method], act: Act) -> HTTPRouteHandler:
        """Return the route at *path*, on which *act* answers in a thread."""

        async def handler(request: AnyRequest) -> Response[bytes]:
            body = await request.body() if "POST" in methods else b""
            return carried(await sync_to_thread(self._answer, act, request, body))

        return HTTPRouteHandler(path, http_method=methods)(handler)

    def _answer(self, act: Act, request: AnyRequest, body: bytes) -> HttpAnswer:
        scope: Any = request.scope
        user = self.host(scope)
        if user is None:
            raise UnknownUserError
        call = HttpCall(
            application=self.application.for_reader(user.readership),
            user=user,
            path=scope["path_params"],
            query=Query(
                parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            ),
            headers={
                key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
            },
            root=scope["lif_root"],
            body=body,
        )
        return act(call)

    def answer_error(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        """Return the problem document of any *error*; one that nobody foresaw is logged."""
        headers: dict[str, str] = {}
        if isinstance(error, LifError):
            body = problem(error, types=self.types, catalogue=self.application.catalogue)
            if (kind := KINDS.get(type(error))) is not None:
                end, status = kind
                body |= {"type": self.types + end, "title": status.phrase, "status": status}
            if isinstance(error, UnknownUserError):
                headers["WWW-Authenticate"] = self.challenge
        elif isinstance(error, HTTPException):
            body = of_status(error.status_code)
            headers |= error.headers or {}
        else:
            path = visible(request.url.path)  # it may have lines that whoever asked made up
            logger.error("%s %s failed", request.method, path, exc_info=error)
            body = of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
        answer = json_answer(body, status=body["status"], headers=headers)
        return carried(answer, media_type=MEDIA_TYPE)


def of_status(status: int) -> dict[str, Any]:
    """Return the problem document of which a *status* says all there is to say."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status)}


def carried(answer: HttpAnswer, media_type: str | None = None) -> Response[bytes]:
    """Return an *answer* as the response that it is."""
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=media_type or answer.media_type,
        headers={**HEADERS, **answer.headers},
    )
