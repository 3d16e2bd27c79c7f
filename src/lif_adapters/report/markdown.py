"""The report as Markdown, with its charts beside it."""

import re
from collections.abc import Iterator

from lif_adapters.report.model import CellKind, Figure, FigureCell, FigureTable, Report
from lif_adapters.report.wording import capital, count, listed

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>|#~&!"})

_LISTED = re.compile(r"^(\d*)([-+.)])")


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {report.title}", "", f"{capital(report.when)}: {report.until}.", "")
    if report.personal:
        yield "For the board: some reasons stand in the words in which they were recorded."
    else:
        yield "The texts that may tell about a person are left out."
    yield ""
    if report.boards:
        yield f"Of {escaped(report.boards)}."
        yield ""
    yield from _items(escaped(pack) for pack in report.packs)
    yield from ("## Summary", "")
    yield from _items(
        f"{escaped(fact.name)}: **{escaped(fact.value)}** {escaped(fact.detail)}"
        for fact in report.facts
    )
    yield from ("### What is not known", "")
    yield from _items(map(escaped, report.not_known)) if report.not_known else ("Nothing.", "")
    for section in report.sections:
        yield from (f"## {section.title}", "", escaped(section.lead), "")
        for figure in section.figures:
            yield from _figure(figure, report)


def _items(lines: Iterator[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines)
    yield ""


def _figure(figure: Figure, report: Report) -> Iterator[str]:
    yield from (f"### {escaped(figure.title)}", "")
    if figure.is_empty:
        yield from (escaped(figure.empty), "")
    else:
        if figure.text:
            yield from _items(map(escaped, figure.text))
        if figure.warning and report.personal:
            yield from (f"**{figure.warning}**", "")
        if figure.chart is not None:
            yield from (f"![{escaped(figure.chart.alt)}](charts/{figure.id}.svg)", "")
        for table in figure.tables:
            yield from _table(table)
    entries = count(len(figure.entries), "entry", "entries")
    streams = count(figure.entries.streams, "stream")
    yield f"{capital(figure.when or report.when)}: counted from {entries} in {streams},"
    yield f"listed in [entries.csv](entries.csv) under `{figure.id}`."
    yield ""


def _table(table: FigureTable) -> Iterator[str]:
    yield from (f"**{escaped(table.caption)}**", "")
    if table.upright:
        yield from ("| | |", "| --- | ---: |")
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                yield f"| {column.title} | {_cell(cell)} |"
    else:
        yield f"| {' | '.join(column.title for column in table.columns)} |"
        rules = ("---:" if column.numeric else "---" for column in table.columns)
        yield f"| {' | '.join(rules)} |"
        for row in table.rows:
            yield f"| {' | '.join(map(_cell, row))} |"
    yield from ("", table.definition)
    if table.blank:
        yield f"Empty, and so left out: {listed(table.blank).lower()}."
    if table.left_out:
        yield f"{count(table.left_out, 'more row')} in [{table.file}]({table.file}) only."
    yield ""


def _cell(cell: FigureCell) -> str:
    ours = cell.kind in (CellKind.NUMBER, CellKind.DATE)
    text = cell.text if ours else escaped(cell.text)
    return f"{text} ({escaped(cell.note)})" if cell.note else text


def escaped(text: str) -> str:
    """Return *text* on one line, with nothing in it that Markdown or HTML would obey."""
    return _LISTED.sub(r"\1\\\2", " ".join(text.split()).translate(_SPECIAL))
