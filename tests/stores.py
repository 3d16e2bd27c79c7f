"""Files of stores as a test needs them, and what SQLite itself says of one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from lif_adapters.wiring import connect
from lif_core.testing.samples import receipt, stored
from tests.people import TEXTS

SINCE = {"tracking": 2, "saved_views": 4, "saved_cells": 4, "packs": 5, "stream_lengths": 6}
"""The schema from which on a store has a table as it is now."""


def ask(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Return the rows of one *statement*, which takes effect at once."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def older_store(path: Path, version: int) -> None:
    """Make a store as the lif of that schema did, with one entry and a receipt."""
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")])
    bring_down(path, version)


def bring_down(path: Path, version: int) -> None:
    """Give a store the tables of an earlier schema."""
    for table in (table for table, first in SINCE.items() if version < first):
        ask(path, f"DROP TABLE {table}")
    if version >= SINCE["tracking"]:
        ask(path, "ALTER TABLE tracking DROP COLUMN checksum")
    if version == 3:
        ask(path, "CREATE TABLE saved_views (name TEXT, head BLOB)")
        ask(path, "CREATE TABLE saved_parts (name TEXT, item TEXT, part BLOB)")
    ask(path, f"PRAGMA user_version = {version}")
