"""Histories across aggregates, through the public API. All cases are fictional."""

import json
from datetime import UTC, datetime
from typing import Any

from lif_adapters.json_values import json_value
from lif_core.aggregates.audit import CheckImprovement, ConcludeAudit, GradeCount, PlanAudit
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    CallForTraining,
    CheckRecommendation,
    DeclineRecommendation,
    EmbedRecommendation,
    ImplementRecommendation,
    IssueRecommendation,
    OwnerTold,
    PlanRecommendation,
    RecommendationChecked,
)
from lif_core.aggregates.review import (
    AnalyseDeath,
    CaseNotified,
    DeathFactor,
    Factor,
    Modifiable,
    NotifyDeath,
    OpenReview,
    RecordFinding,
    ReferCase,
)
from lif_core.aggregates.training_course import CourseRequested
from lif_core.decisions.corrections import VoidEntry
from lif_core.values.authority import Authority
from lif_core.views import PROJECTIONS
from tests.audits import conclude
from tests.board import Board
from tests.people import CHAIR, MANAGER, QUALITY, day

CDOP = Authority(person="C. Panel", role="panel chair", body="wscb/cdop")
WALSALL = Authority(person="W. Chair", role="independent chair", body="walsall-scb")
DEATH = "wscb/cdr-1"


def shared_death(board: Board) -> None:
    """One death, of a child of Walsall, reviewed by the panel that the two boards share."""
    board.decide(
        NotifyDeath,
        "2018-01-10",
        by=CDOP,
        review=DEATH,
        kind="cdr",
        subject="A child",
        died=day("2018-01-08"),
        area="walsall",
        expected=False,
        boards=("wscb", "walsall-scb"),
    )
    board.decide(
        RecordFinding,
        "2018-03-01",
        by=CDOP,
        review=DEATH,
        finding="f-1",
        factor=Factor.SYSTEM,
        what="Cots were not looked at.",
        why="No visit asks for it.",
        purpose="public-health",
    )
    board.decide(
        AnalyseDeath,
        "2018-03-01",
        by=CDOP,
        review=DEATH,
        category="10",
        modifiable=Modifiable.YES,
        factors=(DeathFactor(domain="B", factor="sleeping place", influence="2"),),
    )
    board.decide(
        IssueRecommendation,
        "2018-03-05",
        by=CDOP,
        recommendation="wscb/r-cot",
        source=f"review-{DEATH}",
        text="Every first visit looks at where the baby sleeps.",
        addressed=("wscb", "walsall-scb"),
        findings=("f-1",),
        boards=("wscb", "walsall-scb"),
    )


def test_two_boards_that_share_a_panel_have_one_death_and_answer_each_for_itself(
    board: Board,
) -> None:
    """One death, one review; accepted by one board, declined by the other, counted once."""
    shared_death(board)
    board.decide(AcceptRecommendation, "2018-04-01", by=CHAIR, recommendation="wscb/r-cot")
    board.decide(
        DeclineRecommendation,
        "2018-04-09",
        by=WALSALL,
        recommendation="wscb/r-cot",
        reasons="Every first visit has looked at it since 2016.",
    )

    view = board.accountability("2018-06-01")

    assert (1, 1) == (view.totals.reviews, view.totals.recommendations)
    assert [("walsall-scb", 1, 1), ("wscb", 1, 1)] == [
        (row.board, row.reviews, row.recommendations) for row in view.boards
    ]
    assert [("wscb", "accepted"), ("walsall-scb", "declined")] == [
        (row.body, row.answer) for row in view.answers
    ]
    assert (2, 1, 1, 0) == (
        view.totals.made,
        view.totals.accepted,
        view.totals.declined,
        view.totals.pending,
    )


def planned(board: Board) -> None:
    """A recommendation that the Performance Management Committee owes from 1 March."""
    board.decide(
        OpenReview, "2018-01-02", by=MANAGER, review="wscb/p-1", kind="lga-peer", title="A review"
    )
    board.decide(
        IssueRecommendation,
        "2018-01-25",
        by=MANAGER,
        recommendation="wscb/r-1",
        source="review-wscb/p-1",
        text="Agree one threshold.",
        addressed=("wscb",),
    )
    board.decide(AcceptRecommendation, "2018-02-01", by=CHAIR, recommendation="wscb/r-1")
    board.decide(
        PlanRecommendation,
        "2018-02-02",
        by=CHAIR,
        recommendation="wscb/r-1",
        owner="wscb/pmc",
        due=day("2018-03-01"),
        action="Write it down.",
    )


def written(board: Board, name: str, valid: str, known: str | datetime | None = None) -> bytes:
    """A view as a reader of its JSON gets it."""
    at = day(known) if isinstance(known, str) else known
    found = board.app.view(PROJECTIONS[name], valid=day(valid), known=at)
    return json.dumps(json_value(found, board.app.mapper)).encode()


def test_a_merger_in_two_stages_leaves_the_report_of_july_as_it_was(board: Board) -> None:
    """The second stage is recorded in September, though it took effect in June."""
    planned(board)
    board.decide(
        MergeBody, "2018-05-01", by=CHAIR, body="wscb/pmc", into="wscb/qac", reasons="Stage one."
    )
    board.now = datetime(2018, 7, 31, 18, tzinfo=UTC)
    july = written(board, "accountability", "2018-07-31", "2018-07-31")

    board.decide(
        MergeBody,
        "2018-06-01",
        by=CHAIR,
        recorded="2018-09-10",
        body="wscb/qac",
        into="wsb/jld",
        reasons="Stage two.",
    )

    assert july == written(board, "accountability", "2018-07-31", "2018-07-31")
    before = board.accountability("2018-07-31", "2018-07-31")
    assert {"wscb/pmc": 61, "wscb/qac": 91} == overdue(before)
    after = board.accountability("2018-07-31", "2018-09-10")
    assert {"wscb/pmc": 61, "wscb/qac": 31, "wsb/jld": 60} == overdue(after)
    assert before.totals.days_overdue_so_far == after.totals.days_overdue_so_far == 152


def overdue(view: Any) -> dict[str, int]:
    (duty,) = view.duties
    return {share.body: share.days_overdue_so_far for share in duty.shares}


def embedded(board: Board) -> None:
    planned(board)
    board.decide(
        ImplementRecommendation,
        "2018-03-01",
        by=Authority(person="P. Lead", role="committee chair", body="wscb/pmc"),
        recommendation="wscb/r-1",
        evidence="Version 2.",
    )
    check(board, "c-1", "2018-04-01", passed=True)
    board.decide(
        EmbedRecommendation,
        "2018-04-02",
        by=CHAIR,
        recommendation="wscb/r-1",
        evidence="12 files of 12.",
        checks=("c-1",),
    )
    check(board, "c-2", "2018-12-01", passed=True)
    check(board, "c-3", "2019-04-10", passed=True)


def check(board: Board, name: str, on: str, *, passed: bool) -> None:
    rests_on = conclude(board, on, "wscb/r-1", ref=f"wscb/{name}")
    board.decide(
        CheckRecommendation,
        on,
        recommendation="wscb/r-1",
        check=name,
        passed=passed,
        note="Twelve files.",
        rests_on=rests_on,
    )


def test_a_check_that_is_void_takes_with_it_what_rested_on_it_from_when_that_was_known(
    board: Board,
) -> None:
    """Sustained as known in May; the first check was of the wrong cohort, as is known in June."""
    embedded(board)
    board.now = datetime(2019, 5, 31, 12, tzinfo=UTC)
    in_may = written(board, "sustainability", "2019-05-01", "2019-05-01")
    stream = "recommendation-wscb/r-1"
    entry = next(
        record.stream_position
        for record in board.app.history(stream)
        if isinstance(record.event, RecommendationChecked)
    )

    board.decide(
        VoidEntry, "2019-06-03", by=CHAIR, stream=stream, entry=entry, reasons="Wrong cohort."
    )

    assert in_may == written(board, "sustainability", "2019-05-01", "2019-05-01")
    as_known_then = board.sustainability("2019-05-01", "2019-05-01").improvement("wscb/r-1")
    assert ("sustained", 1) == (as_known_then.finding, as_known_then.spells)
    as_known_now = board.sustainability("2019-05-01", "2019-06-03").improvement("wscb/r-1")
    assert ("implemented", 0) == (as_known_now.finding, as_known_now.spells)


# Policies


def test_a_death_that_may_need_a_review_starts_the_referral(board: Board) -> None:
    """The linked case is notified once, and rests on the review of the death."""
    shared_death(board)
    board.decide(
        ReferCase,
        "2018-03-02",
        by=CDOP,
        review=DEATH,
        referral="wscb/scr-9",
        kind="scr",
        aware=day("2018-03-01"),
        reasons="Neglect is suspected.",
    )

    first, again = board.app.follow(), board.app.follow()

    (record,) = first.records
    assert isinstance(record.event, CaseNotified)
    assert ("wscb/scr-9", "scr", (f"review-{DEATH}",)) == (
        record.event.review,
        record.event.kind,
        record.event.arising_from,
    )
    assert ((), ()) == (first.refused, again.records)


def test_an_audit_that_finds_a_change_gone_relapses_it_and_tells_its_owner(board: Board) -> None:
    embedded(board)
    conclude(board, "2019-05-02", "wscb/r-1", ref="wscb/a-1")
    board.decide(
        CheckImprovement,
        "2019-05-20",
        audit="wscb/a-1",
        recommendation="wscb/r-1",
        check="a-1",
        passed=False,
        note="Gone in 9 of 12 files.",
    )

    followed = board.app.follow()

    checked, told = (record.event for record in followed.records)
    assert isinstance(checked, RecommendationChecked)
    assert isinstance(told, OwnerTold)
    assert ("wscb/a-1: a-1", "wscb/pmc") == (told.check, told.owner)
    assert "relapsed" == board.sustainability("2019-06-01").improvement("wscb/r-1").finding


def test_learning_that_calls_for_training_asks_the_committee_that_commissions_it(
    board: Board,
) -> None:
    planned(board)
    board.decide(
        CallForTraining,
        "2018-02-10",
        recommendation="wscb/r-1",
        course="wsb/thresholds",
        title="One threshold",
        need="Three agencies read it in three ways.",
    )

    (record,) = board.app.follow().records

    assert isinstance(record.event, CourseRequested)
    assert ("wsb/thresholds", "wsb/jld", ("recommendation-wscb/r-1",)) == (
        record.event.course,
        record.event.asked,
        record.event.arising_from,
    )


# Nobody is ranked


def test_no_view_names_anybody(board: Board) -> None:
    """The people who decide are on the record, and in no view."""
    shared_death(board)
    embedded(board)
    board.decide(
        PlanAudit,
        "2019-05-02",
        audit="wscb/a-1",
        kind="maca",
        theme="thresholds",
        basis="Referrals have risen.",
        scale="ofsted",
    )
    board.decide(
        ConcludeAudit,
        "2019-05-30",
        audit="wscb/a-1",
        grades=(GradeCount(grade="good", files=9), GradeCount(grade="inadequate", files=3)),
        summary="As feared.",
    )
    people = {record.event.by.person for record in board.app.history()}

    assert {person.person for person in (CDOP, CHAIR, MANAGER, QUALITY)} <= people
    for name in PROJECTIONS:
        said = written(board, name, "2019-06-30").decode()
        assert [] == [person for person in people if person in said], name
