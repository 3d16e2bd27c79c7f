"""Half-open intervals of days, [start, end): the arithmetic of accountability."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from lif_core.decisions.record import Record, Version
from lif_core.projection.projection import Part
from lif_core.values.working_days import local_day

FOREVER = date.max
"""The end of an interval that has not ended."""


class Days(Struct, frozen=True):
    """The days [*start*, *end*): none where *end* is not later than *start*."""

    start: date
    end: date

    @property
    def count(self) -> int:
        return max(0, (self.end - self.start).days)

    def within(self, other: "Days") -> "Days":
        """Return the days that are in *other* too."""
        return Days(max(self.start, other.start), min(self.end, other.end))

    def so_far(self, part: Part) -> int:
        """Return how many of the days are over; while they last, the number grows in *part*."""
        if self.end <= self.start:
            return 0
        if part.reached(self.end):
            return (self.end - self.start).days
        return part.days_since(self.start)


class Explanation(Struct, frozen=True, kw_only=True):
    """An explanation of a delay, in force on the days [*since*, *until*).

    It counts from the day it was recorded; *until* is `None` where it does not expire.
    """

    since: date
    until: date | None

    def within(self, other: Days) -> Days:
        """Return the days of *other* on which it is in force."""
        return Days(self.since, self.until or other.end).within(other)


def explanations_in(
    record: Record, until: Callable[[Any], date | None]
) -> tuple[Explanation, ...]:
    """Return an explanation for each version of *record*; `until(event)` is when it expires.

    Each version counts from the day it was recorded until the next one was. So an amendment
    neither explains a day before it nor takes back one that was explained.
    """
    versions = record.versions or (Version(record.recorded_at, record.event),)
    explanations = []
    for version, following in zip_longest(versions, versions[1:]):
        since = max(version.event.on, local_day(version.recorded_at))
        ends = [until(version.event), local_day(following.recorded_at) if following else None]
        until_day = min((day for day in ends if day), default=None)
        explanations.append(Explanation(since=since, until=until_day))
    return tuple(explanations)


def union(intervals: Iterable[Days]) -> tuple[Days, ...]:
    """Return the same days, each once, as intervals that do not touch."""
    joined: list[Days] = []
    for days in sorted((days for days in intervals if days.count), key=lambda days: days.start):
        if joined and days.start <= joined[-1].end:
            joined[-1] = Days(joined[-1].start, max(joined[-1].end, days.end))
        else:
            joined.append(days)
    return tuple(joined)


def has_passed(day: date, part: Part) -> bool:
    """Return whether *day* is over; *part* is made again when it is."""
    return day < date.max and part.reached(date.fromordinal(day.toordinal() + 1))
