"""What lasts: the bounds, Turnbull's curve and Kaplan and Meier's, over spells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, inf, log, sqrt

Z = 1.959963984540054


@dataclass(frozen=True)
class Spell:
    """A time that an improvement lasted: from *since*, seen in place after *first* days.

    A relapse was found after *last* days; *last* is where it ended otherwise, or was last seen.
    """

    recommendation: str
    since: date
    end: str
    first: int
    last: int

    @property
    def relapsed(self) -> bool:
        return self.end == "relapsed"

    @property
    def seen(self) -> int:
        """The day up to which it is at risk: the first fail, or else the last pass."""
        return self.last if self.relapsed else self.first


def at_risk(spells: Sequence[Spell], on: float) -> int:
    return sum(spell.seen >= on for spell in spells)


def bounds(spells: Sequence[Spell], horizon: int, valid: date) -> dict[str, object]:
    """Return the bounds that assume nothing, of the spells begun at least a horizon ago."""
    begun = [s for s in spells if (valid - s.since).days >= horizon]
    failed = [s for s in begun if s.relapsed and s.last <= horizon]
    verified = [s for s in begun if s.first >= horizon and s not in failed]
    n = len(begun)
    return {
        "begun": n,
        "verified": len(verified),
        "failed": len(failed),
        "low": len(verified) / n if n else None,
        "high": (n - len(failed)) / n if n else None,
    }


@dataclass(frozen=True)
class Mass:
    after: int
    by: float
    mass: float


def turnbull(spells: Sequence[Spell]) -> tuple[list[Mass], float]:
    """Return the masses of the most likely distribution, and its log-likelihood.

    A relapse lies in (first, last], or on the day itself where they are one; else beyond first.
    The masses are found by iterating expectations, long enough for six digits.
    """
    if not spells:
        return [], 0.0
    intervals = [
        (s.first - (s.first == s.last), float(s.last)) if s.relapsed else (s.first, inf)
        for s in spells
    ]
    lefts = sorted({left for left, _ in intervals})
    rights = sorted({right for _, right in intervals})
    cells: list[tuple[int, float]] = []
    for left in lefts:
        right = min(r for r in rights if r > left)
        if not any(left < other < right for other in lefts):
            cells.append((left, right))
    inside = [[a <= left and right <= b for left, right in cells] for a, b in intervals]
    mass = expected(inside, [1 / len(cells)] * len(cells))
    for least in (1e-1, 1e-2, 1e-3, 1e-4, 1e-6):
        # What converges to nothing does so slowly: without it, the others are exact.
        rest = expected(inside, [m if m > least else 0.0 for m in mass])
        if rest and is_most_likely(inside, rest):
            mass = rest
            break
    shares = [sum(m for m, has in zip(mass, row, strict=True) if has) for row in inside]
    masses = [
        Mass(left, right, m) for (left, right), m in zip(cells, mass, strict=True) if m > 1e-9
    ]
    return masses, sum(map(log, shares))


Inside = Sequence[Sequence[bool]]


def expected(inside: Inside, start: Sequence[float]) -> list[float]:
    """Return the masses after iterating expectations from a *start*; none where that cannot be."""
    mass = [m / sum(start) for m in start]
    for _ in range(4000):
        new = [0.0] * len(mass)
        for row in inside:
            whole = sum(m for m, has in zip(mass, row, strict=True) if has)
            if not whole:
                return []
            for k, has in enumerate(row):
                new[k] += mass[k] / whole if has else 0.0
        new = [m / len(inside) for m in new]
        done = max(abs(a - b) for a, b in zip(new, mass, strict=True)) < 1e-14
        mass = new
        if done:
            break
    return mass


def is_most_likely(inside: Inside, mass: Sequence[float]) -> bool:
    """Return whether no cell would gain by more mass: the conditions of Kuhn and Tucker."""
    shares = [sum(m for m, has in zip(mass, row, strict=True) if has) for row in inside]
    gains = [
        sum(row[k] / share for row, share in zip(inside, shares, strict=True))
        for k in range(len(mass))
    ]
    return max(gains) <= len(inside) * (1 + 1e-9)


def survival_at(masses: Sequence[Mass], on: int) -> float | None:
    """Return the share that lasts beyond a day; nothing within an interval or past them all."""
    if any(m.after < on < m.by for m in masses):
        return None
    return 1 - sum(m.mass for m in masses if m.by <= on)


@dataclass(frozen=True)
class Step:
    day: int
    at_risk: int
    relapses: int
    withdrawn: int
    survival: float
    error: float | None
    low: float | None
    high: float | None


def kaplan_meier(spells: Sequence[Spell]) -> list[Step]:
    """Return the curve by day of discovery, with Greenwood's error and log-log limits."""
    share, greenwood = 1.0, 0.0
    steps: list[Step] = []
    for on in sorted({s.last for s in spells if s.end != "lasting"}):
        risk = at_risk(spells, on)
        relapses = sum(s.relapsed and s.last == on for s in spells)
        withdrawn = sum(s.end not in ("lasting", "relapsed") and s.last == on for s in spells)
        if relapses:
            share *= 1 - relapses / risk
            greenwood += relapses / (risk * (risk - relapses)) if relapses < risk else 0.0
        low, high = limits_of(share, greenwood, risk)
        error = share * sqrt(greenwood) if share else None
        steps.append(Step(on, risk, relapses, withdrawn, share, error, low, high))
    return steps


def limits_of(share: float, greenwood: float, risk: int) -> tuple[float | None, float | None]:
    """Return the log-log limits of a share, or the exact ones where all or none last."""
    if share == 0:
        return 0.0, 1 - 0.025 ** (1 / risk) if risk else None
    if share == 1:
        return 0.025 ** (1 / risk) if risk else None, 1.0
    spread = exp(Z * sqrt(greenwood) / log(share))
    low, high = sorted((share**spread, share ** (1 / spread)))
    return low, high


def restricted_mean(steps: Sequence[Step], tau: int) -> float:
    area, share, before = 0.0, 1.0, 0
    for step in steps:
        if step.day >= tau:
            break
        area += share * (step.day - before)
        share, before = step.survival, step.day
    return area + share * (tau - before)
