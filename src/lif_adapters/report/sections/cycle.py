"""How far each recommendation has come in the cycle of learning and improvement."""

from lif_adapters.report import charts
from lif_adapters.report.behind import About, among
from lif_adapters.report.tables import Shown
from lif_adapters.report.views import FigurePlan, SectionPlan, Views
from lif_adapters.report.wording import count, has, some
from lif_core.views import learning_cycle


def cycle(views: Views) -> SectionPlan:
    """The funnel, and where each recommendation is."""
    found = views.learning_cycle
    streams = {f"recommendation-{row.recommendation}" for row in found.recommendations}
    streams |= {row.source for row in found.recommendations}
    return SectionPlan(
        id="cycle",
        title="The learning cycle",
        lead=_lead(views),
        figures=(
            FigurePlan(
                id="funnel",
                title="How far recommendations have come",
                chart=charts.funnel(found.funnel),
                empty="No recommendation is under a framework that has a learning cycle.",
                about=About(learning_cycle, among(streams)),
                shows=(
                    Shown(
                        name="learning-cycle.funnel",
                        caption="How many reached each stage, and how many stand there",
                    ),
                    Shown(
                        name="learning-cycle.recommendations",
                        caption="The furthest stage of each recommendation",
                        first=lambda row: (len(row.skipped) + len(row.out_of_order), -row.reached),
                    ),
                ),
            ),
        ),
    )


def _lead(views: Views) -> str:
    totals = views.learning_cycle.totals
    held = totals.recommendations - totals.without_cycle
    if not totals.recommendations:
        return "No recommendation is on record that could go through the cycle."
    if not held:
        return "No framework in force here names the stages of a learning cycle."
    last = {row.framework: row.reached for row in views.learning_cycle.funnel}
    come, odd = sum(last.values()), held - totals.in_order
    return (
        f"Of {count(held, 'recommendation')}, {some(come)} {has(come)} come to the last stage of"
        f" the cycle. As far as they have come, {some(odd)} of them left a stage"
        " out or took one out of order."
    )
