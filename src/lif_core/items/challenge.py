"""A challenge: what one body put to another, and what became of it."""

from lif_core.aggregates import challenge as c
from lif_core.items.state import state_fold
from lif_core.projection.projection import Item

Challenge = c.Challenge

challenge_item = Item("challenge", c.ChallengeEvent, state_fold(c.evolve))
