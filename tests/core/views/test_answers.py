"""Answers to recommendations: in full, in part, by a day, and of which it is not known whose."""

from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from lif_core.aggregates import recommendation as r
from lif_core.commands.application import Application
from lif_core.framework import AnswerTime, Framework, Frameworks, load
from lif_core.log.memory import MemoryRecorder
from lif_core.views.accountability import Accountability
from lif_core.views.annual_report import annual_report
from lif_core.views.calendar import calendar
from lif_core.views.scorecard import scorecard
from tests.accountability_sums import everything_adds_up
from tests.board import Board
from tests.core.views.test_accountability_tables import review_of
from tests.people import CHAIR, POLICE, POLICY, TEXTS, TRAINING, day

REF = "wscb/r-1"
ASKED = ("wsb/police", "wsb/jld", "wsb/lpp", "wsb/rwt")
(WOLVERHAMPTON,) = load("wolverhampton-2017").packs


def asked(pack: Framework = WOLVERHAMPTON) -> Board:
    """R1, issued on 1 February 2018 to four bodies."""
    board = Board()
    frameworks = Frameworks(load().general, (pack,))
    board.app = Application(
        MemoryRecorder(), clock=lambda: board.now, frameworks=frameworks, readership=TEXTS
    )
    review_of(board, "wscb/1")
    board.decide(
        r.IssueRecommendation,
        "2018-02-01",
        by=CHAIR,
        recommendation=REF,
        source="review-wscb/1",
        text="Share it",
        addressed=ASKED,
    )
    return board


def within(days: int) -> Board:
    """The same under a pack by which each body answers within so many days."""
    times = (AnswerTime(name="answer", days=days),)
    return asked(attrs.evolve(WOLVERHAMPTON, answer_times=times))


def say(board: Board, command: Any, on: str, who: Any, **fields: Any) -> None:
    board.decide(command, on, by=who, recommendation=REF, **fields)


def seen(board: Board, valid: str) -> Accountability:
    view = board.accountability(valid)
    everything_adds_up(view)
    return view


def answers(board: Board, valid: str) -> Mapping[str, Any]:
    return {row.body: row for row in seen(board, valid).answers}


def timings(board: Board, valid: str) -> dict[str, tuple[Any, ...]]:
    return {
        body: (row.timing, row.days_overdue_so_far) for body, row in answers(board, valid).items()
    }


# In part


def test_an_answer_in_part_is_neither_pending_nor_accepted() -> None:
    """It says what of it, and what not; beside one in full, one declined and one pending."""
    board = asked()
    part = {"accepted": "The form", "declined": "No second form"}
    say(board, r.AcceptRecommendationInPart, "2018-02-11", POLICE, **part)
    say(board, r.AcceptRecommendation, "2018-02-12", TRAINING, response="Yes")
    say(board, r.DeclineRecommendation, "2018-02-13", POLICY, reasons="Not ours")
    totals, rows = seen(board, "2018-03-01").totals, answers(board, "2018-03-01")

    assert (4, 1, 1, 1, 1, 0) == (
        totals.made,
        totals.accepted,
        totals.accepted_in_part,
        totals.declined,
        totals.pending,
        totals.ended,
    )
    assert ("accepted in part", 10, "The form", "No second form") == (
        rows["wsb/police"].answer,
        rows["wsb/police"].latency,
        rows["wsb/police"].accepts,
        rows["wsb/police"].declines,
    )
    assert ("Yes", None) == (rows["wsb/jld"].accepts, rows["wsb/jld"].declines)
    assert (None, "Not ours") == (rows["wsb/lpp"].accepts, rows["wsb/lpp"].declines)
    assert (None, None, None) == (
        rows["wsb/rwt"].accepts,
        rows["wsb/rwt"].declines,
        rows["wsb/rwt"].reply,
    )


def test_every_view_counts_an_answer_in_part_as_one() -> None:
    board = asked()
    part = {"accepted": "The form", "declined": "No second form"}
    say(board, r.AcceptRecommendationInPart, "2018-02-11", POLICE, **part)
    year = board.app.view(annual_report, valid=day("2018-03-01"))
    agencies = board.app.view(scorecard, valid=day("2018-03-01")).duties

    (period,) = [row for row in year.periods if row.board == "wscb"]
    assert (4, 0, 1, 0, 3, 0) == (
        period.asked,
        period.accepted,
        period.accepted_in_part,
        period.declined,
        period.pending,
        period.ended,
    )
    assert ["No second form"] == [row.reasons for row in year.not_implemented]
    assert [1] == [row.accepted_in_part for row in agencies if row.agency == "wsb/police"]


# Replies


def test_waiting_stops_at_a_reply_that_is_no_answer() -> None:
    board = asked()
    say(board, r.ReplyToRecommendation, "2018-02-11", POLICE, reply="We are looking at it")
    row = answers(board, "2018-03-03")["wsb/police"]

    assert ("pending", None, 10, "We are looking at it") == (
        row.answer,
        row.latency,
        row.waiting,
        row.reply,
    )
    assert 30 == answers(board, "2018-03-03")["wsb/jld"].waiting
    assert 4 == seen(board, "2018-03-03").totals.pending
    assert [1] == [
        row.replied for row in seen(board, "2018-03-03").responses if row.body == "wsb/police"
    ]


def test_a_reply_of_some_is_nobodys_reply() -> None:
    """It is on record, and each of them waits."""
    board = asked()
    say(board, r.RecordReplyOfSome, "2018-02-20", CHAIR, reply="Some agree", among=ASKED[:2])
    view = seen(board, "2018-03-03")

    assert (4, 0, 1) == (
        view.totals.pending,
        view.totals.replied,
        view.totals.replies_unsigned,
    )
    assert [(1, ASKED[:2], "Some agree")] == [
        (row.number, row.among, row.reply) for row in view.unsigned
    ]
    assert 30 == answers(board, "2018-03-03")["wsb/police"].waiting


# The end of a recommendation


def test_pending_answers_end_with_the_recommendation() -> None:
    board = asked()
    say(board, r.AcceptRecommendation, "2018-02-11", POLICE)
    say(board, r.WithdrawRecommendation, "2018-02-20", CHAIR, reasons="The law has changed")
    totals, rows = seen(board, "2018-03-03").totals, answers(board, "2018-03-03")

    assert (4, 1, 0, 3) == (totals.made, totals.accepted, totals.pending, totals.ended)
    assert ("ended", None) == (rows["wsb/jld"].answer, rows["wsb/jld"].waiting)
    year = board.app.view(annual_report, valid=day("2018-03-01"))
    assert [(0, 3)] == [(row.pending, row.ended) for row in year.periods if row.board == "wscb"]


# By a day


def test_each_body_answers_by_its_day() -> None:
    """Within 56 days of the issue, by 29 March: met, late, and two overdue on 10 April."""
    board = within(56)
    say(board, r.ReplyToRecommendation, "2018-03-29", POLICE, reply="On the day")
    say(board, r.DeclineRecommendation, "2018-04-03", TRAINING, reasons="Not ours")

    assert {
        "wsb/police": ("met", 0),
        "wsb/jld": ("late", 5),
        "wsb/lpp": ("overdue", 12),
        "wsb/rwt": ("overdue", 12),
    } == timings(board, "2018-04-10")
    totals = seen(board, "2018-04-10").totals
    assert (4, 2, 1, 1, 0) == (
        totals.answers_timed,
        totals.answers_overdue_now,
        totals.answers_late,
        totals.answers_met,
        totals.answers_open,
    )
    assert {("wsb/police", 0, 1), ("wsb/jld", 0, 0), ("wsb/lpp", 1, 0), ("wsb/rwt", 1, 0)} == {
        (row.body, row.overdue_now, row.met) for row in seen(board, "2018-04-10").responses
    }


@pytest.mark.parametrize(("valid", "timing"), [("2018-03-29", "open"), ("2018-03-30", "overdue")])
def test_an_answer_is_overdue_from_the_day_after_the_last(valid: str, timing: str) -> None:
    assert timing == timings(within(56), valid)["wsb/rwt"][0]


def test_the_time_runs_from_the_day_it_was_sent_to_that_body() -> None:
    """Sent to the police ten days after the issue: by 8 April, and 10 days until the answer."""
    board = within(56)
    say(board, r.SendRecommendation, "2018-02-11", CHAIR, to="wsb/police")
    say(board, r.AcceptRecommendation, "2018-02-21", POLICE)
    row = answers(board, "2018-03-03")["wsb/police"]

    assert (day("2018-02-11"), day("2018-04-08"), 10) == (row.sent, row.due, row.latency)
    assert day("2018-03-29") == answers(board, "2018-03-03")["wsb/jld"].due


def test_a_day_named_for_a_body_goes_before_the_time_of_the_pack() -> None:
    """A pack need not give any."""
    board = asked()
    until = {"answer_by": day("2018-02-20")}
    say(board, r.SendRecommendation, "2018-02-11", CHAIR, to="wsb/police", **until)

    assert {("wsb/police", day("2018-02-20"), "overdue"), ("wsb/jld", None, None)} <= {
        (row.body, row.due, row.timing) for row in answers(board, "2018-03-01").values()
    }
    assert 1 == seen(board, "2018-03-01").totals.answers_timed


def test_of_a_body_that_may_have_replied_it_is_not_known() -> None:
    """Neither overdue nor met, once its day has passed; those not among them are overdue."""
    board = within(56)
    say(board, r.RecordReplyOfSome, "2018-02-20", CHAIR, reply="Some agree", among=ASKED[:2])

    assert {"open"} == {timing for timing, _ in timings(board, "2018-03-01").values()}
    assert {
        "wsb/police": ("not known", None),
        "wsb/jld": ("not known", None),
        "wsb/lpp": ("overdue", 2),
        "wsb/rwt": ("overdue", 2),
    } == timings(board, "2018-03-31")
    view = board.app.view(calendar, valid=day("2018-03-31"))
    assert ["wsb/jld", "wsb/police"] == sorted(row.detail for row in view.not_known)
    assert ["wsb/lpp", "wsb/rwt"] == sorted(
        row.detail for row in view.overdue if row.what == "recommendation-answer"
    )


@pytest.mark.parametrize(("on", "days"), [("2018-03-01", 0), ("2018-04-03", 5)])
def test_what_has_ended_unanswered_is_dropped_and_keeps_its_days(on: str, days: int) -> None:
    board = within(56)
    say(board, r.WithdrawRecommendation, on, CHAIR, reasons="The law has changed")

    assert {("dropped", days)} == set(timings(board, "2018-04-10").values())
    assert 4 == seen(board, "2018-04-10").totals.answers_dropped


def test_answers_by_a_day_are_on_the_calendar() -> None:
    board = within(56)
    say(board, r.AcceptRecommendation, "2018-02-21", POLICE)
    say(board, r.SendRecommendation, "2018-04-01", CHAIR, to="wsb/rwt")
    view = board.app.view(calendar, valid=day("2018-04-10"))
    kind = "recommendation-answer"

    assert [("wsb/jld", -12), ("wsb/lpp", -12)] == [
        (row.detail, row.days) for row in view.overdue if row.what == kind
    ]
    assert [("wsb/rwt", ("wsb/rwt",))] == [
        (row.detail, row.bodies) for row in view.due if row.what == kind
    ]
    assert [(2, 1, 1, 0, 4)] == [
        (row.overdue, row.due, row.done, row.ended, row.all)
        for row in view.counts
        if row.what == kind
    ]


# What boards say of a recommendation


def test_an_undated_plan_is_open_and_never_overdue() -> None:
    """It is listed so; a first date makes it due."""
    board = asked()
    say(board, r.AcceptRecommendation, "2018-02-11", POLICE)
    say(board, r.PlanRecommendation, "2018-02-12", CHAIR, owner="wsb/police", action="Do it")
    view = seen(board, "2028-01-01")

    (duty,) = view.duties
    assert (True, False, True, None) == (
        duty.undated,
        duty.overdue_now,
        duty.planned,
        duty.due,
    )
    assert (1, 1, 0, 0, 0) == (
        view.totals.duties_open,
        view.totals.undated,
        view.totals.overdue_now,
        view.totals.accrued,
        view.totals.due,
    )
    say(board, r.ChangeDueDate, "2018-03-01", CHAIR, due=day("2018-04-30"), reasons="Agreed")
    (duty,) = seen(board, "2018-05-10").duties
    assert (False, True, day("2018-04-30"), 10, 10, 10) == (
        duty.undated,
        duty.overdue_now,
        duty.agreed,
        duty.days_overdue_so_far,
        duty.by_first_date,
        duty.accrued,
    )


def test_what_was_done_without_a_plan_is_on_record_and_never_overdue() -> None:
    board = asked()
    say(board, r.AcceptRecommendation, "2018-02-11", POLICE)
    say(board, r.ImplementRecommendation, "2018-06-01", POLICE, evidence="It is done")
    view = seen(board, "2028-01-01")

    (duty,) = view.duties
    assert ("implemented", "wsb/police", day("2018-06-01"), False, None, 0) == (
        duty.outcome,
        duty.owner,
        duty.done,
        duty.planned,
        duty.due,
        duty.accrued,
    )
    assert (1, 1, 0, 0) == (
        view.totals.duties,
        view.totals.unplanned,
        view.totals.due,
        view.totals.days_overdue_so_far,
    )
    due = board.app.view(calendar, valid=day("2028-01-01"))
    assert [0] == [row.all for row in due.counts if row.what == "recommendation"]


def test_progress_is_listed_with_its_day() -> None:
    board = asked()
    say(board, r.AcceptRecommendation, "2018-02-11", POLICE)
    say(board, r.RecordProgress, "2018-03-01", POLICE, note="A draft is out")
    say(board, r.RecordProgress, "2018-04-01", POLICE, note="It is with the board")

    assert [
        (1, "wsb/police", day("2018-03-01"), "A draft is out"),
        (2, "wsb/police", day("2018-04-01"), "It is with the board"),
    ] == [(row.number, row.body, row.on, row.note) for row in seen(board, "2018-06-01").progress]


def test_the_issuers_judgement_stands_apart_from_what_the_owner_says() -> None:
    """Of two that are done, one is judged; reopened, it is to be judged anew."""
    board = asked()
    say(board, r.AcceptRecommendation, "2018-02-11", POLICE)
    say(board, r.ImplementRecommendation, "2018-06-01", POLICE, evidence="It is done")

    def judged(valid: str) -> dict[str, int]:
        rows = seen(board, valid).judgement_totals
        return {row.judgement: row.recommendations for row in rows if row.recommendations}

    assert {"not judged": 1} == judged("2018-06-02")
    verdict = {"judgement": r.IssuerJudgement.NOT_ACCEPTABLE, "reasons": "One ward only"}
    say(board, r.JudgeRecommendation, "2018-07-01", CHAIR, **verdict)
    assert {"not acceptable": 1} == judged("2018-07-02")
    assert [(REF, "wscb", day("2018-07-01"), "not acceptable", "One ward only")] == [
        (row.recommendation, row.body, row.on, row.judgement, row.reasons)
        for row in seen(board, "2018-07-02").judged
    ]
    assert "implemented" == seen(board, "2018-07-02").duties[0].outcome
    again = {"due": day("2018-09-01"), "reasons": "Not everywhere"}
    say(board, r.ReopenRecommendation, "2018-07-03", CHAIR, **again)
    assert ({}, ()) == (judged("2018-07-04"), tuple(seen(board, "2018-07-04").judged))


def test_what_ended_before_its_day_is_dropped_whoever_may_have_replied() -> None:
    """Withdrawn after a week, of the eight in which to answer: nobody's answer is not known."""
    board = within(days=56)
    say(board, r.RecordReplyOfSome, "2018-02-05", CHAIR, reply="Some of us have read it")
    say(board, r.WithdrawRecommendation, "2018-02-08", CHAIR, reasons="Overtaken by the law")

    assert {("dropped", 0)} == {*timings(board, "2018-06-01").values()}
