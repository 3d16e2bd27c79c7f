"""A board's own system in FastAPI: the log over HTTP under `/lif`, and an address of its own."""

import os
from datetime import date
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from lif_adapters import connect
from lif_adapters.http import User, http_app
from lif_adapters.http.host import Scope
from lif_adapters.problems import MEDIA_TYPE, problem
from lif_core import Authority, LifError, Roles
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability

board = connect(os.environ.get("LIF_DB", "sqlite:board.db"))
chair = Authority(person="A. Chair", role="independent chair", body="wscb")
reads = Roles(("wscb", "personal texts"))
clerk = User(name="C. Clerk", authorities=(chair,), views=PROJECTIONS, readership=reads)
TOKENS = {"a token of the clerk's": clerk}


def host(scope: Scope) -> User | None:
    """Say who sends this: by a token here, by your own sign-in in your system."""
    token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return TOKENS.get(token.removeprefix("Bearer "))


app = FastAPI(title="Board")
app.mount("/lif", http_app(board, host))


@app.exception_handler(LifError)
def tell(request: Request, error: LifError) -> JSONResponse:
    """Answer as `/lif` does where an address of our own raises an error of `lif`."""
    document = problem(error)
    return JSONResponse(document, document["status"], media_type=MEDIA_TYPE)


def signed_in(request: Request) -> User:
    """Return who asks an address of our own, or refuse them."""
    if (user := host(request.scope)) is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return user


@app.get("/overdue")
def overdue(body: str, on: date, user: Annotated[User, Depends(signed_in)]) -> int:
    """Return how many days a body's duties are overdue. FastAPI runs a `def` in a thread."""
    reader = board.for_reader(user.readership)
    return reader.view(accountability, valid=on).overdue_days(body)
