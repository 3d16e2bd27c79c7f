"""The events of one stream, as a sequence that grows at its end without being copied."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from msgspec import Struct

from lif_core.decisions.decider import on_record
from lif_core.decisions.messages import Command, Event, fields_of

SCANNED = 32
"""The number of events up to which looking at each is faster than an index of them."""


class Entries(Struct, frozen=True, eq=False, gc=False):
    """The events of a stream, in their order. It never changes: one more event makes another.

    Both share one list, so that a stream of thousands grows by the work of one event. A second
    one that follows the same entries, as after a group that was refused, begins a list of its own.
    *latest* is the latest day on which one of them takes effect.
    """

    length: int
    latest: date
    _shared: "_Shared"

    @classmethod
    def of(cls, events: Iterable[Event[Any]]) -> "Entries":
        """Return the entries of a stream that has these *events*."""
        listed = list(events)
        latest = max((event.on for event in listed), default=date.min)
        return cls(len(listed), latest, _Shared(listed))

    def followed_by(self, event: Event[Any]) -> "Entries":
        """Return these entries and *event*."""
        shared, length, latest = self._shared, self.length, self.latest
        if not length or len(shared.events) != length:
            shared = shared.first(length)
        shared.events.append(event)
        return Entries(length + 1, latest if latest > event.on else event.on, shared)

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Event[Any]]:
        return islice(self._shared.events, self.length)

    def __getitem__(self, number: int) -> Event[Any]:
        """Return the event at the place *number*, from 0."""
        if number >= self.length:
            raise IndexError(number)
        return self._shared.events[number]

    def said(self, command: Command) -> bool:
        """Return whether *command* was decided before, in the same words (see `on_record`)."""
        if command.on > self.latest:
            return False
        if self.length <= SCANNED:
            return on_record(command, self)
        return self._shared.place(command) < self.length


class _Shared:
    """A list of events, and at which place each decision was first taken, as far as indexed."""

    __slots__ = ("_indexed", "_places", "events")

    def __init__(self, events: list[Event[Any]]) -> None:
        self.events = events
        self._places: dict[tuple[Any, ...], int] = {}
        self._indexed = 0

    def first(self, length: int) -> "_Shared":
        """Return a copy of the first *length* events."""
        copy = _Shared(self.events[:length])
        copy._places = {words: place for words, place in self._places.items() if place < length}
        copy._indexed = min(self._indexed, length)
        return copy

    def place(self, command: Command) -> int:
        """Return the place at which *command* was first decided, or the end."""
        end = len(self.events)
        for place in range(self._indexed, end):
            event = self.events[place]
            cls: Any = type(event)
            for kind in _commands_of(cls):
                self._places.setdefault((kind, fields_of(kind).values(event)), place)
        self._indexed = end
        command_class: Any = type(command)
        return self._places.get((command_class, fields_of(command_class).values(command)), end)


NOTHING = Entries.of(())
"""The entries of a stream that is not on record."""


@cache
def _commands_of(cls: Any) -> Sequence[Any]:
    """Return the classes of commands that an event of *cls* says again."""
    return [
        base
        for base in cls.__mro__
        if issubclass(base, Command) and base is not Command and not issubclass(base, Event)
    ]
