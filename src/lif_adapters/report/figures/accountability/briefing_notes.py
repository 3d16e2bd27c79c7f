"""Briefing notes, and which agencies acknowledged them."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, first_sentences
from lif_core.values.refs import stream_of
from lif_core.views.accountability import accountability


def briefing_notes_figure(views: ReportViews) -> Figure:
    """Return the figure of who acknowledged each briefing note."""
    rows = views.accountability.notes
    return Figure(
        id="notes",
        title="Briefing notes",
        text=first_sentences(
            f"{row.audit}: {row.acknowledged:,} of {count(row.sent, 'agency', 'agencies')}"
            f" acknowledged the briefing note."
            for row in rows
        ),
        empty="No briefing note was sent.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.notes",
                caption="Who acknowledged each briefing note",
                first=lambda row: row.sent - row.acknowledged,
            )
        ),
        entries=counted_entries(
            views.history,
            accountability,
            in_streams(stream_of("audit", row.audit) for row in rows),
        ),
    )
