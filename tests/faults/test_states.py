"""Places, clocks and formats that are not as they should be: it is told, and nothing half done."""

import pytest

from lif_core.log.registry import Registry
from tests.faults.clocks import clocks
from tests.faults.count import Effort
from tests.faults.formats import formats
from tests.faults.places import ACTIONS, PLACES, places


@pytest.mark.parametrize(("number", "place"), list(enumerate(PLACES)))
def test_what_cannot_be_done_in_a_place_is_told_and_can_be_done_later(
    number: int, place: str
) -> None:
    tried = places(Effort(trials=1, seed=number))

    assert 0 == tried.wrong, tried
    assert len(ACTIONS) == tried.points


def test_time_never_goes_back_in_a_log_whatever_a_clock_does() -> None:
    """Days on which an hour is left out or comes twice, and the 29th of February, are days."""
    tried = clocks(Effort(trials=150))

    assert 0 == tried.wrong, tried
    assert 50 < tried.acknowledged < tried.points


def test_nothing_is_decided_that_rests_on_an_entry_of_an_unknown_format() -> None:
    tried = formats(Effort(trials=30, every=3))

    assert 0 == tried.wrong, tried


def test_a_version_that_there_never_was_is_not_called_newer() -> None:
    """An upgrade would not help."""
    advice = Registry().advice

    assert "BodyRegistered.v0 is no version of BodyRegistered: restore" in advice(
        "BodyRegistered.v0"
    )
    assert "is of a newer version" in advice("BodyRegistered.v99")
