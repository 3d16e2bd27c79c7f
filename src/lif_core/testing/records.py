"""Events as the records of a log, in the order in which they are given."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.registry import Registry

REGISTRY = Registry()
FIRST = datetime(2018, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def records_of(
    events: Iterable[Event[Any]], *, every: timedelta = DAY, registry: Registry = REGISTRY
) -> list[Record]:
    """Return the records of *events*, each recorded *every* so long after the one before it.

    *registry* says which streams they are of.
    """
    lengths = Counter[str]()
    records = []
    for position, event in enumerate(events, 1):
        stream = registry.stream(event)
        lengths[stream] += 1
        instant = FIRST + every * position
        records.append(Record(position, stream, lengths[stream], instant, event))
    return records
