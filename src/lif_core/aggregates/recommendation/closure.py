"""A recommendation is closed or reopened, or it ends: withdrawn, or superseded."""

from datetime import date

from lif_core.aggregates.recommendation.ownership import refuse_past
from lif_core.aggregates.recommendation.state import ENDED, Recommendation, Status
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
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
    """The recommendation is closed, with checks still to come."""


@message
class ReopenRecommendation(Command):
    """The change did not last, or was not enough: it is due again, with a new *action*."""

    recommendation: RecommendationRef
    due: date
    reasons: PersonalText
    action: PersonalText | None = None


@message
class RecommendationReopened(ReopenRecommendation, Event[ReopenRecommendation]):
    """The owner's duty begins anew, until *due*; a later embedding starts a new spell."""


@message
class WithdrawRecommendation(Command):
    """The recommendation is no longer wanted: a competing outcome, not a failure."""

    recommendation: RecommendationRef
    reasons: PersonalText


@message
class RecommendationWithdrawn(WithdrawRecommendation, Event[WithdrawRecommendation]):
    """The recommendation has ended without being judged."""


@message
class SupersedeRecommendation(Command):
    """Another recommendation, *successor*, takes its place."""

    recommendation: RecommendationRef
    successor: NextRecommendationRef
    reasons: PersonalText


@message
class RecommendationSuperseded(SupersedeRecommendation, Event[SupersedeRecommendation]):
    """The recommendation has ended in favour of *successor*."""


def close(command: CloseRecommendation, state: Recommendation) -> tuple[RecommendationClosed, ...]:
    refuse_second("recommendation.closed-already", state.closed)
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    if not any(day > command.on for day in state.checks_due):
        raise RefusedError("recommendation.monitoring-schedule")
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (RecommendationClosed.of(command),)


def reopen(
    command: ReopenRecommendation, state: Recommendation
) -> tuple[RecommendationReopened, ...]:
    if state.status not in (Status.IMPLEMENTED, Status.EMBEDDED, Status.RELAPSED):
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    refuse_past(command.due, command)
    return (RecommendationReopened.of(command),)


def withdraw(
    command: WithdrawRecommendation, state: Recommendation
) -> tuple[RecommendationWithdrawn, ...]:
    refuse_ended(state)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (RecommendationWithdrawn.of(command),)


def supersede(
    command: SupersedeRecommendation, state: Recommendation
) -> tuple[RecommendationSuperseded, ...]:
    if command.successor == command.recommendation:
        raise RefusedError("recommendation.succeeds-itself", successor=command.successor)
    refuse_ended(state)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (RecommendationSuperseded.of(command),)


def refuse_ended(state: Recommendation) -> None:
    if state.status in ENDED:
        raise RefusedError("recommendation.ended", status=state.status)
