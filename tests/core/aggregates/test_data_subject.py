"""What is kept about a person: until when, what holds its erasure up, and its erasure."""

from functools import partial

import pytest

from lif_core.aggregates import data_subject
from lif_core.aggregates.data_subject import (
    EraseDataSubject,
    LiftLegalHold,
    PlaceLegalHold,
    SetRetention,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, but, scenario_of
from tests.people import CHAIR, day

DECIDER: AnyDecider = data_subject.decider
CHILD = "wscb/0f3a"

RETAIN = SetRetention(
    by=CHAIR, on=day("2018-01-10"), subject=CHILD, until=day("2043-01-10"), reasons="25 years."
)
HOLD = PlaceLegalHold(by=CHAIR, on=day("2018-02-01"), subject=CHILD, reasons="An inquest.")
LIFT = LiftLegalHold(by=CHAIR, on=day("2018-06-01"), subject=CHILD, reasons="It has ended.")
ERASE = EraseDataSubject(by=CHAIR, on=day("2018-07-01"), subject=CHILD, reasons="Asked for.")

after = partial(scenario_of, DECIDER)


class TestDataSubject(DeciderContract):
    """Kept until a day, held, released, erased."""

    decider = DECIDER
    lives = ((RETAIN, HOLD, LIFT, ERASE), (ERASE,))
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


@pytest.mark.parametrize(
    ("decided", "command", "rule"),
    [
        ((HOLD,), ERASE, "data-subject.legal-hold"),
        ((HOLD,), but(HOLD, on=day("2018-03-01")), "data-subject.held-already"),
        ((RETAIN,), LIFT, "data-subject.no-hold"),
        ((RETAIN,), but(RETAIN, on=day("2018-01-09")), "data-subject.out-of-order"),
        ((HOLD,), but(LIFT, on=day("2018-01-31")), "data-subject.out-of-order"),
        ((ERASE,), but(RETAIN, on=day("2018-08-01")), "data-subject.erased"),
        ((ERASE,), but(HOLD, on=day("2018-08-01")), "data-subject.erased"),
    ],
)
def test_what_is_refused(decided: tuple[Command, ...], command: Command, rule: str) -> None:
    """A hold is in the way of an erasure, and after that nothing is decided any more."""
    with pytest.raises(RefusedError) as refused:
        after(*decided).records(command)

    assert rule == refused.value.rule
