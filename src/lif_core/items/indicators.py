"""An indicator: its points, their chart, and what that says of the changes it speaks to."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import assert_never

from attrs import frozen

from lif_core import indicator as i
from lif_core.evolving import evolved
from lif_core.projection.projection import AsOf, Part
from lif_core.statistics.spc import Chart, Rule, assured, chart
from lif_core.views.sustainability.rows import IndicatorRow, PointRow


@frozen(kw_only=True)
class Measured:
    """An indicator and its points; signals published up to the day *resolved* stand against
    nothing.
    """

    ref: str
    defined: i.IndicatorDefined | None = None
    points: tuple[i.PointRecorded, ...] = ()
    target: i.TargetSet | None = None
    resolved: date | None = None


def evolve(item: Measured | None, event: i.IndicatorEvent) -> Measured:
    item = item or Measured(ref=event.indicator)
    match event:
        case i.IndicatorDefined():
            return evolved(item, defined=event)
        case i.PointRecorded():
            return evolved(item, points=(*item.points, event))
        case i.TargetSet():
            return evolved(item, target=event)
        case i.ConcernResolved():
            return evolved(item, resolved=event.on)
        case _:
            assert_never(event)


@frozen(kw_only=True)
class ConcernRow:
    """The *days* of unresolved signals against what a recommendation's *stream* changed."""

    stream: str
    days: tuple[date, ...]


def part(item: Measured, as_of: AsOf) -> Part:
    """Settled unless the board's rules of a chart are to change."""
    defined, target = item.defined, item.target
    governing = as_of.frameworks.governing(item.ref, as_of.valid)
    horizons = governing.horizons
    later = as_of.frameworks.later(item.ref, as_of.valid)
    stays = all(pack.horizons == horizons for pack in later)
    settled = governing.in_force if stays else None
    if defined is None:
        return Part(settled=settled)
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
    concerns = tuple(sorted({points[n].period for n in unresolved}))
    row = IndicatorRow(
        indicator=item.ref,
        name=defined.name,
        unit=defined.unit,
        points=len(points),
        last=points[-1].value if points else None,
        target=target.target if target else None,
        target_on=target.on if target else None,
        assurance=assured(drawn, target.target, higher_is_better=defined.higher_is_better)
        if drawn and target
        else None,
        signals=len(drawn.signals) if drawn else 0,
        chart=drawn,
        concerns=concerns,
    )
    against = tuple(
        ConcernRow(stream=f"recommendation-{ref}", days=concerns)
        for ref in (defined.speaks_to if concerns else ())
    )
    return Part(
        rows={
            "indicators": (row,),
            "points": tuple(_points(points, drawn, concerns)),
            "_concerns": against,
        },
        settled=settled,
    )


def _points(
    points: list[i.PointRecorded], drawn: Chart | None, concerns: tuple[date, ...]
) -> Iterator[PointRow]:
    signals: dict[int, list[Rule]] = defaultdict(list)
    for signal in drawn.signals if drawn else ():
        signals[signal.index].append(signal.rule)
    for index, point in enumerate(points):
        before = points[index - 1].value if index else None
        yield PointRow(
            indicator=point.indicator,
            period=point.period,
            value=point.value,
            moving_range=None if before is None else abs(point.value - before),
            mean=drawn.mean if drawn else None,
            low=drawn.low if drawn else None,
            high=drawn.high if drawn else None,
            signals=tuple(signals[index]),
            concern=point.period in concerns,
        )
