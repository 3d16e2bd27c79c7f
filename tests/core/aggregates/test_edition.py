"""The rules of an edition of the framework, and its life at Wolverhampton. All is fictional."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import edition
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.edition import (
    AcknowledgeEdition,
    EvaluateEdition,
    IssueEdition,
    MandateEdition,
    ProposeEdition,
)
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command
from lif_core.errors import RefusedError
from lif_core.testing.decider_contract import DeciderContract
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, name, scenario_of
from tests.people import CHAIR, MANAGER, POLICE, QUALITY, by, day

DECIDER: AnyDecider = edition.decider
REF = "wsb/edition-2017"
ADULTS = by("wsab")
TRUST = by("wsb/rwt")

PROPOSE = ProposeEdition(
    by=MANAGER,
    on=day("2017-01-10"),
    edition=REF,
    title="Joint Learning and Improvement Framework 2017-2019",
    pack="wolverhampton-2017",
    boards=("wscb", "wsab"),
)
MANDATE = MandateEdition(by=CHAIR, on=day("2017-02-01"), edition=REF)
MANDATE_TOO = MandateEdition(by=ADULTS, on=day("2017-02-15"), edition=REF)
ISSUE = IssueEdition(
    by=MANAGER,
    on=day("2017-03-01"),
    edition=REF,
    place="The website of the boards",
    agencies=("wsb/police", "wsb/rwt"),
)
ACKNOWLEDGE = AcknowledgeEdition(
    by=POLICE, on=day("2017-04-01"), edition=REF, own_framework="Ours refers to it from May on."
)
EVALUATE = EvaluateEdition(
    by=QUALITY,
    on=day("2018-03-01"),
    edition=REF,
    efficiency="Panels meet half as often.",
    effectiveness="Three of four findings were acted on.",
    flexibility="Table-top reviews took three forms.",
    changes="One form for all notes.",
)
LIFE = (PROPOSE, MANDATE, MANDATE_TOO, ISSUE, ACKNOWLEDGE, EVALUATE)
ISSUED = LIFE[:4]


after = partial(scenario_of, DECIDER)


# The whole life


class TestEdition(DeciderContract):
    """Proposed, mandated by both, issued, taken up, evaluated twice."""

    decider = DECIDER
    lives = ((*LIFE, but(EVALUATE, on=day("2019-03-01"), changes="None.")),)
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# Proposed


@pytest.mark.parametrize(
    ("command", "enough"),
    [(MANDATE, (PROPOSE,)), (ISSUE, ISSUED[:3]), (ACKNOWLEDGE, ISSUED), (EVALUATE, ISSUED)],
    ids=lambda value: name(value) or "",
)
def test_nothing_is_decided_about_an_edition_nobody_proposed(
    command: Command, enough: tuple[Command, ...]
) -> None:
    """Most likely the reference is wrong."""
    assert "edition.unknown" == after().refuses(command)
    assert (became(command),) == after(*enough).records(command)


def test_the_next_edition_has_a_reference_of_its_own() -> None:
    """What one was mandated for must not become another's mandate."""
    another = but(PROPOSE, title="Framework 2019-2021", pack="working-together-2023")

    assert "edition.reference-taken" == after(PROPOSE).refuses(another)
    assert (became(another),) == after().records(another)


def test_an_edition_is_put_to_a_board() -> None:
    """One board is enough: another framework need not be a joint one (framework §2.6)."""
    of_one = but(PROPOSE, boards=("wscb",))

    assert "edition.of-no-board" == after().refuses(but(PROPOSE, boards=()))
    assert (became(of_one),) == after().records(of_one)


# Mandated


def test_only_a_board_it_was_put_to_mandates_it() -> None:
    """Another board's consent is no part of it."""
    assert "edition.not-put-to" == after(PROPOSE).refuses(but(MANDATE, by=by("walsall-scb")))
    assert (became(MANDATE_TOO),) == after(PROPOSE).records(MANDATE_TOO)


def test_a_board_mandates_it_once() -> None:
    """The day on which it stood behind it is one day; the other board has its own."""
    again = but(MANDATE, on=day("2017-02-02"))

    assert "edition.mandated-already" == after(PROPOSE, MANDATE).refuses(again)
    assert (became(MANDATE_TOO),) == after(PROPOSE, MANDATE).records(MANDATE_TOO)


# Issued


@pytest.mark.parametrize("given", [(), (MANDATE,), (MANDATE_TOO,)], ids=["none", "one", "other"])
def test_an_edition_is_issued_when_every_board_has_mandated_it(given: tuple[Command, ...]) -> None:
    """Mandated through both boards (framework §2.6)."""
    assert "edition.not-mandated" == after(PROPOSE, *given).refuses(ISSUE)
    assert (became(ISSUE),) == after(PROPOSE, MANDATE, MANDATE_TOO).records(ISSUE)


def test_an_edition_is_not_issued_before_its_last_mandate() -> None:
    """On the day of the mandate it may be."""
    mandated = after(*ISSUED[:3])
    same_day = but(ISSUE, on=day("2017-02-15"))

    assert "edition.out-of-order" == mandated.refuses(but(ISSUE, on=day("2017-02-14")))
    assert (became(same_day),) == mandated.records(same_day)


@pytest.mark.parametrize(
    "changes", [{"place": "By post"}, {"agencies": ("wsb/ccg",)}], ids=lambda c: str(*c)
)
def test_an_edition_is_issued_once(changes: dict[str, Any]) -> None:
    """Whom it went to, and where it stands, is corrected, not said twice."""
    again = but(ISSUE, **changes)

    assert "edition.issued-already" == after(*ISSUED).refuses(again)
    assert (became(again),) == after(*ISSUED[:3]).records(again)


# Taken up, evaluated


@pytest.mark.parametrize("command", [ACKNOWLEDGE, EVALUATE], ids=name)
def test_nobody_takes_up_or_evaluates_what_was_not_issued(command: Command) -> None:
    """A mandate alone binds nobody's workforce development (framework §2.7)."""
    assert "edition.not-issued" == after(*ISSUED[:3]).refuses(command)
    assert (became(command),) == after(*ISSUED).records(command)


def test_only_an_agency_it_was_issued_to_takes_it_up() -> None:
    """Others may follow it, but nobody waits for their answer."""
    trust = but(ACKNOWLEDGE, by=TRUST)

    assert "edition.not-issued-to" == after(*ISSUED).refuses(but(trust, by=by("wsb/ccg")))
    assert (became(trust),) == after(*ISSUED).records(trust)


@pytest.mark.parametrize("command", [ACKNOWLEDGE, EVALUATE], ids=name)
def test_nobody_takes_up_or_evaluates_it_before_it_is_issued(command: Command) -> None:
    """On the day of issue they may."""
    early, same_day = but(command, on=day("2017-02-28")), but(command, on=day("2017-03-01"))

    assert "edition.out-of-order" == after(*ISSUED).refuses(early)
    assert (became(same_day),) == after(*ISSUED).records(same_day)


def test_an_agency_may_say_later_how_it_follows() -> None:
    """The first answer may only say that it has it; a later one replaces it."""
    first = but(ACKNOWLEDGE, own_framework=None)

    assert (became(first),) == after(*ISSUED).records(first)
    assert (became(ACKNOWLEDGE),) == after(*ISSUED, first).records(ACKNOWLEDGE)


# Under Wolverhampton's rights


@pytest.fixture
def board() -> Board:
    board = Board()
    board.now = datetime(2019, 1, 2, tzinfo=UTC)
    return board


def test_the_life_of_an_edition_under_wolverhamptons_rights(board: Board) -> None:
    """Both boards mandate it, the agencies take it up, a committee evaluates it (§1.2, §2.3)."""
    records = board.app.handle_all(LIFE)

    assert tuple(map(became, LIFE)) == tuple(record.event for record in records)


@pytest.mark.parametrize(
    "command",
    [but(MANDATE, by=QUALITY), but(MANDATE, by=POLICE), but(EVALUATE, by=POLICE)],
    ids=lambda command: f"{type(command).__name__} by {command.by.body}",
)
def test_boards_mandate_it_and_no_agency_evaluates_it(board: Board, command: Command) -> None:
    """Owned throughout the structure, mandated through both boards (framework §2.6)."""
    board.app.handle_all(ISSUED)

    with pytest.raises(RefusedError) as refused:
        board.app.handle(command)

    assert "authority.not-entitled" == refused.value.rule


def test_after_a_merger_the_successor_stands_behind_it(board: Board) -> None:
    """It says for which board; before the merger it could not."""
    merge = MergeBody(
        by=ADULTS, on=day("2017-02-10"), body="wsab", into="wscb", reasons="One board."
    )
    for_both = but(MANDATE, on=day("2017-02-15"), for_body="wsab")
    board.app.handle_all((PROPOSE, MANDATE, merge))

    with pytest.raises(RefusedError) as refused:
        board.app.handle(but(for_both, on=day("2017-02-09")))
    board.app.handle_all((for_both, ISSUE))

    assert "authority.not-successor" == refused.value.rule


# To whom, and in whose place


def test_an_edition_is_put_to_boards_only() -> None:
    """A committee mandates nothing (framework §2.6)."""
    committee = but(PROPOSE, boards=("wscb", "wsb/jld"))

    assert "edition.not-a-board" == after().refuses(committee)
    assert (became(PROPOSE),) == after().records(PROPOSE)


def test_an_edition_does_not_replace_itself() -> None:
    itself, before = but(PROPOSE, replaces=REF), but(PROPOSE, replaces="wsb/edition-2015")

    assert "edition.replaces-itself" == after().refuses(itself)
    assert (became(before),) == after().records(before)


def test_an_edition_is_issued_to_somebody() -> None:
    given = ISSUED[:3]

    assert "edition.issued-to-nobody" == after(*given).refuses(but(ISSUE, agencies=()))
    assert (became(ISSUE),) == after(*given).records(ISSUE)
