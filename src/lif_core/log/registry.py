"""The closed registry: every command, event and stream category there is, by name.

A stored row names its event by a name that must stand here; nothing is ever imported because a row
says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec
from attrs import define, field

from lif_core.aggregates import CATEGORIES, DECIDERS
from lif_core.decisions.corrections import (
    CORRECTED,
    AmendEntry,
    Replacement,
    VoidEntry,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event, UnknownEvent
from lif_core.errors import MalformedError
from lif_core.framework import Framework
from lif_core.log.kind import Format, MessageKind, compiled, unknown_event
from lif_core.log.upcasters import UPCASTERS, Upcaster
from lif_core.values.fields import malformed, refuse_unknown_keys

CORRECTIONS = (VoidEntry, AmendEntry)
CORRECTIVE = ""
"""The category of corrections: they are in the streams of any."""


@define(slots=False)
class Registry:
    """The commands, events and stream categories there are, by name.

    A program with aggregates of its own makes a registry of both.

    Args:
        deciders: the aggregates; by default those of `lif`.
        upcasters: by the name of an event, what leads from each older stored version to the next.
        aliases: by a name under which an event was stored before it was renamed, its name now.
            The versions are counted on: what was stored under either name in version 1 is read by
            the same upcasters.
    """

    deciders: Sequence[AnyDecider] = DECIDERS
    upcasters: Mapping[str, tuple[Upcaster, ...]] = field(factory=lambda: UPCASTERS)
    aliases: Mapping[str, str] = field(factory=dict)

    def __reduce__(self) -> Any:
        """Compile again, where it is unpickled, what is compiled here."""
        return Registry, (self.deciders, self.upcasters, self.aliases)

    @cached_property
    def commands(self) -> Mapping[str, type[Command]]:
        """Every class of commands, corrections among them, by its name."""
        classes = [cls for decider in self.deciders for cls in decider.command_types]
        return {cls.__name__: cls for cls in (*classes, *CORRECTIONS)}

    @cached_property
    def events(self) -> Mapping[str, type[Event[Any]]]:
        """Every class of events, corrections among them, by its name."""
        classes = [cls for decider in self.deciders for cls in decider.event_types]
        return {cls.__name__: cls for cls in (*classes, *CORRECTED)}

    @cached_property
    def kinds(self) -> Mapping[type, MessageKind]:
        """Every class of commands and events, compiled."""
        for category in self.categories:
            self._compile(category)
        return self._met

    @cached_property
    def _met(self) -> dict[type, MessageKind]:
        """The classes that are compiled by now, of the categories that were asked for."""
        return {cls: self._compiled(cls, None) for cls in (*CORRECTIONS, *CORRECTED)}

    def _compile(self, category: str) -> Mapping[str, MessageKind]:
        """Return the events of a *category*, by name; compile its classes where none has been."""
        if category not in self._events_of:
            if category not in self.categories:
                return {}
            decider = self.categories[category]
            for cls in (*decider.command_types, *decider.event_types):
                self._met.setdefault(cls, self._compiled(cls, decider))
            named = {cls.__name__: self._met[cls] for cls in decider.event_types}
            self._events_of.setdefault(category, named)
        return self._events_of[category]

    @cached_property
    def _events_of(self) -> dict[str, Mapping[str, MessageKind]]:
        """The kinds of events, by name, of each category that is compiled, and the corrections."""
        return {CORRECTIVE: {cls.__name__: self._met[cls] for cls in CORRECTED}}

    def _compiled(self, cls: Any, decider: AnyDecider | None) -> MessageKind:
        upcasters = self.upcasters.get(cls.__name__, ())
        return compiled(cls, decider, upcasters, self._stored_hook)

    def _kind(self, cls: type) -> MessageKind:
        """Return the kind of a class; `KeyError` where it is not known here."""
        return self._met.get(cls) or self.kinds[cls]

    @cached_property
    def formats(self) -> dict[str, Format]:
        """The reader of each stored name, as far as any mapper of this registry has met it."""
        return {}

    @cached_property
    def warned(self) -> set[str]:
        """The streams that the logger was told of, as they have an event not known here."""
        return set()

    @cached_property
    def stored_names(self) -> tuple[str, ...]:
        """Every stored name that can be read here, sorted: `RecommendationIssued.v1`."""
        return tuple(sorted(self.topics(self.events.values())))

    @cached_property
    def categories(self) -> Mapping[str, AnyDecider]:
        """Every decider, by the category of its streams, such as `recommendation`."""
        if self.deciders is DECIDERS:
            return CATEGORIES
        return {decider.category: decider for decider in self.deciders}

    @cached_property
    def corrective(self) -> frozenset[str]:
        """Every stored name of a correction: what is read of a stream with one is all of it."""
        return frozenset(self.topics(CORRECTED))

    def uncounted(self, events: Iterable[type[Event[Any]]]) -> frozenset[str]:
        """Return the stored names that say nothing to whoever counts these *events*.

        What ends a stream is not among them, nor is a correction.
        """
        ends = {end for decider in self.deciders for end in decider.ends}
        return frozenset(self.topics(set(self.events.values()) - {*events, *CORRECTED, *ends}))

    def refuse_unknown_names(self, pack: Framework, file: str) -> None:
        """Raise `MalformedError`, naming *file* and key, where *pack* names no command or event
        that there is.
        """
        for index, right in enumerate(pack.rights):
            if strange := sorted(set(right.commands) - self.commands.keys()):
                where = f"{file}: rights[{index}].commands"
                raise MalformedError(where, f"no such command: {', '.join(strange)}")
            for command in right.commands if right.of else ():
                if never := sorted(set(right.of) & self._never_of(command, pack)):
                    where = f"{file}: rights[{index}].of"
                    problem = f"{command} is never about these: {', '.join(never)}"
                    raise MalformedError(where, problem)
        for stage in pack.cycle:
            if strange := sorted(set(stage.events) - self.events.keys()):
                where = f"{file}: cycle[{stage.stage}].events"
                raise MalformedError(where, f"no such event: {', '.join(strange)}")

    def _never_of(self, command: str, pack: Framework) -> set[str]:
        """Return the kinds of *pack* that what a *command* is about cannot be of."""
        kinds = {
            "review": {entry.kind for entry in pack.review_kinds},
            "audit": {entry.kind for entry in pack.audit_kinds},
        }
        decider = self._kind(self.commands[command]).decider
        if decider is None:  # a correction, which is of any
            return set()
        others = kinds.keys() - {decider.category}
        return {kind for name in others for kind in kinds[name]}

    def kind(self, message: Command | Event[Any]) -> MessageKind:
        """Return the kind of *message*."""
        return self._kind(type(message))

    def decider(self, message: Command | Event[Any]) -> AnyDecider | None:
        """Return the decider whose *message* this is; `None` for a correction, which is of any,
        and for what is not known here.
        """
        kind = self.kinds.get(type(message))
        return kind.decider if kind else None

    def stream(self, message: Command | Event[Any]) -> str:
        """Return the id of the stream that *message* is about."""
        return self.kind(message).stream(message)

    def version(self, name: str) -> int:
        """Return the current stored version of the event *name*, from 1."""
        return self._kind(self.events[name]).version

    def topic(self, event: Event[Any]) -> str:
        """Return the stored name of *event* in its current version: `RecommendationIssued.v1`."""
        if isinstance(event, UnknownEvent):
            return event.topic
        return self.kind(event).topic

    def topics(self, events: Iterable[type[Event[Any]]]) -> tuple[str, ...]:
        """Return every name under which one of these classes of *events* may be stored."""
        kinds = [self._kind(cls) for cls in events]
        return tuple(
            f"{name}.v{n + 1}"
            for kind in kinds
            for name in (kind.name, *self._former.get(kind.name, ()))
            for n in range(kind.version)
        )

    @cached_property
    def _former(self) -> Mapping[str, list[str]]:
        """The names under which an event was stored before, by its name."""
        former: dict[str, list[str]] = {}
        for alias, name in self.aliases.items():
            former.setdefault(name, []).append(alias)
        return former

    def categories_of(self, events: Iterable[type[Event[Any]]]) -> tuple[str, ...]:
        """Return the categories of streams that have such *events*, in their order."""
        return tuple(dict.fromkeys(self._kind(cls).category.removesuffix("-") for cls in events))

    def references(self, message: Command | Event[Any]) -> Iterator[tuple[str, str, bool]]:
        """Yield each field of *message* that names a stream, with its id, and whether that is
        forward.

        The stream that the message is about is not among them.
        """
        if isinstance(message, UnknownEvent):
            return
        kind = self.kind(message)
        for reference, stream in kind.named(message, kind.references):
            yield reference.path, stream, reference.names.forward

    def required(self, message: Command | Event[Any]) -> Iterator[tuple[str, str]]:
        """Yield the references of *message* that must be on record: each field, and the id."""
        kind = self.kind(message)
        for reference, stream in kind.named(message, (*kind.required, *kind.deliberated)):
            yield reference.path, stream

    # The stored form

    def named(self, topic: str, category: str = "") -> tuple[MessageKind, int]:
        """Return the kind and the version that *topic* names; `KeyError` where there is none.

        It is looked for in its *category* first, where that is known: the others need not be
        loaded then.
        """
        stored, _, version = topic.rpartition(".v")
        name = self.aliases.get(stored, stored)
        kind = (
            self._events_of[CORRECTIVE].get(name)
            or self._compile(category).get(name)
            or self._kind(self.events[name])
        )
        if version not in {str(n + 1) for n in range(kind.version)}:
            raise KeyError(topic)
        return kind, int(version)

    def advice(self, topic: str) -> str:
        """Return what to do about the stored name *topic*, which is not known here."""
        stored, _, version = topic.rpartition(".v")
        name = stored or topic
        if self.aliases.get(name, name) in self.events:
            if not version.isdecimal() or version.startswith("0"):
                return f"{topic} is no version of {name}: restore the entry from a backup"
            return f"{topic} is of a newer version than is known here: upgrade what defines it"
        return f"{topic} is not known here: install the extension that defines it, or upgrade lif"

    @cached_property
    def encode(self) -> Callable[[object], bytes]:
        """Return what writes a message, or what holds one, as JSON."""
        return msgspec.json.Encoder(enc_hook=self._encoded).encode

    def _encoded(self, value: Any) -> Any:
        if isinstance(value, Replacement):
            event = value.event
            fields = event.fields if isinstance(event, UnknownEvent) else event
            return {"name": self.topic(event), "event": fields}
        raise NotImplementedError(type(value))

    def decode_hook(self, cls: type, value: Any) -> Any:
        """Return what `msgspec` cannot make of *value* by itself: a replacement."""
        if cls is Replacement:
            return self.replacement(value)
        raise NotImplementedError(cls)

    def _stored_hook(self, cls: type, value: Any) -> Any:
        """Return what `decode_hook` does; what is not known here stays as it is stored."""
        if cls is Replacement and isinstance(value, dict) and set(value) == {"name", "event"}:
            try:
                self.named(str(value["name"]))
            except KeyError:
                return Replacement(unknown_event(str(value["name"]), value["event"]))
        return self.decode_hook(cls, value)

    def replacement(self, value: Any) -> Replacement:
        """Return the replacement of an amendment, from *value*: `{"name": "X.v1", "event": {}}`.

        Raises:
            MalformedError: the name is not known, or the fields are not its event's.
        """
        if not isinstance(value, dict) or set(value) != {"name", "event"}:
            raise MalformedError("replacement", 'expected {"name": "X.v1", "event": {...}}')
        try:
            kind, version = self.named(str(value["name"]))
            if version == kind.version and isinstance(value["event"], dict):
                refuse_unknown_keys(value["event"], kind.cls, "replacement.event.")
            return Replacement(kind.upcast(version, value["event"]))
        except KeyError as error:
            raise MalformedError("replacement.name", f"unknown: {value['name']}") from error
        except msgspec.ValidationError as error:
            raise malformed(error, "replacement.event") from error
