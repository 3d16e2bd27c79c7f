"""The recorder for tests and trials: `eventsourcing`'s plain objects, nothing on disk."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from threading import Condition
from typing import Any, NoReturn

import attrs
from eventsourcing.persistence import IntegrityError
from eventsourcing.persistence import StoredEvent as EngineEvent
from eventsourcing.popo import POPOApplicationRecorder

from lif_core.errors import MalformedError
from lif_core.log.recorder import (
    Cell,
    Handled,
    PackRow,
    PackUse,
    Reads,
    Receipt,
    Row,
    Saved,
    SavedCell,
    Stamp,
    StoredEvent,
    Tracking,
    refuse_another_copy,
)


class MemoryRecorder(POPOApplicationRecorder):
    """A recorder that keeps what a database would, for as long as the process lives."""

    def __init__(self) -> None:
        super().__init__()
        self._handled: dict[str, tuple[bytes, int, int]] = {}
        self._tracked: dict[str, int] = {}
        self._saved: dict[str, Saved] = {}
        self._packs: list[PackRow] = []
        self._appended = Condition()

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        with self._database_lock:
            positions = self._append(stamp, receipts, tracking, read, packs)
        if positions:
            with self._appended:
                self._appended.notify_all()
        return positions

    def _append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt],
        tracking: Tracking | None,
        read: Reads | None,
        packs: Sequence[PackUse],
    ) -> Sequence[int]:
        if read is not None:
            self._refuse_moved(read)
        if taken := [r.command_id for r in receipts if r.command_id in self._handled]:
            raise IntegrityError(f"command ids handled already: {taken}")
        if tracking is not None and self.tracked(tracking.name) != tracking.after:
            raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
        last = self.last_row()
        start = len(self._stored_events)
        events: Any = stamp(last)  # which have the fields of the engine's
        positions = self._insert_events(events) or ()
        for receipt in receipts:
            span = (start + receipt.start, start + receipt.stop)
            self._handled[receipt.command_id] = (receipt.digest, *span)
        if tracking is not None:
            self._tracked[tracking.name] = tracking.position
        if positions:
            self._packs += (PackRow(position=positions[0], pack=pack) for pack in packs)
        return positions

    def _refuse_moved(self, read: Reads) -> None:
        if len(self._stored_events) < read.head:
            raise IntegrityError(f"the log ends before {read.head}, where it was read")
        if read.head:
            refuse_another_copy(read, self._stored_events[read.head - 1].state)
        for stored in self._stored_events[read.head :]:
            if stored.originator_id in read.streams:
                raise IntegrityError(f"{stored.originator_id} has moved since it was read")
        grown = len(self._stored_events) > read.head
        for row in self._packs if grown else ():
            if row.position > read.head:
                raise IntegrityError(f"{row.pack.name} is on record since it was read")

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        after = max(after, 0)  # where a reader begins before the beginning
        with self._database_lock:
            events = self._stored_events[after : after + limit]
        return [_row(after + 1 + index, stored) for index, stored in enumerate(events)]

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        with self._database_lock:
            return [
                _row(at + 1, self._stored_events[at])
                for stream in sorted(streams)
                for _, at in sorted(self._stored_events_index.get(stream, {}).items())
            ]

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        with self._database_lock:
            names = sorted(str(name) for name in self._stored_events_index)
            rows: list[Row] = []
            for name in names[bisect_left(names, after[0]) :]:
                if len(rows) >= limit or (before is not None and name >= before):
                    break
                for _, at in sorted(self._stored_events_index[name].items()):
                    row = _row(at + 1, self._stored_events[at])
                    counts = row[3] not in without
                    if counts and row[0] <= until and row[1:3] > after:
                        rows.append(row)
            return rows[:limit]

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        with self._database_lock:
            for name in sorted(str(name) for name in self._stored_events_index):
                if name > after and (before is None or name < before):
                    places = self._stored_events_index[name].items()
                    numbers = [number for number, at in places if at < until]
                    if numbers and max(numbers) != len(numbers):
                        return name
            return None

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        with self._database_lock:
            names = sorted(
                name
                for stored in self._stored_events[:until]
                if (name := str(stored.originator_id)) >= after
                and (before is None or name < before)
            )
        into = min(into, len(names) // least)
        dividing = (names[len(names) * number // into] for number in range(1, into))
        return [name for name in dict.fromkeys(dividing) if name > after]

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        with self._database_lock:
            changed: dict[str, int] = {}
            for stored in self._stored_events[after:until]:
                if stored.topic not in without:
                    stream, place = str(stored.originator_id), stored.originator_version
                    changed[stream] = min(place, changed.get(stream, place))
            return changed

    def unrecorded(self, streams: Sequence[str]) -> set[str]:
        with self._database_lock:
            return {stream for stream in streams if not self._stored_events_index.get(stream)}

    def handled(self, command_id: str) -> Handled | None:
        with self._database_lock:
            if command_id not in self._handled:
                return None
            digest, start, stop = self._handled[command_id]
        after = max(start - 1, 0)
        return Handled.of(digest, start + 1, stop, self.rows(after=after, limit=stop + 1 - after))

    def unhandled(self, command_ids: Sequence[str]) -> set[str]:
        with self._database_lock:
            return {command_id for command_id in command_ids if command_id not in self._handled}

    def tracked(self, name: str) -> int:
        with self._database_lock:
            return self._tracked.get(name, 0)

    def saved(self, name: str) -> Saved | None:
        with self._database_lock:
            saved = self._saved.get(name)
        return attrs.evolve(saved, parts={}) if saved else None

    def cells(
        self,
        name: str,
        head: bytes,
        kind: str,
        *,
        keys: Collection[str] | None = None,
        parts: Collection[str] | None = None,
        past: str | None = None,
        until: str | None = None,
    ) -> Sequence[Cell]:
        with self._database_lock:
            saved = self._saved.get(name)
            if saved is None or saved.head != head:
                raise IntegrityError(f"{name} has been saved by another")
            return sorted(
                (key, part, body)
                for part in (saved.parts if parts is None else saved.parts.keys() & parts)
                for known, key, body in saved.parts[part]
                if known == kind
                and (keys is None or key in keys)
                and (past is None or key > past)
                and (until is None or key <= until)
            )

    def save(self, view: Saved, *, before: bytes | None) -> None:
        with self._database_lock:
            parts: Mapping[str, Sequence[SavedCell]] = {}
            if before is not None:
                saved = self._saved.get(view.name)
                if saved is None or saved.head != before:
                    raise IntegrityError(f"{view.name} has been saved by another")
                parts = saved.parts
            parts = {part: cells for part, cells in {**parts, **view.parts}.items() if cells}
            self._saved[view.name] = attrs.evolve(view, parts=parts)
            self._tracked[view.name] = view.position

    def packs(self) -> Sequence[PackRow]:
        with self._database_lock:
            return sorted(self._packs, key=lambda row: (row.position, row.pack.name))

    def last_row(self) -> Row | None:
        with self._database_lock:
            at = len(self._stored_events)
            return _row(at, self._stored_events[-1]) if at else None

    def wait(self, *, after: int, seconds: float) -> bool:
        with self._appended:
            return self._appended.wait_for(lambda: len(self._stored_events) > after, seconds)

    def within(self, connection: object) -> NoReturn:
        raise MalformedError("connection", "a log in memory is in no database of a host")

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _row(position: int, stored: StoredEvent | EngineEvent) -> Row:
    return (
        position,
        str(stored.originator_id),
        stored.originator_version,
        stored.topic,
        stored.state,
    )
