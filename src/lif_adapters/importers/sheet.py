"""The sheet of a register: its header, wherever that stands, and numbered rows of texts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import attrs
from attrs import frozen

from lif_adapters.csv_lines import unmarked
from lif_adapters.importers.text_file import RawRow, read_text
from lif_adapters.importers.workbook import WorkbookSheet, is_workbook, read_workbook
from lif_core.errors import MalformedError
from lif_core.values.text import invisible, is_blank, normal

Row: TypeAlias = Mapping[str, str]

FILE_BYTES = 50_000_000
COLUMNS = 2_000
"""A register has at most so many bytes, and so many columns."""
LINE, REASON = "rejected: line", "rejected: reason"
"""The columns that stand before a row that was rejected, in the list of those."""


@frozen(kw_only=True)
class Layout:
    """The place of a register in a file: the *sheet*, the line of its *header*, the columns to
    *fill_down*, and how text is written. What is `None` is told apart.
    """

    sheet: str | None = None
    header: int | None = None
    fill_down: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


@frozen(kw_only=True)
class NumberedRow:
    """A row, the *line* on which it starts, and its *cells* as they stand there, filled down."""

    line: int
    values: Row
    cells: tuple[str, ...] = ()


@frozen(kw_only=True)
class LeftOut:
    """A row that was not taken: its *line*, the *reason*, and its *cells*."""

    line: int
    reason: str
    cells: tuple[str, ...]


@frozen(kw_only=True)
class Sheet:
    """A register as it is kept, by its *name*, if it has one, and the *line* of its *header*.

    *above* are the rows before that. *unusable* are rows with more values than there are columns;
    *short* are the lines of rows with fewer, whose last columns are empty. *encoding* is
    `None` in a workbook; *from_1904* whether that counts its days from 1904.
    """

    name: str | None
    header: tuple[str, ...]
    line: int
    above: tuple[RawRow, ...]
    rows: tuple[NumberedRow, ...]
    unusable: tuple[LeftOut, ...]
    short: tuple[int, ...]
    encoding: str | None = None
    delimiter: str = ","
    from_1904: bool = False

    @property
    def is_relisted(self) -> bool:
        """Return whether it is a list of rows that were rejected."""
        return self.header[:2] == (LINE, REASON)


def read_sheet(file: Path, layout: Layout, columns: Collection[str]) -> Sheet:
    """Return the register in *file*, which has these *columns*.

    Raises:
        MalformedError: naming the file and the line: it cannot be read at all, or lacks a column.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(FILE_BYTES + 1)
    except OSError as error:
        raise MalformedError(str(file), error.strerror or str(error)) from error
    if len(raw) > FILE_BYTES:
        raise MalformedError(str(file), f"more than {FILE_BYTES:,} bytes; take it over in parts")
    if is_workbook(raw):
        chosen = _chosen(read_workbook(raw, str(file)), file, layout, columns)
        return _under_header(file, layout, columns, chosen.rows, chosen)
    text = read_text(
        raw,
        str(file),
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        fits=lambda rows: _fit(rows, columns),
    )
    sheet = _under_header(file, layout, columns, text.rows, None)
    return attrs.evolve(sheet, encoding=text.encoding, delimiter=text.delimiter)


def _fit(rows: Sequence[RawRow], columns: Collection[str]) -> int:
    """Return how well *rows* fit: by the most *columns* named in one, or without any, by how many
    cells the rows have in common.
    """
    if columns:
        return max((len(_named(row, columns)) for row in rows), default=0)
    widths = sorted(len(row.cells) for row in rows if any(row.cells))
    return widths[len(widths) // 2] if widths else 0


def column_name(cell: str) -> str:
    """Return the name of a column on one line, in its one spelling."""
    return " ".join(normal(cell).split())


def _named(row: RawRow, columns: Collection[str]) -> set[str]:
    return {column_name(cell) for cell in row.cells} & set(columns)


def _chosen(
    sheets: Sequence[WorkbookSheet], file: Path, layout: Layout, columns: Collection[str]
) -> WorkbookSheet:
    names = ", ".join(sheet.name for sheet in sheets)
    if layout.sheet is not None:
        for sheet in sheets:
            if sheet.name == layout.sheet:
                return sheet
        raise MalformedError(str(file), f"no sheet {layout.sheet!r}; there are: {names}")
    filled = [sheet for sheet in sheets if sheet.rows]
    if len(filled) == 1:
        return filled[0]
    fitting = [
        sheet for sheet in filled if columns and _fit(sheet.rows, columns) == len(set(columns))
    ]
    if len(fitting) != 1:
        problem = f"name the sheet that is meant (`sheet` in a map); there are: {names}"
        raise MalformedError(str(file), problem)
    return fitting[0]


def _under_header(
    file: Path,
    layout: Layout,
    columns: Collection[str],
    rows: Sequence[RawRow],
    book: WorkbookSheet | None,
) -> Sheet:
    if any(row.cells[:2] == (LINE, REASON) for row in rows):
        rows = [RawRow(line=row.line, cells=tuple(map(unmarked, row.cells))) for row in rows]
    at = _header_at(rows, layout, columns, file)
    head = rows[at] if at < len(rows) else RawRow(line=layout.header or 1, cells=())
    names = [column_name(cell) for cell in head.cells]
    where = f"{file}: line {head.line}"
    if len(names) > COLUMNS:
        raise MalformedError(where, f"{len(names):,} columns; a register has {COLUMNS:,} at most")
    if missing := sorted(set(columns) - set(names)):
        raise MalformedError(where, _missing(missing, names))
    if twice := sorted(name for name, n in Counter(names).items() if n > 1 and name in columns):
        raise MalformedError(where, f"column {', '.join(twice)} is there twice")
    header = _distinct(names)
    reader = _RowReader(names, header, layout, book)
    for row in rows[at + 1 :]:
        reader.read(row)
    return Sheet(
        name=book.name if book else layout.sheet,
        header=tuple(header),
        line=head.line,
        above=tuple(rows[:at]),
        rows=tuple(reader.rows),
        unusable=tuple(reader.unusable),
        short=tuple(reader.short),
        from_1904=book.from_1904 if book else False,
    )


def _header_at(
    rows: Sequence[RawRow], layout: Layout, columns: Collection[str], file: Path
) -> int:
    """Return the index of the header: as the map says, or the first row with the most of the
    *columns*; without columns to go by, the first row that is as wide as most are.
    """
    if layout.header is not None:
        for index, row in enumerate(rows):
            if row.line == layout.header:
                return index
        raise MalformedError(f"{file}: line {layout.header}", "no header stands there")
    if columns:
        fits = [len(_named(row, columns)) for row in rows]
    else:
        widths = [sum(not is_blank(cell) for cell in row.cells) for row in rows]
        usual = sorted(widths)[len(widths) // 2] if widths else 0
        fits = [min(width, usual) for width in widths]
    return fits.index(max(fits)) if fits else 0


def _missing(missing: Iterable[str], names: Sequence[str]) -> str:
    there = [name for name in names if name]
    problem = f"no column {', '.join(missing)}"
    alike = "; ".join(f"{name!r} has {c}" for name in there if (c := invisible(name)))
    if alike:
        return f"{problem}; {alike}"
    return f"{problem}; there are: {', '.join(there)}" if there else problem


def _distinct(names: Sequence[str]) -> list[str]:
    """Return a name for each column: by its place where it has none, or that of another."""
    times = Counter(names)
    return [
        name if name and times[name] == 1 else f"{name} (column {index + 1})".lstrip()
        for index, name in enumerate(names)
    ]


class _RowReader:
    """The reader of the rows below a header: what is filled down, short, or too long."""

    def __init__(
        self,
        names: Sequence[str],
        header: Sequence[str],
        layout: Layout,
        book: WorkbookSheet | None,
    ) -> None:
        self._header = header
        self._named = 1 + max((at for at, name in enumerate(names) if name), default=-1)
        self._relisted = list(header[:2]) == [LINE, REASON]
        self._fill_down = [at for at, name in enumerate(header) if name in layout.fill_down]
        merged = book.merged if book else ()
        self._merged = {(line, at): text for line, at, text in merged}
        self._is_book = book is not None
        self._above: dict[int, str] = {}
        self.rows: list[NumberedRow] = []
        self.unusable: list[LeftOut] = []
        self.short: list[int] = []

    def read(self, raw: RawRow) -> None:
        """Read one row; one in which nothing can be seen is passed over."""
        if all(map(is_blank, raw.cells)):
            return
        width, cells, line = len(self._header), list(raw.cells), raw.line
        while len(cells) > width and is_blank(cells[-1]):
            cells.pop()
        if self._relisted:
            if all(map(is_blank, cells[2:])):
                return
            line = int(cells[0]) if cells[0].strip().isdigit() else line
        if len(cells) > width:
            skipped = 2 if self._relisted else 0
            problem = f"{len(cells) - skipped} values in a row of {width - skipped} columns"
            self.unusable.append(LeftOut(line=line, reason=problem, cells=tuple(cells[skipped:])))
            return
        if len(cells) < self._named and not self._is_book:
            self.short.append(line)
        cells += [""] * (width - len(cells))
        self._filled(cells, raw.line)
        values = dict(zip(self._header, map(_shown, cells), strict=True))
        if self._relisted:
            del cells[:2], values[LINE], values[REASON]
        self.rows.append(NumberedRow(line=line, values=values, cells=tuple(cells)))

    def _filled(self, cells: list[str], line: int) -> None:
        for at in range(len(cells)):
            if (merged := self._merged.get((line, at))) is not None and is_blank(cells[at]):
                cells[at] = merged
        for at in self._fill_down:
            if is_blank(cells[at]):
                cells[at] = self._above.get(at, "")
            self._above[at] = cells[at]


def _shown(cell: str) -> str:
    """Return a cell in the one spelling of its text; it is empty where nothing of it is seen."""
    return "" if is_blank(cell) else normal(cell)
