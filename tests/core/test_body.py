"""The rules of a body: a board, a committee or an agency. What is not in the pack is fictional."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core import body
from lif_core.body import (
    Body,
    BodyKind,
    BodyMerged,
    BodyRegistered,
    MeetingRecorded,
    MergeBody,
    RecordMeeting,
    RegisterBody,
)
from lif_core.decider import AnyDecider, Setting
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import Framework
from lif_core.messages import Command, Event
from lif_core.testing import Scenario
from lif_core.testing.strategies import World, commands, events
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name
from tests.people import CHAIR, MANAGER, day

DECIDER: AnyDecider = body.decider
WORLD = World()

REF = "wsb/housing"

REGISTER = RegisterBody(
    by=MANAGER, on=day("2018-01-08"), body=REF, name="A housing provider", kind=BodyKind.AGENCY
)
MEETING = RecordMeeting(
    by=MANAGER,
    on=day("2018-02-01"),
    body=REF,
    meeting="february",
    required=("wsb/police", "wsb/rwt"),
    present=("wsb/police",),
    deputies=("wsb/police",),
    quorate=True,
)
MERGE = MergeBody(
    by=CHAIR, on=day("2018-06-01"), body=REF, into="wsb/voluntary", reasons="One contract."
)
LIFE = (REGISTER, MEETING, MERGE)


def after(*said: Command, framework: Framework = WOLVERHAMPTON) -> Scenario:
    """The scenario in which all that was *said* is on record, whatever the rules say of it."""
    return Scenario(decider=DECIDER, given=tuple(map(became, said)), framework=framework)


# The whole life


def test_a_whole_life_is_recorded_as_it_was_said() -> None:
    """Registered, met as, merged: every decision becomes one event."""
    scenario = after().after(*LIFE)

    assert tuple(map(became, LIFE)) == scenario.given


@pytest.mark.parametrize("framework", [WOLVERHAMPTON, GENERAL], ids=lambda pack: str(pack.name))
def test_nothing_is_recorded_by_saying_each_decision_twice(framework: Framework) -> None:
    """A retry that comes at once adds nothing, with a pack or without."""
    assert after(framework=framework).quiet(*LIFE)


@pytest.mark.parametrize("command", LIFE, ids=name)
def test_a_decision_said_again_much_later_is_quiet_too(command: Command) -> None:
    """A retry may come after other things happened; the history already holds what it says."""
    later = but(MEETING, on=day("2018-05-01"), meeting="may")

    assert () == after(REGISTER, MEETING, later, MERGE).records(command)


@pytest.mark.parametrize("command", [MEETING, MERGE], ids=name)
@pytest.mark.parametrize("given", [(), (MEETING, MERGE)], ids=["nothing", "all but its entry"])
def test_nothing_can_be_decided_about_a_body_nobody_registered(
    given: tuple[Command, ...], command: Command
) -> None:
    """A reference with a typing error must not quietly become another body."""
    another = but(command, on=day("2018-07-02"))

    assert "body.unknown" == after(*given).refuses(another)


@pytest.mark.parametrize("entry", WOLVERHAMPTON.bodies, ids=lambda entry: str(entry.ref))
def test_a_body_that_the_framework_names_needs_no_registering(entry: Any) -> None:
    """Its boards, committees and agencies can meet at once."""
    command = but(MEETING, body=entry.ref)

    assert (MeetingRecorded.of(command),) == after().records(command)


# Registered


@pytest.mark.parametrize("ref", ["wscb", "wsb/police"])
def test_a_body_that_the_framework_names_cannot_be_registered(ref: str) -> None:
    """It would have two names and two kinds."""
    assert "body.in-framework" == after().refuses(but(REGISTER, body=ref))


@pytest.mark.parametrize("kind", list(BodyKind))
def test_any_other_body_can_be_registered(kind: BodyKind) -> None:
    """Boards, committees and agencies that the framework does not name decide and answer too."""
    command = but(REGISTER, kind=kind)

    assert (BodyRegistered.of(command),) == after().records(command)


@pytest.mark.parametrize(
    "changes", [{"name": "Another provider"}, {"kind": BodyKind.BOARD}], ids=lambda c: str(*c)
)
def test_a_reference_is_taken_by_the_first_body_that_has_it(changes: dict[str, Any]) -> None:
    """What a body may decide goes by its kind, so that does not change silently."""
    assert "body.reference-taken" == after(REGISTER).refuses(but(REGISTER, **changes))


# Merged


def test_a_body_is_not_merged_into_itself() -> None:
    """A merger has two parties."""
    assert "body.merged-into-itself" == after(REGISTER).refuses(but(MERGE, into=REF))


@pytest.mark.parametrize(
    "changes", [{"into": "wsb/probation"}, {"on": day("2018-07-01")}], ids=lambda c: str(*c)
)
def test_a_body_is_merged_once(changes: dict[str, Any]) -> None:
    """It has one successor, from one day on."""
    assert "body.merged-already" == after(REGISTER, MERGE).refuses(but(MERGE, **changes))


def test_a_committee_of_the_framework_can_be_merged() -> None:
    """Boards and committees merge in reality; the pack does not have to change first."""
    command = but(MERGE, body="wscb/qac", into="wscb/pmc")

    assert (BodyMerged.of(command),) == after().records(command)


def test_a_body_is_not_merged_into_one_that_it_succeeded() -> None:
    """Each would answer for the other, and nobody for either."""
    state = DECIDER.fold(after(REGISTER).given)

    def holder(ref: str) -> str:
        return REF if ref == MERGE.into else ref

    with pytest.raises(RefusedError) as refused:
        DECIDER.decide(MERGE, state, Setting(WOLVERHAMPTON, holder))

    assert "body.merged-in-a-circle" == refused.value.rule


def test_a_body_may_be_merged_into_one_that_was_merged_itself() -> None:
    """Reorganisations come in stages; the last successor answers for all of them."""
    state = DECIDER.fold(after(REGISTER).given)

    def holder(ref: str) -> str:
        return "wsb/probation" if ref == MERGE.into else ref

    recorded = DECIDER.decide(MERGE, state, Setting(WOLVERHAMPTON, holder))

    assert (BodyMerged.of(MERGE),) == recorded


# Met as


@pytest.mark.parametrize("on", ["2018-06-01", "2018-06-02"])
def test_a_merged_body_meets_no_more(on: str) -> None:
    """From the day of the merger on, the successor meets."""
    scenario = after(REGISTER, MERGE)

    assert "body.merged" == scenario.refuses(but(MEETING, on=day(on)))


def test_a_meeting_before_the_merger_can_be_recorded_after_it() -> None:
    """Its history stays its own, and minutes come late."""
    command = but(MEETING, on=day("2018-05-31"))

    assert (MeetingRecorded.of(command),) == after(REGISTER, MERGE).records(command)


@pytest.mark.parametrize("field", ["required", "present", "deputies"])
def test_an_agency_is_represented_once(field: str) -> None:
    """Counted twice, it would fill another's seat."""
    with pytest.raises(MalformedError) as malformed:
        but(MEETING, **{field: ("wsb/police", "wsb/police")})

    assert f"{field}[1]" == malformed.value.field


@pytest.mark.parametrize("present", [(), ("wsb/rwt",)])
def test_a_deputy_is_present(present: tuple[str, ...]) -> None:
    """An agency represented by a deputy is represented."""
    command = but(MEETING, present=present, deputies=("wsb/police",))

    assert "body.deputy-not-present" == after(REGISTER).refuses(command)


@pytest.mark.parametrize(
    "changes",
    [
        {"deputies": ()},
        {"present": (), "deputies": (), "quorate": False},
        {"required": ()},
        {"present": ("wsb/police", "wsb/rwt"), "deputies": ("wsb/police", "wsb/rwt")},
    ],
    ids=["no deputies", "nobody came", "a guest", "deputies only"],
)
def test_a_meeting_is_recorded_as_it_was(changes: dict[str, Any]) -> None:
    """A poor attendance is a fact to record, not one to refuse."""
    command = but(MEETING, **changes)

    assert (MeetingRecorded.of(command),) == after(REGISTER).records(command)


@pytest.mark.parametrize(
    "changes", [{"quorate": False}, {"on": day("2018-02-02")}], ids=lambda c: str(*c)
)
def test_a_meeting_is_recorded_once(changes: dict[str, Any]) -> None:
    """Other minutes of the same meeting are a correction."""
    scenario = after(REGISTER, MEETING)

    assert "body.meeting-recorded-already" == scenario.refuses(but(MEETING, **changes))


def test_the_next_meeting_is_another() -> None:
    """Each has a reference of its own."""
    other = but(MEETING, on=day("2018-03-01"), meeting="march")

    assert (MeetingRecorded.of(other),) == after(REGISTER, MEETING).records(other)


# Any history


@given(st.lists(events(WORLD, *DECIDER.event_types), max_size=12))
def test_any_order_of_events_can_be_read(history: list[Event[Any]]) -> None:
    """History already happened: reading it never fails, and only nothing leads to no state."""
    state = DECIDER.fold(history)

    assert bool(history) is isinstance(state, Body)


def recorded(scenario: Scenario, command: Command) -> tuple[Event[Any], ...] | None:
    """What *command* leads to; `None` where it is refused."""
    try:
        return scenario.records(command)
    except RefusedError:
        return None


@given(
    st.lists(events(WORLD, *DECIDER.event_types), max_size=12),
    commands(WORLD, *DECIDER.command_types),
)
def test_a_decision_is_refused_or_is_one_fact_and_then_quiet(
    history: list[Event[Any]], command: Command
) -> None:
    """Whatever happened before, a decision is never recorded twice in a row."""
    scenario = Scenario(decider=DECIDER, given=tuple(history))
    facts = recorded(scenario, command)

    assert facts is None or (len(facts) <= 1 and scenario.quiet(command))
