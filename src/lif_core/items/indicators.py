"""An indicator: its points, their control chart, and the days of concern that the chart shows."""

from datetime import date
from typing import assert_never

from attrs import define, field, frozen

from lif_core.aggregates import indicator as i
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part
from lif_core.statistics.spc import Chart, chart

CONCERNS = "concerns"
"""The topic on which an indicator says its days of concern, to each recommendation that it speaks
to.
"""


@define(kw_only=True)
class IndicatorSeries:
    """An indicator as it was *defined*, its points, its last *target*, and the last day on which a
    concern was *resolved*. It is a draft, which folding changes in place.
    """

    ref: str
    defined: i.IndicatorDefined | None = None
    points: list[i.PointRecorded] = field(factory=list)
    target: i.TargetSet | None = None
    resolved: date | None = None

    @property
    def state(self) -> i.Indicator:
        """The indicator as its rules know it."""
        points = {point.period.isoformat(): point for point in self.points}
        return i.Indicator(defined=self.defined, points=points, target=self.target)


def evolve(series: IndicatorSeries | None, record: Record) -> IndicatorSeries:
    event: i.IndicatorEvent = record.event  # type: ignore[assignment]  # by the item's events
    series = series or IndicatorSeries(ref=event.indicator)
    match event:
        case i.IndicatorDefined():
            series.defined = event
        case i.PointRecorded():
            series.points.append(event)
        case i.TargetSet():
            series.target = event
        case i.ConcernResolved():
            series.resolved = event.on
        case _:
            assert_never(event)
    return series


indicator_item = Item("indicator", i.IndicatorEvent, evolve)


@frozen(kw_only=True)
class ChartedSeries:
    """The *points* of an indicator in the order of their periods, and their *chart*.

    *concerns* are the periods at which the chart signals in the wrong direction, but for points
    that were published by the day on which a concern was resolved.
    """

    points: tuple[i.PointRecorded, ...]
    chart: Chart | None
    concerns: tuple[date, ...]


def charted(series: IndicatorSeries, defined: i.IndicatorDefined, part: Part) -> ChartedSeries:
    """Return the points and their chart, by the rules for charts that are in force today."""
    horizons = part.governing(series.ref).horizons
    points = sorted(series.points, key=lambda point: point.period)
    control_chart = chart(
        [point.value for point in points],
        baseline=horizons.baseline,
        side=horizons.run_side,
        trend=horizons.run_trend,
    )
    wrong = {
        signal.index
        for signal in (control_chart.signals if control_chart else ())
        if signal.upwards is not defined.higher_is_better
    }
    unresolved = (
        index for index in wrong if not series.resolved or points[index].on > series.resolved
    )
    concerns = sorted({points[index].period for index in unresolved})
    return ChartedSeries(points=tuple(points), chart=control_chart, concerns=tuple(concerns))


def say_concerns(series: IndicatorSeries, part: Part) -> None:
    """Tell each recommendation that an indicator speaks to the days of concern in its chart."""
    if series.defined is not None:
        say_charted_concerns(series.defined, charted(series, series.defined, part), part)


def say_charted_concerns(
    defined: i.IndicatorDefined, charted_series: ChartedSeries, part: Part
) -> None:
    """Tell them the same where the series is charted already."""
    for ref in defined.speaks_to if charted_series.concerns else ():
        for day in charted_series.concerns:
            part.say(CONCERNS, ref, day)
