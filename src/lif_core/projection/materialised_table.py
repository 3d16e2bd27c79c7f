"""A table of a materialised view: read when it is looked at, and compared by its parts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from lif_core.projection.encoding import AnyEncoding, is_running
from lif_core.projection.parts import EarlierRows, SavedView, StaleViewError
from lif_core.projection.tables import Table

R = TypeVar("R")


class MaterialisedTable(Table[R]):
    """A table of a materialised view as it was at one time, *rows* as bytes by their parts."""

    __slots__ = (
        "_again",
        "_day",
        "_encoding",
        "_held",
        "_known",
        "_name",
        "_order",
        "_parts",
        "_saved",
    )

    def __init__(
        self,
        name: str,
        rows: EarlierRows,
        encoding: AnyEncoding,
        day: int,
        saved: SavedView | None,
        held: frozenset[str] | None,
        again: Callable[[], Mapping[str, bytes]] | None,
        known: dict[str, tuple[bytes, int | None, Sequence[R]]],
    ) -> None:
        super().__init__(self._all)
        self._name = name
        self._parts = rows
        self._encoding = encoding
        self._day = day
        self._saved = saved
        self._held = held
        self._again = again
        self._known = known  # rows that were read, and their day, by part, for all of this name
        self._order: tuple[str, ...] = ()

    def by(self, *columns: str) -> "MaterialisedTable[R]":
        table: MaterialisedTable[R] = MaterialisedTable(
            self._name,
            self._parts,
            self._encoding,
            self._day,
            self._saved,
            self._held,
            self._again,
            self._known,
        )
        table._order = columns
        return table

    def bodies(self) -> Mapping[str, bytes]:
        """Return the rows as bytes, by the parts that added them."""
        parts, held = self._parts.all(), self._held
        if self._saved is None or held is None:
            return parts
        try:
            saved = self._saved.rows(self._name)
        except StaleViewError:
            assert self._again is not None
            return self._again()
        return {**{key: rows for key, rows in saved.items() if key not in held}, **parts}

    def _read(self, body: bytes) -> Sequence[R]:
        rows: Sequence[R] = self._encoding.read_rows(self._name, body, self._day)
        return rows

    def _all(self) -> Iterable[R]:
        bodies, known = self.bodies(), self._known
        keeps = self._saved is None and self._encoding.writes
        rows: list[R] = []
        for key in sorted(bodies):
            body, of_part = bodies[key], known.get(key)
            if of_part is None or of_part[0] is not body or of_part[1] not in (None, self._day):
                day = self._day if keeps and is_running(body) else None
                of_part = (body, day, self._read(body))
                if keeps:
                    known[key] = of_part
            rows += of_part[2]
        if self._order:
            rows.sort(key=attrgetter(*self._order))
        return rows

    def unlike(self, other: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
        """Return the rows of parts that did not add the very same to both tables, of each."""
        if not isinstance(other, MaterialisedTable):
            return super().unlike(other)
        if other is self:
            return (), ()
        mine, theirs = self.bodies(), other.bodies()
        same_day = self._day == other._day
        keys = {
            key
            for key, body in mine.items()
            if theirs.get(key) != body or (not same_day and is_running(body))
        }
        keys.update(theirs.keys() - mine.keys())
        first, second = (
            tuple(row for key in sorted(keys) if key in bodies for row in table._read(bodies[key]))
            for table, bodies in ((self, mine), (other, theirs))
        )
        return first, second
