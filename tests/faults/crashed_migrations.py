"""A migration of an older store that is killed or loses power at each of its writes: the store is
the older one or the newer one, whole, and can be migrated again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory
from unittest.mock import patch

from attrs import frozen

from lif_adapters import migration
from lif_adapters.migration import migrate_sqlite
from lif_adapters.sqlite_schema import SCHEMA
from tests.faults.count import Count, Effort
from tests.faults.crash import crashes, either
from tests.faults.disk import Disk, Mark, Operation, Platter, write_files
from tests.faults.interruption import FAILURES, STORE, content, opened
from tests.faults.traced import PROPER, Manner, TracedDriver
from tests.faults.work import work
from tests.stores import bring_down

DONE = "done"
_NUMBERS = count()


@frozen(kw_only=True)
class Traced:
    """The *operations* of a migration, which *adopts* the store or not, of what is on a *platter*
    at first; and the states of the store *before* and *after*.
    """

    platter: Platter
    operations: tuple[Operation, ...]
    adopts: bool
    before: str
    after: str


def crashed_migrations(effort: Effort, manner: Manner = PROPER) -> Count:
    """Crash migrations of older stores at each operation, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        chance = Random(seed)
        traced = _traced(seed, chance, manner)
        for is_done, left in crashes(
            _moments(traced), traced.platter, either, chance, effort.every
        ):
            total += _examined(traced, left, chance, is_done=is_done)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")


def _traced(seed: int, chance: Random, manner: Manner) -> Traced:
    """Migrate an older store with the work of a *seed* on a traced disk."""
    adopts = chance.random() < 0.3
    with TemporaryDirectory(prefix="lif-older-") as name, TemporaryDirectory() as other:
        folder = Path(name)
        _make_older(Path(other) / STORE, folder / STORE, seed, chance, is_dump=adopts)
        platter = Platter()
        for number, file in enumerate(sorted(folder.iterdir()), 1):
            platter.safe[number] = bytearray(file.read_bytes())
            platter.waiting[number], platter.names[file.name] = [], [number]
        disk = Disk(f"migrating-{next(_NUMBERS)}", folder, platter)
        with patch.dict(vars(migration), sqlite3=TracedDriver(disk, manner)):
            migrate_sqlite(folder / STORE, adopt=adopts)
        disk.mark(DONE)
        after, _, _ = content(folder / STORE)
    with TemporaryDirectory(prefix="lif-older-") as name:
        write_files(Path(name), platter, chance)
        before, _, _ = content(Path(name) / STORE)
    return Traced(
        platter=platter, operations=tuple(disk.trace), adopts=adopts, before=before, after=after
    )


def _make_older(source: Path, path: Path, seed: int, chance: Random, *, is_dump: bool) -> None:
    """Make an older store at *path*, a dump that was restored or with a WAL left by a crash."""
    day = work(seed)
    with closing(opened(source.parent, day, 0)) as app:
        for step in day.steps:
            step.act(app)
    version = chance.randrange(1, SCHEMA)
    bring_down(source, version)
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        if is_dump:
            with closing(sqlite3.connect(path, isolation_level=None)) as target:
                target.executescript("\n".join(connection.iterdump()))
            return
        connection.execute("CREATE INDEX by_type ON stored_events (topic)")
        connection.execute("DROP INDEX by_type")
        for suffix in ("", "-wal")[: chance.choice((1, 2))]:
            copyfile(f"{source}{suffix}", f"{path}{suffix}")


def _moments(traced: Traced) -> Iterator[tuple[Operation, bool]]:
    """Yield each operation, and whether the migration is done after it."""
    for operation in traced.operations:
        yield operation, isinstance(operation, Mark) and operation.what == DONE


def _examined(traced: Traced, left: Platter, chance: Random, *, is_done: bool) -> Count:
    """Migrate what is *left* once more, and count what is wrong before and after."""
    total = Count(points=1, acknowledged=int(is_done))
    with TemporaryDirectory(prefix="lif-left-") as name:
        path = Path(name) / STORE
        write_files(path.parent, left, chance)
        try:
            with TemporaryDirectory(prefix="lif-found-") as found:
                write_files(Path(found), left, chance)
                state, _, integrity = content(Path(found) / STORE)
            if integrity != "ok" or state not in (traced.before, traced.after):
                return total + Count(partial=1, example=f"in part: {integrity}")
            if is_done and state != traced.after:
                return total + Count(lost=1, example="the older store")
            migrate_sqlite(path, adopt=traced.adopts)
            state, _, integrity = content(path)
            if integrity != "ok" or state != traced.after:
                return total + Count(doubled=1, example=f"migrated again: {integrity}")
        except FAILURES as error:
            return total + Count(partial=1, example=repr(error))
    return total
