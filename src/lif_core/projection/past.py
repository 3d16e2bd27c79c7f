"""A view of the past, made beside the one that stands: what was as it is now is not made again."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from lif_core.projection.materialised import Load, Standing
from lif_core.projection.projection import AsOf

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")

SOONER = 3
"""Where more than one in so many items has to be made again, all are made from the log, sooner."""


def past(
    now: Standing[I, V], as_of: AsOf, since: Mapping[str, int], load: Load
) -> Standing[I, V] | None:
    """The view of *as_of*, made of parts of the one of *now*, by the same packs.

    Args:
        now: it is of all that is recorded.
        as_of: any two times.
        since: the streams in which something was recorded after that, and of each the first place
            that is new: where that is 1, the stream had not begun.
        load: gives the records of a stream, as they were known then.

    Returns `None` where it is to be made from the log: sooner, or because what all items learn of
    others was something else, or because an item is of other streams beside its own.
    """
    begun = {key for key, place in since.items() if place == 1}
    known = (now.made.keys() | since.keys() | now.unsettled) - begun
    again = {key for key in known if key in since or not _stays(now, key, as_of.valid)}
    if SOONER * len(again) > len(known):
        return None
    then = now.beside(as_of, load)
    first = {key for key in known if then.is_first(key)}
    then.take_over(now, first - again)
    then.remake(first & again)
    shared = then.learn()
    if shared.all != now.shared.all:
        return None
    again |= shared.own_unlike(now.shared) & known
    then.take_over(now, known - first - again)
    then.remake(again - first)
    if now.fed or then.fed:
        return None
    return then


def _stays(now: Standing[Any, Any], key: str, valid: date) -> bool:
    """Whether it comes to the same on that day, as far as it is known the same."""
    if valid == now.as_of.valid:
        return key in now.made
    settled = now.settled(key)
    if settled is None or (valid > now.as_of.valid and key in now.unsettled):
        return False
    return settled <= valid
