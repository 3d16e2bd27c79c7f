"""A log in SQLite, read and written on a host's own connection, in the host's transaction."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

from lif_adapters.host_connections import driver_connection
from lif_adapters.sqlite_log import SQLiteLog, recorder_error
from lif_adapters.sqlite_schema import SCHEMA, version_of
from lif_core.errors import MalformedError

FULL = 2  # PRAGMA synchronous: what is committed is on the disk
_LOCK = "UPDATE tracking SET position = position WHERE 0"  # a write that changes nothing


class SQLiteHostRecorder(SQLiteLog):
    """A recorder on the host's *connection* to the file at *path*; it never commits.

    Raises:
        MalformedError: the connection is of another kind or to another file, has no transaction
            open, or would not keep what it commits.
    """

    _keeps_tail = False

    def __init__(self, connection: object, path: Path) -> None:
        driver = driver_connection(connection)
        if not isinstance(driver, sqlite3.Connection):
            raise MalformedError("connection", f"{type(driver).__name__} is none to SQLite")
        if driver.text_factory is not str:
            raise MalformedError("connection", "its text_factory is not str")
        self._connection = driver
        ((_, _, file),) = self._select(
            "SELECT * FROM pragma_database_list WHERE name = 'main'", ()
        )
        if not file or not Path(file).samefile(path):
            raise MalformedError("connection", f"to {file or 'memory'}, not to {path}")
        ((synchronous,),) = self._select("PRAGMA synchronous", ())
        if synchronous < FULL:
            raise MalformedError(
                "connection", "would lose what it commits: set PRAGMA synchronous = FULL"
            )
        self._begin()
        if version_of(self._cursor(), path) != SCHEMA:
            raise MalformedError("connection", f"{path} has no tables of this version of lif")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a transaction of the host is of one process")

    def _begin(self) -> None:
        """Begin a transaction where the driver is to begin one itself."""
        if self._connection.in_transaction:
            return
        if self._connection.isolation_level is None:
            raise MalformedError("connection", "no transaction is open on it: begin one first")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise recorder_error(error) from error

    def _cursor(self) -> sqlite3.Cursor:
        try:
            cursor = self._connection.cursor()
        except sqlite3.Error as error:
            raise recorder_error(error) from error
        cursor.row_factory = None  # the host may have one of its own
        return cursor

    def _select(self, statement: str, params: tuple[object, ...]) -> list[Any]:
        try:
            return self._cursor().execute(statement, params).fetchall()
        except sqlite3.Error as error:
            raise recorder_error(error) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        """Write within a savepoint, with the lock that the host's transaction then holds."""
        self._begin()
        cursor = self._cursor()
        try:
            cursor.execute("SAVEPOINT lif")
            try:
                cursor.execute(_LOCK)
                yield cursor
            except BaseException:
                with suppress(sqlite3.Error):  # the failure is what is told
                    cursor.execute("ROLLBACK TO lif")
                    cursor.execute("RELEASE lif")
                raise
            cursor.execute("RELEASE lif")
        except sqlite3.Error as error:
            raise recorder_error(error) from error

    def wait(self, *, after: int, seconds: float) -> bool:
        """Return what there is at once: a transaction sees nothing new by waiting."""
        return bool(self.rows(after=after, limit=1))

    def within(self, connection: object) -> NoReturn:
        raise MalformedError("connection", "is given within a transaction already")

    def close(self) -> None:
        """Do nothing: the connection is the host's."""
