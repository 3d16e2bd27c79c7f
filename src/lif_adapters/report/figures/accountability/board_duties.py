"""The duties of the boards themselves: what each owes whoever began it, and what is overdue."""

from lif_adapters.report.entries import counted_entries
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, day, first_sentences
from lif_core.items.board_duties import ACTS, BoardDutyRow
from lif_core.views.accountability import accountability


def board_duties_figure(views: ReportViews) -> Figure:
    """Return the figure of what each board owes by itself, each time that it was owed."""
    overdue = views.accountability.overdue_board_duties
    return Figure(
        id="board-duties",
        title="What the boards themselves owe",
        text=first_sentences(_sentence(views, row) for row in overdue),
        empty="The rules in force give no board a duty of its own.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.board_duties",
                caption="What each board owes by itself, each time",
                first=lambda row: (row.days_overdue_so_far, row.status == "open"),
            ),
        ),
        entries=counted_entries(
            views.history,
            accountability,
            lambda stream: True,
            event=lambda event: type(event) in ACTS,
        ),
    )


def _sentence(views: ReportViews, row: BoardDutyRow) -> str:
    assert row.due is not None, "what has no deadline is never overdue"
    return (
        f"{views.body_name(row.board)}, {row.duty}: due {day(row.due)}, nothing on record:"
        f" {count(row.days_overdue_so_far, 'day')} overdue."
    )
