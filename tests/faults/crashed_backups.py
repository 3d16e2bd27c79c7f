"""Who backs a store up, and puts a backup back, is killed or loses power at each operation on a
file: what is under each name is whole, or is what was there before.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from shutil import copyfile
from tempfile import TemporaryDirectory

from attrs import frozen

from lif_adapters.backup import back_up, restore_file
from lif_adapters.durable_files import sync_file, sync_folder
from lif_adapters.wiring import image
from tests.faults.count import Count, Effort
from tests.faults.crash import crashes, either
from tests.faults.disk import Mark, Operation, Platter, write_files
from tests.faults.interruption import FAILURES, STORE, content, opened
from tests.faults.watched_folder import WatchedFolder
from tests.faults.work import work

BACKUP, RESTORED = "backup.db", "restored.db"
BEFORE = 4  # steps of the first backup, and of what was there before, without its WAL
WAL = "-wal"


@frozen(kw_only=True)
class Backups:
    """The *operations* of who makes a backup, another in its place, and puts that where a store
    that crashed was until then; a mark follows each of the three.

    At first their folder holds what is on the *platter*. *first* and *second* are the states of
    the backups, *before* those of the store that was there: with its WAL, and without.
    """

    platter: Platter
    operations: Sequence[Operation]
    first: str
    second: str
    before: tuple[str, str]


def crashed_backups(effort: Effort) -> Count:
    """Crash who backs up and restores at each operation, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        backups, chance = _backups(seed), Random(seed)
        for done, left in crashes(
            _moments(backups), backups.platter, either, chance, effort.every
        ):
            total += _examined(backups, done, left, chance)
            if not effort.goes_on(total):
                return total
    raise AssertionError("numbers never end")


def _backups(seed: int) -> Backups:
    """Back up the store of the work of a *seed* twice, and restore it."""
    with TemporaryDirectory(prefix="lif-backups-") as name:
        store, crashed = Path(name) / "store", Path(name) / "crashed"
        watched = WatchedFolder(Path(name) / "backups")
        for folder in (store, crashed, watched.folder):
            folder.mkdir()
        file, place = watched.folder / BACKUP, watched.folder / RESTORED
        platter, day, states = Platter(), work(seed), []
        with watched.watched():
            before = _crash(crashed, seed + 1, place)
            for operation in watched.taken():
                platter.take(operation)
            for steps, replace in ((day.steps[:BEFORE], False), (day.steps[BEFORE:], True)):
                with closing(opened(store, day, 0)) as app:
                    for step in steps:
                        step.act(app)
                with image(f"sqlite:{store / STORE}") as state:
                    back_up(state, file, replace=replace)
                watched.mark(file)
                states.append(content(store / STORE)[0])
            place.unlink()
            Path(f"{place}{WAL}").unlink()
            restore_file(file, place)
            watched.mark(place)
            operations = watched.taken()
    first, second = states
    return Backups(
        platter=platter, operations=operations, first=first, second=second, before=before
    )


def _crash(folder: Path, seed: int, place: Path) -> tuple[str, str]:
    """Leave a store at *place* as a crash does, with its WAL; return its state, and without it."""
    day = work(seed, kinds=("command",))
    with closing(opened(folder, day, 0)) as app:
        for step in day.steps[:BEFORE]:
            step.act(app)
    with closing(opened(folder, day, BEFORE)) as app:
        day.steps[BEFORE].act(app)
        copyfile(folder / STORE, folder / "alone.db")
        for suffix in ("", WAL):
            copyfile(folder / f"{STORE}{suffix}", f"{place}{suffix}")
            sync_file(Path(f"{place}{suffix}"))
    sync_folder(place.parent)
    return content(folder / STORE)[0], content(folder / "alone.db")[0]


def _moments(backups: Backups) -> Iterator[tuple[Operation, int]]:
    """Yield each operation, and how many of the three are done after it."""
    done = 0
    for operation in backups.operations:
        done += isinstance(operation, Mark)
        yield operation, done


def _examined(backups: Backups, done: int, left: Platter, chance: Random) -> Count:
    """Count what is wrong with what is *left* when so many are *done*."""
    with TemporaryDirectory(prefix="lif-left-") as name:
        folder = Path(name)
        write_files(folder, left, chance)
        total = Count(points=1, acknowledged=done)
        try:
            return total + _backup(backups, done, folder) + _restored(backups, done, folder)
        except FAILURES as error:
            return total + Count(partial=1, example=f"after {done}: {error!r}")


def _backup(backups: Backups, done: int, folder: Path) -> Count:
    """Restore the backup in a *folder*, if there is one, and count what is wrong with it."""
    file, again = folder / BACKUP, folder / "again.db"
    if not file.exists():
        return Count(lost=int(done > 0), example="no backup" if done else "")
    _, has_head = restore_file(file, again)
    if done > 1 and not has_head:
        return Count(lost=1, example="no head of the backup")
    possible = {backups.first, backups.second} if done == 1 else {backups.first}
    return _whole(again, {backups.second} if done > 1 else possible)


def _restored(backups: Backups, done: int, folder: Path) -> Count:
    """Count what is wrong with what is left where the backup was put."""
    place = folder / RESTORED
    if not place.exists():
        return Count(lost=int(done > 2), example="nothing restored" if done > 2 else "")
    return _whole(place, {backups.second, *(() if done > 2 else backups.before)})


def _whole(file: Path, states: set[str]) -> Count:
    """Count a store in a *file* that is in none of these *states*."""
    state, _, integrity = content(file)
    if integrity == "ok" and state in states:
        return Count()
    return Count(partial=1, example=f"{file.name}: {integrity}, in another state")
