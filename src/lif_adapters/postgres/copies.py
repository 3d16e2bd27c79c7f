"""Rows as COPY reads them in its binary format."""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Any

from lif_core.log.recorder import StoredEvent

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no more of a header
_TRAILER = b"\xff\xff"
_FIELDS = Struct(">h")
_NUMBER = Struct(">iq")
_LENGTH = Struct(">i")
_NUMBER_OF_ENTRY = Struct(">hiqi")  # after how many fields there are; the length of the next
_NUMBER_AND_LENGTH = Struct(">iqi")
CHUNK = 1 << 18  # bytes that are sent at once


def copied(rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    """Yield *rows* of whole numbers, texts and bytes, chunk by chunk."""
    chunk = bytearray(_HEADER)
    for row in rows:
        chunk += _FIELDS.pack(len(row))
        for value in row:
            if value.__class__ is int:
                chunk += _NUMBER.pack(8, value)
            else:
                data = value if value.__class__ is bytes else value.encode()
                chunk += _LENGTH.pack(len(data))
                chunk += data
        if len(chunk) > CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk) + _TRAILER


def copied_entries(events: Iterable[StoredEvent], first: int) -> Iterator[bytes]:
    """Yield *events* as rows of entries from the position *first* on, chunk by chunk.

    As `copied` does, in a third of the time: a log has more entries than anything else.
    """
    begin, number, length = _NUMBER_OF_ENTRY.pack, _NUMBER_AND_LENGTH.pack, _LENGTH.pack
    chunk = bytearray(_HEADER)
    for position, event in enumerate(events, first):
        stream, topic = str(event.originator_id).encode(), event.topic.encode()
        state = event.state
        chunk += begin(5, 8, position, len(stream))
        chunk += stream
        chunk += number(8, event.originator_version, len(topic))
        chunk += topic
        chunk += length(len(state))
        chunk += state
        if len(chunk) > CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk) + _TRAILER
