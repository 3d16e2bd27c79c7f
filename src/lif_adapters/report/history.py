"""The history that a report is of, read once: its figures are all of the same entries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from attrs import frozen

from lif_core.aggregates.body import BodyRegistered
from lif_core.decisions.corrections import (
    EntryAmended,
    EntryVoided,
    corrected,
    effect,
    is_correction,
)
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.garbage_collection import collector_paused
from lif_core.queries.reader import Reader
from lif_core.values.working_days import last_instant, local_day
from lif_core.views import AsOf, Projection, fold

V = TypeVar("V")
Watch = Callable[[int], object]

STEP = 1_000
"""How many entries are read before whoever watches is told."""

SHORT = 8
"""How many letters a short name has at most."""


@frozen
class History:
    """The *records* of a log, in their order, and the two times at which they are looked at."""

    records: Sequence[Record]
    as_of: AsOf

    def view(self, projection: Projection[V]) -> V:
        """What *projection* computes of them."""
        with collector_paused():
            return fold(projection, self.records, self.as_of)

    def view_then(self, stream: str, projection: Projection[V], day: date) -> V:
        """What *projection* computes of one *stream*, on *day*, as known by its end."""
        known = last_instant(day)
        assert known is not None
        records = [r for r in self.streams.get(stream, ()) if r.recorded_at <= known]
        return fold(projection, records, AsOf(valid=day, known=known, frameworks=self.frameworks))

    @property
    def frameworks(self) -> Any:
        return self.as_of.packs

    @cached_property
    def streams(self) -> Mapping[str, list[Record]]:
        """The records of each stream."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record.stream].append(record)
        return found

    @cached_property
    def counted(self) -> Mapping[str, list[tuple[Record, Event[Any]]]]:
        """Of each stream, the records that count, and what each says, as corrected and in effect.

        A correction counts where what it is of does: with it, it says what it does.
        """
        return {
            stream: [
                (record, event)
                for record, event in _counted(records)
                if event.on <= self.as_of.valid
            ]
            for stream, records in self.streams.items()
        }

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of bodies, by their references: those of the packs, and those registered."""
        packs = (*self.frameworks.packs, self.frameworks.general)
        found = {body.ref: body.name for pack in packs for body in pack.bodies}
        for stream, records in self.streams.items():
            if stream.startswith("body-"):
                for record in corrected(records):
                    if isinstance(record.event, BodyRegistered):
                        found[record.event.body] = record.event.name
        return found

    @cached_property
    def short_names(self) -> Mapping[str, str]:
        """The short names of bodies, where a pack has one that is no other body's."""
        packs = (*self.frameworks.packs, self.frameworks.general)
        found = {
            body.ref: body.also[0]
            for pack in packs
            for body in pack.bodies
            if body.also and len(body.also[0]) <= SHORT
        }
        many = Counter(found.values())
        return {ref: name for ref, name in found.items() if many[name] == 1}


def read(
    reader: Reader, valid: date | None, known: date | datetime | None, watch: Watch
) -> History:
    """All that was recorded by *known*; *valid* is that day without it, or else today.

    *watch* is called with how many more entries have been read, now and then.
    """
    records = []
    for record in reader.history(known=known):
        records.append(record)
        if len(records) % STEP == 0:
            watch(STEP)
    if valid is None:
        at = reader.clock() if known is None else known
        valid = local_day(at) if isinstance(at, datetime) else at
    as_of = AsOf(valid=valid, known=last_instant(known), frameworks=reader.frameworks)
    return History(records, as_of)


def _counted(records: Sequence[Record]) -> Iterator[tuple[Record, Event[Any]]]:
    """The *records* of a stream that have an effect, each with the event that it makes count."""
    if not any(is_correction(record.event) for record in records):
        yield from ((record, record.event) for record in records)
        return
    found = effect(records)
    by_entry = {record.stream_position: record for record in records}
    for record in records:
        if record.stream_position not in found.voided:
            of = record
            while isinstance(of.event, EntryAmended | EntryVoided):
                of = by_entry[of.event.entry]
            yield record, found.says(of)
