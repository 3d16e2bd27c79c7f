"""The statements by which a log is kept in SQLite, whosever the connection is."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, cached_property
from itertools import chain, islice
from typing import Any

from eventsourcing.persistence import IntegrityError
from msgspec.structs import astuple

from lif_adapters import sqlite_lengths as lengths
from lif_adapters.sqlite_schema import tracked_row
from lif_adapters.stream_lengths import (
    Length,
    Tail,
    altered_lengths,
    is_to_be_counted,
    missing,
    missing_between,
)
from lif_core.errors import ConflictError, MalformedError, StorageFullError, UnreadableError
from lif_core.log.recorder import (
    Cell,
    Handled,
    PackRow,
    PackUse,
    Reads,
    Receipt,
    Row,
    Saved,
    Stamp,
    StoredEvent,
    Tracking,
    refuse_another_copy,
    refuse_missing,
)

ROWS_A_STATEMENT = 64

_COLUMNS = "position, originator_id, originator_version, topic, state"
_RAW_COLUMNS = (
    "position, CAST(originator_id AS BLOB),"
    " iif(typeof(originator_version) = 'text', 'a text', originator_version),"
    " CAST(topic AS BLOB), iif(typeof(state) = 'text', 'a text', state)"
)
"""The columns where a text among them is not in UTF-8, so that the driver reads none of them."""
_OF = "FROM stored_events "
_OF_STREAMS = (
    "WHERE originator_id IN (SELECT value FROM json_each(?))"
    " ORDER BY originator_id, originator_version"
)
_ENDING = f", {lengths.SEQUENCE} {_OF}ORDER BY position DESC LIMIT 1"
_LAST = f"SELECT {_COLUMNS} {_OF}ORDER BY position DESC LIMIT 1"
_BY_NAME = f" {_OF}WHERE originator_id = ?1 ORDER BY 3"
_STREAM = f"{lengths.LENGTH} UNION ALL SELECT {_COLUMNS}{_BY_NAME}"
_RAW_STREAM = f"{lengths.LENGTH} UNION ALL SELECT {_RAW_COLUMNS}{_BY_NAME}"
_GIVEN = f"SELECT {lengths.SEQUENCE}"
_STORED = f"SELECT state {_OF}WHERE position = ?"
_NEWER = "SELECT originator_id FROM stored_events WHERE position > ?"
_RECORDED = (
    "SELECT DISTINCT originator_id FROM stored_events"
    " WHERE originator_id IN (SELECT value FROM json_each(?))"
)
_WASRECEIPTS = (
    "SELECT command_id FROM handled_commands WHERE command_id IN (SELECT value FROM json_each(?))"
)
_TRACKED = "SELECT position, checksum FROM tracking WHERE name = ?"
_HEAD = "SELECT id, CAST(head AS BLOB) FROM saved_views WHERE name = ?"
_MOVED = "INSERT OR REPLACE INTO tracking VALUES (?, ?, ?)"
ENTRIES = "stored_events (originator_id, originator_version, topic, state)"
RECEIPTS = "handled_commands"
_UNDER = "INSERT INTO packs VALUES (?, ?, ?, ?, ?)"
_PACKS = "SELECT position, name, digest, since, governs FROM packs ORDER BY position, name"
_OTHERS = "SELECT name FROM packs WHERE position > ? LIMIT 1"


class SQLiteLog:
    """The port of the application over connections that a subclass gives."""

    _keeps_tail = True
    """False where what was read may be rolled back."""

    @cached_property
    def _tail(self) -> Tail:
        return Tail()

    def _select(self, statement: str, params: tuple[object, ...]) -> list[Any]:
        """Run one statement, and return its rows as tuples."""
        raise NotImplementedError

    def _transaction(self) -> AbstractContextManager[sqlite3.Cursor]:
        """Hold the lock of all that is written, on a cursor; all or nothing of it is written.

        Errors of the driver come out of it as a recorder's.
        """
        raise NotImplementedError

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        with self._transaction() as cursor:
            first, events = _append(cursor, stamp, receipts, tracking, read, packs)
        if self._keeps_tail:
            self._tail.appended(first, (event.originator_id for event in events))
        return range(first, first + len(events))

    def save(self, view: Saved, *, before: bytes | None) -> None:
        with self._transaction() as cursor:
            _save(cursor, view, before)

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        rows = self._rows("WHERE position > ? ORDER BY position LIMIT ?", (after, limit))
        if whole:
            refuse_missing(rows, after)
        return rows

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        """Return the rows found by the names of *streams*, held against how many were recorded."""
        if len(streams) != 1:
            return self._rows_of_streams(streams)
        (stream,) = streams
        before = None
        while True:
            length, rows = self._measured(stream)
            if len(rows) == length.entries:
                return rows
            if (length, len(rows)) == before:  # nobody has recorded anything meanwhile
                raise missing(stream, [row[2] for row in rows], length.entries)
            before = length, len(rows)
            self._tail.forget()  # perhaps of another file, that stood in the place of this one

    def _rows_of_streams(self, streams: Sequence[str]) -> Sequence[Row]:
        names = lengths.names(streams)
        while True:
            before = self._recorded(names)
            rows = self._rows(_OF_STREAMS, (names,))
            numbers: dict[str, list[int]] = {}
            for row in rows:
                numbers.setdefault(row[1], []).append(row[2])
            counts = {stream: len(each) for stream, each in numbers.items()}
            if counts == before:
                return rows
            if before == self._recorded(names):  # nobody has recorded anything meanwhile
                stream = min(
                    name
                    for name in {*counts, *before}
                    if counts.get(name, 0) != before.get(name, 0)
                )
                raise missing(stream, numbers.get(stream, []), before.get(stream, 0))

    def _measured(self, stream: str) -> tuple[Length, list[Row]]:
        """Return how many entries a *stream* has, and those that are found by its name."""
        try:
            rows = self._select(_STREAM, (stream,))
        except UnreadableError as error:
            _refuse_unless_text(error)
            first, *raw = self._select(_RAW_STREAM, (stream,))
            rows = [first, *map(_of_raw, raw)]
        end, entries, _, counted, _ = rows.pop(0)
        tail = self._tail if self._keeps_tail else Tail()
        try:
            length = tail.length(
                stream,
                (end or 0, entries or 0, counted),
                lambda end: self._select(lengths.NEWER, (end,)),
            )
        except TypeError as error:
            raise altered_lengths() from error
        return length, rows

    def _recorded(self, names: str) -> dict[str, int]:
        """Return how many entries those of the streams *names* have that have any."""
        counts: dict[str, int] = {}
        for stream, entries in self._select(lengths.RECORDED, (names,)):
            if type(entries) is not int:
                raise altered_lengths()
            counts[stream] = counts.get(stream, 0) + entries
        return counts

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        where = "WHERE (originator_id, originator_version) > (?, ?) AND position <= ? "
        params: list[object] = [*after, until]
        if before is not None:
            where += "AND originator_id < ? "
            params.append(before)
        if without:
            where += f"AND topic NOT IN ({', '.join('?' * len(without))}) "
            params += without
        where += "ORDER BY originator_id, originator_version LIMIT ?"
        return self._rows(where, (*params, limit))

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        """Look for a gap by the index alone, and for what it does not find: no entry is read."""
        where = "originator_id > ? AND position <= ?"
        params: list[object] = [after, until]
        if before is not None:
            where += " AND originator_id < ?"
            params.append(before)
        gaps = self._select(
            f"SELECT originator_id FROM stored_events WHERE {where} GROUP BY originator_id"
            " HAVING count(*) <> max(originator_version) LIMIT 1",
            tuple(params),
        ) or self._select(*lengths.broken(after, before))
        return gaps[0][0] if gaps else None

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        where = "FROM stored_events WHERE originator_id >= ? AND position <= ?"
        params: list[object] = [after, until]
        if before is not None:
            where += " AND originator_id < ?"
            params.append(before)
        ((rows,),) = self._select(f"SELECT count(*) {where}", tuple(params))
        into = min(into, rows // least)
        names = [
            name
            for number in range(1, into)
            for (name,) in self._select(
                f"SELECT originator_id {where} ORDER BY originator_id LIMIT 1 OFFSET ?",
                (*params, rows * number // into),
            )
        ]
        return [name for name in dict.fromkeys(names) if name > after]

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        counts = f"topic NOT IN ({', '.join('?' * len(without))})" if without else "1"
        rows = self._select(
            f"SELECT originator_id, min(iif({counts}, originator_version, NULL)), count(*),"
            f" max(position) {lengths.TAIL} ? AND position <= ? GROUP BY originator_id",
            (*without, after, until),
        )
        if rows and max(row[3] for row in rows) - after != sum(row[2] for row in rows):
            raise missing_between(after, until)
        return {stream: first for stream, first, _, _ in rows if first is not None}

    def handled(self, command_id: str) -> Handled | None:
        receipts = self._select(
            "SELECT digest, first, last FROM handled_commands WHERE command_id = ?", (command_id,)
        )
        if not receipts:
            return None
        ((digest, first, last),) = receipts
        where = "WHERE position BETWEEN ? AND ? ORDER BY position"
        return Handled.of(digest, first, last, self._rows(where, (first - 1, last + 1)))

    def unrecorded(self, streams: Sequence[str]) -> set[str]:
        """Return what is not found by its name, and was not counted before that either."""
        recorded = self._recorded(lengths.names(streams))
        unrecorded = self._missing(_RECORDED, streams)
        for stream in sorted(unrecorded & recorded.keys()):
            raise missing(stream, [], recorded[stream])
        return unrecorded

    def unhandled(self, command_ids: Sequence[str]) -> set[str]:
        return self._missing(_WASRECEIPTS, command_ids)

    def _missing(self, statement: str, names: Sequence[str]) -> set[str]:
        """Return those of the *names* that *statement* does not find among them."""
        rows = self._select(statement, (json.dumps(names),))
        return set(names).difference(name for (name,) in rows)

    def tracked(self, name: str) -> int:
        return _position(name, self._select(_TRACKED, (name,)))

    def saved(self, name: str) -> Saved | None:
        rows = self._select(
            "SELECT CAST(head AS BLOB), position FROM saved_views"
            " LEFT JOIN tracking USING (name) WHERE name = ?",
            (name,),
        )
        return Saved(name=name, position=rows[0][1] or 0, head=rows[0][0]) if rows else None

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
        """Select in one statement, so that head and cells are of one save."""
        # One part has few: without the sign, SQLite would go through all of a kind.
        where, params = "kind = ?" if parts is None else "+kind = ?", [kind]
        for condition, value in (
            ("key IN (SELECT value FROM json_each(?))", keys),
            ("part IN (SELECT value FROM json_each(?))", parts),
            ("key > ?", past),
            ("key <= ?", until),
        ):
            if value is not None:
                where += f" AND {condition}"
                params.append(value if isinstance(value, str) else json.dumps(list(value)))
        rows = self._select(
            "WITH saved AS (SELECT id FROM saved_views WHERE name = ? AND CAST(head AS BLOB) = ?)"
            " SELECT NULL, NULL, id FROM saved UNION ALL"
            " SELECT key, part, CAST(body AS BLOB) FROM (SELECT key, part, body FROM saved_cells"
            f" WHERE view = (SELECT id FROM saved) AND {where} ORDER BY key, part)",
            (name, head, *params),
        )
        if not rows or rows[0][0] is not None:
            raise IntegrityError(f"{name} has been saved by another")
        return rows[1:]

    def packs(self) -> Sequence[PackRow]:
        return list(map(PackRow.of, self._select(_PACKS, ())))

    def last_row(self) -> Row | None:
        row = self._last()
        if row is None and self._select(_GIVEN, ())[0][0]:
            row = self._last()  # another was first meanwhile, or nothing is left of the log
            if row is None:
                lengths.refuse_cut_off(0, self._select(_GIVEN, ())[0][0])
        return row

    def _last(self) -> Row | None:
        """Return the last row that is there, of a log that ends with it."""
        for position, *rest, sequence in self._decoded(_ENDING, ()):
            lengths.refuse_cut_off(position, sequence or 0)
            return (position, *rest)
        return None

    def _rows(self, where: str, params: tuple[object, ...]) -> list[Row]:
        return self._decoded(f" {_OF}{where}", params)

    def _decoded(self, what: str, params: tuple[object, ...]) -> list[Any]:
        """Select the columns of rows, and *what* else."""
        try:
            return self._select(f"SELECT {_COLUMNS}{what}", params)
        except UnreadableError as error:
            _refuse_unless_text(error)
        return list(map(_of_raw, self._select(f"SELECT {_RAW_COLUMNS}{what}", params)))


def _refuse_unless_text(error: UnreadableError) -> None:
    """Raise the *error* again, unless it is that of a text which is none."""
    if "Could not decode to UTF-8" not in error.problem:
        raise error


def _of_raw(row: Sequence[Any]) -> Any:
    """Return a row of which the texts were read as bytes."""
    position, stream, number, topic, state, *rest = row
    return (position, _text(stream), number, _text(topic), state, *rest)


def _text(value: bytes) -> Any:
    """Return a text, or the bytes that are none, so that whoever reads the row can name it."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _append(
    cursor: sqlite3.Cursor,
    stamp: Stamp,
    receipts: Sequence[Receipt],
    tracking: Tracking | None,
    read: Reads | None,
    packs: Sequence[PackUse],
) -> tuple[int, Sequence[StoredEvent]]:
    """Append within a transaction that has begun.

    Return the events, and the position of the first.
    """
    execute = cursor.execute
    last: Row | None = execute(_LAST).fetchone()
    before = end = last[0] if last else 0
    if read is not None:
        if read.head != end:
            _refuse_moved(cursor, end, read)
        elif last is not None:
            refuse_another_copy(read, last[4])
    if tracking is not None:
        _track(cursor, tracking)
    events = stamp(last)
    first = end + 1
    for values, count in _batches(map(astuple, events)):
        end = execute(insertion(ENTRIES, count), values).lastrowid or 0
    if events:
        lengths.refuse_cut_off(before, end - len(events))
        if is_to_be_counted(first, end):
            lengths.refuse_gap(cursor)
            lengths.count(cursor)
    if receipts:
        for values, count in _batches(
            (r.command_id, r.digest, first + r.start, first + r.stop - 1) for r in receipts
        ):
            execute(insertion(RECEIPTS, count), values)
    for pack in packs if events else ():
        execute(
            _UNDER,
            (first, pack.name, pack.digest, pack.since.isoformat(), json.dumps(pack.governs)),
        )
    return first, events


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[list[Any], int]]:
    """Yield the values of some *rows* at a time, one after the other, and how many rows they are.

    Each statement lets other threads run: one for each row has 32 of them wait for one another.
    """
    while some := list(islice(rows, ROWS_A_STATEMENT)):
        yield list(chain.from_iterable(some)), len(some)


@cache
def insertion(into: str, count: int) -> str:
    """Return the statement that inserts *count* rows of four values.

    Where it fails, the transaction is rolled back: SQLite need not keep what it could undo this
    statement alone by, which it does where there is a trigger, and takes as long as the trigger.
    """
    return f"INSERT OR FAIL INTO {into} VALUES {', '.join(['(?, ?, ?, ?)'] * count)}"


def _refuse_moved(cursor: sqlite3.Cursor, end: int, read: Reads) -> None:
    """Refuse what rests on a stream that others have recorded in since.

    The log ends at the position *end*.
    """
    if end < read.head:
        raise IntegrityError(f"the log ends at {end}, and was read up to {read.head}")
    if read.stored:
        refuse_another_copy(read, *cursor.execute(_STORED, (read.head,)).fetchone() or (None,))
    for (stream,) in cursor.execute(_NEWER, (read.head,)):
        if stream in read.streams:
            raise IntegrityError(f"{stream} has moved since it was read")
    for (name,) in cursor.execute(_OTHERS, (read.head,)):
        raise IntegrityError(f"{name} is on record since it was read")


def _save(cursor: sqlite3.Cursor, view: Saved, before: bytes | None) -> None:
    """Save a view within a transaction that has begun."""
    row = cursor.execute(_HEAD, (view.name,)).fetchone()
    if before is not None and (row is None or row[1] != before):
        raise IntegrityError(f"{view.name} has been saved by another")
    cursor.execute(
        "INSERT INTO saved_views (name, head) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET head = excluded.head",
        (view.name, view.head),
    )
    (number, _) = row or cursor.execute(_HEAD, (view.name,)).fetchone()
    if before is None:
        cursor.execute("DELETE FROM saved_cells WHERE view = ?", (number,))
    else:
        cursor.executemany(
            "DELETE FROM saved_cells WHERE view = ? AND part = ?",
            [(number, part) for part in view.parts],
        )
    cursor.executemany(
        "INSERT INTO saved_cells VALUES (?, ?, ?, ?, ?)",
        (
            (number, kind, key, part, body)
            for part, cells in view.parts.items()
            for kind, key, body in cells
        ),
    )
    cursor.execute(_MOVED, tracked_row(view.name, view.position))


def _track(cursor: sqlite3.Cursor, tracking: Tracking) -> None:
    rows = cursor.execute(_TRACKED, (tracking.name,)).fetchall()
    if _position(tracking.name, rows) != tracking.after:
        raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
    cursor.execute(_MOVED, tracked_row(tracking.name, tracking.position))


def _position(name: str, rows: Sequence[tuple[Any, Any]]) -> int:
    """Return the position that *rows* hold up to which *name* has read; 0 where they hold none."""
    for position, checksum in rows:
        if type(position) is not int or tracked_row(name, position) != (name, position, checksum):
            raise UnreadableError(
                f"how far {name} has read was altered: without its row in the table tracking, it"
                " begins at the beginning, and records nothing twice"
            )
        return position
    return 0


DRIVER_ERRORS = (sqlite3.Error, UnicodeError)
"""The errors of the driver: of what is stored, and of texts that have no UTF-8."""
FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
NO_ROOM = "the disk of the store is full; nothing was recorded: make room, and do it again"


def recorder_error(error: Exception) -> Exception:
    """Return the driver's *error* as what a recorder raises."""
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(error)
    if isinstance(error, UnicodeEncodeError):
        return MalformedError("", f"{error.object!r} is not Unicode text: half a character")
    code = getattr(error, "sqlite_errorcode", 0)
    if code in FULL:
        return StorageFullError(NO_ROOM)
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ConflictError(f"the store is busy: {error}")
    return failed(error)


def failed(error: Exception) -> UnreadableError:
    return UnreadableError(f"the store failed: {problem_of(error)}")


def problem_of(error: Exception) -> str:
    """Return what an *error* of the driver says is wrong with a store."""
    if isinstance(error, UnicodeDecodeError):
        return "its schema is damaged: a name in it is not UTF-8"
    return str(error)
