"""Improvements by source, committee, agency, board and theme."""

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_core.views.sustainability import sustainability

COLUMNS = (
    "group",
    "by",
    "improvements",
    "embedded",
    "sustained",
    "unknown",
    "relapsed",
    "latest_passed",
    "latest",
    "low",
    "high",
    "on_time",
    "done",
    "due",
    "recommendations",
    "spells",
    "begun",
    "lasting_low",
    "lasting_high",
    "survival",
    "reason",
)


def groups_figure(views: ReportViews) -> Figure:
    """Return the figure of improvements, group by group."""
    return Figure(
        id="groups",
        title="By source, committee, agency, board and theme",
        empty="No recommendation is on record.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.groups",
                caption="Where improvements stand, and for how long they last",
                columns=COLUMNS,
                first=lambda row: row.improvements,
            )
        ),
        entries=counted_entries(
            views.history,
            sustainability,
            in_categories("recommendation", "indicator", "audit", "review"),
        ),
    )
