"""Re-checks of improvements, and how many of those due were made."""

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, percent, were
from lif_core.views.sustainability import sustainability


def rechecks_figure(views: ReportViews) -> Figure:
    """Return the figure of the checks that passed, and of those that were made."""
    row = views.sustainability.rechecks
    checks = row.passed + row.failed
    covered = f"{row.done:,} of {row.due:,} due {were(row.done)} made ({percent(row.coverage)})"
    sentence = (
        f"{row.passed:,} of {count(checks, 'check')} passed ({percent(row.pass_rate)});"
        f" {covered if row.due else 'none was due'}."
    )
    return Figure(
        id="rechecks",
        title="Re-checks, and how many were made",
        text=(sentence,) if checks or row.due else (),
        empty="No check was due, and none was made.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.rechecks",
                caption="Checks passed, and checks made of those due",
                upright=True,
                keep=lambda row: row.passed + row.failed + row.due > 0,
            ),
            TableLayout(
                name="sustainability.evidence",
                caption="What improvements and checks rest on",
                keep=lambda row: row.embedded + row.checks + row.records > 0,
            ),
        ),
        entries=counted_entries(views.history, sustainability, in_categories("recommendation")),
    )
