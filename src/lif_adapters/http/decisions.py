"""Commands over HTTP: a decision in, the entries that record it out."""

from urllib.parse import quote

from lif_adapters.http.entries import etag, expected_position, json_entries
from lif_adapters.http.exchange import JSON_TYPE, HttpAnswer, HttpCall, json_answer
from lif_adapters.http.host import AbsentError, NotPermittedError, UnacceptableError
from lif_core.commands.application import Application
from lif_core.errors import MalformedError
from lif_core.log.requests import Request, from_json, parse

IN_HEADERS = {
    "command": "the address names it",
    "command_id": "give it in the header Idempotency-Key",
    "recorded_at": "only a migration says when something was recorded; it has no address",
}
"""The members of a line of a file of commands that are none of a body, and why."""


def record(call: HttpCall) -> HttpAnswer:
    """Decide the command in the body, and record it as entered by the user.

    201 with the entries where it is recorded now, or was under the same `Idempotency-Key`; 200
    with none where it was fulfilled already.
    """
    call.query.refuse_others(())
    request = read_request(call)
    application, user, command = call.application, call.user, request.command
    if not user.may_decide_by(command.by):
        by = command.by
        raise NotPermittedError(f"to record decisions of {by.person}, {by.role}, {by.body}")
    stream = application.mapper.registry.stream(command)
    expected = dict(request.expected or {})
    if (position := expected_position(call.headers)) is not None:
        expected[stream] = position
    records = application.handle(
        command,
        entered_by=user.name,
        command_id=request.command_id,
        correlation=request.correlation,
        causation=request.causation,
        expected=expected,
        about=request.about,
    )
    position = records[-1].stream_position if records else last_position(application, stream)
    headers = {"ETag": etag(position), "Location": f"../history?stream={quote(stream, safe='/')}"}
    entries = json_entries(application, records)
    return json_answer(
        {"stream": stream, "entries": entries}, status=201 if records else 200, headers=headers
    )


def read_request(call: HttpCall) -> Request:
    """Return the request that stands in the body and the headers.

    Raises:
        AbsentError: there is no such command.
        UnacceptableError: the body is not JSON, by its type: a form of another site may send any
            other without asking.
        MalformedError: a member is not what its field holds, or has no place in a body.
    """
    name, mapper = call.path["name"], call.application.mapper
    if name not in mapper.registry.commands:
        raise AbsentError(f"command {name}")
    media_type = call.headers.get("content-type", "")
    if media_type.partition(";")[0].strip().lower() != JSON_TYPE:
        raise UnacceptableError(media_type)
    value = parse(call.body)
    if not isinstance(value, dict):
        raise MalformedError("", "expected one JSON object")
    for member, reason in IN_HEADERS.items():
        if member in value:
            raise MalformedError(member, reason)
    key = call.headers.get("idempotency-key")
    envelope = {"command": name} if key is None else {"command": name, "command_id": unquoted(key)}
    return from_json({**value, **envelope}, mapper)


def unquoted(key: str) -> str:
    """Return an `Idempotency-Key` without the quotes that a structured field has."""
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


def last_position(application: Application, stream: str) -> int:
    """Return the stream position of the last entry of *stream*, 0 where it has none."""
    rows = application.recorder.stream_rows(stream)
    return rows[-1][2] if rows else 0
