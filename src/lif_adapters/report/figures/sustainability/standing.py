"""The standing of improvements: embedded, relapsed, of concern, and so on."""

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, listed
from lif_core.items.improvement import Finding
from lif_core.views.sustainability import sustainability

COLUMNS = (
    "recommendation",
    "owner",
    "finding",
    "level",
    "claimed",
    "embedded",
    "relapsed",
    "last_verified",
    "next_check",
    "spells",
    "passed",
    "failed",
    "notes",
    "on_time",
    "checks_done",
    "checks_due",
)


def standing_figure(views: ReportViews) -> Figure:
    """Return the figure of where improvements stand."""
    view = views.sustainability
    counts = {name: number for name, number in view.standing.items() if number}
    stands = listed(f"{number:,} {name}" for name, number in counts.items())
    sentence = f"Of {count(len(view.improvements), 'recommendation')}: {stands}."
    return Figure(
        id="standing",
        title="Where improvements stand",
        text=(sentence,) if counts else (),
        empty="No recommendation is on record.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.standing",
                caption="How many stand where; nobody elsewhere",
                columns=tuple(counts),
                upright=True,
                means=Finding,
                keep=lambda row: any(row.values()),
            ),
            TableLayout(
                name="sustainability.improvements",
                caption="Each recommendation as an improvement",
                columns=COLUMNS,
                first=lambda row: (row.finding in ("relapsed", "concern", "unknown"), row.spells),
            ),
        ),
        entries=counted_entries(
            views.history, sustainability, in_categories("recommendation", "indicator", "audit")
        ),
    )
