"""The log in one SQLite file, on `eventsourcing`'s recorder: WAL, synchronous FULL, one writer at
a time.

Positions are an `AUTOINCREMENT` key of our own, so they are never reused and survive a dump and
restore. Triggers refuse any change or removal of an entry by ordinary means.
"""

import json
import sqlite3
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    Notification,
    OperationalError,
    PersistenceError,
    ProgrammingError,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from lif_core.errors import ConflictError, LifError, UnreadableError
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

APPLICATION_ID = 0x6C696600  # "lif" and a zero byte, in the file's header
SCHEMA = 5  # 1 had no table of tracking, 2 none of saved views, 3 whole parts of them, 4 no packs
LOCK_SECONDS = 60
ROWS_A_STATEMENT = 64

_TABLES = (
    "CREATE TABLE IF NOT EXISTS stored_events ("
    " position INTEGER PRIMARY KEY AUTOINCREMENT,"
    " originator_id TEXT NOT NULL,"
    " originator_version INTEGER NOT NULL,"
    " topic TEXT NOT NULL,"
    " state BLOB NOT NULL,"
    " UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS handled_commands ("
    " command_id TEXT PRIMARY KEY,"
    " digest BLOB NOT NULL,"
    " first INTEGER NOT NULL,"
    " last INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS tracking ("
    " name TEXT PRIMARY KEY,"
    " position INTEGER NOT NULL) WITHOUT ROWID",
    "DROP TABLE IF EXISTS saved_views",  # of an older schema: its views can be made again
    "DROP TABLE IF EXISTS saved_parts",
    "DROP TABLE IF EXISTS saved_cells",
    "CREATE TABLE saved_views ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " head BLOB NOT NULL)",
    "CREATE TABLE saved_cells ("
    " view INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " key TEXT NOT NULL,"
    " part TEXT NOT NULL,"
    " body BLOB NOT NULL,"  # with a rowid: it is too long for a page of an index
    " UNIQUE (view, kind, key, part))",
    "CREATE INDEX saved_cells_of_parts ON saved_cells (view, part)",
    "CREATE TABLE IF NOT EXISTS packs ("
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " since TEXT NOT NULL,"
    " governs TEXT NOT NULL,"  # a list in JSON
    " PRIMARY KEY (position, name)) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS entries_are_never_changed BEFORE UPDATE ON stored_events"
    " BEGIN SELECT RAISE(ABORT, 'an entry is never changed: record a correction'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_are_never_removed BEFORE DELETE ON stored_events"
    " BEGIN SELECT RAISE(ABORT, 'an entry is never removed: record a correction'); END",
    "CREATE TRIGGER IF NOT EXISTS packs_are_never_changed BEFORE UPDATE ON packs"
    " BEGIN SELECT RAISE(ABORT, 'what a log was written under is never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS packs_are_never_removed BEFORE DELETE ON packs"
    " BEGIN SELECT RAISE(ABORT, 'what a log was written under is never removed'); END",
)
_ROW = "SELECT position, originator_id, originator_version, topic, state FROM stored_events "
_OF_STREAMS = (
    "WHERE originator_id IN (SELECT value FROM json_each(?))"
    " ORDER BY originator_id, originator_version"
)
_LAST = _ROW + "ORDER BY position DESC LIMIT 1"
_NEWER = "SELECT originator_id FROM stored_events WHERE position > ?"
_RECORDED = (
    "SELECT DISTINCT originator_id FROM stored_events"
    " WHERE originator_id IN (SELECT value FROM json_each(?))"
)
_WAS_HANDLED = (
    "SELECT command_id FROM handled_commands WHERE command_id IN (SELECT value FROM json_each(?))"
)
_TRACKED = "SELECT position FROM tracking WHERE name = ?"
_HEAD = "SELECT id, CAST(head AS BLOB) FROM saved_views WHERE name = ?"
_MOVED = "INSERT OR REPLACE INTO tracking VALUES (?, ?)"
_EVENT = "stored_events (originator_id, originator_version, topic, state)"
_HANDLED = "handled_commands"
_UNDER = "INSERT INTO packs VALUES (?, ?, ?, ?, ?)"
_PACKS = "SELECT position, name, digest, since, governs FROM packs ORDER BY position, name"
_OTHERS = "SELECT name FROM packs WHERE position > ? LIMIT 1"


class _Connection(SQLiteConnection):
    """A connection whose write transactions begin IMMEDIATE: they wait for another, and do not
    fail beside it.
    """

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _engine_errors(), self.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if commit else "BEGIN")
            try:
                yield SQLiteCursor(cursor)
            except BaseException:
                self.rollback()
                raise
            cursor.execute("COMMIT" if commit else "ROLLBACK")


def _connect(uri: str) -> sqlite3.Connection:
    with _engine_errors():
        connection = sqlite3.connect(
            uri, uri=True, check_same_thread=False, isolation_level=None, timeout=LOCK_SECONDS
        )
        connection.execute("PRAGMA synchronous = FULL")
        return connection


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        connection = _connect(self.db_name)
        connection.row_factory = sqlite3.Row  # as the engine's own methods expect
        return _Connection(connection, max_age=self.max_age)


class _Datastore(SQLiteDatastore):
    def __init__(self, uri: str) -> None:
        super().__init__(uri, originator_id_type="text")
        self.pool = _Pool(db_name=uri, pool_timeout=LOCK_SECONDS)


class SQLiteRecorder(SQLiteApplicationRecorder):
    """The recorder of the log in the file *path*.

    Raises:
        UnreadableError: there is no such file (unless *create*), or it is no store of `lif`, or
            one of a newer version.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        if not create and not path.is_file():
            raise UnreadableError(f"{path}: there is no store here")
        mode = "rwc" if create else "rw"
        self._uri = f"{path.absolute().as_uri()}?mode={mode}"
        self._path = path.absolute()
        self._idle: list[sqlite3.Connection] = []
        super().__init__(_Datastore(self._uri))
        try:
            self._open(path, create=create)
        except (PersistenceError, LifError) as error:
            self.close()
            if isinstance(error, LifError):
                raise
            raise UnreadableError(f"{path}: {error}") from error

    def __reduce__(self) -> Any:
        """Let another process open the same store."""
        return partial(SQLiteRecorder, create=False), (self._path,)

    def construct_create_table_statements(self) -> list[str]:
        return list(_TABLES)

    def _open(self, path: Path, *, create: bool) -> None:
        with self.datastore.transaction(commit=False) as cursor:
            schema = _schema(cursor, path)
        if schema == SCHEMA:
            return
        if not schema and not create:
            raise UnreadableError(f"{path}: an empty file, not a store of lif")
        self._use_wal()
        with self.datastore.transaction(commit=True) as cursor:
            if _schema(cursor, path) < SCHEMA:  # another process may have been first
                self._create_table(cursor)
                cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                cursor.execute(f"PRAGMA user_version = {SCHEMA}")

    def _use_wal(self) -> None:
        """Switch the file to WAL; where two processes open a new one at once, it may be locked for
        a moment.
        """
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                with self.datastore.get_connection(commit=True) as connection, _engine_errors():
                    (mode,) = _one(connection.cursor(), "PRAGMA journal_mode = WAL")
                if mode == "wal":
                    return
                raise OperationalError(f"journal mode is {mode}, not WAL")
            except OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        self.datastore.close()

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return what the engine's method does, by our own position."""
        where = "WHERE position > ? "
        params: list[object] = [(start or 0) - int(inclusive_of_start)]
        if stop is not None:
            where += "AND position <= ? "
            params.append(stop)
        if topics:
            where += f"AND topic IN ({', '.join('?' * len(topics))}) "
            params += topics
        rows = self._rows(where + "ORDER BY position LIMIT ?", (*params, limit))
        return [
            Notification(stream, stream_position, topic, state, position)
            for position, stream, stream_position, topic, state in rows
        ]

    # The port of the application

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        """Append on one connection, without the engine's layers: they are half of a command's
        time.
        """
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            positions = _append(connection, stamp, receipts, tracking, read, packs)
            connection.execute("COMMIT")
        except BaseException as error:
            self._undo(connection)
            if isinstance(error, sqlite3.Error):
                raise _recorder_error(error) from error
            raise
        self._idle.append(connection)
        return positions

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            with _recorder_errors():
                return _connect(self._uri)

    def _undo(self, connection: sqlite3.Connection) -> None:
        try:
            connection.rollback()
        except sqlite3.Error:
            connection.close()
        else:
            self._idle.append(connection)

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        last = _one(c, "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'")
        first = (last[0] if last else 0) + 1
        c.executemany(
            _insert(_EVENT, 1),
            [(s.originator_id, s.originator_version, s.topic, s.state) for s in stored_events],
        )
        return list(range(first, first + len(stored_events)))

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
        return self._missing(_WAS_HANDLED, command_ids)

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

    def save(self, view: Saved, *, before: bytes | None) -> None:
        with _recorder_errors(), self.datastore.transaction(commit=True) as cursor:
            row = _one(cursor, _HEAD, (view.name,))
            if before is not None and (row is None or row[1] != before):
                raise IntegrityError(f"{view.name} has been saved by another")
            cursor.execute(
                "INSERT INTO saved_views (name, head) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET head = excluded.head",
                (view.name, view.head),
            )
            (number, _) = row or _one(cursor, _HEAD, (view.name,))
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
        rows = self._select(_LAST, ())
        return rows[0] if rows else None

    def _rows(self, where: str, params: tuple[object, ...]) -> list[Row]:
        return self._select(_ROW + where, params)

    def _select(self, statement: str, params: tuple[object, ...]) -> list[Any]:
        """Run one statement: it sees one state of the log, without a transaction around it."""
        connection = self._connection()
        try:
            rows = connection.execute(statement, params).fetchall()
        except sqlite3.Error as error:
            self._undo(connection)
            raise _recorder_error(error) from error
        self._idle.append(connection)
        return rows


def _append(
    connection: sqlite3.Connection,
    stamp: Stamp,
    receipts: Sequence[Receipt],
    tracking: Tracking | None,
    read: Reads | None,
    packs: Sequence[PackUse],
) -> Sequence[int]:
    """Append within a transaction that has begun."""
    execute = connection.execute
    last: Row | None = execute(_LAST).fetchone()
    end = last[0] if last else 0
    if read is not None and read.head != end:
        _refuse_moved(connection, end, read)
    if tracking is not None:
        _track(connection, tracking)
    events = stamp(last)
    first = end + 1
    for values, count in _batches(
        (e.originator_id, e.originator_version, e.topic, e.state) for e in events
    ):
        end = execute(_insert(_EVENT, count), values).lastrowid or 0
    if events:
        first = end + 1 - len(events)
    if receipts:
        for values, count in _batches(
            (r.command_id, r.digest, first + r.start, first + r.stop - 1) for r in receipts
        ):
            execute(_insert(_HANDLED, count), values)
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
def _insert(into: str, count: int) -> str:
    """Return the statement that inserts *count* rows of four values."""
    return f"INSERT INTO {into} VALUES {', '.join(['(?, ?, ?, ?)'] * count)}"


def _refuse_moved(connection: sqlite3.Connection, end: int, read: Reads) -> None:
    """Refuse what rests on a stream that others have recorded in since.

    The log ends at the position *end*.
    """
    if end < read.head:
        raise IntegrityError(f"the log ends at {end}, and was read up to {read.head}")
    for (stream,) in connection.execute(_NEWER, (read.head,)):
        if stream in read.streams:
            raise IntegrityError(f"{stream} has moved since it was read")
    for (name,) in connection.execute(_OTHERS, (read.head,)):
        raise IntegrityError(f"{name} is on record since it was read")


@contextmanager
def _recorder_errors() -> Iterator[None]:
    """Raise the engine's errors as a recorder's: a busy store is a conflict, a failure is typed,
    and a conflict stays as it is.
    """
    try:
        yield
    except IntegrityError:
        raise
    except PersistenceError as error:
        cause = error.__cause__
        raise (
            _recorder_error(cause) if isinstance(cause, sqlite3.Error) else _failed(error)
        ) from error


def _recorder_error(error: sqlite3.Error) -> Exception:
    """Return the driver's *error* as what a recorder raises."""
    if isinstance(error, sqlite3.IntegrityError):
        return IntegrityError(error)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ConflictError(f"the store is busy: {error}")
    return _failed(error)


def _failed(error: Exception) -> UnreadableError:
    return UnreadableError(f"the store failed: {error}")


def _track(connection: sqlite3.Connection, tracking: Tracking) -> None:
    row = connection.execute(_TRACKED, (tracking.name,)).fetchone()
    if (row[0] if row else 0) != tracking.after:
        raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
    connection.execute(_MOVED, (tracking.name, tracking.position))


def _schema(cursor: SQLiteCursor, path: Path) -> int:
    """Return the version of the store's tables, 0 for an empty file.

    Raises:
        UnreadableError: it is no store of `lif`, or one of a newer version.
    """
    (application,) = _one(cursor, "PRAGMA application_id")
    (schema,) = _one(cursor, "PRAGMA user_version")
    (tables,) = _one(cursor, "SELECT count(*) FROM sqlite_master")
    if application == APPLICATION_ID and schema > SCHEMA:
        raise UnreadableError(f"{path}: made by a newer lif; upgrade to open it")
    if application != APPLICATION_ID and tables:
        raise UnreadableError(f"{path}: a database, but not a store of lif")
    return int(schema) if application == APPLICATION_ID else 0


def _one(cursor: SQLiteCursor, statement: str, params: tuple[object, ...] = ()) -> Any:
    cursor.execute(statement, params)
    return cursor.fetchone()


_ERRORS: tuple[tuple[type[sqlite3.Error], type[PersistenceError]], ...] = (
    (sqlite3.IntegrityError, IntegrityError),
    (sqlite3.OperationalError, OperationalError),
    (sqlite3.ProgrammingError, ProgrammingError),
    (sqlite3.DatabaseError, DatabaseError),
    (sqlite3.Error, PersistenceError),
)


@contextmanager
def _engine_errors() -> Iterator[None]:
    """Raise the driver's errors as the engine's."""
    try:
        yield
    except sqlite3.Error as error:
        kind = next(engines for drivers, engines in _ERRORS if isinstance(error, drivers))
        raise kind(error) from error
