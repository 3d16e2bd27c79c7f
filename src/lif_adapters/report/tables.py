"""The tables of a view: all of them in full, and those that a figure shows, as it shows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_type_hints

from attrs import frozen

from lif_adapters.report.definitions import EMPTY, definition
from lif_adapters.report.model import Cell, Column, Sort, Source, Table
from lif_adapters.report.wording import cell, title
from lif_core.projection.tables import Tables, columns_of
from lif_core.values.fields import Personal, marks_of

SHOWN = 200
"""How many rows of a table are shown; all of them are in its file."""

LONG = 12
"""A table of more rows is folded away until somebody opens it."""


@frozen(kw_only=True)
class FullTable:
    """A table as a view has it: its rows, and the class *row* that says what one is."""

    columns: tuple[str, ...]
    rows: Sequence[Any]
    row: type | None


@frozen(kw_only=True)
class Shown:
    """How a figure shows the table *name*, such as `accountability.bodies`.

    *columns*: those shown, in this order; all without it. *first*: of more rows than are shown,
    those are for which it is greatest. *means*: what defines it, where that is not the class of
    its rows. *keep*: the rows that are shown at all.
    """

    name: str
    caption: str
    columns: tuple[str, ...] = ()
    upright: bool = False
    folded: bool = False
    first: Callable[[Any], Any] | None = None
    means: Any = None
    keep: Callable[[Any], bool] = lambda row: True


def tables_of(name: str, view: Any) -> Iterator[tuple[str, FullTable]]:
    """Yield each table of a *view* called *name*, by a name such as `accountability.bodies`."""
    tables = Tables(view)
    for table, rows in tables.items():
        row = tables.shapes[table].row
        full = FullTable(columns=tables.columns(table), rows=rows, row=row)
        yield f"{name}.{table or 'figures'}", full


def source(table: FullTable, *, personal: bool) -> Source:
    """Return the table in full, without what may tell about a person unless *personal*."""
    return Source(tuple(_allowed(table, table.columns, personal)), table.rows)


def shown(
    how: Shown, table: FullTable, names: Mapping[str, str], *, personal: bool, rows: int = SHOWN
) -> Table:
    """Return the table as people read it."""
    columns = tuple(_allowed(table, how.columns or table.columns, personal))
    chosen = [row for row in table.rows if how.keep(row)]
    if len(chosen) > rows and how.first is not None:
        chosen.sort(key=how.first, reverse=True)
    all_cells = [
        [cell(column, values[column], names) for column in columns]
        for values in map(columns_of, chosen[:rows])
    ]
    filled = [
        at
        for at in range(len(columns))
        if how.upright or at == 0 or any(not _blank(row[at]) for row in all_cells)
    ]
    blank = [title(columns[at]) for at in range(len(columns)) if at not in filled]
    columns = tuple(columns[at] for at in filled)
    cells = tuple(tuple(row[at] for at in filled) for row in all_cells)
    return Table(
        name=how.name,
        caption=how.caption,
        definition=definition(how.means or table.row),
        columns=tuple(
            Column(name=name, title=title(name), numeric=_numeric([row[at] for row in cells]))
            for at, name in enumerate(columns)
        ),
        rows=cells,
        left_out=max(0, len(chosen) - rows),
        blank=tuple(blank) if cells else (),
        upright=how.upright,
        folded=how.folded or len(chosen) > LONG,
    )


def _blank(cell: Cell) -> bool:
    return cell.text == EMPTY and not cell.note


def _numeric(cells: Sequence[Cell]) -> bool:
    sorts = {cell.sort for cell in cells}
    return Sort.NUMBER in sorts and Sort.TEXT not in sorts


def _allowed(table: FullTable, columns: Sequence[str], personal: bool) -> Iterator[str]:
    marked = set()
    if table.row is not None and not personal:
        for name, kind in get_type_hints(table.row, include_extras=True).items():
            if any(isinstance(mark, Personal) for _, mark in marks_of(kind)):
                marked.add(name)
    return (name for name in columns if name not in marked)
