"""The chart of an indicator, for rules and views alike: by which limits, and what it signals.

Limits come from a baseline: the points that were published first, which later ones do not move. A
new baseline is a decision, so a chart has a phase for each.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from statistics import mean

from attrs import frozen
from msgspec.structs import replace

from lif_core.aggregates.indicator import (
    Indicator,
    IndicatorDefined,
    IndicatorKind,
    OccurrenceRecorded,
    PointRecorded,
)
from lif_core.framework import Horizons
from lif_core.statistics.spc import Chart, ChartKind, Signal, g_chart, rare, t_chart, xmr_chart


class Direction(StrEnum):
    """The direction of a signal, for those whom the indicator is about."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


@frozen(kw_only=True)
class Gap:
    """The *days* from one rare event, on *begun*, to the next one, on *day*.

    Of the entries of both, the last was *published* on that day; *order* is its number among those
    of its indicator.
    """

    occurrence: str
    begun: date
    day: date
    days: int
    opportunities: int | None
    published: date
    order: int


@frozen(kw_only=True)
class Phase:
    """The points and the gaps from *since* on, until a later baseline, and their *chart*.

    The numbers of its signals are those of the gaps where it is a T or a G chart, and otherwise of
    the points. *reason* says why there is no chart, or what is to be known of it.
    """

    since: date | None
    points: tuple[PointRecorded, ...]
    gaps: tuple[Gap, ...]
    chart: Chart | None
    reason: str | None

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each point of the chart: the end of its period, or of its gap."""
        if self.is_of_gaps:
            return tuple(gap.day for gap in self.gaps)
        return tuple(point.period for point in self.points)

    @property
    def published(self) -> tuple[date, ...]:
        """The day on which each point of the chart was published."""
        if self.is_of_gaps:
            return tuple(gap.published for gap in self.gaps)
        return tuple(point.on for point in self.points)

    @property
    def is_of_gaps(self) -> bool:
        return self.chart is not None and self.chart.kind is not ChartKind.XMR

    def is_after(self, signal: Signal, day: date) -> bool:
        """Return whether the first point of a *signal* is of a time after *day*.

        A gap is, where the event that it began with is not of an earlier day.
        """
        if self.is_of_gaps:
            return self.gaps[signal.first].begun >= day
        return self.points[signal.first].period > day


def wanted_signal(
    indicator: Indicator, horizons: Horizons, *, after: date, by: date
) -> date | None:
    """Return the day of the first point *after* a day that begins a signal the wanted way.

    It is known *by* another day, on limits that were locked by then; `None` where there is none.
    So an outcome counts as evidence of what was done on the day *after*.
    """
    if indicator.defined is None:
        return None
    signals = [
        phase.days[signal.first]
        for phase in phases_of(_as_of(indicator, by), horizons)
        if phase.chart is not None and phase.chart.locked
        for signal in phase.chart.signals
        if direction(signal, phase.chart, indicator.defined) is Direction.BETTER
        and phase.is_after(signal, after)
    ]
    return min(signals, default=None)


def direction(signal: Signal, chart: Chart, defined: IndicatorDefined) -> Direction:
    """Return whether a *signal* is for the better; of rare events a longer gap means fewer."""
    fewer = chart.kind is not ChartKind.XMR
    better = signal.upwards is (defined.higher_is_better is not fewer)
    return Direction.BETTER if better else Direction.WORSE


def directions(signals: Sequence[Direction]) -> Direction:
    """Return the direction that all *signals* have, and `neither` where they have not one."""
    return signals[0] if len(set(signals)) == 1 else Direction.NEITHER


def _as_of(indicator: Indicator, day: date) -> Indicator:
    """Return the indicator as of *day*, by what was decided and published by then."""
    return replace(
        indicator,
        points={key: point for key, point in indicator.points.items() if point.on <= day},
        occurrences={
            key: event for key, event in indicator.occurrences.items() if event.on <= day
        },
        baselines=tuple(baseline for baseline in indicator.baselines if baseline.on <= day),
    )


def phases_of(indicator: Indicator, horizons: Horizons) -> tuple[Phase, ...]:
    """Return the phases of the chart, in their order; at least one, which may have no points."""
    assert indicator.defined is not None
    points = indicator.points.values()  # in the order of the log
    gaps = [*_gaps(indicator.occurrences.values())]
    begins = [None, *sorted({baseline.since for baseline in indicator.baselines})]
    return tuple(
        _phase(
            begin,
            [point for point in points if _within(point.period, begin, end)],
            [gap for gap in gaps if _within(gap.day, begin, end)],
            indicator.defined.kind,
            horizons,
            counted=bool(points),
        )
        for begin, end in pairwise([*begins, None])
    )


def _within(day: date, begin: date | None, end: date | None) -> bool:
    return (begin is None or begin <= day) and (end is None or day < end)


def _gaps(occurrences: Iterable[OccurrenceRecorded]) -> Iterator[Gap]:
    numbered = sorted(enumerate(occurrences), key=lambda each: (each[1].day, each[1].on))
    for (earlier, before), (later, event) in pairwise(numbered):
        published, order = max((before.on, earlier), (event.on, later))
        yield Gap(
            occurrence=event.occurrence,
            begun=before.day,
            day=event.day,
            days=(event.day - before.day).days,
            opportunities=event.opportunities,
            published=published,
            order=order,
        )


def _phase(
    since: date | None,
    points: Sequence[PointRecorded],
    gaps: Sequence[Gap],
    kind: IndicatorKind,
    horizons: Horizons,
    *,
    counted: bool,
) -> Phase:
    """Return a phase of *points* in the order of the log; where nothing was ever *counted*, events
    that were recorded are rare.
    """
    first = sorted(points, key=lambda point: point.on)[: horizons.baseline]
    points = sorted(points, key=lambda point: point.period)
    base = [point.value for point in sorted(first, key=lambda point: point.period)]
    enough = len(points) >= horizons.trial
    is_rare = kind is IndicatorKind.COUNT and (rare(base) if counted else bool(gaps))
    chart, reason = None, None
    if is_rare:
        chart = _chart_of_gaps(gaps, horizons)
        if chart is None:
            refused = f"XmR is refused for counts of mean {mean(base):.3g}; " if enough else ""
            reason = (
                f"{refused}{len(gaps)} gaps between recorded events, fewer than {horizons.trial}"
            )
    elif enough:
        chart = xmr_chart(
            [point.value for point in points],
            base=base,
            least=horizons.trial,
            baseline=horizons.baseline,
            side=horizons.run_side,
            trend=horizons.run_trend,
        )
    else:
        reason = f"{len(points)} points, fewer than {horizons.trial}"
    return Phase(since=since, points=tuple(points), gaps=tuple(gaps), chart=chart, reason=reason)


def _chart_of_gaps(gaps: Sequence[Gap], horizons: Horizons) -> Chart | None:
    """Return the G chart where the opportunities of every gap are known, and else the T chart."""
    by_publication = sorted(range(len(gaps)), key=lambda n: (gaps[n].published, gaps[n].order))
    base = [gaps[n] for n in sorted(by_publication[: horizons.baseline])]
    least, baseline = horizons.trial, horizons.baseline
    opportunities = [gap.opportunities for gap in gaps if gap.opportunities is not None]
    if len(opportunities) == len(gaps):
        known = [gap.opportunities or 0 for gap in base]
        return g_chart(opportunities, base=known, least=least, baseline=baseline)
    days = [gap.days for gap in base]
    return t_chart([gap.days for gap in gaps], base=days, least=least, baseline=baseline)
