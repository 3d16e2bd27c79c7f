"""Charts of indicators: their limits, baselines and signals, in exact fractions."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.recount.rows import Row
from tests.recount.times import Entry, Stream, day

TRIAL, LOCKED, RUN = 5, 12, 7
WIDTH, SCREEN = Fraction("2.66"), Fraction("3.267")


@dataclass(frozen=True)
class Point:
    period: date
    value: Fraction
    published: date
    position: int


@dataclass(frozen=True)
class Limits:
    mean: Fraction
    moving_range: Fraction
    locked: bool

    @property
    def low(self) -> Fraction:
        return self.mean - WIDTH * self.moving_range

    @property
    def high(self) -> Fraction:
        return self.mean + WIDTH * self.moving_range


@dataclass(frozen=True)
class Signal:
    """A rule that is met at a point: the first point of what it took, and the way it goes."""

    rule: str
    at: Point
    first: date
    upwards: bool
    better: bool
    locked: bool
    published: date


@dataclass
class Chart:
    """An indicator: its points by period, in segments of one baseline each."""

    name: str
    speaks_to: tuple[str, ...]
    kind: str
    higher_is_better: bool
    segments: list[list[Point]] = field(default_factory=list)
    resolved: date = date.min

    def limits(self, segment: Sequence[Point]) -> Limits | None:
        """Return the limits of one baseline, where points are charted as such."""
        return None if is_rare(self.kind, segment) else limits_of(segment)

    def rows(self) -> Iterator[Row]:
        """Yield a row for each point, with its moving range and the limits it is held against."""
        for segment in self.segments:
            limits = self.limits(segment)
            met = signals(segment, limits, self.higher_is_better) if limits else []
            for at, point in enumerate(segment):
                here = [s for s in met if s.at is point]
                step = abs(point.value - segment[at - 1].value) if at else None
                yield {
                    "indicator": self.name.removeprefix("indicator-"),
                    "period": point.period,
                    "value": float(point.value),
                    "moving_range": None if step is None else float(step),
                    "mean": float(limits.mean) if limits else None,
                    "low": float(limits.low) if limits else None,
                    "high": float(limits.high) if limits else None,
                    "signals": sorted(s.rule for s in here),
                    "direction": direction_of(here),
                    "concern": limits is not None
                    and limits.locked
                    and point.published > self.resolved
                    and any(not s.better for s in here),
                }

    def concerns(self) -> list[date]:
        """Return the periods of signals for the worse, by locked limits, that are not resolved."""
        return [
            signal.at.period
            for signal in self.signals_at(date.max)
            if not signal.better and signal.at.published > self.resolved
        ]

    def signals_at(self, on: date) -> list[Signal]:
        """Return the signals by locked limits among the points published by a day."""
        found: list[Signal] = []
        for segment in self.segments:
            points = [p for p in segment if p.published <= on]
            limits = limits_of(points)
            if limits and limits.locked and not is_rare(self.kind, points):
                found += signals(points, limits, self.higher_is_better)
        return found


def direction_of(met: Sequence[Signal]) -> str:
    """Return the way that a point goes; one with signals of both goes neither."""
    ways = {signal.better for signal in met}
    if len(ways) != 1:
        return "neither"
    return "better" if ways.pop() else "worse"


def limits_of(points: Sequence[Point]) -> Limits | None:
    """Return the limits of one baseline: of the twelve points that were published first."""
    if len(points) < TRIAL:
        return None
    base = baseline(points)
    values = [p.value for p in base]
    mean = sum(values, Fraction(0)) / len(values)
    ranges = [abs(b - a) for a, b in itertools.pairwise(values)]
    average = sum(ranges, Fraction(0)) / len(ranges)
    kept = [r for r in ranges if r < SCREEN * average]
    if any(kept):
        average = sum(kept, Fraction(0)) / len(kept)
    return Limits(mean, average, len(points) >= LOCKED)


def baseline(points: Sequence[Point]) -> list[Point]:
    first = sorted(points, key=lambda p: (p.published, p.position))[:LOCKED]
    return sorted(first, key=lambda p: p.period)


def is_rare(kind: str, points: Sequence[Point]) -> bool:
    """Return whether a count is too rare for a chart of its points."""
    if kind != "count" or not points:
        return False
    values = sorted(p.value for p in baseline(points))
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return median == 0 or sum(values, Fraction(0)) / len(values) < 2


def signals(points: Sequence[Point], limits: Limits, higher_is_better: bool) -> list[Signal]:
    """Return each rule that is met at each point."""
    found: list[Signal] = []

    def add(rule: str, at: int, first: int, upwards: bool) -> None:
        span = points[first : at + 1]
        found.append(
            Signal(
                rule,
                points[at],
                points[first].period,
                upwards,
                upwards == higher_is_better,
                limits.locked,
                max(p.published for p in span),
            )
        )

    far = (limits.high - limits.mean) * Fraction(2, 3)
    sides = [(p.value > limits.mean) - (p.value < limits.mean) for p in points]
    for at, point in enumerate(points):
        if point.value > limits.high or point.value < limits.low:
            add("beyond the limits", at, at, point.value > limits.high)
        last = sides[max(0, at - RUN + 1) : at + 1]
        if len(last) == RUN and len(set(last)) == 1 and last[0]:
            first = at
            while first and sides[first - 1] == sides[at]:
                first -= 1
            add("a run on one side", at, first, last[0] > 0)
        trend = [p.value for p in points[max(0, at - RUN + 1) : at + 1]]
        steps = [b - a for a, b in itertools.pairwise(trend)]
        if len(trend) == RUN and (all(s > 0 for s in steps) or all(s < 0 for s in steps)):
            add("rising or falling", at, at - RUN + 1, steps[0] > 0)
        if at >= 2:
            three = points[at - 2 : at + 1]
            for side in (1, -1):
                beyond = [side * (p.value - limits.mean) > far for p in three]
                if (
                    beyond[-1]
                    and sum(beyond) >= 2
                    and all(s == side for s in sides[at - 2 : at + 1])
                ):
                    add("two of three beyond two thirds", at, at - 2, side > 0)
    return found


def chart_of(stream: Stream) -> Chart | None:
    """Return the chart of an indicator."""
    defined = next((e for e in stream.entries if e.name == "IndicatorDefined"), None)
    if defined is None or stream.inconsistent:
        return None
    points = sorted((_point(e) for e in stream.entries if e.name == "PointRecorded"),
                    key=lambda p: p.period)  # fmt: skip
    since = sorted(day(e.fields["since"]) for e in stream.entries if e.name == "BaselineSet")
    edges = [date.min, *since, date.max]
    segments = [[p for p in points if a <= p.period < b] for a, b in itertools.pairwise(edges)]
    return Chart(
        stream.name,
        tuple(f"recommendation-{ref}" for ref in defined.fields["speaks_to"]),
        defined.fields["kind"],
        defined.fields["higher_is_better"],
        segments,
        max((e.on for e in stream.entries if e.name == "ConcernResolved"), default=date.min),
    )


def _point(entry: Entry) -> Point:
    return Point(
        day(entry.fields["period"]),
        Fraction(str(entry.fields["value"])),
        entry.on,
        entry.position,
    )


def charts(streams: Mapping[str, Stream]) -> dict[str, Chart]:
    return {
        s.name: chart
        for s in streams.values()
        if s.name.startswith("indicator-") and (chart := chart_of(s))
    }
