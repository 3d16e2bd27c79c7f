"""The parts of a view as bytes: strict, so that what is read is what was written, or refused."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec.structs import replace

from lif_core.decisions.growing_mapping import GrowingMapping
from lif_core.projection.projection import (
    Address,
    Columns,
    Name,
    Part,
    Projection,
    Running,
    slope_of,
)
from lif_core.values.fields import types_of

StoredName: TypeAlias = tuple[str | int, ...]
StoredColumns: TypeAlias = dict[str | int, int]
Growth: TypeAlias = tuple[int, StoredName, int]
"""The index of a row, the path to a number in it, and by how much it grows a day."""


def _as_dict(value: Any) -> dict[Any, Any]:
    """Return a mapping that grows as the one that it is written as.

    Raises:
        TypeError: *value* is none, and nothing that can be written.
    """
    if isinstance(value, GrowingMapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be a part of a saved view")


encode = msgspec.msgpack.Encoder(enc_hook=_as_dict).encode
STILL, RUNNING = b"\x00", b"\x01"
_MAY_GROW = frozenset({Running, tuple})


class Added(msgspec.Struct, array_like=True, gc=False):
    """The counts of a part, and what it said and asked: all but its rows.

    *counts* are those of the day with the ordinal 0, *slopes* by how much they grow a day.
    *said* has what was said in bytes, by topic and name.
    """

    counts: list[tuple[StoredName, StoredColumns]]
    slopes: list[tuple[StoredName, StoredColumns]]
    said: list[tuple[str, str, msgspec.Raw]]
    asked: list[Address]


class Rows(msgspec.Struct, array_like=True, gc=False):
    """The rows of one part in one table, in bytes; *running*: which columns grow with the days.

    Rows are those of the day with the ordinal *day*.
    """

    rows: msgspec.Raw
    day: int
    running: list[Growth]


def is_running(rows: bytes) -> bool:
    """Return whether some of the *rows* grow with the days."""
    return rows.startswith(RUNNING)


class Encoding:
    """Writes and reads what is added to one projection."""

    def __init__(self, projection: Projection[Any]) -> None:
        self._tables: dict[str, Callable[[Any], list[Any]]] = {
            name: msgspec.msgpack.Decoder(list[kind]).decode  # type: ignore[valid-type]  # known at run time only
            for name, kind in projection.tables.items()
        }
        self._facts: dict[str, Callable[[Any], list[Any]]] = {
            topic: msgspec.msgpack.Decoder(list[kind]).decode  # type: ignore[valid-type]  # as above
            for topic, kind in projection.says.items()
        }
        self._running: Callable[[Any], Rows] = msgspec.msgpack.Decoder(Rows).decode
        self._added: Callable[[Any], Added] = msgspec.msgpack.Decoder(Added).decode

    # Rows. Most of them do not change with the days: those are the bytes of a list, and the others
    # of an object, which a first byte tells apart.

    def rows(self, rows: Sequence[Any], day: int, *, running: bool) -> bytes:
        """Return *rows* as bytes; *running*: some of their columns may grow with the days."""
        if running:
            growing: list[Growth] = []
            rows = [_plain(row, at, (), growing) for at, row in enumerate(rows)]
            if growing:
                return RUNNING + encode(Rows(msgspec.Raw(encode(rows)), day, growing))
        return STILL + encode(rows)

    def read_rows(self, table: str, body: bytes, day: int) -> list[Any]:
        """Return the rows in *body* as they are on the day with the ordinal *day*.

        Raises:
            ValueError: they are no rows of this table.
        """
        decode, content = self._tables[table], memoryview(body)[1:]
        if not is_running(body):
            return decode(content)
        held = self._running(content)
        rows = decode(held.rows)
        days = day - held.day
        if days:
            for at, path, slope in held.running:
                rows[at] = _grown(rows[at], path, slope * days)
        return rows

    # The rest

    def added(self, part: Part, day: int) -> Added:
        """Return the counts of *part*, and what it said and asked."""
        if part.running:
            counts, slopes = _from_day_nought(part.counts, day)
        else:
            counts, slopes = list(part.counts.items()), []
        facts = [(topic, to, msgspec.Raw(encode(what))) for (topic, to), what in part.said.items()]
        return Added(counts, slopes, facts, sorted(part.asked))

    encode = staticmethod(encode)

    def read_added(self, body: bytes) -> Added:
        """Return what *body* holds. Raises `ValueError` where it is no such."""
        return self._added(body)

    def read_facts(self, topic: str, body: Any) -> list[Any]:
        """Return what was said on *topic*. Raises `ValueError` where it is of another kind."""
        return self._facts[topic](body)


class HeldValues:
    """Keeps what is added to a projection as it is, where `Encoding` writes it: of a view that is
    made once, of one day, and looked at, nothing is saved.
    """

    def rows(self, rows: Sequence[Any], day: int, *, running: bool) -> Any:
        return [_plain(row, 0, (), []) for row in rows] if running else rows

    def read_rows(self, table: str, body: Any, day: int) -> list[Any]:
        rows: list[Any] = body
        return rows

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


def _from_day_nought(
    counts: Mapping[Name, Columns], day: int
) -> tuple[list[tuple[Name, Columns]], list[tuple[Name, Columns]]]:
    """Return *counts* of today as those of the day with the ordinal 0, and their slopes."""
    first = [
        (name, {column: int(n) - slope_of(n) * day for column, n in columns.items()})
        for name, columns in counts.items()
    ]
    slopes = [
        (name, {column: slope for column, n in columns.items() if (slope := slope_of(n))})
        for name, columns in counts.items()
    ]
    return first, [(name, columns) for name, columns in slopes if columns]


def _plain(value: Any, row: int, path: StoredName, growing: list[Growth]) -> Any:
    """Return *value* with plain numbers in the place of those that grow, which *growing* keeps."""
    kind: Any = type(value)
    if kind is Running:
        if value.slope:
            growing.append((row, path, value.slope))
        return int(value)
    if kind is tuple:
        return tuple(_plain(inner, row, (*path, at), growing) for at, inner in enumerate(value))
    if isinstance(value, msgspec.Struct):
        changes = {
            name: _plain(inner, row, (*path, name), growing)
            for name, read in _may_grow_in(kind)
            if type(inner := read(value)) in _MAY_GROW or isinstance(inner, msgspec.Struct)
        }
        return replace(value, **changes) if changes else value
    return value


@cache
def _may_grow_in(cls: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """Return the fields of a class that may hold a number which grows, with what reads them."""
    return tuple(
        (name, attrgetter(name)) for name, kind in types_of(cls).items() if not _is_still(kind)
    )


def _is_still(kind: Any) -> bool:
    """Return whether no value of a type *kind* holds a number which grows, by the type alone."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _is_still(args[0])
    if origin in (Union, UnionType):
        return all(map(_is_still, args))
    return kind in (bool, date, datetime, str, NoneType) or (
        isinstance(kind, type) and issubclass(kind, Enum)
    )


def _grown(value: Any, path: Sequence[str | int], by: int) -> Any:
    """Return *value* with the number at *path* greater *by* so much."""
    if not path:
        return value + by
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        items = list(value)
        items[head] = _grown(items[head], rest, by)
        return tuple(items)
    return replace(value, **{head: _grown(getattr(value, head), rest, by)})
