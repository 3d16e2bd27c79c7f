"""The raw limit: SQLite and `msgspec` alone, on the bytes that `lif` stores."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from tests.benchmarks.program import Rows
from tests.benchmarks.program import recommendation as r

E = TypeVar("E")
INSERT = "INSERT INTO log VALUES (?, ?, ?, ?, ?)"


class Envelope(msgspec.Struct, Generic[E]):
    """What is read of a stored object."""

    recorded_at: datetime
    event: E


def store(path: Path) -> sqlite3.Connection:
    """Return a new store, as durable as `lif`'s."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute(
        "CREATE TABLE log (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT,"
        " stream_position INTEGER, topic TEXT, state BLOB, UNIQUE (stream, stream_position))"
    )
    return raw


def hashed(path: Path) -> tuple[int, bytes]:
    """Return how many entries a store of `lif` has, and the root of their tree: hashes alone."""
    level = []
    with closing(sqlite3.connect(path)) as store:
        for *fields, state in store.execute("SELECT * FROM stored_events ORDER BY position"):
            lines = "\n".join(map(str, fields)).encode() + sha256(state).digest()
            level.append(sha256(lines).digest())
    size = len(level)
    while len(level) > 1:
        odd = level[len(level) & ~1 :]
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return size, level[0]


def append(raw: sqlite3.Connection, rows: Rows) -> int:
    """Insert *rows* in one durable transaction; return how many they are."""
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(INSERT, rows)
    raw.execute("COMMIT")
    return len(rows)


def _struct(cls: type) -> type[msgspec.Struct]:
    members = [
        (
            field.name,
            field.type,
            *(() if field.default is attrs.NOTHING else (field.default,)),
        )
        for field in attrs.fields(cls)
    ]
    return msgspec.defstruct(cls.__name__, members, kw_only=True)


DECODERS: dict[str, Callable[[bytes], Envelope[Any]]] = {
    f"{cls.__name__}.v1": msgspec.json.Decoder(Envelope[_struct(cls)]).decode  # type: ignore[misc]
    for cls in r.decider.event_types
}


def read(raw: sqlite3.Connection, where: str, *params: str) -> Iterator[Any]:
    """Yield the events of the rows *where* that is so."""
    for topic, state in raw.execute(f"SELECT topic, state FROM log {where}", params):
        yield DECODERS[topic](state).event


def digest(raw: sqlite3.Connection) -> str:
    """Return a digest of all that is stored, positions excepted."""
    return digest_of(raw.execute("SELECT * FROM log ORDER BY position"))


def digest_of(rows: Iterable[tuple[Any, ...]]) -> str:
    """Return a digest of *rows*, positions excepted."""
    found = sha256()
    for _, *row in rows:
        found.update(repr(row).encode())
    return found.hexdigest()
