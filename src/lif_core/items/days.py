"""Half-open intervals of days, [from, to): the arithmetic of accountability."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from msgspec import Struct

from lif_core.decisions.record import Record, Version
from lif_core.projection.projection import Part
from lif_core.values.working_days import local_day


class Days(Struct, frozen=True):
    """[*start*, *end*): *end* itself is not in it; empty where *end* is not later."""

    start: date
    end: date

    @property
    def count(self) -> int:
        return max(0, (self.end - self.start).days)

    def within(self, other: "Days") -> "Days":
        return Days(max(self.start, other.start), min(self.end, other.end))


class Explained(Struct, frozen=True, kw_only=True):
    """An explanation: from *since*, the day it was recorded, *until* it expires, if it does."""

    since: date
    until: date | None

    def within(self, other: Days) -> Days:
        return Days(self.since, self.until or other.end).within(other)


def explained(record: Record, until: Callable[[Any], date | None]) -> tuple[Explained, ...]:
    """The explanation in *record*, never backwards: each version counts from when it was recorded.

    An amendment adds no explained day before it, and takes none away.
    """
    versions = record.versions or (Version(record.recorded_at, record.event),)
    found = []
    for version, later in zip_longest(versions, versions[1:]):
        since = max(version.event.on, local_day(version.recorded_at))
        ends = [until(version.event), local_day(later.recorded_at) if later else None]
        found.append(Explained(since=since, until=min((e for e in ends if e), default=None)))
    return tuple(found)


def union(intervals: Iterable[Days]) -> tuple[Days, ...]:
    """The same days, each once, as intervals that do not touch."""
    joined: list[Days] = []
    for days in sorted((d for d in intervals if d.count), key=lambda d: d.start):
        if joined and days.start <= joined[-1].end:
            joined[-1] = Days(joined[-1].start, max(joined[-1].end, days.end))
        else:
            joined.append(days)
    return tuple(joined)


def count_within(intervals: Sequence[Days], other: Days) -> int:
    """How many of the days of *intervals*, which do not touch, lie in *other*."""
    return sum(days.within(other).count for days in intervals)


def passed(day: date, part: Part) -> bool:
    """Return whether *day* is over, for a *part* that is made again when it is."""
    return day < date.max and part.reached(date.fromordinal(day.toordinal() + 1))
