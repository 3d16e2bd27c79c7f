"""How decisions were come to, and which were taken at a meeting that was not quorate."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import (
    count,
    count_or_none,
    day,
    first_sentences,
    in_words,
    were,
)
from lif_core.aggregates.body import MeetingRecorded
from lif_core.values.refs import stream_of
from lif_core.views.decisions import DecisionRow, decisions

COLUMNS = (
    "stream",
    "title",
    "decision",
    "on",
    "body",
    "meeting",
    "quorate",
    "reasons",
    "options",
    "dissent",
    "papers",
    "person",
    "entered_by",
)


def decisions_figure(views: ReportViews) -> Figure:
    """Return the figure of how decisions were come to."""
    view = views.decisions
    return Figure(
        id="decisions",
        title="How decisions were taken",
        text=first_sentences(_sentences(views)) if view.decisions else (),
        empty="Of no decision is it on record how it was come to.",
        tables=views.lay_out(
            TableLayout(
                name="decisions.decisions",
                caption="Every decision of which it is on record how it was come to",
                columns=COLUMNS,
                first=lambda row: (row.quorate is False, row.on),
            ),
            TableLayout(
                name="decisions.meetings",
                caption="Meetings on record, and how many decisions name them",
                folded=True,
                first=lambda row: row.on,
            ),
        ),
        entries=counted_entries(
            views.history,
            decisions,
            in_streams(
                (row.stream for row in view.decisions),
                (stream_of("body", row.body) for row in view.meetings),
            ),
            event=lambda event: (
                event.by.deliberation is not None or isinstance(event, MeetingRecorded)
            ),
        ),
    )


def _sentences(views: ReportViews) -> Iterator[str]:
    view = views.decisions
    many, inquorate = len(view.decisions), view.inquorate
    yield (
        f"Of {count(many, 'decision')} it is on record how {'it' if many == 1 else 'they'}"
        f" {were(many)} come to; {count_or_none(inquorate)} {were(inquorate)} taken at a meeting"
        " that was not quorate."
    )
    for row in view.decisions:
        if row.quorate is False:
            yield _inquorate(row, views)


def _inquorate(row: DecisionRow, views: ReportViews) -> str:
    return (
        f"Not quorate: {in_words(row.decision)}, {views.stream(row.stream)}, {day(row.on)}, by"
        f" {views.body_name(row.body)} at {row.meeting}."
    )
