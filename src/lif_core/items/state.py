"""Folds for items that need none of their own: the state of an aggregate, or its last event."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from lif_core.decisions.record import Record

S = TypeVar("S")


def state_fold(evolve: Callable[[S | None, Any], S]) -> Callable[[S | None, Record], S]:
    """Return the fold of records into the state of an aggregate, by the aggregate's *evolve*."""
    return partial(_evolve_state, evolve)


def _evolve_state(evolve: Callable[[S | None, Any], S], state: S | None, record: Record) -> S:
    return evolve(state, record.event)


def last_event(_: Any, record: Record) -> Any:
    """Return the event of *record*: of several events, the last to take effect remains."""
    return record.event
