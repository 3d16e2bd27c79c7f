"""A store that another process makes while this one looks at it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.sqlite_schema import SCHEMA, version_of


class Meanwhile:
    """A cursor beside which the store in the file *path* is made, after its first statement."""

    def __init__(self, cursor: sqlite3.Cursor, path: Path) -> None:
        self._cursor = cursor
        self._path = path
        self._statements = 0

    def execute(self, statement: str) -> Any:
        self._statements += 1
        if self._statements == 2:
            SQLiteRecorder(self._path).close()
        return self._cursor.execute(statement)


def test_a_store_that_another_makes_meanwhile_is_one(tmp_path: Path) -> None:
    """It was taken for a database of another program, whose mark was read before its tables."""
    path = tmp_path / "lif.db"
    with closing(sqlite3.connect(path)) as connection:
        cursor = cast(sqlite3.Cursor, Meanwhile(connection.cursor(), path))
        version = version_of(cursor, path, shared=False)

    assert SCHEMA == version
