"""The benchmark table: `lif` beside stock `eventsourcing`, and beside SQLite and `msgspec` alone.

`python -m tests.benchmarks.compare [--events N] [--rounds R] [--processes P]
[--format table|json]`

All sides do the same work on the same commands, in one process, turn by turn, and must come to the
same outcome; a row gives medians, in seconds of the processor, or by the clock on the wall where
threads or processes wait for each other. Each side keeps its log in one SQLite file (WAL,
synchronous FULL) in the directory for temporary files: set `TMPDIR` to choose the disk, and choose
one in memory (`/dev/shm`) where a commit shall not wait for it.

Every row says how the work was begun:

- *afresh*: with nothing known of the log, by a process that has done so with others;
- *kept*: by a process that did such work before, and keeps what it likes of it;
- *resumed*: by a new process, from what was saved.

Each side tells in each round how many entries it decided, read or counted, and a round that did
fewer than the row is about is refused: what was only looked up in a cache is no work.

What the sides do that others do not, on rows of one work:

- `lif` checks references, rights, checksums and order in all rows, and command ids in one;
- decisions with deliberations are of `lif` alone, and stand beside the same *without*: each with
  the meeting it was taken at, which is looked for, reasons, options, dissent and papers;
- *floor* (a bulk import) keeps all of these rules and nothing else of `lif`: see `floor`;
- stock's and raw's *tally* counts five numbers: recommendations made, answers that accept, duties
  still open, days overdue, and days of these that were explained. `lif` makes the whole view, with
  the shares of each body, answers, clocks, escalations and transfers, for any two times; the row
  is given twice, with its totals looked at, and with every table read to its last row.
"""

import argparse
import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain, count, islice
from multiprocessing import get_context
from pathlib import Path
from sqlite3 import Connection
from statistics import median
from tempfile import TemporaryDirectory
from threading import Barrier, Thread
from time import perf_counter, process_time
from typing import Any, NamedTuple, TypeAlias, TypeVar

import attrs
from attrs import define, field, frozen
from msgspec.structs import replace

from lif_core.aggregates import body
from lif_core.values.authority import Authority, Deliberation, Dissent, Paper
from tests.benchmarks import program, raw
from tests.benchmarks.floor import Floor
from tests.benchmarks.growth import length, tables_of
from tests.benchmarks.machine import machine, progress
from tests.benchmarks.program import (
    PROJECTIONS,
    Application,
    Command,
    Days,
    LifError,
    Request,
    connect,
    union,
)
from tests.benchmarks.program import recommendation as r
from tests.benchmarks.recommendations import LIFE, life, notified
from tests.benchmarks.stock import DEFAULT_SECTION, StockApplication
from tests.people import CHAIR, POLICY, day

T = TypeVar("T")
Row: TypeAlias = tuple[Any, str, int, str, bytes]
Outcome: TypeAlias = tuple[int | str, ...]
"""What a side came to: equal on every side."""


class Done(NamedTuple):
    """The *outcome* of a side, and how many entries it worked on in this round.

    `stored()`, untimed: of sides that store the same bytes, a digest of them.
    """

    outcome: Outcome
    work: int
    stored: Callable[[], str] | None = None


Side: TypeAlias = Callable[[], AbstractContextManager[Callable[[], Done]]]
"""Makes ready, untimed, and gives what is timed."""

LONG_LIFE = 100  # events of the one that is rebuilt
LONGEST_LIFE = 8_000  # events of the one that is compared with one of a hundred
PAGE = 5_000
THREADS = 32
SHORT_ROUNDS = 4  # of what takes a moment: for each round of what takes longer
REPEAT = 10  # times that it is done in each of them, one after the other
CLOCK = datetime(2018, 1, 1, 12, tzinfo=UTC)  # before all decisions, so explanations count in full
VALID = day("2022-01-01")
LIVES_ON = day("2018-12-01")  # when the long lives go on, a step at a time
BEGUN = {"review-wscb/scr-1": day("2017-12-01")}


# What stock and raw count


@define
class _Duty:
    due: date
    offered: list[Days] = field(factory=list)
    done: date | None = None


class Tally:
    """Five numbers of the accountability view, folded by the plainest means."""

    def __init__(self) -> None:
        self.issued = self.accepted = self.events = 0
        self.duties: dict[str, _Duty] = {}

    def add(self, event: Any) -> None:
        self.events += 1
        match type(event).__name__:
            case "RecommendationDelayExplained":
                offered = Days(event.on, event.until)
                self.duties[event.recommendation].offered.append(offered)
            case "DueDateChanged":
                duty, on = self.duties[event.recommendation], event.on
                duty.due = event.due
                duty.offered = [Days(e.start, min(e.end, on)) for e in duty.offered]
            case "RecommendationIssued":
                self.issued += 1
            case "RecommendationAccepted":
                self.accepted += 1
            case "RecommendationPlanned":
                self.duties[event.recommendation] = _Duty(event.due)
            case "RecommendationImplemented":
                self.duties[event.recommendation].done = event.on

    def done(self) -> Done:
        overdue = offered = 0
        for duty in self.duties.values():
            late = Days(duty.due, min(VALID, duty.done or VALID))
            overdue += late.count
            offered += sum(days.count for days in union(e.within(late) for e in duty.offered))
        still = sum(duty.done is None for duty in self.duties.values())
        return Done((self.issued, self.accepted, still, overdue, offered), self.events)


# The stores, and each side's turn at them


@frozen(kw_only=True)
class Stores:
    path: Path
    lif: Application
    stock: StockApplication
    raw: Connection


@contextmanager
def empty() -> Iterator[Stores]:
    """New files, gone at the end; `lif`'s begins with the review that all arises from."""
    with TemporaryDirectory(prefix="lif-compare-") as folder, ExitStack() as stack:
        path = Path(folder, "lif.db")
        lif = stack.enter_context(
            connect(f"sqlite:{path}", clock=lambda: CLOCK, readership=program.READS_ALL)
        )
        stock = stack.enter_context(StockApplication(Path(folder, "stock.db")))
        store = stack.enter_context(closing(raw.store(Path(folder, "raw.db"))))
        lif.handle(notified())
        yield Stores(path=path, lif=lif, stock=stock, raw=store)


def counted(number: int, stored: Callable[[], str] | None = None) -> Done:
    """Return that so many entries were worked on, and that no other figure is to be compared."""
    return Done((number,), number, stored)


def always(run: Callable[[], Done]) -> Side:
    return lambda: nullcontext(run)


def each(items: Iterator[T], run: Callable[[T], int]) -> Side:
    """The next few of the *items* every time."""

    def side() -> AbstractContextManager[Callable[[], Done]]:
        several = list(islice(items, REPEAT))
        return nullcontext(lambda: counted(sum(map(run, several))))

    return side


def repeated(run: Callable[[], int]) -> Side:
    """The same a few times every time."""
    return always(lambda: counted(sum(run() for _ in range(REPEAT))))


def fresh(run: Callable[[Stores], Done]) -> Side:
    """Empty stores every time."""

    @contextmanager
    def side() -> Iterator[Callable[[], Done]]:
        with empty() as stores:
            yield lambda: run(stores)

    return side


# The works


@frozen(kw_only=True)
class Goal:
    """That *above* takes at least (or *at_most*) so many *times* as long as *below*."""

    above: str
    below: str
    times: float | None = None
    at_most: bool = False


@frozen(kw_only=True)
class Work:
    """The same work by several *sides*, one of which is `lif`.

    *how*: afresh, kept or resumed. *wall*: by the clock on the wall. *short*: it takes a moment,
    and is done `REPEAT` times in a row, of which each counts.
    """

    name: str
    how: str
    events: int
    sides: Mapping[str, Side]
    goals: tuple[Goal, ...]
    wall: bool = False
    short: bool = False


def works(events: int, processes: int) -> Iterator[Work]:
    """One by one, on one set of stores: the commands of the first are in the log of the last."""
    lives = [life(number) for number in range(events // LIFE)]
    commands = list(chain.from_iterable(lives))
    with empty() as stores:
        long = life(len(lives), LONG_LIFE)
        stores.lif.handle_all([*commands, *long])
        stores.stock.handle_all([*commands, *long])
        rows = list(rows_of(stores.lif))
        raw.append(stores.raw, rows)
        gc.collect()
        gc.freeze()  # what was made to begin with is no concern of the collector's in any turn
        with empty() as aside:
            yield one_command(stores, aside.raw, len(lives) + 1, rows[: len(commands)])
        raw.append(stores.raw, list(rows_of(stores.lif, after=rows[-1][0])))
        yield group_commit()
        yield from imports(lives, rows[: len(commands)])
        yield long_streams(max(LONGEST_LIFE * events // 20_000, 2 * LONG_LIFE))
        yield rebuild(stores, f"wscb/r-{len(lives)}")
        yield from replays(stores, processes)
        gc.unfreeze()


def rows_of(app: Application, after: int = 1) -> Iterator[Row]:
    """Yield the rows of the log past the position *after*: without the review."""
    while page := program.rows(app, after=after, limit=PAGE):
        yield from page
        after = page[-1][0]


def one_command(stores: Stores, aside: Connection, number: int, rows: Sequence[Row]) -> Work:
    def commands() -> Iterator[Command]:
        return chain.from_iterable(map(life, count(number)))

    again = (
        [(None, f"{stream} again {turn}", place, topic, state)]
        for turn in count()
        for _, stream, place, topic, state in rows
    )
    return Work(
        name="one durable command",
        how="kept",
        events=1,
        sides={
            "lif": each(commands(), lambda command: len(stores.lif.handle(command))),
            "stock": each(commands(), stores.stock.handle),
            "raw": each(again, partial(raw.append, aside)),
        },
        goals=(Goal(above="stock", below="lif", times=2.8), Goal(above="raw", below="lif")),
        short=True,
    )


def group_commit() -> Work:
    """Each thread lives a life of its own: a command waits for the one before."""
    lives = [life(number) for number in range(THREADS)]
    return Work(
        name=f"commands from {THREADS} threads",
        how="kept",
        events=THREADS * LIFE,
        sides={
            "lif": in_threads(lives, lambda stores: lambda one: len(stores.lif.handle(one))),
            "stock": in_threads(lives, lambda stores: stores.stock.handle),
        },
        goals=(Goal(above="stock", below="lif", times=7),),
        wall=True,
    )


def in_threads(
    lives: Sequence[Sequence[Command]], handling: Callable[[Stores], Callable[[Command], int]]
) -> Side:
    """A thread a life, all started before the time is taken."""

    @contextmanager
    def side() -> Iterator[Callable[[], Done]]:
        with empty() as stores:
            handle, handled = handling(stores), [0] * len(lives)
            start = Barrier(len(lives) + 1)

            def live(number: int) -> None:
                start.wait()
                for command in lives[number]:
                    handled[number] += handle(command)

            threads = [Thread(target=live, args=(number,)) for number in range(len(lives))]
            for thread in threads:
                thread.start()

            def run() -> Done:
                start.wait()
                for thread in threads:
                    thread.join()
                return counted(sum(handled))

            yield run

    return side


def imports(lives: Sequence[Sequence[Command]], rows: Sequence[Any]) -> Iterator[Work]:
    commands = list(chain.from_iterable(lives))
    groups = [
        [
            Request(command=command, command_id=f"import-{number}-{step}")
            for step, command in enumerate(one)
        ]
        for number, one in enumerate(lives)
    ]
    others = {
        "stock": fresh(lambda stores: counted(stores.stock.handle_all(commands))),
        "raw": fresh(
            lambda stores: counted(raw.append(stores.raw, rows), lambda: raw.digest(stores.raw))
        ),
    }

    def floor(stores: Stores) -> Done:
        records = Floor(stores.raw, BEGUN).handle_all(commands, CLOCK)
        return counted(len(records), lambda: raw.digest(stores.raw))

    def lif(stores: Stores) -> Done:
        records = stores.lif.handle_all(commands)
        return counted(len(records), lambda: raw.digest_of(rows_of(stores.lif)))

    yield Work(
        name="bulk import, handle_all",
        how="afresh",
        events=len(rows),
        sides={"lif": fresh(lif), **others, "floor": fresh(floor)},
        goals=(
            Goal(above="lif", below="floor", times=1.4, at_most=True),
            Goal(above="stock", below="lif"),
            Goal(above="raw", below="lif"),
        ),
    )
    deliberated = list(deliberations(commands))
    extra = len(deliberated) - len(commands)  # the meetings themselves
    yield Work(
        name="bulk import with deliberations (beside those without)",
        how="afresh",
        events=len(rows),
        sides={
            "lif": fresh(lambda stores: counted(len(stores.lif.handle_all(deliberated)) - extra)),
            "without": fresh(lambda stores: counted(len(stores.lif.handle_all(commands)))),
        },
        goals=(Goal(above="lif", below="without", times=1.5, at_most=True),),
    )
    yield Work(
        name="bulk import with command ids (lif alone has them)",
        how="afresh",
        events=len(rows),
        sides={
            "lif": fresh(lambda stores: counted(_recorded(stores.lif.handle_each(groups)))),
            **others,
        },
        goals=(Goal(above="stock", below="lif", times=1.3), Goal(above="raw", below="lif")),
    )


def deliberations(commands: Sequence[Command]) -> Iterator[Command]:
    """Yield a meeting of each body, and the *commands* as decided there: with all that may be said
    of how a decision was come to.
    """
    first = min(command.on for command in commands)
    for ref in sorted({command.by.body for command in commands}):
        by = Authority(person="C. Clerk", role="clerk", body=ref)
        yield body.RecordMeeting(
            by=by, on=first, body=ref, meeting="m-1", required=(), present=(), quorate=True
        )
    command: Any
    for command in commands:
        has_reasons = any(field.name == "reasons" for field in attrs.fields(type(command)))
        deliberation = Deliberation(
            meeting="m-1",
            reasons=None if has_reasons else "Three agencies had said so.",
            options=("Do it", "Do not"),
            dissent=(Dissent(body="wsb/police", reasons="Too soon."),),
            papers=(Paper(title="The chronology"),),
        )
        yield attrs.evolve(command, by=replace(command.by, deliberation=deliberation))


def _recorded(outcomes: Sequence[Sequence[object] | LifError]) -> int:
    for outcome in outcomes:
        if isinstance(outcome, LifError):
            raise outcome
    return sum(len(outcome) for outcome in outcomes if not isinstance(outcome, LifError))


def long_streams(longest: int) -> Work:
    """One more explanation of a delay, or its acceptance, in a stream of so many entries and in
    one of a hundred.
    """
    app = connect("memory:", clock=lambda: CLOCK, readership=program.READS_ALL)
    app.handle(notified())
    steps = {"lif": longest, "short": LONG_LIFE}
    for ref, entries in steps.items():
        issue, accept, plan, *_ = life(0, ref=f"wscb/{ref}")
        later = (_delayed(ref, step) for step in range(entries - 3))
        app.handle_all([issue, accept, plan, *later])

    def commands(ref: str) -> Iterator[Command]:
        return (_delayed(ref, step) for step in count(steps[ref] - 3))

    return Work(
        name=f"one command in a stream of {longest:,} entries (short: of {LONG_LIFE})",
        how="kept",
        events=1,
        sides={
            ref: each(commands(ref), lambda command: len(app.handle(command))) for ref in steps
        },
        goals=(Goal(above="lif", below="short", times=1.3, at_most=True),),
        short=True,
    )


def _delayed(ref: str, step: int) -> Command:
    """Return an explanation of a delay or, every third time, that the last but one is accepted."""
    if step % 3 == 2:
        return r.AcceptRecommendationExplanation(
            by=CHAIR,
            on=LIVES_ON,
            recommendation=f"wscb/{ref}",
            explanation=f"week-{step - 2}",
        )
    return r.ExplainRecommendationDelay(
        by=POLICY,
        on=LIVES_ON,
        recommendation=f"wscb/{ref}",
        explanation=f"week-{step}",
        reasons=f"Waiting for the guidance, week {step}.",
        until=LIVES_ON + timedelta(14),
    )


def rebuild(stores: Stores, ref: str) -> Work:
    stream = f"recommendation-{ref}"
    where = "WHERE stream = ? ORDER BY stream_position"
    return Work(
        name="rebuild an aggregate",
        how="afresh",
        events=LONG_LIFE,
        sides={
            "lif": repeated(lambda: program.rebuild(stores.lif, stream)),
            "stock": repeated(lambda: stores.stock.load(ref).version),
            "raw": repeated(lambda: length(raw.read(stores.raw, where, stream))),
        },
        goals=(Goal(above="stock", below="lif", times=8), Goal(above="raw", below="lif")),
        short=True,
    )


def replays(stores: Stores, processes: int) -> Iterator[Work]:
    events = stores.stock.recorder.max_notification_id() or 0

    def raw_log() -> Iterator[Any]:
        return raw.read(stores.raw, "ORDER BY position")

    for size, times in ((PAGE, 3.4), (DEFAULT_SECTION, None)):
        stock = partial(stores.stock.replay, size)
        yield Work(
            name=f"full log, records (stock: sections of {size})",
            how="afresh",
            events=events,
            sides={
                "lif": always(lambda: counted(length(stores.lif.history(after=1)))),
                "stock": always(lambda stock=stock: counted(length(stock()))),  # type: ignore[misc]
                "raw": always(lambda: counted(length(raw_log()))),
            },
            goals=(Goal(above="stock", below="lif", times=times), Goal(above="raw", below="lif")),
        )
    tallies = {
        "stock": always(lambda: tallied(stores.stock.replay(PAGE))),
        "raw": always(lambda: tallied(raw_log())),
    }
    for looked_at, tables in (("its totals", False), ("every table read", True)):
        yield Work(
            name=f"full log, accountability, {looked_at} (others: five numbers)",
            how="afresh",
            events=events,
            sides={"lif": accountable(stores.path, tables=tables), **tallies},
            goals=(
                Goal(above="stock", below="lif", times=None if tables else 1.4),
                Goal(above="raw", below="lif"),
            ),
        )
    yield Work(
        name="full log, verified (raw: hashed alone)",
        how="afresh",
        events=events + 1,  # the review as well
        sides={
            "lif": always(lambda: counted(program.verified(stores.lif)[0])),
            "raw": always(lambda: counted(raw.hashed(stores.path)[0])),
        },
        goals=(Goal(above="raw", below="lif"),),
    )
    if processes > 1:
        yield Work(
            name=f"full log, accountability, in {processes} processes (one: in one)",
            how="afresh",
            events=events,
            sides={
                "lif": apart(stores.path, processes, events),
                "one": accountable(stores.path, tables=False),
            },
            goals=(Goal(above="one", below="lif", times=1.6),),
            wall=True,
        )


def tallied(events: Iterable[Any]) -> Done:
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally.done()


def accountable(path: Path, *, tables: bool) -> Side:
    """A new application every time, over a store in which no view was ever saved."""
    frameworks = program.load_frameworks()

    @contextmanager
    def side() -> Iterator[Callable[[], Done]]:
        app, recorder = program.open_counted(path, lambda: CLOCK, frameworks)
        with app:
            yield lambda: looked_at(app, recorder, tables=tables)

    return side


def looked_at(app: Application, recorder: program.Counted, *, tables: bool) -> Done:
    """Return the five numbers of the accountability view, and how many entries it read."""
    before = recorder.rows_read
    view = app.view(PROJECTIONS["accountability"], valid=VALID)
    outcome = five_numbers(view)
    if tables:
        for table in tables_of(view).values():
            length(table)
    return Done(outcome, recorder.rows_read - before)


def five_numbers(view: Any) -> Outcome:
    totals = view.totals
    return (
        totals.recommendations,
        totals.accepted,
        totals.duties_open,
        totals.days_overdue_so_far,
        totals.offered,
    )


def apart(path: Path, processes: int, events: int) -> Side:
    """As `accountable`, in processes that have begun; what they read is taken to be all of it."""

    @contextmanager
    def side() -> Iterator[Callable[[], Done]]:
        with (
            ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
            connect(f"sqlite:{path}", clock=lambda: CLOCK, readership=program.READS_ALL) as app,
        ):
            list(pool.map(program.warm_up, range(4 * processes)))
            view = PROJECTIONS["accountability"]
            yield lambda: Done(five_numbers(app.view(view, valid=VALID, executor=pool)), events)

    return side


# The table


@frozen(kw_only=True)
class Line:
    """Of one work: median seconds of each side, how they compare, and what all of them came to."""

    work: str
    how: str
    clock: str
    events: int
    seconds: Mapping[str, float]
    ratios: Mapping[str, float]
    goals: Mapping[str, str]
    outcome: Outcome


def measure(work: Work, rounds: int) -> Line:
    """Return what the sides of *work* take, turn by turn, *rounds* times after a first one.

    The first one is not counted: in it the code of every side warms up.

    Raises:
        RuntimeError: they came to different outcomes, or one did not do the work, so that their
            times do not compare.
    """
    taken: dict[str, list[float]] = {name: [] for name in work.sides}
    rounds *= SHORT_ROUNDS if work.short else 1
    for turn in range(rounds + 1):
        progress(f"{work.name}: round {turn} of {rounds}")
        done: dict[str, Done] = {}
        for name in list(work.sides)[:: -1 if turn % 2 else 1]:
            seconds, done[name] = timed(work.sides[name], wall=work.wall)
            taken[name].append(seconds / (REPEAT if work.short else 1))
        refuse_flattery(work, done)
    progress("")
    seconds_of = {name: median(found[1:]) for name, found in taken.items()}
    return Line(
        work=work.name,
        how=work.how,
        clock="wall" if work.wall else "cpu",
        events=work.events,
        seconds=seconds_of,
        ratios={
            f"{goal.above} / {goal.below}": seconds_of[goal.above] / seconds_of[goal.below]
            for goal in work.goals
        },
        goals={
            f"{goal.above} / {goal.below}": f"{'<=' if goal.at_most else '>='} {goal.times}"
            for goal in work.goals
            if goal.times is not None
        },
        outcome=done["lif"].outcome,
    )


def refuse_flattery(work: Work, done: Mapping[str, Done]) -> None:
    """Raise `RuntimeError` where the sides differ, or where one did less than *work* is about."""
    outcomes = {name: side.outcome for name, side in done.items()}
    digests = {name: side.stored() for name, side in done.items() if side.stored}
    if len(set(outcomes.values())) > 1 or len(set(digests.values())) > 1:
        raise RuntimeError(f"{work.name}: not the same work: {outcomes}, {digests}")
    entries = work.events * (REPEAT if work.short else 1)
    for name, side in done.items():
        if side.work < entries:
            problem = f"{name} worked on {side.work} entries of {entries}"
            raise RuntimeError(f"{work.name}: no work was done: {problem}")


def timed(side: Side, *, wall: bool = False) -> tuple[float, Done]:
    """Return how long *side* takes, and what it came to."""
    clock = perf_counter if wall else process_time
    with side() as run:
        gc.collect()  # nobody pays for what another left
        start = clock()
        done = run()
        seconds = clock() - start
        if done.stored is not None:
            digest = done.stored()  # while its store is open
            done = done._replace(stored=lambda: digest)
    return seconds, done


def table(lines: Iterable[Line]) -> str:
    """In Markdown; behind each ratio its goal."""
    lines = list(lines)
    names = list(dict.fromkeys(name for line in lines for name in line.seconds))
    head = ("work", "begun", "clock", "entries", *names, "ratios")
    cells = [
        (
            line.work,
            line.how,
            line.clock,
            f"{line.events:,}",
            *(_time(line.seconds[name]) if name in line.seconds else "" for name in names),
            "; ".join(
                f"{pair} {ratio:.2f}" + (f" ({line.goals[pair]})" if pair in line.goals else "")
                for pair, ratio in line.ratios.items()
            ),
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    rows = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} us" if seconds < 0.01 else f"{seconds * 1e3:,.0f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare")
    parser.add_argument("--events", type=int, default=20_000, help="in the log (default 20,000)")
    parser.add_argument("--rounds", type=int, default=5, help="of each work (default 5)")
    parser.add_argument(
        "--processes", type=int, default=1, help="make a view in so many as well (default 1)"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args(arguments)
    if asked.events < LIFE or asked.rounds < 1:
        parser.error(f"at least {LIFE} events, and one round")
    lines = [measure(work, asked.rounds) for work in works(asked.events, asked.processes)]
    facts = {**machine(), "events": asked.events, "rounds": asked.rounds}
    if asked.format == "json":
        print(json.dumps({**facts, "rows": [attrs.asdict(line) for line in lines]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in facts.items()), end="\n\n")
        print(table(lines))


if __name__ == "__main__":
    main()
