"""Streams as decisions need them: loaded, corrected, folded; kept as of one head of the log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any, NamedTuple

import msgspec

from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing
from lif_core.errors import RefusedError, UnreadableError
from lif_core.log.entries import NOTHING, Entries
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, Row
from lif_core.values.refs import category_of

KEPT = 50_000
"""Entries, and streams, that are kept in all: some 25 MB of an ordinary log."""
MISSED = 2_000
BEGINNING = datetime.min.replace(tzinfo=UTC)


class LogHead(NamedTuple):
    """The last position of the log, when it was recorded, and the bytes that are stored there."""

    position: int = 0
    recorded_at: datetime = BEGINNING
    stored: bytes = b""


class Loaded(msgspec.Struct, frozen=True, gc=False):
    """One stream: its events as *recorded*, what stands of them, and the state they lead to.

    What is *standing* are the events once corrected, without corrections and what has no effect:
    the very same entries where there is none of these. *opening* is the day it began, before which
    nothing can take effect in it; `None` where nothing has begun it, or what did is void.
    *ended* is the day of the entry after which nothing takes effect, where there is one.
    *about* are the keys of those whom its texts are about, as far as entries of it say so.
    """

    recorded: Entries = NOTHING
    standing: Entries = NOTHING
    state: Any = None
    opening: date | None = None
    ended: date | None = None
    about: tuple[str, ...] = ()

    def followed_by(
        self, event: Event[Any], decider: AnyDecider, about: tuple[str, ...] = ()
    ) -> "Loaded":
        """Return the stream with one more entry; *about* are the keys that this one says."""
        recorded = self.recorded.followed_by(event)
        about = self.about if self.about == about else tuple(dict.fromkeys(self.about + about))
        if type(event) in decider.reordering or self.ended:
            return folded(decider, recorded, about)
        current = recorded
        if self.standing is not self.recorded:
            current = self.standing.followed_by(event)
        opening = self.opening
        if opening is None and isinstance(event, decider.opens):
            opening = event.on
        state = decider.evolve(self.state, event)
        return Loaded(recorded, current, state, opening, about=about)


NEW = Loaded()
"""A stream that has no entry."""


def folded(decider: AnyDecider, recorded: Entries, about: tuple[str, ...] = ()) -> Loaded:
    """Return the stream of the events *recorded*, with texts under the keys *about*."""
    current = recorded
    if not decider.reordering.isdisjoint(map(type, recorded)):
        records = standing(as_records(recorded), decider).records
        current = Entries.of(record.event for record in records)
    opening = min((e.on for e in current if isinstance(e, decider.opens)), default=None)
    ended = min((e.on for e in current if isinstance(e, decider.ends)), default=None)
    return Loaded(recorded, current, decider.fold(current), opening, ended, about)


def as_records(recorded: Iterable[Event[Any]]) -> Sequence[Record]:
    """Return the events of one stream as corrections look at them: each at its place in it."""
    return [Record(0, "", place, BEGINNING, event) for place, event in enumerate(recorded, 1)]


def load_stream(recorder: Recorder, mapper: LifMapper, stream: str) -> tuple[Record, ...]:
    """Return the records of *stream*, in their order.

    Raises:
        UnreadableError: an entry cannot be read, or is missing between two others.
    """
    rows = recorder.stream_rows(stream)
    records = mapper.to_records(rows)
    whole = bool(rows) and rows[0][2] == 1 and rows[-1][2] == len(rows)
    loaded = tuple(records if whole else unbroken(records))
    if loaded:
        mapper.refuse_dropped(rows[-1], loaded[-1])
    return loaded


def unbroken(records: Iterable[Record], *, from_the_start: bool = True) -> Iterator[Record]:
    """Yield the *records*, as long as no stream among them has a gap.

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

    Threads may share it. What is kept is as of the head that is known, which may be behind the
    log: `append` is told that head and the streams that were read, and refuses what rests on one
    that has an entry past it. So a stream may be given newer than the head, and never older.
    """

    def __init__(self, recorder: Recorder, mapper: LifMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._kept: dict[str, Loaded] = {}
        self._size = 0
        self.epoch = 0
        """Raised whenever a stream of a body may have moved."""
        self._head = LogHead()
        self._is_behind = True
        self._lock = Lock()

    def head(self) -> LogHead:
        """Return the latest head that is known; asks for it where it is known to be behind."""
        return self.sync() if self._is_behind else self._head

    def sync(self) -> LogHead:
        """Return the head of the log now; lets go of every stream that others recorded in."""
        with self._lock:
            head = self.head_of(self._recorder.last_row())
            if head is not self._head:
                self._move(head)
            self._is_behind = False
            return head

    def head_of(self, last: Row | None) -> LogHead:
        """Return the head of a log whose *last* row this is."""
        head = self._head
        if last is None:
            return LogHead()
        if last[0] == head.position and last[4] == head.stored:
            return head
        record = self._mapper.to_record(last)
        self._mapper.refuse_plain(last)
        self._mapper.refuse_dropped(last, record)
        return LogHead(last[0], record.recorded_at, last[4])

    def _move(self, head: LogHead) -> None:
        before, now = self._head.position, head.position
        if self._kept and before < now <= before + MISSED and self._grew():
            self._drop(self._recorder.changed(after=before, until=now))
        else:
            self._forget()
            self.epoch += 1
        self._head = head

    def _grew(self) -> bool:
        """Return whether the log has, where it ended, what it had; else it is another copy."""
        before = self._head
        rows = self._recorder.rows(after=before.position - 1, limit=1) if before.position else ()
        return not before.position or [before.stored] == [row[4] for row in rows]

    def renew(self) -> None:
        """Begin anew in a process that was forked: a lock may have been held by another thread."""
        self._lock = Lock()
        self._forget()
        self._head = LogHead()
        self._is_behind = True
        self.epoch += 1

    def fell_behind(self) -> None:
        """Ask for the head before the next decision: others have recorded."""
        self._is_behind = True

    def load(self, stream: str) -> Loaded:
        """Return the stream as it is on record, no older than the head that is known.

        Raises:
            RefusedError: `stream.unknown-category`.
            UnknownEventError: an entry of it is of a kind that is not known here.
            UnreadableError: an entry of it cannot be read.
        """
        if loaded := self._kept.get(stream):
            return loaded
        head = self._head
        decider = self.decider(stream)
        records = load_stream(self._recorder, self._mapper, stream)
        self._mapper.check_recognised(records)
        about = tuple(dict.fromkeys(key for record in records for key in record.about))
        loaded = folded(decider, Entries.of(record.event for record in records), about)
        with self._lock:
            if head is self._head:
                self._keep({stream: loaded})
        return loaded

    def not_kept(self, commands: Iterable[Command]) -> set[str]:
        """Return the streams that *commands* are about, as far as they are not kept."""
        kinds = self._mapper.registry.kinds
        streams = {
            kind.category + kind.subject(command)
            for command in commands
            if (kind := kinds.get(type(command)))
        }
        return streams.difference(self._kept)

    def recorded(self, first: int, head: LogHead, changed: Mapping[str, Loaded]) -> None:
        """Keep the streams *changed* by what was recorded from the position *first* to *head*.

        Where others recorded between, the next decision asks what.
        """
        with self._lock:
            self._drop(changed)
            if first == self._head.position + 1:
                self._keep(changed)
                self._head = head
            else:
                self._is_behind = True

    def _keep(self, streams: Mapping[str, Loaded]) -> None:
        """Keep *streams*; the oldest make room, and the last always stays."""
        for stream, loaded in streams.items():
            self._remove(stream)
            self._kept[stream] = loaded
            self._size += _size(loaded)
        while self._size > KEPT and len(self._kept) > 1:
            self._remove(next(iter(self._kept)))

    def _drop(self, streams: Iterable[str]) -> None:
        """Let go of *streams*, which have moved."""
        for stream in streams:
            self._remove(stream)
            if stream.startswith("body-"):
                self.epoch += 1
            elif stream.startswith("data_subject-"):
                self._forget()  # any may hold texts about who was erased

    def _remove(self, stream: str) -> None:
        if loaded := self._kept.pop(stream, None):
            self._size -= _size(loaded)

    def _forget(self) -> None:
        """Let go of all streams."""
        self._kept.clear()
        self._size = 0

    def decider(self, stream: str) -> AnyDecider:
        """Return the decider of the stream's category.

        Raises:
            RefusedError: `stream.unknown-category`.
        """
        category = category_of(stream)
        categories = self._mapper.registry.categories
        if category not in categories:
            raise RefusedError("stream.unknown-category", stream=stream)
        return categories[category]


def _size(loaded: Loaded) -> int:
    """Return what keeping a stream costs, in entries: even one without any is something."""
    return 1 + loaded.recorded.length
