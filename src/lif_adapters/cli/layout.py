"""The layout of tables and lines within the width of a terminal. No word is broken that fits."""

import unicodedata
from collections.abc import Iterator, Sequence

GAP = 2
NARROW = 24
"""A column of text is at least so wide, or as wide as its longest word, or is no column."""
MARGIN = " " * 2
BETWEEN = " " * 3
JOINERS = "\u200c\u200d"
TALL = 6
"""A row of more lines than this is easier to read as a block of names and values."""


def width_of(text: str) -> int:
    """Return how many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or character in JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, width: int, *, hanging: str = "") -> list[str]:
    """Return the lines of *text* in a *width*, the first as it begins, the others *hanging*.

    A word that is longer than a line has a line of its own, and is not broken.
    """
    if width_of(text) <= width:
        return [text]
    margin = text[: len(text) - len(text.lstrip(" "))]
    lines: list[str] = []
    line = margin
    for word in text.split(" "):
        begun = line.strip(" ")
        longer = f"{line} {word}" if begun else line + word
        if begun and width_of(longer.rstrip(" ")) > width:
            lines.append(line.rstrip(" "))
            longer = hanging + word
        line = longer
    return [*lines, line.rstrip(" ")]


def table_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool], width: int
) -> list[str] | None:
    """Return the lines of a table that fits a *width*; `None` where it would not be readable.

    Args:
        header: the names of its columns.
        rows: the texts of each row, each on one line.
        numbers: of each column, whether it holds numbers, which stand on the right.
        width: of the terminal.
    """
    columns = list(zip(*rows, strict=True))
    wanted = [
        max(_longest_word(name), *map(width_of, column))
        for name, column in zip(header, columns, strict=True)
    ]
    least = [
        max(_longest_word(name), min(want, max(NARROW, *map(_longest_word, column))))
        for name, column, want in zip(header, columns, wanted, strict=True)
    ]
    room = width - GAP * (len(header) - 1)
    if sum(least) > room:
        return None
    wanted = [max(width_of(name), want) for name, want in zip(header, wanted, strict=True)]
    widths = _shared_out(least, wanted, room)
    laid_out = [_row(texts, widths, numbers) for texts in (header, *rows)]
    if max(map(len, laid_out)) > TALL:
        return None
    head, *body = laid_out
    return [
        *head,
        "-" * (sum(widths) + GAP * (len(widths) - 1)),
        *(x for row in body for x in row),
    ]


def _longest_word(text: str) -> int:
    return max(map(width_of, text.split()), default=0)


def _shared_out(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns: what each wants, as far as there is *room*, those that lack
    least first.
    """
    widths = list(least)
    spare = room - sum(widths)
    lacking = sorted(range(len(widths)), key=lambda at: wanted[at] - widths[at])
    for served, at in enumerate(lacking):
        more = min(wanted[at] - widths[at], spare // (len(lacking) - served))
        widths[at] += more
        spare -= more
    return widths


def _row(texts: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> list[str]:
    """Return the lines of a row."""
    cells = [wrapped(text, width) for text, width in zip(texts, widths, strict=True)]
    lines = []
    for number in range(max(map(len, cells))):
        parts = [
            _padded(cell[number] if number < len(cell) else "", width, right=right)
            for cell, width, right in zip(cells, widths, numbers, strict=True)
        ]
        lines.append((" " * GAP).join(parts).rstrip())
    return lines


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def blocks(
    header: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> Iterator[list[str]]:
    """Yield the lines of each row as names and values, without those that say nothing.

    As many stand on a line as fit; a long one has lines of its own.
    """
    for texts in rows:
        pairs = [f"{name}: {text}" for name, text in zip(header, texts, strict=True) if text]
        lines: list[str] = []
        is_full = True
        for pair in pairs:
            if not is_full and width_of(line := f"{lines[-1]}{BETWEEN}{pair}") <= width:
                lines[-1] = line
                continue
            margin = MARGIN * 2 if lines else MARGIN
            of_pair = wrapped(margin + pair, width, hanging=MARGIN * 4)
            lines += of_pair
            is_full = len(of_pair) > 1
        yield lines
