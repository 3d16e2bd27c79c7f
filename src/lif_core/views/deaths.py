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
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from statistics import median
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import review as r
from lif_core.framework import Entry, Framework, ReviewKind
from lif_core.items.boards import boards_of
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.record import Record
from lif_core.views.publication import Kept, keep, kind_of, reviews_in

Refs: TypeAlias = AbstractSet[str]
Counts: TypeAlias = tuple[int, ...]


def key(event: Event[Any]) -> tuple[str, ...]:
    return (f"review-{event.review}",) if isinstance(event, r.ReviewEvent) else ()


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


# The view


@frozen(kw_only=True)
class GroupRow:
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


@frozen(kw_only=True)
class PatternRow:
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


@frozen(kw_only=True)
class DaysRow:
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
    totals: GroupRow
    boards: tuple[GroupRow, ...]
    years: tuple[GroupRow, ...]
    patterns: tuple[PatternRow, ...]
    days: tuple[DaysRow, ...]


# Counting


@frozen(kw_only=True)
class Death:
    """One death: what is counted of it, and never shown."""

    notified: r.DeathNotified
    state: r.Review
    analysed: Record | None  # the first time
    kind: ReviewKind
    framework: Framework

    @property
    def ref(self) -> str:
        return self.notified.review

    @property
    def standing(self) -> str:
        if self.analysed is None:
            return "waiting" if self.state.closed is None else "stopped"
        return "reviewed" if self.state.accepted is None else "concluded"


def summarise(items: Mapping[str, Kept], as_of: AsOf) -> ChildDeaths:
    deaths = list(_deaths(items, as_of))
    general = as_of.frameworks.general.small_counts
    bound = max((one.framework.small_counts for one in deaths), default=general)
    by_board = _by(
        (board, one.ref)
        for one in deaths
        for board in boards_of(one.ref, one.notified.boards, one.framework)
    )
    by_year = _by((str(one.notified.died.year), one.ref) for one in deaths)
    found = [int(year) for year in by_year] or [0]
    years = [str(year) for year in range(min(found), max(found) + 1) if year]
    standing = _by((one.standing, one.ref) for one in deaths)
    (totals,) = _groups({"": {one.ref for one in deaths}}, standing, bound)
    reviewed = [one for one in deaths if one.analysed is not None]
    return ChildDeaths(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        small_counts=bound,
        totals=totals,
        boards=_groups({board: by_board[board] for board in sorted(by_board)}, standing, bound),
        years=_groups({year: by_year[year] for year in years}, standing, bound),
        patterns=tuple(_patterns(reviewed, bound)) if reviewed else (),
        days=tuple(_days(reviewed, bound)),
    )


def _deaths(items: Mapping[str, Kept], as_of: AsOf) -> Iterator[Death]:
    for name, kept in items.items():
        for state in reviews_in({name: kept}):
            begun = state.begun
            if isinstance(begun, r.DeathNotified):
                yield Death(
                    notified=begun,
                    state=state,
                    analysed=next((o for o in kept if isinstance(o.event, r.DeathAnalysed)), None),
                    kind=kind_of(state, as_of.frameworks),
                    framework=as_of.frameworks.governing(begun.review, begun.on),
                )


def _by(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, set[str]]:
    """The deaths of each group."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for group, ref in pairs:
        found[group].add(ref)
    return found


def _groups(
    groups: Mapping[str, Refs], standing: Mapping[str, Refs], bound: int
) -> tuple[GroupRow, ...]:
    """A row of each group, hidden in three parts: reviewed; of them concluded; and not reviewed,
    with the number notified, which is hidden where the first is.
    """
    concluded, rest, waiting, stopped = (
        standing.get(one, frozenset()) for one in ("concluded", "reviewed", "waiting", "stopped")
    )
    reviewed, found = concluded | rest, tuple(groups.values())
    first = _hidden_groups(found, (reviewed,), bound)
    second = _hidden_groups(found, (concluded, rest), bound)
    third = _hidden_groups(found, (waiting, stopped), bound, hide=first)

    def row(at: int, name: str) -> GroupRow:
        def count(of: Refs, hide: frozenset[int]) -> int | None:
            return None if at in hide else len(found[at] & of)

        every = count(reviewed | waiting | stopped, third)
        done = count(reviewed, first)
        return GroupRow(
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
    told = any(is_small(count, bound) for of in apart for count in counts(of))
    few = any(0 < len(part) <= len(groups) for part in parts) and bound > 1
    if few or (shared and told):
        return frozenset(range(len(groups)))
    return hidden_rows([counts(group) for group in groups], bound, hide=hide)


# Patterns and days

EXPECTED = (Entry(code="expected", name="Expected"), Entry(code="unexpected", name="Unexpected"))
MODIFIABLE = tuple(Entry(code=one.value, name=one.value.capitalize()) for one in r.Modifiable)


def _patterns(deaths: Sequence[Death], bound: int) -> Iterator[PatternRow]:
    """Of the *deaths* reviewed."""
    kinds = [*{one.kind.kind: one.kind for one in deaths}.values()]
    analyses = {one.ref: one.state.analysed for one in deaths if one.state.analysed}
    found = [(ref, factor) for ref, one in analyses.items() for factor in one.factors]
    of = _Of(len(deaths), bound)
    categories = [entry for kind in kinds for entry in kind.categories]
    yield from of.division("category", [one.category for one in analyses.values()], categories)
    modifiable = [one.modifiable.value for one in analyses.values()]
    yield from of.division("modifiable", modifiable, MODIFIABLE)
    expected = ["expected" if one.notified.expected else "unexpected" for one in deaths]
    yield from of.division("expected", expected, EXPECTED)
    domains = _by((factor.domain, ref) for ref, factor in found)
    yield from of.each("domain", domains, [entry for kind in kinds for entry in kind.domains])
    for domain in sorted(domains):
        factors = _by(
            (f"{domain}: {factor.factor}: {factor.influence}", ref)
            for ref, factor in found
            if factor.domain == domain
        )
        yield from of.factors(factors, len(domains[domain]))
    findings = [(one.ref, finding) for one in deaths for finding in one.state.findings.values()]
    purposes = _by((finding.purpose, ref) for ref, finding in findings if finding.purpose)
    yield from of.each("purpose", purposes, [entry for kind in kinds for entry in kind.purposes])
    referred = _by((to.kind, one.ref) for one in deaths for to in one.state.referred.values())
    cases = {kind.kind: kind for one in deaths for kind in one.framework.review_kinds if kind.case}
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
    """Of the *deaths* reviewed: of the others, some would be known by their number."""
    few = len(deaths) < 2 * bound
    waits = {
        "death to notification": [(one.notified.on - one.notified.died).days for one in deaths],
        "notification to analysis": [
            (one.analysed.event.on - one.notified.on).days for one in deaths if one.analysed
        ],
    }
    for days, found in waits.items():
        yield DaysRow(
            days=days,
            reviewed=None if is_small(len(deaths), bound) else len(deaths),
            median=None if few or not found else float(median(found)),
            suppressed=few and bool(found),
        )


deaths: Projection[Kept, ChildDeaths] = Projection(
    name="child-deaths", key=key, evolve=keep, summarise=summarise
)
