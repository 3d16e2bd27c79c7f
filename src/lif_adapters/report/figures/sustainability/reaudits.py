"""Audits of case files and their re-audits, with the grades as they were given."""

from collections.abc import Iterator, Mapping

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, first_sentences, full_day
from lif_core.statistics.proportions import Difference, Verdict
from lif_core.values.refs import stream_of
from lif_core.views.sustainability import sustainability
from lif_core.views.sustainability.rows import ReauditRow


def reaudits_figure(views: ReportViews) -> Figure:
    """Return the figure of what audits and re-audits show."""
    rows = views.sustainability.reaudits
    return Figure(
        id="reaudits",
        title="What audits and re-audits show",
        text=first_sentences(sentence for row in rows for sentence in _sentences(row)),
        empty="No audit of case files was concluded.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.reaudits",
                caption="Files good or better, before and after, with the interval of the change",
                folded=True,
                first=lambda row: row.on,
            ),
            TableLayout(
                name="grades.audits",
                caption="Grades as they were given",
                first=lambda row: row.on or views.valid,
            ),
        ),
        entries=counted_entries(
            views.history,
            sustainability,
            in_streams(stream_of("audit", row.audit) for row in views.grades.audits),
        ),
    )


VERDICTS: Mapping[Verdict | None, str] = {
    Verdict.IMPROVED: "better, by more than chance alone accounts for",
    Verdict.WORSENED: "worse, by more than chance alone accounts for",
    Verdict.NOT_SHOWN: "no change is shown, as chance alone could have done it",
    None: "no verdict",
}


def _sentences(row: ReauditRow) -> Iterator[str]:
    why = f" ({row.reason})" if row.reason else ""
    yield f"{row.audit}, on {full_day(row.on)}: {_change(row.change)}{why}."
    if row.pooled is None:
        yield f"Re-audits of {row.first} are not taken together: {row.pooled_reason}."
    elif row.pooled != row.change:
        yield f"All re-audits of {row.first} up to then together: {_change(row.pooled)}{why}."


def _change(change: Difference) -> str:
    """Say how many files were good or better, and whether that shows a change."""
    before, after = change.before, change.after
    return (
        f"{after.part} of {count(after.whole, 'file')} good or better, from {before.part} of"
        f" {before.whole}: {VERDICTS[change.verdict]}"
    )
