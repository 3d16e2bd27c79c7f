"""The statements by which a log is kept in SQLite, whosever the connection is."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from itertools import chain, islice
from typing import Any

from eventsourcing.persistence import IntegrityError

from lif_core.errors import ConflictError, UnreadableError
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
    Tracking,
)

ROWS_A_STATEMENT = 64

_ROW = "SELECT position, originator_id, originator_version, topic, state FROM stored_events "
_OF_STREAMS = (
    "WHERE originator_id IN (SELECT value FROM json_each(?))"
    " ORDER BY originator_id, originator_version"
)
_RAW = (
    "SELECT position, CAST(originator_id AS BLOB),"
    " iif(typeof(originator_version) = 'text', 'a text', originator_version),"
    " CAST(topic AS BLOB), iif(typeof(state) = 'text', 'a text', state) FROM stored_events "
)
"""The rows where a text among them is not in UTF-8, so that the driver reads none of them."""
_ENDING = "ORDER BY position DESC LIMIT 1"
_LAST = _ROW + _ENDING
_NEWER = "SELECT originator_id FROM stored_events WHERE position > ?"
_RECORDED = (
    "SELECT DISTINCT originator_id FROM stored_events"
    " WHERE originator_id IN (SELECT value FROM json_each(?))"
)
_WASRECEIPTS = (
    "SELECT command_id FROM handled_commands WHERE command_id IN (SELECT value FROM json_each(?))"
)
_TRACKED = "SELECT position FROM tracking WHERE name = ?"
_HEAD = "SELECT id, CAST(head AS BLOB) FROM saved_views WHERE name = ?"
_MOVED = "INSERT OR REPLACE INTO tracking VALUES (?, ?)"
ENTRIES = "stored_events (originator_id, originator_version, topic, state)"
RECEIPTS = "handled_commands"
_UNDER = "INSERT INTO packs VALUES (?, ?, ?, ?, ?)"
_PACKS = "SELECT position, name, digest, since, governs FROM packs ORDER BY position, name"
_OTHERS = "SELECT name FROM packs WHERE position > ? LIMIT 1"


class SQLiteLog:
    """The port of the application over connections that a subclass gives."""

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
            return _append(cursor, stamp, receipts, tracking, read, packs)

    def save(self, view: Saved, *, before: bytes | None) -> None:
        with self._transaction() as cursor:
            _save(cursor, view, before)

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        return self._rows("WHERE position > ? ORDER BY position LIMIT ?", (after, limit))

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        if len(streams) == 1:
            return self._rows("WHERE originator_id = ? ORDER BY originator_version", streams)
        return self._rows(_OF_STREAMS, (json.dumps(streams),))

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
        """Look for a gap by the index alone: no entry is read."""
        where = "originator_id > ? AND position <= ?"
        params: list[object] = [after, until]
        if before is not None:
            where += " AND originator_id < ?"
            params.append(before)
        gaps = self._select(
            f"SELECT originator_id FROM stored_events WHERE {where} GROUP BY originator_id"
            " HAVING count(*) <> max(originator_version) LIMIT 1",
            tuple(params),
        )
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
        only = f"AND topic NOT IN ({', '.join('?' * len(without))}) " if without else ""
        rows = self._select(
            "SELECT originator_id, min(originator_version) FROM stored_events"
            f" WHERE position > ? AND position <= ? {only}GROUP BY originator_id",
            (after, until, *without),
        )
        return dict(rows)

    def handled(self, command_id: str) -> Handled | None:
        receipts = self._select(
            "SELECT digest, first, last FROM handled_commands WHERE command_id = ?", (command_id,)
        )
        if not receipts:
            return None
        ((digest, first, last),) = receipts
        rows = self._rows("WHERE position BETWEEN ? AND ? ORDER BY position", (first, last))
        return Handled(digest, tuple(rows))

    def unrecorded(self, streams: Sequence[str]) -> set[str]:
        return self._missing(_RECORDED, streams)

    def unhandled(self, command_ids: Sequence[str]) -> set[str]:
        return self._missing(_WASRECEIPTS, command_ids)

    def _missing(self, statement: str, names: Sequence[str]) -> set[str]:
        """Return those of the *names* that *statement* does not find among them."""
        rows = self._select(statement, (json.dumps(names),))
        return set(names).difference(name for (name,) in rows)

    def tracked(self, name: str) -> int:
        positions = self._select(_TRACKED, (name,))
        return int(positions[0][0]) if positions else 0

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
        return [
            PackRow(
                position=position,
                pack=PackUse(
                    name=name,
                    digest=digest,
                    since=datetime.fromisoformat(since),
                    governs=tuple(json.loads(governs)),
                ),
            )
            for position, name, digest, since, governs in self._select(_PACKS, ())
        ]

    def last_row(self) -> Row | None:
        rows = self._rows(_ENDING, ())
        return rows[0] if rows else None

    def _rows(self, where: str, params: tuple[object, ...]) -> list[Row]:
        try:
            return self._select(_ROW + where, params)
        except UnreadableError as error:
            if "Could not decode to UTF-8" not in error.problem:
                raise
        return [
            (position, _text(stream), number, _text(topic), state)
            for position, stream, number, topic, state in self._select(_RAW + where, params)
        ]


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
) -> Sequence[int]:
    """Append within a transaction that has begun."""
    execute = cursor.execute
    last: Row | None = execute(_LAST).fetchone()
    end = last[0] if last else 0
    if read is not None and read.head != end:
        _refuse_moved(cursor, end, read)
    if tracking is not None:
        _track(cursor, tracking)
    events = stamp(last)
    first = end + 1
    for values, count in _batches(
        (e.originator_id, e.originator_version, e.topic, e.state) for e in events
    ):
        end = execute(insertion(ENTRIES, count), values).lastrowid or 0
    if events:
        first = end + 1 - len(events)
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
    return range(first, first + len(events))


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[list[Any], int]]:
    """Yield the values of some *rows* at a time, one after the other, and how many rows they are.

    Each statement lets other threads run: one for each row has 32 of them wait for one another.
    """
    while some := list(islice(rows, ROWS_A_STATEMENT)):
        yield list(chain.from_iterable(some)), len(some)


@cache
def insertion(into: str, count: int) -> str:
    """Return the statement that inserts *count* rows of four values."""
    return f"INSERT INTO {into} VALUES {', '.join(['(?, ?, ?, ?)'] * count)}"


def _refuse_moved(cursor: sqlite3.Cursor, end: int, read: Reads) -> None:
    """Refuse what rests on a stream that others have recorded in since.

    The log ends at the position *end*.
    """
    if end < read.head:
        raise IntegrityError(f"the log ends at {end}, and was read up to {read.head}")
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
    cursor.execute(_MOVED, (view.name, view.position))


def _track(cursor: sqlite3.Cursor, tracking: Tracking) -> None:
    row = cursor.execute(_TRACKED, (tracking.name,)).fetchone()
    if (row[0] if row else 0) != tracking.after:
        raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
    cursor.execute(_MOVED, (tracking.name, tracking.position))


def recorder_error(error: sqlite3.Error) -> Exception:
    """Return the driver's *error* as what a recorder raises."""
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ConflictError(f"the store is busy: {error}")
    return failed(error)


def failed(error: Exception) -> UnreadableError:
    return UnreadableError(f"the store failed: {error}")
