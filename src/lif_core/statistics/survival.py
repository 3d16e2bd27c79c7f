"""Survival analysis of improvements, in days: Kaplan-Meier and Aalen-Johansen.

It is plain arithmetic, so that the core installs small; the tests hold it against scipy and
lifelines. It works on counts of spells by their last day and end, so it walks no large table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp, inf, log, sqrt
from typing import TypeAlias

from attrs import frozen

from lif_core.statistics.proportions import Z95
from lif_core.statistics.spells import End, Spell

HALF = 0.5 + 1e-12  # a product of floats that is exactly a half may come out a little above it
EVERY, ROWS = 90, 12  # of the table under a curve: days between rows, and rows at most


Ends: TypeAlias = Mapping[tuple[int, End], int]
"""The number of spells by the day and the way in which they ended."""


@frozen(kw_only=True)
class SurvivalStep:
    """A step of the curve, on *day*: of the *at_risk* spells, some relapsed or were withdrawn, and
    a share of *survival* lasts on.

    *error* is Greenwood's standard error; *low* and *high* are the log-log 95% interval, `None`
    where it is not defined. The cumulative incidences of relapse and of withdrawal, which compete,
    are those of Aalen and Johansen.
    """

    day: int
    at_risk: int
    relapses: int
    withdrawn: int
    survival: float
    error: float | None
    low: float | None
    high: float | None
    relapse_incidence: float
    withdrawal_incidence: float


@frozen(kw_only=True)
class AtRiskRow:
    """A row of the table under a curve: how many spells had not ended before *day*.

    *relapsed*, *censored* and *withdrawn* are how many had ended so by then, *day* included.
    """

    day: int
    at_risk: int
    relapsed: int
    censored: int
    withdrawn: int


@frozen(kw_only=True)
class Survival:
    """The survival curve, by days since embedding, and its restricted mean up to *horizon* days.

    *median* is the first day from which half or less still last; `None` where there is none.
    *at_risk* is a table at regular days, up to the first one past the last end.
    """

    spells: int
    relapses: int
    withdrawn: int
    horizon: int
    restricted_mean: float | None
    median: int | None
    steps: tuple[SurvivalStep, ...]
    at_risk: tuple[AtRiskRow, ...]

    def at(self, day: int) -> float:
        """Return S(*day*), the estimated share that still lasts."""
        step = self.step(day)
        return step.survival if step else 1.0

    def step(self, day: int) -> SurvivalStep | None:
        """Return the step in which *day* is; `None` before the first one."""
        return next((step for step in reversed(self.steps) if step.day <= day), None)


def survival(spells: Iterable[Spell], horizon: int, *, earliest: bool = False) -> Survival:
    """Return the curve that is estimated from *spells*.

    Relapses count at the right end-point of their interval or, with *earliest*, at the left one.
    That is the lower bound of the curve, unless other spells are censored within the interval:
    then more of them are at risk at its left end.
    """
    ends = Counter((spell.day(earliest=earliest), spell.end) for spell in spells)
    return estimate(ends, horizon)


def estimate(ends: Ends, horizon: int) -> Survival:
    """Return the curve that is estimated from counts of spells by their day and end."""
    days = sorted({day for day, _ in ends})
    steps: list[SurvivalStep] = []
    at_risk, lasting, greenwood = sum(ends.values()), 1.0, 0.0
    share, relapsed, withdrawn = 1.0, 0.0, 0.0
    for day in days:
        failed, competing = ends.get((day, End.RELAPSED), 0), ends.get((day, End.WITHDRAWN), 0)
        if failed or competing:
            relapsed += lasting * failed / at_risk
            withdrawn += lasting * competing / at_risk
            lasting *= 1 - (failed + competing) / at_risk
            share *= 1 - failed / at_risk
            greenwood += failed / (at_risk * (at_risk - failed)) if at_risk > failed else inf
            error, low, high = _interval(share, greenwood)
            steps.append(
                SurvivalStep(
                    day=day,
                    at_risk=at_risk,
                    relapses=failed,
                    withdrawn=competing,
                    survival=share,
                    error=error,
                    low=low,
                    high=high,
                    relapse_incidence=relapsed,
                    withdrawal_incidence=withdrawn,
                )
            )
        at_risk -= failed + competing + ends.get((day, End.LASTING), 0)
    return Survival(
        spells=sum(ends.values()),
        relapses=sum(count for (_, end), count in ends.items() if end is End.RELAPSED),
        withdrawn=sum(count for (_, end), count in ends.items() if end is End.WITHDRAWN),
        horizon=horizon,
        restricted_mean=_restricted_mean(steps, horizon) if days else None,
        median=next((step.day for step in steps if step.survival <= HALF), None),
        steps=tuple(steps),
        at_risk=tuple(_at_risk(ends)),
    )


def _at_risk(ends: Ends) -> Iterable[AtRiskRow]:
    """Yield a row at every 90th day, or at every multiple of it that makes at most twelve rows."""
    last = max((day for day, _ in ends), default=None)
    if last is None:
        return
    step = EVERY * (last // (EVERY * (ROWS - 1)) + 1)
    by: Counter[tuple[int, End]] = Counter()
    before: Counter[int] = Counter()
    for (day, end), count in ends.items():
        by[-(-day // step), end] += count  # the first row that it had ended by
        before[day // step + 1] += count  # the first row that it had ended before
    at_risk, gone = before.total(), Counter[End]()
    for row in range(last // step + 2):
        at_risk -= before[row]
        gone.update({end: by[row, end] for end in End})
        yield AtRiskRow(
            day=row * step,
            at_risk=at_risk,
            relapsed=gone[End.RELAPSED],
            censored=gone[End.LASTING],
            withdrawn=gone[End.WITHDRAWN],
        )


def _interval(share: float, greenwood: float) -> tuple[float | None, float | None, float | None]:
    """Return Greenwood's error and the log-log interval, undefined where none or all are left."""
    if greenwood == inf or share <= 0:
        return None, None, None
    error = share * sqrt(greenwood)
    if share >= 1:
        return error, None, None
    width = Z95 * sqrt(greenwood) / log(share)
    return error, exp(log(share) * exp(-width)), exp(log(share) * exp(width))


def _restricted_mean(steps: Sequence[SurvivalStep], horizon: int) -> float:
    area, day, share = 0.0, 0, 1.0
    for step in steps:
        if step.day >= horizon:
            break
        area += share * (step.day - day)
        day, share = step.day, step.survival
    return area + share * (horizon - day)
