"""The records of a stream, folded into what the stream has come to in several respects."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from lif_core.decisions.corrections import corrected
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item


class ItemFold:
    """Folds the records of streams into the items of some projections, each of them once."""

    def __init__(self, items: Iterable[Item[Any]]) -> None:
        self._items: dict[type, tuple[Item[Any], ...]] = {}
        for item in dict.fromkeys(items):
            for kind in item.events:
                self._items[kind] = (*self._items.get(kind, ()), item)

    def __call__(
        self, stream: Sequence[Record], valid: date
    ) -> tuple[dict[Item[Any], Any], date, date]:
        """Return the items of a whole *stream* as of the day *valid*, corrections applied.

        With them, the days from which and before which they are the same: when the last entry so
        far took effect, and when the next one does.
        """
        since, until, ordered = date.min, date.max, True
        items_of, in_effect = self._items, []
        for record in corrected(stream):
            event = record.event
            if type(event) not in items_of:
                continue
            on = event.on
            if on > valid:
                until = min(on, until)
                continue
            in_effect.append(record)
            if on < since:
                ordered = False
            else:
                since = on
        if not ordered:
            in_effect.sort(key=_in_effect)
        states: dict[Item[Any], Any] = {}
        for record in in_effect:
            for item in items_of[type(record.event)]:
                states[item] = item.evolve(states.get(item), record)
        return states, since, until


def _in_effect(record: Record) -> tuple[date, int]:
    return (record.event.on, record.position)
