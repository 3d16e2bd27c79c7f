"""Charts of rare events: the days between them (T), or the opportunities (G)."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from tests.recount.charts import Chart, is_rare
from tests.recount.rows import Row, Rows
from tests.recount.times import Stream, day

TRIAL, LOCKED = 5, 12
POWER = 3.6


@dataclass(frozen=True)
class Gap:
    """The time between two events, and the opportunities, where they were counted."""

    occurrence: str
    begun: date
    on: date
    opportunities: int | None
    published: tuple[date, int]

    @property
    def days(self) -> int:
        return (self.on - self.begun).days


def gaps_of(stream: Stream) -> list[Gap]:
    """Return the times between the events of an indicator, in the order of their days."""
    events = sorted(
        (e for e in stream.entries if e.name == "OccurrenceRecorded"),
        key=lambda e: (day(e.fields["day"]), e.order),
    )
    return [
        Gap(e.fields["occurrence"], day(b.fields["day"]), day(e.fields["day"]),
            e.fields["opportunities"], max(b.order, e.order))
        for b, e in itertools.pairwise(events)
    ]  # fmt: skip


def t_limits(days: Sequence[int]) -> tuple[float, float, float]:
    """Return centre and limits of a T chart: XmR on the days to the power of 1/3.6."""
    values = [d ** (1 / POWER) for d in days]
    mean = sum(values) / len(values)
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    average = sum(ranges) / len(ranges)
    kept = [r for r in ranges if r < 3.267 * average]
    if any(kept):
        average = sum(kept) / len(kept)
    low = max(0.0, mean - 2.66 * average)
    return mean**POWER, low**POWER, (mean + 2.66 * average) ** POWER


def g_limits(opportunities: Sequence[int]) -> tuple[float, float, float]:
    """Return mean and limits of a G chart: three deviations of a geometric distribution."""
    mean = sum(opportunities) / len(opportunities)
    spread = 3 * sqrt(mean * (mean + 1))
    return mean, max(0.0, mean - spread), mean + spread


def rows(stream: Stream, chart: Chart) -> Iterator[Row]:
    """Yield a row for each gap, with the limits that it is held against."""
    gaps = gaps_of(stream)
    charted = is_rare(chart.kind, chart.segments[-1]) and len(gaps) >= TRIAL
    counted = all(g.opportunities is not None for g in gaps)
    base = [g for g in gaps if g in sorted(gaps, key=lambda g: g.published)[:LOCKED]]
    limits = None
    if charted:
        limits = (
            g_limits([g.opportunities or 0 for g in base])
            if counted
            else t_limits([g.days for g in base])
        )
    # METRICS does not say what a new baseline, or too few points, do to the gaps.
    settled = len(chart.segments) == 1 and len(chart.segments[0]) >= TRIAL
    for gap in gaps:
        row: Row = {
            "indicator": stream.name.removeprefix("indicator-"),
            "occurrence": gap.occurrence,
            "begun": gap.begun,
            "day": gap.on,
            "days": gap.days,
            "opportunities": gap.opportunities,
        }
        if settled:
            row |= {
                "chart": ("G" if counted else "T") if limits else None,
                "mean": limits[0] if limits else None,
                "low": limits[1] if limits else None,
                "high": limits[2] if limits else None,
            }
        yield row


def table(streams: Mapping[str, Stream], charts: Mapping[str, Chart]) -> Rows:
    return Rows(
        ("indicator", "occurrence"),
        [row for name, chart in charts.items() for row in rows(streams[name], chart)],
    )
