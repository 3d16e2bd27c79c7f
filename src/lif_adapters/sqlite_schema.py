"""The tables of a log in SQLite, in a file of their own or beside those of a host."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zlib import crc32

from lif_adapters import sqlite_lengths as lengths
from lif_core.errors import UnreadableError

APPLICATION_ID = 0x6C696600  # "lif" and a zero byte, in the file's header
SCHEMA = 6
"""1 had no table of tracking, 2 none of saved views, 3 whole parts of them, 4 no packs, 5 neither
lengths of streams nor checksums of tracking.
"""

TABLES = (
    "CREATE TABLE IF NOT EXISTS stored_events ("
    " position INTEGER PRIMARY KEY AUTOINCREMENT,"
    " originator_id TEXT NOT NULL,"
    " originator_version INTEGER NOT NULL,"
    " topic TEXT NOT NULL,"
    " state BLOB NOT NULL,"
    " UNIQUE (originator_id, originator_version))",
    "CREATE TABLE IF NOT EXISTS handled_commands ("
    " command_id TEXT PRIMARY KEY,"
    " digest BLOB NOT NULL,"
    " first INTEGER NOT NULL,"
    " last INTEGER NOT NULL) WITHOUT ROWID",
    "DROP TABLE IF EXISTS tracking",
    "CREATE TABLE tracking ("
    " name TEXT PRIMARY KEY,"
    " position INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS stream_lengths ("
    " stream TEXT PRIMARY KEY,"
    " entries INTEGER NOT NULL) WITHOUT ROWID",
    "DROP TABLE IF EXISTS saved_views",  # of an older schema: its views can be made again
    "DROP TABLE IF EXISTS saved_parts",
    "DROP TABLE IF EXISTS saved_cells",
    "CREATE TABLE saved_views ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " head BLOB NOT NULL)",
    "CREATE TABLE saved_cells ("
    " view INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " key TEXT NOT NULL,"
    " part TEXT NOT NULL,"
    " body BLOB NOT NULL,"  # with a rowid: it is too long for a page of an index
    " UNIQUE (view, kind, key, part))",
    "CREATE INDEX saved_cells_of_parts ON saved_cells (view, part)",
    "CREATE TABLE IF NOT EXISTS packs ("
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " since TEXT NOT NULL,"
    " governs TEXT NOT NULL,"  # a list in JSON
    " PRIMARY KEY (position, name)) WITHOUT ROWID",
    "CREATE TRIGGER IF NOT EXISTS entries_are_never_changed BEFORE UPDATE ON stored_events"
    " BEGIN SELECT RAISE(ABORT, 'an entry is never changed: record a correction'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_are_never_removed BEFORE DELETE ON stored_events"
    " BEGIN SELECT RAISE(ABORT, 'an entry is never removed: record a correction'); END",
    "CREATE TRIGGER IF NOT EXISTS entries_are_never_replaced BEFORE INSERT ON stored_events"
    " WHEN EXISTS (SELECT 1 FROM stored_events WHERE originator_id = NEW.originator_id"
    " AND originator_version = NEW.originator_version) OR NEW.position > 0"
    " AND EXISTS (SELECT 1 FROM stored_events WHERE position = NEW.position)"
    " BEGIN SELECT RAISE(FAIL, 'an entry is never replaced: record a correction'); END",
    "CREATE TRIGGER IF NOT EXISTS packs_are_never_changed BEFORE UPDATE ON packs"
    " BEGIN SELECT RAISE(ABORT, 'what a log was written under is never changed'); END",
    "CREATE TRIGGER IF NOT EXISTS packs_are_never_removed BEFORE DELETE ON packs"
    " BEGIN SELECT RAISE(ABORT, 'what a log was written under is never removed'); END",
    "CREATE TRIGGER IF NOT EXISTS packs_are_never_replaced BEFORE INSERT ON packs"
    " WHEN EXISTS (SELECT 1 FROM packs WHERE position = NEW.position AND name = NEW.name)"
    " BEGIN SELECT RAISE(ABORT, 'what a log was written under is never replaced'); END",
)
A_FOLDER = "a folder, not a store of lif"
_NAMES = frozenset(
    {
        *("stored_events", "handled_commands", "tracking", "stream_lengths"),
        *("saved_views", "saved_cells", "packs"),
    }
)
_SINCE = {"tracking": 2, "saved_views": 4, "saved_cells": 4, "packs": 5, "stream_lengths": 6}
"""The schema from which on a store has a table, of the name that it has now."""
_CREATED = re.compile(r"CREATE (TABLE|INDEX|TRIGGER) (?:IF NOT EXISTS )?(\w+)")
_OBJECTS = {
    (match[1].lower(), match[2]): statement.replace("IF NOT EXISTS ", "")
    for statement in TABLES
    if (match := _CREATED.match(statement))
}
"""By kind and name, the texts of all that the statements make, as a database keeps them."""
_SHARED = "lif_schema"  # the table of the version where the file is not of `lif` alone
_VERSION = f"SELECT version FROM {_SHARED}"
_COLUMNS = ["position", "originator_id", "originator_version", "topic", "state"]


def is_there(path: Path) -> bool:
    """Return whether there is a file at *path*.

    Raises:
        UnreadableError: it is a folder; or nobody can tell, as in one that may not be searched.
    """
    try:
        if path.is_dir():
            raise UnreadableError(f"{path}: {A_FOLDER}")
        return path.is_file()
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error


def version_of(cursor: sqlite3.Cursor, path: Path, *, shared: bool = True) -> int:
    """Return the version of the tables of `lif` in a file, 0 where there are none yet.

    Raises:
        UnreadableError: they are of a newer version; or there are tables of others, and they are
            not to be *shared* with, or have the same names.
    """
    execute = cursor.execute
    tables = {name for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    # The mark is read last: another process may make the store between the two.
    (application,) = execute("PRAGMA application_id").fetchone()
    if application == APPLICATION_ID:
        (version,) = execute("PRAGMA user_version").fetchone()
    elif _SHARED in tables:
        (version,) = execute(_VERSION).fetchone()
    elif not tables:
        return 0
    elif unmarked_version(cursor):
        raise UnreadableError(
            f"{path}: a store of lif without the mark of one, as a dump that was restored is:"
            " `lif migrate --adopt` marks it again"
        )
    elif not shared:
        raise UnreadableError(
            f"{path}: a database, but not a store of lif; name another file, or from Python say"
            " connect(url, shared=True), which makes its tables beside those that are there"
        )
    elif taken := sorted(tables & _NAMES):
        raise UnreadableError(f"{path}: has tables of others named as those of lif: {taken}")
    else:
        return 0
    if version > SCHEMA:
        refuse_other(version, path)
    return int(version)


def unmarked_version(cursor: sqlite3.Cursor) -> int:
    """Return the version of a store that lost its mark, by the tables that it has; 0 for others.

    A dump holds neither the application id nor the version.
    """
    execute = cursor.execute
    marks = [
        execute(f"PRAGMA {mark}").fetchone()[0] for mark in ("application_id", "user_version")
    ]
    columns = [name for _, name, *_ in execute("PRAGMA table_info(stored_events)")]
    tables = {name for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if any(marks) or _SHARED in tables or columns != _COLUMNS:
        return 0
    if not {"stored_events", "handled_commands"} <= tables:
        return 0
    versions = [_SINCE[name] for name in tables & _SINCE.keys()]
    return max((1, 3 if "saved_parts" in tables else 1, *versions))


def version_query(cursor: sqlite3.Cursor) -> str:
    """Return the statement that tells the version of a store, within any transaction."""
    (application,) = cursor.execute("PRAGMA application_id").fetchone()
    return "PRAGMA user_version" if application == APPLICATION_ID else _VERSION


def refuse_other(version: int, path: Path) -> None:
    """Refuse to record in a store that is not of the *version* of this program.

    Raises:
        UnreadableError: it is not; where it is older, it can be brought up.
    """
    if version > SCHEMA:
        raise UnreadableError(
            f"{path}: made by a newer lif (schema {version}, this one's is {SCHEMA}): upgrade this"
            " one to read it, or to record in it"
        )
    if version < SCHEMA:
        raise UnreadableError(
            f"{path}: made by an older lif (schema {version}, this one's is {SCHEMA}); it can be"
            " read as it is; to record in it, back it up with `lif backup`, and then bring it up"
            " with `lif migrate`"
        )


def refuse_newer(error: Exception, cursor: sqlite3.Cursor, path: Path) -> None:
    """Refuse a store where the *error* of a statement is that a newer program has changed the
    tables since it was opened.

    Raises:
        UnreadableError: it has.
    """
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
        with suppress(sqlite3.Error):  # then the first is what is told
            version_of(cursor, path)


def refuse_torn(cursor: sqlite3.Cursor, path: Path) -> None:
    """Refuse a file that has not the entries which it counted, as one has that was put in the
    place of another whose WAL was left: pages of both are in it.

    Raises:
        UnreadableError: entries are missing.
    """
    if not version_of(cursor, path, shared=False):
        return
    (entries,) = cursor.execute("SELECT count(*) FROM stored_events WHERE position > 0").fetchone()
    (last,) = cursor.execute("SELECT max(position) FROM stored_events").fetchone()
    sequence = "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"
    (reached,) = cursor.execute(sequence).fetchone() or (0,)
    if not entries == (last or 0) == reached:
        raise UnreadableError(
            f"{path}: the file and its WAL do not belong together, or entries were removed:"
            f" {entries} are found, and positions were given up to {reached}. Keep both as they"
            " are, and put a backup elsewhere with `lif restore`; `lif doctor` says more"
        )


def lacking(version: int) -> list[str]:
    """Return the tables that a store of an older *version* has not, or none like them."""
    return [name for name, since in _SINCE.items() if version < since]


def stand_in(cursor: sqlite3.Cursor, version: int) -> None:
    """Make tables, on one connection, in the place of those that a store of an older *version* has
    not, or not as they are now.
    """
    tracked = _tracked(cursor)
    names = {*lacking(version), "tracking"}
    for statement in TABLES:
        created = _CREATED.match(statement)
        if created is not None and created[1] == "TABLE" and created[2] in names:
            statement = statement.replace("IF NOT EXISTS ", "")
            cursor.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE"))
    cursor.executemany("INSERT INTO tracking VALUES (?, ?, ?)", tracked)
    lengths.count(cursor)


def schema_flaws(cursor: sqlite3.Cursor) -> Sequence[str]:
    """Return what is otherwise than this program makes it, among the tables of this version.

    A table, an index or a trigger that is missing or another, and a trigger of somebody else on a
    table of `lif`. Nobody but who may write to the file by other means can have done so.
    """
    objects = {
        (kind, name): (table, sql)
        for kind, name, table, sql in cursor.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        )
    }
    flaws = []
    for (kind, name), statement in _OBJECTS.items():
        _, sql = objects.pop((kind, name), (None, None))
        if sql is None:
            flaws.append(f"the {kind} {name} is missing")
        elif sql != statement:
            flaws.append(f"the {kind} {name} is another")
    flaws += (
        f"the trigger {name} is not of lif"
        for (kind, name), (table, _) in objects.items()
        if kind == "trigger" and table in _NAMES
    )
    return flaws


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def flawed(path: Path, flaws: Sequence[str]) -> str:
    """Return the sentence that says what is wrong with the tables in a file, and what to do."""
    return (
        f"{path}: its tables are not as lif makes them: {'; '.join(flaws)}. It can be read, and"
        " nothing is recorded in it. Hold the log against a checkpoint or a backup (`lif verify`),"
        " and then make them again (`lif migrate`)"
    )


def make(cursor: sqlite3.Cursor, *, mark: bool = False) -> None:
    """Make the tables of this version, or bring those of an older one to it, and say so.

    Where *mark* says so, the file is marked as one of `lif` alone, whatever is in it.
    """
    execute = cursor.execute
    (application,) = execute("PRAGMA application_id").fetchone()
    (others,) = execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
    tracked = _tracked(cursor)
    triggers = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    for name, table in execute(triggers).fetchall():
        if table in _NAMES:
            execute(f"DROP TRIGGER {_quoted(name)}")
    for statement in TABLES:
        execute(statement)
    cursor.executemany("INSERT INTO tracking VALUES (?, ?, ?)", tracked)
    execute("DELETE FROM stream_lengths")
    lengths.count(cursor)
    if application == APPLICATION_ID or mark or not others:
        execute(f"PRAGMA application_id = {APPLICATION_ID}")
        execute(f"PRAGMA user_version = {SCHEMA}")
    else:
        execute(f"CREATE TABLE IF NOT EXISTS {_SHARED} (version INTEGER NOT NULL)")
        execute(f"DELETE FROM {_SHARED}")
        execute(f"INSERT INTO {_SHARED} VALUES ({SCHEMA})")


def tracked_row(name: str, position: int) -> tuple[str, int, int]:
    """Return the row that says up to which *position* a follower or a view has read."""
    return name, position, crc32(f"{name}\n{position}\n".encode())


def _tracked(cursor: sqlite3.Cursor) -> list[tuple[str, int, int]]:
    """Return how far each has read by the table of an older version, where there is one."""
    tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tracking'"
    if cursor.execute(tables).fetchone() is None:
        return []
    return [
        tracked_row(name, position)
        for name, position in cursor.execute("SELECT name, position FROM tracking")
    ]
