"""Items that an aggregate's own rules fold already."""

from functools import partial
from typing import Any

from lif_core.decider import AnyDecider
from lif_core.projection.projection import Item
from lif_core.record import Record


def state_of(decider: AnyDecider) -> Item[Any]:
    """Return the item that is the state of an aggregate, as its decisions ask about it."""
    return Item(decider.category, decider.event_types, partial(_evolve, decider))


def _evolve(decider: AnyDecider, state: Any, record: Record) -> Any:
    return decider.evolve(state, record.event)


def last_of(name: str, events: Any) -> Item[Any]:
    """Return the item that is the last of these *events* to take effect."""
    return Item(name, events, _last)


def _last(_: Any, record: Record) -> Any:
    return record.event
