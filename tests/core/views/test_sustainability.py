"""Whether improvements last: by example."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.aggregates.audit import ConcludeAudit, GradeCount, PlanAudit
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.decisions.corrections import VoidEntry
from lif_core.errors import RefusedError
from lif_core.items.improvement import Finding
from lif_core.values.evidence import EvidenceLevel as Level
from tests.audits import conclude
from tests.board import Board
from tests.people import CHAIR, POLICE, QUALITY, by, day

REF = "wscb/r-1"
STREAM = f"recommendation-{REF}"


@pytest.fixture
def board() -> Board:
    """R1 was implemented on 1 March 2018, and embedded on 1 April 2018 on an audit's evidence."""
    board = Board()
    board.decide(
        review.OpenReview,
        "2018-01-01",
        by=CHAIR,
        review="wscb/1",
        kind="single-agency-review",
        title="A case",
    )
    issue: dict[str, Any] = {"source": "review-wscb/1", "text": "Do it", "addressed": ("wscb",)}
    board.decide(r.IssueRecommendation, "2018-01-02", by=CHAIR, recommendation=REF, **issue)
    board.decide(r.AcceptRecommendation, "2018-01-03", by=CHAIR, recommendation=REF)
    board.decide(
        r.PlanRecommendation,
        "2018-01-04",
        by=CHAIR,
        recommendation=REF,
        owner="wscb/qac",
        due=day("2018-04-30"),
        action="Rewrite",
    )
    board.decide(r.ImplementRecommendation, "2018-03-01", recommendation=REF, evidence="Done")
    return board


def embed(board: Board, on: str = "2018-04-01", **more: Any) -> None:
    rests_on = conclude(board, on, REF, ref=f"wscb/embedded-{on}")
    board.decide(
        r.EmbedRecommendation,
        on,
        recommendation=REF,
        evidence="Audit",
        **{"rests_on": rests_on, **more},
    )


def check(board: Board, on: str, *, passed: bool = True, **more: Any) -> None:
    rests_on = conclude(board, on, REF, ref=f"wscb/checked-{on}")
    board.decide(
        r.CheckRecommendation,
        on,
        recommendation=REF,
        check=f"check {on}",
        passed=passed,
        note="Sampled",
        **{"rests_on": rests_on, **more},
    )


def found(board: Board, valid: str, known: str | None = None) -> str:
    return board.sustainability(valid, known).improvement(REF).finding


def test_what_is_asserted_is_not_evidenced(board: Board) -> None:
    assert "implemented" == found(board, "2019-12-31")


def test_sustained_needs_two_passes_apart_the_last_past_the_horizon(board: Board) -> None:
    embed(board)
    check(board, "2018-09-01")
    assert "embedded" == found(board, "2018-12-31")

    check(board, "2019-04-01")
    assert "sustained" == found(board, "2019-04-01")


def test_sustained_expires(board: Board) -> None:
    """Passed on 1 September and 1 May: a year later nobody knows any more."""
    embed(board)
    check(board, "2018-09-01")
    check(board, "2019-05-01")

    assert ("sustained", "unknown") == (found(board, "2020-04-30"), found(board, "2020-05-01"))


def test_a_check_on_nothing_verifies_nothing(board: Board) -> None:
    """Two passes at E0 on days 153 and 395: unknown, and censored at 0."""
    embed(board)
    for on in ("2018-09-01", "2019-05-01"):
        check(board, on, rests_on=(), claimed=r.EvidenceLevel.OUTCOME_DATA)
    view = board.sustainability("2019-06-30")
    row = view.improvement(REF)

    assert ("unknown", None, 0, 2) == (row.finding, row.last_verified, row.passed, row.notes)
    assert [(0, 0, "lasting")] == [(s.first, s.last, s.end) for s in view.spells]
    assert (0, 2) == (view.rechecks.passed, view.rechecks.notes)


def test_a_failed_check_on_nothing_is_a_note_against_it(board: Board) -> None:
    """It shows neither that the change lasts nor that it is gone, and is counted."""
    embed(board)
    check(board, "2018-09-01", passed=False, rests_on=())
    row = board.sustainability("2018-12-31").improvement(REF)

    assert ("embedded", None, 0, 1, 1) == (
        row.finding,
        row.relapsed,
        row.failed,
        row.notes,
        row.notes_against,
    )


def test_what_rested_on_a_voided_audit_lapses_from_when_that_was_known(board: Board) -> None:
    """The audit of 1 April was of other files, as is known on 1 June; before, it stood."""
    embed(board)
    audit = "audit-wscb/embedded-2018-04-01"
    board.decide(
        VoidEntry, "2018-06-01", by=CHAIR, stream=audit, entry=2, reasons="Of other files"
    )
    before = board.sustainability("2018-12-31", "2018-05-31").improvement(REF)
    since = board.sustainability("2018-12-31").improvement(REF)

    assert ("embedded", 3) == (before.finding, before.level)
    assert ("implemented", None, 0) == (since.finding, since.level, since.spells)


def test_what_lapsed_with_its_audit_may_be_embedded_anew(board: Board) -> None:
    """The rules know of it as the views do; while the audit stood, it was embedded."""
    embed(board)
    audit = "audit-wscb/embedded-2018-04-01"
    with pytest.raises(RefusedError) as refused:
        embed(board, "2018-05-01")
    board.decide(
        VoidEntry, "2018-06-01", by=CHAIR, stream=audit, entry=2, reasons="Of other files"
    )
    embed(board, "2018-07-01")

    check(board, "2018-08-01")
    void(board, entry(board, "RecommendationChecked"), "2018-09-01")

    assert "recommendation.not-implemented" == refused.value.rule
    assert "embedded" == found(board, "2018-12-31")
    assert day("2018-07-01") == board.sustainability("2018-12-31").improvement(REF).embedded


def test_a_relapse_lapses_with_the_audit_of_its_check(board: Board) -> None:
    """Nobody has found it gone, as far as anybody knows now."""
    embed(board)
    check(board, "2018-09-01", passed=False)
    board.decide(
        VoidEntry,
        "2018-10-01",
        by=CHAIR,
        stream="audit-wscb/checked-2018-09-01",
        entry=1,
        reasons="Of other files",
    )

    assert "relapsed" == found(board, "2018-12-31", "2018-09-30")
    assert "embedded" == found(board, "2018-12-31")


@pytest.mark.parametrize(
    "passes",
    [
        pytest.param(["2019-04-02"], id="one pass only"),
        pytest.param(["2019-03-01", "2019-04-02"], id="32 days apart"),
        pytest.param(["2018-09-01", "2019-03-31"], id="the last a day before the horizon"),
        pytest.param([], id="nobody looked"),
    ],
)
def test_without_timely_evidence_it_is_unknown(board: Board, passes: list[str]) -> None:
    """Neither failed nor sustained."""
    embed(board)
    for on in passes:
        check(board, on)

    assert "unknown" == found(board, "2019-06-30")


def test_a_failed_check_is_a_relapse_and_reopening_a_new_spell(board: Board) -> None:
    embed(board)
    check(board, "2018-07-01")
    check(board, "2018-10-01", passed=False)
    assert "relapsed" == found(board, "2018-10-01")

    board.decide(
        r.ReopenRecommendation,
        "2018-11-01",
        recommendation=REF,
        due=day("2019-01-01"),
        reasons="Teams are new",
    )
    board.decide(r.ImplementRecommendation, "2018-12-01", recommendation=REF, evidence="Again")
    embed(board, "2019-01-10")
    check(board, "2019-03-10")
    view = board.sustainability("2019-06-30")

    assert [(91, 183, "relapsed"), (59, 59, "lasting")] == [
        (spell.first, spell.last, spell.end) for spell in view.spells
    ]
    assert ("embedded", 2) == (view.improvement(REF).finding, view.improvement(REF).spells)


def test_a_withdrawal_during_a_spell_competes_and_is_counted(board: Board) -> None:
    embed(board)
    check(board, "2018-07-01")
    board.decide(r.WithdrawRecommendation, "2018-08-01", recommendation=REF, reasons="Law changed")
    view = board.sustainability("2019-06-30")

    discovery = view.by_day_of_discovery
    assert (1, 1, 0) == (view.survival.spells, discovery.withdrawn, view.survival.relapses)
    assert ("withdrawn", 1) == (view.improvement(REF).finding, view.standing[Finding.WITHDRAWN])


# Voided evidence


def entry(board: Board, kind: str) -> int:
    records = board.app.history(STREAM)
    return next(n.stream_position for n in records if type(n.event).__name__ == kind)


def void(board: Board, number: int, on: str) -> None:
    board.decide(
        VoidEntry,
        on,
        by=QUALITY,
        stream=STREAM,
        entry=number,
        reasons="The wrong cohort was sampled",
    )


def test_embedded_lapses_with_the_check_it_rests_on(board: Board) -> None:
    """From when the voiding was known, and not in views as known earlier."""
    check(board, "2018-03-20")
    embed(board, rests_on=(), checks=("check 2018-03-20",))
    before = board.sustainability("2018-06-01", known="2018-06-01")
    void(board, entry(board, "RecommendationChecked"), "2018-07-01")

    assert "implemented" == found(board, "2018-06-01")
    assert before == board.sustainability("2018-06-01", known="2018-06-01")
    assert "embedded" == found(board, "2018-06-01", known="2018-06-30")


def test_sustained_lapses_with_a_check_it_rests_on(board: Board) -> None:
    embed(board)
    check(board, "2018-09-01")
    check(board, "2019-04-10")
    void(board, entry(board, "RecommendationChecked"), "2019-05-01")

    assert "sustained" == found(board, "2019-04-30", known="2019-04-30")
    assert "unknown" == found(board, "2019-04-30")


# Checks and their coverage


def test_the_pass_rate_comes_with_its_coverage(board: Board) -> None:
    """Three checks were due, two were made, one passed."""
    embed(board)
    due = tuple(day(text) for text in ("2018-06-01", "2018-09-01", "2018-12-01", "2019-06-01"))
    board.decide(r.ScheduleChecks, "2018-04-01", recommendation=REF, due=due)
    check(board, "2018-06-02")
    check(board, "2018-09-02", passed=False)
    rechecks = board.sustainability("2018-12-31").rechecks

    assert (1, 1, 0.5) == (rechecks.passed, rechecks.failed, rechecks.pass_rate)
    assert (2, 3) == (rechecks.done, rechecks.due)


def test_two_early_checks_do_not_stand_for_two_later_ones(board: Board) -> None:
    embed(board)
    due = (day("2018-06-01"), day("2018-09-01"))
    board.decide(r.ScheduleChecks, "2018-04-01", recommendation=REF, due=due)
    check(board, "2018-05-01")
    check(board, "2018-05-02")

    row = board.sustainability("2018-12-31").improvement(REF)
    assert (1, 2) == (row.checks_done, row.checks_due)


# Indicators


def measure(board: Board, values: Sequence[float], *, higher_is_better: bool = True) -> None:
    define: dict[str, Any] = {"name": "On time", "unit": "%", "speaks_to": (REF,)}
    board.decide(
        i.DefineIndicator,
        "2018-04-02",
        indicator="wscb/i-1",
        kind=i.IndicatorKind.MEASUREMENT,
        higher_is_better=higher_is_better,
        **define,
    )
    for number, value in enumerate(values):
        month = day(f"{2018 + (3 + number) // 12}-{1 + (3 + number) % 12:02}-28")
        board.decide(
            i.RecordPoint, month.isoformat(), indicator="wscb/i-1", period=month, value=value
        )


def test_a_signal_the_wrong_way_stands_against_sustained(board: Board) -> None:
    """68 is beyond the upper limit of 67.255; where lower is better, that is a concern."""
    embed(board)
    check(board, "2018-09-01")
    measure(board, [60, 62, 58] * 4 + [68], higher_is_better=False)
    check(board, "2019-05-01")

    (row,) = board.sustainability("2019-06-30").indicators
    assert (day("2019-04-28"),) == row.concerns
    assert "concern" == found(board, "2019-06-30")

    board.decide(
        i.ResolveConcern, "2019-06-01", indicator="wscb/i-1", reasons="A recording change"
    )
    assert "sustained" == found(board, "2019-06-30")


def test_a_signal_the_right_way_does_not(board: Board) -> None:
    embed(board)
    check(board, "2018-09-01")
    measure(board, [60, 62, 58] * 4 + [68])
    check(board, "2019-05-01")

    assert "sustained" == found(board, "2019-06-30")


@pytest.mark.parametrize("values", [[], [60.0]])
def test_an_indicator_with_too_few_points_has_no_chart(board: Board, values: list[float]) -> None:
    measure(board, values)

    (row,) = board.sustainability("2019-06-30").indicators
    assert (None, len(values), ()) == (row.chart, row.points, row.concerns)


# Audits


BEST_AND_WORST = {"ofsted": ("good", "inadequate"), "rag": ("green", "red")}


def audit(
    board: Board, ref: str, on: str, good: int, poor: int, *, scale: str = "ofsted", **more: Any
) -> None:
    plan: dict[str, Any] = {
        "kind": "maca",
        "theme": "neglect",
        "basis": "Referrals",
        "scale": scale,
    }
    board.decide(PlanAudit, on, audit=ref, **plan, **more)
    best, worst = BEST_AND_WORST[scale]
    grades = (GradeCount(grade=best, files=good), GradeCount(grade=worst, files=poor))
    board.decide(ConcludeAudit, on, audit=ref, grades=grades, summary="Sampled")


def test_a_reaudit_is_held_against_the_first_audit(board: Board) -> None:
    audit(board, "wscb/a-1", "2018-05-01", 4, 8)
    audit(board, "wscb/a-2", "2018-11-01", 8, 4, follows="wscb/a-1")

    (row,) = board.sustainability("2019-06-30").reaudits
    assert ("wscb/a-1", "wscb/a-2", "not shown") == (row.first, row.audit, row.change.verdict)
    reason = "wscb/a-2 does not state how its files were drawn"
    assert (None, reason) == (row.pooled, row.pooled_reason)


def test_a_reaudit_of_an_audit_without_grades_is_held_against_nothing(board: Board) -> None:
    plan: dict[str, Any] = {
        "kind": "maca",
        "theme": "neglect",
        "basis": "Referrals",
        "scale": "ofsted",
    }
    board.decide(PlanAudit, "2018-05-01", audit="wscb/a-1", **plan)
    audit(board, "wscb/a-2", "2018-11-01", 8, 4, follows="wscb/a-1")

    assert () == board.sustainability("2019-06-30").reaudits


@pytest.mark.parametrize(("scale", "rows"), [("rag", 1), ("ofsted", 0)])
def test_a_reaudit_is_held_against_an_audit_on_the_same_scale(
    board: Board, scale: str, rows: int
) -> None:
    """Green is not good: a share of one scale is no baseline for a share of another."""
    audit(board, "wscb/a-1", "2018-05-01", 4, 8, scale="rag")
    audit(board, "wscb/a-2", "2018-11-01", 8, 4, scale=scale, follows="wscb/a-1")

    assert rows == len(board.sustainability("2019-06-30").reaudits)


def test_of_nothing_there_is_nothing() -> None:
    view = Board().sustainability("2018-12-31")

    assert {0} == set(view.standing.values())
    assert {None} == {view.rechecks.pass_rate, view.rechecks.done_rate, view.lasting.low}
    assert (0, ()) == (view.survival.spells, view.survival.masses)


def test_an_audit_without_files_is_compared_with_nothing() -> None:
    """No share can be taken of no files: the views show no row for it, and go on."""
    board, general = Board(), by("general")
    board.decide(
        RegisterBody, "2018-01-01", by=general, body="general", name="A", kind=BodyKind.BOARD
    )
    for ref, follows in (("general/a", None), ("general/b", "general/a")):
        board.decide(
            PlanAudit,
            "2018-01-10",
            by=general,
            audit=ref,
            kind="any",
            theme="t",
            basis="b",
            scale="ofsted",
            follows=follows,
        )
        board.decide(
            ConcludeAudit, "2018-02-10", by=general, audit=ref, grades=(), summary="None."
        )

    assert () == board.sustainability("2018-06-01").reaudits


def test_what_is_claimed_is_shown_beside_what_it_comes_to(board: Board) -> None:
    """Each entry has its level, what it rests on, and the claim that no figure uses."""
    embed(board, claimed=r.EvidenceLevel.OUTCOME_DATA)
    check(board, "2018-09-01", rests_on=(), documents=("minutes",), claimed=Level.OWN_AUDIT)
    board.decide(
        r.RecordEvidence,
        "2018-10-01",
        by=POLICE,
        recommendation=REF,
        evidence="e-1",
        route="team-meetings",
        account="As they do it",
    )
    view = board.sustainability("2018-12-31")

    assert [
        ("embedding", "2018-04-01", None, 3, 4, True),
        ("check", "check 2018-09-01", True, 1, 2, False),
        ("evidence", "e-1", None, 0, None, None),
    ] == [
        (row.what, row.reference, row.passed, row.level, row.claimed, row.counts)
        for row in view.shown
    ]
    assert [("audit-wscb/embedded-2018-04-01",), (), ()] == [row.rests_on for row in view.shown]
    assert [(), ("minutes",), ()] == [row.documents for row in view.shown]


def test_outcome_data_that_signal_show_it_at_the_highest_level(board: Board) -> None:
    """Twelve points lock the limits; the thirteenth, of after the change, is beyond them. As known
    once the point is found to be wrong, the embedding rests on nothing.
    """
    about: dict[str, Any] = {"indicator": "wscb/i-1"}
    measured = i.IndicatorKind.MEASUREMENT
    named: dict[str, Any] = {"name": "On time", "unit": "%", "kind": measured}
    for_r1: dict[str, Any] = {"higher_is_better": True, "speaks_to": (REF,)}
    board.decide(i.DefineIndicator, "2018-03-02", **about, **named, **for_r1)
    for number, value in enumerate([60.0, 62.0, 58.0] * 4):
        period = day("2017-01-31") + timedelta(days=30 * number)
        board.decide(i.RecordPoint, "2018-03-03", **about, period=period, value=value)
    board.decide(i.RecordPoint, "2018-04-30", **about, period=day("2018-04-29"), value=68.0)
    with pytest.raises(RefusedError) as before:
        embed(board, "2018-04-29", rests_on=("indicator-wscb/i-1",))
    embed(board, "2018-05-01", rests_on=("indicator-wscb/i-1",))
    board.decide(
        VoidEntry,
        "2018-06-01",
        by=CHAIR,
        stream="indicator-wscb/i-1",
        entry=14,
        reasons="Counted twice",
    )

    assert "recommendation.evidence-too-weak" == before.value.rule
    assert 4 == board.sustainability("2018-12-31", "2018-05-31").improvement(REF).level
    assert "implemented" == found(board, "2018-12-31")
