"""The views that are lists to work from, each as its tables: the first rows of each."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout, figure_table
from lif_adapters.report.views import LISTS, ReportViews
from lif_adapters.report.wording import title

ROWS = 20
"""How many rows of a list are shown; all of them are in its file."""


def list_figures(views: ReportViews) -> Iterator[Figure]:
    """Yield a figure for each view that is a list to work from."""
    for name in views.lists:
        yield table_figure(views, name, LISTS[name], rows=ROWS)


def table_figure(views: ReportViews, name: str, heading: str, *, rows: int) -> Figure:
    """Return the figure of a view that is shown as its tables alone, so many *rows* of each."""
    projection = views.history.catalogue.projections[name]
    entries = counted_entries(views.history, projection, lambda stream: True)
    return Figure(
        id=name,
        title=heading,
        empty="Nothing is on record for it.",
        tables=tuple(
            figure_table(
                TableLayout(name=table, caption=_caption(table)),
                views.tables[table],
                views.history.names,
                views.words,
                limit=rows,
            )
            for table in views.tables
            if entries
            and table.partition(".")[0] == name
            and views.tables[table].row is not None  # else the view's own times and figures
        ),
        entries=entries,
    )


def _caption(table: str) -> str:
    return title(table.partition(".")[2].replace(".", "_"))
