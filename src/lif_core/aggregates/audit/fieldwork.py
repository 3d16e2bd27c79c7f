"""Case files are graded, training is counted, and improvements are checked."""

from lif_core.aggregates.audit.assessment import level_of_outcome
from lif_core.aggregates.audit.grades import refuse_unknown_grades
from lif_core.aggregates.audit.schedule import participant
from lif_core.aggregates.audit.state import Audit
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind, Framework
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    AuditRef,
    BodyRef,
    Code,
    Count,
    GradeCode,
    PersonalText,
    RecommendationRef,
    message,
)


@message
class GradeFile(Command):
    """A case *file*, by a reference that identifies nobody, is graded (framework §3.6)."""

    audit: AuditRef
    file: Code
    grade: GradeCode
    note: PersonalText | None = None


@message
class FileGraded(GradeFile, Event[GradeFile]):
    """The file counts with this grade."""


@message
class ReportTraining(OnBehalf):
    """An agency reports how many of the *staff* of a group have *completed* safeguarding training
    (framework §5.4).

    *for_body*: the agency it reports for, where that was merged into it.
    """

    audit: AuditRef
    group: Code
    staff: Count
    completed: Count
    for_body: BodyRef | None = None


@message
class TrainingReported(ReportTraining, Event[ReportTraining]):
    """The group counts for `for_body`, or `by.body`."""


@message
class CheckImprovement(Command):
    """The audit, once concluded, says whether the change of a *recommendation* is still in place
    (framework §3.5); the recommendation is then checked under the reference `audit: check`,
    once the policies of `lif` have followed (`lif follow`).

    *claimed* is the level of evidence that is claimed.
    """

    audit: AuditRef
    recommendation: RecommendationRef
    check: Code
    passed: bool
    note: PersonalText
    claimed: EvidenceLevel | None = None


@message
class ImprovementChecked(CheckImprovement, Event[CheckImprovement]):
    """The recommendation is to be checked with this outcome; *level* is that of the audit then."""

    level: EvidenceLevel


def grade_file(
    command: GradeFile, state: Audit, kind: AuditKind, framework: Framework
) -> tuple[FileGraded, ...]:
    assert state.planned is not None
    if not (kind.files or framework.open_kinds):
        raise RefusedError("audit.not-of-files", kind=kind.kind)
    refuse_unknown_grades(framework, state.planned.scale, {command.grade})
    refuse_second("audit.concluded-already", state.concluded)
    refuse_second("audit.file-graded-already", state.files.get(command.file))
    return (FileGraded.of(command),)


def report_training(
    command: ReportTraining, state: Audit, kind: AuditKind, setting: Setting
) -> tuple[TrainingReported, ...]:
    if not (kind.training or setting.framework.open_kinds):
        raise RefusedError("audit.not-of-training", kind=kind.kind)
    agency = participant(command, state, setting)
    if command.completed > command.staff:
        raise RefusedError("audit.more-completed-than-staff", staff=command.staff)
    refuse_second("audit.concluded-already", state.concluded)
    reported = state.reported.get((agency, command.group))
    refuse_second("audit.training-reported-already", reported)
    return (TrainingReported.of(command),)


def check_improvement(
    command: CheckImprovement, state: Audit, setting: Setting
) -> tuple[ImprovementChecked, ...]:
    """Refuse it before the conclusion: until then, what the audit finds is no evidence."""
    if state.concluded is None:
        raise RefusedError("audit.not-concluded")
    refuse_earlier("audit.out-of-order", command, state.concluded.on)
    checked = state.checked.get((command.recommendation, command.check))
    refuse_second("audit.checked-already", checked)
    return (ImprovementChecked.of(command, level=level_of_outcome(command, state, setting)),)
