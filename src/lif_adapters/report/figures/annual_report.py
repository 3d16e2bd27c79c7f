"""The year of each board, which its annual report is written from."""

from lif_adapters.report.entries import counted_entries
from lif_adapters.report.figures.refusals import REASONS_WARNING
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_core.views.annual_report import annual_report

TABLES = (
    ("periods", "Each board's year"),
    ("findings", "What the reviews concluded in it found"),
    ("implementation", "Where recommendations stood at the end of it"),
    ("reviews", "Reviews by kind, and what they found"),
    ("not_implemented", "What was decided in it not to do"),
    ("impact", "Impact explained in the report"),
    ("inspections", "Inspections"),
    ("judgements", "What inspections judged"),
)


def year_figure(views: ReportViews) -> Figure:
    """Return the figure of the year of each board."""
    return Figure(
        id="year",
        title="The year of each board",
        warning=REASONS_WARNING if _has_texts(views) else "",
        empty="No board has anything on record to report on.",
        tables=views.lay_out(
            *(
                TableLayout(name=f"annual-report.{name}", caption=caption)
                for name, caption in TABLES
            )
        ),
        entries=counted_entries(views.history, annual_report, lambda stream: True),
    )


def _has_texts(views: ReportViews) -> bool:
    view = views.annual_report
    return bool(view.not_implemented or view.findings or view.impact)
