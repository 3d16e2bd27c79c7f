"""Courses, and what they arise from."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_core.values.refs import stream_of
from lif_core.views.training import training


def courses_figure(views: ReportViews) -> Figure:
    """Return the figure of the courses that were asked for or put on."""
    rows = views.training.catalogue
    return Figure(
        id="courses",
        title="Courses, and what they arise from",
        empty="No course was asked for or put on.",
        tables=views.lay_out(
            TableLayout(
                name="training.catalogue",
                caption="Courses",
                first=lambda row: row.attended,
            ),
            TableLayout(
                name="training.arising",
                caption="What courses arise from",
                first=lambda row: row.courses,
            ),
            TableLayout(
                name="training.completions",
                caption="Staff who have completed safeguarding training",
                first=lambda row: row.staff - row.completed,
            ),
        ),
        entries=counted_entries(
            views.history,
            training,
            in_streams(stream_of("training_course", row.course) for row in rows),
        ),
    )
