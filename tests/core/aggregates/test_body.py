"""The rules of a body: a board, a committee or an agency. What is not in the pack is fictional."""

from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import body
from lif_core.aggregates.body import (
    AdoptTerms,
    BodyEnded,
    BodyKind,
    BodyMerged,
    BodyRegistered,
    BodyRenamed,
    BodyShare,
    BodySplit,
    EndBody,
    MeetingRecorded,
    MergeBody,
    RecordMeeting,
    RegisterBody,
    RenameBody,
    SplitBody,
)
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError, RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, day

DECIDER: AnyDecider = body.decider

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
TERMS = AdoptTerms(
    by=CHAIR,
    on=day("2018-01-15"),
    body=REF,
    terms="version 1",
    remit="Housing of families at risk.",
    boards=("wscb", "wsab"),
    quorum=2,
)
MERGE = MergeBody(
    by=CHAIR, on=day("2018-06-01"), body=REF, into="wsb/voluntary", reasons="One contract."
)
RENAME = RenameBody(
    by=CHAIR, on=day("2018-04-01"), body=REF, name="Homes for all", reasons="A new contract."
)
SPLIT = SplitBody(
    by=CHAIR,
    on=day("2018-06-01"),
    body=REF,
    shares=(
        BodyShare(to="wsb/voluntary", remit="Hostels.", streams=("recommendation-wscb/r-1",)),
        BodyShare(to="wsb/rwt", remit="Care."),
    ),
    rest="wsb/police",
    reasons="Two contracts.",
)
END = EndBody(by=CHAIR, on=day("2018-06-01"), body=REF, reasons="No contract.")
LIFE = (REGISTER, MEETING, MERGE)
PANEL = but(REGISTER, name="A housing panel", kind=BodyKind.COMMITTEE)
TWO_OF_THREE = but(
    MEETING,
    required=("wsb/police", "wsb/rwt", "wsb/ccg"),
    present=("wsb/police", "wsb/rwt"),
)
ONE_OF_THREE = but(TWO_OF_THREE, present=("wsb/police",))


after = partial(scenario_of, DECIDER)


# The whole life


class TestBody(DeciderContract):
    """Registered, given terms where it is a committee, met as, merged."""

    decider = DECIDER
    lives = (
        (REGISTER, MEETING, but(MEETING, on=day("2018-05-01"), meeting="may"), MERGE),
        (PANEL, TERMS, TWO_OF_THREE, MERGE),
        (REGISTER, RENAME, SPLIT),
        (REGISTER, RENAME, but(RENAME, on=day("2018-05-01"), name="A third name"), END),
    )
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


@pytest.mark.parametrize("command", [TERMS, MEETING, MERGE], ids=name)
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
    command = but(REGISTER, kind=kind, body="new" if kind is BodyKind.BOARD else REGISTER.body)

    assert (BodyRegistered.of(command),) == after().records(command)


def test_a_board_is_not_registered_under_the_name_of_another() -> None:
    """It would hold what is the other's: a board's reference is a namespace alone."""
    assert "body.within-a-board" == after().refuses(but(REGISTER, kind=BodyKind.BOARD))


@pytest.mark.parametrize(
    "changes", [{"name": "Another provider"}, {"kind": BodyKind.BOARD}], ids=lambda c: str(*c)
)
def test_a_reference_is_taken_by_the_first_body_that_has_it(changes: dict[str, Any]) -> None:
    """What a body may decide goes by its kind, so that does not change silently."""
    assert "body.reference-taken" == after(REGISTER).refuses(but(REGISTER, **changes))


# Its terms of reference


@pytest.mark.parametrize("quorum", [None, 1, 5])
def test_a_body_adopts_its_terms_of_reference(quorum: int | None) -> None:
    """What it is for, whom it serves, and its quorum, where it has one (framework §2.5)."""
    command = but(TERMS, quorum=quorum)
    scenario = after(PANEL)

    assert (became(command),) == scenario.records(command)
    assert scenario.quiet(command)


def test_a_quorum_is_of_somebody() -> None:
    """A meeting that nobody attends decides nothing."""
    with pytest.raises(MalformedError) as malformed:
        but(TERMS, quorum=0)

    assert "quorum" == malformed.value.field


def test_terms_of_reference_do_not_replace_later_ones() -> None:
    """The terms in force would be those of the day before."""
    scenario = after(PANEL, TERMS)

    assert "body.out-of-order" == scenario.refuses(
        but(TERMS, on=day("2018-01-14"), terms="version 2")
    )
    same_day = but(TERMS, terms="version 2")
    assert (became(same_day),) == scenario.records(same_day)
    assert scenario.quiet(same_day)


def test_terms_said_again_after_later_ones_are_quiet() -> None:
    """A retry does not bring the first version back."""
    second = but(TERMS, on=day("2018-05-01"), terms="version 2")

    assert () == after(PANEL, TERMS, second).records(TERMS)


@pytest.mark.parametrize("kind", [BodyKind.BOARD, BodyKind.COMMITTEE])
def test_an_agency_has_no_terms_of_reference(kind: BodyKind) -> None:
    """A board or a committee is for something that others gave it; an agency has its duties."""
    assert "body.agency-without-terms" == after(REGISTER).refuses(TERMS)
    ref = "new" if kind is BodyKind.BOARD else REGISTER.body
    registered = after(but(REGISTER, kind=kind, body=ref))
    terms = but(TERMS, body=ref)
    assert (became(terms),) == registered.records(terms)
    assert registered.quiet(terms)


@pytest.mark.parametrize("entry", WOLVERHAMPTON.bodies, ids=lambda entry: str(entry.ref))
def test_which_body_of_the_framework_has_terms_of_reference_goes_by_its_kind(entry: Any) -> None:
    """It needs no registering (framework §2.5)."""
    command = but(TERMS, body=entry.ref)

    if entry.kind == BodyKind.AGENCY:
        assert "body.agency-without-terms" == after().refuses(command)
    else:
        assert (became(command),) == after().records(command)


@pytest.mark.parametrize("on", ["2018-06-01", "2018-06-02"])
def test_a_merged_body_adopts_no_terms(on: str) -> None:
    """From the day of the merger on, the successor's hold."""
    scenario = after(PANEL, MERGE)
    before = but(TERMS, on=day("2018-05-31"))

    assert "body.passed-on" == scenario.refuses(but(TERMS, on=day(on)))
    assert (became(before),) == scenario.records(before)
    assert () == after(PANEL, TERMS, MERGE).records(TERMS)


def test_terms_are_adopted_by_a_board_or_a_committee() -> None:
    """An agency does not say what the committee it sits on is for (framework §2.5)."""
    board = Board()
    fields: dict[str, Any] = {
        "body": "wscb/qac",
        "terms": "v1",
        "remit": "Quality.",
        "boards": ("wscb",),
        "quorum": 3,
    }
    with pytest.raises(RefusedError) as refused:
        board.decide(AdoptTerms, "2018-01-01", by=POLICE, **fields)

    assert "authority.not-entitled" == refused.value.rule
    assert 1 == len(board.decide(AdoptTerms, "2018-01-01", by=CHAIR, **fields))
    assert 0 == len(board.decide(AdoptTerms, "2018-01-01", by=CHAIR, **fields))
    assert 1 == len(board.decide(AdoptTerms, "2018-01-02", by=QUALITY, **fields))


def test_a_meeting_is_quorate_when_the_terms_say_so() -> None:
    """Two are asked for: with one, the minutes contradict the terms."""
    scenario = after(PANEL, TERMS)

    assert "body.not-quorate" == scenario.refuses(ONE_OF_THREE)
    assert (became(TWO_OF_THREE),) == scenario.records(TWO_OF_THREE)
    assert scenario.quiet(TWO_OF_THREE)


def test_a_meeting_that_was_not_quorate_is_recorded_as_such() -> None:
    """That it met at all is a fact; so is one that had enough and was not."""
    scenario = after(PANEL, TERMS)
    inquorate = [but(one, quorate=False) for one in (ONE_OF_THREE, TWO_OF_THREE)]

    assert [(became(one),) for one in inquorate] == [scenario.records(one) for one in inquorate]


def test_deputies_make_a_quorum() -> None:
    """An agency represented by a deputy is represented."""
    command = but(TWO_OF_THREE, deputies=("wsb/police", "wsb/rwt"))

    assert (became(command),) == after(PANEL, TERMS).records(command)


@pytest.mark.parametrize(
    "terms", [but(TERMS, quorum=None), but(TERMS, on=day("2018-02-02"))], ids=["none", "later"]
)
def test_where_no_quorum_was_in_force_the_minutes_are_taken_at_their_word(
    terms: AdoptTerms,
) -> None:
    """No terms, or only those adopted after the meeting, say how many it took."""
    assert (became(ONE_OF_THREE),) == after(REGISTER).records(ONE_OF_THREE)
    assert (became(ONE_OF_THREE),) == after(PANEL, terms).records(ONE_OF_THREE)


def test_a_quorum_holds_from_the_day_of_the_terms() -> None:
    """On that day it is in force."""
    scenario = after(PANEL, but(TERMS, on=day("2018-02-01")))

    assert "body.not-quorate" == scenario.refuses(ONE_OF_THREE)


def test_later_terms_may_change_the_quorum() -> None:
    """From their day on, theirs counts."""
    second = but(TERMS, on=day("2018-01-20"), terms="version 2", quorum=1)
    none = but(second, quorum=None)

    for terms in (second, none):
        assert (became(ONE_OF_THREE),) == after(PANEL, TERMS, terms).records(ONE_OF_THREE)


def test_minutes_that_come_late_are_held_against_the_terms_of_the_day() -> None:
    """Not against those adopted since."""
    since = but(TERMS, on=day("2018-02-02"), terms="version 2", quorum=1)
    scenario = after(PANEL, TERMS, since)

    assert "body.not-quorate" == scenario.refuses(ONE_OF_THREE)
    assert (became(TWO_OF_THREE),) == scenario.records(TWO_OF_THREE)
    assert scenario.quiet(but(ONE_OF_THREE, on=day("2018-02-02")))


@pytest.mark.parametrize("members", [("wsb/police",), ()], ids=["one member", "none"])
def test_guests_do_not_make_a_quorum(members: tuple[str, ...]) -> None:
    """It is of members, so those whose presence is required are said."""
    guests = (*members, "wsb/probation", "wsb/voluntary")
    command = but(ONE_OF_THREE, present=guests, deputies=())
    of_anybody = but(command, required=(), present=("wsb/probation", "wsb/voluntary"))
    scenario = after(PANEL, TERMS)

    assert "body.not-quorate" == scenario.refuses(command)
    assert "body.nobody-required" == scenario.refuses(of_anybody)


# Merged


def test_a_body_is_not_merged_into_itself() -> None:
    """A merger has two parties."""
    assert "body.merged-into-itself" == after(REGISTER).refuses(but(MERGE, into=REF))


@pytest.mark.parametrize(
    "changes", [{"into": "wsb/probation"}, {"on": day("2018-07-01")}], ids=lambda c: str(*c)
)
def test_a_body_is_merged_once(changes: dict[str, Any]) -> None:
    """It has one successor, from one day on."""
    assert "body.passed-on-already" == after(REGISTER, MERGE).refuses(but(MERGE, **changes))


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

    assert "body.passed-on" == scenario.refuses(but(MEETING, on=day(on)))


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


# Renamed, split, ended


@pytest.mark.parametrize(
    ("command", "event"), [(RENAME, BodyRenamed), (SPLIT, BodySplit), (END, BodyEnded)], ids=name
)
def test_a_body_is_renamed_split_or_ended(command: Command, event: Any) -> None:
    """One that the framework names too."""
    assert (event.of(command),) == after(REGISTER).records(command)
    known = but(command, body="wsb/ccg")
    assert (event.of(known),) == after().records(known)


def test_a_name_is_not_borne_from_before_the_one_it_replaces() -> None:
    scenario = after(REGISTER, RENAME)

    assert "body.out-of-order" == scenario.refuses(but(RENAME, on=day("2018-03-31"), name="B"))


@pytest.mark.parametrize("end", [MERGE, SPLIT, END], ids=name)
@pytest.mark.parametrize("again", [MERGE, SPLIT, END], ids=name)
def test_a_body_passes_on_what_it_held_once(end: Command, again: Command) -> None:
    """Whichever way it went."""
    later = but(again, on=day("2018-07-01"))

    assert "body.passed-on-already" == after(REGISTER, end).refuses(later)


@pytest.mark.parametrize("end", [MERGE, SPLIT, END], ids=name)
@pytest.mark.parametrize("command", [RENAME, MEETING], ids=name)
def test_a_body_that_is_no_more_neither_meets_nor_bears_another_name(
    end: Command, command: Command
) -> None:
    """From the day on which it ended; what was before it can be recorded late."""
    scenario = after(REGISTER, end)

    assert "body.passed-on" == scenario.refuses(but(command, on=day("2018-06-01")))
    assert 1 == len(scenario.records(but(command, on=day("2018-05-31"))))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("body.split-into-nothing", {"shares": ()}),
        ("body.merged-into-itself", {"rest": REF}),
        ("body.merged-into-itself", {"shares": (BodyShare(to=REF, remit="All."),)}),
        ("body.given-twice", {"shares": (*SPLIT.shares, but(SPLIT.shares[0], remit="More."))}),
    ],
)
def test_a_split_says_what_goes_to_whom(rule: str, fields: Any) -> None:
    """To others than the body itself, each stream to one of them."""
    assert rule == after(REGISTER).refuses(but(SPLIT, **fields))


def test_a_body_is_not_split_into_one_that_it_succeeds() -> None:
    """The police answer for what the body held, as it is; then it cannot answer for theirs."""

    def holder(ref: str) -> str:
        return REF if ref == "wsb/police" else ref

    state = DECIDER.fold((became(REGISTER),))
    with pytest.raises(RefusedError) as refused:
        DECIDER.decide(SPLIT, state, Setting(WOLVERHAMPTON, holder))

    assert "body.merged-in-a-circle" == refused.value.rule
