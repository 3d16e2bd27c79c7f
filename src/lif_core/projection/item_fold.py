"""The records of a stream, folded into what the stream has come to in several respects."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lif_core.decisions.corrections import CORRECTED
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.projection.projection import Item


class Folded(NamedTuple):
    """The *items* of a stream, the same on any day in [*since*, *until*).

    *contradicting* are the records in effect that a correction left in contradiction to others.
    """

    items: dict[Item[Any], Any]
    since: date
    until: date
    contradicting: list[Record]


class ItemFold:
    """Folds the records of streams into the items of some projections, each of them once.

    *deciders*, by category, say what rests on what.
    """

    def __init__(self, items: Iterable[Item[Any]], deciders: Mapping[str, AnyDecider]) -> None:
        self._items: dict[type, tuple[Item[Any], ...]] = {}
        for item in dict.fromkeys(items):
            for kind in item.events:
                self._items[kind] = (*self._items.get(kind, ()), item)
        self._deciders = deciders
        ends = (end for decider in deciders.values() for end in decider.ends)
        self._corrective = frozenset((*CORRECTED, *ends))

    def __call__(self, stream: Sequence[Record], valid: date) -> Folded:
        """Return what a whole *stream* comes to as of the day *valid*, corrections applied.

        The days between which it is the same are when the last entry so far took effect, and when
        the next one does.
        """
        records = self._standing(stream)
        folded = self._folded(records, valid)
        if folded is None:
            folded = self._folded(sorted(records, key=_in_effect), valid)
            assert folded is not None
        return folded

    def _folded(self, records: Sequence[Record], valid: date) -> Folded | None:
        """Return what *records* come to; `None` where they are not in the order of effect."""
        since, until = date.min, date.max
        items_of = self._items
        items: dict[Item[Any], Any] = {}
        contradicting: list[Record] = []
        for record in records:
            event = record.event
            evolving = items_of.get(type(event), ())
            if not evolving and record.contradicts is None:
                continue
            on = event.on
            if on > valid:
                if on < until:
                    until = on
                continue
            if on < since:
                return None
            since = on
            if record.contradicts is not None:
                contradicting.append(record)
            for item in evolving:
                items[item] = item.evolve(items.get(item), record)
        return Folded(items, since, until, contradicting)

    def _standing(self, stream: Sequence[Record]) -> Sequence[Record]:
        if not stream or self._corrective.isdisjoint({type(record.event) for record in stream}):
            return stream
        return standing_in(stream, self._deciders).records


class KeptFold:
    """Folds streams that do not change, on one day, each once for all views that ask."""

    def __init__(self, items: Iterable[Item[Any]], deciders: Mapping[str, AnyDecider]) -> None:
        self._fold = ItemFold(items, deciders)
        self._folded: dict[str, Folded] = {}

    def __call__(self, stream: Sequence[Record], valid: date) -> Folded:
        """Return what a whole *stream* comes to as of the day *valid*, the same at every call."""
        if not stream:
            return self._fold(stream, valid)
        name = stream[0].stream
        folded = self._folded.get(name)
        if folded is None:
            folded = self._folded[name] = self._fold(stream, valid)
        return folded


def _in_effect(record: Record) -> tuple[date, int]:
    return (record.event.on, record.position)
