"""The closed registry: every command, event and stream category there is, by name.

A stored row names its event by a name that must stand here; nothing is ever imported because a row
says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any

import attrs
from attrs import define, field

from lif_core import (
    annual_report,
    audit,
    body,
    challenge,
    dissemination,
    edition,
    evaluation,
    improvement_plan,
    indicator,
    membership,
    procedure,
    recommendation,
    review,
    training_course,
    training_programme,
)
from lif_core.corrections import AmendEntry, EntryAmended, EntryVoided, VoidEntry
from lif_core.decider import AnyDecider
from lif_core.errors import MalformedError
from lif_core.fields import Names, marks_of
from lif_core.framework import Framework
from lif_core.log.upcasters import UPCASTERS, Upcaster
from lif_core.messages import Command, Event

DECIDERS: tuple[AnyDecider, ...] = (
    body.decider,
    review.decider,
    recommendation.decider,
    audit.decider,
    training_course.decider,
    training_programme.decider,
    dissemination.decider,
    procedure.decider,
    indicator.decider,
    improvement_plan.decider,
    evaluation.decider,
    challenge.decider,
    membership.decider,
    edition.decider,
    annual_report.decider,
)
CORRECTIONS = (VoidEntry, AmendEntry)
CORRECTED = (EntryVoided, EntryAmended)


Reader = Callable[[object], Iterable[str]]


@define(slots=False)
class Registry:
    """What is known by name. An embedder with aggregates of its own makes a registry of both."""

    deciders: tuple[AnyDecider, ...] = DECIDERS
    upcasters: Mapping[str, tuple[Upcaster, ...]] = field(factory=lambda: UPCASTERS)

    @cached_property
    def commands(self) -> Mapping[str, type[Command]]:
        found = [cls for decider in self.deciders for cls in decider.command_types]
        return {cls.__name__: cls for cls in (*found, *CORRECTIONS)}

    @cached_property
    def events(self) -> Mapping[str, type[Event[Any]]]:
        found = [cls for decider in self.deciders for cls in decider.event_types]
        return {cls.__name__: cls for cls in (*found, *CORRECTED)}

    @cached_property
    def _decider_of(self) -> Mapping[type, AnyDecider]:
        return {
            cls: decider
            for decider in self.deciders
            for cls in (*decider.command_types, *decider.event_types)
        }

    @cached_property
    def categories(self) -> Mapping[str, AnyDecider]:
        return {decider.category: decider for decider in self.deciders}

    def refuse_unknown_names(self, pack: Framework, file: str) -> None:
        """Raise `MalformedError`, naming *file* and key, where *pack* names no command or event
        that there is.
        """
        for index, right in enumerate(pack.rights):
            if strange := sorted(set(right.commands) - self.commands.keys()):
                where = f"{file}: rights[{index}].commands"
                raise MalformedError(where, f"no such command: {', '.join(strange)}")
        for stage in pack.cycle:
            if strange := sorted(set(stage.events) - self.events.keys()):
                where = f"{file}: cycle[{stage.stage}].events"
                raise MalformedError(where, f"no such event: {', '.join(strange)}")

    def decider(self, message: Command | Event[Any]) -> AnyDecider | None:
        """The decider whose message this is; `None` for a correction, which is of any."""
        return self._decider_of.get(type(message))

    def naming(self, cls: type) -> tuple[str, Callable[[object], str]]:
        """What the stream of a message of *cls* is called: a beginning, and a field's value.

        A correction names its stream whole.
        """
        decider = self._decider_of.get(cls)
        if decider is None:
            return "", attrgetter("stream")
        return f"{decider.category}-", attrgetter(decider.subject)

    @cached_property
    def _naming(self) -> Mapping[type, tuple[str, Callable[[object], str]]]:
        return {cls: self.naming(cls) for cls in (*self.commands.values(), *self.events.values())}

    def stream(self, message: Command | Event[Any]) -> str:
        """The id of the stream that *message* is about."""
        category, subject = self._naming[type(message)]
        return category + subject(message)

    def version(self, name: str) -> int:
        """The current stored version of the event *name*, from 1."""
        return 1 + len(self.upcasters.get(name, ()))

    def topic(self, event: Event[Any]) -> str:
        """The stored name of *event* in its current version: `RecommendationIssued.v1`."""
        name = type(event).__name__
        return f"{name}.v{self.version(name)}"

    def topics(self, events: Iterable[type]) -> frozenset[str]:
        """Return the stored names, in every version, of classes of *events* and of corrections."""
        return frozenset(
            f"{cls.__name__}.v{number}"
            for cls in (*events, *CORRECTED)
            for number in range(1, self.version(cls.__name__) + 1)
        )

    def categories_of(self, events: Iterable[type]) -> tuple[str, ...]:
        """Return the categories of streams that have such *events*, in their order."""
        deciders = (self._decider_of[cls] for cls in events)
        return tuple(dict.fromkeys(decider.category for decider in deciders))

    @cached_property
    def _references(self) -> Mapping[type, tuple[tuple[str, Names, Reader], ...]]:
        found: dict[type, tuple[tuple[str, Names, Reader], ...]] = {}
        for cls in (*self.commands.values(), *self.events.values()):
            found[cls] = tuple(
                (field.name + path, mark, _reader(field.name + path))
                for field in attrs.fields(cls)  # type: ignore[arg-type]  # all are attrs classes
                for path, mark in marks_of(field.type)
                if isinstance(mark, Names)
            )
        return found

    def references(self, message: Command | Event[Any]) -> Iterator[tuple[str, str, bool]]:
        """Each field of *message* that names a stream, with its id, and whether that is forward.

        The stream that the message is about is not among them.
        """
        for path, stream, names in self._named(message):
            yield path, stream, names.forward

    def required(self, message: Command | Event[Any]) -> Iterator[tuple[str, str]]:
        """Of its references, those to streams that must be on record: each field, and the id."""
        for path, stream, names in self._named(message):
            if not names.to_come:
                yield path, stream

    def _named(self, message: Command | Event[Any]) -> Iterator[tuple[str, str, Names]]:
        about = self.stream(message)
        for path, names, values in self._references[type(message)]:
            for value in values(message):
                stream = f"{names.category}-{value}" if names.category else value
                if stream != about:
                    yield path, stream, names


def _reader(path: str) -> Reader:
    """Reads the values at *path*, such as `by.body`, `addressed[]` or `mix[].agency`; none of an
    empty field.
    """
    head, many, rest = path.partition("[]")
    values = attrgetter(head)
    if not many:
        return lambda message: () if (value := values(message)) is None else (value,)
    if not rest:
        return values
    inner = _reader(rest.removeprefix("."))
    return lambda message: (value for each in values(message) for value in inner(each))
