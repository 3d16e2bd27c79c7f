"""The life of the ledger itself: a clock that stamped some of its entries was wrong, and how these
are to be read.
"""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import Decider, Setting
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import LedgerRef, Ordinal, PersonalText, message
from lif_core.values.refs import stream_of

LEDGER = "lif/ledger"
"""The one reference there is: a store is one ledger."""
LEDGER_STREAM = stream_of("ledger", LEDGER)


@message
class CorrectClock(Command):
    """The clock was wrong that stamped the entries from position *first* to *last* of the log: the
    first is to be read as recorded at *read_as*, and the others as long after it as they say, yet
    none later than this.
    """

    ledger: LedgerRef
    first: Ordinal
    last: Ordinal
    read_as: datetime
    reasons: PersonalText


@message
class ClockCorrected(CorrectClock, Event[CorrectClock]):
    """These entries are read as of other instants from now on; *stamped* is that of the first."""

    stamped: datetime


LedgerCommand: TypeAlias = CorrectClock
LedgerEvent: TypeAlias = ClockCorrected


class Ledger(Struct, frozen=True, kw_only=True):
    """The state of the ledger: the corrections of its clock."""

    corrections: frozenset[ClockCorrected] = frozenset()


def evolve(state: Ledger | None, event: LedgerEvent) -> Ledger:
    state = state or Ledger()
    return replace(state, corrections=state.corrections | {event})


def decide(
    command: LedgerCommand, state: Ledger | None, setting: Setting
) -> tuple[LedgerEvent, ...]:
    if command.ledger != LEDGER:
        raise RefusedError("ledger.unknown", ledger=command.ledger, known=LEDGER)
    stamped = setting.stamped(command.first)
    if command.last < command.first or stamped is None or setting.stamped(command.last) is None:
        raise RefusedError("ledger.no-such-entries", first=command.first, last=command.last)
    return (ClockCorrected.of(command, stamped=stamped),)


decider: Decider[LedgerCommand, LedgerEvent, Ledger] = Decider(
    category="ledger",
    commands=LedgerCommand,
    events=LedgerEvent,
    opens=(ClockCorrected,),
    decide=decide,
    evolve=evolve,
)
