"""Statutory clocks: working days of England, and month deadlines.

Day 1 of a period of working days is the next working day. A deadline in months is the same day of
the later month, clipped to that month's end, and does not roll forward over a weekend.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ENGLAND = "ENG"
LONDON = ZoneInfo("Europe/London")


def local_day(instant: datetime) -> date:
    """Return the day in Europe/London on which *instant* falls."""
    try:
        return instant.astimezone(LONDON).date()
    except OverflowError:  # next to the first or the last instant that a datetime can hold
        return instant.date()


def last_instant(known: date | datetime | None) -> datetime | None:
    """Return the last instant that *known* includes; for a date, its end in Europe/London."""
    if known is None or isinstance(known, datetime):
        return known
    if known == date.max:
        return datetime.max.replace(tzinfo=UTC)
    midnight = datetime.combine(known + timedelta(days=1), time(), LONDON)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    import holidays  # on first use: it takes as long to load as a third of the core

    return frozenset(holidays.country_holidays("GB", subdiv=ENGLAND, years=year))


def is_working_day(day: date) -> bool:
    """Return whether *day* is Monday to Friday, and no bank holiday in England, even a one-off."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(start: date, days: int) -> date:
    """Return the last day of a period of *days* working days; day 1 is the next after *start*."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return the number of working days in (*start*, *end*], the inverse of `add_working_days`."""
    if end < start:
        return -working_days_between(end, start)
    weeks, rest = divmod((end - start).days, 7)
    weekdays = 5 * weeks + sum((start + timedelta(days=n + 1)).weekday() < 5 for n in range(rest))
    return weekdays - sum(
        start < day <= end and day.weekday() < 5
        for year in range(start.year, end.year + 1)
        for day in _bank_holidays(year)
    )


def add_months(start: date, months: int) -> date:
    """Return the same day, *months* later, clipped to the end of the month: 31 January and one
    month is 28 or 29 February.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
