"""Entries that this program does not know: of another kind, of a later version, or of none that
there ever was. They are shown as unknown, and nothing is decided that rests on them.
"""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import UnknownEvent
from lif_core.errors import UnknownEventError
from lif_core.log.recorder import Row
from tests.attacks import fitting
from tests.faults.count import Count, Effort
from tests.faults.interruption import STORE, opened
from tests.faults.traced import state_of
from tests.faults.work import ON, Work, work
from tests.people import by


def _unheard(topic: str) -> str:
    return "Unheard" + topic


def _later(topic: str) -> str:
    name, _, version = topic.rpartition(".v")
    return f"{name}.v{int(version) + 1}"


def _earliest(topic: str) -> str:
    return topic.rpartition(".v")[0] + ".v0"


TOPICS = (_unheard, _later, _earliest)


def formats(effort: Effort) -> Count:
    """Let each entry of work be of each unknown format, as often as *effort* says."""
    total = Count()
    for seed in count(effort.seed):
        day = work(seed, kinds=("command", "batch", "reply"))
        with TemporaryDirectory(prefix="lif-formats-") as name:
            folder = Path(name)
            with closing(opened(folder, day, 0)) as app:
                for step in day.steps:
                    step.act(app)
                rows = app.recorder.rows(after=0, limit=10_000)
            for row in rows[:: effort.every]:
                for topic in TOPICS:
                    total += _tried(folder, day, row, topic(row[3]))
                    if not effort.goes_on(total):
                        return total
    raise AssertionError("numbers never end")


def _tried(folder: Path, day: Work, row: Row, topic: str) -> Count:
    """Let the entry in *row* have another *topic*, and count what does not refuse it."""
    position, stream, number, before, state = row
    total = Count(points=1, acknowledged=len(day.steps[0].ids))
    _change(folder / STORE, fitting((position, stream, number, topic, state)))
    with closing(sqlite3.connect(folder / STORE)) as connection:
        content = state_of(connection)
    void = VoidEntry(by=by("xb"), on=ON, stream=stream, entry=1, reasons="Another was meant")
    with closing(opened(folder, day, len(day.steps))) as app:
        unknown = [each.position for each in app.history() if type(each.event) is UnknownEvent]
        example = "" if unknown == [position] else f"read as known: {unknown}"
        try:
            app.handle(void)
            example = "decided all the same"
        except UnknownEventError as error:
            if error.position != position:
                example = f"names {error.position}"
        except Exception as error:
            example = repr(error)
    if example:
        total += Count(stray=1, example=f"{topic} at {position}: {example}")
    with closing(sqlite3.connect(folder / STORE)) as connection:
        total += Count(partial=int(state_of(connection) != content))
    _change(folder / STORE, (position, stream, number, before, state))
    return total


def _change(path: Path, row: Row) -> None:
    """Write a *row* in place of the one at its position, as nobody can by ordinary means."""
    position, _, _, topic, state = row
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers: list[Any] = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE stored_events SET topic = ?, state = ? WHERE position = ?",
            (topic, state, position),
        )
        for _, sql in triggers:
            connection.execute(sql)
