"""The improvement plan as a view: its basis, its priorities, what was presented, by example."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import improvement_plan as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.evidence import EvidenceLevel
from lif_core.views.plan import ImprovementPlans, PriorityRow, plan
from tests.audits import conclude
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.people import CHAIR, POLICY, QUALITY, day

PLAN = "wscb/plan-2018"
TOLD = tuple(
    i.Basis(basis=code, account="As it is", sources=("review-wscb/peer-1",))
    for code in ("area-profile", "agency-performance", "data-kpis-audits")
)


def view(board: Board, valid: str = "2018-12-31") -> ImprovementPlans:
    return board.app.view(plan, valid=day(valid))


def priority(board: Board, name: str, valid: str = "2018-12-31") -> PriorityRow:
    (row,) = [row for row in view(board, valid).priorities if row.priority == name]
    return row


@pytest.fixture
def board() -> Board:
    """A peer review, and a plan for 2018 that does without an audit of case files."""
    board = Board()
    board.decide(
        review.OpenReview,
        "2017-11-01",
        by=CHAIR,
        review="wscb/peer-1",
        kind="lga-peer",
        title="Peers",
    )
    board.decide(
        i.AdoptPlan,
        "2018-01-10",
        plan=PLAN,
        title="Improving 2018",
        since=day("2018-01-01"),
        until=day("2018-12-31"),
        basis=TOLD,
        missing=(i.MissingBasis(basis="case-file-audits", reasons="The first is in March"),),
    )
    return board


def prioritise(board: Board, name: str, **more: Any) -> None:
    fields: dict[str, Any] = {"lead": "wsb/lpp", "due": day("2018-06-30")} | more
    board.decide(
        i.SetPriority, "2018-01-11", plan=PLAN, priority=name, aim="Neglect is seen", **fields
    )


def report(board: Board, name: str, on: str, progress: i.Progress) -> None:
    board.decide(
        i.ReportProgress,
        on,
        by=POLICY,
        plan=PLAN,
        priority=name,
        progress=progress,
        account="So far",
    )


def achieve(board: Board, name: str, on: str, **more: Any) -> None:
    fields: dict[str, Any] = {"outcome": "Seen sooner", "claimed": EvidenceLevel.OWN_AUDIT} | more
    board.decide(i.RecordOutcome, on, plan=PLAN, priority=name, **fields)


# The plan and its basis


def test_each_basis_of_the_framework_is_told_or_missing_for_a_reason(board: Board) -> None:
    rows = view(board).basis

    assert [
        ("area-profile", True, ("review-wscb/peer-1",), None),
        ("agency-performance", True, ("review-wscb/peer-1",), None),
        ("data-kpis-audits", True, ("review-wscb/peer-1",), None),
        ("case-file-audits", False, (), "The first is in March"),
    ] == [(row.basis, row.told, row.sources, row.reasons) for row in rows]
    assert "The safeguarding profile of the area" == rows[0].name


def test_a_plan_shows_how_many_of_its_priorities_stand_how(board: Board) -> None:
    """Of four: an outcome, dropped, overdue, and not due yet."""
    for name in ("p-1", "p-2", "p-3"):
        prioritise(board, name)
    prioritise(board, "p-4", due=day("2018-12-31"))
    achieve(board, "p-1", "2018-05-01")
    board.decide(
        i.DropPriority, "2018-05-02", plan=PLAN, priority="p-2", reasons="Another does it"
    )
    (row,) = view(board).plans

    assert ("Improving 2018", "wscb/qac", 3, 1) == (
        row.title,
        row.committee,
        row.basis_told,
        row.basis_missing,
    )
    assert (4, 1, 1, 2, 1) == (
        row.priorities,
        row.with_outcome,
        row.dropped,
        row.open,
        row.overdue,
    )
    assert row.closed is None


def test_a_closed_plan_shows_when_it_was_closed(board: Board) -> None:
    board.decide(i.ClosePlan, "2018-12-20", plan=PLAN, evaluation="It has run")

    (row,) = view(board).plans
    assert day("2018-12-20") == row.closed


def test_a_plan_whose_adoption_is_void_is_no_plan(board: Board) -> None:
    board.decide(
        VoidEntry,
        "2018-02-01",
        by=QUALITY,
        stream=f"improvement_plan-{PLAN}",
        entry=1,
        reasons="A draft",
    )

    assert ((), (), ()) == (view(board).plans, view(board).basis, view(board).priorities)


# Priorities


@pytest.mark.parametrize(
    ("valid", "days"), [("2018-06-01", 0), ("2018-06-30", 0), ("2018-07-01", 1)]
)
def test_a_priority_is_overdue_from_the_day_after_it_is_due(
    board: Board, valid: str, days: int
) -> None:
    prioritise(board, "p-1")

    assert days == priority(board, "p-1", valid).overdue


def test_a_priority_that_was_dropped_or_has_an_outcome_is_not_overdue(board: Board) -> None:
    prioritise(board, "p-1")
    prioritise(board, "p-2")
    board.decide(
        i.DropPriority, "2018-07-10", plan=PLAN, priority="p-1", reasons="Another does it"
    )
    achieve(board, "p-2", "2018-07-10")

    assert (9, 9) == tuple(priority(board, p, "2018-07-09").overdue for p in ("p-1", "p-2"))
    assert (0, 0) == tuple(priority(board, p, "2018-07-10").overdue for p in ("p-1", "p-2"))
    assert day("2018-07-10") == priority(board, "p-1").dropped


def test_the_latest_progress_is_shown_as_its_lead_reported_it(board: Board) -> None:
    prioritise(board, "p-1")
    assert (None, None) == (priority(board, "p-1").progress, priority(board, "p-1").reported)

    report(board, "p-1", "2018-03-01", i.Progress.ON_TRACK)
    report(board, "p-1", "2018-05-01", i.Progress.AT_RISK)
    row = priority(board, "p-1")

    assert ("wsb/lpp", "at risk", day("2018-05-01")) == (row.lead, row.progress, row.reported)
    assert "on track" == priority(board, "p-1", "2018-04-30").progress


def test_an_outcome_is_shown_with_its_evidence_and_how_strong_that_is(board: Board) -> None:
    prioritise(board, "p-1")
    achieve(
        board,
        "p-1",
        "2018-05-01",
        claimed=EvidenceLevel.OUTCOME_DATA,
        rests_on=("review-wscb/peer-1", *conclude(board, "2018-05-01")),
    )
    row = priority(board, "p-1")

    assert ("Seen sooner", day("2018-05-01"), 3, 4) == (
        row.outcome,
        row.outcome_on,
        row.level,
        row.claimed,
    )
    assert ("review-wscb/peer-1", "audit-wscb/shown") == row.evidence


def test_a_priority_that_is_dropped_after_all_counts_as_dropped_only(board: Board) -> None:
    prioritise(board, "p-1")
    achieve(board, "p-1", "2018-05-01")
    board.decide(
        i.DropPriority, "2018-06-01", plan=PLAN, priority="p-1", reasons="It was not ours"
    )
    (row,) = view(board).plans

    assert (1, 0, 1, 0) == (row.priorities, row.with_outcome, row.dropped, row.open)


# Summaries


def test_a_board_that_was_never_presented_a_summary_is_waited_for(board: Board) -> None:
    """The committee serves the children's board, as the framework says."""
    assert ("wscb",) == view(board).plans[0].not_presented_to

    summary: dict[str, Any] = {"plan": PLAN, "summary": "All", "evaluation": "Well"}
    board.decide(i.PresentSummary, "2018-07-01", board="wsab", **summary)
    assert ("wscb",) == view(board).plans[0].not_presented_to
    board.decide(i.PresentSummary, "2018-09-01", board="wscb", **summary)

    assert [("wsab", day("2018-07-01")), ("wscb", day("2018-09-01"))] == [
        (row.board, row.on) for row in view(board).summaries
    ]
    (row,) = view(board).plans
    assert (2, ()) == (row.summaries, row.not_presented_to)


# Peer reviews


def test_a_peer_review_that_no_priority_takes_up_is_shown(board: Board) -> None:
    prioritise(board, "p-1")
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review="wscb/1",
        kind="single-agency-review",
        title="Not of peers",
    )

    (row,) = view(board).peer_reviews
    assert ("wscb/peer-1", ("wscb",), (), None) == (
        row.review,
        row.boards,
        row.taken_up_by,
        row.concluded,
    )


def test_a_peer_review_is_taken_up_by_a_priority_that_arises_from_it(board: Board) -> None:
    prioritise(board, "p-1", arising_from=("review-wscb/peer-1",))
    prioritise(board, "p-2")
    achieve(board, "p-1", "2018-05-01")
    (row,) = view(board).peer_reviews

    assert ((f"{PLAN}: p-1",), 1) == (row.taken_up_by, row.with_outcome)
    assert ("review-wscb/peer-1",) == priority(board, "p-1").arising_from


def test_a_peer_review_is_taken_up_through_a_recommendation_as_well(board: Board) -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-01-05",
        by=CHAIR,
        recommendation="wscb/r-1",
        source="review-wscb/peer-1",
        text="Do it",
        addressed=("wsb/lpp",),
    )
    prioritise(board, "p-1", arising_from=("recommendation-wscb/r-1",))
    (row,) = view(board).peer_reviews

    assert ((f"{PLAN}: p-1",), 0) == (row.taken_up_by, row.with_outcome)


# Whatever follows what


ADOPTED = i.PlanAdopted(
    by=QUALITY,
    on=day("2018-01-01"),
    plan="wscb/1",
    title="A plan",
    since=day("2018-01-01"),
    until=day("2018-12-31"),
    basis=(),
)
ANY = events(World(), *get_args(i.PlanEvent))


@given(st.lists(ANY, max_size=40))
def test_the_priorities_of_a_plan_add_up(more: list[Event[Any]]) -> None:
    """Whether they can follow or not: corrections can make any order."""
    found = fold(plan, records_of([ADOPTED, *more]), AS_OF)

    assert "wscb/1" in [row.plan for row in found.plans]
    for row in found.plans:
        own = [one for one in found.priorities if one.plan == row.plan]
        assert len(own) == row.priorities == row.with_outcome + row.dropped + row.open
        assert row.overdue <= row.open
        assert row.summaries == len([one for one in found.summaries if one.plan == row.plan])
