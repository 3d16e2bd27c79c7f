"""A planned recommendation has an owner and a due date; both may change."""

from datetime import date

from msgspec.structs import replace

from lif_core.aggregates.recommendation.proposal import is_issuer, owed_to
from lif_core.aggregates.recommendation.state import OWED, Recommendation, Status
from lif_core.aggregates.succession import UNOWNED
from lif_core.decisions.decider import Setting, minus, plus, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, PersonalText, RecommendationRef, message


@message
class PlanRecommendation(Command):
    """The recommendation enters a programme of action: an owner, an action, a due date (framework
    §1.4).

    Without a *due* date, that is yet to be agreed: it is owed, and cannot be late.
    """

    recommendation: RecommendationRef
    owner: BodyRef
    action: PersonalText
    due: date | None = None


@message
class RecommendationPlanned(PlanRecommendation, Event[PlanRecommendation]):
    """*owner* answers for it from this day; *due* is its original due date, where there is one."""


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
    """The owner offers an *explanation* of a delay, by this reference.

    It holds from the day of recording *until* it expires, and without that for the days that the
    pack gives. It counts once it is accepted.
    """

    recommendation: RecommendationRef
    explanation: Code
    reasons: PersonalText
    until: date | None = None


@message
class RecommendationDelayExplained(ExplainRecommendationDelay, Event[ExplainRecommendationDelay]):
    """The explanation is offered: shown beside the days overdue, and never netted."""


@message
class AcceptRecommendationExplanation(Command):
    """The body that the duty is owed to accepts an *explanation* of its delay: the one that issued
    the recommendation, or one of its boards.
    """

    recommendation: RecommendationRef
    explanation: Code


@message
class RecommendationExplanationAccepted(
    AcceptRecommendationExplanation, Event[AcceptRecommendationExplanation]
):
    """Days overdue from the recording of this on are explained, and shown apart, not netted.

    *warnings* are codes: `by-its-owner` where a body accepted an explanation of its own.
    """

    warnings: tuple[Code, ...] = ()


@message
class ProposeTransfer(Command):
    """The owner asks another body to take it over, and holds it until that body accepts."""

    recommendation: RecommendationRef
    to: BodyRef
    reasons: PersonalText


@message
class TransferProposed(ProposeTransfer, Event[ProposeTransfer]):
    """The transfer waits for the other body's acceptance."""


@message
class AcceptTransfer(Command):
    """The body that was asked takes it over, from this day."""

    recommendation: RecommendationRef


@message
class TransferAccepted(AcceptTransfer, Event[AcceptTransfer]):
    """`by.body` owns it from this day."""


def plan(command: PlanRecommendation, state: Recommendation) -> tuple[RecommendationPlanned, ...]:
    refuse_planned(state)
    if state.status not in (Status.ACCEPTED, Status.REOPENED):
        raise RefusedError("recommendation.not-accepted", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if command.due is not None:
        refuse_past(command.due, command)
    return (RecommendationPlanned.of(command),)


def change_due_date(
    command: ChangeDueDate, state: Recommendation, setting: Setting
) -> tuple[DueDateChanged, ...]:
    refuse_unless_owed(state)
    refuse_earlier("recommendation.out-of-order", command, max(state.since, state.redated))
    refuse_past(command.due, command)
    if state.due == command.due:
        raise RefusedError("recommendation.due-unchanged", due=command.due)
    return (DueDateChanged.of(command, warnings=warnings_of_owner(command, state, setting)),)


def explain_delay(
    command: ExplainRecommendationDelay, state: Recommendation, setting: Setting
) -> tuple[RecommendationDelayExplained, ...]:
    refuse_unless_owed(state)
    refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    refuse_second("recommendation.explanation-taken", state.explanations.get(command.explanation))
    if state.due is None:
        raise RefusedError("recommendation.undated")
    if command.until is not None and command.until <= command.on:
        raise RefusedError("recommendation.explanation-ended", until=command.until)
    return (RecommendationDelayExplained.of(command),)


def accept_explanation(
    command: AcceptRecommendationExplanation, state: Recommendation, setting: Setting
) -> tuple[RecommendationExplanationAccepted, ...]:
    """Refuse an acceptance that can never count, and one by a body that the duty is not owed to.

    An owner accepts no explanation of its own, unless it issued the recommendation itself.
    """
    refuse_unless_owed(state)
    explained = state.explanations.get(command.explanation)
    if explained is None:
        raise RefusedError("recommendation.no-such-explanation", explanation=command.explanation)
    is_its_own = is_owner(command, state, setting) and not is_issuer(command, state, setting)
    bodies = owed_to(state, setting)
    if is_its_own or command.by.body not in bodies:
        raise RefusedError("recommendation.owed-to-another", owed_to=bodies, body=command.by.body)
    if command.explanation not in state.offered or command.explanation in state.accepted:
        raise RefusedError("recommendation.explanation-over", explanation=command.explanation)
    refuse_earlier("recommendation.out-of-order", command, explained.on)
    if explained.until is not None and explained.until <= command.on:
        raise RefusedError("recommendation.explanation-ended", until=explained.until)
    warnings = warnings_of_owner(command, state, setting)
    return (RecommendationExplanationAccepted.of(command, warnings=warnings),)


def propose_transfer(
    command: ProposeTransfer, state: Recommendation, setting: Setting
) -> tuple[TransferProposed, ...]:
    refuse_unless_owed(state)
    refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if command.to in (state.owner, holder_of(state, setting)):
        raise RefusedError("recommendation.owned-already", owner=state.owner)
    return (TransferProposed.of(command),)


def accept_transfer(
    command: AcceptTransfer, state: Recommendation, setting: Setting
) -> tuple[TransferAccepted, ...]:
    """Accept what was proposed; what nobody owns any more, a body may take on unasked."""
    refuse_unless_owed(state)
    if holder_of(state, setting) == UNOWNED:
        refuse_earlier("recommendation.out-of-order", command, state.since)
        return (TransferAccepted.of(command),)
    if state.transfer is None:
        raise RefusedError("recommendation.no-transfer-proposed", owner=state.owner)
    if command.by.body not in (state.transfer.to, setting.holder(state.transfer.to)):
        raise RefusedError("recommendation.transfer-to-another", to=state.transfer.to)
    refuse_earlier("recommendation.out-of-order", command, state.transfer.on)
    return (TransferAccepted.of(command),)


def explanation_offered(
    state: Recommendation, event: RecommendationDelayExplained
) -> Recommendation:
    """Return the state with this explanation on offer: anew, where a correction left one of its
    name that had been accepted.
    """
    name, accepted = event.explanation, state.accepted
    if name in accepted:
        accepted = minus(accepted, name)
    explanations, offered = plus(state.explanations, name, event), plus(state.offered, name, event)
    return replace(state, explanations=explanations, offered=offered, accepted=accepted)


# Rules about owner and due date, for the other stages too


def holder_of(state: Recommendation, setting: Setting) -> str:
    """Return the body that holds it on the day of the decision; `UNOWNED` where nobody does."""
    return setting.holder_in(state.owner or "", state.stream)


def is_owner(command: Command, state: Recommendation, setting: Setting) -> bool:
    """Return whether the body that gives *command* owns it, or succeeds the body that did."""
    body = command.by.body
    return body == state.owner or body == holder_of(state, setting)


def warnings_of_owner(
    command: Command, state: Recommendation, setting: Setting
) -> tuple[str, ...]:
    """Return the warning that a body decided on what it owes itself: on record, not refused."""
    return ("by-its-owner",) if is_owner(command, state, setting) else ()


def refuse_unless_owner(command: Command, state: Recommendation, setting: Setting) -> None:
    if not is_owner(command, state, setting):
        raise RefusedError("recommendation.owner-only", owner=state.owner, body=command.by.body)


def refuse_unless_answerable(command: Command, state: Recommendation, setting: Setting) -> None:
    """Refuse a body that does not answer for it: its owner does or, where there is none yet, each
    body that has accepted it, in full or in part.
    """
    if state.owner is not None:
        refuse_unless_owner(command, state, setting)
        return
    accepted = state.accepted_by
    if command.by.body not in (*accepted, *map(setting.holder, accepted)):
        raise RefusedError(
            "recommendation.accepted-by-another", accepted_by=accepted, body=command.by.body
        )


def refuse_unless_owed(state: Recommendation) -> None:
    if state.status not in OWED:
        raise RefusedError("recommendation.not-owed", status=state.status)


def refuse_planned(state: Recommendation) -> None:
    if state.owner is not None:
        raise RefusedError("recommendation.already-planned", status=state.status)


def refuse_past(due: date, command: Command) -> None:
    if due < command.on:
        raise RefusedError("recommendation.due-in-the-past", due=due, on=command.on)
