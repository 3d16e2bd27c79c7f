"""How a review is carried out: its scope and method, who leads it, who is heard."""

from datetime import date
from enum import StrEnum

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import (
    BodyRef,
    Code,
    Count,
    PersonalName,
    PersonalText,
    ReviewRef,
    Text,
    message,
)


class Scale(StrEnum):
    """What the scale of a review was decided on (framework §2.2, a proportionate response)."""

    COMPLEXITY = "complexity"
    SCALE_OF_ISSUES = "scale of issues"
    LEARNING = "potential learning"
    STATUTORY = "statutory criteria"


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
class AdoptMethod(Command):
    """The methodology of the review, and the version of the toolkit it follows (framework
    §3.1.1, §3.1.2).
    """

    review: ReviewRef
    methodology: Code
    toolkit: Code | None = None


@message
class MethodAdopted(AdoptMethod, Event[AdoptMethod]):
    """The method in force; a later one replaces it."""


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
class RecordContribution(Command):
    """What those of an organisation who were invited contributed: their perspectives (framework
    §2.2). *contributed* counts all so far; after a further invitation it is recorded anew.
    """

    review: ReviewRef
    organisation: BodyRef
    contributed: Count
    perspectives: PersonalText


@message
class ContributionRecorded(RecordContribution, Event[RecordContribution]):
    """How many people of that organisation contributed; nobody is named."""


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
    """The reasoned decision not to invite the family, or this *relation* of it."""

    review: ReviewRef
    reasons: PersonalText
    relation: PersonalText | None = None


@message
class FamilyNotInvited(DecideNotToInviteFamily, Event[DecideNotToInviteFamily]):
    """They were not invited, for these reasons."""


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


@message
class CiteDocument(Command):
    """A published document that the review rests on, or that it is: guidance, policy, a report
    (framework Appendix A).
    """

    review: ReviewRef
    document: Code
    title: Text
    publisher: Text
    issued: date | None = None


@message
class DocumentCited(CiteDocument, Event[CiteDocument]):
    """The document is among the sources of the review."""


@message
class ContributeToReview(Command):
    """What a body contributes to a review that another carries out, such as an inspection
    (framework §3.4.2).
    """

    review: ReviewRef
    contribution: Text


@message
class ContributionMade(ContributeToReview, Event[ContributeToReview]):
    """`by.body` has contributed."""


@message
class RecordMilestone(Command):
    """The review reaches a *milestone* that the framework names for its kind, and no other
    decision stands for; clocks may run from it or to it.
    """

    review: ReviewRef
    milestone: Code
    note: PersonalText | None = None


@message
class MilestoneReached(RecordMilestone, Event[RecordMilestone]):
    """The milestone is reached, on this day."""
