"""What a review finds: what happened and why, judgements, what a death shows; and what follows."""

from enum import StrEnum

from attrs import frozen

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import (
    Code,
    NextDisseminationRef,
    NextRecommendationRef,
    PersonalText,
    ReviewRef,
    message,
)


class Factor(StrEnum):
    """What a finding is about: the system first, a person's act only within it (framework §3)."""

    SYSTEM = "system"
    INDIVIDUAL = "individual"
    GOOD_PRACTICE = "good practice"


@message
class RecordFinding(Command):
    """What happened, and why (framework §1.3); *factor*: of the system, or within it.

    *purpose* is one of those the framework names for the kind of review (framework §3.3.1).
    """

    review: ReviewRef
    finding: Code
    factor: Factor
    what: PersonalText
    why: PersonalText
    purpose: Code | None = None


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


@message
class ShareFinding(Command):
    """Good practice is passed on (framework §1.1, §4.1): the *dissemination* that does it."""

    review: ReviewRef
    finding: Code
    dissemination: NextDisseminationRef


@message
class FindingShared(ShareFinding, Event[ShareFinding]):
    """The finding has been shared; good practice needs no other action."""


@message
class RecordJudgement(Command):
    """An inspection judges an *area* with a *grade* of the scale that the framework gives the kind
    (framework §3.4). Grades are ordinal, never averaged.
    """

    review: ReviewRef
    area: Code
    grade: Code


@message
class JudgementRecorded(RecordJudgement, Event[RecordJudgement]):
    """The area has been judged."""


class Modifiable(StrEnum):
    """Whether factors that can be changed contributed to a death (framework Appendix A)."""

    YES = "modifiable factors"
    NO = "no modifiable factors"
    UNKNOWN = "too little known"


@frozen(kw_only=True)
class DeathFactor:
    """A *factor* of a *domain*, and its *influence*, in the framework's codes."""

    domain: Code
    factor: Code
    influence: Code


@message
class AnalyseDeath(Command):
    """The panel's analysis of a death: its *category*, and the factors in it (framework §3.3.1).

    *category*, domains and influences are the framework's; no figure is about anybody's work.
    """

    review: ReviewRef
    category: Code
    modifiable: Modifiable
    factors: tuple[DeathFactor, ...] = ()


@message
class DeathAnalysed(AnalyseDeath, Event[AnalyseDeath]):
    """The panel has reviewed the death; a later analysis replaces it."""
