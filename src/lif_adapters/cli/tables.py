"""Tables, and the views that consist of them, in the formats of the command line."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.rows import RowSelection, of_columns, refuse_unknown_columns
from lif_adapters.json_values import json_value
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import Tables, columns_of

_FOR_EVER = (date.min.isoformat(), date.max.isoformat())
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
    *,
    selection: RowSelection | None = None,
    columns: Sequence[str] = (),
) -> None:
    """Write the times of a view, and then its tables; or those rows of them that are asked for.

    Raises:
        MalformedError: there is no such table, or it has no column for what is asked.
    """
    tables = Tables(view)
    name = table_named(table, tables)
    if name is not None:
        refuse_unknown_columns(columns, tables.columns(name))
    if selection is not None and selection.words:
        _write_selected(view, name, mapper, format, selection, columns)
        return
    if format is OutputFormat.TABLE:
        _say_times(view)
    write_tables(view, name, mapper, format, columns=columns)


def _say_times(view: Any) -> None:
    known = f"at {view.known}" if view.known else "now"
    output.say(f"As it was on {view.valid}, as known {known}")
    output.say()


def _write_selected(
    view: Any,
    table: str | None,
    mapper: LifMapper,
    format: OutputFormat,  # noqa: A002
    selection: RowSelection,
    columns: Sequence[str],
) -> None:
    """Write the rows of a *selection*, and say what was left out."""
    tables = Tables(view)
    candidates = (
        [table] if table is not None else [n for n in tables if not tables.shapes[n].single]
    )
    lacking = {name: list(selection.lacking(tables.columns(name))) for name in candidates}
    names = [name for name in candidates if not lacking[name]]
    if not names:
        missing = next(iter(lacking.values()))
        where = f"the table {table or FIGURES} has" if table is not None else "the view has"
        there = f"; it has: {', '.join(tables.columns(table))}" if table is not None else ""
        raise MalformedError("--table", f"{where} no column {missing[0]}{there}")
    taken = {name: selection.of(tables[name], mapper) for name in names}
    left_out = sum(len(tables[name]) - len(taken[name]) for name in names)
    note = (
        f"Only {selection.words}: {left_out or 'none'} left out."
        " Totals and other figures are of all."
    )
    match format:
        case OutputFormat.JSON:
            rows = {name: json_value(taken[name], mapper) for name in names}
            times = {"valid": view.valid, "known": view.known}
            output.write_json(rows[table] if table is not None else {**times, **rows})
            output.warn("selection", note, left_out=left_out)
        case OutputFormat.CSV:
            first = names[0]
            output.write_csv(_in_columns(tables, first, taken[first], mapper, columns))
            output.tell(note)
        case OutputFormat.TABLE:
            _say_times(view)
            for name in names:
                if taken[name] or table is not None:
                    title = f"{heading(name)}: {len(taken[name])} of {len(tables[name])}"
                    cells = _in_columns(tables, name, taken[name], mapper, columns)
                    output.table(cells, title=title)
                    output.say()
            output.say(note)
            if table is None:
                _say_others("No such row", [name for name in names if not taken[name]])
                _say_others("No column for it", [name for name in tables if name not in names])


def _say_others(why: str, tables: Sequence[str]) -> None:
    if tables:
        output.say(f"{why}: {', '.join(name or FIGURES for name in tables)}.")


def write_tables(
    whole: Any,
    table: str | None,
    mapper: LifMapper,
    format: OutputFormat,  # noqa: A002
    *,
    columns: Sequence[str] = (),
    brief: bool = False,
) -> None:
    """Write the tables of *whole*: all of them, or the one whose name in it is *table*.

    Where they are to be *brief*, a table for people is without columns that say nothing. All of
    them on a terminal are those that have rows, after an index of what there is.
    """
    tables = Tables(whole)
    match format:
        case OutputFormat.JSON:
            output.write_json(
                json_value(whole if table is None else _all_of(tables, table), mapper)
            )
        case OutputFormat.CSV:
            first = next(name for name in tables if not tables.shapes[name].single)
            name = first if table is None else table
            output.write_csv(_cells(tables, name, mapper, columns))
        case OutputFormat.TABLE:
            names = list(tables) if table is None else [table]
            if table is None and output.is_terminal():
                names = [name for name in names if tables[name]]
                _say_index(tables)
            for number, name in enumerate(names):
                if number:
                    output.say()
                cells = _cells(tables, name, mapper, columns)
                output.table(_without_blanks(cells) if brief else cells, title=heading(name))


def _say_index(tables: Tables) -> None:
    """Say which tables there are, with how many rows, and which are empty."""
    counts = [f"{name or FIGURES} {len(tables[name])}" for name in tables if tables[name]]
    output.say(f"Tables, with their rows: {', '.join(counts)}. --table NAME shows one.")
    _say_others("Without rows", [name for name in tables if not tables[name]])
    output.say()


def _without_blanks(rows: Sequence[output.Row]) -> list[output.Row]:
    """Return *rows* without the columns in which none of them says anything."""
    names = [name for name in (rows[0] if rows else ()) if any(_says(row[name]) for row in rows)]
    return [{name: row[name] for name in names} for row in rows]


def _says(value: Any) -> bool:
    return bool(value) and value not in _FOR_EVER


def _all_of(tables: Tables, table: str) -> Any:
    """Return the rows of a *table*, or a group of figures with the tables in it."""
    rows = tables[table]
    return rows[0] if rows and tables.shapes[table].single else rows


def _cells(
    tables: Tables, table: str, mapper: LifMapper, columns: Sequence[str]
) -> list[output.Row]:
    """Return the rows of a *table*, column by column."""
    return _in_columns(tables, table, tables[table], mapper, columns)


def _in_columns(
    tables: Tables, table: str, rows: Sequence[Any], mapper: LifMapper, columns: Sequence[str]
) -> list[output.Row]:
    """Return *rows* of a *table* in these *columns*, or in all."""
    whole = (
        {column: json_value(row[column], mapper) for column in tables.columns(table)}
        for row in map(columns_of, rows)
    )
    return [of_columns(columns, row) for row in whole]
