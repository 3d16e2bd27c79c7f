"""The agencies that views list, whether or not anything is said of them."""

from typing import Any

from lif_core.aggregates.body import BodyKind, BodyRegistered
from lif_core.projection.projection import Part, Totals
from lif_core.values.refs import namespace_of

BOARDS, REGISTERED = "boards on record", "agencies registered"
"""Groups of counts."""


def is_agency(entry: Any) -> bool:
    """Return whether a body, as a pack or the register has it, is an agency."""
    return bool(entry.kind == BodyKind.AGENCY)


def count_board(ref: str, part: Part) -> None:
    """Count the board in *ref* as on record: the agencies that its pack names are listed."""
    part.count(BOARDS, namespace_of(ref))


def count_registered(event: BodyRegistered, part: Part) -> None:
    """Count a body that is registered as an agency: it is listed."""
    if is_agency(event):
        part.count(REGISTERED, event.body)


def agencies(everything: Totals) -> set[str]:
    """Return the agencies that the packs of the boards on record name, and the registered."""
    governing, valid = everything.as_of.packs.governing, everything.as_of.valid
    packs = (governing(board, valid) for (board,) in everything.counts(BOARDS))
    named = {entry.ref for pack in packs for entry in pack.bodies if is_agency(entry)}
    return named.union(ref for (ref,) in everything.counts(REGISTERED))
