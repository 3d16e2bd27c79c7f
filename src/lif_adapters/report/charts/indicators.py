"""The XmR chart of an indicator: its points, its usual limits, and what stands out of them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256

import altair

from lif_adapters.report.charts.axes import dated, moment, month_of
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    INK,
    LINE,
    SMALL,
    VERMILION,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    Row,
    drawn,
)
from lif_adapters.report.charts.labels import apart, cut, many, named, number
from lif_core.views.sustainability.rows import PointRow

MOST = 120
HIGH = 260
LEFT, RIGHT = 64, 150
WIDE = WIDTH - LEFT - RIGHT
LABEL = 15
LIMIT, TARGET = (6, 4), (10, 3, 2, 3)

POINT = Key(label="point", shape="circle", fill=BLUE, stroke=BLUE)
SIGNAL = Key(label="signal", shape="square")
CONCERN = Key(
    label="concern: a signal the wrong way, not resolved",
    shape="diamond",
    fill=VERMILION,
    stroke=INK,
)


def xmr_chart(
    name: str, unit: str, points: Sequence[PointRow], target: float | None
) -> Drawn | None:
    """The latest points of one indicator in the order of their periods, with its limits."""
    if not points:
        return None
    points = sorted(points, key=lambda point: point.period)
    shown = points[-MOST:]
    start, end = shown[0].period, shown[-1].period
    if start == end:
        start = max(start, date.min + timedelta(15)) - timedelta(15)
    lines = _lines(shown[-1], target)
    low, high = _span([*(point.value for point in shown), *(value for _, value, _ in lines)])
    plot = Plot(width=WIDE, height=HIGH, x=dated(start, end), y=_values(unit, low, high))
    note = (
        f"{len(shown)} of {many(len(points), 'point')} are drawn, the latest"
        if len(shown) < len(points)
        else ""
    )
    signs = [POINT, *([SIGNAL] if any(_signals(p) for p in shown) else [])]
    signs += [CONCERN] if any(p.concern for p in shown) else []
    return drawn(
        f"xmr-{_short(shown[0].indicator)}",
        f"{named(name)}, {named(unit)}",
        _words(name, unit, points, target),
        plot,
        [
            *_rules(plot, lines, start, end),
            *_beside(plot, lines, low, high),
            *_points(plot, shown),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=30),
        signs=signs,
        note=note,
    )


def _lines(point: PointRow, target: float | None) -> list[tuple[str, float, tuple[int, ...]]]:
    """The lines across: their names, values and dashes."""
    found = [
        ("upper limit", point.high, LIMIT),
        ("mean", point.mean, ()),
        ("lower limit", point.low, LIMIT),
        ("target", target, TARGET),
    ]
    lines = [(name, value, dash) for name, value, dash in found if value is not None]
    return sorted(lines, key=lambda line: -line[1])


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _values(unit: str, low: float, high: float) -> altair.Y:
    return altair.Y(
        "y:Q",
        scale=altair.Scale(domain=[low, high], nice=False, zero=False),
        axis=altair.Axis(
            title=cut(unit, HIGH - 20, SMALL),
            tickCount=6,
            grid=False,
            format="~s" if max(abs(low), abs(high)) >= 100_000 else ",~r",  # 200k has room
        ),
    )


def _rules(
    plot: Plot, lines: Sequence[tuple[str, float, tuple[int, ...]]], start: date, end: date
) -> Iterator[Layer]:
    for name, value, dash in lines:
        look = {"strokeDash": list(dash)} if dash else {}
        colour = INK if name == "target" else LINE
        row = {"x": moment(start), "x2": moment(end), "y": value, "y2": value}
        yield plot.rules([row], color=colour, strokeWidth=1.25, **look)


def _beside(
    plot: Plot, lines: Sequence[tuple[str, float, tuple[int, ...]]], low: float, high: float
) -> Iterator[Layer]:
    """Each line's name and value at its right end, none on another."""
    wanted = [(high - value) / (high - low) * HIGH - LABEL / 2 for _, value, _ in lines]
    begins = apart(wanted, [LABEL] * len(lines), HIGH + LABEL)
    for (name, value, _), y in zip(lines, begins, strict=True):
        text = cut(f"{name} {number(value)}", RIGHT - 14, SMALL)
        colour = INK if name == "target" else GREY
        yield plot.words(text, x=WIDE + 10, y=y + LABEL / 2, fontSize=SMALL, color=colour)


def _points(plot: Plot, shown: Sequence[PointRow]) -> Iterator[Layer]:
    rows: list[Row] = [
        {"x": moment(point.period), "y": point.value, "order": n, "part": 0}
        for n, point in enumerate(shown)
    ]
    usual: list[Row] = []
    signals: list[Row] = []
    concerns: list[Row] = []
    for row, point in zip(rows, shown, strict=True):
        (concerns if point.concern else signals if _signals(point) else usual).append(row)
    yield plot.line(rows, color=BLUE, strokeWidth=1.25)
    yield plot.points(usual, shape="circle", fill=BLUE, stroke=BLUE, size=30)
    yield plot.points(signals, shape="square", fill=WHITE, size=70)
    yield plot.points(concerns, shape="diamond", fill=VERMILION, size=110)


def _short(ref: str) -> str:
    """*ref* as an id can hold it."""
    return sha256(ref.encode(errors="backslashreplace")).hexdigest()[:10]


def _signals(point: PointRow) -> bool:
    return bool(point.signals)


def _words(name: str, unit: str, points: Sequence[PointRow], target: float | None) -> str:
    first, last = points[0], points[-1]
    aim = f", target {number(target)}" if target is not None else ""
    told = (
        f"{named(name)} ({named(unit)}): {many(len(points), 'point')} from"
        f" {month_of(first.period)} to {month_of(last.period)}, between"
        f" {number(min(p.value for p in points))} and {number(max(p.value for p in points))},"
        f" the latest {number(last.value)}{aim}."
    )
    if last.mean is None or last.low is None or last.high is None:
        return f"{told} There are too few points for limits."
    signals = [point for point in points if _signals(point)]
    concerns = [point for point in points if point.concern]
    wrong = (
        f", {len(concerns):,} of them the wrong way and not resolved, the latest in"
        f" {month_of(concerns[-1].period)}"
        if concerns
        else ""
    )
    found = many(len(signals), "signal") if signals else "no signal"
    return (
        f"{told} Its mean is {number(last.mean)}, its limits {number(last.low)} and"
        f" {number(last.high)}; {found}{wrong}."
    )
