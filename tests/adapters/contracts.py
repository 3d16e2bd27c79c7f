"""What the recorders that ship tell the contract of their stores."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from lif_adapters import sqlite
from lif_adapters.postgres import PostgresRecorder
from lif_adapters.postgres.address import address_of
from lif_adapters.postgres.schema import LOG_LOCK, lock_of
from lif_adapters.sqlite import SQLiteRecorder
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Recorder
from lif_core.testing.recorder_contract import RecorderContract
from lif_core.testing.recorder_store import HostConnection, StoreHooks

FULL = 2  # of SQLite's synchronous: each commit is synced
JOURNALS = {"wal", "delete", "truncate", "persist"}  # those on the disk


class SQLiteFileHooks(StoreHooks):
    """What holds of any store in a SQLite file."""

    def settings(self, recorder: Recorder) -> sqlite3.Connection:
        """Return the connection that writes."""
        raise NotImplementedError

    def impatient(self, tmp_path: Path) -> AbstractContextManager[Recorder]:
        """Open the store with a recorder that soon gives up."""
        raise NotImplementedError

    def durability(self, recorder: Recorder) -> Mapping[str, bool]:
        connection = self.settings(recorder)
        ((synchronous,),) = connection.execute("PRAGMA synchronous")
        ((mode,),) = connection.execute("PRAGMA journal_mode")
        return {"synchronous": synchronous >= FULL, "journal_mode": mode in JOURNALS}

    @contextmanager
    def failing(self, recorder: Recorder, tmp_path: Path) -> Iterator[None]:
        with closing(sqlite3.connect(tmp_path / "lif.db")) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for (table,) in tables:
                connection.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
            yield
            for (table,) in tables:
                connection.execute(f"ALTER TABLE gone_{table} RENAME TO {table}")

    @contextmanager
    def busy(self, recorder: Recorder, tmp_path: Path) -> Iterator[Recorder]:
        with closing(sqlite3.connect(tmp_path / "lif.db")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with self.impatient(tmp_path) as soon:
                yield soon
            connection.rollback()


class SQLiteContract(SQLiteFileHooks, RecorderContract):
    """A file, which any process can open."""

    recorder_class: type[SQLiteRecorder] = SQLiteRecorder

    def make(self, tmp_path: Path) -> Recorder:
        return self.recorder_class(tmp_path / "lif.db")

    def open(self, tmp_path: Path) -> Recorder:
        return self.make(tmp_path)

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        return partial(self.recorder_class, tmp_path / "lif.db")

    def settings(self, recorder: Recorder) -> sqlite3.Connection:
        assert isinstance(recorder, SQLiteRecorder)
        recorder._idle.append(recorder._connection())
        return recorder._idle[-1]

    @contextmanager
    def impatient(self, tmp_path: Path) -> Iterator[Recorder]:
        with patch.object(sqlite, "LOCK_SECONDS", 0.1), closing(self.make(tmp_path)) as recorder:
            yield recorder

    def connection(self, recorder: Recorder, tmp_path: Path) -> HostConnection:
        connection = sqlite3.connect(tmp_path / "lif.db", check_same_thread=False)
        connection.execute("BEGIN")
        return connection


class PostgresSchemaHooks(StoreHooks):
    """What holds of any store in a schema of a PostgreSQL server."""

    @pytest.fixture(autouse=True)
    def schema(self, postgres_url: str) -> None:
        self.url = postgres_url
        self.address = address_of(postgres_url)
        self.name = self.address.schema

    def connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.address.conninfo)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def durability(self, recorder: Recorder) -> Mapping[str, bool]:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        return {name: self.ask(f"SHOW {name}") == [("on",)] for name in names}

    @contextmanager
    def failing(self, recorder: Recorder, tmp_path: Path) -> Iterator[None]:
        self.ask(f"ALTER SCHEMA {self.name} RENAME TO gone_{self.name}")
        yield
        self.ask(f"ALTER SCHEMA gone_{self.name} RENAME TO {self.name}")


class PostgresContract(PostgresSchemaHooks, RecorderContract):
    """A schema, which any process can open."""

    def make(self, tmp_path: Path) -> Recorder:
        return PostgresRecorder(self.url)

    def open(self, tmp_path: Path) -> Recorder:
        return self.make(tmp_path)

    def processes(self, tmp_path: Path) -> Callable[[], Recorder]:
        return partial(PostgresRecorder, self.url)

    @contextmanager
    def busy(self, recorder: Recorder, tmp_path: Path) -> Iterator[Recorder]:
        lock = f"SELECT pg_advisory_xact_lock({LOG_LOCK}, {lock_of(self.name)})"
        with self.connect() as connection:
            connection.execute(lock.encode())
            with closing(PostgresRecorder(f"{self.url}&lock_timeout=0.1")) as impatient:
                yield impatient

    def connection(self, recorder: Recorder, tmp_path: Path) -> HostConnection:
        return self.connect()


IN_MEMORY = dict.fromkeys(
    ("open", "processes", "durability", "failing", "busy", "connection"),
    "it is in no database: nobody else can open it, and it does not fail",
)


class MemoryContract(RecorderContract):
    """Objects, which are gone with the process."""

    leaves_out = IN_MEMORY

    def make(self, tmp_path: Path) -> Recorder:
        return MemoryRecorder()
