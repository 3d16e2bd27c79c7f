"""Many processes at one moment: on few streams, with the same commands, or on a new store."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import ReplyToRecommendation
from lif_core.commands.application import Application
from lif_core.errors import ConflictError
from lif_core.log.recorder import pages
from lif_core.trail.examination import examine
from tests.faults.count import Count, Effort
from tests.faults.interruption import STORE, content
from tests.faults.killed import processes
from tests.faults.work import ON, board, issue
from tests.people import TEXTS, by

PROCESSES = 16
STREAMS = 3
EACH = 12  # commands of a process
LOOKING = 0.3  # seconds in which each of them looks at a file
ATTEMPTS = 500


def crowd(effort: Effort) -> Count:
    """Let 16 processes record on 3 streams, and two at a time the very same commands, as often as
    *effort* says.
    """
    total = Count()
    while effort.goes_on(total):
        with TemporaryDirectory(prefix="lif-crowd-") as folder:
            url = f"sqlite:{Path(folder) / STORE}"
            with connect(url, extensions=(), readership=TEXTS) as app:
                board().act(app)
                app.handle_all([issue(str(number)) for number in range(STREAMS)])
            positions, errors = _answers(*_started(url, _reply))
            total += _counted(url, positions, errors)
    return total


def first_starts(effort: Effort) -> Count:
    """Let 16 processes make one store at one moment, and record, as often as *effort* says.

    In every other round the file is held, while it is empty, until all of them have looked at it.
    """
    total = Count()
    for number in count():
        if not effort.goes_on(total):
            return total
        with TemporaryDirectory(prefix=f"lif-first-{number}-") as folder:
            url = f"sqlite:{Path(folder) / STORE}"
            with _held(Path(folder) / STORE) if number % 2 else nullcontext():
                running = _started(url, _start)
            positions, errors = _answers(*running)
            total += _counted(url, positions, errors)
    return total


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock of all that is written, until the processes that were started meanwhile wait
    for it.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        time.sleep(LOOKING)
        connection.execute("ROLLBACK")


def _started(url: str, act: Any) -> tuple[list[Any], Any]:
    """Start *act* in all processes at once; return them, and where they answer."""
    context = processes()
    barrier, answers = context.Barrier(PROCESSES + 1), context.Queue()
    children = [
        context.Process(target=_child, args=(url, act, number, barrier, answers), daemon=True)
        for number in range(PROCESSES)
    ]
    for child in children:
        child.start()
    barrier.wait(60)
    return children, answers


def _answers(children: Sequence[Any], answers: Any) -> tuple[list[tuple[str, int]], list[str]]:
    """Return the ids with their positions that the *children* acknowledged, and their errors."""
    positions: list[tuple[str, int]] = []
    errors: list[str] = []
    for _ in children:
        acknowledged, error = answers.get(timeout=120)
        positions += acknowledged
        errors += [error] if error else []
    for child in children:
        child.join()
    return positions, errors


def _child(url: str, act: Any, number: int, barrier: Any, answers: Any) -> None:
    acknowledged: list[tuple[str, int]] = []
    error = ""
    try:
        act(url, number, barrier, acknowledged)
    except Exception as raised:
        error = repr(raised)
    answers.put((acknowledged, error))


def _reply(url: str, number: int, barrier: Any, acknowledged: list[tuple[str, int]]) -> None:
    """Reply again and again, as another process does at the same time."""
    ref = f"xb/{number // 2 % STREAMS}"
    with connect(url, extensions=(), readership=TEXTS) as app:
        barrier.wait(60)
        for reply in range(EACH):
            name = f"{number // 2}-{reply}"
            command = ReplyToRecommendation(by=by("xb/1"), on=ON, recommendation=ref, reply=name)
            acknowledged.append((name, _position(app, command, name)))


def _start(url: str, number: int, barrier: Any, acknowledged: list[tuple[str, int]]) -> None:
    barrier.wait(60)
    with connect(url, extensions=(), readership=TEXTS) as app:
        command = RegisterBody(
            by=by(f"b{number}"), on=ON, body=f"b{number}", name=f"B {number}", kind=BodyKind.BOARD
        )
        acknowledged.append((f"b{number}", _position(app, command, f"b{number}")))


def _position(app: Application, command: Any, name: str) -> int:
    """Return where *command* is recorded; it is asked again where others were recorded first."""
    for _ in range(ATTEMPTS):
        try:
            return app.handle(command, command_id=name)[0].position
        except ConflictError:
            continue
    return app.handle(command, command_id=name)[0].position


def _counted(url: str, acknowledged: Sequence[tuple[str, int]], errors: Sequence[str]) -> Count:
    """Count what is wrong with a store, beside what was acknowledged and the *errors* raised."""
    recorded: dict[str | None, list[int]] = {}
    with connect(url, create=False, extensions=(), readership=TEXTS) as app:
        for record in app.history():
            recorded.setdefault(record.command_id, []).append(record.position)
        whole = examine(lambda: chain.from_iterable(pages(app.recorder)), app.mapper)
    _, _, integrity = content(Path(url.removeprefix("sqlite:")))
    lost = [name for name, position in acknowledged if position not in recorded.get(name, ())]
    doubled = [name for name, _ in {*acknowledged} if len(recorded.get(name, ())) > 1]
    examples = [*errors, *(f"lost: {name}" for name in lost), *(f"twice: {x}" for x in doubled)]
    return Count(
        points=len(acknowledged) + len(errors),
        acknowledged=len(acknowledged),
        lost=len(lost),
        partial=int(integrity != "ok" or whole.alteration is not None),
        doubled=len(doubled),
        stray=len(errors),
        example=examples[0] if examples else "",
    )
