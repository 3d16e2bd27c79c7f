"""What is done to the file of a store by other means is noticed: each attack at random places.

`python -m tests.faults.attacks --trials N` tries each as often as one wants.
"""

import pytest

from tests.faults import attacks
from tests.faults.attacks import NAMES, main, tried


def test_each_attack_is_noticed_whoever_makes_what_fit() -> None:
    counts = tried(NAMES, trials=1, seed=7)

    assert [] == [name for name, count in counts.items() if count["undetected"]]
    assert {1} == {count["tried"] for count in counts.values()}


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("hide-in-an-index", "read"),
        ("delete-tail-of-a-stream", "read"),
        ("alter-a-receipt", "read"),
        ("drop-what-guards", "open"),
        ("remove-a-receipt", "doctor"),
        ("roll-back", "checkpoint"),
    ],
)
def test_an_attack_is_noticed_no_later_than_it_can_be(name: str, way: str) -> None:
    (_, count), *_ = tried([name], trials=1, seed=3).items()

    assert 1 == count[way], count


def test_an_attack_that_nothing_looks_for_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attacks, "CHECKS", {})

    assert 1 == main(["edit", "--trials", "1"])
    assert "| edit, clever | 1 | 0 | 0 | 0 | 0 | 0 | 1 |" in capsys.readouterr().out
