"""A view made by its definition, which the kept views are compared with: a plain fold of all that
is known, asked again until answers stand.

It knows nothing of how views are kept: no part is saved, compared or made apart from the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.record import Record, Version
from lif_core.projection.projection import (
    Address,
    AsOf,
    Item,
    Name,
    Part,
    Projection,
    times_of,
)
from lif_core.projection.tables import Table, names_of

V = TypeVar("V")
GROUP = "~"
ROUNDS = 30


def counting(records: Sequence[Record], as_of: AsOf) -> dict[str, list[Record]]:
    """The entries that count, by stream: known, corrected, in effect, in the order of effect."""
    known = [one for one in records if as_of.known is None or one.recorded_at <= as_of.known]
    void: set[tuple[str, int]] = set()
    amendments: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for record in reversed(known):
        if (record.stream, record.stream_position) not in void:
            match record.event:
                case EntryVoided(stream=stream, entry=entry):
                    void.add((stream, entry))
                case EntryAmended(stream=stream, entry=entry):
                    amendments[stream, entry].insert(0, record)
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in known:
        place = (record.stream, record.stream_position)
        if place in void or isinstance(record.event, EntryVoided | EntryAmended):
            continue
        for amendment in amendments[place]:
            assert isinstance(amendment.event, EntryAmended)
            event = amendment.event.replacement.event
            versions = record.versions or (Version(record.recorded_at, record.event),)
            versions = (*versions, Version(amendment.recorded_at, event))
            record = msgspec.structs.replace(record, event=event, versions=versions)
        if record.event.on <= as_of.valid:
            streams[record.stream].append(record)
    for entries in streams.values():
        entries.sort(key=lambda one: (one.event.on, one.position))
    return streams


def plain_view(projection: Projection[V], records: Sequence[Record], as_of: AsOf) -> V:
    """The view of *records*, which may be more than was known."""
    items: dict[str, dict[Item[Any], Any]] = {}
    for name, stream in counting(records, as_of).items():
        states: dict[Item[Any], Any] = {}
        for record in stream:
            for item in projection.parts:
                if type(record.event) in item.events:
                    states[item] = item.evolve(states.get(item), record)
        if states:
            items[name] = states
    said: dict[Address, dict[str, list[Any]]] = {}
    for _ in range(ROUNDS):
        parts = dict(_parts(projection, items, said, as_of))
        now: dict[Address, dict[str, list[Any]]] = defaultdict(dict)
        for key in sorted(parts):
            for address, facts in parts[key].said.items():
                now[address][key] = facts
        if now == said:
            return projection.total(_Everything(parts, said, as_of))
        said = now
    raise AssertionError(f"{projection.name}: its answers never stand")


def _parts(
    projection: Projection[Any],
    items: Mapping[str, Mapping[Item[Any], Any]],
    said: Mapping[Address, Mapping[str, list[Any]]],
    as_of: AsOf,
) -> Iterator[tuple[str, Part]]:
    def answers(address: Address) -> list[Any]:
        facts = said.get(address, {})
        return [fact for key in sorted(facts) for fact in facts[key]]

    for key, states in items.items():
        part = Part(key, as_of, answers)
        for item, add in projection.parts.items():
            if item in states:
                add(states[item], part)
        yield key, part
    for topic, name in sorted(said):
        if topic in projection.groups:
            part = Part(f"{GROUP}{topic} {name}", as_of, answers)
            projection.groups[topic](name, part)
            yield part.key, part


class _Everything:
    def __init__(
        self,
        parts: Mapping[str, Part],
        said: Mapping[Address, Mapping[str, list[Any]]],
        as_of: AsOf,
    ) -> None:
        self.as_of = as_of
        self.times = times_of(as_of)
        self._parts = parts
        self._said = said

    def table(self, name: str) -> Table[Any]:
        rows = [row for key in sorted(self._parts) for row in self._parts[key].rows.get(name, ())]
        return Table(lambda: map(as_numbers, rows))

    def columns(self, group: str) -> dict[Name, dict[str | int, int]]:
        totals: dict[Name, dict[str | int, int]] = defaultdict(lambda: defaultdict(int))
        for part in self._parts.values():
            for name, columns in part.counts.items():
                for column, number in columns.items():
                    if name[0] == group:
                        totals[name[1:]][column] += int(number)
        found = {
            name: {column: number for column, number in columns.items() if number}
            for name, columns in totals.items()
        }
        return {name: columns for name, columns in found.items() if columns}

    def counts(self, group: str) -> dict[Name, int]:
        return {
            (*name, column): number
            for name, columns in self.columns(group).items()
            for column, number in columns.items()
        }

    def said(self, topic: str) -> Iterator[tuple[str, Any]]:
        for address in sorted(self._said):
            if address[0] == topic:
                for key in sorted(self._said[address]):
                    for fact in self._said[address][key]:
                        yield address[1], fact


def as_numbers(value: Any) -> Any:
    """*value* with plain numbers in it, in the place of those that grow."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return tuple(map(as_numbers, value))
    if isinstance(value, msgspec.Struct):
        kind = type(value)
        return kind(**{name: as_numbers(getattr(value, name)) for name in names_of(kind)})
    return value
