"""Whether learning was evaluated as the matrix expects: by example, and over any history."""

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import annual_report, audit, evaluation, review
from lif_core.aggregates import recommendation as r
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.items.expected_evaluations import ExpectedRow
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.refs import namespace_of
from lif_core.views.expected import ExpectedEvaluations, expected_evaluations
from tests.board import Board
from tests.lives import NO_GROUND, unmet
from tests.people import CHAIR, POLICY, QUALITY, by, day

REVIEW = "wscb/1"
STREAM = f"review-{REVIEW}"
REF = "wscb/r-1"
METHODS = ("inspection", "peer review", "audit", "participant feedback")


def view(board: Board, valid: str, known: str | None = None) -> ExpectedEvaluations:
    return board.app.view(
        expected_evaluations, valid=day(valid), known=day(known) if known else None
    )


def row(board: Board, valid: str, method: str = "audit", stream: str = STREAM) -> ExpectedRow:
    (found,) = (
        one for one in view(board, valid).expected if one.stream == stream and one.method == method
    )
    return found


def begin(board: Board, ref: str = REVIEW, kind: str = "table-top", **more: Any) -> None:
    """A review of 1 January 2018, with one finding."""
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=by(namespace_of(ref)),
        review=ref,
        kind=kind,
        title="A case",
        threshold="No serious harm",
        **more,
    )
    board.decide(
        review.RecordFinding,
        "2018-01-02",
        by=by(namespace_of(ref)),
        review=ref,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )


@pytest.fixture
def board() -> Board:
    """A table-top review, concluded on 31 January 2018; R1 arises from it and is in place."""
    board = Board()
    begin(board)
    board.decide(review.AcceptReport, "2018-01-31", by=CHAIR, review=REVIEW, response="Accepted")
    asked: dict[str, Any] = {"by": CHAIR, "recommendation": REF}
    board.decide(
        r.IssueRecommendation,
        "2018-02-01",
        **asked,
        source=STREAM,
        text="Do it",
        addressed=("wscb",),
    )
    board.decide(r.AcceptRecommendation, "2018-02-02", **asked)
    board.decide(
        r.PlanRecommendation,
        "2018-02-03",
        **asked,
        owner="wsb/lpp",
        due=day("2018-04-30"),
        action="Write",
    )
    board.decide(
        r.ImplementRecommendation, "2018-03-01", by=POLICY, recommendation=REF, evidence="Done"
    )
    return board


def plan(board: Board, ref: str = "wscb/e-1", method: str = "audit", **more: Any) -> None:
    planned: dict[str, Any] = {"source": STREAM, "due": day("2018-12-01")}
    on = more.pop("on", "2018-03-01")
    board.decide(
        evaluation.PlanEvaluation,
        on,
        evaluation=ref,
        method=method,
        **planned | more,
    )


def complete(board: Board, on: str, ref: str = "wscb/e-1", **more: Any) -> None:
    board.decide(evaluation.CompleteEvaluation, on, evaluation=ref, conclusion="It did", **more)


def abandon(board: Board, on: str, ref: str = "wscb/e-1") -> None:
    board.decide(evaluation.AbandonEvaluation, on, evaluation=ref, reasons="Closed")


def plan_audit(board: Board, ref: str = "wscb/a-1", on: str = "2018-05-01") -> None:
    board.decide(
        audit.PlanAudit,
        on,
        audit=ref,
        kind="maca",
        theme="neglect",
        basis="Referrals",
        scale="ofsted",
    )


def conclude_audit(board: Board) -> None:
    board.decide(
        audit.ConcludeAudit,
        "2018-05-10",
        audit="wscb/a-1",
        grades=(audit.GradeCount(grade="good", files=3),),
        summary="Good",
    )


BY_AUDIT = ("audit-wscb/a-1",)
CHECK: dict[str, Any] = {
    "recommendation": REF,
    "check": "c-1",
    "passed": True,
    "note": "Twelve files",
}


# What is expected, and by when


def test_every_method_of_the_source_is_expected_within_its_months(board: Board) -> None:
    """Twelve months after the report was accepted; nothing is expected before."""
    assert () == view(board, "2018-01-30").expected

    found = view(board, "2018-01-31").expected
    assert METHODS == tuple(one.method for one in found)
    assert {(STREAM, day("2018-01-31"), day("2019-01-31"), "open")} == {
        (one.stream, one.concluded, one.expected_by, one.status) for one in found
    }


@pytest.mark.parametrize(("valid", "missing"), [("2019-01-31", ()), ("2019-02-01", METHODS)])
def test_an_expected_evaluation_that_never_happened_is_visible(
    board: Board, valid: str, missing: tuple[str, ...]
) -> None:
    """From the day after it was expected."""
    found = view(board, valid)

    assert missing == tuple(one.method for one in found.missing())
    (of_source,) = found.sources
    assert (4, 0, len(missing)) == (of_source.expected, of_source.done, of_source.missing)


def test_a_case_that_is_not_held_teaches_nothing_to_evaluate(board: Board) -> None:
    case: dict[str, Any] = {"by": CHAIR, "review": "wscb/k"}
    board.decide(
        review.NotifyCase, "2018-01-10", **case, kind="scr", subject="K", aware=day("2018-01-09")
    )
    not_held: dict[str, Any] = {"hold": False, "reasons": "No harm", "not_met": unmet(*NO_GROUND)}
    board.decide(review.DecideHold, "2018-01-20", **case, **not_held)
    board.decide(review.CloseReview, "2018-01-21", **case)

    assert {STREAM} == {one.stream for one in view(board, "2019-12-31").expected}


def test_what_a_discontinued_review_found_is_still_to_be_evaluated(board: Board) -> None:
    """It ended without a report, but not without learning."""
    begin(board, "wscb/2")
    board.decide(
        review.TakeNoAction, "2018-02-01", by=CHAIR, review="wscb/2", finding="f-1", reasons="Done"
    )
    board.decide(
        review.DiscontinueReview, "2018-02-02", by=CHAIR, review="wscb/2", reasons="Elsewhere"
    )

    found = row(board, "2018-12-31", stream="review-wscb/2")
    assert (day("2018-02-02"), day("2019-02-02")) == (found.concluded, found.expected_by)


def test_a_source_without_methods_expects_nothing_and_is_routed(board: Board) -> None:
    """An inspection is itself how others are evaluated."""
    begin(board, "wscb/ofsted", "ofsted-s15a")
    board.decide(
        review.RecordJudgement,
        "2018-02-01",
        by=CHAIR,
        review="wscb/ofsted",
        area="board",
        grade="good",
    )
    board.decide(
        review.AcceptReport, "2018-02-02", by=CHAIR, review="wscb/ofsted", response="Accepted"
    )
    found = view(board, "2019-12-31")

    assert {STREAM} == {one.stream for one in found.expected}
    assert [("inspection-peer-review", 1, 0)] == [
        (one.source, one.concluded, one.expected) for one in found.sources if not one.expected
    ]
    assert [("wscb/qac", "wscb/pmc")] == [
        one.committees for one in found.routing if one.stream == "review-wscb/ofsted"
    ]


# What happened


def test_an_evaluation_completed_by_its_method_is_done(board: Board) -> None:
    """It meets the method that it was planned for, and no other."""
    plan(board, method="peer review")
    complete(board, "2018-11-01")

    found = row(board, "2019-12-31", "peer review")
    assert ("done", day("2018-11-01"), "evaluation-wscb/e-1", False) == (
        found.status,
        found.done,
        found.evaluation,
        found.late,
    )
    assert "missing" == row(board, "2019-12-31").status


def test_an_evaluation_done_after_it_was_expected_is_done_and_late(board: Board) -> None:
    """It was missing until then."""
    plan(board)
    complete(board, "2019-02-10")

    before, after = row(board, "2019-02-09"), row(board, "2019-02-10")
    assert ("missing", False) == (before.status, before.late)
    assert ("done", True) == (after.status, after.late)
    (of_source,) = view(board, "2019-02-10").sources
    assert (1, 1, 3) == (of_source.done, of_source.late, of_source.missing)


@pytest.mark.parametrize(("on", "late"), [("2019-01-31", False), ("2019-02-01", True)])
def test_an_evaluation_is_in_time_on_the_very_day(board: Board, on: str, late: bool) -> None:
    """Twelve months after 31 January 2018."""
    plan(board)
    complete(board, on)

    assert late == row(board, "2019-12-31").late


def test_a_planned_evaluation_shows_when_it_is_due_and_changes_nothing_else(
    board: Board,
) -> None:
    """To plan it is not to do it."""
    plan(board, due=day("2019-06-30"))

    found = row(board, "2019-03-01")
    assert ("missing", day("2019-06-30"), None) == (found.status, found.due, found.done)


def test_an_abandoned_evaluation_is_neither_done_nor_missing(board: Board) -> None:
    plan(board)
    abandon(board, "2018-06-01")

    assert ("open", "abandoned") == (
        row(board, "2018-05-31").status,
        row(board, "2019-12-31").status,
    )
    (of_source,) = view(board, "2019-12-31").sources
    assert (4, 1, 3) == (of_source.expected, of_source.abandoned, of_source.missing)


def test_what_was_abandoned_and_planned_anew_is_expected_again(board: Board) -> None:
    plan(board)
    abandon(board, "2018-06-01")
    plan(board, "wscb/e-2")

    assert ("open", day("2018-12-01")) == (
        row(board, "2018-12-31").status,
        row(board, "2018-12-31").due,
    )
    complete(board, "2018-12-02", "wscb/e-2")
    assert "done" == row(board, "2018-12-31").status


def test_the_evaluation_of_another_review_is_not_this_ones(board: Board) -> None:
    begin(board, "wscb/2")
    plan(board, source="review-wscb/2")
    complete(board, "2018-11-01")

    assert "missing" == row(board, "2019-12-31").status


# What the record shows by itself


def test_an_audit_that_checked_what_a_review_recommended_has_evaluated_it(board: Board) -> None:
    """Nobody needs to plan an evaluation for that; a check without an audit is none."""
    plan_audit(board)
    board.decide(r.CheckRecommendation, "2018-05-20", **CHECK | {"check": "c-0"})
    assert "open" == row(board, "2018-06-30").status

    board.decide(r.CheckRecommendation, "2018-06-01", **CHECK, rests_on=BY_AUDIT)

    found = row(board, "2018-06-30")
    assert ("done", day("2018-06-01"), None, "audit-wscb/a-1") == (
        found.status,
        found.done,
        found.evaluation,
        found.carried_by,
    )
    assert "open" == row(board, "2018-06-30", "inspection").status


def test_an_audit_counts_from_its_own_entry_too(board: Board) -> None:
    """Before the policy has passed the check on to the recommendation."""
    plan_audit(board)
    conclude_audit(board)
    board.decide(audit.CheckImprovement, "2018-06-01", audit="wscb/a-1", **CHECK)
    before = row(board, "2018-06-30")
    board.app.follow()

    assert ("done", "audit-wscb/a-1") == (before.status, before.carried_by)
    assert before == row(board, "2018-06-30")


def test_the_learning_of_an_audit_is_evaluated_as_well(board: Board) -> None:
    """By the method of its own source, which the record shows only where somebody says so."""
    plan_audit(board)
    conclude_audit(board)
    method = "outcomes of these activities"
    plan(board, method=method, source="audit-wscb/a-1", on="2018-06-01")
    of_audit = {"method": "outcomes of these activities", "stream": "audit-wscb/a-1"}

    assert "open" == row(board, "2018-12-31", **of_audit).status
    complete(board, "2018-11-01", carried_by=STREAM)
    found = row(board, "2018-12-31", **of_audit)
    assert ("done", STREAM) == (found.status, found.carried_by)


def test_the_first_of_several_evaluations_is_the_one_that_met_it(board: Board) -> None:
    """The audit came in time, the evaluation that was planned did not."""
    plan(board)
    plan_audit(board)
    board.decide(r.CheckRecommendation, "2018-06-01", **CHECK, rests_on=BY_AUDIT)
    complete(board, "2019-06-01")

    found = row(board, "2019-12-31")
    assert (day("2018-06-01"), None, False) == (found.done, found.evaluation, found.late)


def test_a_check_of_a_recommendation_that_is_void_evaluates_nothing(board: Board) -> None:
    plan_audit(board)
    conclude_audit(board)
    board.decide(audit.CheckImprovement, "2018-06-01", audit="wscb/a-1", **CHECK)
    board.decide(
        VoidEntry,
        "2018-07-01",
        by=CHAIR,
        stream=f"recommendation-{REF}",
        entry=1,
        reasons="Of another review",
    )

    assert "missing" == row(board, "2019-12-31").status


def death(board: Board) -> None:
    """The review of a child's death, concluded on 1 June 2018."""
    one: dict[str, Any] = {"by": by("wscb/cdop"), "review": "wscb/cdr-1"}
    board.decide(
        review.NotifyDeath,
        "2018-01-10",
        **one,
        kind="cdr",
        subject="A child",
        died=day("2018-01-08"),
        area="wolverhampton",
        expected=False,
    )
    board.decide(
        review.AnalyseDeath,
        "2018-05-01",
        **one,
        category="10",
        modifiable=review.Modifiable.YES,
    )
    board.decide(review.AcceptReport, "2018-06-01", **one | {"by": CHAIR}, response="Accepted")


@pytest.mark.parametrize(
    ("source", "expected"), [("review-wscb/cdr-1", day("2019-05-01")), (None, None)]
)
def test_an_annual_report_evaluates_what_it_names_once_it_is_published(
    board: Board, source: str | None, expected: date | None
) -> None:
    """One that explains the impact of all reviews together names none."""
    death(board)
    one: dict[str, Any] = {"by": CHAIR, "report": "wscb/2018"}
    board.decide(
        annual_report.BeginAnnualReport,
        "2019-04-01",
        **one,
        since=day("2018-04-01"),
        until=day("2019-03-31"),
    )
    board.decide(
        annual_report.ExplainImpact,
        "2019-04-02",
        **one,
        services="Every visit looks",
        harm="Fewer",
        source=source,
    )
    of_death = {"method": "annual report", "stream": "review-wscb/cdr-1"}
    assert "open" == row(board, "2019-04-30", **of_death).status

    board.decide(annual_report.PublishAnnualReport, "2019-05-01", **one, place="website")

    found = row(board, "2019-12-31", **of_death)
    assert expected == found.done
    assert ("annual_report-wscb/2018" if expected else None) == found.carried_by
    assert ("done" if expected else "missing") == found.status


# To whom it goes


def test_learning_goes_to_the_committees_that_serve_its_boards(board: Board) -> None:
    """Of a source's committees, one for adults has nothing to do with a children's review."""
    begin(board, "wsab/2")
    board.decide(
        review.AcceptReport,
        "2018-02-01",
        by=by("wsab"),
        review="wsab/2",
        response="Accepted",
    )

    assert [
        (STREAM, ("wscb/scr", "wsb/jld")),
        ("review-wsab/2", ("wsab/sar", "wsb/jld")),
    ] == [(one.stream, one.committees) for one in view(board, "2018-12-31").routing]


def test_what_is_joint_goes_to_the_committees_of_both_boards(board: Board) -> None:
    begin(board, "wscb/2", boards=("wscb", "wsab"))
    board.decide(review.AcceptReport, "2018-02-01", by=CHAIR, review="wscb/2", response="Accepted")

    assert ("wscb/scr", "wsab/sar", "wsb/jld") == view(board, "2018-12-31").routing[-1].committees


# Any history


REGISTRY = Registry()
WORLD = World()
CONCLUDING: tuple[type[Event[Any]], ...] = (
    evaluation.EvaluationPlanned,
    evaluation.EvaluationCompleted,
    evaluation.EvaluationAbandoned,
    r.RecommendationIssued,
    r.RecommendationChecked,
    audit.ImprovementChecked,
    annual_report.ImpactExplained,
    annual_report.AnnualReportPublished,
)
BEGINNING: list[Event[Any]] = [
    review.ReviewOpened(
        by=CHAIR, on=day("2018-01-01"), review="wscb/1", kind="table-top", title="A case"
    ),
    review.ReportAccepted(by=CHAIR, on=day("2018-01-31"), review="wscb/1", response="Accepted"),
    audit.AuditPlanned(
        by=QUALITY,
        on=day("2018-01-01"),
        audit="wscb/1",
        kind="maca",
        theme="neglect",
        basis="Referrals",
        scale="ofsted",
    ),
    audit.AuditConcluded(
        by=QUALITY, on=day("2018-02-28"), audit="wscb/1", grades=(), summary="Good"
    ),
]


@pytest.mark.parametrize(("ref", "expected"), [("wscb/1", "missing"), ("wscb/2", "done")])
def test_no_audit_evaluates_itself(ref: str, expected: str) -> None:
    """Under a pack that has audits evaluated by audit, another one has to look."""
    (pack,) = load("wolverhampton-2017").packs
    sources = tuple(attrs.evolve(one, evaluations=("audit",)) for one in pack.sources)
    frameworks = load().plus(attrs.evolve(pack, sources=sources))
    issued = r.RecommendationIssued(
        by=CHAIR,
        on=day("2018-03-01"),
        recommendation=REF,
        source="audit-wscb/1",
        text="Do it",
        addressed=("wscb",),
    )
    checked = r.RecommendationChecked(
        by=QUALITY,
        on=day("2018-06-01"),
        rests_on=(f"audit-{ref}",),
        level=r.EvidenceLevel.ASSERTION,
        verifies=False,
        **CHECK,
    )
    as_of = AsOf(valid=day("2019-12-31"), known=None, frameworks=frameworks)
    found = fold(expected_evaluations, records_of([*BEGINNING, issued, checked]), as_of)

    assert [expected] == [row.status for row in found.expected if row.stream == "audit-wscb/1"]


@given(
    st.lists(events(WORLD, *CONCLUDING), max_size=30),
    st.dates(day("2018-03-01"), day("2020-12-31")),
)
def test_whatever_happened_each_expected_evaluation_is_in_one_state(
    history: list[Event[Any]], valid: date
) -> None:
    """done + open + missing + abandoned = expected, and nothing is open past its day."""
    as_of = AsOf(valid=valid, known=None, frameworks=load())
    found = fold(expected_evaluations, records_of(BEGINNING + history), as_of)

    assert 5 == len(found.expected) == sum(one.expected for one in found.sources)
    for one in found.sources:
        assert one.expected == one.done + one.open + one.missing + one.abandoned
    for row in found.expected:
        assert (row.status == "done") == (row.done is not None)
        assert not (row.status == "open" and row.expected_by < valid)
        assert not (row.status == "missing" and row.expected_by >= valid)
