"""The tables of a view: what its rows are, by what a row is found, and how all of them are read.

This is the one place that knows the tables of a view: `view`, `diff`, the report, its CSV and the
reference are made from it.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from types import NoneType
from typing import Any, TypeAlias, TypeVar, get_args, get_origin, get_type_hints, overload

import attrs
import msgspec
from attrs import frozen

R = TypeVar("R")
C = TypeVar("C", bound=type)

TIMES = ("valid", "known")
"""Figures of every view: what was asked, not what it says."""

FIGURES = ""
"""The table of the figures that stand alone in a view, which have no name of their own."""
Rows: TypeAlias = Mapping[Hashable, Sequence[Any]]
"""Rows of a table, by what each is found by."""

KEYS: dict[type, tuple[str, ...]] = {}
"""The columns by which the same row is found in two views, by the class of the rows."""
_NAMES: dict[type, tuple[str, ...]] = {}
_SHAPES: dict[type, "Mapping[str, Shape]"] = {}


def row(*, key: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Register a class of rows: by the columns of its *key*, the same row is found in two views.

    All other columns are what the view says of it. A row without a key is told by all it says.

    Raises:
        TypeError: the class has no such column.
    """

    def register(cls: C) -> C:
        if strange := set(key) - set(names_of(cls)):
            raise TypeError(f"{cls.__name__} has no column {', '.join(sorted(strange))}")
        KEYS[cls] = key
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


def columns_of(row: Any) -> Mapping[str, Any]:
    """Return what *row* says, by its columns in their order; it may be a mapping of them."""
    if isinstance(row, Mapping):
        return row
    return {name: getattr(row, name) for name in names_of(type(row))}


def key_of(row: Any) -> tuple[tuple[str, Any], ...]:
    """Return the columns that say what *row* is about, and what they hold; `()` for none."""
    return tuple((column, getattr(row, column)) for column in KEYS.get(type(row), ()))


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

    def where(self, holds: Callable[[R], bool]) -> "Table[R]":
        """Return the rows of which *holds* is true, tried when they are looked at."""
        return Table(lambda: filter(holds, self))

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

    def unlike(self, other: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
        """Return the rows of this table and of the *other*, without those known to be equal."""
        return ((), ()) if self == other else (self, other)

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


@frozen(kw_only=True)
class Shape:
    """The shape of a table: the class *row* that says what a row is, and its *columns*.

    *single*: it is a group of figures, a table of one row. Of figures in a mapping, only the view
    itself knows the columns, unless its keys are an enumeration.
    """

    row: type | None
    columns: tuple[str, ...]
    single: bool = False


def shapes_of(view: type) -> Mapping[str, Shape]:
    """Return what the tables of a class of views are, by their names: single figures first.

    They are the fields that hold rows, and the groups of figures, which may have tables of their
    own: those have names such as `survival.masses`.
    """
    shapes = _SHAPES.get(view)
    if shapes is None:
        shapes = _SHAPES[view] = {}
        alone = tuple(name for name, kind in _fields(view) if not _is_shown(kind))
        if figures := tuple(name for name in alone if name not in TIMES):
            shapes[FIGURES] = Shape(row=None, columns=figures, single=True)
        for name, kind in _fields(view):
            shapes.update(_shapes(name, kind))
    return shapes


def _fields(cls: type) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(cls)
    return ((name, hints[name]) for name in names_of(cls))


def _shapes(name: str, kind: Any) -> Iterator[tuple[str, Shape]]:
    if row := _row_in(kind):
        yield name, Shape(row=row, columns=names_of(row))
    elif keys := _keys_in(kind):
        columns = tuple(key.value for key in keys) if issubclass(keys, Enum) else ()
        yield name, Shape(row=keys if columns else None, columns=columns, single=True)
    elif group := _group_in(kind):
        inner = {key: _row_in(of) for key, of in _fields(group)}
        columns = tuple(key for key, row in inner.items() if row is None)
        yield name, Shape(row=group, columns=columns, single=True)
        for key, row in inner.items():
            if row is not None:
                yield f"{name}.{key}", Shape(row=row, columns=names_of(row))


def _is_shown(kind: Any) -> bool:
    """Return whether a field of this *kind* is a table, or a group of figures."""
    return bool(_row_in(kind) or _keys_in(kind) or _group_in(kind))


def _row_in(kind: Any) -> type | None:
    """Return the class of the rows that a field of this *kind* holds."""
    first = next(iter(get_args(kind)), None)
    holds = get_origin(kind) in (Table, tuple, list, Sequence)
    return first if holds and _has_fields(first) else None


def _keys_in(kind: Any) -> type | None:
    """Return the class of the names of figures in a mapping."""
    return get_args(kind)[0] if get_origin(kind) in (dict, Mapping) else None


def _group_in(kind: Any) -> type | None:
    """Return the class of a group of figures, which may be missing."""
    kinds = [inner for inner in get_args(kind) if inner is not NoneType] or [kind]
    return kinds[0] if len(kinds) == 1 and _has_fields(kinds[0]) else None


def _has_fields(kind: Any) -> bool:
    return isinstance(kind, type) and (issubclass(kind, msgspec.Struct) or attrs.has(kind))


class Tables(Mapping[str, Sequence[Any]]):
    """The rows of each table of a view, by its name; a group of figures is one row.

    What the tables are, in *shapes*, is known by the class of the *view* alone.
    """

    def __init__(self, view: Any) -> None:
        self.shapes = shapes_of(type(view))
        self._rows = {name: _rows_of(view, name, shape) for name, shape in self.shapes.items()}
        self._identified: dict[str, Rows] = {}

    def __getitem__(self, table: str) -> Sequence[Any]:
        return self._rows[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the columns of a *table*, but for those that are tables of their own."""
        shape = self.shapes[table]
        return shape.columns or tuple(columns_of(self[table][0]))

    def identity(self, table: str, row: Any) -> Hashable:
        """Return what *row* is found by: its key, or all of it where it has none."""
        if self.shapes[table].single:
            return ()
        key: Hashable = key_of(row) or row
        return key

    def rows(self, table: str) -> Rows:
        """Return the rows of a *table*, by what each is found by."""
        if table not in self._identified:
            self._identified[table] = self._by_identity(table, self[table])
        return self._identified[table]

    def beside(self, other: "Tables", table: str) -> tuple[Rows, Rows]:
        """Return the rows of a *table* here and in *other*, but for those known to be the same."""
        mine, theirs = self[table], other[table]
        if isinstance(mine, Table):
            mine, theirs = mine.unlike(theirs)
        elif mine == theirs:
            return {}, {}
        return self._some(table, mine), other._some(table, theirs)

    def _some(self, table: str, rows: Sequence[Any]) -> Rows:
        return self.rows(table) if rows is self[table] else self._by_identity(table, rows)

    def _by_identity(self, table: str, rows: Iterable[Any]) -> Rows:
        by_identity: dict[Hashable, list[Any]] = defaultdict(list)
        for row in rows:
            by_identity[self.identity(table, row)].append(row)
        return dict(by_identity)


def _rows_of(view: Any, name: str, shape: Shape) -> Sequence[Any]:
    if name == FIGURES:
        return ({column: getattr(view, column) for column in shape.columns},)
    value: Any = attrgetter(name)(view)
    if not shape.single:
        rows: Sequence[Any] = value
        return rows
    return () if value is None else (value,)
