"""The state of an aggregate as an item: what its own rules ask of its past."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from lif_core.record import Record

S = TypeVar("S")


def of_state(evolve: Callable[[S | None, Any], S]) -> Callable[[S | None, Record], S]:
    """Return the fold of records by an aggregate's own *evolve*, which takes their events."""
    return partial(_evolved, evolve)


def _evolved(evolve: Callable[[S | None, Any], S], state: S | None, record: Record) -> S:
    return evolve(state, record.event)
