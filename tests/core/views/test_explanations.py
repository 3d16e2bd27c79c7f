"""Explanations of delays: offered, accepted, over, and those that can never count."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.corrections import VoidEntry
from lif_core.items.days import Days, union, without
from lif_core.views.accountability.rows import DutyRow
from tests.board import Board
from tests.core.views.test_accountability import REF, accept_explanation, explain, implement, plan
from tests.core.views.test_accountability_tables import reviewed
from tests.core.views.test_days import redate, seen
from tests.people import CHAIR, POLICY, day


@pytest.fixture
def board() -> Board:
    """R1, planned by the chair for the policy committee on 25 January, due on 30 April 2018."""
    board = reviewed()
    plan(board, REF)
    return board


def offer(
    board: Board, on: str, *, name: str = "e-1", recorded: str | None = None, **more: Any
) -> None:
    fields: dict[str, Any] = {"recommendation": REF, "explanation": name, "reasons": "Illness"}
    board.decide(r.ExplainRecommendationDelay, on, by=POLICY, recorded=recorded, **fields | more)


def duty(board: Board, valid: str) -> DutyRow:
    (row,) = seen(board, valid).duties
    return row


def divided(board: Board, valid: str) -> tuple[int, int, int, int]:
    """The days overdue so far: in all, explained, unexplained, and offered an explanation."""
    row = duty(board, valid)
    return row.days_overdue_so_far, row.explained, row.unexplained, row.offered


def standing(board: Board, valid: str) -> list[tuple[str, str]]:
    return [(row.explanation, row.status) for row in seen(board, valid).explanations]


def test_without_an_end_it_expires_after_90_days(board: Board) -> None:
    """Recorded 1 May 2018, accepted, nothing after: 90 days explained on 1 May 2028."""
    explain(board, "2018-05-01")

    assert 90 == duty(board, "2028-05-01").explained
    assert [("e-1", "over")] == standing(board, "2028-05-01")


def test_a_new_date_ends_no_explanation_that_was_recorded_after_it(board: Board) -> None:
    """New date recorded 5 Jan (due 8 Jan), explanation decided 1 Jan, recorded and accepted 10
    Jan, valid 20 Jan: overdue 12, explained 10.
    """
    redate(board, "2019-01-05", "2019-01-08")
    explain(board, "2019-01-01", recorded="2019-01-10")

    assert (12, 10, 2, 0) == divided(board, "2019-01-20")


def test_what_is_owed_anew_has_no_explanation_of_before(board: Board) -> None:
    """Given on 10 April for 1 June on; done and reopened in May, with a date of its own."""
    offer(board, "2018-06-01", recorded="2018-04-10")
    implement(board, "2018-05-02", by=POLICY)
    again: dict[str, Any] = {"recommendation": REF, "due": day("2018-05-31"), "reasons": "Gone"}
    board.decide(r.ReopenRecommendation, "2018-05-10", by=CHAIR, **again)

    assert (12, 0, 12, 0) == divided(board, "2018-06-10")


def test_a_new_date_ends_what_was_recorded_before_it(board: Board) -> None:
    """Even where the explanation takes effect later than the date is agreed."""
    explain(board, "2018-05-01")
    redate(board, "2018-05-10", "2018-05-20")

    assert (10, 0, 10, 0) == divided(board, "2018-05-30")
    assert [("e-1", "over")] == standing(board, "2018-05-30")


def test_days_before_its_acceptance_stay_offered(board: Board) -> None:
    """Offered from 1 May, accepted on 11 May: 1 day before, 10 offered, 9 explained."""
    offer(board, "2018-05-01")
    assert (10, 0, 10, 9) == divided(board, "2018-05-10")
    assert [("e-1", "offered")] == standing(board, "2018-05-10")

    accept_explanation(board, "2018-05-11")
    assert (20, 9, 11, 10) == divided(board, "2018-05-20")
    assert [("e-1", "accepted")] == standing(board, "2018-05-20")


def test_an_acceptance_recorded_late_explains_from_its_recording(board: Board) -> None:
    offer(board, "2018-05-01")
    board.decide(
        r.AcceptRecommendationExplanation,
        "2018-05-02",
        by=CHAIR,
        recorded="2018-05-11",
        recommendation=REF,
        explanation="e-1",
    )

    assert (20, 9, 11, 10) == divided(board, "2018-05-20")


def test_nobody_accepts_it_and_it_expires_all_the_same(board: Board) -> None:
    offer(board, "2018-05-01", until=day("2018-05-06"))

    assert (20, 0, 20, 5) == divided(board, "2018-05-20")
    assert [("e-1", "over")] == standing(board, "2018-05-20")


@pytest.mark.parametrize("late", ["until", "done", "accepted"])
def test_one_that_can_never_count_is_listed_so(board: Board, late: str) -> None:
    """It had expired when it was recorded; the duty was done by then; or it was accepted after it
    had expired.
    """
    match late:
        case "until":
            offer(board, "2018-05-01", until=day("2018-05-06"), recorded="2018-05-20")
        case "done":
            implement(board, "2018-05-10", by=POLICY)
            board.decide(
                VoidEntry,
                "2018-05-11",
                by=CHAIR,
                stream=f"recommendation-{REF}",
                entry=4,
                reasons="Not yet",
            )
            offer(board, "2018-05-12")
            implement(board, "2018-05-10", by=POLICY, recorded="2018-05-13")
        case _:
            offer(board, "2018-05-01", until=day("2018-05-06"))
            board.decide(
                r.AcceptRecommendationExplanation,
                "2018-05-05",
                by=CHAIR,
                recorded="2018-05-20",
                recommendation=REF,
                explanation="e-1",
            )

    assert [("e-1", "without effect")] == standing(board, "2018-06-01")
    assert 0 == duty(board, "2018-06-01").explained


def test_an_acceptance_is_not_of_another_explanation_of_the_same_name(board: Board) -> None:
    """What was accepted is void; what is offered under its name again is only offered."""
    explain(board, "2018-05-01")
    board.decide(
        VoidEntry,
        "2018-05-05",
        by=CHAIR,
        stream=f"recommendation-{REF}",
        entry=4,
        reasons="Of another delay",
    )
    offer(board, "2018-05-06")

    assert (20, 0, 20, 14) == divided(board, "2018-05-20")
    accept_explanation(board, "2018-05-16")
    assert (20, 4, 16, 10) == divided(board, "2018-05-20")


def test_an_explanation_divides_the_current_figure_alone(board: Board) -> None:
    explain(board, "2018-05-01")
    row = duty(board, "2018-05-20")

    assert (20, 20, 19) == (row.accrued, row.by_first_date, row.explained)


def test_an_explanation_says_who_gave_it_and_why(board: Board) -> None:
    explain(board, "2018-05-01", recorded="2018-05-03", until=day("2018-06-01"))
    (row,) = seen(board, "2018-05-20").explanations

    assert (f"recommendation-{REF}", None, "wsb/lpp", "Illness") == (
        row.item,
        row.clock,
        row.body,
        row.reasons,
    )
    assert (day("2018-05-03"), day("2018-05-03"), day("2018-06-01")) == (
        row.recorded,
        row.accepted,
        row.until,
    )


def test_a_clock_is_explained_from_the_acceptance() -> None:
    """Completion due on 18 Nov; explained on 5 Dec, accepted on 10 Dec: 17, then 5 offered."""
    board = Board()
    case: dict[str, Any] = {"by": CHAIR, "review": "wscb/k"}
    board.decide(
        v.NotifyCase, "2017-04-20", **case, kind="scr", subject="K", aware=day("2017-04-18")
    )
    criteria: dict[str, Any] = {"criteria": ("abuse-or-neglect", "death"), "reasons": "Harm"}
    board.decide(v.DecideHold, "2017-05-18", **case, hold=True, **criteria)
    said: dict[str, Any] = {"explanation": "trial", "clock": "completion", "reasons": "A trial"}
    board.decide(v.ExplainReviewDelay, "2017-12-05", **case, **said)
    board.decide(v.AcceptReviewExplanation, "2017-12-10", **case, explanation="trial")
    row = seen(board, "2018-01-25").clock("wscb/k", "completion")
    (explanation,) = seen(board, "2018-01-25").explanations

    assert (68, 46, 22, 5) == (
        row.days_overdue_so_far,
        row.explained,
        row.unexplained,
        row.offered,
    )
    assert ("review-wscb/k", "completion", "accepted", day("2018-03-05")) == (
        explanation.item,
        explanation.clock,
        explanation.status,
        explanation.until,
    )


DAYS = st.dates(day("2018-01-01"), day("2018-02-01"))
SOME = st.lists(st.builds(Days, DAYS, DAYS), max_size=4)


@given(SOME, SOME)
def test_days_without_others_are_those_in_none_of_them(
    some: list[Days], others: list[Days]
) -> None:
    """Day by day."""
    left, gone = union(some), union(others)

    assert days_in(left) - days_in(gone) == days_in(without(left, gone))


def days_in(intervals: Any) -> set[int]:
    return {n for days in intervals for n in range(days.start.toordinal(), days.end.toordinal())}
