"""The rules of a board's annual report, and its life at Wolverhampton. All is fictional.

The figures of the period are a view's; here is who says what, in which order.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import annual_report
from lif_core.aggregates.annual_report import BeginAnnualReport, ExplainImpact, PublishAnnualReport
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, by, day

DECIDER: AnyDecider = annual_report.decider
REF = "wscb/report-2017-18"

BEGIN = BeginAnnualReport(
    by=CHAIR,
    on=day("2018-02-01"),
    report=REF,
    since=day("2017-04-01"),
    until=day("2018-03-31"),
)
EXPLAIN = ExplainImpact(
    by=CHAIR,
    on=day("2018-05-01"),
    report=REF,
    services="Health visitors now see every father.",
    harm="No child came to the harm that this one did.",
    source="review-wscb/table-top-1",
)
PUBLISH = PublishAnnualReport(
    by=CHAIR, on=day("2018-07-01"), report=REF, place="The website of the board"
)
LIFE = (BEGIN, EXPLAIN, PUBLISH)


after = partial(scenario_of, DECIDER)


# The whole life


class TestAnnualReport(DeciderContract):
    """Begun, explained, published."""

    decider = DECIDER
    lives = (LIFE,)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize(
    ("command", "enough"),
    [(EXPLAIN, (BEGIN,)), (PUBLISH, (BEGIN, EXPLAIN))],
    ids=lambda value: name(value) or "",
)
def test_nothing_is_said_in_a_report_nobody_began(
    command: Command, enough: tuple[Command, ...]
) -> None:
    """Most likely the reference is wrong."""
    assert "report.unknown" == after().refuses(command)
    assert (became(command),) == after(*enough).records(command)


def test_the_next_report_has_a_reference_of_its_own() -> None:
    """Of another period, or of other boards."""
    another = but(BEGIN, since=day("2018-04-01"), until=day("2019-03-31"))

    assert "report.reference-taken" == after(BEGIN).refuses(another)
    assert (became(another),) == after().records(another)


def test_a_report_ends_when_it_begins_or_later() -> None:
    """A report on one day is one; one that is over before it starts is a typing error."""
    backwards, one_day = but(BEGIN, until=day("2017-03-31")), but(BEGIN, until=day("2017-04-01"))

    assert "report.ends-before-it-begins" == after().refuses(backwards)
    assert (became(one_day),) == after().records(one_day)


def test_a_report_that_explains_no_impact_is_not_published() -> None:
    """It will explain the impact on services, and on deaths and serious harm (framework §2.2)."""
    assert "report.impact-unexplained" == after(BEGIN).refuses(PUBLISH)
    assert (became(PUBLISH),) == after(BEGIN, EXPLAIN).records(PUBLISH)


def test_one_explanation_of_all_reviews_together_is_enough() -> None:
    """The framework asks what changed, not for a paragraph a review."""
    of_all = but(EXPLAIN, source=None)

    assert (became(PUBLISH),) == after(BEGIN, of_all).records(PUBLISH)


@pytest.mark.parametrize(
    ("explained", "early", "first"),
    [
        ("2018-03-01", "2018-03-30", "2018-03-31"),
        ("2018-05-01", "2018-04-30", "2018-05-01"),
    ],
    ids=["its period", "its explanation"],
)
def test_a_report_is_published_after_its_period_and_its_explanation(
    explained: str, early: str, first: str
) -> None:
    """Whichever comes last; on that day it may be."""
    scenario = after(BEGIN, but(EXPLAIN, on=day(explained)))
    in_time = but(PUBLISH, on=day(first))

    assert "report.out-of-order" == scenario.refuses(but(PUBLISH, on=day(early)))
    assert (became(in_time),) == scenario.records(in_time)


@pytest.mark.parametrize(
    "command",
    [but(EXPLAIN, services="None, to be honest."), but(PUBLISH, place="In print")],
    ids=name,
)
def test_a_published_report_says_no_more(command: Command) -> None:
    """What was wrong in it is corrected, and seen to be."""
    assert "report.published-already" == after(*LIFE).refuses(command)
    assert (became(command),) == after(BEGIN, EXPLAIN).records(command)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    """On which a review is on record whose impact can be explained."""
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    board.app.handle(
        OpenReview(
            by=MANAGER,
            on=day("2017-05-08"),
            review="wscb/table-top-1",
            kind="table-top",
            title="A case of neglect",
            threshold="No serious harm.",
        )
    )
    return board


def test_the_life_of_a_report_under_wolverhamptons_rights(board: Board) -> None:
    """The board reports on its own year (framework §2.2; Care Act 2014, Schedule 2)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize(
    "who", [by("wsab"), by("walsall-scb"), QUALITY, POLICE], ids=lambda who: str(who.body)
)
@pytest.mark.parametrize("command", LIFE, ids=name)
def test_a_report_is_its_own_boards(board: Board, command: Command, who: Any) -> None:
    """Not another board's, nor a committee's, nor an agency's."""
    board.app.handle_all((but(BEGIN, since=day("2017-01-01")), but(EXPLAIN, source=None)))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(command, by=who))

    assert "authority.not-entitled" == refused.value.rule


@pytest.mark.parametrize(
    ("body", "entitled"), [("wscb", True), ("wsab", True), ("walsall-scb", False)]
)
def test_a_joint_report_is_either_boards(board: Board, body: str, entitled: bool) -> None:
    """Of the boards that the pack governs, and of no other."""
    joint = but(BEGIN, by=by(body), report="wsb/report-2017-18", boards=("wscb", "wsab"))

    def rule() -> str | None:
        try:
            board.app.handle(joint)
        except RefusedError as refused:
            return refused.rule
        return None

    assert (None if entitled else "authority.not-entitled") == rule()
