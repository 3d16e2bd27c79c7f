"""Tables that know of which items their rows are, so that two compare by what is not the same."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from lif_core.projections.projection import Part, Table

R = TypeVar("R")


class Parts:
    """What the items of a view came to at one time, by their keys: *made*, which never changes.

    Some may be bytes, which are *read* when they are needed.
    """

    def __init__(
        self, made: Mapping[str, Part | bytes], read: Callable[[str, Part | bytes], Part]
    ) -> None:
        self.made = made
        self._read = read
        self._keys: tuple[str, ...] | None = None

    def rows(self, table: str) -> Iterator[Any]:
        """All rows of *table*, in the order of the items' keys."""
        if self._keys is None:
            self._keys = tuple(sorted(self.made))
        for key in self._keys:
            yield from self.of(key, table)

    def of(self, key: str, table: str) -> tuple[Any, ...]:
        """The rows that one item has in *table*; none where it adds nothing."""
        part = self.made.get(key)
        return () if part is None else self._read(key, part).rows.get(table, ())


class Parted(Table[R]):
    """A table of *parts*: of all rows that they have of the table *name*.

    *before*: the same table at another time, since when only the parts *moved* are others.
    """

    __slots__ = ("_before", "_mark", "_moved", "_name", "_parts")

    def __init__(
        self,
        name: str,
        parts: Parts,
        before: "Parted[R] | None" = None,
        moved: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(partial(parts.rows, name))
        self._name = name
        self._parts = parts
        self._mark = object()  # to be known by, without being kept alive
        self._before = before._mark if before is not None else None
        self._moved = moved

    def unlike(self, other: "Parted[R]") -> tuple[tuple[R, ...], tuple[R, ...]]:
        """The rows of both that are of items which do not come to the very same part in both."""
        keys = sorted(self._keys_unlike(other))
        mine, theirs = (
            tuple(row for key in keys for row in one._parts.of(key, one._name))
            for one in (self, other)
        )
        return mine, theirs

    def _keys_unlike(self, other: "Parted[R]") -> frozenset[str]:
        if other is self:
            return frozenset()
        if other._before is self._mark:
            return other._moved
        if self._before is other._mark:
            return self._moved
        mine, theirs = self._parts.made, other._parts.made
        found = {key for key, part in mine.items() if theirs.get(key) is not part}
        return frozenset(found | (theirs.keys() - mine.keys()))
