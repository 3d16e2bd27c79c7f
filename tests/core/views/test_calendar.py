"""What is due when, by whom: by example, and over any history. All cases are fictional."""

from collections.abc import Iterable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import (
    annual_report,
    audit,
    challenge,
    evaluation,
    improvement_plan,
    review,
    training_course,
)
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyMerged, MergeBody
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.projection.tables import Table
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.accountability import accountability
from lif_core.views.calendar import Calendar, DueKind, DueRow, calendar
from lif_core.views.expected import expected_evaluations
from tests.audits import conclude as audited_by
from tests.board import Board
from tests.people import CHAIR, POLICE, POLICY, QUALITY, TRAINING, by, day

REVIEW = "wscb/1"
REF = "wscb/r-1"
AUDIT = "wscb/s11-2018"
PLAN = "wscb/plan-2018"
AGENCIES = ("wsb/police", "wsb/ccg")
STANDARDS = load("wolverhampton-2017").packs[0].standard_set("section-11")


def whole(board: Board, valid: str, known: str | None = None) -> Calendar:
    return board.app.view(calendar, valid=day(valid), known=day(known) if known else None)


def view(board: Board, valid: str, known: str | None = None) -> Calendar:
    """The calendar without what the board owes by itself, which is there whatever it records."""
    found = whole(board, valid, known)
    return attrs.evolve(
        found, due=without_boards(found.due), overdue=without_boards(found.overdue)
    )


def without_boards(rows: Table[DueRow]) -> Table[DueRow]:
    return Table(lambda: [row for row in rows if row.what != DueKind.BOARD])


def brief(rows: Iterable[DueRow]) -> list[tuple[str, str, str, tuple[str, ...], int]]:
    return [(row.due.isoformat(), row.what, row.detail, row.bodies, row.days) for row in rows]


def counts(board: Board, what: str, valid: str) -> tuple[int, int, int, int]:
    """Overdue, due, done, ended."""
    (row,) = (row for row in view(board, valid).counts if row.what == what)
    return row.overdue, row.due, row.done, row.ended


# Statutory clocks


def notify(board: Board) -> None:
    """A case notified on 20 April 2017: to be decided on within a month."""
    board.decide(
        review.NotifyCase,
        "2017-04-20",
        by=CHAIR,
        review="wscb/k",
        kind="scr",
        subject="K",
        aware=day("2017-04-11"),
        boards=("wscb", "walsall-scb"),
        told=("ofsted",),
    )


def test_a_clock_is_due_until_its_day_has_passed_then_overdue(board: Board) -> None:
    """On its very day it can still be met; it is for all boards of the review."""
    notify(board)
    boards = ("wscb", "walsall-scb")

    on_the_day, after = view(board, "2017-05-20"), view(board, "2017-05-21")
    assert [("2017-05-20", "statutory-clock", "decision", boards, 0)] == brief(on_the_day.due)
    assert [("2017-05-20", "statutory-clock", "decision", boards, -1)] == brief(after.overdue)
    assert () == on_the_day.overdue == after.due


def test_a_clock_that_stopped_late_is_done_and_the_next_ones_are_due(board: Board) -> None:
    """Notified in time, decided ten days late: both are done."""
    notify(board)
    board.decide(
        review.DecideHold,
        "2017-05-30",
        by=CHAIR,
        review="wscb/k",
        hold=True,
        reasons="Harm",
        criteria=("abuse-or-neglect", "death"),
    )

    assert (0, 3, 3, 0) == counts(board, "statutory-clock", "2017-06-01")
    assert ["panel told: national-panel", "panel told: ofsted", "completion"] == [
        row.detail for row in view(board, "2017-06-01").due
    ]


def test_a_case_that_was_discontinued_has_no_clock_to_meet(board: Board) -> None:
    """It was to be completed within six months; the board was free to hold it, and to stop."""
    case: dict[str, Any] = {"by": by("wsab"), "review": "wsab/1"}
    board.decide(
        review.NotifyCase, "2017-04-20", **case, kind="sar", subject="K", aware=day("2017-04-11")
    )
    board.decide(
        review.DecideHold,
        "2017-05-01",
        **case,
        hold=True,
        reasons="To learn",
        criteria=("care-and-support-needs",),
    )
    board.decide(review.DiscontinueReview, "2017-06-01", **case, reasons="Elsewhere")

    assert (0, 1, 0, 0) == counts(board, "statutory-clock", "2017-05-31")
    assert (0, 0, 0, 1) == counts(board, "statutory-clock", "2018-01-01")


def test_a_notice_is_no_deadline(board: Board) -> None:
    """That a report stays online for a year sets no day by which it must come down."""
    case: dict[str, Any] = {"by": CHAIR, "review": "wscb/k"}
    notify(board)
    board.decide(
        review.DecideHold,
        "2017-05-10",
        **case,
        hold=True,
        reasons="Harm",
        criteria=("abuse-or-neglect", "death"),
    )
    board.decide(
        review.InformAddressees,
        "2017-05-11",
        **case,
        matter=review.Matter.DECISION,
        to=("national-panel", "ofsted"),
    )
    board.decide(
        review.RecordFinding,
        "2017-08-01",
        **case,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )
    board.decide(review.DecideNotToInviteFamily, "2017-08-02", **case, reasons="None found")
    board.decide(review.AcceptReport, "2017-10-01", **case, response="Accepted")
    board.decide(
        review.InformAddressees,
        "2017-10-02",
        **case,
        matter=review.Matter.REPORT,
        to=("national-panel",),
    )
    board.decide(review.PublishReport, "2017-11-01", **case, place="website")
    board.decide(review.TakeDownReport, "2017-12-01", **case, reasons="By mistake")

    assert (0, 0, 7, 0) == counts(board, "statutory-clock", "2017-12-31")


# Recommendations and their checks


def plan(board: Board, due: str = "2018-04-30") -> None:
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review=REVIEW,
        kind="single-agency-review",
        title="A case",
    )
    asked: dict[str, Any] = {"by": CHAIR, "recommendation": REF}
    board.decide(
        r.IssueRecommendation,
        "2018-01-10",
        **asked,
        source=f"review-{REVIEW}",
        text="Do it",
        addressed=("wscb",),
    )
    board.decide(r.AcceptRecommendation, "2018-01-20", **asked)
    board.decide(
        r.PlanRecommendation,
        "2018-01-25",
        **asked,
        owner="wsb/lpp",
        due=day(due),
        action="Rewrite",
    )


def implement(board: Board, on: str) -> None:
    board.decide(r.ImplementRecommendation, on, by=POLICY, recommendation=REF, evidence="Done")


def check(board: Board, name: str, on: str) -> None:
    board.decide(
        r.CheckRecommendation,
        on,
        recommendation=REF,
        check=name,
        passed=True,
        note="Twelve files",
        rests_on=audited_by(board, on, REF, ref=f"wscb/{name}"),
    )


def test_a_recommendation_is_due_by_its_current_date_from_its_current_owner(board: Board) -> None:
    """The date was moved once, and the work handed over."""
    plan(board)
    asked: dict[str, Any] = {"recommendation": REF, "reasons": "Agreed"}
    board.decide(r.ChangeDueDate, "2018-03-01", by=CHAIR, **asked, due=day("2018-05-30"))
    board.decide(r.ProposeTransfer, "2018-03-02", by=POLICY, **asked, to="wsb/jld")
    board.decide(r.AcceptTransfer, "2018-03-09", by=TRAINING, recommendation=REF)

    at_first, later = view(board, "2018-02-01"), view(board, "2018-06-01")
    assert [("2018-04-30", "recommendation", "planned", ("wsb/lpp",), 88)] == brief(at_first.due)
    assert [("2018-05-30", "recommendation", "planned", ("wsb/jld",), -2)] == brief(later.overdue)


def test_what_a_merged_committee_owed_its_successor_owes(board: Board) -> None:
    plan(board)
    board.decide(
        MergeBody, "2018-02-10", by=CHAIR, body="wsb/lpp", into="wsb/jld", reasons="One of two"
    )

    before, after = view(board, "2018-02-09"), view(board, "2018-02-10")
    assert [("wsb/lpp",), ("wsb/jld",)] == [row.bodies for row in (*before.due, *after.due)]


def test_what_was_reopened_is_due_a_second_time(board: Board) -> None:
    """Its first time stays done."""
    plan(board)
    implement(board, "2018-06-01")
    board.decide(
        r.ReopenRecommendation,
        "2018-09-01",
        recommendation=REF,
        due=day("2018-10-01"),
        reasons="It did not last",
    )

    assert (0, 1, 1, 0) == counts(board, "recommendation", "2018-09-30")
    assert ["reopened"] == [row.detail for row in view(board, "2018-09-30").due]


@pytest.mark.parametrize(
    ("implemented", "expected"), [(False, (0, 0, 0, 1)), (True, (0, 0, 1, 0))]
)
def test_what_is_withdrawn_has_ended_unless_it_was_done_before(
    board: Board, implemented: bool, expected: tuple[int, ...]
) -> None:
    plan(board)
    if implemented:
        implement(board, "2018-06-01")
    board.decide(
        r.WithdrawRecommendation, "2018-06-02", by=CHAIR, recommendation=REF, reasons="New law"
    )

    assert expected == counts(board, "recommendation", "2018-12-31")


def test_what_was_issued_by_mistake_is_due_from_nobody(board: Board) -> None:
    plan(board)
    board.decide(
        VoidEntry,
        "2018-02-01",
        by=CHAIR,
        stream=f"recommendation-{REF}",
        entry=1,
        reasons="Of another review",
    )

    assert () == view(board, "2018-12-31").overdue
    assert ["recommendation"] == [
        row.what for row in view(board, "2018-12-31", "2018-01-31").overdue
    ]


def test_each_check_counts_for_one_day_that_a_check_was_due(board: Board) -> None:
    """Two checks by the first day due are of that day alone, as `sustainability` counts."""
    plan(board)
    implement(board, "2018-02-01")
    board.decide(
        r.ScheduleChecks,
        "2018-02-02",
        recommendation=REF,
        due=(day("2018-06-01"), day("2018-12-01"), day("2019-06-01")),
    )
    check(board, "c-1", "2018-05-20")
    check(board, "c-2", "2018-06-01")

    found = view(board, "2018-12-11")
    assert [("2018-12-01", "check", "implemented", ("wscb/qac",), -10)] == brief(found.overdue)
    assert (1, 1, 1, 0) == counts(board, "check", "2018-12-11")
    row = board.sustainability("2018-12-11").improvement(REF)
    assert (1, 2) == (row.checks_done, row.checks_due)


def test_a_check_is_for_the_nearest_day_due_in_every_view(board: Board) -> None:
    """One of 1 August is June's, late; one of 1 October is December's, ahead of its day."""
    plan(board)
    implement(board, "2018-02-01")
    days = (day("2018-06-01"), day("2018-12-01"))
    board.decide(r.ScheduleChecks, "2018-02-02", recommendation=REF, due=days)
    check(board, "c-1", "2018-10-01")

    found = view(board, "2018-10-02")
    assert [("2018-06-01", "check", "implemented", ("wscb/qac",), -123)] == brief(found.overdue)
    row = board.sustainability("2018-10-02").improvement(REF)
    assert (0, 0, 1, None) == (row.on_time, row.checks_done, row.checks_due, row.next_check)
    row = board.sustainability("2018-12-02").improvement(REF)
    assert (1, 1, 2) == (row.on_time, row.checks_done, row.checks_due)

    check(board, "c-2", "2018-08-01")

    assert () == view(board, "2018-10-02").overdue
    row = board.sustainability("2018-12-02").improvement(REF)
    assert (1, 2, 2) == (row.on_time, row.checks_done, row.checks_due)


def test_one_check_that_was_missed_makes_none_of_those_after_it_late(board: Board) -> None:
    """What is left of several for one day makes up for the one that was missed."""
    plan(board)
    implement(board, "2018-02-01")
    days = (day("2018-06-01"), day("2018-12-01"), day("2019-06-01"))
    board.decide(r.ScheduleChecks, "2018-02-02", recommendation=REF, due=days)
    check(board, "c-1", "2018-12-10")
    check(board, "c-2", "2019-06-10")
    check(board, "c-3", "2019-08-10")

    assert () == view(board, "2019-08-11").overdue
    row = board.sustainability("2019-08-11").improvement(REF)
    assert (2, 3, 3) == (row.on_time, row.checks_done, row.checks_due)
    row = board.sustainability("2019-08-09").improvement(REF)
    assert (2, 2, 3) == (row.on_time, row.checks_done, row.checks_due)


def test_nothing_is_left_to_check_once_it_is_withdrawn(board: Board) -> None:
    plan(board)
    implement(board, "2018-02-01")
    board.decide(
        r.ScheduleChecks,
        "2018-02-02",
        recommendation=REF,
        due=(day("2018-06-01"), day("2018-12-01")),
    )
    check(board, "c-1", "2018-05-20")
    board.decide(
        r.WithdrawRecommendation, "2018-07-02", by=CHAIR, recommendation=REF, reasons="New law"
    )

    assert (0, 1, 1, 0) == counts(board, "check", "2018-07-01")
    assert (0, 0, 1, 1) == counts(board, "check", "2018-12-31")


# Audits


def plan_audit(board: Board, on: str = "2018-01-10", **fields: Any) -> None:
    planned: dict[str, Any] = {
        "by": QUALITY,
        "audit": AUDIT,
        "kind": "section-11",
        "theme": "section 11",
        "basis": "Every year",
        "scale": "rag",
        "agencies": AGENCIES,
        "due": day("2018-06-30"),
    }
    board.decide(audit.PlanAudit, on, **planned | fields)


def submit(board: Board, agency: str, on: str, **fields: Any) -> None:
    assert STANDARDS is not None
    grades = tuple(
        audit.StandardGrade(standard=one.code, grade="green") for one in STANDARDS.standards
    )
    board.decide(
        audit.SubmitSelfEvaluation,
        on,
        by=by(agency),
        audit=AUDIT,
        grades=grades,
        statement="We stand well",
        **fields,
    )


def conclude(board: Board, on: str, ref: str = AUDIT) -> None:
    board.decide(audit.ConcludeAudit, on, audit=ref, grades=(), summary="All stand well")


def test_an_audit_is_due_and_so_is_each_agencys_evaluation_of_itself(board: Board) -> None:
    """One of two agencies has submitted; the audit waits for the other."""
    plan_audit(board)
    submit(board, "wsb/police", "2018-06-01")

    assert [
        ("2018-06-30", "audit", "section-11", ("wscb/qac",), -1),
        ("2018-06-30", "self-evaluation", "wsb/ccg", ("wsb/ccg",), -1),
    ] == brief(view(board, "2018-07-01").overdue)
    assert (1, 0, 1, 0) == counts(board, "self-evaluation", "2018-07-01")


def test_after_a_merger_the_successor_evaluates_for_the_agency_that_was_asked(
    board: Board,
) -> None:
    plan_audit(board)
    board.decide(
        MergeBody, "2018-02-10", by=CHAIR, body="wsb/ccg", into="wsb/police", reasons="Invented"
    )
    (row,) = (row for row in view(board, "2018-03-01").due if row.detail == "wsb/ccg")
    assert ("wsb/police",) == row.bodies

    submit(board, "wsb/police", "2018-06-01", for_body="wsb/ccg")

    assert ["wsb/police"] == [
        row.detail for row in view(board, "2018-06-02").due if row.what == "self-evaluation"
    ]


def test_once_an_audit_is_concluded_no_agency_can_still_submit(board: Board) -> None:
    """Of two, one had; the other's evaluation has ended without being done."""
    plan_audit(board)
    submit(board, "wsb/police", "2018-06-01")
    conclude(board, "2018-07-05")

    assert (0, 0, 1, 0) == counts(board, "audit", "2018-12-31")
    assert (0, 0, 1, 1) == counts(board, "self-evaluation", "2018-12-31")


def test_an_audit_without_standards_asks_no_agency_to_evaluate_itself(board: Board) -> None:
    """The agencies whose files are looked at have nothing to submit."""
    plan_audit(board, kind="maca", scale="ofsted")

    assert ["audit"] == [row.what for row in view(board, "2018-02-01").due]


def test_a_cancelled_audit_is_off_the_calendar(board: Board) -> None:
    plan_audit(board)
    board.decide(audit.CancelAudit, "2018-03-01", audit=AUDIT, reasons="A new tool")

    assert (0, 0, 0, 1) == counts(board, "audit", "2018-12-31")
    assert (0, 0, 0, 2) == counts(board, "self-evaluation", "2018-12-31")


def test_an_audit_without_a_day_is_on_no_calendar(board: Board) -> None:
    plan_audit(board, due=None)

    assert () == view(board, "2018-12-31").overdue


def of_the_board(board: Board, valid: str, detail: str) -> list[tuple[str, str, int]]:
    """The day due, the board and the days left of what boards owe by themselves."""
    found = whole(board, valid)
    return [
        (row.due.isoformat(), row.bodies[0], row.days)
        for row in (*found.overdue, *found.due)
        if (row.what, row.detail) == (DueKind.BOARD, detail)
    ]


def test_a_board_that_never_held_its_audit_owes_it_since_the_pack_binds_it(board: Board) -> None:
    """The first entry of the board is of May 2018; the pack has bound it since 1 January 2017."""
    board.decide(
        review.OpenReview, "2018-05-01", by=CHAIR, review=REVIEW, kind="lga-peer", title="Peers"
    )

    assert [("2018-01-01", "wscb", -151)] == of_the_board(board, "2018-06-01", "section 11 audit")
    assert [] == of_the_board(board, "2018-04-30", "section 11 audit"), "nobody is on record yet"


def test_a_periodic_audit_is_due_again_so_many_months_after_the_last(board: Board) -> None:
    """Every 12 months, counted from its conclusion; not done by being planned."""
    plan_audit(board, due=None)
    conclude(board, "2018-06-30")
    plan_audit(board, "2018-07-02", audit="wsb/s175", kind="section-175", due=None)
    conclude(board, "2018-08-31", "wsb/s175")
    plan_audit(board, "2019-05-01", audit="wscb/s11-2019", due=None)

    assert [("2019-06-30", "wscb", 181)] == of_the_board(board, "2018-12-31", "section 11 audit")
    assert [("2020-08-31", "wscb", 609)] == of_the_board(board, "2018-12-31", "section 175 audit")
    assert [("2019-06-30", "wscb", -31)] == of_the_board(board, "2019-07-31", "section 11 audit")
    conclude(board, "2019-09-01", "wscb/s11-2019")
    assert [("2020-09-01", "wscb", 336)] == of_the_board(board, "2019-10-01", "section 11 audit")


def test_of_what_a_board_owes_all_is_counted(board: Board) -> None:
    """Section 11: late twice, and due again; section 175: due; the report: overdue. The adults'
    board is not on record.
    """
    for ref, on in (("wscb/z", "2018-06-30"), ("wscb/a", "2019-07-31")):
        plan_audit(board, on, audit=ref, due=None)
        conclude(board, on, ref)

    (row,) = (row for row in whole(board, "2018-12-31").counts if row.what == DueKind.BOARD)
    assert (1, 2, 1, 0, 4) == (row.overdue, row.due, row.done, row.ended, row.all)
    rows = board.accountability("2019-09-01").board_duties
    assert [("section 11 audit", "late"), ("section 11 audit", "late")] == [
        (row.duty, row.status) for row in rows if row.done
    ]


def test_a_board_that_was_replaced_owes_no_more_reports(board: Board) -> None:
    """Its duty ended with the board, on 29 September 2019; what was overdue stays 636 days."""
    plan_audit(board, due=None)
    (row,) = (
        row
        for row in board.accountability("2019-12-31").board_duties
        if row.duty == "annual report of the children's board"
    )

    assert ("ended", day("2018-01-01"), 636) == (row.status, row.due, row.days_overdue_so_far)
    assert [] == of_the_board(board, "2019-12-31", row.duty)


def test_a_board_that_was_merged_owes_nothing_from_then_on(board: Board) -> None:
    plan_audit(board, due=None)
    board.decide(MergeBody, "2018-03-01", by=CHAIR, body="wscb", into="wsab", reasons="One board")
    rows = [row for row in board.accountability("2019-12-31").board_duties if row.board == "wscb"]

    assert {"ended"} == {row.status for row in rows}
    assert {0, 59} == {row.days_overdue_so_far for row in rows}


def test_a_report_is_owed_for_each_year_and_has_no_day_by_which(board: Board) -> None:
    """The adults' board reports as soon as is feasible after the end of each financial year."""
    by_adults: dict[str, Any] = {"by": by("wsab"), "report": "wsab/2017"}
    board.decide(
        annual_report.BeginAnnualReport,
        "2018-05-01",
        **by_adults,
        since=day("2017-04-01"),
        until=day("2018-03-31"),
    )
    board.decide(annual_report.ExplainImpact, "2018-06-01", **by_adults, services="S", harm="H")
    board.decide(annual_report.PublishAnnualReport, "2018-09-28", **by_adults, place="website")
    rows = [row for row in board.accountability("2019-05-01").board_duties if row.board == "wsab"]

    assert [
        (day("2017-03-31"), None, "open", None, 761),
        (day("2018-03-31"), day("2018-09-28"), "done", 181, None),
        (day("2019-03-31"), None, "open", None, 31),
    ] == [(row.started, row.done, row.status, row.latency, row.so_far) for row in rows]
    assert [] == of_the_board(board, "2019-05-01", "annual report of the adults' board")


@given(st.lists(events(World()), max_size=30), st.sampled_from(World().days))
def test_calendar_expected_evaluations_and_accountability_agree(
    history: list[Event[Any]], valid: Any
) -> None:
    """What was owed and never begun is the same in all three, whatever was recorded."""
    at = AsOf(valid=valid, known=None, frameworks=load())
    records = records_of(history)
    found, evaluated = fold(calendar, records, at), fold(expected_evaluations, records, at)
    answerable = fold(accountability, records, at)

    assert sorted(
        (row.stream, row.detail) for row in found.overdue if row.what == DueKind.EXPECTED
    ) == sorted((row.stream, f"{row.source}: {row.method}") for row in evaluated.missing())
    assert sorted(
        (row.bodies[0], row.detail, row.due) for row in found.overdue if row.what == DueKind.BOARD
    ) == sorted(
        (row.board, row.duty, row.due)
        for row in answerable.board_duties
        if row.status == "overdue"
    )
    assert sum(row.what == DueKind.CLOCK for row in found.overdue) == sum(
        row.status == "overdue" for row in answerable.clocks
    )


def test_an_evaluation_that_nobody_planned_is_overdue_on_the_calendar(board: Board) -> None:
    """Twelve months after the audit was concluded: what it taught should have been evaluated."""
    plan_audit(board, due=None)
    conclude(board, "2018-06-30")

    assert [
        ("2019-06-30", "expected-evaluation", ("wscb",), 0),
        ("2019-06-30", "expected-evaluation", ("wscb",), -1),
    ] == [
        (row.due.isoformat(), row.what, row.bodies, row.days)
        for row in (*view(board, "2019-06-30").due, *view(board, "2019-07-01").overdue)
    ]


# Evaluations, priorities, sessions, challenges


@pytest.mark.parametrize(
    ("command", "fields", "expected"),
    [
        (evaluation.CompleteEvaluation, {"conclusion": "It did"}, (0, 0, 1, 0)),
        (evaluation.AbandonEvaluation, {"reasons": "Closed"}, (0, 0, 0, 1)),
        (None, {}, (1, 0, 0, 0)),
    ],
)
def test_a_planned_evaluation_is_due_until_it_is_completed_or_abandoned(
    board: Board, command: Any, fields: dict[str, Any], expected: tuple[int, ...]
) -> None:
    plan(board)
    one: dict[str, Any] = {"evaluation": "wscb/e-1"}
    board.decide(
        evaluation.PlanEvaluation,
        "2018-02-01",
        **one,
        source=f"review-{REVIEW}",
        method="audit",
        due=day("2018-03-31"),
    )
    if command is not None:
        board.decide(command, "2018-03-01", **one, **fields)

    assert ("2018-03-31", "evaluation", "audit", ("wscb/qac",), 58) in brief(
        view(board, "2018-02-01").due
    )
    assert expected == counts(board, "evaluation", "2018-04-01")


def adopt(board: Board) -> None:
    (pack,) = load("wolverhampton-2017").packs
    board.decide(
        improvement_plan.AdoptPlan,
        "2018-01-10",
        plan=PLAN,
        title="Improvement plan",
        since=day("2018-01-01"),
        until=day("2018-12-31"),
        basis=tuple(
            improvement_plan.Basis(basis=entry.code, account="Told") for entry in pack.plan_basis
        ),
    )


def set_priority(board: Board, name: str) -> None:
    board.decide(
        improvement_plan.SetPriority,
        "2018-01-11",
        plan=PLAN,
        priority=name,
        aim="Better",
        lead="wsb/police",
        due=day("2018-09-30"),
    )


def test_a_priority_is_due_from_its_lead_until_it_has_an_outcome_or_is_dropped(
    board: Board,
) -> None:
    adopt(board)
    for name in ("voice", "neglect", "transitions"):
        set_priority(board, name)
    one: dict[str, Any] = {"plan": PLAN}
    board.decide(
        improvement_plan.RecordOutcome,
        "2018-10-05",
        **one,
        priority="voice",
        outcome="Heard",
    )
    board.decide(
        improvement_plan.DropPriority, "2018-05-01", **one, priority="transitions", reasons="Done"
    )

    assert (2, 0, 0, 1) == counts(board, "plan-priority", "2018-10-04")
    assert [("2018-09-30", "plan-priority", "neglect", ("wsb/police",), -5)] == brief(
        view(board, "2018-10-05").overdue
    )
    assert (1, 0, 1, 1) == counts(board, "plan-priority", "2018-10-05")


def test_a_session_is_overdue_while_nobody_has_recorded_who_came(board: Board) -> None:
    """Of three sessions one was attended and one cancelled."""
    course: dict[str, Any] = {"by": TRAINING, "course": "wsb/neglect"}
    board.decide(training_course.ProvideCourse, "2018-01-10", **course, title="Neglect")
    for name in ("s-1", "s-2", "s-3"):
        board.decide(
            training_course.ScheduleSession,
            "2018-01-11",
            **course,
            session=name,
            held=day("2018-03-01"),
            capacity=20,
        )
    board.decide(
        training_course.RecordAttendance,
        "2018-03-02",
        **course,
        session="s-1",
        booked=10,
        cancelled=0,
        absent=0,
        walked_in=0,
    )
    board.decide(
        training_course.CancelSession, "2018-02-20", **course, session="s-2", reasons="Snow"
    )

    assert (0, 3, 0, 0) == counts(board, "course-session", "2018-02-01")
    assert (1, 0, 1, 1) == counts(board, "course-session", "2018-03-05")
    assert [("2018-03-01", "course-session", "s-3", ("wsb/jld",), -4)] == brief(
        view(board, "2018-03-05").overdue
    )


def test_a_challenge_is_due_from_whom_it_was_put_to(board: Board) -> None:
    """One is answered late, one settled without an answer; one asked for none by any day."""
    for name, answer_by in (("c-1", "2018-02-01"), ("c-2", "2018-02-01"), ("c-3", None)):
        board.decide(
            challenge.RaiseChallenge,
            "2018-01-10",
            challenge=f"wscb/{name}",
            manner=challenge.Manner.CHALLENGE,
            to="wsb/police",
            concern="Nobody came",
            answer_by=day(answer_by) if answer_by else None,
        )
    due = ("2018-02-01", "challenge-answer", "challenge", ("wsb/police",), 0)
    assert [due, due] == brief(view(board, "2018-02-01").due)

    board.decide(
        challenge.AnswerChallenge, "2018-02-20", by=POLICE, challenge="wscb/c-1", answer="Now"
    )
    board.decide(
        challenge.ResolveChallenge, "2018-02-20", challenge="wscb/c-2", reasons="No longer"
    )

    assert (2, 0, 0, 0) == counts(board, "challenge-answer", "2018-02-19")
    assert (0, 0, 1, 1) == counts(board, "challenge-answer", "2018-02-20")


@pytest.mark.parametrize("what", ["course-session", "plan-priority"])
def test_what_belongs_to_nothing_is_not_due(board: Board, what: str) -> None:
    """A course that was provided, or a plan that was adopted, by mistake."""
    course: dict[str, Any] = {"by": TRAINING, "course": "wsb/neglect"}
    board.decide(training_course.ProvideCourse, "2018-01-10", **course, title="Neglect")
    board.decide(
        training_course.ScheduleSession,
        "2018-01-11",
        **course,
        session="s-1",
        held=day("2018-03-01"),
        capacity=20,
    )
    adopt(board)
    set_priority(board, "voice")
    for stream in ("training_course-wsb/neglect", f"improvement_plan-{PLAN}"):
        board.decide(
            VoidEntry, "2018-02-01", by=CHAIR, stream=stream, entry=1, reasons="By mistake"
        )

    assert what in [row.what for row in view(board, "2018-02-01", "2018-01-31").due]
    assert what not in [row.what for row in view(board, "2018-02-01").due]


# All of it


def test_rows_are_in_the_order_of_their_days(board: Board) -> None:
    """Whatever they are of."""
    plan(board, due="2018-08-01")
    own: dict[str, Any] = {"by": POLICE, "kind": "single-agency", "agencies": ()}
    plan_audit(board, audit="wscb/a-1", due=day("2018-09-01"), **own)
    plan_audit(board, audit="wscb/a-2", due=day("2018-07-01"), **own)

    found = view(board, "2018-02-01")
    assert ["audit-wscb/a-2", "recommendation-wscb/r-1", "audit-wscb/a-1"] == [
        row.stream for row in found.due
    ]


def test_of_nothing_nothing_is_due(board: Board) -> None:
    found = view(board, "2018-12-31")

    assert ((), (), 0) == (found.overdue, found.due, sum(row.all for row in found.counts))
    assert [kind.value for kind in DueKind] == [row.what for row in found.counts]


REGISTRY = Registry()
WORLD = World()


def test_bodies_merged_in_a_circle_are_no_endless_loop() -> None:
    """The rules refuse such a circle, but corrections can still close one."""
    raised = challenge.ChallengeRaised(
        by=QUALITY,
        on=day("2018-01-10"),
        challenge="wscb/c-1",
        manner=challenge.Manner.CHALLENGE,
        to="wsb/a",
        concern="Nobody came",
        answer_by=day("2018-02-01"),
    )
    merged = [
        BodyMerged(by=CHAIR, on=day("2018-01-11"), body=body, into=into, reasons="One")
        for body, into in (("wsb/a", "wsb/b"), ("wsb/b", "wsb/c"), ("wsb/c", "wsb/b"))
    ]
    as_of = AsOf(valid=day("2018-01-31"), known=None, frameworks=load())

    assert [("wsb/c",)] == [
        row.bodies
        for row in fold(calendar, records_of([raised, *merged]), as_of).due
        if row.what == DueKind.ANSWER
    ]


@given(st.lists(events(WORLD), max_size=40), st.sampled_from(WORLD.days))
def test_whatever_happened_each_thing_is_in_one_state(
    history: list[Event[Any]], valid: Any
) -> None:
    """In any order of events, allowed or not: corrections can make any order."""
    found = fold(calendar, records_of(history), AsOf(valid=valid, known=None, frameworks=load()))

    assert all(row.overdue + row.due + row.done + row.ended == row.all for row in found.counts)
    assert sum(row.overdue for row in found.counts) == len(found.overdue)
    assert sum(row.due for row in found.counts) == len(found.due)
    assert all(row.days < 0 and row.due < valid for row in found.overdue)
    assert all(row.days >= 0 and row.due >= valid for row in found.due)
    for rows in (found.overdue, found.due):
        assert sorted((row.due, row.stream) for row in rows) == [
            (row.due, row.stream) for row in rows
        ]
