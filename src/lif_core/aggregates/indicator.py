"""The life of an indicator: a performance figure over time, whose signals speak for or against a
change (framework §5.1).
"""

from collections.abc import Mapping
from datetime import date
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
from lif_core.values.fields import IndicatorRef, RecommendationRef, Text, message

# Commands and events


@message
class DefineIndicator(Command):
    """An indicator is defined: its *unit*, whether more is better, and what it *speaks_to*."""

    indicator: IndicatorRef
    name: Text
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
class SetTarget(Command):
    """The value that the indicator is to reach, from this day on (framework §5.1)."""

    indicator: IndicatorRef
    target: float
    reasons: Text


@message
class TargetSet(SetTarget, Event[SetTarget]):
    """The target in force; a later one replaces it."""


@message
class ResolveConcern(Command):
    """A committee has looked at the signals up to now, and is satisfied, for these *reasons*."""

    indicator: IndicatorRef
    reasons: Text


@message
class ConcernResolved(ResolveConcern, Event[ResolveConcern]):
    """Signals up to this day no longer stand against a change."""


IndicatorCommand: TypeAlias = DefineIndicator | RecordPoint | SetTarget | ResolveConcern
IndicatorEvent: TypeAlias = IndicatorDefined | PointRecorded | TargetSet | ConcernResolved


# State


class Indicator(Struct, frozen=True, kw_only=True):
    """The state of an indicator: all that its rules ask about its past."""

    defined: IndicatorDefined | None = None
    points: Mapping[str, PointRecorded] = {}
    target: TargetSet | None = None


def evolve(state: Indicator | None, event: IndicatorEvent) -> Indicator:
    state = state or Indicator()
    match event:
        case IndicatorDefined():
            return replace(state, defined=event)
        case PointRecorded(period=period):
            return replace(state, points=plus(state.points, period.isoformat(), event))
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
            if command.period > command.on:
                raise RefusedError("indicator.before-the-period", period=command.period)
            refuse_second("indicator.point-taken", state.points.get(command.period.isoformat()))
            return (PointRecorded.of(command),)
        case SetTarget():
            refuse_before_last("indicator.out-of-order", command, state.target)
            return (TargetSet.of(command),)
        case ResolveConcern():
            return (ConcernResolved.of(command),)
        case _:
            assert_never(command)


decider: Decider[IndicatorCommand, IndicatorEvent, Indicator] = Decider(
    category="indicator",
    commands=IndicatorCommand,
    events=IndicatorEvent,
    opens=(IndicatorDefined,),
    decide=decide,
    evolve=evolve,
)
