"""How long improvements last: Kaplan-Meier and Aalen-Johansen, in days.

Plain arithmetic, so that the core installs small; the tests hold it against scipy.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from math import exp, inf, log, sqrt
from statistics import NormalDist

from attrs import frozen

Z95 = NormalDist().inv_cdf(0.975)


class End(StrEnum):
    """How a spell was last seen."""

    RELAPSED = "relapsed"
    LASTING = "lasting"  # censored at its last positive verification
    WITHDRAWN = "withdrawn"  # a competing outcome: withdrawn or superseded


@frozen(kw_only=True)
class Spell:
    """An improvement from being embedded until *last* days later.

    A relapse happened within (*first*, *last*] days: after the last pass, by the first failed
    check.
    """

    recommendation: str
    end: End
    first: int
    last: int


@frozen(kw_only=True)
class Step:
    """The curve from *day* on: of *at_risk* spells, *relapses* ended so; *survival* remain.

    *error* is Greenwood's; *low* and *high* are the log-log 95% interval, `None` where it has
    none.
    """

    day: int
    at_risk: int
    relapses: int
    withdrawn: int
    survival: float
    error: float | None
    low: float | None
    high: float | None
    relapse_incidence: float  # cumulative incidence (Aalen-Johansen), withdrawal competing


@frozen(kw_only=True)
class Survival:
    """The curve, by days since embedding, and its restricted mean up to *horizon* days."""

    spells: int
    relapses: int
    withdrawn: int
    horizon: int
    restricted_mean: float
    steps: tuple[Step, ...]

    def at(self, day: int) -> float:
        """S(*day*): the estimated share that still lasts."""
        return next((s.survival for s in reversed(self.steps) if s.day <= day), 1.0)


def survival(spells: Sequence[Spell], horizon: int, *, earliest: bool = False) -> Survival:
    """The estimate from *spells*.

    Relapses count at the right end-point of their interval; with *earliest* at the left, which is
    the lower bound of the curve.
    """
    ends = [(_day(spell, earliest), spell.end) for spell in spells]
    lasts = sorted(day for day, _ in ends)
    count = Counter(ends)
    steps: list[Step] = []
    share, lasting, greenwood, relapsed = 1.0, 1.0, 0.0, 0.0
    for day in sorted({day for day, end in ends if end is not End.LASTING}):
        at_risk = len(lasts) - bisect_left(lasts, day)
        failed, competing = count[day, End.RELAPSED], count[day, End.WITHDRAWN]
        relapsed += lasting * failed / at_risk
        lasting *= 1 - (failed + competing) / at_risk
        share *= 1 - failed / at_risk
        greenwood += failed / (at_risk * (at_risk - failed)) if at_risk > failed else inf
        error, low, high = _interval(share, greenwood)
        steps.append(
            Step(
                day=day,
                at_risk=at_risk,
                relapses=failed,
                withdrawn=competing,
                survival=share,
                error=error,
                low=low,
                high=high,
                relapse_incidence=relapsed,
            )
        )
    return Survival(
        spells=len(spells),
        relapses=sum(end is End.RELAPSED for _, end in ends),
        withdrawn=sum(end is End.WITHDRAWN for _, end in ends),
        horizon=horizon,
        restricted_mean=_restricted_mean(steps, horizon),
        steps=tuple(steps),
    )


def _day(spell: Spell, earliest: bool) -> int:
    return spell.first if earliest and spell.end is End.RELAPSED else spell.last


def _interval(share: float, greenwood: float) -> tuple[float | None, float | None, float | None]:
    """Greenwood's error and the log-log interval; undefined where nobody or everybody is left."""
    if greenwood == inf or share <= 0:
        return None, None, None
    error = share * sqrt(greenwood)
    if share >= 1:
        return error, None, None
    width = Z95 * sqrt(greenwood) / log(share)
    return error, exp(log(share) * exp(-width)), exp(log(share) * exp(width))


def _restricted_mean(steps: Sequence[Step], horizon: int) -> float:
    area, day, share = 0.0, 0, 1.0
    for step in steps:
        if step.day >= horizon:
            break
        area += share * (step.day - day)
        day, share = step.day, step.survival
    return area + share * (horizon - day)
