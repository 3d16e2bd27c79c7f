"""What a board's annual report is written from."""

from lif_adapters.report.behind import About
from lif_adapters.report.sections.answers import REASONS
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import day, no, some
from lif_core.views import annual_report

TABLES = (
    ("periods", "Each board's year"),
    ("implementation", "Where recommendations stood at the end of it"),
    ("reviews", "Reviews by kind, and what they found"),
    ("not_implemented", "What was decided in it not to do"),
    ("impact", "Impact explained in the report"),
    ("inspections", "Inspections"),
    ("judgements", "What inspections judged"),
)


def annual(views: Views) -> SectionPlan:
    """The year of each board."""
    found = views.annual_report
    return SectionPlan(
        id="annual-report",
        title="The year, for the annual report",
        lead=" ".join(
            f"{views.name(row.board)}, {day(row.since)} to {day(row.until)}:"
            f" {no(row.concluded, 'review')} concluded, {some(row.ongoing)} under way;"
            f" {no(row.made, 'recommendation')} made."
            for row in found.periods[:4]
        )
        or "No board has anything on record to report on.",
        figures=(
            FigurePlan(
                id="year",
                title="The year of each board",
                warning=REASONS if found.not_implemented else "",
                empty="No board has anything on record to report on.",
                about=About(annual_report, lambda stream: True),
                shows=tuple(
                    Shown(name=f"annual-report.{name}", caption=caption)
                    for name, caption in TABLES
                ),
            ),
        ),
    )
