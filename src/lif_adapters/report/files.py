"""The files that a report is written as."""

from collections.abc import Iterable, Iterator

from lif_adapters.report import spreadsheet
from lif_adapters.report.html import html
from lif_adapters.report.markdown import markdown
from lif_adapters.report.model import Report
from lif_core.log.mapper import LifMapper


def files_of(report: Report, mapper: LifMapper) -> Iterator[tuple[str, Iterable[str]]]:
    """Each file's path, and its text in pieces."""
    yield "report.html", (html(report),)
    yield "report.md", (markdown(report),)
    for section in report.sections:
        for figure in section.figures:
            if figure.chart is not None:
                yield f"charts/{figure.id}.svg", (figure.chart.svg,)
    for name, source in report.sources.items():
        yield f"tables/{name}.csv", spreadsheet.table(source, mapper)
    yield "entries.csv", spreadsheet.entries(report.entries)
