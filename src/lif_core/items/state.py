"""Items that need no fold of their own: the state of an aggregate, or its last event."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from lif_core.decisions.record import Record

S = TypeVar("S")


def of_state(evolve: Callable[[S | None, Any], S]) -> Callable[[S | None, Record], S]:
    """Return the fold of records by an aggregate's own *evolve*, which takes their events."""
    return partial(_evolved, evolve)


def _evolved(evolve: Callable[[S | None, Any], S], state: S | None, record: Record) -> S:
    return evolve(state, record.event)


def last_event(_: Any, record: Record) -> Any:
    """Return the event of *record*: of several, the last to take effect counts."""
    return record.event
