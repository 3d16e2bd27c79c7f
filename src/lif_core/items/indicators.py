"""An indicator: its points, their control chart, and the days of concern that the chart shows."""

from datetime import date

from attrs import define, field, frozen

from lif_core.aggregates import indicator as i
from lif_core.aggregates.indicator_chart import Direction, Phase, direction, phases_of
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part

CONCERNS = "concerns"
"""The topic on which an indicator says its days of concern, to each recommendation that it speaks
to.
"""


@define(kw_only=True)
class IndicatorSeries:
    """An indicator, and the last day on which a concern was *resolved*.

    It is a draft, which folding changes in place.
    """

    ref: str
    state: i.Indicator = field(factory=i.Indicator)
    resolved: date | None = None

    @property
    def defined(self) -> i.IndicatorDefined | None:
        return self.state.defined


def evolve(series: IndicatorSeries | None, record: Record) -> IndicatorSeries:
    event: i.IndicatorEvent = record.event  # type: ignore[assignment]  # by the item's events
    series = series or IndicatorSeries(ref=event.indicator)
    series.state = i.evolve(series.state, event)
    if isinstance(event, i.ConcernResolved):
        series.resolved = event.on
    return series


indicator_item = Item("indicator", i.IndicatorEvent, evolve)


@frozen(kw_only=True)
class ChartedSeries:
    """The *phases* of an indicator's chart, the last one with the limits of today.

    *concerns* are the days at which locked limits signal in the wrong direction, but for points
    that were published by the day on which a concern was resolved.
    """

    phases: tuple[Phase, ...]
    concerns: tuple[date, ...]


def charted(series: IndicatorSeries, defined: i.IndicatorDefined, part: Part) -> ChartedSeries:
    """Return the phases of its chart, by the rules for charts that are in force today."""
    phases = phases_of(series.state, part.governing(series.ref).horizons)
    concerns = {
        phase.days[signal.index]
        for phase in phases
        if phase.chart is not None and phase.chart.locked
        for signal in phase.chart.signals
        if direction(signal, phase.chart, defined) is Direction.WORSE
        and (series.resolved is None or phase.published[signal.index] > series.resolved)
    }
    return ChartedSeries(phases=phases, concerns=tuple(sorted(concerns)))


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
