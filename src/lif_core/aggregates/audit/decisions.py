"""The rules of an audit: refuse, stay quiet when said twice, or say what happened."""

from typing import Any, assert_never

from lif_core.aggregates.audit import messages as m
from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Setting, answers_for, refuse_earlier, refuse_second, unknown
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind, Framework
from lif_core.values.evidence import EvidenceLevel

Events = tuple[m.AuditEvent, ...]


def decide(command: m.AuditCommand, state: Audit | None, setting: Setting) -> Events:
    if isinstance(command, m.PlanAudit):
        return _plan(command, state, setting.framework)
    if state is None or state.planned is None:
        raise unknown("audit.unknown", command)
    refuse_second("audit.cancelled", state.cancelled)
    kind = setting.framework.audit_kind(state.kind)
    match command:
        case m.ShareAuditTool():
            refuse_second("audit.concluded-already", state.concluded)
            _refuse_before_last(command, state.shared.get(command.committee))
            return (m.AuditToolShared.of(command),)
        case m.CancelAudit():
            refuse_second("audit.concluded-already", state.concluded)
            return (m.AuditCancelled.of(command),)
        case m.GradeFile():
            return _grade_file(command, state, kind, setting.framework)
        case m.SubmitSelfEvaluation():
            return _submit(command, state, kind, setting)
        case m.ModerateSelfEvaluation():
            return _moderate(command, state, kind, setting.framework)
        case m.ReportTraining():
            return _report_training(command, state, kind, setting)
        case m.CheckImprovement():
            return _check_improvement(command, state, kind)
        case m.ConcludeAudit():
            return _conclude(command, state, kind, setting)
        case m.ShowImpact():
            return _show_impact(command, state)
        case m.IssueBriefingNote():
            return _issue_note(command, state)
        case m.AcknowledgeBriefingNote():
            return _acknowledge(command, state, setting)
        case m.ReportNoteAction():
            return _report_action(command, state, setting)
        case _:
            assert_never(command)


def _plan(command: m.PlanAudit, state: Audit | None, framework: Framework) -> Events:
    refuse_second("audit.reference-taken", state.planned if state else None)
    kind = framework.audit_kind(command.kind)
    framework.scale(command.scale)
    if command.follows == command.audit:
        raise RefusedError("audit.follows-itself", audit=command.audit)
    planner = framework.body(command.by.body)
    if kind.own and planner is not None and planner.kind != "agency":
        raise RefusedError("audit.own-agency", body=command.by.body)
    if kind.own and set(command.agencies) - {command.by.body}:
        raise RefusedError("audit.own-agency", agencies=command.agencies, body=command.by.body)
    if command.due is not None and command.due < command.on:
        raise RefusedError("audit.due-in-the-past", due=command.due, on=command.on)
    return (m.AuditPlanned.of(command),)


def _refuse_before_last(command: Command, last: Event[Any] | None) -> None:
    """What replaces what was said last does not come before it."""
    if last is not None:
        refuse_earlier("audit.out-of-order", command, last.on)


def _check_improvement(command: m.CheckImprovement, state: Audit, kind: AuditKind) -> Events:
    """An agency's own audit is evidence of its own, and no stronger (framework §3.5)."""
    if kind.own and command.level > EvidenceLevel.OWN_AUDIT:
        raise RefusedError("audit.evidence-overstated", level=int(command.level), kind=kind.kind)
    known = state.checked.get((command.recommendation, command.check))
    refuse_second("audit.checked-already", known)
    return (m.ImprovementChecked.of(command),)


def _grade_file(
    command: m.GradeFile, state: Audit, kind: AuditKind, framework: Framework
) -> Events:
    assert state.planned is not None
    if not (kind.files or framework.open_kinds):
        raise RefusedError("audit.not-of-files", kind=kind.kind)
    _refuse_grades(framework, state.planned.scale, {command.grade})
    refuse_second("audit.concluded-already", state.concluded)
    refuse_second("audit.file-graded-already", state.files.get(command.file))
    return (m.FileGraded.of(command),)


def _submit(
    command: m.SubmitSelfEvaluation, state: Audit, kind: AuditKind, setting: Setting
) -> Events:
    """Against each standard of the set, once; only by those who take part, where that is said."""
    agency = _taking_part(command, state, setting)
    standards = setting.framework.standard_set(kind.standards)
    said = [grade.standard for grade in command.grades]
    if len(set(said)) < len(said):
        raise RefusedError("audit.graded-twice", grades=said)
    if standards is not None:
        wanted = {entry.code for entry in standards.standards}
        if wanted != set(said):
            raise RefusedError(
                "audit.standards-differ",
                missing=sorted(wanted - set(said)),
                unknown=sorted(set(said) - wanted),
            )
        _refuse_grades(setting.framework, standards.scale, {g.grade for g in command.grades})
    elif not setting.framework.open_kinds:
        raise RefusedError("audit.no-standards", kind=kind.kind)
    if command.audit in command.evidence:
        raise RefusedError("audit.evidence-of-itself", audit=command.audit)
    refuse_second("audit.concluded-already", state.concluded)
    _refuse_before_last(command, state.submitted.get(agency))
    return (m.SelfEvaluationSubmitted.of(command),)


def _moderate(
    command: m.ModerateSelfEvaluation, state: Audit, kind: AuditKind, framework: Framework
) -> Events:
    submitted = state.submitted.get(command.agency)
    if submitted is None:
        raise RefusedError("audit.not-submitted", agency=command.agency)
    if command.standard not in {grade.standard for grade in submitted.grades}:
        raise RefusedError("audit.unknown-standard", standard=command.standard)
    standards = framework.standard_set(kind.standards)
    if standards is not None:
        _refuse_grades(framework, standards.scale, {command.grade})
    refuse_second("audit.concluded-already", state.concluded)
    refuse_earlier("audit.out-of-order", command, submitted.on)
    _refuse_before_last(command, state.moderated.get((command.agency, command.standard)))
    return (m.SelfEvaluationModerated.of(command),)


def _report_training(
    command: m.ReportTraining, state: Audit, kind: AuditKind, setting: Setting
) -> Events:
    if not (kind.training or setting.framework.open_kinds):
        raise RefusedError("audit.not-of-training", kind=kind.kind)
    agency = _taking_part(command, state, setting)
    if command.completed > command.staff:
        raise RefusedError("audit.more-completed-than-staff", staff=command.staff)
    refuse_second("audit.concluded-already", state.concluded)
    known = state.reported.get((agency, command.group))
    refuse_second("audit.training-reported-already", known)
    return (m.TrainingReported.of(command),)


def _taking_part(
    command: m.SubmitSelfEvaluation | m.ReportTraining, state: Audit, setting: Setting
) -> str:
    agency = answers_for(command, setting)
    asked = state.planned.agencies if state.planned else ()
    if asked and agency not in asked:
        raise RefusedError("audit.not-taking-part", body=agency)
    return agency


def _conclude(command: m.ConcludeAudit, state: Audit, kind: AuditKind, setting: Setting) -> Events:
    assert state.planned is not None
    framework, planner = setting.framework, state.planned.by.body
    if kind.own and command.by.body not in (planner, setting.holder(planner)):
        raise RefusedError("audit.own-agency", body=command.by.body, planned_by=planner)
    grades = [count.grade for count in command.grades]
    _refuse_grades(framework, state.planned.scale, set(grades))
    if len(set(grades)) < len(grades):
        raise RefusedError("audit.graded-twice", grades=grades)
    counted = {count.grade: count.files for count in command.grades if count.files}
    if kind.files and not counted:
        raise RefusedError("audit.no-files")
    if state.files and counted != state.graded:
        raise RefusedError("audit.counts-differ", said=counted, graded=dict(state.graded))
    refuse_second("audit.concluded-already", state.concluded)
    for counted_one in (*state.files.values(), *state.submitted.values()):
        refuse_earlier("audit.out-of-order", command, counted_one.on)
    lacking = {
        "tool-not-shared": bool(kind.shared_with)
        and not set(kind.shared_with) & set(state.shared),
        "not-all-submitted": bool(kind.standards)
        and not (state.submitted and set(state.planned.agencies) <= set(state.submitted)),
        "nothing-reported": kind.training and not state.reported,
    }
    warnings = tuple(code for code, lacks in lacking.items() if lacks)
    return (m.AuditConcluded.of(command, warnings=warnings),)


def _refuse_grades(framework: Framework, name: str, grades: set[str]) -> None:
    scale = framework.scale(name)
    if strange := grades - set(scale.grades):
        raise RefusedError("audit.unknown-grade", grades=sorted(strange), scale=scale.name)


def _show_impact(command: m.ShowImpact, state: Audit) -> Events:
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    return (m.ImpactShown.of(command),)


def _issue_note(command: m.IssueBriefingNote, state: Audit) -> Events:
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    if not command.agencies:
        raise RefusedError("audit.note-to-nobody")
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    refuse_second("audit.note-issued-already", state.note)
    return (m.BriefingNoteIssued.of(command),)


def _acknowledge(command: m.AcknowledgeBriefingNote, state: Audit, setting: Setting) -> Events:
    if state.note is None:
        raise RefusedError("audit.no-note")
    agency = answers_for(command, setting)
    if agency not in state.note.agencies:
        raise RefusedError("audit.note-not-sent-to", body=agency)
    refuse_earlier("audit.out-of-order", command, state.note.on)
    refuse_second("audit.acknowledged-already", state.acknowledged.get(agency))
    return (m.BriefingNoteAcknowledged.of(command),)


def _report_action(command: m.ReportNoteAction, state: Audit, setting: Setting) -> Events:
    agency = answers_for(command, setting)
    known = state.acknowledged.get(agency)
    if known is None:
        raise RefusedError("audit.not-acknowledged", body=agency)
    refuse_earlier("audit.out-of-order", command, known.on)
    _refuse_before_last(command, state.acted.get(agency))
    return (m.NoteActionReported.of(command),)
