"""Tables, and the views that consist of them, in the formats of the command line."""

from collections.abc import Iterable, Sequence
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.output import OutputFormat
from lif_adapters.json_values import json_value
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import Tables, columns_of

FIGURES = "figures"
"""The name of the table of single figures, which has no name in a view."""


def table_named(table: str | None, tables: Iterable[str]) -> str | None:
    """Return the name in a view of the *table*, which is one of *tables*.

    Raises:
        MalformedError: there is no such table.
    """
    names = {name or FIGURES: name for name in tables}
    if table is None:
        return None
    if table not in names:
        raise MalformedError("--table", f"no table {table!r}; there are: {', '.join(names)}")
    return names[table]


def heading(table: str) -> str:
    """Return the heading of a *table*."""
    return (table or FIGURES).replace("_", " ").replace(".", ": ").capitalize()


def write_rows(rows: Sequence[output.Row], format: OutputFormat) -> None:  # noqa: A002
    """Write one table, in any format."""
    match format:
        case OutputFormat.JSON:
            output.write_json(list(rows))
        case OutputFormat.CSV:
            output.write_csv(rows)
        case OutputFormat.TABLE:
            output.table(rows)


def write_view(
    view: Any,
    table: str | None,
    mapper: LifMapper,
    format: OutputFormat,  # noqa: A002
) -> None:
    """Write the times of a view, and then its tables."""
    name = table_named(table, Tables(view))
    if format is OutputFormat.TABLE:
        known = f"at {view.known}" if view.known else "now"
        output.say(f"As it was on {view.valid}, as known {known}")
        output.say()
    write_tables(view, name, mapper, format)


def write_tables(
    whole: Any,
    table: str | None,
    mapper: LifMapper,
    format: OutputFormat,  # noqa: A002
) -> None:
    """Write the tables of *whole*: all of them, or the one whose name in it is *table*."""
    tables = Tables(whole)
    match format:
        case OutputFormat.JSON:
            output.write_json(
                json_value(whole if table is None else _all_of(tables, table), mapper)
            )
        case OutputFormat.CSV:
            first = next(name for name in tables if not tables.shapes[name].single)
            output.write_csv(_cells(tables, first if table is None else table, mapper))
        case OutputFormat.TABLE:
            for number, name in enumerate(tables if table is None else [table]):
                if number:
                    output.say()
                output.table(_cells(tables, name, mapper), title=heading(name))


def _all_of(tables: Tables, table: str) -> Any:
    """Return the rows of a *table*, or a group of figures with the tables in it."""
    rows = tables[table]
    return rows[0] if rows and tables.shapes[table].single else rows


def _cells(tables: Tables, table: str, mapper: LifMapper) -> list[output.Row]:
    """Return the rows of a *table*, column by column."""
    rows = map(columns_of, tables[table])
    return [
        {column: json_value(row[column], mapper) for column in tables.columns(table)}
        for row in rows
    ]
