"""Places where a store cannot be read or written for a while: each is told as ours, and nothing is
half done.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from lif_adapters import sqlite as recorder
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.errors import LifError
from lif_core.views.accountability import accountability
from tests.faults.count import Count, Effort
from tests.faults.interruption import STORE, content
from tests.faults.traced import record_of
from tests.faults.work import ON, board, issue
from tests.people import TEXTS
from tests.policies import ACCEPT_AND_PLAN

Place: TypeAlias = Callable[[Path], AbstractContextManager[None]]
NOBODY = 65534
SMALL_DISK = 4 << 20  # bytes
ROOM = 16 * 1024  # bytes that are left on a disk, or to a file
MANY = 60


@contextmanager
def _as_nobody(path: Path) -> Iterator[None]:
    """Be somebody whom the modes of files bind, also where the tests are run by root."""
    if os.geteuid():
        yield
        return
    for file in (path.parent, *path.parent.iterdir()):
        os.chown(file, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def _mode(mode: int, of: Callable[[Path], Path], path: Path) -> Iterator[None]:
    """Give the store or its folder another *mode*."""
    before = of(path).stat().st_mode
    of(path).chmod(mode)
    try:
        with _as_nobody(path):
            yield
    finally:
        of(path).chmod(before)


@contextmanager
def _locked(how: str, path: Path) -> Iterator[None]:
    """Have another program hold the lock for longer than anybody waits."""
    before = recorder.LOCK_SECONDS
    vars(recorder)["LOCK_SECONDS"] = 0.05
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"BEGIN {how}")
        yield
        other.execute("ROLLBACK")
    vars(recorder)["LOCK_SECONDS"] = before


@contextmanager
def _limited(path: Path) -> Iterator[None]:
    """Limit how large a file may be."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    largest = max(file.stat().st_size for file in path.parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _full(path: Path) -> Iterator[None]:
    """Fill the disk, but for a little; one that is not small is left alone."""
    filling = path.with_name("filling")
    free = shutil.disk_usage(path.parent).free
    if free > SMALL_DISK:
        with _limited(path):
            yield
        return
    filling.write_bytes(bytes(max(0, free - ROOM)))
    try:
        yield
    finally:
        filling.unlink()


@contextmanager
def _away(of: Callable[[Path], Path], path: Path) -> Iterator[None]:
    """Move the store, or its folder, elsewhere."""
    hidden = of(path).with_name("elsewhere")
    of(path).rename(hidden)
    try:
        yield
    finally:
        hidden.rename(of(path))


@contextmanager
def _covered(path: Path) -> Iterator[None]:
    """Put a folder where the store was."""
    with _away(_file, path):
        path.mkdir()
        try:
            yield
        finally:
            path.rmdir()


def _file(path: Path) -> Path:
    return path


def _folder(path: Path) -> Path:
    return path.parent


PLACES: Mapping[str, Place] = {
    "a file that may not be written": partial(_mode, 0o400, _file),
    "a file that may not be read": partial(_mode, 0o000, _file),
    "a folder that may not be written": partial(_mode, 0o500, _folder),
    "a folder that may not be entered": partial(_mode, 0o000, _folder),
    "a store that another writes to": partial(_locked, "IMMEDIATE"),
    "a store that another has for itself": partial(_locked, "EXCLUSIVE"),
    "a file that may not grow": _limited,
    "a disk that is full": _full,
    "no file": partial(_away, _file),
    "no folder": partial(_away, _folder),
    "a folder in place of the file": _covered,
}


def _record(app: Application, number: int) -> None:
    app.handle(issue(f"p{number}"), command_id=f"p{number}")


def _record_many(app: Application, number: int) -> None:
    app.handle_all([issue(f"m{number}-{each}") for each in range(MANY)])


def _view(app: Application, number: int) -> None:
    app.view(accountability, valid=ON)


def _save(app: Application, number: int) -> None:
    app.save(accountability, valid=ON)


def _follow(app: Application, number: int) -> None:
    app.follow(ACCEPT_AND_PLAN, day_policies=())


ACTIONS = (_record, _record_many, _view, _save, _follow)


def places(effort: Effort) -> Count:
    """Try each action in each place, as often as *effort* says."""
    total = Count()
    for number in count(effort.seed):
        name, place = list(PLACES.items())[number % len(PLACES)]
        with _room(name) as folder:
            path = folder / "in" / STORE
            path.parent.mkdir()
            with connect(f"sqlite:{path}", extensions=(), readership=TEXTS) as app:
                board().act(app)
                _record_many(app, 0)
            for each, action in enumerate(ACTIONS, 1):
                total += _tried(name, place, path, partial(action, number=each))
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


@contextmanager
def _room(name: str) -> Iterator[Path]:
    """Make a folder; where the disk is to be full, on a small disk of its own, if we may."""
    with TemporaryDirectory(prefix="lif-place-") as folder:
        Path(folder).chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", folder]
        is_small = "disk" in name and not subprocess.run(mount, capture_output=True).returncode
        try:
            yield Path(folder)
        finally:
            if is_small:
                subprocess.run(["umount", folder], check=True)


def _tried(name: str, place: Place, path: Path, action: partial[None]) -> Count:
    """Do *action* in a place, and again where it is one no more, and count what is wrong."""
    url = f"sqlite:{path}"
    what = f"{action.func.__name__} in {name}"
    before, _, _ = content(path)
    total, acknowledged = Count(points=1), False
    with place(path):
        try:
            with connect(url, create=False, extensions=(), readership=TEXTS) as app:
                action(app)
                acknowledged = True
        except LifError:
            pass
        except Exception as error:
            total += Count(stray=1, example=f"{what}: {error!r}")
    after, _, _ = content(path)
    record = _record_in(path)
    if not acknowledged and after != before:
        total += Count(partial=1, example=f"{what}: something was written")
    with connect(url, create=False, extensions=(), readership=TEXTS) as app:
        action(app)
        if app.view(accountability, valid=ON) != app.view(accountability, valid=ON, afresh=True):
            total += Count(differing=1, example=what)
    _, _, integrity = content(path)
    if acknowledged and record != _record_in(path):
        total += Count(doubled=1, example=f"{what}: done again, it was recorded again")
    if integrity != "ok":
        total += Count(partial=1, example=f"{what}: {integrity}")
    return total + Count(acknowledged=int(acknowledged))


def _record_in(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return record_of(connection)
