"""The rules of a lesson: a board links its own, and another board's once that accepts."""

from typing import Any

import attrs
import pytest

from lif_core.aggregates import lesson
from lif_core.aggregates.lesson import (
    AcceptLink,
    CompareFinding,
    DrawLesson,
    LessonLinked,
    LinkAccepted,
    LinkLesson,
    PublishLesson,
    UnlinkLesson,
)
from lif_core.aggregates.recommendation import IssueRecommendation
from lif_core.aggregates.review import Factor, FindingRecorded, OpenReview, RecordFinding
from lif_core.aggregates.review import decider as review_decider
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import ADULTS, GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, QUALITY, TRAINING, by, day

DECIDER: AnyDecider = lesson.decider
REF = "wscb/lesson-1"
ABOUT = {"lesson": REF}
OTHERS = by("walsall-scb")

DRAW = DrawLesson(
    by=CHAIR, on=day("2018-03-01"), **ABOUT, sentence="Ask who else lives in the house."
)
FOUND = FindingRecorded.of(
    RecordFinding(
        by=CHAIR,
        on=day("2018-02-01"),
        review="wscb/1",
        finding="f-1",
        factor=Factor.SYSTEM,
        what="Nobody asked.",
        why="The form does not.",
    )
)
STATES = {
    "review-wscb/1": review_decider.fold([FOUND]),
    "review-wsab/1": review_decider.fold([but(FOUND, review="wsab/1")]),
}
FINDING = LinkLesson(by=CHAIR, on=day("2018-03-02"), **ABOUT, review="wscb/1", finding="f-1")
ANSWER = LinkLesson(by=CHAIR, on=day("2018-03-03"), **ABOUT, answer="recommendation-wscb/r-1")
THEIRS = LinkLesson(by=CHAIR, on=day("2018-03-04"), **ABOUT, review="wsab/1", finding="f-1")
ACCEPT = AcceptLink(by=ADULTS, on=day("2018-04-01"), **ABOUT, review="wsab/1", finding="f-1")
COMPARE = CompareFinding(by=CHAIR, on=day("2018-04-02"), **ABOUT, review="wscb/1", finding="f-1")
UNLINK = UnlinkLesson(
    by=CHAIR,
    on=day("2018-05-01"),
    **ABOUT,
    answer="recommendation-wscb/r-1",
    reasons="It answers another matter.",
)
PUBLISH = PublishLesson(by=CHAIR, on=day("2018-06-01"), **ABOUT, place="the board's page")


def after(*commands: Command) -> Any:
    """The scenario after *commands*; a link to the adults' board is one that was offered to it."""
    scenario = scenario_of(DECIDER)
    events = tuple(
        LessonLinked.of(THEIRS, offered="wsab") if command == THEIRS else became(command)
        for command in commands
    )
    return attrs.evolve(scenario, given=events, states=STATES)


# The whole life


class TestLesson(DeciderContract):
    """Drawn, told by findings of two boards, answered, published."""

    decider = DECIDER
    lives = (
        (DRAW, FINDING, ANSWER, THEIRS, ACCEPT, UNLINK, PUBLISH),
        (DRAW, COMPARE, ANSWER, PUBLISH),
    )
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD
    states = STATES

    def event_of(self, command: Command, framework: Framework) -> Event[Any]:
        if command == THEIRS:
            return LessonLinked.of(THEIRS, offered="wsab")
        return super().event_of(command, framework)


# The rules


@pytest.mark.parametrize("command", [FINDING, ACCEPT, UNLINK, COMPARE, PUBLISH], ids=name)
def test_a_lesson_is_drawn_first(command: Command) -> None:
    assert "lesson.unknown" == after().refuses(command)


def test_another_lesson_has_a_reference_of_its_own() -> None:
    assert "lesson.reference-taken" == after(DRAW).refuses(but(DRAW, sentence="Another."))


@pytest.mark.parametrize("command", [DRAW, COMPARE, PUBLISH], ids=name)
def test_a_lesson_is_its_boards_own(command: Command) -> None:
    """Another board neither draws it, nor says what was looked at, nor makes it public."""
    given = () if command is DRAW else (DRAW,)

    assert "lesson.of-other-boards" == after(*given).refuses(but(command, by=OTHERS))
    assert (became(but(command, by=QUALITY)),) == after(*given).records(but(command, by=QUALITY))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"finding": None}, "lesson.review-and-finding"),
        ({"review": None}, "lesson.review-and-finding"),
        ({"review": None, "finding": None}, "lesson.finding-or-answer"),
        ({"answer": "recommendation-wscb/r-1"}, "lesson.finding-or-answer"),
        (
            {"review": None, "finding": None, "answer": "audit-wscb/a-1"},
            "lesson.no-answer",
        ),
        ({"finding": "f-2"}, "lesson.no-such-finding"),
        ({"review": "wscb/2"}, "lesson.no-such-finding"),
        ({"on": day("2018-01-31")}, "lesson.before-the-finding"),
    ],
)
def test_a_link_is_to_one_thing_that_is_on_record(changes: Any, rule: str) -> None:
    """A finding of a review, or an answer; never both, and never from before it was found."""
    assert rule == after(DRAW).refuses(but(FINDING, **changes))


@pytest.mark.parametrize("changes", [{"finding": "f-2"}, {"on": day("2018-01-31")}])
def test_what_is_compared_is_on_record(changes: Any) -> None:
    assert after(DRAW).refuses(but(COMPARE, **changes)) in (
        "lesson.no-such-finding",
        "lesson.before-the-finding",
    )


def test_what_is_the_boards_own_is_linked_at_once() -> None:
    """Its finding, and what answers it; a committee that serves the board may do it."""
    for command in (FINDING, ANSWER, but(FINDING, by=QUALITY)):
        assert (LessonLinked.of(command),) == after(DRAW).records(command)


@pytest.mark.parametrize("offered_by", [CHAIR, ADULTS])
def test_a_link_between_boards_waits_for_the_other_one(offered_by: Any) -> None:
    """Whichever of the two makes it."""
    command = but(THEIRS, by=offered_by)
    other = "wsab" if offered_by is CHAIR else "wscb"

    assert (LessonLinked.of(command, offered=other),) == after(DRAW).records(command)


def test_a_committee_of_both_boards_needs_nobody_to_accept() -> None:
    """It serves both."""
    command = but(THEIRS, by=TRAINING)

    assert (LessonLinked.of(command),) == after(DRAW).records(command)


def test_a_board_that_has_no_part_in_it_links_nothing() -> None:
    for command in (FINDING, THEIRS):
        assert "lesson.of-other-boards" == after(DRAW).refuses(but(command, by=OTHERS))
    assert "lesson.of-other-boards" == after(DRAW, ANSWER).refuses(but(UNLINK, by=OTHERS))


def test_the_board_that_it_was_offered_to_accepts_a_link() -> None:
    """Nobody else, and not before it was offered."""
    assert "lesson.not-offered" == after(DRAW).refuses(ACCEPT)
    assert "lesson.not-offered" == after(DRAW, FINDING).refuses(
        but(ACCEPT, review="wscb/1", by=CHAIR)
    )
    assert "lesson.offered-to-another" == after(DRAW, THEIRS).refuses(but(ACCEPT, by=CHAIR))
    early = but(ACCEPT, on=day("2018-03-03"))
    assert "lesson.out-of-order" == after(DRAW, THEIRS).refuses(early)
    assert (LinkAccepted.of(ACCEPT),) == after(DRAW, THEIRS).records(ACCEPT)


@pytest.mark.parametrize("command", [FINDING, THEIRS], ids=["stands", "offered"])
def test_a_link_is_made_once(command: LinkLesson) -> None:
    """One that stands, or waits, is not made again by another day or body."""
    again = but(command, on=day("2018-06-01"))

    assert "lesson.linked-already" == after(DRAW, command).refuses(again)
    compared = but(COMPARE, review=command.review)
    assert "lesson.linked-already" == after(DRAW, command).refuses(compared)


def test_a_finding_that_was_compared_may_tell_the_lesson_after_all() -> None:
    assert "lesson.compared-already" == after(DRAW, COMPARE).refuses(
        but(COMPARE, on=day("2018-07-01"))
    )
    later = but(FINDING, on=day("2018-07-01"))
    assert (LessonLinked.of(later),) == after(DRAW, COMPARE).records(later)


@pytest.mark.parametrize("offer", [ANSWER, but(ANSWER, answer="recommendation-wsab/r-1")])
def test_a_link_or_an_offer_is_taken_back(offer: LinkLesson) -> None:
    """By either board, with a reason; afterwards it can be made again, not before that day."""
    scenario = scenario_of(DECIDER).after(DRAW, offer)
    unlink = but(UNLINK, answer=offer.answer)
    assert "lesson.not-linked" == after(DRAW).refuses(unlink)
    assert "lesson.out-of-order" == scenario.refuses(but(unlink, on=day("2018-03-02")))
    gone = scenario.after(unlink)

    assert "lesson.not-linked" == gone.refuses(but(unlink, on=day("2018-05-02")))
    assert "lesson.out-of-order" == gone.refuses(but(offer, on=day("2018-04-30")))
    assert 1 == len(gone.records(but(offer, on=day("2018-05-01"))))


def test_a_lesson_is_published_once() -> None:
    again = but(PUBLISH, place="elsewhere")

    assert "lesson.published-already" == after(DRAW, PUBLISH).refuses(again)


# In an application


def test_what_is_linked_must_be_on_record() -> None:
    """And a link rests on the finding as it is when the link is recorded."""
    board = Board()
    about: dict[str, Any] = {"by": CHAIR, **ABOUT}
    board.decide(DrawLesson, "2018-03-01", sentence="Ask.", **about)
    unknowns: tuple[dict[str, Any], ...] = (
        {"review": "wscb/1", "finding": "f-1"},
        {"answer": "recommendation-wscb/r-1"},
    )
    for unknown in unknowns:
        with pytest.raises(RefusedError, match=r"reference\.unknown"):
            board.decide(LinkLesson, "2018-03-02", **about, **unknown)
    kind: dict[str, Any] = {"kind": "single-agency-review", "title": "A case"}
    board.decide(OpenReview, "2018-01-01", by=CHAIR, review="wscb/1", **kind)
    asked: dict[str, Any] = {"text": "Ask", "addressed": ("wscb",), "source": "review-wscb/1"}
    board.decide(IssueRecommendation, "2018-03-02", by=CHAIR, recommendation="wscb/r-1", **asked)
    board.decide(LinkLesson, "2018-03-02", **about, answer="recommendation-wscb/r-1")
    with pytest.raises(RefusedError, match=r"lesson\.no-such-finding"):
        board.decide(LinkLesson, "2018-03-02", **about, review="wscb/1", finding="f-1")

    assert 2 == len(list(board.app.history(f"lesson-{REF}")))


def test_a_finding_does_not_say_that_it_began_after_it_was_found() -> None:
    board = Board()
    kind: dict[str, Any] = {"kind": "single-agency-review", "title": "A case"}
    board.decide(OpenReview, "2018-01-01", by=CHAIR, review="wscb/1", **kind)
    finding: dict[str, Any] = {
        "by": CHAIR,
        "review": "wscb/1",
        "finding": "f-1",
        "factor": Factor.SYSTEM,
        "what": "Nobody asked.",
        "why": "The form does not.",
    }
    with pytest.raises(RefusedError) as refused:
        board.decide(RecordFinding, "2018-02-01", **finding, began=day("2018-02-02"))

    assert "review.found-before-it-began" == refused.value.rule
    assert board.decide(RecordFinding, "2018-02-01", **finding, began=day("2018-02-01"))
