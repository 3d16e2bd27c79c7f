"""What can be decided about a review, and what is then on record."""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

from lif_core.fields import (
    BodyRef,
    Code,
    Count,
    NextRecommendationRef,
    PersonalName,
    PersonalText,
    ReviewRef,
    message,
)
from lif_core.messages import Command, Event


class Factor(StrEnum):
    """What a finding is about: the system first, a person's act only within it (framework §3)."""

    SYSTEM = "system"
    INDIVIDUAL = "individual"
    GOOD_PRACTICE = "good practice"


class Scale(StrEnum):
    """What the scale of a review was decided on (framework §2.2, a proportionate response)."""

    COMPLEXITY = "complexity"
    SCALE_OF_ISSUES = "scale of issues"
    LEARNING = "potential learning"
    STATUTORY = "statutory criteria"


# Begun


@message
class NotifyCase(Command):
    """The authority reports a case, *on* this day, that it became *aware* of (framework §3.1).

    *kind* is a review kind of the framework; *boards* are those it is joint to, where more than
    one.
    """

    review: ReviewRef
    kind: Code
    subject: PersonalText
    aware: date
    boards: tuple[BodyRef, ...] = ()


@message
class CaseNotified(NotifyCase, Event[NotifyCase]):
    """The case is known to the board; nobody has decided yet whether to review it."""


@message
class OpenReview(Command):
    """A review begins that no case was notified for: an inspection, a peer review, guidance
    (framework §3.4).
    """

    review: ReviewRef
    kind: Code
    title: PersonalText
    boards: tuple[BodyRef, ...] = ()


@message
class ReviewOpened(OpenReview, Event[OpenReview]):
    """The review is under way."""


@message
class DecideHold(Command):
    """Whether to hold the review: by whom, on which *criteria*, for what *reasons* (framework
    §3.1.1).

    *options* are those considered; *dissent* is on record where there was any.
    """

    review: ReviewRef
    hold: bool
    reasons: PersonalText
    criteria: tuple[Code, ...] = ()
    options: tuple[Code, ...] = ()
    dissent: PersonalText | None = None


@message
class HoldDecided(DecideHold, Event[DecideHold]):
    """The review is to be held, or not."""


@message
class InformPanel(Command):
    """The national panel is told of the decision (Working Together 2015)."""

    review: ReviewRef


@message
class PanelInformed(InformPanel, Event[InformPanel]):
    """The national panel knows of the decision."""


# Carried out


@message
class SetScope(Command):
    """How large the review is, whose actions it looks at, and on what the scale was decided."""

    review: ReviewRef
    scope: PersonalText
    rationale: PersonalText
    decided_on: tuple[Scale, ...]
    organisations: tuple[BodyRef, ...] = ()


@message
class ScopeSet(SetScope, Event[SetScope]):
    """The scope in force; a later one replaces it."""


@message
class AppointReviewer(Command):
    """Somebody leads the review and declares independence of the case and the organisations."""

    review: ReviewRef
    reviewer: PersonalName
    declaration: PersonalText
    involved_in_case: bool
    employer: BodyRef | None = None


@message
class ReviewerAppointed(AppointReviewer, Event[AppointReviewer]):
    """The lead reviewer."""


@message
class InvitePractitioners(Command):
    """Those who worked on the case are invited to contribute, without fear of blame (framework
    §2.2).
    """

    review: ReviewRef
    organisation: BodyRef
    invited: Count


@message
class PractitionersInvited(InvitePractitioners, Event[InvitePractitioners]):
    """How many people of that organisation were invited; nobody is named."""


@message
class InviteFamily(Command):
    """Family, surviving children included, are invited and told how this will happen (framework
    §2.2).
    """

    review: ReviewRef
    relation: PersonalText
    explanation: PersonalText


@message
class FamilyInvited(InviteFamily, Event[InviteFamily]):
    """They know of the review and how they can contribute."""


@message
class DecideNotToInviteFamily(Command):
    """The reasoned decision not to invite the family."""

    review: ReviewRef
    reasons: PersonalText


@message
class FamilyNotInvited(DecideNotToInviteFamily, Event[DecideNotToInviteFamily]):
    """The family was not invited, for these reasons."""


@message
class RecordFamilyResponse(Command):
    """What the family said, or that they did not wish to contribute."""

    review: ReviewRef
    relation: PersonalText
    response: PersonalText


@message
class FamilyResponded(RecordFamilyResponse, Event[RecordFamilyResponse]):
    """The family's response."""


@message
class RecordVoice(Command):
    """What the child or adult at the centre said, wished or showed (framework §2.2)."""

    review: ReviewRef
    voice: PersonalText


@message
class VoiceRecorded(RecordVoice, Event[RecordVoice]):
    """The voice of the child or adult."""


# Found


@message
class RecordFinding(Command):
    """What happened, and why (framework §1.3); *factor*: of the system, or within it."""

    review: ReviewRef
    finding: Code
    factor: Factor
    what: PersonalText
    why: PersonalText


@message
class FindingRecorded(RecordFinding, Event[RecordFinding]):
    """A finding, which needs an action or a reason for none."""


@message
class AddressFinding(Command):
    """A recommendation takes up the finding (framework §1.4)."""

    review: ReviewRef
    finding: Code
    recommendation: NextRecommendationRef


@message
class FindingAddressed(AddressFinding, Event[AddressFinding]):
    """The finding has an action."""


@message
class TakeNoAction(Command):
    """The reasoned decision to take no action on a finding."""

    review: ReviewRef
    finding: Code
    reasons: PersonalText


@message
class NoActionTaken(TakeNoAction, Event[TakeNoAction]):
    """The finding has a reason why nothing is done."""


# Reported


@message
class ExplainReviewDelay(Command):
    """Why a deadline, *clock* of the framework, is not met; counts from when it is recorded."""

    review: ReviewRef
    clock: Code
    reasons: PersonalText
    until: date | None = None


@message
class ReviewDelayExplained(ExplainReviewDelay, Event[ExplainReviewDelay]):
    """Overdue days from the day of recording on are explained, and shown apart, never netted."""


@message
class AcceptReport(Command):
    """The board accepts the final report, with its *response* to the findings (framework §2.2)."""

    review: ReviewRef
    response: PersonalText


@message
class ReportAccepted(AcceptReport, Event[AcceptReport]):
    """The report is final. *warnings* are codes of what it lacked when it was accepted."""

    warnings: tuple[Code, ...] = ()


@message
class SendPanelCopy(Command):
    """The national panel gets its copy before publication."""

    review: ReviewRef


@message
class PanelCopySent(SendPanelCopy, Event[SendPanelCopy]):
    """The panel has the report."""


@message
class PublishReport(Command):
    """The report and the board's response are public (framework §1.3); *redactions* and why, if
    any.
    """

    review: ReviewRef
    place: Code
    redactions: PersonalText | None = None


@message
class ReportPublished(PublishReport, Event[PublishReport]):
    """Anybody can read it."""


@message
class DecideNotToPublish(Command):
    """The reasoned decision not to publish."""

    review: ReviewRef
    reasons: PersonalText


@message
class NonPublicationDecided(DecideNotToPublish, Event[DecideNotToPublish]):
    """The report stays unpublished, for these reasons."""


@message
class CloseReview(Command):
    """The review has ended; the recommendations go on."""

    review: ReviewRef


@message
class ReviewClosed(CloseReview, Event[CloseReview]):
    """Every finding has an action or a reason for none."""


ReviewCommand: TypeAlias = (
    NotifyCase
    | OpenReview
    | DecideHold
    | InformPanel
    | SetScope
    | AppointReviewer
    | InvitePractitioners
    | InviteFamily
    | DecideNotToInviteFamily
    | RecordFamilyResponse
    | RecordVoice
    | RecordFinding
    | AddressFinding
    | TakeNoAction
    | ExplainReviewDelay
    | AcceptReport
    | SendPanelCopy
    | PublishReport
    | DecideNotToPublish
    | CloseReview
)

ReviewEvent: TypeAlias = (
    CaseNotified
    | ReviewOpened
    | HoldDecided
    | PanelInformed
    | ScopeSet
    | ReviewerAppointed
    | PractitionersInvited
    | FamilyInvited
    | FamilyNotInvited
    | FamilyResponded
    | VoiceRecorded
    | FindingRecorded
    | FindingAddressed
    | NoActionTaken
    | ReviewDelayExplained
    | ReportAccepted
    | PanelCopySent
    | ReportPublished
    | NonPublicationDecided
    | ReviewClosed
)
