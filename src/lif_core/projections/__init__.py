"""Views of the history: pure folds, as it was in the world and as it was known, at any date."""

from collections.abc import Mapping
from typing import Any

from lif_core.projections.accountability import accountability
from lif_core.projections.accountability_view import Accountability
from lif_core.projections.annual_report import annual_report
from lif_core.projections.annual_report_view import AnnualReport
from lif_core.projections.assurance import Assurance, assurance
from lif_core.projections.calendar import Calendar, calendar
from lif_core.projections.compliance import Compliance, compliance
from lif_core.projections.coverage import Coverage, coverage
from lif_core.projections.deaths import ChildDeaths, deaths
from lif_core.projections.expected import ExpectedEvaluations, expected_evaluations
from lif_core.projections.learning_cycle import LearningCycle, learning_cycle
from lif_core.projections.plan import ImprovementPlans, plan
from lif_core.projections.projection import AsOf, Folding, Projection, fold
from lif_core.projections.provenance import Provenance, provenance, provenance_of
from lif_core.projections.publication import Publication, publication
from lif_core.projections.scorecard import Scorecard, scorecard
from lif_core.projections.sustainability import sustainability
from lif_core.projections.sustainability_view import Sustainability
from lif_core.projections.training import Training, training

PROJECTIONS: Mapping[str, Projection[Any, Any]] = {
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
