"""History, stepped through: entry by entry, by days of recording, or by days of effect."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Generic, TypeAlias, TypeVar

from attrs import frozen

from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Change, changes
from lif_core.projection.fold import SteppedFold
from lif_core.values.working_days import local_day

V = TypeVar("V")
Place: TypeAlias = int | date


class Step(StrEnum):
    """The steps of a replay: by entry, by day of recording, or by day of effect."""

    POSITION = "position"
    RECORDED = "recorded"
    EFFECTIVE = "effective"


@frozen(kw_only=True)
class Moment(Generic[V]):
    """One step: its *place*, a position or a day, and the *records* that came with it.

    *at*: from where it is seen; *view* is what was asked for, seen from there. *meanwhile*: what
    had changed in it since the moment before, because days passed and because of entries that are
    not stepped through. *changes*: what came with this place, whatever streams its entries are of.
    """

    place: Place
    at: AsOf
    records: tuple[Record, ...]
    view: V | None = None
    meanwhile: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()


@frozen(kw_only=True)
class ReplayRange:
    """The steps from *since* to *until*, both included; by position, a date is one of recording.

    Raises:
        MalformedError: a position, where the steps are days.
    """

    by: Step
    since: Place | None = None
    until: Place | None = None

    def __attrs_post_init__(self) -> None:
        for name, place in (("since", self.since), ("until", self.until)):
            if isinstance(place, int) and self.by is not Step.POSITION:
                raise MalformedError(name, f"{place} is a position, and the steps are days")

    def begun(self, step: "Placed") -> bool:
        return self.since is None or step.since(self.since)

    def over(self, step: "Placed") -> bool:
        return self.until is not None and step.past(self.until)


@frozen(kw_only=True)
class Placed:
    """A step at its *place*, with its *day* and all its *records*, of any stream."""

    place: Place
    day: date
    at: AsOf
    records: tuple[Record, ...]

    def since(self, bound: Place) -> bool:
        return self._after(bound) >= 0

    def past(self, bound: Place) -> bool:
        return self._after(bound) > 0

    def _after(self, bound: Place) -> int:
        if isinstance(bound, int):
            return self.records[0].position - bound
        return (self.day - bound).days


def as_recorded(records: Iterable[Record], by: Step, valid: date | None) -> Iterator[Placed]:
    """Yield the steps of a log in its order: an entry each, or a day of recording.

    Each is seen on its own day, or on the day *valid*.
    """
    if by is Step.POSITION:
        for record in records:
            day = local_day(record.recorded_at)
            at = AsOf(valid=valid or day, known=record.recorded_at, position=record.position)
            yield Placed(place=record.position, day=day, at=at, records=(record,))
        return
    for day, group in groupby(records, key=lambda record: local_day(record.recorded_at)):
        at = AsOf(valid=valid or day, known=day)
        yield Placed(place=day, day=day, at=at, records=tuple(group))


def as_effective(
    records: Iterable[Record], known: date | datetime | None, deciders: Mapping[str, AnyDecider]
) -> Iterator[Placed]:
    """Yield the steps by days of effect, corrections applied; *records* are those *known*."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    counted = [
        record for stream in streams.values() for record in standing_in(stream, deciders).records
    ]
    counted.sort(key=lambda record: (record.event.on, record.position))
    for day, group in groupby(counted, key=lambda record: record.event.on):
        yield Placed(place=day, day=day, at=AsOf(valid=day, known=known), records=tuple(group))


def moments(
    steps: Iterable[Placed],
    span: ReplayRange,
    stream: str | None,
    frameworks: Frameworks,
    view: SteppedFold[V] | None,
) -> Iterator[Moment[V]]:
    """Yield those of *steps* that lie in the *span* and have entries of *stream*."""
    last: V | None = None
    unbroken: date | None = None  # the day that *last* is of, as long as nothing was added
    for step in steps:
        if span.over(step):
            return
        shown = _of(stream, step.records)
        if not shown or not span.begun(step):
            if view is not None:
                view.add(step.records)
                unbroken = None
            continue
        if view is None:
            yield Moment(place=step.place, at=step.at, records=shown)
            continue
        as_of = step.at.under(frameworks)
        before = last if last is not None and unbroken == as_of.valid else view.view(as_of)
        view.add(step.records)
        after = view.view(as_of)
        yield Moment(
            place=step.place,
            at=step.at,
            records=shown,
            view=after,
            meanwhile=changes(last, before) if last is not None else (),
            changes=changes(before, after),
        )
        last, unbroken = after, as_of.valid


def _of(stream: str | None, records: Sequence[Record]) -> tuple[Record, ...]:
    if stream is None:
        return tuple(records)
    return tuple(record for record in records if record.stream == stream)
