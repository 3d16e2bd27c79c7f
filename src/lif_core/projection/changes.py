"""Two views of one kind, held against each other: which rows and figures are not the same."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core.projection.tables import Tables, columns_of, key_of

Key: TypeAlias = tuple[tuple[str, Any], ...]


class What(StrEnum):
    """The kind of a change: what became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@frozen
class Column:
    """A column of a row, or a figure of the view, that was *before* and is *after*."""

    column: str
    before: Any
    after: Any


@frozen(kw_only=True)
class Change:
    """A row of a *table*, found by its *key*, that is in one view only, or not alike in both.

    A group of figures is a table of one row, which needs no key; single figures are those of the
    table `""`. *columns*: those that changed, of a row that is in both.
    """

    table: str
    key: Key
    before: Any = None
    after: Any = None
    columns: tuple[Column, ...] = ()

    @property
    def what(self) -> What:
        if self.before is None:
            return What.ADDED
        return What.REMOVED if self.after is None else What.CHANGED

    @property
    def row(self) -> Any:
        """The row as it is after, or as it was before it went."""
        return self.before if self.after is None else self.after

    def reversed(self) -> "Change":
        """Return the same change from the other side."""
        columns = tuple(Column(c.column, c.after, c.before) for c in self.columns)
        return attrs.evolve(self, before=self.after, after=self.before, columns=columns)

    def alike(self, some: Sequence[Any], others: Sequence[Any]) -> bool:
        """Return whether rows that are found by the same agree on this change, in any order.

        Of a row that changed, they agree on the columns that did; else on all of it.
        """
        left, right = self._concerned(some), self._concerned(others)
        return not _without(left, right) and not _without(right, left)

    def _concerned(self, rows: Sequence[Any]) -> Sequence[Any]:
        if self.what is not What.CHANGED:
            return rows
        names = [column.column for column in self.columns]
        return [tuple(row.get(name) for name in names) for row in map(columns_of, rows)]


@frozen
class Unlike:
    """The rows of a *table* that are found by the same in two views."""

    table: str
    identity: Hashable
    before: Sequence[Any]
    after: Sequence[Any]


def unlike(were: Tables, are: Tables) -> Iterator[Unlike]:
    """Yield where two views may not be alike; what is left out is the same in both."""
    for table in were:
        left, right = were.beside(are, table)
        for identity in {**left, **right}:
            yield Unlike(table, identity, left.get(identity, ()), right.get(identity, ()))


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """Return what is not the same in the views *before* and *after*, table by table.

    Rows are found by their keys; where several have the same key, or none, they are counted. The
    order of rows is no difference, and neither are the two times.
    """
    return compared(Tables(before), Tables(after))


def compared(were: Tables, are: Tables) -> tuple[Change, ...]:
    """Return the changes between the tables of two views."""
    return tuple(change for rows in unlike(were, are) for change in _of(rows, were))


def _of(rows: Unlike, tables: Tables) -> Iterator[Change]:
    table = rows.table
    gone, new = _without(rows.before, rows.after), _without(rows.after, rows.before)
    if len(gone) == len(new) == 1:
        columns = tuple(
            column
            for column in _columns(gone[0], new[0])
            if f"{table}.{column.column}" not in tables  # else it is a table of its own
        )
        if columns:
            key = key_of(new[0])
            yield Change(table=table, key=key, before=gone[0], after=new[0], columns=columns)
        return
    yield from (Change(table=table, key=key_of(row), before=row) for row in gone)
    yield from (Change(table=table, key=key_of(row), after=row) for row in new)


def _columns(gone: Any, new: Any) -> Iterator[Column]:
    was, is_ = columns_of(gone), columns_of(new)
    for name in {**was, **is_}:
        if was.get(name) != is_.get(name):
            yield Column(name, was.get(name), is_.get(name))


def _without(rows: Sequence[Any], others: Iterable[Any]) -> list[Any]:
    """Return the *rows* that are not among *others*, each counted as often as it stands."""
    left = list(rows)
    for other in others:
        if other in left:
            left.remove(other)
    return left


class Sought:
    """Some *changes*, held against any two views of the same kind."""

    def __init__(self, changes: Sequence[Change], were: Tables, are: Tables) -> None:
        self.changes = changes
        self._places: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
        for at, change in enumerate(changes):
            of = were if change.after is None else are
            self._places[change.table, of.identity(change.table, change.row)].append(at)

    def between(self, left: Tables, right: Tables) -> set[int]:
        """Return which of them show there, by their places: both sides do not say the same."""
        return {
            at
            for rows in unlike(left, right)
            for at in self._places.get((rows.table, rows.identity), ())
            if not self.changes[at].alike(rows.before, rows.after)
        }
