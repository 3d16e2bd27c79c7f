"""Comma-separated values that a spreadsheet may open."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The beginnings of a formula: signs, also as Japanese keyboards have them, and what spreadsheets
pass over before one."""


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, end: str = "\n"
) -> Iterator[str]:
    """Yield the *header* and the *rows*, line by line, each with its *end*."""
    writer: Any = csv.writer(_Line(), lineterminator=end)  # which returns what is written
    yield writer.writerow(header)
    yield from map(writer.writerow, rows)


class _Line:
    """The place that a writer of CSV writes a line to."""

    write = staticmethod(str)


def csv_cell(value: Any) -> Any:
    """Return a cell; a text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def marked(cell: str) -> str:
    """Return a *cell* of a list that is read again, with an apostrophe before a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell


def unmarked(cell: str) -> str:
    """Return the cell that `marked` made this *cell* of."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell
