"""Agencies evaluate themselves against a set of standards, and boards moderate it."""

from lif_core.aggregates.audit.grades import StandardGrade, refuse_unknown_grades
from lif_core.aggregates.audit.schedule import participant
from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Setting, refuse_before_last, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind, Framework
from lif_core.values.fields import (
    AuditRef,
    BodyRef,
    EvaluationStandardCode,
    GradeCode,
    PersonalText,
    message,
)


@message
class SubmitSelfEvaluation(OnBehalf):
    """An agency evaluates itself against each standard of the set (framework §3.7, §3.8).

    *evidence* are its own audits that support it (framework §3.5). *for_body*: the agency it
    evaluates, where that was merged into it.
    """

    audit: AuditRef
    grades: tuple[StandardGrade, ...]
    statement: PersonalText
    evidence: tuple[AuditRef, ...] = ()
    for_body: BodyRef | None = None


@message
class SelfEvaluationSubmitted(SubmitSelfEvaluation, Event[SubmitSelfEvaluation]):
    """`for_body`, or `by.body`, has evaluated itself; a later evaluation replaces this one."""


@message
class ModerateSelfEvaluation(Command):
    """A board or committee gives an *agency* another grade against one *standard*."""

    audit: AuditRef
    agency: BodyRef
    standard: EvaluationStandardCode
    grade: GradeCode
    reasons: PersonalText


@message
class SelfEvaluationModerated(ModerateSelfEvaluation, Event[ModerateSelfEvaluation]):
    """The moderated grade is shown beside the agency's own, which stays on record."""


def submit(
    command: SubmitSelfEvaluation, state: Audit, kind: AuditKind, setting: Setting
) -> tuple[SelfEvaluationSubmitted, ...]:
    agency = participant(command, state, setting)
    _refuse_other_standards(command, kind, setting.framework)
    if command.audit in command.evidence:
        raise RefusedError("audit.evidence-of-itself", audit=command.audit)
    refuse_second("audit.concluded-already", state.concluded)
    refuse_before_last("audit.out-of-order", command, state.submitted.get(agency))
    return (SelfEvaluationSubmitted.of(command),)


def moderate(
    command: ModerateSelfEvaluation, state: Audit, kind: AuditKind, framework: Framework
) -> tuple[SelfEvaluationModerated, ...]:
    submitted = state.submitted.get(command.agency)
    if submitted is None:
        raise RefusedError("audit.not-submitted", agency=command.agency)
    if command.standard not in {grade.standard for grade in submitted.grades}:
        raise RefusedError("audit.unknown-standard", standard=command.standard)
    standards = framework.standard_set(kind.standards)
    if standards is not None:
        refuse_unknown_grades(framework, standards.scale, {command.grade})
    refuse_second("audit.concluded-already", state.concluded)
    refuse_earlier("audit.out-of-order", command, submitted.on)
    moderated = state.moderated.get((command.agency, command.standard))
    refuse_before_last("audit.out-of-order", command, moderated)
    return (SelfEvaluationModerated.of(command),)


def _refuse_other_standards(
    command: SubmitSelfEvaluation, kind: AuditKind, framework: Framework
) -> None:
    """Refuse it unless it grades each standard of the set of this *kind* of audit, once."""
    standards = framework.standard_set(kind.standards)
    graded = [grade.standard for grade in command.grades]
    if len(set(graded)) < len(graded):
        raise RefusedError("audit.graded-twice", grades=graded)
    if standards is not None:
        expected = {entry.code for entry in standards.standards}
        if expected != set(graded):
            raise RefusedError(
                "audit.standards-differ",
                missing=sorted(expected - set(graded)),
                unknown=sorted(set(graded) - expected),
            )
        refuse_unknown_grades(framework, standards.scale, {g.grade for g in command.grades})
    elif not framework.open_kinds:
        raise RefusedError("audit.no-standards", kind=kind.kind)
