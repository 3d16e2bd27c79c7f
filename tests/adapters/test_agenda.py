"""What needs the board's decision: each kind comes on the agenda, and goes once it is resolved."""

from typing import Any

import attrs
import pytest
from msgspec.structs import replace

from lif_adapters.report import report_of
from lif_adapters.report.figures.agenda import LINES, agenda_groups
from lif_adapters.report.history import History
from lif_adapters.report.markdown import markdown
from lif_adapters.report.model import Report
from lif_adapters.report.projections.agenda import AgendaKind, AgendaRow
from lif_adapters.report.views import views_of
from lif_core.aggregates import body as b
from lif_core.aggregates import challenge as c
from lif_core.aggregates import evaluation as e
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.projection.as_of import AsOf
from lif_core.queries.readership import EVERY_STREAM, PERSONAL_TEXTS, Roles
from lif_core.values.authority import Deliberation
from tests.audits import conclude
from tests.board import Board
from tests.people import CHAIR, POLICY, TRAINING, day

REC = "wscb/r-1"
STREAM = f"recommendation-{REC}"
WORDS = "Say who starts an assessment, and by when."
EVERYTHING = Roles({EVERY_STREAM, PERSONAL_TEXTS})
OWED: dict[str, Any] = {"owner": POLICY.body, "due": day("2018-03-01"), "action": "Write it"}


@pytest.fixture
def board() -> Board:
    """Return a board with a recommendation to itself, of a peer review."""
    board = Board()
    peer: dict[str, Any] = {"review": "wscb/peer", "kind": "lga-peer", "title": "Peer review"}
    board.decide(v.OpenReview, "2018-01-10", by=CHAIR, **peer)
    issued: dict[str, Any] = {"recommendation": REC, "text": WORDS, "addressed": ("wscb",)}
    board.decide(
        r.IssueRecommendation, "2018-01-12", by=CHAIR, source="review-wscb/peer", **issued
    )
    return board


def history(board: Board, valid: str) -> History:
    at = AsOf(valid=day(valid), known=None, frameworks=board.app.frameworks)
    return History([*board.app.history()], at, EVERYTHING)


def report(board: Board, valid: str, *, personal: bool = True) -> Report:
    return report_of(history(board, valid), personal=personal)


def items(board: Board, valid: str, matter: AgendaKind) -> tuple[AgendaRow, ...]:
    return views_of(history(board, valid), personal=True).agenda.of(matter)


def line(board: Board, valid: str, title: str) -> tuple[str, str, str]:
    """Return the words, the reference and the sentence of the one line under a *title*."""
    groups = agenda_groups(views_of(history(board, valid), personal=True))
    (group,) = [group for group in groups if group.title == title]
    (only,) = group.lines
    return only.words, only.reference, only.sentence


def accepted(board: Board) -> None:
    board.decide(r.AcceptRecommendation, "2018-01-14", by=CHAIR, recommendation=REC)


def embedded(board: Board) -> None:
    """Accept, plan, implement and embed the recommendation."""
    accepted(board)
    board.decide(r.PlanRecommendation, "2018-01-15", by=CHAIR, recommendation=REC, **OWED)
    done = {"recommendation": REC, "evidence": "Seen"}
    board.decide(r.ImplementRecommendation, "2018-02-01", by=POLICY, **done)
    rests_on = conclude(board, "2018-03-01", REC, ref="wscb/first")
    board.decide(r.EmbedRecommendation, "2018-03-01", by=POLICY, rests_on=rests_on, **done)


def check(board: Board, on: str, *, passed: bool) -> None:
    rests_on = conclude(board, on, REC, ref=f"wscb/check-{on}")
    fields: dict[str, Any] = {
        "check": on,
        "passed": passed,
        "note": "Looked",
        "rests_on": rests_on,
    }
    board.decide(r.CheckRecommendation, on, recommendation=REC, **fields)


def test_a_relapse_is_nobodys_until_it_is_reopened(board: Board) -> None:
    embedded(board)
    check(board, "2018-06-01", passed=False)

    assert () == items(board, "2018-05-31", AgendaKind.RELAPSED)
    assert (
        WORDS,
        REC,
        "Found gone on 1 June 2018, 30 days ago, and not reopened since, so that nobody owns it."
        " Law, Policy and Procedure Committee held it last.",
    ) == line(board, "2018-07-01", "Relapsed, and owned by nobody")
    board.decide(
        r.ReopenRecommendation,
        "2018-07-02",
        by=CHAIR,
        recommendation=REC,
        due=day("2018-09-01"),
        reasons="It did not last",
    )
    assert () == items(board, "2018-07-02", AgendaKind.RELAPSED)


def test_a_duty_of_a_body_that_is_no_more_is_unowned_until_another_takes_it(board: Board) -> None:
    accepted(board)
    board.decide(r.PlanRecommendation, "2018-01-15", by=CHAIR, recommendation=REC, **OWED)
    board.decide(b.EndBody, "2018-02-01", by=CHAIR, body=POLICY.body, reasons="Nobody left")

    assert (
        WORDS,
        REC,
        "Still to be done, and owned by nobody since 1 February 2018, 9 days ago: Law, Policy and"
        " Procedure Committee held it last, is no more, and passed it on to nobody.",
    ) == line(board, "2018-02-10", "To be done, and owned by nobody")
    board.decide(r.AcceptTransfer, "2018-02-12", by=TRAINING, recommendation=REC)
    assert () == items(board, "2018-02-12", AgendaKind.UNOWNED)


def test_checks_that_are_overdue_are_one_matter_of_their_recommendation(board: Board) -> None:
    embedded(board)
    due = (day("2018-06-01"), day("2018-09-01"))
    board.decide(r.ScheduleChecks, "2018-03-02", by=CHAIR, recommendation=REC, due=due)

    assert () == items(board, "2018-06-01", AgendaKind.CHECK)
    assert (
        "A check was due by 1 June 2018, 1 day ago, and is not on record. Wolverhampton"
        " Safeguarding Children Board put it on the calendar."
    ) == line(board, "2018-06-02", "Checks overdue")[2]
    assert (
        "2 checks are due and not on record, the first since 1 June 2018"
        in (line(board, "2018-09-02", "Checks overdue")[2])
    )
    check(board, "2018-09-03", passed=True)
    (left,) = items(board, "2018-09-04", AgendaKind.CHECK)
    assert 1 == left.many
    check(board, "2018-09-05", passed=True)
    assert () == items(board, "2018-09-06", AgendaKind.CHECK)


def test_who_has_not_answered_past_its_day_is_silent(board: Board) -> None:
    """An answer to a recommendation, and one to a challenge."""
    sent: dict[str, Any] = {"recommendation": REC, "to": "wscb", "answer_by": day("2018-02-20")}
    board.decide(r.SendRecommendation, "2018-01-20", by=CHAIR, **sent)
    asked: dict[str, Any] = {"to": POLICY.body, "manner": c.Manner.CHALLENGE, "concern": "Late"}
    by: dict[str, Any] = {"by": CHAIR, "challenge": "wscb/c-1", "answer_by": day("2018-02-21")}
    board.decide(c.RaiseChallenge, "2018-01-21", **asked, **by)

    assert () == items(board, "2018-02-20", AgendaKind.SILENT)
    assert (
        WORDS,
        REC,
        "Wolverhampton Safeguarding Children Board has given no answer to a recommendation; it was"
        " due by 20 February 2018, 1 day ago.",
    ) == line(board, "2018-02-21", "No answer past its day")
    assert [STREAM, "challenge-wscb/c-1"] == [
        item.stream for item in items(board, "2018-02-22", AgendaKind.SILENT)
    ]
    board.decide(r.AcceptRecommendation, "2018-02-23", by=CHAIR, recommendation=REC)
    board.decide(
        c.AnswerChallenge, "2018-02-23", by=POLICY, challenge="wscb/c-1", answer="It is done"
    )
    assert () == items(board, "2018-02-24", AgendaKind.SILENT)


def a_young_board() -> Board:
    """Return a board of which only that a review was begun is on record."""
    board = Board()
    peer: dict[str, Any] = {"review": "wscb/peer", "kind": "lga-peer", "title": "Peer review"}
    board.decide(v.OpenReview, "2017-06-01", by=CHAIR, **peer)
    return board


def test_a_duty_of_the_law_is_owed_though_nobody_began_it() -> None:
    """The yearly audit of section 11, by a board that has recorded nothing of one."""
    board = a_young_board()
    sentence = "section 11 audit"

    def owed(valid: str) -> list[str]:
        return [item.detail for item in items(board, valid, AgendaKind.OWED)]

    assert sentence not in owed("2018-01-01")
    assert sentence in owed("2018-01-02")
    groups = agenda_groups(views_of(history(board, "2018-01-02"), personal=True))
    lines = [each for group in groups for each in group.lines]
    (each,) = [each for each in lines if each.words == "Section 11 audit"]
    assert "Wolverhampton Safeguarding Children Board" == each.reference
    assert "Due by 1 January 2018, 1 day ago: nothing is on record." == each.sentence
    conclude(board, "2018-01-03", ref="wscb/s11", kind="section-11", agencies=("wsb/police",))
    assert sentence not in owed("2018-01-03")


def test_an_evaluation_that_is_planned_is_begun(board: Board) -> None:
    """Of those that the matrix expects, a board is asked for the ones that nobody planned."""
    conclude(board, "2018-02-01", ref="wscb/maca")
    views = views_of(history(board, "2019-03-01"), personal=True)
    (row,) = [row for row in views.expected.expected if row.stream == "audit-wscb/maca"]
    (item,) = [item for item in views.agenda.items if item.stream == "audit-wscb/maca"]

    assert ("missing", None) == (row.status, row.due)
    assert f"evaluation by {row.method}" == item.detail
    plan: dict[str, Any] = {"source": "audit-wscb/maca", "method": row.method}
    board.decide(
        e.PlanEvaluation,
        "2019-02-02",
        by=CHAIR,
        evaluation="wscb/e-1",
        due=day("2019-06-01"),
        **plan,
    )
    assert [] == [
        item
        for item in views_of(history(board, "2019-03-01"), personal=True).agenda.items
        if item.stream == "audit-wscb/maca"
    ]


def test_a_decision_without_a_quorum_stays_until_its_entry_is_corrected(board: Board) -> None:
    meeting: dict[str, Any] = {"required": (), "present": (), "quorate": False, "body": "wscb"}
    board.decide(b.RecordMeeting, "2018-01-14", by=CHAIR, meeting="board 14", **meeting)
    there = replace(CHAIR, deliberation=Deliberation(meeting="board 14"))
    board.decide(r.AcceptRecommendation, "2018-01-14", by=there, recommendation=REC)

    assert (
        WORDS,
        REC,
        "Recommendation accepted at board 14, decided on 14 January 2018 for Wolverhampton"
        " Safeguarding Children Board: the meeting was not quorate.",
    ) == line(board, "2018-01-20", "Decided without a quorum")
    board.decide(
        VoidEntry, "2018-01-21", by=CHAIR, stream=STREAM, entry=2, reasons="There was no quorum"
    )
    assert () == items(board, "2018-01-21", AgendaKind.INQUORATE)


def test_a_contradiction_stays_until_it_is_corrected_again(board: Board) -> None:
    """Accepted in January, and issued, as amended, in March."""
    accepted(board)
    issued: Any = next(record.event for record in board.app.history(STREAM))

    later = Replacement(attrs.evolve(issued, on=day("2018-03-15")))
    slip: dict[str, Any] = {"by": CHAIR, "stream": STREAM, "reasons": "A slip"}
    board.decide(AmendEntry, "2018-03-20", entry=1, replacement=later, **slip)

    assert (
        "",
        REC,
        "A correction by Wolverhampton Safeguarding Children Board, on 20 March 2018, left entries"
        " that contradict each other, and no figure counts it.",
    ) == line(board, "2018-03-21", "In contradiction")
    board.decide(VoidEntry, "2018-03-22", entry=3, **slip)
    assert () == items(board, "2018-03-22", AgendaKind.INCONSISTENT)


def test_nothing_to_decide_is_said_so() -> None:
    first = report(a_young_board(), "2017-12-31").first

    assert "Nothing on record needs the board's decision." == first.lead
    assert (True, ()) == (first.figure.is_empty, first.groups)


def test_of_many_the_oldest_are_on_the_first_screen_and_all_in_the_table(board: Board) -> None:
    many = LINES + 2
    for number in range(many):
        ref = f"wscb/many-{number}"
        fields: dict[str, Any] = {"text": "Do it", "source": "review-wscb/peer"}
        board.decide(
            r.IssueRecommendation,
            "2018-01-12",
            by=CHAIR,
            recommendation=ref,
            addressed=("wscb",),
            **fields,
        )
        due: dict[str, Any] = {"to": "wscb", "answer_by": day(f"2018-02-{number + 1:02}")}
        board.decide(r.SendRecommendation, "2018-01-20", by=CHAIR, recommendation=ref, **due)
    shown = report(board, "2018-03-01")
    (group,) = [group for group in shown.first.groups if group.title == "No answer past its day"]
    (table,) = shown.first.figure.tables

    assert (LINES, 2) == (len(group.lines), group.more)
    assert "wscb/many-0" == group.lines[0].reference
    assert many == sum(row[0].text == "not answered" for row in table.rows)
    assert (
        f"{len(table.rows)} matters need the board's decision. What is waited for with no day on"
        " record cannot be told to be late."
    ) == shown.first.lead


def test_without_personal_texts_a_matter_has_its_public_wording_or_its_reference(
    board: Board,
) -> None:
    sent: dict[str, Any] = {"recommendation": REC, "to": "wscb", "answer_by": day("2018-02-20")}
    board.decide(r.SendRecommendation, "2018-01-20", by=CHAIR, **sent)
    nameless = report(board, "2018-03-01", personal=False)

    assert ("", REC) == (
        nameless.first.groups[0].lines[0].words,
        nameless.first.groups[0].lines[0].reference,
    )
    assert WORDS not in markdown(nameless)
    assert WORDS in markdown(report(board, "2018-03-01"))
