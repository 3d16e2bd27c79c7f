"""Reviews of children's deaths, taken together: coverage, patterns, days (framework §3.3).

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

A review that a correction left in contradiction is in no count, and that there is one is not said
here: `child-death-panel` lists it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from statistics import median
from typing import TypeAlias

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import review as r
from lif_core.decisions.record import Record
from lif_core.framework import Entry, Frameworks
from lif_core.items.boards import boards_from
from lif_core.items.entries import entries_of, of_kind
from lif_core.items.review import kind_in
from lif_core.projection.inconsistent import INCONSISTENT, InconsistentRow
from lif_core.projection.projection import PROGRAM, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.refs import namespace_of

Refs: TypeAlias = AbstractSet[Hashable]
Counts: TypeAlias = tuple[int, ...]


# Small counts


def is_small(count: int, bound: int) -> bool:
    """Return whether a count is of so few that it may tell who they are."""
    return 0 < count < bound


def hidden(cells: Sequence[int], bound: int) -> frozenset[int]:
    """Return the places of the *cells* of a table that are not shown; their total is known."""
    total = sum(cells)
    if 0 < total <= len(cells) and bound > 1:
        return frozenset(range(len(cells)))
    return hidden_rows([(cell,) for cell in cells], bound)


def hidden_rows(rows: Sequence[Counts], bound: int, *, hide: Iterable[int] = ()) -> frozenset[int]:
    """Return the places of the *rows* of counts that are not shown: those to *hide* anyway, those
    with a small count, and those that would give them away where the totals are known.
    """
    every = range(len(rows))
    places = {at for at in every if any(is_small(count, bound) for count in rows[at])} | {*hide}
    sizes = sorted({sum(rows[at]) for at in every}, key=lambda size: (size == 0, size))
    for size in sizes:
        if _cannot_be_told([rows[at] for at in sorted(places)], bound):
            break
        places |= {at for at in every if sum(rows[at]) == size}
    return frozenset(places)


def _cannot_be_told(rows: Sequence[Counts], bound: int) -> bool:
    """Return whether hidden *rows* say no more together than that there are some."""
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
    """A pattern: the number of *deaths*, of all *reviewed*, that show it.

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


@row(key=("by", "group"))
class ModifiableRow(Struct, frozen=True, kw_only=True):
    """The deaths reviewed of one *group*, a calendar `year` of death or a `category`, by whether
    the panel saw *modifiable* factors in them. What is `None` is hidden where *suppressed*.
    """

    by: str
    group: str
    name: str
    reviewed: int | None
    modifiable: int | None
    not_modifiable: int | None
    unknown: int | None
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
    modifiable: Table[ModifiableRow]
    days: Table[DaysRow]


# One death

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


class Death(Struct, frozen=True, kw_only=True):
    """A death, as it is counted, and never shown.

    It began under the pack of its *board* on the day on which it was *notified*; *small_counts* is
    the bound of that pack. Once it is analysed, it *shows* codes of patterns; those of factors by
    their domain.
    """

    boards: tuple[str, ...]
    board: str
    notified: date
    small_counts: int
    year: int
    standing: str
    kind: str
    days: int
    days_to_analysis: int | None = None
    shows: tuple[tuple[str, str], ...] = ()


DEATHS = "deaths"
"""The topic on which each death says what is counted of it; all of them are one group."""
ALL = "all"
FACTORS_IN = "factors in "
"""The pattern of factors, before the name of their domain."""


def say_death(entries: list[Record], part: Part) -> None:
    """Tell what is counted of a death, where it is one."""
    state = r.Review()
    for entry in entries:
        state = r.evolve(state, entry.event)  # type: ignore[arg-type]  # by the item's events
    begun, analysed = state.begun, of_kind(entries, r.DeathAnalysed)
    if not isinstance(begun, r.DeathNotified):
        return
    death = Death(
        boards=boards_from(begun.on, part, begun.boards),
        board=namespace_of(part.ref),
        notified=begun.on,
        small_counts=part.governing(begun.review, begun.on).small_counts,
        year=begun.died.year,
        standing=_standing(state),
        kind=state.kind,
        days=(begun.on - begun.died).days,
        days_to_analysis=(analysed[0].on - begun.on).days if analysed else None,
        shows=tuple(_shown(begun, analysed[-1], state)) if analysed else (),
    )
    part.say(DEATHS, ALL, death)


def _standing(state: r.Review) -> str:
    if state.analysed is None:
        return "waiting" if state.closed is None else "stopped"
    return "reviewed" if state.accepted is None else "concluded"


def _shown(
    begun: r.DeathNotified, analysed: r.DeathAnalysed, state: r.Review
) -> Iterator[tuple[str, str]]:
    """Yield the patterns that a death shows, and the code of each."""
    yield "category", analysed.category
    yield "modifiable", analysed.modifiable.value
    yield "expected", "expected" if begun.expected else "unexpected"
    for factor in analysed.factors:
        code = f"{factor.domain}: {factor.factor}: {factor.influence}"
        yield "domain", factor.domain
        yield FACTORS_IN + factor.domain, code
    for finding in state.findings.values():
        if finding.purpose:
            yield "purpose", finding.purpose
    for referral in state.referred.values():
        yield "referred", referral.kind


# All of them


class Whole(Struct, frozen=True, kw_only=True):
    """The bound for all deaths together, even where there is none."""

    small_counts: int
    totals: DeathsRow
    days: tuple[DaysRow, ...]


def add_deaths(name: str, part: Part) -> None:
    """Add what all deaths show together: which counts are hidden rests on every one of them."""
    deaths = part.ask(DEATHS, name)
    whole = _whole(deaths, part.frameworks)
    bound, standing = whole.small_counts, _by(deaths, _standings)
    by_year = _by(deaths, lambda death: [str(death.year)])
    every_year = {death.year for death in deaths}
    years = map(str, range(min(every_year), max(every_year) + 1))
    by_years = _groups({year: by_year.get(year, set()) for year in years}, standing, bound)
    patterns = [*_patterns(_reviewed(deaths), bound, part.frameworks)]
    for table, rows in (
        ("boards", _groups(_by(deaths, lambda death: death.boards), standing, bound)),
        ("years", by_years),
        ("patterns", patterns),
        ("modifiable", _modifiable(_reviewed(deaths), by_years, patterns, bound)),
        ("whole", [whole]),
    ):
        for each in rows:
            part.row(table, each)


def _whole(deaths: Sequence[Death], frameworks: Frameworks) -> Whole:
    general = frameworks.general.small_counts
    bound = max((death.small_counts for death in deaths), default=general)
    (totals,) = _groups({"": {*range(len(deaths))}}, _by(deaths, _standings), bound)
    return Whole(small_counts=bound, totals=totals, days=tuple(_days(_reviewed(deaths), bound)))


def _reviewed(deaths: Iterable[Death]) -> list[Death]:
    return [death for death in deaths if death.days_to_analysis is not None]


def _standings(death: Death) -> list[str]:
    return [death.standing]


def _by(
    deaths: Iterable[Death], groups_of: Callable[[Death], Iterable[str]]
) -> dict[str, set[int]]:
    """Return the deaths of each group, by their numbers; groups in their order."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for number, death in enumerate(deaths):
        for group in groups_of(death):
            numbers[group].add(number)
    return dict(sorted(numbers.items()))


def _groups(
    groups: Mapping[str, Refs], standing: Mapping[str, Refs], bound: int
) -> tuple[DeathsRow, ...]:
    """Return a row of each group, hidden in three parts: reviewed; of them concluded; and not
    reviewed, with the number notified, which is hidden where the first is.
    """
    concluded, rest, waiting, stopped = (
        standing.get(name, frozenset()) for name in ("concluded", "reviewed", "waiting", "stopped")
    )
    reviewed, sets = concluded | rest, tuple(groups.values())
    first = _hidden_groups(sets, (reviewed,), bound)
    second = _hidden_groups(sets, (concluded, rest), bound)
    third = _hidden_groups(sets, (waiting, stopped), bound, hide=first)

    def row(at: int, name: str) -> DeathsRow:
        def count(refs: Refs, hide: frozenset[int]) -> int | None:
            return None if at in hide else len(sets[at] & refs)

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
    """Return the places of the *groups* that do not show these *parts*: of groups that share
    deaths, as boards do, all or none.
    """

    def counts(refs: Refs) -> Counts:
        return tuple(len(refs & part) for part in parts)

    shared = sum(len(group) for group in groups) > len(frozenset().union(*groups))
    pairs = [(left, right) for left in groups for right in groups]
    apart = [refs for left, right in pairs for refs in (left & right, left - right)]
    reveals = any(is_small(count, bound) for refs in apart for count in counts(refs))
    few = any(0 < len(part) <= len(groups) for part in parts) and bound > 1
    if few or (shared and reveals):
        return frozenset(range(len(groups)))
    return hidden_rows([counts(group) for group in groups], bound, hide=hide)


# Patterns and days

EXPECTED = (Entry(code="expected", name="Expected"), Entry(code="unexpected", name="Unexpected"))
MODIFIABLE = tuple(Entry(code=item.value, name=item.value.capitalize()) for item in r.Modifiable)


DIVISIONS = ("category", "modifiable", "expected")
"""Patterns of which each death shows one code."""


def _patterns(deaths: Sequence[Death], bound: int, frameworks: Frameworks) -> Iterator[PatternRow]:
    """Yield the patterns of the *deaths* reviewed, if there are any."""
    packs = [frameworks.governing(death.board, death.notified) for death in deaths]
    named = zip(packs, (death.kind for death in deaths), strict=True)
    kinds = {kind: kind_in(pack, kind) for pack, kind in named}.values()
    cases = {kind.kind: kind for pack in packs for kind in pack.review_kinds if kind.case}
    entries: dict[str, Sequence[Entry]] = {
        "category": [entry for kind in kinds for entry in kind.categories],
        "modifiable": MODIFIABLE,
        "expected": EXPECTED,
        "domain": [entry for kind in kinds for entry in kind.domains],
        "purpose": [entry for kind in kinds for entry in kind.purposes],
        "referred": [Entry(code=kind.kind, name=kind.name) for kind in cases.values()],
    }
    size, shown = len(deaths), defaultdict[str, Counter[str]](Counter)
    for death in deaths:
        for pattern, code in dict.fromkeys(death.shows):
            shown[pattern][code] += 1
    for pattern in entries if deaths else ():
        yield from _rows(pattern, shown[pattern], entries[pattern], size, size, bound)
        for domain, count in sorted(shown[pattern].items()) if pattern == "domain" else ():
            if not _tells(count, size, bound):
                factors = shown[FACTORS_IN + domain]
                yield from _rows("factor", factors, (), count, size, bound)


def _rows(
    pattern: str,
    shown: Mapping[str, int],
    entries: Iterable[Entry],
    whole: int,
    size: int,
    bound: int,
) -> Iterator[PatternRow]:
    """Yield a row of each of the *entries*, and of another code only where its count is shown.

    Counts are of a *whole*: of all deaths reviewed, *size*, or of those in a domain.
    """
    names = {entry.code: entry.name for entry in entries}
    counts = dict.fromkeys(names, 0) | dict(sorted(shown.items()))
    few = frozenset(at for at, count in enumerate(counts.values()) if _tells(count, whole, bound))
    if pattern in DIVISIONS:
        few = hidden([*counts.values()], bound)
    elif pattern == "factor":
        few = hidden_rows([(count,) for count in counts.values()], bound, hide=few)
    for at, (code, count) in enumerate(counts.items()):
        if code in names or at not in few:
            yield PatternRow(
                pattern=pattern,
                code=code,
                name=names.get(code, code),
                deaths=None if at in few else count,
                reviewed=None if is_small(size, bound) else size,
                suppressed=at in few,
            )


def _modifiable(
    deaths: Sequence[Death],
    years: Sequence[DeathsRow],
    patterns: Sequence[PatternRow],
    bound: int,
) -> Iterator[ModifiableRow]:
    """Yield the groups of the *deaths* reviewed, as far as other tables show these groups."""
    listed = {
        "year": [(year.group, year.group, year.reviewed is None) for year in years],
        "category": [
            (pattern.code, pattern.name, pattern.deaths is None)
            for pattern in patterns
            if pattern.pattern == "category"
        ],
    }
    answers = _answers(deaths)
    for by, groups in listed.items() if deaths else ():
        cells = [
            tuple(answers[by, code][entry.code] for entry in MODIFIABLE) for code, _, _ in groups
        ]
        hide = {at for at, (_, _, unseen) in enumerate(groups) if unseen}
        few = hidden_rows(cells, bound, hide=hide)
        if len(deaths) <= len(groups):
            few = frozenset(range(len(groups)))
        for at, (code, name, _) in enumerate(groups):
            shown = (None,) * len(MODIFIABLE) if at in few else cells[at]
            yield ModifiableRow(
                by=by,
                group=code,
                name=name,
                reviewed=None if at in few else sum(cells[at]),
                modifiable=shown[0],
                not_modifiable=shown[1],
                unknown=shown[2],
                suppressed=at in few,
            )


def _answers(deaths: Iterable[Death]) -> Mapping[tuple[str, str], Counter[str]]:
    """Return how many *deaths* of each year, and of each category, have each answer."""
    answers: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for death in deaths:
        shows = dict(death.shows)
        for group in (("year", str(death.year)), ("category", shows.get("category", ""))):
            answers[group][shows["modifiable"]] += 1
    return answers


def _tells(count: int, whole: int, bound: int) -> bool:
    """Return whether so many of the *whole* are few, or all but few."""
    return is_small(count, bound) or is_small(whole - count, bound)


def _days(deaths: Sequence[Death], bound: int) -> Iterator[DaysRow]:
    """Yield those of the *deaths* reviewed: of the others, some would be known by their number."""
    few = len(deaths) < 2 * bound
    waits = {
        "death to notification": [death.days for death in deaths],
        "notification to analysis": [
            death.days_to_analysis for death in deaths if death.days_to_analysis is not None
        ],
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
    whole = next(iter(everything.table("whole")), None)
    whole = whole or _whole((), everything.as_of.packs)
    return ChildDeaths(
        **everything.times,
        small_counts=whole.small_counts,
        totals=whole.totals,
        boards=everything.table("boards"),
        years=everything.table("years"),
        patterns=everything.table("patterns"),
        modifiable=everything.table("modifiable"),
        days=Table(lambda: whole.days),
    )


deaths = Projection(
    name="child-deaths",
    view=ChildDeaths,
    parts={entries_of("death", DeathReviewEvent): say_death},
    says={DEATHS: Death},
    facts={"whole": Whole, INCONSISTENT: InconsistentRow},
    groups={DEATHS: add_deaths},
    total=total,
    edition=PROGRAM,
)
