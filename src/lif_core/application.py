"""The application: commands in, records out; history and views, as known at any date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self, TypeAlias, TypeVar

from attrs import frozen
from eventsourcing.persistence import IntegrityError, StoredEvent

from lif_core.collector import collector_paused
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.handling import BEGINNING, Batch, stamped
from lif_core.mapper import LifMapper
from lif_core.messages import Command
from lif_core.projections.projection import AsOf, Projection, fold
from lif_core.record import Record
from lif_core.recorder import Recorder, Row, pages
from lif_core.requests import Request
from lif_core.streams import Streams, load_stream, unbroken
from lif_core.turns import Ticket, Turns
from lif_core.working_days import LONDON, local_day

Clock = Callable[[], datetime]
V = TypeVar("V")
Groups: TypeAlias = list[list[Request]]
Answer: TypeAlias = list[tuple[Record, ...] | LifError] | LifError

ATTEMPTS = 12
WATCHED = 1_000


@frozen
class Trail:
    """Why a stream is as it is: its own entries, what it rests on, and what rests on it.

    *rests_on* and *rested_on_by* are entries of other streams, in the order in which they took
    effect.
    """

    stream: str
    entries: tuple[Record, ...]
    rests_on: tuple[Record, ...]
    rested_on_by: tuple[Record, ...]


class Application:
    """Decides commands over a log and reads it. Threads may share one.

    Args:
        recorder: where the log is kept.
        clock: the present instant, aware; the only time that the core ever sees.
        frameworks: the packs in force; by default all that ship with `lif`.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock,
        frameworks: Frameworks | None = None,
        mapper: LifMapper | None = None,
    ) -> None:
        self.recorder = recorder
        self.clock = clock
        self.frameworks = frameworks or load_frameworks()
        self.mapper = mapper or LifMapper()
        self._streams = Streams(recorder, self.mapper)
        self._turns = Turns(self._handle_waiting)

    def _now(self) -> datetime:
        now = self.clock()
        if now.tzinfo is None:
            raise MalformedError("clock", "gives a time without a zone")
        return now.astimezone(UTC)

    def close(self) -> None:
        """Let go of the store; in a `with` block this happens at its end."""
        self.recorder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Commands

    def handle(
        self,
        command: Command,
        *,
        command_id: str | None = None,
        recorded_at: datetime | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> tuple[Record, ...]:
        """Decide *command* and record durably what it leads to; `()` where it was fulfilled.

        The same *command_id* again returns what it returned, without deciding anything.

        Raises:
            RefusedError: it broke a rule; nothing was recorded.
            ConflictError: others kept being recorded first; try again.
            UnreadableError: an entry that it rests on cannot be read; nothing was recorded.
        """
        return self.handle_all(
            [
                Request(
                    command=command,
                    command_id=command_id,
                    recorded_at=recorded_at,
                    correlation=correlation,
                    causation=causation,
                )
            ]
        )

    def handle_all(self, requests: Iterable[Request | Command]) -> tuple[Record, ...]:
        """Decide all *requests*, in their order, in one transaction: all are recorded, or none.

        Raises:
            RefusedError, ConflictError, UnreadableError: as `handle`; nothing was recorded.
        """
        (outcome,) = self.handle_each([list(requests)])
        if isinstance(outcome, LifError):
            raise outcome
        return outcome

    def handle_each(
        self, groups: Sequence[Sequence[Request | Command]]
    ) -> list[tuple[Record, ...] | LifError]:
        """Decide *groups* in one durable transaction; each group is recorded whole or not at all.

        Returns, for each group in its place, its records or the error that kept it out. What other
        threads ask for meanwhile is recorded in the same commit, each group on its own terms.

        Raises:
            ConflictError: others kept being recorded first; no group was recorded.
        """
        ticket: Ticket[Groups, Answer] = Ticket([[_request(one) for one in g] for g in groups])
        self._turns.take(ticket)
        if isinstance(ticket.answer, list):
            return ticket.answer
        raise ticket.answer or ConflictError("interrupted; it may have been recorded: try again")

    def _handle_waiting(self, tickets: Sequence[Ticket[Groups, Answer]]) -> None:
        """Threads that came while it was another one's turn are recorded in one commit."""
        answer: Answer = ConflictError("interrupted; it may have been recorded: try again")
        try:
            answer = self._handle_groups([group for ticket in tickets for group in ticket.asked])
        except LifError as error:
            answer = error
        finally:
            start = 0
            for ticket in tickets:
                stop = start + len(ticket.asked)
                ticket.answer = answer[start:stop] if isinstance(answer, list) else answer
                start = stop

    def _handle_groups(
        self, groups: Sequence[Sequence[Request]]
    ) -> list[tuple[Record, ...] | LifError]:
        for _ in range(ATTEMPTS):
            now = self._now()
            batch = Batch(self.recorder, self.mapper, self._streams, self.frameworks, now)
            with collector_paused():
                outcomes = [batch.decide(group) for group in groups]
            try:
                records = self._append(batch)
            except (IntegrityError, RefusedError):
                self._streams.clear()
                continue  # another process was first: decide again on what is there now
            return [_resolved(outcome, records) for outcome in outcomes]
        raise ConflictError(f"others were recorded first, {ATTEMPTS} times; try again")

    def _append(self, batch: Batch) -> list[Record]:
        if not batch.pending and not batch.receipts:
            return []
        times: list[datetime] = []

        def stamp(row: Row | None) -> Sequence[StoredEvent]:
            """Under the lock of the recorder: others may have recorded since it was decided."""
            last = self.mapper.to_record(row).recorded_at if row else BEGINNING
            now = self._now()
            for pending in batch.pending:
                last = stamped(pending.request, now, last)
                times.append(last)
            return [
                self.mapper.to_stored_event(pending.record(at))
                for pending, at in zip(batch.pending, times, strict=True)
            ]

        positions = self.recorder.append(stamp, tuple(batch.receipts.values()))
        if positions:
            self._streams.recorded(positions[0], positions[-1], batch.changed)
        pairs = zip(batch.pending, times, positions, strict=True)
        return [pending.record(at, position) for pending, at, position in pairs]

    # History

    def history(
        self,
        stream: str | None = None,
        *,
        after: int = 0,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> Iterator[Record]:
        """The records in the order of recording, corrections among them, as they were recorded.

        Args:
            stream: of this stream only.
            after: only those past this position.
            valid: only those that had taken effect by this date.
            known: only those recorded by then; a date means its end in Europe/London.
        """
        until = instant(known)
        for record in self._records(stream, after):
            if until is not None and record.recorded_at > until:
                return
            if valid is None or record.event.on <= valid:
                yield record

    def _records(self, stream: str | None, after: int) -> Iterator[Record]:
        if stream is None:
            records = (
                self.mapper.to_record(row)
                for page in pages(self.recorder, after=after)
                for row in page
            )
            yield from unbroken(records, from_the_start=not after)
        else:
            loaded = load_stream(self.recorder, self.mapper, stream)
            yield from (record for record in loaded if record.position > after)

    def view(
        self,
        projection: Projection[Any, V],
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
        watch: Callable[[int], object] | None = None,
    ) -> V:
        """What *projection* computes, as it was in the world at *valid*, as it was *known* then.

        Without *known*, all that is recorded counts; without *valid*, the day of *known*, or
        today. *watch* is called with how many more entries have been read, now and then.
        """
        if valid is None:
            valid = _day(known if known is not None else self._now())
        as_of = AsOf(valid=valid, known=instant(known), frameworks=self.frameworks)
        records = self.history(known=known)
        with collector_paused():
            return fold(projection, _watched(records, watch) if watch else records, as_of)

    def why(
        self,
        stream: str,
        *,
        valid: date | None = None,
        known: date | datetime | None = None,
    ) -> Trail:
        """The entries of *stream*, and of every stream that it names or that names it.

        Raises:
            RefusedError: `stream.unknown`.
        """
        records = list(self.history(valid=valid, known=known))
        entries = tuple(record for record in records if record.stream == stream)
        if not entries:
            raise RefusedError("stream.unknown", stream=stream)
        rests_on = {to for record in entries for to, forward in self._names(record) if not forward}
        leads_to = {to for record in entries for to, forward in self._names(record) if forward}
        for record in records:
            for to, forward in self._names(record):
                if to == stream:
                    (rests_on if forward else leads_to).add(record.stream)
        order = sorted(records, key=lambda record: (record.event.on, record.position))
        return Trail(
            stream=stream,
            entries=entries,
            rests_on=tuple(r for r in order if r.stream in rests_on - {stream}),
            rested_on_by=tuple(r for r in order if r.stream in leads_to - rests_on - {stream}),
        )

    def _names(self, record: Record) -> list[tuple[str, bool]]:
        named = self.mapper.registry.references(record.event)
        return [
            (stream, forward) for _, stream, forward in named if not stream.startswith("body-")
        ]


def instant(known: date | datetime | None) -> datetime | None:
    """The last instant that *known* includes: of a date, its end in Europe/London."""
    if known is None or isinstance(known, datetime):
        return known
    if known == date.max:
        return datetime.max.replace(tzinfo=UTC)
    midnight = datetime.combine(known + timedelta(days=1), time(), LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def _day(known: date | datetime) -> date:
    return local_day(known) if isinstance(known, datetime) else known


def _watched(records: Iterator[Record], watch: Callable[[int], object]) -> Iterator[Record]:
    for number, record in enumerate(records, 1):
        yield record
        if number % WATCHED == 0:
            watch(WATCHED)


def _request(one: Request | Command) -> Request:
    return one if isinstance(one, Request) else Request(command=one)


def _resolved(
    outcome: tuple[int | Record, ...] | LifError, records: Sequence[Record]
) -> tuple[Record, ...] | LifError:
    if isinstance(outcome, LifError):
        return outcome
    return tuple(records[one] if isinstance(one, int) else one for one in outcome)
