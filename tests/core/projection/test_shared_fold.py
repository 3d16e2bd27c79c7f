"""Several views of the same streams, each stream folded once, are the views that each is alone."""

from collections import defaultdict
from typing import Any

import attrs
import pytest

from lif_adapters.cli.demo import demo_requests
from lif_adapters.json_values import json_value
from lif_adapters.wiring import connect
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.mapper import LifMapper
from lif_core.log.registry import Registry
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import SharedFold, fold
from lif_core.projection.materialised import Materialised
from lif_core.projection.projection import Part
from lif_core.views import PROJECTIONS
from tests.people import CHAIR, TEXTS, day

MAPPER = LifMapper()
STREAM = "recommendation-wscb/r-4"


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Return the worked history, one of its recommendations left in contradiction."""
    with connect("memory:", readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        issued: Any = next(record.event for record in app.history(STREAM))
        command = AmendEntry(
            by=CHAIR,
            on=day("2019-06-26"),
            stream=STREAM,
            entry=1,
            replacement=Replacement(attrs.evolve(issued, on=day("2018-02-01"))),
            reasons="It was in February",
        )
        app.handle(command)
        return list(app.history())


@pytest.mark.parametrize("valid", ["2018-03-01", "2019-06-30"])
def test_each_view_is_the_one_that_it_is_alone(records: list[Record], valid: str) -> None:
    """Also where a stream is inconsistent, and a view counts nothing of it."""
    as_of, streams = AsOf(valid=day(valid), frameworks=load()), defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    shared = SharedFold(streams, as_of, Registry(), PROJECTIONS.values())
    views = {name: json_value(shared.view(each), MAPPER) for name, each in PROJECTIONS.items()}

    assert {
        name: json_value(fold(each, records, as_of), MAPPER) for name, each in PROJECTIONS.items()
    } == views
    assert any(STREAM in str(view) for view in views.values())


def test_what_is_derived_is_worked_out_once_as_long_as_the_answers_are_the_same() -> None:
    """A part has asked for it and is good for the same days, whoever worked it out."""
    worked_out: list[int] = []
    said = {("price", "apples"): [3]}

    def cost(pounds: int, part: Part) -> int:
        worked_out.append(pounds)
        part.reached(day("2018-01-01"))
        part.reached(day("2020-01-01"))
        (price,) = part.ask("price", "apples")
        return int(price) * pounds

    as_of, shared = AsOf(valid=day("2019-01-01"), frameworks=load()), dict[Any, Any]()

    def part() -> Part:
        answers = lambda address: said.get(address, ())  # noqa: E731
        return Part("shop-wscb/1", as_of, answers, derivations=shared)

    first, second = part(), part()

    assert [6, 6] == [first.derive(cost, 2), second.derive(cost, 2)]
    assert [2] == worked_out
    for each in (first, second):
        assert {("price", "apples")} == each.asked
        assert (day("2018-01-01"), day("2020-01-01")) == (each.since, each.until)

    assert 9 == part().derive(cost, 3)
    said["price", "apples"] = [4]
    assert 12 == part().derive(cost, 3)
    assert [2, 3, 3] == worked_out


def test_a_part_that_knows_its_own_title_is_made_once(records: list[Record]) -> None:
    """What it says to itself is no answer that it has to be told."""
    review, as_of = "review-wscb/scr-child-k", AsOf(valid=day("2019-06-30"), frameworks=load())
    stream = [record for record in records if record.stream == review]
    view = Materialised(PROJECTIONS["expected-evaluations"], lambda _: {review: stream}, as_of)
    view.build([stream])

    assert [True] == [bool(row.title) for row in view.view().expected][:1]
    assert 1 == view.made
