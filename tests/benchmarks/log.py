"""Logs of any length: what was decided once by the rules, lived again under other references.

A log of all categories is in the order of its days, as boards work on many things at once. The
longer it is, the more begins in the same years, so that a longer log is a busier one: the bodies
stay the same fifty, and of annual reports, plans and editions there are few. One entry in a
hundred is amended later, and one in thirty is recorded a month late.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from heapq import heappop, heappush
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import attrs

from tests.benchmarks import program
from tests.benchmarks.program import Application, Entry, lives
from tests.benchmarks.recommendations import improved, life, notified
from tests.people import day

VALID = day("2022-01-01")
YEARS = 1_000  # days over which a log begins what it is about
PAGE = 20_000
LATE = 30  # days after which one entry in so many is recorded
NUMBERED = "~"
DECIDED = datetime(2022, 1, 1, 12, tzinfo=UTC)
Remade: TypeAlias = Callable[[str, timedelta], Any]


def remade(value: Any) -> Remade | None:
    """Return what makes *value* again, of another number and so many days later; `None`: it is
    the same for all.
    """
    if isinstance(value, str):
        parts = value.split(NUMBERED)
        return (lambda number, _: number.join(parts)) if len(parts) > 1 else None
    if isinstance(value, date):
        return lambda _, later: value + later
    if isinstance(value, tuple):
        if not any(map(remade, value)):
            return None
        makers = [remade(inner) or (lambda *_, inner=inner: inner) for inner in value]
        return lambda number, later: tuple(make(number, later) for make in makers)
    if type(value).__name__ == "Replacement":
        event = remade(value.event)
        assert event is not None
        return lambda number, later: type(value)(event(number, later))
    if not attrs.has(type(value)):
        return None
    fields = {
        field.name: make
        for field in attrs.fields(type(value))
        if (make := remade(getattr(value, field.name)))
    }
    if not fields:
        return None
    return lambda number, later: attrs.evolve(
        value, **{name: make(number, later) for name, make in fields.items()}
    )


class Pattern(NamedTuple):
    """An entry to be lived again: recorded on the *day*-th day, in *stream*."""

    day: int
    stream: str
    event: Remade
    once: bool
    rare: bool


def _pattern(entry: Entry, recorded: int) -> Pattern:
    event = remade(entry.event)
    assert event is not None
    category = entry.stream.partition("-")[0]
    once = NUMBERED not in entry.stream and type(entry.event).__name__ != "MeetingRecorded"
    return Pattern(recorded, entry.stream, event, once, category in lives.RARE)


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return what is lived again, in the order of recording."""
    commands = sorted([*lives.standing(), *lives.repeated()], key=lambda one: str(one["on"]))
    entries = program.decided(commands, DECIDED)
    commands += list(_amendments(entries))
    recorded: dict[str, int] = defaultdict(int)
    found = []
    for number, entry in enumerate(program.decided(commands, DECIDED)):
        late = LATE if number % LATE == 7 else 0
        on = (entry.event.on - lives.FIRST).days + late
        recorded[entry.stream] = max(recorded[entry.stream], on)  # in the order of the stream
        found.append(_pattern(entry, recorded[entry.stream]))
    return tuple(sorted(found, key=lambda pattern: pattern.day))


def _amendments(entries: Iterable[Entry]) -> Iterator[Any]:
    """Yield the corrections of entries, two months later."""
    for entry in islice(entries, 50, None, 100):
        event = entry.event
        if entry.place > 1 and NUMBERED in entry.stream:
            yield program.amendment(entry, event.on + timedelta(60), 1, 0)


def all_categories(size: int) -> Iterator[Entry]:
    """Yield the entries, without end, of a log that is to have *size* of them by about 2020."""
    once_more = patterns()
    spacing = YEARS * len(once_more) / size
    places: dict[str, int] = defaultdict(int)
    waiting: list[tuple[int, int, int]] = []  # the day, which time it is lived, the pattern
    begun = 0
    while True:
        while not waiting or int(begun * spacing) + once_more[0].day <= waiting[0][0]:
            heappush(waiting, (int(begun * spacing) + once_more[0].day, begun, 0))
            begun += 1
        on, time_lived, index = heappop(waiting)
        pattern, later = once_more[index], timedelta(int(time_lived * spacing))
        if index + 1 < len(once_more):
            following = later.days + once_more[index + 1].day
            heappush(waiting, (following, time_lived, index + 1))
        if time_lived and (pattern.once or (pattern.rare and time_lived % 5)):
            continue
        number = f"-{time_lived}"
        stream = pattern.stream.replace(NUMBERED, number)
        places[stream] += 1
        recorded = datetime.combine(lives.FIRST + timedelta(on), time(12), UTC)
        yield Entry(stream, places[stream], recorded, pattern.event(number, later))


def recommendations(size: int) -> Iterator[Entry]:
    """Yield the entries of a log of one review and of recommendations, life after life.

    The second half of so many is recorded a year later.
    """
    start = datetime(2018, 1, 1, 12, tzinfo=UTC)
    (review,), *decided = _decided_lives()
    written = count()
    for _ in written:
        yield review._replace(recorded_at=start)
        break
    for number in count():
        lived = decided[number % len(decided)]
        renamed = (lived[0].event.recommendation, f"wscb/n-{number}")
        for entry in lived:
            at = start if next(written) < size // 2 else start + timedelta(365)
            stream = entry.stream.replace(*renamed)
            yield Entry(stream, entry.place, at, _about(entry.event, *renamed))


def _about(event: Any, ref: str, other: str) -> Any:
    """Return *event* as of an *other* recommendation than *ref*, and of the audits made for it."""
    changes: dict[str, Any] = {}
    for name in ("recommendation", "audit"):
        if (value := getattr(event, name, None)) is not None:
            changes[name] = value.replace(ref, other)
    for name in ("looks_at", "rests_on"):
        if streams := getattr(event, name, ()):
            changes[name] = tuple(stream.replace(ref, other) for stream in streams)
    return attrs.evolve(event, **changes)


@cache
def _decided_lives() -> list[list[Entry]]:
    """Return the review, and forty lives: one in ten is still owed, and never embedded."""
    with program.connect("memory:", clock=lambda: DECIDED) as app:
        asked = [[notified()], *(life(n) if n % 10 == 0 else improved(n) for n in range(40))]
        return [
            [
                Entry(record.stream, record.stream_position, record.recorded_at, record.event)
                for record in app.handle_all(one)
            ]
            for one in asked
        ]


LOGS: dict[str, Callable[[int], Iterator[Entry]]] = {
    "all": all_categories,
    "recommendations": recommendations,
}


def append(app: Application, entries: Iterable[Entry]) -> int:
    """Record *entries*, page by page; return how many there are."""
    rest, appended = iter(entries), 0
    while page := list(islice(rest, PAGE)):
        program.append(app, page)
        appended += len(page)
    return appended


def write(path: Path, log: str, size: int, more: int = 0) -> None:
    """Write a log of *size* entries, and of so many *more* that came after it."""
    with program.connect(f"sqlite:{path}", clock=lambda: DECIDED) as app:
        append(app, islice(LOGS[log](size), size + more))
