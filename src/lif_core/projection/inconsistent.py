"""The streams that a view shows as inconsistent, and counts in no other state."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from lif_core.decisions.record import Record
from lif_core.projection.tables import row

INCONSISTENT = "inconsistent"
"""The table of every view, which the engine fills."""


@row(key=("stream", "entries"))
class InconsistentRow(Struct, frozen=True, kw_only=True):
    """A stream whose *entries*, by their numbers, contradict each other, since a correction left
    them so: *why*. The view counts the stream in no other state.
    """

    stream: str
    entries: tuple[int, ...]
    why: str


def inconsistent_rows(records: Iterable[Record]) -> Iterator[InconsistentRow]:
    """Yield a row for each of the *records* that contradicts others."""
    for record in records:
        mark = record.contradicts
        if mark is not None:
            why = f"{type(record.event).__name__} {mark.why}"
            yield InconsistentRow(stream=record.stream, entries=mark.entries, why=why)
