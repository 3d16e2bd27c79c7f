"""Tables of a materialised view: what has not moved stays the very same, and two compare by what
has.
"""

from typing import Any

import pytest

from lif_adapters.cli.demo import REVIEW, demo_requests
from lif_adapters.wiring import connect
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import RunningFold, fold
from lif_core.projection.materialised_table import MaterialisedTable
from lif_core.views.accountability import accountability
from tests.people import TEXTS, day

FRAMEWORKS = load()


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """The worked history, up to the report's acceptance."""
    with connect("memory:", readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        return list(app.history())[:40]


def as_of(text: str) -> AsOf:
    return AsOf(valid=day(text), known=None, frameworks=FRAMEWORKS)


def materialised(table: Any) -> MaterialisedTable[Any]:
    assert isinstance(table, MaterialisedTable)
    return table


def test_a_table_of_which_no_part_moved_is_the_very_same(records: list[Record]) -> None:
    """So a step of a replay costs what came with it, however long the log is."""
    folding = RunningFold(accountability)
    folding.add(records[:1])
    before = folding.view(as_of("2017-05-23"))
    folding.add(records[1:2])
    after = folding.view(as_of("2017-05-23"))

    assert before.duties is after.duties
    assert before.clocks is not after.clocks
    assert ["notification", "notification to Ofsted", "decision"] == [
        row.clock for row in before.clocks
    ]


def test_a_view_that_nobody_looked_at_stays_as_it_was(records: list[Record]) -> None:
    """Whatever is taken in later, and whichever of its tables another view has as well."""
    folding, views = RunningFold(accountability), []
    for record in records:
        folding.add([record])
        views.append(folding.view(as_of("2018-06-30")))

    for number, view in enumerate(views, 1):
        assert fold(accountability, records[:number], as_of("2018-06-30")) == view


def test_what_comes_to_the_same_on_a_later_day_has_not_moved(records: list[Record]) -> None:
    """The panel's clock still runs, and days alone change it; the family's reply changes none."""
    folding = RunningFold(accountability)
    folding.add(records[:11])
    before = folding.view(as_of("2017-07-24"))
    folding.add(records[11:12])
    after = folding.view(as_of("2017-07-24"))

    assert before.clocks is after.clocks
    assert before.clocks is not folding.view(as_of("2017-07-25")).clocks


def test_rows_that_were_read_are_read_again_on_another_day(records: list[Record]) -> None:
    """Days of delay are those of the day, forth and back."""
    folding = RunningFold(accountability)
    folding.add(records[:11])
    for day_of in ("2017-07-24", "2017-07-25", "2017-07-24"):
        view = folding.view(as_of(day_of))
        assert fold(accountability, records[:11], as_of(day_of)).clocks == view.clocks
    assert view.clocks != folding.view(as_of("2017-07-25")).clocks


@pytest.mark.parametrize("apart", [False, True], ids=["one from the other", "each by itself"])
def test_only_rows_of_parts_that_moved_are_told(records: list[Record], apart: bool) -> None:
    """From one view to the next, back again, and between views that know nothing of each other."""
    folding = RunningFold(accountability)
    folding.add(records[:30])
    before = folding.view(as_of("2018-01-25"))
    if apart:
        folding = RunningFold(accountability)
        folding.add(records[:30])
    folding.add(records[30:])
    after = folding.view(as_of("2018-01-25"))
    were, are = materialised(before.answers).unlike(materialised(after.answers))

    back = materialised(after.answers).unlike(materialised(before.answers))

    assert (were, are) == tuple(reversed(back))
    assert len(were) < len(before.answers)
    assert ((), ()) == materialised(after.clocks).unlike(materialised(after.clocks))
    assert {REVIEW} == {row.review for row in after.clocks}
