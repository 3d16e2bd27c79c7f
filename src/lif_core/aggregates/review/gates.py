"""Gates: the milestones that the framework asks for before a review may reach another one."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from lif_core.aggregates.review.addressees import (
    AddresseesInformed,
    InformAddressees,
    milestone_of,
    milestones_told,
)
from lif_core.aggregates.review.analysis import AnalyseDeath, DeathAnalysed
from lif_core.aggregates.review.closure import (
    CloseReview,
    DiscontinueReview,
    ReviewClosed,
    ReviewDiscontinued,
)
from lif_core.aggregates.review.conduct import MilestoneReached, RecordMilestone
from lif_core.aggregates.review.opening import (
    CaseNotified,
    DeathNotified,
    DecideHold,
    HoldDecided,
)
from lif_core.aggregates.review.publication import (
    PublishReport,
    ReportPublished,
    ReportTakenDown,
    TakeDownReport,
)
from lif_core.aggregates.review.report import AcceptReport, ReportAccepted
from lif_core.aggregates.review.state import Review
from lif_core.decisions.messages import Command, Event, evolved
from lif_core.errors import RefusedError
from lif_core.framework import Framework

E = TypeVar("E", bound=Event[Any])

GATED = (
    HoldDecided, AddresseesInformed, DeathAnalysed, ReportAccepted, ReportPublished,
    ReportTakenDown, ReviewClosed, ReviewDiscontinued, MilestoneReached,
)  # fmt: skip
"""The events by which a review reaches a milestone after its opening: each may have gates."""


def passed(command: Command, state: Review, framework: Framework) -> tuple[str, ...]:
    """Return the gates that *command* passes; refuse it before one that is not reached by then."""
    assert state.begun is not None
    gates: dict[str, None] = {}
    for milestone in _milestones_reached_by(command, state):
        for gate in framework.gates_of(milestone, state.kind, state.begun.on):
            if reached(state).get(gate, date.max) > command.on:
                raise RefusedError("review.gate", milestone=milestone, needs=gate)
            gates[gate] = None
    return tuple(gates)


def through(event: E, gates: tuple[str, ...]) -> E:
    """Return *event* with the *gates* that it has passed."""
    changed: E = evolved(event, gates=gates) if isinstance(event, GATED) else event
    return changed


def _milestones_reached_by(command: Command, state: Review) -> Iterable[str]:
    """Return the milestones that the review reaches by *command*."""
    match command:
        case DecideHold(hold=hold):
            return ("decided", "decided to hold" if hold else "decided not to hold")
        case InformAddressees(matter=matter):
            return (milestone_of(matter, hold=state.hold is not None and state.hold.hold),)
        case AnalyseDeath():
            return ("analysed",)
        case RecordMilestone(milestone=milestone):
            return (milestone,)
        case AcceptReport():
            return ("report accepted",)
        case PublishReport():
            return ("published",)
        case TakeDownReport():
            return ("taken down",)
        case CloseReview() | DiscontinueReview():
            return ("closed",)
        case _:
            return ()


def reached(state: Review) -> Mapping[str, date]:
    """Return the milestones that the review has reached, and the day of each."""
    days: dict[str, date] = {name: event.on for name, event in state.milestones.items()}
    for event in state.informed.values():
        milestone = milestone_of(event.matter, hold=state.hold is not None and state.hold.hold)
        for name in milestones_told(milestone, event.to):
            days[name] = min(event.on, days.get(name, event.on))
    begun = state.begun
    if isinstance(begun, CaseNotified):
        days |= {"aware": begun.aware, "notified": begun.on}
        days |= dict.fromkeys(milestones_told("case told", begun.told), begun.on)
    elif isinstance(begun, DeathNotified):
        days |= {"died": begun.died, "notified": begun.on}
    elif begun is not None:
        days["opened"] = begun.on
    if state.hold is not None:
        days["decided"] = state.hold.on
        days["decided to hold" if state.hold.hold else "decided not to hold"] = state.hold.on
    last = {
        "analysed": state.analysed,
        "report accepted": state.accepted,
        "taken down": state.taken_down,
        "closed": state.closed,
    }
    days |= {milestone: event.on for milestone, event in last.items() if event is not None}
    if isinstance(state.published, ReportPublished):
        days["published"] = state.published.on
    return days
