"""What the tests of every aggregate's life share: a command changed, and the event it becomes."""

from typing import Any, TypeVar, cast

import attrs

from lif_core.framework import load
from lif_core.messages import Command, Event
from lif_core.registry import Registry

C = TypeVar("C", bound=Command)

(WOLVERHAMPTON,) = load("wolverhampton-2017").packs
GENERAL = load().general
EVENT = {
    command: next(event for event in Registry().events.values() if issubclass(event, command))
    for command in Registry().commands.values()
}


def but(command: C, **changes: Any) -> C:
    """*command*, with these fields changed."""
    changed: C = attrs.evolve(cast("Any", command), **changes)
    return changed


def became(command: Command) -> Event[Any]:
    """The event that *command* becomes where it is accepted and nothing is worked out."""
    return EVENT[type(command)].of(command)


def name(value: object) -> str | None:
    """For the ids of parametrized tests."""
    return type(value).__name__ if isinstance(value, Command) else None
