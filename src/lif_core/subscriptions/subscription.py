"""A subscription: it acts on every entry of the log at least once, in order, from where it was."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from attrs import frozen

from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, MalformedError, ParkedError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import PAGE, IntegrityError, Recorder, Saved, Tracking
from lif_core.subscriptions.lease import Lease
from lif_core.subscriptions.supervision import Stop, supervise
from lif_core.values.fields import check_label

NAME_LENGTH = 100
PROBLEM_LENGTH = 1_000
TRACKED, PARKED = "subscription:", "parked:"
"""Before its name, where the recorder keeps how far it has acted, and what it is parked at."""


@frozen(kw_only=True)
class Delivery:
    """The *records* past the position *after* to be acted on, in the order of the log.

    Once they are, the subscription has acted up to *position*. *name* is what that is kept under,
    and *attempt* counts from 1 for the same entries in a row.
    """

    name: str
    after: int
    position: int
    records: tuple[Record, ...]
    attempt: int = 1


Act: TypeAlias = Callable[[Delivery], object]


@frozen(kw_only=True)
class Parked:
    """The entry at *position* of *stream*, on which a subscription failed with *problem*, and the
    instant *since* when it acts no more.
    """

    position: int
    stream: str
    problem: str
    since: datetime


class Subscription:
    """A subscription, by its *name*, that calls *act* with what is recorded; made by
    `Application.subscribe`.

    Every entry is acted on at least once: again where *act* failed, or the process ended before
    it was on record how far it had come. For exactly once, *act* notes that itself in the
    transaction of what it does (`HostApplication.checkpoint`).

    Where *act* fails on several entries, they are handed over one by one; where it fails on one
    again and again, the subscription is parked at it, in every process, until `resume`.

    Args:
        name: as for `Application.subscribe`.
        act: as for `Application.subscribe`.
        recorder: where the log is kept.
        mapper: reads it.
        now: gives the present instant.
        term: as for `Application.subscribe`.
        events: as for `Application.subscribe`.
        page: as for `Application.subscribe`.
        attempts: as for `Application.subscribe`.
        pause: as for `Application.subscribe`.
        tracked: stands before the name where the recorder keeps how far it has acted.
    """

    def __init__(
        self,
        name: str,
        act: Act,
        *,
        recorder: Recorder,
        mapper: LifMapper,
        now: Callable[[], datetime],
        term: timedelta,
        events: Collection[type[Event[Any]]] = (),
        page: int = PAGE,
        attempts: int = 5,
        pause: float = 1.0,
        tracked: str = TRACKED,
    ) -> None:
        self.name = check_label("name", name, NAME_LENGTH)
        if page < 1 or attempts < 1:
            raise MalformedError("page" if page < 1 else "attempts", "must be 1 or more")
        self._act = act
        self._recorder = recorder
        self._mapper = mapper
        self._now = now
        self._events = frozenset(events)
        self._page = page
        self._attempts = attempts
        self._pause = pause
        self._term = term
        self._tracked = tracked + self.name
        self._failures = (0, 0)  # the position that was failed past, and how often in a row
        self._alone = 0  # the position up to which entries are handed over one by one

    @property
    def position(self) -> int:
        """The position up to which it has acted; 0 where it never has."""
        return self._recorder.tracked(self._tracked)

    @property
    def parked(self) -> Parked | None:
        """The entry that it failed on again and again; `None` where it is not parked."""
        note = self._recorder.saved(PARKED + self._tracked)
        if note is None or not note.head:
            return None
        try:
            fields = json.loads(note.head)
            return Parked(**{**fields, "since": datetime.fromisoformat(fields["since"])})
        except (ValueError, TypeError, KeyError) as error:
            problem = f"what is noted of {self.name}, which is parked, cannot be read"
            raise UnreadableError(f"{problem}: {error}") from error

    def step(self, *, after: int | None = None) -> int:
        """Act on the next entries, a page of them at most; return how many there were.

        With *after*, only where it has acted up to that position, and not further.

        Raises:
            ParkedError: it is parked, or is now; `resume` lets it go on.
            ConflictError: the store is busy.
            UnreadableError: an entry cannot be read; nobody acts past it.
            Exception: what *act* raised; the next step tries again.
        """
        if parked := self.parked:
            raise ParkedError(self.name, parked.position, parked.problem)
        if after is None:
            after = self.position
        rows = self._recorder.rows(after=after, limit=1 if after < self._alone else self._page)
        if not rows:
            return 0
        records = tuple(self._mapper.to_records(rows))
        wanted = tuple(r for r in records if not self._events or type(r.event) in self._events)
        failed_past, times = self._failures
        delivery = Delivery(
            name=self._tracked,
            after=after,
            position=rows[-1][0],
            records=wanted,
            attempt=1 + (times if failed_past == after else 0),
        )
        if wanted:
            self._hand_over(delivery)
        self._move(delivery)
        return len(rows)

    def _hand_over(self, delivery: Delivery) -> None:
        try:
            self._act(delivery)
        except (ConflictError, UnreadableError):
            raise  # of the store, not of the entry
        except Exception as error:
            self._failures = (delivery.after, delivery.attempt)
            if len(delivery.records) > 1:
                self._alone = delivery.position
                self._failures = (0, 0)
            elif delivery.attempt >= self._attempts:
                self._park(delivery.records[0], error)
                raise ParkedError(
                    self.name, delivery.records[0].position, _problem(error)
                ) from error
            raise

    def _move(self, delivery: Delivery) -> None:
        """Note how far it has acted, unless that is on record: by *act*, or by another process."""
        if self.position > delivery.after:
            return
        note_acted(self._recorder, delivery)

    def _park(self, record: Record, error: Exception) -> None:
        note = {
            "position": record.position,
            "stream": record.stream,
            "problem": _problem(error),
            "since": self._now().isoformat(),
        }
        self._note(record.position, json.dumps(note).encode())

    def _note(self, position: int, head: bytes) -> None:
        saved = Saved(name=PARKED + self._tracked, position=position, head=head)
        self._recorder.save(saved, before=None)

    def resume(self, *, skip: bool = False) -> None:
        """Let it go on at the entry that it is parked at, or, to *skip* it, past that.

        Raises:
            ConflictError: another process has resumed it, or acted, at this moment.
        """
        parked = self.parked
        if parked is None:
            return
        after = self.position
        if skip and after < parked.position:
            delivery = Delivery(
                name=self._tracked, after=after, position=parked.position, records=()
            )
            self._move(delivery)
        self._failures = (0, 0)
        self._note(parked.position, b"")

    def catch_up(self) -> int:
        """Act until nothing is new; return on how many entries. Errors as of `step`."""
        return catch_up([self])

    def run(self, stop: Stop, *, on_error: Callable[[Exception], object] = lambda _: None) -> None:
        """Act on what is recorded, and on what will be, until *stop* is set.

        Of several processes that run it one acts, and another when that is gone. *on_error* is
        told what failed and is tried again.

        Raises:
            ParkedError: it failed on an entry again and again.
        """
        supervise(
            lambda: bool(self.step()),
            lambda seconds: self._recorder.wait(after=self.position, seconds=seconds),
            Lease(self._tracked, self._recorder, self._now, self._term),
            stop,
            pause=self._pause,
            on_error=on_error,
        )


def note_acted(recorder: Recorder, delivery: Delivery) -> None:
    """Note that a subscription has acted on *delivery*.

    Raises:
        ConflictError: another process has noted that before.
    """
    tracking = Tracking(name=delivery.name, after=delivery.after, position=delivery.position)
    try:
        recorder.append(lambda _: (), tracking=tracking)
    except IntegrityError as error:
        raise ConflictError(f"{delivery.name}: another process acted first") from error


def catch_up(subscriptions: Iterable[Subscription]) -> int:
    """Have all act until nothing is new; return on how many entries, each counted for each.

    Whoever has acted least goes first. So the log and the positions alone say what comes next, and
    a run that was killed, or shares the work, does what one alone would have.
    """
    position_of = {subscription: subscription.position for subscription in subscriptions}
    count = 0
    while position_of:
        subscription = min(position_of, key=lambda each: position_of[each])
        after = position_of[subscription]
        if subscription.position == after:  # no other process has acted since
            acted = subscription.step(after=after)
            if not acted:
                return count
            count += acted
        position_of[subscription] = subscription.position
    return count


def _problem(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:PROBLEM_LENGTH]
