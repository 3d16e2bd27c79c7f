"""What the tests of the adapters are given."""

from pathlib import Path

import pytest

from lif_adapters.cli.main import run
from tests.command_line import Lif, Ran


@pytest.fixture
def lif(capsys: pytest.CaptureFixture[str]) -> Lif:
    """Runs `lif` in this process."""

    def runs(*args: str | Path) -> Ran:
        capsys.readouterr()
        code = run([str(arg) for arg in args])
        written = capsys.readouterr()
        return Ran(code, written.out, written.err)

    return runs
