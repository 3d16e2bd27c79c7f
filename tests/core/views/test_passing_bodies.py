"""Bodies that bear another name, are split, or end: who holds what they held, and what is said."""

from typing import Any

import pytest

from lif_core.aggregates import body as b
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.succession import UNOWNED
from lif_core.errors import RefusedError
from lif_core.views import PROJECTIONS
from tests.accountability_sums import everything_adds_up
from tests.board import CHAIR, Board
from tests.edge_histories import planned, reviewed
from tests.people import POLICY, TRAINING, by, day

FIRST, SECOND = "wscb/r-1", "wscb/r-2"
SPLIT = "2018-06-01"


@pytest.fixture
def board() -> Board:
    """Two duties of Law, Policy and Procedure, both due on 30 April."""
    board = Board()
    reviewed(board)
    for ref in (FIRST, SECOND):
        planned(board, ref, due="2018-04-30")
    return board


def split(board: Board, **fields: Any) -> None:
    shares = (b.BodyShare(to=TRAINING.body, remit="Law.", streams=(f"recommendation-{FIRST}",)),)
    fields = {"body": POLICY.body, "shares": shares, "reasons": "Two remits", **fields}
    board.decide(b.SplitBody, SPLIT, by=CHAIR, **fields)


def end(board: Board) -> None:
    board.decide(b.EndBody, SPLIT, by=CHAIR, body=POLICY.body, reasons="Nobody left")


def owners(board: Board, valid: str) -> dict[str, str]:
    return {row.recommendation: row.owner for row in board.accountability(valid).duties}


def test_after_a_split_each_part_holds_what_it_was_given(board: Board) -> None:
    """The days before stay with the body that was split: 32 of each."""
    split(board, rest="wsb/jce")
    view = board.accountability("2018-06-11")
    days = {row.body: row.days_overdue_so_far for row in view.bodies}

    assert {FIRST: TRAINING.body, SECOND: "wsb/jce"} == owners(board, "2018-06-11")
    assert {POLICY.body: 64, TRAINING.body: 10, "wsb/jce": 10} == days
    assert () == tuple(view.unowned)
    everything_adds_up(view)
    assert {FIRST: POLICY.body, SECOND: POLICY.body} == owners(board, "2018-05-31")
    shown = {
        row.recommendation: row.owner for row in board.sustainability("2018-06-11").improvements
    }
    assert owners(board, "2018-06-11") == shown


def test_what_no_part_was_given_is_unowned(board: Board) -> None:
    """The second duty is nobody's, and the view says so; its days go on."""
    split(board)
    view = board.accountability("2018-06-11")
    (row,) = view.unowned

    assert (SECOND, POLICY.body, day(SPLIT), True) == (
        row.recommendation,
        row.held,
        row.since,
        row.overdue_now,
    )
    assert {FIRST: TRAINING.body, SECOND: UNOWNED} == owners(board, "2018-06-11")
    assert (
        2 * 42
        == view.totals.days_overdue_so_far
        == sum(row.days_overdue_so_far for row in view.bodies)
    )


def test_what_a_body_held_that_ended_is_taken_on_by_the_next_owner(board: Board) -> None:
    """Nobody proposed it: there is nobody who could. From then on the next owner holds it."""
    end(board)
    assert {FIRST: UNOWNED, SECOND: UNOWNED} == owners(board, SPLIT)
    board.decide(r.AcceptTransfer, "2018-06-21", by=TRAINING, recommendation=FIRST)
    view = board.accountability("2018-07-01")

    assert {FIRST: TRAINING.body, SECOND: UNOWNED} == owners(board, "2018-07-01")
    held = [
        (row.body, row.since, row.until) for row in view.ownership if row.recommendation == FIRST
    ]
    assert [
        (POLICY.body, day("2018-01-15"), day(SPLIT)),
        (UNOWNED, day(SPLIT), day("2018-06-21")),
        (TRAINING.body, day("2018-06-21"), None),
    ] == held
    assert [SECOND] == [row.recommendation for row in view.unowned]
    everything_adds_up(view)
    board.decide(
        r.ImplementRecommendation, "2018-07-02", by=TRAINING, recommendation=FIRST, evidence="Done"
    )
    assert {"implemented"} == {
        row.outcome
        for row in board.accountability("2018-07-03").duties
        if row.recommendation == FIRST
    }


def test_a_duty_that_was_done_before_its_body_ended_is_not_listed_as_unowned(
    board: Board,
) -> None:
    done: dict[str, Any] = {"by": POLICY, "recommendation": FIRST, "evidence": "Done"}
    board.decide(r.ImplementRecommendation, "2018-05-01", **done)
    end(board)

    assert [SECOND] == [row.recommendation for row in board.accountability("2018-07-01").unowned]
    assert POLICY.body == owners(board, "2018-07-01")[FIRST]


@pytest.mark.parametrize("how", [split, end])
def test_a_body_that_is_no_more_decides_nothing(board: Board, how: Any) -> None:
    """And nobody answers for what nobody owns."""
    how(board)
    late: dict[str, Any] = {"recommendation": SECOND, "evidence": "Done"}
    rules = []
    for who in (POLICY, TRAINING):
        with pytest.raises(RefusedError) as refused:
            board.decide(r.ImplementRecommendation, SPLIT, by=who, **late)
        rules.append(refused.value.rule)

    assert ["authority.no-more", "recommendation.owner-only"] == rules


def test_what_has_an_owner_is_not_taken_on_unasked(board: Board) -> None:
    """A split gave it to a body, which holds it."""
    split(board)
    with pytest.raises(RefusedError) as refused:
        board.decide(r.AcceptTransfer, "2018-06-21", by=by("wsb/jce"), recommendation=FIRST)

    assert "recommendation.no-transfer-proposed" == refused.value.rule


def test_an_answer_is_given_by_the_part_that_has_the_stream(board: Board) -> None:
    """The body asked was split: the part answers for it, where it holds the recommendation."""
    board.decide(
        r.IssueRecommendation,
        "2018-05-01",
        by=CHAIR,
        recommendation="wscb/r-3",
        source="review-wscb/peer",
        text="Write it down",
        addressed=(POLICY.body,),
    )
    shares = (b.BodyShare(to=TRAINING.body, remit="x", streams=("recommendation-wscb/r-3",)),)
    split(board, shares=shares, rest="wsb/jce")
    answer: dict[str, Any] = {"recommendation": "wscb/r-3", "for_body": POLICY.body}
    with pytest.raises(RefusedError) as refused:
        board.decide(r.AcceptRecommendation, "2018-06-02", by=by("wsb/jce"), **answer)
    board.decide(r.AcceptRecommendation, "2018-06-02", by=TRAINING, **answer)

    assert "authority.not-successor" == refused.value.rule
    (row,) = [
        one for one in board.accountability("2018-07-01").responses if one.body == POLICY.body
    ]
    assert 1 == row.accepted


def test_views_show_the_name_of_the_day(board: Board) -> None:
    """A name that a body bears from June on; before, the one of the pack."""
    board.decide(
        b.RenameBody,
        SPLIT,
        by=CHAIR,
        body=POLICY.body,
        name="Rules for all",
        reasons="Plain words",
    )

    def shown(valid: str) -> tuple[str, list[tuple[Any, ...]]]:
        view = board.app.view(PROJECTIONS["assurance"], valid=day(valid))
        (committee,) = [row for row in view.committees if row.committee == POLICY.body]
        names = [(row.name, row.since, row.until) for row in view.names if row.body == POLICY.body]
        return committee.name, names

    assert ("Law, Policy and Procedure Committee", []) == shown("2018-05-31")
    assert ("Rules for all", [("Rules for all", day(SPLIT), None)]) == shown(SPLIT)


def test_a_registered_body_keeps_the_history_of_its_names(board: Board) -> None:
    register: dict[str, Any] = {"body": "wsb/new", "name": "First", "kind": b.BodyKind.COMMITTEE}
    board.decide(b.RegisterBody, "2018-05-01", by=CHAIR, **register)
    second: dict[str, Any] = {"body": "wsb/new", "name": "Second", "reasons": "Plain words"}
    board.decide(b.RenameBody, SPLIT, by=CHAIR, **second)
    view = board.app.view(PROJECTIONS["assurance"], valid=day("2018-07-01"))

    assert [("First", day("2018-05-01"), day(SPLIT)), ("Second", day(SPLIT), None)] == [
        (row.name, row.since, row.until) for row in view.names if row.body == "wsb/new"
    ]
    assert ["Second"] == [row.name for row in view.committees if row.committee == "wsb/new"]


def test_what_became_of_a_committee_is_said(board: Board) -> None:
    split(board, rest="wsb/jce")
    board.decide(b.EndBody, "2018-07-01", by=CHAIR, body="wscb/pmc", reasons="Nobody left")
    view = board.app.view(PROJECTIONS["assurance"], valid=day("2018-08-01"))
    ended = {row.committee: (row.split_into, row.ended, row.merged) for row in view.committees}

    assert ((TRAINING.body, "wsb/jce"), day(SPLIT), None) == ended[POLICY.body]
    assert ((), day("2018-07-01"), None) == ended["wscb/pmc"]
