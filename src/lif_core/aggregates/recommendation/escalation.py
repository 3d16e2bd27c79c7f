"""Escalations: a concern about a recommendation is put to a higher body, which answers."""

from lif_core.aggregates.recommendation.state import Recommendation, Status
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, PersonalText, RecommendationRef, message


@message
class RaiseEscalation(Command):
    """A body raises the concern that a recommendation does not move with a higher body."""

    recommendation: RecommendationRef
    escalation: Code
    to: BodyRef
    concern: PersonalText


@message
class EscalationRaised(RaiseEscalation, Event[RaiseEscalation]):
    """The escalation waits for the answer of the body it was raised *to*."""


@message
class AnswerEscalation(Command):
    """The body that an escalation was raised to answers it."""

    recommendation: RecommendationRef
    escalation: Code
    answer: PersonalText


@message
class EscalationAnswered(AnswerEscalation, Event[AnswerEscalation]):
    """The escalation has its answer."""


def raise_escalation(
    command: RaiseEscalation, state: Recommendation
) -> tuple[EscalationRaised, ...]:
    """Accept it for a declined recommendation too: that may be the concern."""
    raised = state.escalations.get(command.escalation)
    refuse_second("recommendation.escalation-taken", raised)
    if state.status in (Status.WITHDRAWN, Status.SUPERSEDED):
        raise RefusedError("recommendation.ended", status=state.status)
    return (EscalationRaised.of(command),)


def answer_escalation(
    command: AnswerEscalation, state: Recommendation, setting: Setting
) -> tuple[EscalationAnswered, ...]:
    raised = state.escalations.get(command.escalation)
    if raised is None:
        raise RefusedError("recommendation.no-such-escalation", escalation=command.escalation)
    if command.by.body not in (raised.to, setting.holder(raised.to)):
        raise RefusedError("recommendation.escalated-to-another", to=raised.to)
    if command.escalation in state.escalations_answered:
        raise RefusedError("recommendation.escalation-answered", escalation=command.escalation)
    refuse_earlier("recommendation.out-of-order", command, raised.on)
    return (EscalationAnswered.of(command),)
