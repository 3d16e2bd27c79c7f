"""A board's own system in Litestar: its sign-in says who asks, and `/lif` answers them."""

import os
from typing import Any

from litestar import Litestar, asgi
from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from lif_adapters import connect
from lif_adapters.http import User, http_app
from lif_adapters.http.host import Scope
from lif_core import Authority, Roles
from lif_core.views import PROJECTIONS

board = connect(os.environ.get("LIF_DB", "sqlite:board.db"))
chair = Authority(person="A. Chair", role="independent chair", body="wscb")
reads = Roles(("wscb", "personal texts"))
clerk = User(name="C. Clerk", authorities=(chair,), views=PROJECTIONS, readership=reads)
TOKENS = {"a token of the clerk's": clerk}


class Tokens(AbstractAuthenticationMiddleware):
    """A sign-in by token, as your system has its own."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Return the user whose token is sent; nobody where it is no token of ours."""
        token = connection.headers.get("authorization", "").removeprefix("Bearer ")
        return AuthenticationResult(user=TOKENS.get(token), auth=token)


def host(scope: Scope) -> User | None:
    """Say who sends this: whom the sign-in has put into the scope."""
    user = scope["user"]
    return user if isinstance(user, User) else None


lif = asgi("/lif", is_mount=True, copy_scope=True)(http_app(board, host))
app = Litestar([lif], middleware=[Tokens], on_shutdown=[board.close])
