"""Recommendations against the cycle of learning: by example, and over any history."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit, review
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.fields import Code, message
from lif_core.views.learning_cycle import CycleRow, LearningCycle, learning_cycle
from tests.audits import conclude
from tests.board import Board
from tests.people import CHAIR, POLICE, POLICY, QUALITY, by, day

REVIEW = "wscb/1"
STREAM = f"review-{REVIEW}"
REF = "wscb/r-1"
CYCLE = ("review", "find", "recommend", "answer", "plan", "implement", "embed", "check")


def view(board: Board, valid: str, known: str | None = None) -> LearningCycle:
    return board.app.view(learning_cycle, valid=day(valid), known=day(known) if known else None)


def row(board: Board, valid: str = "2019-12-31", ref: str = REF) -> CycleRow:
    (found,) = (one for one in view(board, valid).recommendations if one.recommendation == ref)
    return found


def reached(board: Board, valid: str = "2019-12-31", ref: str = REF) -> dict[str, str]:
    rows = view(board, valid).stages
    return {one.stage: one.on.isoformat() for one in rows if one.recommendation == ref}


def begin(board: Board) -> None:
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review=REVIEW,
        kind="single-agency-review",
        title="A case",
    )


def find(board: Board, on: str, finding: str = "f-1") -> None:
    board.decide(
        review.RecordFinding,
        on,
        by=CHAIR,
        review=REVIEW,
        finding=finding,
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )


def issue(board: Board, on: str, ref: str = REF, **more: Any) -> None:
    issued: dict[str, Any] = {"source": STREAM, "text": "Do it", "addressed": ("wscb",)}
    board.decide(r.IssueRecommendation, on, recommendation=ref, **{"by": CHAIR} | issued | more)


def say(board: Board, command: type[Command], on: str, ref: str = REF, **more: Any) -> None:
    board.decide(command, on, **{"by": CHAIR, "recommendation": ref, **more})


def implement(board: Board) -> None:
    """Answered, planned and done in February and March."""
    say(board, r.AcceptRecommendation, "2018-02-10")
    say(
        board,
        r.PlanRecommendation,
        "2018-02-20",
        owner="wsb/lpp",
        due=day("2018-04-30"),
        action="Rewrite",
    )
    say(board, r.ImplementRecommendation, "2018-03-01", by=POLICY, evidence="Done")


def check(board: Board, name: str, on: str) -> None:
    rests_on = conclude(board, on, REF, ref=f"wscb/{name}")
    say(board, r.CheckRecommendation, on, check=name, passed=True, note="12", rests_on=rests_on)


def embed(board: Board, on: str, *checks: str) -> None:
    rests_on = () if checks else conclude(board, on, REF, ref=f"wscb/embedded-{on}")
    say(board, r.EmbedRecommendation, on, evidence="9 of 10", checks=checks, rests_on=rests_on)


@pytest.fixture
def board() -> Board:
    """A review of January 2018 with a finding, and R1 that was asked for in February."""
    board = Board()
    begin(board)
    find(board, "2018-01-15")
    issue(board, "2018-02-01")
    return board


# How far it has come


def test_a_whole_cycle_has_a_day_for_every_stage(board: Board) -> None:
    """The first two are the review's, the others the recommendation's."""
    implement(board)
    embed(board, "2018-06-01")
    check(board, "c-1", "2018-12-01")
    check(board, "c-2", "2019-06-01")

    assert {
        "review": "2018-01-01",
        "find": "2018-01-15",
        "recommend": "2018-02-01",
        "answer": "2018-02-10",
        "plan": "2018-02-20",
        "implement": "2018-03-01",
        "embed": "2018-06-01",
        "check": "2018-12-01",
    } == reached(board)
    found = row(board)
    assert ("check", day("2018-12-01"), 8, 8) == (
        found.stage,
        found.since,
        found.reached,
        found.stages,
    )
    assert ((), ()) == (found.out_of_order, found.skipped)
    assert {STREAM, f"recommendation-{REF}"} == {
        one.stream for one in view(board, "2019-12-31").stages
    }


@pytest.mark.parametrize(
    ("valid", "stage", "reached"),
    [("2018-02-01", "recommend", 3), ("2018-02-19", "answer", 4), ("2018-03-01", "implement", 6)],
)
def test_it_stands_at_the_furthest_stage_it_had_reached_by_then(
    board: Board, valid: str, stage: str, reached: int
) -> None:
    implement(board)

    assert (stage, reached) == (row(board, valid).stage, row(board, valid).reached)


def test_an_audit_begins_the_cycle_as_a_review_does(board: Board) -> None:
    board.decide(
        audit.PlanAudit,
        "2018-01-05",
        by=POLICE,
        audit="wscb/a-1",
        kind="single-agency",
        theme="neglect",
        basis="Referrals",
        scale="ofsted",
    )
    board.decide(
        audit.ConcludeAudit,
        "2018-02-05",
        by=POLICE,
        audit="wscb/a-1",
        grades=(),
        summary="As feared",
    )
    issue(board, "2018-03-01", "wscb/r-2", source="audit-wscb/a-1")

    assert {"review": "2018-01-05", "find": "2018-02-05", "recommend": "2018-03-01"} == reached(
        board, ref="wscb/r-2"
    )


def test_the_first_of_several_events_reaches_a_stage(board: Board) -> None:
    """A finding in March, the analysis of the death in May: something was found in March."""
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
        review.RecordFinding,
        "2018-03-01",
        **one,
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )
    board.decide(
        review.AnalyseDeath, "2018-05-01", **one, category="10", modifiable=review.Modifiable.YES
    )
    issue(board, "2018-06-01", "wscb/r-2", source="review-wscb/cdr-1")

    (found,) = (
        row
        for row in view(board, "2018-12-31").stages
        if row.recommendation == "wscb/r-2" and row.stage == "find"
    )
    assert (day("2018-03-01"), "FindingRecorded") == (found.on, found.event)


def test_what_was_done_again_was_first_done_when_it_first_was(board: Board) -> None:
    """Reopened in June and implemented a second time."""
    implement(board)
    say(board, r.ReopenRecommendation, "2018-06-01", due=day("2018-09-01"), reasons="Gone")
    say(board, r.ImplementRecommendation, "2018-08-01", by=POLICY, evidence="Again")

    assert "2018-03-01" == reached(board)["implement"]


# Order


def test_a_stage_reached_before_an_earlier_one_is_out_of_order(board: Board) -> None:
    """It was asked for before anything was found: the finding, as corrected, came afterwards."""
    find(board, "2018-02-01", "f-2")
    issue(board, "2018-02-01", "wscb/r-2", findings=("f-2",))
    say(board, r.AcceptRecommendation, "2018-03-01", "wscb/r-2")
    *_, entry = board.app.history(STREAM)
    moved = attrs.evolve(entry.event, on=day("2018-03-01"))  # type: ignore[misc]
    board.decide(
        AmendEntry,
        "2018-03-02",
        by=CHAIR,
        stream=STREAM,
        entry=entry.stream_position,
        replacement=Replacement(moved),
        reasons="Another day",
    )
    assert ((), ("find",)) == (
        row(board, "2018-02-28", "wscb/r-2").out_of_order,
        row(board, "2018-02-28", "wscb/r-2").skipped,
    )

    found = row(board, ref="wscb/r-2")
    assert (("recommend",), ()) == (found.out_of_order, found.skipped)
    assert [2, 1] == [
        view(board, "2019-12-31").totals.recommendations,
        view(board, "2019-12-31").totals.in_order,
    ]
    assert ["recommend"] == [
        one.stage for one in view(board, "2019-12-31").stages if one.out_of_order
    ]


def test_what_falls_on_one_day_is_in_order(board: Board) -> None:
    """Minutes hold several decisions of one meeting."""
    find(board, "2018-02-01", "f-2")
    issue(board, "2018-02-01", "wscb/r-2", findings=("f-2",))

    assert () == row(board, ref="wscb/r-2").out_of_order


def test_only_the_findings_it_takes_up_count_for_it(board: Board) -> None:
    """Named when it was issued, or addressed by it later; of one that names none, the first."""
    find(board, "2018-01-20", "f-2")
    find(board, "2018-01-25", "f-3")
    issue(board, "2018-02-01", "wscb/r-2", findings=("f-3", "f-2"))
    issue(board, "2018-02-01", "wscb/r-3")
    board.decide(
        review.AddressFinding,
        "2018-02-02",
        by=CHAIR,
        review=REVIEW,
        finding="f-3",
        recommendation="wscb/r-3",
    )

    assert ["2018-01-15", "2018-01-20", "2018-01-25"] == [
        reached(board, ref=ref)["find"] for ref in (REF, "wscb/r-2", "wscb/r-3")
    ]


def test_a_check_that_an_embedding_rests_on_is_its_evidence(board: Board) -> None:
    """The cycle's last stage is whether the change lasts: that is checked later."""
    implement(board)
    check(board, "c-1", "2018-05-01")
    assert ("check", ("embed",)) == (
        row(board, "2018-05-01").stage,
        row(board, "2018-05-01").skipped,
    )

    embed(board, "2018-06-01", "c-1")
    assert ("embed", ()) == (row(board, "2018-12-31").stage, row(board, "2018-12-31").skipped)

    check(board, "c-2", "2019-01-15")
    assert ("check", (), "2019-01-15") == (
        row(board).stage,
        row(board).out_of_order,
        reached(board)["check"],
    )


def test_an_embedding_lapses_with_the_check_it_rested_on(board: Board) -> None:
    """From when the check was known to be void: as in `sustainability`."""
    implement(board)
    check(board, "c-1", "2018-05-01")
    embed(board, "2018-06-01", "c-1")
    stream = f"recommendation-{REF}"
    (entry,) = (
        one.stream_position
        for one in board.app.history(stream)
        if isinstance(one.event, r.RecommendationChecked)
    )
    board.decide(
        VoidEntry, "2018-09-01", by=CHAIR, stream=stream, entry=entry, reasons="Other files"
    )

    assert "implement" == row(board).stage
    assert "embed" == view(board, "2018-08-01", "2018-08-31").recommendations[0].stage


def test_what_another_recommendation_reached_is_not_its_own(board: Board) -> None:
    """It arises from one that was done; it has itself only been asked for."""
    implement(board)
    issue(board, "2018-09-01", "wscb/r-2", source=f"recommendation-{REF}")

    assert {"recommend": "2018-09-01"} == reached(board, ref="wscb/r-2")
    assert ("review", "find") == row(board, ref="wscb/r-2").skipped


# All of them


def test_the_funnel_counts_how_many_reached_each_stage_and_stand_there(board: Board) -> None:
    """Three were asked for, two answered, one done."""
    implement(board)
    issue(board, "2018-02-01", "wscb/r-2")
    issue(board, "2018-02-01", "wscb/r-3")
    say(board, r.AcceptRecommendation, "2018-03-01", "wscb/r-2")
    found = view(board, "2019-12-31")

    assert CYCLE == tuple(one.stage for one in found.funnel)
    assert [3, 3, 3, 2, 1, 1, 0, 0] == [one.reached for one in found.funnel]
    assert [0, 0, 1, 1, 0, 1, 0, 0] == [one.furthest for one in found.funnel]
    assert {3} == {one.recommendations for one in found.funnel}


def test_a_board_whose_pack_has_no_cycle_has_no_rows(board: Board) -> None:
    """It is not held against somebody else's order."""
    trust = by("trust")
    board.decide(
        RegisterBody, "2018-01-01", by=trust, body="trust", name="A trust", kind=BodyKind.BOARD
    )
    issue(board, "2018-02-01", "trust/r-1", by=trust, addressed=("trust",))
    found = view(board, "2018-12-31")

    assert [REF] == [one.recommendation for one in found.recommendations]
    assert (2, 1, 1) == (
        found.totals.recommendations,
        found.totals.in_order,
        found.totals.without_cycle,
    )


def test_what_was_issued_by_mistake_is_in_no_cycle(board: Board) -> None:
    board.decide(
        VoidEntry,
        "2018-03-01",
        by=CHAIR,
        stream=f"recommendation-{REF}",
        entry=1,
        reasons="Of another review",
    )

    assert ((), ()) == (
        view(board, "2018-12-31").recommendations,
        view(board, "2018-12-31").funnel,
    )
    assert [REF] == [
        one.recommendation for one in view(board, "2018-12-31", "2018-02-28").recommendations
    ]


# Any history

REGISTRY = Registry()
WORLD = World()
STEPS: tuple[type[Event[Any]], ...] = (
    review.HoldDecided,
    review.ReviewOpened,
    review.FindingRecorded,
    review.FindingAddressed,
    audit.AuditPlanned,
    audit.AuditConcluded,
    r.RecommendationIssued,
    r.RecommendationAccepted,
    r.RecommendationPlanned,
    r.RecommendationImplemented,
    r.RecommendationEmbedded,
    r.RecommendationChecked,
)
ISSUED = r.RecommendationIssued(
    by=QUALITY,
    on=day("2018-01-01"),
    recommendation="wscb/1",
    source="review-wscb/1",
    text="Do it",
    addressed=("wscb",),
)


@given(st.lists(events(WORLD, *STEPS), max_size=40), st.sampled_from(WORLD.days))
def test_whatever_happened_each_recommendation_stands_at_one_stage(
    history: list[Event[Any]], valid: date
) -> None:
    """Reached, skipped and not come to yet are all the stages; days prove what is out of order."""
    as_of = AsOf(valid=valid, known=None, frameworks=load())
    found = fold(learning_cycle, records_of([ISSUED, *history]), as_of)

    assert found.recommendations
    assert len(found.recommendations) == sum(one.furthest for one in found.funnel)
    assert len(found.stages) == sum(one.reached for one in found.funnel)
    for row in found.recommendations:
        days = {
            one.stage: one.on for one in found.stages if one.recommendation == row.recommendation
        }
        assert row.stage == max(days, key=CYCLE.index)
        assert (
            CYCLE.index(row.stage) + 1
            == row.reached + len(row.skipped)
            == len(days) + len(row.skipped)
        )
        assert row.out_of_order == tuple(
            stage
            for at, stage in enumerate(CYCLE)
            if stage in days and any(days[stage] < days.get(one, date.min) for one in CYCLE[:at])
        )


@message
class RaiseAlarm(Command):
    """What an embedder of `lif` may decide, in a stream of its own."""

    alarm: Code


@message
class AlarmRaised(RaiseAlarm, Event[RaiseAlarm]):
    """It rings."""


def test_events_of_somebody_elses_own_are_left_alone() -> None:
    """An aggregate of an embedder is in no registry of ours."""
    alarm = AlarmRaised(by=CHAIR, on=day("2018-01-01"), alarm="a-1")
    at = datetime(2018, 1, 1, tzinfo=UTC)
    log = [*records_of([ISSUED]), Record(2, "alarm-a-1", 1, at, alarm)]
    as_of = AsOf(valid=day("2018-12-31"), known=None, frameworks=load())

    assert 1 == fold(learning_cycle, log, as_of).totals.recommendations


@given(st.lists(events(WORLD), max_size=40))
def test_no_event_there_is_breaks_it(history: list[Event[Any]]) -> None:
    """Of any stream, corrections among them, and in any order."""
    as_of = AsOf(valid=date.max, known=None, frameworks=load())

    assert len(fold(learning_cycle, records_of([ISSUED, *history]), as_of).funnel) in (0, 8)
