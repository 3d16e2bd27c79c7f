"""Rows as COPY reads them in its binary format."""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Any

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, no more of a header
_TRAILER = b"\xff\xff"
_FIELDS = Struct(">h")
_NUMBER = Struct(">iq")
_LENGTH = Struct(">i")
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
