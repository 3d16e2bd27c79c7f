"""The free texts of events: each may be about a person, or it is known why it is not."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lif_core.aggregates import DECIDERS
from lif_core.values.fields import Personal, Prose, marks_of, types_of

IMPERSONAL = {
    "the titles and the makers of documents, courses, plans and editions": {
        *("DocumentCited.title", "DocumentCited.publisher", "EditionProposed.title"),
        *("TrainingCalledFor.title", "CourseRequested.title", "CourseProvided.title"),
        *("CourseCommissioned.title", "ProcedureDrafted.title", "PlanAdopted.title"),
        "EditionIssued.place",
    },
    "what was worded for the public, or to be shared": {
        *("FindingWorded.wording", "RecommendationWorded.wording", "AnswerWorded.wording"),
        *("ActionWorded.wording", "ReportPublished.summary", "LessonDrawn.sentence"),
    },
    "what is said of bodies, policies, plans and methods": {
        *("TermsAdopted.remit", "BodySplit.shares[].remit", "ProcedureAdopted.own_policy"),
        *("EditionAcknowledged.own_framework", "EditionEvaluated.efficiency"),
        *("EditionEvaluated.effectiveness", "EditionEvaluated.flexibility"),
        *("EditionEvaluated.changes", "ProgrammeReviewed.effectiveness"),
        *("ProgrammeReviewed.changes", "StrategyAdopted.strategy", "StandardAdopted.wording"),
        *("PlanAdopted.basis[].account", "PrioritySet.aim", "SummaryPresented.summary"),
        *("SummaryPresented.evaluation", "PlanClosed.evaluation"),
        *("AuditPlanned.method", "AuditPlanned.sample", "AuditToolShared.tool"),
        *("IndicatorDefined.name", "IndicatorDefined.unit"),
    },
}
"""The free texts that are not marked, by the reason for it."""


def unmarked() -> Iterator[str]:
    """Yield every free text of an event that bears no mark of a person."""
    for decider in DECIDERS:
        for each in decider.event_types:
            cls: Any = each
            for name, kind in types_of(cls).items():
                marks: dict[str, set[type]] = defaultdict(set)
                for path, mark in marks_of(kind):
                    marks[path].add(type(mark))
                for path, kinds in marks.items():
                    if Prose in kinds and Personal not in kinds:
                        yield f"{cls.__name__}.{name}{path}"


def test_every_free_text_may_be_about_a_person_or_it_is_known_why_not() -> None:
    """Reasons, accounts and notes are about somebody sooner or later; whoever adds a text decides
    which it is.
    """
    listed = {text for texts in IMPERSONAL.values() for text in texts}

    assert listed == set(unmarked())
    assert not [text for text in listed if text.endswith("reasons")]
