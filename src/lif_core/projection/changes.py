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
    """What became of a row."""

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
        """The same from the other side."""
        columns = tuple(Column(one.column, one.after, one.before) for one in self.columns)
        return attrs.evolve(self, before=self.after, after=self.before, columns=columns)

    def alike(self, some: Sequence[Any], others: Sequence[Any]) -> bool:
        """Whether rows that are found by the same say the same of this change, in any order: all
        of them, or of a row that changed what they hold in the columns that did.
        """
        left, right = self._said(some), self._said(others)
        return not _without(left, right) and not _without(right, left)

    def _said(self, rows: Sequence[Any]) -> Sequence[Any]:
        if self.what is not What.CHANGED:
            return rows
        found = map(columns_of, rows)
        return [tuple(row.get(one.column) for one in self.columns) for row in found]


@frozen
class Unlike:
    """What two views have in a *table* that is found by the same: the rows of each."""

    table: str
    identity: Hashable
    before: Sequence[Any]
    after: Sequence[Any]


def unlike(were: Tables, are: Tables) -> Iterator[Unlike]:
    """Where two views may not be alike; what is left out is the same in both."""
    for table in dict.fromkeys((*were, *are)):
        left, right = were.beside(are, table)
        for identity in {**left, **right}:
            yield Unlike(table, identity, left.get(identity, ()), right.get(identity, ()))


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """What is not the same in the views *before* and *after*, table by table.

    Rows are found by their keys; where several have the same key, or none, they are counted. The
    order of rows is no difference, and neither are the two times.
    """
    return compared(Tables(before), Tables(after))


def compared(were: Tables, are: Tables) -> tuple[Change, ...]:
    """As `changes`, of views whose tables have been found."""
    return tuple(change for one in unlike(were, are) for change in _of(one, were, are))


def _of(one: Unlike, were: Tables, are: Tables) -> Iterator[Change]:
    table = one.table
    gone, new = _without(one.before, one.after), _without(one.after, one.before)
    if len(gone) == len(new) == 1:
        columns = tuple(
            column
            for column in _columns(gone[0], new[0])
            if f"{table}.{column.column}" not in were  # it is a table of its own
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
    """The *rows* that are not among *others*, each counted as often as it stands."""
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

    def between(self, one: Tables, other: Tables) -> set[int]:
        """Which of them show there, by their places: what they say is not said in both."""
        return {
            at
            for found in unlike(one, other)
            for at in self._places.get((found.table, found.identity), ())
            if not self.changes[at].alike(found.before, found.after)
        }
