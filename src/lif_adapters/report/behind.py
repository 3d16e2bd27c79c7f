"""The entries of the log that a figure was counted from."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from lif_adapters.report.history import History
from lif_adapters.report.model import Behind, EntryBehind, Stretch
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.views import Projection

LISTED = 200
"""How many streams are listed; all entries are in a file."""


@frozen
class About:
    """What a figure counts: of the streams for which `stream` says so, the entries that the
    *projection* takes, and of these those for which `event` and `record` do.
    """

    projection: Projection[Any]
    stream: Callable[[str], bool]
    event: Callable[[Event[Any]], bool] = lambda event: True
    record: Callable[[Record], bool] = lambda record: True


def among(*streams: Iterable[str]) -> Callable[[str], bool]:
    """Whether a stream is one of these."""
    return frozenset(one for some in streams for one in some).__contains__


def beginning(*categories: str) -> Callable[[str], bool]:
    """Whether a stream is of one of these categories."""
    starts = tuple(f"{category}-" for category in categories)
    return lambda stream: stream.startswith(starts)


def entries_behind(history: History, figures: Mapping[str, About]) -> tuple[EntryBehind, ...]:
    """Every entry that a figure was counted from, with the names of all these figures."""
    found = []
    for stream, counted in history.counted.items():
        asking = [(name, about) for name, about in figures.items() if about.stream(stream)]
        if not asking:
            continue
        for record, event in counted:
            names = tuple(
                name
                for name, about in asking
                if type(event) in about.projection.events
                and about.event(event)
                and about.record(record)
            )
            if names:
                found.append(EntryBehind(record, names))
    found.sort(key=lambda one: one.record.position)
    return tuple(found)


def by_figure(entries: Iterable[EntryBehind], figures: Iterable[str]) -> Mapping[str, Behind]:
    """Of each figure, how many entries, in which streams, and where."""
    positions: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in figures}
    for entry in entries:
        for name in entry.figures:
            positions[name][entry.record.stream].append(entry.record.position)
    return {name: _behind(streams) for name, streams in positions.items()}


def _behind(streams: Mapping[str, Sequence[int]]) -> Behind:
    return Behind(
        entries=sum(map(len, streams.values())),
        streams=len(streams),
        listed=tuple(
            Stretch(stream, len(streams[stream]), ranges(streams[stream]))
            for stream in sorted(streams)[:LISTED]
        ),
    )


def ranges(positions: Sequence[int]) -> str:
    """Rising *positions* in short, such as 4, 9-17."""
    return ", ".join(_ranges(positions))


def _ranges(positions: Sequence[int]) -> Iterator[str]:
    first = last = None
    for position in (*positions, None):
        if position is None or last is None or position != last + 1:
            if last is not None:
                yield f"{first}" if first == last else f"{first}–{last}"
            first = position
        last = position
