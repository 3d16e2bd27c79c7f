"""How the cost of a view grows with the log, and what a thousand new entries cost.

`python -m tests.benchmarks.growth [--events N ...] [--view NAME] [--format table|json]`

Each figure is measured in a process of its own, on a log in one SQLite file in the directory for
temporary files (set `TMPDIR` to choose the disk), once: these are seconds of the processor, to
compare with each other in one run, not with another machine's. *Before* is what every view did at
first: all records kept, sorted into items, folded. All ways must come to the same view.
"""

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import attrs
from attrs import frozen

from lif_adapters.plain import plain
from lif_adapters.wiring import connect
from lif_core import recommendation as r
from lif_core.commands.application import Application
from lif_core.messages import Command, Event
from lif_core.projection.projection import Projection
from lif_core.record import Record
from lif_core.views import PROJECTIONS, AsOf, fold
from tests.benchmarks.compare import life, machine, notified, progress
from tests.people import POLICY, QUALITY, TRAINING, day

START = datetime(2018, 1, 1, 12, tzinfo=UTC)
VALID = day("2022-01-01")
NEW = 1_000
SIZES = (10_000, 100_000, 1_000_000)
PAGE = 20_000


# The log: lives decided once by the rules, and lived again under other references


def improved(number: int) -> list[Command]:
    """A recommendation that all answer, and that is put in place, shown to be practice, and
    checked; some relapse.
    """
    issue, accept, plan, *_ = life(number)
    ref, on = f"wscb/r-{number}", plan.on
    also = r.AcceptRecommendation(by=TRAINING, on=accept.on, recommendation=ref)
    done = r.ImplementRecommendation(
        by=POLICY, on=on + timedelta(10), recommendation=ref, evidence="Published."
    )
    embed = r.EmbedRecommendation(
        by=QUALITY,
        on=on + timedelta(60),
        recommendation=ref,
        level=r.EvidenceLevel.INDEPENDENT_AUDIT,
        evidence="An audit of case files.",
    )
    due = tuple(on + timedelta(days) for days in (160, 460))
    schedule = r.ScheduleChecks(by=QUALITY, on=on + timedelta(60), recommendation=ref, due=due)
    checks = [
        r.CheckRecommendation(
            by=QUALITY,
            on=on + timedelta(days + number % 40),
            recommendation=ref,
            check=f"check {days}",
            passed=number % 6 != 0 or days < 400,
            level=r.EvidenceLevel.INDEPENDENT_AUDIT,
            note="Sampled.",
        )
        for days in (160, 460, 660)
    ]
    return [issue, accept, also, plan, done, embed, schedule, *checks]


def patterns() -> list[list[Event[Any]]]:
    """What forty lives come to, by the rules: one in ten is still owed, and never embedded."""
    with connect("memory:", clock=lambda: START + timedelta(1000)) as app:
        app.handle(notified())
        lives = [life(n) if n % 10 == 0 else improved(n) for n in range(40)]
        return [[record.event for record in app.handle_all(one)] for one in lives]


def entries(start: int) -> Iterator[tuple[str, int, Event[Any]]]:
    """Entries without end, of recommendations from number *start* on: stream, place, event."""
    known = patterns()
    for number in count(start):
        ref = f"wscb/n-{number}"
        for place, event in enumerate(known[number % len(known)], 1):
            again: Any = attrs.evolve(event, recommendation=ref)  # type: ignore[misc]  # attrs all
            yield f"recommendation-{ref}", place, again


def append(app: Application, found: Iterable[tuple[str, int, Event[Any]]], at: datetime) -> None:
    waiting = iter(found)
    while page := list(islice(waiting, PAGE)):
        stored = [
            app.mapper.to_stored_event(Record(0, stream, place, at, event))
            for stream, place, event in page
        ]
        app.recorder.append(lambda _, stored=stored: stored)  # type: ignore[misc]  # bound here


def write(path: Path, events: int) -> None:
    """A log of so many entries, the second half of them recorded a year later."""
    with connect(f"sqlite:{path}", clock=lambda: START) as app:
        app.handle(notified())
        found = entries(0)
        append(app, islice(found, events // 2), START)
        append(app, islice(found, events - events // 2 - 1), START + timedelta(365))


# What is measured, each in a process of its own


@frozen
class Measured:
    """*seconds*, the peak of *memory* in MiB, and a *digest* of the view it came to."""

    seconds: float
    memory: int
    digest: str


Step = Callable[[Application, Projection[Any, Any]], Any]


def before(app: Application, view: Projection[Any, Any]) -> Any:
    as_of = AsOf(valid=VALID, known=None, frameworks=app.frameworks)
    return fold(view, list(app.history()), as_of)


def afresh(app: Application, view: Projection[Any, Any]) -> Any:
    return app.view(view, valid=VALID, afresh=True)


def as_known(app: Application, view: Projection[Any, Any]) -> Any:
    return app.view(view, valid=VALID, known=START + timedelta(30))


def as_it_was(app: Application, view: Projection[Any, Any]) -> Any:
    return app.view(view, valid=date(2018, 6, 1), afresh=True)


def again(app: Application, view: Projection[Any, Any]) -> Any:
    return app.view(view, valid=VALID)


def next_day(app: Application, view: Projection[Any, Any]) -> Any:
    return app.view(view, valid=VALID + timedelta(1))


def save(app: Application, view: Projection[Any, Any]) -> Any:
    app.save(view, valid=VALID)
    return app.view(view, valid=VALID)


def measured(app: Application, step: Step, view: Projection[Any, Any]) -> Measured:
    start = process_time()
    found = step(app, view)
    seconds = process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    text = json.dumps(plain(found, app.mapper)).encode()
    return Measured(seconds, peak, sha256(text).hexdigest())


# name, what is done first (untimed), and what is timed; those of one store, in this order
KEPT = "1,000 new, kept"
STEPS: dict[str, tuple[tuple[Step, ...], Step]] = {
    "before": ((), before),
    "afresh": ((), afresh),
    "as known half way": ((), as_known),
    "as it was in 2018": ((), as_it_was),
    "again": ((again,), again),
    "save": ((), save),
    "resumed": ((), again),
    "next day, resumed": ((), next_day),
}
AFTER: dict[str, tuple[tuple[Step, ...], Step]] = {
    "1,000 new, resumed": ((), again),
    "1,000 new, afresh": ((), afresh),
}


SAME = (
    ("before", "afresh", "again", "save", "resumed"),
    (KEPT, "1,000 new, resumed", "1,000 new, afresh"),
)


def one(name: str, path: Path, view: str) -> Measured:
    """One measurement; the new entries of *1,000 new, kept* are recorded in between."""
    projection = PROJECTIONS[view]
    with connect(f"sqlite:{path}", create=False, clock=lambda: START + timedelta(400)) as app:
        if name == KEPT:
            app.view(projection, valid=VALID)
            append(app, islice(entries(10_000_000), NEW), START + timedelta(400))
            return measured(app, again, projection)
        first, step = {**STEPS, **AFTER}[name]
        for before_that in first:
            before_that(app, projection)
        return measured(app, step, projection)


def run(name: str, path: Path, view: str) -> Measured:
    command = [sys.executable, "-m", "tests.benchmarks.growth", "--child", name, str(path), view]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Measured(**json.loads(done.stdout))


def growth(
    events: int, view: str, measure: Callable[[str, Path, str], Measured] = run
) -> dict[str, Measured]:
    """All figures of a log of so many *events*.

    Raises:
        RuntimeError: two ways came to different views.
    """
    found: dict[str, Measured] = {}
    with TemporaryDirectory(prefix="lif-growth-") as folder:
        path = Path(folder, "lif.db")
        progress(f"{events:,} entries: written")
        write(path, events)
        for name in (*STEPS, KEPT, *AFTER):
            progress(f"{events:,} entries: {name}")
            found[name] = measure(name, path, view)
    progress("")
    for same in SAME:
        if len({found[name].digest for name in same}) > 1:
            raise RuntimeError(f"{events} entries: not the same view: {', '.join(same)}")
    return found


# The table


def table(results: dict[int, dict[str, Measured]]) -> str:
    """In Markdown: seconds of each way, and MiB at the peak."""
    sizes = sorted(results)
    head = ["", *(f"{size:,} entries" for size in sizes), *(f"{size:,}: MiB" for size in sizes)]
    names = list(results[sizes[0]])
    lines = [
        [
            name,
            *(f"{results[size][name].seconds:.3f} s" for size in sizes),
            *(f"{results[size][name].memory:,}" for size in sizes),
        ]
        for name in names
    ]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth")
    parser.add_argument("--events", type=int, nargs="+", default=SIZES)
    parser.add_argument("--view", choices=sorted(PROJECTIONS), default="accountability")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        name, path, view = asked.child
        print(json.dumps(attrs.asdict(one(name, Path(path), view))))
        return
    results = {events: growth(events, asked.view) for events in asked.events}
    if asked.format == "json":
        rows = {
            size: {name: attrs.asdict(one) for name, one in found.items()}
            for size, found in results.items()
        }
        print(json.dumps({**machine(), "view": asked.view, "sizes": rows}, indent=2))
    else:
        print(f"{asked.view}; " + ", ".join(f"{k} {v}" for k, v in machine().items()), end="\n\n")
        print(table(results))


if __name__ == "__main__":
    main()
