"""What the reviews of children's deaths show together: coverage, patterns, days (framework §3.3).

There is no row per child, and no reference: only counts, with small ones hidden. The bound is
`Framework.small_counts` of the packs that govern the reviews, the largest where they differ.

- A count from 1 to one below the bound is not shown. A zero is, as it commonly is in statistics of
  the NHS (K): it tells of no child, and a board must be able to say that there was none.
- A zero is hidden where it would tell: in a group below the bound, or of no more children than its
  table has rows, "none" in the other rows says what befell each of them.
- Nothing hidden can be found by subtraction. Where the total is known, those hidden come to the
  bound or more, so that none is hidden alone, and are neither all 1 nor all one below it. The next
  larger are hidden until that holds, equal ones together, zeros last.
- What two shown counts differ by is as good as shown: children who wait, who lack a factor, whom
  two boards share. Where that is small, one of the two is hidden.

Patterns are of the deaths reviewed. Where few wait, it is therefore the number notified that is
hidden, and not the number reviewed, which every pattern adds up to. Views of two days, or known at
two times, can still be subtracted: publish one a period.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from statistics import median
from typing import TypeAlias

from attrs import define, frozen
from msgspec import Struct

from lif_core.aggregates import review as r
from lif_core.decisions.record import Record
from lif_core.framework import Entry, Framework, Frameworks
from lif_core.items.boards import boards_of
from lif_core.items.review import kind_in
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row

Refs: TypeAlias = AbstractSet[Hashable]
Counts: TypeAlias = tuple[int, ...]


# Small counts


def is_small(count: int, bound: int) -> bool:
    """Whether a count is of so few that it may tell who they are."""
    return 0 < count < bound


def hidden(cells: Sequence[int], bound: int) -> frozenset[int]:
    """Which *cells* of a table are not shown, by their places; their total is known elsewhere."""
    total = sum(cells)
    if 0 < total <= len(cells) and bound > 1:
        return frozenset(range(len(cells)))
    return hidden_rows([(cell,) for cell in cells], bound)


def hidden_rows(rows: Sequence[Counts], bound: int, *, hide: Iterable[int] = ()) -> frozenset[int]:
    """Which *rows* of counts are not shown, by their places: those to *hide* anyway, those with a
    small count, and those that would give them away where the totals are known.
    """
    every = range(len(rows))
    found = {at for at in every if any(is_small(count, bound) for count in rows[at])} | {*hide}
    sizes = sorted({sum(rows[at]) for at in every}, key=lambda size: (size == 0, size))
    for size in sizes:
        if _cannot_be_told([rows[at] for at in sorted(found)], bound):
            break
        found |= {at for at in every if sum(rows[at]) == size}
    return frozenset(found)


def _cannot_be_told(rows: Sequence[Counts], bound: int) -> bool:
    """Whether hidden *rows* say no more together than that there are some."""
    alike = (len(rows), len(rows) * (bound - 1))
    totals = [total for column in zip(*rows, strict=True) if (total := sum(column))]
    return all(total >= bound and total not in alike for total in totals)


# What is shown


@row(key=("group",))
class DeathsRow(Struct, frozen=True, kw_only=True):
    """Deaths of one *group*: of a board, of a calendar year of death, or all (an empty name).

    notified = reviewed (analysed by the panel) + waiting + stopped (ended without an analysis).
    *concluded*: of those reviewed, how many reports the board has accepted. *coverage* is
    reviewed of notified. What is `None` is hidden where *suppressed*.
    """

    group: str
    notified: int | None
    reviewed: int | None
    concluded: int | None
    waiting: int | None
    stopped: int | None
    coverage: float | None
    suppressed: bool


@row(key=("pattern", "code"))
class PatternRow(Struct, frozen=True, kw_only=True):
    """Of the deaths reviewed, *reviewed*, how many *deaths* show this.

    *pattern*: `category`, `modifiable` and `expected` divide the deaths among them. Of `domain`,
    `factor` (in a domain, with its influence), `purpose` (of a finding) and `referred` (to a
    review of that kind) one death may show several, or none. A code that the framework does not
    give, such as a factor, is listed only where its count is shown.
    """

    pattern: str
    code: str
    name: str
    deaths: int | None
    reviewed: int | None
    suppressed: bool


@row(key=("days",))
class DaysRow(Struct, frozen=True, kw_only=True):
    """The *median* days of the deaths reviewed; hidden where they are fewer than twice the bound,
    so that at least so many as the bound lie on either side of it.
    """

    days: str
    reviewed: int | None
    median: float | None
    suppressed: bool


@frozen(kw_only=True)
class ChildDeaths:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    *small_counts* is the bound. A death that is joint to several boards shows under each, and once
    in the *totals*.
    """

    valid: str
    known: str | None
    small_counts: int
    totals: DeathsRow
    boards: Table[DeathsRow]
    years: Table[DeathsRow]
    patterns: Table[PatternRow]
    days: Table[DaysRow]


# One death


@define
class DeathReview:
    """A review that may be of a child's death, and the day on which it was first *analysed*."""

    state: r.Review | None = None
    analysed: date | None = None


DeathReviewEvent: TypeAlias = (
    r.CaseNotified
    | r.DeathNotified
    | r.ReviewOpened
    | r.DeathAnalysed
    | r.CaseReferred
    | r.FindingRecorded
    | r.ReportAccepted
    | r.ReviewClosed
    | r.ReviewDiscontinued
)


def evolve(review: DeathReview | None, record: Record) -> DeathReview:
    review = review or DeathReview()
    event: DeathReviewEvent = record.event  # type: ignore[assignment]  # by the item's events
    review.state = r.evolve(review.state, event)
    if isinstance(event, r.DeathAnalysed) and review.analysed is None:
        review.analysed = event.on
    return review


class Death(Struct, frozen=True, kw_only=True):
    """What is counted of one death, and never shown; *pack* is the one that it began under.

    *analysis*: nothing, where it is not analysed; its other columns are then empty.
    """

    boards: tuple[str, ...]
    board: str  # whose pack governs it
    notified: date
    year: int
    standing: str
    kind: str
    expected: bool
    days: int
    analysis: "Analysis | None"
    purposes: tuple[str, ...]
    referred: tuple[str, ...]


class Analysis(Struct, frozen=True, kw_only=True):
    """What a panel found, so many *days* after it was notified."""

    days: int
    category: str
    modifiable: str
    factors: tuple[tuple[str, str], ...]


DEATHS = "deaths"
"""The topic on which each death says what is counted of it; all of them are one group."""
ALL = "all"


def say_death(review: DeathReview, part: Part) -> None:
    """Tell what is counted of a death, where it is one."""
    state = review.state
    assert state is not None
    begun = state.begun
    if not isinstance(begun, r.DeathNotified):
        return
    framework = part.governing(begun.review, begun.on)
    analysis = None
    if state.analysed is not None and review.analysed is not None:
        analysis = Analysis(
            days=(review.analysed - begun.on).days,
            category=state.analysed.category,
            modifiable=state.analysed.modifiable.value,
            factors=tuple(
                (factor.domain, f"{factor.factor}: {factor.influence}")
                for factor in state.analysed.factors
            ),
        )
    death = Death(
        boards=boards_of(begun.review, begun.boards, framework),
        board=begun.review.partition("/")[0],
        notified=begun.on,
        year=begun.died.year,
        standing=_standing(state),
        kind=state.kind,
        expected=begun.expected,
        days=(begun.on - begun.died).days,
        analysis=analysis,
        purposes=tuple(finding.purpose for finding in state.findings.values() if finding.purpose),
        referred=tuple(to.kind for to in state.referred.values()),
    )
    part.say(DEATHS, ALL, death)


def _standing(state: r.Review) -> str:
    if state.analysed is None:
        return "waiting" if state.closed is None else "stopped"
    return "reviewed" if state.accepted is None else "concluded"


# All of them


class Whole(Struct, frozen=True, kw_only=True):
    """What is shown of all deaths together, even where there is none."""

    small_counts: int
    totals: DeathsRow
    days: tuple[DaysRow, ...]


WHOLE = "whole"
"""The topic on which the group of all deaths says that."""


def add_deaths(name: str, part: Part) -> None:
    """Add what all deaths show together: which counts are hidden rests on every one of them."""
    deaths = part.ask(DEATHS, name)
    whole = _whole(deaths, part.frameworks)
    bound, standing = whole.small_counts, _by_standing(deaths)
    by_board = _by((board, at) for at, death in enumerate(deaths) for board in death.boards)
    by_year = _by((str(death.year), at) for at, death in enumerate(deaths))
    all_years = [death.year for death in deaths]
    years = [str(year) for year in range(min(all_years), max(all_years) + 1)]
    reviewed = [death for death in deaths if death.analysis is not None]
    boards = {board: by_board[board] for board in sorted(by_board)}
    for table, rows in (
        ("boards", _groups(boards, standing, bound)),
        ("years", _groups({year: by_year[year] for year in years}, standing, bound)),
        ("patterns", _patterns(reviewed, bound, part.frameworks) if reviewed else ()),
    ):
        for each in rows:
            part.row(table, each)
    part.say(WHOLE, name, whole)


def _whole(deaths: Sequence[Death], frameworks: Frameworks) -> Whole:
    bound = max(
        (pack.small_counts for pack in _packs(deaths, frameworks)),
        default=frameworks.general.small_counts,
    )
    (totals,) = _groups({"": {*range(len(deaths))}}, _by_standing(deaths), bound)
    reviewed = [death for death in deaths if death.analysis is not None]
    return Whole(small_counts=bound, totals=totals, days=tuple(_days(reviewed, bound)))


def _packs(deaths: Iterable[Death], frameworks: Frameworks) -> list[Framework]:
    """Return the pack that each death began under."""
    return [frameworks.governing(death.board, death.notified) for death in deaths]


def _by(pairs: Iterable[tuple[str, int]]) -> defaultdict[str, set[int]]:
    """Return the deaths of each group, by their numbers."""
    deaths: defaultdict[str, set[int]] = defaultdict(set)
    for group, death in pairs:
        deaths[group].add(death)
    return deaths


def _by_standing(deaths: Iterable[Death]) -> Mapping[str, Refs]:
    return _by((death.standing, at) for at, death in enumerate(deaths))


def _groups(
    groups: Mapping[str, Refs], standing: Mapping[str, Refs], bound: int
) -> tuple[DeathsRow, ...]:
    """A row of each group, hidden in three parts: reviewed; of them concluded; and not reviewed,
    with the number notified, which is hidden where the first is.
    """
    concluded, rest, waiting, stopped = (
        standing.get(one, frozenset()) for one in ("concluded", "reviewed", "waiting", "stopped")
    )
    reviewed, sets = concluded | rest, tuple(groups.values())
    first = _hidden_groups(sets, (reviewed,), bound)
    second = _hidden_groups(sets, (concluded, rest), bound)
    third = _hidden_groups(sets, (waiting, stopped), bound, hide=first)

    def row(at: int, name: str) -> DeathsRow:
        def count(of: Refs, hide: frozenset[int]) -> int | None:
            return None if at in hide else len(sets[at] & of)

        every = count(reviewed | waiting | stopped, third)
        done = count(reviewed, first)
        return DeathsRow(
            group=name,
            notified=every,
            reviewed=done,
            concluded=count(concluded, second),
            waiting=count(waiting, third),
            stopped=count(stopped, third),
            coverage=done / every if every and done is not None else None,
            suppressed=at in second | third,
        )

    return tuple(row(at, name) for at, name in enumerate(groups))


def _hidden_groups(
    groups: Sequence[Refs], parts: Sequence[Refs], bound: int, *, hide: Iterable[int] = ()
) -> frozenset[int]:
    """Which *groups* do not show these *parts*: of groups that share deaths, as boards do, all or
    none.
    """

    def counts(of: Refs) -> Counts:
        return tuple(len(of & part) for part in parts)

    shared = sum(len(group) for group in groups) > len(frozenset().union(*groups))
    apart = [of for one in groups for other in groups for of in (one & other, one - other)]
    reveals = any(is_small(count, bound) for of in apart for count in counts(of))
    few = any(0 < len(part) <= len(groups) for part in parts) and bound > 1
    if few or (shared and reveals):
        return frozenset(range(len(groups)))
    return hidden_rows([counts(group) for group in groups], bound, hide=hide)


# Patterns and days

EXPECTED = (Entry(code="expected", name="Expected"), Entry(code="unexpected", name="Unexpected"))
MODIFIABLE = tuple(Entry(code=one.value, name=one.value.capitalize()) for one in r.Modifiable)


def _patterns(deaths: Sequence[Death], bound: int, frameworks: Frameworks) -> Iterator[PatternRow]:
    """Yield the patterns of the *deaths* reviewed."""
    packs = _packs(deaths, frameworks)
    known = {
        death.kind: kind_in(pack, death.kind) for death, pack in zip(deaths, packs, strict=True)
    }
    kinds = known.values()
    analyses = [death.analysis for death in deaths if death.analysis]
    noted = [(at, factor) for at, one in enumerate(analyses) for factor in one.factors]
    of = _Of(len(deaths), bound)
    categories = [entry for kind in kinds for entry in kind.categories]
    yield from of.division("category", [one.category for one in analyses], categories)
    yield from of.division("modifiable", [one.modifiable for one in analyses], MODIFIABLE)
    expected = ["expected" if death.expected else "unexpected" for death in deaths]
    yield from of.division("expected", expected, EXPECTED)
    domains = _by((domain, at) for at, (domain, _) in noted)
    yield from of.each("domain", domains, [entry for kind in kinds for entry in kind.domains])
    for domain in sorted(domains):
        factors = _by((f"{domain}: {factor}", at) for at, (of_, factor) in noted if of_ == domain)
        yield from of.factors(factors, len(domains[domain]))
    purposes = _by((purpose, at) for at, death in enumerate(deaths) for purpose in death.purposes)
    yield from of.each("purpose", purposes, [entry for kind in kinds for entry in kind.purposes])
    referred = _by((kind, at) for at, death in enumerate(deaths) for kind in death.referred)
    cases = {kind.kind: kind for pack in packs for kind in pack.review_kinds if kind.case}
    named = [Entry(code=kind.kind, name=kind.name) for kind in cases.values()]
    yield from of.each("referred", referred, named)


@frozen
class _Of:
    """The rows of patterns of so many deaths reviewed, *size*."""

    size: int
    bound: int

    def rows(
        self,
        pattern: str,
        counts: Mapping[str, int],
        entries: Iterable[Entry],
        hide: Container[str],
    ) -> Iterator[PatternRow]:
        """A row of each of the *entries*, and of another code only where its count is shown."""
        names = {entry.code: entry.name for entry in entries}
        for code, deaths in counts.items():
            if code in names or code not in hide:
                yield PatternRow(
                    pattern=pattern,
                    code=code,
                    name=names.get(code, code),
                    deaths=None if code in hide else deaths,
                    reviewed=None if is_small(self.size, self.bound) else self.size,
                    suppressed=code in hide,
                )

    def tells(self, count: int, whole: int) -> bool:
        """Whether so many of the *whole* are few, or all but few."""
        return is_small(count, self.bound) or is_small(whole - count, self.bound)

    def division(
        self, pattern: str, codes: Sequence[str], entries: Sequence[Entry]
    ) -> Iterator[PatternRow]:
        """Each death has one of the *codes*."""
        counts = dict.fromkeys([entry.code for entry in entries], 0) | Counter(sorted(codes))
        few = hidden([*counts.values()], self.bound)
        yield from self.rows(pattern, counts, entries, [[*counts][at] for at in few])

    def each(
        self, pattern: str, refs: Mapping[str, Refs], entries: Sequence[Entry]
    ) -> Iterator[PatternRow]:
        """Each death shows any of the codes, which are counted one by one."""
        counts = dict.fromkeys([entry.code for entry in entries], 0)
        counts |= {code: len(refs[code]) for code in sorted(refs)}
        few = [code for code, count in counts.items() if self.tells(count, self.size)]
        yield from self.rows(pattern, counts, entries, few)

    def factors(self, refs: Mapping[str, Refs], in_domain: int) -> Iterator[PatternRow]:
        """The factors of a domain, where its count and theirs are shown."""
        counts = {code: len(refs[code]) for code in sorted(refs)}
        few = [at for at, count in enumerate(counts.values()) if self.tells(count, in_domain)]
        few = [*hidden_rows([(count,) for count in counts.values()], self.bound, hide=few)]
        if not self.tells(in_domain, self.size):
            yield from self.rows("factor", counts, (), [[*counts][at] for at in few])


def _days(deaths: Sequence[Death], bound: int) -> Iterator[DaysRow]:
    """Yield those of the *deaths* reviewed: of the others, some would be known by their number."""
    few = len(deaths) < 2 * bound
    waits = {
        "death to notification": [death.days for death in deaths],
        "notification to analysis": [death.analysis.days for death in deaths if death.analysis],
    }
    for days, lengths in waits.items():
        yield DaysRow(
            days=days,
            reviewed=None if is_small(len(deaths), bound) else len(deaths),
            median=None if few or not lengths else float(median(lengths)),
            suppressed=few and bool(lengths),
        )


# The view


def total(everything: Totals) -> ChildDeaths:
    whole = next((shown for _, shown in everything.said(WHOLE)), None)
    whole = whole or _whole((), everything.as_of.packs)
    return ChildDeaths(
        **everything.times,
        small_counts=whole.small_counts,
        totals=whole.totals,
        boards=everything.table("boards"),
        years=everything.table("years"),
        patterns=everything.table("patterns"),
        days=Table(lambda: whole.days),
    )


deaths = Projection(
    name="child-deaths",
    view=ChildDeaths,
    parts={Item("death", DeathReviewEvent, evolve): say_death},
    says={DEATHS: Death, WHOLE: Whole},
    groups={DEATHS: add_deaths},
    total=total,
    edition=PROGRAM,
)
