"""A log without one of its entries: what every entry is tried by, to see that somebody sees it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from lif_core.decisions.record import Record
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.projection.projection import Projection
from lif_core.views import PROJECTIONS

BARE = {"provenance", "corrections", "decisions"}
"""Views that have a line for an entry whatever it says."""
SEEING = {name: PROJECTIONS[name] for name in PROJECTIONS.keys() - BARE}
"""The views that count."""


def without(records: Sequence[Record], dropped: Record) -> Iterator[Record]:
    """The log that would have been, had *dropped* never been recorded: without a gap in it."""
    for record in records:
        if record is dropped:
            continue
        later = record.stream_position > dropped.stream_position
        if record.stream == dropped.stream and later:
            record = replace(record, stream_position=record.stream_position - 1)
        yield record


class Ablation:
    """The views of a log at some times, which each entry in turn is taken out of."""

    def __init__(self, records: Sequence[Record], *times: AsOf) -> None:
        self.records = records
        self.whole = {
            as_of: {name: fold(view, records, as_of) for name, view in SEEING.items()}
            for as_of in times
        }

    def sees(self, record: Record) -> str | None:
        """The first view that says something else without *record*; `None` where none does."""
        fewer = list(without(self.records, record))
        reading: Mapping[str, Projection[Any]] = {
            name: view for name, view in SEEING.items() if type(record.event) in view.events
        }
        for as_of, whole in self.whole.items():
            for name, view in reading.items():
                if fold(view, fewer, as_of) != whole[name]:
                    return name
        return None
