"""A decider is the two pure functions of an aggregate; with the refusals that aggregates share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, get_args

from attrs import Factory, field, frozen

from lif_core.decisions.corrections import CORRECTED
from lif_core.decisions.growing_mapping import GrowingMapping
from lif_core.decisions.messages import Command, Event, OnBehalf, fields_of
from lif_core.errors import RefusedError
from lif_core.framework import Framework

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event[Any])
S = TypeVar("S")
K = TypeVar("K")
V = TypeVar("V")
COPIED = 64
"""The number of names up to which a mapping is copied for one more: it is quicker to read."""


def _itself(body: str) -> str:
    return body


def _nothing(name: str) -> None:
    """Return nothing about a body or a stream: none is known."""


def _no_instant(position: int) -> None:
    """Return nothing of an entry of the log: which there are is not known."""


def _any_pack(name: str) -> bool:
    """Return that there is a pack of any name: which there are is not known."""
    return True


@frozen
class Setting:
    """The framework, the bodies and the other streams as a command finds them.

    *framework* is the pack in force for the stream's board when the stream began. `holder(body)`
    is the body that answers on `command.on` for what *body* held: itself, or after a merger its
    successor. `named(body)` says whether a framework names the body, so that it needs no
    registering. `holder_in(body, stream)` is the same for one *stream* of what *body* held, which
    a split may have given to another one than the rest. `kind(body)` is `board`, `committee` or
    `agency`; `None` where nothing says. `has_pack(name)` says whether the store is read with a
    pack of that name. `stamped(position)` is the instant with which the entry at that position of
    the log was recorded, whatever clock said so; `None` where there is no such entry.

    `state_of(stream)` is the state of another stream as it is on record; `None` where it is not.
    What is decided rests on it: where that stream has moved by the commit, it is decided again.
    """

    framework: Framework
    holder: Callable[[str], str] = _itself
    named: Callable[[str], bool] = field(
        default=Factory(lambda self: self.framework.names, takes_self=True)
    )
    kind: Callable[[str], str | None] = _nothing
    state_of: Callable[[str], Any] = _nothing
    holder_in: Callable[[str, str], str] = field(
        default=Factory(lambda self: lambda body, _: self.holder(body), takes_self=True)
    )
    has_pack: Callable[[str], bool] = _any_pack
    stamped: Callable[[int], datetime | None] = _no_instant


@frozen
class Support:
    """A support that an entry rests on in its own stream: the latest of its *kinds* before it.

    *by* is a field of the entry, and the support bears in its field *of* (by default, that of the
    same name) what the entry bears there. Where the entry bears several there, in a tuple, there
    is a support for each; where the support does, it is one for each.
    *any_of*: any entry of these kinds is enough, rather than the latest; *every*: all of them are
    needed. *ordered*: the entry cannot take effect before it. *where*: only an entry that bears
    this value in this field rests on it.
    """

    kinds: tuple[type[Event[Any]], ...]
    by: str | None = None
    of: str | None = None
    any_of: bool = False
    every: bool = False
    ordered: bool = True
    where: tuple[str, Any] | None = None

    def keys(self, event: Event[Any]) -> tuple[Any, ...]:
        """Return the values that the supports of *event* bear; one that is `None` has none."""
        if self.where is not None and getattr(event, self.where[0]) != self.where[1]:
            return ()
        if self.by is None:
            return (None,)
        value = getattr(event, self.by)
        values = value if isinstance(value, tuple) else (value,)
        return tuple(each for each in values if each is not None)

    def has(self, event: Event[Any], key: Any) -> bool:
        """Return whether *event* is of these kinds, and bears the *key*."""
        if not isinstance(event, self.kinds):
            return False
        if self.by is None:
            return True
        borne = getattr(event, self.of or self.by)
        return key in borne if isinstance(borne, tuple) else bool(borne == key)


def latest(
    *kinds: type[Event[Any]],
    by: str | None = None,
    of: str | None = None,
    ordered: bool = True,
    where: tuple[str, Any] | None = None,
) -> Support:
    """Return the support that is the latest entry of these *kinds*."""
    return Support(kinds, by, of, ordered=ordered, where=where)


def any_of(
    *kinds: type[Event[Any]],
    by: str | None = None,
    of: str | None = None,
    ordered: bool = True,
) -> Support:
    """Return the support that any entry of these *kinds* is."""
    return Support(kinds, by, of, any_of=True, ordered=ordered)


def every(*kinds: type[Event[Any]]) -> Support:
    """Return the support that all entries of these *kinds* are together."""
    return Support(kinds, every=True)


def _no_contradiction(state: Any, event: Any) -> None:
    """Return nothing: what rests on what is all that can contradict."""


@frozen(kw_only=True)
class Decider(Generic[C, E, S]):
    """The consistency boundary of the streams of one *category*.

    `decide(command, state, setting)` returns the events that the command leads to, or raises
    `RefusedError`. `evolve(state, event)` returns the next state, and never refuses. Both are
    pure.

    *rests_on* are the supports of each kind of entry in its own stream, beside the opening, on
    which all rest; an entry lapses with what it rests on. *ends* are the entries after which
    nothing takes effect but what *outlasts* them. `contradicts(state, event)` returns why an event
    cannot follow on a state, where a correction has made it so. *once* are the fields by which an
    entry of a kind is told from the others of its kind: the rules refuse a second one that bears
    the same in them.
    """

    category: str
    commands: Any  # the union types, so that the closed sets are written once, for mypy too
    events: Any
    decide: Callable[[C, S | None, Setting], tuple[E, ...]]
    evolve: Callable[[S | None, E], S]
    opens: tuple[type[E], ...]  # the events that begin a stream
    rests_on: Mapping[type[Event[Any]], tuple[Support, ...]] = {}
    ends: tuple[type[E], ...] = ()
    outlasts: tuple[type[E], ...] = ()
    contradicts: Callable[[S | None, E], str | None] = _no_contradiction
    once: Mapping[type[Event[Any]], tuple[str, ...]] = {}

    @property
    def command_types(self) -> tuple[type[C], ...]:
        return get_args(self.commands) or (self.commands,)

    @property
    def event_types(self) -> tuple[type[E], ...]:
        return get_args(self.events) or (self.events,)

    @cached_property
    def reordering(self) -> frozenset[type]:
        """The events after which a stream is not what it was and one entry more."""
        return frozenset((*CORRECTED, *self.ends))

    def fold(self, events: Iterable[E], state: S | None = None) -> S | None:
        evolve = self.evolve
        for event in events:
            state = evolve(state, event)
        return state

    def supports(self, event: E) -> tuple[Support, ...]:
        """Return what *event* rests on in its own stream: an opening itself, on nothing else."""
        supports = self.rests_on.get(type(event), ())
        return supports if isinstance(event, self.opens) else (any_of(*self.opens), *supports)

    def name_in_stream(self, event: E) -> tuple[Any, ...] | None:
        """Return what only one entry of the stream can bear; `None` where others may be alike."""
        fields = self.once.get(type(event))
        return fields and (type(event), *(getattr(event, name) for name in fields))

    @property
    def subject(self) -> str:
        """The field that names the stream: by convention, the last word of the category."""
        return self.category.rpartition("_")[2]


def on_record(command: Command, events: Iterable[Event[Any]]) -> bool:
    """Return whether one of the *events* is the same decision as *command*.

    An event inherits the fields of its command, so it is the same decision if all of them are
    equal.
    """
    kind: Any = type(command)
    on = command.on
    alike = [event for event in events if isinstance(event, kind) and event.on == on]
    if not alike:
        return False
    values = fields_of(kind).values
    decision = values(command)
    return any(values(event) == decision for event in alike)


def said_before(
    decider: "AnyDecider",
    command: Command,
    state: Any,
    decide: Callable[[], tuple[Any, ...]],
    *,
    known: bool,
) -> tuple[Any, ...]:
    """Return the events of *decide*; none where they would only repeat what is on record.

    A command that is *known*, being on record, leads to no event where it would be refused now, or
    would leave the *state* as it is. One that would change it is a decision in its own right, such
    as to accept what was accepted and then declined on the same day.
    """
    if not known:
        return decide()
    try:
        events = decide()
    except RefusedError:
        return ()
    return () if decider.fold(events, state) == state else events


AnyDecider = Decider[Any, Any, Any]


def unknown(rule: str, command: Command) -> RefusedError:
    """Return the refusal of a *command* about something that is not on record yet."""
    return RefusedError(rule, command=type(command).__name__)


def refuse_earlier(rule: str, command: Command, than: date) -> None:
    """Refuse a decision that would take effect earlier *than* the day of what it rests on."""
    if command.on < than:
        raise RefusedError(rule, on=command.on, not_before=than)


def refuse_before_last(rule: str, command: Command, last: Event[Any] | None) -> None:
    """Refuse a decision that would take effect before the *last* one, which it replaces."""
    if last is not None:
        refuse_earlier(rule, command, last.on)


def refuse_second(rule: str, known: Event[Any] | None) -> None:
    """Refuse a decision where another one, *known*, has been taken already."""
    if known is not None:
        raise RefusedError(rule, taken=type(known).__name__, on=known.on)


def answers_for(command: OnBehalf, setting: Setting, stream: str = "") -> str:
    """Return the body that *command* counts for; refuse it from any but that or its successor in
    this *stream*.
    """
    if command.for_body is not None:
        holder = setting.holder_in(command.for_body, stream)
        if holder != command.by.body:
            raise RefusedError("authority.not-successor", body=command.by.body, holder=holder)
    return command.answered_for


def plus(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """Return *mapping* with one more entry, or another value for it."""
    if len(mapping) < COPIED:
        return {**mapping, key: value}
    if not isinstance(mapping, GrowingMapping):
        mapping = GrowingMapping.of(mapping)
    return mapping.followed_by(key, value)


def minus(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """Return *mapping* without the entry of a *key*, if it has one: a copy."""
    return {each: value for each, value in mapping.items() if each != key}
