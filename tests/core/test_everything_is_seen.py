"""Everything that is recorded is seen by somebody: an entry that no view tells from none would be
written for nobody.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from lif_adapters.wiring import connect
from lif_core.aggregates import DECIDERS
from lif_core.decisions.record import Record
from lif_core.log.requests import load
from lif_core.projection.as_of import AsOf
from lif_core.testing.catalogue import everything
from tests.ablation import Ablation
from tests.people import TEXTS
from tests.reference import UNREAD

ENOUGH = 8
"""So many entries of an event are tried; one that is seen is enough."""


@pytest.fixture(scope="module")
def ablation() -> Ablation:
    """Everything that boards decide on, decided and recorded."""
    with connect(
        "memory:", clock=lambda: datetime(2022, 1, 1, tzinfo=UTC), readership=TEXTS
    ) as app:
        app.handle_all([load(json.dumps(command), app.mapper) for command in everything()])
        times = [
            AsOf(valid=valid, known=None, frameworks=app.frameworks)
            for valid in (date(2021, 1, 1), date(2018, 9, 30))
        ]
        return Ablation(list(app.history()), *times)


def by_event(records: Sequence[Record]) -> dict[str, list[Record]]:
    entries: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        entries[type(record.event).__name__].append(record)
    return entries


def test_each_event_changes_a_view_or_somebody_has_said_why_not(ablation: Ablation) -> None:
    """Of each event, some entry: without it, a view other than `provenance` says another thing."""
    entries = by_event(ablation.records)
    events = [event.__name__ for decider in DECIDERS for event in decider.event_types]
    unseen = {name for name in events if not any(map(ablation.sees, entries[name][:ENOUGH]))}

    assert {*UNREAD} == unseen
