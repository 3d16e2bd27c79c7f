"""Half-open intervals of days, [start, end): the arithmetic of accountability."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from attrs import define
from msgspec import Struct

from lif_core.decisions.record import Record, Version
from lif_core.projection.projection import Part
from lif_core.values.authority import Authority
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


class _Reach(Struct, frozen=True):
    """The days from *since* on for which a version of an explanation was offered: *until* the day
    it names, if any, or until another version *replaced* it. It was *recorded* at an instant.
    """

    since: date
    until: date | None
    replaced: date
    recorded: datetime


@define(kw_only=True)
class Explanation:
    """An explanation of a delay as a body *by* offered it, and the day it was *accepted*.

    *position* and *recorded* are those of its entry. Each version of it counts from when that
    version was recorded until the next one was: an amendment neither explains a day before it nor
    takes back one that was explained.
    """

    name: str
    by: str
    reasons: str
    position: int
    recorded: date
    reaches: tuple[_Reach, ...]

    def acceptance(self, acceptances: Iterable["Acceptance"]) -> "Acceptance | None":
        """Return the first of the *acceptances* that is of it, not of another of its name."""
        return next(
            (
                each
                for each in acceptances
                if each.name == self.name and each.position > self.position
            ),
            None,
        )

    def offered(self, horizon: int, ended: date) -> tuple[Days, ...]:
        """Return the days for which it was offered, before it expired or *ended*.

        Without a day of its own it expires *horizon* days after its recording.
        """
        expiry = _days_after(self.recorded, horizon)
        return tuple(
            Days(reach.since, min(reach.until or expiry, reach.replaced, ended))
            for reach in self.reaches
        )

    def accepted(
        self, acceptance: "Acceptance | None", horizon: int, ended: date
    ) -> tuple[Days, ...]:
        """Return the days for which it was accepted, before it expired or *ended*.

        What was accepted is what was on record then: a version that was recorded later explains
        no day after the end of the one accepted.
        """
        if acceptance is None:
            return ()
        expiry, limit = _days_after(self.recorded, horizon), date.max
        for reach in self.reaches:
            if reach.recorded <= acceptance.at:
                limit = reach.until or expiry
        held = Days(acceptance.since, limit)
        return tuple(days.within(held) for days in self.offered(horizon, ended))


class Acceptance(Struct, frozen=True, kw_only=True):
    """The acceptance of the explanation *name*: it counts *since* a day, that of its recording, or
    the later one on which it takes effect.
    """

    name: str
    since: date
    at: datetime
    position: int
    by: Authority


def acceptance_of(record: Record) -> Acceptance:
    """Return the acceptance of an explanation that *record* is."""
    event: Any = record.event
    return Acceptance(
        name=event.explanation,
        since=max(event.on, local_day(record.recorded_at)),
        at=record.recorded_at,
        position=record.position,
        by=event.by,
    )


def explanation_in(record: Record) -> Explanation:
    """Return the explanation that *record* offers."""
    event: Any = record.event
    versions = versions_of(record)
    reaches = []
    for version, following in zip_longest(versions, versions[1:]):
        offer: Any = version.event
        since = max(offer.on, local_day(version.recorded_at))
        replaced = local_day(following.recorded_at) if following else FOREVER
        reaches.append(_Reach(since, offer.until, replaced, version.recorded_at))
    return Explanation(
        name=event.explanation,
        by=event.by.body,
        reasons=event.reasons,
        position=record.position,
        recorded=local_day(record.recorded_at),
        reaches=tuple(reaches),
    )


def _days_after(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max


def versions_of(record: Record) -> tuple[Version, ...]:
    """Return what *record* said, from when: one version, or several where it was amended."""
    return record.versions or (Version(record.recorded_at, record.event),)


class _DatedVersion(Struct, frozen=True):
    """A version of an entry that set the date *due*, from the day *on*, *recorded* on another.

    *position* is that of the entry, which an amendment leaves where it was.
    """

    on: date
    position: int
    recorded: date
    due: date | None


def dates_in_force(dated: Sequence[Record], whole: Days) -> Iterator[tuple[Days, date | None]]:
    """Yield the date that was in force on which of the days *whole*, as recorded by then.

    It is `None` on those for which none was agreed yet.

    *dated* are the records that set it, in the order of their effect. The first one holds until
    another is on record: one that was recorded late does not forgive the days before.
    """
    first, *changes = dated
    if not changes and not first.versions:  # the most usual case
        yield whole, first.event.due  # type: ignore[attr-defined]
        return
    entries = [
        [
            _DatedVersion(
                each.event.on,
                record.position,
                local_day(each.recorded_at),
                each.event.due,  # type: ignore[attr-defined]
            )
            for each in versions_of(record)
        ]
        for record in dated
    ]
    turns = {day for versions in entries for each in versions for day in (each.on, each.recorded)}
    starts = sorted({whole.start, *(day for day in turns if whole.start < day < whole.end)})
    for start, end in zip_longest(starts, starts[1:], fillvalue=whole.end):
        yield Days(start, end), _date_on(start, entries)


def _date_on(day: date, entries: Sequence[Sequence[_DatedVersion]]) -> date | None:
    """Return the date in force on a *day*: what took effect last, as it was on record by then.

    Where several took effect on one day, it is the one recorded last, wherever it was moved since.
    """
    on_record = ([each for each in versions if each.recorded <= day] for versions in entries)
    latest = (versions[-1] for versions in on_record if versions and versions[-1].on <= day)
    return max(latest, key=lambda each: (each.on, each.position), default=entries[0][0]).due


def union(intervals: Iterable[Days]) -> tuple[Days, ...]:
    """Return the same days, each once, as intervals that do not touch."""
    joined: list[Days] = []
    for days in sorted((days for days in intervals if days.count), key=lambda days: days.start):
        if joined and days.start <= joined[-1].end:
            joined[-1] = Days(joined[-1].start, max(joined[-1].end, days.end))
        else:
            joined.append(days)
    return tuple(joined)


def explained_and_offered(
    late: Days,
    explanations: Iterable[tuple[Explanation, Acceptance | None, date]],
    horizon: int,
) -> tuple[tuple[Days, ...], tuple[Days, ...]]:
    """Return which of the days *late* are explained, and for which one was only offered.

    With each explanation come its acceptance, if any, and the day on which a new date ended it.
    """
    accepted: list[Days] = []
    offered: list[Days] = []
    for explanation, acceptance, ended in explanations:
        accepted += explanation.accepted(acceptance, horizon, ended)
        offered += explanation.offered(horizon, ended)
    explained = union(days.within(late) for days in accepted)
    either = union(days.within(late) for days in (*accepted, *offered))
    return explained, tuple(without(either, explained))


def without(days: Iterable[Days], others: Sequence[Days]) -> Iterator[Days]:
    """Yield the *days* that are in none of the *others*, which are in order and do not touch."""
    for each in days:
        start = each.start
        for other in others:
            if start < other.start < each.end:
                yield Days(start, other.start)
            if other.start < each.end and other.end > start:
                start = other.end
        if start < each.end:
            yield Days(start, each.end)


def has_passed(day: date, part: Part) -> bool:
    """Return whether *day* is over; *part* is made again when it is."""
    return day < date.max and part.reached(date.fromordinal(day.toordinal() + 1))
