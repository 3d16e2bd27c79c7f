"""What the tests of the adapters are given."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lif_adapters.cli.main import run
from lif_core.queries.readership import PERSONAL_TEXTS
from tests.command_line import Lif, Ran


@pytest.fixture(autouse=True, scope="module")
def reads_texts() -> Iterator[None]:
    """Whoever runs `lif` may read what may tell about a person, unless a test says otherwise."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LIF_ROLES", PERSONAL_TEXTS)
        yield


@pytest.fixture
def lif(capsys: pytest.CaptureFixture[str]) -> Lif:
    """Runs `lif` in this process."""

    def runs(*args: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return runs


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Gives the URL of a store that is not there yet, in each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path}/lif.db"
    url: str = request.getfixturevalue("postgres_url")
    return url
