"""The sources of learning that boards use, and how regularly (framework §1.3, §2.6).

The periods are the 12 months up to the day of the view, all time, and each calendar year (January
to December, not the financial year). The view holds counts by kind and no reference. Small counts
are not hidden, as it is for the boards; the public reads about deaths in `child-deaths`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TypeAlias

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates.review import Review
from lif_core.framework import Frameworks, Source
from lif_core.items.source_use import AuditUse, audited, reviewed, use_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, AsOf, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.refs import ref_of
from lif_core.values.working_days import add_months

MONTHS = 12
COLUMNS = ("begun", "held", "concluded")


@row(key=("board", "source"))
class UsedSourceRow(Struct, frozen=True, kw_only=True):
    """A board's use of a source: how many reviews and audits were *begun*, *held* and *concluded*.

    The days and the counts are those of a period. *first* and *last* are the first and the last of
    the days; the source is *used* where there is any. An empty *source* stands for kinds that
    belong to none.
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


@row(key=("board", "source", "kind"))
class KindRow(Struct, frozen=True, kw_only=True):
    """The reviews or audits of one *kind* of a source, of all time.

    *lately* is whether the kind was used in the last 12 months.
    """

    board: str
    source: str
    kind: str
    begun: int
    held: int
    concluded: int
    first: date | None
    last: date | None
    lately: bool


@row(key=("board", "source", "kind", "year"))
class YearRow(Struct, frozen=True, kw_only=True):
    """The reviews or audits of one *kind* in a calendar *year*, for kinds that were ever used.

    Years without any have a row too.
    """

    board: str
    source: str
    kind: str
    year: int
    begun: int
    held: int
    concluded: int


@row(key=("source",))
class TotalRow(Struct, frozen=True, kw_only=True):
    """The reviews and audits of a source, of all boards and all time; joint ones count once."""

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
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *lately* is of the *period*, *ever* of all time up to *valid*. A review that is joint to
    several boards counts under each. Every source of the pack in force has a row for each board
    that the pack governs, used or not.
    """

    valid: str
    known: str | None
    period: Period
    lately: Table[UsedSourceRow]
    ever: Table[UsedSourceRow]
    kinds: Table[KindRow]
    years: Table[YearRow]
    totals: Table[TotalRow]
    inconsistent: Table[InconsistentRow]

    def unused(self, board: str) -> tuple[str, ...]:
        """Return the sources that *board* has not used in the last 12 months."""
        return tuple(row.source for row in self.lately if row.board == board and not row.used)


def add_use(item: Review | AuditUse, part: Part) -> None:
    """Add the days on which a review or an audit was begun, held and concluded."""
    use = use_of(item, part)
    if use is None:
        return
    part.counted("totals", use.code, columns=dict.fromkeys(use.days, 1))
    for board in use.boards:
        for column, day in use.days.items():
            part.count(column, board, use.code, use.kind, day.toordinal())
        if not _lists(part.governing(board).sources, use.code, use.kind):
            begun = use.begun.toordinal()
            part.count("unlisted", board, use.code, use.kind, part.key, begun)


def _lists(sources: Iterable[Source], code: str, kind: str) -> bool:
    return any(source.source == code and kind in source.kinds for source in sources)


def total(everything: Totals) -> Coverage:
    as_of = everything.as_of
    since = _since(as_of.valid)
    days = {column: everything.columns(column) for column in COLUMNS}
    used = tuple(_used(days, everything.columns("unlisted"), as_of))
    return Coverage(
        **everything.times,
        period=Period(since=since, until=as_of.valid),
        lately=Table(partial(_source_rows, used, since)),
        ever=Table(partial(_source_rows, used, date.min)),
        kinds=Table(partial(_kind_rows, used, since)),
        years=Table(partial(_year_rows, used)),
        totals=Table(partial(_total_rows, used, everything.columns("totals"))),
    )


def _since(valid: date) -> date:
    """Return the first of the 12 months that end with *valid*."""
    if valid.year == date.min.year:
        return date.min
    return add_months(valid, -MONTHS) + timedelta(days=1)


Days: TypeAlias = Mapping[str, Columns]
"""The number of reviews or audits begun, held and concluded on each day, by its ordinal."""
Counted: TypeAlias = Mapping[Name, Columns]


@frozen
class UsedSource:
    """A *source* as a *board* used it, with the days of each of its kinds."""

    board: str
    source: Source
    kinds: Mapping[str, Days]


def _used(days: Mapping[str, Counted], unlisted: Counted, as_of: AsOf) -> Iterator[UsedSource]:
    """Yield the sources of each board: first all of the pack in force, used or not.

    Sources and kinds that the pack does not list follow in the order of the streams.
    """
    not_listed = defaultdict(list)
    for (board, code, kind, stream), begun in sorted(unlisted.items(), key=lambda use: use[0][3]):
        not_listed[board].append((code, kind, stream, date.fromordinal(*begun)))
    boards = {board for counted in days.values() for board, _, _ in counted}
    for board in filter(as_of.packs.lists, sorted(boards.union(_governed(as_of.packs)))):
        pack = as_of.packs.governing(board, as_of.valid)
        sources = {source.source: source for source in pack.sources}
        kinds = {source.source: dict.fromkeys(source.kinds) for source in pack.sources}
        for code, kind, stream, day in not_listed[board]:
            if code not in sources:
                sources[code] = _source_of(kind, stream, day, as_of.packs)
                kinds[code] = dict.fromkeys(sources[code].kinds)
            kinds[code][kind] = None
        for code, source in sources.items():
            by_kind = {
                kind: {column: days[column].get((board, code, kind), {}) for column in COLUMNS}
                for kind in kinds[code]
            }
            yield UsedSource(board, source, by_kind)


def _source_of(kind: str, stream: str, begun: date, frameworks: Frameworks) -> Source:
    """Return the source of a *kind* by the pack of the day it began, a nameless one for none."""
    pack = frameworks.governing(ref_of(stream), begun)
    return pack.source_of(kind) or Source(source="", name="", kinds=())


def _governed(frameworks: Frameworks) -> Iterator[str]:
    """Yield the boards that packs govern, or a namespace where a pack names no board in it."""
    for pack in frameworks.packs:
        yield from [name for name in pack.governs if pack.has_board(name)] or pack.governs


def _within(kinds: Iterable[Days], since: date) -> tuple[dict[str, int], list[int]]:
    """Return how many were begun, held and concluded *since* a day, and the days of all these."""
    start = since.toordinal()
    counts, days = dict.fromkeys(COLUMNS, 0), []
    for kind in kinds:
        for column, numbers in kind.items():
            later = [day for day in numbers if day >= start]
            counts[column] += sum(numbers[day] for day in later)
            days += later
    return counts, days


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def _source_rows(used: Iterable[UsedSource], since: date) -> Iterator[UsedSourceRow]:
    for use in used:
        counts, days = _within(use.kinds.values(), since)
        yield UsedSourceRow(
            board=use.board,
            source=use.source.source,
            name=use.source.name,
            **counts,
            first=_day(min(days, default=None)),
            last=_day(max(days, default=None)),
            used=bool(days),
        )


def _kind_rows(used: Iterable[UsedSource], since: date) -> Iterator[KindRow]:
    for use in used:
        for kind, days_of_kind in use.kinds.items():
            counts, days = _within((days_of_kind,), date.min)
            yield KindRow(
                board=use.board,
                source=use.source.source,
                kind=kind,
                **counts,
                first=_day(min(days, default=None)),
                last=_day(max(days, default=None)),
                lately=max(days, default=0) >= since.toordinal(),
            )


def _year_rows(used: Sequence[UsedSource]) -> Iterator[YearRow]:
    """Yield a row for each year from the first of a kind to the last of any kind."""
    by_year = [
        (use, kind, {column: _by_year(counts) for column, counts in days.items()})
        for use in used
        for kind, days in use.kinds.items()
    ]
    last = max(
        (year for *_, years in by_year for counts in years.values() for year in counts), default=0
    )
    for use, kind, years in by_year:
        first = min((year for counts in years.values() for year in counts), default=last + 1)
        for year in range(first, last + 1):
            yield YearRow(
                board=use.board,
                source=use.source.source,
                kind=kind,
                year=year,
                **{column: counts[year] for column, counts in years.items()},
            )


def _by_year(days: Columns) -> Counter[int]:
    years = Counter[int]()
    for day, number in days.items():
        years[date.fromordinal(day).year] += number
    return years


def _total_rows(used: Iterable[UsedSource], totals: Counted) -> Iterator[TotalRow]:
    for source in dict.fromkeys(use.source.source for use in used):
        counts = totals.get((source,), {})
        yield TotalRow(source=source, **{column: counts.get(column, 0) for column in COLUMNS})


coverage = Projection(
    name="coverage",
    view=Coverage,
    parts={reviewed: add_use, audited: add_use},
    total=total,
    edition=PROGRAM,
)
