"""What the tests of the adapters are given."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from lif_adapters.cli.main import run
from tests.command_line import Lif, Ran
from tests.postgres_server import drop_schema, running, with_option


@pytest.fixture
def lif(capsys: pytest.CaptureFixture[str]) -> Lif:
    """Runs `lif` in this process."""

    def runs(*args: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return runs


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Gives the URL of a database: at `LIF_TEST_POSTGRES_URL`, or of a server that a worker of
    the tests starts for itself.
    """
    if url := os.environ.get("LIF_TEST_POSTGRES_URL"):
        yield url
        return
    with running() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Gives the URL of a schema that is not there yet, and is gone at the end."""
    url = with_option(postgres, "schema", f"t{uuid4().hex}")
    yield url
    drop_schema(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Gives the URL of a store that is not there yet, in each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path}/lif.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
