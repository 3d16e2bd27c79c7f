"""What each view costs as the log grows, and what comes after it was looked at once.

`python -m tests.benchmarks.growth [--all-views | --view NAME ...] [--sizes N,N...] [--new N]
[--log all|recommendations] [--format table|json] [--out FILE]`

Seconds of the processor, on a log in one SQLite file in the directory for temporary files (set
`TMPDIR` to choose the disk); to compare with each other in one run, not with another machine's. Of
each way there are three figures, so that a view whose tables are read on demand cannot flatter:

- `<way>_alone`: `view()`, and nothing of it looked at;
- `<way>`: with its figures, and its longest table (named by `table`) to the last row;
- `<way>_read`: with every table, to the last row.

The ways, those of one line in one process, in this order:

- `afresh`, the first look at a log of which nothing is saved, by a new process (`mib`: its peak);
  `again`, nothing having happened since (the median of a few); `past_kept`, as known when half of
  the log was recorded; `new_kept`, a thousand entries later; `back_dated`, one entry in the middle
  of the log having been amended to another day; `next_day_kept`, the view of the day after;
- `past`: as `past_kept`, by a new process;
- `saved`: the first save, and a look;
- `resumed`: by a new process, from what was saved (`mib_resumed`: its peak);
- `next_day_resumed`: so, the view of the day after;
- `new_resumed`: so, a thousand entries later;
- `unamended_past`, `unamended_past_kept`, `unamended_past_again` (in logs of up to 20,000
  entries): as known at the end of the log, by a new process; by one that has looked at all of it;
  and once more;
- `amended_past`, `amended_past_kept`, `amended_past_again`: so, all entries amended five times
  since.

What ways must have in common they are held to: the same view, by a digest of its JSON; another
one, where something has happened; and entries read from the log, where it cannot be had without.
Of a program that cannot save a view, `saved` is missing, and `resumed` is as afresh.
"""

import argparse
import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, TypeAlias

import attrs
import msgspec
from attrs import frozen

from tests.benchmarks import log, program
from tests.benchmarks.log import LOGS, VALID
from tests.benchmarks.machine import machine, peak_memory, progress
from tests.benchmarks.program import PROJECTIONS, AnyProjection, Entry

SIZES = (10_000, 100_000)
NEW = 1_000
AMENDED = 5  # times that every entry of a log is amended, of a log of
AMENDED_UP_TO = 20_000  # entries: with them it is six times as long
AGAIN = 5  # times that it is looked at again, within a second: the median counts
NOW = datetime(2022, 1, 1, 12, tzinfo=UTC)

BACK_DATED = 40  # days by which an entry is amended
AMENDED_OF: Mapping[str, str] = {
    "accountability": "RecommendationPlanned",
    "sustainability": "RecommendationEmbedded",
    "training": "CourseProvided",
    "provenance": "RecommendationPlanned",
    "corrections": "RecommendationPlanned",
    "calendar": "TransferAccepted",
    "coverage": "ReportAccepted",
    "expected-evaluations": "ReportAccepted",
    "learning-cycle": "RecommendationPlanned",
    "scorecard": "TransferAccepted",
    "compliance": "SelfEvaluationModerated",
    "child-deaths": "DeathNotified",
    "publication": "HoldDecided",
    "annual-report": "RecommendationPlanned",
    "improvement-plan": "OutcomeRecorded",
    "assurance": "EditionEvaluated",
    "audits": "AuditPlanned",
    "conduct": "HoldDecided",
    "dissemination": "Disseminated",
    "decisions": "MeetingRecorded",
    "procedures": "ProcedureDrafted",
    "recommendations": "RecommendationPlanned",
    "register": "HoldDecided",
}
"""By view, the event of which one in the middle of the log is amended: the view shows its day."""

LEFT_OUT = ("child-death-panel", "lessons")
"""Views that the log of all categories has nothing for, or that are kept for a role."""

COUNTS = ("child-deaths", "annual-report", "coverage")
"""Views of counts, small ones hidden, or of periods: the day of one entry need not show."""


# One look


@frozen
class Look:
    """What one look at a view costs.

    *alone*, *usual*, *read*: seconds until the view is there, until its longest table was read,
    and until all were. *mib*: the peak of the process, looked at as usual. *rows*, *parts*: how
    many of the log and of saved views were read. *digest*: of the view's JSON.
    """

    alone: float
    usual: float
    read: float
    mib: int
    rows: int
    parts: int
    digest: str


def fields_of(view: Any) -> dict[str, Any]:
    """Return the figures and tables of *view*, by name, in their order."""
    if attrs.has(type(view)):
        return {field.name: getattr(view, field.name) for field in attrs.fields(type(view))}
    return msgspec.structs.asdict(view)


def tables_of(view: Any) -> dict[str, Sequence[Any]]:
    """Return the tables of *view*, by name; its figures are looked at, and left out."""
    return {
        name: value
        for name, value in fields_of(view).items()
        if isinstance(value, Sequence) and not isinstance(value, str)
    }


def length(table: Iterable[Any]) -> int:
    """Read a *table* to its last row."""
    return sum(1 for _ in table)


def longest_table(name: str, kind: str) -> str:
    """Return the table of the view *name* that is the longest in a short log of this *kind*."""
    with program.connect("memory:", clock=lambda: NOW) as app:
        log.append(app, islice(LOGS[kind](NEW), NEW))
        tables = tables_of(app.view(PROJECTIONS[name], valid=VALID))
    return max(tables, key=lambda table: length(tables[table]))


class Looker:
    """Looks at one view of the log in the store at *path*, and counts what is read for it."""

    def __init__(self, name: str, path: Path, longest: str) -> None:
        self._projection: AnyProjection = PROJECTIONS[name]
        self._longest = longest
        self.app, self._recorder = program.open_counted(path, clock=lambda: NOW)

    def look(
        self, valid: date = VALID, known: datetime | None = None, *, save: bool = False
    ) -> Look:
        """Return what it costs now; *save*: to save it as well."""
        recorder, projection = self._recorder, self._projection
        rows, parts, start = recorder.rows_read, recorder.parts_read, process_time()
        if save:
            self.app.save(projection, valid=valid)
        view = self.app.view(projection, valid=valid, known=known)
        alone = process_time()
        tables = tables_of(view)
        length(tables.pop(self._longest))
        usual, peak = process_time(), peak_memory()
        for table in tables.values():
            length(table)
        end = process_time()
        return Look(
            alone=alone - start,
            usual=usual - start,
            read=end - start,
            mib=peak,
            rows=recorder.rows_read - rows,
            parts=recorder.parts_read - parts,
            digest=sha256(program.digestible(self.app, view)).hexdigest(),
        )

    def again(self) -> Look:
        """Return the median of several looks, nothing having happened between them."""
        looks = [self.look()]
        while len(looks) < AGAIN and sum(look.read for look in looks) < 1:
            looks.append(self.look())
        alone, usual, read = (
            median(getattr(look, name) for look in looks) for name in ("alone", "usual", "read")
        )
        return attrs.evolve(looks[-1], alone=alone, usual=usual, read=read)


# The processes, each of which looks at one store, and what each of them takes


@frozen(kw_only=True)
class Store:
    """A log at *path*, and what is to come after it.

    *middle*, *end*: when its middle and its last entry were recorded. *coming*: a file of entries
    to be recorded. *amended*: a command, in its JSON form.
    """

    path: str
    middle: str
    end: str
    coming: str
    amended: str


def _kept(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "afresh", looker.look()
    yield "again", looker.again()
    yield "past_kept", looker.look(known=datetime.fromisoformat(store.middle))
    log.append(looker.app, pickle.loads(Path(store.coming).read_bytes()))
    yield "new_kept", looker.look()
    program.handle(looker.app, json.loads(store.amended))
    yield "back_dated", looker.look()
    yield "next_day_kept", looker.look(VALID + timedelta(1))


def _afresh(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    """What the others come to is held against these; the second is made beside the first."""
    yield "past", looker.look(known=datetime.fromisoformat(store.middle))
    yield "next_day", looker.look(VALID + timedelta(1))


def _after(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "after", looker.look()
    yield "next_day_after", looker.look(VALID + timedelta(1))


def _saved(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    """A program that cannot save this view says so, and has nothing to resume."""
    try:
        yield "saved", looker.look(save=True)
    except program.MalformedError:
        return


def _resumed(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "resumed", looker.look()


def _next_day_resumed(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "next_day_resumed", looker.look(VALID + timedelta(1))


def _new_resumed(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "new_resumed", looker.look()


def _as_recorded(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    """All that was recorded before the amendments, which were recorded last."""
    yield "unamended_past", looker.look(known=datetime.fromisoformat(store.end))


def _as_recorded_kept(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    end = datetime.fromisoformat(store.end)
    looker.look()
    yield "unamended_past_kept", looker.look(known=end)
    yield "unamended_past_again", looker.look(known=end)


def _as_before(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    yield "amended_past", looker.look(known=datetime.fromisoformat(store.end))


def _as_before_kept(looker: Looker, store: Store) -> Iterator[tuple[str, Look]]:
    end = datetime.fromisoformat(store.end)
    looker.look()
    yield "amended_past_kept", looker.look(known=end)
    yield "amended_past_again", looker.look(known=end)


Process: TypeAlias = Callable[[Looker, Store], Iterator[tuple[str, Look]]]
PROCESSES: Mapping[str, Process] = {
    process.__name__.lstrip("_"): process
    for process in (
        _kept,
        _afresh,
        _after,
        _saved,
        _resumed,
        _next_day_resumed,
        _new_resumed,
        _as_recorded,
        _as_recorded_kept,
        _as_before,
        _as_before_kept,
    )
}

SAME = (
    ("afresh", "again", "saved", "resumed"),
    ("past", "past_kept"),
    ("next_day", "next_day_resumed"),
    ("new_kept", "new_resumed"),
    ("back_dated", "after"),
    ("next_day_kept", "next_day_after"),
    tuple(
        f"{log}_past{way}" for log in ("unamended", "amended") for way in ("", "_kept", "_again")
    ),
)
"""Ways that must come to the same view."""

MOVED = (("afresh", "new_kept"), ("new_kept", "back_dated"))
"""Ways between which something happened that the view must show."""

READ = (
    "afresh",
    "new_kept",
    "back_dated",
    "new_resumed",
    "past",
    "unamended_past",
    "amended_past",
)
"""Ways that cannot be had without reading entries of the log."""

HIDDEN = ("next_day", "after", "next_day_after")
"""Ways that others are held against, and that are no figures of their own."""


def looks(process: str, name: str, longest: str, store: Store) -> dict[str, Look]:
    """Return what a *process* takes, in this one."""
    looker = Looker(name, Path(store.path), longest)
    with looker.app:
        return dict(PROCESSES[process](looker, store))


def run(process: str, name: str, longest: str, store: Store) -> dict[str, Look]:
    """Return what a *process* takes, in one of its own."""
    child = [sys.executable, "-m", "tests.benchmarks.growth", "--child", process, name, longest]
    done = subprocess.run(
        [*child, json.dumps(attrs.asdict(store))], stdout=subprocess.PIPE, check=True
    )
    return {way: Look(**look) for way, look in json.loads(done.stdout).items()}


Run: TypeAlias = Callable[[str, str, str, Store], dict[str, Look]]


# A log, and all that is looked at in it


@frozen(kw_only=True)
class Logs:
    """The stores of one size, each kept as it was written: they are copied to be written in."""

    folder: Path
    kind: str
    size: int
    new: int
    middle: str
    end: str
    amended: bool

    def store(self, name: str, base: str, view: str) -> Store:
        """Return a copy called *name* of the store *base*."""
        path = self.folder / f"{name}.db"
        shutil.copy(self.folder / f"{base}.db", path)
        return Store(
            path=str(path),
            middle=self.middle,
            end=self.end,
            coming=str(self.folder / "coming"),
            amended=(self.folder / f"{AMENDED_OF[view]}.json").read_text(),
        )


def write(folder: Path, kind: str, size: int, new: int, *, amended: bool) -> Logs:
    """Write a log of this *kind* and *size*, and what comes after it."""
    entries = LOGS[kind](size)
    amends: dict[str, Entry] = {}
    earlier: dict[str, Entry] = {}  # for what a short log has none of after that
    about_the_middle = range(size * 2 // 5, size)
    last = middle = None
    with program.connect(f"sqlite:{folder / 'log.db'}", clock=lambda: NOW) as app:

        def passing() -> Iterator[Entry]:
            nonlocal last, middle
            for number, entry in enumerate(islice(entries, size)):
                if number == size // 2:
                    middle = entry.recorded_at
                if number in about_the_middle and program.is_its_board_s(entry):
                    amends.setdefault(type(entry.event).__name__, entry)
                else:
                    earlier[type(entry.event).__name__] = entry
                last = entry.recorded_at
                yield entry

        log.append(app, passing())
    assert last is not None
    assert middle is not None
    coming = list(islice(entries, new))
    (folder / "coming").write_bytes(pickle.dumps(coming))
    amends = earlier | amends
    for event in set(AMENDED_OF.values()) & amends.keys():
        command = program.amendment(amends[event], VALID - timedelta(100), -BACK_DATED, 0)
        (folder / f"{event}.json").write_text(json.dumps(command))
    if amended:
        write_amended(folder, LOGS[kind](size), size)
    return Logs(
        folder=folder,
        kind=kind,
        size=size,
        new=new,
        middle=middle.isoformat(),
        end=last.isoformat(),
        amended=amended,
    )


def write_amended(folder: Path, entries: Iterator[Entry], size: int) -> None:
    """Write the log once more, with every entry amended `AMENDED` times at its end."""
    shutil.copy(folder / "log.db", folder / "amended.db")
    with program.connect(f"sqlite:{folder / 'amended.db'}", clock=lambda: NOW) as app:
        whole = [entry for entry in islice(entries, size) if program.can_be_amended(entry)]
        for turn in range(AMENDED):
            commands = (
                program.amendment(entry, VALID - timedelta(10), turn % 2 - 1, turn)
                for entry in whole
            )
            for page in batched(commands, 2_000):
                program.handle(app, *page)


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield the *items* in lists of this *size*."""
    rest = iter(items)
    while page := list(islice(rest, size)):
        yield page


def growth(logs: Logs, name: str, longest: str, run: Run = run) -> dict[str, Look]:
    """Return all looks at the view *name* of a log.

    Raises:
        RuntimeError: two ways came to different views, or one did not do its work.
    """
    kept = logs.store("kept", "log", name)
    found = run("kept", name, longest, kept)
    found |= run("after", name, longest, kept)
    found |= run("afresh", name, longest, logs.store("plain", "log", name))
    saved = logs.store("saved", "log", name)
    found |= run("saved", name, longest, saved)
    found |= run("resumed", name, longest, saved)
    found |= run("next_day_resumed", name, longest, saved)
    with program.connect(f"sqlite:{saved.path}", clock=lambda: NOW) as app:
        log.append(app, pickle.loads(Path(saved.coming).read_bytes()))
    found |= run("new_resumed", name, longest, saved)
    if logs.amended:
        recorded = logs.store("plain", "log", name)
        found |= run("as_recorded", name, longest, recorded)
        found |= run("as_recorded_kept", name, longest, recorded)
        amended = logs.store("amended-copy", "amended", name)
        found |= run("as_before", name, longest, amended)
        found |= run("as_before_kept", name, longest, amended)
    refuse_flattery(name, logs.size, found)
    return found


def refuse_flattery(name: str, size: int, found: Mapping[str, Look]) -> None:
    """Raise `RuntimeError` where two ways differ that must not, or where one did no work."""
    where = f"{name}, {size:,} entries"
    for ways in SAME:
        if len({found[way].digest for way in ways if way in found}) > 1:
            raise RuntimeError(f"{where}: not the same view: {', '.join(ways)}")
    for before, after in MOVED:
        if name not in COUNTS and found[before].digest == found[after].digest:
            mend = "amend another event (AMENDED_OF), or list it in COUNTS if no day need show"
            raise RuntimeError(f"{where}: {after} shows nothing that {before} did not: {mend}")
    for way in READ:
        if way in found and not found[way].rows:
            raise RuntimeError(f"{where}: {way} read no entry of the log: it did not do its work")


# What is printed


Figures: TypeAlias = dict[str, Any]


def figures(found: Mapping[str, Look]) -> Figures:
    """Return seconds by way, each three times, and the peaks, as `--format json` has them."""
    seconds: Figures = {}
    for way, look in found.items():
        if way not in HIDDEN:
            seconds |= {way: look.usual, f"{way}_alone": look.alone, f"{way}_read": look.read}
    return {
        **{name: round(value, 6) for name, value in seconds.items()},
        "mib": found["afresh"].mib,
        "mib_resumed": found["resumed"].mib,
        "rows": {way: look.rows for way, look in found.items()},
        "digests": {way: look.digest[:16] for way, look in found.items()},
    }


COLUMNS = (
    "afresh",
    "again",
    "new_kept",
    "back_dated",
    "next_day_kept",
    "past",
    "past_kept",
    "saved",
    "resumed",
    "new_resumed",
    "next_day_resumed",
)


def table(views: Mapping[str, Mapping[str, Figures]]) -> str:
    """Return it in Markdown: milliseconds as usually looked at, then MiB."""
    names = [column.replace("_", " ") for column in COLUMNS]
    head = ["view", "entries", *names, "MiB", "MiB resumed"]
    lines = [
        [
            name,
            f"{int(size):,}",
            *(_milliseconds(found.get(column)) for column in COLUMNS),
            f"{found['mib']:,}",
            f"{found['mib_resumed']:,}",
        ]
        for name, sizes in views.items()
        for size, found in sizes.items()
    ]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1e3:,.1f}"


def sizes(text: str) -> list[int]:
    """Return the sizes in a text such as `10000,100000`."""
    return [int(size) for size in text.split(",")]


Results: TypeAlias = dict[str, dict[str, Figures]]


def measure(
    names: Sequence[str],
    kind: str,
    wanted: Sequence[int],
    new: int,
    tell: Callable[[Results], object] = lambda found: None,
) -> Results:
    """Return the figures of the views *names*, by size; `tell` is given what there is so far."""
    found: Results = {name: {} for name in names}
    longest = {name: longest_table(name, kind) for name in names}
    for size in sorted(wanted):
        with TemporaryDirectory(prefix="lif-growth-") as folder:
            progress(f"{size:,} entries: written")
            logs = write(Path(folder), kind, size, new, amended=size <= AMENDED_UP_TO)
            for name in names:
                progress(f"{size:,} entries: {name}")
                looks_at_it = growth(logs, name, longest[name], run)
                found[name][str(size)] = figures(looks_at_it) | {"table": longest[name]}
                tell(found)
    progress("")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth")
    views = parser.add_mutually_exclusive_group()
    views.add_argument("--all-views", action="store_true")
    views.add_argument("--view", action="extend", nargs="+", choices=sorted(PROJECTIONS))
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="of the log: 10000,100000")
    parser.add_argument("--new", type=int, default=NEW, help="entries that come after it")
    parser.add_argument("--log", choices=LOGS, default="all")
    parser.add_argument("--out", type=Path, help="a file for the JSON of what there is so far")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.child:
        process, name, longest, store = asked.child
        found = looks(process, name, longest, Store(**json.loads(store)))
        print(json.dumps({way: attrs.asdict(look) for way, look in found.items()}))
        return
    every = [name for name in PROJECTIONS if name not in LEFT_OUT]
    names = every if asked.all_views else asked.view or ["accountability"]

    def text(found: Results) -> str:
        return json.dumps({**machine(), "log": asked.log, "views": found}, indent=2)

    def tell(found: Results) -> None:
        if asked.out:
            asked.out.write_text(text(found))

    results = measure(names, asked.log, asked.sizes, asked.new, tell)
    if asked.format == "json":
        print(text(results))
    else:
        print(", ".join(f"{name} {value}" for name, value in machine().items()), end="\n\n")
        print(table(results))


if __name__ == "__main__":
    main()
