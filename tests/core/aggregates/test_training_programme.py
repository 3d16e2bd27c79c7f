"""The rules of the training programme, and its life at Wolverhampton. All is fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import training_programme
from lif_core.aggregates.training_course import ProvideCourse
from lif_core.aggregates.training_programme import (
    AdoptStandard,
    AdoptStrategy,
    IncludeCourse,
    PromoteProgramme,
    ReviewProgramme,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, POLICE, POLICY, TRAINING, day

DECIDER: AnyDecider = training_programme.decider
REF = "wsb/programme-2018"

STRATEGY = AdoptStrategy(
    by=TRAINING,
    on=day("2018-03-01"),
    programme=REF,
    strategy="Fewer courses, each for several agencies.",
    since=day("2018-04-01"),
    until=day("2019-03-31"),
)
STANDARD = AdoptStandard(
    by=TRAINING,
    on=day("2018-03-10"),
    programme=REF,
    standard="multi-agency",
    wording="At least three agencies are in the room.",
)
INCLUDE = IncludeCourse(
    by=TRAINING, on=day("2018-04-10"), programme=REF, course="wsb/course-neglect"
)
PROMOTE = PromoteProgramme(
    by=TRAINING, on=day("2018-04-20"), programme=REF, channel="newsletter", audience="managers"
)
REVIEW = ReviewProgramme(
    by=TRAINING,
    on=day("2019-02-01"),
    programme=REF,
    effectiveness="Two of three said that they work differently now.",
    changes="Shorter courses, a reminder after a month.",
)
LIFE = (STRATEGY, STANDARD, INCLUDE, PROMOTE, REVIEW)


after = partial(scenario_of, DECIDER)


# The whole life


class TestTrainingProgramme(DeciderContract):
    """Adopted, held to a standard, filled, promoted, reviewed, held to another."""

    decider = DECIDER
    lives = ((*LIFE, but(STANDARD, on=day("2019-03-01"), wording="At least two.")),)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize("command", LIFE[1:], ids=name)
def test_nothing_is_decided_about_a_programme_without_a_strategy(command: Command) -> None:
    """Most likely the reference is wrong."""
    assert "programme.unknown" == after().refuses(command)
    assert (became(command),) == after(STRATEGY).records(command)


def test_the_next_programme_has_a_reference_of_its_own() -> None:
    """What was promised for one period is not rewritten in it."""
    another = but(STRATEGY, strategy="More courses.")

    assert "programme.reference-taken" == after(STRATEGY).refuses(another)
    assert (became(another),) == after().records(another)


def test_a_programme_ends_when_it_begins_or_later() -> None:
    """A programme for one day is one; one that is over before it starts is a typing error."""
    backwards, one_day = (
        but(STRATEGY, until=day("2018-03-31")),
        but(STRATEGY, until=day("2018-04-01")),
    )

    assert "programme.ends-before-it-begins" == after().refuses(backwards)
    assert (became(one_day),) == after().records(one_day)


def test_a_standard_is_not_reworded_before_it_was_worded() -> None:
    """The last wording holds; another standard has a last wording of its own."""
    scenario = after(STRATEGY, STANDARD)
    earlier = but(STANDARD, on=day("2018-03-09"), wording="At least two.")
    same_day = but(earlier, on=day("2018-03-10"))
    another = but(earlier, standard="effective")

    assert "programme.out-of-order" == scenario.refuses(earlier)
    assert (became(same_day),) == scenario.records(same_day)
    assert (became(another),) == scenario.records(another)


def test_a_course_is_in_the_programme_once() -> None:
    """Counted twice, the programme would seem twice as large."""
    scenario = after(STRATEGY, INCLUDE)
    again, another = (
        but(INCLUDE, on=day("2018-05-01")),
        but(INCLUDE, course="wsb/course-listening"),
    )

    assert "programme.included-already" == scenario.refuses(again)
    assert (became(another),) == scenario.records(another)


@pytest.mark.parametrize("channel", WOLVERHAMPTON.channels, ids=lambda entry: str(entry.code))
def test_a_programme_is_promoted_by_each_channel_the_framework_names(channel: Any) -> None:
    """Those by which learning is passed on (framework §4.2)."""
    command = but(PROMOTE, channel=channel.code)

    assert (became(command),) == after(STRATEGY).records(command)


def test_a_programme_is_promoted_by_no_channel_the_framework_does_not_name() -> None:
    """A board that no pack governs has channels of its own."""
    command = but(PROMOTE, channel="podcast")

    assert "programme.unknown-channel" == after(STRATEGY).refuses(command)
    assert (became(command),) == after(STRATEGY, framework=GENERAL).records(command)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    """On which the course is on record that the programme offers."""
    board = Board()
    board.now = datetime(2019, 6, 1, tzinfo=UTC)
    board.app.handle(
        ProvideCourse(
            by=TRAINING, on=day("2018-03-20"), course="wsb/course-neglect", title="Seeing neglect"
        )
    )
    return board


def test_the_life_of_a_programme_under_wolverhamptons_rights(board: Board) -> None:
    """Joint Learning and Development answers for all of it (framework §4.6, §5.4)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize("who", [CHAIR, POLICY, POLICE], ids=lambda who: str(who.body))
@pytest.mark.parametrize("command", [STRATEGY, STANDARD, REVIEW], ids=name)
def test_strategy_standards_and_review_are_nobody_elses(
    board: Board, command: Command, who: Any
) -> None:
    """One committee is responsible for training between agencies (framework §4.6)."""
    board.app.handle(but(STRATEGY, until=day("2020-03-31")))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(command, by=who))

    assert "authority.not-entitled" == refused.value.rule


def test_a_programme_offers_courses_that_are_on_record(board: Board) -> None:
    """Otherwise nobody could attend them."""
    board.app.handle(STRATEGY)

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(INCLUDE, course="wsb/course-listening"))

    assert "reference.unknown" == refused.value.rule
