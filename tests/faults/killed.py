"""Processes that are killed at any moment, by SIGKILL, until their work is done."""

import multiprocessing as mp
import time
from contextlib import closing, suppress
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from lif_adapters.backup import back_up
from lif_adapters.wiring import image
from lif_core.views.accountability import accountability
from tests.faults.count import Count, Effort
from tests.faults.interruption import STORE, content, finished, opened, record
from tests.faults.work import ON, work

SIZE = 40  # steps of one work
MOST = 6  # steps that a process acknowledges before it is killed
LONGEST = 0.02  # seconds that it lives then
KINDS = {
    "writer": ("command", "command", "batch", "reply"),
    "saver": ("save", "save", "command", "checkpoint"),
    "follower": ("command", "batch", "follow", "follow", "subscription"),
    "importer": ("import",),
}


def processes() -> Any:
    """Return what starts processes that are cheap: each is forked from one that knows `lif`."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.killed", "tests.faults.crowd"])
    return context


def killed(role: str, effort: Effort, *, size: int = SIZE) -> Count:
    """Kill who does the work of a *role*, of so many steps, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        total += _killed(role, seed, size)
        if not effort.goes_on(total):
            return total
    raise AssertionError("numbers never end")


def _killed(role: str, seed: int, size: int) -> Count:
    """Kill who does one work until it is done."""
    chance, total = Random(seed), Count()
    recording = record(work(seed, size=size, kinds=KINDS[role]))
    steps = recording.work.steps
    with TemporaryDirectory(prefix="lif-killed-") as name:
        done, folder = 0, Path(name)
        while done < len(steps):
            done, error = _one_life(partial(_work, role, seed, size, done, name), chance, done)
            acknowledged = {each for step in steps[:done] for each in step.ids}
            _, ids, integrity = content(folder / STORE)
            lost = acknowledged - ids
            total += Count(
                points=1,
                acknowledged=len(acknowledged),
                lost=len(lost),
                partial=int(integrity != "ok"),
                stray=int(bool(error)),
                example=error or (f"lost: {sorted(lost)}" if lost else ""),
            )
            if error:
                break
            if role == "saver":
                with closing(opened(folder, recording.work, done)) as app:
                    view = app.view(accountability, valid=ON)
                    replay = app.view(accountability, valid=ON, afresh=True)
                    total += Count(differing=int(view != replay))
        return total + finished(recording, folder)


def killed_backups(effort: Effort) -> Count:
    """Kill who backs a store up, into new files and into one again and again."""
    chance, total = Random(effort.seed), Count()
    with TemporaryDirectory(prefix="lif-backups-") as name:
        folder, day = Path(name), work(effort.seed)
        with closing(opened(folder, day, 0)) as app:
            for step in day.steps:
                step.act(app)
        _, ids, _ = content(folder / STORE)
        done = 0
        while effort.goes_on(total):
            before = done
            done, error = _one_life(partial(_back_up, name, done), chance, done)
            missing = [n for n in range(before, done) if not (folder / f"b{n}.db").exists()]
            total += Count(
                points=1,
                acknowledged=done - before,
                lost=len(missing),
                stray=int(bool(error)),
                example=error or (f"lost: {missing}" if missing else ""),
            )
            for file in folder.glob("[br]*.db"):
                _, copied, integrity = content(file)
                if integrity != "ok" or copied != ids:
                    total += Count(partial=1, example=f"{file.name}: {integrity}")
                if file.name.startswith("b"):
                    file.unlink()
    return total


def _back_up(folder: str, done: int, sender: Connection) -> None:
    """Back up without end; tell of each backup that is made."""
    url = f"sqlite:{Path(folder) / STORE}"
    try:
        sender.send(done)
        for number in count(done):
            with image(url) as store:
                back_up(store, Path(folder) / "r.db", replace=True)
                back_up(store, Path(folder) / f"b{number}.db")
            sender.send(number + 1)
    except Exception as error:
        sender.send(f"backup {done}: {error!r}")
        raise


def _one_life(act: partial[None], chance: Random, done: int) -> tuple[int, str]:
    """Start a process, kill it at a moment that *chance* chooses, and return how many steps are
    acknowledged, and the error that it ended with, if it did.
    """
    receiver, sender = mp.Pipe(duplex=False)
    process = processes().Process(target=act, args=(sender,), daemon=True)
    process.start()
    sender.close()
    error, until = "", done + chance.randint(0, MOST)
    with closing(receiver), suppress(EOFError, OSError):
        while not error and done < until:
            done, error = _message(receiver, done)
        time.sleep(chance.uniform(0, LONGEST))
        process.kill()
        while True:
            done, error = _message(receiver, done)
    process.join()
    return done, error


def _message(receiver: Connection, done: int) -> tuple[int, str]:
    """Return how many steps a process says that are done, or the error that it tells."""
    message = receiver.recv()
    return (message, "") if isinstance(message, int) else (done, message)


def _work(role: str, seed: int, size: int, done: int, folder: str, sender: Connection) -> None:
    """Do the steps that are not *done*, and acknowledge each."""
    day = work(seed, size=size, kinds=KINDS[role])
    try:
        sender.send(done)
        with closing(opened(Path(folder), day, done)) as app:
            for number, step in enumerate(day.steps[done:], done):
                app.clock = lambda number=number: day.now(number)  # type: ignore[misc]
                step.act(app)
                sender.send(number + 1)
    except Exception as error:
        sender.send(f"step {done}: {error!r}")
        raise
