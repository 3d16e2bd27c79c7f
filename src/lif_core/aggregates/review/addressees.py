"""Telling outside addressees, such as a national panel or an inspectorate, of a review: of its
case, of the decision whether to hold it, and of its report.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from lif_core.aggregates.review.opening import CaseNotified, refuse_strangers
from lif_core.aggregates.review.report import accepted
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind, told
from lif_core.values.fields import (
    AddresseeCode,
    Code,
    ReviewRef,
    message,
)


class Matter(StrEnum):
    """A matter that addressees are told of; of a report, they get a copy."""

    CASE = "case"
    DECISION = "decision"
    REPORT = "report"


@message
class InformAddressees(Command):
    """Addressees outside are told of a *matter* of the review; each counts for itself.

    *to* are codes of the framework, such as a national panel, an inspectorate or a Secretary of
    State.
    """

    review: ReviewRef
    matter: Matter
    to: tuple[AddresseeCode, ...]


@message
class AddresseesInformed(InformAddressees, Event[InformAddressees]):
    """These addressees know of it, and no others. *gates* are as those of `HoldDecided`."""

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it, whichever way was decided."""
        milestones = {milestone_of(self.matter, hold=hold) for hold in (True, False)}
        return tuple(
            name for each in sorted(milestones) for name in milestones_told(each, self.to)
        )


def inform(
    command: InformAddressees, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[AddresseesInformed, ...]:
    """Refuse what there is not to tell yet, and to tell whoever knows, or has no part in it."""
    if not command.to:
        raise RefusedError("review.informs-nobody")
    refuse_strangers(command.to, kind, framework)
    refuse_earlier("review.out-of-order", command, _known_since(command.matter, state))
    milestone = milestone_of(command.matter, hold=state.hold is not None and state.hold.hold)
    for addressee in command.to:
        informed_then: Event[Any] | None = state.informed.get(told(milestone, addressee))
        if command.matter is Matter.CASE and addressee in told_with_the_case(state):
            informed_then = state.begun
        refuse_second("review.informed-already", informed_then)
    return (AddresseesInformed.of(command),)


def _known_since(matter: Matter, state: Review) -> date:
    """Return the day of what is told; refuse where it has not happened."""
    if matter is Matter.REPORT:
        return accepted(state).on
    if matter is Matter.DECISION:
        if state.hold is None:
            raise RefusedError("review.not-decided")
        return state.hold.on
    return state.begun.on if state.begun else date.min


def milestone_of(matter: Matter, *, hold: bool | None) -> str:
    """Return the milestone that is reached by telling of a *matter*, of a decision to *hold*."""
    if matter is Matter.DECISION:
        return "decision to hold told" if hold else "decision not to hold told"
    return "report sent" if matter is Matter.REPORT else "case told"


def milestones_told(milestone: str, addressees: tuple[str, ...]) -> tuple[str, ...]:
    """Return the milestones reached by telling *addressees*: of any, and of each of them."""
    return (milestone, *(told(milestone, to) for to in addressees)) if addressees else ()


def told_with_the_case(state: Review) -> tuple[str, ...]:
    """Return the addressees that were told of the case when the board was."""
    return state.begun.told if isinstance(state.begun, CaseNotified) else ()


def informed(state: Review, event: AddresseesInformed) -> dict[str, AddresseesInformed]:
    """Return who was told of what by now, by milestone."""
    milestone = milestone_of(event.matter, hold=state.hold is not None and state.hold.hold)
    return {**state.informed, **{told(milestone, to): event for to in event.to}}
