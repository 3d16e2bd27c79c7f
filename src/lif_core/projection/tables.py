"""The tables of a view: what its rows are, by what a row is found, and how all of them are read.

This is the one place that knows the tables of a view: `view`, `diff`, the report, its CSV and the
reference are made from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar, get_args, get_origin, get_type_hints, overload

import attrs
import msgspec

R = TypeVar("R")
C = TypeVar("C", bound=type)

TIMES = ("valid", "known")
"""Figures of every view: what was asked, not what it says."""

_KEYS: dict[type, tuple[str, ...]] = {}
_NAMES: dict[type, tuple[str, ...]] = {}


def row(*, key: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Register a class of rows: by the columns of its *key*, the same row is found in two views.

    All other columns are what the view says of it. A row without a key is told by all it says.

    Raises:
        TypeError: the class has no such column.
    """

    def register(cls: C) -> C:
        if strange := set(key) - set(names_of(cls)):
            raise TypeError(f"{cls.__name__} has no column {', '.join(sorted(strange))}")
        _KEYS[cls] = key
        return cls

    return register


def names_of(cls: Any) -> tuple[str, ...]:
    """Return the names of the fields of a class of rows, or of a view, in their order."""
    names = _NAMES.get(cls)
    if names is None:
        if issubclass(cls, msgspec.Struct):
            names = cls.__struct_fields__
        else:
            names = tuple(field.name for field in attrs.fields(cls))
        _NAMES[cls] = names
    return names


def is_record(value: Any) -> bool:
    """Return whether *value* has named fields: a row, or a group of figures."""
    return isinstance(value, msgspec.Struct) or attrs.has(type(value))


def key_of(row: Any) -> tuple[tuple[str, Any], ...]:
    """Return the columns that say what *row* is about, and what they hold; `()` for none."""
    return tuple((column, getattr(row, column)) for column in _KEYS.get(type(row), ()))


class Table(Sequence[R]):
    """The rows of a table, made when they are looked at; equal to any sequence of the same rows.

    *read* gives them. A table that nobody looks at costs nothing.
    """

    __slots__ = ("_rows", "_source")

    def __init__(self, read: Callable[[], Iterable[R]]) -> None:
        self._source: Callable[[], Iterable[R]] | None = read
        self._rows: tuple[R, ...] | None = None

    @property
    def rows(self) -> tuple[R, ...]:
        """All rows, in their order."""
        if self._rows is None:
            assert self._source is not None
            self._rows, self._source = tuple(self._source()), None
        return self._rows

    def by(self, *columns: str) -> "Table[R]":
        """Return the same rows, in the order of these *columns*; equal ones stay as they are."""
        return Table(lambda: sorted(self.rows, key=attrgetter(*columns)))

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[R, ...]: ...

    def __getitem__(self, index: int | slice) -> R | tuple[R, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table | tuple) and self.rows == tuple(other)

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return f"Table({self.rows!r})"

    def __reduce__(self) -> Any:
        return _table_of, (self.rows,)


def _table_of(rows: tuple[R, ...]) -> Table[R]:
    return Table(lambda: rows)


def tables_of(view: Any) -> Mapping[str, type]:
    """Return the tables of a class of views, by their names, and the classes of their rows."""
    hints = get_type_hints(view)
    return {
        name: get_args(hints[name])[0]
        for name in names_of(view)
        if get_origin(hints[name]) is Table
    }
