"""The log on any recorder of the `eventsourcing` family: its own, in memory, on SQLite and on
PostgreSQL, and those of others, such as `eventsourcing-sqlalchemy`.

All is kept as stored events of theirs, by their public methods alone; see decision 34. Each append
is one insert of theirs, of which the first event is the next one of the stream `HEAD`: of two that
append at once, on whatever machines, their unique key lets one through, and the other begins anew.
"""

import random
import time
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import lru_cache, partial
from operator import itemgetter
from secrets import token_hex
from threading import Lock
from typing import Any, NoReturn
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import AggregateRecorder, InfrastructureFactory, ProcessRecorder
from eventsourcing.persistence import StoredEvent as EngineEvent
from eventsourcing.persistence import Tracking as EngineTracking
from msgspec import Struct, json

from lif_adapters.engine.errors import engine_errors
from lif_adapters.engine.places import Places
from lif_adapters.engine.saved_views import EngineViews
from lif_adapters.stream_lengths import missing
from lif_core.errors import ConflictError, MalformedError, UnreadableError
from lif_core.log.recorder import (
    PAGE,
    Cell,
    Handled,
    IntegrityError,
    PackRow,
    PackUse,
    Reads,
    Receipt,
    Row,
    Saved,
    Stamp,
    StoredEvent,
    Tracking,
    refuse_another_copy,
    refuse_missing,
)

OURS = "lif."
"""The beginnings of topics and streams that are no entries."""
HEAD, PACKS, COMMAND = "lif.head", "lif.packs", "lif.command/"
LARGEST = 400_000  # bytes in an insert: that of PostgreSQL hangs between 0.5 and 0.6 million
LOCK_SECONDS = 60
SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.25  # seconds between two looks for new entries


class _Append(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """An append: the log *ends* after it, with the entry at *place* of a *stream*."""

    end: int
    stream: str | None
    place: int
    token: str


class _Remembered(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """A command that was handled, with the entries from the position *first* to *last*."""

    digest: bytes
    first: int
    last: int


_NUMBER = itemgetter(2)
_NOTHING = _Append(end=0, stream=None, place=0, token="")


class EngineRecorder:
    """The recorder of a log that an `eventsourcing` *recorder* keeps, with nothing else in it.

    The recorder of *views* has a table of its own, in which views are saved.
    """

    def __init__(
        self,
        recorder: ProcessRecorder,
        views: AggregateRecorder,
        *,
        close: Callable[[], object] = lambda: None,
    ) -> None:
        self._recorder = recorder
        self._close = close
        self._texts = _takes_texts(recorder)
        self._largest = LARGEST if _is_stock_postgres(recorder) else None
        self._views = EngineViews(views, self._id, self._largest or LARGEST)
        self._lock, self._knowing = Lock(), Lock()
        self._places = Places(self.rows)
        self._reached = 0  # the last position that is known to be on record
        self._known: list[tuple[int, int]] = [(0, 0)]  # positions, each with a notification's id
        self._env: Mapping[str, str] | None = None

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "EngineRecorder":
        """Return the recorder of what *env* says, as an application of the engine would read it.

        Such a recorder can be pickled, and opened by another process. Tables are made where
        they are not there, also by several processes at once.

        Raises:
            UnreadableError: the store cannot be opened.
        """
        with engine_errors():
            factory = InfrastructureFactory.construct(dict(env))
            process = _patiently(factory.process_recorder)
            views = _patiently(lambda: factory.aggregate_recorder("views"))
        recorder = cls(process, views, close=partial(_close, factory))
        recorder._env = env
        return recorder

    def __reduce__(self) -> Any:
        if self._env is None:
            raise TypeError("only a recorder that was opened by `of` can be opened elsewhere")
        return EngineRecorder.of, (self._env,)

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        """Append behind the head as it is, and begin anew where another was first."""
        deadline, tries = time.monotonic() + LOCK_SECONDS, 0
        with self._lock:
            while True:
                number, head = self._head()
                self._refuse(head, receipts, tracking, read)
                last = self._row_of(head)
                if read is not None and last is not None and read.head == last[0]:
                    refuse_another_copy(read, last[4])
                events = stamp(last)
                if not (events or receipts or tracking):
                    return ()
                following = self._following(head, events)
                stored = [
                    self._stored(HEAD, number + 1, f"{OURS}Append", head.end, following),
                    *self._entries(head, events),
                    *self._receipts(head, following, receipts),
                    *self._packs(head, following, packs if events else ()),
                ]
                self._refuse_large(stored)
                try:
                    with engine_errors():
                        self._recorder.insert_events(stored, **_moving(tracking))
                except IntegrityError:
                    if self._head()[0] == number:
                        raise  # it is a stream position that is taken
                    if self._is_there(number, following.token):
                        break  # the engine tried again what it had recorded at first
                    if time.monotonic() > deadline:
                        raise ConflictError("others were recorded first, for a minute") from None
                    tries += 1
                    time.sleep(random.random() * min(0.001 * 2**tries, 0.05))
                else:
                    break
        self._places.appended(
            head.end + 1,
            ((str(event.originator_id), event.originator_version) for event in events),
        )
        return range(head.end + 1, following.end + 1)

    def _head(self) -> tuple[int, _Append]:
        """Return how many appends there were, and the last of them."""
        for stored in self._select(HEAD, desc=True, limit=1):
            head = json.decode(_body(stored)[2], type=_Append)
            self._reached = max(self._reached, head.end)
            return stored.originator_version, head
        return 0, _NOTHING

    def _refuse(
        self,
        head: _Append,
        receipts: Sequence[Receipt],
        tracking: Tracking | None,
        read: Reads | None,
    ) -> None:
        """Refuse what was there before, in a log that ends with *head*."""
        if read is not None and read.head != head.end:
            self._refuse_moved(head.end, read)
        if handled := {r.command_id for r in receipts} - self.unhandled(
            [r.command_id for r in receipts]
        ):
            raise IntegrityError(f"command ids handled already: {sorted(handled)}")
        if tracking is not None and self.tracked(tracking.name) != tracking.after:
            raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")

    def _refuse_moved(self, end: int, read: Reads) -> None:
        if end < read.head:
            raise IntegrityError(f"the log ends at {end}, and was read up to {read.head}")
        if read.stored:
            for row in self.rows(after=read.head - 1, limit=1, whole=False):
                refuse_another_copy(read, row[4])
        for stream in self.changed(after=read.head, until=end):
            if stream in read.streams:
                raise IntegrityError(f"{stream} has moved since it was read")
        for use in self.packs():
            if use.position > read.head:
                raise IntegrityError(f"{use.pack.name} is on record since it was read")

    def _following(self, head: _Append, events: Sequence[StoredEvent]) -> _Append:
        token = token_hex(8)
        if not events:
            return _Append(end=head.end, stream=head.stream, place=head.place, token=token)
        last = events[-1]
        return _Append(
            end=head.end + len(events),
            stream=str(last.originator_id),
            place=last.originator_version,
            token=token,
        )

    def _entries(self, head: _Append, events: Sequence[StoredEvent]) -> Iterator[EngineEvent]:
        for position, event in enumerate(events, start=head.end + 1):
            name = str(event.originator_id)
            yield EngineEvent(
                self._id(name),
                event.originator_version,
                event.topic,
                self._heading(position, name) + event.state,
            )

    def _receipts(
        self, head: _Append, following: _Append, receipts: Sequence[Receipt]
    ) -> Iterator[EngineEvent]:
        for r in receipts:
            body = _Remembered(
                digest=r.digest, first=head.end + 1 + r.start, last=head.end + r.stop
            )
            stream = COMMAND + r.command_id
            yield self._stored(stream, 1, f"{OURS}Handled", following.end, body)

    def _packs(
        self, head: _Append, following: _Append, packs: Sequence[PackUse]
    ) -> Iterator[EngineEvent]:
        recorded = len(self.packs()) if packs else 0
        for number, pack in enumerate(packs, start=recorded + 1):
            body = PackRow(position=head.end + 1, pack=pack)
            yield self._stored(PACKS, number, f"{OURS}Pack", following.end, body)

    def _stored(
        self, stream: str, number: int, topic: str, position: int, body: Struct
    ) -> EngineEvent:
        state = self._heading(position, stream) + json.encode(body)
        return EngineEvent(self._id(stream), number, topic, state)

    def _heading(self, position: int, name: str) -> bytes:
        """Return the line before what is stored: a position, and a stream whose id is no name."""
        if self._texts:
            return b"%d\n" % position
        if "\n" in name:
            raise MalformedError("stream", f"{name!r} is more than a line")
        return f"{position} {name}\n".encode()

    def _id(self, name: str) -> UUID | str:
        return name if self._texts else _uuid_of(name)

    def _refuse_large(self, stored: Sequence[EngineEvent]) -> None:
        if self._largest is None:
            return
        size = sum(len(event.state) for event in stored)
        if size > self._largest:
            raise MalformedError(
                "events",
                f"{size} bytes at once, and this store takes {self._largest}: record less",
            )

    def _is_there(self, number: int, token: str) -> bool:
        """Return whether the append after *number* others is the one with this *token*."""
        (stored,) = self._select(HEAD, gt=number, lte=number + 1)
        return json.decode(_body(stored)[2], type=_Append).token == token

    def _row_of(self, head: _Append) -> Row | None:
        if head.stream is None:
            return None
        stored = self._select(head.stream, gt=head.place - 1, lte=head.place)
        if not stored:
            raise UnreadableError("the last entry is gone", stream=head.stream)
        return self._row(stored[0], head.stream)

    def packs(self) -> Sequence[PackRow]:
        rows = [json.decode(_body(stored)[2], type=PackRow) for stored in self._select(PACKS)]
        return sorted(rows, key=lambda row: (row.position, row.pack.name))

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        rows: list[Row] = []
        start = self._start(max(after, 0))  # nothing is before the beginning
        while len(rows) < limit:
            with engine_errors():
                page = self._recorder.select_notifications(start, min(limit, PAGE))
            if not page:
                break
            for stored in page:
                position, name, _ = _body(stored)
                start = stored.id + 1
                if position > after and not stored.topic.startswith(OURS):
                    rows.append(self._row(stored, name or str(stored.originator_id)))
                    if len(rows) == limit:
                        break
            self._know(position, start - 1)
        if whole:
            refuse_missing(rows, after)
        return rows

    def _start(self, after: int) -> int:
        """Return the id of a notification with nothing before it that is past *after*.

        Positions rise with their ids: it is looked for between two that are known.
        """
        with self._knowing:
            place = _last_up_to(self._known, after)
            position, low = self._known[place]
            high = self._known[place + 1][1] if place + 1 < len(self._known) else None
        if after - position <= PAGE:
            return low + 1
        if high is None:
            with engine_errors():
                high = self._recorder.max_notification_id() or low
        while high - low > PAGE:
            middle = (low + high) // 2
            with engine_errors():
                following = self._recorder.select_notifications(middle, 1)
            if following and _body(following[0])[0] <= after:
                low = following[0].id
            else:
                high = middle
        return low + 1

    def _know(self, position: int, identity: int) -> None:
        """Remember that the notifications up to *identity* lead up to *position*."""
        with self._knowing:
            place = _last_up_to(self._known, position)
            if self._known[place][0] == position:
                self._known[place] = max(self._known[place], (position, identity))
            else:
                self._known.insert(place + 1, (position, identity))

    def _row(self, stored: EngineEvent, stream: str) -> Row:
        position, _, state = _body(stored)
        return (position, stream, stored.originator_version, stored.topic, state)

    def _select(self, stream: str, **which: Any) -> Sequence[EngineEvent]:
        with engine_errors():
            return self._recorder.select_events(self._id(stream), **which)

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        """Return the rows of *streams*, held against how many were read of each in the log's
        order, up to the head that this program knows: decisions rest on that one.
        """
        return [row for stream in sorted(streams) for row in self._rows_of(stream)]

    def _rows_of(self, stream: str) -> Sequence[Row]:
        for last in (False, True):
            reached = self._reached or self._head()[1].end
            rows = sorted(
                (self._row(stored, stream) for stored in self._select(stream)), key=_NUMBER
            )
            count = self._places.count(stream, reached)
            if count == sum(row[0] <= reached for row in rows):
                return rows
            if not last:  # perhaps of another log, that stood in the place of this one
                self._forget()
        if count is None:
            raise UnreadableError(f"the log ends before position {reached}, which was recorded")
        raise missing(stream, [row[2] for row in rows if row[0] <= reached], count)

    def _forget(self) -> None:
        """Let go of what is known of the log."""
        self._places = Places(self.rows)
        with self._knowing:
            self._known = [(0, 0)]
        self._reached = 0

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        rows: list[Row] = []
        for stream in self._places.streams(after=after[0], before=before, until=until):
            if len(rows) >= limit:
                break
            rows += (
                row
                for row in self.stream_rows(stream)
                if row[0] <= until and row[1:3] > after and row[3] not in without
            )
        return rows[:limit]

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        """Look for a gap in memory; what is not found by name, who reads it is told."""
        self._head()  # which a store that fails does not give
        return self._places.broken(after=after, before=before, until=until)

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        self._head()
        return self._places.divide(after=after, before=before, until=until, into=into, least=least)

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        changed: dict[str, int] = {}
        while after < until and (rows := self.rows(after=after, limit=min(until - after, PAGE))):
            for position, stream, place, topic, _ in rows:
                if position <= until and topic not in without:
                    changed[stream] = min(place, changed.get(stream, place))
            after = rows[-1][0]
        return changed

    def unrecorded(self, streams: Sequence[str]) -> AbstractSet[str]:
        unrecorded = {stream for stream in {*streams} if not self._select(stream, limit=1)}
        return {stream for stream in unrecorded if not self._rows_of(stream)}

    def handled(self, command_id: str) -> Handled | None:
        for stored in self._select(COMMAND + command_id, limit=1):
            receipt = json.decode(_body(stored)[2], type=_Remembered)
            first, last = receipt.first, receipt.last
            after = max(first - 2, 0)
            rows = self.rows(after=after, limit=last + 1 - after, whole=False)
            return Handled.of(receipt.digest, first, last, rows)
        return None

    def unhandled(self, command_ids: Sequence[str]) -> AbstractSet[str]:
        return {
            command_id
            for command_id in {*command_ids}
            if not self._select(COMMAND + command_id, limit=1)
        }

    def tracked(self, name: str) -> int:
        """Return how far the follower, or else the view, has read: they share no names."""
        with engine_errors():
            position = self._recorder.max_tracking_id(name) or 0
        return max(position, self._views.tracked(name))

    def saved(self, name: str) -> Saved | None:
        return self._views.saved(name)

    def cells(
        self,
        name: str,
        head: bytes,
        kind: str,
        *,
        keys: Collection[str] | None = None,
        parts: Collection[str] | None = None,
        past: str | None = None,
        until: str | None = None,
    ) -> Sequence[Cell]:
        cells = self._views.cells(name, head, kind, parts)
        return sorted(
            cell
            for cell in cells
            if (keys is None or cell[0] in keys)
            and (past is None or cell[0] > past)
            and (until is None or cell[0] <= until)
        )

    def save(self, view: Saved, *, before: bytes | None) -> None:
        self._views.save(view, before=before)

    def last_row(self) -> Row | None:
        return self._row_of(self._head()[1])

    def wait(self, *, after: int, seconds: float) -> bool:
        """Look again and again, less and less often: theirs do not all call who waits."""
        deadline, pause = time.monotonic() + seconds, SHORTEST_PAUSE
        while self._head()[1].end <= after:
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE)
        return True

    def within(self, connection: object) -> NoReturn:
        raise MalformedError(
            "connection", "a recorder of eventsourcing has connections of its own"
        )

    def close(self) -> None:
        with suppress(Exception), engine_errors():
            self._close()


def _body(stored: EngineEvent) -> tuple[int, str, bytes]:
    """Return the position and the stream that head what is *stored*, and the rest.

    Raises:
        UnreadableError: it is nothing that this recorder stored.
    """
    heading, line, state = bytes(stored.state).partition(b"\n")
    position, _, name = heading.partition(b" ")
    if not line or not position.isdigit():
        raise UnreadableError("not an entry of lif", stream=str(stored.originator_id))
    return int(position), name.decode(), state


def _last_up_to(known: Sequence[tuple[int, int]], position: int) -> int:
    return bisect_right(known, position, key=itemgetter(0)) - 1


@lru_cache(4096)
def _uuid_of(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"lif:{name}")


def _takes_texts(recorder: ProcessRecorder) -> bool:
    """Return whether a stream's id may be a text; else it is a UUID made of its name."""
    datastore = getattr(recorder, "datastore", None)
    return datastore is None or getattr(datastore, "originator_id_type", "uuid") == "text"


def _is_stock_postgres(recorder: ProcessRecorder) -> bool:
    return any(cls.__module__ == "eventsourcing.postgres" for cls in type(recorder).__mro__)


def _moving(tracking: Tracking | None) -> Mapping[str, EngineTracking]:
    if tracking is None:
        return {}
    return {"tracking": EngineTracking(tracking.name, tracking.position)}


def _patiently(make: Callable[[], Any], tries: int = 10) -> Any:
    """Make a recorder and its tables, again where another process makes them at this moment."""
    for number in range(1, tries):
        try:
            return make()
        except Exception:
            time.sleep(random.random() * 0.05 * number)
    return make()


def _close(factory: Any) -> None:
    factory.close()
    pool = getattr(getattr(factory, "datastore", None), "engine", None)
    if pool is not None:
        pool.dispose()  # the factory of SQLAlchemy leaves its connections open
