"""A challenge: what one body put to another, and what became of it."""

from lif_core.aggregates import challenge as c
from lif_core.items.state import of_state
from lif_core.projection.projection import Item

Challenge = c.Challenge

challenged = Item("challenge", c.ChallengeEvent, of_state(c.evolve))
