"""The rules of a multi-agency procedure, and its life at Wolverhampton. All is fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import procedure
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.procedure import (
    AdoptProcedure,
    DraftProcedure,
    EndorseProcedure,
    HelpOrganisation,
    RetireProcedure,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, POLICE, POLICY, QUALITY, day

DECIDER: AnyDecider = procedure.decider
REF = "wsb/pre-birth"

DRAFT = DraftProcedure(
    by=POLICY, on=day("2018-02-01"), procedure=REF, title="Assessment before birth"
)
ENDORSE = EndorseProcedure(
    by=POLICY,
    on=day("2018-04-01"),
    procedure=REF,
    version="1",
    reasons="Agreed by all who use it.",
)
ADOPT = AdoptProcedure(
    by=POLICE,
    on=day("2018-05-01"),
    procedure=REF,
    version="1",
    own_policy="Our notification form asks for the due date.",
)
HELP = HelpOrganisation(
    by=POLICY,
    on=day("2018-05-10"),
    procedure=REF,
    organisation="wsb/voluntary",
    help="An afternoon with the helpline's team.",
)
ENDORSE_2 = but(ENDORSE, on=day("2018-09-01"), version="2", reasons="Shorter.")
RETIRE = RetireProcedure(
    by=POLICY, on=day("2018-12-01"), procedure=REF, reasons="Part of a wider one."
)
LIFE = (DRAFT, ENDORSE, ADOPT, HELP, ENDORSE_2, RETIRE)


after = partial(scenario_of, DECIDER)


# The whole life


class TestProcedure(DeciderContract):
    """Drafted, endorsed, adopted, helped with, endorsed anew, retired."""

    decider = DECIDER
    lives = (LIFE,)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# The rules


@pytest.mark.parametrize(
    ("command", "enough"),
    [(ENDORSE, (DRAFT,)), (ADOPT, (DRAFT, ENDORSE)), (HELP, (DRAFT,)), (RETIRE, (DRAFT,))],
    ids=lambda value: name(value) or "",
)
def test_nothing_is_decided_about_a_procedure_nobody_drafted(
    command: Command, enough: tuple[Command, ...]
) -> None:
    """Most likely the reference is wrong."""
    assert "procedure.unknown" == after().refuses(command)
    assert (became(command),) == after(*enough).records(command)


def test_another_procedure_has_a_reference_of_its_own() -> None:
    """Who adopted the one has not adopted the other."""
    another = but(DRAFT, title="Assessment after birth")

    assert "procedure.reference-taken" == after(DRAFT).refuses(another)
    assert (became(another),) == after().records(another)


@pytest.mark.parametrize("version", ["1", "2"], ids=["replaced", "in force"])
def test_a_version_is_endorsed_once(version: str) -> None:
    """Also one that was replaced: a return to it is a version of its own."""
    scenario = after(DRAFT, ENDORSE, ENDORSE_2)
    again = but(ENDORSE, on=day("2018-10-01"), version=version, reasons="Better after all.")
    next_one = but(again, version="3")

    assert "procedure.endorsed-already" == scenario.refuses(again)
    assert (became(next_one),) == scenario.records(next_one)


def test_a_version_is_not_endorsed_before_the_one_it_replaces() -> None:
    """The last one endorsed is the one in force."""
    scenario = after(DRAFT, ENDORSE)
    same_day = but(ENDORSE_2, on=day("2018-04-01"))

    assert "procedure.out-of-order" == scenario.refuses(but(ENDORSE_2, on=day("2018-03-31")))
    assert (became(same_day),) == scenario.records(same_day)


def test_an_organisation_adopts_what_was_endorsed() -> None:
    """A draft binds nobody; another version is not this one (framework §4.4)."""
    assert "procedure.not-endorsed" == after(DRAFT).refuses(ADOPT)
    assert "procedure.not-endorsed" == after(DRAFT, ENDORSE).refuses(but(ADOPT, version="2"))
    assert (became(ADOPT),) == after(DRAFT, ENDORSE).records(ADOPT)


def test_an_organisation_does_not_adopt_it_before_it_is_endorsed() -> None:
    """On the day of its endorsement it may."""
    scenario = after(DRAFT, ENDORSE)
    same_day = but(ADOPT, on=day("2018-04-01"))

    assert "procedure.out-of-order" == scenario.refuses(but(ADOPT, on=day("2018-03-31")))
    assert (became(same_day),) == scenario.records(same_day)


def test_an_organisation_may_come_to_an_older_version_late() -> None:
    """That it lags behind is a fact to record, not one to refuse."""
    late = but(ADOPT, on=day("2018-10-01"))

    assert (became(late),) == after(DRAFT, ENDORSE, ENDORSE_2).records(late)


@pytest.mark.parametrize(
    "command",
    [
        but(ENDORSE, on=day("2018-12-02"), version="3"),
        but(ADOPT, on=day("2018-12-02"), version="2"),
        but(HELP, on=day("2018-12-02")),
        but(RETIRE, reasons="Nobody used it."),
    ],
    ids=name,
)
def test_a_retired_procedure_is_in_nobodys_hands(command: Command) -> None:
    """It is retired once, and what takes its place has a reference of its own."""
    assert "procedure.retired" == after(*LIFE).refuses(command)
    assert (became(command),) == after(*LIFE[:-1]).records(command)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    return board


def test_the_life_of_a_procedure_under_wolverhamptons_rights(board: Board) -> None:
    """The policy committee leads; each organisation amends its own (framework §4.4, §6.2)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize("who", [CHAIR, QUALITY, POLICE], ids=lambda who: str(who.body))
@pytest.mark.parametrize("command", [DRAFT, ENDORSE_2, RETIRE], ids=name)
def test_law_policy_and_procedure_leads_and_nobody_else(
    board: Board, command: Command, who: Any
) -> None:
    """It develops and endorses what is for several agencies (framework §4.4)."""
    board.app.handle_all((DRAFT, ENDORSE))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(command, by=who))

    assert "authority.not-entitled" == refused.value.rule


def test_after_a_merger_the_successor_adopts_it_for_both(board: Board) -> None:
    """For another body nobody adopts anything."""
    merge = MergeBody(
        by=CHAIR, on=day("2018-04-15"), body="wsb/probation", into="wsb/police", reasons="Trial."
    )
    board.app.handle_all((DRAFT, ENDORSE, merge))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(ADOPT, for_body="wsb/rwt"))
    records = board.app.handle_all((ADOPT, but(ADOPT, for_body="wsb/probation")))

    assert "authority.not-successor" == refused.value.rule
    assert 2 == len(records)


# Any history


def test_a_procedure_is_not_retired_before_it_was_last_endorsed() -> None:
    early = but(RETIRE, on=ENDORSE.on)

    assert "procedure.out-of-order" == after(DRAFT, ENDORSE, ENDORSE_2).refuses(early)
    assert (became(early),) == after(DRAFT, ENDORSE).records(early)
