"""The application: commands in, records out; history and views, as known at any date."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Any, Self, TypeAlias, TypeVar

from eventsourcing.persistence import IntegrityError, StoredEvent

from lif_core.collector import collector_paused
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError
from lif_core.follower import Follower
from lif_core.following import Followed, Policy, Watch
from lif_core.framework import Frameworks
from lif_core.framework import load as load_frameworks
from lif_core.handling import BEGINNING, Asked, Batch, raise_what_passes, stamped
from lif_core.mapper import LifMapper
from lif_core.messages import Command
from lif_core.policies import POLICIES, WATCHES
from lif_core.projections.accountability import accountability
from lif_core.projections.projection import AsOf, Projection, fold
from lif_core.projections.provenance import Trail, linking, provenance_of
from lif_core.record import Record
from lif_core.recorder import Recorder, Row, Tracking, pages
from lif_core.requests import Request
from lif_core.streams import Streams, load_stream, unbroken
from lif_core.turns import Ticket, Turns
from lif_core.working_days import last_instant, local_day

Clock = Callable[[], datetime]
V = TypeVar("V")
Answer: TypeAlias = list[tuple[Record, ...] | LifError] | LifError

ATTEMPTS = 12
WATCHED = 1_000
INTERRUPTED = "interrupted; it may have been recorded: try again"


class Application:
    """Decides commands over a log and reads it. Threads may share one.

    Args:
        recorder: where the log is kept.
        clock: the present instant, aware; the only time that the core ever sees.
        frameworks: the packs in force; by default all that ship with `lif`.

    Raises:
        MalformedError: a pack names a command or an event that there is not.
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
        for pack in (self.frameworks.general, *self.frameworks.packs):
            self.mapper.registry.refuse_unknown_names(pack, pack.name)
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
        return self._take_turn(Asked([[_request(one) for one in group] for group in groups]))

    def _take_turn(self, asked: Asked) -> list[tuple[Record, ...] | LifError]:
        ticket: Ticket[Asked, Answer] = Ticket(asked)
        self._turns.take(ticket)
        if isinstance(ticket.answer, list):
            return ticket.answer
        raise ticket.answer or ConflictError(INTERRUPTED)

    def _handle_waiting(self, tickets: Sequence[Ticket[Asked, Answer]]) -> None:
        """Threads that came while it was another one's turn are recorded in one commit.

        A follower's page is a commit of its own: where another was first, only it is told so.
        """
        shared = [ticket for ticket in tickets if ticket.asked.tracking is None]
        followers = [[ticket] for ticket in tickets if ticket.asked.tracking is not None]
        try:
            for together in (shared, *followers):
                if together:
                    self._handle_together(together)
        finally:
            for ticket in tickets:
                if ticket.answer is None:
                    ticket.answer = ConflictError(INTERRUPTED)

    def _handle_together(self, tickets: Sequence[Ticket[Asked, Answer]]) -> None:
        groups = [group for ticket in tickets for group in ticket.asked.groups]
        answer: Answer
        try:
            answer = self._handle_groups(groups, tickets[0].asked.tracking)
        except LifError as error:
            answer = error
        start = 0
        for ticket in tickets:
            stop = start + len(ticket.asked.groups)
            ticket.answer = answer[start:stop] if isinstance(answer, list) else answer
            start = stop

    def _handle_groups(
        self, groups: Sequence[Sequence[Request]], tracking: Tracking | None
    ) -> list[tuple[Record, ...] | LifError]:
        for _ in range(ATTEMPTS):
            if tracking and self.recorder.tracked(tracking.name) != tracking.after:
                raise ConflictError(f"{tracking.name}: another follower was first")
            now = self._now()
            batch = Batch(self.recorder, self.mapper, self._streams, self.frameworks, now)
            with collector_paused():
                outcomes = [batch.decide(group) for group in groups]
            if tracking:
                raise_what_passes(outcomes)
            try:
                records = self._append(batch, tracking)
            except (IntegrityError, RefusedError):
                self._streams.clear()
                continue  # another process was first: decide again on what is there now
            return [_resolved(outcome, records) for outcome in outcomes]
        raise ConflictError(f"others were recorded first, {ATTEMPTS} times; try again")

    def _append(self, batch: Batch, tracking: Tracking | None) -> list[Record]:
        if not batch.pending and not batch.receipts and tracking is None:
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

        positions = self.recorder.append(stamp, tuple(batch.receipts.values()), tracking)
        if positions:
            self._streams.recorded(positions[0], positions[-1], batch.changed)
        pairs = zip(batch.pending, times, positions, strict=True)
        return [pending.record(at, position) for pending, at, position in pairs]

    # Policies

    def follow(
        self,
        policies: Sequence[Policy] = POLICIES,
        *,
        watches: Sequence[Watch] = WATCHES,
        on: date | None = None,
        page: int = 1_000,
        watch: Callable[[Followed], object] | None = None,
    ) -> Followed:
        """Record what *policies* ask because of entries, and *watches* because of the day.

        Each policy reacts to every entry exactly once, whatever interrupts it and whoever else
        follows; reactions are followed as well. Then the watches look, until they lead to nothing
        new. What is refused is told once: a policy does not ask it again, a watch does next time.

        Args:
            policies: in the order in which they react; each by its name, from where it was.
            watches: each by its name.
            on: the day that the watches look at; by default today in Europe/London.
            page: how many entries are read, and reacted to, in one transaction.
            watch: is told of each step as soon as it is durable.

        Raises:
            MalformedError: two have the same name.
            ConflictError: others kept being recorded first; follow again.
            UnreadableError: an entry cannot be read; nobody follows past it.
        """
        follower = Follower(
            self.recorder,
            self.mapper,
            self._streams,
            self.frameworks,
            handle=lambda groups, tracking: self._take_turn(Asked(groups, tracking)),
            watch=watch,
        )
        return follower.follow(
            policies,
            watches,
            on=on or local_day(self._now()),
            page=page,
            view=lambda day: self.view(accountability, valid=day),
        )

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
        until = last_instant(known)
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
        as_of = AsOf(valid=valid, known=last_instant(known), frameworks=self.frameworks)
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
        """The entries of *stream*, of all that it rests on, and of all that rests on it.

        Raises:
            RefusedError: `stream.unknown`.
        """
        last = self.recorder.last_row()
        head = last[0] if last else 0

        def until_now(of: str | None, on: date | None) -> Iterator[Record]:
            """What others record meanwhile is left out, so that links and entries agree."""
            read = self.history(of, valid=on, known=known)
            return takewhile(lambda record: record.position <= head, read)

        entries = tuple(until_now(stream, valid))
        if not entries:
            raise RefusedError("stream.unknown", stream=stream)
        registry = self.mapper.registry
        links = linking(registry)
        linked = (record for record in until_now(None, None) if type(record.event) in links)
        as_of = AsOf(
            valid=valid or date.max, known=last_instant(known), frameworks=self.frameworks
        )
        with collector_paused():
            found = fold(provenance_of(registry), linked, as_of)
        before = found.before(stream)
        after = set(found.after(stream)).difference(before)

        def entries_of(streams: Iterable[str]) -> tuple[Record, ...]:
            read = (record for one in streams for record in until_now(one, valid))
            return tuple(sorted(read, key=lambda record: (record.event.on, record.position)))

        return Trail(
            stream=stream,
            entries=entries,
            rests_on=entries_of(before),
            rested_on_by=entries_of(after),
            links=found.through(stream),
        )


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
