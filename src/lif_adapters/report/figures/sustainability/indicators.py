"""Indicators, each with its chart: its points, its usual limits, and its signals."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from lif_adapters.report.drawing.axes import date_axis, milliseconds, quantity
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import cut, in_sentence, short_number, spread
from lif_adapters.report.drawing.marks import (
    BLUE,
    GREY,
    INK,
    LINE,
    SMALL,
    VERMILION,
    WHITE,
    Channel,
    Datum,
    Layer,
    LegendKey,
    MarkProperties,
    Plot,
)
from lif_adapters.report.entries import counted_entries, in_categories, in_streams
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import are, count, first_sentences, month
from lif_core.aggregates.indicator_chart import Direction
from lif_core.statistics.spc import ChartKind
from lif_core.values.refs import stream_of
from lif_core.views.sustainability import sustainability
from lif_core.views.sustainability.rows import GapRow, IndicatorRow, PointRow

CHARTS = 24
"""How many indicators have a chart in the report; the points of all are in a file."""

COLUMNS = (
    "period",
    "value",
    "moving_range",
    "mean",
    "low",
    "high",
    "limits",
    "signals",
    "direction",
    "concern",
)
GAPS = (
    "occurrence",
    "begun",
    "day",
    "days",
    "opportunities",
    "mean",
    "low",
    "high",
    "limits",
    "signals",
    "direction",
    "concern",
)

POINTS_DRAWN = 120
PLOT_HEIGHT = 260
LEFT, RIGHT = 64, 150
PLOT_WIDTH = WIDTH - LEFT - RIGHT
LABEL_HEIGHT = 15
LIMIT_DASH, TARGET_DASH = (6, 4), (10, 3, 2, 3)
TENDENCIES = {
    Direction.BETTER: "for the better",
    Direction.WORSE: "for the worse, and resolved",
    Direction.NEITHER: "for the better and for the worse at once",
}

TENDENCIES_AT_A_POINT = {
    Direction.BETTER: "for the better",
    Direction.WORSE: "for the worse",
    Direction.NEITHER: "neither for the better nor for the worse",
}

POINT = LegendKey(label="point", shape="circle", fill=BLUE, stroke=BLUE)
SIGNAL = LegendKey(label="signal", shape="square")
CONCERN = LegendKey(
    label="concern: a signal for the worse, not resolved",
    shape="diamond",
    fill=VERMILION,
    stroke=INK,
)


def indicators_figure(views: ReportViews) -> Figure:
    """Return the figure of all indicators."""
    rows = views.sustainability.indicators
    return Figure(
        id="indicators",
        title="Indicators",
        text=first_sentences(sentence for row in rows for sentence in _sentences(row)),
        empty="No indicator is measured.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.indicators",
                caption="Each indicator, with the limits of its chart",
                first=lambda row: len(row.concerns),
            )
        ),
        entries=counted_entries(views.history, sustainability, in_categories("indicator")),
    )


def _sentences(row: IndicatorRow) -> Iterator[str]:
    """Say what an indicator shows, in which direction, or why it has no chart."""
    if row.chart is None:
        yield f"{row.name}: no chart, {row.reason}."
        return
    if row.limits == "trial":
        yield (
            f"{row.name}: limits on trial, from {count(row.chart.points, 'point')};"
            " no signal is a concern yet."
        )
    elif row.concerns:
        concerns = count(len(row.concerns), "signal")
        yield f"{row.name}: {concerns} for the worse, not resolved."
    elif row.signals:
        yield f"{row.name}: its latest signal is {TENDENCIES[row.direction]}."


def control_charts(views: ReportViews) -> Iterator[Figure]:
    """Yield a figure for each indicator that has a chart; of many, those with most concerns."""
    view = views.sustainability
    points: dict[str, list[PointRow]] = defaultdict(list)
    for point in view.points:
        points[point.indicator].append(point)
    gaps: dict[str, list[GapRow]] = defaultdict(list)
    for gap in view.gaps:
        gaps[gap.indicator].append(gap)
    charted = [row for row in view.indicators if row.chart is not None]
    charted.sort(key=lambda row: -len(row.concerns))
    for number, row in enumerate(charted[:CHARTS], 1):
        ref = row.indicator
        yield Figure(
            id=f"xmr-{number}",
            title=row.name,
            chart=(
                xmr_chart(row.name, row.unit, points[ref], row.target)
                if row.chart is None or row.chart.kind is ChartKind.XMR
                else gap_chart(row.name, row.chart.kind, gaps[ref])
            ),
            empty="It has no chart.",
            tables=views.lay_out(
                TableLayout(
                    name="sustainability.points",
                    caption=f"Points of {ref}",
                    columns=COLUMNS,
                    keep=_is_of(ref),
                    first=lambda point: point.period,
                ),
                TableLayout(
                    name="sustainability.gaps",
                    caption=f"Times between the events of {ref}",
                    columns=GAPS,
                    keep=_is_of(ref),
                    first=lambda gap: gap.day,
                ),
            ),
            entries=counted_entries(
                views.history, sustainability, in_streams((stream_of("indicator", ref),))
            ),
        )


def _is_of(indicator: str) -> Callable[[PointRow | GapRow], bool]:
    return lambda point: point.indicator == indicator


class Charted(NamedTuple):
    """A point that is drawn on a *day*, with the limits that it is held against."""

    day: date
    value: float
    limits: tuple[float | None, float | None, float | None]
    trial: bool
    signals: bool
    concern: bool
    direction: Direction


class ControlLine(NamedTuple):
    """A line across the chart: the mean, a limit, or the target."""

    name: str
    value: float
    dash: tuple[int, ...]


def xmr_chart(
    name: str, unit: str, points: Sequence[PointRow], target: float | None
) -> Drawing | None:
    """Draw the latest points of an indicator in the order of their periods, with its limits."""
    charted = [
        Charted(
            point.period,
            point.value,
            (point.low, point.mean, point.high),
            point.limits == "trial",
            bool(point.signals),
            point.concern,
            point.direction,
        )
        for point in sorted(points, key=lambda point: point.period)
    ]
    return _draw(points[0].indicator, name, unit, charted, target) if points else None


def gap_chart(name: str, kind: ChartKind, gaps: Sequence[GapRow]) -> Drawing | None:
    """Draw the latest gaps between rare events, each on the day of the event that ended it."""
    charted = [
        Charted(
            gap.day,
            gap.days if kind is ChartKind.T else gap.opportunities or 0,
            (gap.low, gap.mean, gap.high),
            gap.limits == "trial",
            bool(gap.signals),
            gap.concern,
            gap.direction,
        )
        for gap in sorted(gaps, key=lambda gap: gap.day)
    ]
    unit = "days since the event before" if kind is ChartKind.T else "opportunities since then"
    return _draw(gaps[0].indicator, name, unit, charted, None) if gaps else None


def _draw(
    ref: str, name: str, unit: str, points: Sequence[Charted], target: float | None
) -> Drawing:
    drawn = points[-POINTS_DRAWN:]
    start, end = drawn[0].day, drawn[-1].day
    if start == end:
        start = max(start, date.min + timedelta(15)) - timedelta(15)
    lines = _control_lines(drawn[-1], target)
    limits = [line for point in drawn for line in point.limits if line is not None]
    low, high = _span(
        [*(point.value for point in drawn), *(line.value for line in lines), *limits]
    )
    plot = Plot(
        width=PLOT_WIDTH,
        height=PLOT_HEIGHT,
        x=date_axis(start, end),
        y=_value_axis(unit, low, high),
    )
    note = (
        f"{len(drawn)} of {count(len(points), 'point')} are drawn, the latest"
        if len(drawn) < len(points)
        else ""
    )
    keys = [POINT, *([SIGNAL] if any(point.signals for point in drawn) else [])]
    keys += [CONCERN] if any(point.concern for point in drawn) else []
    return draw(
        f"xmr-{_short_id(ref)}",
        f"{in_sentence(name)}, {in_sentence(unit)}",
        _alternative(name, unit, points, target),
        plot,
        [
            *_rules(plot, drawn, target, start, end),
            *_line_labels(plot, lines, low, high),
            *_points(plot, drawn),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=30),
        keys=keys,
        note=note,
    )


def _control_lines(point: Charted, target: float | None) -> list[ControlLine]:
    """Return the lines across that have a value, the upper ones first."""
    low, mean, high = point.limits
    limit = "trial limit" if point.trial else "limit"
    lines = [
        (f"upper {limit}", high, LIMIT_DASH),
        ("mean", mean, ()),
        (f"lower {limit}", low, LIMIT_DASH),
        ("target", target, TARGET_DASH),
    ]
    known = [ControlLine(name, value, dash) for name, value, dash in lines if value is not None]
    return sorted(known, key=lambda line: -line.value)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Return the lowest and the highest value of the axis, with some room beyond the *values*."""
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _value_axis(unit: str, low: float, high: float) -> Channel:
    axis = {
        "title": cut(unit, PLOT_HEIGHT - 20, SMALL),
        "tickCount": 6,
        "grid": False,
        "format": "~s" if max(abs(low), abs(high)) >= 100_000 else ",~r",  # 200k has room
    }
    return quantity("y", [low, high], axis, zero=False)


def _rules(
    plot: Plot, points: Sequence[Charted], target: float | None, start: date, end: date
) -> Iterator[Layer]:
    """Yield the lines across, those of each baseline as far as its points go."""
    phases = [[*phase] for _, phase in groupby(points, key=lambda point: point.limits)]
    begin = start
    for number, phase in enumerate(phases, 1):
        until = end if number == len(phases) else phase[-1].day
        for line in _control_lines(phase[-1], None):
            look = {"strokeDash": list(line.dash)} if line.dash else {}
            yield _rule(plot, begin, until, line.value, color=LINE, **look)
        begin = until
    if target is not None:
        yield _rule(plot, start, end, target, color=INK, strokeDash=list(TARGET_DASH))


def _rule(plot: Plot, start: date, end: date, value: float, **look: MarkProperties) -> Layer:
    ends = {"x": milliseconds(start), "x2": milliseconds(end), "y": value, "y2": value}
    return plot.rules([ends], strokeWidth=1.25, **look)


def _line_labels(
    plot: Plot, lines: Sequence[ControlLine], low: float, high: float
) -> Iterator[Layer]:
    """Yield each line's name and value beside its right end, none on another."""
    wanted = [
        (high - line.value) / (high - low) * PLOT_HEIGHT - LABEL_HEIGHT / 2 for line in lines
    ]
    begins = spread(wanted, [LABEL_HEIGHT] * len(lines), PLOT_HEIGHT + LABEL_HEIGHT)
    for line, y in zip(lines, begins, strict=True):
        text = cut(f"{line.name} {short_number(line.value)}", RIGHT - 14, SMALL)
        colour = INK if line.name == "target" else GREY
        yield plot.words(
            text, x=PLOT_WIDTH + 10, y=y + LABEL_HEIGHT / 2, fontSize=SMALL, color=colour
        )


def _points(plot: Plot, points: Sequence[Charted]) -> Iterator[Layer]:
    marks: list[Datum] = [
        {"x": milliseconds(point.day), "y": point.value, "order": n, "part": 0}
        for n, point in enumerate(points)
    ]
    usual: list[Datum] = []
    signals: list[Datum] = []
    concerns: list[Datum] = []
    for mark, point in zip(marks, points, strict=True):
        (concerns if point.concern else signals if point.signals else usual).append(mark)
    yield plot.line(marks, color=BLUE, strokeWidth=1.25)
    yield plot.points(usual, shape="circle", fill=BLUE, stroke=BLUE, size=30)
    yield plot.points(signals, shape="square", fill=WHITE, size=70)
    yield plot.points(concerns, shape="diamond", fill=VERMILION, size=110)


def _short_id(ref: str) -> str:
    """Return a short name for *ref* that an id can hold."""
    return sha256(ref.encode(errors="backslashreplace")).hexdigest()[:10]


def _alternative(name: str, unit: str, points: Sequence[Charted], target: float | None) -> str:
    """Return what the chart shows, in words."""
    first, last = points[0], points[-1]
    lowest, highest = min(p.value for p in points), max(p.value for p in points)
    aim = f", target {short_number(target)}" if target is not None else ""
    values = (
        f"{in_sentence(name)} ({in_sentence(unit)}): {count(len(points), 'point')} from"
        f" {month(first.day)} to {month(last.day)}, between"
        f" {short_number(lowest)} and {short_number(highest)},"
        f" the latest {short_number(last.value)}{aim}."
    )
    low, mean, high = last.limits
    if mean is None or low is None or high is None:
        return f"{values} There are too few points for limits."
    signals = [point for point in points if point.signals]
    concerns = [point for point in points if point.concern]
    unresolved = len(concerns)
    wrong = f"; {unresolved:,} for the worse {are(unresolved)} not resolved" if concerns else ""
    signalled = "no signal"
    if signals:
        latest = f"in {month(signals[-1].day)}, {TENDENCIES_AT_A_POINT[signals[-1].direction]}"
        signalled = f"{count(len(signals), 'signal')}, the latest {latest}"
    limits = "its limits, on trial," if last.trial else "its limits"
    return (
        f"{values} Its mean is {short_number(mean)}, {limits} {short_number(low)} and"
        f" {short_number(high)}; {signalled}{wrong}."
    )
