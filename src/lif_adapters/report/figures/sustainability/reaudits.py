"""Audits of case files and their re-audits, with the grades as they were given."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import day, difference, first_sentences, percent
from lif_core.statistics.proportions import Verdict
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
                caption="Files good or better, before and after",
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


def _sentences(row: ReauditRow) -> Iterator[str]:
    interval = f"{100 * row.level:g}% interval of the change "
    why = f" ({row.reason})" if row.reason else ""
    yield f"{row.audit}, {day(row.on)}: {difference(row.change, interval=interval)}{why}."
    if row.pooled is None:
        yield f"Re-audits of {row.first} are not taken together: {row.pooled_reason}."
    elif row.pooled != row.change:
        pooled = difference(row.pooled, interval=interval)
        yield f"All re-audits of {row.first} up to then together: {pooled}{why}."
        if row.pooled.verdict is Verdict.NOT_SHOWN:
            yield (
                f"That is {percent(row.pooled.before.rate)} before and"
                f" {percent(row.pooled.after.rate)} after, and chance could have done it: it is"
                " not shown."
            )
