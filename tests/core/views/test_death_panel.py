"""What the panel sees of children's deaths, and that nobody else does."""

from collections import Counter
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import review as r
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.messages import Command, Event
from lif_core.errors import NotEntitledError
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.projection.projection import AnyProjection
from lif_core.queries.reader import Reader
from lif_core.queries.readership import NO_ROLES, Roles, is_entitled
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views import PROJECTIONS
from lif_core.views.death_panel import (
    DeathCategoryRow,
    DeathFactorRow,
    DeathPanel,
    DeathRow,
    death_panel,
)
from lif_core.views.deaths import deaths
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.lives import ACCEPT, ANALYSIS, DEATH, DISCONTINUE, FINDING, became, but, decide
from tests.people import EVERYTHING, day

REF = "wscb/scr-1"
REFERRAL = r.ReferCase(
    by=DEATH.by,
    on=day("2017-11-12"),
    review=REF,
    referral="wscb/scr-9",
    kind="scr",
    aware=day("2017-11-01"),
    reasons="Neglect.",
)
NO_FACTORS = but(ANALYSIS, review="wscb/cdr-2", modifiable=r.Modifiable.NO, factors=())


def view(*commands: Command) -> DeathPanel:
    return fold(death_panel, records_of(map(became, commands)), AS_OF)


# What it shows


def test_the_panel_sees_each_death_without_the_childs_name() -> None:
    assert (
        DeathRow(
            review=REF,
            boards=("wscb",),
            area="wolverhampton",
            died=day("2017-04-18"),
            notified=day("2017-04-20"),
            expected=False,
            standing="concluded",
            analysed=day("2017-10-16"),
            category="10",
            modifiable="modifiable factors",
            factors=("B: sleeping place: 2",),
            findings=1,
            referred=("wscb/scr-9",),
        ),
    ) == view(DEATH, FINDING, ANALYSIS, ACCEPT, REFERRAL).deaths


def test_a_single_death_is_counted_and_shown() -> None:
    """By year, category and factor, with how many had factors that could be changed."""
    found = view(DEATH, ANALYSIS, but(DEATH, review="wscb/cdr-2"), NO_FACTORS)

    assert (2, 2, 1) == (found.notified, found.analysed, found.modifiable)
    assert (
        DeathCategoryRow(
            year=2017,
            category="10",
            name=found.categories[0].name,
            deaths=2,
            modifiable=1,
            not_modifiable=1,
            unknown=0,
        ),
    ) == found.categories
    assert "Sudden" in found.categories[0].name
    assert (
        DeathFactorRow(
            year=2017, domain="B", factor="sleeping place", influence="2", deaths=1, modifiable=1
        ),
    ) == found.factors


def test_a_death_that_waits_or_was_stopped_has_no_category() -> None:
    """Nor is it one without factors."""
    stopped = but(DISCONTINUE, review="wscb/cdr-2")
    found = view(DEATH, but(DEATH, review="wscb/cdr-2", died=day("2016-12-30")), stopped)

    assert ["stopped", "waiting"] == [row.standing for row in found.deaths]
    assert [(2016, "", 1, 0), (2017, "", 1, 0)] == [
        (row.year, row.category, row.deaths, row.not_modifiable) for row in found.categories
    ]
    assert (2, 0) == (found.notified, found.analysed)
    assert "reviewed" == view(DEATH, ANALYSIS).deaths[0].standing


WORLD = World(refs=("wscb/1", "wscb/2", "wscb/3"), bodies=("wscb",), streams=("review-wscb/1",))


@given(st.lists(events(WORLD, *get_args(r.ReviewEvent)), max_size=25))
def test_its_counts_are_those_of_its_deaths(history: list[Event[Any]]) -> None:
    """Each death once in a year and a category, whatever the history."""
    found = fold(death_panel, records_of(history), AS_OF)
    begun: dict[str, Event[Any]] = {
        event.review: event
        for event in sorted(history, key=lambda event: event.on)
        if isinstance(event, r.CaseNotified | r.DeathNotified | r.ReviewOpened)
        and event.on <= AS_OF.valid
    }
    died = [event.died.year for event in begun.values() if isinstance(event, r.DeathNotified)]

    assert len(died) == len(found.deaths) == found.notified
    by_year = Counter[int]()
    for row in found.categories:
        by_year[row.year] += row.deaths
        assert row.deaths >= row.modifiable + row.not_modifiable + row.unknown
    assert Counter(died) == by_year


# Who may read it


@pytest.fixture
def board() -> Board:
    board = Board()
    decide(board, DEATH, ANALYSIS)
    return board


def of_nobody(board: Board) -> Application:
    """The same store, opened by somebody of whom nothing is known."""
    return Application(board.app.recorder, clock=lambda: board.now)


def test_only_one_view_is_kept_for_a_role() -> None:
    """Who adds another says here for whom."""
    kept = {name: view.readers for name, view in PROJECTIONS.items() if view.readers}

    assert {"child-death-panel": "child-death-panel"} == kept


def test_nobody_reads_it_unless_the_host_says_that_they_may(board: Board) -> None:
    """By no way in: a view, one in the past, a saved one, a diff, a replay, other packs."""
    app, at = of_nobody(board), AsOf(valid=day("2018-01-01"))
    ways: dict[str, Callable[[], object]] = {
        "view": lambda: app.view(death_panel),
        "in the past": lambda: app.view_at(death_panel, at),
        "saved": lambda: app.save(death_panel),
        "differences": lambda: app.diff(death_panel, at, at),
        "replayed": lambda: list(app.replay(view=death_panel)),
        "what if": lambda: app.under(app.frameworks).view(death_panel),
    }
    for way in ways.values():
        with pytest.raises(NotEntitledError) as refused:
            way()

        assert ("child-death-panel", "child-death-panel") == (
            refused.value.view,
            refused.value.role,
        )
    assert "in the role child-death-panel" in str(refused.value)


def test_who_has_the_role_reads_it_by_every_way(board: Board) -> None:
    app, at = board.app, AsOf(valid=day("2018-01-01"))

    assert 1 == app.view(death_panel).notified
    assert 1 == app.view_at(death_panel, at).notified
    assert 1 == app.under(app.frameworks).view(death_panel).notified
    assert 0 < app.save(death_panel)
    assert () == app.diff(death_panel, at, at).changes
    assert [1, 1] == [
        moment.view.notified for moment in app.replay(view=death_panel) if moment.view
    ]


def test_what_was_saved_for_the_panel_is_read_by_nobody_else(board: Board) -> None:
    board.app.save(death_panel)

    with pytest.raises(NotEntitledError):
        of_nobody(board).view(death_panel)


def test_every_other_view_is_for_whoever_can_open_the_store(board: Board) -> None:
    others: list[AnyProjection] = [view for view in PROJECTIONS.values() if not view.readers]

    assert len(others) == len(PROJECTIONS) - 1
    for projection in others:
        of_nobody(board).view(projection)
        assert is_entitled(projection, NO_ROLES)


def test_a_host_may_ask_its_own_users(board: Board) -> None:
    """The port is one question; whoever answers it may look it up anywhere."""

    class Directory:
        def grants(self, role: str) -> bool:
            return role == "child-death-panel"

    reader = Reader(board.app.recorder, clock=lambda: board.now, readership=Directory())

    assert 1 == reader.view(death_panel).notified
    assert EVERYTHING == Roles(["every stream", "child-death-panel", "personal texts"])
    assert not Roles().grants("child-death-panel")
    assert (
        0
        == Reader(MemoryRecorder(), clock=lambda: board.now, readership=EVERYTHING)
        .view(death_panel)
        .notified
    )


# What a correction left in contradiction


def test_a_death_in_contradiction_is_listed_for_the_panel_and_counted_by_nobody() -> None:
    """Analysed, as amended, before it was notified; the public is not told that there is one."""
    board = Board()
    decide(board, DEATH, ANALYSIS)
    (notified, _) = board.app.history(f"review-{REF}")
    later = Replacement(but(notified.event, on=day("2017-12-01")))
    fields: dict[str, Any] = {"stream": notified.stream, "entry": 1, "reasons": "The day"}
    decide(board, AmendEntry(by=DEATH.by, on=day("2018-01-02"), replacement=later, **fields))
    seen = board.app.view(death_panel, valid=day("2018-01-02"))
    public = board.app.view(deaths, valid=day("2018-01-02"))

    assert [notified.stream] == [row.stream for row in seen.inconsistent]
    assert (0, 0, []) == (seen.notified, seen.analysed, list(seen.deaths))
    assert (0, 0) == (public.totals.notified, public.totals.reviewed)
