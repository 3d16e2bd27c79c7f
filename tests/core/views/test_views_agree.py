"""No two views contradict each other about one item, whatever is corrected, at any two times.

Every table that tells of items joins a claim or a sum (`tests/agreement`), or is listed here.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lif_core.aggregates.body import MergeBody
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import LifError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.requests import load
from lif_core.projection.as_of import AsOf
from lif_core.projection.tables import names_of
from lif_core.testing import lives
from lif_core.testing.catalogue import everything
from tests import edge_histories
from tests.agreement import Looks, disagreements
from tests.agreement.claims import CLAIMS
from tests.agreement.histories import looks_at
from tests.agreement.sums import SUMS
from tests.board import Board
from tests.people import CHAIR, EVERYTHING

NOW = datetime(2022, 1, 1, tzinfo=UTC)
ALONE: Mapping[str, str] = {
    "accountability/explanations": "it is in words; its days are in those of duties and clocks",
    "child-deaths/": "the bound below which counts are hidden",
    "child-deaths/days": "medians, that the panel sees one by one",
    "corrections/": "of entries, which no other view has",
    "corrections/corrections": "of entries, which no other view has",
    "corrections/unfounded": "of entries, which no other view has",
    "corrections/without_effect": "of entries, which no other view has",
    "coverage/period": "the dates that were asked for",
    "lessons/offers": "what waits for a board is in no other table, by the rule",
    "provenance/links": "of entries, which no other view has",
    "sustainability/by_day_of_discovery.at_risk": "an estimate: test_sustainability.py",
    "sustainability/by_day_of_discovery.steps": "an estimate: test_sustainability.py",
    "sustainability/survival.masses": "an estimate: test_sustainability.py",
    "sustainability/survival_of_first.masses": "an estimate: test_sustainability.py",
}
"""The tables that no other says anything of, with the reason."""


class Lives:
    """Everything that boards decide on, decided and recorded."""

    def __init__(self) -> None:
        self.now = NOW
        self.app = Application(MemoryRecorder(), clock=lambda: self.now, readership=EVERYTHING)
        self.app.handle_all([load(json.dumps(each), self.app.mapper) for each in everything()])
        self.records = list(self.app.history())

    def correct(self, random: Random, times: int) -> None:
        """Void and amend entries, one a day; move their days, and say in one what another says."""
        for _ in range(times):
            self.now += timedelta(days=1)
            with suppress(LifError):
                self.app.handle(self.correction(random))

    def correction(self, random: Random) -> Command:
        record, on = random.choice(self.records), self.now.date()
        by, event = record.event.by, record.event
        match random.choice(("void", "move", "move", "say", "say", "merge")):
            case "void":
                return VoidEntry(
                    by=by,
                    on=on,
                    stream=record.stream,
                    entry=record.stream_position,
                    reasons="Wrong",
                )
            case "merge":
                since = lives.FIRST + timedelta(days=random.randint(0, 900))
                body, into = random.sample(lives.AGENCIES, 2)
                return MergeBody(by=CHAIR, on=since, body=body, into=into, reasons="One")
            case "move":
                days = timedelta(days=random.choice((-400, -60, -20, 20, 60, 400)))
                moved = attrs.evolve(event, on=event.on + days)  # type: ignore[misc]
            case _:
                alike = [each.event for each in self.records if type(each.event) is type(event)]
                other = random.choice(alike)
                names = names_of(type(event))
                name = random.choice([name for name in names if name not in ("by", "on")])
                moved = attrs.evolve(event, **{name: getattr(other, name)})  # type: ignore[misc]
        return AmendEntry(
            by=by,
            on=on,
            stream=record.stream,
            entry=record.stream_position,
            reasons="Wrong",
            replacement=Replacement(moved),
        )

    def looks(self, valid: date, known: datetime | None = None) -> Looks:
        as_of = AsOf(valid=valid, known=known, frameworks=self.app.frameworks)
        return Looks.at(list(self.app.history()), as_of)


@pytest.fixture(scope="module")
def whole() -> Lives:
    return Lives()


@pytest.mark.parametrize("valid", [date(2018, 1, 15), date(2018, 9, 30), date(2021, 1, 1)])
def test_no_two_views_contradict_each_other_about_what_was_decided(
    whole: Lives, valid: date
) -> None:
    assert [] == list(disagreements(whole.looks(valid), CLAIMS, SUMS))


@settings(max_examples=5, phases=(Phase.explicit, Phase.generate))  # 120 corrections: as found
@given(
    seed=st.integers(0, 10**6),
    valid=st.dates(date(2017, 6, 1), date(2021, 6, 1)),
    before=st.integers(0, 100),
)
def test_nor_about_what_was_corrected(seed: int, valid: date, before: int) -> None:
    """As is known today, and as was known on a day between the corrections."""
    corrected = Lives()
    corrected.correct(Random(seed), 120)

    assert [] == list(disagreements(corrected.looks(valid), CLAIMS, SUMS))
    known = corrected.now - timedelta(days=before)
    assert [] == list(disagreements(corrected.looks(valid, known), CLAIMS, SUMS))


@pytest.mark.parametrize("seed", [31004, 31007, 31011])
def test_nor_in_a_history_of_any_decisions(seed: int) -> None:
    """In what tellers tell at random; `python -m tests.agreement` tries as many as are wanted."""
    assert [] == [each for look in looks_at(seed) for each in disagreements(look, CLAIMS, SUMS)]


@pytest.mark.parametrize("name", sorted(edge_histories.HISTORIES))
def test_nor_at_the_edges_of_what_can_be_recorded(name: str) -> None:
    board = Board()
    edge_histories.HISTORIES[name](board)
    records = list(board.app.history())

    for valid in days_of(records):
        as_of = AsOf(valid=valid, known=None, frameworks=board.app.frameworks)
        assert [] == list(disagreements(Looks.at(records, as_of), CLAIMS, SUMS))


def days_of(records: list[Record]) -> Iterator[date]:
    """A day in the middle of what was decided, one after it, and the last there is."""
    days = sorted(record.event.on for record in records) or [date(2018, 1, 1)]
    yield from (days[len(days) // 2], days[-1] + timedelta(days=1), date(2019, 6, 30))


def test_every_table_is_held_against_another_or_listed_with_a_reason(whole: Lives) -> None:
    """A new view, or a new table of one, is not forgotten."""
    looks = whole.looks(date(2019, 1, 1))
    list(disagreements(looks, {}, {}))
    looks.read.clear()
    for claims in CLAIMS.values():
        for says in claims:
            says.told(looks)
    for counts in SUMS.values():
        for count in counts:
            count(looks)
    tables = {name for name, _ in looks.tables() if not name.endswith("/inconsistent")}

    assert tables - looks.read == {*ALONE}
