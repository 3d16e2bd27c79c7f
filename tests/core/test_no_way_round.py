"""Rules that hold whichever path is taken: each was passed once by leaving something out."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from lif_core.aggregates.body import AdoptTerms, MergeBody, RecordMeeting
from lif_core.aggregates.edition import ProposeEdition
from lif_core.aggregates.lesson import DrawLesson, LessonLinked, LinkLesson
from lif_core.aggregates.membership import AppointMember
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.review import (
    CaseNotified,
    DecideNotToInviteFamily,
    HoldDecided,
    InvitePractitioners,
    OpenReview,
    RecordFamilyResponse,
    ReportAccepted,
    ReviewerAppointed,
)
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.framework import Frameworks, load
from lif_core.log.memory import MemoryRecorder
from tests.board import Board
from tests.lives import (
    ACCEPT,
    APPOINT,
    CASE,
    CITE,
    FAMILY,
    FINDING,
    HELD,
    HOLD,
    ISSUE,
    NO_GROUND,
    OPEN,
    REF,
    SCOPE,
    WOLVERHAMPTON,
    but,
    decide,
    refused,
    unmet,
)
from tests.people import CHAIR, MANAGER, TEXTS, by, day

JULY = day("2017-07-01")
ACCEPT_LACKING = but(ACCEPT, on=JULY)
"""Of a report that lacks much, with a warning of each."""
ADULTS = by("wsab")
THEIRS = (
    OpenReview(
        by=ADULTS, on=day("2017-06-01"), review="wsab/r-1", kind="table-top", title="A case",
        threshold="No serious harm",
    ),
    but(FINDING, by=ADULTS, on=day("2017-06-02"), review="wsab/r-1"),
)  # fmt: skip


@pytest.fixture
def board() -> Board:
    return Board()


# Independence


def merger(body: str, into: str) -> MergeBody:
    return MergeBody(by=CHAIR, on=day("2017-05-01"), body=body, into=into, reasons="One")


def test_a_lead_reviewer_says_by_whom_employed_or_that_by_nobody(board: Board) -> None:
    """Who says nothing of it could be employed by anybody."""
    decide(board, *HELD)

    silent = but(APPOINT, employed_otherwise=None)
    assert "review.employer-unstated" == refused(board, silent)
    assert None is refused(board, but(silent, employer="wsb/voluntary"))
    assert None is refused(board, APPOINT)


@pytest.mark.parametrize(
    ("employer", "rule"),
    [
        ("wscb", "review.independence"),
        ("wscb/qac", "review.independence"),
        ("wsb/jld", "review.independence"),  # it serves this board too
        ("walsall-scb", None),
        ("wsab/qpc", None),
    ],
)
def test_a_board_does_not_employ_who_leads_its_review(
    board: Board, employer: str, rule: str | None
) -> None:
    """How the agencies worked together is its own business, and its committees'."""
    decide(board, *HELD)

    assert rule == refused(board, but(APPOINT, employer=employer))


def test_nor_does_a_board_that_the_review_is_joint_to(board: Board) -> None:
    decide(board, but(CASE, boards=("wscb", "walsall-scb")), HOLD)

    assert "review.independence" == refused(board, but(APPOINT, employer="walsall-scb"))


def test_a_scope_says_whose_actions_it_looks_at(board: Board) -> None:
    """Of nobody in particular, anybody's employee would be independent."""
    decide(board, *HELD)

    assert "review.scope-of-nobody" == refused(board, but(SCOPE, organisations=()))
    assert None is refused(board, SCOPE)


@pytest.mark.parametrize(
    ("merged", "into", "employer"),
    [
        ("wsb/bcpft", "wsb/police", "wsb/bcpft"),  # merged into one under review
        ("wsb/police", "wsb/bcpft", "wsb/bcpft"),  # took in one under review
    ],
)
def test_a_merger_does_not_make_anybody_independent(
    board: Board, merged: str, into: str, employer: str
) -> None:
    """Whichever way round, and whichever is said first: scope, invitation or lead."""
    scope = but(SCOPE, organisations=("wsb/police",))
    invite = InvitePractitioners(
        by=MANAGER, on=JULY, review=REF, organisation="wsb/police", invited=3
    )
    appoint = but(APPOINT, employer=employer)
    decide(board, *HELD, merger(merged, into))
    before = Board()
    decide(before, *HELD, merger(merged, into), appoint)

    assert "review.independence" == refused(before, but(scope, on=JULY))
    assert "review.independence" == refused(before, invite)
    decide(board, scope)
    assert "review.independence" == refused(board, appoint)


# The family


def test_a_relative_who_was_not_to_be_invited_has_no_response_on_record(board: Board) -> None:
    """However the relation is written; once invited after all, it has."""
    invite, responds = FAMILY
    excluded = DecideNotToInviteFamily(
        by=CHAIR, on=invite.on, review=REF, reasons="He is charged.", relation="step-father"
    )
    decide(board, *HELD, invite, excluded)
    assert isinstance(responds, RecordFamilyResponse)
    response = but(responds, relation="Step-Father ")

    for relation in (response.relation, "step father", "Stepfather", "step\u2013father"):
        assert "review.relative-not-invited" == refused(board, but(response, relation=relation))
    assert None is refused(board, responds)
    decide(board, but(invite, relation="step-father", on=JULY))
    assert None is refused(board, response)


# Whether to hold


def test_a_case_is_not_declined_by_naming_fewer_criteria(board: Board) -> None:
    """What was notified is a fact: it is answered, or the review is held."""
    decide(board, but(CASE, criteria=("abuse-or-neglect", "death")))
    decline = but(HOLD, hold=False, criteria=())

    assert "review.must-be-held" == refused(board, decline)
    assert "review.must-be-held" == refused(board, but(decline, criteria=("serious-harm",)))
    assert "review.must-be-held" == refused(board, but(decline, not_met=unmet("serious-harm")))
    assert "review.grounds-unanswered" == refused(board, but(decline, not_met=unmet("death")))
    assert None is refused(board, but(decline, not_met=unmet(*NO_GROUND)))


def test_nor_by_a_notification_that_names_one_that_makes_no_ground(board: Board) -> None:
    """Whoever names something harmless would have nothing else to answer."""
    decide(board, but(CASE, criteria=("abuse-or-neglect",)))
    decline = but(HOLD, hold=False, criteria=())

    assert "review.grounds-unanswered" == refused(board, decline)
    assert None is refused(board, but(decline, not_met=unmet(*NO_GROUND)))


def test_nor_by_a_notification_that_names_none(board: Board) -> None:
    """Then each ground on which it would have to be held is answered."""
    decide(board, but(CASE, criteria=()))
    decline = but(HOLD, hold=False, criteria=("abuse-or-neglect",))

    assert "review.grounds-unanswered" == refused(board, decline)
    for left_out in NO_GROUND:
        some = unmet(*(code for code in NO_GROUND if code != left_out))
        assert "review.grounds-unanswered" == refused(board, but(decline, not_met=some))
    assert None is refused(board, but(decline, not_met=unmet(*NO_GROUND)))


def test_a_criterion_is_met_or_it_is_not(board: Board) -> None:
    decide(board, CASE)

    command = but(HOLD, criteria=("abuse-or-neglect", "death"), not_met=unmet("death"))
    assert "review.criterion-contradicted" == refused(board, command)


def test_what_was_notified_counts_for_holding_it_too(board: Board) -> None:
    """All grounds are kept that the facts on record make."""
    decide(board, but(CASE, criteria=("abuse-or-neglect", "serious-harm")))
    (record,) = decide(board, but(HOLD, criteria=("concern-joint-working", "death")))
    event: Any = record.event

    assert ("regulation 5(2)(b)(i)", "regulation 5(2)(b)(ii)") == event.grounds


# Dates


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (but(CASE, on=day("0225-04-20"), aware=day("0225-04-18")), "on"),
        (but(CASE, on=day("1899-12-31"), aware=day("1899-12-31")), "on"),
        (but(CASE, aware=day("0217-04-18")), "aware"),
    ],
    ids=str,
)
def test_a_day_before_anything_was_recorded_is_a_slip(
    board: Board, command: Command, field: str
) -> None:
    board.now = datetime(2017, 4, 20, 10, tzinfo=UTC)
    with pytest.raises(RefusedError) as refusal:
        board.app.handle(command)

    assert ("record.implausible-date", field) == (refusal.value.rule, refusal.value.facts["field"])


def test_a_day_a_century_ahead_is_a_slip(board: Board) -> None:
    """Wherever it stands in a decision, in a list or in a part of it."""
    decide(board, OPEN)

    assert "record.implausible-date" == refused(board, but(CITE, issued=day("2118-01-01")))


def test_an_amendment_is_held_to_the_same_days(board: Board) -> None:
    """What no decision may say, no correction makes it say."""
    decide(board, CASE)

    def amended(**changes: Any) -> AmendEntry:
        event = but(CaseNotified.of(CASE), **changes)
        return AmendEntry(
            by=CHAIR, on=JULY, stream=f"review-{REF}", entry=1, reasons="A slip",
            replacement=Replacement(event),
        )  # fmt: skip

    assert "record.implausible-date" == refused(board, amended(on=day("0217-04-20")))
    assert "record.implausible-date" == refused(board, amended(aware=day("0217-04-18")))
    assert "record.too-far-ahead" == refused(board, amended(on=day("2117-04-20")))
    assert None is refused(board, amended(aware=day("2017-04-17")))


def test_a_pack_may_say_from_when_on_its_boards_decide() -> None:
    """There was no board before: the year is wrong."""
    pack = attrs.evolve(WOLVERHAMPTON, earliest=day("2006-04-01"))
    board = Board()
    frameworks = Frameworks(load().general, (pack,))
    board.app = Application(
        MemoryRecorder(), clock=lambda: board.now, frameworks=frameworks, readership=TEXTS
    )

    before = but(CASE, kind="any", on=day("2006-03-31"), aware=day("2006-03-31"))
    assert "record.implausible-date" == refused(board, before)
    assert None is refused(board, but(before, on=day("2006-04-01"), aware=before.on))


@pytest.mark.parametrize(
    "command",
    [
        but(ISSUE, on=day("2017-04-19")),
        but(OPEN, review="wscb/2", on=day("2017-04-19"), arising_from=(f"review-{REF}",)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_takes_effect_before_what_it_rests_on_began(
    board: Board, command: Command
) -> None:
    """A recommendation before its review, or a review before the one it arises from."""
    decide(board, *HELD)

    assert "reference.not-begun" == refused(board, command)
    assert None is refused(board, but(command, on=CASE.on))


def test_a_document_is_cited_once_it_is_issued(board: Board) -> None:
    decide(board, OPEN)
    citation = but(CITE, issued=day("2017-05-03"))

    assert "review.document-not-issued" == refused(board, citation)
    assert None is refused(board, but(citation, issued=citation.on))


# References


def test_a_recommendation_rests_on_findings_that_its_review_has_made(board: Board) -> None:
    """By then; a finding that nobody made would be answered for ever."""
    decide(board, *HELD, FINDING)

    command = but(ISSUE, findings=("f-1",))
    assert "recommendation.no-such-finding" == refused(board, but(command, findings=("f-9",)))
    assert "recommendation.out-of-order" == refused(board, but(command, on=day("2017-10-15")))
    assert None is refused(board, command)


def test_an_edition_names_a_pack_that_there_is(board: Board) -> None:
    """Its rules would be nobody's."""
    proposal = ProposeEdition(
        by=CHAIR, on=day("2017-01-10"), edition="wsb/2017", title="2017-2019",
        pack="wolverhampton-2017", boards=("wscb", "wsab"),
    )  # fmt: skip

    assert "edition.unknown-pack" == refused(board, but(proposal, pack="wolverhampton-2071"))
    assert None is refused(board, proposal)


def test_a_board_fills_seats_of_its_own(board: Board) -> None:
    """The adults' board has its members from itself."""
    seat = AppointMember(
        by=CHAIR, on=day("2017-01-10"), membership="wscb/m-1", member="M. One",
        agency="wsb/police", sits_on="wscb/qac", role="member",
    )  # fmt: skip

    assert "membership.of-another-board" == refused(board, but(seat, sits_on="wsab"))
    assert "membership.of-another-board" == refused(board, but(seat, sits_on="wsab/qpc"))
    assert None is refused(board, but(seat, sits_on="wsb/jld"))
    assert None is refused(board, but(seat, membership="wscb/m-2"))


def test_a_meeting_is_quorate_among_those_who_were_required(board: Board) -> None:
    """With nobody required, whoever came would make it quorate."""
    terms = AdoptTerms(
        by=CHAIR, on=day("2017-01-10"), body="wscb/qac", terms="2017", remit="Quality",
        boards=("wscb",), quorum=2,
    )  # fmt: skip
    meeting = RecordMeeting(
        by=by("wscb/qac"), on=day("2017-02-10"), body="wscb/qac", meeting="february",
        required=("wsb/police", "wsb/rwt"), present=("wsb/police", "wsb/rwt", "wsb/ccg"),
        quorate=True,
    )  # fmt: skip
    decide(board, terms)

    assert "body.nobody-required" == refused(board, but(meeting, required=()))
    assert None is refused(board, meeting)
    assert None is refused(board, but(meeting, meeting="march", required=(), quorate=False))


# Amendments


def amended_to(board: Board, kind: type, **changes: Any) -> str | None:
    """The rule by which the first entry of a *kind* is not amended to say something else."""
    record = next(each for each in board.app.history() if isinstance(each.event, kind))
    command = AmendEntry(
        by=CHAIR,
        on=day("2018-06-01"),
        stream=record.stream,
        entry=record.stream_position,
        replacement=Replacement(but(record.event, **changes)),
        reasons="It was otherwise",
    )
    return refused(board, command)


def test_no_amendment_says_what_a_decision_could_not_have_said(board: Board) -> None:
    """Each of these would be refused as a command, in that place and on either day."""
    decide(board, *HELD, SCOPE, APPOINT, FINDING)
    decide(board, ISSUE)

    assert "review.independence" == amended_to(board, ReviewerAppointed, employer="wsb/police")
    assert None is amended_to(board, ReviewerAppointed, employer="walsall-scb")
    declined = {"hold": False, "criteria": (), "grounds": ()}
    assert "review.grounds-unanswered" == amended_to(board, HoldDecided, **declined)
    assert "recommendation.no-such-finding" == amended_to(
        board, RecommendationIssued, findings=("f-9",)
    )


def test_nor_otherwise_what_the_rules_work_out(board: Board) -> None:
    """A warning is not amended away, a ground is the one that the facts make, and an offer to
    another board stays one.
    """
    lesson = "wscb/l-1"
    decide(
        board,
        *HELD,
        but(FAMILY[0], relation="mother"),
        but(FINDING, on=day("2017-06-20")),
        ACCEPT_LACKING,
        DrawLesson(by=CHAIR, on=JULY, lesson=lesson, sentence="Ask"),
        *THEIRS,
        LinkLesson(by=CHAIR, on=JULY, lesson=lesson, review="wsab/r-1", finding="f-1"),
    )

    for kind, worked_out in (
        (HoldDecided, {"grounds": ()}),
        (ReportAccepted, {"warnings": ()}),
        (LessonLinked, {"offered": None}),
    ):
        assert "correction.worked-out" == amended_to(board, kind, **worked_out)
    assert None is amended_to(board, HoldDecided, reasons="In other words")


# Corrections of one's own


def test_a_body_takes_nothing_of_others_along_with_its_own_entry(board: Board) -> None:
    """An agency that notified a case does not void the board's decision to review it."""
    police = by("wsb/police")
    decide(board, but(CASE, by=police))
    about: dict[str, Any] = {"on": JULY, "stream": f"review-{REF}", "entry": 1, "reasons": "x"}
    later = but(next(iter(board.app.history())).event, on=day("2017-06-01"))
    amended = AmendEntry(by=police, replacement=Replacement(later), **about)
    alone = Board()
    decide(alone, but(CASE, by=police))
    decide(board, HOLD)

    assert "correction.of-others-too" == refused(board, VoidEntry(by=police, **about))
    assert "correction.of-others-too" == refused(board, amended)
    assert None is refused(alone, VoidEntry(by=police, **about))
    assert None is refused(board, VoidEntry(by=CHAIR, **about))


def test_what_one_role_decides_no_other_takes_back(board: Board) -> None:
    """Whether to hold a serious case review is for the chair, and so is that it was a mistake."""
    (_, held) = [decide(board, each)[0] for each in HELD]
    about: dict[str, Any] = {"on": JULY, "stream": held.stream, "entry": 2, "reasons": "x"}
    mine = Replacement(but(held.event, by=MANAGER))

    assert "authority.not-in-role" == refused(board, VoidEntry(by=MANAGER, **about))
    assert "authority.not-in-role" == refused(
        board, AmendEntry(by=CHAIR, replacement=mine, **about)
    )
    assert None is refused(board, VoidEntry(by=CHAIR, **about))
