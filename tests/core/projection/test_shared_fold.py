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
from lif_core.views import PROJECTIONS
from tests.people import CHAIR, day

MAPPER = LifMapper()
STREAM = "recommendation-wscb/r-4"


@pytest.fixture(scope="module")
def records() -> list[Record]:
    """Return the worked history, one of its recommendations left in contradiction."""
    with connect("memory:") as app:
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
