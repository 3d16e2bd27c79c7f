"""The example systems that embed `lif`, as their users meet them."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web import REVIEW, STREAM, client

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
TOKEN = "a token of the clerk's"


@pytest.fixture(params=["fastapi_board", "litestar_board"])
def board(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The module of an example, with a store of its own."""
    monkeypatch.setenv("LIF_DB", f"sqlite:{tmp_path / 'board.db'}")
    monkeypatch.syspath_prepend(EXAMPLES)
    name = f"{request.param}.app"
    module = importlib.import_module(name)
    yield module
    module.board.close()
    del sys.modules[name]


def test_it_records_and_reads_for_whoever_has_signed_in(board: Any) -> None:
    http = client(board.app, TOKEN)

    assert 201 == http.post("/lif/commands/OpenReview", json=REVIEW).status_code
    (entry,) = http.get("/lif/history", params={"stream": STREAM}).json()["entries"]
    assert "C. Clerk" == entry["entered_by"]
    assert 200 == http.get("/lif/views/accountability").status_code


def test_it_answers_nobody_else(board: Any) -> None:
    for token in ("", "another"):
        http = client(board.app, token)
        assert 401 == http.get("/lif/views").status_code
        assert 401 == http.post("/lif/commands/OpenReview", json=REVIEW).status_code


@pytest.mark.parametrize("board", ["fastapi_board"], indirect=True)
def test_an_address_of_its_own_knows_the_same_users_and_errors(board: Any) -> None:
    query = {"body": "wsb/lpp", "on": "2018-06-01"}
    clerk: TestClient = client(board.app, TOKEN)

    assert 401 == client(board.app, "").get("/overdue", params=query).status_code
    assert "0" == clerk.get("/overdue", params=query).text

    board.app.add_api_route("/refused", lambda: board.board.why("review-wscb/none"))
    answer = clerk.get("/refused")
    assert (409, "stream.unknown") == (answer.status_code, answer.json()["rule"])


def test_the_how_to_shows_the_example() -> None:
    """Word by word."""
    page = (ROOT / "docs" / "how-to" / "embed-in-fastapi.md").read_text("utf-8")

    assert (EXAMPLES / "fastapi_board" / "app.py").read_text("utf-8") in page
