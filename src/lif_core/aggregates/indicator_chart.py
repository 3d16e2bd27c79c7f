"""The chart of an indicator, for rules and views alike: what it signals, and from which point."""

from datetime import date

from lif_core.aggregates.indicator import Indicator
from lif_core.framework import Horizons
from lif_core.statistics.spc import Rule, Signal, chart


def wanted_signal(
    indicator: Indicator, horizons: Horizons, *, after: date, by: date
) -> date | None:
    """Return the day of the first point *after* a day that begins a signal the wanted way.

    It is known *by* another day, on limits that were locked by then; `None` where there is none.
    So an outcome counts as evidence of what was done on the day *after*.
    """
    if indicator.defined is None:
        return None
    points = sorted(
        (point for point in indicator.points.values() if point.on <= by),
        key=lambda point: point.period,
    )
    if len(points) < horizons.baseline:
        return None
    drawn = chart(
        [point.value for point in points],
        baseline=horizons.baseline,
        side=horizons.run_side,
        trend=horizons.run_trend,
    )
    signals = drawn.signals if drawn else ()
    wanted = (
        points[_first(signal, horizons)].period
        for signal in signals
        if signal.upwards is indicator.defined.higher_is_better
    )
    return min((day for day in wanted if day > after), default=None)


def _first(signal: Signal, horizons: Horizons) -> int:
    """Return the number of the first of the points that make a *signal*."""
    length = {
        Rule.ONE_SIDE: horizons.run_side,
        Rule.TREND: horizons.run_trend,
        Rule.TWO_OF_THREE: 3,
    }.get(signal.rule, 1)
    return signal.index - length + 1
