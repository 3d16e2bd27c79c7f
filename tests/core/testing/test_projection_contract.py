"""The contract of a projection finds what it says it does, and views of `lif` are held to it."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import attrs
import pytest
from attrs import frozen
from hypothesis import Phase, settings
from msgspec import Struct

from lif_core.aggregates.recommendation import RecommendationEvent, RecommendationIssued
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.testing.projection_contract import ProjectionContract
from lif_core.views.audits import audits
from lif_core.views.coverage import coverage

Fault = Callable[[], dict[str, Any]]


@row(key=("recommendation",))
class AskedRow(Struct, frozen=True, kw_only=True):
    """A recommendation: how many entries it has, and for how many days it has been on record."""

    recommendation: str
    entries: int
    days: int


@frozen
class Asked:
    """The recommendations, by how many entries they have."""

    asked: Table[AskedRow]
    numbers: dict[int, int]


class Entries(Struct, frozen=True):
    """The entries of a recommendation, and the first of them."""

    first: RecommendationEvent
    number: int


def evolve(item: Entries | None, record: Record) -> Entries:
    event: Any = record.event
    return Entries(item.first, item.number + 1) if item else Entries(event, 1)


def add(item: Entries, part: Part) -> None:
    days = part.days_since(item.first.on)
    part.row("asked", AskedRow(recommendation=part.ref, entries=item.number, days=days))
    part.count("numbers", item.number)


def total(everything: Totals) -> Asked:
    numbers = {number: many for (number,), many in everything.counts("numbers").items()}
    return Asked(everything.table("asked"), numbers)


ENTRIES = Item("entries of a recommendation", (RecommendationEvent,), evolve)


def projection(
    item: Callable[..., Any] = evolve, part: Any = add, whole: Any = total, edition: str = "1"
) -> Projection[Any]:
    """Return the projection, or one with a fault in one of its functions."""
    return Projection(
        name="asked",
        view=Asked,
        parts={Item("entries of a recommendation", RecommendationEvent, item): part},
        total=whole,
        edition=edition,
    )


# Faults, each with the rest of the projection as it is


def counts_how_often_it_is_called() -> Projection[Any]:
    calls = count()

    def counting(item: Entries, part: Part) -> None:
        part.count("numbers", next(calls))

    return projection(part=counting)


def looks_at_the_day_behind_the_back_of_the_engine() -> Projection[Any]:
    def looking(item: Entries, part: Part) -> None:
        days = (part._valid - item.first.on).days
        part.row("asked", AskedRow(recommendation=part.ref, entries=item.number, days=days))

    return projection(part=looking)


def has_no_edition() -> Projection[Any]:
    return projection(edition="")


def counts_by_what_is_no_text_or_number() -> Projection[Any]:
    def by_day(item: Entries, part: Part) -> None:
        name: Any = item.first.on
        part.count("numbers", name)

    return projection(part=by_day)


@frozen(eq=False)
class Unequal:
    asked: Table[AskedRow]
    numbers: dict[int, int]


def makes_views_that_equal_nothing() -> Projection[Any]:
    def unequal(everything: Totals) -> Unequal:
        view = total(everything)
        return Unequal(view.asked, view.numbers)

    return attrs.evolve(projection(), view=Unequal, total=unequal)


def cannot_be_pickled() -> Projection[Any]:
    @frozen
    class Inner:
        asked: Table[AskedRow]

    return attrs.evolve(projection(), view=Inner, total=lambda all_: Inner(all_.table("asked")))


def refuses_what_it_does_not_expect() -> Projection[Any]:
    def strict(item: Entries | None, record: Record) -> Entries:
        assert isinstance(record.event, RecommendationIssued)
        return evolve(item, record)

    return projection(item=strict)


def says_another_thing_each_time() -> Projection[Any]:
    calls = count()

    def shifting(everything: Totals) -> Asked:
        return attrs.evolve(total(everything), numbers={next(calls): 1})

    return projection(whole=shifting)


FAULTS: tuple[tuple[Callable[[], Projection[Any]], str], ...] = (
    (counts_how_often_it_is_called, "a_view_says_the_same_each_time"),
    (makes_views_that_equal_nothing, "a_view_says_the_same_each_time"),
    (looks_at_the_day_behind_the_back_of_the_engine, "a_view_is_gone_on_from"),
    (has_no_edition, "a_saved_view_is_resumed"),
    (counts_by_what_is_no_text_or_number, "a_saved_view_is_resumed"),
    (says_another_thing_each_time, "a_view_of_the_past_is_that_of_the_past"),
    (says_another_thing_each_time, "two_views_can_be_held_against_each_other"),
    (cannot_be_pickled, "a_view_pickles"),
    (refuses_what_it_does_not_expect, "any_entries_can_be_read"),
)
TRIES = 25
TESTS = [name for name in dir(ProjectionContract) if name.startswith("test_")]


@pytest.fixture
def quick() -> Iterator[None]:
    """Without shrinking what fails as it should, and with other examples in each try: what is
    derandomized meets the same ones each time.
    """
    profile = settings.get_current_profile_name()
    settings.register_profile(
        "faults",
        max_examples=40,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
    )
    settings.load_profile("faults")
    yield
    settings.load_profile(profile)


def problem_of(subject: Projection[Any], test: str) -> str | None:
    """Return how a projection fails a test of its contract; `None` where it does not."""

    class Contract(ProjectionContract):
        projection = subject

    try:
        getattr(Contract(), f"test_{test}")()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("fault", "test"), FAULTS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_projection_with_a_fault_fails_the_test_that_names_it(
    fault: Callable[[], Projection[Any]], test: str
) -> None:
    """It is looked for again where chance met nothing that shows it."""
    assert any(problem_of(fault(), test) is not None for _ in range(TRIES))


def test_every_test_of_the_contract_finds_a_fault() -> None:
    assert {f"test_{test}" for _, test in FAULTS} == {*TESTS}


class TestTheProjectionWithoutTheFaults(ProjectionContract):
    projection = projection()


class TestAudits(ProjectionContract):
    projection = audits


class TestCoverage(ProjectionContract):
    projection = coverage
