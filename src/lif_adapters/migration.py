"""The migration of a store of an older lif to the schema of this one: explicit, in one step."""

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import frozen

from lif_adapters.sqlite_log import DRIVER_ERRORS, problem_of, recorder_error
from lif_adapters.sqlite_schema import (
    SCHEMA,
    is_there,
    lacking,
    make,
    schema_flaws,
    unmarked_version,
    version_of,
)
from lif_core.errors import MissingStoreError, UnreadableError

LOCK_SECONDS = 60


@frozen(kw_only=True)
class Migration:
    """A migration of the tables *before* to those *after*, and what it does, *steps* in words."""

    before: int
    after: int
    steps: tuple[str, ...]


def migrate_sqlite(path: Path, *, adopt: bool = False, dry_run: bool = False) -> Migration:
    """Bring the store in the file *path* to this schema, all of it or nothing.

    Args:
        path: the file.
        adopt: take it for a store where the mark of one is gone, as in a dump that was restored.
        dry_run: say what would be done; change nothing.

    Raises:
        UnreadableError: it is no store of `lif`, or one of a newer version.
        ConflictError: somebody writes to it.
    """
    if not is_there(path):
        raise MissingStoreError(f"{path}: there is no store here")
    mode = "ro" if dry_run else "rw"
    try:
        with closing(
            sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                timeout=LOCK_SECONDS,
            )
        ) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            cursor = connection.cursor()
            if dry_run:
                return _planned(cursor, path, adopt=adopt)
            cursor.execute("BEGIN IMMEDIATE")
            try:
                migration = _planned(cursor, path, adopt=adopt)
                if migration.steps:
                    make(cursor, mark=adopt)
                if flaws := schema_flaws(cursor):
                    raise UnreadableError(f"{path}: cannot be mended: {'; '.join(flaws)}")
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")
            if adopt:
                cursor.execute("PRAGMA journal_mode = WAL")
            return migration
    except DRIVER_ERRORS as error:
        problem = recorder_error(error)
        if type(problem) is UnreadableError:
            problem = UnreadableError(f"{path}: {problem_of(error)}")
        raise problem from error


def _planned(cursor: sqlite3.Cursor, path: Path, *, adopt: bool) -> Migration:
    """Return what there is to do."""
    steps = []
    unmarked = unmarked_version(cursor)
    if adopt and unmarked:
        version = unmarked
        steps.append("marks it as a store of lif again, in its header")
    else:
        version = version_of(cursor, path, shared=False)
        if not version:
            raise UnreadableError(f"{path}: an empty file, not a store of lif")
    if tables := lacking(version):
        steps.append(f"makes the tables {', '.join(tables)}")
    if version == SCHEMA and (flaws := schema_flaws(cursor)):
        steps.append(f"makes again what is not as lif makes it: {'; '.join(flaws)}")
    if steps:
        steps.append("empties the saved views, which `lif save` makes again")
    return Migration(before=version, after=SCHEMA, steps=tuple(steps))
