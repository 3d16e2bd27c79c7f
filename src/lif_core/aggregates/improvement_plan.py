"""The continuous improvement plan: formulated on a basis, its priorities followed to an outcome,
its summary presented to the board (framework §5.1, §5.2, §3.4.4).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    plus,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import BodyRef, Code, PlanRef, StreamRef, Text, message


class Progress(StrEnum):
    """Where a priority stands, as its lead says."""

    ON_TRACK = "on track"
    AT_RISK = "at risk"
    OFF_TRACK = "off track"
    DONE = "done"


@frozen(kw_only=True)
class Basis:
    """What the plan rests on: a *basis* of the framework (§5.1), told, with its *sources*."""

    basis: Code
    account: Text
    sources: tuple[StreamRef, ...] = ()


@frozen(kw_only=True)
class MissingBasis:
    """A *basis* of the framework that the plan does without, and why."""

    basis: Code
    reasons: Text


# What can be decided, and what is then on record


@message
class AdoptPlan(Command):
    """The committee adopts a plan for [*since*, *until*]; each basis is told, or explained as
    missing (framework §5.1).
    """

    plan: PlanRef
    title: Text
    since: date
    until: date
    basis: tuple[Basis, ...]
    missing: tuple[MissingBasis, ...] = ()


@message
class PlanAdopted(AdoptPlan, Event[AdoptPlan]):
    """The plan is in force; `by.body` owns it."""


@message
class SetPriority(Command):
    """What is to get better, who leads on it, and the learning it *arises_from* (framework
    §3.4.4).
    """

    plan: PlanRef
    priority: Code
    aim: Text
    lead: BodyRef
    due: date
    arising_from: tuple[StreamRef, ...] = ()


@message
class PrioritySet(SetPriority, Event[SetPriority]):
    """The priority is in the plan."""


@message
class ReportProgress(Command):
    """The lead says how a priority stands."""

    plan: PlanRef
    priority: Code
    progress: Progress
    account: Text


@message
class ProgressReported(ReportProgress, Event[ReportProgress]):
    """A later report replaces it in what is shown."""


@message
class RecordOutcome(Command):
    """What the priority improved for children or adults, how strong the evidence is, and where it
    comes from (framework §3.4.4).
    """

    plan: PlanRef
    priority: Code
    outcome: Text
    level: EvidenceLevel
    evidence: tuple[StreamRef, ...] = ()


@message
class OutcomeRecorded(RecordOutcome, Event[RecordOutcome]):
    """The priority has an outcome."""


@message
class DropPriority(Command):
    """The priority is no longer one, and why."""

    plan: PlanRef
    priority: Code
    reasons: Text


@message
class PriorityDropped(DropPriority, Event[DropPriority]):
    """It is off the plan."""


@message
class PresentSummary(Command):
    """An evaluated summary goes to the *board* (framework §5.2)."""

    plan: PlanRef
    board: BodyRef
    summary: Text
    evaluation: Text


@message
class SummaryPresented(PresentSummary, Event[PresentSummary]):
    """The board has it."""


@message
class ClosePlan(Command):
    """The plan has run; what became of it is the *evaluation*."""

    plan: PlanRef
    evaluation: Text


@message
class PlanClosed(ClosePlan, Event[ClosePlan]):
    """Each priority has an outcome, or was dropped for a reason."""


PlanCommand: TypeAlias = (
    AdoptPlan
    | SetPriority
    | ReportProgress
    | RecordOutcome
    | DropPriority
    | PresentSummary
    | ClosePlan
)
PlanEvent: TypeAlias = (
    PlanAdopted
    | PrioritySet
    | ProgressReported
    | OutcomeRecorded
    | PriorityDropped
    | SummaryPresented
    | PlanClosed
)


# What the rules ask about the past


class ImprovementPlan(Struct, frozen=True, kw_only=True):
    """What a plan has come to, by the references of its priorities."""

    adopted: PlanAdopted | None = None
    priorities: Mapping[str, PrioritySet] = {}
    ended: frozenset[str] = frozenset()  # with an outcome, or dropped
    latest: date = date.min  # of these
    dropped: Mapping[str, PriorityDropped] = {}
    closed: PlanClosed | None = None


def evolve(state: ImprovementPlan | None, event: PlanEvent) -> ImprovementPlan:
    state = state or ImprovementPlan()
    match event:
        case PlanAdopted():
            return replace(state, adopted=event)
        case PrioritySet(priority=priority):
            return replace(state, priorities=plus(state.priorities, priority, event))
        case OutcomeRecorded(priority=priority):
            return _ended(state, priority, event.on)
        case PriorityDropped(priority=priority):
            dropped = plus(state.dropped, priority, event)
            return replace(_ended(state, priority, event.on), dropped=dropped)
        case PlanClosed():
            return replace(state, closed=event)
        case ProgressReported() | SummaryPresented():
            return state
        case _:
            assert_never(event)


def _ended(state: ImprovementPlan, priority: str, on: date) -> ImprovementPlan:
    return replace(state, ended=state.ended | {priority}, latest=max(state.latest, on))


# The rules


def decide(
    command: PlanCommand, state: ImprovementPlan | None, setting: Setting
) -> tuple[PlanEvent, ...]:
    if isinstance(command, AdoptPlan):
        return _adopt(command, state, setting)
    if state is None or state.adopted is None:
        raise unknown("plan.unknown", command)
    refuse_second("plan.closed", state.closed)
    match command:
        case SetPriority():
            refuse_second("plan.priority-taken", state.priorities.get(command.priority))
            if command.due < command.on:
                raise RefusedError("plan.due-in-the-past", due=command.due, on=command.on)
            return (PrioritySet.of(command),)
        case ReportProgress():
            lead = _priority(command, state).lead
            if command.by.body not in (lead, setting.holder(lead)):
                raise RefusedError("plan.lead-only", lead=lead, body=command.by.body)
            return (ProgressReported.of(command),)
        case RecordOutcome():
            _priority(command, state)
            return (OutcomeRecorded.of(command),)
        case DropPriority():
            _priority(command, state)
            return (PriorityDropped.of(command),)
        case PresentSummary():
            setting.framework.refuse_unless_board("plan.not-a-board", command.board)
            return (SummaryPresented.of(command),)
        case ClosePlan():
            if waiting := sorted(set(state.priorities) - state.ended):
                raise RefusedError("plan.priorities-open", priorities=waiting)
            refuse_earlier("plan.out-of-order", command, state.latest)
            return (PlanClosed.of(command),)
        case _:
            assert_never(command)


def _adopt(
    command: AdoptPlan, state: ImprovementPlan | None, setting: Setting
) -> tuple[PlanEvent, ...]:
    refuse_second("plan.reference-taken", state.adopted if state else None)
    if command.until < command.since:
        raise RefusedError("plan.ends-before-it-begins", since=command.since, until=command.until)
    framework = setting.framework
    told = [one.basis for one in command.basis] + [one.basis for one in command.missing]
    for basis in told:
        framework.refuse_unknown("plan.unknown-basis", basis, framework.plan_basis)
    if len(set(told)) < len(told):
        raise RefusedError("plan.basis-twice", basis=told)
    if lacking := [entry.code for entry in framework.plan_basis if entry.code not in told]:
        raise RefusedError("plan.basis-missing", missing=lacking)
    return (PlanAdopted.of(command),)


def _priority(
    command: ReportProgress | RecordOutcome | DropPriority, state: ImprovementPlan
) -> PrioritySet:
    known = state.priorities.get(command.priority)
    if known is None:
        raise RefusedError("plan.no-such-priority", priority=command.priority)
    refuse_earlier("plan.out-of-order", command, known.on)
    refuse_second("plan.priority-dropped", state.dropped.get(command.priority))
    return known


decider: Decider[PlanCommand, PlanEvent, ImprovementPlan] = Decider(
    category="improvement_plan",
    commands=PlanCommand,
    events=PlanEvent,
    opens=(PlanAdopted,),
    decide=decide,
    evolve=evolve,
)
