"""The rules of a seat on a board, and its life under Wolverhampton's rights. All is fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import attrs
import pytest

from lif_core.aggregates import membership
from lif_core.aggregates.membership import (
    AppointMember,
    EndMembership,
    NameDeputy,
    SignJobDescription,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, POLICE, QUALITY, TRAINING, day

DECIDER: AnyDecider = membership.decider
SEAT = "wscb/seat-police"

APPOINT = AppointMember(
    by=CHAIR,
    on=day("2018-01-10"),
    membership=SEAT,
    member="P. Lead",
    agency="wsb/police",
    sits_on="wscb",
    role="member",
)
SIGN = SignJobDescription(by=POLICE, on=day("2018-02-01"), membership=SEAT, version="2017")
DEPUTISE = NameDeputy(by=POLICE, on=day("2018-03-01"), membership=SEAT, deputy="D. Lead")
END = EndMembership(by=CHAIR, on=day("2018-12-31"), membership=SEAT, reasons="Moved to Kent.")
LIFE = (APPOINT, SIGN, DEPUTISE, END)


after = partial(scenario_of, DECIDER)


# The whole life


class TestMembership(DeciderContract):
    """Appointed, signed, deputised for, ended."""

    decider = DECIDER
    lives = (LIFE,)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize("command", [SIGN, DEPUTISE, END], ids=name)
def test_nobody_signs_for_a_seat_that_nobody_was_appointed_to(command: Command) -> None:
    """Most likely the reference is wrong."""
    assert "membership.unknown" == after().refuses(command)
    assert (became(command),) == after(APPOINT).records(command)


@pytest.mark.parametrize("given", [(APPOINT,), LIFE], ids=["held", "ended"])
@pytest.mark.parametrize(
    "changes",
    [{"member": "Q. Lead"}, {"agency": "wsb/rwt"}, {"sits_on": "wscb/qac"}, {"role": "chair"}],
    ids=lambda changes: str(*changes),
)
def test_the_next_holder_of_a_seat_has_a_membership_of_their_own(
    given: tuple[Command, ...], changes: dict[str, Any]
) -> None:
    """What one person signed must not be shown for another."""
    another = but(APPOINT, **changes)

    assert "membership.reference-taken" == after(*given).refuses(another)
    assert (became(another),) == after().records(another)


@pytest.mark.parametrize("on", ["2018-12-30", "2018-12-31", "2019-01-01"])
@pytest.mark.parametrize(
    "command",
    [but(SIGN, version="2018"), but(DEPUTISE, deputy="E. Lead"), but(END, reasons="Retired.")],
    ids=name,
)
def test_a_membership_that_has_ended_changes_no_more(command: Command, on: str) -> None:
    """Nobody acts from an empty seat, and it is left once."""
    late = but(command, on=day(on))

    assert "membership.ended" == after(*LIFE).refuses(late)
    assert (became(late),) == after(APPOINT, SIGN, DEPUTISE).records(late)


def test_the_job_description_in_force_is_the_one_to_sign() -> None:
    """What was agreed to under an older one is not what the board now asks (framework §6.1)."""
    pack = attrs.evolve(WOLVERHAMPTON, job_description="2018")
    in_force = but(SIGN, version="2018")

    assert "membership.job-description" == after(APPOINT, framework=pack).refuses(SIGN)
    assert (became(in_force),) == after(APPOINT, framework=pack).records(in_force)


@pytest.mark.parametrize("version", ["2017", "2018", "draft"])
def test_where_the_framework_names_no_job_description_any_is_signed(version: str) -> None:
    """Wolverhampton's stands in its Board Constitution, which is not public."""
    command = but(SIGN, version=version)

    assert (became(command),) == after(APPOINT).records(command)


def test_a_later_signature_is_not_from_before_an_earlier_one() -> None:
    """The last one signed is the one that holds."""
    scenario = after(APPOINT, SIGN)
    earlier = but(SIGN, version="2018", on=day("2018-01-31"))
    same_day = but(SIGN, version="2018")

    assert "membership.out-of-order" == scenario.refuses(earlier)
    assert (became(same_day),) == scenario.records(same_day)


def test_another_deputy_may_be_named_at_any_time() -> None:
    """The later one replaces the earlier; no vote hangs on who came first."""
    another = but(DEPUTISE, deputy="E. Lead")

    assert (became(another),) == after(APPOINT, DEPUTISE).records(another)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    return board


def test_the_life_of_a_seat_under_wolverhamptons_rights(board: Board) -> None:
    """The board appoints and ends; the member signs and names who stands in."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)
    assert {f"membership-{SEAT}"} == {record.stream for record in records}


@pytest.mark.parametrize("command", [APPOINT, END], ids=name)
def test_no_agency_appoints_or_unseats_a_member(board: Board, command: Command) -> None:
    """A seat is the board's, or the committee's, to give and to take."""
    board.app.handle_all((APPOINT, SIGN))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(command, by=POLICE))

    assert "authority.not-entitled" == refused.value.rule


@pytest.mark.parametrize("by", [CHAIR, QUALITY, TRAINING], ids=lambda by: str(by.body))
def test_boards_and_committees_fill_their_seats(board: Board, by: Any) -> None:
    """Members sit on committees too."""
    (record,) = board.app.handle(but(APPOINT, by=by, sits_on=by.body))

    assert became(but(APPOINT, by=by, sits_on=by.body)) == record.event


# Where, and in which order


def test_a_seat_is_on_a_board_or_a_committee() -> None:
    """An agency has no seats; a committee has (framework §6.1)."""
    agency, committee = but(APPOINT, sits_on="wsb/rwt"), but(APPOINT, sits_on="wscb/qac")

    assert "membership.of-an-agency" == after().refuses(agency)
    assert (became(committee),) == after().records(committee)


def test_a_seat_is_not_left_before_the_last_thing_that_was_done_in_it() -> None:
    early = but(END, on=day("2018-02-28"))

    assert "membership.out-of-order" == after(APPOINT, SIGN, DEPUTISE).refuses(early)
    assert (became(early),) == after(APPOINT, SIGN).records(early)


def test_a_deputy_is_not_named_before_the_one_named_last() -> None:
    early = but(DEPUTISE, on=day("2018-02-15"), deputy="E. Other")

    assert "membership.out-of-order" == after(APPOINT, DEPUTISE).refuses(early)
    assert (became(early),) == after(APPOINT).records(early)
