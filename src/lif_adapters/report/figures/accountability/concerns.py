"""Concerns raised about a delay, and challenges of one body to another."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_none, were
from lif_core.aggregates import challenge
from lif_core.aggregates import recommendation as r
from lif_core.values.refs import stream_of
from lif_core.views.accountability import accountability

RAISED = r.EscalationRaised | r.EscalationAnswered | challenge.ChallengeEvent


def concerns_figure(views: ReportViews) -> Figure:
    """Return the figure of what was raised, and what waits for an answer."""
    view = views.accountability
    raised = len(view.escalations) + len(view.challenges)
    waiting = sum(row.answered is None for row in view.escalations)
    waiting += sum(not (row.answered or row.resolved) for row in view.challenges)
    waits = "waits for an answer" if waiting < 2 else "wait for an answer"
    sentence = (
        f"{count(raised, 'matter')} {were(raised)} raised,"
        f" of which {count_or_none(waiting)} {waits}."
    )
    return Figure(
        id="raised",
        title="Concerns and challenges raised",
        text=(sentence,) if raised else (),
        empty="Nobody has raised a concern about a delay, and no body has challenged another.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.escalations",
                caption="Concerns raised about a recommendation",
                first=lambda row: (row.answered is None, row.days),
            ),
            TableLayout(
                name="accountability.escalation_totals",
                caption="The same, by the body they were raised to",
            ),
            TableLayout(
                name="accountability.challenges",
                caption="Matters that one body put to another",
                first=lambda row: (row.answered is None, row.days),
            ),
        ),
        entries=counted_entries(
            views.history,
            accountability,
            in_streams(
                (stream_of("recommendation", row.recommendation) for row in view.escalations),
                (stream_of("challenge", row.challenge) for row in view.challenges),
            ),
            event=lambda event: isinstance(event, RAISED),
        ),
    )
