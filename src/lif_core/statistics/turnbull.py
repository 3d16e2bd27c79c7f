"""Turnbull's estimate of how long spells last whose ends are known to lie within intervals.

The ends lie in the innermost intervals, each from the beginning of one interval to the end of
another with no beginning or end of any between; where within one of them, the spells do not say.
The masses that make the spells most likely are worked out on counts of equal intervals, by
Newton's method with no mass below 0 (Wang 2007, "On fast computation of the non-parametric maximum
likelihood estimate of a mixing distribution"). They are the only ones that do: each innermost
interval begins where some interval begins, so no two distributions fit all intervals alike.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import fsum, inf, log, sqrt
from operator import itemgetter, mul
from typing import TypeAlias

from attrs import evolve, frozen
from msgspec import Struct

from lif_core.statistics.spells import FLOOR, AtRisk, End, Spells

Ranges: TypeAlias = Mapping[tuple[int, int], float]
"""The weights of ranges of innermost intervals, each (first, past the last) by their numbers."""

WARM = 5
STEPS = 500  # at most; about ten are enough
EXACT = 1e-9  # a step of Newton's that is smaller ends at its goal, to the last digits
STEEP = 1e-10  # the slope from which on a place without mass is given some
DIGITS = 9  # to which figures are rounded: past them, the order of additions shows


class MassRow(Struct, frozen=True, kw_only=True):
    """A *mass* of the ends, which lies within (*after*, *by*] days, or beyond *after* days where
    *by* is `None`.

    *at_risk* are the spells that were to be seen on the day *by*, or else past *after*. *survival*
    is the share that lasts from *by* on, until the next interval; it is `None` where fewer were at
    risk than the floor, and beyond the last interval. Where a share is not stated, neither is the
    *mass*, nor what is left beyond: it would say the same.
    """

    after: int
    by: int | None
    mass: float | None
    at_risk: int
    survival: float | None


@frozen(kw_only=True)
class IntervalSurvival:
    """Turnbull's estimate of what lasts, by days since embedding.

    *survival* is the share that lasts at the *horizon*; where it is `None`, *reason* says why.
    *stated_to* is the last day on which enough spells are at risk to state anything.
    """

    spells: int
    relapses: int
    horizon: int
    survival: float | None
    reason: str | None
    stated_to: int | None
    log_likelihood: float | None
    masses: tuple[MassRow, ...]

    def at(self, day: int) -> float | None:
        """Return S(*day*); `None` within an innermost interval, and where it is not stated."""
        if self.stated_to is None or day > self.stated_to:
            return None
        lasting: float | None = 1.0
        for row in self.masses:
            if day <= row.after:
                break
            if row.by is None or day < row.by:
                return None
            lasting = row.survival
        return lasting


def turnbull(spells: Spells, horizon: int, *, floor: int = FLOOR) -> IntervalSurvival:
    """Return the estimate from counts of *spells*, of days on which *floor* of them are at risk.

    A relapse happened within (first, last], and where these are one day, on it. Any other spell
    lasts beyond its last verification.
    """
    intervals: Counter[tuple[int, float]] = Counter()
    for (first, last, end), count in sorted(spells.items()):
        relapsed = end is End.RELAPSED
        intervals[(min(first, last - 1), last) if relapsed else (first, inf)] += count
    places = innermost(intervals)
    ranges = _ranges(places, intervals)
    masses = most_likely(ranges, len(places)) if spells else []
    at_risk = AtRisk.of(spells, floor)
    rows = tuple(_rows(places, masses, at_risk))
    curve = IntervalSurvival(
        spells=sum(spells.values()),
        relapses=sum(count for (_, _, end), count in spells.items() if end is End.RELAPSED),
        horizon=horizon,
        survival=None,
        reason=None,
        stated_to=at_risk.stated_to,
        log_likelihood=round(log_likelihood(ranges, masses), DIGITS) + 0.0 if spells else None,
        masses=rows,
    )
    survival, reason = curve.at(horizon), None
    if survival is None:
        reason = at_risk.reason(horizon) or _within(rows, horizon)
    return evolve(curve, survival=survival, reason=reason)


def _within(rows: Sequence[MassRow], day: int) -> str:
    """Say in which interval *day* lies, that the spells do not say more of."""
    row = next(row for row in rows if row.by is None or day < row.by)
    until = f"by day {row.by}" if row.by is not None else "at some later time"
    return f"day {day} is within an interval: some relapsed after day {row.after} and {until}"


def _rows(
    places: Sequence[tuple[int, float]], masses: Sequence[float], at_risk: AtRisk
) -> Iterable[MassRow]:
    spent: list[float] = []
    known = True
    for (after, by), mass in zip(places, masses, strict=True):
        if not round(mass, DIGITS):
            continue
        spent.append(-mass)
        end = None if by == inf else int(by)
        count = at_risk.on(after + 1 if end is None else end)
        stated = end is not None and count >= at_risk.floor
        known = known and (stated if end is not None else at_risk.reason(after) is None)
        yield MassRow(
            after=after,
            by=end,
            mass=round(mass, DIGITS) if known else None,
            at_risk=count,
            survival=max(0.0, round(fsum((1.0, *spent)), DIGITS)) if stated else None,
        )


def innermost(intervals: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return the innermost of the *intervals*, each (after, by], in their order.

    An interval that ends on a day includes it, and one that begins on it does not: so an end comes
    before a beginning.
    """
    edges = {
        (edge, side) for interval in intervals for side, edge in zip((1, 0), interval, strict=True)
    }
    ordered = sorted(edges)
    return [
        (int(before), end)
        for (before, begins), (end, later) in pairwise(ordered)
        if begins and not later
    ]


def _ranges(
    places: Sequence[tuple[int, float]], intervals: Mapping[tuple[int, float], int]
) -> Ranges:
    """Return the weight of each range of *places* that lie within one of the *intervals*."""
    starts, ends = [after for after, _ in places], [by for _, by in places]
    ranges: Counter[tuple[int, int]] = Counter()
    for (after, by), count in intervals.items():
        ranges[bisect_left(starts, after), bisect_right(ends, by)] += count
    return {span: float(count) for span, count in ranges.items()}


# The likelihood that is made greatest is that of the masses as they are, less the weight of all
# times their sum. At its greatest they add up to 1, so the one constraint is that none is below 0.


def most_likely(ranges: Ranges, places: int) -> list[float]:
    """Return the masses of so many *places* under which the *ranges* are most likely."""
    masses = _one_in_each(ranges, places)
    for _ in range(WARM):  # steps of the EM algorithm, which are sure, and slow only near the end
        slopes = _slopes(ranges, masses)
        masses = [mass * (1 + slope) for mass, slope in zip(masses, slopes, strict=True)]
    for _ in range(STEPS):
        slopes = _slopes(ranges, masses)
        support = [place for place, mass in enumerate(masses) if mass]
        goal = _newton(ranges, masses, sorted({*support, *_steepest(slopes, support)}))
        if max(abs(to - since) for since, to in zip(masses, goal, strict=True)) < EXACT:
            return goal
        masses = _towards(ranges, masses, goal, slopes)
    return masses  # pragma: no cover - no history is known that takes so many steps


def log_likelihood(ranges: Ranges, masses: Sequence[float]) -> float:
    """Return the logarithm of how likely the *ranges* are; it is -inf where one has no mass."""
    sums = _sums(ranges, masses)
    if min(sums) <= 0:
        return -inf
    return fsum(weight * log(total) for weight, total in zip(ranges.values(), sums, strict=True))


def _one_in_each(ranges: Ranges, places: int) -> list[float]:
    """Return masses on the fewest places of which each range has one."""
    chosen: list[int] = []
    for first, past in sorted(ranges, key=itemgetter(1)):
        if not chosen or first > chosen[-1]:
            chosen.append(past - 1)
    masses = [0.0] * places
    for place in chosen:
        masses[place] = 1 / len(chosen)
    return masses


def _sums(ranges: Ranges, masses: Sequence[float]) -> list[float]:
    up_to = [*accumulate(masses, initial=0.0)]
    return [up_to[past] - up_to[first] for first, past in ranges]


def _slopes(ranges: Ranges, masses: Sequence[float]) -> list[float]:
    """Return for each place how much the likelihood grows with its mass, a spell's weight as 1."""
    whole = sum(ranges.values())
    edges = [0.0] * (len(masses) + 1)
    for (span, weight), total in zip(ranges.items(), _sums(ranges, masses), strict=True):
        share = weight / total / whole
        edges[span[0]] += share
        edges[span[1]] -= share
    return [slope - 1 for slope in accumulate(edges[:-1])]


def _steepest(slopes: Sequence[float], support: Sequence[int]) -> Iterator[int]:
    """Yield the steepest place between any two of the *support*, if the likelihood grows there."""
    for before, after in pairwise((-1, *support, len(slopes))):
        place = max(range(before + 1, after), key=slopes.__getitem__, default=None)
        if place is not None and slopes[place] > STEEP:
            yield place


def _towards(
    ranges: Ranges, masses: Sequence[float], goal: Sequence[float], slopes: Sequence[float]
) -> list[float]:
    """Return the masses on the way to *goal*, as far as the likelihood grows, adding up to 1."""
    whole = sum(ranges.values())
    way = [to - since for since, to in zip(masses, goal, strict=True)]
    gain = sumprod(slopes, way)
    now, share = log_likelihood(ranges, masses) / whole, 1.0
    while True:
        nearer = [mass + share * change for mass, change in zip(masses, way, strict=True)]
        total = fsum(nearer)
        likely = log_likelihood(ranges, nearer) / whole - (total - 1)
        if likely >= now + share * gain / 3 or share < EXACT:
            return [mass / total for mass in nearer]
        share /= 2


def _newton(ranges: Ranges, masses: Sequence[float], support: Sequence[int]) -> list[float]:
    """Return the masses of the *support* at which the likelihood's parabola, as it is at *masses*,
    is greatest with none of them below 0.
    """
    goal = {place: masses[place] for place in support}
    sums = _sums(ranges, masses)
    while True:
        peak = _peak(ranges, sums, [*goal])
        below = [place for place, mass in peak.items() if mass <= 0]
        if not below:
            break
        share = min(goal[place] / (goal[place] - peak[place] or 1) for place in below)
        moved = {place: mass + share * (peak[place] - mass) for place, mass in goal.items()}
        spent = {place for place in below if moved[place] <= EXACT * EXACT}
        spent = spent or {min(below, key=moved.__getitem__)}
        goal = {place: mass for place, mass in moved.items() if place not in spent}
    return [peak.get(place, 0.0) for place in range(len(masses))]


def _peak(ranges: Ranges, sums: Sequence[float], support: Sequence[int]) -> dict[int, float]:
    """Return the masses of the *support* at the peak of the parabola, whatever their signs.

    The unknowns are the sums of masses up to each place, since each range is a difference of two
    of them; and so the matrix has few entries far from its diagonal.
    """
    whole, size = sum(ranges.values()), len(support)
    where = [bisect_left(support, place) for place in range(support[-1] + 2)]
    squares: dict[tuple[int, int], float] = defaultdict(float)
    sides = [0.0] * (size + 1)
    sides[size] = -whole
    for ((first, past), weight), total in zip(ranges.items(), sums, strict=True):
        low = where[first] if first < len(where) else size
        high = where[past] if past < len(where) else size
        if low == high:
            continue
        square = weight / total**2
        squares[high, high] += square
        sides[high] += 2 * weight / total
        if low:
            squares[low, low] += square
            squares[high, low] -= square
            sides[low] -= 2 * weight / total
    rows: list[list[float]] = [[] for _ in range(size)]
    for (row, column), value in sorted(squares.items()):
        entries = rows[row - 1]
        if not entries:
            entries.extend([0.0] * (row - column + 1))
        entries[column - row - 1] = value
    up_to = solve(rows, sides[1:])
    return {
        place: after - before
        for place, before, after in zip(support, [0.0, *up_to], up_to, strict=False)
    }


def solve(rows: list[list[float]], sides: Sequence[float]) -> list[float]:
    """Solve the equations of a symmetric positive definite matrix, by Cholesky's decomposition.

    Each of its *rows* goes from its first entry to the diagonal; they are taken apart in place.
    """
    starts = [number - len(row) + 1 for number, row in enumerate(rows)]
    unknowns: list[float] = []
    for number, (row, start) in enumerate(zip(rows, starts, strict=True)):
        for column in range(start, number):
            other, since = rows[column], max(start, starts[column])
            product = sumprod(
                row[since - start : column - start],
                other[since - starts[column] : -1],
            )
            row[column - start] = (row[column - start] - product) / other[-1]
        row[-1] = sqrt(row[-1] - sumprod(row[:-1], row[:-1]))
        product = sumprod(row[:-1], unknowns[start:])
        unknowns.append((sides[number] - product) / row[-1])
    for number in reversed(range(len(rows))):
        row, start = rows[number], starts[number]
        unknowns[number] /= row[-1]
        for column, value in enumerate(row[:-1], start):
            unknowns[column] -= value * unknowns[number]
    return unknowns


def sumprod(left: Iterable[float], right: Iterable[float]) -> float:
    return sum(map(mul, left, right), start=0.0)
