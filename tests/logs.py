"""Logs of any history: entries back-dated, several in one instant, voided, amended, restored."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from lif_core.aggregates import DECIDERS, recommendation, review
from lif_core.decisions.corrections import EntryAmended, EntryVoided, Replacement, is_correction
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.queries.reader import Reader
from lif_core.queries.readership import Readership
from lif_core.testing.strategies import World, events
from tests.people import CHAIR, EVERYTHING

MAPPER = LifMapper()
FIRST = datetime(2018, 1, 1, 9, tzinfo=UTC)
NOW = datetime(2021, 1, 1, tzinfo=UTC)
ANY = events(World(), *(cls for decider in DECIDERS for cls in decider.event_types))
MEETING = events(  # each other, so that views have much to say
    World(refs=("wscb/1",)), *review.decider.event_types, *recommendation.decider.event_types
)
DAYS = st.dates(date(2018, 1, 1), date(2019, 3, 1))
INSTANTS = DAYS.map(lambda day: datetime.combine(day, time(9), UTC))
KNOWN = st.none() | DAYS | INSTANTS


@st.composite
def logs(draw: st.DrawFn, max_size: int = 16) -> tuple[Record, ...]:
    """Whatever can be on record, in the order in which it was recorded."""
    records: list[Record] = []
    lengths: dict[str, int] = defaultdict(int)
    at = FIRST
    for event in draw(st.lists(ANY | MEETING, max_size=max_size)):
        at += timedelta(days=draw(st.sampled_from((0, 0, 1, 7, 40))))
        records.append(_entry(event, MAPPER.registry.stream(event), lengths, len(records), at))
        if draw(st.integers(0, 3)) == 0:
            about = records[draw(st.integers(0, len(records) - 1))]
            wrong = correction(about, draw(DAYS), void=draw(st.booleans()))
            records.append(_entry(wrong, about.stream, lengths, len(records), at))
    return tuple(records)


def _entry(
    event: Event[Any], stream: str, lengths: dict[str, int], before: int, at: datetime
) -> Record:
    lengths[stream] += 1
    return Record(before + 1, stream, lengths[stream], at, event)


def correction(about: Record, on: date, *, void: bool) -> Event[Any]:
    """Return what voids the entry *about*, or moves it to another day."""
    said: dict[str, Any] = {
        "by": CHAIR,
        "on": on,
        "stream": about.stream,
        "entry": about.stream_position,
        "reasons": "It was wrong.",
    }
    if void or is_correction(about.event):
        return EntryVoided(**said)
    moved: Any = attrs.evolve(about.event, on=on)  # type: ignore[misc]  # events are attrs classes
    return EntryAmended(**said, replacement=Replacement(moved))


def reader(records: Sequence[Record], readership: Readership = EVERYTHING) -> Reader:
    """Return a reader of a log of *records*, who may read everything unless *readership* says."""
    recorder = MemoryRecorder()
    recorder.append(lambda _: [MAPPER.to_stored_event(record) for record in records])
    return Reader(recorder, clock=lambda: NOW, readership=readership)
