"""The log in one SQLite file, on `eventsourcing`'s recorder: WAL, synchronous FULL, one writer at
a time.

Positions are an `AUTOINCREMENT` key of our own, so they are never reused and survive a dump and
restore. Triggers refuse any change or removal of an entry by ordinary means.
"""

import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

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

from lif_adapters.durable_files import sync_wal
from lif_adapters.private_files import make_file
from lif_adapters.sqlite_host import SQLiteHostRecorder
from lif_adapters.sqlite_log import (
    DRIVER_ERRORS,
    ENTRIES,
    SQLiteLog,
    insertion,
    problem_of,
    recorder_error,
)
from lif_adapters.sqlite_reader import SQLiteReader
from lif_adapters.sqlite_schema import (
    SCHEMA,
    flawed,
    is_there,
    make,
    refuse_newer,
    refuse_other,
    refuse_torn,
    schema_flaws,
    version_of,
    version_query,
)
from lif_core.errors import ConflictError, LifError, MissingStoreError, UnreadableError
from lif_core.observer import LOGGER

LOCK_SECONDS = 60
OF_A_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS})
"""The errors of a file that cannot be made where it was asked for, whatever is done again."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.25  # seconds between two looks for new entries


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
    connection = sqlite3.connect(
        uri, uri=True, check_same_thread=False, isolation_level=None, timeout=LOCK_SECONDS
    )
    connection.execute("PRAGMA synchronous = FULL")
    return connection


class _Pool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        with _engine_errors():
            connection = _connect(self.db_name)
        connection.row_factory = sqlite3.Row  # as the engine's own methods expect
        return _Connection(connection, max_age=self.max_age)


class _Datastore(SQLiteDatastore):
    def __init__(self, uri: str) -> None:
        super().__init__(uri, originator_id_type="text")
        self.pool = _Pool(db_name=uri, pool_timeout=LOCK_SECONDS)


def remove_empty(path: Path) -> None:
    """Remove the store in the file *path*, unless something is recorded in it, or another process
    has it open.
    """
    if not os.path.isfile(path):  # also where nobody can tell: what failed is told already
        return
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        ((mode,),) = connection.execute("PRAGMA journal_mode = DELETE")  # only for one alone
        if mode != "delete":
            return
        connection.execute("BEGIN EXCLUSIVE")
        if connection.execute("SELECT 1 FROM stored_events").fetchone() is None:
            path.unlink()
        else:
            connection.execute("ROLLBACK")
            connection.execute("PRAGMA journal_mode = WAL")
    except (sqlite3.Error, OSError):
        return  # somebody uses it, it is none of ours, or its folder is shut
    finally:
        connection.close()


def _waits(path: Path) -> bool:
    """Return whether a WAL waits beside the file *path*, as of others, or after a crash."""
    try:
        return bool(Path(f"{path}-wal").stat().st_size)
    except OSError:
        return False


class SQLiteRecorder(SQLiteLog, SQLiteApplicationRecorder):
    """The recorder of the log in the file *path*.

    Raises:
        UnreadableError: there is no such file (unless *create*), or it is no store of `lif`, or
            one of a newer version.
    """

    def __init__(self, path: Path, *, create: bool = True, shared: bool = False) -> None:
        if create:
            try:
                make_file(path)
            except OSError as error:
                if error.errno in OF_A_PLACE:
                    place = f"{path}: no store can be made here: {error.strerror}"
                    raise UnreadableError(place) from error  # else SQLite tells it
        elif not is_there(path):
            raise MissingStoreError(f"{path}: there is no store here")
        self._uri = f"{path.absolute().as_uri()}?mode=rw"
        self._path = path.absolute()
        self._idle: list[sqlite3.Connection] = []
        self._flaws: Sequence[str] = ()
        _OPEN.add(self)
        super().__init__(_Datastore(self._uri))
        try:
            self._open(path, create=create, shared=shared)
        except LifError:
            self.close()
            raise
        except (*DRIVER_ERRORS, PersistenceError) as error:
            self.close()
            problem = recorder_error(error)
            if type(problem) is UnreadableError:
                problem = UnreadableError(f"{path}: {problem_of(error)}")
            raise problem from error

    def __reduce__(self) -> Any:
        """Let another process open the same store."""
        return partial(SQLiteRecorder, create=False), (self._path,)

    def _open(self, path: Path, *, create: bool, shared: bool) -> None:
        if _waits(self._path) and not shared:
            with closing(SQLiteReader(path, unmade=True)) as reader, reader.image() as store:
                refuse_torn(store.connection.cursor(), path)  # before anything is put into it
        connection = _connect(self._uri)
        self._idle.append(connection)
        version = version_of(connection.cursor(), path, shared=shared)
        self._sync_wal()
        if not version and not create:
            raise UnreadableError(f"{path}: an empty file, not a store of lif")
        if not version:
            self._use_wal()
            with self._transaction(is_new=True) as cursor:
                if not version_of(cursor, path, shared=shared):
                    make(cursor)  # no other process was first
        else:
            refuse_other(version, path)
            self._flaws = schema_flaws(connection.cursor())
            if self._flaws:
                LOGGER.warning("%s", flawed(path, self._flaws))
        self._version = version_query(connection.cursor())

    def _sync_wal(self) -> None:
        """Have on the disk what a crash left in the WAL, before anything is answered from it."""
        try:
            sync_wal(self._path)
        except OSError as error:
            raise UnreadableError(f"{self._path}-wal: {error.strerror}") from error

    def _refuse_flawed(self) -> None:
        if self._flaws:
            raise UnreadableError(flawed(self._path, self._flaws))

    def _use_wal(self) -> None:
        """Switch the file to WAL; where two processes open a new one at once, it may be locked for
        a moment.
        """
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                ((mode,),) = self._select("PRAGMA journal_mode = WAL", ())
                if mode == "wal":
                    return
                raise UnreadableError(f"{self._path}: journal mode is {mode}, not WAL")
            except ConflictError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _after_fork(self) -> None:
        """Use none of the parent's connections: SQLite allows none of them in another process.

        Nor are they closed here, which would be a use.
        """
        _INHERITED.append((self._idle, self.datastore))
        self._idle = []
        self.datastore = _Datastore(self._uri)

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

    @contextmanager
    def _transaction(self, *, is_new: bool = False) -> Iterator[sqlite3.Cursor]:
        """Write on one connection, without the engine's layers: they are half of a command's
        time.

        A store that *is_new* has no version yet. Another is written to unless a newer program
        brought it up since it was opened: it may mean something by what this one would leave out.
        """
        self._refuse_flawed()
        connection = self._connection()
        try:
            cursor = connection.execute("BEGIN IMMEDIATE")
            if not is_new:
                (version,) = cursor.execute(self._version).fetchone()
                if version != SCHEMA:
                    refuse_other(version, self._path)
            yield cursor
            connection.execute("COMMIT")
        except BaseException as error:
            self._undo(connection)
            if isinstance(error, DRIVER_ERRORS):
                raise recorder_error(error) from error
            raise
        self._idle.append(connection)

    def wait(self, *, after: int, seconds: float) -> bool:
        """Look again and again, less and less often: another process cannot call this one."""
        deadline, pause = time.monotonic() + seconds, SHORTEST_PAUSE
        while not self.rows(after=after, limit=1):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)
        return True

    def within(self, connection: object) -> SQLiteHostRecorder:
        self._refuse_flawed()
        return SQLiteHostRecorder(connection, self._path)

    def _connection(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            try:
                return _connect(self._uri)
            except DRIVER_ERRORS as error:
                raise recorder_error(error) from error

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
        (version,) = _one(c, self._version)
        if version != SCHEMA:
            refuse_other(version, self._path)
        last = _one(c, "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'")
        first = (last[0] if last else 0) + 1
        c.executemany(
            insertion(ENTRIES, 1),
            [(s.originator_id, s.originator_version, s.topic, s.state) for s in stored_events],
        )
        return list(range(first, first + len(stored_events)))

    def _select(self, statement: str, params: tuple[object, ...]) -> list[Any]:
        """Run one statement: it sees one state of the log, without a transaction around it."""
        connection = self._connection()
        try:
            rows = connection.execute(statement, params).fetchall()
        except DRIVER_ERRORS as error:
            self._undo(connection)
            refuse_newer(error, connection.cursor(), self._path)
            raise recorder_error(error) from error
        self._idle.append(connection)
        return rows


_OPEN: WeakSet[SQLiteRecorder] = WeakSet()
_INHERITED: list[object] = []
"""The connections of the parent, in a process that was forked, where nothing may close them."""


def _after_fork() -> None:
    for recorder in list(_OPEN):
        recorder._after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_after_fork)


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
