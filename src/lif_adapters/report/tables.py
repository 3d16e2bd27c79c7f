"""The tables of a view: all of them in full, and those that a figure shows, as it shows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from lif_adapters.report.definitions import EMPTY, definition
from lif_adapters.report.model import Cell, Column, Sort, Source, Table
from lif_adapters.report.wording import cell, title
from lif_core.fields import Personal, marks_of

SHOWN = 200
"""How many rows of a table are shown; all of them are in its file."""

LONG = 12
"""A table of more rows is folded away until somebody opens it."""


@frozen(kw_only=True)
class Found:
    """A table as a view has it: its rows, of the class *row*; a dictionary has none."""

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


def tables_of(name: str, view: Any) -> Iterator[tuple[str, Found]]:
    """The tables of *view*: its lists, and its groups of figures as a table of one row."""
    hints = get_type_hints(type(view))
    for key, kind in hints.items():
        value = getattr(view, key)
        inner = next(iter(get_args(kind)), kind)
        if isinstance(value, dict):
            yield f"{name}.{key}", Found(columns=tuple(value), rows=(value,), row=None)
        elif attrs.has(type(value)):
            columns = tuple(
                field.name for field in attrs.fields(type(value)) if not _is_list(field.type)
            )
            yield f"{name}.{key}", Found(columns=columns, rows=(value,), row=type(value))
            nested = tables_of(f"{name}.{key}", value)
            yield from ((path, found) for path, found in nested if found.rows is not value)
        elif attrs.has(inner):
            columns = tuple(field.name for field in attrs.fields(inner))
            yield f"{name}.{key}", Found(columns=columns, rows=value, row=inner)


def _is_list(kind: Any) -> bool:
    return any(attrs.has(inner) for inner in get_args(kind)) or get_origin(kind) is tuple


def source(found: Found, *, personal: bool) -> Source:
    """The table in full; without the columns that may tell about a person unless *personal*."""
    return Source(tuple(_allowed(found, found.columns, personal)), found.rows)


def shown(
    how: Shown, found: Found, names: Mapping[str, str], *, personal: bool, rows: int = SHOWN
) -> Table:
    """The table as people read it."""
    columns = tuple(_allowed(found, how.columns or found.columns, personal))
    kept = [row for row in found.rows if how.keep(row)]
    if len(kept) > rows and how.first is not None:
        kept.sort(key=how.first, reverse=True)
    found_cells = [
        [cell(column, value(row, column), names) for column in columns] for row in kept[:rows]
    ]
    filled = [
        at
        for at in range(len(columns))
        if how.upright or at == 0 or any(not _blank(row[at]) for row in found_cells)
    ]
    blank = [title(columns[at]) for at in range(len(columns)) if at not in filled]
    columns = tuple(columns[at] for at in filled)
    cells = tuple(tuple(row[at] for at in filled) for row in found_cells)
    return Table(
        name=how.name,
        caption=how.caption,
        definition=definition(how.means or found.row),
        columns=tuple(
            Column(name=name, title=title(name), numeric=_numeric([row[at] for row in cells]))
            for at, name in enumerate(columns)
        ),
        rows=cells,
        left_out=max(0, len(kept) - rows),
        blank=tuple(blank) if cells else (),
        upright=how.upright,
        folded=how.folded or len(kept) > LONG,
    )


def _blank(one: Cell) -> bool:
    return one.text == EMPTY and not one.note


def _numeric(cells: Sequence[Cell]) -> bool:
    return any(one.sort is Sort.NUMBER for one in cells) and not any(
        one.sort is Sort.TEXT for one in cells
    )


def _allowed(found: Found, columns: Sequence[str], personal: bool) -> Iterator[str]:
    marked = set()
    if found.row is not None and not personal:
        for field in attrs.fields(found.row):
            if any(isinstance(mark, Personal) for _, mark in marks_of(field.type)):
                marked.add(field.name)
    return (name for name in columns if name not in marked)


def value(row: Any, column: str) -> Any:
    """What *row*, a row of a view or a group of figures, has in *column*."""
    return row[column] if isinstance(row, dict) else getattr(row, column)
