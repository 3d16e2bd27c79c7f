"""Who held what when, by lineage, board, clock and asker: by example."""

from typing import Any

import attrs
import pytest

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.aggregates.body import BodyKind, BodyMerged, MergeBody, RegisterBody
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.views.accountability import Accountability
from tests.accountability_sums import everything_adds_up
from tests.board import Board
from tests.core.views.test_accountability import REF, explain, implement, merge, plan
from tests.lives import NO_GROUND, unmet
from tests.people import CHAIR, MANAGER, POLICE, POLICY, TRAINING, by, day

HELD = (
    "body",
    "since",
    "until",
    "days_overdue_so_far",
    "explained",
    "unexplained",
    "by_first_date",
)


@pytest.fixture
def board() -> Board:
    """R1, planned by the chair for the policy committee on 25 January, due on 30 April 2018."""
    board = reviewed()
    plan(board, REF)
    return board


def reviewed() -> Board:
    board = Board()
    review_of(board, "wscb/1")
    return board


def review_of(board: Board, ref: str) -> None:
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review=ref,
        kind="single-agency-review",
        title="A case",
    )


def seen(board: Board, valid: str) -> Accountability:
    """The view on that day, once it has been seen to add up."""
    view = board.accountability(valid)
    everything_adds_up(view)
    return view


def columns(row: Any, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def transfer(board: Board, on: str, to: str = "wsb/jld") -> None:
    board.decide(r.ProposeTransfer, on, by=POLICY, recommendation=REF, to=to, reasons="Theirs")
    board.decide(r.AcceptTransfer, on, by=by(to), recommendation=REF)


def amend(board: Board, stream: str, entry: int, event: Any, on: str) -> None:
    board.decide(
        AmendEntry,
        on,
        by=CHAIR,
        stream=stream,
        entry=entry,
        replacement=Replacement(event),
        reasons="Wrong day",
    )


# Ownership


def test_ownership_is_who_held_it_from_when_until_when(board: Board) -> None:
    """By transfer on 10 May, by merger on 20 May; explained from the 6th on; who holds it now has
    no end.
    """
    explain(board, "2018-05-06")
    transfer(board, "2018-05-10")
    merge(board, "wsb/jld", "wsb/jce", "2018-05-20")
    rows = seen(board, "2018-05-31").ownership

    assert [
        ("wsb/lpp", day("2018-01-25"), day("2018-05-10"), 10, 4, 6, 10),
        ("wsb/jld", day("2018-05-10"), day("2018-05-20"), 10, 10, 0, 10),
        ("wsb/jce", day("2018-05-20"), None, 11, 11, 0, 11),
    ] == [columns(row, *HELD) for row in rows]


def test_nobody_holds_a_duty_while_it_is_closed(board: Board) -> None:
    """The row ends with the day it was done, and is the same on every later day."""
    implement(board, "2018-05-10", by=POLICY)

    assert seen(board, "2018-06-01").ownership == seen(board, "2019-06-01").ownership
    assert [day("2018-05-10")] == [row.until for row in seen(board, "2019-06-01").ownership]


def test_a_successor_holds_it_on_the_day_of_the_merger(board: Board) -> None:
    """As it decides from that day on; the day itself has not been held by then."""
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    before, on = seen(board, "2018-05-09"), seen(board, "2018-05-10")

    assert ["wsb/lpp"] == [duty.owner for duty in before.duties]
    assert ["wsb/jld"] == [duty.owner for duty in on.duties]
    assert (10, 0) == (on.overdue_days("wsb/lpp"), on.overdue_days("wsb/jld"))


def test_a_duty_given_to_a_body_that_was_merged_is_held_by_its_successor_at_once(
    board: Board,
) -> None:
    """It was planned for the one, who had it for no day."""
    merge(board, "wsb/lpp", "wsb/jld", "2018-01-02")
    rows = seen(board, "2018-05-10").ownership

    assert [("wsb/lpp", 0), ("wsb/jld", 10)] == [
        (row.body, row.days_overdue_so_far) for row in rows
    ]
    assert rows[0].since == rows[0].until == rows[1].since


def test_no_day_counts_twice_where_what_ended_a_duty_is_void(board: Board) -> None:
    """Done on 10 May, reopened on 1 June to be done by the 30th; then it had not been done in May:
    so there was nothing to reopen, and it is overdue since 30 April.
    """
    implement(board, "2018-05-10", by=POLICY)
    (done,) = [
        record
        for record in board.app.history(f"recommendation-{REF}")
        if isinstance(record.event, r.RecommendationImplemented)
    ]
    reopen: dict[str, Any] = {"due": day("2018-06-30"), "reasons": "It did not last"}
    board.decide(r.ReopenRecommendation, "2018-06-01", recommendation=REF, **reopen)
    assert 10 + 5 == seen(board, "2018-07-05").totals.days_overdue_so_far

    board.decide(
        VoidEntry,
        "2018-06-02",
        by=CHAIR,
        stream=done.stream,
        entry=done.stream_position,
        reasons="It was another one",
    )

    assert 66 == seen(board, "2018-07-05").totals.days_overdue_so_far


# Bodies, and their lineages


def test_what_a_body_is_comes_from_the_packs_or_the_register(board: Board) -> None:
    """The one that nobody has said anything of is nothing in particular."""
    board.decide(
        RegisterBody,
        "2018-01-01",
        by=MANAGER,
        body="wscb/panel",
        name="Panel",
        kind=BodyKind.COMMITTEE,
    )
    for number, owner in enumerate(("wscb", "wsb/police", "wscb/panel"), start=2):
        plan(board, f"wscb/r-{number}")
        transfer_of(board, f"wscb/r-{number}", owner)
    view = seen(board, "2018-06-01")

    assert {
        "wsb/lpp": "committee",
        "wscb": "board",
        "wsb/police": "agency",
        "wscb/panel": "committee",
    } == {row.body: row.kind for row in view.bodies}


def transfer_of(board: Board, ref: str, to: str) -> None:
    board.decide(
        r.ProposeTransfer, "2018-02-01", by=POLICY, recommendation=ref, to=to, reasons="Theirs"
    )
    board.decide(r.AcceptTransfer, "2018-02-01", by=by(to), recommendation=ref)


def test_a_body_that_only_its_duty_names_has_no_kind() -> None:
    """A migration may have left the registering out; the row is there all the same."""
    board = reviewed()
    board.decide(
        RegisterBody, "2018-01-01", by=MANAGER, body="wscb/x", name="X", kind=BodyKind.AGENCY
    )
    plan(board, REF)
    transfer_of(board, REF, "wscb/x")
    board.decide(
        VoidEntry, "2018-03-01", by=CHAIR, stream="body-wscb/x", entry=1, reasons="No such body"
    )

    assert {"wsb/lpp": "committee", "wscb/x": None} == {
        row.body: row.kind for row in seen(board, "2018-06-01").bodies
    }


def test_a_lineage_is_what_all_that_were_merged_into_a_body_held(board: Board) -> None:
    """Policy into training, training into engagement: one duty, held by three in turn, once."""
    plan(board, "wscb/r-2")
    transfer_of(board, "wscb/r-2", "wsb/police")
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    merge(board, "wsb/jld", "wsb/jce", "2018-05-20")
    view = seen(board, "2018-05-31")

    assert [
        ("wsb/jce", ("wsb/jld", "wsb/lpp"), 2, 1, 31),
        ("wsb/police", (), 1, 1, 31),
    ] == [
        columns(row, "body", "merged", "held", "open", "days_overdue_so_far")
        for row in view.lineages
    ]
    assert {"wsb/lpp": 2, "wsb/jld": 1, "wsb/jce": 1, "wsb/police": 1} == {
        row.body: row.held for row in view.bodies
    }


def test_of_bodies_merged_in_a_circle_the_first_stands_for_all(board: Board) -> None:
    """Only a correction can close one: policy into training, training back into policy."""
    merge(board, "wsb/lpp", "wsb/jld", "2018-05-10")
    merge(board, "wsb/jld", "wsb/jce", "2018-05-20")
    back = MergeBody(by=CHAIR, on=day("2018-05-20"), body="wsb/jld", into="wsb/lpp", reasons="One")
    amend(board, "body-wsb/jld", 1, BodyMerged.of(back), "2018-05-21")
    (row,) = seen(board, "2018-05-31").lineages

    assert ("wsb/jld", ("wsb/lpp",), 1, 31) == columns(
        row, "body", "merged", "held", "days_overdue_so_far"
    )


# Boards, and what is joint


def test_boards_come_to_more_than_the_totals_by_what_is_joint(board: Board) -> None:
    """Two duties, both 31 days overdue on 31 May: the joint one shows under both boards."""
    plan(board, "wscb/r-2", boards=("wscb", "wsab"))
    view = seen(board, "2018-05-31")

    assert [("wsab", 1, 1, 1, 31), ("wscb", 2, 1, 2, 62)] == [
        columns(row, "board", "recommendations", "joint", "duties", "days_overdue_so_far")
        for row in view.boards
    ]
    (joint,) = view.joint
    assert ("recommendation-wscb/r-2", ("wscb", "wsab"), 31) == columns(
        joint, "item", "boards", "days_overdue_so_far"
    )
    assert 62 == view.totals.days_overdue_so_far == 31 + 62 - joint.days_overdue_so_far


def test_a_joint_review_runs_its_clocks_under_both_boards() -> None:
    """Two clocks in the totals: the decision, since 20 May, and that Ofsted was not told."""
    board = Board()
    notify(board, "wscb/k", boards=("wscb", "wsab"))
    view = seen(board, "2017-06-01")

    assert [("wsab", 1, 1, 2), ("wscb", 1, 1, 2)] == [
        columns(row, "board", "reviews", "joint", "clocks_overdue") for row in view.boards
    ]
    assert 2 == view.totals.clocks_overdue
    assert [("review-wscb/k", 0)] == [(row.item, row.days_overdue_so_far) for row in view.joint]


# Clocks


def notify(board: Board, ref: str, on: str = "2017-04-20", **more: Any) -> None:
    board.decide(
        review.NotifyCase,
        on,
        by=CHAIR,
        review=ref,
        kind="scr",
        subject="A case",
        aware=day("2017-04-11"),
        **more,
    )


def hold(board: Board, ref: str, on: str) -> None:
    board.decide(
        review.DecideHold,
        on,
        by=CHAIR,
        review=ref,
        hold=True,
        reasons="Harm",
        criteria=("abuse-or-neglect", "death"),
    )


def not_held(*refs: str) -> Board:
    """Cases for which no review is held, as decided on 18 May 2017: the panel is to be told why
    within 14 days, by 1 June.
    """
    board = Board()
    for ref in refs:
        notify(board, ref)
        board.decide(
            review.DecideHold,
            "2017-05-18",
            by=CHAIR,
            review=ref,
            hold=False,
            reasons="No harm",
            not_met=unmet(*NO_GROUND),
        )
    return board


def tell(board: Board, ref: str, on: str) -> None:
    board.decide(
        review.InformAddressees,
        on,
        by=CHAIR,
        review=ref,
        matter=review.Matter.DECISION,
        to=("national-panel",),
    )


def close(board: Board, ref: str, on: str) -> None:
    board.decide(review.CloseReview, on, by=CHAIR, review=ref)


def test_a_running_clock_tells_how_long_it_has_run() -> None:
    """Up to the day asked; once it is done, its latency tells. That the review was closed does not
    tell the panel.
    """
    board = not_held("wscb/k", "wscb/l")
    tell(board, "wscb/k", "2017-05-24")
    close(board, "wscb/l", "2017-06-10")
    found = {
        (ref, valid): columns(
            seen(board, valid).clock(ref, "panel told why not"), "status", "latency", "so_far"
        )
        for ref in ("wscb/k", "wscb/l")
        for valid in ("2017-05-20", "2017-06-03", "2017-12-31")
    }

    assert ("open", None, 2) == found["wscb/k", "2017-05-20"]
    assert ("met", 6, None) == found["wscb/k", "2017-06-03"] == found["wscb/k", "2017-12-31"]
    assert ("overdue", None, 16) == found["wscb/l", "2017-06-03"]
    assert ("overdue", None, 227) == found["wscb/l", "2017-12-31"]


def test_a_decision_dated_before_what_it_answers_is_inconsistent() -> None:
    """A correction put the notification after it: no clock runs, and both entries are listed."""
    board = Board()
    notify(board, "wscb/k")
    hold(board, "wscb/k", "2017-05-18")
    notified: Any = next(iter(board.app.history("review-wscb/k"))).event
    later = review.NotifyCase(
        by=CHAIR,
        on=day("2017-05-25"),
        review="wscb/k",
        kind="scr",
        subject="A case",
        aware=notified.aware,
    )
    amend(board, "review-wscb/k", 1, review.CaseNotified.of(later), "2017-06-01")
    view = seen(board, "2017-06-30")

    (row,) = view.inconsistent
    assert ("review-wscb/k", (1, 2)) == (row.stream, row.entries)
    assert "HoldDecided takes effect before what it rests on" == row.why
    assert ((), (), 0) == (tuple(view.clocks), tuple(view.clock_totals), view.totals.reviews)


def test_the_median_of_a_clock_takes_in_those_that_still_run() -> None:
    """Decided after 10 and 30 days, two of four still open after 41: at 30 days the half are.

    Without the open ones it would be 10 or 20.
    """
    board = Board()
    for ref in ("wscb/a", "wscb/b", "wscb/c", "wscb/d"):
        notify(board, ref)
    hold(board, "wscb/a", "2017-04-30")

    def decision(valid: str) -> tuple[Any, ...]:
        (row,) = [row for row in seen(board, valid).clock_totals if row.clock == "decision"]
        return columns(row, "started", "met", "overdue", "latency_median", "longest_open")

    assert (4, 1, 3, None, 41) == decision("2017-05-31")
    hold(board, "wscb/b", "2017-05-20")
    assert (4, 2, 2, 30, 41) == decision("2017-05-31")
    for ref in ("wscb/c", "wscb/d"):
        hold(board, ref, "2017-06-10")
    assert 30 == decision("2017-06-30")[3]
    assert None is decision("2017-06-30")[4]


def test_one_that_ended_undone_is_not_dropped_from_the_median() -> None:
    """Of three, one was told after 20 days and two were closed and are still to be told: not half
    were told, until one more was, after 30.
    """
    board = not_held("wscb/a", "wscb/b", "wscb/c")
    tell(board, "wscb/a", "2017-06-07")
    close(board, "wscb/b", "2017-06-12")

    def told(valid: str) -> tuple[Any, ...]:
        found = seen(board, valid).clock_totals
        (row,) = [row for row in found if row.clock == "panel told why not"]
        names = ("started", "late", "overdue", "ended", "latency_median", "longest_open")
        return columns(row, *names)

    assert (3, 1, 2, 0, None, 28) == told("2017-06-15")
    tell(board, "wscb/c", "2017-06-17")
    assert (3, 2, 1, 0, 30, 43) == told("2017-06-30")


# Answers


def test_a_pending_answer_tells_how_long_it_has_waited(board: Board) -> None:
    ask(board, "wscb/r-2", "wsb/police", "wsb/jld")
    board.decide(r.AcceptRecommendation, "2018-02-11", by=POLICE, recommendation="wscb/r-2")
    rows = {
        row.body: (row.answer, row.latency, row.waiting)
        for row in seen(board, "2018-03-03").answers
        if row.recommendation == "wscb/r-2"
    }

    assert {
        "wsb/police": ("accepted", 10, None),
        "wsb/jld": ("pending", None, 30),
    } == rows


def ask(board: Board, ref: str, *bodies: str, source: str = "review-wscb/1") -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-02-01",
        by=CHAIR,
        recommendation=ref,
        source=source,
        text="Share it",
        addressed=bodies,
    )


def test_the_matrix_is_who_answered_whom(board: Board) -> None:
    """A row for each body and each review or audit that asked it, in that order."""
    review_of(board, "wscb/2")
    ask(board, "wscb/r-2", "wsb/police", "wsb/jld")
    ask(board, "wscb/r-3", "wsb/jld", source="review-wscb/2")
    board.decide(
        r.DeclineRecommendation,
        "2018-03-01",
        by=TRAINING,
        recommendation="wscb/r-3",
        reasons="Not ours",
    )
    board.decide(
        r.ReplyToRecommendation, "2018-03-02", by=TRAINING, recommendation="wscb/r-2", reply="Soon"
    )
    view = seen(board, "2018-06-01")

    assert [
        ("wsb/jld", "review-wscb/1", 1, 0, 0, 1, 1),
        ("wsb/jld", "review-wscb/2", 1, 0, 1, 0, 1),
        ("wsb/police", "review-wscb/1", 1, 0, 0, 1, 0),
        ("wscb", "review-wscb/1", 1, 1, 0, 0, 1),
    ] == [
        columns(row, "body", "source", "made", "accepted", "declined", "pending", "replied")
        for row in view.matrix
    ]


def test_who_had_not_been_asked_answers_for_nobody(board: Board) -> None:
    """The police accepted; a correction says that only the committee had been asked. Nothing was
    made to the police, and nobody has accepted it.
    """
    ask(board, "wscb/r-2", "wsb/police", "wsb/jld")
    board.decide(r.AcceptRecommendation, "2018-02-11", by=POLICE, recommendation="wscb/r-2")
    stream = "recommendation-wscb/r-2"
    asked: Any = next(iter(board.app.history(stream))).event
    amend(board, stream, 1, attrs.evolve(asked, addressed=("wsb/jld",)), "2018-02-12")
    view = seen(board, "2018-03-03")

    assert [("wsb/jld", "pending")] == [
        (row.body, row.answer) for row in view.answers if row.recommendation == "wscb/r-2"
    ]
    assert ["wsb/jld", "wscb"] == [row.body for row in view.responses]
    assert (2, 1, 0, 1) == columns(view.totals, "made", "accepted", "declined", "pending")


def test_what_everybody_declined_is_nobodys_duty() -> None:
    """It is answered, and counted; nothing is held, and nothing overdue."""
    board = reviewed()
    ask(board, "wscb/r-2", "wsb/police")
    board.decide(
        r.DeclineRecommendation,
        "2018-03-01",
        by=POLICE,
        recommendation="wscb/r-2",
        reasons="Not ours",
    )
    view = seen(board, "2018-12-31")

    assert (1, 1, 0, 0) == columns(
        view.totals, "made", "declined", "duties", "days_overdue_so_far"
    )
    assert ((), (), ()) == (view.bodies, view.lineages, tuple(view.ownership))
    assert [("wscb", 1, 0)] == [
        columns(row, "board", "recommendations", "duties") for row in view.boards
    ]


# Escalations


def escalate(board: Board, name: str, on: str) -> None:
    board.decide(
        r.RaiseEscalation,
        on,
        recommendation=REF,
        escalation=name,
        to="wscb",
        concern="It does not move",
    )


def answer(board: Board, name: str, on: str) -> tuple[Any, ...]:
    return board.decide(
        r.AnswerEscalation, on, by=CHAIR, recommendation=REF, escalation=name, answer="Soon"
    )


def test_concerns_are_counted_by_whom_they_were_raised_to(board: Board) -> None:
    """Of three, one answered after 10 days: not half, until a second is, after 20."""
    for name in ("e-1", "e-2", "e-3"):
        escalate(board, name, "2018-05-01")
    names = ("to", "raised", "answered", "open", "days_median")
    answer(board, "e-1", "2018-05-11")
    (row,) = seen(board, "2018-05-12").escalation_totals
    assert ("wscb", 3, 1, 2, None) == columns(row, *names)

    answer(board, "e-2", "2018-05-21")
    (row,) = seen(board, "2018-06-30").escalation_totals
    assert ("wscb", 3, 2, 1, 20) == columns(row, *names)


def test_an_answer_that_a_correction_put_before_its_concern_is_inconsistent(
    board: Board,
) -> None:
    """Nobody answers what has not been raised: both entries are listed, and no day counts."""
    escalate(board, "e-1", "2018-05-01")
    (raised,) = [
        record
        for record in board.app.history(f"recommendation-{REF}")
        if isinstance(record.event, r.EscalationRaised)
    ]
    answer(board, "e-1", "2018-05-11")
    later = r.RaiseEscalation(
        by=raised.event.by,
        on=day("2018-05-14"),
        recommendation=REF,
        escalation="e-1",
        to="wscb",
        concern="It does not move",
    )
    amend(board, raised.stream, raised.stream_position, r.EscalationRaised.of(later), "2018-06-01")
    view = seen(board, "2018-06-30")

    (row,) = view.inconsistent
    assert raised.stream == row.stream
    assert (raised.stream_position, raised.stream_position + 1) == row.entries
    assert () == tuple(view.escalations)


# Nothing, or hardly anything


@pytest.mark.parametrize("valid", ["2017-01-01", "2018-12-31"])
def test_of_nothing_every_table_is_empty(valid: str) -> None:
    """Nothing recorded, or nothing that had taken effect."""
    board = Board()
    if valid == "2017-01-01":
        review_of(board, "wscb/1")
        plan(board, REF)
    view = seen(board, valid)

    tables = ("bodies", "lineages", "boards", "joint", "ownership", "clock_totals", "matrix")
    assert [()] * len(tables) == [tuple(getattr(view, name)) for name in tables]
    assert 0 == view.totals.made


def test_a_committee_that_never_met_is_in_no_table() -> None:
    """It was registered, and that is all."""
    board = Board()
    board.decide(
        RegisterBody, "2018-01-01", by=MANAGER, body="wscb/x", name="X", kind=BodyKind.COMMITTEE
    )
    view = seen(board, "2018-12-31")

    assert ((), (), ()) == (view.bodies, view.lineages, tuple(view.representation))
