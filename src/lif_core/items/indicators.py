"""An indicator: its points, their chart, and what that says against the changes it speaks to."""

from datetime import date
from typing import assert_never

from attrs import define, field, frozen

from lif_core.aggregates import indicator as i
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part
from lif_core.statistics.spc import Chart, chart

CONCERNS = "concerns"
"""The topic on which an indicator tells a recommendation the days of signals against it."""


@define(kw_only=True)
class Measured:
    """An indicator and its points; signals published up to the day *resolved* stand against
    nothing. It is a draft, which folding changes in place.
    """

    ref: str
    defined: i.IndicatorDefined | None = None
    points: list[i.PointRecorded] = field(factory=list)
    target: i.TargetSet | None = None
    resolved: date | None = None


def evolve(item: Measured | None, record: Record) -> Measured:
    event: i.IndicatorEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Measured(ref=event.indicator)
    match event:
        case i.IndicatorDefined():
            item.defined = event
        case i.PointRecorded():
            item.points.append(event)
        case i.TargetSet():
            item.target = event
        case i.ConcernResolved():
            item.resolved = event.on
        case _:
            assert_never(event)
    return item


measured = Item("indicator", i.IndicatorEvent, evolve)


@frozen(kw_only=True)
class Reading:
    """The *points* by their periods, their *chart*, and the *concerns*: the days of unresolved
    signals the wrong way.
    """

    points: tuple[i.PointRecorded, ...]
    chart: Chart | None
    concerns: tuple[date, ...]


def read(item: Measured, defined: i.IndicatorDefined, part: Part) -> Reading:
    """Return what an indicator shows, by the rules of a chart that are in force today."""
    horizons = part.governing(item.ref).horizons
    points = sorted(item.points, key=lambda point: point.period)
    drawn = chart(
        [point.value for point in points],
        baseline=horizons.baseline,
        side=horizons.run_side,
        trend=horizons.run_trend,
    )
    wrong = {
        signal.index
        for signal in (drawn.signals if drawn else ())
        if signal.upwards is not defined.higher_is_better
    }
    unresolved = (n for n in wrong if not item.resolved or points[n].on > item.resolved)
    concerns = sorted({points[n].period for n in unresolved})
    return Reading(points=tuple(points), chart=drawn, concerns=tuple(concerns))


def say_concerns(item: Measured, part: Part) -> None:
    """Tell the recommendations that an indicator speaks to what speaks against them."""
    if item.defined is not None:
        tell(item.defined, read(item, item.defined, part), part)


def tell(defined: i.IndicatorDefined, reading: Reading, part: Part) -> None:
    """Tell what *defined* speaks to of each day of concern in the *reading*."""
    for ref in defined.speaks_to if reading.concerns else ():
        for day in reading.concerns:
            part.say(CONCERNS, ref, day)
