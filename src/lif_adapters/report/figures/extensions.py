"""The views of extensions, each as its tables: what they mean is said by their own words."""

from collections.abc import Iterator

from lif_adapters.report.figures.lists import table_figure
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import ROWS_SHOWN
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import title


def extension_figures(views: ReportViews) -> Iterator[Figure]:
    """Yield a figure for each view of an extension."""
    for name in views.added:
        yield table_figure(views, name, title(name.replace("-", "_")), rows=ROWS_SHOWN)
