"""Which sources of learning are used, and how regularly (framework §1.3, §2.6).

The periods are the 12 months up to the day asked, all time, and each calendar year (January to
December, not the financial year). The view holds counts by kind and no reference, but small ones
stand as they are: it is for the boards. What the public may read of deaths is in `child-deaths`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import audit
from lif_core.framework import Framework, Frameworks, Source
from lif_core.items.boards import boards_of
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.record import Record
from lif_core.review import Review, ReviewEvent
from lif_core.review import evolve as review_evolve
from lif_core.working_days import add_months

MONTHS = 12
WORK = (
    audit.FileGraded,
    audit.SelfEvaluationSubmitted,
    audit.TrainingReported,
    audit.ImprovementChecked,
    audit.AuditConcluded,
)


@frozen(kw_only=True)
class Audited:
    """An audit, and the first day of work on it."""

    state: audit.Audit | None = None
    worked: date | None = None


Item: TypeAlias = Review | Audited


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, ReviewEvent):
        return (f"review-{event.review}",)
    return (f"audit-{event.audit}",) if isinstance(event, audit.AuditEvent) else ()


def evolve(item: object, record: Record) -> Item:
    event = record.event
    if isinstance(event, ReviewEvent):
        return review_evolve(item_as(Review, item), event)
    assert isinstance(event, audit.AuditEvent)
    known = item_as(Audited, item) or Audited()
    worked = known.worked or (event.on if isinstance(event, WORK) else None)
    return Audited(state=audit.evolve(known.state, event), worked=worked)


# What was looked at


@frozen(kw_only=True)
class Looked:
    """A review or an audit, of the *source* that the framework in force when it began says.

    *held*: a case that was notified is first decided on; an audit is held from the first day of
    work on it. *concluded*: its report was accepted, it was concluded, or it was held and closed.
    """

    stream: str
    kind: str
    boards: tuple[str, ...]
    framework: Framework
    source: Source | None
    begun: date
    held: date | None
    concluded: date | None

    @property
    def days(self) -> tuple[date | None, date | None, date | None]:
        """When it was begun, held and concluded."""
        return self.begun, self.held, self.concluded


def looked_at(items: Mapping[str, object], frameworks: Frameworks) -> Iterator[Looked]:
    """Each review and audit among *items*, by their streams, unless what began it is void."""
    for stream, item in items.items():
        match item:
            case Review(begun=begun) if begun is not None:
                accepted, closed = item.accepted, item.closed if item.held else None
                ended = accepted or closed
                concluded, named, held = ended.on if ended else None, begun.boards, item.held
                ref, kind, on = begun.review, begun.kind, begun.on
            case Audited(state=audit.Audit(planned=planned, concluded=done)) if planned:
                concluded, named, held = done.on if done else None, (), item.worked
                ref, kind, on = planned.audit, planned.kind, planned.on
            case _:
                continue
        framework = frameworks.governing(ref, on)
        yield Looked(
            stream=stream,
            kind=kind,
            boards=boards_of(ref, named, framework),
            framework=framework,
            source=framework.source_of(kind),
            begun=on,
            held=held,
            concluded=concluded,
        )


# The view


@frozen(kw_only=True)
class SourceRow:
    """How often a board used a source in a period: so many were begun, held and concluded in it.

    *first* and *last* are the days in the period on which one was. *used*: any was.
    An empty *source* stands for kinds that belong to none.
    """

    board: str
    source: str
    name: str
    begun: int
    held: int
    concluded: int
    first: date | None
    last: date | None
    used: bool


@frozen(kw_only=True)
class KindRow:
    """The same of one *kind*, of all time; *lately*: it was used in the last 12 months."""

    board: str
    source: str
    kind: str
    begun: int
    held: int
    concluded: int
    first: date | None
    last: date | None
    lately: bool


@frozen(kw_only=True)
class YearRow:
    """The same of one calendar *year*, for a kind that was ever used; years without are shown."""

    board: str
    source: str
    kind: str
    year: int
    begun: int
    held: int
    concluded: int


@frozen(kw_only=True)
class TotalRow:
    """Of all boards and all time: what is joint to several counts once."""

    source: str
    begun: int
    held: int
    concluded: int


@frozen(kw_only=True)
class Period:
    """The 12 months from *since* to *until*, both included."""

    since: date
    until: date


@frozen(kw_only=True)
class Coverage:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    *lately* is of the *period*; *ever* is up to *valid*. What is joint to
    several boards shows under each. Every source of the pack in force has a row for each board
    that the pack governs, used or not.
    """

    valid: str
    known: str | None
    period: Period
    lately: tuple[SourceRow, ...]
    ever: tuple[SourceRow, ...]
    kinds: tuple[KindRow, ...]
    years: tuple[YearRow, ...]
    totals: tuple[TotalRow, ...]

    def unused(self, board: str) -> tuple[str, ...]:
        """The sources that *board* has not used in the last 12 months."""
        return tuple(row.source for row in self.lately if row.board == board and not row.used)


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Coverage:
    found = list(looked_at(items, as_of.frameworks))
    since = _since(as_of.valid)
    lately: list[SourceRow] = []
    ever: list[SourceRow] = []
    kinds: list[KindRow] = []
    years: list[YearRow] = []
    last = max((day for one in found for day in one.days if day), default=date.min).year
    for board in sorted(
        {*_governed(as_of.frameworks), *(board for one in found for board in one.boards)}
    ):
        of_board = [one for one in found if board in one.boards]
        for source in _sources(board, of_board, as_of):
            of_it = [one for one in of_board if code(one) == source.source]
            lately.append(_source_row(board, source, of_it, since, as_of.valid))
            ever.append(_source_row(board, source, of_it, date.min, as_of.valid))
            for kind in dict.fromkeys((*source.kinds, *(one.kind for one in of_it))):
                of_kind = [one for one in of_it if one.kind == kind]
                row = _kind_row(board, source.source, kind, of_kind, since, as_of.valid)
                kinds.append(row)
                years += _year_rows(row, of_kind, last)
    return Coverage(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        period=Period(since=since, until=as_of.valid),
        lately=tuple(lately),
        ever=tuple(ever),
        kinds=tuple(kinds),
        years=tuple(years),
        totals=_totals(dict.fromkeys(row.source for row in ever), found, as_of.valid),
    )


def code(looked: Looked) -> str:
    """The source that it is of; empty for none."""
    return looked.source.source if looked.source else ""


def _since(valid: date) -> date:
    """The first of the 12 months that end with *valid*."""
    if valid.year == date.min.year:
        return date.min
    return add_months(valid, -MONTHS) + timedelta(days=1)


def _governed(frameworks: Frameworks) -> Iterator[str]:
    """The boards that packs govern; a namespace of joint bodies is none, unless it is alone."""
    for pack in frameworks.packs:
        yield from [name for name in pack.governs if pack.has_board(name)] or pack.governs


def _sources(board: str, found: Iterable[Looked], as_of: AsOf) -> Iterable[Source]:
    """Those of the pack in force, then those that were used under an earlier one, or of none."""
    known = {one.source: one for one in as_of.frameworks.governing(board, as_of.valid).sources}
    for one in found:
        other = one.source or Source(source="", name="", kinds=())
        known.setdefault(other.source, other)
    return known.values()


Counts: TypeAlias = tuple[int, int, int]


def _within(found: Iterable[Looked], start: date, end: date) -> tuple[Counts, list[date]]:
    """How many were begun, held and concluded from *start* to *end*; and all those days."""
    counts, days = [0, 0, 0], []
    for one in found:
        for at, day in enumerate(one.days):
            if day is not None and start <= day <= end:
                counts[at] += 1
                days.append(day)
    begun, held, concluded = counts
    return (begun, held, concluded), days


def _source_row(
    board: str, source: Source, found: Sequence[Looked], start: date, end: date
) -> SourceRow:
    (begun, held, concluded), days = _within(found, start, end)
    return SourceRow(
        board=board,
        source=source.source,
        name=source.name,
        begun=begun,
        held=held,
        concluded=concluded,
        first=min(days, default=None),
        last=max(days, default=None),
        used=bool(days),
    )


def _kind_row(
    board: str, source: str, kind: str, found: Sequence[Looked], since: date, valid: date
) -> KindRow:
    (begun, held, concluded), days = _within(found, date.min, valid)
    return KindRow(
        board=board,
        source=source,
        kind=kind,
        begun=begun,
        held=held,
        concluded=concluded,
        first=min(days, default=None),
        last=max(days, default=None),
        lately=any(day >= since for day in days),
    )


def _year_rows(row: KindRow, found: Sequence[Looked], last: int) -> Iterator[YearRow]:
    """From the first year of the kind to the last in which anything was looked at."""
    for year in range(row.first.year, last + 1) if row.first else ():
        (begun, held, concluded), _ = _within(found, date(year, 1, 1), date(year, 12, 31))
        yield YearRow(
            board=row.board,
            source=row.source,
            kind=row.kind,
            year=year,
            begun=begun,
            held=held,
            concluded=concluded,
        )


def _totals(sources: Iterable[str], found: Iterable[Looked], valid: date) -> tuple[TotalRow, ...]:
    by_source: dict[str, list[Looked]] = defaultdict(list)
    for one in found:
        by_source[code(one)].append(one)
    rows = []
    for source in sources:
        (begun, held, concluded), _ = _within(by_source[source], date.min, valid)
        rows.append(TotalRow(source=source, begun=begun, held=held, concluded=concluded))
    return tuple(rows)


coverage: Projection[Item, Coverage] = Projection(
    name="coverage", key=key, evolve=evolve, summarise=summarise
)
