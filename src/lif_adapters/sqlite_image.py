"""One state of a log in SQLite, for whoever reads all of it: an examination, a backup."""

import shutil
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import NoneType
from typing import Any, NoReturn

from lif_adapters.check_result import CheckResult, fine, note, wrong
from lif_adapters.sqlite_log import DRIVER_ERRORS, SQLiteLog, recorder_error
from lif_adapters.sqlite_schema import SCHEMA, lacking, schema_flaws, version_of
from lif_adapters.store_image import ReceiptRow, streams_check
from lif_core.errors import UnreadableError
from lif_core.log.recorder import PAGE, opened_to_be_read

ROOM = 64 << 20  # bytes that should be free, at the least
LONG_WAL = 64 << 20
_WAL = b"\2\2"  # in the header of a file that is written by way of one
_OTHERS = stat.S_IRWXO | stat.S_IWGRP
_SUFFIXES = ("", "-wal", "-shm")


class SQLiteImage(SQLiteLog):
    """The log in the file *path* as a *connection* sees it, within a transaction that is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    def _select(self, statement: str, params: tuple[object, ...] = ()) -> list[Any]:
        try:
            return self.connection.execute(statement, params).fetchall()
        except DRIVER_ERRORS as error:
            raise recorder_error(error) from error

    def value(self, statement: str) -> Any:
        """Return the one value that a *statement* selects; `None` where there is none."""
        rows = self._select(statement)
        return rows[0][0] if rows else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Cursor]:
        raise opened_to_be_read()
        yield

    def receipts(self) -> Iterator[Sequence[ReceiptRow]]:
        """Yield all receipts of commands, page by page, by the positions of their entries."""
        statement = "SELECT command_id, digest, first, last FROM handled_commands"
        try:
            cursor = self.connection.execute(f"{statement} ORDER BY first, command_id")
            while page := cursor.fetchmany(PAGE):
                yield page
        except DRIVER_ERRORS as error:
            raise recorder_error(error) from error

    def trackings(self) -> Sequence[tuple[str, int]]:
        """Return how far each follower and each saved view has read."""
        return self._select("SELECT name, position FROM tracking ORDER BY name")

    def ever_reached(self) -> int:
        """Return the last position that was ever given to an entry."""
        reached = self.value("SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'")
        if type(reached) not in (int, NoneType):
            raise UnreadableError("its last position is damaged: restore it from a backup")
        return max(reached or 0, self.value("SELECT max(position) FROM stored_events") or 0)

    def integrity(self) -> Sequence[str]:
        """Return what SQLite finds wrong in the file, its indexes among it; at most ten."""
        try:
            problems = [problem for (problem,) in self._select("PRAGMA integrity_check(10)")]
        except UnreadableError as error:
            return [error.problem]
        return [] if problems == ["ok"] else problems

    def checks(self) -> Iterator[CheckResult]:
        """Yield what is found of the file, of what lies beside it, and of its tables."""
        if problems := self.integrity():
            shown = "; ".join(" ".join(problem.split()) for problem in problems[:3])
            remedy = "stop whoever writes, keep the file, and restore a backup"
            yield wrong("integrity of the file", shown, remedy)
        else:
            yield fine("integrity of the file", "every page and every index")
        yield self._schema()
        yield streams_check(self)
        yield self._journal()
        yield self._modes()
        yield self._room()

    def _schema(self) -> CheckResult:
        version = version_of(self.connection.cursor(), self.path, shared=False)
        if version < SCHEMA:
            lacks = ", ".join(lacking(version))
            state = f"version {version}, of an older lif: it has no {lacks} as they are now"
            return note("schema", state, "back it up, and run `lif migrate`")
        if flaws := schema_flaws(self.connection.cursor()):
            remedy = "hold the log against a checkpoint or a backup, then run `lif migrate`"
            return wrong("schema", f"not as lif makes it: {'; '.join(flaws)}", remedy)
        return fine("schema", f"version {version}")

    def _journal(self) -> CheckResult:
        """Return how the file is written, and what waits to be put into it."""
        with self.path.open("rb") as file:
            header = file.read(20)
        if header[18:] != _WAL:
            problem = "not written by way of a WAL: a reader waits for each writer"
            return note("journal", problem, "it is switched at the next `lif migrate --adopt`")
        wal = Path(f"{self.path}-wal")
        size = wal.stat().st_size if wal.exists() else 0
        if size > LONG_WAL:
            problem = f"a WAL of {size >> 20} MB waits to be put into the file"
            return note("journal", problem, "end what has had the store open to read for long")
        if size and not Path(f"{self.path}-shm").exists():
            problem = (
                f"a WAL of {size} bytes lies beside it, and nobody has it open: a crash, or a copy"
            )
            remedy = "read together they are whole; put no other file in the place of one of them"
            return note("journal", problem, remedy)
        return fine("journal", f"WAL, {size} bytes wait in it; commits are synced (FULL)")

    def _modes(self) -> CheckResult:
        files = [file for suffix in _SUFFIXES if (file := Path(f"{self.path}{suffix}")).exists()]
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}
        opened = {name: mode for name, mode in modes.items() if mode & stat.S_IRWXG | mode & 7}
        shown = ", ".join(f"{name} {mode:04o}" for name, mode in (opened or modes).items())
        remedy = f"chmod 600 {' '.join(opened)}, unless that is meant"
        if any(mode & _OTHERS for mode in opened.values()):
            return wrong("file modes", f"open to others: {shown}", remedy)
        if opened:
            return note("file modes", f"open to a group: {shown}", remedy)
        return fine("file modes", f"its owner's alone: {shown}")

    def _room(self) -> CheckResult:
        free = shutil.disk_usage(self.path.parent).free
        needed = max(self.path.stat().st_size, ROOM)
        state = f"{free >> 20} MB"
        if free < ROOM:
            return wrong("free space", state, "make room: what cannot be written is refused")
        if free < needed:
            return note("free space", f"{state}, less than the store itself", "make room")
        return fine("free space", state)

    def wait(self, *, after: int, seconds: float) -> bool:
        """Return what there is at once: nothing comes to it any more."""
        return bool(self.rows(after=after, limit=1))

    def within(self, connection: object) -> NoReturn:
        raise opened_to_be_read()

    def close(self) -> None:
        """Do nothing: whoever opened the connection closes it."""
