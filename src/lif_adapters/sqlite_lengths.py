"""The lengths of the streams of a log in SQLite, against which what is found by name is held.

One bad bit in an index hides entries of a stream. So the table `stream_lengths` says how many each
has up to a position, which stands under the empty name; it is counted by position, without an
index. The few entries past that position are counted each time.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from lif_core.errors import UnreadableError

COUNTED_EVERY = 64
"""So many entries, and no more, are counted each time: measured."""

TAIL = "FROM stored_events NOT INDEXED WHERE position >"
"""Of the entries past a position, found by it alone."""
_COUNTED_TO = "coalesce((SELECT entries FROM stream_lengths WHERE stream = ''), 0)"
SEQUENCE = "(SELECT seq FROM sqlite_sequence WHERE name = 'stored_events')"
"""The last position that was ever given."""
LENGTH = (
    "SELECT (SELECT entries FROM stream_lengths WHERE stream = ?1),"
    f" {_COUNTED_TO}, count(*), max(position), sum(originator_id = ?1), {SEQUENCE}"
    f" {TAIL} {_COUNTED_TO}"
)
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


def count(cursor: sqlite3.Cursor) -> None:
    """Count what was not counted yet, up to the end of the log."""
    for statement in _COUNT:
        cursor.execute(statement)


def is_to_be_counted(first: int, last: int) -> bool:
    """Return whether it is time to count, where entries are appended from *first* to *last*."""
    return last // COUNTED_EVERY > (first - 1) // COUNTED_EVERY


def length(row: Sequence[Any]) -> Length:
    """Return the length of a stream by the *row* that `LENGTH` selects.

    Raises:
        UnreadableError: an entry is missing from the end of the log, or among its last.
    """
    counted, counted_to, tail, last, of_stream, sequence = row
    end = counted_to if last is None else last
    refuse_cut_off(end, sequence or 0)
    if end - counted_to != tail:
        problem = f"one of the entries from {counted_to + 1} to {end} is missing: it was removed"
        raise UnreadableError(problem)
    return Length((counted or 0) + (of_stream or 0), end)


def refuse_cut_off(end: int, sequence: int) -> None:
    """Refuse a log that ends before the last position that was given, or past it."""
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
