"""A board decides about its own and what is shared with it; others' decisions change no answer."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.ledger import CorrectClock
from lif_core.aggregates.recommendation import IssueRecommendation
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.commands.board_admission import BoardAdmission
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command, evolved
from lif_core.errors import LifError, MalformedError, RefusedError, UnreadableError
from lif_core.framework import load
from lif_core.log.board_recorder import BoardRecorder
from lif_core.log.holdings import Holdings
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.log.requests import Request
from lif_core.testing.strategies import World, commands
from lif_core.views import PROJECTIONS
from tests.examples import example
from tests.people import CHAIR, EVERYTHING, MANAGER, by, day

NOW = datetime(2020, 1, 1, tzinfo=UTC)
WSAB = replace(CHAIR, body="wsab")


def application() -> Application:
    return Application(MemoryRecorder(), clock=lambda: NOW, readership=EVERYTHING)


def changed(command: Any, **fields: Any) -> Command:
    """Return the *command* with other *fields*."""
    message: Command = evolved(command, **fields)
    return message


def review(ref: str, boards: Sequence[str] = (), who: Any = CHAIR) -> Command:
    return changed(
        example(OpenReview),
        by=who,
        on=day("2018-01-02"),
        review=ref,
        kind="single-agency-review",
        boards=tuple(boards),
        arising_from=(),
    )


def recommendation(ref: str, source: str, who: Any = CHAIR, **fields: Any) -> Command:
    values = {"addressed": ("wscb",), "boards": (), "findings": (), "on": day("2018-01-03")}
    values |= {"by": who, "recommendation": ref, "source": source, **fields}
    return changed(example(IssueRecommendation), **values)


def rule(app: Application, command: Command | Request) -> str:
    with pytest.raises(RefusedError) as refusal:
        app.handle_all([command])
    return refusal.value.rule


def test_a_board_decides_about_its_own_and_what_is_joint() -> None:
    """By its reference, by the pack, and because an entry names the board."""
    app = application()
    app.handle(review("wsab/joint", ("wsab", "wscb"), WSAB))
    board = app.for_board("wscb")

    board.handle(review("wscb/r"))
    board.handle(review("wsb/r"))
    board.handle(recommendation("wscb/1", "review-wsab/joint"))
    assert ["wsab/joint", "wscb/r", "wsb/r", "wscb/1"] == [
        record.stream.partition("-")[2] for record in board.history()
    ]


def test_another_boards_streams_are_refused_whatever_is_in_them() -> None:
    """The answer is the same where nothing is on record."""
    app = application()
    app.handle(review("wsab/r", (), WSAB))
    board = app.for_board("wscb")

    assert "board.not-its-own" == rule(board, review("wsab/r"))
    assert "board.not-its-own" == rule(board, review("wsab/never"))
    void = VoidEntry(by=CHAIR, on=day("2018-02-01"), stream="review-wsab/r", entry=1, reasons="x")
    assert "board.not-its-own" == rule(board, void)
    assert "board.not-its-own" == rule(board, changed(void, stream="review-wsab/never"))
    assert "board.not-its-own" == rule(
        board, Request(command=review("wscb/r"), expected={"review-wsab/r": 0})
    )
    with pytest.raises(RefusedError, match="not-its-own"):
        board.handle_all([review("wscb/r")], expected={"review-wsab/r": 1})


def test_another_boards_body_does_not_decide_through_it() -> None:
    app = application()
    board = app.for_board("wscb")

    assert "board.not-its-own" == rule(board, review("wsb/r", (), WSAB))
    assert "board.not-its-own" == rule(board, review("wsb/r", (), by("nobody")))
    board.handle(review("wsb/r", (), by("wscb/qac")))


def test_what_another_board_has_is_named_as_if_there_were_none() -> None:
    app = application()
    app.handle(review("wsab/r", (), WSAB))
    board = app.for_board("wscb")

    there = recommendation("wscb/1", "review-wsab/r")
    assert "reference.unknown" == rule(board, there)
    assert "reference.unknown" == rule(board, recommendation("wscb/1", "review-wsab/never"))


def test_an_amendment_names_no_more_than_a_decision_does() -> None:
    app = application()
    app.handle(review("wsab/r", (), WSAB))
    board = app.for_board("wscb")
    board.handle(review("wscb/r"))
    (issued,) = board.handle(recommendation("wscb/1", "review-wscb/r"))
    event: Any = evolved(issued.event, source="review-wsab/r")
    amend = AmendEntry(
        by=CHAIR,
        on=day("2018-02-01"),
        stream=issued.stream,
        entry=1,
        replacement=Replacement(event),
        reasons="x",
    )

    assert "reference.unknown" == rule(board, amend)


def test_an_agency_is_no_boards_and_every_board_sees_it_once_one_has_registered_it() -> None:
    app = application()
    wscb, wsab = app.for_board("wscb"), app.for_board("wsab")
    agency = RegisterBody(
        by=MANAGER, on=day("2018-01-01"), body="police", name="Police", kind=BodyKind.AGENCY
    )
    wscb.handle_all([agency, review("wsb/r", (), MANAGER)])
    assert [1] == [record.position for record in wsab.history("body-police")]
    again = changed(agency, by=replace(MANAGER, body="wsab"))
    assert "authority.not-entitled" == rule(wsab, again), "it is there already"
    board = changed(agency, body="newboard", kind=BodyKind.BOARD)
    assert "board.not-its-own" == rule(wscb, board)
    assert "board.not-its-own" == rule(wscb, changed(agency, body="wsab/team"))


def test_each_board_has_command_ids_of_its_own() -> None:
    """An id that another used says nothing."""
    app = application()
    wscb, wsab = app.for_board("wscb"), app.for_board("wsab")
    (first,) = wsab.handle(review("wsab/r", (), WSAB), command_id="c-1")
    (second,) = wscb.handle(review("wscb/r"), command_id="c-1")

    assert (first,) == wsab.handle(review("wsab/r", (), WSAB), command_id="c-1")
    assert (second,) == wscb.handle(review("wscb/r"), command_id="c-1")
    assert "record.command-id-reused" == rule(
        wscb, Request(command=review("wscb/other"), command_id="c-1")
    )


def test_of_several_groups_those_of_others_are_refused_in_their_places() -> None:
    board = application().for_board("wscb")

    none, two = board.handle_each([(review("wscb/1"), review("wsab/2")), (review("wscb/2"),)])
    assert isinstance(none, RefusedError)
    assert ("board.not-its-own", 1) == (none.rule, none.at)
    assert isinstance(two, tuple)
    assert ["review-wscb/2"] == [record.stream for record in board.history()]
    assert [] == board.handle_each([])


def test_the_clock_of_the_store_is_no_boards_to_correct() -> None:
    board = application().for_board("wscb")
    board.handle(review("wscb/r"))
    clock = CorrectClock(
        by=CHAIR,
        on=day("2018-01-02"),
        ledger="lif/ledger",
        first=1,
        last=1,
        read_as=NOW,
        reasons="x",
    )

    assert "board.not-its-own" == rule(board, clock)


def test_policies_follow_the_whole_log() -> None:
    with pytest.raises(MalformedError, match="whole log"):
        application().for_board("wscb").follow()


def test_a_board_is_called_by_its_short_name() -> None:
    for name in ("wscb/qac", "", "WSCB", " wscb"):
        with pytest.raises(MalformedError):
            application().for_board(name)


def test_a_board_reads_on_where_those_before_it_left_off() -> None:
    """A successor is given the boards whose record it has taken over."""
    app = application()
    app.for_board("wscb").handle(review("wscb/r"))

    assert [] == list(app.for_board("newboard").history())
    assert ["review-wscb/r"] == [r.stream for r in app.for_board("newboard", "wscb").history()]


def test_a_board_saves_views_of_its_own() -> None:
    """Those of another, or of the whole, are others; each goes on from its own."""
    app = application()
    app.handle(review("wsab/r", (), WSAB))
    wscb, conduct = app.for_board("wscb"), PROJECTIONS["conduct"]
    wscb.handle(review("wscb/r"))
    whole = app.save(conduct, valid=day("2019-01-01"))
    mine = wscb.save(conduct, valid=day("2019-01-01"))

    assert whole > mine
    again = app.for_board("wscb")
    assert 0 == again.save(conduct, valid=day("2019-01-01"))
    assert wscb.view(conduct, valid=day("2019-01-01")) == again.view(
        conduct, valid=day("2019-01-01")
    )


def test_what_cannot_be_read_of_another_board_is_not_named() -> None:
    """A damaged entry stops whoever rests on it, and tells nobody else whose it is."""
    error = UnreadableError("damaged", stream="review-wsab/zz", stream_position=1, position=3)
    holdings = Holdings(MemoryRecorder(), LifMapper(), load(), ("wscb",))
    admission = BoardAdmission(BoardRecorder(holdings, "wscb"), Registry(), "wscb")
    (outcome,) = admission.submit([[review("wscb/1")]], {}, lambda _: [error])

    assert isinstance(outcome, UnreadableError)
    assert "zz" not in f"{outcome} {vars(outcome)}"


# Whatever is asked

OWN = commands(
    World(
        refs=("wscb/1", "wsb/1", "wsab/s", "wsab/zz"),
        bodies=("wscb", "wscb/qac", "wsb/jld", "wsb/police", "police", "wsab"),
        streams=("review-wscb/1", "review-wsab/s", "review-wsab/zz", "recommendation-wsb/1"),
    )
)
OTHERS = commands(
    World(
        refs=("wsab/zz",),
        bodies=("wsab", "wsab/zz"),
        streams=("review-wsab/zz", "recommendation-wsab/zz"),
    )
)


def asked(app: Application, command: Command) -> object:
    """Return what is recorded, or the refusal with its facts."""
    try:
        return [
            (record.stream, record.stream_position, record.event) for record in app.handle(command)
        ]
    except LifError as error:
        return type(error), vars(error)


@settings(max_examples=25)
@given(data=st.data())
def test_what_others_have_decided_changes_no_answer(data: st.DataObject) -> None:
    """The same is asked of two stores; in one of them another board has decided much besides."""
    quiet, busy = application(), application()
    opened = (
        review("wscb/1"),
        review("wsab/s", ("wsab", "wscb"), WSAB),
        recommendation("wsb/1", "review-wsab/s"),
    )
    others = (
        review("wsab/zz", (), WSAB),
        recommendation("wsab/zz", "review-wsab/zz", WSAB, addressed=("wsab",)),
        RegisterBody(
            by=WSAB, on=day("2018-01-01"), body="wsab/zz", name="zz", kind=BodyKind.COMMITTEE
        ),
    )
    for command in opened:
        quiet.handle(command)
    busy.handle_all([opened[0], others[0], opened[1], others[1], others[2], opened[2]])
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            asked(busy, changed(data.draw(OTHERS), by=WSAB))
        command = data.draw(OWN)
        if data.draw(st.booleans()):
            command = changed(command, by=CHAIR, on=day("2018-06-01"))
        answers = [asked(app.for_board("wscb"), command) for app in (quiet, busy)]
        assert answers[0] == answers[1]
    entries = [
        [
            (record.stream, record.stream_position, record.event)
            for record in app.for_board("wscb").history()
        ]
        for app in (quiet, busy)
    ]
    assert entries[0] == entries[1]
