"""Connections to SQLite on a traced disk, with the face of the driver that the recorder uses."""

import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import apsw
from attrs import frozen

from lif_adapters import sqlite as recorder
from tests.faults.disk import Disk

OPENING = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
LOCK_MILLISECONDS = 60_000


@frozen(kw_only=True)
class Manner:
    """The manner in which connections behave; by default as they should.

    *pragmas* are executed once the recorder has said how it commits. Where it *commits_late*, a
    commit is done when the next statement comes; where it is *in_pieces*, each statement is a
    transaction.
    """

    pragmas: Sequence[str] = ()
    commits_late: bool = False
    in_pieces: bool = False


PROPER = Manner()


@frozen
class Committed:
    """The *state* that a commit has led to, and the same without what can be made again."""

    state: str
    record: str


class TracedConnection:
    """A connection of `apsw` in place of one of `sqlite3`."""

    def __init__(self, disk: Disk, uri: str, manner: Manner) -> None:
        self._disk = disk
        self._manner = manner
        self._is_late = False
        with _driver_errors():
            self._connection = apsw.Connection(uri, flags=OPENING, vfs=disk.name)
            self._connection.set_busy_timeout(LOCK_MILLISECONDS)
        self.row_factory: Any = None

    def execute(self, statement: str, params: Sequence[Any] = ()) -> "TracedCursor":
        return self.cursor().execute(statement, params)

    def cursor(self) -> "TracedCursor":
        return TracedCursor(self, self._connection.cursor())

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self.execute("ROLLBACK")

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.execute("COMMIT")

    def close(self) -> None:
        """Close it, as the driver does: a checkpoint that fails then is made by who opens next."""
        self.settle()
        with suppress(apsw.Error):
            self._connection.close()

    def settle(self) -> None:
        """Do the commit that is late."""
        if self._is_late:
            self._is_late = False
            self._commit()

    def run(self, statement: str, execute: Callable[[], object]) -> None:
        """Execute a *statement* in the manner of this connection."""
        self.settle()
        words = statement.split()
        with _driver_errors():
            if self._manner.in_pieces and words[0] == "BEGIN":
                return
            if words[0] != "COMMIT":
                execute()
            elif self._manner.commits_late:
                self._is_late = True
            else:
                self._commit()
        if words[:2] == ["PRAGMA", "synchronous"]:
            for pragma in self._manner.pragmas:
                self._connection.execute(pragma)

    @property
    def last_insert_rowid(self) -> int:
        return self._connection.last_insert_rowid()

    def _commit(self) -> None:
        if not self._manner.in_pieces:
            self._connection.execute("COMMIT")
        self._disk.mark(Committed(state_of(self._connection), record_of(self._connection)))


class TracedCursor:
    """A cursor of `apsw` in place of one of `sqlite3`."""

    def __init__(self, connection: TracedConnection, cursor: apsw.Cursor) -> None:
        self.connection = connection
        self._cursor = cursor
        self.lastrowid: int | None = None

    def execute(self, statement: str, params: Sequence[Any] = ()) -> "TracedCursor":
        self.connection.run(statement, lambda: self._cursor.execute(statement, params))
        self.lastrowid = self.connection.last_insert_rowid
        return self

    def executemany(self, statement: str, params: Any) -> "TracedCursor":
        self.connection.run(statement, lambda: self._cursor.executemany(statement, params))
        return self

    def fetchone(self) -> Any:
        with _driver_errors():
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        with _driver_errors():
            return list(self._cursor.fetchall())

    def __iter__(self) -> Iterator[Any]:
        with _driver_errors():
            yield from self._cursor

    def close(self) -> None:
        self._cursor.close()


@frozen
class TracedDriver:
    """The driver of the recorder, of which the connections are to files on a *disk*."""

    disk: Disk
    manner: Manner

    def connect(self, database: str, **_: object) -> TracedConnection:
        return TracedConnection(self.disk, database, self.manner)

    def __getattr__(self, name: str) -> Any:
        return getattr(sqlite3, name)


@contextmanager
def traced(disk: Disk, manner: Manner = PROPER) -> Iterator[None]:
    """Have recorders open their files on a *disk*, which notes what else they force down."""
    driver, fsync = TracedDriver(disk, manner), os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        disk.note_sync(descriptor)

    with patch.dict(vars(recorder), sqlite3=driver), patch("os.fsync", noted):
        yield


def state_of(connection: Any, *, without: Collection[str] = ()) -> str:
    """Return a digest of all that a store holds, whatever its tables are, *without* some."""
    execute = connection.execute
    digest = sha256()
    names = [name for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in sorted({*names}.difference(without)):
        columns = len(execute(f"SELECT * FROM pragma_table_info('{name}')").fetchall())
        order = ", ".join(map(str, range(1, columns + 1)))
        for row in execute(f"SELECT * FROM {name} ORDER BY {order}"):
            digest.update(repr((name, *row)).encode())
    for statement in (
        "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
        "PRAGMA user_version",
        "PRAGMA application_id",
    ):
        digest.update(repr(execute(statement).fetchall()).encode())
    return digest.hexdigest()


def record_of(connection: Any) -> str:
    """Return a digest of all that a store holds but saved views, which may be written in several
    ways.
    """
    return state_of(connection, without=("saved_views", "saved_cells"))


@contextmanager
def _driver_errors() -> Iterator[None]:
    """Raise the errors of `apsw` as those of the driver."""
    try:
        yield
    except apsw.Error as error:
        code = getattr(error, "extendedresult", 0)
        kind = {
            apsw.ConstraintError: sqlite3.IntegrityError,
            apsw.NotADBError: sqlite3.DatabaseError,
            apsw.CorruptError: sqlite3.DatabaseError,
        }.get(type(error), sqlite3.OperationalError)
        raised = kind(str(error))
        raised.sqlite_errorcode = code
        raise raised from error
