"""The rules of a challenge, and its life at Wolverhampton. All cases are fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import challenge
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.challenge import AnswerChallenge, Manner, RaiseChallenge, ResolveChallenge
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, by, day

DECIDER: AnyDecider = challenge.decider
REF = "wscb/challenge-1"
COUNCIL = by("wsb/council-children")

RAISE = RaiseChallenge(
    by=CHAIR,
    on=day("2018-05-01"),
    challenge=REF,
    manner=Manner.CHALLENGE,
    to="wsb/council-children",
    concern="Two of five areas for improvement have no plan.",
    about="review-wscb/inspection-2017",
    answer_by=day("2018-06-01"),
)
ANSWER = AnswerChallenge(
    by=COUNCIL, on=day("2018-05-20"), challenge=REF, answer="Both are in the July plan."
)
RESOLVE = ResolveChallenge(
    by=CHAIR, on=day("2018-08-01"), challenge=REF, reasons="They are, and they are under way."
)
LIFE = (RAISE, ANSWER, RESOLVE)


after = partial(scenario_of, DECIDER)


# The whole life


class TestChallenge(DeciderContract):
    """Raised, answered, resolved: sideways and down, or up to the board."""

    decider = DECIDER
    lives = tuple((but(RAISE, manner=manner), ANSWER, RESOLVE) for manner in Manner)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize("command", [ANSWER, RESOLVE], ids=name)
def test_nobody_answers_what_nobody_raised(command: Command) -> None:
    """Most likely the reference is wrong."""
    assert "challenge.unknown" == after().refuses(command)
    assert (became(command),) == after(RAISE).records(command)


def test_another_challenge_has_a_reference_of_its_own() -> None:
    """An answer is to one concern."""
    another = but(RAISE, concern="And a third one is late.")

    assert "challenge.reference-taken" == after(RAISE).refuses(another)
    assert (became(another),) == after().records(another)


def test_a_body_does_not_hold_itself_to_account() -> None:
    """A committee may put it to its board, and a board to its committee."""
    down = but(RAISE, to="wscb/qac")
    up = but(RAISE, by=QUALITY, manner=Manner.ESCALATION, to="wscb")

    assert "challenge.to-itself" == after().refuses(but(RAISE, to="wscb"))
    assert (became(down),) == after().records(down)
    assert (became(up),) == after().records(up)


def test_no_answer_is_asked_for_in_the_past() -> None:
    """Today is soon, but it can be done; no day at all is a question without haste."""
    today, some_day = but(RAISE, answer_by=day("2018-05-01")), but(RAISE, answer_by=None)

    assert "challenge.answer-in-the-past" == after().refuses(
        but(RAISE, answer_by=day("2018-04-30"))
    )
    assert (became(today),) == after().records(today)
    assert (became(some_day),) == after().records(some_day)


@pytest.mark.parametrize("who", [CHAIR, POLICE], ids=lambda who: str(who.body))
def test_the_body_it_was_put_to_answers(who: Any) -> None:
    """Nobody answers for another, and nobody answers oneself."""
    assert "challenge.put-to-another" == after(RAISE).refuses(but(ANSWER, by=who))
    assert (became(ANSWER),) == after(RAISE).records(ANSWER)


@pytest.mark.parametrize("who", [COUNCIL, POLICE], ids=lambda who: str(who.body))
def test_the_body_that_raised_it_says_when_it_is_settled(who: Any) -> None:
    """Otherwise an answer could settle itself."""
    given = (RAISE, ANSWER)

    assert "challenge.raised-by-another" == after(*given).refuses(but(RESOLVE, by=who))
    assert (became(RESOLVE),) == after(*given).records(RESOLVE)


@pytest.mark.parametrize(
    "command",
    [but(ANSWER, on=day("2018-09-01")), but(RESOLVE, reasons="We were told so.")],
    ids=name,
)
def test_what_is_settled_is_settled(command: Command) -> None:
    """A new doubt is a new challenge."""
    assert "challenge.resolved" == after(*LIFE).refuses(command)
    assert (became(command),) == after(RAISE, ANSWER).records(command)


def test_an_answer_may_be_added_to() -> None:
    """Each stays on record; the first one is when it was answered."""
    more = but(ANSWER, on=day("2018-07-01"), answer="The plan is out.")

    assert (became(more),) == after(RAISE, ANSWER).records(more)


def test_it_may_be_taken_no_further_without_an_answer() -> None:
    """The body that raised it says why."""
    assert (became(RESOLVE),) == after(RAISE).records(RESOLVE)


# At Wolverhampton


@pytest.fixture
def board() -> Board:
    """On which an inspection is on record that the challenge is about."""
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    board.app.handle(
        OpenReview(
            by=MANAGER,
            on=day("2017-03-01"),
            review="wscb/inspection-2017",
            kind="ofsted-s136",
            title="Inspection of the local authority",
        )
    )
    return board


def test_the_life_of_a_challenge_at_wolverhampton(board: Board) -> None:
    """The board holds the authority to account after an inspection (framework §3.4.2)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize(
    "who", [CHAIR, QUALITY, by("wsb/jce"), POLICE], ids=lambda who: str(who.body)
)
def test_to_challenge_is_nobodys_privilege(board: Board, who: Any) -> None:
    """An agency may put a concern to its board, as the board may to an agency."""
    command = but(RAISE, by=who, to="wsab")

    (record,) = board.app.handle(command)

    assert became(command) == record.event


def test_a_merged_body_is_answered_for_by_its_successor(board: Board) -> None:
    """And what it raised, its successor settles; nobody else does either."""
    merged = tuple(
        MergeBody(by=CHAIR, on=day("2018-05-10"), body=body, into=into, reasons="One body.")
        for body, into in (("wsb/council-children", "wsb/council-adults"), ("wscb", "wsab"))
    )
    board.app.handle_all((RAISE, *merged))
    answer, resolve = but(ANSWER, by=by("wsb/council-adults")), but(RESOLVE, by=by("wsab"))

    def rule(command: Command) -> str:
        with pytest.raises(RefusedError) as refused:
            board.app.handle(command)
        return refused.value.rule

    assert "challenge.put-to-another" == rule(but(answer, on=day("2018-05-09")))
    assert "challenge.raised-by-another" == rule(but(resolve, by=POLICE))
    assert 2 == len(board.app.handle_all((answer, resolve)))
