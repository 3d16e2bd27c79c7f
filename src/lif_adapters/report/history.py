"""The history that a report shows, read once, so that all figures are of the same entries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, TypeVar

from attrs import Factory, frozen
from msgspec.structs import replace

from lif_core.aggregates.body import BodyRegistered, BodyRenamed
from lif_core.catalogue import DomainCatalogue, registry_of
from lif_core.decisions.corrections import (
    EntryAmended,
    EntryVoided,
    effect,
    is_correction,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.packs import PackOnRecord
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import SharedFold, fold
from lif_core.projection.inconsistent import Number
from lif_core.projection.projection import Projection
from lif_core.queries.lesson_links import numbers_seen, sight
from lif_core.queries.meetings import Meetings
from lif_core.queries.reader import Reader
from lif_core.queries.readership import (
    EVERY_STREAM,
    NO_ROLES,
    PERSONAL_TEXTS,
    Readership,
    may_read,
    seen_by,
    shown_to,
)
from lif_core.values.working_days import last_instant, local_day
from lif_core.views.lessons import lessons

V = TypeVar("V")
STEP = 1_000
"""How many entries are read between two calls of *progress*."""

SHORT = 8
"""How many letters a short name has at most."""


@frozen
class History:
    """The *records* of a log, in their order, the two times at which they are looked at, by whom,
    the *packs* that the log was written under, and all that there is to decide and view.

    *shown* are the streams that figures show and count, each as it is among all; `None`: all.
    """

    records: Sequence[Record]
    as_of: AsOf
    readership: Readership = NO_ROLES
    packs: Sequence[PackOnRecord] = ()
    catalogue: DomainCatalogue = Factory(lambda: DomainCatalogue((), registry_of(())))
    shown: frozenset[str] | None = None

    @property
    def personal(self) -> bool:
        """True of a reader who may read what may tell about a person."""
        return self.readership.grants(PERSONAL_TEXTS)

    def shows(self, stream: str) -> bool:
        """Return whether figures show and count a *stream*."""
        return self.shown is None or stream in self.shown

    def view(self, projection: Projection[V]) -> V:
        """Return what *projection* makes of them, as far as the reader may know of it."""
        view = seen_by(self.whole_view(projection), projection, self.readership, self._number)
        return shown_to(view, self.readership)

    def whole_view(self, projection: Projection[V]) -> V:
        """Return what *projection* makes of them, with what the reader may not know of."""
        with collector_paused():
            return self._folding.view(projection)

    @cached_property
    def _folding(self) -> SharedFold:
        return SharedFold(
            self.streams,
            self.as_of,
            self.catalogue.registry,
            self.catalogue.projections.values(),
            None if self.shown is None else self.shown.__contains__,
        )

    @cached_property
    def _number(self) -> Number:
        """The numbers by which the reader knows entries."""
        may_read_some = partial(may_read, readership=self.readership)
        sees = sight(may_read_some, lambda: self.view(lessons))
        return numbers_seen(lambda stream: self.streams.get(stream, ()), sees)

    def _seen(self, record: Record) -> Record | None:
        """Return a *record* as the reader knows it; `None` where they may not know of it."""
        if self.readership.grants(EVERY_STREAM):
            return record
        number = self._number(record.stream, record.stream_position)
        return None if number is None else replace(record, stream_position=number)

    def view_then(self, stream: str, projection: Projection[V], day: date) -> V:
        """Return what *projection* makes of one *stream*, on *day*, as known by its end."""
        known = last_instant(day)
        assert known is not None
        records = [r for r in self.streams.get(stream, ()) if r.recorded_at <= known]
        as_of = AsOf(valid=day, known=known, frameworks=self.frameworks)
        return fold(projection, records, as_of, self.deciders)

    @property
    def deciders(self) -> Mapping[str, AnyDecider]:
        """The aggregates, by the category of their streams."""
        return self.catalogue.registry.categories

    @property
    def frameworks(self) -> Any:
        return self.as_of.packs

    @cached_property
    def streams(self) -> Mapping[str, list[Record]]:
        """The records of each stream."""
        streams: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            streams[record.stream].append(record)
        return streams

    @cached_property
    def meetings(self) -> Meetings:
        """The meetings on record."""
        return Meetings(lambda stream: self.streams.get(stream, ()))

    @cached_property
    def counted(self) -> Mapping[str, list[tuple[Record, Event[Any]]]]:
        """The records of each stream that count, each with the event that it has in effect.

        A correction counts where the entry that it corrects does, and has the same event. Those
        that the reader may not know of are left out.
        """
        return {
            stream: [
                (seen, event)
                for record, event in _counted(records, self.as_of.valid, self.deciders)
                if event.on <= self.as_of.valid and (seen := self._seen(record))
            ]
            for stream, records in self.streams.items()
            if self.shows(stream)
        }

    @property
    def uncounted(self) -> int:
        """The number of entries shown that do not count, of those that the reader may know of."""
        counted = {record.position for rows in self.counted.values() for record, _ in rows}
        return sum(
            record.position not in counted and self._seen(record) is not None
            for record in self.records
            if self.shows(record.stream)
        )

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of bodies, by their references: those of the packs, those registered, and
        those that they bear on the day.
        """
        packs = (*self.frameworks.packs, self.frameworks.general)
        names = {body.ref: body.name for pack in packs for body in pack.bodies}
        for stream, records in self.streams.items():
            if stream.startswith("body-"):
                for record in standing_in(records, self.deciders).records:
                    event = record.event
                    if event.on > self.as_of.valid:
                        continue
                    if isinstance(event, BodyRegistered | BodyRenamed):
                        names[event.body] = event.name
        return names

    @cached_property
    def short_names(self) -> Mapping[str, str]:
        """The short names of bodies, where a pack has one that no other body has."""
        packs = (*self.frameworks.packs, self.frameworks.general)
        names = {
            body.ref: body.also[0]
            for pack in packs
            for body in pack.bodies
            if body.also and len(body.also[0]) <= SHORT
        }
        bearers = Counter(names.values())
        return {ref: name for ref, name in names.items() if bearers[name] == 1}


def read(
    reader: Reader,
    valid: date | None,
    known: date | datetime | None,
    progress: Callable[[int], object],
) -> History:
    """Return all that was recorded by *known*, as at *valid*: by default that day, or today.

    *progress* is called now and then with how many more entries have been read.
    """
    records = []
    for record in reader.unredacted().history(known=known):
        records.append(record)
        if len(records) % STEP == 0:
            progress(STEP)
    if valid is None:
        now = reader.clock() if known is None else known
        valid = local_day(now) if isinstance(now, datetime) else now
    as_of = AsOf(valid=valid, known=last_instant(known), frameworks=reader.frameworks)
    return History(records, as_of, reader.readership, reader.packs(), reader.catalogue)


def _counted(
    records: Sequence[Record], valid: date, deciders: Mapping[str, AnyDecider]
) -> Iterator[tuple[Record, Event[Any]]]:
    """Yield the *records* of a stream that have an effect, each with its event in effect.

    Of a stream that is inconsistent on the day *valid*, nothing is counted.
    """
    stands = standing_in(records, deciders)
    if any(record.contradicts and record.event.on <= valid for record in stands.records):
        return
    without_effect = stands.without_effect
    if not any(is_correction(record.event) for record in records):
        counted = (r for r in records if r.stream_position not in without_effect)
        yield from ((record, record.event) for record in counted)
        return
    corrections = effect(records)
    by_entry = {record.stream_position: record for record in records}
    for record in records:
        if record.stream_position not in corrections.voided:
            entry = record
            while isinstance(entry.event, EntryAmended | EntryVoided):
                entry = by_entry[entry.event.entry]
            if entry.stream_position not in without_effect:
                yield record, corrections.says(entry)
