"""The register of reasons for what is not done."""

from collections import Counter

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.projections.refusals import refusals
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count
from lif_core.values.refs import stream_of

REASONS_WARNING = (
    "The reasons stand in the words in which they were recorded, and may tell about a person:"
    " they are for the board, and not to be published as they are."
)


def reasons_figure(views: ReportViews) -> Figure:
    """Return the figure of what was decided not to be done, and why."""
    rows = views.refusals.reasons
    decisions = sorted(Counter(row.decision for row in rows).items())
    counts = ", ".join(f"{number:,} {decision}" for decision, number in decisions)
    sentence = f"{count(len(rows), 'decision')} not to do what was found or asked for: {counts}."
    return Figure(
        id="reasons",
        title="Register of reasons for what is not done",
        text=(sentence,) if rows else (),
        warning=REASONS_WARNING,
        empty="Nobody has decided not to do what a review found or asked for.",
        tables=views.lay_out(
            TableLayout(
                name="refusals.reasons",
                caption="Decisions that stand, and their reasons",
                first=lambda row: row.on,
                recommendation=lambda row: "reference" if row.finding is None else "",
            )
        ),
        entries=counted_entries(
            views.history,
            refusals,
            in_streams(
                (stream_of("review", row.reference) for row in rows),
                (stream_of("recommendation", row.reference) for row in rows),
            ),
        ),
    )
