"""The example systems that embed `lif`, as their users meet them."""

import importlib
import os
import re
import shutil
import subprocess
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
    assert (EXAMPLES / "fastapi_board" / "app.py").read_text("utf-8") in page("fastapi")


# Django


DJANGO = EXAMPLES / "django_board"
FILE = re.compile(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTINGS = re.compile(r"`council/settings.py`:\n\n```py\n(.*?)^```", re.MULTILINE | re.DOTALL)
MADE = {"manage.py", "council/settings.py"}  # by `startproject`


def page(name: str) -> str:
    return (ROOT / "docs" / "how-to" / f"embed-in-{name}.md").read_text("utf-8")


def shown(name: str) -> dict[str, str]:
    """Return the files that a how-to shows whole."""
    return dict(FILE.findall(page(name)))


def django(project: Path, *args: str) -> None:
    """Run a command of Django in *project*, in which no warning may come."""
    command = [sys.executable, "-W", "error", "-m", "django", *args]
    env = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{project}",
        "DJANGO_SETTINGS_MODULE": "council.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    ran = subprocess.run(
        command, cwd=project, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert 0 == ran.returncode, ran.stdout + ran.stderr


def test_a_new_project_made_by_the_how_to_passes_its_tests(tmp_path: Path) -> None:
    """Each step of the page, in its order."""
    project = tmp_path / "council"
    project.mkdir()
    django(project, "startproject", "council", ".", "--settings=")
    django(project, "startapp", "board")
    with (project / "council" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.writelines(SETTINGS.findall(page("django")))
    for name, text in shown("django").items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, "utf-8")
    django(project, "makemigrations", "board")
    django(project, "migrate", "--verbosity=0")
    django(project, "test")


def test_the_example_in_django_is_what_its_how_to_makes(tmp_path: Path) -> None:
    """Word by word; and its tables are those of its models."""
    project = shutil.copytree(DJANGO, tmp_path / "board")
    files = {
        str(path.relative_to(DJANGO))
        for path in DJANGO.rglob("*")
        if path.is_file() and "migrations" not in path.parts and path.stem != "__init__"
    }

    assert files - MADE == set(shown("django"))
    for name, text in shown("django").items():
        assert (DJANGO / name).read_text("utf-8") == text
    django(project, "makemigrations", "--check")
    django(project, "test", "board.tests.BoardTest.test_of_two_on_a_stale_page_one_is_told")
