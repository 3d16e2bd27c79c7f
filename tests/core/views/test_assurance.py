"""What a board assures itself with: by example, through what boards and bodies decide."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit, body, edition, review
from lif_core.aggregates import challenge as c
from lif_core.aggregates import membership as m
from lif_core.aggregates import recommendation as r
from lif_core.decisions.messages import Event
from lif_core.items.standing import STANDING
from lif_core.log.registry import Registry
from lif_core.projection.fold import fold
from lif_core.projection.tables import names_of
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.assurance import (
    WARNED,
    Assurance,
    AssuredBoardRow,
    CommitteeRow,
    EditionRow,
    MemberRow,
    WarningRow,
    assurance,
)
from tests.audits import conclude
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.lives import ACCEPT, FINDING, HELD, NO_FAMILY, decide
from tests.people import CHAIR, POLICE, POLICY, QUALITY, by, day

EDITION = "wsb/framework-2017"
LEVEL = r.EvidenceLevel.OWN_AUDIT


def view(board: Board, valid: str = "2018-12-31") -> Assurance:
    return board.app.view(assurance, valid=day(valid))


def of(board: Board, ref: str = "wscb", valid: str = "2018-12-31") -> AssuredBoardRow:
    (row,) = [row for row in view(board, valid).boards if row.board == ref]
    return row


def committee(board: Board, ref: str, valid: str = "2018-12-31") -> CommitteeRow:
    (row,) = [row for row in view(board, valid).committees if row.committee == ref]
    return row


def only_edition(board: Board, valid: str = "2018-12-31") -> EditionRow:
    (row,) = view(board, valid).editions
    return row


@pytest.fixture
def board() -> Board:
    """A review by a single agency, begun on 1 January 2018."""
    board = Board()
    begin(board, "wscb/1")
    return board


def begin(board: Board, ref: str, **more: Any) -> None:
    fields: dict[str, Any] = {"kind": "single-agency-review", "title": "A case"} | more
    board.decide(review.OpenReview, "2018-01-01", by=CHAIR, review=ref, **fields)


def ask(board: Board, ref: str, **more: Any) -> None:
    fields: dict[str, Any] = {"addressed": ("wsb/lpp",)} | more
    board.decide(
        r.IssueRecommendation,
        "2018-01-02",
        by=CHAIR,
        recommendation=ref,
        source="review-wscb/1",
        text="Do it",
        **fields,
    )


def embed(board: Board, ref: str) -> None:
    ask(board, ref)
    board.decide(r.AcceptRecommendation, "2018-01-03", by=POLICY, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        "2018-01-04",
        recommendation=ref,
        owner="wsb/lpp",
        due=day("2018-02-01"),
        action="Rewrite",
    )
    board.decide(
        r.ImplementRecommendation, "2018-01-20", by=POLICY, recommendation=ref, evidence="Done"
    )
    board.decide(
        r.EmbedRecommendation,
        "2018-02-01",
        recommendation=ref,
        evidence="Audited",
        rests_on=conclude(board, "2018-02-01", ref, ref=f"{ref}/shown"),
    )
    board.decide(
        r.ScheduleChecks,
        "2018-02-01",
        recommendation=ref,
        due=(day("2018-05-01"), day("2018-08-01"), day("2019-05-01")),
    )


def check(board: Board, ref: str, on: str, *, passed: bool) -> None:
    board.decide(
        r.CheckRecommendation,
        on,
        recommendation=ref,
        check=on,
        passed=passed,
        note="Looked",
        rests_on=conclude(board, on, ref, ref=f"{ref}/{on}"),
    )


# Boards


def test_a_boards_reviews_are_ongoing_until_their_report_is_accepted(board: Board) -> None:
    begin(board, "wscb/2", boards=("wscb", "wsab"))
    board.decide(
        review.RecordFinding,
        "2018-02-01",
        by=CHAIR,
        review="wscb/1",
        finding="f-1",
        factor=review.Factor.SYSTEM,
        what="What",
        why="Why",
    )
    board.decide(review.AcceptReport, "2018-03-01", by=CHAIR, review="wscb/1", response="Yes")

    before, after = of(board, valid="2018-02-28"), of(board)
    assert (2, 0) == (before.reviews_ongoing, before.reviews_concluded)
    assert (1, 1) == (after.reviews_ongoing, after.reviews_concluded)
    assert (1, 0) == (of(board, "wsab").reviews_ongoing, of(board, "wsab").reviews_concluded)


def test_a_case_not_held_and_the_review_of_a_death_are_not_counted(board: Board) -> None:
    board.decide(
        review.NotifyCase,
        "2018-01-10",
        by=CHAIR,
        review="wscb/scr-1",
        kind="scr",
        subject="K",
        aware=day("2018-01-05"),
    )
    board.decide(
        review.NotifyDeath,
        "2018-05-02",
        by=by("wscb/cdop"),
        review="wscb/cdr-1",
        kind="cdr",
        subject="A child",
        died=day("2018-05-01"),
        area="wolverhampton",
        expected=True,
    )

    assert 1 == of(board).reviews_ongoing


def test_a_pass_rate_stands_beside_the_share_of_the_checks_due_that_were_made(
    board: Board,
) -> None:
    """Four checks were due by the end of the year; one passed, one failed, two were not made."""
    embed(board, "wscb/r-1")
    embed(board, "wscb/r-2")
    check(board, "wscb/r-1", "2018-05-01", passed=True)
    check(board, "wscb/r-2", "2018-05-02", passed=False)
    row = of(board)

    assert (1, 1, 0.5) == (row.passed, row.failed, row.pass_rate)
    assert (2, 4, 0.5) == (row.checks_done, row.checks_due, row.done_rate)
    assert (2, 0.5) == (row.on_time, row.on_time_rate)
    assert (2, 1, 1) == (row.made, row.embedded, row.relapsed)


def test_of_no_checks_there_is_no_rate(board: Board) -> None:
    ask(board, "wscb/r-1")
    row = of(board)

    assert (None, None, 1, 1) == (row.pass_rate, row.done_rate, row.made, row.waiting)


# Statements


def plan_self_evaluation(board: Board, *, agencies: tuple[str, ...]) -> None:
    board.decide(
        audit.PlanAudit,
        "2018-02-01",
        audit="wscb/s11-2018",
        kind="section-11",
        theme="section-11",
        basis="Every year",
        scale="rag",
        agencies=agencies,
    )


def submit(board: Board, agency: str) -> None:
    standards = AS_OF.packs.governing("wscb/", day("2018-02-01")).standard_set("section-11")
    assert standards is not None
    board.decide(
        audit.SubmitSelfEvaluation,
        "2018-03-01",
        by=by(agency),
        audit="wscb/s11-2018",
        grades=tuple(
            audit.StandardGrade(standard=one.code, grade="green") for one in standards.standards
        ),
        statement="We assure the board",
    )


def test_statements_received_are_of_those_asked_for(board: Board) -> None:
    plan_self_evaluation(board, agencies=("wsb/police", "wsb/ccg", "wsb/rwt"))
    submit(board, "wsb/police")
    (row,) = view(board).statements

    assert (3, 1, ("wsb/ccg", "wsb/rwt")) == (row.asked, row.received, row.waiting_for)
    assert (3, 1) == (of(board).statements_asked, of(board).statements_received)


def test_where_no_agency_was_named_those_that_sent_a_statement_count(board: Board) -> None:
    plan_self_evaluation(board, agencies=())
    submit(board, "wsb/police")
    (row,) = view(board).statements

    assert (1, 1, ()) == (row.asked, row.received, row.waiting_for)


def test_an_audit_of_case_files_or_one_called_off_asks_for_no_statement(board: Board) -> None:
    board.decide(
        audit.PlanAudit,
        "2018-02-01",
        audit="wscb/a-1",
        kind="maca",
        theme="neglect",
        basis="Referrals",
        scale="ofsted",
        agencies=("wsb/police",),
    )
    plan_self_evaluation(board, agencies=("wsb/police",))
    assert ["wscb/s11-2018"] == [row.audit for row in view(board).statements]

    board.decide(audit.CancelAudit, "2018-02-02", audit="wscb/s11-2018", reasons="Next year")
    assert () == view(board).statements


# The framework itself


def propose(board: Board) -> None:
    board.decide(
        edition.ProposeEdition,
        "2017-01-05",
        by=CHAIR,
        edition=EDITION,
        title="2017 to 2019",
        pack="wolverhampton-2017",
        boards=("wscb", "wsab"),
    )


def test_an_edition_shows_which_boards_have_mandated_it_and_when() -> None:
    board = Board()
    propose(board)
    board.decide(edition.MandateEdition, "2017-02-01", by=CHAIR, edition=EDITION)
    row = only_edition(board)

    assert ("wolverhampton-2017", ("wscb", "wsab"), ("wscb",), None) == (
        row.pack,
        row.boards,
        row.mandated_by,
        row.issued,
    )
    assert [("wscb", day("2017-02-01")), ("wsab", None)] == [
        (one.board, one.on) for one in view(board).mandates
    ]


def test_an_edition_that_is_issued_is_acknowledged_by_so_many_of_its_agencies() -> None:
    board = Board()
    propose(board)
    for who in (CHAIR, by("wsab")):
        board.decide(edition.MandateEdition, "2017-02-01", by=who, edition=EDITION)
    board.decide(
        edition.IssueEdition,
        "2017-03-01",
        by=CHAIR,
        edition=EDITION,
        place="website",
        agencies=("wsb/police", "wsb/ccg"),
    )
    for on in ("2017-04-01", "2017-05-01"):
        board.decide(
            edition.AcknowledgeEdition, on, by=POLICE, edition=EDITION, own_framework=f"Of {on}"
        )
    row = only_edition(board)

    assert (day("2017-03-01"), 2, 1, ("wsb/ccg",)) == (
        row.issued,
        row.agencies,
        row.acknowledged,
        row.waiting_for,
    )


def test_the_last_evaluation_of_the_frameworks_own_processes_is_shown_for_its_boards() -> None:
    board = Board()
    propose(board)
    for who in (CHAIR, by("wsab")):
        board.decide(edition.MandateEdition, "2017-02-01", by=who, edition=EDITION)
    board.decide(
        edition.IssueEdition,
        "2017-03-01",
        by=CHAIR,
        edition=EDITION,
        place="website",
        agencies=("wsb/police",),
    )
    assert of(board, "wsab").framework_evaluated is None
    for on in ("2018-03-01", "2018-09-01"):
        board.decide(
            edition.EvaluateEdition,
            on,
            by=CHAIR,
            edition=EDITION,
            efficiency="Good",
            effectiveness="Good",
            flexibility="Good",
            changes=f"None by {on}",
        )

    assert day("2018-09-01") == of(board, "wsab").framework_evaluated
    assert day("2018-03-01") == only_edition(board, "2018-08-31").evaluated


# Committees


def test_committees_are_those_that_the_framework_names(board: Board) -> None:
    """With remit and terms of reference, where the framework has them."""
    row = committee(board, "wscb/cdop")

    assert ("Child Death Overview Panel", ("wscb", "walsall-scb")) == (row.name, row.boards)
    assert (row.remit or "").startswith("Reviews the death of each child")
    assert "Terms of Reference of the Child Death Overview Panel (framework 3.3.2)" == row.terms
    assert "wscb" not in [one.committee for one in view(board).committees]


def test_terms_adopted_replace_those_of_the_framework(board: Board) -> None:
    board.decide(
        body.AdoptTerms,
        "2018-04-01",
        by=QUALITY,
        body="wscb/qac",
        terms="2018.1",
        remit="Quality",
        boards=("wscb", "wsab"),
        quorum=4,
    )

    before, after = committee(board, "wscb/qac", "2018-03-31"), committee(board, "wscb/qac")
    assert (("wscb",), None, None) == (before.boards, before.adopted, before.quorum)
    assert (("wscb", "wsab"), "Quality", "2018.1", day("2018-04-01"), 4) == (
        after.boards,
        after.remit,
        after.terms,
        after.adopted,
        after.quorum,
    )


def test_a_committee_that_is_registered_is_shown_and_an_agency_is_not(board: Board) -> None:
    for ref, kind in (
        ("wscb/new", body.BodyKind.COMMITTEE),
        ("wscb/school", body.BodyKind.AGENCY),
    ):
        board.decide(
            body.RegisterBody, "2018-04-01", by=CHAIR, body=ref, name="Newly named", kind=kind
        )
    shown = [one.committee for one in view(board).committees]

    assert ("Newly named", None) == (
        committee(board, "wscb/new").name,
        committee(board, "wscb/new").remit,
    )
    assert "wscb/school" not in shown


def test_a_merged_committee_shows_into_which_and_when(board: Board) -> None:
    board.decide(
        body.MergeBody, "2018-06-01", by=CHAIR, body="wscb/pmc", into="wscb/qac", reasons="One"
    )

    row = committee(board, "wscb/pmc")
    assert ("wscb/qac", day("2018-06-01")) == (row.merged_into, row.merged)


# What waits


def test_a_challenge_waits_for_its_answer_and_is_shown_until_it_is_resolved(board: Board) -> None:
    challenge: dict[str, Any] = {"by": CHAIR, "challenge": "wscb/c-1"}
    board.decide(
        c.RaiseChallenge,
        "2018-03-01",
        **challenge,
        manner=c.Manner.CHALLENGE,
        to="wsb/police",
        concern="It does not move",
        answer_by=day("2018-04-01"),
    )
    (row,) = view(board, "2018-03-11").concerns
    assert ("wscb/c-1", "challenge", "wscb", "wsb/police", 10, None) == (
        row.reference,
        row.manner,
        row.by,
        row.to,
        row.days,
        row.answered,
    )
    assert 1 == of(board, valid="2018-03-11").open_concerns

    board.decide(c.AnswerChallenge, "2018-03-21", by=POLICE, challenge="wscb/c-1", answer="Yes")
    (row,) = view(board, "2018-12-31").concerns
    assert (day("2018-03-21"), 20) == (row.answered, row.days)

    board.decide(c.ResolveChallenge, "2018-04-01", **challenge, reasons="Settled")
    assert () == view(board).concerns
    assert 0 == of(board).open_concerns


def test_an_escalation_waits_under_each_board_of_its_recommendation_until_it_is_answered(
    board: Board,
) -> None:
    ask(board, "wscb/r-1", boards=("wscb", "wsab"))
    for name in ("e-1", "e-2"):
        board.decide(
            r.RaiseEscalation,
            "2018-05-01",
            recommendation="wscb/r-1",
            escalation=name,
            to="wscb",
            concern="It does not move",
        )
    board.decide(
        r.AnswerEscalation,
        "2018-05-02",
        by=CHAIR,
        recommendation="wscb/r-1",
        escalation="e-2",
        answer="It will",
    )
    (row,) = view(board, "2018-05-11").concerns

    assert ("wscb/r-1: e-1", "escalation", "wscb/qac", "wscb", 10, ("wscb", "wsab")) == (
        row.reference,
        row.manner,
        row.by,
        row.to,
        row.days,
        row.boards,
    )
    assert (1, 1) == (of(board).open_concerns, of(board, "wsab").open_concerns)


def test_no_person_is_named(board: Board) -> None:
    ask(board, "wscb/r-1")
    propose(board)

    assert CHAIR.person not in repr(view(board))


# Whatever follows what


BEGINNING: list[Event[Any]] = [
    edition.EditionProposed(
        by=CHAIR,
        on=day("2018-01-01"),
        edition="wsb/2017",
        title="An edition",
        pack="wolverhampton-2017",
        boards=("wscb", "wsab"),
    ),
    audit.AuditPlanned(
        by=QUALITY,
        on=day("2018-01-01"),
        audit="wscb/s11-1",
        kind="section-11",
        theme="section-11",
        basis="Every year",
        scale="rag",
        agencies=("wscb", "wsb/jld"),
    ),
]
ANY = events(
    World(refs=("wscb/1", "wscb/s11-1", "wsb/2017")),
    audit.SelfEvaluationSubmitted,
    *get_args(edition.EditionEvent),
    *get_args(c.ChallengeEvent),
    *get_args(r.RecommendationEvent),
)


@given(st.lists(ANY, max_size=40))
def test_parts_add_up_and_each_board_is_shown_once(more: list[Event[Any]]) -> None:
    """Whether they can follow or not: corrections can make any order."""
    found = fold(assurance, records_of(BEGINNING + more), AS_OF)

    boards = [row.board for row in found.boards]
    assert sorted(set(boards)) == boards
    assert "wscb" in boards
    for row in found.boards:
        assert row.made == sum(getattr(row, name) for name in STANDING)
        assert row.checks_done <= row.checks_due
        assert row.open_concerns == sum(row.board in one.boards for one in found.concerns)
    for one in found.editions:
        assert one.agencies == one.acknowledged + len(one.waiting_for)
        mandates = [each for each in found.mandates if each.edition == one.edition]
        assert one.boards == tuple(each.board for each in mandates)
        assert one.mandated_by == tuple(each.board for each in mandates if each.on)
    (statement,) = found.statements
    assert statement.asked == statement.received + len(statement.waiting_for)


# Members and warnings


def test_a_member_is_shown_with_what_they_signed_and_who_stands_in(board: Board) -> None:
    """And, once the seat is empty, since when and why."""
    member: dict[str, Any] = {"membership": "wscb/police"}
    seat = {"member": "M. Member", "agency": "wsb/police", "sits_on": "wscb", "role": "lead"}
    board.decide(m.AppointMember, "2018-01-02", by=CHAIR, **member, **seat)
    board.decide(m.SignJobDescription, "2018-01-09", by=POLICE, **member, version="1")
    board.decide(m.NameDeputy, "2018-01-10", by=POLICE, **member, deputy="D. Deputy")
    board.decide(m.EndMembership, "2018-11-01", by=CHAIR, **member, reasons="A new post.")
    row = MemberRow(
        membership="wscb/police",
        **seat,
        appointed=day("2018-01-02"),
        signed="1",
        deputy="D. Deputy",
        ended=day("2018-11-01"),
        reasons="A new post.",
    )

    assert (row,) == view(board).members
    assert None is view(board, "2018-10-31").members[0].ended


def test_warnings_stay_where_a_board_sees_them(board: Board) -> None:
    """A report to which nobody was asked to contribute was accepted all the same."""
    decide(board, *HELD, NO_FAMILY, FINDING, ACCEPT)
    rows = view(board).warnings

    assert (
        WarningRow(
            stream="review-wscb/scr-1",
            boards=("wscb",),
            event="ReportAccepted",
            on=ACCEPT.on,
            by="wscb",
            warning="no-scope",
        )
        == rows[0]
    )
    assert 5 == len(rows) == of(board).warnings


def test_every_event_that_may_bear_warnings_is_looked_at_for_them() -> None:
    bearing = {cls for cls in Registry().events.values() if "warnings" in names_of(cls)}

    assert bearing == {*WARNED}
