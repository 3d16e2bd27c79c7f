"""The instants at which entries are read as recorded, where a wrong clock stamped them."""

from datetime import datetime

from attrs import frozen

from lif_core.aggregates.ledger import ClockCorrected
from lif_core.decisions.record import Record


@frozen
class Stretch:
    """The positions *first* to *last*: what was *stamped* on the first is read as *read_as*, the
    others as long after it, and none later than *until*, when that was recorded.
    """

    first: int
    last: int
    stamped: datetime
    read_as: datetime
    until: datetime

    @classmethod
    def of(cls, event: ClockCorrected, until: datetime) -> "Stretch":
        """Return the stretch of a correction that was recorded at *until*."""
        return cls(event.first, event.last, event.stamped, event.read_as, until)


@frozen
class Instants:
    """The *stretches* of the log that a wrong clock stamped, the latest corrected last."""

    stretches: tuple[Stretch, ...] = ()

    def read(self, position: int, stamped: datetime) -> datetime:
        """Return when the entry at *position* is read as recorded, which was *stamped* so."""
        for stretch in reversed(self.stretches):
            if stretch.first <= position <= stretch.last:
                return min(stretch.read_as + (stamped - stretch.stamped), stretch.until)
        return stamped

    def followed_by(self, stretch: Stretch) -> "Instants":
        """Return these and one more."""
        return Instants((*self.stretches, stretch))


def stamped(record: Record) -> datetime:
    """Return the instant with which *record* is stored, whatever it is read as."""
    return record.stamped or record.recorded_at
