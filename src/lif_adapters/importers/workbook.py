"""Registers kept in a workbook: the cells of a sheet as texts, merged ones filled down."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias
from zipfile import BadZipFile, ZipFile

from attrs import frozen

from lif_adapters.importers.text_file import RawRow
from lif_core.errors import MalformedError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FROM_1904 = re.compile(rb"""<(\w+:)?workbookPr\b[^>]*\sdate1904\s*=\s*["'](1|true|on)["']""")
_WHOLE = 1e15  # whole numbers below it are written without a point


@frozen(kw_only=True)
class WorkbookSheet:
    """The *rows* of one sheet, by its *name*; rows in which nothing stands are not among them.

    *merged* are the texts of merged cells in the rows below their first, by line and place.
    *from_1904*: numbers that stand for days are counted from 1904, as Excel for Mac did.
    """

    name: str
    rows: tuple[RawRow, ...]
    merged: dict[tuple[int, int], str]
    from_1904: bool = False


def is_workbook(raw: bytes) -> bool:
    return raw.startswith(_MAGIC)


def read_workbook(raw: bytes, name: str) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of the workbook *raw*, the file *name*, in their order.

    Raises:
        MalformedError: naming the file; it is damaged, or has a password, or what reads workbooks
            is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ModuleNotFoundError as error:
        problem = "workbooks need what comes with `pip install 'lif-ledger[import]'`"
        raise MalformedError(name, problem) from error
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(raw))
        names, from_1904 = workbook.sheet_names, _counts_from_1904(raw)
        sheets = map(workbook.get_sheet_by_name, names)
        return tuple(_sheet(each, from_1904=from_1904) for each in sheets)
    except (CalamineError, OSError, ValueError) as error:
        raise MalformedError(name, f"no workbook that can be read: {error}") from error


def _counts_from_1904(raw: bytes) -> bool:
    """Return whether the workbook *raw* says that its days are counted from 1904; that of an old
    format is not asked.
    """
    try:
        with ZipFile(BytesIO(raw)) as archive:
            return _FROM_1904.search(archive.read("xl/workbook.xml")) is not None
    except (BadZipFile, KeyError):
        return False


def _sheet(sheet: "CalamineSheet", *, from_1904: bool) -> WorkbookSheet:
    values = sheet.to_python(skip_empty_area=False)
    texts = [[cell_text(value) for value in row] for row in values]
    merged = {
        (line + 1, column): texts[top][column]
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or ()
        for line in range(top + 1, min(bottom + 1, len(texts)))
    }
    return WorkbookSheet(
        name=sheet.name, rows=tuple(_rows(texts)), merged=merged, from_1904=from_1904
    )


def _rows(texts: list[list[str]]) -> Iterator[RawRow]:
    for index, row in enumerate(texts):
        if any(row):
            yield RawRow(line=index + 1, cells=tuple(row))


def cell_text(value: Value) -> str:
    """Return the text of a cell: a day as 2018-01-25, a whole number without a point."""
    match value:
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < _WHOLE:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)
