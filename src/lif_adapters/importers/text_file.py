"""Registers kept as text: the encoding and the delimiter are told apart, and said."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from attrs import frozen

from lif_core.errors import MalformedError

DELIMITERS = (",", ";", "\t", "|")
TRIED = 200  # lines by which a delimiter is judged
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
    for candidate in (marked,) if marked else (encoding,) if encoding else _candidates(raw):
        try:
            return raw.decode(candidate), candidate
        except LookupError as error:
            raise MalformedError(name, str(error)) from error
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            problem = f"not {candidate}: byte {raw[error.start]:#04x} on line {line}"
    raise MalformedError(name, problem)


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
    if line := _SEPARATOR.match(text):
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
    try:
        for row in reader:
            if row:
                yield RawRow(line=line, cells=tuple(row))
            line = reader.line_num + first
    except csv.Error as error:
        where = f"{name}: line {reader.line_num + first - 1}"
        raise MalformedError(where, f"not CSV: {error}") from error
