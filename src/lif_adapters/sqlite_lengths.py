"""The statements by which the lengths of streams are kept in SQLite."""

import json
import sqlite3
from collections.abc import Collection

from lif_adapters.stream_lengths import missing_between
from lif_core.errors import UnreadableError

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
_UNCOUNTED = (
    f"SELECT {_COUNTED_TO}, count(*), coalesce(max(position), {_COUNTED_TO}) {TAIL} {_COUNTED_TO}"
)
_FOUND_BY_NAME = (
    "SELECT 1 FROM stored_events INDEXED BY sqlite_autoindex_stored_events_1"
    " WHERE originator_id = tail.originator_id AND originator_version = tail.originator_version"
)


def count(cursor: sqlite3.Cursor) -> None:
    """Count what was not counted yet, up to the end of the log."""
    for statement in _COUNT:
        cursor.execute(statement)


def refuse_gap(cursor: sqlite3.Cursor) -> None:
    """Refuse to count where an entry is missing past the position that was counted up to.

    Raises:
        UnreadableError: its removal would become the length of its stream.
    """
    counted, entries, end = cursor.execute(_UNCOUNTED).fetchone()
    if entries != end - counted:
        raise missing_between(counted, end)


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
