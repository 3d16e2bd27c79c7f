"""The life of an audit: planned on a basis, carried out, concluded, its learning taken up.

A file for each stage has its commands, its events and its rules; `state` has what the rules ask.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from lif_core.aggregates.audit import (
    briefing_note,
    coherence,
    conclusion,
    fieldwork,
    schedule,
    self_evaluation,
)
from lif_core.aggregates.audit.briefing_note import (
    AcknowledgeBriefingNote,
    BriefingNoteAcknowledged,
    BriefingNoteIssued,
    IssueBriefingNote,
    NoteActionReported,
    ReportNoteAction,
)
from lif_core.aggregates.audit.conclusion import (
    AuditConcluded,
    ConcludeAudit,
    ImpactShown,
    ShowImpact,
)
from lif_core.aggregates.audit.fieldwork import (
    CheckImprovement,
    FileGraded,
    GradeFile,
    ImprovementChecked,
    ReportTraining,
    TrainingReported,
)
from lif_core.aggregates.audit.grades import (
    GradeCount,
    StandardGrade,
)
from lif_core.aggregates.audit.schedule import (
    AuditCancelled,
    AuditPlanned,
    AuditToolShared,
    CancelAudit,
    PlanAudit,
    ShareAuditTool,
)
from lif_core.aggregates.audit.self_evaluation import (
    ModerateSelfEvaluation,
    SelfEvaluationModerated,
    SelfEvaluationSubmitted,
    SubmitSelfEvaluation,
)
from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Decider, Setting, plus, refuse_second, unknown

__all__ = [
    "AcknowledgeBriefingNote",
    "Audit",
    "AuditCancelled",
    "AuditCommand",
    "AuditConcluded",
    "AuditEvent",
    "AuditPlanned",
    "AuditToolShared",
    "BriefingNoteAcknowledged",
    "BriefingNoteIssued",
    "CancelAudit",
    "CheckImprovement",
    "ConcludeAudit",
    "FileGraded",
    "GradeCount",
    "GradeFile",
    "ImpactShown",
    "ImprovementChecked",
    "IssueBriefingNote",
    "ModerateSelfEvaluation",
    "NoteActionReported",
    "PlanAudit",
    "ReportNoteAction",
    "ReportTraining",
    "SelfEvaluationModerated",
    "SelfEvaluationSubmitted",
    "ShareAuditTool",
    "ShowImpact",
    "StandardGrade",
    "SubmitSelfEvaluation",
    "TrainingReported",
    "decider",
    "evolve",
]

AuditCommand: TypeAlias = (
    PlanAudit
    | ShareAuditTool
    | CancelAudit
    | GradeFile
    | SubmitSelfEvaluation
    | ModerateSelfEvaluation
    | ReportTraining
    | CheckImprovement
    | ConcludeAudit
    | ShowImpact
    | IssueBriefingNote
    | AcknowledgeBriefingNote
    | ReportNoteAction
)

AuditEvent: TypeAlias = (
    AuditPlanned
    | AuditToolShared
    | AuditCancelled
    | FileGraded
    | SelfEvaluationSubmitted
    | SelfEvaluationModerated
    | TrainingReported
    | ImprovementChecked
    | AuditConcluded
    | ImpactShown
    | BriefingNoteIssued
    | BriefingNoteAcknowledged
    | NoteActionReported
)


def decide(command: AuditCommand, state: Audit | None, setting: Setting) -> tuple[AuditEvent, ...]:
    framework = setting.framework
    if isinstance(command, PlanAudit):
        return schedule.plan(command, state, framework)
    if state is None or state.planned is None:
        raise unknown("audit.unknown", command)
    refuse_second("audit.cancelled", state.cancelled)
    kind = framework.audit_kind(state.kind)
    match command:
        case ShareAuditTool():
            return schedule.share_tool(command, state)
        case CancelAudit():
            return schedule.cancel(command, state)
        case GradeFile():
            return fieldwork.grade_file(command, state, kind, framework)
        case ReportTraining():
            return fieldwork.report_training(command, state, kind, setting)
        case CheckImprovement():
            return fieldwork.check_improvement(command, state, setting)
        case SubmitSelfEvaluation():
            return self_evaluation.submit(command, state, kind, setting)
        case ModerateSelfEvaluation():
            return self_evaluation.moderate(command, state, kind, framework)
        case ConcludeAudit():
            return conclusion.conclude(command, state, kind, setting)
        case ShowImpact():
            return conclusion.show_impact(command, state, setting)
        case IssueBriefingNote():
            return briefing_note.issue(command, state)
        case AcknowledgeBriefingNote():
            return briefing_note.acknowledge(command, state, setting)
        case ReportNoteAction():
            return briefing_note.report_action(command, state, setting)
        case _:
            assert_never(command)


def evolve(state: Audit | None, event: AuditEvent) -> Audit:
    state = state or Audit()
    match event:
        case AuditPlanned():
            return replace(state, planned=event)
        case AuditToolShared(committee=key):
            return replace(state, shared=plus(state.shared, key, event))
        case AuditCancelled():
            return replace(state, cancelled=event)
        case FileGraded(file=key):
            return replace(state, files=plus(state.files, key, event))
        case TrainingReported(group=group):
            reported = plus(state.reported, (event.answered_for, group), event)
            return replace(state, reported=reported)
        case ImprovementChecked(recommendation=recommendation, check=check):
            checked = plus(state.checked, (recommendation, check), event)
            return replace(state, checked=checked)
        case SelfEvaluationSubmitted():
            submitted = plus(state.submitted, event.answered_for, event)
            return replace(state, submitted=submitted)
        case SelfEvaluationModerated(agency=agency, standard=standard):
            moderated = plus(state.moderated, (agency, standard), event)
            return replace(state, moderated=moderated)
        case AuditConcluded():
            return replace(state, concluded=event)
        case ImpactShown():
            return state
        case BriefingNoteIssued():
            return replace(state, note=event)
        case BriefingNoteAcknowledged():
            acknowledged = plus(state.acknowledged, event.answered_for, event)
            return replace(state, acknowledged=acknowledged)
        case NoteActionReported():
            return replace(state, acted=plus(state.acted, event.answered_for, event))
        case _:
            assert_never(event)


decider: Decider[AuditCommand, AuditEvent, Audit] = Decider(
    category="audit",
    commands=AuditCommand,
    events=AuditEvent,
    opens=(AuditPlanned,),
    rests_on=coherence.RESTS_ON,
    once=coherence.ONCE,
    contradicts=coherence.contradicts,
    decide=decide,
    evolve=evolve,
)
