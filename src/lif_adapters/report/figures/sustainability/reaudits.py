"""Audits of case files and their re-audits, with the grades as they were given."""

from collections.abc import Iterator

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import day, difference, first_sentences
from lif_core.values.refs import stream_of
from lif_core.views.sustainability import sustainability
from lif_core.views.sustainability.rows import ReauditRow

INTERVAL = "95% interval of the change "


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
    yield f"{row.audit}, {day(row.on)}: {difference(row.change, interval=INTERVAL)}."
    if row.pooled != row.change:
        pooled = difference(row.pooled, interval=INTERVAL)
        yield f"All re-audits of {row.first} up to then together: {pooled}."
