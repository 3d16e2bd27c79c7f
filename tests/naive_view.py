"""A view made by its definition, which the kept views are compared with: a plain fold of all that
is known, asked again until answers stand.

It knows nothing of how views are kept: no part is saved, compared or made apart from the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from lif_core.aggregates import CATEGORIES
from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.record import Record
from lif_core.decisions.statement import changed, statement
from lif_core.projection.inconsistent import CorrectionRow, InconsistentRow, WithoutEffectRow
from lif_core.projection.projection import (
    Address,
    AsOf,
    Item,
    Name,
    Part,
    Projection,
    times_of,
)
from lif_core.projection.tables import Table, names_of, tables_of
from lif_core.values.refs import category_of, ref_of
from tests.naive_standing import NaiveStream

V = TypeVar("V")
GROUP = "~"
ROUNDS = 30


def counting(records: Sequence[Record], as_of: AsOf) -> dict[str, list[Record]]:
    """The entries that count, by stream: known, standing, in effect, in the order of effect."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if as_of.known is None or record.recorded_at <= as_of.known:
            streams[record.stream].append(record)
    counted = {
        name: [one for one in standing_of(stream) if one.event.on <= as_of.valid]
        for name, stream in streams.items()
    }
    for entries in counted.values():
        entries.sort(key=lambda one: (one.event.on, one.position))
    return counted


def standing_of(stream: Sequence[Record]) -> list[Record]:
    return NaiveStream(stream, CATEGORIES[category_of(stream[0].stream)]).standing()


def plain_view(projection: Projection[V], records: Sequence[Record], as_of: AsOf) -> V:
    """The view of *records*, which may be more than was known."""
    items: dict[str, dict[Item[Any], Any]] = {}
    inconsistent: dict[str, list[Record]] = {}
    corrections: dict[str, dict[str, list[Any]]] = {}
    if "without_effect" in projection.tables:
        corrections = dict(_corrections(records, as_of))
    for name, stream in counting(records, as_of).items():
        states: dict[Item[Any], Any] = {}
        for record in stream:
            for item in projection.parts:
                if type(record.event) in item.events:
                    states[item] = item.evolve(states.get(item), record)
        if states:
            items[name] = states
            inconsistent[name] = [record for record in stream if record.contradicts]
    said: dict[Address, dict[str, list[Any]]] = {}
    for _ in range(ROUNDS):
        parts = dict(_parts(projection, items, inconsistent, corrections, said, as_of))
        now: dict[Address, dict[str, list[Any]]] = defaultdict(dict)
        for key in sorted(parts):
            for address, facts in parts[key].said.items():
                now[address][key] = facts
        if now == said:
            return projection.total(_Everything(parts, said, as_of, projection))
        said = now
    raise AssertionError(f"{projection.name}: its answers never stand")


def _parts(
    projection: Projection[Any],
    items: Mapping[str, Mapping[Item[Any], Any]],
    inconsistent: Mapping[str, Sequence[Record]],
    corrections: Mapping[str, Mapping[str, list[Any]]],
    said: Mapping[Address, Mapping[str, list[Any]]],
    as_of: AsOf,
) -> Iterator[tuple[str, Part]]:
    def answers(address: Address) -> list[Any]:
        facts = said.get(address, {})
        return [fact for key in sorted(facts) for fact in facts[key]]

    for key in dict.fromkeys((*items, *corrections)):
        states = items.get(key, {})
        part = Part(key, as_of, answers)
        for item, add in projection.parts.items():
            if item in states:
                add(states[item], part)
        if corrections:
            part.rows.update(corrections.get(key, {}))
            part.rows["inconsistent"] = [_row(record) for record in inconsistent.get(key, ())]
        elif inconsistent[key] and "inconsistent" in projection.tables:
            part.counts = {}
            for to in set(part.said):
                if to[0] not in projection.identity:
                    del part.said[to]
            part.rows = {"inconsistent": [_row(record) for record in inconsistent[key]]}
        yield key, part
    for topic, name in sorted(said):
        if topic in projection.groups:
            part = Part(f"{GROUP}{topic} {name}", as_of, answers)
            projection.groups[topic](name, part)
            yield part.key, part


def _corrections(
    records: Sequence[Record], as_of: AsOf
) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """What the view of corrections lists of each stream, whatever its items come to."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if as_of.known is None or record.recorded_at <= as_of.known:
            streams[record.stream].append(record)
    for name, stream in streams.items():
        idle = NaiveStream(stream, CATEGORIES[category_of(name)]).idle()
        yield (
            name,
            {
                "without_effect": [
                    WithoutEffectRow(
                        stream=name,
                        entry=record.stream_position,
                        event=type(record.event).__name__,
                        on=record.event.on,
                        why=why,
                    )
                    for record, why in idle
                    if record.event.on <= as_of.valid
                ],
                "corrections": [
                    CorrectionRow(
                        stream=name,
                        entry=record.stream_position,
                        what="voids" if isinstance(event, EntryVoided) else "amends",
                        corrects=event.entry,
                        event=type(stream[event.entry - 1].event).__name__,
                        by=event.by.body,
                        role=event.by.role,
                        person=event.by.person,
                        entered_by=record.entered_by,
                        on=event.on,
                        reasons=event.reasons,
                        **_words(record, stream),
                    )
                    for record in stream
                    if isinstance(event := record.event, EntryVoided | EntryAmended)
                    and event.on <= as_of.valid
                ],
            },
        )


def _words(correction: Record, stream: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    """What the corrected entry said before, by what stood of the stream until then; and since."""
    before = [each for each in stream if each.stream_position < correction.stream_position]

    def stands(record: Record) -> bool:
        return not any(
            isinstance(each.event, EntryVoided)
            and each.event.entry == record.stream_position
            and stands(each)
            for each in before
        )

    event: Any = correction.event
    stood: Any = before[event.entry - 1].event
    for each in before:
        match each.event:
            case EntryAmended(entry=event.entry, replacement=replacement) if stands(each):
                stood = replacement.event
    if isinstance(event, EntryVoided):
        return {"said": statement(stood, ref_of(correction.stream)), "says": ()}
    said, says = changed(stood, event.replacement.event, ref_of(correction.stream))
    return {"said": said, "says": says}


def _row(record: Record) -> InconsistentRow:
    assert record.contradicts is not None
    why = f"{type(record.event).__name__} {record.contradicts.why}"
    return InconsistentRow(stream=record.stream, entries=record.contradicts.entries, why=why)


class _Everything:
    def __init__(
        self,
        parts: Mapping[str, Part],
        said: Mapping[Address, Mapping[str, list[Any]]],
        as_of: AsOf,
        projection: Projection[Any],
    ) -> None:
        self.as_of = as_of
        self.times: dict[str, Any] = times_of(as_of)
        self._parts = parts
        self._said = said
        if "inconsistent" in tables_of(projection.view):
            self.times["inconsistent"] = self.table("inconsistent")

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
