"""An aggregate is its two pure functions, and the one place that runs them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Generic, TypeVar, get_args

from attrs import frozen

from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.messages import Command, Event

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event[Any])
S = TypeVar("S")
V = TypeVar("V")


def _itself(body: str) -> str:
    return body


@frozen
class Setting:
    """What holds where and when a command is decided.

    *framework* is the pack in force for the stream's board on `command.on`; `holder(body)` is the body
    that answers on that day for what *body* held: itself, or after a merger its successor.
    """

    framework: Framework
    holder: Callable[[str], str] = _itself


@frozen(kw_only=True)
class Decider(Generic[C, E, S]):
    """One consistency boundary: the streams of one *category*.

    `decide(command, state, setting)` returns the events that the command leads to, `()` where it was
    already fulfilled, or raises `RefusedError`. `evolve(state, event)` never refuses. Both are pure.
    """

    category: str
    commands: Any  # the union types, so that the closed sets are written once, for mypy too
    events: Any
    decide: Callable[[C, S | None, Setting], tuple[E, ...]]
    evolve: Callable[[S | None, E], S]
    opens: tuple[type[E], ...]  # the events that begin a stream

    @property
    def command_types(self) -> tuple[type[C], ...]:
        return get_args(self.commands)

    @property
    def event_types(self) -> tuple[type[E], ...]:
        return get_args(self.events)

    def fold(self, events: Iterable[E], state: S | None = None) -> S | None:
        for event in events:
            state = self.evolve(state, event)
        return state

    def stream(self, message: C | E) -> str:
        """The id of the stream that *message* is about: the category and the board's reference."""
        return f"{self.category}-{getattr(message, self.subject)}"

    @property
    def subject(self) -> str:
        """The field that names the stream: by convention, the last word of the category."""
        return self.category.rpartition("_")[2]


AnyDecider = Decider[Any, Any, Any]


def unknown(rule: str, command: Command) -> RefusedError:
    """The refusal of a *command* about something that nobody has recorded yet."""
    return RefusedError(rule, command=type(command).__name__)


def refuse_earlier(rule: str, command: Command, than: date) -> None:
    """Refuse a decision that would take effect *than* something it rests on had happened."""
    if command.on < than:
        raise RefusedError(rule, on=command.on, not_before=than)


def once(event: E, known: E | None, rule: str | None = None) -> tuple[E, ...]:
    """Said twice, recorded once: quiet where *known* is the same event.

    Where it is another one, refused by *rule*; without a rule the newer one is recorded as well.
    """
    if known == event:
        return ()
    if known is not None and rule is not None:
        raise RefusedError(rule, on=known.on)
    return (event,)


def plus(mapping: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    """*mapping* with one more entry, or another value for it."""
    return MappingProxyType({**mapping, key: value})
