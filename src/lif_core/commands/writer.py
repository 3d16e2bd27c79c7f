"""The writer of a log: work is decided, and what it leads to is recorded in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeAlias

from attrs import define

from lif_core.commands.admission import Verdicts
from lif_core.commands.batch import Batch, Group, Outcome
from lif_core.commands.group_commit import INTERRUPTED, Ticket
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, LifError, RefusedError, UnreadableError
from lif_core.framework import Frameworks
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.mapper import LifMapper
from lif_core.log.packs import WrittenUnder, use_of
from lif_core.log.recorder import (
    IntegrityError,
    PackUse,
    Reads,
    Recorder,
    Row,
    StoredEvent,
    Tracking,
)
from lif_core.log.requests import Request
from lif_core.log.streams import LogHead, Streams

Outcomes: TypeAlias = list[tuple[Record, ...] | LifError]
"""The records of each group in its place, or the error that kept it out."""

ATTEMPTS = 12
MANY = 100  # commands, from which on they are decided without the garbage collector


@define
class Work:
    """Groups to be decided; with *tracking*, of a follower, which moves on in the same commit.

    *attempts* is how often they were decided.
    """

    groups: Sequence[Group]
    tracking: Tracking | None = None
    attempts: int = 0


class Writer:
    """Decides work on a log as far as it is known, and records what it leads to.

    What has moved since is found out when it is recorded, so that nothing is asked twice where
    nobody else records; then it is decided again. One thread at a time may write.

    Args:
        now: gives the present instant.
        tolerance: how far the log may be ahead of that.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapper: LifMapper,
        streams: Streams,
        frameworks: Frameworks,
        now: Callable[[], datetime],
        tolerance: timedelta,
    ) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._streams = streams
        self._frameworks = frameworks
        self._now = now
        self._tolerance = tolerance
        self._epoch, self._verdicts = streams.epoch, Verdicts()
        self._under, self._under_at = WrittenUnder(), -1  # the packs on record, as of that head
        self._missing: Mapping[str, str] = {}

    def write(self, tickets: Sequence[Ticket[Work, Outcomes]]) -> None:
        """Answer *tickets*, all in one commit, but for followers.

        A follower's page is a commit of its own: where another was first, only it is told so.
        """
        shared = [ticket for ticket in tickets if ticket.work.tracking is None]
        followers = [[ticket] for ticket in tickets if ticket.work.tracking is not None]
        try:
            for together in filter(None, (shared, *followers)):
                try:
                    outcomes = self._recorded([ticket.work for ticket in together])
                except LifError as error:
                    for ticket in together:
                        ticket.answer = error
                    continue
                rest = iter(outcomes)
                for ticket in together:
                    ticket.answer = list(islice(rest, len(ticket.work.groups)))
        finally:
            for ticket in tickets:
                if ticket.answer is None:
                    ticket.answer = ConflictError(INTERRUPTED)

    def _recorded(self, works: Sequence[Work]) -> Outcomes:
        """Decide and record *works*, again for as long as what they rest on moves meanwhile."""
        groups, tracking = [group for work in works for group in work.groups], works[0].tracking
        many = sum(len(group.requests) for group in groups) > MANY
        for attempt in range(ATTEMPTS):
            for work in works:
                work.attempts = attempt + 1
            if tracking and self._recorder.tracked(tracking.name) != tracking.after:
                raise ConflictError(f"{tracking.name}: another follower was first")
            with collector_paused() if many else nullcontext():
                batch = self._batch(groups)
                outcomes = list(map(batch.decide, groups))
                if tracking:
                    _raise_what_passes(outcomes)
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
        if head.position != self._under_at:
            self._under, self._under_at = WrittenUnder(self._recorder.packs()), head.position
            self._missing = self._under.missing(self._frameworks)
        new: AbstractSet[str] = frozenset()
        unrecorded: AbstractSet[str] = frozenset()
        if sum(len(group.requests) for group in groups) > 1:
            if ids := list(_ids(groups)):
                new = self._recorder.unhandled(ids)
            if not_kept := list(self._streams.not_kept(_commands(groups))):
                unrecorded = self._recorder.unrecorded(not_kept)
        return Batch(
            self._recorder,
            self._mapper,
            self._streams,
            self._frameworks,
            verdicts=self._verdicts,
            now=self._now(),
            tolerance=self._tolerance,
            head=head,
            missing=self._missing,
            new=new,
            unrecorded=unrecorded,
        )

    def _append(self, batch: Batch, tracking: Tracking | None) -> list[Record]:
        """Record what was decided.

        Raises:
            IntegrityError: what it rests on has moved.
            RefusedError: a migration supplies a time before one that was recorded meanwhile.
            ClockError: the log is ahead of the clock.
        """
        if batch.is_quiet and tracking is None:
            self._refuse_moved(batch.reads)
            return []
        records: list[Record] = []
        stored: list[StoredEvent] = []

        def stamp(row: Row | None) -> Sequence[StoredEvent]:
            """Return what to store now, under the lock: others may have recorded since.

            It may be asked again, where the recorder has no lock and another was first.
            """
            records[:] = batch.records(self._streams.head_of(row), self._now())
            stored[:] = [self._mapper.to_stored_event(record) for record in records]
            return stored

        receipts = tuple(batch.receipts.values())
        packs: Sequence[PackUse] = ()
        if self._under.others(batch.packs_asked):
            packs = [use_of(pack, self._now()) for pack in self._under.others(batch.packs())]
        positions = self._recorder.append(stamp, receipts, tracking, batch.reads, packs)
        if not records:
            return []
        self._under.followed_by(packs)
        if positions[0] == self._under_at + 1:
            self._under_at = positions[-1]
        head = LogHead(positions[-1], records[-1].recorded_at, stored[-1].state)
        self._streams.recorded(positions[0], head, batch.changed)
        return records

    def _refuse_moved(self, reads: Reads) -> None:
        """Hold what was read against the log as it is now, where nothing is to be recorded."""
        last = self._recorder.last_row()
        end = last[0] if last else 0
        if last is not None and end == reads.head and reads.stored in (b"", last[4]):
            return
        if last is None and not reads.head:
            return
        changed = self._recorder.changed(after=reads.head, until=end)
        if end <= reads.head or any(stream in reads.streams for stream in changed):
            raise IntegrityError("what was refused, or was there already, has moved")
        self._streams.fell_behind()


def _raise_what_passes(outcomes: Iterable[object]) -> None:
    """Raise what may be asked again, once the store is whole or free: nobody moves past it."""
    for outcome in outcomes:
        if isinstance(outcome, ConflictError | UnreadableError):
            raise outcome


def _commands(groups: Iterable[Group]) -> Iterator[Command]:
    for group in groups:
        for request in group.requests:
            yield request.command if isinstance(request, Request) else request


def _ids(groups: Iterable[Group]) -> Iterator[str]:
    for group in groups:
        for request in group.requests:
            if isinstance(request, Request) and request.command_id is not None:
                yield request.command_id


def _resolved(
    outcome: Outcome | LifError, records: Sequence[Record]
) -> tuple[Record, ...] | LifError:
    if isinstance(outcome, LifError):
        return outcome
    return tuple(records[place] if isinstance(place, int) else place for place in outcome)
