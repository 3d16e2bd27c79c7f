"""What the rules of an audit ask about its past."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.audit import messages as m
from lif_core.decisions.decider import plus

Pair: TypeAlias = tuple[str, str]


class Audit(Struct, frozen=True, kw_only=True):
    """What an audit has come to; what agencies say is by their reference."""

    planned: m.AuditPlanned | None = None
    cancelled: m.AuditCancelled | None = None
    shared: Mapping[str, m.AuditToolShared] = {}
    files: Mapping[str, m.FileGraded] = {}
    submitted: Mapping[str, m.SelfEvaluationSubmitted] = {}
    moderated: Mapping[Pair, m.SelfEvaluationModerated] = {}
    reported: Mapping[Pair, m.TrainingReported] = {}
    checked: Mapping[Pair, m.ImprovementChecked] = {}
    concluded: m.AuditConcluded | None = None
    note: m.BriefingNoteIssued | None = None
    acknowledged: Mapping[str, m.BriefingNoteAcknowledged] = {}
    acted: Mapping[str, m.NoteActionReported] = {}

    @property
    def kind(self) -> str:
        return self.planned.kind if self.planned else ""

    @property
    def graded(self) -> Mapping[str, int]:
        """How many files were graded one by one, by grade."""
        return Counter(event.grade for event in self.files.values())


def evolve(state: Audit | None, event: m.AuditEvent) -> Audit:
    state = state or Audit()
    match event:
        case m.AuditPlanned():
            return replace(state, planned=event)
        case m.AuditCancelled():
            return replace(state, cancelled=event)
        case m.AuditToolShared(committee=committee):
            return replace(state, shared=plus(state.shared, committee, event))
        case m.FileGraded(file=file):
            return replace(state, files=plus(state.files, file, event))
        case m.SelfEvaluationSubmitted():
            return replace(state, submitted=plus(state.submitted, event.answered_for, event))
        case m.TrainingReported():
            key = (event.answered_for, event.group)
            return replace(state, reported=plus(state.reported, key, event))
        case m.ImprovementChecked(check=check, recommendation=ref):
            return replace(state, checked=plus(state.checked, (ref, check), event))
        case m.AuditConcluded():
            return replace(state, concluded=event)
        case m.BriefingNoteIssued():
            return replace(state, note=event)
        case m.BriefingNoteAcknowledged():
            known = plus(state.acknowledged, event.answered_for, event)
            return replace(state, acknowledged=known)
        case m.NoteActionReported():
            return replace(state, acted=plus(state.acted, event.answered_for, event))
        case m.SelfEvaluationModerated(agency=agency, standard=standard):
            return replace(state, moderated=plus(state.moderated, (agency, standard), event))
        case m.ImpactShown():
            return state
        case _:
            assert_never(event)
