"""Re-checks of improvements, and how many of those due were made."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import are, count, count_or_none, percent, were
from lif_core.views.sustainability import sustainability
from lif_core.views.sustainability.rows import Rechecks


def rechecks_figure(views: ReportViews) -> Figure:
    """Return the figure of the checks that passed, and of those that were made."""
    row = views.sustainability.rechecks
    return Figure(
        id="rechecks",
        title="Re-checks, and how many were made",
        text=tuple(_sentences(row)),
        empty="No check was due, and none was made.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.rechecks",
                caption="Checks passed, and checks made of those due",
                upright=True,
                keep=lambda row: row.passed + row.failed + row.due + row.notes > 0,
            ),
            TableLayout(
                name="sustainability.evidence",
                caption="What improvements and checks rest on",
                keep=lambda row: row.embedded + row.checks + row.records > 0,
            ),
            TableLayout(
                name="sustainability.shown",
                caption="What each entry rests on, and what was claimed",
                first=lambda row: row.on,
            ),
        ),
        entries=counted_entries(
            views.history, sustainability, in_categories("recommendation", "indicator", "audit")
        ),
    )


def _sentences(row: Rechecks) -> Iterator[str]:
    """Say how many checks were passed, were made when they were due, or verify nothing."""
    if row.latest:
        yield (
            f"By the latest check of each, {row.latest_passed:,} of"
            f" {count(row.latest, 'recommendation')} passed. From so many, what would pass of all"
            f" like them may be anything from {percent(row.low)} to {percent(row.high)}."
            f" Of {count(row.passed + row.failed, 'check')} in all"
            f" {row.passed:,} {were(row.passed)} passed ({percent(row.pass_rate)})."
        )
    if row.due:
        yield (
            f"Of {count(row.due, 'check')} due, {count_or_none(row.on_time)}"
            f" {were(row.on_time)} made on time ({percent(row.on_time_rate)}), and"
            f" {count_or_none(row.done)} at all ({percent(row.done_rate)})."
        )
    elif row.latest:
        yield "None was due."
    if row.notes:
        against = count_or_none(row.notes_against)
        yield (
            f"{count(row.notes, 'check')} beside these {are(row.notes)} on no audit's evidence, or"
            f" by the owner alone, and {'shows' if row.notes == 1 else 'show'} nothing;"
            f" {against} of them {'says' if row.notes_against == 1 else 'say'} that a change is"
            " gone."
        )
