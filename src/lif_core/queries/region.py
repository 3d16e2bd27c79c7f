"""A region: several boards or stores, each read by itself and shown side by side.

Nothing is added up. What is joint to two boards is in the view of each, and bodies are compared
only as a board compares them; whoever wants a sum knows what is in it twice.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from lif_core.errors import MalformedError
from lif_core.projection.projection import Projection
from lif_core.projection.tables import Tables
from lif_core.queries.reader import Reader

V = TypeVar("V")
Valid: TypeAlias = date | None
Known: TypeAlias = date | datetime | None

NOT_COMPARED: Mapping[str, tuple[str, ...]] = {"lessons": ("answers", "recurrences")}
"""The tables that are never shown of two boards beside each other, by their view: recurrence."""


@frozen
class RegionView(Generic[V]):
    """The result of a *projection* for each board or store of a region, by its name: its *views*,
    each at its own two times.
    """

    projection: Projection[V]
    views: Mapping[str, V]

    def rows(self, table: str) -> Iterator[tuple[str, Any]]:
        """Yield the rows of a *table* of all views, each with the name of its board or store.

        Raises:
            MalformedError: there is no such table, or it is not one to compare boards by.
        """
        if table in NOT_COMPARED.get(self.projection.name, ()):
            raise MalformedError("table", f"{table} compares no boards: look at each view")
        for name, view in self.views.items():
            tables = Tables(view)
            if table not in tables:
                raise MalformedError(
                    "table", f"no table {table!r}; there are: {', '.join(tables)}"
                )
            yield from ((name, row) for row in tables[table])


class Region:
    """Several boards or stores, by the names that a region has for them; it writes nothing.

    Args:
        readers: one for each, such as `application.for_board("wscb")`, or that of a store of its
            own. They are closed by whoever opened them.

    Raises:
        MalformedError: there is none.
    """

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        if not readers:
            raise MalformedError("readers", "a region has at least one board or store")
        self.readers = dict(readers)

    def view(
        self,
        projection: Projection[V],
        *,
        valid: Valid | Mapping[str, Valid] = None,
        known: Known | Mapping[str, Known] = None,
    ) -> RegionView[V]:
        """Return what *projection* computes of each, as it was at *valid*, as it was *known* then.

        Either is one for all, or by name: two stores may have learnt of the same day at different
        times. A name that is left out is as in `Reader.view` without it.

        Raises:
            MalformedError: there is no board or store of that name.
            NotEntitledError: as for `Reader.view`, of any of them.
        """
        on, by = self._each("valid", valid), self._each("known", known)
        return RegionView(
            projection,
            {
                name: reader.view(projection, valid=on[name], known=by[name])
                for name, reader in self.readers.items()
            },
        )

    def _each(self, field: str, times: Any) -> Mapping[str, Any]:
        if not isinstance(times, Mapping):
            return dict.fromkeys(self.readers, times)
        if strange := sorted(set(times) - self.readers.keys()):
            raise MalformedError(field, f"no board or store is called {', '.join(strange)}")
        return {name: times.get(name) for name in self.readers}
