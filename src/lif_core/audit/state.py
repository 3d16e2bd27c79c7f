"""What the rules of an audit ask about its past."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, assert_never

from attrs import frozen

from lif_core.audit import messages as m
from lif_core.decider import plus
from lif_core.evolving import evolved

Pair: TypeAlias = tuple[str, str]


@frozen(kw_only=True)
class Audit:
    """What an audit has come to; what agencies say is by their reference."""

    planned: m.AuditPlanned | None = None
    cancelled: m.AuditCancelled | None = None
    shared: Mapping[str, m.AuditToolShared] = MappingProxyType({})
    files: Mapping[str, m.FileGraded] = MappingProxyType({})
    submitted: Mapping[str, m.SelfEvaluationSubmitted] = MappingProxyType({})
    moderated: Mapping[Pair, m.SelfEvaluationModerated] = MappingProxyType({})
    reported: Mapping[Pair, m.TrainingReported] = MappingProxyType({})
    checked: Mapping[Pair, m.ImprovementChecked] = MappingProxyType({})
    concluded: m.AuditConcluded | None = None
    note: m.BriefingNoteIssued | None = None
    acknowledged: Mapping[str, m.BriefingNoteAcknowledged] = MappingProxyType({})
    acted: Mapping[str, m.NoteActionReported] = MappingProxyType({})

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
            return evolved(state, planned=event)
        case m.AuditCancelled():
            return evolved(state, cancelled=event)
        case m.AuditToolShared(committee=committee):
            return evolved(state, shared=plus(state.shared, committee, event))
        case m.FileGraded(file=file):
            return evolved(state, files=plus(state.files, file, event))
        case m.SelfEvaluationSubmitted():
            return evolved(state, submitted=plus(state.submitted, _agency(event), event))
        case m.TrainingReported():
            key = (_agency(event), event.group)
            return evolved(state, reported=plus(state.reported, key, event))
        case m.ImprovementChecked(check=check, recommendation=ref):
            return evolved(state, checked=plus(state.checked, (ref, check), event))
        case m.AuditConcluded():
            return evolved(state, concluded=event)
        case m.BriefingNoteIssued():
            return evolved(state, note=event)
        case m.BriefingNoteAcknowledged():
            known = plus(state.acknowledged, _agency(event), event)
            return evolved(state, acknowledged=known)
        case m.NoteActionReported():
            return evolved(state, acted=plus(state.acted, _agency(event), event))
        case m.SelfEvaluationModerated(agency=agency, standard=standard):
            return evolved(state, moderated=plus(state.moderated, (agency, standard), event))
        case m.ImpactShown():
            return state
        case _:
            assert_never(event)


def _agency(
    event: m.SelfEvaluationSubmitted
    | m.TrainingReported
    | m.BriefingNoteAcknowledged
    | m.NoteActionReported,
) -> str:
    return event.for_body or event.by.body
