"""Each body that a recommendation was put to accepts, declines or replies."""

from datetime import date
from typing import TypeAlias

from msgspec.structs import replace

from lif_core.aggregates.recommendation.ownership import refuse_planned
from lif_core.aggregates.recommendation.proposal import refuse_unless_issuer
from lif_core.aggregates.recommendation.state import Recommendation, Status
from lif_core.decisions.decider import Setting, answers_for, plus, refuse_earlier
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, PersonalText, RecommendationRef, message


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
class AcceptRecommendationInPart(OnBehalf):
    """A body it is addressed to accepts part of it, for itself, and says which part is *accepted*,
    which is *declined*, and why.

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    accepted: PersonalText
    declined: PersonalText
    for_body: BodyRef | None = None


@message
class RecommendationAcceptedInPart(AcceptRecommendationInPart, Event[AcceptRecommendationInPart]):
    """`for_body`, or `by.body`, has accepted it in part: an answer of its own kind."""


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


@message
class RecordReplyOfSome(Command):
    """The body that issued it has a *reply* of which it is known only that it comes from some of
    the bodies addressed: of those *among* whom, or of any.
    """

    recommendation: RecommendationRef
    reply: PersonalText
    among: tuple[BodyRef, ...] = ()


@message
class SomeReplied(RecordReplyOfSome, Event[RecordReplyOfSome]):
    """Some have replied; whether each of these bodies did is not known."""


Answered: TypeAlias = (
    RecommendationAccepted | RecommendationAcceptedInPart | RecommendationDeclined
)
"""The answer of a body to a recommendation."""


def accept(
    command: AcceptRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationAccepted, ...]:
    _refuse_answer(command, state, setting)
    return (RecommendationAccepted.of(command),)


def decline(
    command: DeclineRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationDeclined, ...]:
    _refuse_answer(command, state, setting)
    return (RecommendationDeclined.of(command),)


def accept_in_part(
    command: AcceptRecommendationInPart, state: Recommendation, setting: Setting
) -> tuple[RecommendationAcceptedInPart, ...]:
    _refuse_answer(command, state, setting)
    return (RecommendationAcceptedInPart.of(command),)


def reply_of_some(
    command: RecordReplyOfSome, state: Recommendation, setting: Setting
) -> tuple[SomeReplied, ...]:
    assert state.issued is not None
    refuse_unless_issuer(command, state, setting)
    for body in command.among:
        if body not in state.addressed:
            raise RefusedError("recommendation.not-addressed", body=body)
    refuse_earlier("recommendation.out-of-order", command, state.issued.on)
    return (SomeReplied.of(command),)


def reply(
    command: ReplyToRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationReplied, ...]:
    _addressee(command, state, setting)
    return (RecommendationReplied.of(command),)


def _addressee(command: OnBehalf, state: Recommendation, setting: Setting) -> str:
    """Return the body that *command* answers for; refuse one that it was not put to."""
    body = answers_for(command, setting, state.stream)
    if body not in state.addressed:
        raise RefusedError("recommendation.not-addressed", body=body)
    return body


def _refuse_answer(
    command: AcceptRecommendation | AcceptRecommendationInPart | DeclineRecommendation,
    state: Recommendation,
    setting: Setting,
) -> None:
    """Refuse a changed answer once it is planned; a first answer is never too late."""
    body = _addressee(command, state, setting)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    earlier = state.answers.get(body)
    if isinstance(earlier, type(command)):
        raise RefusedError("recommendation.answered-already", body=body)
    if earlier is not None:
        refuse_planned(state)
        refuse_earlier("recommendation.out-of-order", command, earlier.on)


def answered(state: Recommendation, event: Answered) -> Recommendation:
    """Return the state with this answer, and with what all answers now come to.

    A plan follows on the last word of a body: not on one that it takes back afterwards.
    """
    body, declined = event.answered_for, state.declined
    since = max(state.since, event.on) if body in state.answers else state.since
    if isinstance(event, RecommendationDeclined):
        declined |= {body}
    elif body in declined:
        declined -= {body}
    answers = plus(state.answers, body, event)
    answered = replace(state, answers=answers, declined=declined, since=since)
    return weighed(answered, event.on)


def weighed(state: Recommendation, on: date) -> Recommendation:
    """Return the state as its answers leave it *on* a day: accepted as soon as one body accepts,
    in full or in part, declined once every body addressed has declined.

    Where dates were corrected, an answer may go before the question: it counts once that is put.
    """
    status = state.status
    if status not in (Status.PROPOSED, Status.ACCEPTED, Status.DECLINED):
        return state
    if state.accepted_by:
        return state if status is Status.ACCEPTED else state.with_status(Status.ACCEPTED, on)
    if state.addressed and state.declined.issuperset(state.addressed):
        return state.with_status(Status.DECLINED, on)
    return state if status is Status.PROPOSED else replace(state, status=Status.PROPOSED)
