"""The benchmark table: `lif` beside stock `eventsourcing`, and beside SQLite and `msgspec` alone.

`python -m tests.benchmarks.compare [--events N] [--rounds R] [--format table|json]`

All sides do the same work on the same commands, in one process, turn by turn, and must come to
the same outcome; a row gives medians. Each keeps its log in one SQLite file (WAL, synchronous
FULL) in the directory for temporary files: set `TMPDIR` to choose the disk. `lif` does more than
the others: it checks references, rights and checksums, and in one row command ids.
"""

import argparse
import gc
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from itertools import chain, count
from operator import attrgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, TypeAlias, TypeVar, cast

import attrs
import msgspec
from attrs import define, field, frozen
from eventsourcing.application import Application as EventsourcingApplication
from eventsourcing.application import LocalNotificationLog
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.domain import MetaDomainEvent as FrozenDataclass
from eventsourcing.persistence import JSONTranscoder, Transcoding

from lif_adapters.wiring import connect
from lif_core import recommendation as r
from lif_core.authority import Authority
from lif_core.commands.application import Application
from lif_core.corrections import corrected
from lif_core.errors import LifError, RefusedError
from lif_core.items.days import Days, Explained, count_within, union
from lif_core.log.mapper import Envelope
from lif_core.log.recorder import Row, pages
from lif_core.log.requests import Request
from lif_core.log.streams import load_stream
from lif_core.messages import Command
from lif_core.review import NotifyCase
from lif_core.views.accountability.view import accountability
from tests.people import CHAIR, POLICY, QUALITY, day

T = TypeVar("T")
Outcome: TypeAlias = tuple[int, ...]
"""How many events a side stored or read, or what it counted in them: equal on every side."""

Side: TypeAlias = Callable[[], AbstractContextManager[Callable[[], Outcome]]]
"""Makes ready, untimed, and gives what is timed."""

LIFE = 10  # events of a recommendation
LONG_LIFE = 100  # events of the one that is rebuilt
PAGE = 5_000
SHORT_ROUNDS = 40  # of what takes a moment: for each round of what takes longer
CLOCK = datetime(2018, 1, 1, 12, tzinfo=UTC)  # before all decisions, so explanations count in full
VALID = day("2022-01-01")


# The work: commands, each of which leads to one event


def notified() -> NotifyCase:
    """The review that the recommendations arise from, and which only `lif` looks for."""
    opened = day("2017-12-01")
    return NotifyCase(
        by=CHAIR, on=opened, review="wscb/scr-1", kind="scr", subject="Child K", aware=opened
    )


def life(number: int, length: int = LIFE) -> list[Command]:
    """All that happens to the recommendation of this *number*; every other one is implemented."""
    ref = f"wscb/r-{number}"
    days = [day("2018-02-01") + timedelta(number % 100 + 2 * step) for step in range(length)]
    issue = r.IssueRecommendation(
        by=CHAIR,
        on=days[0],
        recommendation=ref,
        source="review-wscb/scr-1",
        text="Review the pre-birth procedure, and see that every team uses it.",
        addressed=("wsb/lpp", "wsb/jld"),
    )
    accept = r.AcceptRecommendation(by=POLICY, on=days[1], recommendation=ref)
    plan = r.PlanRecommendation(
        by=QUALITY,
        on=days[2],
        recommendation=ref,
        owner="wsb/lpp",
        due=days[2] + timedelta(3),
        action="Rewrite the procedure; brief all teams; audit it in the spring.",
    )
    late = [_late(ref, on, step) for step, on in enumerate(days[3:-1])]
    end = _late(ref, days[-1], 0)
    if number % 2:
        end = r.ImplementRecommendation(
            by=POLICY, on=days[-1], recommendation=ref, evidence="Published on the board's site."
        )
    return [issue, accept, plan, *late, end]


def _late(ref: str, on: date, step: int) -> Command:
    if step % 2:
        return r.ChangeDueDate(
            by=QUALITY,
            on=on,
            recommendation=ref,
            due=on + timedelta(3),
            reasons="Agreed, once the audit was moved.",
        )
    return r.ExplainRecommendationDelay(
        by=POLICY,
        on=on,
        recommendation=ref,
        reasons="Waiting for the national guidance.",
        until=on + timedelta(14),
    )


@define
class _Duty:
    due: date
    explained: list[Explained] = field(factory=list)
    done: date | None = None


class Tally:
    """What the accountability view counts of these events, folded by the plainest means."""

    def __init__(self) -> None:
        self.issued = self.accepted = 0
        self.duties: dict[str, _Duty] = {}

    def add(self, event: Any) -> None:
        match type(event).__name__:
            case "RecommendationDelayExplained":
                explained = Explained(since=event.on, until=event.until)
                self.duties[event.recommendation].explained.append(explained)
            case "DueDateChanged":
                duty, on = self.duties[event.recommendation], event.on
                duty.due = event.due
                duty.explained = [
                    Explained(since=e.since, until=min(e.until or on, on)) for e in duty.explained
                ]
            case "RecommendationIssued":
                self.issued += 1
            case "RecommendationAccepted":
                self.accepted += 1
            case "RecommendationPlanned":
                self.duties[event.recommendation] = _Duty(event.due)
            case "RecommendationImplemented":
                self.duties[event.recommendation].done = event.on

    def outcome(self) -> Outcome:
        overdue = explained = 0
        for duty in self.duties.values():
            late = Days(duty.due, min(VALID, duty.done or VALID))
            overdue += late.count
            explained += count_within(union(e.within(late) for e in duty.explained), late)
        still = sum(duty.done is None for duty in self.duties.values())
        return (self.issued, self.accepted, still, overdue, explained)


# Stock: an aggregate and an application, as its documentation writes them, with string ids


def _fields_of(command: type[Command]) -> dict[str, Any]:
    """The annotations of a command's event; those of `StockEvent` are there already."""
    return {
        one.name: one.type
        for one in attrs.fields(cast("type[attrs.AttrsInstance]", command))
        if one.name not in StockEvent.__annotations__
    }


class StockEvent(CanMutateAggregate[str], metaclass=FrozenDataclass):
    originator_id: str
    originator_version: int
    timestamp: datetime
    by: Authority
    on: date
    recommendation: str


class RecommendationIssued(CanInitAggregate[str], StockEvent):
    __annotations__ = {"originator_topic": str, **_fields_of(r.IssueRecommendation)}


class RecommendationAccepted(StockEvent):
    __annotations__ = _fields_of(r.AcceptRecommendation)

    def apply(self, aggregate: "StockRecommendation") -> None:
        aggregate.answers[self.by.body] = self
        aggregate.status = r.Status.ACCEPTED


class RecommendationPlanned(StockEvent):
    __annotations__ = _fields_of(r.PlanRecommendation)

    def apply(self: Any, aggregate: "StockRecommendation") -> None:
        aggregate.status = r.Status.PLANNED
        aggregate.owner = self.owner
        aggregate.due = self.due


class DueDateChanged(StockEvent):
    __annotations__ = _fields_of(r.ChangeDueDate)

    def apply(self: Any, aggregate: "StockRecommendation") -> None:
        aggregate.due = self.due


class RecommendationDelayExplained(StockEvent):
    __annotations__ = _fields_of(r.ExplainRecommendationDelay)


class RecommendationImplemented(StockEvent):
    __annotations__ = _fields_of(r.ImplementRecommendation)

    def apply(self, aggregate: "StockRecommendation") -> None:
        aggregate.status = r.Status.IMPLEMENTED


class StockRecommendation(BaseAggregate[str]):
    def __init__(self, addressed: Sequence[str]) -> None:
        self.addressed = addressed
        self.status = r.Status.PROPOSED
        self.answers: dict[str, RecommendationAccepted] = {}
        self.owner: str | None = None
        self.due: date | None = None

    @classmethod
    def issue(cls, command: r.IssueRecommendation) -> "StockRecommendation":
        _unless(bool(command.addressed), "addressed-to-nobody")
        return cls._create(
            RecommendationIssued, id=_stream(command.recommendation), **_fields(command)
        )

    def decide(self, command: Command) -> None:
        """The rules of `lif`'s aggregate; as there, one event comes of it or an error."""
        owed = self.status is r.Status.PLANNED
        match command:
            case r.AcceptRecommendation(by=by):
                _unless(by.body in self.addressed, "not-addressed")
                _unless(by.body not in self.answers, "answered-already")
                kind: type[StockEvent] = RecommendationAccepted
            case r.PlanRecommendation(on=on, due=due):
                _unless(self.status is r.Status.ACCEPTED, "not-accepted")
                _unless(due >= on, "due-in-the-past")
                kind = RecommendationPlanned
            case r.ChangeDueDate(on=on, due=due):
                _unless(owed, "not-owed")
                _unless(due >= on and due != self.due, "due-in-the-past")
                kind = DueDateChanged
            case r.ExplainRecommendationDelay(by=by, on=on, until=until):
                _unless(owed and by.body == self.owner, "owner-only")
                _unless(until is None or until > on, "explanation-ended")
                kind = RecommendationDelayExplained
            case r.ImplementRecommendation(by=by):
                _unless(owed and by.body == self.owner, "owner-only")
                kind = RecommendationImplemented
            case _:
                raise TypeError(command)
        self.trigger_event(kind, **_fields(command))


def _unless(allowed: bool, rule: str) -> None:
    if not allowed:
        raise RefusedError(f"recommendation.{rule}")


def _stream(ref: str) -> str:
    return f"recommendation-{ref}"


_NAMES: dict[type, tuple[str, ...]] = {}


def _fields(command: Command) -> dict[str, Any]:
    cls = type(command)
    if cls not in _NAMES:
        _NAMES[cls] = tuple(
            one.name for one in attrs.fields(cast("type[attrs.AttrsInstance]", cls))
        )
    names = _NAMES[cls]
    return dict(zip(names, attrgetter(*names)(command), strict=True))


class _DateAsText(Transcoding):
    type = date
    name = "date"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class _AuthorityAsDict(Transcoding):
    type = Authority
    name = "authority"

    def encode(self, obj: Authority) -> dict[str, str | None]:
        return {
            "person": obj.person,
            "role": obj.role,
            "body": obj.body,
            "meeting": obj.meeting,
        }

    def decode(self, data: dict[str, Any]) -> Authority:
        return Authority(**data)


class StockApplication(EventsourcingApplication[str]):
    def __init__(self, path: Path) -> None:
        super().__init__(
            {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(path),
                "ORIGINATOR_ID_TYPE": "text",
            }
        )

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(_DateAsText())
        transcoder.register(_AuthorityAsDict())

    def handle(self, command: Command) -> int:
        if isinstance(command, r.IssueRecommendation):
            found = StockRecommendation.issue(command)
        else:
            found = self.load(cast("r.AcceptRecommendation", command).recommendation)
            found.decide(command)
        return len(self.save(found))

    def handle_all(self, commands: Sequence[Command]) -> int:
        """As the documentation has it: many aggregates, one `save`."""
        changed: dict[str, StockRecommendation] = {}
        for command in commands:
            if isinstance(command, r.IssueRecommendation):
                changed[command.recommendation] = StockRecommendation.issue(command)
            else:
                changed[cast("r.AcceptRecommendation", command).recommendation].decide(command)
        return len(self.save(*changed.values()))

    def load(self, ref: str) -> StockRecommendation:
        found: StockRecommendation = self.repository.get(_stream(ref))
        return found

    def replay(self, section_size: int) -> Iterator[StockEvent]:
        log = LocalNotificationLog(self.recorder, section_size)
        start = 1
        while section := log.select(start, section_size):
            for notification in section:
                yield cast("StockEvent", self.mapper.to_domain_event(notification))
            start = section[-1].id + 1


# Raw: SQLite and `msgspec` alone, on the bytes that `lif` stores


def raw_store(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute(
        "CREATE TABLE log (position INTEGER PRIMARY KEY, stream TEXT, stream_position INTEGER,"
        " topic TEXT, state BLOB, UNIQUE (stream, stream_position))"
    )
    return raw


def raw_append(raw: sqlite3.Connection, rows: Sequence[Row]) -> int:
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", rows)
    raw.execute("COMMIT")
    return len(rows)


def _struct(cls: type) -> type[msgspec.Struct]:
    members = [
        (
            one.name,
            _struct(Authority) if one.type is Authority else one.type,
            *(() if one.default is attrs.NOTHING else (one.default,)),
        )
        for one in attrs.fields(cls)
    ]
    return msgspec.defstruct(cls.__name__, members, kw_only=True)


RAW_DECODERS: dict[str, Callable[[bytes], Envelope[Any]]] = {
    f"{cls.__name__}.v1": msgspec.json.Decoder(Envelope[_struct(cls)]).decode  # type: ignore[misc]
    for cls in r.decider.event_types
}


def raw_read(raw: sqlite3.Connection, where: str, *params: str) -> Iterator[Any]:
    for topic, state in raw.execute(f"SELECT topic, state FROM log {where}", params):
        yield RAW_DECODERS[topic](state).event


# The stores, and each side's turn at them


@frozen(kw_only=True)
class Stores:
    lif: Application
    stock: StockApplication
    raw: sqlite3.Connection


@contextmanager
def empty() -> Iterator[Stores]:
    """New files, gone at the end; `lif`'s begins with the review that all arises from."""
    with TemporaryDirectory(prefix="lif-compare-") as folder, ExitStack() as stack:
        lif = stack.enter_context(connect(f"sqlite:{folder}/lif.db", clock=lambda: CLOCK))
        stock = stack.enter_context(StockApplication(Path(folder, "stock.db")))
        raw = stack.enter_context(closing(raw_store(Path(folder, "raw.db"))))
        lif.handle(notified())
        yield Stores(lif=lif, stock=stock, raw=raw)


def always(run: Callable[[], Outcome]) -> Side:
    return lambda: nullcontext(run)


def each(items: Iterator[T], run: Callable[[T], int]) -> Side:
    """The next of the *items* every time."""

    def side() -> AbstractContextManager[Callable[[], Outcome]]:
        item = next(items)
        return nullcontext(lambda: (run(item),))

    return side


def fresh(run: Callable[[Stores], int]) -> Side:
    """Empty stores every time."""

    @contextmanager
    def side() -> Iterator[Callable[[], Outcome]]:
        with empty() as stores:
            yield lambda: (run(stores),)

    return side


# The works


@frozen(kw_only=True)
class Work:
    """*stock_target* and *raw_target*: how often as fast, and which share (DESIGN, speed)."""

    name: str
    events: int
    lif: Side
    stock: Side
    raw: Side
    stock_target: float | None = None
    raw_target: float | None = None
    short: bool = False


def works(events: int) -> Iterator[Work]:
    """One by one, on one set of stores: the commands of the first are in the log of the last."""
    lives = [life(number) for number in range(events // LIFE)]
    commands = list(chain.from_iterable(lives))
    with empty() as stores:
        long = life(len(lives), LONG_LIFE)
        stores.lif.handle_all([*commands, *long])
        stores.stock.handle_all([*commands, *long])
        rows = list(chain.from_iterable(pages(stores.lif.recorder, after=1)))
        raw_append(stores.raw, rows)
        gc.collect()
        gc.freeze()  # what was made to begin with is no concern of the collector's in any turn
        yield one_command(stores, len(lives) + 1, rows[-1][0])
        yield from imports(lives, rows[: len(commands)])
        yield rebuild(stores, f"wscb/r-{len(lives)}")
        yield from replays(stores)
        gc.unfreeze()


def one_command(stores: Stores, number: int, position: int) -> Work:
    def commands() -> Iterator[Command]:
        return chain.from_iterable(map(life, count(number)))

    recorded = (stores.lif.recorder.rows(after=after, limit=1) for after in count(position))
    return Work(
        name="one durable command",
        events=1,
        lif=each(commands(), lambda command: len(stores.lif.handle(command))),
        stock=each(commands(), stores.stock.handle),
        raw=each(recorded, partial(raw_append, stores.raw)),
        stock_target=2.8,
        raw_target=0.9,
        short=True,
    )


def imports(lives: Sequence[Sequence[Command]], rows: Sequence[Row]) -> Iterator[Work]:
    commands = list(chain.from_iterable(lives))
    groups = [
        [
            Request(command=command, command_id=f"import-{number}-{step}")
            for step, command in enumerate(one)
        ]
        for number, one in enumerate(lives)
    ]
    ways: dict[str, Callable[[Stores], int]] = {
        "bulk import, handle_all": lambda stores: len(stores.lif.handle_all(commands)),
        "bulk import, handle_each with command ids": lambda stores: _recorded(
            stores.lif.handle_each(groups)
        ),
    }
    for name, way in ways.items():
        yield Work(
            name=name,
            events=len(rows),
            lif=fresh(way),
            stock=fresh(lambda stores: stores.stock.handle_all(commands)),
            raw=fresh(lambda stores: raw_append(stores.raw, rows)),
            stock_target=5,
            raw_target=0.6,
        )


def _recorded(outcomes: Sequence[Sequence[object] | LifError]) -> int:
    for outcome in outcomes:
        if isinstance(outcome, LifError):
            raise outcome
    return sum(len(outcome) for outcome in outcomes if not isinstance(outcome, LifError))


def rebuild(stores: Stores, ref: str) -> Work:
    stream = _stream(ref)
    app, decider = stores.lif, stores.lif.mapper.registry.categories["recommendation"]

    def lif() -> Outcome:
        records = corrected(load_stream(app.recorder, app.mapper, stream))
        decider.fold(record.event for record in records)
        return (len(records),)

    def raw() -> Outcome:
        where = "WHERE stream = ? ORDER BY stream_position"
        return (len(list(raw_read(stores.raw, where, stream))),)

    return Work(
        name="rebuild an aggregate",
        events=LONG_LIFE,
        lif=always(lif),
        stock=always(lambda: (stores.stock.load(ref).version,)),
        raw=always(raw),
        stock_target=13,
        raw_target=0.7,
        short=True,
    )


def replays(stores: Stores) -> Iterator[Work]:
    events = stores.stock.recorder.max_notification_id() or 0
    for size in (PAGE, LocalNotificationLog.DEFAULT_SECTION_SIZE):
        stock = partial(stores.stock.replay, size)
        yield Work(
            name=f"full log, typed records (stock: sections of {size})",
            events=events,
            lif=always(lambda: (_length(stores.lif.history(after=1)),)),
            stock=always(lambda stock=stock: (_length(stock()),)),  # type: ignore[misc]
            raw=always(lambda: (_length(raw_read(stores.raw, "ORDER BY position")),)),
        )
        yield Work(
            name=f"full log, accountability (stock: sections of {size})",
            events=events,
            lif=always(partial(accounted, stores.lif)),
            stock=always(lambda stock=stock: tallied(stock())),  # type: ignore[misc]
            raw=always(lambda: tallied(raw_read(stores.raw, "ORDER BY position"))),
            stock_target=6,
            raw_target=0.8,
        )


def _length(items: Iterable[object]) -> int:
    return sum(1 for _ in items)


def accounted(app: Application) -> Outcome:
    found = app.view(accountability, valid=VALID).totals
    return (
        found.recommendations,
        found.accepted,
        found.duties_open,
        found.overdue,
        found.explained,
    )


def tallied(events: Iterable[Any]) -> Outcome:
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally.outcome()


# The table


@frozen(kw_only=True)
class Line:
    """Of one work: median seconds of each side, and what all of them came to."""

    work: str
    events: int
    lif: float
    stock: float
    raw: float
    ratio_to_stock: float
    stock_target: float | None
    share_of_raw: float
    raw_target: float | None
    outcome: Outcome


def measure(work: Work, rounds: int) -> Line:
    """All sides in turn, *rounds* times.

    Raises:
        RuntimeError: they came to different outcomes, so their times do not compare.
    """
    sides = {"lif": work.lif, "stock": work.stock, "raw": work.raw}
    taken: dict[str, list[float]] = {name: [] for name in sides}
    outcomes: dict[str, Outcome] = {}
    rounds *= SHORT_ROUNDS if work.short else 1
    for turn in range(rounds):
        progress(f"{work.name}: round {turn + 1} of {rounds}")
        for name, side in sides.items():
            seconds, outcomes[name] = timed(side)
            taken[name].append(seconds)
        if len(set(outcomes.values())) > 1:
            raise RuntimeError(f"{work.name}: not the same work: {outcomes}")
    progress("")
    lif, stock, raw = (median(taken[name]) for name in sides)
    return Line(
        work=work.name,
        events=work.events,
        lif=lif,
        stock=stock,
        raw=raw,
        ratio_to_stock=stock / lif,
        stock_target=work.stock_target,
        share_of_raw=raw / lif,
        raw_target=work.raw_target,
        outcome=outcomes["lif"],
    )


def timed(side: Side) -> tuple[float, Outcome]:
    with side() as run:
        gc.collect()  # nobody pays for what another left
        start = perf_counter()
        outcome = run()
        return perf_counter() - start, outcome


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "eventsourcing": version("eventsourcing"),
        "msgspec": version("msgspec"),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
    }


def table(lines: Iterable[Line]) -> str:
    """In Markdown; behind each ratio its target."""
    head = ("work", "events", "lif", "stock", "raw", "stock / lif", "raw / lif")
    cells = [
        (
            line.work,
            f"{line.events:,}",
            *(_time(seconds) for seconds in (line.lif, line.stock, line.raw)),
            _against(f"{line.ratio_to_stock:.1f}x", line.stock_target),
            _against(f"{line.share_of_raw:.2f}", line.raw_target),
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    rows = [head, tuple("-" * width for width in widths), *cells]
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:,.0f} us" if seconds < 0.01 else f"{seconds * 1e3:,.0f} ms"


def _against(ratio: str, target: float | None) -> str:
    return ratio if target is None else f"{ratio} (>= {target})"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare")
    parser.add_argument("--events", type=int, default=20_000, help="in the log (default 20,000)")
    parser.add_argument("--rounds", type=int, default=5, help="of each work (default 5)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    asked = parser.parse_args(arguments)
    if asked.events < LIFE or asked.rounds < 1:
        parser.error(f"at least {LIFE} events, and one round")
    lines = [measure(work, asked.rounds) for work in works(asked.events)]
    facts = {**machine(), "events": asked.events, "rounds": asked.rounds}
    if asked.format == "json":
        print(json.dumps({**facts, "rows": [attrs.asdict(line) for line in lines]}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in facts.items()), end="\n\n")
        print(table(lines))


if __name__ == "__main__":
    main()
