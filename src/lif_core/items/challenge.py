"""A challenge: what one body put to another, and what became of it."""

from lif_core import challenge as c
from lif_core.projection.projection import Item
from lif_core.record import Record

Challenge = c.Challenge


def evolve(state: c.Challenge | None, record: Record) -> c.Challenge:
    event: c.ChallengeEvent = record.event  # type: ignore[assignment]  # by the item's events
    return c.evolve(state, event)


challenged = Item("challenge", c.ChallengeEvent, evolve)
