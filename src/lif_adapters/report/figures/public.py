"""The part that is public: promises in their public wording, and children's deaths in counts."""

from lif_adapters.report.entries import counted_entries, in_categories, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_no
from lif_core.values.refs import stream_of
from lif_core.views.deaths import deaths
from lif_core.views.register import register

PROMISES = (
    "recommendation",
    "review",
    "boards",
    "findings",
    "action",
    "due",
    "done",
    "finding",
    "embedded",
    "verified",
)


def register_figure(views: ReportViews) -> Figure:
    """Return the figure of the public register of promises, and what is missing from it."""
    view = views.register
    wordings = {row.recommendation: row.wording for row in view.promises}
    missing = view.missing
    lacking = missing.findings + missing.answers + missing.actions
    sentence = (
        f"The public register shows {count_or_no(len(view.promises), 'recommendation')};"
        f" {count_or_no(missing.recommendations, 'more', 'more')} of public reviews"
        f" {'has' if missing.recommendations == 1 else 'have'} no public wording."
    )
    worded = (
        f"Of those shown {count(missing.findings, 'finding')},"
        f" {count(missing.answers, 'answer')} and {count(missing.actions, 'action')} are not"
        " worded for the public."
    )
    known = bool(view.promises or missing.recommendations)
    return Figure(
        id="register",
        title="What the public is shown of it",
        text=((sentence, worded) if lacking else (sentence,)) if known else (),
        empty="No report of a review is public, so the public register is empty.",
        tables=views.lay_out(
            TableLayout(
                name="register.promises",
                caption="Promises, in their public wording",
                columns=PROMISES,
                words=wordings,
                first=lambda row: row.due is not None,
            ),
            TableLayout(
                name="register.answers",
                caption="Answers, in their public wording",
                words=wordings,
            ),
            TableLayout(
                name="register.missing",
                caption="Texts that have no public wording",
                keep=lambda row: known,
                upright=True,
            ),
        ),
        entries=counted_entries(
            views.history,
            register,
            in_streams(
                (stream_of("review", row.review) for row in view.promises),
                (stream_of("recommendation", row.recommendation) for row in view.promises),
            ),
        ),
    )


def deaths_figure(views: ReportViews) -> Figure:
    """Return the figure of children's deaths, by year; small counts are hidden, as in public."""
    view = views.child_deaths
    return Figure(
        id="deaths",
        title="Children's deaths, by year",
        text=(
            f"Counts below {view.small_counts} are hidden here as in public; the panel has its own"
            " view.",
        )
        if view.years
        else (),
        empty="No death of a child is on record.",
        tables=views.lay_out(
            TableLayout(
                name="child-deaths.years", caption="Deaths by the year in which they were"
            ),
        ),
        entries=counted_entries(
            views.history,
            deaths,
            in_categories("review") if view.years else in_streams(),
        ),
    )
