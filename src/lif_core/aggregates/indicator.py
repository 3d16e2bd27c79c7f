"""The life of an indicator: a performance figure over time, whose signals speak for or against a
change (framework §5.1).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import (
    Decider,
    Setting,
    plus,
    refuse_before_last,
    refuse_second,
    unknown,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    Code,
    Count,
    IndicatorRef,
    PersonalText,
    RecommendationRef,
    Text,
    message,
)


class IndicatorKind(StrEnum):
    """The kind of figure that an indicator is: a count of events, or a measurement."""

    COUNT = "count"
    MEASUREMENT = "measurement"


# Commands and events


@message
class DefineIndicator(Command):
    """An indicator is defined: its *kind*, a count or a measurement, its *unit*, whether more is
    better, and what it *speaks_to*.
    """

    indicator: IndicatorRef
    name: Text
    kind: IndicatorKind
    unit: Text
    higher_is_better: bool
    speaks_to: tuple[RecommendationRef, ...] = ()


@message
class IndicatorDefined(DefineIndicator, Event[DefineIndicator]):
    """Points of the indicator can be recorded."""


@message
class RecordPoint(Command):
    """The value of the indicator for the period that ends on *period*, published on this day."""

    indicator: IndicatorRef
    period: date
    value: float


@message
class PointRecorded(RecordPoint, Event[RecordPoint]):
    """A point of its chart; a revision is an amendment of it, and keeps both."""


@message
class RecordOccurrence(Command):
    """One of the rare events that the indicator counts, by a reference that identifies nobody, and
    the *day* it happened on; *opportunities* are those since the event before, none of them one.
    """

    indicator: IndicatorRef
    occurrence: Code
    day: date
    opportunities: Count | None = None


@message
class OccurrenceRecorded(RecordOccurrence, Event[RecordOccurrence]):
    """The time, or the opportunities, since the event before it are a point of the chart."""


@message
class SetBaseline(Command):
    """From the point of period *since* on, the limits come from a new baseline, for these
    *reasons*: the process is known to be another one.
    """

    indicator: IndicatorRef
    since: date
    reasons: PersonalText


@message
class BaselineSet(SetBaseline, Event[SetBaseline]):
    """Points from *since* on are held against new limits, others against those before."""


@message
class SetTarget(Command):
    """The value that the indicator is to reach, from this day on (framework §5.1)."""

    indicator: IndicatorRef
    target: float
    reasons: PersonalText


@message
class TargetSet(SetTarget, Event[SetTarget]):
    """The target in force; a later one replaces it."""


@message
class ResolveConcern(Command):
    """A committee has looked at the signals up to now, and is satisfied, for these *reasons*."""

    indicator: IndicatorRef
    reasons: PersonalText


@message
class ConcernResolved(ResolveConcern, Event[ResolveConcern]):
    """Signals up to this day no longer stand against a change."""


IndicatorCommand: TypeAlias = (
    DefineIndicator | RecordPoint | RecordOccurrence | SetBaseline | SetTarget | ResolveConcern
)
IndicatorEvent: TypeAlias = (
    IndicatorDefined
    | PointRecorded
    | OccurrenceRecorded
    | BaselineSet
    | TargetSet
    | ConcernResolved
)


# State


class Indicator(Struct, frozen=True, kw_only=True):
    """The state of an indicator: all that its rules ask about its past, and its chart."""

    defined: IndicatorDefined | None = None
    points: Mapping[str, PointRecorded] = {}  # by period
    occurrences: Mapping[str, OccurrenceRecorded] = {}
    baselines: tuple[BaselineSet, ...] = ()
    target: TargetSet | None = None


def evolve(state: Indicator | None, event: IndicatorEvent) -> Indicator:
    state = state or Indicator()
    match event:
        case IndicatorDefined():
            return replace(state, defined=event)
        case PointRecorded(period=period):
            return replace(state, points=plus(state.points, period.isoformat(), event))
        case OccurrenceRecorded(occurrence=key):
            return replace(state, occurrences=plus(state.occurrences, key, event))
        case BaselineSet():
            return replace(state, baselines=(*state.baselines, event))
        case TargetSet():
            return replace(state, target=event)
        case ConcernResolved():
            return state
        case _:
            assert_never(event)


# Rules


def decide(
    command: IndicatorCommand, state: Indicator | None, setting: Setting
) -> tuple[IndicatorEvent, ...]:
    if isinstance(command, DefineIndicator):
        refuse_second("indicator.reference-taken", state.defined if state else None)
        return (IndicatorDefined.of(command),)
    if state is None or state.defined is None:
        raise unknown("indicator.unknown", command)
    match command:
        case RecordPoint():
            return _record_point(command, state, state.defined.kind)
        case RecordOccurrence():
            return _record_occurrence(command, state, state.defined.kind)
        case SetBaseline():
            return _set_baseline(command, state)
        case SetTarget():
            refuse_before_last("indicator.out-of-order", command, state.target)
            return (TargetSet.of(command),)
        case ResolveConcern():
            return (ConcernResolved.of(command),)
        case _:
            assert_never(command)


def _record_point(
    command: RecordPoint, state: Indicator, kind: IndicatorKind
) -> tuple[PointRecorded, ...]:
    if command.period > command.on:
        raise RefusedError("indicator.before-the-period", period=command.period)
    if kind is IndicatorKind.COUNT and (command.value < 0 or command.value % 1):
        raise RefusedError("indicator.not-a-count", value=command.value)
    refuse_second("indicator.point-taken", state.points.get(command.period.isoformat()))
    return (PointRecorded.of(command),)


def _record_occurrence(
    command: RecordOccurrence, state: Indicator, kind: IndicatorKind
) -> tuple[OccurrenceRecorded, ...]:
    if kind is not IndicatorKind.COUNT:
        raise RefusedError("indicator.not-a-count", kind=kind)
    if command.day > command.on:
        raise RefusedError("indicator.before-the-occurrence", day=command.day)
    refuse_second("indicator.occurrence-taken", state.occurrences.get(command.occurrence))
    return (OccurrenceRecorded.of(command),)


def _set_baseline(command: SetBaseline, state: Indicator) -> tuple[BaselineSet, ...]:
    last = state.baselines[-1] if state.baselines else None
    refuse_before_last("indicator.out-of-order", command, last)
    if last is not None and command.since <= last.since:
        raise RefusedError("indicator.baseline-taken", since=command.since, last=last.since)
    return (BaselineSet.of(command),)


decider: Decider[IndicatorCommand, IndicatorEvent, Indicator] = Decider(
    category="indicator",
    commands=IndicatorCommand,
    events=IndicatorEvent,
    opens=(IndicatorDefined,),
    once={PointRecorded: ("period",), OccurrenceRecorded: ("occurrence",)},
    decide=decide,
    evolve=evolve,
)
