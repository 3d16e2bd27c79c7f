"""It is put in place, shown to be practice, and checked whether it lasts."""

from datetime import date

from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.values.evidence import EvidenceLevel as EvidenceLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    ComingCourseRef,
    NextAuditRef,
    PersonalText,
    RecommendationRef,
    Text,
    message,
)


@message
class ImplementRecommendation(Command):
    """The owner says it is in place: an assertion, whatever *evidence* it points to."""

    recommendation: RecommendationRef
    evidence: PersonalText


@message
class RecommendationImplemented(ImplementRecommendation, Event[ImplementRecommendation]):
    """The owner has said that it is in place; its duty ends."""


@message
class RecordEvidence(OnBehalf):
    """A body shows how the change is made part of its practice: by which *route* of the framework
    (framework §4.3), with what evidence, and how strong that is.

    *for_body*: the body it shows this for, where that was merged into it.
    """

    recommendation: RecommendationRef
    evidence: Code
    route: Code
    level: EvidenceLevel
    account: PersonalText
    for_body: BodyRef | None = None


@message
class EvidenceRecorded(RecordEvidence, Event[RecordEvidence]):
    """`for_body`, or `by.body`, has taken this route."""


@message
class CallForTraining(Command):
    """The learning calls for training: *course* is to be asked for (framework §5.4)."""

    recommendation: RecommendationRef
    course: ComingCourseRef
    title: Text
    need: Text


@message
class TrainingCalledFor(CallForTraining, Event[CallForTraining]):
    """The body that commissions training is to be asked."""


@message
class EmbedRecommendation(Command):
    """It is shown to be everyday practice (framework §4.1), with evidence of an audit at the
    least.

    *routes* are the ways of embedding used (framework §4.3). It lapses with the passed checks it
    *rests_on*, should one be found void.
    """

    recommendation: RecommendationRef
    level: EvidenceLevel
    evidence: PersonalText
    routes: tuple[Code, ...] = ()
    rests_on: tuple[Code, ...] = ()


@message
class RecommendationEmbedded(EmbedRecommendation, Event[EmbedRecommendation]):
    """A spell of improvement starts; checks will say how long it lasts.

    *warnings* are codes: `by-its-owner` where the body that owed it judged its own change.
    """

    warnings: tuple[Code, ...] = ()


@message
class ScheduleChecks(Command):
    """When it will be checked again (framework §2.2, sustainability: regular monitoring and
    follow-up).
    """

    recommendation: RecommendationRef
    due: tuple[date, ...]


@message
class ChecksScheduled(ScheduleChecks, Event[ScheduleChecks]):
    """The checks due from now on; those scheduled before stay due."""


@message
class CheckRecommendation(Command):
    """A check whether the change is still there; *check* is its reference, *audit* where it comes
    from.
    """

    recommendation: RecommendationRef
    check: Code
    passed: bool
    level: EvidenceLevel
    note: PersonalText
    audit: NextAuditRef | None = None


@message
class RecommendationChecked(CheckRecommendation, Event[CheckRecommendation]):
    """The change was found in place, or gone: for an embedded one, its relapse."""


@message
class TellOwner(Command):
    """Its owner is told what a *check* found (framework §2.2, follow-up)."""

    recommendation: RecommendationRef
    check: Code


@message
class OwnerTold(TellOwner, Event[TellOwner]):
    """Its *owner* knows of the check."""

    owner: BodyRef
