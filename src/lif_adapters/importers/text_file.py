"""Registers kept as text: the encoding and the delimiter are told apart, and said."""

import csv
import io
import re
from codecs import lookup
from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from lif_core.errors import MalformedError

DELIMITERS = (",", ";", "\t", "|")
TRIED = 200  # lines by which a delimiter is judged
ROWS = 500_000
CELLS = 5_000_000
"""A register has at most so many rows, and so many cells in all."""
_FIELD_CHARACTERS = 4_000_000
_SEPARATOR = re.compile(r"sep=(.)\r?\n")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@frozen(kw_only=True)
class RawRow:
    """The *cells* of a row as they stand there, and the *line* on which it starts, from 1."""

    line: int
    cells: tuple[str, ...]


@frozen(kw_only=True)
class TextFile:
    """The *rows* of a text file, and how it is written: its *encoding* and its *delimiter*."""

    rows: tuple[RawRow, ...]
    encoding: str
    delimiter: str


def decoded(raw: bytes, encoding: str | None, name: str) -> tuple[str, str]:
    """Return the text of *raw*, and its encoding: that of its byte order mark, or *encoding*.

    Without either it is UTF-16 where every other byte is zero, UTF-8 where it can be, and else
    cp1252, as Excel writes it in Western Europe.

    Raises:
        MalformedError: naming the file, the encoding, and the line that is not written in it.
    """
    marked = next((known for mark, known in _MARKS if raw.startswith(mark)), None)
    if encoding and not marked:
        encoding = _with_order(raw, encoding, name)
    for candidate in (marked,) if marked else (encoding,) if encoding else _candidates(raw):
        try:
            return raw.decode(candidate), candidate
        except LookupError as error:
            raise MalformedError(name, str(error)) from error
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            problem = f"not {candidate}: byte {raw[error.start]:#04x} on line {line}"
        except (ValueError, OverflowError) as error:  # as some encodings fail
            problem = f"not {candidate}: {error}"
    raise MalformedError(name, problem)


def _with_order(raw: bytes, encoding: str, name: str) -> str:
    """Return an *encoding* that says the order of its bytes, as *raw* shows it where it does not.

    Raises:
        MalformedError: nothing says in which order they are.
    """
    try:
        known = lookup(encoding).name
    except (LookupError, ValueError):
        return encoding  # it fails on its own
    if known not in ("utf-16", "utf-32"):
        return encoding
    candidate = _candidates(raw)[0]
    if known == "utf-16" and candidate.startswith("utf-16"):
        return candidate
    problem = f"not {known}: it begins with no byte order mark; write {known}-le, or {known}-be"
    raise MalformedError(name, problem)


def is_delimiter(text: str) -> bool:
    """Return whether cells can be divided by *text*: one character, which neither quotes them nor
    ends a line.
    """
    return len(text) == 1 and text not in '"\r\n\0'


def _candidates(raw: bytes) -> tuple[str, ...]:
    start = raw[:4_000]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 1 and start[at::2].count(0) > 0.4 * len(start[at::2]):
            return (encoding,)
    return ("utf-8", "cp1252")


def read_text(
    raw: bytes,
    name: str,
    *,
    encoding: str | None,
    delimiter: str | None,
    fits: Callable[[Sequence[RawRow]], int],
) -> TextFile:
    """Return the rows of *raw*, the file *name*.

    Args:
        raw: the bytes of the file.
        name: for what an error says.
        encoding: as the map says, if it does; a byte order mark says more.
        delimiter: as the map says, if it does.
        fits: says how well the first rows fit what is wanted, by which a delimiter is chosen.

    Raises:
        MalformedError: naming the file, the line and what is wrong.
    """
    csv.field_size_limit(_FIELD_CHARACTERS)
    text, encoding = decoded(raw, encoding, name)
    first = 1
    if (line := _SEPARATOR.match(text)) and is_delimiter(line[1]):
        text, delimiter, first = text[line.end() :], delimiter or line[1], 2
    if delimiter is None:
        start = "".join(text.splitlines(keepends=True)[:TRIED])
        delimiter = max(DELIMITERS, key=lambda one_of: fits(_tried(start, one_of)))
    rows = tuple(_rows(text, name, delimiter, first))
    return TextFile(rows=rows, encoding=encoding, delimiter=delimiter)


def _tried(start: str, delimiter: str) -> list[RawRow]:
    rows: list[RawRow] = []
    try:
        for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter):
            rows.append(RawRow(line=0, cells=tuple(row)))  # noqa: PERF401  # up to the error
    except csv.Error:
        pass
    return rows


def _rows(text: str, name: str, delimiter: str, first: int) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first
    rows = cells = 0
    try:
        for row in reader:
            rows, cells = rows + 1, cells + len(row)
            refuse_large(name, rows, cells)
            if row:
                yield RawRow(line=line, cells=tuple(row))
            line = reader.line_num + first
    except csv.Error as error:
        where = f"{name}: line {reader.line_num + first - 1}"
        raise MalformedError(where, f"not CSV: {error}") from error


def refuse_large(name: str, rows: int, cells: int) -> None:
    """Refuse the file *name* where it has more *rows*, or *cells* in all, than a register.

    Raises:
        MalformedError: naming the file.
    """
    if rows > ROWS:
        raise MalformedError(name, f"more than {ROWS:,} rows; take it over in parts")
    if cells > CELLS:
        problem = f"more than {CELLS:,} cells, empty ones counted; clear what is not used"
        raise MalformedError(name, problem)
