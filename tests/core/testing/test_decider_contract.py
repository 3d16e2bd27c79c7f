"""The contract of a decider finds what it says it does, and every decider is held to it."""

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import Phase, settings
from msgspec.structs import replace

from lif_core.aggregates import DECIDERS, indicator
from lif_core.aggregates.indicator import (
    ConcernResolved,
    DefineIndicator,
    Indicator,
    IndicatorDefined,
    IndicatorEvent,
    IndicatorKind,
    PointRecorded,
    RecordPoint,
    ResolveConcern,
    SetTarget,
    TargetSet,
)
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Event
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.lives import but
from tests.people import QUALITY, day

REF = "wscb/assessments-in-time"
DEFINE = DefineIndicator(
    by=QUALITY,
    on=day("2018-01-10"),
    indicator=REF,
    name="In time",
    kind=IndicatorKind.MEASUREMENT,
    unit="%",
    higher_is_better=True,
)
AIM = SetTarget(by=QUALITY, on=day("2018-01-20"), indicator=REF, target=90.0, reasons="The best")
RECORD = RecordPoint(
    by=QUALITY, on=day("2018-02-14"), indicator=REF, period=day("2018-01-31"), value=60.0
)
RAISE = but(AIM, on=day("2018-03-01"), target=95.0)
RESOLVE = ResolveConcern(by=QUALITY, on=day("2018-04-01"), indicator=REF, reasons="Explained")
LIFE = (DEFINE, AIM, RECORD, RAISE, RESOLVE)

Events = tuple[Event[Any], ...]
Fault = Callable[[], dict[str, Any]]


def decide(command: Any, state: Any, setting: Setting) -> Events:
    return indicator.decide(command, state, setting)


# Faults, each with the rest of the decider as it is


def forgets_a_field() -> dict[str, Any]:
    def forgetful(command: Any, state: Any, setting: Setting) -> Events:
        if command == AIM:
            return (TargetSet.of(but(AIM, reasons="None given")),)
        return decide(command, state, setting)

    return {"decide": forgetful}


def records_another_event() -> dict[str, Any]:
    def mistaken(command: Any, state: Any, setting: Setting) -> Events:
        if command == RESOLVE:
            return (TargetSet.of(but(AIM, on=RESOLVE.on)),)
        return decide(command, state, setting)

    return {"decide": mistaken}


def records_nothing() -> dict[str, Any]:
    def silent(command: Any, state: Any, setting: Setting) -> Events:
        return () if command == RESOLVE else decide(command, state, setting)

    return {"decide": silent}


def opens_with_anything() -> dict[str, Any]:
    def open_to_all(command: Any, state: Any, setting: Setting) -> Events:
        return (
            (PointRecorded.of(RECORD),) if command == RECORD else decide(command, state, setting)
        )

    return {"decide": open_to_all}


def says_that_another_event_opens_it() -> dict[str, Any]:
    return {"opens": (PointRecorded,)}


def records_a_repeat() -> dict[str, Any]:
    """A count of what was resolved makes each repeat a change."""

    def counting(state: Indicator | None, event: IndicatorEvent) -> Indicator:
        state = indicator.evolve(state, event)
        if isinstance(event, ConcernResolved):
            key = f"resolved {len(state.points)}"
            return replace(state, points={**state.points, key: state.points.get(key)})
        return state

    return {"evolve": counting}


def refuses_its_own_repeat() -> dict[str, Any]:
    """The event says another day than the command, so that the repeat is not on record."""

    def strict(command: Any, state: Any, setting: Setting) -> Events:
        if command == RESOLVE:
            if state.target and state.target.on == RESOLVE.on:
                raise RefusedError("indicator.resolved-already")
            return (TargetSet.of(but(RAISE, on=RESOLVE.on)),)
        return decide(command, state, setting)

    return {"decide": strict}


def lets_a_retry_undo_what_came_later() -> dict[str, Any]:
    """Without the rule that a target is not set before the one in force."""

    def undoing(command: Any, state: Any, setting: Setting) -> Events:
        if isinstance(command, SetTarget) and state is not None:
            return (TargetSet.of(command),)
        return decide(command, state, setting)

    return {"decide": undoing}


def opens_again_after_the_end() -> dict[str, Any]:
    """What is resolved last is taken for the whole state, so that all else is new again."""

    def forgetful(state: Indicator | None, event: IndicatorEvent) -> Indicator:
        if isinstance(event, ConcernResolved):
            return Indicator(defined=state.defined if state else None)
        return indicator.evolve(state, event)

    return {"evolve": forgetful}


def reads_in_order_only() -> dict[str, Any]:
    def strict(state: Indicator | None, event: IndicatorEvent) -> Indicator:
        if state is None and not isinstance(event, IndicatorDefined):
            raise LookupError("the indicator is not defined")
        return indicator.evolve(state, event)

    return {"evolve": strict}


def reads_nothing_of_some() -> dict[str, Any]:
    def blind(state: Indicator | None, event: IndicatorEvent) -> Indicator | None:
        return state if isinstance(event, ConcernResolved) else indicator.evolve(state, event)

    return {"evolve": blind}


def changes_a_state_in_place() -> dict[str, Any]:
    def mutable(state: Indicator | None, event: IndicatorEvent) -> Indicator:
        if state is not None and isinstance(event, PointRecorded):
            points: Any = state.points
            points[event.period.isoformat()] = event
            return state
        return indicator.evolve(state or Indicator(points={}), event)

    return {"evolve": mutable}


def fails_where_it_should_refuse() -> dict[str, Any]:
    def fragile(command: Any, state: Any, setting: Setting) -> Events:
        if isinstance(command, ResolveConcern) and state is not None:
            return (ConcernResolved.of(command),) if state.target.target else ()
        return decide(command, state, setting)

    return {"decide": fragile}


def records_two_events() -> dict[str, Any]:
    def double(command: Any, state: Any, setting: Setting) -> Events:
        events = decide(command, state, setting)
        return (*events, *events) if isinstance(command, RecordPoint) else events

    return {"decide": double}


# What finds them


@pytest.fixture
def thorough() -> Iterator[None]:
    """Enough examples to find a fault for sure, the same ones each time, and none made smaller."""
    profile = settings.get_current_profile_name()
    settings.register_profile(
        "faults", max_examples=300, database=None, derandomize=True, phases=[Phase.generate]
    )
    settings.load_profile("faults")
    yield
    settings.load_profile(profile)


def contract(fault: Fault) -> DeciderContract:
    class Contract(DeciderContract):
        decider = attrs.evolve(indicator.decider, **fault())
        lives = (LIFE, (DEFINE, RECORD, RESOLVE))

    return Contract()


def passes(contract: DeciderContract, test: str) -> bool:
    try:
        getattr(contract, test)()
    except Exception:
        return False
    return True


TESTS = [name for name in dir(DeciderContract) if name.startswith("test_")]
FAULTS: tuple[tuple[Fault, str], ...] = (
    (forgets_a_field, "a_whole_life_is_recorded_as_it_was_said"),
    (records_another_event, "a_whole_life_is_recorded_as_it_was_said"),
    (records_nothing, "a_whole_life_is_recorded_as_it_was_said"),
    (opens_with_anything, "a_stream_begins_with_what_opens_it"),
    (says_that_another_event_opens_it, "a_stream_begins_with_what_opens_it"),
    (records_a_repeat, "a_decision_said_twice_at_once_is_recorded_once"),
    (refuses_its_own_repeat, "a_decision_said_twice_at_once_is_recorded_once"),
    (lets_a_retry_undo_what_came_later, "a_decision_said_again_later_is_quiet"),
    (opens_again_after_the_end, "a_decision_said_again_after_the_end_is_quiet"),
    (reads_in_order_only, "any_order_of_events_can_be_read"),
    (reads_nothing_of_some, "any_order_of_events_can_be_read"),
    (changes_a_state_in_place, "an_event_changes_no_state_that_was_there_before"),
    (
        fails_where_it_should_refuse,
        "after_any_history_a_decision_is_refused_or_is_one_event_and_then_quiet",
    ),
    (records_two_events, "after_any_history_a_decision_is_refused_or_is_one_event_and_then_quiet"),
    (
        lets_a_retry_undo_what_came_later,
        "after_any_decisions_of_later_days_an_earlier_one_is_quiet",
    ),
)


@pytest.mark.usefixtures("thorough")
@pytest.mark.parametrize(
    ("fault", "test"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_decider_with_a_fault_fails_the_test_that_names_it(fault: Fault, test: str) -> None:
    assert not passes(contract(fault), f"test_{test}")


@pytest.mark.usefixtures("thorough")
@pytest.mark.parametrize("test", TESTS)
def test_the_decider_without_the_faults_passes(test: str) -> None:
    """What fails above, fails because of its fault."""
    assert passes(contract(dict), test)


def test_every_test_of_the_contract_finds_a_fault() -> None:
    assert {f"test_{test}" for _, test in FAULTS} == {*TESTS}


@pytest.mark.parametrize("decider", DECIDERS, ids=lambda decider: str(decider.category))
def test_every_command_of_every_decider_is_in_a_life(decider: AnyDecider) -> None:
    """That is held to the contract, in the tests of its aggregate."""
    for file in (Path(__file__).parent.parent / "aggregates").glob("test_*.py"):
        if re.search(r"^class Test\w+\(DeciderContract\)", file.read_text("utf-8"), re.MULTILINE):
            import_module(f"tests.core.aggregates.{file.stem}")
    decided = {
        type(command)
        for contract in DeciderContract.__subclasses__()
        if contract.decider is decider
        for life in contract.lives
        for command in life
    }

    assert set() == {*decider.command_types} - decided
