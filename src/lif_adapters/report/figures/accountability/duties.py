"""The entries that the figures of duties are counted from."""

from lif_adapters.report.entries import counted_entries
from lif_adapters.report.model import FigureEntries
from lif_adapters.report.views import ReportViews
from lif_core.aggregates import body
from lif_core.values.refs import stream_of
from lif_core.views.accountability import accountability


def duty_entries(views: ReportViews) -> FigureEntries:
    """Return the entries of the recommendations that came to be owed, and of their owners."""
    owed = frozenset(
        stream_of("recommendation", row.recommendation) for row in views.accountability.duties
    )
    return counted_entries(
        views.history,
        accountability,
        lambda stream: stream in owed or stream.startswith("body-"),
        event=lambda event: not isinstance(event, body.MeetingRecorded),
    )
