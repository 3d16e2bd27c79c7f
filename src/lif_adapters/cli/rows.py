"""The rows of a view that somebody asks for, by what their columns say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from lif_adapters.cli import output
from lif_adapters.json_values import json_value
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of
from lif_core.values.refs import stream_of

BODY_COLUMNS = ("body", "owner", "agency", "by", "to", "board", "boards", "committee", "member")
"""The columns that name a body, in any view."""
STREAM_COLUMNS = ("stream", "earlier", "later", "source", "about", "learning_from", "arising_from")
"""The columns that name a stream by its id; `review`, `audit` and so on name it by its reference.
"""
CATEGORIES = {"course": "training_course", "programme": "training_programme"}
"""The categories of streams that a column calls otherwise."""


@frozen(kw_only=True)
class RowSelection:
    """A choice of rows: those that meet every condition that is given, and *limit* at most.

    Args:
        body: in a column that names bodies.
        review: and what rests on it, by their *streams*.
        streams: of the *review*, and of its chain.
        categories: of streams, such as `review`; a column of that name has references.
        where: columns, and what they are to hold.
        limit: at most so many of each table.
    """

    body: str | None = None
    review: str | None = None
    streams: Collection[str] = ()
    categories: Collection[str] = ()
    where: Sequence[tuple[str, str]] = ()
    limit: int | None = None

    @property
    def words(self) -> str:
        """The rows that are asked for, in words; nothing where all are."""
        terms = [f"with {column} {value}" for column, value in self.where]
        if self.body is not None:
            terms.append(f"that name the body {self.body}")
        if self.review is not None:
            terms.append(f"about review {self.review}, what it rests on or what rests on it")
        first = [] if self.limit is None else [f"the first {self.limit} of each table"]
        return ", ".join([f"rows {', '.join(terms)}", *first] if terms else first)

    def lacking(self, columns: Collection[str]) -> Iterator[str]:
        """Yield what a table of these *columns* has no column for, in words."""
        if self.body is not None and not set(BODY_COLUMNS).intersection(columns):
            yield "that names a body"
        if self.review is not None and not any(map(self._names_stream, columns)):
            yield "that names a review or what came of one"
        for column, _ in self.where:
            if column not in columns:
                yield f"called {column}"

    def of(self, rows: Sequence[Any], mapper: LifMapper) -> list[Any]:
        """Return those of the *rows* that are asked for."""
        taken = [row for row in rows if self._takes(columns_of(row), mapper)]
        return taken[: self.limit]

    def _takes(self, columns: Mapping[str, Any], mapper: LifMapper) -> bool:
        texts = {column: _texts(value, mapper) for column, value in columns.items()}
        return (
            all(value in texts[column] for column, value in self.where)
            and (
                self.body is None
                or any(self.body in texts.get(column, ()) for column in BODY_COLUMNS)
            )
            and (self.review is None or any(self._is_about(*each) for each in texts.items()))
        )

    def _names_stream(self, column: str) -> bool:
        return column in STREAM_COLUMNS or CATEGORIES.get(column, column) in self.categories

    def _is_about(self, column: str, values: Sequence[str]) -> bool:
        if column in STREAM_COLUMNS:
            return any(value in self.streams for value in values)
        category = CATEGORIES.get(column, column)
        return category in self.categories and any(
            stream_of(category, value) in self.streams for value in values
        )


def _texts(value: Any, mapper: LifMapper) -> Sequence[str]:
    """Return what a cell says: of a list, each of its values."""
    values = value if isinstance(value, tuple | list) else (value,)
    return [output.shown(json_value(each, mapper)) for each in values]


def conditions(where: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Return columns and what they are to hold, each written COLUMN=VALUE.

    Raises:
        MalformedError: one is not written so.
    """
    pairs = []
    for condition in where:
        column, equals, value = condition.partition("=")
        if not equals or not column:
            raise MalformedError("--where", f"{condition!r}: write COLUMN=VALUE")
        pairs.append((column.strip().replace(" ", "_"), value.strip()))
    return pairs


def columns_named(columns: Sequence[str]) -> Sequence[str]:
    """Return the names of *columns*, which may stand together with commas between them."""
    return [name.strip().replace(" ", "_") for each in columns for name in each.split(",")]


def of_columns(columns: Sequence[str], row: output.Row) -> output.Row:
    """Return a *row* with these *columns* only, in this order; with all where none is named.

    Raises:
        MalformedError: there is no such column.
    """
    refuse_unknown_columns(columns, row)
    return {name: row[name] for name in columns} if columns else row


def refuse_unknown_columns(columns: Sequence[str], there: Collection[str]) -> None:
    """Refuse *columns* that are not *there*.

    Raises:
        MalformedError: there is no such column.
    """
    for name in columns:
        if name not in there:
            raise MalformedError("--columns", f"no column {name!r}; there are: {', '.join(there)}")
