"""Where history is looked at from: a day in the world, and what was on record."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import takewhile

from attrs import frozen

from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks
from lif_core.projection.projection import AsOf
from lif_core.values.working_days import last_instant


@frozen(kw_only=True)
class At:
    """As it was in the world at *valid*, as it was *known* then.

    *known*: what was recorded by then counts; a date means its end in Europe/London, `None` is
    all. *position*: and only up to this entry of the log, of several that were recorded in one
    instant. *frameworks*: other packs than the reader's own.

    Raises:
        MalformedError: a *position* without *known*: the view could not say as of when it is.
    """

    valid: date
    known: date | datetime | None = None
    position: int | None = None
    frameworks: Frameworks | None = None

    def __attrs_post_init__(self) -> None:
        if self.position is not None and self.known is None:
            raise MalformedError("known", "with a position, when that was recorded belongs here")

    def on_record(self, records: Iterable[Record]) -> Iterator[Record]:
        """Those of *records*, which are in the order of the log, that were on record."""
        until = last_instant(self.known)

        def was(record: Record) -> bool:
            in_time = until is None or record.recorded_at <= until
            return in_time and (self.position is None or record.position <= self.position)

        return takewhile(was, records)

    def as_of(self, frameworks: Frameworks) -> AsOf:
        """For a projection; *frameworks* are the reader's own."""
        return AsOf(
            valid=self.valid,
            known=last_instant(self.known),
            frameworks=self.frameworks or frameworks,
        )
