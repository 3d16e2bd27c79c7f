"""A board to try things on: each call decides one command, on the day given."""

from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.log.memory import MemoryRecorder
from lif_core.values.authority import Authority
from lif_core.views.accountability import Accountability, accountability
from lif_core.views.sustainability import Sustainability, sustainability
from tests.people import CHAIR, EVERYTHING, QUALITY, day

C = TypeVar("C", bound=Command)


class Board:
    """An application in memory whose clock follows what is recorded."""

    def __init__(self) -> None:
        self.now = datetime(2000, 1, 1, tzinfo=UTC)
        self.app = Application(MemoryRecorder(), clock=lambda: self.now, readership=EVERYTHING)

    def decide(
        self,
        command: type[Command],
        on: str,
        /,
        *,
        by: Authority = QUALITY,
        recorded: str | None = None,
        **fields: Any,
    ) -> tuple[Record, ...]:
        """Decide a *command* on that day, and record it on *recorded*, or the same day."""
        self.now = max(self.now, datetime.combine(day(recorded or on), time(10), UTC))
        return self.app.handle(command(by=by, on=day(on), **fields))

    def accountability(self, valid: str, known: str | None = None) -> Accountability:
        return self.app.view(accountability, valid=day(valid), known=_day(known))

    def sustainability(self, valid: str, known: str | None = None) -> Sustainability:
        return self.app.view(sustainability, valid=day(valid), known=_day(known))


def _day(text: str | None) -> date | None:
    return day(text) if text else None


__all__ = ["CHAIR", "QUALITY", "Board"]
