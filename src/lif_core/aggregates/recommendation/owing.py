"""It is planned: who owns it, by when; what delays it; to whom concern is raised."""

from datetime import date

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import BodyRef, Code, PersonalText, RecommendationRef, message


@message
class PlanRecommendation(Command):
    """It enters a programme of action: who owns it, what is done, by when (framework §1.4)."""

    recommendation: RecommendationRef
    owner: BodyRef
    due: date
    action: PersonalText


@message
class RecommendationPlanned(PlanRecommendation, Event[PlanRecommendation]):
    """*owner* answers for it from this day; *due* is its original due date."""


@message
class ChangeDueDate(Command):
    """A new due date is agreed, with reasons; the original one stays on record."""

    recommendation: RecommendationRef
    due: date
    reasons: PersonalText


@message
class DueDateChanged(ChangeDueDate, Event[ChangeDueDate]):
    """*due* is the current due date; an explanation in force ends with it.

    *warnings* are codes: `by-its-owner` where the body that owes it set its own date.
    """

    warnings: tuple[Code, ...] = ()


@message
class ExplainRecommendationDelay(Command):
    """The owner explains a delay, from when that is recorded *until* the day it expires."""

    recommendation: RecommendationRef
    reasons: PersonalText
    until: date | None = None


@message
class RecommendationDelayExplained(ExplainRecommendationDelay, Event[ExplainRecommendationDelay]):
    """Overdue days from the day of recording on are explained, and shown apart, never netted."""


@message
class ProposeTransfer(Command):
    """The owner asks another body to take it over; until that accepts, the owner holds it."""

    recommendation: RecommendationRef
    to: BodyRef
    reasons: PersonalText


@message
class TransferProposed(ProposeTransfer, Event[ProposeTransfer]):
    """The transfer waits for the other body's acceptance."""


@message
class AcceptTransfer(Command):
    """The body asked takes it over, from this day."""

    recommendation: RecommendationRef


@message
class TransferAccepted(AcceptTransfer, Event[AcceptTransfer]):
    """`by.body` owns it from this day."""


@message
class RaiseEscalation(Command):
    """A concern that it does not move is put to a higher body."""

    recommendation: RecommendationRef
    escalation: Code
    to: BodyRef
    concern: PersonalText


@message
class EscalationRaised(RaiseEscalation, Event[RaiseEscalation]):
    """It waits for the answer of the body it was raised *to*."""


@message
class AnswerEscalation(Command):
    """The body it was raised to answers."""

    recommendation: RecommendationRef
    escalation: Code
    answer: PersonalText


@message
class EscalationAnswered(AnswerEscalation, Event[AnswerEscalation]):
    """The escalation has its answer."""
