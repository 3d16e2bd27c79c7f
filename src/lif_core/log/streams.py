"""Streams as decisions need them: loaded, corrected, folded; kept while nobody else records."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from threading import Lock
from typing import Any

from attrs import frozen

from lif_core.corrections import corrected, is_correction
from lif_core.decider import AnyDecider
from lif_core.errors import RefusedError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, Row, pages
from lif_core.messages import Event
from lif_core.record import Record

KEPT = 10_000
MISSED = 2_000


@frozen
class Loaded:
    """One stream: its records as recorded, and the state they lead to once corrected.

    *opening* is the day it began, before which nothing can take effect in it; `None` where nothing
    has begun it, or what did is void.
    """

    records: tuple[Record, ...] = ()
    events: tuple[Event[Any], ...] = ()
    state: Any = None
    opening: date | None = None

    def followed_by(self, record: Record, decider: AnyDecider) -> "Loaded":
        """The stream with one more entry."""
        records, event = (*self.records, record), record.event
        if is_correction(event):
            return folded(decider, records)
        opening = self.opening
        if opening is None and isinstance(event, decider.opens):
            opening = event.on
        events = (*self.events, event)
        return Loaded(records, events, decider.evolve(self.state, event), opening)


def folded(decider: AnyDecider, records: tuple[Record, ...]) -> Loaded:
    """The stream of *records*."""
    events = tuple(record.event for record in corrected(records))
    opening = min((one.on for one in events if isinstance(one, decider.opens)), default=None)
    return Loaded(records, events, decider.fold(events), opening)


def load_stream(recorder: Recorder, mapper: LifMapper, stream: str) -> tuple[Record, ...]:
    """The records of *stream*, in their order.

    Raises:
        UnreadableError: an entry cannot be read, or is missing between two others.
    """
    rows = recorder.stream_rows(stream)
    records = mapper.to_records(rows)
    whole = bool(rows) and rows[0][2] == 1 and rows[-1][2] == len(rows)
    return tuple(records if whole else unbroken(records))


def unbroken(records: Iterable[Record], *, from_the_start: bool = True) -> Iterator[Record]:
    """The *records*, as long as no stream among them has a gap.

    Raises:
        UnreadableError: an entry is missing between two others, or at the start.
    """
    seen: dict[str, int] = {}
    for record in records:
        stream, position = record.stream, record.stream_position
        expected = seen.get(stream, 0 if from_the_start else position - 1) + 1
        if position != expected:
            problem = "entry missing: it was removed"
            raise UnreadableError(problem, stream=stream, stream_position=expected)
        seen[stream] = position
        yield record


def refuse_gap(rows: Sequence[Row]) -> None:
    """Raise `UnreadableError` where a row is missing among the *rows* of one whole stream."""
    for expected, row in enumerate(rows, start=1):
        if row[2] != expected:
            problem = "entry missing: it was removed"
            raise UnreadableError(problem, stream=row[1], stream_position=expected)


class Streams:
    """The streams of a log, each loaded once for as long as nobody else records in it.

    Threads may share it. What is kept is never older than the log was at `sync`; that it may be
    newer does no harm, since the recorder refuses an entry at a place that is taken.
    """

    def __init__(self, recorder: Recorder, mapper: LifMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._head = 0
        self._lock = Lock()

    def sync(self) -> Row | None:
        """Let go of every stream that others have recorded in; returns the log's last row."""
        last = self._recorder.last_row()
        head = last[0] if last else 0
        with self._lock:
            if head != self._head:
                self._forget_what_moved(head)
        return last

    def _forget_what_moved(self, head: int) -> None:
        if head < self._head or head - self._head > MISSED or not self._kept:
            self._kept.clear()
        else:
            for page in pages(self._recorder, after=self._head):
                for row in page:
                    self._kept.pop(row[1], None)
        self._head = head

    def clear(self) -> None:
        """Let go of everything, as after a conflict."""
        with self._lock:
            self._kept.clear()

    def load(self, stream: str) -> Loaded:
        """The stream as it is on record.

        Raises:
            RefusedError: `stream.unknown-category`.
            UnreadableError: an entry of it cannot be read.
        """
        with self._lock:
            if kept := self._kept.get(stream):
                self._kept.move_to_end(stream)
                return kept
            head = self._head
        decider = self.decider(stream)
        loaded = folded(decider, load_stream(self._recorder, self._mapper, stream))
        with self._lock:
            if head == self._head:
                self._keep({stream: loaded})
        return loaded

    def recorded(self, first: int, last: int, changed: Mapping[str, Loaded]) -> None:
        """Positions *first* to *last* were recorded, and led to the streams *changed*."""
        with self._lock:
            if first == self._head + 1:
                self._keep(changed)
                self._head = last
            else:
                self._drop(changed)

    def _keep(self, streams: Mapping[str, Loaded]) -> None:
        for stream, loaded in streams.items():
            self._kept[stream] = loaded
            self._kept.move_to_end(stream)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def _drop(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._kept.pop(stream, None)

    def decider(self, stream: str) -> AnyDecider:
        """The decider of the stream's category; `RefusedError` where there is none."""
        category = stream.partition("-")[0]
        categories = self._mapper.registry.categories
        if category not in categories:
            raise RefusedError("stream.unknown-category", stream=stream)
        return categories[category]
