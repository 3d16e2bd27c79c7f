"""A host of the adapter for HTTP, for tests: three users, by the token that each sends."""

from datetime import UTC, datetime
from typing import Any

from starlette.testclient import TestClient

from lif_adapters.cli.demo import record_demo
from lif_adapters.http import User
from lif_adapters.http.host import Scope
from lif_core.commands.application import Application
from lif_core.log.memory import MemoryRecorder
from lif_core.queries.readership import Roles
from lif_core.views import PROJECTIONS
from tests.people import CHAIR, EVERYTHING, POLICY, TEXTS

NOW = datetime(2021, 1, 1, tzinfo=UTC)
USERS = {
    "all": User(
        name="B. Manager", authorities=(CHAIR, POLICY), views=PROJECTIONS, readership=EVERYTHING
    ),
    "board": User(
        name="C. Clerk",
        authorities=(CHAIR,),
        views=("accountability", "child-death-panel"),
        readership=Roles(("wscb",)),
    ),
    "nothing": User(name="V. Isitor"),
}
REVIEW: dict[str, Any] = {
    "by": {"person": "A. Chair", "role": "independent chair", "body": "wscb"},
    "on": "2018-01-25",
    "review": "wscb/peer-2018",
    "kind": "lga-peer",
    "title": "Peer review",
}
STREAM = "review-wscb/peer-2018"


def host(scope: Scope) -> User | None:
    """Return the user whose token the request bears."""
    token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    return USERS.get(token.removeprefix("Bearer "))


def application() -> Application:
    return Application(MemoryRecorder(), clock=lambda: NOW, readership=TEXTS)


def worked() -> Application:
    """Return an application over the worked history."""
    app = application()
    record_demo(app)
    return app


def client(app: Any, token: str = "all", **options: Any) -> TestClient:
    """Return a client that sends *token*; none where it is empty."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return TestClient(app, headers=headers, raise_server_exceptions=False, **options)
