"""How learning was passed on, and the procedures that came of it."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_none, were
from lif_core.values.refs import stream_of
from lif_core.views.dissemination import dissemination
from lif_core.views.procedures import procedures


def sharing_figure(views: ReportViews) -> Figure:
    """Return the figure of what was shared, and what never was."""
    view = views.dissemination
    shared = len(view.reviews) - view.reviews_never_shared
    passed_on = len(view.practice) - view.practice_never_shared
    sentences = [
        f"Of {count(len(view.reviews), 'concluded review')}, {count_or_none(shared)}"
        f" {were(shared)} shared."
    ]
    if view.practice:
        sentences.append(
            f"Of {count(len(view.practice), 'record')} of good practice,"
            f" {count_or_none(passed_on)} {were(passed_on)} shared."
        )
    return Figure(
        id="sharing",
        title="What was passed on, and what never was",
        text=tuple(sentences) if view.reviews or view.practice else (),
        empty="No review is concluded, and nothing was passed on.",
        tables=views.lay_out(
            TableLayout(
                name="dissemination.reviews",
                caption="Concluded reviews, and when each was shared",
                first=lambda row: (row.shared is None, row.waiting or 0),
            ),
            TableLayout(
                name="dissemination.practice",
                caption="Good practice, and who shared it",
                first=lambda row: (row.shared is None, row.waiting or 0),
            ),
            TableLayout(
                name="dissemination.disseminations",
                caption="What was passed on, by which channel, and how many it reached",
                first=lambda row: row.on,
            ),
        ),
        entries=counted_entries(
            views.history,
            dissemination,
            in_streams(
                (stream_of("review", row.review) for row in view.reviews),
                (stream_of("review", row.review) for row in view.practice),
                (stream_of("dissemination", row.dissemination) for row in view.disseminations),
            ),
        ),
    )


def procedures_figure(views: ReportViews) -> Figure:
    """Return the figure of multi-agency procedures, and who works by them."""
    view = views.procedures
    return Figure(
        id="procedures",
        title="Procedures, and who works by them",
        empty="No procedure is on record.",
        tables=views.lay_out(
            TableLayout(
                name="procedures.procedures",
                caption="Each procedure, and how many work by the version in force",
                first=lambda row: row.drafted,
            ),
        ),
        entries=counted_entries(
            views.history,
            procedures,
            in_streams(stream_of("procedure", row.procedure) for row in view.procedures),
        ),
    )
