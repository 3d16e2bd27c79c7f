"""How long improvements last: Kaplan-Meier and Aalen-Johansen, in days.

Plain arithmetic, so that the core installs small; the tests hold it against scipy and lifelines.
It is done on how many spells ended how on which day, so no large table is walked through.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from math import exp, inf, log, sqrt
from statistics import NormalDist
from typing import TypeAlias

from attrs import frozen
from msgspec import Struct

Z95 = NormalDist().inv_cdf(0.975)
HALF = 0.5 + 1e-12  # a product of shares that is a half may come out a little more
EVERY, ROWS = 90, 12  # days between rows of the table under a curve; how many at most


class End(StrEnum):
    """How a spell was last seen."""

    RELAPSED = "relapsed"
    LASTING = "lasting"  # censored at its last positive verification
    WITHDRAWN = "withdrawn"  # a competing outcome: withdrawn or superseded


class Spell(Struct, frozen=True, kw_only=True):
    """An improvement from being embedded until *last* days later.

    A relapse happened within (*first*, *last*] days: after the last pass, by the first failed
    check.
    """

    recommendation: str
    end: End
    first: int
    last: int

    def day(self, *, earliest: bool) -> int:
        """The day it counts at: of a relapse the right end-point of its interval, or the left."""
        return self.first if earliest and self.end is End.RELAPSED else self.last


Ends: TypeAlias = Mapping[tuple[int, End], int]
"""How many spells ended so, by day and how."""


@frozen(kw_only=True)
class SurvivalStep:
    """The curve from *day* on: of *at_risk* spells, *relapses* ended so; *survival* remain.

    *error* is Greenwood's; *low* and *high* are the log-log 95% interval, `None` where it has
    none. The cumulative incidences are those of Aalen and Johansen: of relapse, with withdrawal
    competing, and of withdrawal.
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
    """Under a plot of the curve: how many spells had not ended before *day*.

    *relapsed*, *censored* and *withdrawn* are how many had ended so by then, *day* included.
    """

    day: int
    at_risk: int
    relapsed: int
    censored: int
    withdrawn: int


@frozen(kw_only=True)
class Survival:
    """The curve, by days since embedding, and its restricted mean up to *horizon* days.

    *median*: the first day from which a half or less still last; `None` where it is not reached.
    *at_risk*: the same at regular days, up to the first past the last end.
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
        """S(*day*): the estimated share that still lasts."""
        step = self.step(day)
        return step.survival if step else 1.0

    def step(self, day: int) -> SurvivalStep | None:
        """The step in which *day* is; `None` before the first."""
        return next((step for step in reversed(self.steps) if step.day <= day), None)


def survival(spells: Iterable[Spell], horizon: int, *, earliest: bool = False) -> Survival:
    """The estimate from *spells*.

    Relapses count at the right end-point of their interval; with *earliest* at the left, which is
    the lower bound of the curve unless others are censored between: then more are at risk there.
    """
    return estimate(Counter((one.day(earliest=earliest), one.end) for one in spells), horizon)


def estimate(ends: Ends, horizon: int) -> Survival:
    """The estimate from how many spells ended how, on which day."""
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
    """At every 90th day, or at every so many of them that there are at most twelve rows."""
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
    """Greenwood's error and the log-log interval; undefined where nobody or everybody is left."""
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
