"""The life of a continuous improvement plan: formulated on a basis, its priorities followed to an
outcome, its summary presented to the board (framework §5.1, §5.2, §3.4.4).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.evidence import Assessor, Showing, assessor_of
from lif_core.decisions.decider import (
    Decider,
    Setting,
    latest,
    plus,
    refuse_earlier,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import in_force
from lif_core.values.evidence import EvidenceLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    PersonalText,
    PlanBasisCode,
    PlanRef,
    StreamRef,
    Text,
    message,
)


class Progress(StrEnum):
    """The progress of a priority, as its lead reports it."""

    ON_TRACK = "on track"
    AT_RISK = "at risk"
    OFF_TRACK = "off track"
    DONE = "done"


@frozen(kw_only=True)
class Basis:
    """A *basis* of the framework (§5.1) that the plan rests on; its *account* and *sources*."""

    basis: PlanBasisCode
    account: Text
    sources: tuple[StreamRef, ...] = ()


@frozen(kw_only=True)
class MissingBasis:
    """A *basis* of the framework that the plan does without, and why."""

    basis: PlanBasisCode
    reasons: PersonalText


# Commands and events


@message
class AdoptPlan(Command):
    """The committee adopts a plan for [*since*, *until*]; each basis has an account, or reasons
    why it is missing (framework §5.1).
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
    """A priority is set: its *aim*, the body in the *lead*, and the learning it is *arising_from*
    (framework §3.4.4).
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
    """The lead reports the *progress* of a priority."""

    plan: PlanRef
    priority: Code
    progress: Progress
    account: PersonalText


@message
class ProgressReported(ReportProgress, Event[ReportProgress]):
    """The priority has a report; in what is shown, a later one replaces it."""


@message
class RecordOutcome(Command):
    """The priority improved this for children or adults (framework §3.4.4).

    It *rests_on* streams, of which audits are evidence, and on *documents*. *claimed* is the level
    of evidence that is claimed.
    """

    plan: PlanRef
    priority: Code
    outcome: PersonalText
    rests_on: tuple[StreamRef, ...] = ()
    documents: tuple[Code, ...] = ()
    claimed: EvidenceLevel | None = None


@message
class OutcomeRecorded(RecordOutcome, Event[RecordOutcome]):
    """The priority has an outcome; *level* is what the evidence came to that day."""

    level: EvidenceLevel


@message
class DropPriority(Command):
    """The priority is dropped from the plan, for these *reasons*."""

    plan: PlanRef
    priority: Code
    reasons: PersonalText


@message
class PriorityDropped(DropPriority, Event[DropPriority]):
    """The priority is off the plan."""


@message
class PresentSummary(Command):
    """An evaluated summary goes to the *board* (framework §5.2)."""

    plan: PlanRef
    board: BodyRef
    summary: Text
    evaluation: Text


@message
class SummaryPresented(PresentSummary, Event[PresentSummary]):
    """The board has the summary."""


@message
class ClosePlan(Command):
    """The plan has run its time; the *evaluation* says what became of it."""

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


# State


class ImprovementPlan(Struct, frozen=True, kw_only=True):
    """The state of a plan: all that its rules ask about its past, by priority."""

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


# Rules


def _adopt(
    command: AdoptPlan, state: ImprovementPlan | None, setting: Setting
) -> tuple[PlanAdopted, ...]:
    refuse_second("plan.reference-taken", state.adopted if state else None)
    if command.until < command.since:
        raise RefusedError("plan.ends-before-it-begins", since=command.since, until=command.until)
    framework = setting.framework
    codes = [basis.basis for basis in command.basis] + [gap.basis for gap in command.missing]
    for code in codes:
        framework.refuse_unknown("plan.unknown-basis", code, framework.plan_basis, command.on)
    if len(set(codes)) < len(codes):
        raise RefusedError("plan.basis-twice", basis=codes)
    entries = in_force(framework.plan_basis, command.on)
    if lacking := [entry.code for entry in entries if entry.code not in codes]:
        raise RefusedError("plan.basis-missing", missing=lacking)
    return (PlanAdopted.of(command),)


def _set_priority(command: SetPriority, state: ImprovementPlan) -> tuple[PrioritySet, ...]:
    refuse_second("plan.priority-taken", state.priorities.get(command.priority))
    if command.due < command.on:
        raise RefusedError("plan.due-in-the-past", due=command.due, on=command.on)
    return (PrioritySet.of(command),)


def _report_progress(
    command: ReportProgress, state: ImprovementPlan, setting: Setting
) -> tuple[ProgressReported, ...]:
    lead = _priority(command, state).lead
    if command.by.body not in (lead, setting.holder(lead)):
        raise RefusedError("plan.lead-only", lead=lead, body=command.by.body)
    return (ProgressReported.of(command),)


def level_of_outcome(command: RecordOutcome, lead: str, assessor: Assessor) -> EvidenceLevel:
    """Return the level of an outcome; an audit by the body in the *lead* is its own."""
    showing = Showing(on=command.on, owners=(lead,))
    return assessor.level(showing, command.rests_on, command.documents)


def _close(command: ClosePlan, state: ImprovementPlan) -> tuple[PlanClosed, ...]:
    if waiting := sorted(set(state.priorities) - state.ended):
        raise RefusedError("plan.priorities-open", priorities=waiting)
    refuse_earlier("plan.out-of-order", command, state.latest)
    return (PlanClosed.of(command),)


def _priority(
    command: ReportProgress | RecordOutcome | DropPriority, state: ImprovementPlan
) -> PrioritySet:
    """Return the priority that *command* is about; refuse where the plan does not have it."""
    priority = state.priorities.get(command.priority)
    if priority is None:
        raise RefusedError("plan.no-such-priority", priority=command.priority)
    refuse_earlier("plan.out-of-order", command, priority.on)
    refuse_second("plan.priority-dropped", state.dropped.get(command.priority))
    return priority


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
            return _set_priority(command, state)
        case ReportProgress():
            return _report_progress(command, state, setting)
        case RecordOutcome():
            lead = _priority(command, state).lead
            level = level_of_outcome(command, lead, assessor_of(setting))
            return (OutcomeRecorded.of(command, level=level),)
        case DropPriority():
            _priority(command, state)
            return (PriorityDropped.of(command),)
        case PresentSummary():
            setting.framework.refuse_unless_board("plan.not-a-board", command.board)
            return (SummaryPresented.of(command),)
        case ClosePlan():
            return _close(command, state)
        case _:
            assert_never(command)


_OF_PRIORITY = latest(PrioritySet, by="priority")


def _contradicts(state: ImprovementPlan | None, event: PlanEvent) -> str | None:
    """Return why *event* cannot follow on *state*: it closes a plan with priorities open."""
    if isinstance(event, PlanClosed) and state and set(state.priorities) - state.ended:
        return "closes the plan while priorities are open"
    return None


decider: Decider[PlanCommand, PlanEvent, ImprovementPlan] = Decider(
    category="improvement_plan",
    commands=PlanCommand,
    events=PlanEvent,
    opens=(PlanAdopted,),
    rests_on={
        ProgressReported: (_OF_PRIORITY,),
        OutcomeRecorded: (_OF_PRIORITY,),
        PriorityDropped: (_OF_PRIORITY,),
    },
    contradicts=_contradicts,
    once={PrioritySet: ("priority",), PriorityDropped: ("priority",)},
    decide=decide,
    evolve=evolve,
)
