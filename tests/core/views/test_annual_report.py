"""What an annual report is written from: by example, through what boards and bodies decide."""

from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import asdict

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import challenge as c
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.projection.tables import tables_of
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.fields import Personal, marks_of
from lif_core.values.refs import namespace_of
from lif_core.views.annual_report import annual_report
from lif_core.views.annual_report.rows import (
    AnnualReports,
    ImplementationRow,
    NotImplementedRow,
    PeriodRow,
    ReportedFindingRow,
)
from tests.audits import conclude as audited_by
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.people import CHAIR, POLICY, TRAINING, by, day

REPORT = "wscb/ar-2018"
ADULTS = by("wsab")


def view(board: Board, valid: str = "2019-12-31", known: str | None = None) -> AnnualReports:
    return board.app.view(annual_report, valid=day(valid), known=day(known) if known else None)


def period(found: AnnualReports, report: str | None = REPORT, board: str = "wscb") -> PeriodRow:
    (row,) = [row for row in found.periods if (row.report, row.board) == (report, board)]
    return row


def implementation(found: AnnualReports, report: str | None = REPORT) -> ImplementationRow:
    (row,) = [row for row in found.implementation if (row.report, row.board) == (report, "wscb")]
    return row


def not_implemented(found: AnnualReports, report: str | None = REPORT) -> list[NotImplementedRow]:
    return [row for row in found.not_implemented if (row.report, row.board) == (report, "wscb")]


@pytest.fixture
def board() -> Board:
    """The children's board has begun its report on 1 April 2018 to 31 March 2019."""
    board = Board()
    board.decide(
        a.BeginAnnualReport,
        "2019-04-02",
        by=CHAIR,
        report=REPORT,
        since=day("2018-04-01"),
        until=day("2019-03-31"),
    )
    return board


def begin(board: Board, ref: str, on: str, **more: Any) -> None:
    fields: dict[str, Any] = {"kind": "single-agency-review", "title": "A case"} | more
    board.decide(review.OpenReview, on, by=by(namespace_of(ref)), review=ref, **fields)


def find(
    board: Board, ref: str, on: str, finding: str, factor: review.Factor = review.Factor.SYSTEM
) -> None:
    board.decide(
        review.RecordFinding,
        on,
        by=by(namespace_of(ref)),
        review=ref,
        finding=finding,
        factor=factor,
        what="What",
        why="Why",
    )


def conclude(board: Board, ref: str, on: str) -> None:
    board.decide(review.AcceptReport, on, by=CHAIR, review=ref, response="Accepted")


def ask(board: Board, ref: str, on: str, *, source: str = "wscb/1", **more: Any) -> None:
    fields: dict[str, Any] = {"addressed": ("wsb/lpp", "wsb/jld")} | more
    board.decide(
        r.IssueRecommendation,
        on,
        by=CHAIR,
        recommendation=ref,
        source=f"review-{source}",
        text="Do it",
        **fields,
    )


def implement(board: Board, ref: str, on: str) -> None:
    board.decide(r.AcceptRecommendation, on, by=POLICY, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        on,
        recommendation=ref,
        owner="wsb/lpp",
        due=day("2019-12-31"),
        action="Rewrite",
    )
    board.decide(r.ImplementRecommendation, on, by=POLICY, recommendation=ref, evidence="Done")


# Periods


def test_a_period_is_that_of_the_report_with_both_its_days(board: Board) -> None:
    for number, accepted in enumerate(
        ("2018-03-31", "2018-04-01", "2019-03-31", "2019-04-01"), start=1
    ):
        begin(board, f"wscb/{number}", "2018-01-01")
        find(board, f"wscb/{number}", "2018-01-02", "f-1")
        conclude(board, f"wscb/{number}", accepted)
    row = period(view(board))

    assert (day("2018-04-01"), day("2019-03-31")) == (row.since, row.until)
    assert (2, 1, 2) == (row.concluded, row.ongoing, row.findings)


@pytest.mark.parametrize(
    ("valid", "since"),
    [("2019-12-31", "2019-01-01"), ("2020-02-29", "2019-03-01"), ("2019-02-28", "2018-03-01")],
)
def test_without_a_report_it_is_the_twelve_months_up_to_the_day_asked(
    board: Board, valid: str, since: str
) -> None:
    begin(board, "wscb/1", "2018-01-01")
    row = period(view(board, valid), None)

    assert (day(since), day(valid)) == (row.since, row.until)


def test_a_period_that_still_runs_ends_on_the_day_asked(board: Board) -> None:
    board.decide(
        a.BeginAnnualReport,
        "2019-04-03",
        by=CHAIR,
        report="wscb/ar-2019",
        since=day("2019-04-01"),
        until=day("2020-03-31"),
    )

    assert day("2019-06-30") == period(view(board, "2019-06-30"), "wscb/ar-2019").until


def test_a_period_that_has_not_begun_is_not_reported_on(board: Board) -> None:
    board.decide(
        a.BeginAnnualReport,
        "2019-04-03",
        by=CHAIR,
        report="wscb/ar-2020",
        since=day("2020-04-01"),
        until=day("2021-03-31"),
    )

    assert {None, REPORT} == {row.report for row in view(board, "2020-03-31").periods}


def test_a_joint_report_is_one_period_for_each_of_its_boards() -> None:
    board = Board()
    board.decide(
        a.BeginAnnualReport,
        "2019-04-02",
        by=CHAIR,
        report=REPORT,
        since=day("2018-04-01"),
        until=day("2019-03-31"),
        boards=("wscb", "wsab"),
    )
    begin(board, "wsab/1", "2018-06-01")
    begin(board, "wscb/1", "2018-06-01", boards=("wscb", "wsab"))
    found = view(board)

    assert (1, 2) == (period(found).ongoing, period(found, board="wsab").ongoing)


def test_a_board_that_only_joins_a_report_has_its_year_as_well() -> None:
    board = Board()
    board.decide(
        a.BeginAnnualReport,
        "2019-04-02",
        by=CHAIR,
        report=REPORT,
        since=day("2018-04-01"),
        until=day("2019-03-31"),
        boards=("wscb", "wsab"),
    )

    assert [(None, "wsab"), (None, "wscb"), (REPORT, "wsab"), (REPORT, "wscb")] == [
        (row.report, row.board) for row in view(board).periods
    ]


# Reviews


def test_reviews_are_counted_by_kind_as_at_the_end_of_the_period(board: Board) -> None:
    """One was concluded, one goes on, one was ended without a report, one began too late."""
    begin(board, "wscb/1", "2018-05-01")
    find(board, "wscb/1", "2018-06-01", "f-1")
    find(board, "wscb/1", "2018-06-01", "f-2", review.Factor.GOOD_PRACTICE)
    conclude(board, "wscb/1", "2018-09-01")
    begin(board, "wscb/2", "2018-05-01")
    conclude_late = "2019-05-01"
    find(board, "wscb/2", "2018-06-01", "f-1")
    conclude(board, "wscb/2", conclude_late)
    begin(board, "wscb/3", "2018-05-01")
    board.decide(
        review.DiscontinueReview, "2018-06-01", by=CHAIR, review="wscb/3", reasons="Joined"
    )
    begin(board, "wscb/4", "2019-04-01")
    begin(board, "wscb/5", "2018-05-01", kind="table-top", threshold="No harm")
    begin(board, "wscb/6", "2018-01-01")
    board.decide(
        review.DiscontinueReview, "2018-03-31", by=CHAIR, review="wscb/6", reasons="Joined"
    )
    rows = {row.kind: row for row in view(board).reviews if row.report == REPORT}

    one = rows["single-agency-review"]
    assert (1, 1, 1, 2, 1) == (
        one.concluded,
        one.discontinued,
        one.ongoing,
        one.findings,
        one.good_practice,
    )
    assert (0, 1) == (rows["table-top"].concluded, rows["table-top"].ongoing)
    assert (1, 2) == (period(view(board)).concluded, period(view(board)).ongoing)


def test_a_kind_of_which_nothing_happened_in_the_period_has_no_row(board: Board) -> None:
    begin(board, "wscb/1", "2018-01-01")
    find(board, "wscb/1", "2018-01-02", "f-1")
    conclude(board, "wscb/1", "2018-03-31")

    assert () == view(board).reviews


def test_a_case_that_nobody_has_decided_to_review_is_no_ongoing_review(board: Board) -> None:
    board.decide(
        review.NotifyCase,
        "2018-05-02",
        by=CHAIR,
        review="wscb/scr-1",
        kind="scr",
        subject="K",
        aware=day("2018-05-01"),
    )

    assert () == view(board).reviews
    assert 0 == period(view(board)).ongoing


def test_reviews_of_childrens_deaths_are_not_counted(board: Board) -> None:
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

    assert () == view(board).reviews
    assert 0 == period(view(board)).ongoing


# Recommendations, and why something was not done


def test_each_body_asked_answers_for_itself(board: Board) -> None:
    """Of two recommendations, made to two bodies each, and one made before the period."""
    begin(board, "wscb/1", "2018-01-01")
    ask(board, "wscb/r-0", "2018-03-31")
    ask(board, "wscb/r-1", "2018-05-01")
    ask(board, "wscb/r-2", "2018-05-01")
    board.decide(r.AcceptRecommendation, "2018-06-01", by=POLICY, recommendation="wscb/r-1")
    board.decide(
        r.DeclineRecommendation,
        "2018-06-02",
        by=TRAINING,
        recommendation="wscb/r-1",
        reasons="Not ours",
    )
    board.decide(r.AcceptRecommendation, "2019-04-01", by=POLICY, recommendation="wscb/r-2")
    row = period(view(board))

    assert (2, 4, 1, 1, 2) == (row.made, row.asked, row.accepted, row.declined, row.pending)


def test_implementation_is_shown_as_it_stood_at_the_end_of_the_period(board: Board) -> None:
    """Implemented within it; implemented before it, and embedded after its end."""
    begin(board, "wscb/1", "2018-01-01")
    for ref, done in (("wscb/r-1", "2018-06-01"), ("wscb/r-2", "2018-03-01")):
        ask(board, ref, "2018-02-01")
        implement(board, ref, done)
    ask(board, "wscb/r-3", "2018-02-01")
    board.decide(
        r.EmbedRecommendation,
        "2019-04-01",
        recommendation="wscb/r-1",
        evidence="An audit",
        rests_on=audited_by(board, "2019-04-01", "wscb/r-1", ref="wscb/embedded"),
    )
    then, now = implementation(view(board)), implementation(view(board), None)

    assert (1, 3, 2, 0, 1) == (
        then.implemented_in_it,
        then.made,
        then.implemented,
        then.embedded,
        then.waiting,
    )
    assert (0, 1, 1) == (now.implemented_in_it, now.implemented, now.embedded)


def test_a_change_that_did_not_last_is_shown_as_relapsed(board: Board) -> None:
    begin(board, "wscb/1", "2018-01-01")
    ask(board, "wscb/r-1", "2018-02-01")
    implement(board, "wscb/r-1", "2018-06-01")
    board.decide(
        r.EmbedRecommendation,
        "2018-07-01",
        recommendation="wscb/r-1",
        evidence="An audit",
        rests_on=audited_by(board, "2018-07-01", "wscb/r-1", ref="wscb/embedded"),
    )
    board.decide(
        r.CheckRecommendation,
        "2019-02-01",
        recommendation="wscb/r-1",
        check="c-1",
        passed=False,
        note="Gone",
        rests_on=audited_by(board, "2019-02-01", "wscb/r-1", ref="wscb/gone"),
    )

    assert (1, 0) == (
        implementation(view(board)).relapsed,
        implementation(view(board)).embedded,
    )


def test_the_reasons_why_something_was_not_done_are_there_as_they_were_given(
    board: Board,
) -> None:
    begin(board, "wscb/1", "2018-01-01")
    find(board, "wscb/1", "2018-01-02", "f-1")
    ask(board, "wscb/r-1", "2018-05-01")
    ask(board, "wscb/r-2", "2018-05-01")
    board.decide(
        review.TakeNoAction,
        "2018-06-01",
        by=CHAIR,
        review="wscb/1",
        finding="f-1",
        reasons="Done already",
    )
    board.decide(
        r.DeclineRecommendation,
        "2018-06-02",
        by=TRAINING,
        recommendation="wscb/r-1",
        reasons="Not ours",
    )
    board.decide(
        r.WithdrawRecommendation,
        "2018-06-03",
        by=CHAIR,
        recommendation="wscb/r-2",
        reasons="The law changed",
    )
    begin(board, "wsab/1", "2018-05-01")
    find(board, "wsab/1", "2018-05-02", "f-1")
    board.decide(
        review.TakeNoAction,
        "2018-06-01",
        by=ADULTS,
        review="wsab/1",
        finding="f-1",
        reasons="Of the other board",
    )
    rows = not_implemented(view(board))

    assert [
        ("wscb/1", "f-1", "wscb", "NoActionTaken", day("2018-06-01"), "Done already"),
        ("wscb/r-1", None, "wsb/jld", "RecommendationDeclined", day("2018-06-02"), "Not ours"),
        (
            "wscb/r-2",
            None,
            "wscb",
            "RecommendationWithdrawn",
            day("2018-06-03"),
            "The law changed",
        ),
    ] == [(row.reference, row.finding, row.body, row.event, row.on, row.reasons) for row in rows]


def test_what_was_decided_otherwise_since_needs_no_reason(board: Board) -> None:
    """It declined and then accepted; no action was to be taken, and then one was."""
    begin(board, "wscb/1", "2018-01-01")
    find(board, "wscb/1", "2018-01-02", "f-1")
    ask(board, "wscb/r-1", "2018-05-01")
    answer: dict[str, Any] = {"by": TRAINING, "recommendation": "wscb/r-1"}
    board.decide(r.DeclineRecommendation, "2018-06-02", **answer, reasons="Not ours")
    board.decide(r.AcceptRecommendation, "2018-07-02", **answer)
    board.decide(
        review.TakeNoAction,
        "2018-06-01",
        by=CHAIR,
        review="wscb/1",
        finding="f-1",
        reasons="Done already",
    )
    assert 1 == len(not_implemented(view(board)))
    board.decide(
        review.AddressFinding,
        "2018-08-01",
        by=CHAIR,
        review="wscb/1",
        finding="f-1",
        recommendation="wscb/r-1",
    )

    assert [] == not_implemented(view(board))


def test_a_reason_counts_in_the_period_in_which_it_was_given(board: Board) -> None:
    begin(board, "wscb/1", "2018-01-01")
    ask(board, "wscb/r-1", "2018-02-01")
    board.decide(
        r.DeclineRecommendation,
        "2019-04-01",
        by=TRAINING,
        recommendation="wscb/r-1",
        reasons="Not ours",
    )

    assert [] == not_implemented(view(board))
    assert ["Not ours"] == [row.reasons for row in not_implemented(view(board), None)]


def test_the_only_texts_that_may_tell_about_a_person_are_marked_so() -> None:
    """The reasons, and nothing else: what is written from this view can find them."""
    marked = [
        f"{row.__name__}.{name}"
        for row in tables_of(AnnualReports).values()
        for name, column in get_type_hints(row, include_extras=True).items()
        for _, mark in marks_of(column)
        if isinstance(mark, Personal)
    ]

    assert [
        "ReportedFindingRow.title",
        "ReportedFindingRow.what",
        "ReportedFindingRow.why",
        "NotImplementedRow.what",
        "NotImplementedRow.reasons",
        "ImpactRow.title",
        "ImpactRow.services",
        "ImpactRow.harm",
        "InspectionRow.title",
    ] == marked


# What was found


def test_findings_of_what_was_concluded_are_shown_in_words(board: Board) -> None:
    """One that was answered only after the period was open at its end."""
    for ref, accepted in (("wscb/1", "2018-06-01"), ("wscb/2", "2019-04-01")):
        begin(board, ref, "2018-05-01")
        find(board, ref, "2018-05-02", "f-1")
        find(board, ref, "2018-05-02", "f-2", review.Factor.GOOD_PRACTICE)
        conclude(board, ref, accepted)
    case: dict[str, Any] = {"by": CHAIR, "review": "wscb/1", "reasons": "None"}
    board.decide(review.TakeNoAction, "2018-06-01", **case, finding="f-1")
    board.decide(review.TakeNoAction, "2019-04-02", **case, finding="f-2")

    assert [
        ReportedFindingRow(
            report=REPORT,
            board="wscb",
            review="wscb/1",
            title="A case",
            finding=finding,
            factor=factor,
            themes=(),
            what="What",
            why="Why",
            answered=answered,
        )
        for finding, factor, answered in (("f-1", "system", True), ("f-2", "good practice", False))
    ] == [row for row in view(board).findings if row.report == REPORT]
    assert ["What"] == [r.what for r in view(board).not_implemented if r.report == REPORT]


# Impact, and publication


def test_impact_is_shown_in_words_and_the_report_when_it_is_published(board: Board) -> None:
    """Both come after the end of the period, and show all the same."""
    begin(board, "wscb/1", "2018-05-01")
    for source in (None, "review-wscb/1"):
        board.decide(
            a.ExplainImpact,
            "2019-05-01",
            by=CHAIR,
            report=REPORT,
            services="Assessed sooner",
            harm="None since",
            source=source,
        )
    before = period(view(board, "2019-05-31"))
    board.decide(a.PublishAnnualReport, "2019-06-01", by=CHAIR, report=REPORT, place="website")
    found = view(board)

    assert (2, None) == (before.impacts, before.published)
    assert day("2019-06-01") == period(found).published
    texts = (day("2019-05-01"), "Assessed sooner", "None since")
    assert [
        (REPORT, None, None, *texts),
        (REPORT, "review-wscb/1", "A case", *texts),
    ] == [
        (row.report, row.source, row.title, row.on, row.services, row.harm) for row in found.impact
    ]


# An extract for inspections


def test_an_inspection_is_shown_with_its_judgements_contributions_and_strengths(
    board: Board,
) -> None:
    begin(board, "wscb/ofsted-1", "2018-05-01", kind="ofsted-s136")
    inspection: dict[str, Any] = {"by": CHAIR, "review": "wscb/ofsted-1"}
    for on in ("2018-05-02", "2018-05-03"):
        board.decide(review.ContributeToReview, on, **inspection, contribution=f"Data of {on}")
    for area, grade in (("overall", "good"), ("leaders-impact", "outstanding")):
        board.decide(review.RecordJudgement, "2018-06-01", **inspection, area=area, grade=grade)
    find(board, "wscb/ofsted-1", "2018-06-01", "f-1", review.Factor.GOOD_PRACTICE)
    find(board, "wscb/ofsted-1", "2018-06-01", "f-2")
    find(board, "wscb/ofsted-1", "2018-06-01", "f-3", review.Factor.INDIVIDUAL)
    conclude(board, "wscb/ofsted-1", "2018-07-01")
    begin(board, "wscb/1", "2018-05-01")
    found = view(board)
    (row,) = [row for row in found.inspections if row.report == REPORT]

    assert ("wscb/ofsted-1", 2, ("wscb",), 1, 2) == (
        row.review,
        row.judgements,
        row.contributions,
        row.strengths,
        row.to_improve,
    )
    assert [("overall", "good"), ("leaders-impact", "outstanding")] == [
        (one.area, one.grade) for one in found.judgements if one.report == REPORT
    ]


def test_an_inspection_that_ended_before_the_period_is_not_in_it(board: Board) -> None:
    begin(board, "wscb/ofsted-1", "2018-01-01", kind="ofsted-s136")
    board.decide(
        review.RecordJudgement,
        "2018-02-01",
        by=CHAIR,
        review="wscb/ofsted-1",
        area="overall",
        grade="good",
    )
    find(board, "wscb/ofsted-1", "2018-02-01", "f-1")
    assert 1 == len([row for row in view(board).inspections if row.report == REPORT])
    conclude(board, "wscb/ofsted-1", "2018-03-31")

    assert () == view(board).inspections
    assert () == view(board).judgements


def test_an_inspection_that_has_not_judged_yet_is_shown_without_a_judgement(
    board: Board,
) -> None:
    begin(board, "wscb/ofsted-1", "2018-05-01", kind="ofsted-s136")
    (row,) = [row for row in view(board).inspections if row.report == REPORT]

    assert (0, 0, 0, None) == (
        row.judgements,
        row.strengths,
        row.to_improve,
        row.report_accepted,
    )


def test_challenges_count_in_the_period_in_which_they_are_raised_and_answered(
    board: Board,
) -> None:
    challenge: dict[str, Any] = {
        "by": CHAIR,
        "manner": c.Manner.CHALLENGE,
        "to": "wsb/lpp",
        "concern": "It does not move",
    }
    board.decide(c.RaiseChallenge, "2018-03-31", challenge="wscb/c-1", **challenge)
    board.decide(c.RaiseChallenge, "2018-04-01", challenge="wscb/c-2", **challenge)
    board.decide(
        c.RaiseChallenge, "2018-04-01", challenge="wsab/c-3", **(challenge | {"by": ADULTS})
    )
    board.decide(c.AnswerChallenge, "2018-06-01", by=POLICY, challenge="wscb/c-1", answer="Yes")
    row = period(view(board))

    assert (1, 1) == (row.challenges_raised, row.challenges_answered)


# Whatever follows what


BEGINNING: list[Event[Any]] = [
    a.AnnualReportBegun(
        by=CHAIR,
        on=day("2018-01-02"),
        report=REPORT,
        since=day("2018-01-01"),
        until=day("2018-09-30"),
    ),
    review.ReviewOpened(
        by=CHAIR, on=day("2018-01-03"), review="wscb/1", kind="lga-peer", title="A review"
    ),
]
ANY = events(
    World(),
    *get_args(review.ReviewEvent),
    *get_args(r.RecommendationEvent),
    *get_args(a.AnnualReportEvent),
    *get_args(c.ChallengeEvent),
)


BEGUN_AGAIN = a.AnnualReportBegun(
    by=CHAIR, on=day("2018-01-04"), report=REPORT, since=day("2018-02-01"), until=day("2018-03-31")
)


@given(st.lists(ANY, max_size=40))
@example([BEGUN_AGAIN])
def test_answers_and_standing_add_up_in_every_period(more: list[Event[Any]]) -> None:
    """Whether they can follow or not: corrections can make any order."""
    found = fold(annual_report, records_of(BEGINNING + more), AS_OF)

    assert {None, REPORT} <= {row.report for row in found.periods}
    for row in found.periods:
        assert row.since <= row.until <= AS_OF.valid
        answers = (row.accepted, row.accepted_in_part, row.declined, row.pending, row.ended)
        assert row.asked == sum(answers)
        of_kinds = [
            one for one in found.reviews if (one.report, one.board) == (row.report, row.board)
        ]
        assert (row.concluded, row.ongoing, row.findings) == (
            sum(one.concluded for one in of_kinds),
            sum(one.ongoing for one in of_kinds),
            sum(one.findings for one in of_kinds),
        )
    for one in found.implementation:
        counts = asdict(one)
        counts.pop("implemented_in_it")
        assert 2 * one.made == sum(n for n in counts.values() if isinstance(n, int))
    for reason in found.not_implemented:
        row = next(
            row
            for row in found.periods
            if (row.report, row.board) == (reason.report, reason.board)
        )
        assert row.since <= reason.on <= row.until
