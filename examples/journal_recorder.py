"""A recorder of one's own: a journal, a file of lines, each of which is one append or one save."""

import os
from collections.abc import Callable, Sequence
from fcntl import LOCK_EX, LOCK_NB, LOCK_UN, flock
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Any

import attrs
from msgspec import Struct, json

from lif_core import MemoryRecorder
from lif_core.errors import ConflictError, UnreadableError
from lif_core.log.recorder import (
    PackUse,
    Reads,
    Receipt,
    Row,
    Saved,
    Stamp,
    StoredEvent,
    Tracking,
)


class Line(Struct, frozen=True, kw_only=True):
    """A line of the journal: an append, or a view that was saved over the one *before*."""

    events: Sequence[tuple[str, int, str, bytes]] = ()
    receipts: Sequence[Receipt] = ()
    tracking: Tracking | None = None
    packs: Sequence[PackUse] = ()
    view: Saved | None = None
    before: bytes | None = None


class Journal:
    """The file of a journal, and its lock: whoever takes it first reads what others have written.

    *read* is told of each line. A lock that another holds is waited for, *patience* seconds.
    """

    def __init__(self, path: Path, read: Callable[[Line], None], patience: float) -> None:
        self._file = path.open("ab+", buffering=0)
        self._read, self._patience = read, patience
        self._threads, self._depth, self._end = RLock(), 0, 0
        self._failed = False

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if not self._depth:
                self._lock()
        except BaseException:
            self._threads.release()
            raise
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            flock(self._file, LOCK_UN)
        self._threads.release()

    def _lock(self) -> None:
        if self._failed:
            raise UnreadableError("the journal failed, and memory is ahead of it: open it again")
        deadline = monotonic() + self._patience
        try:
            while True:
                try:
                    flock(self._file, LOCK_EX | LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() > deadline:
                        raise ConflictError("another holds the lock of the journal") from None
                    sleep(0.001)
            self._file.seek(self._end)
            lines = self._file.read().splitlines(keepends=True)
        except (OSError, ValueError) as error:
            raise UnreadableError(f"the journal failed: {error}") from error
        self._depth = 1  # so that what is read now takes no lock
        for line in lines:
            if not line.endswith(b"\n"):
                self._file.truncate(self._end)  # whoever wrote it was killed before its end
                break
            self._end += len(line)
            self._read(json.decode(line, type=Line))
        self._depth = 0

    def write(self, line: Line) -> None:
        """Write a *line*, and return once it is on the disk."""
        try:
            self._end += self._file.write(json.encode(line) + b"\n")
            os.fsync(self._file.fileno())
        except (OSError, ValueError) as error:
            self._failed = True
            raise UnreadableError(f"the journal failed: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class JournalRecorder(MemoryRecorder):
    """The recorder of the journal in the file *path*, which several processes may have open.

    It is the one in memory, which does all under one lock, with the lock of a journal.
    """

    def __init__(self, path: Path, patience: float = 60) -> None:
        super().__init__()
        journal: Any = Journal(path, self._replay, patience)
        self._database_lock = self._journal = journal

    def _replay(self, line: Line) -> None:
        if line.view is not None:
            super().save(line.view, before=line.before)
        else:
            events = [StoredEvent(*event) for event in line.events]
            super().append(lambda _: events, line.receipts, line.tracking, None, line.packs)

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        stamped: list[StoredEvent] = []

        def stamp_once(last: Row | None) -> Sequence[StoredEvent]:
            stamped.extend(stamp(last))
            return stamped

        with self._journal:
            positions = super().append(stamp_once, receipts, tracking, read, packs)
            events = [
                (str(event.originator_id), event.originator_version, event.topic, event.state)
                for event in stamped
            ]
            self._journal.write(
                Line(events=events, receipts=receipts, tracking=tracking, packs=packs)
            )
        return positions

    def save(self, view: Saved, *, before: bytes | None) -> None:
        parts = {part: list(cells) for part, cells in view.parts.items()}
        whole = attrs.evolve(view, parts=parts)
        with self._journal:
            super().save(whole, before=before)
            self._journal.write(Line(view=whole, before=before))

    def wait(self, *, after: int, seconds: float) -> bool:
        """Look again and again, as another process cannot call this one."""
        deadline = monotonic() + seconds
        while not self.rows(after=after, limit=1):
            if monotonic() > deadline:
                return False
            sleep(0.01)
        return True

    def close(self) -> None:
        self._journal.close()
