"""Recorders that lose something, each by one fault, and the tests of the contract that say so.

Each is the recorder in memory, or the one in a SQLite file, but for its fault. Where a fault shows
by chance in life, it pauses here, so that it shows each time.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock, RLock
from time import sleep
from typing import Any, ClassVar

import attrs
from eventsourcing.persistence import IntegrityError
from msgspec.structs import replace

from lif_adapters.sqlite import SQLiteRecorder
from lif_core.errors import ConflictError, UnreadableError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import (
    Handled,
    PackUse,
    Reads,
    Receipt,
    Recorder,
    Row,
    Saved,
    Stamp,
    Tracking,
)
from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.samples import returning
from tests.adapters.contracts import SQLiteContract

PAUSE = 0.001  # seconds that another needs to come in between


class SharedMemory(MemoryRecorder):
    """Nothing is wrong with it: several recorders, on what the first of them keeps in memory."""

    seconds: ClassVar[float] = 30

    def beside(self) -> "SharedMemory":
        other = type(self)()
        other.__dict__.update(self.__dict__)
        return other

    def heeded(self, read: Reads) -> Reads | None:
        return read

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        return super().append(stamp, receipts, tracking, read and self.heeded(read), packs)


class StampsOutsideTheLock(SharedMemory):
    """Looks at the last entry and at what was read, and takes the lock only then."""

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        if read is not None:
            self._refuse_moved(read)
        events = stamp(self.last_row())
        sleep(PAUSE)
        return super().append(lambda _: events, receipts, tracking, None, packs)


class LocksThreadsOnly(SharedMemory):
    """Has a lock of its own and a `bigserial`: what another commits later appears behind it.

    The first one commits two of its appends only once a reader has read past them, or in a while;
    another one first lets it take a position.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: set[int] = set()
        self.read: list[int] = [0]
        self.others: list[Recorder] = []
        self.own, self.slow, self.lets = RLock(), 2, 0

    def beside(self) -> SharedMemory:
        other = super().beside()
        assert isinstance(other, LocksThreadsOnly)
        other.own, other.slow, other.lets = RLock(), 0, 500
        self.others.append(other)
        return other

    def append(self, stamp: Stamp, *args: Any, **more: Any) -> Sequence[int]:
        with self.own:
            while self.lets and not args and not self.open:
                self.lets -= 1
                sleep(PAUSE)
            self.lets = 0 if self.open else self.lets
            with self._database_lock:
                positions = super().append(stamp, *args, **more)
                if self.slow and self.others and not args:
                    self.slow -= 1
                    self.open.update(positions)
            for _ in range(1500 if self.open & {*positions} else 0):
                if max(self.read) > positions[-1]:
                    break
                sleep(PAUSE)
            self.open.difference_update(positions)
        return positions

    def committed(self, after: int) -> list[Row]:
        with self._database_lock:
            rows, taken = super().rows(after=after, limit=1 << 30), {*self.open}
        return [row for row in rows if row[0] not in taken]

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        page = self.committed(after)[:limit]
        self.read += [row[0] for row in page[-1:]]
        return page

    def last_row(self) -> Row | None:
        return next(iter(self.committed(0)[::-1]), None)


class CommitsEachEntry(SharedMemory):
    """Appends the entries of one append one by one."""

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        with self._database_lock:
            events = stamp(self.last_row())
            positions = [*super().append(lambda _: events[:1], receipts, tracking, read, packs)]
        for event in events[1:]:
            sleep(PAUSE / 5)
            positions += super().append(returning(event))
        return positions


class RemembersCommandsAfterwards(SharedMemory):
    """Remembers the commands in a transaction of its own, after their entries."""

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        if len(self.unhandled([r.command_id for r in receipts])) < len(receipts):
            raise IntegrityError("handled already")
        positions = super().append(stamp, (), tracking, read, packs)
        sleep(PAUSE)
        end = len(self._stored_events) - len(positions)
        for r in receipts:
            self._handled[r.command_id] = (r.digest, end + r.start, end + r.stop)
        return positions


class TracksAfterwards(SharedMemory):
    """Moves a follower on in a transaction of its own, after what it led to."""

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        with self._database_lock:
            if tracking is not None and self.tracked(tracking.name) != tracking.after:
                raise IntegrityError("followed past it")
            positions = super().append(stamp, receipts, None, read, packs)
            if tracking is not None and not positions:
                self._tracked[tracking.name] = tracking.position
        if tracking is not None and positions:
            sleep(PAUSE)
            self._tracked[tracking.name] = tracking.position
        return positions


class KeepsTheLock(SharedMemory):
    """Does not let go of the lock where a stamp fails."""

    seconds = 2

    def __init__(self) -> None:
        super().__init__()
        self.own = Lock()

    def append(self, stamp: Stamp, *args: Any, **more: Any) -> Sequence[int]:
        self.own.acquire()
        with suppress(IntegrityError):
            positions = super().append(stamp, *args, **more)
            self.own.release()
            return positions
        self.own.release()
        raise IntegrityError


class CommitsWhenClosed(SharedMemory):
    """Says that it is on record what only a close writes."""

    def __init__(self) -> None:
        super().__init__()
        self.file: dict[str, Any] = {}

    def beside(self) -> SharedMemory:
        other = CommitsWhenClosed()
        other.file = self.file
        for name, value in self.file.items():
            setattr(other, name, value)
        return other

    def close(self) -> None:
        for name in (
            "_stored_events",
            "_stored_events_index",
            "_handled",
            "_tracked",
            "_saved",
            "_packs",
        ):
            self.file[name] = getattr(self, name)


class RemembersTheLastEntry(SharedMemory):
    """Looks for the last entry once, and knows only its own ones from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.last: Row | None = None
        self.looked = False

    def append(self, *args: Any, **more: Any) -> Sequence[int]:
        with self._database_lock:
            positions = super().append(*args, **more)
            if positions:
                self.last, self.looked = super().last_row(), True
        return positions

    def last_row(self) -> Row | None:
        with self._database_lock:
            if not self.looked:
                self.last, self.looked = super().last_row(), True
            return self.last


class SwallowsConflicts(SharedMemory):
    """Says nothing where something was there before."""

    def append(self, *args: Any, **more: Any) -> Sequence[int]:
        with suppress(IntegrityError):
            return super().append(*args, **more)
        return ()


class ForgetsWhatWasRead(SharedMemory):
    """Does not look at what the decisions rest on."""

    def heeded(self, read: Reads) -> None:
        return None


class TakesAnyCopyForTheSame(SharedMemory):
    """Does not look at which entry the log has where the one that was read ended."""

    def heeded(self, read: Reads) -> Reads:
        return replace(read, stored=b"")


class TellsOnlyTheEntriesOfAReceipt(SharedMemory):
    """Tells nothing of what stands beside them."""

    def handled(self, command_id: str) -> Handled | None:
        handled = super().handled(command_id)
        return handled and attrs.evolve(handled, beside=())


class LooksAtNoLaterEntry(SharedMemory):
    """Does not look at the first entry past the head that was read."""

    def heeded(self, read: Reads) -> Reads:
        end = len(self._stored_events)
        return replace(read, head=read.head + 1) if read.head < end else read


class LooksAtEveryStream(SharedMemory):
    """Refuses where any stream has moved."""

    def heeded(self, read: Reads) -> Reads:
        return replace(read, streams={str(e.originator_id) for e in self._stored_events})


class LooksAtAllEntries(SharedMemory):
    """Refuses where a stream has moved before it was read."""

    def heeded(self, read: Reads) -> Reads:
        return replace(read, head=0)


class ReturnsMemoryviews(SharedMemory):
    """Returns the bytes as its driver does."""

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Any:
        return [(*row[:4], memoryview(row[4])) for row in super().rows(after=after, limit=limit)]


class SavesPartByPart(SharedMemory):
    """Saves each part of a view in a transaction of its own, and then its head."""

    def save(self, view: Saved, *, before: bytes | None) -> None:
        saved = self._saved.get(view.name)
        if before is not None and (saved is None or saved.head != before):
            raise IntegrityError("saved by another")
        if saved is None or before is None:
            super().save(
                attrs.evolve(
                    view, parts={part: list(cells) for part, cells in view.parts.items()}
                ),
                before=None,
            )
            return
        for part, cells in view.parts.items():
            with self._database_lock:
                now = self._saved[view.name]
                self._saved[view.name] = attrs.evolve(now, parts={**now.parts, part: list(cells)})
            sleep(PAUSE)
        super().save(attrs.evolve(view, parts={}), before=before)


class ReadsAViewTwice(SharedMemory):
    """Looks at the head of a saved view, and reads its cells in another transaction."""

    def cells(self, name: str, head: bytes, kind: str, **which: Any) -> Any:
        super().cells(name, head, kind, keys=())
        sleep(PAUSE)
        return super().cells(name, self._saved[name].head, kind, **which)


class TracksAViewAfterwards(SharedMemory):
    """Says how far a view has read the log in a transaction after the one that saves it."""

    def save(self, view: Saved, *, before: bytes | None) -> None:
        with self._database_lock:
            tracked = self._tracked.get(view.name, 0)
            super().save(view, before=before)
            self._tracked[view.name] = tracked
        sleep(PAUSE)
        self._tracked[view.name] = view.position


class Sleeps(SharedMemory):
    """Waits as long as it may, whatever comes."""

    def wait(self, *, after: int, seconds: float) -> bool:
        sleep(seconds)
        return super().wait(after=after, seconds=0)


class HearsItself(SharedMemory):
    """Wakes only for what it appends itself."""

    def beside(self) -> SharedMemory:
        other = super().beside()
        other._appended = Condition()
        return other


class PassesErrorsOn(SQLiteRecorder):
    """Raises the errors of its driver."""

    def append(self, *args: Any, **more: Any) -> Sequence[int]:
        try:
            return super().append(*args, **more)
        except (ConflictError, UnreadableError) as error:
            raise error.__cause__ or error from None


class LeavesTheDiskToItself(SQLiteRecorder):
    """Does not sync what it commits."""

    def _connection(self) -> sqlite3.Connection:
        connection = super()._connection()
        connection.execute("PRAGMA synchronous = OFF")
        return connection


class CommitsForItsHost(SQLiteRecorder):
    """Commits what it appends in the transaction of a host."""

    def within(self, connection: object) -> Any:
        within: Any = super().within(connection)
        append = within.append

        def committed(*args: Any, **more: Any) -> Any:
            positions = append(*args, **more)
            within._connection.commit()
            return positions

        within.append = committed
        return within


class SharedMemoryContract(RecorderContract):
    """The contract of a recorder in memory that others share, in short."""

    wrong: ClassVar[type[SharedMemory]] = SharedMemory
    awhile, soon = 0.05, 1
    leaves_out = dict.fromkeys(
        ("processes", "durability", "failing", "busy", "connection"), "it is in memory"
    )
    store: SharedMemory

    def make(self, tmp_path: Path) -> Recorder:
        self.store = self.wrong()
        return self.store

    def open(self, tmp_path: Path) -> Recorder:
        return self.store.beside()


class SQLiteFileContract(SQLiteContract):
    """The contract of a recorder in a file, in short: without other processes."""

    awhile = 0.05
    leaves_out: ClassVar[dict[str, str]] = {"processes": "what they would show is not its fault"}


def contract_of(recorder: type[Recorder]) -> RecorderContract:
    """Return the contract of a *recorder* that is wrong."""
    contract: type[RecorderContract]
    if issubclass(recorder, SharedMemory):
        contract = type(
            "Contract", (SharedMemoryContract,), {"wrong": recorder, "seconds": recorder.seconds}
        )
    else:
        contract = type("Contract", (SQLiteFileContract,), {"recorder_class": recorder})
    return contract()


def failures(recorder: type[Recorder], folder: Path) -> dict[str, str]:
    """Return the tests of the contract that a *recorder* does not pass, with what each says."""
    contract = contract_of(recorder)
    failed = {}
    for name in sorted(dir(contract)):
        test: Callable[[Path], None] | None = getattr(contract, name)
        if not name.startswith("test_") or test is None:
            continue
        place = folder / name
        place.mkdir()
        try:
            test(place)
        except Exception as error:
            failed[name] = str(error)
    return failed


CAUGHT: Mapping[type[Recorder], Sequence[str]] = {
    TakesAnyCopyForTheSame: ("test_what_was_read_in_another_copy_of_the_log_appends_nothing",),
    TellsOnlyTheEntriesOfAReceipt: ("test_a_receipt_is_told_with_what_stands_beside_its_entries",),
    StampsOutsideTheLock: (
        "test_no_other_recorder_comes_between_the_last_entry_and_what_was_stamped_after_it",
        "test_nothing_comes_between_the_last_entry_and_what_was_stamped_after_it",
        "test_of_two_that_read_each_others_stream_one_is_first",
        "test_of_two_recorders_that_read_each_others_stream_one_is_first",
    ),
    LocksThreadsOnly: (
        "test_a_reader_behind_several_recorders_never_finds_a_position_behind_it",
        "test_no_other_recorder_comes_between_the_last_entry_and_what_was_stamped_after_it",
    ),
    CommitsEachEntry: (
        "test_a_reader_never_finds_a_position_behind_it",
        "test_a_taken_stream_position_appends_nothing",
        "test_an_append_is_seen_whole_or_not_at_all",
        "test_an_append_that_fails_moves_no_follower",
        "test_a_reader_behind_several_recorders_never_finds_a_position_behind_it",
        "test_another_recorder_sees_an_append_whole_or_not_at_all",
        "test_what_rests_on_a_stream_that_has_moved_appends_nothing",
    ),
    RemembersCommandsAfterwards: (
        "test_an_append_is_seen_whole_or_not_at_all",
        "test_another_recorder_sees_an_append_whole_or_not_at_all",
    ),
    TracksAfterwards: (
        "test_an_append_is_seen_whole_or_not_at_all",
        "test_of_two_that_follow_at_once_one_makes_each_step",
        "test_another_recorder_sees_an_append_whole_or_not_at_all",
        "test_of_two_recorders_that_follow_at_once_one_makes_each_step",
    ),
    KeepsTheLock: ("test_an_error_in_the_stamp_appends_nothing",),
    CommitsWhenClosed: (
        "test_a_reader_behind_several_recorders_never_finds_a_position_behind_it",
        "test_no_other_recorder_comes_between_the_last_entry_and_what_was_stamped_after_it",
        "test_another_recorder_sees_an_append_whole_or_not_at_all",
        "test_who_waits_is_told_of_what_another_recorder_appends",
        "test_of_two_recorders_that_follow_at_once_one_makes_each_step",
        "test_of_two_recorders_that_read_each_others_stream_one_is_first",
        "test_a_view_is_read_as_one_save_of_another_recorder_left_it",
        "test_what_one_recorder_appends_is_there_for_another_at_once",
    ),
    RemembersTheLastEntry: ("test_what_one_recorder_appends_is_there_for_another_at_once",),
    SwallowsConflicts: (
        "test_what_was_read_in_another_copy_of_the_log_appends_nothing",
        "test_a_follower_that_was_overtaken_appends_nothing",
        "test_a_taken_command_id_appends_nothing",
        "test_a_taken_stream_position_appends_nothing",
        "test_an_append_that_fails_moves_no_follower",
        "test_an_append_that_fails_remembers_no_pack",
        "test_of_two_that_begin_under_a_pack_at_once_one_is_first",
        "test_of_two_that_follow_at_once_one_makes_each_step",
        "test_of_two_that_read_each_others_stream_one_is_first",
        "test_of_two_recorders_that_follow_at_once_one_makes_each_step",
        "test_of_two_recorders_that_read_each_others_stream_one_is_first",
        "test_what_one_recorder_appends_is_there_for_another_at_once",
        "test_what_rests_on_a_stream_that_has_moved_appends_nothing",
        "test_what_was_read_past_the_end_of_the_log_was_read_elsewhere",
    ),
    ForgetsWhatWasRead: (
        "test_what_was_read_in_another_copy_of_the_log_appends_nothing",
        "test_of_two_that_begin_under_a_pack_at_once_one_is_first",
        "test_of_two_that_read_each_others_stream_one_is_first",
        "test_of_two_recorders_that_read_each_others_stream_one_is_first",
        "test_what_one_recorder_appends_is_there_for_another_at_once",
        "test_what_rests_on_a_stream_that_has_moved_appends_nothing",
        "test_what_was_read_past_the_end_of_the_log_was_read_elsewhere",
    ),
    LooksAtNoLaterEntry: (
        "test_of_two_that_begin_under_a_pack_at_once_one_is_first",
        "test_of_two_that_read_each_others_stream_one_is_first",
        "test_of_two_recorders_that_read_each_others_stream_one_is_first",
        "test_what_one_recorder_appends_is_there_for_another_at_once",
        "test_what_rests_on_a_stream_that_has_moved_appends_nothing",
    ),
    LooksAtEveryStream: ("test_what_moved_elsewhere_keeps_nothing_out",),
    LooksAtAllEntries: (
        "test_what_was_read_in_another_copy_of_the_log_appends_nothing",
        "test_of_two_that_begin_under_a_pack_at_once_one_is_first",
        "test_what_moved_elsewhere_keeps_nothing_out",
        "test_what_was_read_past_the_end_of_the_log_was_read_elsewhere",
    ),
    ReturnsMemoryviews: ("test_what_is_read_has_the_types_of_the_port",),
    SavesPartByPart: (
        "test_a_save_that_fails_saves_nothing",
        "test_a_view_is_read_as_one_save_left_it",
        "test_a_view_is_read_as_one_save_of_another_recorder_left_it",
    ),
    ReadsAViewTwice: (
        "test_a_view_is_read_as_one_save_left_it",
        "test_a_view_is_read_as_one_save_of_another_recorder_left_it",
    ),
    TracksAViewAfterwards: (
        "test_a_view_is_read_as_one_save_left_it",
        "test_a_view_is_read_as_one_save_of_another_recorder_left_it",
    ),
    Sleeps: (
        "test_who_waits_is_told_of_what_another_recorder_appends",
        "test_who_waits_is_told_of_an_entry_once_it_is_there",
    ),
    HearsItself: ("test_who_waits_is_told_of_what_another_recorder_appends",),
    PassesErrorsOn: (
        "test_where_another_holds_the_lock_nothing_is_recorded_and_the_caller_may_try_again",
        "test_where_the_store_fails_each_method_says_so_by_an_error_of_the_port",
    ),
    LeavesTheDiskToItself: ("test_each_commit_is_as_durable_as_the_store_can_make_it",),
    CommitsForItsHost: (
        "test_nothing_overtakes_what_a_host_has_not_committed_yet",
        "test_what_a_host_commits_is_there_once_it_commits",
        "test_what_a_host_rolls_back_was_never_there",
    ),
}
"""The tests that each does not pass: exactly these."""
