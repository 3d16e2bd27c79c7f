"""What the safeguards cost is measured of two stores that record the same."""

import json

import pytest

from tests.benchmarks import safeguards


def test_both_stores_record_and_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    safeguards.main(["--rounds", "2", "--commands", "6", "--entries", "60", "--format", "json"])
    figures = json.loads(capsys.readouterr().out)

    assert 61 == figures["verify"]["entries"]
    assert all(figure > 0 for figure in figures["commits"].values())
    safeguards.main(["--rounds", "1", "--commands", "3", "--entries", "30"])
    assert "31 entries are verified in" in capsys.readouterr().out
