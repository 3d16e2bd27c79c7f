"""Axes: days and counts from nought, dates by the calendar, and rows one under another."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from lif_adapters.report.drawing.labels import fit
from lif_adapters.report.drawing.marks import Channel, Datum

MONTHS_APART = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
TICKS = 8
EPOCH = date(1970, 1, 1)
DAY = 86_400_000
NAME_SIZE, NAME_LINE = 12, 13
"""The size of the letters of a name, and the height of its lines."""


def milliseconds(day: date) -> int:
    """Return the midnight of *day*, UTC, as the number by which a chart keeps it."""
    return (day - EPOCH).days * DAY


def count_axis(title: str, most: float, *, ticks: Sequence[int] = ()) -> Channel:
    """Return whole numbers from 0 to *most*, or to 1 where that is less; *ticks* are written."""
    marks = {"values": list(ticks)} if ticks else {"tickMinStep": 1, "tickCount": 6}
    axis = {"title": title, "format": ",d", "titlePadding": 8, **marks}
    return quantity("x", [0, max(most, 1)], axis)


def quantity(field: str, domain: Sequence[float], axis: Any, **scale: bool) -> Channel:
    """Return the channel of a number, from one end of its *domain* to the other."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [*domain], "nice": False, **scale},
        "axis": axis,
    }


def date_axis(start: date, end: date) -> Channel:
    """Return dates from *start* to *end*, in UTC, so that a date is the same day everywhere."""
    ticks, written = _ticks(start, end)
    return {
        "field": "x",
        "type": "temporal",
        "scale": {
            "type": "utc",
            "domain": [milliseconds(start), milliseconds(end)],
            "nice": False,
        },
        "axis": {
            "title": None,
            "values": [milliseconds(day) for day in ticks],
            "format": written,
            "labelBound": True,
        },
    }


def _ticks(start: date, end: date) -> tuple[list[date], str]:
    """Return the days that are written under the axis, and their format."""
    days = (end - start).days
    if days < 80:
        step = max(1, -(-days // TICKS))
        return [start + timedelta(n) for n in range(0, days + 1, step)], "%-d %b %Y"
    months = next(step for step in MONTHS_APART if days / 30.44 / step <= TICKS)
    return list(_firsts(start, end, months)), "%Y" if months >= 12 else "%b %Y"


def _firsts(start: date, end: date, months: int) -> Iterator[date]:
    """Yield the firsts of every so many *months*, counted from January, from *start* to *end*."""
    number = -(-(start.year * 12 + start.month - (start.day == 1)) // months) * months
    while number < (end.year + 1) * 12 and number < 10_000 * 12:
        first = date(number // 12, number % 12 + 1, 1)
        if first > end:
            return
        yield first
        number += months


def row_axis(rows: float) -> Channel:
    """Return *rows* from the top down, without an axis: each row bears its own label."""
    return quantity("y", [rows, 0], None)


def column_axis(columns: int) -> Channel:
    """Return so many *columns*, without an axis: each bears its own label."""
    return quantity("x", [0, columns], None)


def row_labels(names: Sequence[Sequence[str]], pixels: float, row_height: int) -> Iterator[Datum]:
    """Yield what the body of each row is called, amid its row, over two lines at most."""
    for number, choices in enumerate(names):
        lines = fit(choices, pixels, NAME_SIZE, 2)
        for line, text in enumerate(lines):
            down = (line - (len(lines) - 1) / 2) * NAME_LINE / row_height
            yield {"y": number + 0.5 + down, "text": text.strip()}
