"""Survival of improvements by the day of discovery, in days: Kaplan-Meier and Aalen-Johansen.

A relapse counts on the day it was found, which is later than it happened: `turnbull` has the curve
that allows for it. It is plain arithmetic, so that the core installs small; the tests hold it
against scipy and lifelines. It works on counts of spells, so it walks no large table.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp, inf, log, sqrt
from operator import itemgetter
from typing import NamedTuple

from attrs import frozen

from lif_core.statistics.binomial import all_or_none
from lif_core.statistics.proportions import ALPHA, normal_quantile
from lif_core.statistics.spells import FLOOR, AtRisk, End, Spells

HALF = 0.5 + 1e-12  # a product of floats that is exactly a half may come out a little above it
EVERY, ROWS = 90, 12  # of the table under a curve: days between rows, and rows at most


@frozen(kw_only=True)
class DiscoveryStep:
    """A step of the curve, on *day*: of the *at_risk* spells, some relapsed and a share of
    *survival* lasts on, or some were withdrawn.

    *survival* is `None` where fewer were at risk than the floor. *error* is Greenwood's standard
    error, not defined for a share of 0; *low* and *high* are the log-log 95% interval or, for a
    share of 0 or 1, the exact one. The cumulative incidences of relapse and of withdrawal, which
    compete, are those of Aalen and Johansen.
    """

    day: int
    at_risk: int
    relapses: int
    withdrawn: int
    survival: float | None
    error: float | None
    low: float | None
    high: float | None
    relapse_incidence: float | None
    withdrawal_incidence: float | None


@frozen(kw_only=True)
class RiskRow:
    """A row of the table under a curve: how many spells were at risk on *day*.

    *relapsed*, *censored* and *withdrawn* are how many had ended so by then, *day* included.
    """

    day: int
    at_risk: int
    relapsed: int
    censored: int
    withdrawn: int


@frozen(kw_only=True)
class DiscoverySurvival:
    """The survival curve, by days since embedding, with a relapse on the day it was found.

    *survival* is the share that lasts at the *horizon*, with its 95% interval from *low* to
    *high*. *restricted_mean* is the mean up to *tau*: the horizon, or the last day on which
    anybody was seen, if that is earlier. *median* is the first day from which half or less still
    last. *survival_reason*, *mean_reason* and *median_reason* say why one is not stated: *checked*
    spells were ever checked, and *stated_to* is the last day on which enough are at risk.
    *at_risk* is a table at regular days, up to the first one past the last end.
    """

    spells: int
    relapses: int
    withdrawn: int
    checked: int
    horizon: int
    stated_to: int | None
    survival: float | None
    low: float | None
    high: float | None
    survival_reason: str | None
    tau: int | None
    restricted_mean: float | None
    mean_reason: str | None
    median: int | None
    median_reason: str | None
    steps: tuple[DiscoveryStep, ...]
    at_risk: tuple[RiskRow, ...]

    def at(self, day: int) -> float | None:
        """Return S(*day*), the estimated share that still lasts; `None` where it is not stated."""
        if self.stated_to is None or day > self.stated_to:
            return None
        step = self.step(day)
        return step.survival if step else 1.0

    def step(self, day: int) -> DiscoveryStep | None:
        """Return the step in which *day* is; `None` before the first one."""
        return next((step for step in reversed(self.steps) if step.day <= day), None)


def kaplan_meier(spells: Spells, horizon: int, *, floor: int = FLOOR) -> DiscoverySurvival:
    """Return the curve that is estimated from counts of *spells*.

    Nothing is stated of days on which fewer than *floor* are at risk, and no mean where fewer were
    ever checked.
    """
    at_risk = AtRisk.of(spells, floor)
    drops = [*_drops(spells, at_risk)]
    on_horizon = _estimated(drops, horizon, at_risk)
    checked = sum(n for (first, _, end), n in spells.items() if first or end is End.RELAPSED)
    tau = min(horizon, at_risk.seen) if spells else None
    mean_reason = None
    if checked < floor:
        are = "spell was" if checked == 1 else "spells were"
        mean_reason = f"{checked} {are} ever checked, fewer than {floor}"
    median, median_reason = _median(drops, at_risk)
    return DiscoverySurvival(
        spells=sum(spells.values()),
        relapses=sum(n for (_, _, end), n in spells.items() if end is End.RELAPSED),
        withdrawn=sum(n for (_, _, end), n in spells.items() if end is End.WITHDRAWN),
        checked=checked,
        horizon=horizon,
        stated_to=at_risk.stated_to,
        survival=on_horizon.survival,
        low=on_horizon.low,
        high=on_horizon.high,
        survival_reason=at_risk.reason(horizon),
        tau=tau,
        restricted_mean=None if tau is None or mean_reason else _restricted_mean(drops, tau),
        mean_reason=mean_reason,
        median=median,
        median_reason=median_reason,
        steps=tuple(_steps(spells, drops, at_risk)),
        at_risk=tuple(_table(spells, at_risk)),
    )


class Drop(NamedTuple):
    """A *day* on which spells relapsed, the *share* that lasts on, and Greenwood's sum for it."""

    day: int
    share: float
    greenwood: float


class Estimate(NamedTuple):
    """A share with its error and interval, as far as they are stated."""

    survival: float | None = None
    error: float | None = None
    low: float | None = None
    high: float | None = None


def _drops(spells: Spells, at_risk: AtRisk) -> Iterator[Drop]:
    failed: Counter[int] = Counter()
    for (_, last, end), count in spells.items():
        if end is End.RELAPSED:
            failed[last] += count
    share, greenwood = 1.0, 0.0
    for day in sorted(failed):
        whole, gone = at_risk.on(day), failed[day]
        share *= 1 - gone / whole
        greenwood += gone / (whole * (whole - gone)) if whole > gone else inf
        yield Drop(day, share, greenwood)


def _estimated(drops: Sequence[Drop], day: int, at_risk: AtRisk) -> Estimate:
    """Return S(*day*) and its interval: Greenwood's error, log-log, or exact where all or none of
    those at risk last.
    """
    if at_risk.reason(day) is not None:
        return Estimate()
    whole, number = at_risk.on(day), bisect_right(drops, day, key=itemgetter(0))
    if not number:
        return Estimate(1.0, 0.0, all_or_none(whole), 1.0)
    _, share, greenwood = drops[number - 1]
    if greenwood == inf:
        return Estimate(0.0, None, 0.0, 1 - all_or_none(whole))
    width = normal_quantile(ALPHA) * sqrt(greenwood) / log(share)
    low, high = exp(log(share) * exp(-width)), exp(log(share) * exp(width))
    return Estimate(share, share * sqrt(greenwood), low, high)


def _steps(spells: Spells, drops: Sequence[Drop], at_risk: AtRisk) -> Iterator[DiscoveryStep]:
    """Yield a step for each day on which spells relapsed or were withdrawn.

    Relapse and withdrawal compete, so for their incidences a spell is there until either.
    """
    ends: Counter[tuple[int, End]] = Counter()
    for (_, last, end), count in spells.items():
        ends[last, end] += count
    there, lasting, relapsed, withdrawn = ends.total(), 1.0, 0.0, 0.0
    for day in sorted({day for day, _ in ends}):
        failed, competing = ends[day, End.RELAPSED], ends[day, End.WITHDRAWN]
        if failed or competing:
            relapsed += lasting * failed / there
            withdrawn += lasting * competing / there
            lasting *= 1 - (failed + competing) / there
            stated = there >= at_risk.floor
            estimated = _estimated(drops, day, at_risk)
            yield DiscoveryStep(
                day=day,
                at_risk=at_risk.on(day),
                relapses=failed,
                withdrawn=competing,
                survival=estimated.survival,
                error=estimated.error,
                low=estimated.low,
                high=estimated.high,
                relapse_incidence=relapsed if stated else None,
                withdrawal_incidence=withdrawn if stated else None,
            )
        there -= failed + competing + ends[day, End.LASTING]


def _median(drops: Sequence[Drop], at_risk: AtRisk) -> tuple[int | None, str | None]:
    """Return the median, or why there is none."""
    day = next((drop.day for drop in drops if drop.share <= HALF), None)
    if not at_risk.days:
        return None, "no improvement was embedded"
    if day is None:
        return None, "more than half lasted as far as anybody was seen"
    reason = at_risk.reason(day)
    return (day, None) if reason is None else (None, reason)


def _restricted_mean(drops: Sequence[Drop], tau: int) -> float:
    area, day, share = 0.0, 0, 1.0
    for drop in drops:
        if drop.day >= tau:
            break
        area += share * (drop.day - day)
        day, share = drop.day, drop.share
    return area + share * (tau - day)


def _table(spells: Spells, at_risk: AtRisk) -> Iterator[RiskRow]:
    """Yield a row at every 90th day, or at every multiple of it that makes at most twelve rows."""
    last = max((last for _, last, _ in spells), default=None)
    if last is None:
        return
    step = EVERY * (last // (EVERY * (ROWS - 1)) + 1)
    by: Counter[tuple[int, End]] = Counter()
    for (_, day, end), count in spells.items():
        by[-(-day // step), end] += count  # the first row that it had ended by
    gone = Counter[End]()
    for row in range(last // step + 2):
        gone.update({end: by[row, end] for end in End})
        yield RiskRow(
            day=row * step,
            at_risk=at_risk.on(row * step),
            relapsed=gone[End.RELAPSED],
            censored=gone[End.LASTING],
            withdrawn=gone[End.WITHDRAWN],
        )
