"""Which sources of learning are used, and how regularly: by example, and over any history."""

from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit, review
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.coverage import Coverage, UsedSourceRow, coverage
from tests.board import Board
from tests.lives import NO_GROUND, unmet
from tests.people import CHAIR, by, day

(PACK,) = load("wolverhampton-2017").packs
SOURCES = tuple(source.source for source in PACK.sources)


def view(board: Board, valid: str, known: str | None = None) -> Coverage:
    return board.app.view(coverage, valid=day(valid), known=day(known) if known else None)


def ever(board: Board, valid: str, of: str, source: str) -> UsedSourceRow:
    (row,) = (row for row in view(board, valid).ever if row.board == of and row.source == source)
    return row


def open_review(board: Board, on: str, ref: str, kind: str = "table-top", **more: Any) -> None:
    board.decide(
        review.OpenReview,
        on,
        by=CHAIR,
        review=ref,
        kind=kind,
        title="A case",
        threshold="No serious harm",
        **more,
    )


def accept(board: Board, on: str, ref: str) -> None:
    """A finding, and the report that has it."""
    board.decide(
        review.RecordFinding,
        on,
        by=CHAIR,
        review=ref,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )
    board.decide(review.AcceptReport, on, by=CHAIR, review=ref, response="Accepted")


def notify(board: Board, on: str, ref: str) -> None:
    board.decide(
        review.NotifyCase, on, by=CHAIR, review=ref, kind="scr", subject="K", aware=day(on)
    )


def decide(board: Board, on: str, ref: str, *, hold: bool) -> None:
    board.decide(
        review.DecideHold,
        on,
        by=CHAIR,
        review=ref,
        hold=hold,
        reasons="Reasons",
        criteria=("abuse-or-neglect", "death") if hold else (),
        not_met=() if hold else unmet(*NO_GROUND),
    )


def plan_audit(board: Board, on: str, ref: str, **more: Any) -> None:
    board.decide(
        audit.PlanAudit,
        on,
        audit=ref,
        kind="maca",
        theme="neglect",
        basis="Referrals",
        scale="ofsted",
        **more,
    )


# Sources that are used, and that are not


def test_a_source_that_was_never_used_is_visible(board: Board) -> None:
    """Every source of the pack has its row, for each board that the pack governs."""
    open_review(board, "2018-02-01", "wscb/1")
    found = view(board, "2018-12-31")

    assert ["wsab"] * 7 + ["wscb"] * 7 == [row.board for row in found.lately]
    assert SOURCES == found.unused("wsab")
    assert tuple(one for one in SOURCES if one != "multi-agency-reviews") == found.unused("wscb")


@pytest.mark.parametrize(
    ("valid", "since", "used"),
    [("2019-01-31", "2018-02-01", True), ("2019-02-01", "2018-02-02", False)],
)
def test_the_period_is_the_twelve_months_that_end_with_the_day_asked(
    board: Board, valid: str, since: str, used: bool
) -> None:
    """A review of 1 February 2018 is of the 12 months to 31 January 2019, and of no later ones."""
    open_review(board, "2018-02-01", "wscb/1")
    found = view(board, valid)

    assert (day(since), day(valid)) == (found.period.since, found.period.until)
    assert used == ("multi-agency-reviews" not in found.unused("wscb"))
    assert ever(board, valid, "wscb", "multi-agency-reviews").used


def test_a_review_that_ended_in_the_period_was_used_in_it(board: Board) -> None:
    """Begun long before it, it taught something only when its report was accepted."""
    open_review(board, "2017-02-01", "wscb/1")
    accept(board, "2018-06-01", "wscb/1")
    (row,) = (row for row in view(board, "2018-12-31").lately if row.used)

    assert (0, 0, 1) == (row.begun, row.held, row.concluded)
    assert (day("2018-06-01"), day("2018-06-01")) == (row.first, row.last)


# How far they came


def test_a_case_is_begun_when_notified_and_held_when_it_is_so_decided(board: Board) -> None:
    """Of three cases one is held, one is not, and of one nobody has decided yet."""
    for ref in ("wscb/1", "wscb/2", "wscb/3"):
        notify(board, "2018-01-10", ref)
    decide(board, "2018-02-01", "wscb/1", hold=True)
    decide(board, "2018-02-10", "wscb/2", hold=False)
    board.decide(review.CloseReview, "2018-02-11", by=CHAIR, review="wscb/2")
    row = ever(board, "2018-12-31", "wscb", "scr-sar")

    assert (3, 1, 0) == (row.begun, row.held, row.concluded)
    assert (day("2018-01-10"), day("2018-02-01")) == (row.first, row.last)


def test_a_review_that_was_held_and_discontinued_has_ended_too(board: Board) -> None:
    open_review(board, "2018-01-10", "wscb/1")
    board.decide(
        review.DiscontinueReview, "2018-03-01", by=CHAIR, review="wscb/1", reasons="Elsewhere"
    )
    row = ever(board, "2018-12-31", "wscb", "multi-agency-reviews")

    assert (1, 1, 1) == (row.begun, row.held, row.concluded)


def test_an_audit_is_held_from_the_first_day_of_work_on_it(board: Board) -> None:
    """A plan alone is not looking: of three audits, one has files graded, one is concluded."""
    for ref in ("wscb/a-1", "wscb/a-2", "wscb/a-3"):
        plan_audit(board, "2018-01-10", ref)
    for at, on in enumerate(("2018-03-01", "2018-03-02")):
        board.decide(audit.GradeFile, on, audit="wscb/a-1", file=f"{at}", grade="good")
    board.decide(
        audit.ConcludeAudit,
        "2018-04-01",
        audit="wscb/a-2",
        grades=(audit.GradeCount(grade="good", files=3),),
        summary="Good",
    )

    row = ever(board, "2018-03-31", "wscb", "quality-assurance")
    assert (3, 1, 0, day("2018-03-01")) == (row.begun, row.held, row.concluded, row.last)
    row = ever(board, "2018-04-01", "wscb", "quality-assurance")
    assert (3, 2, 1, day("2018-04-01")) == (row.begun, row.held, row.concluded, row.last)


def test_what_was_begun_by_mistake_was_not_looked_at(board: Board) -> None:
    """From when that was known."""
    open_review(board, "2018-02-01", "wscb/1")
    board.decide(
        VoidEntry,
        "2018-03-01",
        by=CHAIR,
        stream="review-wscb/1",
        entry=1,
        reasons="Of another board",
    )

    assert SOURCES == view(board, "2018-12-31").unused("wscb")
    assert SOURCES != view(board, "2018-12-31", "2018-02-28").unused("wscb")


# Kinds and years


def test_each_kind_of_a_source_has_its_own_row(board: Board) -> None:
    """The source is used, and one of its two kinds is not."""
    open_review(board, "2017-02-01", "wscb/1")
    found = view(board, "2018-12-31")

    assert [
        ("table-top", 1, day("2017-02-01"), False),
        ("single-agency-review", 0, None, False),
    ] == [
        (row.kind, row.begun, row.first, row.lately)
        for row in found.kinds
        if row.board == "wscb" and row.source == "multi-agency-reviews"
    ]
    assert view(board, "2018-01-31").kinds != found.kinds


def test_a_year_in_which_nothing_was_held_shows_between_those_in_which_something_was(
    board: Board,
) -> None:
    """Regularly is seen over the years: of table-top reviews there was none in 2018."""
    open_review(board, "2017-05-01", "wscb/1")
    accept(board, "2017-12-31", "wscb/1")
    open_review(board, "2019-01-01", "wscb/2")
    open_review(board, "2019-02-01", "wscb/3")
    rows = [row for row in view(board, "2019-12-31").years if row.board == "wscb"]

    assert [(2017, 1, 1, 1), (2018, 0, 0, 0), (2019, 2, 2, 0)] == [
        (row.year, row.begun, row.held, row.concluded) for row in rows
    ]
    assert {"table-top"} == {row.kind for row in rows}


# Boards


def test_a_joint_review_shows_under_each_board_and_once_in_the_totals(board: Board) -> None:
    """By name, or by a reference of the joint bodies."""
    open_review(board, "2018-02-01", "wscb/1", boards=("wscb", "wsab"))
    plan_audit(board, "2018-02-01", "wsb/a-1")
    found = view(board, "2018-12-31")

    for source in ("multi-agency-reviews", "quality-assurance"):
        assert [("wsab", 1), ("wscb", 1)] == [
            (row.board, row.begun) for row in found.ever if row.source == source
        ]
        assert [1] == [row.begun for row in found.totals if row.source == source]


def test_a_board_outside_the_pack_shows_only_what_it_shares(board: Board) -> None:
    """Walsall is governed by no pack here: it has no sources that it could fail to use."""
    board.decide(
        review.NotifyDeath,
        "2018-01-10",
        by=by("wscb/cdop"),
        review="wscb/cdr-1",
        kind="cdr",
        subject="A child",
        died=day("2018-01-08"),
        area="walsall",
        expected=False,
        boards=("wscb", "walsall-scb"),
    )
    found = view(board, "2018-12-31")

    assert [("walsall-scb", "cdop", 1, 1)] == [
        (row.board, row.source, row.begun, row.held)
        for row in found.ever
        if row.board == "walsall-scb"
    ]
    assert [1] == [row.begun for row in found.totals if row.source == "cdop"]


def test_a_kind_that_belongs_to_no_source_is_counted_apart(board: Board) -> None:
    """A board that no pack governs has kinds of its own."""
    board.decide(
        RegisterBody,
        "2018-01-01",
        by=by("trust"),
        body="trust",
        name="A trust",
        kind=BodyKind.BOARD,
    )
    board.decide(
        review.OpenReview,
        "2018-02-01",
        by=by("trust"),
        review="trust/1",
        kind="incident",
        title="A fall",
    )
    found = view(board, "2018-12-31")

    assert [("trust", "", "incident", 1)] == [
        (row.board, row.source, row.kind, row.begun) for row in found.kinds if row.begun
    ]
    assert [1] == [row.begun for row in found.totals if row.source == ""]


def test_before_a_pack_is_in_force_it_asks_for_no_source(board: Board) -> None:
    assert () == view(board, "2016-12-31").lately
    assert 14 == len(view(board, "2017-01-01").lately)


def test_the_first_year_there_is_can_be_asked_about(board: Board) -> None:
    assert date.min == view(board, "0001-06-01").period.since


def test_a_namespace_that_is_all_a_pack_governs_stands_for_its_board() -> None:
    """Under a pack that names no board of its own, nothing would be visible otherwise."""
    frameworks = load().plus(attrs.evolve(PACK, governs=("northshire",)))
    found = fold(coverage, [], AsOf(valid=day("2018-12-31"), known=None, frameworks=frameworks))

    assert SOURCES == found.unused("northshire")


# Any history

REGISTRY = Registry()
WORLD = World(refs=("wscb/1", "wsb/2", "trust/3"))
BEGAN = (review.CaseNotified, review.DeathNotified, review.ReviewOpened, audit.AuditPlanned)
LOOKING: tuple[type[Event[Any]], ...] = (
    *BEGAN,
    review.HoldDecided,
    review.ReportAccepted,
    review.ReviewClosed,
    review.ReviewDiscontinued,
    audit.FileGraded,
    audit.AuditConcluded,
)


def sums(rows: Any) -> tuple[int, int, int]:
    return (
        sum(row.begun for row in rows),
        sum(row.held for row in rows),
        sum(row.concluded for row in rows),
    )


@given(st.lists(events(WORLD, *LOOKING), max_size=30), st.sampled_from(WORLD.days))
def test_whatever_was_looked_at_is_counted_once_in_each_way(
    history: list[Event[Any]], valid: date
) -> None:
    """Totals are of distinct reviews and audits; kinds and years add up to the sources."""
    log = records_of(history)
    found = fold(coverage, log, AsOf(valid=valid, known=None, frameworks=load()))
    begun = {r.stream for r in log if isinstance(r.event, BEGAN) and r.event.on <= valid}

    assert len(begun) == sum(row.begun for row in found.totals)
    assert sums(found.ever) == sums(found.kinds) == sums(found.years)
    for row in (*found.lately, *found.ever):
        assert row.used == (row.begun + row.held + row.concluded > 0)
    for of in {row.board for row in found.ever}:
        of_board = [row for row in found.ever if row.board == of]
        assert all(a <= b for a, b in zip(sums(of_board), sums(found.totals), strict=True))
