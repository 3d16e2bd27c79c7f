"""Clocks as they were known at the time, where nobody could know that they were met."""

from collections.abc import Sequence

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.projections.hindsight import HindsightRow
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, day, first_sentences
from lif_core.decisions.record import Record
from lif_core.values.refs import stream_of
from lif_core.values.working_days import local_day
from lif_core.views.accountability import accountability


def hindsight_figure(views: ReportViews) -> Figure:
    """Return the figure of what was known at the time."""
    rows = views.hindsight.clocks
    return Figure(
        id="hindsight",
        title="What was known at the time",
        when="each row as it was on the day that it names, as known by the end of it",
        text=first_sentences(_sentence(row, views) for row in rows),
        empty="Whatever was done in time was also on record in time.",
        tables=views.lay_out(
            TableLayout(name="hindsight.clocks", caption="Clocks as they were known on a day")
        ),
        entries=counted_entries(
            views.history,
            accountability,
            in_streams(stream_of("review", row.review) for row in rows),
            record=lambda record: _was_known(record, rows),
        ),
    )


def _was_known(record: Record, rows: Sequence[HindsightRow]) -> bool:
    """Return whether a record was there on one of the days on which its review is looked at."""
    recorded = local_day(record.recorded_at)
    return any(
        stream_of("review", row.review) == record.stream and recorded <= row.known for row in rows
    )


def _sentence(row: HindsightRow, views: ReportViews) -> str:
    clock = f"As known on {day(row.known)}, {views.review(row.review)}, {row.clock}"
    if row.done is not None:
        latency, lag = count(row.latency or 0, "day"), count(row.recording_lag or 0, "day")
        return f"{clock}: {row.status}, {latency} after it began, recorded {lag} later."
    if row.days_overdue_so_far is not None:
        return f"{clock}: not on record, {count(row.days_overdue_so_far, 'day')} overdue."
    return f"{clock}: that it had begun was not on record."
