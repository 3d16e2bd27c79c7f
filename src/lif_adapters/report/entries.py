"""Entries of the log that the figures are counted from."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from lif_adapters.report.history import History
from lif_adapters.report.model import CountedEntry, Figure, FigureEntries
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.projection.projection import Projection


def in_streams(*streams: Iterable[str]) -> Callable[[str], bool]:
    """Return a test of whether a stream is one of these *streams*."""
    return frozenset(stream for group in streams for stream in group).__contains__


def in_categories(*categories: str) -> Callable[[str], bool]:
    """Return a test of whether a stream is of one of these *categories*."""
    prefixes = tuple(f"{category}-" for category in categories)
    return lambda stream: stream.startswith(prefixes)


def counted_entries(
    history: History,
    projection: Projection[Any],
    stream: Callable[[str], bool],
    *,
    event: Callable[[Event[Any]], bool] = lambda event: True,
    record: Callable[[Record], bool] = lambda record: True,
) -> FigureEntries:
    """Return the entries that a *projection* takes, of the streams, events and records that pass.

    *event* is tested as corrected, *record* as it was recorded.
    """
    records = [
        entry
        for name, entries in history.counted.items()
        if stream(name)
        for entry, corrected in entries
        if type(corrected) in projection.events and event(corrected) and record(entry)
    ]
    return FigureEntries(tuple(sorted(records, key=lambda entry: entry.position)))


def entries_of(figures: Iterable[Figure], history: History) -> tuple[CountedEntry, ...]:
    """Return every entry that a figure was counted from, with the names of all these figures."""
    records: dict[int, Record] = {}
    names: dict[int, list[str]] = defaultdict(list)
    for figure in figures:
        for record in figure.entries.records:
            records[record.position] = record
            names[record.position].append(figure.id)
    return tuple(
        CountedEntry(
            records[position],
            tuple(names[position]),
            _is_quorate(records[position], history),
        )
        for position in sorted(records)
    )


def _is_quorate(record: Record, history: History) -> bool | None:
    meeting = history.meetings.of(record, history.as_of.known_until)
    return meeting.quorate if meeting else None
