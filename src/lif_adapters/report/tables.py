"""Tables of the views: in full, and as a figure shows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_type_hints

from attrs import frozen

from lif_adapters.report.cells import cell
from lif_adapters.report.definitions import definition
from lif_adapters.report.model import CellKind, FigureCell, FigureColumn, FigureTable, ViewTable
from lif_adapters.report.wording import EMPTY, title
from lif_core.projection.tables import Tables, columns_of
from lif_core.values.fields import Personal, marks_of

ROWS_SHOWN = 200
"""How many rows of a table are shown; all of them are in its file."""

ROWS_OPEN = 12
"""A table of more rows is folded away until somebody opens it."""


@frozen(kw_only=True)
class TableLayout:
    """The way in which a figure shows the table *name*, such as `accountability.bodies`.

    *columns*: those shown, in this order; all without it. *first*: where there are too many rows,
    those with the greatest value of it are shown. *means*: what defines the table, where that is
    not the class of its rows. *keep*: which rows are shown at all.
    """

    name: str
    caption: str
    columns: tuple[str, ...] = ()
    upright: bool = False
    folded: bool = False
    first: Callable[[Any], Any] | None = None
    means: Any = None
    keep: Callable[[Any], bool] = lambda row: True


def view_tables(name: str, view: Any, *, personal: bool) -> Iterator[tuple[str, ViewTable]]:
    """Yield each table of a *view* called *name*, after a name such as `accountability.bodies`.

    Columns that may tell about a person are left out, unless *personal*.
    """
    tables = Tables(view)
    for table, rows in tables.items():
        row = tables.shapes[table].row
        hidden = frozenset[str]() if personal or row is None else _personal_columns(row)
        columns = tuple(column for column in tables.columns(table) if column not in hidden)
        yield f"{name}.{table or 'figures'}", ViewTable(columns, rows, row)


def figure_table(
    layout: TableLayout, table: ViewTable, names: Mapping[str, str], *, limit: int = ROWS_SHOWN
) -> FigureTable:
    """Return a *table* as people read it, of *limit* rows at most; *names* are those of bodies."""
    columns = [name for name in layout.columns or table.columns if name in table.columns]
    rows = [row for row in table.rows if layout.keep(row)]
    if len(rows) > limit and layout.first is not None:
        rows.sort(key=layout.first, reverse=True)
    cells = [
        [cell(column, values[column], names) for column in columns]
        for values in map(columns_of, rows[:limit])
    ]
    filled = [
        index
        for index in range(len(columns))
        if layout.upright or index == 0 or any(not _is_blank(row[index]) for row in cells)
    ]
    blank = [title(name) for index, name in enumerate(columns) if index not in filled]
    return FigureTable(
        name=layout.name,
        caption=layout.caption,
        definition=definition(layout.means or table.row),
        columns=tuple(
            FigureColumn(
                name=columns[index],
                title=title(columns[index]),
                numeric=_is_numeric([row[index] for row in cells]),
            )
            for index in filled
        ),
        rows=tuple(tuple(row[index] for index in filled) for row in cells),
        left_out=max(0, len(rows) - limit),
        blank=tuple(blank) if cells else (),
        upright=layout.upright,
        folded=layout.folded or len(rows) > ROWS_OPEN,
    )


def _is_blank(cell: FigureCell) -> bool:
    return cell.text == EMPTY and not cell.note


def _is_numeric(cells: Sequence[FigureCell]) -> bool:
    kinds = {cell.kind for cell in cells}
    return CellKind.NUMBER in kinds and CellKind.TEXT not in kinds


def _personal_columns(row: type) -> frozenset[str]:
    """Return the columns of the class *row* that hold a text that may tell about a person."""
    return frozenset(
        name
        for name, kind in get_type_hints(row, include_extras=True).items()
        if any(isinstance(mark, Personal) for _, mark in marks_of(kind))
    )
