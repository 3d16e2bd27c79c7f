"""Checks find whether a change lasts, and the owner is told of them."""

from datetime import date

from msgspec.structs import replace

from lif_core.aggregates.recommendation.closure import refuse_ended
from lif_core.aggregates.recommendation.ownership import refuse_past
from lif_core.aggregates.recommendation.state import ENDED, Recommendation, Status
from lif_core.decisions.decider import Setting, plus, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    NextAuditRef,
    PersonalText,
    RecommendationRef,
    message,
)


@message
class ScheduleChecks(Command):
    """The days on which the change will be checked again (framework §2.2, sustainability: regular
    monitoring and follow-up).
    """

    recommendation: RecommendationRef
    due: tuple[date, ...]


@message
class ChecksScheduled(ScheduleChecks, Event[ScheduleChecks]):
    """The checks are due, beside those scheduled before."""


@message
class CheckRecommendation(Command):
    """The change is checked, and is still in place or not; *check* is the check's reference, and
    *audit* the audit that it comes from.
    """

    recommendation: RecommendationRef
    check: Code
    passed: bool
    level: EvidenceLevel
    note: PersonalText
    audit: NextAuditRef | None = None


@message
class RecommendationChecked(CheckRecommendation, Event[CheckRecommendation]):
    """The change was found in place, or gone; if it was embedded, it has relapsed."""


@message
class TellOwner(Command):
    """The owner is told of the outcome of a *check* (framework §2.2, follow-up)."""

    recommendation: RecommendationRef
    check: Code


@message
class OwnerTold(TellOwner, Event[TellOwner]):
    """The *owner* knows of the check."""

    owner: BodyRef


def schedule_checks(command: ScheduleChecks, state: Recommendation) -> tuple[ChecksScheduled, ...]:
    if not command.due:
        raise RefusedError("recommendation.no-checks")
    refuse_ended(state)
    refuse_past(min(command.due), command)
    return (ChecksScheduled.of(command),)


def check(
    command: CheckRecommendation, state: Recommendation
) -> tuple[RecommendationChecked, ...]:
    """Refuse a check from before the change was in place; it may be recorded late."""
    refuse_second("recommendation.check-taken", state.checks.get(command.check))
    if state.implemented is None or state.status in ENDED:
        raise RefusedError("recommendation.nothing-to-check", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.implemented)
    return (RecommendationChecked.of(command),)


def tell_owner(
    command: TellOwner, state: Recommendation, setting: Setting
) -> tuple[OwnerTold, ...]:
    known = state.checks.get(command.check)
    if known is None:
        raise RefusedError("recommendation.no-such-check", check=command.check)
    refuse_earlier("recommendation.out-of-order", command, known.on)
    if state.owner is None:
        raise RefusedError("recommendation.owned-by-nobody")
    if command.check in state.owner_told:
        raise RefusedError("recommendation.owner-told-already", check=command.check)
    return (OwnerTold.of(command, owner=setting.holder(state.owner)),)


def checked(state: Recommendation, event: RecommendationChecked) -> Recommendation:
    """Return the state with this check; a failed one in a spell of improvement is its relapse."""
    state = replace(state, checks=plus(state.checks, event.check, event))
    in_spell = state.status is Status.EMBEDDED and event.on >= state.since
    if in_spell and not event.passed:
        return state.with_status(Status.RELAPSED, event.on)
    return state
