"""Tables of the views: in full, and as a figure shows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, get_type_hints

from attrs import frozen

from lif_adapters.report.cells import NO_WORDS, RATES_IN, RECOMMENDATION, cell
from lif_adapters.report.definitions import definition
from lif_adapters.report.headings import heading
from lif_adapters.report.model import CellKind, FigureCell, FigureColumn, FigureTable, ViewTable
from lif_adapters.report.wording import EMPTY, title
from lif_core.projection.tables import KEYS, Tables, columns_of
from lif_core.values.fields import Personal, marks_of

ROWS_SHOWN = 200
"""How many rows of a table are shown; all of them are in its file."""

ROWS_OPEN = 12
"""A table of more rows is folded away until somebody opens it."""


NO_RATES = frozenset[str]()

DOERS = frozenset({"agency", "board", "body", "to"})
"""Fields that hold the body that a row is of, where nothing else says which row it is."""


@frozen(kw_only=True)
class TableLayout:
    """The way in which a figure shows the table *name*, such as `accountability.bodies`.

    *columns*: those shown, in this order; all without it. *first*: where there are too many rows,
    those with the greatest value of it are shown. *means*: what defines the table, where that is
    not the class of its rows. *keep*: which rows are shown at all. *recommendation*: the column of
    a row that holds the reference of a recommendation. *words*: those of recommendations in this
    table, where they are not those of the report.
    """

    name: str
    caption: str
    columns: tuple[str, ...] = ()
    upright: bool = False
    folded: bool = False
    first: Callable[[Any], Any] | None = None
    means: Any = None
    keep: Callable[[Any], bool] = lambda row: True
    recommendation: Callable[[Any], str] = lambda row: RECOMMENDATION
    words: Mapping[str, str] | None = None


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
    layout: TableLayout,
    table: ViewTable,
    names: Mapping[str, str],
    words: Mapping[str, str] = NO_WORDS,
    *,
    limit: int = ROWS_SHOWN,
) -> FigureTable:
    """Return a *table* as people read it, of *limit* rows at most; *names* are those of bodies.

    A recommendation is named by its *words*, with its reference beside them.
    """
    words = words if layout.words is None else layout.words
    columns = [name for name in layout.columns or table.columns if name in table.columns]
    if words and RECOMMENDATION in columns:
        columns = [name for name in columns if name != "text"]  # they stand there already
    active = [row for row in table.rows if layout.keep(row)]
    rows = [row for row in active if not _is_idle(row, table.row)]
    if len(rows) > limit and layout.first is not None:
        rows.sort(key=layout.first, reverse=True)
    cells = [_cells(row, columns, layout, names, words) for row in rows[:limit]]
    filled = [
        index
        for index in range(len(columns))
        if layout.upright or any(not _is_blank(row[index]) for row in cells)
    ] or [0]
    headed = partial(heading, layout.name)
    blank = [headed(name) for index, name in enumerate(columns) if index not in filled]
    return FigureTable(
        name=layout.name,
        caption=layout.caption,
        definition=definition(layout.means or table.row),
        headed=tuple(
            (name.replace("_", " "), headed(name))
            for name in (columns[index] for index in filled)
            if headed(name) != title(name)
        ),
        columns=tuple(
            FigureColumn(
                name=columns[index],
                title=headed(columns[index]),
                numeric=_is_numeric([row[index] for row in cells]),
            )
            for index in filled
        ),
        rows=tuple(tuple(row[index] for index in filled) for row in cells),
        left_out=max(0, len(rows) - limit),
        idle=len(active) - len(rows),
        blank=tuple(blank) if cells else (),
        upright=layout.upright,
        folded=layout.folded or len(rows) > ROWS_OPEN,
    )


def _cells(
    row: Any,
    columns: Sequence[str],
    layout: TableLayout,
    names: Mapping[str, str],
    words: Mapping[str, str],
) -> list[FigureCell]:
    values, rates = columns_of(row), RATES_IN.get(layout.name, NO_RATES)
    recommendation = layout.recommendation(row)
    return [
        cell(
            RECOMMENDATION if column == recommendation else "rate" if column in rates else column,
            values[column],
            names,
            words,
        )
        for column in columns
    ]


def _is_idle(row: Any, kind: type | None) -> bool:
    """Return whether a *row* is of a body that did nothing: all of its counts are nought."""
    key = KEYS.get(kind, ()) if kind else ()
    if len(key) != 1 or key[0] not in DOERS:
        return False
    values = columns_of(row).values()
    if any(isinstance(value, date) for value in values):
        return False
    counts = [value for value in values if isinstance(value, int | float)]
    return bool(counts) and not any(counts)


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
