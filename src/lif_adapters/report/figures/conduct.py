"""How reviews were carried out, and what they found."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.figures.refusals import REASONS_WARNING
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_no, count_or_none, has
from lif_core.values.refs import stream_of
from lif_core.views.conduct import conduct

REVIEWS = (
    "review",
    "title",
    "kind",
    "standing",
    "begun",
    "held",
    "grounds",
    "employer",
    "independent",
    "methodology",
    "invited",
    "contributed",
    "family_asked",
    "family_answered",
    "children_asked",
    "children_answered",
    "voices",
    "warnings",
    "reported",
    "ended",
)
FINDINGS = (
    "review",
    "finding",
    "factor",
    "themes",
    "what",
    "why",
    "recommendations",
    "actions",
    "disseminations",
    "reasons",
)


def conduct_figure(views: ReportViews) -> Figure:
    """Return the figure of how each review was carried out, and of its findings."""
    view = views.conduct
    open_findings = sum(row.answered is None for row in view.findings)
    findings = (
        f"{count(len(view.reviews), 'review')} made {count_or_no(len(view.findings), 'finding')}"
    )
    answered = (
        f", of which {count_or_none(open_findings)} {has(open_findings)} neither an action nor a"
        " reason for none"
    )
    sentence = f"{findings}{answered if view.findings else ''}."
    return Figure(
        id="conduct",
        title="How reviews were carried out, and what they found",
        text=(sentence,) if view.reviews else (),
        warning=REASONS_WARNING if view.findings else "",
        empty="No review is on record.",
        tables=views.lay_out(
            TableLayout(
                name="conduct.findings",
                caption="Each finding, and what followed from it",
                columns=FINDINGS,
                first=lambda row: (row.answered is None, row.on),
            ),
            TableLayout(
                name="conduct.reviews",
                caption="Each review: its scale, its lead, who was asked and who answered",
                columns=REVIEWS,
                folded=True,
                first=lambda row: row.begun,
            ),
            TableLayout(name="conduct.themes", caption="Findings by theme", folded=True),
        ),
        entries=counted_entries(
            views.history, conduct, in_streams(stream_of("review", r.review) for r in view.reviews)
        ),
    )
