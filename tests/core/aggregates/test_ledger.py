"""The life of the ledger itself: a clock that was wrong."""

from datetime import UTC, datetime
from typing import Any

from lif_core.aggregates import ledger
from lif_core.aggregates.ledger import LEDGER, ClockCorrected, CorrectClock
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, but
from tests.people import CHAIR, day

DECIDER: AnyDecider = ledger.decider
WRONG = datetime(2034, 5, 18, 12, tzinfo=UTC)
CORRECT = CorrectClock(
    by=CHAIR,
    on=day("2018-05-18"),
    ledger=LEDGER,
    first=2,
    last=3,
    read_as=datetime(2018, 5, 18, 12, tzinfo=UTC),
    reasons="The server was set to 2034 for two hours.",
)


class TestLedger(DeciderContract):
    """The clock is corrected, and corrected anew."""

    decider = DECIDER
    lives = ((CORRECT, but(CORRECT, on=day("2018-05-19"), last=2)),)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD
    instants = dict.fromkeys((2, 3), WRONG)

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        """What the wrong clock said is worked out."""
        assert isinstance(command, CorrectClock)
        return ClockCorrected.of(command, stamped=WRONG)
