"""Half-open intervals of days, [start, end): the arithmetic of accountability."""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def versions_of(record: Record) -> tuple[Version, ...]:
    """Return what *record* said, from when: one version, or several where it was amended."""
    return record.versions or (Version(record.recorded_at, record.event),)


def explanations_in(
    record: Record, until: Callable[[Any], date | None]
) -> tuple[Explanation, ...]:
    """Return an explanation for each version of *record*; `until(event)` is when it expires.

    Each version counts from the day it was recorded until the next one was. So an amendment
    neither explains a day before it nor takes back one that was explained.
    """
    versions = versions_of(record)
    explanations = []
    for version, following in zip_longest(versions, versions[1:]):
        since = max(version.event.on, local_day(version.recorded_at))
        ends = [until(version.event), local_day(following.recorded_at) if following else None]
        until_day = min((day for day in ends if day), default=None)
        explanations.append(Explanation(since=since, until=until_day))
    return tuple(explanations)


class _DatedVersion(Struct, frozen=True):
    """A version of an entry that set the date *due*, from the day *on*, *recorded* on another."""

    on: date
    recorded: date
    due: date


def dates_in_force(dated: Sequence[Record], whole: Days) -> Iterator[tuple[Days, date]]:
    """Yield the date that was in force on which of the days *whole*, as recorded by then.

    *dated* are the records that set it, in the order of their effect. The first one holds until
    another is on record: one that was recorded late does not forgive the days before.
    """
    first, *changes = dated
    if not changes and not first.versions:  # the most usual case
        yield whole, first.event.due  # type: ignore[attr-defined]
        return
    entries = [
        [
            _DatedVersion(each.event.on, local_day(each.recorded_at), each.event.due)  # type: ignore[attr-defined]
            for each in versions_of(record)
        ]
        for record in dated
    ]
    turns = {day for versions in entries for each in versions for day in (each.on, each.recorded)}
    starts = sorted({whole.start, *(day for day in turns if whole.start < day < whole.end)})
    for start, end in zip_longest(starts, starts[1:], fillvalue=whole.end):
        yield Days(start, end), _date_on(start, entries)


def _date_on(day: date, entries: Sequence[Sequence[_DatedVersion]]) -> date:
    """Return the date in force on a *day*: what took effect last, as it was on record by then."""
    in_force, since = entries[0][0], date.min
    for versions in entries:
        on_record = [each for each in versions if each.recorded <= day]
        if on_record and since <= on_record[-1].on <= day:
            in_force, since = on_record[-1], on_record[-1].on
    return in_force.due


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
