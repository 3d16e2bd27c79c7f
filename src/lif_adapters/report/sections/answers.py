"""What was answered, and why what was asked for is not done."""

from collections import Counter

from lif_adapters.report import charts
from lif_adapters.report.behind import About, among, beginning
from lif_adapters.report.register import register
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import count
from lif_core.views import accountability

REASONS = (
    "The reasons stand in the words in which they were recorded, and may tell about a person:"
    " they are for the board, and not to be published as they are."
)


def answers(views: Views) -> SectionPlan:
    """Who answered what, and the register of reasons."""
    return SectionPlan(
        id="answers",
        title="What was answered, and why not",
        lead=_lead(views),
        figures=(_responses(views), _reasons(views)),
    )


def _lead(views: Views) -> str:
    totals = views.accountability.totals
    if not totals.made:
        return "Nobody has been asked for anything yet."
    return (
        f"{count(totals.recommendations, 'recommendation')} asked for"
        f" {count(totals.made, 'answer')}: {totals.accepted:,} accepted, {totals.declined:,}"
        f" declined, {totals.pending:,} pending."
    )


def _responses(views: Views) -> FigurePlan:
    return FigurePlan(
        id="responses",
        title="Who answered",
        chart=charts.response_matrix(views.accountability.matrix, views.called),
        empty="No recommendation was made.",
        about=About(accountability, beginning("recommendation")),
        shows=(
            Shown(
                name="accountability.responses",
                caption="What each body was asked, and what it answered",
                first=lambda row: row.pending,
            ),
            Shown(
                name="accountability.matrix",
                caption="The same, by what asked for it",
                first=lambda row: row.pending,
            ),
            Shown(
                name="accountability.answers",
                caption="Each answer, and how many days it took",
                first=lambda row: (row.answer == "pending", row.waiting or row.latency or 0),
            ),
        ),
    )


def _reasons(views: Views) -> FigurePlan:
    rows = views.register.reasons
    counted = Counter(row.decision for row in rows)
    streams = {f"{kind}-{row.reference}" for row in rows for kind in ("review", "recommendation")}
    return FigurePlan(
        id="reasons",
        title="Register of reasons for what is not done",
        says=(
            f"{count(len(rows), 'decision')} not to do what was found or asked for: "
            + ", ".join(f"{many:,} {name}" for name, many in sorted(counted.items()))
            + ".",
        )
        if rows
        else (),
        warning=REASONS,
        empty="Nobody has decided not to do what a review found or asked for.",
        about=About(register, among(streams)),
        shows=(
            Shown(
                name="register.reasons",
                caption="Decisions that stand, and their reasons",
                first=lambda row: row.on,
            ),
        ),
    )
