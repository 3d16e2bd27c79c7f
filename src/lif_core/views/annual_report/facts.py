"""Facts of which rows of `annual-report` are made, each with the days on which it stood.

A stream is taken day by day, for the figures of a period are those of the day on which it ended.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct

from lif_core.decisions.record import Record
from lif_core.projection.projection import Address, AsOf, Part

S = TypeVar("S")
T = TypeVar("T")
Boards: TypeAlias = tuple[str, ...]
Group: TypeAlias = tuple[str, ...]
"""A group of counts: a table, and a kind, where it is one of several."""


class DatedFact(Struct, Generic[T], array_like=True):
    """A fact of *boards* on the days [*since*, *until*), or since.

    It counts for a period that has the day *on*, if there is one.
    """

    boards: Boards
    on: date | None
    what: T
    since: date
    until: date | None = None


class Count(Struct, frozen=True, array_like=True):
    """Numbers in *columns* of a *group*, and the *name* of its kind, where that has one."""

    group: Group
    columns: dict[str, int]
    name: str | None = None


Slot: TypeAlias = tuple[str, Hashable]
"""A table of facts, and what tells one of them from the others of its stream."""
DayFacts: TypeAlias = dict[Slot, tuple[Boards, date | None, Any]]
"""The facts of a day, each without its days: the first three fields of a fact."""


def facts_of(
    entries: Sequence[Record],
    evolve: Callable[[S | None, Record], S],
    read: Callable[[S, Part], DayFacts],
    part: Part,
) -> list[tuple[str, DatedFact[Any]]]:
    """Return what *read* says of a stream, on each day on which that may change: tables, and their
    facts as they began.
    """
    began: list[tuple[str, DatedFact[Any]]] = []
    standing: dict[Slot, DatedFact[Any]] = {}
    state, days = None, [(on, [*of_day]) for on, of_day in groupby(entries, _day)]
    for (on, of_day), (following, _) in zip(days, [*days[1:], (date.max, [])], strict=True):
        for entry in of_day:
            state = evolve(state, entry)
        day: date | None = on
        while day and state is not None:
            then = _on(day, part)
            facts = read(state, then)
            for slot, fact in [*standing.items()]:
                if facts.get(slot) != (fact.boards, fact.on, fact.what):
                    standing.pop(slot).until = day
            for slot in facts:
                if slot not in standing:
                    standing[slot] = DatedFact(*facts[slot], since=day)
                    began.append((slot[0], standing[slot]))
            day = then.until if then.until < following else None
    return began


def _day(entry: Record) -> date:
    return entry.event.on


def _on(day: date, part: Part) -> Part:
    """Return the *part* as it was on an earlier *day*: told what stood then, or its days.

    What has no days of its own here, as a merger, says itself from which day it counts.
    """

    def answers(address: Address) -> Iterator[Any]:
        for fact in part.ask(*address):
            if not isinstance(fact, DatedFact):
                yield fact
            elif then.reached(fact.since) and not (fact.until and then.reached(fact.until)):
                yield fact.on if fact.what is None else fact.what

    then = Part(part.key, AsOf(valid=day, known=None, frameworks=part.frameworks), answers)
    return then
