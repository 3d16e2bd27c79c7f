"""Event to stored event and back: strict, by a closed registry, with one error type.

The stored format is public and documented in `docs/reference/stored-format.md`: a JSON object
whose
last member is a CRC-32 of everything before it, the stream, the stream position and the stored
name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from zlib import crc32

import msgspec
from msgspec.structs import replace

from lif_core.decisions.corrections import unknown_in
from lif_core.decisions.messages import UnknownEvent
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, UnknownEventError
from lif_core.log.encryption import EncryptedEnvelope, Encryption, EntryPlace, decrypt
from lif_core.log.instants import Instants
from lif_core.log.keyring import Keyring
from lif_core.log.kind import Envelope, Format, Header, MessageKind, unknown_format
from lif_core.log.recorder import Row, StoredEvent, misstored, unreadable
from lif_core.log.registry import Registry
from lif_core.observer import LOGGER
from lif_core.values.fields import refuse_unknown_keys
from lif_core.values.refs import category_of

PLACES = 256  # of each stored name, as many as most streams are long
_TAIL = len(',"crc32":"00000000"}')
_ENCRYPTED = b',"keys":["'
"""Bytes of an entry with encrypted texts; within a text, the quotes would be escaped."""
UNDECODABLE = (
    msgspec.MsgspecError, UnicodeDecodeError, ValueError, KeyError, RecursionError
)  # fmt: skip
"""The errors of a decoder; the last is of brackets within brackets."""
_decode_encrypted = msgspec.json.Decoder(EncryptedEnvelope).decode


class LifMapper:
    """Maps records to `eventsourcing`'s stored events, and rows of the log to records.

    With a *keyring*, texts about people are encrypted in what is stored. Without, those that are
    read `[encrypted]`, and nothing is recorded after them.
    """

    def __init__(
        self,
        registry: Registry | None = None,
        instants: Instants | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        self.registry = registry or Registry()
        self.instants = instants or Instants()
        self.keyring = keyring
        self.encryption = None if keyring is None else Encryption(keyring, self.registry)
        self._encode = self.registry.encode
        self._headed: tuple[datetime | None, bytes] = (None, b"")
        self._started: tuple[str | None, int] = (None, 0)
        self._formats = self.registry.formats
        self._warned = self.registry.warned

    @cached_property
    def _kinds(self) -> Mapping[type, MessageKind]:
        return self.registry.kinds

    def __reduce__(self) -> Any:
        return LifMapper, (self.registry, self.instants, self.keyring)

    def to_stored_event(self, record: Record) -> StoredEvent:
        """Return the stored event of *record*; its position is the recorder's to give."""
        event, stream, stream_position = record.event, record.stream, record.stream_position
        kind = self._kinds[type(event)]
        topic = kind.topic
        if self.encryption is None and _is_plain(record):
            body = self._heading(record.stamped or record.recorded_at)
            if record.command_id is not None:
                body += b',"command_id":' + self._encode(record.command_id)
            body += b',"event":' + self._encode(event)
        else:
            body = self._encode(self._envelope(record, topic))[:-1]
        place = kind.places.get(stream_position) or _place(kind.places, stream_position, topic)
        checksum = crc32(place + body, self._start(stream))
        return StoredEvent(stream, stream_position, topic, body + b',"crc32":"%08x"}' % checksum)

    def _envelope(self, record: Record, topic: str) -> Any:
        """Return what is stored of *record*, with texts under the keys of those they are about."""
        at = record.stamped or record.recorded_at
        envelope = Envelope(
            recorded_at=at if at.tzinfo is UTC else at.astimezone(UTC),
            entered_by=record.entered_by,
            command_id=record.command_id,
            correlation=record.correlation,
            causation=record.causation,
            migrated=record.migrated,
            entered_at=record.entered_at,
            claimed_at=record.claimed_at,
            event=record.event,
        )
        if self.encryption is None:
            return envelope
        entry = EntryPlace(topic, record.stream, record.stream_position)
        return self.encryption.encrypted(envelope, entry, record.about)

    def _heading(self, at: datetime) -> bytes:
        """Return what an entry begins with that was recorded at an instant: the same for all of a
        batch.
        """
        instant, heading = self._headed
        if at is not instant:
            header = Header(recorded_at=at if at.tzinfo is UTC else at.astimezone(UTC))
            heading = self._encode(header)[:-1]
            self._headed = at, heading
        return heading

    def _start(self, stream: str) -> int:
        """Return the checksum of the name of a *stream*, with which those of its entries begin."""
        latest, start = self._started
        if stream != latest:
            start = crc32(f"{stream}\n".encode())
            self._started = stream, start
        return start

    def to_record(self, row: Row) -> Record:
        """Return the record in *row*; raises as `to_records`."""
        (record,) = self.to_records((row,))
        return record

    def to_records(self, rows: Iterable[Row]) -> Iterator[Record]:
        """Yield the records in *rows*.

        Where a name, or a version of it, is not known here, the event is an `UnknownEvent`; the
        logger `lif` is told so once of each stream.

        Raises:
            UnreadableError: one was altered since, or its payload is not what its name says.
        """
        formats = self._formats
        if self.keyring is not None:
            self.keyring.erasures()
        latest, start = "", 0
        for row in rows:
            position, stream, stream_position, topic, state = row
            if not (
                type(state) is bytes
                and type(topic) is str
                and type(stream) is str
                and type(stream_position) is int
            ):
                raise unreadable(row, misstored(row))
            if stream != latest:  # those of one stream share its name, and what it adds to sums
                latest, start = stream, crc32(f"{stream}\n".encode())
            decode, structured, category, subject, places = formats.get(topic) or self._format(row)
            place = places.get(stream_position) or _place(places, stream_position, topic)
            checksum = crc32(place + state[:-_TAIL], start)
            if state[-_TAIL:] != b',"crc32":"%08x"}' % checksum:
                problem = "altered since it was recorded: its checksum does not match"
                raise unreadable(row, problem)
            envelope: Any
            try:
                envelope = decode(state)
            except UNDECODABLE as error:
                envelope = self._decrypted(row, structured, error)
            event = envelope.event
            if category + subject(event) != latest and not isinstance(event, UnknownEvent):
                raise unreadable(row, f"about another stream: {category}{subject(event)}")
            if not category and (unknown := unknown_in(event)):  # a correction, or not known
                self._warn(row, unknown)
            record = Record(
                position,
                latest,
                stream_position,
                envelope.recorded_at,
                event,
                envelope.command_id,
                envelope.correlation,
                envelope.causation,
                envelope.migrated,
                envelope.entered_by,
            )
            if envelope.about:
                record = replace(record, about=envelope.about)
            if envelope.entered_at is not None or envelope.claimed_at is not None:
                record = replace(
                    record, entered_at=envelope.entered_at, claimed_at=envelope.claimed_at
                )
            if self.instants.stretches:
                read_as = self.instants.read(position, record.recorded_at)
                if read_as != record.recorded_at:
                    stamp = record.recorded_at
                    record = replace(record, recorded_at=read_as, stamped=stamp)
            yield record

    def _decrypted(
        self, row: Row, structured: Callable[[dict[str, Any]], Any], problem: Exception
    ) -> EncryptedEnvelope:
        """Return what is in a *row* with encrypted texts, which no other entry looks like.

        Raises:
            UnreadableError: it has none, and the *problem* is another; or they are not as they
                were encrypted.
        """
        _, stream, stream_position, topic, state = row
        try:
            if not is_encrypted(state):
                raise problem
            envelope = _decode_encrypted(state)
            try:
                decrypt(envelope, EntryPlace(topic, stream, stream_position), self.keyring)
            except ValueError as error:
                problem_of_text = f"a text was altered, or its key is not here: {error}"
                raise unreadable(row, problem_of_text) from error
            envelope.event = structured(envelope.event)
        except UNDECODABLE as error:
            raise unreadable(row, f"not a {topic}: {error}") from error
        return envelope

    def refuse_plain(self, last: Row) -> None:
        """Refuse to record texts as they are where the *last* row has encrypted ones.

        Raises:
            MalformedError: it has.
        """
        if self.keyring is None and is_encrypted(last[4]):
            problem = "texts about people are encrypted in this store: open it with its keys"
            raise MalformedError("keys", problem)

    def refuse_dropped(self, row: Row, record: Record) -> None:
        """Refuse the entry in *row* where its *record* has not all that is stored of it.

        A member that is not known here may change what the entry means. What was read whole is
        stored again as it was, which is quicker than to look, unless it is encrypted. Even so it
        would be a third of the time in which an entry is read, so that it is asked of the last
        entry of the log and of each stream that is decided on, and by whoever examines a log.

        Raises:
            UnreadableError: a newer program recorded it.
        """
        if isinstance(record.event, UnknownEvent):
            return
        if self.keyring is None and self.to_stored_event(record).state == row[4]:
            return
        kind, version = self.registry.named(row[3])
        if version == kind.version:  # an older one is looked at each time it is read
            try:
                refuse_unknown_keys(msgspec.json.decode(row[4])["event"], kind.cls, "event.")
            except MalformedError as error:
                problem = f"a newer lif recorded it, and this one would drop a part: {error}"
                raise unreadable(row, f"{problem}; upgrade") from error
            except UNDECODABLE as error:  # such as a name of a member that is no text
                raise unreadable(row, f"not a {row[3]}: {error}") from error

    def _format(self, row: Row) -> Format:
        """Compile how the rows of this stored name are read."""
        _, stream, _, topic, _ = row
        try:
            kind, version = self.registry.named(topic, category_of(stream))
        except KeyError:
            return self._formats.setdefault(topic, unknown_format(topic))
        compiled = kind.format(version)
        if topic != kind.topic:  # of another version, or from before it was renamed
            compiled = compiled._replace(places={})
        return self._formats.setdefault(topic, compiled)

    def _warn(self, row: Row, event: UnknownEvent) -> None:
        """Tell the logger, once of each stream, that an *event* in it is not known here."""
        _, stream, stream_position, _, _ = row
        if stream not in self._warned:
            self._warned.add(stream)
            problem = self.registry.advice(event.topic)
            LOGGER.warning(
                "%s entry %s: %s; views leave it out, and nothing more is decided in this stream",
                stream,
                stream_position,
                problem,
            )

    def check_recognised(self, records: Iterable[Record]) -> None:
        """Raise `UnknownEventError` where one of *records* is of a kind that is not known here."""
        for record in records:
            if unknown := unknown_in(record.event):
                raise UnknownEventError(
                    self.registry.advice(unknown.topic),
                    stream=record.stream,
                    stream_position=record.stream_position,
                    position=record.position,
                )


def _is_plain(record: Record) -> bool:
    """Return whether nothing is known of an entry but when it was recorded, and by what id."""
    return (
        record.entered_by is None
        and record.entered_at is None
        and record.claimed_at is None
        and record.correlation is None
        and record.causation is None
        and not record.migrated
    )


def checksummed(stream: str, stream_position: int, topic: str, state: bytes) -> bytes:
    """Return the stored bytes *state* with the checksum that fits an entry of this place."""
    body = state[:-_TAIL]
    checksum = crc32(f"{stream}\n{stream_position}\n{topic}\n".encode() + body)
    return body + b',"crc32":"%08x"}' % checksum


def is_encrypted(state: object) -> bool:
    """Return whether texts in the stored bytes *state* are encrypted: its keys stand before its
    event, and are no field of that.
    """
    return isinstance(state, bytes) and state.find(_ENCRYPTED, 0, state.find(b',"event":{')) >= 0


def is_under(state: bytes, key: str) -> bool:
    """Return whether a text in the stored bytes *state* is encrypted under a *key*."""
    return is_encrypted(state) and key in _decode_encrypted(state).keys


def _place(places: dict[int, bytes], stream_position: int, topic: str) -> bytes:
    """Return what a checksum covers between the stream and the payload; *places* keeps it."""
    place = f"{stream_position}\n{topic}\n".encode()
    if len(places) < PLACES:
        places[stream_position] = place
    return place
