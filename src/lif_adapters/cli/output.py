"""Output: tables on a terminal, clean text in a pipe, JSON and CSV for programs."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import chain
from typing import Any

from lif_adapters.cli import layout
from lif_adapters.csv_lines import csv_cell, csv_lines


class OutputFormat(StrEnum):
    """The form in which results are written to standard output."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Row = Mapping[str, Any]

INDENT = 4
WARNING_TYPES = "urn:lif:warning:"
"""The beginning of the `type` of every warning that is written as JSON."""
WARNINGS: Mapping[str, str] = {
    "decision": "A decision that was recorded bears a warning",
    "keys": "Texts are not erased with those whom they are about",
    "leaves": "The leaves that are held beside a checkpoint are none of it",
    "not-proposed": "A yes is to nothing that is proposed",
    "pack": "A pack is missing, or not as it was",
    "policies": "The policies of lif ask something because of this",
    "redacted": "Texts that may tell about a person are redacted",
    "running": "This goes on until it is interrupted",
    "selection": "Figures are of more than what is shown",
    "store": "The store, or an entry in it, is not as this lif makes it",
    "tried-again": "Something failed, and is tried again",
}
"""The titles of warnings, by their kinds: the ends of their `type`."""

_REDACTED = "[redacted"
"""The beginning of every text that stands for a redacted one; help is written without the core."""


def say(text: str = "") -> None:
    """Write *text* on standard output, with what would steer a terminal made visible.

    On a terminal, a line that is wider goes on below, indented.
    """
    if not sys.stdout.isatty():
        write_text(text)
        return
    for line in map(visible, text.split("\n")):
        margin = len(line) - len(line.lstrip(" ")) + INDENT
        _write_lines(layout.wrapped(line, terminal_width(), hanging=" " * margin))


def write_text(text: str) -> None:
    """Write *text* as it is, such as a file to be edited; only what would steer a terminal is made
    visible.
    """
    _write_lines(map(visible, text.split("\n")))


def is_terminal() -> bool:
    """Return whether somebody reads standard output on a terminal."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Return how many columns the terminal has, or COLUMNS says."""
    return shutil.get_terminal_size().columns


def tell(text: str) -> None:
    """Write *text* as one line on standard error, where it never mixes with results."""
    sys.stderr.write(visible(text) + "\n")


def tell_json(value: Any) -> None:
    """Write *value* on standard error, as JSON on one line."""
    sys.stderr.write(json.dumps(value) + "\n")


def warn(kind: str, text: str, **members: Any) -> None:
    """Write the warning *text* on standard error; where JSON is asked for, as a document of this
    *kind*, with the *members* that a program can act on.
    """
    if _STANDARD_ERROR.is_json:
        document = {"type": WARNING_TYPES + kind, "title": WARNINGS[kind], "detail": text}
        tell_json({**document, **members})
    else:
        tell(text)


def warn_in_json(is_json: bool) -> None:
    """Write warnings from now on as JSON, or else as text."""
    _STANDARD_ERROR.is_json = is_json


class _StandardError:
    """The form in which standard error is written."""

    is_json = False


_STANDARD_ERROR = _StandardError()


def visible(text: str) -> str:
    """Return *text* on one line, without what a terminal would obey, or show as nothing."""
    if text.isascii() and text.isprintable():
        return text
    from lif_core.values import text as texts  # help does without it

    return texts.visible(text)


def _as_json(value: Any, indent: int | None = None) -> str:
    """Return *value* as JSON, in which what a terminal would obey is escaped."""
    from lif_core.values import text as texts  # help does without it

    return texts.visible_json(json.dumps(value, ensure_ascii=False, indent=indent))


def shown(value: Any) -> str:
    """Return the text of a cell: nothing for `None`, a float in four digits, the rest as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(inner) for inner in value)
    if isinstance(value, Mapping):
        return _nested(value)
    return str(value)


def _nested(value: Row) -> str:
    """Return the text of a value that has parts, in the words of its field."""
    match value:
        case {"part": part, "whole": whole}:
            return f"{part}/{whole}"
        case {"before": before, "after": after, "low": low, "high": high, "verdict": verdict}:
            shows = verdict or "no verdict"
            return f"{shown(before)} to {shown(after)}, {low:.3f} to {high:.3f}, {shows}"
        case {"body": body, "days_overdue_so_far": days, "explained": explained}:
            return f"{body} {days}" + (f" ({explained} explained)" if explained else "")
        case {"grade": grade, "files": files}:
            return f"{grade} {files}"
    return ", ".join(f"{key} {shown(inner)}" for key, inner in value.items())


def table(rows: Sequence[Row], *, title: str | None = None) -> None:
    """Write a table of *rows*, which have the same keys; without rows, a line that says so."""
    if title:
        say(title)
    if not rows:
        say("  none")
    elif sys.stdout.isatty():
        _drawn(rows)
    else:
        _aligned(rows)


def _drawn(rows: Sequence[Row]) -> None:
    """Draw a table where it fits the terminal, else each row as a block of names and values."""
    header = [name.replace("_", " ") for name in rows[0]]
    texts = [[_on_one_line(value) for value in row.values()] for row in rows]
    numbers = [_holds_numbers([row[name] for row in rows]) for name in rows[0]]
    lines = layout.table_lines(header, texts, numbers, terminal_width())
    if lines is not None:
        _write_lines(lines)
        return
    for number, block in enumerate(layout.blocks(header, texts, terminal_width())):
        _write_lines(["", *block] if number else block)


def _holds_numbers(column: Sequence[Any]) -> bool:
    values = [value for value in column if value is not None]
    return bool(values) and all(type(value) in (int, float) for value in values)


def _write_lines(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{_WATCH.seen(line)}\n" for line in lines)


class _Watch:
    """A watch for what is redacted among the lines and rows that are written for people."""

    def __init__(self) -> None:
        self.redacted = False

    def seen(self, text: str) -> str:
        """Return a *text* that is written, and note whether something in it is redacted."""
        self.redacted = self.redacted or _REDACTED in text
        return text


_WATCH = _Watch()


@contextmanager
def watched() -> Iterator[_Watch]:
    """Yield a watch that says whether what is written from now on is redacted anywhere."""
    _WATCH.redacted = False
    yield _WATCH


def _on_one_line(value: Any) -> str:
    return visible(" ".join(shown(value).split()))


def _aligned(rows: Sequence[Row]) -> None:
    """Write columns of text, two spaces apart, nothing cut and nothing trailing."""
    lines = [[name.replace("_", " ") for name in rows[0]]]
    lines += [[_on_one_line(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say("  ".join(cells).rstrip())


def write_json(value: Any) -> None:
    """Write one JSON document, indented."""
    sys.stdout.write(_as_json(value, indent=2) + "\n")


def as_json_line(value: Any) -> str:
    """Return *value* as JSON on one line."""
    return _as_json(value)


def write_json_lines(values: Iterable[Any]) -> None:
    """Write one JSON object a line, each as soon as it is there."""
    for value in values:
        sys.stdout.write(as_json_line(value) + "\n")


def write_csv(rows: Iterable[Row]) -> None:
    """Write comma-separated values with a header; nested values as JSON, and nothing that
    a spreadsheet would take for a formula.
    """
    rows = iter(rows)
    if (first := next(rows, None)) is None:
        return
    header = list(first)
    cell = _visible_cell if sys.stdout.isatty() else csv_cell
    cells = ([cell(row[name]) for name in header] for row in chain((first,), rows))
    sys.stdout.writelines(map(_WATCH.seen, csv_lines(header, cells)))


def _visible_cell(value: Any) -> Any:
    shown = csv_cell(value)
    return visible(shown) if isinstance(shown, str) else shown


@contextmanager
def progress(text: str, total: int | None, *, quiet: bool = False) -> Iterator[Any]:
    """Yield `advance(n)`, which moves a bar on a terminal's standard error; without one, or
    *quiet*, it does nothing.

    Results that are written meanwhile go where they would without it.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # only on a terminal
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    err = Console(stderr=True)
    bar = Progress(
        *columns,
        TimeElapsedColumn(),
        console=err,
        transient=True,
        redirect_stdout=False,  # or results in a pipe would go where the bar does
        redirect_stderr=False,
    )
    with bar as shown_progress:
        task = shown_progress.add_task(text, total=total)
        yield lambda count: shown_progress.advance(task, count)


@contextmanager
def copying(text: str) -> Iterator[Any]:
    """Yield `advance(left, total)`, which moves a bar to where *left* of all steps are left."""
    with progress(text, None) as advance:
        done = 0

        def so_far(left: int, total: int) -> None:
            nonlocal done
            advance(total - left - done)
            done = total - left

        yield so_far
