"""Half-open intervals of days, [start, end): the arithmetic of accountability."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from lif_core.decisions.record import Record
from lif_core.projection.projection import Part
from lif_core.values.authority import Authority
from lif_core.values.working_days import local_day

FOREVER = date.max
"""The end of an interval that has not ended."""


class Days(Struct, frozen=True, order=True, gc=False):
    """The days [*start*, *end*): none where *end* is not later than *start*."""

    start: date
    end: date

    @property
    def count(self) -> int:
        return max(0, (self.end - self.start).days)

    def within(self, other: "Days") -> "Days":
        """Return the days that are in *other* too."""
        start, end = self.start, self.end
        if other.start > start:
            start = other.start
        if other.end < end:
            end = other.end
        return Days(start, end)

    def so_far(self, part: Part) -> int:
        """Return how many of the days are over; while they last, the number grows in *part*."""
        return part.days_over(self.start, self.end)


def so_far(intervals: Iterable[Days], part: Part) -> int:
    """Return how many of the days of all *intervals* are over; it grows while one lasts."""
    over = 0
    for days in intervals:
        over += part.days_over(days.start, days.end)
    return over


def hull(intervals: Iterable[Days], otherwise: date) -> Days:
    """Return the days from the first of the *intervals* to the last, but for those that are empty;
    none, on the day *otherwise*, where all are.
    """
    some = [days for days in intervals if days.start < days.end]
    if len(some) == 1:
        return some[0]  # the most usual case
    first = min((days.start for days in some), default=otherwise)
    return Days(first, max((days.end for days in some), default=otherwise))


class _Reach(Struct, frozen=True, gc=False):
    """The days from *since* on for which a version of an explanation was offered: *until* the day
    it names, if any, or until another version *replaced* it. It was *recorded* at an instant.
    """

    since: date
    until: date | None
    replaced: date
    recorded: datetime


class Explanation(Struct, kw_only=True):
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
        """Return the first of the *acceptances* of its name that is of it, not of another."""
        for each in acceptances:
            if each.position > self.position:
                return each
        return None

    def offered(self, horizon: int, ended: date) -> tuple[Days, ...]:
        """Return the days for which it was offered, before it expired or *ended*.

        Without a day of its own it expires *horizon* days after its recording.
        """
        return tuple(
            [
                Days(reach.since, min(reach.until or self._expiry(horizon), reach.replaced, ended))
                for reach in self.reaches
            ]
        )

    def _expiry(self, horizon: int) -> date:
        """Return the day on which it expires, where it does not say itself."""
        try:
            return self.recorded + timedelta(days=horizon)
        except OverflowError:
            return date.max

    def accepted(
        self, acceptance: "Acceptance", horizon: int, offered: Iterable[Days]
    ) -> Iterator[Days]:
        """Yield those of the days for which it was *offered* for which it was accepted.

        What was accepted is what was on record then: a version that was recorded later explains
        no day after the end of the one accepted.
        """
        limit = date.max
        for reach in self.reaches:
            if reach.recorded <= acceptance.at:
                limit = reach.until or self._expiry(horizon)
        held = Days(acceptance.since, limit)
        return (days.within(held) for days in offered)


class Acceptance(Struct, frozen=True, kw_only=True):
    """The acceptance of the explanation *name*: it counts *since* a day, that of its recording, or
    the later one on which it takes effect.
    """

    name: str
    since: date
    at: datetime
    position: int
    by: Authority


class Offer(NamedTuple):
    """An *explanation* as it was offered, its *acceptance*, if any, and the *days* it was for."""

    explanation: Explanation
    acceptance: Acceptance | None
    days: Sequence[Days]


def add_acceptance(record: Record, accepted: dict[str, list[Acceptance]]) -> None:
    """Add the acceptance that *record* is to those *accepted*, by the names of explanations."""
    event: Any = record.event
    acceptance = Acceptance(
        name=event.explanation,
        since=max(event.on, local_day(record.recorded_at)),
        at=record.recorded_at,
        position=record.position,
        by=event.by,
    )
    accepted.setdefault(acceptance.name, []).append(acceptance)


def explanation_in(record: Record) -> Explanation:
    """Return the explanation that *record* offers."""
    event: Any = record.event
    reaches: list[_Reach] = []
    replaced = FOREVER
    for at, offer in reversed(versions_of(record)):
        recorded = local_day(at)
        reaches.append(_Reach(max(offer.on, recorded), offer.until, replaced, at))
        replaced = recorded
    return Explanation(
        name=event.explanation,
        by=event.by.body,
        reasons=event.reasons,
        position=record.position,
        recorded=local_day(record.recorded_at),
        reaches=tuple(reversed(reaches)),
    )


def versions_of(record: Record) -> Sequence[tuple[datetime, Any]]:
    """Return from when *record* said what: one event, or several where it was amended."""
    if not record.versions:
        return ((record.recorded_at, record.event),)
    return [(version.recorded_at, version.event) for version in record.versions]


def dates_in_force(dated: Sequence[Record], whole: Days) -> Iterator[tuple[Days, date | None]]:
    """Yield the date that was in force on which of the days *whole*, as recorded by then.

    It is `None` on those for which none was agreed yet.

    *dated* are the records that set it, in the order of their effect. The first one holds until
    another is on record: one that was recorded late does not forgive the days before. Where
    several took effect on one day, it is the one recorded last, wherever it was moved since.
    """
    start, due = whole.start, versions_of(dated[0])[0][1].due
    changes = _changes_in_order(dated)
    for day, changed in _changes(dated, due) if changes is None else changes:
        if start < day < whole.end:
            yield Days(start, day), due
            start = day
        if day < whole.end:
            due = changed
    yield Days(start, whole.end), due


ChangeOfDate: TypeAlias = tuple[date, date | None]
"""A day from which on another date is in force, or the same still."""


def _changes_in_order(dated: Sequence[Record]) -> Sequence[ChangeOfDate] | None:
    """Return the changes of a date, recorded in the order of their effect and never amended, as is
    most usual; `None` where some were not.
    """
    changes: list[ChangeOfDate] = []
    last, position = date.min, 0
    for record in dated:
        event: Any = record.event
        day = max(event.on, local_day(record.recorded_at))
        if record.versions or record.position < position or day < last:
            return None
        changes.append((day, event.due))
        last, position = day, record.position
    return changes[1:]


def _changes(dated: Sequence[Record], first: date | None) -> Iterator[ChangeOfDate]:
    """Yield the changes of a date, by a sweep over the days on which a version was on record."""
    coming = sorted(_versions_in_effect(dated), reverse=True)
    in_effect: list[tuple[int, int, date, date | None]] = []
    for day in sorted({day for since, _, _, until, _ in coming for day in (since, until)}):
        while coming and coming[-1][0] <= day:
            heappush(in_effect, coming.pop()[1:])
        while in_effect and in_effect[0][2] <= day:
            heappop(in_effect)
        yield day, in_effect[0][3] if in_effect else first


def _versions_in_effect(
    dated: Iterable[Record],
) -> Iterator[tuple[date, int, int, date, date | None]]:
    """Yield the days from one until another on which a version of an entry is in effect, with its
    place in the order of effect, the latest first, between them, and the date that it set.

    It is so from when it is on record, or from the later day on which it takes effect, until the
    next version is on record.
    """
    for record in dated:
        until = FOREVER
        for at, event in reversed(versions_of(record)):
            recorded = local_day(at)
            since = max(event.on, recorded)
            if since < until:
                yield since, -event.on.toordinal(), -record.position, until, event.due
            until = min(until, recorded)


def union(intervals: Iterable[Days]) -> tuple[Days, ...]:
    """Return the same days, each once, as intervals that do not touch."""
    joined: list[Days] = []
    for days in sorted([days for days in intervals if days.start < days.end]):
        if joined and days.start <= joined[-1].end:
            joined[-1] = Days(joined[-1].start, max(joined[-1].end, days.end))
        else:
            joined.append(days)
    return tuple(joined)


def explained_and_offered(
    late: Days, offers: Iterable[Offer], horizon: int
) -> tuple[tuple[Days, ...], tuple[Days, ...]]:
    """Return which of the days *late* are explained, and for which one was only offered."""
    accepted: list[Days] = []
    offered: list[Days] = []
    for explanation, acceptance, days in offers:
        offered += days
        if acceptance is not None:
            accepted += explanation.accepted(acceptance, horizon, days)
    either = union([days.within(late) for days in (*accepted, *offered)])
    if not accepted:
        return (), either
    explained = union([days.within(late) for days in accepted])
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
