"""The impact of training: what those who replied to an evaluation said."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.figures.training.levels import LEVELS
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, first_sentences, percent
from lif_core.values.refs import stream_of
from lif_core.views.training import training
from lif_core.views.training.rows import EvaluationRow


def impact_figure(views: ReportViews) -> Figure:
    """Return the figure of what changed."""
    rows = views.training.evaluations
    return Figure(
        id="impact",
        title="What changed",
        text=first_sentences(map(_sentence, rows)),
        empty="No session was evaluated: whether training changed anything is not known.",
        tables=views.lay_out(
            TableLayout(
                name="training.evaluations",
                caption="Each evaluation",
                first=lambda row: (row.level, row.attended),
            ),
            TableLayout(
                name="training.levels",
                caption="Evaluations by level",
                keep=lambda row: row.held > 0,
            ),
        ),
        entries=counted_entries(
            views.history,
            training,
            in_streams(stream_of("training_course", row.course) for row in rows),
        ),
    )


def _sentence(row: EvaluationRow) -> str:
    return (
        f"{row.course}, {row.session}, after {count(row.months, 'month')}: {row.replies:,} of"
        f" {row.attended:,} replied; {row.positive:,} {LEVELS[row.level].past}:"
        f" {percent(row.positive_of_replies)} of replies, at least"
        f" {percent(row.positive_at_least)} of those who came."
    )
