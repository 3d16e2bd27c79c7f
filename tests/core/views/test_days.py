"""The days for which a duty is open and late: overdue now, so far, by the first date, accrued."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import recommendation as r
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.record import Record, Version
from lif_core.items.days import Days, dates_in_force
from lif_core.views.accountability import Accountability
from lif_core.views.accountability.rows import BodyRow, DutyRow
from tests.accountability_sums import everything_adds_up
from tests.board import Board
from tests.core.views.test_accountability import REF, implement, plan
from tests.core.views.test_accountability_tables import reviewed
from tests.lives import but
from tests.people import CHAIR, POLICY, TRAINING, day

LATER = "2019-12-31"


@pytest.fixture
def board() -> Board:
    """R1, planned by the chair for the policy committee on 25 January, due on 30 April 2018."""
    board = reviewed()
    plan(board, REF)
    return board


def redate(board: Board, on: str, due: str, recorded: str | None = None) -> tuple[Record, ...]:
    return board.decide(
        r.ChangeDueDate,
        on,
        by=CHAIR,
        recorded=recorded,
        recommendation=REF,
        due=day(due),
        reasons="Agreed",
    )


def hand_over(board: Board, on: str) -> None:
    board.decide(
        r.ProposeTransfer, on, by=POLICY, recommendation=REF, to="wsb/jld", reasons="Theirs"
    )
    board.decide(r.AcceptTransfer, on, by=TRAINING, recommendation=REF)


def seen(board: Board, valid: str) -> Accountability:
    view = board.accountability(valid)
    everything_adds_up(view)
    return view


def duty(board: Board, valid: str = LATER) -> DutyRow:
    (row,) = seen(board, valid).duties
    return row


def three(row: DutyRow | BodyRow) -> tuple[int, int, int]:
    """Against the current date, against the first date, and accrued."""
    return row.days_overdue_so_far, row.by_first_date, row.accrued


# Three figures


def test_the_three_figures_of_overdue_days(board: Board) -> None:
    """Due 30 Apr, on 1 Jun re-dated to 31 Jul, done 10 Aug: current 10, first 102, accrued 42."""
    redate(board, "2018-06-01", "2018-07-31")
    implement(board, "2018-08-10", by=POLICY)

    assert (10, 102, 42) == three(duty(board))


def test_each_body_has_its_part_of_each_figure(board: Board) -> None:
    """Handed over on 15 May: 15 and 27 of the accrued days, 0 and 10 of the current ones."""
    hand_over(board, "2018-05-15")
    redate(board, "2018-06-01", "2018-07-31")
    implement(board, "2018-08-10", by=TRAINING)

    assert {"wsb/lpp": (0, 15, 15), "wsb/jld": (10, 87, 27)} == {
        row.body: three(row) for row in seen(board, LATER).bodies
    }


def test_a_back_dated_change_takes_no_accrued_day_back(board: Board) -> None:
    """Recorded on 1 July as agreed on 1 May: the 62 days by then stay; the current figure is 0."""
    redate(board, "2018-05-01", "2018-07-31", recorded="2018-07-01")
    implement(board, "2018-07-20", by=POLICY)

    assert (0, 81, 62) == three(duty(board))


def test_an_amended_date_takes_no_accrued_day_back(board: Board) -> None:
    """On 1 July it is said that the plan had named 31 July from the start."""
    amend_plan(board, "2018-07-31", on="2018-07-01")
    implement(board, "2018-08-10", by=POLICY)

    assert (10, 10, 62 + 10) == three(duty(board))


def amend_plan(board: Board, due: str, on: str) -> None:
    (record,) = [
        record
        for record in board.app.history(f"recommendation-{REF}")
        if isinstance(record.event, r.RecommendationPlanned)
    ]
    amend(board, record, on, due=day(due))


def amend(board: Board, record: Record, recorded: str, **fields: Any) -> None:
    board.decide(
        AmendEntry,
        recorded,
        by=CHAIR,
        stream=record.stream,
        entry=record.stream_position,
        replacement=Replacement(but(record.event, **fields)),
        reasons="The minutes say so",
    )


def test_of_two_dates_of_one_day_the_last_recorded_was_in_force_wherever_it_is_moved(
    board: Board,
) -> None:
    """Agreed on 1 March: first 30 June, then 15 March; later the second is said to be of
    28 February, so that the first follows it. Until 1 June the second was in force.
    """
    redate(board, "2018-03-01", "2018-06-30")
    (second,) = redate(board, "2018-03-01", "2018-03-15")
    amend(board, second, "2018-06-01", on=day("2018-02-28"))

    assert (0, 61, 78) == three(duty(board, "2018-06-30"))


def test_an_earlier_date_accrues_from_when_it_was_on_record(board: Board) -> None:
    """Brought forward on 1 March to 15 March: late from then on, by that date and accrued."""
    redate(board, "2018-03-01", "2018-03-15")

    assert (77, 31, 77) == three(duty(board, "2018-05-31"))


def test_a_plan_recorded_late_forgives_no_day() -> None:
    """Nothing else was in force: the first date counts from the plan on, not from the log."""
    board = reviewed()
    for command, on, fields in (
        (r.IssueRecommendation, "2018-01-10", ISSUED),
        (r.AcceptRecommendation, "2018-01-20", {}),
        (r.PlanRecommendation, "2018-01-25", PLANNED),
    ):
        board.decide(command, on, by=CHAIR, recorded="2018-05-10", recommendation=REF, **fields)

    assert (20, 20, 20) == three(duty(board, "2018-05-20"))


ISSUED: dict[str, Any] = {"source": "review-wscb/1", "text": "Do it", "addressed": ("wscb",)}
PLANNED: dict[str, Any] = {"owner": "wsb/lpp", "due": day("2018-04-30"), "action": "Rewrite"}


# Overdue now


@pytest.mark.parametrize(("valid", "now"), [("2018-04-30", False), ("2018-05-01", True)])
def test_overdue_now_is_open_and_past_its_date(board: Board, valid: str, now: bool) -> None:
    view = seen(board, valid)

    assert [now] == [row.overdue_now for row in view.duties]
    assert (now, now) == (view.totals.overdue_now, view.bodies[0].overdue_now)
    assert [now] == [row.overdue_now for row in view.boards]


def test_what_is_done_is_not_overdue_now_whatever_its_days(board: Board) -> None:
    implement(board, "2018-05-10", by=POLICY)
    totals = seen(board, LATER).totals

    assert (0, 10, 10) == (totals.overdue_now, totals.days_overdue_so_far, totals.accrued)


def test_what_was_re_dated_is_not_overdue_now_though_days_have_accrued(board: Board) -> None:
    redate(board, "2018-06-01", "2018-07-31")
    row = duty(board, "2018-06-10")

    assert (False, (0, 41, 32)) == (row.overdue_now, three(row))


def test_it_is_overdue_now_with_who_holds_it_now(board: Board) -> None:
    hand_over(board, "2018-05-15")

    assert {"wsb/lpp": 0, "wsb/jld": 1} == {
        row.body: row.overdue_now for row in seen(board, "2018-05-20").bodies
    }


# Open days and exposure


def test_open_days_leave_out_the_time_it_was_closed() -> None:
    """28 Mar to 28 Sep 2018 and 11 Feb to 20 May 2019: 184 + 98 = 282."""
    board = reviewed()
    board.decide(r.IssueRecommendation, "2018-01-10", by=CHAIR, recommendation=REF, **ISSUED)
    board.decide(r.AcceptRecommendation, "2018-01-20", by=CHAIR, recommendation=REF)
    board.decide(
        r.PlanRecommendation,
        "2018-03-28",
        by=CHAIR,
        recommendation=REF,
        **PLANNED | {"due": day("2018-12-31")},
    )
    implement(board, "2018-09-28", by=POLICY)
    board.decide(
        r.ReopenRecommendation,
        "2019-02-11",
        by=CHAIR,
        recommendation=REF,
        due=day("2019-06-30"),
        reasons="It did not last",
    )
    implement(board, "2019-05-20", by=POLICY)

    assert 282 == duty(board).open_days
    assert [184, 98] == [row.open_days for row in seen(board, LATER).ownership]
    assert [(day("2018-03-28"), day("2018-09-28")), (day("2019-02-11"), day("2019-05-20"))] == [
        (row.since, row.until) for row in seen(board, LATER).ownership
    ]


def test_who_handed_it_on_at_once_holds_no_later_day_of_it(board: Board) -> None:
    """Planned and handed on in one day; reopened and done again on another, by its owner."""
    hand_over(board, "2018-01-25")
    implement(board, "2018-03-01", by=TRAINING)
    again: dict[str, Any] = {"due": day("2018-05-31"), "reasons": "It did not last"}
    board.decide(r.ReopenRecommendation, "2018-05-01", by=CHAIR, recommendation=REF, **again)
    implement(board, "2018-05-01", by=TRAINING)

    assert [("wsb/lpp", "2018-01-25"), ("wsb/jld", "2018-01-25"), ("wsb/jld", "2018-05-01")] == [
        (row.body, f"{row.since}") for row in seen(board, LATER).ownership
    ]


def test_exposure_is_accrued_days_for_every_hundred_held_open() -> None:
    """1 of 95 days held, then 45 of 45: 1.05 and 100; the whole 32.9."""
    board = reviewed()
    plan(board, REF, due="2018-04-29")
    hand_over(board, "2018-04-30")
    implement(board, "2018-06-14", by=TRAINING)
    view = seen(board, LATER)

    assert {"wsb/lpp": (1, 95, 1.05), "wsb/jld": (45, 45, 100)} == {
        row.body: (row.accrued, row.open_days, round(row.exposure or 0, 2)) for row in view.bodies
    }
    assert 32.9 == round(view.totals.exposure or 0, 1)


def test_what_was_held_for_no_day_has_no_exposure(board: Board) -> None:
    view = seen(board, "2018-01-25")

    assert (0, None) == (view.totals.open_days, view.totals.exposure)


# Ever late of due


def test_ever_late_is_of_what_came_due_with_the_body(board: Board) -> None:
    """Of four: one is done in time, one is done late, one is late and open, one is not due yet."""
    for number, due in enumerate(("2018-06-30", "2018-04-30", "2018-04-30", "2019-12-31"), 2):
        plan(board, f"wscb/r-{number}", due=due)
    for ref in ("wscb/r-2", "wscb/r-3"):
        board.decide(
            r.ImplementRecommendation,
            "2018-06-01",
            by=POLICY,
            recommendation=ref,
            evidence="Done",
        )
    implement(board, "2018-04-30", by=POLICY)
    (row,) = seen(board, "2018-06-30").bodies

    assert (5, 4, 2) == (row.held, row.due, row.ever_late)


def test_ever_late_is_beside_what_chance_alone_makes_late(board: Board) -> None:
    """One of one, of a whole that is ever late in one of two: chance alone leaves 0 to 1."""
    plan(board, "wscb/r-2")
    implement(board, "2018-04-30", by=POLICY)
    hand_over_second = {"recommendation": "wscb/r-2", "to": "wsb/jld", "reasons": "Theirs"}
    board.decide(r.ProposeTransfer, "2018-04-30", by=POLICY, **hand_over_second)
    board.decide(r.AcceptTransfer, "2018-04-30", by=TRAINING, recommendation="wscb/r-2")

    assert {"wsb/lpp": (1, 0, 0, 1), "wsb/jld": (1, 1, 0, 1)} == {
        row.body: (row.due, row.ever_late, row.chance_low, row.chance_high)
        for row in seen(board, "2018-05-01").bodies
    }


def test_where_nothing_came_due_there_is_nothing_to_compare(board: Board) -> None:
    (row,) = seen(board, "2018-03-01").bodies

    assert (0, None, None) == (row.due, row.chance_low, row.chance_high)


def test_what_is_handed_on_in_time_did_not_come_due(board: Board) -> None:
    """It comes due with the body that has it then; one that was withdrawn came due with none."""
    hand_over(board, "2018-03-01")
    plan(board, "wscb/r-2")
    board.decide(
        r.WithdrawRecommendation,
        "2018-04-01",
        by=CHAIR,
        recommendation="wscb/r-2",
        reasons="Law changed",
    )

    assert {"wsb/lpp": (2, 0, 0), "wsb/jld": (1, 1, 1)} == {
        row.body: (row.held, row.due, row.ever_late) for row in seen(board, "2018-05-01").bodies
    }


# Any history of dates


DAYS = st.dates(date(2018, 1, 1), date(2018, 3, 1))


@st.composite
def entries(draw: st.DrawFn) -> list[Record]:
    """Records that set a date, some amended, each recorded on its day or later."""
    records = []
    for position in range(1, draw(st.integers(1, 4)) + 1):
        versions = []
        recorded = draw(DAYS)
        for _ in range(draw(st.integers(1, 3))):
            on = min(draw(DAYS), recorded)
            event = r.DueDateChanged.of(
                r.ChangeDueDate(
                    by=CHAIR, on=on, recommendation=REF, due=draw(DAYS), reasons="Agreed"
                )
            )
            versions.append(Version(noon(recorded), event))
            recorded += timedelta(draw(st.integers(0, 9)))
        records.append(
            Record(
                position,
                f"recommendation-{REF}",
                position,
                versions[0].recorded_at,
                versions[-1].event,
                versions=tuple(versions) if len(versions) > 1 else (),
            )
        )
    return sorted(records, key=lambda record: (record.event.on, record.position))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def accrued(records: list[Record], until: date) -> int:
    whole = Days(date(2018, 1, 1), until)
    return sum(
        Days(max(days.start, due), days.end).count
        for days, due in dates_in_force(records, whole)
        if due is not None
    )


@given(entries(), DAYS, st.integers(0, 30))
def test_accrued_days_never_fall_as_time_goes_on(
    records: list[Record], until: date, more: int
) -> None:
    assert accrued(records, until) <= accrued(records, until + timedelta(more))


@given(entries(), DAYS)
def test_accrued_days_are_those_of_a_walk_through_every_day(
    records: list[Record], until: date
) -> None:
    """On each day, what had been recorded by then is folded anew, as if nothing came after."""
    late, today = 0, date(2018, 1, 1)
    while today < until:
        late += in_force(records, today) <= today
        today += timedelta(1)

    assert late == accrued(records, until)


def in_force(records: list[Record], today: date) -> date:
    """The date in force by what was recorded by the end of that day; else the first of all."""
    known = []
    for record in records:
        versions = record.versions or (Version(record.recorded_at, record.event),)
        by_then = [each.event for each in versions if each.recorded_at.date() <= today]
        if by_then and by_then[-1].on <= today:
            known.append((by_then[-1].on, record.position, by_then[-1]))
    first = records[0].versions[0].event if records[0].versions else records[0].event
    event: Any = max(known)[2] if known else first
    return event.due  # type: ignore[no-any-return]


@given(entries(), DAYS, DAYS, st.integers(0, 60))
def test_what_is_recorded_later_takes_no_accrued_day_back(
    records: list[Record], on: date, due: date, later: int
) -> None:
    """However it is dated: by the day it is recorded, the same days have accrued."""
    recorded = max(each.recorded_at.date() for record in records for each in recorded_by(record))
    recorded += timedelta(later)
    event = r.DueDateChanged.of(
        r.ChangeDueDate(
            by=CHAIR, on=min(on, recorded), recommendation=REF, due=due, reasons="Agreed"
        )
    )
    change = Record(9, records[0].stream, 9, noon(recorded), event)
    with_it = sorted([*records, change], key=lambda each: (each.event.on, each.position))
    if with_it[0] is change:
        return  # nothing is moved before it was planned

    assert accrued(records, recorded) == accrued(with_it, recorded)


def recorded_by(record: Record) -> tuple[Version, ...]:
    return record.versions or (Version(record.recorded_at, record.event),)
