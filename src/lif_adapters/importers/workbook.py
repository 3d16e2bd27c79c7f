"""Registers kept in a workbook: the cells of a sheet as texts, merged ones filled down.

A workbook of some bytes may unfold to more than any memory holds, and what reads it then ends the
process: so it is read in a process of its own, which has a bound.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias
from zipfile import BadZipFile, ZipFile

import msgspec
from attrs import frozen

from lif_adapters.importers.text_file import RawRow, refuse_large
from lif_core.errors import MalformedError, MissingExtraError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

MEMORY_BYTES = 1_500_000_000
SECONDS = 120
"""A workbook is read within so much memory and, where the system counts it, so much time."""
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FROM_1904 = re.compile(rb"""<(\w+:)?workbookPr\b[^>]*\sdate1904\s*=\s*["'](1|true|on)["']""")
_WHOLE = 1e15  # whole numbers below it are written without a point


@frozen(kw_only=True)
class WorkbookSheet:
    """The *rows* of one sheet, by its *name*; rows in which nothing stands are not among them.

    *merged* are the texts of merged cells in the rows below their first, each with its line and
    place.
    *from_1904*: numbers that stand for days are counted from 1904, as Excel for Mac did.
    """

    name: str
    rows: tuple[RawRow, ...]
    merged: tuple[tuple[int, int, str], ...]
    from_1904: bool = False


def is_workbook(raw: bytes) -> bool:
    return raw.startswith(_MAGIC)


def read_workbook(raw: bytes, name: str) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of the workbook *raw*, the file *name*, in their order.

    Raises:
        MalformedError: naming the file; it is damaged, or has a password.
        MissingExtraError: what reads workbooks is not installed.
    """
    if find_spec("python_calamine") is None:
        problem = f"{name}: workbooks need python-calamine: pip install 'lif-ledger[import]'"
        raise MissingExtraError(problem)
    reader = [sys.executable, "-P", "-m", __name__]  # nothing of the folder it is called in
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            reader, input=raw, capture_output=True, timeout=2 * SECONDS, env=environment
        )
    except subprocess.TimeoutExpired as error:
        problem = "no workbook that can be read in time; clear what is not used"
        raise MalformedError(name, problem) from error
    if done.returncode:
        problem = f"no workbook that {MEMORY_BYTES:,} bytes of memory can hold"
        raise MalformedError(name, f"{problem}; clear what is not used")
    answer = msgspec.json.decode(done.stdout, type=_Answer)
    if answer.problem:
        raise MalformedError(name, answer.problem)
    return answer.sheets


@frozen(kw_only=True)
class _Answer:
    """The answer of the process that reads a workbook: its *sheets*, or a *problem*."""

    sheets: tuple[WorkbookSheet, ...] = ()
    problem: str = ""


def _answer_to(raw: bytes) -> _Answer:
    """Return what the workbook *raw* holds."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(raw))
        names, from_1904 = workbook.sheet_names, _counts_from_1904(raw)
        sheets = map(workbook.get_sheet_by_name, names)
        return _Answer(sheets=tuple(_sheet(each, from_1904=from_1904) for each in sheets))
    except MalformedError as error:
        return _Answer(problem=f"sheet {error}")
    except (CalamineError, OSError, ValueError) as error:
        return _Answer(problem=f"no workbook that can be read: {error}")


def _bound() -> None:
    """Bound the memory and the time of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
    rows, columns = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    refuse_large(sheet.name, 0, rows * columns)
    values = sheet.to_python(skip_empty_area=False)
    texts = [[cell_text(value) for value in row] for row in values]
    merged = tuple(
        (line + 1, column, texts[top][column])
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or ()
        for line in range(top + 1, min(bottom + 1, len(texts)))
    )
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


if __name__ == "__main__":
    _bound()
    sys.stdout.buffer.write(msgspec.json.encode(_answer_to(sys.stdin.buffer.read())))
