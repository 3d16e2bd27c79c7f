"""A log, read: its history, its views and its chains, as known at any date. It writes nothing.

What only some questions need is imported when one is asked: to list a log takes a fraction of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, islice, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

import attrs

from lif_core.aggregates import DECIDERS
from lif_core.aggregates.ledger import LEDGER_STREAM, ClockCorrected
from lif_core.catalogue import DomainCatalogue, Extension, registry_of
from lif_core.decisions.messages import AnyEvent
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, NotEntitledError, RefusedError
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.log.board_recorder import BoardRecorder
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.holdings import Holdings
from lif_core.log.instants import Instants, Stretch, stamped
from lif_core.log.keyring import Keyring
from lif_core.log.mapper import LifMapper, is_under
from lif_core.log.packs import PackOnRecord, statuses
from lif_core.log.recorder import Recorder, Row, pages, streams
from lif_core.log.streams import load_stream, unbroken
from lif_core.observer import Observer, ProgressCounter, tell
from lif_core.projection.as_of import refuse_unfit
from lif_core.projection.cache import STEP, Views, no_progress
from lif_core.projection.fold import DatedFold, RunningFold, SteppedFold
from lif_core.projection.inconsistent import WITHOUT_EFFECT
from lif_core.projection.projection import AsOf, Projection
from lif_core.projection.tables import Tables, key_of
from lif_core.queries.history import history
from lif_core.queries.readership import (
    EVERY_STREAM,
    NO_ROLES,
    PERSONAL_TEXTS,
    BoardReadership,
    Readership,
    is_entitled,
    may_read,
    refuse_unless_entitled,
    refuse_unless_sees_all,
    seen_by,
    shown_to,
    unredacted,
)
from lif_core.queries.redaction import redacted
from lif_core.queries.replay import (
    Moment,
    Place,
    ReplayRange,
    Step,
    as_effective,
    as_recorded,
    moments,
)
from lif_core.queries.selection import Selection, recorded_by, refuse_unless_may_select
from lif_core.values.fields import check_namespace, check_ref
from lif_core.values.refs import category_of, ref_of
from lif_core.values.text import normal
from lif_core.values.working_days import last_instant, local_day
from lif_core.views import PROJECTIONS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from lif_core.queries.case import CaseHistory
    from lif_core.queries.diff import Differences, Log
    from lif_core.queries.knowledge import Knowledge
    from lif_core.queries.lesson_links import Sees
    from lif_core.views.lessons import Lessons
    from lif_core.views.provenance import LinkRow, Provenance, Trail

Clock: TypeAlias = Callable[[], datetime]
V = TypeVar("V")


class Reader:
    """A reader of a log: its history and its views, at two times. Threads may share one.

    Args:
        recorder: where the log is kept.
        clock: the present instant, aware; the only time that the core ever sees.
        frameworks: the packs in force; by default all that ship with `lif`.
        mapper: maps stored bytes to records and back; by default of all aggregates of `lif` and
            of the extensions.
        readership: who reads; by default somebody who may read nothing that is kept for a role.
        extensions: what adds to `lif`; their packs are read with beside *frameworks*.
        observer: is told what was done, and how long that took by the clock *monotonic*.
        monotonic: seconds from any beginning, which never go backwards.
        keys: of persons, under which texts about them are encrypted, such as
            `lif_adapters.key_store.KeyStore`; by default texts are stored as they are. Not with
            a *mapper*, which has them.

    Raises:
        MalformedError: a pack names a command or an event that there is not, or two extensions
            define the same name.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock,
        frameworks: Frameworks | None = None,
        mapper: LifMapper | None = None,
        readership: Readership = NO_ROLES,
        extensions: Sequence[Extension] = (),
        observer: Observer | None = None,
        monotonic: Callable[[], float] = lambda: 0.0,
        keys: Keyring | None = None,
    ) -> None:
        self.recorder = recorder
        self.clock = clock
        self.observer = observer
        self.monotonic = monotonic
        registry = mapper.registry if mapper else registry_of(extensions)
        self.catalogue = DomainCatalogue(tuple(extensions), registry)
        self.frameworks = self.catalogue.frameworks(frameworks or load_frameworks())
        self.mapper = mapper or LifMapper(registry, keyring=keys)
        self.readership = readership
        self._refuse_unknown_names()
        self._views = Views(self.recorder, self.mapper, self.frameworks)
        self._stretches = self.mapper.instants.stretches
        self._holdings: dict[tuple[str, ...], Holdings] = {}

    def _refuse_unknown_names(self) -> None:
        """Refuse a pack that names a command or an event that there is not.

        Those that ship name what is of `lif`, and need not be read for it.
        """
        registry = self.mapper.registry
        if self.frameworks is load_frameworks() and registry.deciders is DECIDERS:
            return
        for pack in (self.frameworks.general, *self.frameworks.packs):
            registry.refuse_unknown_names(pack, pack.name)

    def _read_clock(self) -> None:
        """See what is on record of clocks that were wrong: when entries are read as recorded."""
        records = load_stream(self.recorder, self.mapper, LEDGER_STREAM)
        stretches = tuple(
            Stretch.of(record.event, stamped(record))
            for record in records
            if isinstance(record.event, ClockCorrected)
        )
        if stretches != self._stretches:  # another reader may have told the mapper already
            self._stretches, self.mapper.instants = stretches, Instants(stretches)
            self._views.forget()

    def _now(self) -> datetime:
        now = self.clock()
        if now.tzinfo is None:
            raise MalformedError("clock", "gives a time without a zone")
        return now.astimezone(UTC)

    def renew(self) -> None:
        """Begin anew in a process that was forked, where no other thread is left.

        An application of `connect` does so by itself.
        """
        self._views.renew()

    def close(self) -> None:
        """Let go of the store; in a `with` block this happens at its end."""
        self.recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Persons

    def data_subject(self, person: str) -> str:
        """Return the reference by which a *person* is on record as a data subject, for a decision
        about their data: `EraseDataSubject(subject=...)`.

        Args:
            person: a reference, such as `wscb/p-17`; a name within a board, such as
                `wscb/A. Chair`; or a stream, such as `review-wscb/scr-child-k`, for whoever its
                texts are about where that was never said.

        Raises:
            MalformedError: *person* is neither, or the store is open without keys.
        """
        if self.mapper.encryption is None:
            raise MalformedError("keys", "the store is open without the keys of persons")
        if category_of(person) in self.mapper.registry.categories and "/" in person:
            return self.mapper.encryption.key_of_stream(person)
        return self.mapper.encryption.key_of(check_ref("person", person))

    def streams_about(self, subject: str) -> tuple[str, ...]:
        """Return the streams with texts about a data *subject*, in the order of their beginning:
        those that read `[erased]` once the person is erased.
        """
        named = f'"{subject}"'.encode()
        rows = (row for page in pages(self.recorder) for row in page if named in row[4])
        return tuple(dict.fromkeys(row[1] for row in rows if is_under(row[4], subject)))

    # Packs

    def packs(self) -> tuple[PackOnRecord, ...]:
        """Return the packs that the log was written under, each from when on, and how each stands
        to those that it is read with. Where one is another, or missing, figures may differ from
        those that were seen before.
        """
        self._read_clock()
        rows = self.recorder.packs()
        return tuple(
            PackOnRecord(
                position=row.position,
                since=self.mapper.instants.read(row.position, row.pack.since),
                name=row.pack.name,
                digest=row.pack.digest,
                governs=row.pack.governs,
                status=status,
            )
            for row, status in zip(rows, statuses(rows, self.frameworks), strict=True)
        )

    # History

    def history(
        self,
        stream: str | None = None,
        *,
        category: str | None = None,
        events: Iterable[type[AnyEvent]] = (),
        after: int = 0,
        before: int | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        valid: date | None = None,
        known: date | datetime | None = None,
        selection: Selection | None = None,
    ) -> Iterator[Record]:
        """Yield the records in the order of recording, corrections among them, as recorded.

        The next page is *after* the position of the last record, or *before* it where the newest
        come first.

        Args:
            stream: of this stream only.
            category: of the streams of this category only, such as `review`.
            events: of these classes only; `UnknownEvent` is of what is not known here.
            after: only those past this position.
            before: only those up to the one before this position.
            newest_first: from the end of the log to its beginning.
            limit: at most so many.
            valid: only those that had taken effect by this date.
            known: only those recorded by then; a date means its end in Europe/London.
            selection: only those that it takes; days of recording are looked up, not searched for.

        Raises:
            MalformedError: one of the *events* is not known here, *limit* is less than 0, *valid*
                is no day, or *known* has no zone.
            NotEntitledError: the *selection* is by a name, which the reader may not read.
        """
        if limit is not None and limit < 0:
            raise MalformedError("limit", "must be 0 or more")
        refuse_unfit(valid, known)
        self._read_clock()
        if selection is not None:
            refuse_unless_may_select(selection, self.readership)
            after, before = self._between(selection, after, before)
        records = history(
            self.recorder,
            self.mapper,
            stream=normal(stream) if stream is not None else None,
            category=category,
            events=events,
            after=after,
            before=before,
            newest_first=newest_first,
        )
        if valid is not None or known is not None:
            records = self._seen(records, valid, last_instant(known), newest_first)
        if selection is not None:
            records = filter(selection.takes, records)
        records = islice(records, limit)
        return records if self.readership.grants(PERSONAL_TEXTS) else map(redacted, records)

    def _between(
        self, selection: Selection, after: int, before: int | None
    ) -> tuple[int, int | None]:
        """Return the positions between which all entries of the *selection* lie."""
        if selection.by_effect:
            return after, before
        if selection.since is not None and selection.since > date.min:
            eve = last_instant(selection.since - timedelta(days=1))
            assert eve is not None
            after = max(after, recorded_by(self.recorder, self.mapper, eve))
        if selection.until is not None:
            end = last_instant(selection.until)
            assert end is not None
            past = recorded_by(self.recorder, self.mapper, end) + 1
            before = past if before is None else min(before, past)
        return after, before

    def _seen(
        self,
        records: Iterable[Record],
        valid: date | None,
        until: datetime | None,
        newest_first: bool,
    ) -> Iterator[Record]:
        for record in records:
            if until is not None and record.recorded_at > until:
                if newest_first:
                    continue
                return
            if valid is None or record.event.on <= valid:
                yield record

    def view(
        self,
        projection: Projection[V],
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
        progress: Callable[[int], object] | None = None,
        afresh: bool = False,
        executor: "Executor | None" = None,
    ) -> V:
        """Return what *projection* computes, as it was at *valid*, as it was *known* then.

        Without *known*, all that is recorded counts; without *valid*, the day of *known*, or
        today. *progress* is called with how many more entries have been read, now and then. A view
        goes on from the one before, or the one saved, where there is one; *afresh* makes it from
        the log alone. Where it is made from the log, an *executor* of processes makes ranges of
        streams at once; it must be able to open the store.

        What the reader may not know of is left out, where the view tells of streams that not every
        reader may know of (`Projection.shown`).

        Raises:
            MalformedError: *valid* is no day, or *known* has no zone.
            NotEntitledError: the view is kept for a role that this reader does not have.
        """
        self._read_clock()
        refuse_unless_entitled(projection, self.readership)
        as_of, counter = self._as_of(valid, known), ProgressCounter(progress or no_progress)
        start = self.monotonic()
        view = self._views.view(projection, as_of, counter, afresh=afresh, executor=executor)
        if self.observer is not None:
            name, seconds = projection.name, self.monotonic() - start
            tell(self.observer.viewed, view=name, entries=counter.count, seconds=seconds)
        return shown_to(self._seen_of(view, projection, as_of), self.readership)

    def _seen_of(self, view: V, projection: Projection[V], as_of: AsOf) -> V:
        """Return a *view* as of some time without what the reader may not know of, with personal
        texts.
        """
        from lif_core.queries.lesson_links import numbers_seen, sight

        def look() -> "Lessons":
            lessons: Lessons = self.view_at(PROJECTIONS["lessons"], as_of)
            return lessons

        def load(stream: str) -> Sequence[Record]:
            records = load_stream(self.recorder, self.mapper, stream)
            return tuple(as_of.on_record(records))

        sees = sight(self._may_read, look)
        return seen_by(view, projection, self.readership, numbers_seen(load, sees))

    def _may_read(self, stream: str) -> bool:
        return may_read(stream, self.readership)

    def _as_of(self, valid: date | None, known: date | datetime | None) -> AsOf:
        if valid is None:
            valid = _day(known if known is not None else self._now())
        return AsOf(valid=valid, known=last_instant(known), frameworks=self.frameworks)

    def why(
        self,
        stream: str,
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> "Trail":
        """Return the entries of *stream*, of all that it rests on, and of all that rests on it.

        Links of lessons that the reader may not know of lead nowhere, and are in no entry.

        Args:
            stream: its id, such as `review-wscb/scr-child-k`.
            valid: only entries that had taken effect by this date; by default all.
            known: only those recorded by then; by default all.

        Raises:
            RefusedError: `stream.unknown`.
        """
        from lif_core.queries.knowledge import linked
        from lif_core.queries.lesson_links import numbers_seen, seen_entries, seen_links
        from lif_core.views.provenance import Trail

        head, stream = self._head(), normal(stream)

        def until_now(of: str) -> Iterator[Record]:
            """Leave out what others record meanwhile, so that links and entries agree."""
            read = self.history(of, valid=valid, known=known)
            return takewhile(lambda record: record.position <= head, read)

        def seen(records: Sequence[Record]) -> Sequence[Record]:
            return records if sees is None else seen_entries(records, sees)

        entries = tuple(until_now(stream))
        if not entries:
            raise RefusedError("stream.unknown", stream=stream)
        at = AsOf(valid=valid or date.max, known=known)
        with collector_paused():
            looks = ((at.on_record, at.under(self.frameworks)),)
            (links,) = linked(self.mapper.registry, self._log(head).streams(), looks)
        sees = self._sight(valid, known)
        if sees is not None:
            number = numbers_seen(lambda of: tuple(until_now(of)), sees)
            links = attrs.evolve(links, links=seen_links(links.links, sees, number))
            entries = tuple(seen_entries(entries, sees))
            if not entries:
                raise RefusedError("stream.unknown", stream=stream)
        before = links.before(stream)
        after = set(links.after(stream)).difference(before)

        def entries_of(streams: Iterable[str]) -> tuple[Record, ...]:
            read = (record for name in streams for record in seen(tuple(until_now(name))))
            return tuple(sorted(read, key=lambda record: (record.event.on, record.position)))

        return Trail(
            stream=stream,
            entries=entries,
            rests_on=entries_of(before),
            rested_on_by=entries_of(after),
            links=links.through(stream),
        )

    def case(
        self,
        review: str,
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> "CaseHistory":
        """Return the case of a review: its entries, and those of what it rests on and of what
        rests on it, without what is of another case.

        Links of lessons that the reader may not know of lead nowhere, and are in no entry.

        Args:
            review: its stream, such as `review-wscb/scr-child-k`.
            valid: as it was on this day; by default the day of *known*, or today.
            known: by what was recorded by then; by default all that is on record.

        Raises:
            RefusedError: `stream.unknown`.
            NotEntitledError: a view that is kept for a role, which this reader does not have,
                tells of the review.
        """
        from lif_core.queries.case import (
            REVIEW,
            CaseHistory,
            case_entries,
            extent_of,
            names_another_alone,
        )
        from lif_core.queries.lesson_links import numbers_seen, seen_entries, seen_links

        self._read_clock()
        review, registry = normal(review), self.mapper.registry
        at = self._last_look(valid, known)

        def load(stream: str) -> Sequence[Record]:
            return tuple(at.on_record(load_stream(self.recorder, self.mapper, stream)))

        if category_of(review) != REVIEW or not load(review):
            raise RefusedError("stream.unknown", stream=review)
        self._refuse_unless_case_is_shown(review, at)
        everything: Provenance = self._whole_view("provenance", at)
        sees = self._sight(at.valid, at.known)
        links: Sequence[LinkRow] = everything.links
        if sees is not None:
            links = seen_links(links, sees, numbers_seen(load, sees))
        extent = extent_of(review, links, everything)
        entries, left_out = [], []
        for stream in extent.streams:
            records = load(stream)
            records = records if sees is None else seen_entries(records, sees)
            if not records:
                continue  # named, and nothing of it on record yet
            without: list[Record] = []
            if stream in extent.shared:
                without = list(names_another_alone(records, extent, registry))
            hidden = {record.position for record in without}
            of_stream = list(case_entries(records, at.valid, registry.categories))
            entries += [each for each in of_stream if each.record.position not in hidden]
            left_out += [each.record for each in of_stream if each.record.position in hidden]
        if not any(each.record.stream == review for each in entries):
            raise RefusedError("stream.unknown", stream=review)  # it had not begun by then
        titles = {row.stream: row.title for row in everything.streams}
        case = CaseHistory(
            review=review,
            at=at,
            streams=extent.streams,
            shared=extent.shared,
            entries=tuple(sorted(entries, key=lambda each: each.record.position)),
            left_out=tuple(sorted(left_out, key=lambda record: record.position)),
            links=tuple(link for link in links if {link.earlier, link.later} <= {*extent.streams}),
            others={stream: titles.get(stream) for stream in sorted(extent.others)},
        )
        return shown_to(case, self.readership)

    def _last_look(self, valid: date | None, known: date | datetime | None) -> AsOf:
        """Return the look at what is on record by *known*, or by now, whatever is recorded later.

        Raises:
            RefusedError: nothing is on record.
        """
        as_of = self._as_of(valid, known)
        if known is not None:
            return attrs.evolve(as_of, position=self._head())
        row = self.recorder.last_row()
        if row is None:
            return as_of
        last = self.mapper.to_record(row)
        return attrs.evolve(as_of, known=last.recorded_at, position=last.position)

    def _refuse_unless_case_is_shown(self, review: str, at: AsOf) -> None:
        """Refuse the case of a review of which a view tells that is kept from this reader."""
        from lif_core.queries.case import REVIEW

        for projection in self.catalogue.projections.values():
            if is_entitled(projection, self.readership):
                continue
            tables = Tables(self._views.view(projection, at, no_progress))
            keys = (dict(key_of(row)) for rows in tables.values() for row in rows)
            if any(key.get(REVIEW) == ref_of(review) for key in keys):
                raise NotEntitledError(projection.name, projection.readers)

    def _whole_view(self, name: str, at: AsOf) -> Any:
        """Return the view of that *name* with what the reader may not know of."""
        return self._views.view(self.catalogue.projections[name], at, no_progress)

    # Replay

    def replay(
        self,
        *,
        by: Step = Step.POSITION,
        stream: str | None = None,
        since: Place | None = None,
        until: Place | None = None,
        valid: date | None = None,
        known: date | datetime | None = None,
        view: Projection[V] | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Iterator[Moment[V]]:
        """Step through history, one moment at a time; nothing past the last one asked for is read.

        Args:
            by: each entry as it was recorded, each day of recording (in Europe/London), or each
                day of effect with corrections applied.
            stream: only moments with entries of it; a view is of everything all the same.
            since: from this day on, or by position from this position.
            until: up to this day or position, itself included.
            valid: by position or day of recording, look at this day only, as it came to be known;
                without it, each moment looks at its own day.
            known: only what was recorded by then.
            view: also computed at each moment, with what changed in it.
            progress: as for `view`.

        Raises:
            MalformedError: a position where the steps are days; *valid* where these are of effect.
            RefusedError: `stream.unknown`.
            NotEntitledError: as for `view`.
        """
        if view is not None:
            refuse_unless_entitled(view, self.readership)
        span = ReplayRange(by=by, since=since, until=until)
        if by is Step.EFFECTIVE and valid is not None:
            raise MalformedError("valid", "by day of effect, each moment looks at its own day")
        stream = normal(stream) if stream is not None else None
        if stream is not None and not self.recorder.stream_rows(stream):
            raise RefusedError("stream.unknown", stream=stream)
        records: Iterable[Record] = self._until_now(known)
        if progress:
            records = _counted(records, progress)
        running: SteppedFold[V] | None = self._running(view) if view else None
        if by is not Step.EFFECTIVE:
            steps = as_recorded(records, by, valid)
        else:
            if view is not None and WITHOUT_EFFECT in view.tables:
                records = list(records)
                running = DatedFold(self._running(view), records)
            steps = as_effective(records, known, self.mapper.registry.categories)
        steps_seen = moments(steps, span, stream, self.frameworks, running)
        return (shown_to(moment, self.readership) for moment in steps_seen)

    def _running(self, projection: Projection[V]) -> RunningFold[V]:
        return RunningFold(
            projection,
            self.mapper.registry.categories,
            lambda view, as_of: self._seen_of(view, projection, as_of),
        )

    def view_at(self, projection: Projection[V], at: AsOf) -> V:
        """Return what *projection* computes as of *at*, as `view` does, and at any position.

        Raises:
            NotEntitledError: as for `view`.
        """
        refuse_unless_entitled(projection, self.readership)
        self._read_clock()
        others = at.frameworks is not None and at.frameworks is not self.frameworks
        as_of = self._of_boards(at).under(self.frameworks)
        view = self._views.view(projection, as_of, no_progress, afresh=others)
        return shown_to(self._seen_of(view, projection, as_of), self.readership)

    def diff(
        self,
        projection: Projection[Any],
        before: AsOf,
        after: AsOf,
        *,
        progress: Callable[[int, int], object] = lambda done, of: None,
    ) -> "Differences":
        """Return what *projection* says otherwise *after* than *before*, and what made it so.

        Any two can be held against each other: an earlier and a later day, what was known at two
        times, two sets of packs, or all of that at once. *progress* is told how many of how many
        entries have been tried.

        Raises:
            NotEntitledError: as for `view`; or the view tells of streams that this reader may not
                know of, which would be among the causes.
        """
        from lif_core.queries.diff import differences

        self._read_clock()
        refuse_unless_sees_all(projection, self.readership)
        with collector_paused():
            log = self._log()
            looks = self._of_boards(before), self._of_boards(after)
            whole = differences(projection, log, *looks, self.frameworks, progress)
            return shown_to(whole, self.readership)

    def _of_boards(self, at: AsOf) -> AsOf:
        """Return *at* with its packs, if it names any, as this reader looks at boards."""
        if at.frameworks is None or at.frameworks.boards == self.frameworks.boards:
            return at
        return attrs.evolve(at, frameworks=at.frameworks.of_boards(self.frameworks.boards))

    def known_when(self, position: int) -> "Knowledge":
        """Return what was known when the decision at *position* was taken.

        Raises:
            RefusedError: `position.unknown`.
        """
        from lif_core.queries.knowledge import chain, knowledge, linked, seen_from
        from lif_core.queries.lesson_links import numbers_seen, seen_entries, seen_links

        self._read_clock()
        last = self.recorder.last_row()
        known = last is not None and 0 < position <= last[0]
        rows = self.recorder.rows(after=position - 1, limit=1) if known else ()
        if not rows or rows[0][0] != position:
            raise RefusedError("position.unknown", position=position)
        decision = self.mapper.to_record(rows[0])
        at = seen_from(decision)
        now = AsOf(valid=at.valid)

        def then(records: Iterable[Record]) -> Iterator[Record]:
            """Add the decision itself, by whose links it is known what it rests on."""
            yield from at.on_record(records)
            yield from (record for record in records if record.position == position)

        log = self._log()
        with collector_paused():
            looks = [
                (then, at.under(self.frameworks)),
                (now.on_record, now.under(self.frameworks)),
            ]
            links = linked(self.mapper.registry, log.streams(), looks)
        sees = self._sight(None, None)
        if sees is not None:
            number = numbers_seen(lambda of: log.load((of,))[of], sees)
            links = tuple(
                attrs.evolve(each, links=seen_links(each.links, sees, number)) for each in links
            )

        def seen(records: Sequence[Record]) -> Sequence[Record]:
            if sees is None:
                return records
            return seen_entries(records, sees, numbered=records[0].stream != decision.stream)

        names = chain(decision.stream, links)
        entries = [record for stream in log.load(names).values() for record in seen(stream)]
        entries.sort(key=lambda record: record.position)
        whole = knowledge(decision, names, entries, self.mapper.registry.categories)
        return shown_to(whole, self.readership)

    def under(self, frameworks: Frameworks) -> "Reader":
        """Return a reader of the same history with other *frameworks*, as a what-if.

        It reads the same store, which stays open for as long as this reader is, and writes
        nothing.
        """
        reader = Reader(
            self.recorder,
            clock=self.clock,
            frameworks=frameworks.of_boards(self.frameworks.boards),
            mapper=self.mapper,
            readership=self.readership,
        )
        reader.catalogue = self.catalogue
        reader.observer, reader.monotonic = self.observer, self.monotonic
        return reader

    def for_reader(self, readership: Readership) -> Self:
        """Return the same for somebody else, whose *readership* is another.

        Both share the store and the views that are kept; closing either closes the store.
        """
        reader = copy(self)
        if isinstance(self.readership, BoardReadership):
            readership = attrs.evolve(self.readership, whole=readership)
        reader.readership = readership
        return reader

    def unredacted(self) -> Self:
        """Return the same with personal texts, for a program that redacts what it shows itself.

        What else the reader may not know of stays out. Both share the store and the views that
        are kept; closing either closes the store.
        """
        reader = copy(self)
        reader.readership = unredacted(self.readership)
        return reader

    # One board of many

    def for_board(self, board: str, *before: str) -> "Reader":
        """Return a reader of what is of a *board* in this log, and of what is shared with it.

        Of all else it shows nothing but gaps between positions. *before* are boards whose record
        this one has taken over, which it reads as its own. The store stays open for as long as
        this reader is; closing the other closes nothing.

        Raises:
            MalformedError: one is no short name of a board.
        """
        recorder = self._board_recorder(board, before)
        return Reader(
            recorder,
            clock=self.clock,
            frameworks=self.frameworks.of_boards(self.frameworks.serving((board, *before))),
            mapper=self.mapper,
            readership=BoardReadership(self.readership, recorder.holdings.sees),
        )

    def _board_recorder(self, board: str, before: Sequence[str]) -> BoardRecorder:
        """Return the log of a *board*; what is known of its holdings is kept."""
        boards = tuple(check_namespace("board", each) for each in (board, *before))
        holdings = self._holdings.get(boards)
        if holdings is None:
            holdings = Holdings(self.recorder, self.mapper, self.frameworks, boards)
            self._holdings[boards] = holdings
        return BoardRecorder(holdings, "+".join(boards))

    def _sight(self, valid: date | None, known: date | datetime | None) -> "Sees | None":
        """Return which links of lessons the reader sees; `None` where that is all of them."""
        from lif_core.queries.lesson_links import sight

        if self.readership.grants(EVERY_STREAM):
            return None
        return sight(
            self._may_read,
            lambda: self.view(PROJECTIONS["lessons"], valid=valid, known=known),
        )

    def _head(self) -> int:
        last = self.recorder.last_row()
        return last[0] if last else 0

    def _log(self, head: int | None = None) -> "Log":
        """Return the log up to *head*, or to its end at this time, stream by stream."""
        from lif_core.queries.diff import Log

        until = self._head() if head is None else head

        def read(rows: Sequence[Row]) -> Sequence[Record]:
            return tuple(unbroken(self.mapper.to_records(rows)))

        def load(names: Sequence[str]) -> Mapping[str, Sequence[Record]]:
            rows = (row for row in self.recorder.stream_rows(*names) if row[0] <= until)
            return {name: read(list(stream)) for name, stream in groupby(rows, itemgetter(1))}

        deciders = self.mapper.registry.categories
        return Log(lambda: map(read, streams(self.recorder, until=until)), load, deciders)

    def _until_now(self, known: date | datetime | None) -> Iterator[Record]:
        """Yield the history up to its end at this time, whatever others record meanwhile, with
        personal texts.
        """
        head = self._head()
        records = self.unredacted().history(known=known)
        return takewhile(lambda record: record.position <= head, records)


def _day(known: date | datetime) -> date:
    return local_day(known) if isinstance(known, datetime) else known


def _counted(records: Iterable[Record], progress: Callable[[int], object]) -> Iterator[Record]:
    for number, record in enumerate(records, 1):
        yield record
        if number % STEP == 0:
            progress(STEP)
