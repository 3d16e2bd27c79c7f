"""A log in a SQLite file, read by somebody who changes no byte of it, nor puts a file beside it.

SQLite itself does: a reader beside a WAL writes to the shared memory file, and the last one to
close puts the WAL into the file. So each way in which a store can lie there is read in its own
way, by what its files are at that moment.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path
from stat import S_ISDIR
from time import monotonic, sleep
from typing import Any, NoReturn
from weakref import WeakSet, finalize

from attrs import frozen

from lif_adapters.durable_files import sync_wal
from lif_adapters.sqlite_image import SQLiteImage
from lif_adapters.sqlite_log import DRIVER_ERRORS, SQLiteLog, problem_of, recorder_error
from lif_adapters.sqlite_schema import (
    A_FOLDER,
    SCHEMA,
    flawed,
    lacking,
    refuse_newer,
    schema_flaws,
    stand_in,
    version_of,
)
from lif_core.errors import ConflictError, LifError, MissingStoreError, UnreadableError
from lif_core.log.recorder import opened_to_be_read
from lif_core.observer import LOGGER

LOCK_SECONDS = 60
SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.25  # seconds between two looks for new entries
_MOVING = 5.0  # seconds in which files that change again and again come to rest


class Way(Enum):
    """A way to read a store, by what lies beside its file.

    SHARED: beside others, through the shared memory file, which is only read. STILL: nothing
    waits to be put into it, so that it is a file that nobody changes. COPIED: a WAL waits in it,
    and there is no shared memory file to read it by: a copy of both is read.
    """

    SHARED = auto()
    STILL = auto()
    COPIED = auto()


@frozen
class Footing:
    """A *way* to read a store, good for as long as its *files* are what they were."""

    way: Way
    files: tuple[tuple[int, int, int] | None, ...]


def footing_of(path: Path, name: Path) -> Footing:
    """Return how the store in the file *path*, by the *name* it was given, is to be read now.

    Raises:
        UnreadableError: it is gone; or a change of it was interrupted, which only a writer undoes.
    """
    file = _state(path)
    if file is None:
        raise MissingStoreError(f"{name}: there is no store here")
    if (journal := _state(Path(f"{path}-journal"))) and journal[1]:
        raise UnreadableError(
            f"{name}: a change of it was interrupted, and {path.name}-journal undoes it: open it"
            " once to write, or read a backup"
        )
    wal, memory = _state(Path(f"{path}-wal")), _state(Path(f"{path}-shm"))
    if wal is not None and memory is not None and memory[1]:
        return Footing(Way.SHARED, ((file[0], 0, 0),))
    if wal is None or not wal[1]:
        return Footing(Way.STILL, (file,))
    return Footing(Way.COPIED, (file, wal))


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever a file does; `None` where there is none."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    if S_ISDIR(state.st_mode):
        raise UnreadableError(f"{path}: {A_FOLDER}")
    return state.st_ino, state.st_size, state.st_mtime_ns


class SQLiteReader(SQLiteLog):
    """A recorder of the log in the file *path* that records nothing.

    What a store of an older schema cannot have is empty in it. With *unmade*, the file may have no
    tables yet, and nothing is told of those that it has.

    Raises:
        UnreadableError: there is no such file, or it is no store of `lif`, or one of a newer
            version.
    """

    def __init__(self, path: Path, *, unmade: bool = False) -> None:
        self._path, self._name = path.absolute(), path
        self._idle: list[tuple[Footing, sqlite3.Connection]] = []
        self._copy: tuple[Footing, Path, finalize[..., Any]] | None = None
        self._older = False
        _OPEN.add(self)
        try:
            version = self.schema_version()
            if not version and not unmade:
                raise UnreadableError(f"{path}: an empty file, not a store of lif")
        except LifError:
            self.close()
            raise
        if unmade:
            return
        if flaws := self._read(self._flaws):
            LOGGER.warning("%s", flawed(path, flaws))
        if version < SCHEMA:
            names = ", ".join(lacking(version)).replace("_", " ")
            LOGGER.warning(
                "%s: made by an older lif, so it has none of this one's %s; it is read as it is,"
                " and `lif migrate` brings it up to this version",
                path,
                names,
            )

    def __reduce__(self) -> Any:
        """Let another process open the same store."""
        return SQLiteReader, (self._path,)

    def schema_version(self) -> int:
        """Return the version of the tables in the file; 0 where there are none."""
        version: int = self._read(self._version)
        return version

    def _version(self, connection: sqlite3.Connection) -> int:
        return version_of(connection.cursor(), self._name, shared=False)

    def _flaws(self, connection: sqlite3.Connection) -> Sequence[str]:
        return () if self._older else schema_flaws(connection.cursor())

    def _select(self, statement: str, params: tuple[object, ...]) -> list[Any]:
        rows: list[Any] = self._read(
            lambda connection: connection.execute(statement, params).fetchall()
        )
        return rows

    def _read(self, act: Any) -> Any:
        """Return what *act* returns of a connection on which the store was one and the same."""
        deadline = monotonic() + _MOVING
        while True:
            footing, connection = footing_of(self._path, self._name), None
            try:
                connection = self._connection(footing)
                result = act(connection)
            except DRIVER_ERRORS as error:
                # It may be that of files that were changed meanwhile, or are just being made.
                moved = footing != footing_of(self._path, self._name) or _is_passing(error)
                if not moved or monotonic() > deadline:
                    if connection is not None:
                        refuse_newer(error, connection.cursor(), self._name)
                    raise self._problem(error) from error
                sleep(SHORTEST_PAUSE)
                continue
            if footing.way is not Way.SHARED and footing != footing_of(self._path, self._name):
                connection.close()
                if monotonic() > deadline:
                    raise ConflictError(f"{self._name}: changed again and again: try again")
                continue
            self._idle.append((footing, connection))
            return result

    def _problem(self, error: Exception) -> Exception:
        problem = recorder_error(error)
        if type(problem) is UnreadableError:
            return UnreadableError(f"{self._name}: {problem_of(error)}")
        return problem

    def _connection(self, footing: Footing) -> sqlite3.Connection:
        while self._idle:
            known, connection = self._idle.pop()
            if known == footing and not (self._older and self._is_newer(connection)):
                return connection
            connection.close()
        path = self._path
        match footing.way:
            case Way.SHARED:
                connection = self._open(f"{path.as_uri()}?mode=ro&readonly_shm=1")
            case Way.STILL:
                return self._open(f"{path.as_uri()}?mode=ro&immutable=1")
            case Way.COPIED:
                connection = self._open(f"{self._copied(footing).as_uri()}?mode=rw")
        with suppress(OSError):  # on a medium that cannot be written, it is what it is
            sync_wal(path)
        return connection

    def _open(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, check_same_thread=False, isolation_level=None, timeout=LOCK_SECONDS
        )
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            version = self._version(connection)
            if 0 < version < SCHEMA:
                self._older = True
                stand_in(connection.cursor(), version)
            connection.execute("PRAGMA query_only = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _is_newer(self, connection: sqlite3.Connection) -> bool:
        """Return whether a store was brought up to this version since *connection* was made."""
        return self._version(connection) == SCHEMA

    def _copied(self, footing: Footing) -> Path:
        """Return the file of a copy of the store and its WAL, which closing this removes."""
        if self._copy is not None and self._copy[0] == footing:
            return self._copy[1]
        folder = Path(tempfile.mkdtemp(prefix="lif-"))
        remove = finalize(self, _remove, folder, os.getpid())
        copy = folder / "copy.db"
        try:
            for suffix in ("", "-wal"):
                shutil.copyfile(f"{self._path}{suffix}", f"{copy}{suffix}")
        except OSError as error:
            remove()
            problem = f"its WAL is read in a copy, and {folder.parent} has no room for one"
            raise UnreadableError(f"{self._name}: {problem}: {error.strerror}") from error
        if self._copy is not None:
            self._copy[2]()
        self._copy = (footing, copy, remove)
        return copy

    @contextmanager
    def image(self) -> Iterator[SQLiteImage]:
        """Give one state of the store, whatever others write meanwhile.

        Raises:
            ConflictError: it was brought together with its WAL, or replaced, while it was read.
        """
        footing = footing_of(self._path, self._name)
        connection = self._connection(footing)
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on
            if footing != footing_of(self._path, self._name):
                raise ConflictError(f"{self._name}: changed as it was opened: try again")
            yield SQLiteImage(connection, self._path)
            if footing.way is Way.STILL and footing.files != (_state(self._path),):
                raise ConflictError(f"{self._name}: changed while it was read: try again")
        except DRIVER_ERRORS as error:
            raise self._problem(error) from error
        finally:
            connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        raise opened_to_be_read()
        yield

    def wait(self, *, after: int, seconds: float) -> bool:
        """Look again and again, less and less often: another process cannot call this one."""
        deadline, pause = monotonic() + seconds, SHORTEST_PAUSE
        while not self.rows(after=after, limit=1):
            left = deadline - monotonic()
            if left <= 0:
                return False
            sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)
        return True

    def within(self, connection: object) -> NoReturn:
        raise opened_to_be_read()

    def _after_fork(self) -> None:
        """Use none of the parent's connections: SQLite allows none of them in another process."""
        _INHERITED.append(self._idle)
        self._idle = []
        self._copy = None

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()
        if self._copy is not None:
            self._copy[2]()
            self._copy = None


def _is_passing(error: Exception) -> bool:
    """Return whether it is the *error* of a reader beside a writer that is just opening."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code != sqlite3.SQLITE_READONLY and code & 0xFF == sqlite3.SQLITE_READONLY


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


_OPEN: WeakSet[SQLiteReader] = WeakSet()
_INHERITED: list[Sequence[object]] = []
"""The connections of the parent, in a process that was forked, where nothing may close them."""


def _after_fork() -> None:
    for reader in list(_OPEN):
        reader._after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_after_fork)
