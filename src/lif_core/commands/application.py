"""The application: commands in, records out; and everything a reader can ask."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from lif_core.aggregates.data_subject import DataSubjectErased
from lif_core.catalogue import Extension
from lif_core.commands.batch import Group
from lif_core.commands.board_admission import BoardAdmission
from lif_core.commands.group_commit import GroupCommit
from lif_core.commands.writer import Outcomes, Work, Writer
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import LifError, MalformedError
from lif_core.framework import Frameworks
from lif_core.log.board_recorder import BoardRecorder
from lif_core.log.keyring import Keyring
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import PAGE, Recorder, Tracking, streams
from lif_core.log.requests import Request, check_expected
from lif_core.log.streams import Streams
from lif_core.observer import Observer, tell
from lif_core.policies.policy import DayPolicy, Followed, Policy
from lif_core.policies.runner import Follower, refuse_same_names
from lif_core.projection.cache import Views, no_progress
from lif_core.projection.projection import Projection
from lif_core.queries.reader import Clock as Clock
from lif_core.queries.reader import Reader
from lif_core.queries.readership import (
    NO_ROLES,
    BoardReadership,
    Readership,
    refuse_unless_entitled,
)
from lif_core.subscriptions.lease import Lease
from lif_core.subscriptions.subscription import Act, Delivery, Subscription, note_acted
from lif_core.subscriptions.supervision import Stop, supervise
from lif_core.values.fields import check_label
from lif_core.values.working_days import local_day
from lif_core.views import PROJECTIONS

TOLERANCE = timedelta(minutes=5)
"""So far the log may be ahead of the clock: several machines never agree to the second."""
TERM = timedelta(seconds=30)
"""So long may the process that acts on the log say nothing before another one does."""


class Application(Reader):
    """The front of a log: decides commands, and reads as a `Reader`. Threads may share one.

    Args:
        recorder, clock, frameworks, mapper, readership, extensions, observer, monotonic, keys: as
            for a `Reader`.
        tolerance: how far the log may be ahead of the clock before nothing more is recorded.
    """

    def __init__(
        self,
        recorder: Recorder,
        *,
        clock: Clock,
        frameworks: Frameworks | None = None,
        mapper: LifMapper | None = None,
        tolerance: timedelta = TOLERANCE,
        readership: Readership = NO_ROLES,
        extensions: Sequence[Extension] = (),
        observer: Observer | None = None,
        monotonic: Callable[[], float] = lambda: 0.0,
        keys: Keyring | None = None,
    ) -> None:
        super().__init__(
            recorder,
            clock=clock,
            frameworks=frameworks,
            mapper=mapper,
            readership=readership,
            extensions=extensions,
            observer=observer,
            monotonic=monotonic,
            keys=keys,
        )
        self.tolerance = tolerance
        self._begin()

    def _begin(self) -> None:
        """Begin with nothing that is known of the log."""
        self._streams = Streams(self.recorder, self.mapper)
        writer = Writer(
            self.recorder,
            self.mapper,
            self._streams,
            self.frameworks,
            self._now,
            self.tolerance,
        )
        self._commits: GroupCommit[Work, Outcomes] = GroupCommit(writer.write)

    def renew(self) -> None:
        """Begin anew in a process that was forked, as `Reader.renew` does; also what decides."""
        super().renew()
        self._streams.renew()
        self._commits.renew()

    # Commands

    def handle(
        self,
        command: Command,
        *,
        entered_by: str | None = None,
        command_id: str | None = None,
        recorded_at: datetime | None = None,
        correlation: str | None = None,
        causation: str | None = None,
        expected: Mapping[str, int] | None = None,
        about: Sequence[str] = (),
    ) -> tuple[Record, ...]:
        """Decide *command* and record durably what it leads to; `()` where it was fulfilled.

        The same *command_id* again returns what it returned, without deciding anything.

        Args:
            command: the decision to record.
            entered_by: who typed it, as the program knows its user; kept with the record, beside
                who decided it. The same command entered by another is the same command.
            command_id: the caller's id of it, unique in the log; at most 200 characters.
            recorded_at: only for a migration: the instant at which an older register recorded it.
            correlation: the caller's, for tracing; kept with the record.
            causation: the caller's, for tracing; kept with the record.
            expected: the stream positions up to which whoever decides has seen streams, 0 for one
                that had no entry.
            about: those whom its texts are about, such as `wscb/p-17`; by default those of the
                entries of the stream before it. Where the store is open with keys, the texts are
                under theirs.

        Raises:
            MalformedError: an id or a name is no text on one line, *recorded_at* has no zone, or
                what is *expected* is no position.
            RefusedError: it broke a rule; nothing was recorded.
            StaleError: a stream has moved past what was *expected*; nothing was recorded.
            ConflictError: others kept being recorded first; try again.
            ClockError: the log is ahead of the clock; nothing was recorded.
            UnreadableError: an entry that it rests on cannot be read; nothing was recorded.
        """
        request: Request | Command = command
        if (
            {command_id, recorded_at, correlation, causation} != {None}
            or expected is not None
            or about
        ):
            request = Request(
                command=command,
                command_id=command_id,
                recorded_at=recorded_at,
                correlation=correlation,
                causation=causation,
                expected=expected,
                about=tuple(about),
            )
        return _records(self._submit([(request,)], entered_by))

    def handle_all(
        self,
        requests: Iterable[Request | Command],
        *,
        entered_by: str | None = None,
        expected: Mapping[str, int] | None = None,
    ) -> tuple[Record, ...]:
        """Decide all *requests*, in their order, in one transaction: all are recorded, or none.

        *entered_by* is who typed them, *expected* the positions of streams before any of them, as
        in `handle`.

        Raises:
            MalformedError, RefusedError, ConflictError, UnreadableError: as `handle`; nothing was
                recorded.
        """
        return _records(self._submit([tuple(requests)], entered_by, expected))

    def handle_each(
        self, groups: Sequence[Sequence[Request | Command]], *, entered_by: str | None = None
    ) -> list[tuple[Record, ...] | LifError]:
        """Decide *groups* in one durable transaction; each group is recorded whole or not at all.

        Returns, for each group in its place, its records or the error that kept it out. What other
        threads ask for meanwhile is recorded in the same commit, each group on its own terms.
        *entered_by* is who typed them, as in `handle`.

        Raises:
            MalformedError: *entered_by* is no name on one line.
            ConflictError: others kept being recorded first; no group was recorded.
        """
        return self._submit([tuple(group) for group in groups], entered_by)

    def _submit(
        self,
        groups: Sequence[Sequence[Request | Command]],
        entered_by: str | None,
        expected: Mapping[str, int] | None = None,
    ) -> Outcomes:
        if entered_by is not None:
            entered_by = check_label("entered_by", entered_by, of_a_person=True)
        if expected is not None:
            expected = check_expected(expected)
        return self._commit(Work([Group(requests, entered_by, expected) for requests in groups]))

    def _commit(self, work: Work) -> Outcomes:
        """Return what became of *work*, once it is durable and what it erases is erased."""
        outcomes = self._recorded(work)
        if self.mapper.keyring is not None:
            for outcome in outcomes:
                if not isinstance(outcome, LifError):
                    self._erase(outcome)
        return outcomes

    def _erase(self, records: Iterable[Record]) -> None:
        """Destroy the keys of those whose erasure is among *records*."""
        keyring = self.mapper.keyring
        for record in records:
            if keyring is not None and isinstance(record.event, DataSubjectErased):
                keyring.destroy(record.event.subject)

    def complete_erasures(self) -> None:
        """Destroy the keys of those who are erased by the log, whatever interrupted that.

        Those of an application of `connect` are when it is opened.

        Raises:
            UnreadableError: an entry about a person, or the key store, cannot be read.
        """
        head, without_keys = self.recorder.last_row(), LifMapper(self.mapper.registry)
        if self.mapper.keyring is not None and head is not None:
            for rows in streams(self.recorder, until=head[0], category="data_subject"):
                self._erase(without_keys.to_records(rows))

    def _recorded(self, work: Work) -> Outcomes:
        """Return what became of *work*, once it is durable, and tell the observer."""
        if self.observer is None or not work.groups:  # a follower moves on, and asks nothing
            return self._commits.submit(work)
        start, outcomes, error = self.monotonic(), Outcomes(), None
        try:
            outcomes = self._commits.submit(work)
        except LifError as raised:
            error = raised
            raise
        finally:
            records = [each for each in outcomes if not isinstance(each, LifError)]
            errors = (each for each in outcomes if isinstance(each, LifError))
            tell(
                self.observer.handled,
                commands=sum(len(group.requests) for group in work.groups),
                entries=sum(map(len, records)),
                attempts=work.attempts,
                seconds=self.monotonic() - start,
                error=error or next(errors, None),
            )
        return outcomes

    # In a transaction of the host

    def within(self, connection: object) -> "HostApplication":
        """Return an application on a *connection* of the host's own to the same store.

        What it records is on record when the host commits, and never was where the host rolls
        back; what it reads is what the host's transaction sees. It is of the thread and the
        transaction that the connection is of. Until that transaction has ended, whatever else
        records in this store waits for it.

        Args:
            connection: of the database's driver, of SQLAlchemy (or its session), or Django's
                `connections[...]`, with the transaction begun.

        Raises:
            MalformedError: it is none to this store, has no transaction, or would not keep what it
                commits.
        """
        return HostApplication(self, self.recorder.within(connection))

    # One board of many

    def for_board(self, board: str, *before: str) -> "Application":
        """Return an application that reads and writes as a *board*, in a log of many.

        It shows what is the board's own, and what is shared with it; of all else nothing but gaps
        between positions. It decides as this application does, about those streams alone, and for
        bodies that are not another board's. Command ids are the board's own. *before* are boards
        whose record this one has taken over, which are its own as well. The store stays open for
        as long as this application is; closing the other closes nothing.

        Raises:
            MalformedError: one is no short name of a board.
        """
        return BoardApplication(self, self._board_recorder(board, before), (board, *before))

    # Saved views

    def save(
        self,
        projection: Projection[Any],
        *,
        valid: date | None = None,
        progress: Callable[[int], object] | None = None,
        afresh: bool = False,
    ) -> int:
        """Save the view of all that is recorded, and return how many of its parts were written.

        The next view goes on from there. A saved view is good for the program and the packs that
        made it; any others make it afresh.

        Args:
            projection: the view to save, by its name.
            valid: the day of the view; by default today in Europe/London.
            progress: called with how many more entries have been read, now and then.
            afresh: make and write all of it anew, as where the one that is saved is damaged.

        Raises:
            MalformedError: *projection* has no edition, so that nothing would tell that what is
                saved is of an older one.
            ConflictError: another saved it meanwhile; nothing was written.
            NotEntitledError: as for `view`.
        """
        refuse_unless_entitled(projection, self.readership)
        if not projection.edition:
            raise MalformedError("projection", f"{projection.name} cannot be saved")
        self._read_clock()
        as_of = self._as_of(valid, None)
        return self._views.save(projection, as_of, progress or no_progress, afresh=afresh)

    # Subscriptions

    def subscribe(
        self,
        name: str,
        act: Act,
        *,
        events: Collection[type[Event[Any]]] = (),
        page: int = PAGE,
        attempts: int = 5,
        pause: float = 1.0,
        term: timedelta = TERM,
    ) -> Subscription:
        """Return the subscription *name*, which calls *act* with what is recorded, from where it
        was: its `step`, `catch_up` or `run` do so.

        Args:
            name: kept for ever; under another name, it would act on the whole log again.
            act: is given a `Delivery`, of one entry or several, in the order of the log, with
                corrections among them, as recorded. It is given each at least once.
            events: only entries of these kinds; by default of all.
            page: the most entries that are handed over at once.
            attempts: how often one entry is tried before the subscription is parked at it.
            pause: seconds until `run` tries again; doubled each time, up to a minute.
            term: how long the process that acts may say nothing before another does.

        Raises:
            MalformedError: *name* is no text on one line, *page* or *attempts* less than 1.
        """
        return Subscription(
            name,
            act,
            recorder=self.recorder,
            mapper=self.mapper,
            now=self._now,
            events=events,
            page=page,
            attempts=attempts,
            pause=pause,
            term=term,
        )

    # Policies

    def follow(
        self,
        policies: Sequence[Policy] | None = None,
        *,
        day_policies: Sequence[DayPolicy] | None = None,
        on: date | None = None,
        page: int = 1_000,
        progress: Callable[[Followed], object] | None = None,
    ) -> Followed:
        """Record what *policies* ask because of entries, and *day_policies* because of the day.

        Each policy reacts to every entry exactly once, whatever interrupts it and whoever else
        follows; reactions are followed as well. Then those of the day look, until they lead to
        nothing new. What is refused is told once: a policy does not ask it again, one of a day
        does next time.

        Args:
            policies: in the order in which they react; each by its name, from where it was. By
                default those of `lif`, then those of the extensions.
            day_policies: each by its name; by default likewise.
            on: the day that these look at; by default today in Europe/London.
            page: how many entries are read, and reacted to, in one transaction.
            progress: is told of each step as soon as it is durable.

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
            handle=self._react,
            now=self._now,
            progress=progress,
        )
        start, whole = self.monotonic(), self.unredacted()
        total = follower.follow(
            self.catalogue.policies if policies is None else policies,
            self.catalogue.day_policies if day_policies is None else day_policies,
            on=on or local_day(self._now()),
            page=page,
            view=lambda day: whole.view(PROJECTIONS["accountability"], valid=day),
        )
        if self.observer is not None:
            tell(
                self.observer.followed,
                entries=total.read,
                recorded=len(total.records),
                refused=len(total.refused),
                seconds=self.monotonic() - start,
            )
        return total

    def follow_until(
        self,
        stop: Stop,
        policies: Sequence[Policy] | None = None,
        *,
        day_policies: Sequence[DayPolicy] | None = None,
        page: int = 1_000,
        progress: Callable[[Followed], object] | None = None,
        on_error: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        """Follow, as `follow` does, what is recorded and each new day, until *stop* is set.

        Of several processes that do, one follows, and another when that is gone.

        Args:
            stop: asked about once a second, such as a `threading.Event`.
            policies: as for `follow`.
            day_policies: as for `follow`.
            page: as for `follow`.
            progress: as for `follow`.
            on_error: is told of what failed, and is tried again.

        Raises:
            MalformedError: two have the same name.
        """
        policies = self.catalogue.policies if policies is None else policies
        day_policies = self.catalogue.day_policies if day_policies is None else day_policies
        refuse_same_names(policies, day_policies)
        seen: tuple[int, date] | None = None

        def work() -> bool:
            nonlocal seen
            latest = (self._head(), local_day(self._now()))
            if latest == seen:
                return False
            self.follow(policies, day_policies=day_policies, page=page, progress=progress)
            seen = latest
            return True

        supervise(
            work,
            lambda seconds: self.recorder.wait(after=self._head(), seconds=seconds),
            Lease("follow", self.recorder, self._now, TERM),
            stop,
            pause=1.0,
            on_error=on_error,
        )

    def _react(
        self, requests: Sequence[tuple[str, Request]], tracking: Tracking | None
    ) -> Outcomes:
        """Decide each of the *requests*, with the name of the policy that asks it, on its own."""
        groups = [Group((request,), name) for name, request in requests]
        return self._commit(Work(groups, tracking))


class HostApplication(Application):
    """An application in a transaction of the host, which is a part of what *application* records.

    It keeps nothing from one call to the next: the host may have taken back what it read.
    """

    def __init__(self, application: Application, recorder: Recorder) -> None:
        super().__init__(
            recorder,
            clock=application.clock,
            frameworks=application.frameworks,
            mapper=LifMapper(application.mapper.registry, keyring=application.mapper.keyring),
            tolerance=application.tolerance,
            readership=application.readership,
        )
        self._outside = application
        self.catalogue = application.catalogue
        self.observer, self.monotonic = application.observer, application.monotonic

    def for_board(self, board: str, *before: str) -> "HostBoardApplication":
        """Return an application that reads and writes as a *board* in the host's transaction, with
        *before* as in `Application.for_board`.
        """
        return HostBoardApplication(self, self._board_recorder(board, before), (board, *before))

    def _board_recorder(self, board: str, before: Sequence[str]) -> BoardRecorder:
        """Return the log of a *board* as the host's transaction sees it; most of what is shared
        is known outside it already.
        """
        outside = self._outside._board_recorder(board, before)
        return BoardRecorder(outside.holdings.twin(self.recorder), outside.board)

    def checkpoint(self, delivery: Delivery) -> None:
        """Note in the host's transaction that a subscription has acted on *delivery*.

        So what it does in that transaction is done exactly once.

        Raises:
            ConflictError: it has been acted on already; roll back.
        """
        note_acted(self.recorder, delivery)

    def _erase(self, records: Iterable[Record]) -> None:
        """Leave the keys: the host may roll back. They are destroyed when the store is opened."""

    def _read_clock(self) -> None:
        self._views.forget()
        super()._read_clock()

    def _submit(
        self,
        groups: Sequence[Sequence[Request | Command]],
        entered_by: str | None,
        expected: Mapping[str, int] | None = None,
    ) -> Outcomes:
        self._begin()
        return super()._submit(groups, entered_by, expected)


class BoardApplication(Application):
    """An application that decides as *application* does, about the streams of one board alone.

    Policies follow the log of all boards, once: it follows none.
    """

    def __init__(
        self, application: Application, recorder: BoardRecorder, boards: Sequence[str]
    ) -> None:
        super().__init__(
            recorder,
            clock=application.clock,
            frameworks=_of_boards(application.frameworks, boards),
            mapper=application.mapper,
            tolerance=application.tolerance,
            readership=BoardReadership(application.readership, recorder.holdings.sees),
        )
        self.catalogue = application.catalogue
        self.observer, self.monotonic = application.observer, application.monotonic
        self._application, self._boards = application, tuple(boards)
        self._admission = BoardAdmission(recorder, self.mapper.registry, boards[0])

    def within(self, connection: object) -> "HostBoardApplication":
        """Return an application that reads and writes as the same board, on a *connection* of the
        host's own, as that of the whole log does.
        """
        return self._application.within(connection).for_board(*self._boards)

    def follow(self, *_: object, **__: object) -> NoReturn:
        """Refuse with a `MalformedError`."""
        raise _no_follower()

    def follow_until(self, *_: object, **__: object) -> NoReturn:
        """Refuse with a `MalformedError`."""
        raise _no_follower()

    def _submit(
        self,
        groups: Sequence[Sequence[Request | Command]],
        entered_by: str | None,
        expected: Mapping[str, int] | None = None,
    ) -> Outcomes:
        return self._admission.submit(
            groups,
            expected or {},
            lambda admitted: self._application._submit(admitted, entered_by, expected),
        )


class HostBoardApplication(HostApplication):
    """A `BoardApplication` in the transaction of the host that *application* records in."""

    def __init__(
        self, application: HostApplication, recorder: BoardRecorder, boards: Sequence[str]
    ) -> None:
        super().__init__(application, recorder)
        self.frameworks = _of_boards(application.frameworks, boards)
        self.readership = BoardReadership(application.readership, recorder.holdings.sees)
        self._views = Views(recorder, self.mapper, self.frameworks)
        self._application = application
        self._admission = BoardAdmission(recorder, self.mapper.registry, boards[0])

    def follow(self, *_: object, **__: object) -> NoReturn:
        """Refuse with a `MalformedError`."""
        raise _no_follower()

    def follow_until(self, *_: object, **__: object) -> NoReturn:
        """Refuse with a `MalformedError`."""
        raise _no_follower()

    def _submit(
        self,
        groups: Sequence[Sequence[Request | Command]],
        entered_by: str | None,
        expected: Mapping[str, int] | None = None,
    ) -> Outcomes:
        return self._admission.submit(
            groups,
            expected or {},
            lambda admitted: self._application._submit(admitted, entered_by, expected),
        )


def _of_boards(frameworks: Frameworks, boards: Sequence[str]) -> Frameworks:
    """Return the packs by which *boards* and what is joint to them are looked at."""
    return frameworks.of_boards(frameworks.serving(boards))


def _no_follower() -> MalformedError:
    return MalformedError("board", "policies follow the whole log: ask its own application")


def _records(outcomes: Outcomes) -> tuple[Record, ...]:
    """Return the records of the only group there is, or raise the error that kept it out."""
    (outcome,) = outcomes
    if isinstance(outcome, LifError):
        raise outcome
    return outcome
