"""Processes that decide at one moment: no outcome that neither order of the two leads to."""

import pytest

from tests.faults import races


@pytest.mark.parametrize("race", races.RACES)
def test_a_decision_holds_what_it_rested_on(race: str, store_url: str) -> None:
    """A few tries; `python -m tests.faults.races` runs 2,000 of each."""
    count = races.run(race, 20, store_url)

    assert 0 == count.impossible
    assert 20 == count.both + count.left_alone + count.right_alone
