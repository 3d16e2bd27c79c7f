"""The report as Markdown, with its charts beside it."""

from collections.abc import Iterable, Iterator

from lif_adapters.markdown_text import escaped
from lif_adapters.report.model import CellKind, Fact, Figure, FigureCell, FigureTable, Report
from lif_adapters.report.wording import LEFT_OUT, capital, count, listed, small


def markdown(report: Report) -> str:
    """Return the report as Markdown."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    title = f"{escaped(report.title)}: learning and improvement, {report.period}"
    yield from (f"# {title}", "", f"{capital(report.when)}: {report.until}.", "")
    yield from (escaped(report.stands_on), "")
    for sentence in report.cut:
        yield from (escaped(sentence), "")
    if report.personal:
        yield "For the board: some reasons stand in the words in which they were recorded."
    else:
        yield LEFT_OUT
    yield ""
    yield from _first(report)
    for section in report.sections:
        if not section.is_empty:
            yield from (f"## {section.title}", "", escaped(section.lead), "")
            for figure in section.figures:
                if not figure.is_empty:
                    yield from _figure(figure, report)
    if report.empty:
        titles = "; ".join(small(figure.title) for figure in report.empty)
        yield from ("## Nothing on record", "", f"Nothing on record about: {escaped(titles)}.", "")
    yield from ("## About this report", "")
    if report.boards:
        yield f"Of {escaped(report.boards)}."
        yield ""
    yield from _items(escaped(pack) for pack in report.packs)


def _first(report: Report) -> Iterator[str]:
    """Yield what needs a decision, what is not known, and what is so now."""
    first = report.first
    yield from ("## Needs the board's decision", "", first.lead, "")
    for group in first.groups:
        yield from (f"### {group.title}", "", group.decide, "")
        yield from _items(
            f"**{escaped(line.words or line.reference)}**"
            f"{f' ({escaped(line.reference)})' if line.words else ''}: {escaped(line.sentence)}"
            for line in group.lines
        )
        if group.more:
            yield f"{count(group.more, 'more is', 'more are')} in the table of all."
            yield ""
    if not first.figure.is_empty:
        yield from _figure(first.figure, report)
    yield from ("## What is not known", "")
    for kind in first.not_known:
        yield from (f"### {kind.name}", "")
        yield from _items(map(escaped, kind.lines))
    if not first.not_known:
        yield from ("Nothing.", "")
    yield from ("## Now", "")
    yield from _items(map(_fact, first.now)) if first.now else ("Nothing.", "")
    if first.so_far:
        yield from ("### So far", "")
        yield from _items(map(_fact, first.so_far))


def _fact(fact: Fact) -> str:
    return f"{escaped(fact.name)}: **{escaped(fact.value)}** {escaped(fact.detail)}"


def _items(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines)
    yield ""


def _figure(figure: Figure, report: Report) -> Iterator[str]:
    yield from (f"### {escaped(figure.title)}", "")
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
    if table.headed:
        heads = ", ".join(f"*{words}* is headed {heading}" for words, heading in table.headed)
        yield f"In the table, {heads}."
    if table.blank:
        yield f"Empty, and so left out: {listed(table.blank).lower()}."
    if table.left_out:
        yield f"{count(table.left_out, 'more row')} in [{table.file}]({table.file}) only."
    if table.idle:
        bodies = count(table.idle, "body", "bodies")
        yield f"{bodies} with nothing on record here: in [{table.file}]({table.file}) only."
    yield ""


def _cell(cell: FigureCell) -> str:
    ours = cell.kind in (CellKind.NUMBER, CellKind.DATE)
    text = cell.text if ours else escaped(cell.text)
    return f"{text} ({escaped(cell.note)})" if cell.note else text
