"""The parts of a view as bytes: strict, so that what is read is what was written, or refused."""

import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from lif_core.decisions.growing_mapping import GrowingMapping
from lif_core.projection.projection import (
    Address,
    AnyProjection,
    Columns,
    Name,
    Part,
    Running,
)

StoredName: TypeAlias = tuple[str | int, ...]
StoredColumns: TypeAlias = dict[str | int, int]


def _as_dict(value: Any) -> dict[Any, Any]:
    """Return a mapping that grows as the one that it is written as.

    Raises:
        TypeError: *value* is none, and nothing that can be written.
    """
    if isinstance(value, GrowingMapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be a part of a saved view")


encode = msgspec.msgpack.Encoder(enc_hook=_as_dict).encode
GROWS = 1
"""The extension of MessagePack for a number that grows with the days: as it was on the day with
the ordinal 0, and by how much it grows a day, eight bytes each."""
_GROWING = struct.Struct(">qq")
_HEAD_OF_GROWING = b"\xd8\x01"  # in no text, and hardly in any other number


@lru_cache(maxsize=16)
def _encode_on(day: int) -> Callable[[Any], bytes]:
    """Return what encodes values as they are on the day with the ordinal *day*."""

    def encoded(value: Any) -> Any:
        if type(value) is not Running:
            return _as_dict(value)
        number, slope = int(value), value.slope
        if not slope:
            return number
        return msgspec.msgpack.Ext(GROWS, _GROWING.pack(number - slope * day, slope))

    return msgspec.msgpack.Encoder(enc_hook=encoded).encode


@lru_cache(maxsize=16)
def _decode_on(day: int) -> Callable[[bytes], Any]:
    """Return what decodes values as they are on the day with the ordinal *day*."""
    unpack = _GROWING.unpack

    def decoded(_: int, content: memoryview) -> int:
        try:
            first, slope = unpack(content)
        except struct.error as error:
            raise ValueError(f"no number that grows: {error}") from error
        number: int = first + slope * day
        return number

    return msgspec.msgpack.Decoder(ext_hook=decoded).decode


class Added(msgspec.Struct, array_like=True, gc=False):
    """The counts of a part, and what it said and asked: all but its rows.

    *counts* are those of the day with the ordinal 0, *slopes* by how much they grow a day.
    *said* has what was said in bytes, by topic and name.
    """

    counts: list[tuple[StoredName, StoredColumns]]
    slopes: list[tuple[StoredName, StoredColumns]]
    said: list[tuple[str, str, msgspec.Raw]]
    asked: list[Address]


def is_running(rows: bytes) -> bool:
    """Return whether some of the *rows* may grow with the days."""
    return _HEAD_OF_GROWING in rows


class Encoding:
    """Writes and reads what is added to one projection."""

    writes = True

    def __init__(self, projection: AnyProjection) -> None:
        self._kinds = {name: list[kind] for name, kind in projection.tables.items()}  # type: ignore[valid-type]  # known at run time only
        self._tables: dict[str, Callable[[bytes], list[Any]]] = {
            name: msgspec.msgpack.Decoder(kind).decode for name, kind in self._kinds.items()
        }
        self._facts: dict[str, Callable[[Any], list[Any]]] = {
            topic: msgspec.msgpack.Decoder(list[kind]).decode  # type: ignore[valid-type]  # as above
            for topic, kind in projection.says.items()
        }
        self._added: Callable[[Any], Added] = msgspec.msgpack.Decoder(Added).decode

    # Rows. Those with numbers that grow are read in two steps: most have none.

    def rows(self, rows: Sequence[Any], day: int, *, running: bool) -> bytes:
        """Return *rows* as bytes; *running*: some of their columns may grow with the days."""
        return _encode_on(day)(rows) if running else encode(rows)

    def read_rows(self, table: str, body: bytes, day: int) -> list[Any]:
        """Return the rows in *body* as they are on the day with the ordinal *day*.

        Raises:
            ValueError: they are no rows of this table.
        """
        if not is_running(body):
            return self._tables[table](body)
        return msgspec.convert(_decode_on(day)(body), self._kinds[table])

    # The rest

    def added(self, part: Part, day: int) -> Added:
        """Return the counts of *part*, and what it said and asked."""
        counts: Mapping[Name, Columns] = part.counts
        if part.slopes:
            counts = _on_day_nought(counts, part.slopes, day)
        facts = [(topic, to, msgspec.Raw(encode(what))) for (topic, to), what in part.said.items()]
        addresses = sorted(part.asked) if part.asked else []
        return Added(list(counts.items()), list(part.slopes.items()), facts, addresses)

    encode = staticmethod(encode)

    def read_added(self, body: bytes) -> Added:
        """Return what *body* holds. Raises `ValueError` where it is no such."""
        return self._added(body)

    def read_facts(self, topic: str, body: Any) -> list[Any]:
        """Return what was said on *topic*. Raises `ValueError` where it is of another kind."""
        return self._facts[topic](body)


class HeldValues:
    """Keeps what is added to a projection as it is, where `Encoding` writes it: of a view that is
    made once, of one day, and looked at, nothing is saved. Numbers that grow are none in it.
    """

    writes = False

    def __init__(self, projection: AnyProjection) -> None:
        self._encoding = Encoding(projection)

    def rows(self, rows: Sequence[Any], day: int, *, running: bool) -> Any:
        if not running:
            return rows
        body = self._encoding.rows(rows, day, running=running)
        return body if is_running(body) else rows

    def read_rows(self, table: str, body: Any, day: int) -> list[Any]:
        rows: list[Any] = body
        return self._encoding.read_rows(table, body, day) if isinstance(body, bytes) else rows

    def added(self, part: Part, day: int) -> Added:
        facts = [(topic, to, what) for (topic, to), what in part.said.items()]
        counts = list(part.counts.items())
        return Added(counts, [], facts, list(part.asked))  # type: ignore[arg-type]  # not written

    def read_added(self, body: Any) -> Added:
        added: Added = body
        return added

    def read_facts(self, topic: str, body: Any) -> list[Any]:
        facts: list[Any] = body
        return facts

    def encode(self, value: Any) -> Any:
        return value


AnyEncoding: TypeAlias = Encoding | HeldValues


def _on_day_nought(
    counts: Mapping[Name, Columns], slopes: Mapping[Name, Columns], day: int
) -> Mapping[Name, Columns]:
    """Return *counts* of today as those of the day with the ordinal 0."""
    return {
        name: {column: number - growing.get(column, 0) * day for column, number in columns.items()}
        if (growing := slopes.get(name))
        else columns
        for name, columns in counts.items()
    }
