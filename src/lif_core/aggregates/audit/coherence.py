"""The coherence of an audit's entries: what each rests on, beside the plan, and what cannot be."""

from collections.abc import Mapping
from typing import Any

from lif_core.aggregates.audit.briefing_note import (
    BriefingNoteAcknowledged,
    BriefingNoteIssued,
    NoteActionReported,
)
from lif_core.aggregates.audit.conclusion import AuditConcluded, ImpactShown
from lif_core.aggregates.audit.fieldwork import FileGraded, ImprovementChecked
from lif_core.aggregates.audit.self_evaluation import (
    SelfEvaluationModerated,
    SelfEvaluationSubmitted,
)
from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Support, latest
from lif_core.decisions.messages import Event

_CONCLUSION = latest(AuditConcluded)

RESTS_ON: Mapping[type[Event[Any]], tuple[Support, ...]] = {
    SelfEvaluationModerated: (latest(SelfEvaluationSubmitted, by="agency", of="answered_for"),),
    ImprovementChecked: (_CONCLUSION,),
    ImpactShown: (_CONCLUSION,),
    BriefingNoteIssued: (_CONCLUSION,),
    BriefingNoteAcknowledged: (latest(BriefingNoteIssued),),
    NoteActionReported: (latest(BriefingNoteAcknowledged, by="answered_for"),),
}

ONCE: Mapping[type[Event[Any]], tuple[str, ...]] = {
    FileGraded: ("file",),
    BriefingNoteAcknowledged: ("answered_for",),
}
"""The fields that no two entries of a kind bear alike."""


def contradicts(state: Audit | None, event: Event[Any]) -> str | None:
    """Return why *event* cannot follow on *state*: it counts other files than were graded."""
    if isinstance(event, AuditConcluded) and state is not None and state.files:
        counted = {count.grade: count.files for count in event.grades if count.files}
        if counted != state.graded:
            return "counts other files than were graded"
    return None
