"""A stream as its entries: for what rests on several of them, or on the days of each."""

from collections.abc import Iterable
from typing import Any, TypeVar

from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item

E = TypeVar("E", bound=Event[Any])


def evolve(entries: list[Record] | None, record: Record) -> list[Record]:
    entries = [] if entries is None else entries
    entries.append(record)
    return entries


def entries_of(name: str, events: Any) -> Item[list[Record]]:
    """Return the item of a stream's entries of the class *events*, or of that union."""
    return Item(name, events, evolve)


def of_kind(entries: Iterable[Record], kind: type[E]) -> list[E]:
    """Return the events of one *kind*, in the order in which they took effect."""
    return [entry.event for entry in entries if isinstance(entry.event, kind)]


def last(entries: Iterable[Record], kind: type[E]) -> E | None:
    """Return the event of one *kind* that took effect last, if there is any."""
    return next(reversed(of_kind(entries, kind)), None)
