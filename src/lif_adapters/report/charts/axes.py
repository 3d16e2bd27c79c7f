"""Axes: days and counts from nought, dates by the calendar, and rows one under another."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import altair

from lif_adapters.report.charts.drawing import Row
from lif_adapters.report.charts.labels import MONTHS, fitting

STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
TICKS = 8
EPOCH = date(1970, 1, 1)
DAY = 86_400_000
NAME, LINE = 12, 13
"""How high the letters of a name are, and its lines."""


def counted(title: str, most: float, *, ticks: Sequence[int] = ()) -> altair.X:
    """Whole numbers from 0 to *most*, or to 1 where that is less; *ticks*: those written."""
    at = {"values": list(ticks)} if ticks else {"tickMinStep": 1, "tickCount": 6}
    return altair.X(
        "x:Q",
        scale=altair.Scale(domain=[0, max(most, 1)], nice=False),
        axis=altair.Axis(title=title, format=",d", titlePadding=8, **at),
    )


def moment(day: date) -> int:
    """*day* as the milliseconds of its midnight, UTC: the number that a chart keeps."""
    return (day - EPOCH).days * DAY


def dated(start: date, end: date) -> altair.X:
    """From *start* to *end*, in the time of no place: a date is the same day everywhere."""
    ticks, written = _ticks(start, end)
    return altair.X(
        "x:T",
        scale=altair.Scale(type="utc", domain=[moment(start), moment(end)], nice=False),
        axis=altair.Axis(
            title=None,
            values=[moment(day) for day in ticks],
            format=written,
            labelBound=True,
        ),
    )


def _ticks(start: date, end: date) -> tuple[list[date], str]:
    whole = (end - start).days
    if whole < 80:
        step = max(1, -(-whole // TICKS))
        return [start + timedelta(n) for n in range(0, whole + 1, step)], "%-d %b %Y"
    months = next(step for step in STEPS if whole / 30.44 / step <= TICKS)
    return list(_firsts(start, end, months)), "%Y" if months >= 12 else "%b %Y"


def _firsts(start: date, end: date, months: int) -> Iterator[date]:
    """The firsts of every so many *months*, counted from January, from *start* to *end*."""
    number = -(-(start.year * 12 + start.month - (start.day == 1)) // months) * months
    while number < (end.year + 1) * 12 and number < 10_000 * 12:
        first = date(number // 12, number % 12 + 1, 1)
        if first > end:
            return
        yield first
        number += months


def rows_of(count: float) -> altair.Y:
    """Rows from 0 down to *count*, without an axis: each row bears its own label."""
    return altair.Y("y:Q", scale=altair.Scale(domain=[count, 0], nice=False), axis=None)


def beside(names: Sequence[Sequence[str]], pixels: float, high: int) -> Iterator[Row]:
    """What the body of each row is called, in the middle of its row, over two lines at most."""
    for number, called in enumerate(names):
        found = fitting(called, pixels, NAME, 2)
        for line, text in enumerate(found):
            down = (line - (len(found) - 1) / 2) * LINE / high
            yield {"y": number + 0.5 + down, "text": text.strip()}


def day_of(day: date) -> str:
    """*day* as people write it, such as 5 Jun 2019."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_of(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def uncounted(count: int) -> altair.X:
    """Columns from 0 to *count*, without an axis: each bears its own label."""
    return altair.X("x:Q", scale=altair.Scale(domain=[0, count], nice=False), axis=None)
