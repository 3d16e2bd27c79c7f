"""Work that is interrupted anywhere, and what is on record when the store is opened again."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from attrs import field, frozen

from lif_adapters.sqlite import SQLiteRecorder
from lif_core.commands.application import Application
from lif_core.errors import LifError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Row, pages
from lif_core.log.registry import Registry
from lif_core.projection.cache import SAVED
from lif_core.trail.examination import examine
from lif_core.views.accountability import accountability
from tests.faults.count import Count
from tests.faults.disk import Disk, Mark, Operation, Platter, write_files
from tests.faults.traced import PROPER, Committed, Manner, record_of, state_of, traced
from tests.faults.work import ON, Work
from tests.people import TEXTS

STORE = "lif.db"
AGAIN = 10  # of so many losses that leave a state which was seen, work goes on from one
FAILURES = (sqlite3.Error, LifError, AssertionError)
_NUMBERS = count()
_REGISTRY = Registry()


@frozen
class Done:
    """A step of the work that was done: *ids* are acknowledged now."""

    ids: Sequence[str]


@frozen
class Moment:
    """A moment in work: how many *steps* are done, and *commits*, and all *ids* acknowledged."""

    steps: int = 0
    commits: int = 0
    ids: frozenset[str] = frozenset()

    def after(self, operation: Operation, commits: int) -> "Moment":
        """Return the moment after an *operation*, up to which so many commits were done."""
        if isinstance(operation, Mark) and isinstance(operation.what, Done):
            return Moment(self.steps + 1, commits, self.ids.union(operation.what.ids))
        return self


@frozen(kw_only=True)
class Recording:
    """The *operations* of *work*, the states of the store after each commit, and those of the
    store, and of a view, after each step.

    The first of the *committed* is that of an empty file. It begins at the moment *start*, with
    what is on a *platter* then.
    """

    work: Work
    operations: Sequence[Operation]
    committed: Sequence[str]
    states: Sequence[str]
    views: Sequence[Any]
    start: Moment = Moment()
    platter: Platter = field(factory=Platter)
    replays: dict[str, Any] = field(factory=dict)
    gone_on: set[tuple[int, str]] = field(factory=set)

    def replay(self, app: Application, state: str) -> Any:
        """Return the view of a full replay of the log in a *state* of the store of *app*."""
        if state not in self.replays:
            self.replays[state] = app.view(accountability, valid=ON, afresh=True)
        return self.replays[state]


def record(work: Work, manner: Manner = PROPER) -> Recording:
    """Do *work* on a traced disk, and return what was written."""
    disk = Disk(f"traced-{next(_NUMBERS)}")
    states: list[str] = []
    views = []
    app: Application | None = None
    with TemporaryDirectory(prefix="lif-traced-") as folder, traced(disk, manner):
        for number, step in enumerate(work.steps):
            if app is None or number in work.reopens:
                if app is not None:
                    app.close()
                app = opened(Path(folder), work, number)
            app.clock = lambda number=number: work.now(number)  # type: ignore[misc]
            step.act(app)
            disk.mark(Done(step.ids))
            views.append(app.view(accountability, valid=ON, afresh=True))
            states.append(_last_record(disk.trace))
        assert app is not None
        app.close()
    with closing(sqlite3.connect(":memory:")) as connection:
        empty = state_of(connection)
    return Recording(
        work=work,
        operations=tuple(disk.trace),
        committed=(empty, *_commits(disk.trace)),
        states=states,
        views=views,
    )


def record_recovery(
    recording: Recording, moment: Moment, platter: Platter, chance: Random
) -> Recording:
    """Open what is left on a *platter* at a *moment*, do the step again that was interrupted, and
    return what was written.
    """
    with TemporaryDirectory(prefix="lif-found-") as name:
        write_files(Path(name), platter, chance)
        state, _, _ = content(Path(name) / STORE)
    with TemporaryDirectory(prefix="lif-recovering-") as name:
        folder, number = Path(name), _interrupted(recording, moment)
        write_files(folder, platter, chance)
        disk, step = (
            Disk(f"traced-{next(_NUMBERS)}", folder, platter),
            recording.work.steps[number],
        )
        with traced(disk), closing(opened(folder, recording.work, number)) as app:
            step.act(app)
            disk.mark(Done(step.ids))
    commits = recording.committed[: _last_index(recording.committed, state) + 1]
    return attrs.evolve(
        recording,
        operations=tuple(disk.trace),
        committed=(*commits, *_commits(disk.trace)),
        start=moment,
        platter=platter,
    )


def moments(recording: Recording) -> Iterator[tuple[Operation, Moment]]:
    """Yield each operation, and the moment after it."""
    moment = recording.start
    commits = len(recording.committed) - 1 - len(_commits(recording.operations))
    for operation in recording.operations:
        if isinstance(operation, Mark) and isinstance(operation.what, Committed):
            commits += 1
        moment = moment.after(operation, commits)
        yield operation, moment


def examined(recording: Recording, moment: Moment, platter: Platter, chance: Random) -> Count:
    """Open what is left on a *platter* at a *moment*, go on with the work, and count what is
    wrong.
    """
    with TemporaryDirectory(prefix="lif-left-") as name:
        folder = Path(name)
        write_files(folder, platter, chance)
        problem = Count(points=1, acknowledged=len(moment.ids))
        try:
            return problem + _left(recording, moment, folder, chance)
        except FAILURES as error:
            return problem + Count(partial=1, example=repr(error))


def _left(recording: Recording, moment: Moment, folder: Path, chance: Random) -> Count:
    """Count what is wrong with the store in *folder*.

    From each state the work goes on once for each step, and then by *chance*.
    """
    lost, partial, example = 0, 0, ""
    state, ids, integrity = content(folder / STORE)
    if missing := moment.ids - ids:
        lost, example = len(missing), f"lost: {sorted(missing)}"
    elif integrity != "ok" or state not in recording.committed:
        partial, example = 1, f"in part: {integrity}"
    elif _last_index(recording.committed, state) < moment.commits:
        lost, example = 1, "lost: a commit without an id"
    counted = Count(lost=lost, partial=partial, example=example)
    if lost or partial:
        return counted
    if (moment.steps, state) in recording.gone_on and chance.randrange(AGAIN):
        return counted
    recording.gone_on.add((moment.steps, state))
    return counted + _gone_on(recording, moment, folder, state)


def _gone_on(recording: Recording, moment: Moment, folder: Path, state: str) -> Count:
    """Do again the step that was interrupted, twice, and count what differs from what it comes to
    where nothing interrupts it.
    """
    number = _interrupted(recording, moment)
    step, doubled, differing, example = recording.work.steps[number], 0, 0, ""
    with closing(opened(folder, recording.work, number)) as app:
        if _is_saved(app) and app.view(accountability, valid=ON) != recording.replay(app, state):
            differing, example = 1, f"another view before {step.name}"
        for _ in range(2):
            step.act(app)
        with closing(sqlite3.connect(folder / STORE, isolation_level=None)) as connection:
            if record_of(connection) != recording.states[number]:
                doubled, example = 1, f"not once: {step.name}"
        examine(lambda: _rows(app), app.mapper).check_alone()
        if _is_saved(app) and app.view(accountability, valid=ON) != recording.views[number]:
            differing, example = 1, f"another view after {step.name}"
    return Count(doubled=doubled, differing=differing, example=example)


def finished(recording: Recording, folder: Path) -> Count:
    """Count what is wrong with the store in *folder*, with which all the work is done."""
    _, ids, integrity = content(folder / STORE)
    missing = {each for step in recording.work.steps for each in step.ids} - ids
    total = Count(lost=len(missing), partial=int(integrity != "ok"))
    with closing(sqlite3.connect(folder / STORE)) as connection:
        total += Count(doubled=int(record_of(connection) != recording.states[-1]))
    with closing(opened(folder, recording.work, len(recording.work.steps))) as app:
        examine(lambda: _rows(app), app.mapper).check_alone()
        view = app.view(accountability, valid=ON)
        return total + Count(differing=int(view != recording.views[-1]))


def opened(folder: Path, work: Work, number: int) -> Application:
    """Return what `connect` does, with what reads entries made once for all."""
    recorder = SQLiteRecorder(folder / STORE)
    return Application(
        recorder, clock=lambda: work.now(number), mapper=LifMapper(_REGISTRY), readership=TEXTS
    )


def _is_saved(app: Application) -> bool:
    """Return whether the view is saved: any other is a full replay already."""
    return app.recorder.saved(SAVED + accountability.name) is not None


def _rows(app: Application) -> Iterator[Row]:
    return (row for page in pages(app.recorder) for row in page)


def content(file: Path) -> tuple[str, frozenset[str], str]:
    """Return the state of the store in *file*, the ids of commands in it, and whether it is whole.

    It is looked at as whoever opens it first would, and without `lif`.
    """
    place = f"file:{file}?mode=rwc" if file.exists() else ":memory:"
    with closing(sqlite3.connect(place, uri=True, isolation_level=None)) as connection:
        (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        state = state_of(connection)
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        ids = (
            connection.execute("SELECT command_id FROM handled_commands").fetchall()
            if "handled_commands" in tables
            else []
        )
    return state, frozenset(command_id for (command_id,) in ids), integrity


def _interrupted(recording: Recording, moment: Moment) -> int:
    """Return the number of the step that a *moment* is in; the last where all are done."""
    return min(moment.steps, len(recording.work.steps) - 1)


def _commits(trace: Sequence[Operation]) -> Sequence[str]:
    """Return the states that the commits in a *trace* have led to."""
    return [
        operation.what.state
        for operation in trace
        if isinstance(operation, Mark) and isinstance(operation.what, Committed)
    ]


def _last_record(trace: Sequence[Operation]) -> str:
    return next(
        operation.what.record
        for operation in reversed(trace)
        if isinstance(operation, Mark) and isinstance(operation.what, Committed)
    )


def _last_index(committed: Sequence[str], state: str) -> int:
    return len(committed) - 1 - list(reversed(committed)).index(state)
