"""The findings of a review, and what follows from each: an action, none, or its sharing."""

from datetime import date
from enum import StrEnum

from msgspec.structs import replace

from lif_core.aggregates.review.opening import held_since
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind
from lif_core.values.fields import (
    Code,
    NextDisseminationRef,
    NextRecommendationRef,
    PersonalText,
    PurposeCode,
    ReviewRef,
    message,
)


class Factor(StrEnum):
    """The subject of a finding: the system first, a person's act only within it (framework §3)."""

    SYSTEM = "system"
    INDIVIDUAL = "individual"
    GOOD_PRACTICE = "good practice"


@message
class RecordFinding(Command):
    """The review finds what happened, and why (framework §1.3); *factor* is the subject of it.

    *purpose* is one of those the framework names for the kind of review (framework §3.3.1).
    *themes* are what it is about, such as neglect: learning on one theme is put together by them.
    *began* is the day on which what happened began, where it is known.
    """

    review: ReviewRef
    finding: Code
    factor: Factor
    what: PersonalText
    why: PersonalText
    purpose: PurposeCode | None = None
    themes: tuple[Code, ...] = ()
    began: date | None = None


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
    """Good practice is passed on by a *dissemination* (framework §1.1, §4.1)."""

    review: ReviewRef
    finding: Code
    dissemination: NextDisseminationRef


@message
class FindingShared(ShareFinding, Event[ShareFinding]):
    """The finding has been shared; good practice needs no other action."""


def record(
    command: RecordFinding, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[FindingRecorded, ...]:
    refuse_earlier("review.out-of-order", command, held_since(state))
    if command.purpose is not None:
        framework.refuse_unlisted(
            "review.unknown-purpose", command.purpose, kind.purposes, command.on
        )
    if command.began is not None and command.on < command.began:
        raise RefusedError("review.found-before-it-began", on=command.on, began=command.began)
    refuse_second("review.finding-taken", state.findings.get(command.finding))
    refuse_second("review.accepted-already", state.accepted)
    return (FindingRecorded.of(command),)


def address(command: AddressFinding, state: Review) -> tuple[FindingAddressed, ...]:
    _refuse_unknown(command, state)
    return (FindingAddressed.of(command),)


def take_no_action(command: TakeNoAction, state: Review) -> tuple[NoActionTaken, ...]:
    _refuse_unknown(command, state)
    if command.finding in state.taken_up:
        raise RefusedError("review.finding-taken-up", finding=command.finding)
    return (NoActionTaken.of(command),)


def share(command: ShareFinding, state: Review) -> tuple[FindingShared, ...]:
    _refuse_unknown(command, state)
    return (FindingShared.of(command),)


def _refuse_unknown(command: AddressFinding | TakeNoAction | ShareFinding, state: Review) -> None:
    """Refuse an answer to a finding that is not on record, or not yet on that day."""
    finding = state.findings.get(command.finding)
    if finding is None:
        raise RefusedError("review.no-such-finding", finding=command.finding)
    refuse_earlier("review.out-of-order", command, finding.on)


def refuse_open(state: Review) -> None:
    """Refuse to end a review while a finding has neither an action nor a reason for none."""
    if state.open_findings:
        raise RefusedError("review.findings-open", findings=state.open_findings)


def addressed(state: Review, event: FindingAddressed) -> Review:
    taken_up = state.taken_up | {event.finding}
    return replace(answered(state, event), taken_up=taken_up)


def shared(state: Review, event: FindingShared) -> Review:
    """Return the state with the finding answered, where it is of good practice."""
    finding = state.findings.get(event.finding)
    if finding is None or finding.factor is not Factor.GOOD_PRACTICE:
        return state
    return answered(state, event)


def answered(state: Review, event: FindingAddressed | NoActionTaken | FindingShared) -> Review:
    return replace(
        state,
        addressed=state.addressed | {event.finding},
        answered=max(state.answered, event.on),
    )
