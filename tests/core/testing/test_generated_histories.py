"""Whole histories that are generated: valid, of everything, and simple once they have shrunk."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.errors import LifError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.queries.reader import Reader
from lif_core.testing.catalogue import Catalogue, LifeStep, shipped
from lif_core.testing.history import EVERYTHING, GeneratedHistory, begun, histories
from lif_core.testing.prerequisites import Prerequisites
from lif_core.views.accountability import accountability
from tests.core.testing.test_decider_contract import LIFE
from tests.kit import FAULTS, Figures, generated, shrunk
from tests.lives import but
from tests.people import day

CATALOGUE = shipped()
CORRECTIONS = {"EntryAmended", "EntryVoided", "ClockCorrected"}


@pytest.fixture(scope="module")
def figures() -> Figures:
    return generated(600)


# The catalogue


def test_everything_that_can_be_decided_is_in_the_catalogue() -> None:
    """But for corrections, which are of any entry there is."""
    missing = Registry().commands.keys() - CATALOGUE.by_name.keys()

    assert {"AmendEntry", "VoidEntry", "CorrectClock"} == missing


def decided(steps: tuple[LifeStep, ...]) -> None:
    """Decide *steps* of a life under another number, and later; nothing of it is refused."""
    chronicle = begun(CATALOGUE)
    for step in steps:
        chronicle.now = max(chronicle.now, chronicle.now.replace(year=2030))
        assert chronicle.decide(step.again(7, timedelta(days=20))), (step, chronicle.refused)


@pytest.mark.parametrize("name", sorted(CATALOGUE.by_name))
def test_a_decision_is_let_through_after_its_prerequisites(name: str) -> None:
    """After all that led to it, and after the few that it cannot do without."""
    prerequisites = Prerequisites(CATALOGUE) if name == "AcceptLink" else PREREQUISITES
    step = CATALOGUE.by_name[name][0]
    few, everything = prerequisites.few_of(step), prerequisites.all_of(step)
    decided(few)
    decided(everything)

    assert step is few[-1] is everything[-1]
    assert len(few) <= len(everything)


PREREQUISITES = Prerequisites(CATALOGUE)


def test_a_life_is_lived_again_under_another_number_and_later() -> None:
    (step, *_) = CATALOGUE.by_name["PlanRecommendation"]
    command: Any = step.command
    again: Any = step.again(3, timedelta(days=10))

    assert command.recommendation.replace("~", "-3") == again.recommendation
    assert timedelta(days=10) == again.on - command.on == again.due - command.due


def test_lives_of_a_host_come_into_histories() -> None:
    """Given as they are to the contract of a decider; they need no number."""
    own = [but(command, indicator="wscb/own") for command in LIFE]
    catalogue = Catalogue().plus(own)
    seen: set[str] = set()

    @settings(max_examples=30, database=None, derandomize=True)
    @given(histories(catalogue))
    def look(history: GeneratedHistory) -> None:
        seen.update(record.stream for record in history.records)

    look()
    assert "indicator-wscb/own" in seen


# Histories


def test_nearly_all_that_is_tried_is_recorded(figures: Figures) -> None:
    """What is refused is refused because of a twist: a day, a value, a body that was merged."""
    assert figures.share_recorded > 0.85


def test_everything_is_reached(figures: Figures) -> None:
    """In three hundred histories, at least 17 of 20 kinds of events; corrections always."""
    names = Registry().events.keys()

    assert len(figures.reached) > 0.85 * len(names)
    assert figures.reached >= CORRECTIONS | {"BodyMerged"}


def test_a_history_has_about_thirty_entries(figures: Figures) -> None:
    lengths = figures.lengths

    assert 20 < sum(lengths) / len(lengths) < 50


def test_histories_are_back_dated_corrected_merged_and_migrated(figures: Figures) -> None:
    """Some are of one number, some of two; in some a clock was wrong."""
    share = {
        "back-dated": lambda h: FAULTS["an entry is back-dated"](h.records),
        "amended": lambda h: any(isinstance(r.event, EntryAmended) for r in h.records),
        "voided": lambda h: any(isinstance(r.event, EntryVoided) for r in h.records),
        "migrated": lambda h: any(r.migrated for r in h.records),
        "stamped by a wrong clock": lambda h: any(r.stamped for r in h.records),
        "of two numbers": lambda h: {"-0", "-1"} <= {r.stream[-2:] for r in h.records},
    }
    counts = {name: sum(map(holds, figures.histories)) for name, holds in share.items()}

    assert min(counts.values()) >= 5, counts


@settings(max_examples=20, suppress_health_check=())
@given(histories())
def test_a_history_is_a_log_like_any_other(history: GeneratedHistory) -> None:
    """In the order of recording, without gaps; the same in another store; readable by views."""
    records = history.records
    recorder = MemoryRecorder()
    history.write(recorder)
    copy = Reader(recorder, clock=history.application.clock, readership=EVERYTHING)

    assert list(range(1, len(records) + 1)) == [record.position for record in records]
    assert records == tuple(copy.history())
    for valid in (history.ends, date(2018, 3, 1)):
        assert history.application.view(accountability, valid=valid) == copy.view(
            accountability, valid=valid
        )


def test_a_history_is_shown_by_its_entries() -> None:
    """So that a failing example can be read: a line for each, by day and stream."""
    history = shrunk(lambda records: len(records) >= 2)
    heading, *lines = repr(history).splitlines()

    assert ("History of 2 entries:", 2) == (heading, len(lines))
    assert all(record.stream in line for record, line in zip(history.records, lines, strict=True))


@pytest.mark.parametrize(
    ("fault", "entries"),
    [
        ("ten entries", 11),
        ("an audit is amended", 6),
    ],
)
def test_a_history_that_fails_becomes_simple(fault: str, entries: int) -> None:
    """Hypothesis leaves what the fault needs, and few entries more."""
    assert len(shrunk(FAULTS[fault]).records) <= entries


def test_what_cannot_be_decided_is_counted() -> None:
    chronicle = begun(CATALOGUE)
    (step, *_) = CATALOGUE.by_name["AcceptRecommendation"]

    assert () == chronicle.decide(step.again(0))
    assert {"recommendation.unknown": 1} == dict(chronicle.refused)
    with pytest.raises(LifError):
        chronicle.application.handle(step.again(0))
    assert day("2017-06-01") == chronicle.now.date()
