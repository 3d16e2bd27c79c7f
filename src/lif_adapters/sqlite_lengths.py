"""The lengths of the streams of a log in SQLite, against which what is found by name is held.

One bad bit in an index hides entries of a stream. So the table `stream_lengths` says how many each
has up to a position, which stands under the empty name; it is counted by position, without an
index. The entries past that position are few, and are kept in memory.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple

from lif_core.errors import UnreadableError

COUNTED_EVERY = 256
"""About so many entries are counted at once, in the table: measured."""

TAIL = "FROM stored_events NOT INDEXED WHERE position >"
"""The entries past a position, found by it alone."""
_COUNTED_TO = "coalesce((SELECT entries FROM stream_lengths WHERE stream = ''), 0)"
SEQUENCE = "(SELECT seq FROM sqlite_sequence WHERE name = 'stored_events')"
"""The last position that was ever given."""
LENGTH = (
    "SELECT (SELECT max(position) FROM stored_events),"
    " (SELECT entries FROM stream_lengths WHERE stream = ?1),"
    f" {-(2**63)}, {_COUNTED_TO}, NULL"
)
"""A row of as many columns as that of an entry, which comes before those of a stream: in one
statement, since a second one takes as long as the first.
"""
NEWER = f"SELECT position, originator_id {TAIL} ? ORDER BY position"
RECORDED = (
    "WITH names AS (SELECT value FROM json_each(?))"
    " SELECT stream, entries FROM stream_lengths WHERE stream IN names"
    f" UNION ALL SELECT originator_id, 1 {TAIL} {_COUNTED_TO} AND originator_id IN names"
)
_COUNT = (
    f"INSERT INTO stream_lengths SELECT originator_id, count(*) {TAIL} {_COUNTED_TO}"
    " GROUP BY originator_id"
    " ON CONFLICT (stream) DO UPDATE SET entries = entries + excluded.entries",
    "INSERT OR REPLACE INTO stream_lengths"
    " SELECT '', coalesce(max(position), 0) FROM stored_events",
)
_FOUND_BY_NAME = (
    "SELECT 1 FROM stored_events INDEXED BY sqlite_autoindex_stored_events_1"
    " WHERE originator_id = tail.originator_id AND originator_version = tail.originator_version"
)


class Length(NamedTuple):
    """The number of *entries* that a stream has, in a log that ends at a position *end*."""

    entries: int
    end: int


class Tail:
    """The end of a log, past the position up to which its streams were *counted*, in memory.

    How many entries each stream has there, up to the position *end*. Threads may share it.
    """

    def __init__(self) -> None:
        self.counted = self.end = 0
        self._entries: dict[str, int] = {}
        self._lock = Lock()

    def length(
        self, stream: str, row: Sequence[Any], newer: Callable[[int], Sequence[Any]]
    ) -> Length:
        """Return the length of a *stream*, of which `LENGTH` selects the *row*.

        *newer* gives the positions and streams past a position.

        Raises:
            UnreadableError: a position is missing among them.
        """
        end, entries, _, counted, _ = row
        with self._lock:
            if counted != self.counted or self.end > (end or 0):
                self._begin(counted)
            if self.end < (end or 0):
                for position, name in newer(self.end):
                    if position != self.end + 1:
                        raise missing_at(self.end + 1)
                    self._add(position, name)
            return Length((entries or 0) + self._entries.get(stream, 0), self.end)

    def appended(self, first: int, streams: Iterable[str]) -> None:
        """Add what was appended, and is kept, from the position *first* on."""
        with self._lock:
            if first == self.end + 1 and self.end:
                for position, stream in enumerate(streams, first):
                    self._add(position, stream)

    def forget(self) -> None:
        """Begin anew: the file may be another one than it was."""
        with self._lock:
            self._begin(-1)

    def _begin(self, counted: int) -> None:
        self.counted = self.end = counted
        self._entries = {}

    def _add(self, position: int, stream: str) -> None:
        self._entries[stream] = self._entries.get(stream, 0) + 1
        self.end = position


def count(cursor: sqlite3.Cursor) -> None:
    """Count what was not counted yet, up to the end of the log."""
    for statement in _COUNT:
        cursor.execute(statement)


def is_to_be_counted(first: int, last: int) -> bool:
    """Return whether it is time to count, where entries are appended from *first* to *last*."""
    return last // COUNTED_EVERY > (first - 1) // COUNTED_EVERY


def refuse_cut_off(end: int, sequence: int) -> None:
    """Refuse a log that ends before the last position that was given, or past it."""
    if type(sequence) is not int:
        raise UnreadableError("its last position is damaged: restore it from a backup")
    if end < sequence:
        raise UnreadableError(
            f"the log ends at position {end}, and {sequence} were recorded: what follows was"
            " removed; restore it from a backup"
        )
    if end > sequence:
        raise UnreadableError(
            f"the log ends at position {end}, and {sequence} were recorded: it was not numbered by"
            " lif; restore it from a backup"
        )


def missing_at(position: int) -> UnreadableError:
    """Return the error that names a *position* at which there is no entry."""
    return UnreadableError(f"the entry at position {position} is missing: it was removed")


def names(streams: Collection[str]) -> str:
    """Return *streams* as a statement takes them."""
    return json.dumps(list(streams))


def broken(after: str, before: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the statement that selects a stream past *after*, and before *before*, of which not
    all entries are found by its name, and its parameters.
    """
    counted, tail = "stream > ?1", "originator_id > ?1"
    params: tuple[str, ...] = (after,)
    if before is not None:
        counted, tail = f"{counted} AND stream < ?2", f"{tail} AND originator_id < ?2"
        params = (after, before)
    return (
        "SELECT * FROM (SELECT stream FROM stream_lengths WHERE"
        f" {counted} AND entries <> (SELECT count(*) FROM stored_events"
        " INDEXED BY sqlite_autoindex_stored_events_1"
        f" WHERE originator_id = stream AND position <= {_COUNTED_TO}) LIMIT 1)"
        " UNION ALL SELECT * FROM"
        " (SELECT originator_id FROM stored_events AS tail NOT INDEXED"
        f" WHERE position > {_COUNTED_TO} AND {tail} AND NOT EXISTS ({_FOUND_BY_NAME}) LIMIT 1)"
        " LIMIT 1",
        params,
    )


def missing(stream: str, numbers: Sequence[int], entries: int) -> UnreadableError:
    """Return the error that names the first entry that a *stream* lacks, which has so many.

    Found by its name were those with these *numbers*.
    """
    place = next((at for at, number in enumerate(numbers, 1) if number != at), len(numbers) + 1)
    if len(numbers) < entries:
        problem = "entry missing: it was removed, or an index is damaged"
    else:
        problem = f"{len(numbers)} entries are found, and {entries} were recorded"
    return UnreadableError(f"{problem}; restore the store", stream=stream, stream_position=place)
