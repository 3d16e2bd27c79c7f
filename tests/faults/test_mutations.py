"""Mutated inputs of every decoder, a few of each."""

from pathlib import Path
from random import Random

import pytest

from tests.faults import mutations
from tests.faults.count import Effort
from tests.faults.mutations import DECODERS, main, mutated, tried


@pytest.mark.parametrize("name", DECODERS)
def test_only_errors_of_ours_come_out_of_a_decoder(name: str) -> None:
    """In time, and in bounded memory; some inputs are refused, or nothing was mutated."""
    tally = tried(name, 60)

    assert 0 == tally.stray, tally.example
    assert tally.trials >= 1


def test_an_error_of_python_is_seen_as_stray(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is found again by its decoder and its number, and ends the command with 1."""

    def decode(chance: Random, _: Path) -> None:
        int(mutated(b"12", chance))

    monkeypatch.setattr(mutations, "DECODERS", {"number": (decode, 1)})

    assert 1 == main(["--trials", "20"])
    assert "ValueError: invalid literal" in capsys.readouterr().out
    assert mutations.mutations(Effort(trials=1)).stray
