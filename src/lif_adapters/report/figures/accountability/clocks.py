"""The statutory clocks of reviews: when each was due, when done, and how late."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, day, first_sentences
from lif_core.items.clocks import ClockRow
from lif_core.values.refs import stream_of
from lif_core.views.accountability import accountability

COLUMNS = (
    "review",
    "clock",
    "to",
    "started",
    "due",
    "done",
    "status",
    "days_overdue_so_far",
    "explained",
    "unexplained",
    "latency",
    "so_far",
    "working_days",
    "slack",
    "recording_lag",
    "quorate",
)


def clocks_figure(views: ReportViews) -> Figure:
    """Return the figure of each clock of each review."""
    rows = views.accountability.clocks
    return Figure(
        id="clocks",
        title="Statutory clocks",
        text=first_sentences(sentence for row in rows for sentence in _sentences(row, views)),
        empty="No clock has started: no review that has clocks was begun.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.clocks",
                caption="Each clock of each review",
                columns=COLUMNS,
                first=lambda row: (row.days_overdue_so_far, row.status == "open"),
            ),
            TableLayout(name="accountability.clock_totals", caption="Each clock over all reviews"),
        ),
        entries=counted_entries(
            views.history,
            accountability,
            in_streams(stream_of("review", row.review) for row in rows),
        ),
    )


def _sentences(row: ClockRow, views: ReportViews) -> Iterator[str]:
    clock = f"{views.review(row.review)}, {row.clock}{f' to {row.to}' if row.to else ''}"
    if row.days_overdue_so_far and row.due:
        late = "late" if row.done else "overdue"
        yield (
            f"{clock}: due {day(row.due)}, {f'done {day(row.done)}' if row.done else 'not done'}:"
            f" {count(row.days_overdue_so_far, 'day')} {late}, of which {row.unexplained:,}"
            f" unexplained and {row.explained:,} explained."
        )
    elif row.status == "short":
        yield f"{clock}: {count(row.latency or 0, 'day')} were left, too few."
