"""The public register of promises: what is in it, and that no internal text ever is."""

from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.review import Factor
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import evolved
from lif_core.errors import RefusedError
from lif_core.values.authority import Authority
from lif_core.views.register import PromiseRow, PublicAnswerRow, PublicRegister, register
from tests.board import Board
from tests.people import CHAIR, POLICY, by, day

REVIEW, REF = "wscb/scr-child-k", "wscb/r-1"
INTERNAL = "K.'s mother was not asked"


@pytest.fixture
def board() -> Board:
    """A review with one finding and one recommendation, answered, planned and done; published."""
    board = Board()
    case: dict[str, Any] = {"by": CHAIR, "review": REVIEW}
    board.decide(
        v.NotifyCase, "2018-01-10", **case, kind="scr", aware=day("2018-01-08"), subject=INTERNAL
    )
    criteria = ("abuse-or-neglect", "death")
    board.decide(
        v.DecideHold, "2018-01-20", **case, hold=True, reasons=INTERNAL, criteria=criteria
    )
    board.decide(
        v.RecordFinding,
        "2018-02-01",
        **case,
        finding="f-1",
        factor=Factor.SYSTEM,
        what=INTERNAL,
        why=INTERNAL,
    )
    board.decide(v.DecideNotToInviteFamily, "2018-02-02", **case, reasons=INTERNAL)
    board.decide(v.AcceptReport, "2018-03-01", **case, response=INTERNAL)
    board.decide(
        r.IssueRecommendation,
        "2018-03-02",
        by=CHAIR,
        recommendation=REF,
        source=f"review-{REVIEW}",
        findings=("f-1",),
        text=INTERNAL,
        addressed=("wsb/lpp", "wsb/jld"),
    )
    board.decide(
        r.AcceptRecommendation, "2018-03-10", by=POLICY, recommendation=REF, response=INTERNAL
    )
    board.decide(
        r.PlanRecommendation,
        "2018-03-20",
        recommendation=REF,
        owner="wsb/lpp",
        due=day("2018-06-01"),
        action=INTERNAL,
    )
    board.decide(
        r.ImplementRecommendation, "2018-05-20", by=POLICY, recommendation=REF, evidence=INTERNAL
    )
    board.decide(v.PublishReport, "2018-06-10", **case, place="website")
    return board


def word(board: Board, on: str = "2018-06-11") -> None:
    """Word all that the public is to read."""
    board.decide(v.WordFinding, on, by=CHAIR, review=REVIEW, finding="f-1", wording="Rare talks.")
    board.decide(r.WordRecommendation, on, by=CHAIR, recommendation=REF, wording="Talk weekly.")
    board.decide(
        r.WordAnswer, on, by=CHAIR, recommendation=REF, body="wsb/lpp", wording="We agree."
    )
    board.decide(r.WordAction, on, by=CHAIR, recommendation=REF, wording="A weekly talk.")


def look(board: Board, on: str = "2018-07-01") -> PublicRegister:
    return board.app.view(register, valid=day(on))


def missing(view: PublicRegister) -> tuple[int, int, int, int]:
    counts = view.missing
    return (counts.recommendations, counts.findings, counts.answers, counts.actions)


def test_a_promise_is_shown_in_its_public_wording_with_what_became_of_it(board: Board) -> None:
    word(board)

    view = look(board)
    expected = PromiseRow(
        recommendation=REF,
        review=REVIEW,
        boards=("wscb",),
        wording="Talk weekly.",
        findings=("Rare talks.",),
        action="A weekly talk.",
        due=day("2018-06-01"),
        done=day("2018-05-20"),
        finding="implemented",
        embedded=None,
        verified=None,
    )
    assert [expected] == list(view.promises)
    answers = [
        ("wsb/lpp", "accepted", day("2018-03-10"), "We agree."),
        ("wsb/jld", "pending", None, None),
    ]
    assert [
        PublicAnswerRow(recommendation=REF, body=body, answer=answer, on=on, wording=wording)
        for body, answer, on, wording in answers
    ] == list(view.answers)
    assert (0, 0, 0, 0) == missing(view)


def test_a_recommendation_without_a_public_wording_is_counted_and_not_shown(board: Board) -> None:
    """What else it lacks is not counted: nothing is told of what is not shown."""
    view = look(board)

    assert ([], [], (1, 0, 0, 0)) == (list(view.promises), list(view.answers), missing(view))


def test_a_text_that_has_no_wording_is_counted_and_never_replaced(board: Board) -> None:
    board.decide(
        r.WordRecommendation, "2018-06-11", by=CHAIR, recommendation=REF, wording="Talk weekly."
    )

    view = look(board)
    (promise,) = view.promises
    assert ((), None) == (promise.findings, promise.action)
    assert [None, None] == [answer.wording for answer in view.answers]
    assert (0, 1, 1, 1) == missing(view)
    assert INTERNAL not in repr([*view.promises, *view.answers])


def test_nothing_is_shown_or_counted_before_the_report_is_public(board: Board) -> None:
    word(board, "2018-06-09")

    view = look(board, "2018-06-09")
    assert ([], [], (0, 0, 0, 0)) == (list(view.promises), list(view.answers), missing(view))
    assert 1 == len(look(board, "2018-06-10").promises)


def test_a_report_that_is_taken_down_takes_its_promises_along(board: Board) -> None:
    word(board)
    board.decide(v.TakeDownReport, "2019-07-01", by=CHAIR, review=REVIEW, reasons="A living child")

    assert 1 == len(look(board, "2019-06-30").promises)
    assert 0 == len(look(board, "2019-07-01").promises)


def test_a_publication_that_is_void_was_never_one(board: Board) -> None:
    word(board)
    entries = board.app.history(f"review-{REVIEW}")
    (published,) = [each for each in entries if isinstance(each.event, v.ReportPublished)]
    board.decide(
        VoidEntry,
        "2018-06-20",
        by=CHAIR,
        stream=f"review-{REVIEW}",
        entry=published.stream_position,
        reasons="The court forbids it",
    )

    assert 0 == len(look(board, "2018-06-20").promises)


def test_another_answer_needs_its_own_wording(board: Board) -> None:
    """The words said of an acceptance are not those of the refusal that came after it."""
    case: dict[str, Any] = {"by": CHAIR, "recommendation": "wscb/r-2"}
    board.decide(
        r.IssueRecommendation,
        "2018-03-02",
        **case,
        source=f"review-{REVIEW}",
        text=INTERNAL,
        addressed=("wsb/lpp",),
    )
    lpp: dict[str, Any] = {"by": POLICY, "recommendation": "wscb/r-2"}
    board.decide(r.AcceptRecommendation, "2018-03-03", **lpp)
    board.decide(r.WordRecommendation, "2018-06-11", **case, wording="A second one.")
    board.decide(r.WordAnswer, "2018-06-11", **case, body="wsb/lpp", wording="We agree.")
    board.decide(r.DeclineRecommendation, "2018-06-12", **lpp, reasons=INTERNAL)

    (answer,) = look(board).answers
    assert ("declined", None) == (answer.answer, answer.wording)


def test_another_action_needs_its_own_wording(board: Board) -> None:
    """Due again with a new action; due again with the old one, its wording goes on."""
    word(board)
    again: dict[str, Any] = {
        "by": CHAIR,
        "recommendation": REF,
        "reasons": INTERNAL,
        "due": day("2019-09-01"),
    }
    board.decide(r.ReopenRecommendation, "2018-08-01", **again)
    assert "A weekly talk." == look(board, "2018-08-01").promises[0].action

    board.decide(
        r.ImplementRecommendation, "2018-08-02", by=POLICY, recommendation=REF, evidence="x"
    )
    board.decide(r.ReopenRecommendation, "2018-08-03", **again, action=INTERNAL)
    view = look(board, "2018-08-03")
    assert (None, 1) == (view.promises[0].action, view.missing.actions)


def test_nothing_of_the_review_of_a_childs_death_is_in_it(board: Board) -> None:
    death: dict[str, Any] = {"by": by("wscb/cdop"), "review": "wscb/cdr-1"}
    board.decide(
        v.NotifyDeath,
        "2018-03-01",
        **death,
        kind="cdr",
        subject=INTERNAL,
        died=day("2018-02-28"),
        area="wolverhampton",
        expected=False,
    )
    board.decide(
        r.IssueRecommendation,
        "2018-03-02",
        by=CHAIR,
        recommendation="wscb/r-3",
        source="review-wscb/cdr-1",
        text=INTERNAL,
        addressed=("wsb/lpp",),
    )
    board.decide(
        r.WordRecommendation, "2018-06-11", by=CHAIR, recommendation="wscb/r-3", wording="Sleep."
    )
    word(board)

    view = look(board)
    assert ([REF], (0, 0, 0, 0)) == ([p.recommendation for p in view.promises], missing(view))


@pytest.mark.parametrize(
    ("command", "fields", "rule"),
    [
        (r.WordAnswer, {"body": "wsb/jld"}, "recommendation.not-answered"),
        (r.WordAnswer, {"body": "wsb/lpp", "on": "2018-03-09"}, "recommendation.out-of-order"),
        (r.WordAction, {"on": "2018-03-19"}, "recommendation.out-of-order"),
    ],
)
def test_only_what_was_said_can_be_worded(
    board: Board, command: Any, fields: dict[str, Any], rule: str
) -> None:
    on = fields.pop("on", "2018-06-11")
    with pytest.raises(RefusedError) as refused:
        board.decide(command, on, by=CHAIR, recommendation=REF, wording="So.", **fields)

    assert rule == refused.value.rule


def test_an_action_is_worded_once_there_is_one(board: Board) -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-03-02",
        by=CHAIR,
        recommendation="wscb/r-2",
        source=f"review-{REVIEW}",
        text=INTERNAL,
        addressed=("wsb/lpp",),
    )
    with pytest.raises(RefusedError) as refused:
        board.decide(
            r.WordAction, "2018-06-11", by=CHAIR, recommendation="wscb/r-2", wording="So."
        )

    assert "recommendation.no-action" == refused.value.rule


def amend(board: Board, stream: str, kind: type, on: str = "2019-01-01", **changes: Any) -> None:
    """Say that the latest entry of a *kind* should have said something else."""
    entries = [each for each in board.app.history(stream) if isinstance(each.event, kind)]
    board.decide(
        AmendEntry,
        on,
        by=CHAIR,
        stream=stream,
        entry=entries[-1].stream_position,
        replacement=Replacement(evolved(entries[-1].event, **changes)),
        reasons="A slip",
    )


def renamed(board: Board, stream: str, kind: type) -> Authority:
    """Who decided an entry, by another name."""
    (event, *_) = [n.event for n in board.app.history(stream) if isinstance(n.event, kind)]
    return replace(event.by, person="Another N. Ame")


OF_REVIEW, OF_RECOMMENDATION = f"review-{REVIEW}", f"recommendation-{REF}"


def test_a_finding_is_taken_up_by_what_the_review_says_answers_it(board: Board) -> None:
    """A recommendation need not name the finding itself."""
    case: dict[str, Any] = {"by": CHAIR, "recommendation": "wscb/r-2"}
    board.decide(
        r.IssueRecommendation,
        "2018-03-02",
        **case,
        source=OF_REVIEW,
        text=INTERNAL,
        addressed=("wsb/lpp",),
    )
    addressed: dict[str, Any] = {"by": CHAIR, "review": REVIEW, "finding": "f-1"}
    board.decide(v.AddressFinding, "2018-03-02", **addressed, recommendation="wscb/r-2")
    board.decide(v.AddressFinding, "2018-03-02", **addressed, recommendation=REF)
    board.decide(r.WordRecommendation, "2018-06-11", **case, wording="A second one.")
    assert (1, 1, 0, 0) == missing(look(board))

    word(board)
    assert [("Rare talks.",), ("Rare talks.",)] == [p.findings for p in look(board).promises]


def test_a_finding_of_a_review_that_is_not_public_is_neither_shown_nor_missing(
    board: Board,
) -> None:
    """Its recommendation may answer it all the same."""
    other: dict[str, Any] = {"by": CHAIR, "review": "wscb/lr-1"}
    board.decide(
        v.OpenReview, "2018-02-01", **other, kind="table-top", title=INTERNAL, threshold=INTERNAL
    )
    board.decide(
        v.RecordFinding,
        "2018-02-02",
        **other,
        finding="f-9",
        factor=Factor.SYSTEM,
        what=INTERNAL,
        why=INTERNAL,
    )
    board.decide(v.AddressFinding, "2018-03-05", **other, finding="f-9", recommendation=REF)
    board.decide(v.WordFinding, "2018-03-05", **other, finding="f-9", wording="Not yet.")
    word(board)

    view = look(board)
    assert (("Rare talks.",), (0, 0, 0, 0)) == (view.promises[0].findings, missing(view))


@pytest.mark.parametrize(
    ("stream", "kind", "text", "lost"),
    [
        (OF_REVIEW, v.FindingRecorded, "what", (0, 1, 0, 0)),
        (OF_RECOMMENDATION, r.RecommendationIssued, "text", (1, 0, 0, 0)),
        (OF_RECOMMENDATION, r.RecommendationAccepted, "response", (0, 0, 1, 0)),
        (OF_RECOMMENDATION, r.RecommendationPlanned, "action", (0, 0, 0, 1)),
    ],
)
def test_a_text_corrected_after_it_was_worded_is_to_be_worded_again(
    board: Board, stream: str, kind: type, text: str, lost: tuple[int, ...]
) -> None:
    """The public would read of a text that nobody stands by any more."""
    word(board)
    amend(board, stream, kind, on="2018-12-31", by=renamed(board, stream, kind))
    assert (0, 0, 0, 0) == missing(look(board, "2019-01-01"))

    amend(board, stream, kind, **{text: "The contrary"})
    view = look(board, "2019-01-02")
    assert lost == missing(view)
    assert (0, 0, 0, 0) == missing(board.app.view(register, known=day("2018-12-31")))

    word(board, "2019-01-03")
    assert (0, 0, 0, 0) == missing(look(board, "2019-01-03"))


def test_a_wording_that_was_corrected_holds_as_corrected(board: Board) -> None:
    word(board)
    amend(board, OF_REVIEW, v.FindingRecorded, what="The contrary")
    amend(board, OF_REVIEW, v.FindingWorded, on="2019-01-02", wording="They talked.")

    assert ("They talked.",) == look(board, "2019-01-02").promises[0].findings


def test_a_report_taken_down_from_an_earlier_day_was_public_until_then(board: Board) -> None:
    """By what is known now; as known before, it was public."""
    word(board)
    board.decide(
        v.TakeDownReport,
        "2018-06-20",
        recorded="2019-01-01",
        by=CHAIR,
        review=REVIEW,
        reasons="A living child",
    )

    assert 0 == len(look(board, "2018-06-20").promises)
    known = day("2018-12-31")
    assert 1 == len(board.app.view(register, valid=day("2018-06-20"), known=known).promises)


def test_a_report_published_again_has_its_promises_again(board: Board) -> None:
    word(board)
    case: dict[str, Any] = {"by": CHAIR, "review": REVIEW}
    board.decide(v.TakeDownReport, "2019-01-01", **case, reasons="A living child")
    board.decide(v.PublishReport, "2019-02-01", **case, place="website")

    assert [0, 1] == [len(look(board, on).promises) for on in ("2019-01-31", "2019-02-01")]


def test_a_publication_amended_to_a_later_day_is_not_public_before(board: Board) -> None:
    word(board)
    entries = [e for e in board.app.history(OF_REVIEW) if isinstance(e.event, v.ReportPublished)]
    board.decide(
        AmendEntry,
        "2018-06-13",
        by=CHAIR,
        stream=OF_REVIEW,
        entry=entries[-1].stream_position,
        replacement=Replacement(evolved(entries[-1].event, on=day("2018-06-30"))),
        reasons="A slip",
    )

    assert [0, 1] == [len(look(board, on).promises) for on in ("2018-06-29", "2018-06-30")]


def test_a_report_that_was_never_accepted_was_never_published(board: Board) -> None:
    word(board)
    entries = board.app.history(OF_REVIEW)
    (accepted,) = [each for each in entries if isinstance(each.event, v.ReportAccepted)]
    board.decide(
        VoidEntry,
        "2018-06-20",
        by=CHAIR,
        stream=OF_REVIEW,
        entry=accepted.stream_position,
        reasons="Another report",
    )

    assert 0 == len(look(board, "2018-06-20").promises)


def test_what_was_worded_is_for_the_board_or_its_successor(board: Board) -> None:
    """No committee, no agency, no other board words for the public; nor in the name of one."""
    word(board)
    for who in (POLICY, by("wsb/police"), by("wsab")):
        with pytest.raises(RefusedError) as refused:
            board.decide(
                r.WordRecommendation, "2018-06-12", by=who, recommendation=REF, wording="Mine."
            )
        assert "authority.not-entitled" == refused.value.rule
        with pytest.raises(RefusedError) as refused:
            amend(board, OF_RECOMMENDATION, r.RecommendationWorded, by=who, wording="Mine.")
        assert "authority.not-entitled" == refused.value.rule

    board.decide(MergeBody, "2019-01-02", by=CHAIR, body="wscb", into="wsab", reasons="One board")
    board.decide(
        r.WordRecommendation, "2019-01-03", by=by("wsab"), recommendation=REF, wording="Ours."
    )
    assert "Ours." == look(board, "2019-01-03").promises[0].wording
