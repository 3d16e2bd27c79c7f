"""Who was answerable, for what, how late: by example."""

from datetime import UTC, datetime
from typing import Any, cast

import attrs
import pytest

from lif_core.aggregates import audit, review
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyMerged, MergeBody, RecordMeeting
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.framework import Frameworks, load
from lif_core.items.days import Days, union
from lif_core.log.memory import MemoryRecorder
from lif_core.views.accountability import accountability
from lif_core.views.accountability.rows import BodyRow
from tests.board import Board
from tests.people import CHAIR, POLICE, POLICY, QUALITY, TEXTS, TRAINING, day

REF = "wscb/r-1"


@pytest.fixture
def board() -> Board:
    """R1, planned by the chair for the policy committee, due on 30 April 2018."""
    board = Board()
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review="wscb/1",
        kind="single-agency-review",
        title="A case",
    )
    plan(board, REF)
    return board


def plan(board: Board, ref: str, due: str = "2018-04-30", **issue: Any) -> None:
    fields: dict[str, Any] = {"source": "review-wscb/1", "text": "Do it", "addressed": ("wscb",)}
    board.decide(
        r.IssueRecommendation, "2018-01-10", by=CHAIR, recommendation=ref, **fields | issue
    )
    board.decide(r.AcceptRecommendation, "2018-01-20", by=CHAIR, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        "2018-01-25",
        by=CHAIR,
        recommendation=ref,
        owner="wsb/lpp",
        due=day(due),
        action="Rewrite",
    )


def implement(board: Board, on: str, **more: Any) -> None:
    board.decide(r.ImplementRecommendation, on, recommendation=REF, evidence="Done", **more)


def explain(
    board: Board, on: str, *, name: str = "e-1", recorded: str | None = None, **more: Any
) -> None:
    """The committee explains the delay of R1; the board accepts that on the day it is recorded."""
    fields: dict[str, Any] = {"recommendation": REF, "explanation": name, "reasons": "Illness"}
    board.decide(r.ExplainRecommendationDelay, on, by=POLICY, recorded=recorded, **fields | more)
    accept_explanation(board, recorded or on, name=name)


def accept_explanation(board: Board, on: str, *, name: str = "e-1") -> None:
    board.decide(
        r.AcceptRecommendationExplanation, on, by=CHAIR, recommendation=REF, explanation=name
    )


def overdue(board: Board, valid: str) -> tuple[int, int, int]:
    """Of everything: overdue, explained, and overdue by the dates first agreed."""
    rows = board.accountability(valid).bodies
    return (
        sum(row.days_overdue_so_far for row in rows),
        sum(row.explained for row in rows),
        sum(row.by_first_date for row in rows),
    )


def body(board: Board, ref: str, valid: str) -> BodyRow:
    return next(row for row in board.accountability(valid).bodies if row.body == ref)


# Overdue


@pytest.mark.parametrize(
    ("valid", "days"),
    [("2018-04-29", 0), ("2018-04-30", 0), ("2018-05-01", 1), ("2018-05-30", 30)],
)
def test_an_open_duty_is_overdue_from_its_due_day_to_the_day_asked(
    board: Board, valid: str, days: int
) -> None:
    assert days == board.accountability(valid).overdue_days("wsb/lpp")


@pytest.mark.parametrize(("done", "days"), [("2018-04-30", 0), ("2018-05-01", 1)])
def test_done_on_the_due_day_is_not_late(board: Board, done: str, days: int) -> None:
    implement(board, done, by=POLICY)

    assert days == board.accountability("2018-12-31").overdue_days("wsb/lpp")


def test_a_new_date_changes_the_current_figure_and_not_the_first(board: Board) -> None:
    """Given against both due dates: 60 days late by the first, 30 by the one agreed later."""
    board.decide(
        r.ChangeDueDate,
        "2018-05-20",
        by=CHAIR,
        recommendation=REF,
        due=day("2018-05-30"),
        reasons="Consultation takes longer",
    )
    implement(board, "2018-06-29", by=POLICY)

    assert (30, 0, 60) == overdue(board, "2018-12-31")


def test_a_transfer_takes_effect_when_it_is_accepted(board: Board) -> None:
    """Until then the old owner holds it."""
    board.decide(
        r.ProposeTransfer,
        "2018-05-10",
        by=POLICY,
        recommendation=REF,
        to="wsb/jld",
        reasons="Theirs",
    )
    assert 31 == board.accountability("2018-05-31").overdue_days("wsb/lpp")

    board.decide(r.AcceptTransfer, "2018-05-31", by=TRAINING, recommendation=REF)
    view = board.accountability("2018-06-10")
    assert (31, 10) == (view.overdue_days("wsb/lpp"), view.overdue_days("wsb/jld"))


def test_closed_and_reopened_time_is_not_counted_between(board: Board) -> None:
    """10 days late, then done for half a year, then 5 days late again."""
    implement(board, "2018-05-10", by=POLICY)
    board.decide(
        r.ReopenRecommendation,
        "2018-11-01",
        recommendation=REF,
        due=day("2018-12-01"),
        reasons="It did not last",
    )

    assert 15 == board.accountability("2018-12-06").overdue_days("wsb/lpp")
    (row,) = board.accountability("2018-12-06").duties
    assert ("reopened", day("2018-12-01"), None) == (row.outcome, row.due, row.done)


def test_withdrawal_ends_a_duty(board: Board) -> None:
    board.decide(
        r.WithdrawRecommendation, "2018-05-05", by=CHAIR, recommendation=REF, reasons="Law changed"
    )

    (row,) = board.accountability("2018-12-31").duties
    assert ("withdrawn", 5) == (row.outcome, row.days_overdue_so_far)


# Explained, and not


def test_an_explanation_counts_from_when_it_was_recorded_never_backwards(board: Board) -> None:
    """Dated 1 May, but recorded on 10 May: ten days stay unexplained."""
    explain(board, "2018-05-01", recorded="2018-05-10")

    assert (20, 10, 20) == overdue(board, "2018-05-20")


def test_an_explanation_expires(board: Board) -> None:
    explain(board, "2018-05-01", until=day("2018-05-11"))

    assert (20, 10, 20) == overdue(board, "2018-05-20")


def test_a_new_date_ends_the_explanation(board: Board) -> None:
    explain(board, "2018-04-20")
    board.decide(
        r.ChangeDueDate,
        "2018-05-20",
        by=CHAIR,
        recommendation=REF,
        due=day("2018-06-01"),
        reasons="Agreed",
    )

    assert (9, 0, 41) == overdue(board, "2018-06-10")


def test_two_explanations_of_the_same_days_count_once(board: Board) -> None:
    for name in ("illness", "snow"):
        explain(board, "2018-05-01", name=name)

    assert (10, 9, 10) == overdue(board, "2018-05-10")


def test_explained_days_are_apportioned_with_the_overdue_ones(board: Board) -> None:
    explain(board, "2018-05-06")
    board.decide(
        r.ProposeTransfer,
        "2018-05-10",
        by=POLICY,
        recommendation=REF,
        to="wsb/jld",
        reasons="Theirs",
    )
    board.decide(r.AcceptTransfer, "2018-05-10", by=TRAINING, recommendation=REF)

    policy = body(board, "wsb/lpp", "2018-05-12")
    assert (10, 4, 6) == (policy.days_overdue_so_far, policy.explained, policy.unexplained)
    training = body(board, "wsb/jld", "2018-05-12")
    assert (2, 2, 0) == (training.days_overdue_so_far, training.explained, training.unexplained)


# Mergers


def merge(board: Board, ref: str, into: str, on: str, recorded: str | None = None) -> None:
    board.decide(MergeBody, on, by=CHAIR, recorded=recorded, body=ref, into=into, reasons="One")


def test_after_a_merger_the_successor_holds_from_the_merger_on(board: Board) -> None:
    """The merged committee's history stays its own."""
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    view = board.accountability("2018-05-15")

    assert (10, 5) == (view.overdue_days("wsb/lpp"), view.overdue_days("wsb/jld"))
    assert (0, 1) == (
        body(board, "wsb/lpp", "2018-05-15").open,
        body(board, "wsb/jld", "2018-05-15").open,
    )
    assert 15 == view.totals.days_overdue_so_far


def test_a_merger_in_two_stages_apportions_to_all_three(board: Board) -> None:
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    merge(board, "wsb/jld", "wsb/jce", "2018-05-20")
    view = board.accountability("2018-05-31")

    assert [10, 10, 11] == [view.overdue_days(ref) for ref in ("wsb/lpp", "wsb/jld", "wsb/jce")]


def test_a_merger_recorded_late_leaves_what_was_known_before(board: Board) -> None:
    before = board.accountability("2018-05-15", known="2018-05-31")
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10", recorded="2018-08-01")

    assert before == board.accountability("2018-05-15", known="2018-05-31")
    assert 5 == board.accountability("2018-05-15").overdue_days("wsb/jld")


def test_bodies_merged_into_each_other_are_no_endless_loop(board: Board) -> None:
    """The rules refuse such a circle, but a correction of one merger can still close it."""
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    merge(board, "wsb/jld", "wsb/jce", "2018-05-20")
    back = MergeBody(by=CHAIR, on=day("2018-05-20"), body="wsb/jld", into="wsb/lpp", reasons="One")
    board.decide(
        AmendEntry,
        "2018-05-21",
        by=CHAIR,
        stream="body-wsb/jld",
        entry=1,
        replacement=Replacement(BodyMerged.of(back)),
        reasons="Another committee was meant",
    )
    view = board.accountability("2018-05-31")

    assert (31, 31) == (
        view.totals.days_overdue_so_far,
        sum(row.days_overdue_so_far for row in view.bodies),
    )


# Answers


def test_each_addressed_body_answers_for_itself(board: Board) -> None:
    """One accepts, one declines, one has only written."""
    board.decide(
        r.IssueRecommendation,
        "2018-02-01",
        by=CHAIR,
        recommendation="wscb/r-2",
        source="review-wscb/1",
        text="Share it",
        addressed=("wsb/police", "wsb/jld", "wsb/lpp"),
    )
    board.decide(r.AcceptRecommendation, "2018-02-11", by=POLICE, recommendation="wscb/r-2")
    board.decide(
        r.DeclineRecommendation,
        "2018-03-01",
        by=TRAINING,
        recommendation="wscb/r-2",
        reasons="Not ours",
    )
    board.decide(
        r.ReplyToRecommendation, "2018-03-02", by=POLICY, recommendation="wscb/r-2", reply="Soon"
    )
    view = board.accountability("2018-12-31")

    rows = {
        row.body: (row.made, row.accepted, row.declined, row.pending, row.replied)
        for row in view.responses
    }
    assert (1, 1, 0, 0, 1) == rows["wsb/police"]
    assert (1, 0, 1, 0, 1) == rows["wsb/jld"]
    assert (1, 0, 0, 1, 1) == rows["wsb/lpp"]
    latency = {(row.recommendation, row.body): row.latency for row in view.answers}
    assert (10, 28, None) == tuple(
        latency["wscb/r-2", ref] for ref in ("wsb/police", "wsb/jld", "wsb/lpp")
    )
    assert (2, 4) == (view.totals.recommendations, view.totals.made)


def test_a_successors_answer_counts_for_the_body_it_answers_for(board: Board) -> None:
    """The merged committees were asked, and so they have answered; it has not for itself."""
    board.decide(
        r.IssueRecommendation,
        "2018-02-01",
        by=CHAIR,
        recommendation="wscb/r-2",
        source="review-wscb/1",
        text="Share it",
        addressed=("wsb/jld", "wsb/lpp", "wsb/jce"),
    )
    merge(board, "wsb/lpp", "wsb/jld", "2018-02-05")
    merge(board, "wsb/jce", "wsb/jld", "2018-02-05")
    answer: dict[str, Any] = {"by": TRAINING, "recommendation": "wscb/r-2"}
    board.decide(
        r.DeclineRecommendation, "2018-02-11", **answer, reasons="Not ours", for_body="wsb/lpp"
    )
    board.decide(r.ReplyToRecommendation, "2018-02-12", **answer, reply="Soon", for_body="wsb/jce")
    view = board.accountability("2018-12-31")

    rows = {
        row.body: (row.made, row.accepted, row.declined, row.pending, row.replied)
        for row in view.responses
    }
    assert (1, 0, 1, 0, 1) == rows["wsb/lpp"]
    assert (1, 0, 0, 1, 1) == rows["wsb/jce"]
    assert (1, 0, 0, 1, 0) == rows["wsb/jld"]
    latency = {(row.recommendation, row.body): row.latency for row in view.answers}
    assert (10, None, None) == tuple(
        latency["wscb/r-2", ref] for ref in ("wsb/lpp", "wsb/jce", "wsb/jld")
    )


def test_a_successors_acknowledgement_counts_for_the_agency_the_note_was_sent_to() -> None:
    """Of two agencies sent the note both have answered, one by its successor."""
    board = Board()
    plan: dict[str, Any] = {"kind": "maca", "theme": "neglect", "basis": "Referrals"}
    board.decide(audit.PlanAudit, "2018-01-01", audit="wscb/a-1", scale="ofsted", **plan)
    board.decide(
        audit.ConcludeAudit,
        "2018-02-01",
        audit="wscb/a-1",
        grades=(audit.GradeCount(grade="good", files=3),),
        summary="Good",
    )
    board.decide(
        audit.IssueBriefingNote,
        "2018-02-02",
        audit="wscb/a-1",
        note="Ask for the history first",
        agencies=("wsb/police", "wsb/probation"),
    )
    merge(board, "wsb/probation", "wsb/police", "2018-03-01")
    says: dict[str, Any] = {"by": POLICE, "audit": "wscb/a-1", "relevant": "All", "will_do": "It"}
    board.decide(audit.AcknowledgeBriefingNote, "2018-03-02", **says)
    (before,) = board.accountability("2018-12-31").notes
    board.decide(audit.AcknowledgeBriefingNote, "2018-03-02", **says, for_body="wsb/probation")
    (after,) = board.accountability("2018-12-31").notes

    assert (2, 1, 2) == (before.sent, before.acknowledged, after.acknowledged)


def test_a_joint_item_shows_under_each_board_and_once_in_the_totals(board: Board) -> None:
    plan(board, "wscb/r-3", boards=("wscb", "wsab"))
    view = board.accountability("2018-12-31")

    assert [("wsab", 0, 1), ("wscb", 1, 2)] == [
        (row.board, row.reviews, row.recommendations) for row in view.boards
    ]
    assert 2 == view.totals.recommendations


def test_what_was_issued_by_mistake_was_asked_of_nobody(board: Board) -> None:
    board.decide(
        VoidEntry,
        "2018-06-01",
        by=CHAIR,
        stream=f"recommendation-{REF}",
        entry=1,
        reasons="Of another review",
    )
    view = board.accountability("2018-12-31")

    assert (0, 0, 0) == (
        view.totals.recommendations,
        view.totals.made,
        view.totals.days_overdue_so_far,
    )


# Clocks


def test_a_clock_that_has_not_stopped_is_shown_and_censored() -> None:
    """Open until its due day has passed, then overdue; its latency is not known."""
    board = Board()
    board.decide(
        review.NotifyCase,
        "2017-04-20",
        by=CHAIR,
        review="wscb/k",
        kind="scr",
        subject="K",
        aware=day("2017-04-11"),
    )

    row = board.accountability("2017-05-20").clock("wscb/k", "decision")
    assert ("open", 0, None, None) == (row.status, row.days_overdue_so_far, row.latency, row.slack)
    row = board.accountability("2017-06-20").clock("wscb/k", "decision")
    assert ("overdue", 31, None) == (row.status, row.days_overdue_so_far, row.latency)


def test_a_case_in_the_transition_has_the_clocks_of_its_regime_and_their_last_day() -> None:
    """The regime of 2015 goes on after 29 June 2018; open on 29 September 2019, it has a year."""
    board = Board()
    board.decide(
        review.NotifyCase,
        "2018-07-02",
        by=CHAIR,
        review="wscb/l",
        kind="scr",
        subject="L",
        aware=day("2018-06-29"),
    )
    names = ["notification", "notification to Ofsted", "decision"]
    last = "last day of serious case reviews"

    assert names == [row.clock for row in board.accountability("2019-09-28").clocks]
    assert [*names, last] == [row.clock for row in board.accountability("2019-09-29").clocks]
    row = board.accountability("2020-09-30").clock("wscb/l", last)
    assert (day("2019-09-29"), day("2020-09-29"), "overdue") == (row.started, row.due, row.status)


def test_the_totals_count_each_clock_once_by_how_it_stands() -> None:
    """Of six: met, late, ended with its review, and not done, within its time or past it."""
    board = Board()
    needs = ("care-and-support-needs",)
    hold: dict[str, Any] = {"by": CHAIR, "hold": True, "reasons": "Harm"}
    for ref, kind, criteria in (
        ("wscb/k", "scr", ("abuse-or-neglect", "death")),
        ("wscb/l", "sar", needs),
        ("wscb/m", "sar", needs),
    ):
        board.decide(
            review.NotifyCase,
            "2017-04-20",
            by=CHAIR,
            review=ref,
            kind=kind,
            subject="A case",
            aware=day("2017-04-10"),
        )
        board.decide(review.DecideHold, "2017-05-18", review=ref, criteria=criteria, **hold)
    board.decide(
        review.DiscontinueReview, "2017-06-01", by=CHAIR, review="wscb/l", reasons="An inquest"
    )

    def counted(valid: str) -> tuple[int, ...]:
        view = board.accountability(valid)
        told = view.totals
        kinds = (
            told.clocks_met,
            told.clocks_late,
            told.clocks_open,
            told.clocks_overdue,
            told.clocks_ended,
        )
        assert len(view.clocks) == sum(kinds)
        return kinds

    # Late: the notification. Met: the decision. Overdue: to tell Ofsted of the case, and panel and
    # Ofsted of the decision. Open: two completions.
    assert (1, 1, 2, 3, 1) == counted("2017-06-02")
    assert (1, 1, 0, 5, 1) == counted("2017-12-31")


LAST = "last day of serious case reviews"


@pytest.mark.parametrize(
    ("notified", "clocks"),
    [
        ("2018-02-28", ["notification", "notification to Ofsted", "decision", LAST]),
        ("2018-03-01", []),
    ],
)
def test_the_framework_of_the_clocks_is_that_of_the_day_on_which_the_review_began(
    notified: str, clocks: list[str]
) -> None:
    """Not that of the day on which somebody became aware, which came before it."""
    (pack,) = load("wolverhampton-2017").packs
    later = attrs.evolve(pack, name="later", in_force=day("2018-03-01"), duties=())
    app = Application(
        MemoryRecorder(),
        clock=lambda: datetime(2020, 1, 1, tzinfo=UTC),
        frameworks=Frameworks(load().general, (pack, later)),
        readership=TEXTS,
    )
    app.handle(
        review.NotifyCase(
            by=CHAIR,
            on=day(notified),
            review="wscb/k",
            kind="scr",
            subject="K",
            aware=day("2018-02-27"),
        )
    )

    assert clocks == [row.clock for row in app.view(accountability).clocks]


def test_a_copy_sent_too_late_is_late_by_the_days_after_it_was_due() -> None:
    board = Board()
    case: dict[str, Any] = {"review": "wscb/k", "by": CHAIR}
    board.decide(
        review.NotifyCase, "2017-04-20", **case, kind="scr", subject="K", aware=day("2017-04-19")
    )
    board.decide(
        review.DecideHold,
        "2017-05-01",
        **case,
        hold=True,
        reasons="Harm",
        criteria=("abuse-or-neglect", "death"),
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
    board.decide(
        review.DecideNotToInviteFamily, "2017-08-02", **case, reasons="None could be found"
    )
    board.decide(review.AcceptReport, "2017-10-01", **case, response="Accepted")
    board.decide(
        review.InformAddressees,
        "2017-10-02",
        **case,
        matter=review.Matter.REPORT,
        to=("national-panel",),
    )
    board.decide(review.PublishReport, "2017-10-06", **case, place="website")

    row = board.accountability("2017-12-31").clock("wscb/k", "panel copy")
    assert ("late", 4, -5) == (row.status, row.working_days, row.slack)


# Meetings and escalations


def test_an_escalation_is_shown_with_how_long_it_has_waited(board: Board) -> None:
    raise_it: dict[str, Any] = {"recommendation": REF, "escalation": "e-1"}
    board.decide(
        r.RaiseEscalation, "2018-05-01", **raise_it, to="wscb", concern="It does not move"
    )
    (row,) = board.accountability("2018-05-11").escalations
    assert (None, 10) == (row.answered, row.days)

    board.decide(r.AnswerEscalation, "2018-05-15", by=CHAIR, **raise_it, answer="Transfer it")
    (row,) = board.accountability("2018-12-31").escalations
    assert (day("2018-05-15"), 14) == (row.answered, row.days)


def test_representation_counts_required_seats_deputies_and_quorum_apart(board: Board) -> None:
    """A guest fills no seat, and nor does a guest's deputy."""
    meeting: dict[str, Any] = {"by": QUALITY, "body": "wscb/qac"}
    board.decide(
        RecordMeeting,
        "2018-03-01",
        **meeting,
        meeting="m-1",
        required=("wsb/police", "wsb/ccg"),
        present=("wsb/police", "wsb/voluntary"),
        deputies=("wsb/police", "wsb/voluntary"),
        quorate=True,
    )
    board.decide(
        RecordMeeting,
        "2018-06-01",
        **meeting,
        meeting="m-2",
        required=("wsb/police", "wsb/ccg"),
        present=(),
        quorate=False,
    )

    (row,) = board.accountability("2018-12-31").representation
    assert (2, 4, 1, 1, 1) == (row.meetings, row.required, row.present, row.deputies, row.quorate)


# Nothing at all


def test_of_nothing_there_is_nothing() -> None:
    view = Board().accountability("2018-12-31")

    assert (0, 0, (), ()) == (
        view.totals.made,
        view.totals.days_overdue_so_far,
        view.bodies,
        view.clocks,
    )


def test_touching_intervals_are_one() -> None:
    days = [day(f"2018-01-{n:02}") for n in (1, 5, 9, 3)]

    assert (Days(days[0], days[2]),) == union([Days(days[1], days[2]), Days(days[0], days[1])])
    assert () == union([Days(days[1], days[0])])


def test_an_amended_explanation_explains_nothing_that_was_not_accepted(board: Board) -> None:
    """Until 10 May, amended on 1 July to 31 July: what was accepted ended on 10 May; the days
    from the amendment on have only been offered an explanation.
    """
    explain(board, "2018-05-01", until=day("2018-05-10"))
    (told,) = [
        record
        for record in board.app.history(f"recommendation-{REF}")
        if isinstance(record.event, r.RecommendationDelayExplained)
    ]
    longer: Any = attrs.evolve(cast("Any", told.event), until=day("2018-07-31"))
    board.decide(
        AmendEntry,
        "2018-07-01",
        by=POLICY,
        stream=f"recommendation-{REF}",
        entry=told.stream_position,
        replacement=Replacement(longer),
        reasons="It went on",
    )

    assert (61, 9, 61) == overdue(board, "2018-06-30")
    assert (92, 9, 92) == overdue(board, "2018-07-31")
    assert 30 == board.accountability("2018-07-31").totals.offered
