"""Views of the history, as it was in the world and as it was known, at any date.

Each is a projection by its name; a module or a folder a view. None knows another.
"""

from collections.abc import Mapping
from typing import Any

from lif_core.projection.folding import Folding, fold
from lif_core.projection.projection import AsOf, Projection
from lif_core.views.accountability.rows import Accountability
from lif_core.views.accountability.view import accountability
from lif_core.views.annual_report.rows import AnnualReport
from lif_core.views.annual_report.view import annual_report
from lif_core.views.assurance import Assurance, assurance
from lif_core.views.calendar import Calendar, calendar
from lif_core.views.compliance import Compliance, compliance
from lif_core.views.coverage import Coverage, coverage
from lif_core.views.deaths import ChildDeaths, deaths
from lif_core.views.expected import ExpectedEvaluations, expected_evaluations
from lif_core.views.learning_cycle import LearningCycle, learning_cycle
from lif_core.views.plan import ImprovementPlans, plan
from lif_core.views.provenance import Provenance, provenance, provenance_of
from lif_core.views.publication import Publication, publication
from lif_core.views.scorecard import Scorecard, scorecard
from lif_core.views.sustainability.rows import Sustainability
from lif_core.views.sustainability.view import sustainability
from lif_core.views.training.rows import Training
from lif_core.views.training.view import training

PROJECTIONS: Mapping[str, Projection[Any]] = {
    projection.name: projection
    for projection in (
        accountability,
        sustainability,
        training,
        provenance,
        calendar,
        coverage,
        expected_evaluations,
        learning_cycle,
        scorecard,
        compliance,
        deaths,
        publication,
        annual_report,
        plan,
        assurance,
    )
}

__all__ = [
    "PROJECTIONS",
    "Accountability",
    "AnnualReport",
    "AsOf",
    "Assurance",
    "Calendar",
    "ChildDeaths",
    "Compliance",
    "Coverage",
    "ExpectedEvaluations",
    "Folding",
    "ImprovementPlans",
    "LearningCycle",
    "Projection",
    "Provenance",
    "Publication",
    "Scorecard",
    "Sustainability",
    "Training",
    "accountability",
    "annual_report",
    "assurance",
    "calendar",
    "compliance",
    "coverage",
    "deaths",
    "expected_evaluations",
    "fold",
    "learning_cycle",
    "plan",
    "provenance",
    "provenance_of",
    "publication",
    "scorecard",
    "sustainability",
    "training",
]
