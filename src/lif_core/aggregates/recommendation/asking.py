"""A recommendation is put to bodies, and each of them answers."""

from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.values.fields import (
    BodyRef,
    Code,
    PersonalText,
    RecommendationRef,
    StreamRef,
    message,
)


@message
class IssueRecommendation(Command):
    """A review or an audit asks bodies for a change (framework §1.4).

    *source* is the stream it arises from; *findings* are that review's. *boards* are those it is
    joint to, where it is more than the one whose reference it bears.
    """

    recommendation: RecommendationRef
    source: StreamRef
    text: PersonalText
    addressed: tuple[BodyRef, ...]
    findings: tuple[Code, ...] = ()
    boards: tuple[BodyRef, ...] = ()


@message
class RecommendationIssued(IssueRecommendation, Event[IssueRecommendation]):
    """It has been put to the bodies addressed, none of which has answered yet."""


@message
class AcceptRecommendation(OnBehalf):
    """A body it is addressed to accepts it, for itself (framework §3.3.2).

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    response: PersonalText | None = None
    for_body: BodyRef | None = None


@message
class RecommendationAccepted(AcceptRecommendation, Event[AcceptRecommendation]):
    """`for_body`, or `by.body`, has accepted it."""


@message
class DeclineRecommendation(OnBehalf):
    """A body it is addressed to declines it, and says why (Care Act 2014, Schedule 2, para 4).

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    reasons: PersonalText
    for_body: BodyRef | None = None


@message
class RecommendationDeclined(DeclineRecommendation, Event[DeclineRecommendation]):
    """`for_body`, or `by.body`, has declined it."""


@message
class ReplyToRecommendation(OnBehalf):
    """A body it is addressed to replies, without yet accepting or declining.

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    reply: PersonalText
    for_body: BodyRef | None = None


@message
class RecommendationReplied(ReplyToRecommendation, Event[ReplyToRecommendation]):
    """`for_body`, or `by.body`, has replied; its answer is still pending."""
