"""Corrections, and the entries they left without effect or in contradiction."""

from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, count_or_none, has
from lif_core.views.corrections import corrections


def corrections_figure(views: ReportViews) -> Figure:
    """Return the figure of corrections."""
    view = views.corrections
    without = len(view.without_effect)
    streams = len({row.stream for row in view.inconsistent})
    sentence = (
        f"{count(len(view.corrections), 'correction')}; {count_or_none(without)} of the entries on"
        f" record {has(without)} no effect, and {count(streams, 'stream')} contradict"
        f"{'s' if streams == 1 else ''} itself."
    )
    known = bool(view.corrections or without or view.unfounded)
    return Figure(
        id="corrections",
        title="What was corrected",
        text=(sentence,) if known else (),
        empty="Nothing was corrected.",
        tables=views.lay_out(
            TableLayout(
                name="corrections.corrections",
                caption="Each correction, and why",
                first=lambda row: row.on,
            ),
            TableLayout(
                name="corrections.without_effect",
                caption="Entries that count for nothing",
                first=lambda row: row.on,
            ),
            TableLayout(name="corrections.inconsistent", caption="Entries in contradiction"),
            TableLayout(
                name="corrections.unfounded", caption="Entries that name a stream which is void"
            ),
        ),
        entries=counted_entries(
            views.history,
            corrections,
            in_streams(
                (row.stream for row in view.corrections),
                (row.stream for row in view.without_effect),
                (row.stream for row in view.inconsistent),
                (row.stream for row in view.unfounded),
            ),
        ),
    )
