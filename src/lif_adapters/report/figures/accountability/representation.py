"""Agencies at the meetings of committees: seats that had to be filled, and those that were."""

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count
from lif_core.aggregates import body
from lif_core.views.accountability import accountability


def representation_figure(views: ReportViews) -> Figure:
    """Return the figure of who came to the meetings."""
    rows = views.accountability.representation
    required, present = sum(row.required for row in rows), sum(row.present for row in rows)
    sentence = f"{present:,} of {count(required, 'required seat')} were filled."
    return Figure(
        id="representation",
        title="Who came to the meetings",
        text=(sentence,) if rows else (),
        empty="No meeting is on record.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.representation",
                caption="Seats of required agencies, over the meetings of each committee",
                first=lambda row: row.required - row.present,
            )
        ),
        entries=counted_entries(
            views.history,
            accountability,
            in_categories("body"),
            event=lambda event: isinstance(event, body.MeetingRecorded),
        ),
    )
