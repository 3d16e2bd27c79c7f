"""How decisions were come to, by example; no view forgets that a meeting was inquorate."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.aggregates import body as b
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Command
from lif_core.values.authority import Authority, Deliberation, Dissent, Paper
from lif_core.views.conduct import conduct
from lif_core.views.decisions import DecisionRow, Decisions, MeetingRow, decisions
from lif_core.views.recommendations import recommendations
from tests.board import Board
from tests.people import CHAIR, POLICY, day

REVIEW, REF = "wscb/scr-child-k", "wscb/r-1"
MEETING = "board 2018-01-20"
THERE = replace(CHAIR, deliberation=Deliberation(meeting=MEETING))
AT_LPP = replace(POLICY, deliberation=Deliberation(meeting="lpp"))


def met(board: Board, *, quorate: bool) -> None:
    meeting: dict[str, Any] = {"required": ("wsb/police",), "present": (), "quorate": quorate}
    board.decide(b.RecordMeeting, "2018-01-20", by=CHAIR, body="wscb", meeting=MEETING, **meeting)
    lpp: dict[str, Any] = {"by": POLICY, "body": "wsb/lpp", "meeting": "lpp"}
    board.decide(b.RecordMeeting, "2018-01-20", **lpp, **meeting)


@pytest.fixture(params=[True, False], ids=["quorate", "inquorate"])
def quorate(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def board(quorate: bool) -> Board:
    """A case held, and a recommendation of it answered, planned, explained, escalated and judged:
    all at one meeting.
    """
    board = Board()
    case: dict[str, Any] = {"review": REVIEW}
    ref: dict[str, Any] = {"recommendation": REF}
    steps: list[tuple[type[Command], str, Authority, dict[str, Any]]] = [
        (v.DecideHold, "2018-01-20", THERE, {**case, "hold": True, "reasons": "Neglect."}),
        (
            r.IssueRecommendation,
            "2018-01-21",
            THERE,
            {
                **ref,
                "source": f"review-{REVIEW}",
                "text": "Talk weekly.",
                "addressed": ("wscb",),
            },
        ),
        (r.AcceptRecommendation, "2018-01-22", THERE, ref),
        (
            r.PlanRecommendation,
            "2018-01-23",
            THERE,
            {**ref, "owner": "wsb/lpp", "due": day("2018-02-01"), "action": "A rota."},
        ),
        (
            r.ExplainRecommendationDelay,
            "2018-02-02",
            AT_LPP,
            {**ref, "explanation": "ill", "reasons": "Illness."},
        ),
        (r.AcceptRecommendationExplanation, "2018-02-03", THERE, {**ref, "explanation": "ill"}),
        (
            r.RaiseEscalation,
            "2018-02-04",
            AT_LPP,
            {**ref, "escalation": "e-1", "to": "wscb", "concern": "Nobody has time."},
        ),
        (
            r.AnswerEscalation,
            "2018-02-05",
            THERE,
            {**ref, "escalation": "e-1", "answer": "There is time."},
        ),
        (r.ImplementRecommendation, "2018-02-06", AT_LPP, {**ref, "evidence": "The rota."}),
        (
            r.JudgeRecommendation,
            "2018-02-07",
            THERE,
            {**ref, "judgement": r.IssuerJudgement.AS_ASKED, "reasons": "It is."},
        ),
    ]
    board.decide(
        v.NotifyCase,
        "2018-01-10",
        by=CHAIR,
        **case,
        kind="scr",
        aware=day("2018-01-08"),
        subject="Child K",
    )
    met(board, quorate=quorate)
    for command, on, who, fields in steps:
        if command is v.DecideHold:
            fields["criteria"] = ("abuse-or-neglect", "death")
        board.decide(command, on, by=who, **fields)
    return board


def look(board: Board) -> Decisions:
    return board.app.view(decisions, valid=day("2018-03-01"))


def test_each_decision_at_a_meeting_says_whether_it_was_quorate(
    board: Board, quorate: bool
) -> None:
    view = look(board)

    assert {quorate} == {row.quorate for row in view.decisions}
    assert (0 if quorate else len(view.decisions)) == view.inquorate
    (at_board,) = (row for row in view.meetings if row.body == "wscb")
    assert (
        MeetingRow(
            body="wscb", meeting=MEETING, on=day("2018-01-20"), quorate=quorate, decisions=7
        )
        == at_board
    )


def test_so_does_each_row_that_shows_what_was_decided(board: Board, quorate: bool) -> None:
    """Whoever looks at the answer, the plan or the clock sees it there."""
    view = board.accountability("2018-03-01")
    rows: list[Any] = [*view.answers, *view.duties, *view.explanations, *view.judged]
    rows += [*view.escalations, view.clock(REVIEW, "decision")]
    history: list[Any] = list(board.app.view(recommendations, valid=day("2018-03-01")).history)
    holds: list[Any] = list(board.app.view(conduct, valid=day("2018-03-01")).holds)

    assert 6 == len(rows)
    assert {quorate} == {row.quorate for row in (*rows, *holds, *history)}
    assert {MEETING, "lpp"} == {row.meeting for row in (*holds, *history)}


def test_of_a_meeting_that_is_void_nothing_is_known(board: Board) -> None:
    """Its decisions name it all the same."""
    entries = board.app.history("body-wscb")
    (meeting,) = [entry for entry in entries if isinstance(entry.event, b.MeetingRecorded)]
    board.decide(
        VoidEntry,
        "2018-02-20",
        by=CHAIR,
        stream="body-wscb",
        entry=meeting.stream_position,
        reasons="It was another",
    )

    row = look(board).decisions[0]
    assert (MEETING, None, None) == (row.meeting, row.met, row.quorate)
    answer = board.accountability("2018-03-01").answers[0]
    assert answer.quorate is None


def test_what_was_weighed_and_who_entered_it_stand_beside_the_decision() -> None:
    weighed = Deliberation(
        options=("No review",),
        dissent=(Dissent(body="wsb/police", person="S. Lead", reasons="Too soon."),),
        papers=(Paper(title="The chronology", where="file 3"),),
    )
    board = Board()
    board.now = datetime(2018, 1, 1, 12, tzinfo=UTC)
    command = b.RegisterBody(
        by=replace(CHAIR, deliberation=weighed),
        on=day("2018-01-01"),
        body="wscb/new",
        kind=b.BodyKind.COMMITTEE,
        name="New",
    )
    board.app.handle(command, entered_by="T. Typist")

    assert [
        DecisionRow(
            stream="body-wscb/new",
            title=None,
            entry=1,
            decision="BodyRegistered",
            on=day("2018-01-01"),
            body="wscb",
            role="independent chair",
            person="A. Chair",
            entered_by="T. Typist",
            meeting=None,
            met=None,
            quorate=None,
            reasons=None,
            options=("No review",),
            dissent=("S. Lead, wsb/police: Too soon.",),
            papers=("The chronology (file 3)",),
        )
    ] == list(look(board).decisions)
