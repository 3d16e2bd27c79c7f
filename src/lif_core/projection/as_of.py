"""From when history is looked at: a day in the world, and what was on record."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import takewhile

import attrs
from attrs import frozen

from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks
from lif_core.values.working_days import last_instant


def refuse_unfit(valid: date | None, known: date | datetime | None) -> None:
    """Refuse to look at an instant in the world, or at what was known at one without a zone.

    Raises:
        MalformedError: naming the one of the two.
    """
    if isinstance(valid, datetime):
        raise MalformedError("valid", "expected a day, got an instant; take its date")
    if isinstance(known, datetime) and known.tzinfo is None:
        problem = "a time without a zone; write 2018-01-25T09:30:00+00:00, or give a day"
        raise MalformedError("known", problem)


@frozen(kw_only=True)
class AsOf:
    """A look at history: as it was in the world at *valid*, as it was *known* then.

    *known*: what was recorded by then counts; a date means its end in Europe/London, `None` is
    all. *position*: and only up to this entry of the log, of several that were recorded in one
    instant. *frameworks*: the packs it is read with; by default those of the reader.

    Raises:
        MalformedError: *valid* is an instant and no day, *known* has no zone; or a *position* is
            without *known*: a view could not say as of when it is.
    """

    valid: date
    known: date | datetime | None = None
    position: int | None = None
    frameworks: Frameworks | None = None

    def __attrs_post_init__(self) -> None:
        refuse_unfit(self.valid, self.known)
        if self.position is not None and self.known is None:
            raise MalformedError("known", "with a position, when that was recorded belongs here")

    @property
    def known_until(self) -> datetime | None:
        """The last instant of recording that counts; `None` where all does."""
        return last_instant(self.known)

    @property
    def packs(self) -> Frameworks:
        """The packs it is read with, which a reader has filled in."""
        assert self.frameworks is not None, "give frameworks, or ask a Reader"
        return self.frameworks

    def under(self, frameworks: Frameworks) -> "AsOf":
        """Return the same with the packs *frameworks*, where it names none."""
        return self if self.frameworks else attrs.evolve(self, frameworks=frameworks)

    def on_record(self, records: Iterable[Record]) -> Iterator[Record]:
        """Return those of *records*, which are in the order of the log, that were on record."""
        until = self.known_until

        def was(record: Record) -> bool:
            in_time = until is None or record.recorded_at <= until
            return in_time and (self.position is None or record.position <= self.position)

        return takewhile(was, records)
