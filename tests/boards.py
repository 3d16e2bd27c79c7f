"""Logs of several boards: each board's own entries, joint ones, and those that agencies share.

What is another board's alone says `zz` in every reference, so that it can be looked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from lif_core.aggregates import DECIDERS, body, recommendation, review
from lif_core.aggregates.ledger import LEDGER_STREAM
from lif_core.decisions.corrections import EntryAmended, Replacement
from lif_core.decisions.messages import Event, evolved
from lif_core.decisions.record import Record
from lif_core.testing.strategies import World, events
from lif_core.values.refs import namespace_of, ref_of
from tests.logs import DAYS, FIRST, MAPPER, correction

BOARD, JOINT = "wscb", "wsb"
EVERY = tuple(cls for decider in DECIDERS for cls in decider.event_types)
MUCH = (*review.decider.event_types, *recommendation.decider.event_types)
OWN = World(
    refs=("wscb/1", "wscb/2"),
    bodies=("wscb", "wsb/jld", "police"),
    streams=("review-wscb/1", "recommendation-wscb/1", "audit-wsb/1"),
)
BOTH = World(
    refs=("wsb/1", "wsab/s", "elsewhere/s"),
    bodies=("wscb", "wsab", "police", "wsb/panel"),
    streams=("review-wsb/1", "recommendation-wsab/s", "audit-wscb/1"),
)
OTHERS = World(
    refs=("wsab/zz", "elsewhere/zz"),
    bodies=("wsab", "elsewhere", "elsewhere/zz"),
    streams=("review-wsab/zz", "recommendation-elsewhere/zz", "audit-wscb/1"),
    roles=("zz chair",),
)
BODIES = World(bodies=("police", "elsewhere", "wsb", "wsb/panel", "wsab/panel", "wscb/qac"))
WORLDS = (
    *(events(world, *kinds) for world in (OWN, BOTH, OTHERS) for kinds in (EVERY, MUCH)),
    events(BODIES, body.BodyRegistered, body.TermsAdopted, body.BodyMerged),
)


@st.composite
def logs_of_boards(draw: st.DrawFn, max_size: int = 24) -> tuple[Record, ...]:
    """Whatever can be on record of several boards, in the order in which it was recorded."""
    records: list[Record] = []
    lengths: dict[str, int] = defaultdict(int)
    at = FIRST
    for event in draw(st.lists(st.one_of(WORLDS), max_size=max_size)):
        at += timedelta(days=draw(st.sampled_from((0, 0, 1, 7, 40))))
        entries: list[tuple[str, Event[Any]]] = [(MAPPER.registry.stream(event), event)]
        if records and draw(st.integers(0, 3)) == 0:
            about = records[draw(st.integers(0, len(records) - 1))]
            entry = correction(about, draw(DAYS), void=draw(st.booleans()))
            if isinstance(entry, EntryAmended) and hasattr(about.event, "boards"):
                entry = _naming(entry, draw(st.sampled_from(((BOARD,), ("wsab",), ()))))
            entries.append((about.stream, entry))
        for stream, entry in entries:
            lengths[stream] += 1
            records.append(Record(len(records) + 1, stream, lengths[stream], at, entry))
    return tuple(records)


def _naming(entry: EntryAmended, boards: tuple[str, ...]) -> EntryAmended:
    """Return an amendment by which *boards* are those of the item."""
    event: Any = entry.replacement.event
    return evolved(entry, replacement=Replacement(evolved(event, boards=boards)))


def seen_streams(records: Sequence[Record]) -> set[str]:
    """Return the streams that the board may know of once all *records* are recorded."""
    return {
        record.stream
        for record in records
        if record.stream == LEDGER_STREAM
        or namespace_of(ref_of(record.stream)) in (BOARD, JOINT)
        or BOARD in getattr(_said(record.event), "boards", ())
        or _is_of_an_agency(record)
    }


def _said(event: Event[Any]) -> Event[Any]:
    return event.replacement.event if isinstance(event, EntryAmended) else event


def _is_of_an_agency(record: Record) -> bool:
    event = record.event
    return (
        isinstance(event, body.BodyRegistered)
        and record.stream_position == 1
        and event.kind == "agency"
        and event.body in ("police", "elsewhere")
    )


def seen(records: Sequence[Record]) -> Iterable[Record]:
    """Return those of *records* that are of streams which the board may know of."""
    streams = seen_streams(records)
    return [record for record in records if record.stream in streams]
