"""A membership: who sits where for which agency, with what signed, and who stands in."""

from lif_core.aggregates import membership
from lif_core.items.state import state_fold
from lif_core.projection.projection import Item

membership_item = Item("membership", membership.MembershipEvent, state_fold(membership.evolve))
