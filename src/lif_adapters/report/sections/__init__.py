"""What the report says, section by section, in the order in which it is read."""

from lif_adapters.report.sections.annual import annual
from lif_adapters.report.sections.answers import answers
from lif_adapters.report.sections.cycle import cycle
from lif_adapters.report.sections.lasting import lasting
from lif_adapters.report.sections.learning import learning
from lif_adapters.report.sections.owing import owing
from lif_adapters.report.views import SectionPlan, Views


def sections(views: Views) -> tuple[SectionPlan, ...]:
    """All sections."""
    return tuple(one(views) for one in (owing, answers, lasting, cycle, learning, annual))


__all__ = ["sections"]
