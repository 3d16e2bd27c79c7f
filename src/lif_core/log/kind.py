"""A class of messages, compiled: what handling, mapping, reading and filtering ask of it."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cached_property, partial
from operator import attrgetter
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    NamedTuple,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
)

import attrs
import msgspec
from attrs import frozen
from msgspec import Meta

from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event, Fields, UnknownEvent, fields_of
from lif_core.log.upcasters import Upcaster
from lif_core.values.authority import Authority
from lif_core.values.fields import Names, marks_of, refuse_unknown_keys

E = TypeVar("E")
Instant = Annotated[datetime, Meta(tz=True)]
DecodeHook: TypeAlias = Callable[[type, Any], Any]
_DECIDING = "by.body"
_DELIBERATION = "by.deliberation."


class Header(
    msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True, kw_only=True, gc=False
):
    """The members of the stored JSON object of an entry that stand before its event, in order."""

    recorded_at: Instant
    entered_by: str | None = None
    command_id: str | None = None
    correlation: str | None = None
    causation: str | None = None
    migrated: bool = False
    entered_at: Instant | None = None
    claimed_at: Instant | None = None


class Envelope(Header, Generic[E], kw_only=True):
    """The stored JSON object of an entry without encrypted texts.

    Texts that are *about* somebody in particular are encrypted.
    """

    about: ClassVar[tuple[str, ...]] = ()

    event: E
    crc32: str = ""


class Format(NamedTuple):
    """How one stored version of an event is read, and what its stream's id is made of.

    *structured* makes the event of its fields, where these are read already. *places* keeps what
    its name and a stream position add to a checksum, for the first positions.
    """

    decode: Callable[[bytes], Envelope[Any]]
    structured: Callable[[dict[str, Any]], Any]
    category: str  # with its hyphen
    subject: Callable[[object], str]
    places: dict[int, bytes]


@frozen
class Reference:
    """A field that names streams, at this *path* of the message, such as `addressed[]`.

    *category* ends in a hyphen; it is empty where the field holds whole stream ids. *own*: the
    stream named may be the one that the message is about. *rests*: the message rests on what the
    stream says, so that it cannot take effect before that began; a body may be older than its
    registration.
    """

    path: str
    names: Names
    category: str
    values: Callable[[object], Iterable[str]]
    own: bool
    rests: bool


@frozen
class Day:
    """A field of a message that holds days, at this *path*, besides the day it takes effect.

    *value* reads the field where it holds one at most, which is quicker.
    """

    path: str
    values: Callable[[object], Iterable[date]]
    value: Callable[[object], date | None] | None


@frozen(kw_only=True, eq=False)
class MessageKind:
    """One class of commands or events.

    *category*, with its hyphen, and *subject*, the value of a field, make the id of the stream
    that a message is about; a correction, which has no *decider*, names its stream whole.
    *version* is the current stored one, from 1, and *topic* the stored name in it, with *places*
    as of its `Format`; *upcasters* lead from each older version to the next.

    What takes long to find out is found out when it is first asked: a program that starts needs
    few of hundreds.
    """

    cls: Any
    name: str
    is_event: bool
    decider: AnyDecider | None
    category: str
    subject: Callable[[object], str]
    upcasters: tuple[Upcaster, ...]
    version: int
    topic: str
    places: dict[int, bytes]
    decode_hook: DecodeHook

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The fields that name streams, but the one that says what the message is about."""
        decider, category = self.decider, self.category.removesuffix("-")
        subject = decider.subject if decider else "stream"
        return tuple(
            Reference(
                path,
                names,
                f"{names.category}-" if names.category else "",
                _values(path),
                not names.category or names.category == category,
                not names.forward and names.category != "body",
            )
            for path, names in _references_in(self.cls)
            if not (path == subject and (not decider or names.category == category))
        )

    @cached_property
    def deliberated(self) -> tuple[Reference, ...]:
        """The references to streams that must be on record where there was a deliberation."""
        return tuple(
            each
            for each in self.references
            if not each.names.to_come and each.path.startswith(_DELIBERATION)
        )

    @cached_property
    def deciding(self) -> Reference:
        """The reference to the body that decides, which must be on record or named by a pack."""
        return next(each for each in self.references if each.path == _DECIDING)

    @cached_property
    def required(self) -> tuple[Reference, ...]:
        """The references to streams that must be on record in any case."""
        return tuple(
            each
            for each in self.references
            if not (each.names.to_come or each.path.startswith(_DELIBERATION))
        )

    @cached_property
    def others_required(self) -> tuple[Reference, ...]:
        """The references that are *required*, but to the body that decides."""
        return tuple(each for each in self.required if each.path != _DECIDING)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The fields that hold days, besides the day on which it takes effect."""
        return tuple(
            Day(path, _values(path), None if "[]" in path else attrgetter(path))
            for path in _days_in(self.cls)
            if path != "on"
        )

    @cached_property
    def fields(self) -> Fields:
        """The fields of the class."""
        return fields_of(self.cls)

    def stream(self, message: object) -> str:
        """Return the id of the stream that *message* is about."""
        return self.category + self.subject(message)

    def named(
        self, message: object, references: Iterable[Reference]
    ) -> Iterator[tuple[Reference, str]]:
        """Yield each stream that *message* names in its *references*, without its own."""
        for reference in references:
            category = reference.category
            for value in reference.values(message):
                stream = category + value
                if not reference.own or stream != self.stream(message):
                    yield reference, stream

    def format(self, version: int) -> Format:
        """Compile how the stored *version* of this event is read."""
        if version == self.version:
            cls: Any = self.cls
            stored: Any = msgspec.json.Decoder(Envelope[cls], dec_hook=self.decode_hook)
            return Format(
                stored.decode,
                partial(self.upcast, version),
                self.category,
                self.subject,
                self.places,
            )
        older = msgspec.json.Decoder(Envelope[dict[str, Any]])

        def decode(state: bytes) -> Envelope[Any]:
            envelope = older.decode(state)
            event = self.upcast(version, envelope.event)
            return msgspec.structs.replace(envelope, event=event)

        structured = partial(self.upcast, version)
        return Format(decode, structured, self.category, self.subject, {})

    def upcast(self, version: int, fields: dict[str, Any]) -> Event[Any]:
        """Return the event of the *fields* that were stored in *version*."""
        for upcast in self.upcasters[version - 1 :]:
            fields = upcast(fields)
        refuse_unknown_keys(fields, self.cls, "event.")
        event: Event[Any] = msgspec.convert(fields, self.cls, dec_hook=self.decode_hook)
        return event


def unknown_event(topic: str, fields: dict[str, Any]) -> UnknownEvent:
    """Return the event of the stored name *topic*, which is not known here.

    Raises:
        ValueError, KeyError: the *fields* do not say who decided it, and from when on.
    """
    by, on = msgspec.convert(fields["by"], Authority), msgspec.convert(fields["on"], date)
    return UnknownEvent(by=by, on=on, topic=topic, fields=fields)


def unknown_format(topic: str) -> Format:
    """Return how an event is read whose stored name, *topic*, is not known here.

    Every event bears who decided it, and from when on; nothing tells which stream it is about.
    """
    stored = msgspec.json.Decoder(Envelope[dict[str, Any]])

    def decode(state: bytes) -> Envelope[Any]:
        envelope = stored.decode(state)
        event = unknown_event(topic, envelope.event)
        return msgspec.structs.replace(envelope, event=event)

    return Format(decode, partial(unknown_event, topic), "", lambda event: "", {})


def compiled(
    cls: Any,
    decider: AnyDecider | None,
    upcasters: tuple[Upcaster, ...],
    decode_hook: DecodeHook,
) -> MessageKind:
    """Compile the class *cls* of messages; *decider* is `None` for a correction."""
    category, subject = (f"{decider.category}-", decider.subject) if decider else ("", "stream")
    name, version = cls.__name__, 1 + len(upcasters)
    return MessageKind(
        cls=cls,
        name=name,
        is_event=issubclass(cls, Event),
        decider=decider,
        category=category,
        subject=attrgetter(subject),
        upcasters=upcasters,
        version=version,
        topic=f"{name}.v{version}",
        places={},
        decode_hook=decode_hook,
    )


def _references_in(cls: Any) -> Iterator[tuple[str, Names]]:
    """Yield the path of each field of *cls* that names streams, and how it does."""
    for field in attrs.fields(cls):
        for path, mark in marks_of(field.type):
            if isinstance(mark, Names):
                yield field.name + path, mark


def _days_in(cls: Any) -> Iterator[str]:
    """Yield the path of each field of *cls* that holds days."""
    for field in attrs.fields(cls):
        yield from (field.name + path for path in _day_paths(field.type))


def _day_paths(annotation: Any) -> Iterator[str]:
    if annotation is date:
        yield ""
    elif get_origin(annotation) is tuple:
        yield from ("[]" + path for path in _day_paths(get_args(annotation)[0]))
    elif isinstance(annotation, type) and attrs.has(annotation):
        yield from (f".{path}" for path in _days_in(annotation))
    else:
        yield from (path for part in get_args(annotation) for path in _day_paths(part))


def _values(path: str) -> Callable[[object], Iterable[Any]]:
    """Return what reads the values at *path*, such as `by.body`, `addressed[]` or
    `mix[].agency`; there are none of an empty field.
    """
    head, many, rest = path.partition("[]")
    values = _within_deliberation(head) if head.startswith(_DELIBERATION) else attrgetter(head)
    if not many:
        return lambda message: () if (value := values(message)) is None else (value,)
    if not rest:
        return values
    inner = _values(rest.removeprefix("."))
    return lambda message: (value for each in values(message) for value in inner(each))


def _within_deliberation(path: str) -> Callable[[Any], Any]:
    """Return what reads a field of a deliberation; it has no values where there was none."""
    name = path.removeprefix(_DELIBERATION)

    def read(message: Command | Event[Any]) -> Any:
        deliberation = message.by.deliberation
        return () if deliberation is None else getattr(deliberation, name)

    return read
