"""Checks find whether a change lasts, and the owner is told of them."""

from datetime import date

from msgspec.structs import replace

from lif_core.aggregates.evidence import assessor_of, refuse_other_streams
from lif_core.aggregates.recommendation.assessment import assess_check, warnings_of_evidence
from lif_core.aggregates.recommendation.closure import refuse_ended
from lif_core.aggregates.recommendation.ownership import holder_of, refuse_past
from lif_core.aggregates.recommendation.state import ENDED, Recommendation, Status
from lif_core.aggregates.succession import UNOWNED
from lif_core.decisions.decider import Setting, plus, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    EvidenceRef,
    PersonalText,
    RecommendationRef,
    message,
)
from lif_core.values.refs import category_of, ref_of


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
    """The change is checked, and is still in place or not; *check* is the check's reference.

    It *rests_on* audits and indicators, and on *documents*. *claimed* is the level claimed.
    Without an audit or an indicator that shows the change, it is a note, and meets no check that
    is due.
    """

    recommendation: RecommendationRef
    check: Code
    passed: bool
    note: PersonalText
    rests_on: tuple[EvidenceRef, ...] = ()
    documents: tuple[Code, ...] = ()
    claimed: EvidenceLevel | None = None

    @property
    def audits(self) -> tuple[str, ...]:
        """The audits that it rests on, by reference."""
        return tuple(ref_of(s) for s in self.rests_on if category_of(s) == "audit")


@message
class RecommendationChecked(CheckRecommendation, Event[CheckRecommendation]):
    """The change was found in place, or gone; if it was embedded, it has relapsed.

    *level* is what the evidence came to that day. Unless it *verifies*, the check is a note: it
    shows neither that the change lasts nor that it is gone. *warnings* are codes: `note` for that,
    `claimed-above` where more is claimed than the level, and `named-before` where something
    earlier rests on the same audit or indicator.
    """

    level: EvidenceLevel
    verifies: bool
    warnings: tuple[Code, ...] = ()


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
    command: CheckRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationChecked, ...]:
    """Refuse a check from before the change was in place; it may be recorded late."""
    refuse_other_streams(command.rests_on)
    refuse_second("recommendation.check-taken", state.checks.get(command.check))
    if state.implemented is None or state.status in ENDED:
        raise RefusedError("recommendation.nothing-to-check", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.implemented)
    level, verifies = assess_check(command, state, assessor_of(setting))
    warnings = (
        *(() if verifies else ("note",)),
        *warnings_of_evidence(command, state, level),
    )
    event = RecommendationChecked.of(command, level=level, verifies=verifies, warnings=warnings)
    return (event,)


def tell_owner(
    command: TellOwner, state: Recommendation, setting: Setting
) -> tuple[OwnerTold, ...]:
    known = state.checks.get(command.check)
    if known is None:
        raise RefusedError("recommendation.no-such-check", check=command.check)
    refuse_earlier("recommendation.out-of-order", command, known.on)
    owner = holder_of(state, setting)
    if state.owner is None or owner == UNOWNED:
        raise RefusedError("recommendation.owned-by-nobody")
    if command.check in state.owner_told:
        raise RefusedError("recommendation.owner-told-already", check=command.check)
    return (OwnerTold.of(command, owner=owner),)


def checked(state: Recommendation, event: RecommendationChecked) -> Recommendation:
    """Return the state with this check; a failed one in a spell of improvement is its relapse."""
    state = replace(state, checks=plus(state.checks, event.check, event))
    in_spell = state.status is Status.EMBEDDED and event.on >= state.since
    if in_spell and event.verifies and not event.passed:
        return state.with_status(Status.RELAPSED, event.on)
    return state
