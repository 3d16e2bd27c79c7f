"""The application: commands in, records out; and everything a reader can ask."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, TypeAlias

from msgspec.structs import replace

from lif_core.commands.admission import Verdicts
from lif_core.commands.batch import Batch, Group, Outcome, Work, raise_what_passes
from lif_core.commands.group_commit import Ticket, Turns
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, LifError, MalformedError, RefusedError
from lif_core.framework import Frameworks
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import IntegrityError, Reads, Recorder, Row, StoredEvent, Tracking
from lif_core.log.requests import Request
from lif_core.log.streams import LogHead, Streams
from lif_core.policies.policy import Followed, Policy, Watch
from lif_core.policies.runner import Follower
from lif_core.policies.shipped import POLICIES, WATCHES
from lif_core.projection.cache import unwatched
from lif_core.projection.projection import Projection
from lif_core.queries.reader import Clock as Clock
from lif_core.queries.reader import Reader
from lif_core.values.working_days import local_day
from lif_core.views.accountability.view import accountability

Answer: TypeAlias = list[tuple[Record, ...] | LifError] | LifError

ATTEMPTS = 12
MANY = 100  # commands, from which on they are decided without the garbage collector
INTERRUPTED = "interrupted; it may have been recorded: try again"


class Application(Reader):
    """Decides commands over a log, and reads it as a `Reader` does. Threads may share one."""

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock,
        frameworks: Frameworks | None = None,
        mapper: LifMapper | None = None,
    ) -> None:
        super().__init__(recorder, clock=clock, frameworks=frameworks, mapper=mapper)
        self._streams = Streams(self.recorder, self.mapper)
        self._epoch, self._verdicts = self._streams.epoch, Verdicts()
        self._turns = Turns(self._handle_waiting)

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
        if (
            command_id is None
            and recorded_at is None
            and correlation is None
            and causation is None
        ):
            return self.handle_all((command,))
        request = Request(
            command=command,
            command_id=command_id,
            recorded_at=recorded_at,
            correlation=correlation,
            causation=causation,
        )
        return self.handle_all((request,))

    def handle_all(self, requests: Iterable[Request | Command]) -> tuple[Record, ...]:
        """Decide all *requests*, in their order, in one transaction: all are recorded, or none.

        Raises:
            RefusedError, ConflictError, UnreadableError: as `handle`; nothing was recorded.
        """
        (outcome,) = self._take_turn(Work((tuple(requests),)))
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
        return self._take_turn(Work([tuple(group) for group in groups]))

    def _take_turn(self, work: Work) -> list[tuple[Record, ...] | LifError]:
        ticket: Ticket[Work, Answer] = Ticket(work)
        self._turns.take(ticket)
        if isinstance(ticket.answer, list):
            return ticket.answer
        raise ticket.answer or ConflictError(INTERRUPTED)

    def _handle_waiting(self, tickets: Sequence[Ticket[Work, Answer]]) -> None:
        """Threads that came while it was another one's turn are recorded in one commit.

        A follower's page is a commit of its own: where another was first, only it is told so.
        """
        commits: Iterable[Sequence[Ticket[Work, Answer]]] = (tickets,)
        if len(tickets) > 1:
            shared = [ticket for ticket in tickets if ticket.asked.tracking is None]
            followers = [[ticket] for ticket in tickets if ticket.asked.tracking is not None]
            commits = filter(None, (shared, *followers))
        try:
            for together in commits:
                self._handle_together(together)
        finally:
            for ticket in tickets:
                if ticket.answer is None:
                    ticket.answer = ConflictError(INTERRUPTED)

    def _handle_together(self, tickets: Sequence[Ticket[Work, Answer]]) -> None:
        groups = [group for ticket in tickets for group in ticket.asked.groups]
        many = sum(map(len, groups)) > MANY
        answer: Answer
        try:
            with collector_paused() if many else nullcontext():
                answer = self._handle_groups(groups, tickets[0].asked.tracking)
        except LifError as error:
            answer = error
        start = 0
        for ticket in tickets:
            stop = start + len(ticket.asked.groups)
            ticket.answer = answer[start:stop] if isinstance(answer, list) else answer
            start = stop

    def _handle_groups(
        self, groups: Sequence[Group], tracking: Tracking | None
    ) -> list[tuple[Record, ...] | LifError]:
        """Decide and record *groups*, again for as long as what they rest on moves meanwhile.

        They are decided on the log as far as it is known; what has moved since is found out when
        they are recorded, so that nothing is asked twice where nobody else records.
        """
        for _ in range(ATTEMPTS):
            if tracking and self.recorder.tracked(tracking.name) != tracking.after:
                raise ConflictError(f"{tracking.name}: another follower was first")
            batch = self._batch(groups)
            outcomes = [batch.decide(group) for group in groups]
            if tracking:
                raise_what_passes(outcomes)
            try:
                records = self._append(batch, tracking)
            except (IntegrityError, RefusedError):
                self._streams.fell_behind()
                continue  # another process was first: decide again on what is there now
            return [_resolved(outcome, records) for outcome in outcomes]
        raise ConflictError(f"others were recorded first, {ATTEMPTS} times; try again")

    def _batch(self, groups: Sequence[Group]) -> Batch:
        """Return a new batch for *groups*, on the log as far as it is known.

        What each of many commands would ask the log is asked once.
        """
        head, epoch = self._streams.head(), self._streams.epoch
        if epoch != self._epoch:
            self._epoch, self._verdicts = epoch, Verdicts()
        new: AbstractSet[str] = frozenset()
        unrecorded: AbstractSet[str] = frozenset()
        if sum(map(len, groups)) > 1:
            if ids := list(_ids(groups)):
                new = self.recorder.unhandled(ids)
            if not_kept := list(self._streams.not_kept(_commands(groups))):
                unrecorded = self.recorder.unrecorded(not_kept)
        return Batch(
            self.recorder,
            self.mapper,
            self._streams,
            self.frameworks,
            verdicts=self._verdicts,
            now=self._now(),
            head=head,
            new=new,
            unrecorded=unrecorded,
        )

    def _append(self, batch: Batch, tracking: Tracking | None) -> list[Record]:
        """Record what was decided.

        Raises:
            IntegrityError: what it rests on has moved.
            RefusedError: a migration supplies a time before one that was recorded meanwhile.
        """
        if batch.is_quiet and tracking is None:
            self._refuse_moved(batch.reads)
            return []
        records: list[Record] = []

        def stamp(row: Row | None) -> Sequence[StoredEvent]:
            """Under the lock of the recorder: others may have recorded since it was decided."""
            records.extend(batch.records(self._streams.head_of(row), self._now()))
            return [self.mapper.to_stored_event(record) for record in records]

        receipts = tuple(batch.receipts.values())
        positions = self.recorder.append(stamp, receipts, tracking, batch.reads)
        if not records:
            return []
        if positions[0] != records[0].position:  # the end of the log was removed by force
            pairs = zip(records, positions, strict=True)
            records = [replace(record, position=position) for record, position in pairs]
        head = LogHead(positions[-1], records[-1].recorded_at)
        self._streams.recorded(positions[0], head, batch.changed)
        return records

    def _refuse_moved(self, reads: Reads) -> None:
        """Hold what was read against the log as it is now, where nothing is to be recorded."""
        last = self.recorder.last_row()
        end = last[0] if last else 0
        if end == reads.head:
            return
        changed = self.recorder.changed(after=reads.head, until=end)
        if end < reads.head or any(stream in reads.streams for stream in changed):
            raise IntegrityError("what was refused, or was there already, has moved")
        self._streams.fell_behind()

    # Saved views

    def save(
        self,
        projection: Projection[Any],
        *,
        valid: date | None = None,
        watch: Callable[[int], object] | None = None,
        afresh: bool = False,
    ) -> int:
        """Save the view of all that is recorded, so that the next one goes on from there.

        Returns how many of its parts were written. A saved view is good for the program and the
        packs that made it; any others make it afresh. *afresh* makes and writes all of it anew,
        as where the one that is saved is damaged.

        Raises:
            MalformedError: *projection* is not made of parts, which are what can be saved, or is
                not one of `lif`'s own and has no edition.
            ConflictError: another saved it meanwhile; nothing was written.
        """
        if not projection.edition:
            raise MalformedError("projection", f"{projection.name} cannot be saved")
        as_of = self._as_of(valid, None)
        return self._views.save(projection, as_of, watch or unwatched, afresh=afresh)

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
            handle=lambda groups, tracking: self._take_turn(Work(groups, tracking)),
            watch=watch,
        )
        return follower.follow(
            policies,
            watches,
            on=on or local_day(self._now()),
            page=page,
            view=lambda day: self.view(accountability, valid=day),
        )


def _commands(groups: Iterable[Group]) -> Iterator[Command]:
    for group in groups:
        for request in group:
            yield request.command if isinstance(request, Request) else request


def _ids(groups: Iterable[Group]) -> Iterator[str]:
    for group in groups:
        for request in group:
            if isinstance(request, Request) and request.command_id is not None:
                yield request.command_id


def _resolved(
    outcome: Outcome | LifError, records: Sequence[Record]
) -> tuple[Record, ...] | LifError:
    if isinstance(outcome, LifError):
        return outcome
    return tuple(records[one] if isinstance(one, int) else one for one in outcome)
