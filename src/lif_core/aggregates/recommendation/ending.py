"""It is closed, begun again, withdrawn or superseded."""

from datetime import date

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import NextRecommendationRef, PersonalText, RecommendationRef, message


@message
class CloseRecommendation(Command):
    """The committee stops following it; checks go on as scheduled (framework §2.2,
    sustainability).
    """

    recommendation: RecommendationRef
    reasons: PersonalText


@message
class RecommendationClosed(CloseRecommendation, Event[CloseRecommendation]):
    """It is closed, with a monitoring schedule."""


@message
class ReopenRecommendation(Command):
    """What was done did not last, or was not enough: it is due again; *action*: what is done."""

    recommendation: RecommendationRef
    due: date
    reasons: PersonalText
    action: PersonalText | None = None


@message
class RecommendationReopened(ReopenRecommendation, Event[ReopenRecommendation]):
    """Its owner's duty begins anew, due on *due*; a later embedding starts a new spell."""


@message
class WithdrawRecommendation(Command):
    """It is no longer wanted, and why; a competing outcome, not a failure."""

    recommendation: RecommendationRef
    reasons: PersonalText


@message
class RecommendationWithdrawn(WithdrawRecommendation, Event[WithdrawRecommendation]):
    """It has ended without being judged."""


@message
class SupersedeRecommendation(Command):
    """Another recommendation, *successor*, takes its place."""

    recommendation: RecommendationRef
    successor: NextRecommendationRef
    reasons: PersonalText


@message
class RecommendationSuperseded(SupersedeRecommendation, Event[SupersedeRecommendation]):
    """It has ended in favour of *successor*."""
