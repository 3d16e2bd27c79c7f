"""What can be decided about an audit, and what is then on record."""

from datetime import date
from typing import TypeAlias

from attrs import frozen

from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    AuditRef,
    BodyRef,
    Code,
    Count,
    PersonalText,
    RecommendationRef,
    StreamRef,
    Text,
    message,
)


@frozen(kw_only=True)
class GradeCount:
    """How many case *files* have this *grade*. Grades are ordinal: counted, never averaged."""

    grade: Code
    files: Count


@frozen(kw_only=True)
class StandardGrade:
    """How an agency stands against one *standard* of the framework's set."""

    standard: Code
    grade: Code


# Planned


@message
class PlanAudit(Command):
    """An audit is planned: its *theme*, and the referrals and trends it was chosen on (framework
    §3.6).

    *scale* is a scale of the framework; *follows* is the first audit that this one repeats.
    *looks_at* are the streams whose learning it verifies: reviews, recommendations, courses.
    *agencies* are those that take part; *method* is how it is done; *due*: by when it concludes.
    """

    audit: AuditRef
    kind: Code
    theme: Code
    basis: PersonalText
    scale: Code
    follows: AuditRef | None = None
    looks_at: tuple[StreamRef, ...] = ()
    agencies: tuple[BodyRef, ...] = ()
    method: Text | None = None
    due: date | None = None


@message
class AuditPlanned(PlanAudit, Event[PlanAudit]):
    """The audit is on the schedule."""


@message
class ShareAuditTool(Command):
    """Schedule and tool go to the *committee* that follows such audits (framework §3.5)."""

    audit: AuditRef
    tool: Text
    committee: BodyRef


@message
class AuditToolShared(ShareAuditTool, Event[ShareAuditTool]):
    """The committee knows when the audit is done, and with what."""


@message
class CancelAudit(Command):
    """The audit will not be done, for these *reasons*."""

    audit: AuditRef
    reasons: PersonalText


@message
class AuditCancelled(CancelAudit, Event[CancelAudit]):
    """It is off the schedule."""


# Carried out


@message
class GradeFile(Command):
    """One case *file*, by a reference that tells of nobody, is graded (framework §3.6)."""

    audit: AuditRef
    file: Code
    grade: Code
    note: PersonalText | None = None


@message
class FileGraded(GradeFile, Event[GradeFile]):
    """The file counts with this grade."""


@message
class SubmitSelfEvaluation(OnBehalf):
    """An agency evaluates itself against each standard of the set (framework §3.7, §3.8).

    *evidence* are its own audits that support it (framework §3.5). *for_body*: the agency it is
    of, where that was merged into the one that submits.
    """

    audit: AuditRef
    grades: tuple[StandardGrade, ...]
    statement: Text
    evidence: tuple[AuditRef, ...] = ()
    for_body: BodyRef | None = None


@message
class SelfEvaluationSubmitted(SubmitSelfEvaluation, Event[SubmitSelfEvaluation]):
    """`for_body`, or `by.body`, has said how it stands; a later one replaces it."""


@message
class ModerateSelfEvaluation(Command):
    """A board or committee finds that an *agency* stands otherwise against one *standard*."""

    audit: AuditRef
    agency: BodyRef
    standard: Code
    grade: Code
    reasons: Text


@message
class SelfEvaluationModerated(ModerateSelfEvaluation, Event[ModerateSelfEvaluation]):
    """The moderated grade is shown beside the agency's own, which stays on record."""


@message
class ReportTraining(OnBehalf):
    """Of the *staff* of a group, how many have *completed* safeguarding training (framework
    §5.4).

    *for_body*: the agency it is of, where that was merged into the one that reports.
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
    """The audit looks whether what a *recommendation* changed is still in place (framework §3.5);
    the recommendation is then checked under the reference `audit: check`.
    """

    audit: AuditRef
    recommendation: RecommendationRef
    check: Code
    passed: bool
    level: EvidenceLevel
    note: PersonalText


@message
class ImprovementChecked(CheckImprovement, Event[CheckImprovement]):
    """The recommendation is to be checked with this outcome."""


# Concluded, and learned from


@message
class ConcludeAudit(Command):
    """The audit is done; *grades* counts the case files of each grade given, where it has any."""

    audit: AuditRef
    grades: tuple[GradeCount, ...]
    summary: PersonalText


@message
class AuditConcluded(ConcludeAudit, Event[ConcludeAudit]):
    """The grades are final. *warnings* are codes of what it lacked when it was concluded."""

    warnings: tuple[Code, ...] = ()


@message
class ShowImpact(Command):
    """What an audit shows of the impact on children or adults, and how strongly (framework
    §3.5).
    """

    audit: AuditRef
    impact: PersonalText
    level: EvidenceLevel
    recommendations: tuple[RecommendationRef, ...] = ()


@message
class ImpactShown(ShowImpact, Event[ShowImpact]):
    """The impact is on record."""


@message
class IssueBriefingNote(Command):
    """The 'Learning from Audit Briefing Note' goes to the partner agencies (framework §3.6)."""

    audit: AuditRef
    note: PersonalText
    agencies: tuple[BodyRef, ...]


@message
class BriefingNoteIssued(IssueBriefingNote, Event[IssueBriefingNote]):
    """Each of the *agencies* is expected to say what it takes from it."""


@message
class AcknowledgeBriefingNote(OnBehalf):
    """An agency says what is relevant to it, and what it will do (framework §3.6).

    *for_body*: the agency it answers for, where that was merged into it.
    """

    audit: AuditRef
    relevant: Text
    will_do: Text
    for_body: BodyRef | None = None


@message
class BriefingNoteAcknowledged(AcknowledgeBriefingNote, Event[AcknowledgeBriefingNote]):
    """`for_body`, or `by.body`, has taken up the learning."""


@message
class ReportNoteAction(OnBehalf):
    """An agency reports what it has *done* of what it said it would do (framework §3.6).

    *for_body*: the agency it reports for, where that was merged into it.
    """

    audit: AuditRef
    done: Text
    for_body: BodyRef | None = None


@message
class NoteActionReported(ReportNoteAction, Event[ReportNoteAction]):
    """`for_body`, or `by.body`, has acted on the note."""


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
