"""What a person sees: tables on a terminal, clean text in a pipe, JSON and CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

PIPE_WIDTH = 10_000


class Format(StrEnum):
    """How results are written to standard output."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Row = Mapping[str, Any]


def console(stream: TextIO | None = None) -> Console:
    """A console on *stream*; in a pipe without colour, and wide, so that nothing is cut off."""
    stream = stream or sys.stdout
    if stream.isatty():
        return Console(file=stream, highlight=False)
    return Console(file=stream, highlight=False, width=PIPE_WIDTH, color_system=None)


def say(text: str = "") -> None:
    """One line of *text* on standard output."""
    console().print(escape(text), soft_wrap=True)


def warn(text: str) -> None:
    """One line of *text* on standard error, where it never mixes with results."""
    console(sys.stderr).print(escape(text), soft_wrap=True)


def shown(value: Any) -> str:
    """A cell: nothing for `None`, a share with one decimal, the rest as it is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(inner) for inner in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(inner)}" for key, inner in value.items())
    return str(value)


def table(rows: Sequence[Row], *, title: str | None = None) -> None:
    """A table of *rows*, which have the same keys; without rows, a line that says so."""
    out = console()
    if title:
        out.print(f"[bold]{escape(title)}[/bold]" if out.is_terminal else escape(title))
    if not rows:
        out.print("  none")
        return
    if not out.is_terminal:
        _aligned(rows, sys.stdout)
        return
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in rows[0]:
        numbers = all(isinstance(row[name], int | float | None) for row in rows)
        drawn.add_column(escape(name.replace("_", " ")), justify="right" if numbers else "left")
    for row in rows:
        drawn.add_row(*(escape(shown(value)) for value in row.values()))
    out.print(drawn)


def _aligned(rows: Sequence[Row], out: TextIO) -> None:
    """Columns of text, two spaces apart, nothing cut and nothing trailing."""
    lines = [[name.replace("_", " ") for name in rows[0]]]
    lines += [[" ".join(shown(value).split()) for value in row.values()] for row in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(rows[0]))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")


def write_json(value: Any) -> None:
    """One JSON document, indented."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write_json_lines(values: Iterable[Any]) -> None:
    """One JSON object a line, each written as soon as it is there."""
    for value in values:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def write_csv(rows: Iterable[Row]) -> None:
    """Comma-separated values with a header; nested values as JSON."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    header: list[str] | None = None
    for row in rows:
        if header is None:
            header = list(row)
            writer.writerow(header)
        writer.writerow([_cell(row[name]) for name in header])


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


@contextmanager
def progress(text: str, total: int | None) -> Iterator[Any]:
    """Yields `advance(n)`: a bar on a terminal's standard error, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as shown_progress:
        task = shown_progress.add_task(text, total=total)
        yield lambda count: shown_progress.advance(task, count)
