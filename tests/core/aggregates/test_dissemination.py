"""The rules of passing learning on, and its life at Wolverhampton. All cases are fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import dissemination
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.dissemination import Disseminate, RecordReach, TakeUpLearning
from lif_core.aggregates.review import OpenReview
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, by, day

DECIDER: AnyDecider = dissemination.decider
REF = "wsb/neglect-briefing"
TRUST = by("wsb/rwt")

PASS_ON = Disseminate(
    by=by("wsb/jce"),
    on=day("2018-02-20"),
    dissemination=REF,
    channel="briefing-forum",
    title="What the review taught us about neglect",
    learning_from=("review-wscb/table-top-1",),
    audiences=("practitioners", "managers"),
    bodies=("wsb/police", "wsb/rwt"),
)
REACH = RecordReach(
    by=by("wsb/jce"),
    on=day("2018-03-01"),
    dissemination=REF,
    audience="practitioners",
    reached=140,
)
TAKE_UP = TakeUpLearning(
    by=POLICE, on=day("2018-03-05"), dissemination=REF, will_do="Brief every response team."
)
LIFE = (PASS_ON, REACH, TAKE_UP)


after = partial(scenario_of, DECIDER)


# The whole life


class TestDissemination(DeciderContract):
    """Passed on, counted, taken up, counted anew."""

    decider = DECIDER
    lives = ((*LIFE, but(REACH, on=day("2018-06-01"), reached=155)),)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize("command", [REACH, TAKE_UP], ids=name)
def test_nobody_is_reached_by_what_nobody_passed_on(command: Command) -> None:
    """Most likely the reference is wrong."""
    assert "dissemination.unknown" == after().refuses(command)
    assert (became(command),) == after(PASS_ON).records(command)


@pytest.mark.parametrize(
    "changes",
    [{"title": "Neglect, again"}, {"channel": "newsletter"}, {"on": day("2018-02-21")}],
    ids=lambda changes: str(*changes),
)
def test_what_is_passed_on_once_more_has_a_reference_of_its_own(changes: dict[str, Any]) -> None:
    """Each has its own audiences and its own count of whom it reached."""
    again = but(PASS_ON, **changes)

    assert "dissemination.reference-taken" == after(PASS_ON).refuses(again)
    assert (became(again),) == after().records(again)


@pytest.mark.parametrize("channel", WOLVERHAMPTON.channels, ids=lambda entry: str(entry.code))
def test_learning_goes_by_each_channel_the_framework_names(channel: Any) -> None:
    """Six of them (framework §4.2)."""
    command = but(PASS_ON, channel=channel.code)

    assert (became(command),) == after().records(command)


def test_learning_goes_by_no_channel_the_framework_does_not_name() -> None:
    """Two words for one channel would be counted apart; a board without a pack has its own."""
    command = but(PASS_ON, channel="podcast")

    assert "dissemination.unknown-channel" == after().refuses(command)
    assert (became(command),) == after(framework=GENERAL).records(command)


def test_what_is_passed_on_is_learning_from_somewhere() -> None:
    """Otherwise nobody could say which finding was never shared."""
    assert "dissemination.of-nothing" == after().refuses(but(PASS_ON, learning_from=()))
    assert (became(PASS_ON),) == after().records(PASS_ON)


def test_what_is_passed_on_is_passed_on_to_somebody() -> None:
    """A newsletter for the public is put to no body, but it has its audience."""
    to_the_public = but(PASS_ON, audiences=("public",), bodies=())

    assert "dissemination.to-nobody" == after().refuses(but(PASS_ON, audiences=()))
    assert (became(to_the_public),) == after().records(to_the_public)


def test_only_an_audience_it_was_meant_for_is_counted() -> None:
    """A number under a misspelt audience would be lost from the reach."""
    managers = but(REACH, audience="managers")

    assert "dissemination.not-its-audience" == after(PASS_ON).refuses(
        but(REACH, audience="public")
    )
    assert (became(managers),) == after(PASS_ON, REACH).records(managers)


def test_a_count_does_not_go_back_in_time() -> None:
    """The last one counts; each audience has a last one of its own."""
    scenario = after(PASS_ON, REACH)
    earlier = but(REACH, on=day("2018-02-28"), reached=90)
    same_day = but(REACH, reached=141)
    managers = but(earlier, audience="managers")

    assert "dissemination.out-of-order" == scenario.refuses(earlier)
    assert (became(same_day),) == scenario.records(same_day)
    assert (became(managers),) == scenario.records(managers)


def test_only_a_body_it_was_put_to_takes_it_up() -> None:
    """What others do with it is theirs, and no answer is waited for."""
    assert "dissemination.not-put-to" == after(PASS_ON).refuses(but(TAKE_UP, by=by("wsb/ccg")))
    assert (became(but(TAKE_UP, by=TRUST)),) == after(PASS_ON).records(but(TAKE_UP, by=TRUST))


@pytest.mark.parametrize(
    "changes",
    [{"will_do": "Nothing, after all."}, {"on": day("2018-04-01")}],
    ids=lambda changes: str(*changes),
)
def test_a_body_takes_it_up_once(changes: dict[str, Any]) -> None:
    """Another answer is a correction; another body's is its own."""
    scenario = after(PASS_ON, TAKE_UP)
    trust = but(TAKE_UP, by=TRUST)

    assert "dissemination.taken-up-already" == scenario.refuses(but(TAKE_UP, **changes))
    assert (became(trust),) == scenario.records(trust)


# At Wolverhampton


@pytest.fixture
def board() -> Board:
    """On which a table-top review is on record that can be learnt from."""
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    review = OpenReview(
        by=MANAGER,
        on=day("2018-01-08"),
        review="wscb/table-top-1",
        kind="table-top",
        title="A case of neglect",
        threshold="No serious harm.",
    )
    board.app.handle(review)
    return board


def test_the_life_of_a_briefing_at_wolverhampton(board: Board) -> None:
    """The joint committee shares it, and an agency takes it up (framework §4.5)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize("body", ["wscb", "wsb/jld", "wsb/voluntary"])
def test_passing_learning_on_is_nobodys_privilege(board: Board, body: str) -> None:
    """Good practice should be shared (framework §1.1): the pack gives the right to all."""
    command = but(PASS_ON, by=by(body))

    (record,) = board.app.handle(command)

    assert became(command) == record.event


def test_learning_comes_from_what_is_on_record(board: Board) -> None:
    """Otherwise no finding could be followed to whom it reached."""
    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(PASS_ON, learning_from=("review-wscb/unheard-of",)))

    assert "reference.unknown" == refused.value.rule


def test_after_a_merger_the_successor_takes_it_up(board: Board) -> None:
    """It says for which body; nobody else may, and the merged one acts no more."""
    merge = MergeBody(
        by=CHAIR, on=day("2018-03-01"), body="wsb/rwt", into="wsb/ccg", reasons="One trust."
    )
    board.app.handle_all((PASS_ON, merge))
    successor = but(TAKE_UP, by=by("wsb/ccg"), for_body="wsb/rwt")

    def rule(command: Command) -> str:
        with pytest.raises(RefusedError) as refused:
            board.app.handle(command)
        return refused.value.rule

    assert "authority.not-successor" == rule(but(TAKE_UP, for_body="wsb/rwt"))
    assert "authority.merged" == rule(but(TAKE_UP, by=TRUST))
    assert became(successor) == board.app.handle(successor)[0].event
    assert "dissemination.taken-up-already" == rule(but(successor, on=day("2018-04-01")))
