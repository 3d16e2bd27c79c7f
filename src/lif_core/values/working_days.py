"""Statutory deadlines: working days by a calendar of bank holidays, and months.

Day 1 of a period of working days is the next working day. A deadline in months is the same day of
the later month, clipped to that month's end, and does not roll forward over a weekend.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ENGLAND = "GB-ENG"
LONDON = ZoneInfo("Europe/London")


def local_day(instant: datetime) -> date:
    """Return the day in Europe/London on which *instant* falls."""
    if instant.tzinfo is UTC and 1 <= instant.hour < 22:  # London was never further from it
        return instant.date()
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


def is_calendar(name: str) -> bool:
    """Return whether there is a calendar of bank holidays called *name*, such as `GB-SCT`."""
    import holidays

    country, _, part = name.partition("-")
    known = holidays.list_supported_countries()
    return country in known and (not part or part in known[country])


@cache
def _bank_holidays(calendar_name: str, year: int) -> frozenset[date]:
    import holidays  # on first use: it takes as long to load as a third of the core

    country, _, part = calendar_name.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


def is_working_day(day: date, calendar_name: str = ENGLAND) -> bool:
    """Return whether *day* is Monday to Friday, and no bank holiday of the calendar, even a
    one-off.
    """
    return day.weekday() < 5 and day not in _bank_holidays(calendar_name, day.year)


def add_working_days(start: date, days: int, calendar_name: str = ENGLAND) -> date:
    """Return the last day of a period of *days* working days; day 1 is the next after *start*."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day, calendar_name):
            day += timedelta(days=1)
    return day


def working_days_before(end: date, days: int, calendar_name: str = ENGLAND) -> date:
    """Return the last day that leaves a whole period of *days* working days up to *end*."""
    day = end
    while days > 0:
        days -= is_working_day(day, calendar_name)
        day -= timedelta(days=1)
    return day


def working_days_between(start: date, end: date, calendar_name: str = ENGLAND) -> int:
    """Return the number of working days in (*start*, *end*], the inverse of `add_working_days`."""
    if end < start:
        return -working_days_between(end, start, calendar_name)
    weeks, rest = divmod((end - start).days, 7)
    weekdays = 5 * weeks + sum((start + timedelta(days=n + 1)).weekday() < 5 for n in range(rest))
    return weekdays - sum(
        start < day <= end and day.weekday() < 5
        for year in range(start.year, end.year + 1)
        for day in _bank_holidays(calendar_name, year)
    )


def add_months(start: date, months: int) -> date:
    """Return the same day, *months* later, clipped to the end of the month: 31 January and one
    month is 28 or 29 February.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
