"""The views of extensions, each as its tables: what they mean is said by their own words."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import title


def extension_figures(views: ReportViews) -> Iterator[Figure]:
    """Yield a figure for each view of an extension."""
    for name in views.added:
        tables = [table for table in views.tables if table.partition(".")[0] == name]
        yield Figure(
            id=name,
            title=title(name.replace("-", "_")),
            empty="Nothing is on record for it.",
            tables=views.lay_out(
                *(TableLayout(name=table, caption=_caption(table)) for table in tables)
            ),
            entries=counted_entries(
                views.history, views.history.catalogue.projections[name], lambda stream: True
            ),
        )


def _caption(table: str) -> str:
    return title(table.partition(".")[2].replace(".", "_"))
