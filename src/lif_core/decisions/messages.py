"""Commands and events: a request, and the fact that it becomes.

An event inherits the fields of the command it accepts, so a decision's fields are written once and
mypy sees both: `class RecommendationImplemented(ImplementRecommendation,
Event[ImplementRecommendation])`.
An event may add fields that the decision works out, such as a warning.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Generic, Self, TypeVar, get_args, get_origin

import attrs
from attrs import frozen

from lif_core.errors import MalformedError
from lif_core.values.authority import Authority, Deliberation
from lif_core.values.fields import checks_of, message


@message
class Command:
    """A request, which may be refused: *by* whom, and *on* the date it takes effect.

    *on* is the date of the decision itself, which may be long before it is recorded.
    """

    by: Authority
    on: date

    def __attrs_post_init__(self) -> None:
        """Check every field; those of an event were checked when its command was made.

        A text that identifies something is kept in its one spelling.

        Raises:
            MalformedError: a field is not what its type says; the error names it.
        """
        cls: Any = type(self)
        for name, check in checks_of(cls):
            value = getattr(self, name)
            checked = check(name, value)
            if checked is not value:
                object.__setattr__(self, name, checked)
        if self.by.deliberation is not None:
            refuse_misplaced("by.deliberation", self)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        cls: Any = self.__class__
        values = fields_of(cls).values
        return values(self) == values(other)

    def __hash__(self) -> int:
        cls: Any = type(self)
        return hash(fields_of(cls).values(self))

    def __repr__(self) -> str:
        cls: Any = type(self)
        pairs = [f"{name}={getattr(self, name)!r}" for name in fields_of(cls).names]
        return f"{cls.__name__}({', '.join(pairs)})"


def refuse_misplaced(where: str, message: "Command | Event[Any]") -> None:
    """Refuse a deliberation, at *where*, that says nothing, or what *message* has a field for.

    Raises:
        MalformedError: reasons stand in one place, and an empty deliberation is none.
    """
    deliberation = message.by.deliberation
    if deliberation is None:
        return
    if deliberation == Deliberation():
        raise MalformedError(where, "says nothing; leave it out")
    cls: Any = type(message)
    if deliberation.reasons is not None and "reasons" in fields_of(cls).names:
        raise MalformedError(f"{where}.reasons", f"{cls.__name__} has reasons of its own")


class OnBehalf(Command):
    """A command that a body gives for itself, or for one that was merged into it: *for_body*.

    Each command of this kind declares the field itself, so that it stands last in the stored form.
    """

    __slots__ = ()
    for_body: str | None

    @property
    def answered_for(self) -> str:
        """The body that this counts for."""
        return self.for_body or self.by.body


C_contra = TypeVar("C_contra", bound=Command, contravariant=True)


class Event(Generic[C_contra]):
    """A fact, kept for ever; its class name is its stored name, and its fields a public format."""

    __slots__ = ()
    decided: ClassVar[bool] = True
    by: Authority
    on: date

    @classmethod
    def of(cls, command: C_contra, **worked_out: Any) -> Self:
        """Return the event that *command* asked for; *worked_out* are the fields it adds, if any.

        An event checks nothing when it is made: the fields of its command are copied.
        """
        kinds: tuple[Any, Any] = (type(command), cls)
        event: Self = _copying(*kinds)(command, worked_out)
        return event


E = TypeVar("E", bound=Event[Any])


def evolved(event: E, **changes: Any) -> E:
    """Return *event* with some fields that were worked out anew, which are not checked."""
    cls: Any = type(event)
    changed: E = _new(cls)
    for name, read, write in _slots_of(cls):
        write(changed, changes.pop(name) if name in changes else read(event))
    if changes:
        raise TypeError(f"{cls.__name__} has no field {', '.join(changes)}")
    return changed


@cache
def decided_by(message: Any) -> Any:
    """Return the command that asks for an event of the class *message*; a command is its own."""
    for each in getattr(message, "__orig_bases__", ()):
        if get_origin(each) is Event:
            return get_args(each)[0]
    return message


@frozen
class Fields:
    """The names of the fields of a class, and a function that reads their values in that order."""

    names: tuple[str, ...]
    values: Callable[[object], tuple[Any, ...]]


@cache
def fields_of(cls: Any) -> Fields:
    """Return the fields of an attrs class *cls*."""
    names = tuple(field.name for field in attrs.fields(cls))
    return Fields(names, attrgetter(*names))


_new = object.__new__


@cache
def _copying(command: Any, event: Any) -> Callable[[object, Mapping[str, Any]], Any]:
    """Return the function that makes an *event* of a *command*, and of the fields it adds.

    It is written out field by field, as `attrs` writes an `__init__`: a loop over the fields takes
    three times as long.
    """
    shared = fields_of(command).names
    added = {field.name: field for field in attrs.fields(event) if field.name not in shared}
    for name, field in added.items():
        if field.converter or field.validator or isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
            raise TypeError(f"{event.__name__} checks or makes its {name}; an event holds values")
    required = frozenset(name for name, field in added.items() if field.default is attrs.NOTHING)

    def refuse_others(worked_out: Mapping[str, Any]) -> None:
        """Raise `TypeError` unless *worked_out* are fields that are added, and all required."""
        if required - worked_out.keys() or worked_out.keys() - added.keys():
            names = ", ".join(added) or "no field"
            raise TypeError(f"the event adds {names}; given: {', '.join(worked_out) or 'none'}")

    lines = [
        "def copied(command, worked_out):",
        "    if worked_out.keys() != added:" if added else "    if worked_out:",
        "        refuse_others(worked_out)",
        "    event = new(cls)",
        *(f"    write_{name}(event, command.{name})" for name in shared),
        *(f"    write_{name}(event, worked_out.get({name!r}, default_{name}))" for name in added),
        "    return event",
    ]
    names: dict[str, Any] = {"new": _new, "cls": event, "refuse_others": refuse_others}
    names |= {f"write_{name}": write for name, _, write in _slots_of(event)}
    names |= {f"default_{name}": field.default for name, field in added.items()}
    names["added"] = added.keys()
    exec("\n".join(lines), names)  # of nothing but the names of fields
    copied: Callable[[object, Mapping[str, Any]], Any] = names["copied"]
    return copied


@cache
def _slots_of(cls: Any) -> tuple[tuple[str, Callable[[object], Any], Callable[..., None]], ...]:
    """Return the fields of a class, each with what reads and what writes it."""
    names = fields_of(cls).names
    return tuple((name, attrgetter(name), getattr(cls, name).__set__) for name in names)


AnyEvent = Event[Any]


@frozen(kw_only=True)
class UnknownEvent(Event[Command]):
    """An event on record of a kind that nothing here knows, by its stored name, its *topic*.

    An extension that is not installed may have defined it, or a newer `lif`. *fields* are as they
    are stored. It can be listed; views leave it out, and nothing is decided in its stream.
    """

    by: Authority
    on: date
    topic: str
    fields: Mapping[str, Any] = attrs.field(hash=False)

    @property
    def name(self) -> str:
        """The name of the event, without the version in which it is stored."""
        return self.topic.rpartition(".v")[0] or self.topic


def event_name(event: Event[Any]) -> str:
    """Return the name of *event*, which is that of its class where the class is known."""
    return event.name if isinstance(event, UnknownEvent) else type(event).__name__
