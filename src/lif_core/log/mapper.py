"""Event to stored event and back: strict, by a closed registry, with one error type.

The stored format is public and documented in `docs/reference/stored-format.md`: a JSON object
whose
last member is a CRC-32 of everything before it, the stream, the stream position and the stored
name.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from zlib import crc32

import msgspec
from eventsourcing.persistence import StoredEvent
from msgspec import Meta

from lif_core.corrections import Replacement
from lif_core.errors import MalformedError, UnknownEventError, UnreadableError
from lif_core.fields import refuse_unknown_keys
from lif_core.log.recorder import Row
from lif_core.log.registry import Registry
from lif_core.messages import Event
from lif_core.record import Record

E = TypeVar("E")
Instant = Annotated[datetime, Meta(tz=True)]
_MISSING = re.compile(r"Object missing required field `(.+)`")
_TAIL = len(',"crc32":"00000000"}')


class Envelope(msgspec.Struct, Generic[E], omit_defaults=True, kw_only=True):
    """The stored JSON object, in the order of its members."""

    recorded_at: Instant
    command_id: str | None = None
    correlation: str | None = None
    causation: str | None = None
    migrated: bool = False
    event: E
    crc32: str = ""


class _Reader(NamedTuple):
    """How a stored name is read: its decoder, and what the stream's id is made of."""

    decode: Callable[[bytes], Envelope[Any]]
    category: str  # with its hyphen
    subject: Callable[[object], str]


def _tail(stream: str, stream_position: int, topic: str, body: bytes) -> bytes:
    """The end of the stored bytes: the checksum of their *body* and of what names the entry."""
    named = crc32(f"{stream}\n{stream_position}\n{topic}\n".encode())
    return b',"crc32":"%08x"}' % crc32(body, named)


class LifMapper:
    """Maps records to `eventsourcing`'s stored events, and rows of the log to records."""

    def __init__(self, registry: Registry | None = None) -> None:
        self.registry = registry or Registry()
        self._readers: dict[str, _Reader] = {}
        self._encode = msgspec.json.Encoder(enc_hook=self.encode_hook).encode

    def to_stored_event(self, record: Record) -> StoredEvent:
        """The stored event of *record*; its position is the recorder's to give."""
        topic = self.registry.topic(record.event)
        envelope = Envelope(
            recorded_at=record.recorded_at.astimezone(UTC),
            command_id=record.command_id,
            correlation=record.correlation,
            causation=record.causation,
            migrated=record.migrated,
            event=record.event,
        )
        body = self._encode(envelope)[:-1]
        state = body + _tail(record.stream, record.stream_position, topic, body)
        return StoredEvent(record.stream, record.stream_position, topic, state)

    def to_record(self, row: Row) -> Record:
        """The record in *row*.

        Raises:
            UnknownEventError: its name, or a version of it that is newer, is not known here.
            UnreadableError: it was altered since, or its payload is not what its name says.
        """
        position, stream, stream_position, topic, state = row
        if type(state) is not bytes:
            raise _unreadable(row, f"not bytes but {type(state).__name__}")
        reader = self._readers.get(topic) or self._reader(row)
        if state[-_TAIL:] != _tail(stream, stream_position, topic, state[:-_TAIL]):
            raise _unreadable(row, "altered since it was recorded: its checksum does not match")
        try:
            envelope = reader.decode(state)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, KeyError) as error:
            raise _unreadable(row, f"not a {topic}: {error}") from error
        event = envelope.event
        if reader.category + reader.subject(event) != stream:
            raise _unreadable(row, f"about another stream: {self.registry.stream(event)}")
        return Record(
            position,
            stream,
            stream_position,
            envelope.recorded_at,
            event,
            envelope.command_id,
            envelope.correlation,
            envelope.causation,
            envelope.migrated,
        )

    def replacement(self, value: Any) -> Replacement:
        """The replacement of an amendment, from its JSON: `{"name": "X.v1", "event": {...}}`.

        Raises:
            MalformedError: the name is not known, or the fields are not its event's.
        """
        if not isinstance(value, dict) or set(value) != {"name", "event"}:
            raise MalformedError("replacement", 'expected {"name": "X.v1", "event": {...}}')
        try:
            cls, version = self._named(str(value["name"]))
            if version == self.registry.version(cls.__name__) and isinstance(value["event"], dict):
                refuse_unknown_keys(value["event"], cls, "replacement.event.")
            return Replacement(self._upcast(cls, version, value["event"]))
        except KeyError as error:
            raise MalformedError("replacement.name", f"unknown: {value['name']}") from error
        except msgspec.ValidationError as error:
            raise malformed(error, "replacement.event") from error

    def _named(self, topic: str) -> tuple[type[Event[Any]], int]:
        """The class and version that *topic* names; `KeyError` where there is no such."""
        name, _, version = topic.rpartition(".v")
        cls = self.registry.events[name]
        if version not in {str(n + 1) for n in range(self.registry.version(name))}:
            raise KeyError(topic)
        return cls, int(version)

    def _reader(self, row: Row) -> _Reader:
        topic = row[3]
        try:
            cls, version = self._named(topic)
        except KeyError as error:
            problem = f"{topic} is not known here; upgrade lif, or restore the entry"
            raise _unreadable(row, problem, UnknownEventError) from error
        if version == self.registry.version(cls.__name__):
            kind: Any = Envelope[cls]  # type: ignore[valid-type]  # a class known at run time only
            decode: Any = msgspec.json.Decoder(kind, dec_hook=self.decode_hook).decode
        else:
            decode = self._old_decoder(cls, version)
        reader = _Reader(decode, *self.registry.naming(cls))
        return self._readers.setdefault(topic, reader)

    def _old_decoder(
        self, cls: type[Event[Any]], version: int
    ) -> Callable[[bytes], Envelope[Any]]:
        fields = msgspec.json.Decoder(Envelope[dict[str, Any]])

        def decode(state: bytes) -> Envelope[Any]:
            envelope = fields.decode(state)
            return msgspec.structs.replace(
                envelope, event=self._upcast(cls, version, envelope.event)
            )

        return decode

    def _upcast(self, cls: type[Event[Any]], version: int, fields: dict[str, Any]) -> Event[Any]:
        for upcast in self.registry.upcasters.get(cls.__name__, ())[version - 1 :]:
            fields = upcast(fields)
        event: Event[Any] = msgspec.convert(fields, cls, dec_hook=self.decode_hook)
        return event

    def decode_hook(self, kind: type, value: Any) -> Any:
        if kind is Replacement:
            return self.replacement(value)
        raise NotImplementedError(kind)

    def encode_hook(self, value: Any) -> Any:
        if isinstance(value, Replacement):
            return {"name": self.registry.topic(value.event), "event": value.event}
        raise NotImplementedError(type(value))


def malformed(error: msgspec.ValidationError, where: str = "") -> MalformedError:
    """What `msgspec` says of a value, as the field and what is wrong with it."""
    problem, found, path = str(error).rpartition(" - at `$")
    if not found:
        problem, path = str(error), ""
    field = path.rstrip("`")
    if missing := _MISSING.fullmatch(problem):
        field, problem = f"{field}.{missing[1]}", "missing"
    return MalformedError((where + field).lstrip("."), problem)


def _unreadable(
    row: Row, problem: str, error: type[UnreadableError] = UnreadableError
) -> UnreadableError:
    position, stream, stream_position, _, _ = row
    return error(problem, stream=stream, stream_position=stream_position, position=position)
