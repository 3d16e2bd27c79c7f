"""The port that adapters fill: what the application asks of a recorder, beyond
`eventsourcing`'s own.
"""

import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeAlias

from attrs import frozen
from eventsourcing.persistence import IntegrityError as IntegrityError
from msgspec import Struct

from lif_core.errors import MalformedError, UnreadableError

Row: TypeAlias = tuple[int, str, int, str, bytes]
"""Position, stream, stream position, topic (the event's stored name), state (the stored bytes)."""


class StoredEvent(Struct, frozen=True, gc=False):
    """An event as it is stored: `eventsourcing`'s, made in a tenth of the time."""

    originator_id: str
    originator_version: int
    topic: str
    state: bytes


Stamp: TypeAlias = Callable[[Row | None], Sequence[StoredEvent]]
"""Given the last row of the log, or `None`, the events to append, with their times."""


PAGE = 500  # rows read at once: measured; of more, the first leave the processor's cache again
BEFORE_ALL = -(2**63)
"""A position before all that a database can hold."""


class Receipt(Struct, frozen=True, kw_only=True, gc=False):
    """A note that a command was handled: its events are the appended [*start*, *stop*)."""

    command_id: str
    digest: bytes
    start: int
    stop: int


class PackUse(Struct, frozen=True, kw_only=True, gc=False):
    """The use of a framework pack: its *name*, the *digest* of what it says, the boards that it
    *governs*, by their namespaces, and *since* when by the clock of the program that used it.
    """

    name: str
    digest: str
    since: datetime
    governs: tuple[str, ...] = ()


class PackRow(Struct, frozen=True, kw_only=True, gc=False):
    """A note that the log was written under a *pack* from the entry at *position* on."""

    position: int
    pack: PackUse

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """Return the note in a *row* of a table: position, name, digest, since when, and a list of
        what it governs in JSON.

        Raises:
            UnreadableError: it was altered.
        """
        position, name, digest, since, governs = row
        try:
            use = PackUse(
                name=name,
                digest=digest,
                since=datetime.fromisoformat(since),
                governs=tuple(json.loads(governs)),
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise UnreadableError(
                f"the note that the log was written under the pack {name!r} was altered; restore"
                " the store from a backup"
            ) from error
        return cls(position=position, pack=use)


class Reads(Struct, frozen=True, kw_only=True, gc=False):
    """The streams that decisions rest on, with no entry past the position *head*.

    A stream that had no entry is among them where it was looked for. Decisions always rest on the
    packs on record, so that none is on record from a position past it. *stored* are the bytes of
    the entry at the head, where they are known: a log that has others there is another copy.
    """

    head: int
    streams: Container[str]
    stored: bytes = b""


def refuse_another_copy(read: Reads, stored: bytes | None) -> None:
    """Refuse what rests on what was *read*, where these bytes are *stored* at its head by now.

    Raises:
        IntegrityError: they are others: the log is another copy than the one that was read.
    """
    if read.stored and read.stored != stored:
        raise IntegrityError(f"the log has another entry at {read.head} than was read there")


@frozen(kw_only=True)
class Tracking:
    """A note that a follower has read the log up to *position*, and had read it up to *after*.

    Raises:
        MalformedError: *position* is not past *after*.
    """

    name: str
    after: int
    position: int

    def __attrs_post_init__(self) -> None:
        if self.position <= self.after:
            raise MalformedError("position", f"{self.position} is not past {self.after}")


@frozen(kw_only=True)
class Handled:
    """A command that was handled before, as its receipt says: a *digest* of it, and how many
    *entries* it led to; the *rows* that are there of these, and those *beside* them.
    """

    digest: bytes
    entries: int
    rows: tuple[Row, ...]
    beside: tuple[Row, ...] = ()

    @classmethod
    def of(cls, digest: bytes, first: int, last: int, rows: Iterable[Row]) -> "Handled":
        """Return what a receipt says of the positions *first* to *last*; *rows* has the ones
        before and after them as well.
        """
        within: list[Row] = []
        beside: list[Row] = []
        for row in rows:
            (within if first <= row[0] <= last else beside).append(row)
        return cls(
            digest=digest,
            entries=max(last - first + 1, 0),
            rows=tuple(within),
            beside=tuple(beside),
        )


SavedCell: TypeAlias = tuple[str, str, bytes]
"""A cell of a part of a saved view: its kind, its key, and what it holds."""
Cell: TypeAlias = tuple[str, str, bytes]
"""A cell of a saved view, of one kind: its key, its part, and what it holds."""


@frozen(kw_only=True)
class Saved:
    """A view called *name*, of the log up to *position*: its *head*, and the cells of its *parts*.

    To the recorder all are bytes. The cells of a part stand in the place of all that it had; a
    part without cells is taken away.
    """

    name: str
    position: int
    head: bytes
    parts: Mapping[str, Sequence[SavedCell]] = MappingProxyType({})


class Recorder(Protocol):
    """An append-only log in one order, with unique stream positions and command ids.

    Every method raises `ConflictError` where the store is busy, `UnreadableError` where it fails.
    """

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        """Append what `stamp` returns, and return its positions.

        It is one durable transaction, all or nothing, under a lock that makes positions appear in
        order: a reader who has seen a position never later finds a smaller one. `stamp` is called
        under that lock, once nothing but a stream position can conflict any more. Where there is
        no such lock, and another appends meanwhile, it is called again with what is last then.

        Args:
            stamp: given the last row, returns the events to append.
            receipts: the commands that are handled by this, each remembered by its id.
            tracking: how far a follower has read the log, moved on in the same transaction.
            read: the streams that the decisions rest on, which must not have moved.
            packs: those that the log is written under from the first of the events on, as far as
                that is not on record; remembered where there are events.

        Raises:
            eventsourcing.persistence.IntegrityError: a stream position or a command id is taken; a
                stream of *read* has an entry past its head, a pack is on record from past it, the
                log ends before that, or it has another entry there; `tracked` is no longer at
                `tracking.after`, since another follower was first.
        """
        ...

    def packs(self) -> Sequence[PackRow]:
        """Return the packs that the log was written under, by position and then by name.

        Several rows of one name are what the pack said at one time after the other.
        """
        ...

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        """Return the first rows past the position *after*, in the log's order; at most *limit*.

        *after* may be any integer of 64 bits, also one before the beginning of the log.

        Raises:
            UnreadableError: a position is missing among them, where they are to be *whole*.
        """
        ...

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        """Return the rows of *streams*, by stream and stream position.

        Raises:
            UnreadableError: fewer or more are found than were recorded, as far as the store can
                tell that without the index by which they are found.
        """
        ...

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        """Return the rows up to the position *until*, by stream and stream position, past *after*.

        At most *limit* rows. *after* is a stream and a stream position. With *before*, only of
        streams whose names sort before it; none of the topics in *without*.
        """
        ...

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        """Return a stream that lacks an entry before its last one up to the position *until*, or
        of which not all are found that were recorded.

        One of those whose names sort past *after*, and before *before*; `None` where each
        is whole.
        """
        ...

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        """Return names of streams that divide those past *after*, and before *before*.

        So that about as many rows up to the position *until* lie from one to the next, and about
        *least* or more; where there are few, fewer than it takes to divide them *into* so many.
        """
        ...

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        """Return the streams that have rows past the position *after*, up to *until*.

        With each, the first stream position among these. Topics in *without* do not count.
        """
        ...

    def unrecorded(self, streams: Sequence[str]) -> AbstractSet[str]:
        """Return those of *streams* that have no entry."""
        ...

    def handled(self, command_id: str) -> Handled | None:
        """Return what became of the command *command_id*; `None` where it was never handled.

        What its receipt says is not held against the entries here: `records_of` does.
        """
        ...

    def unhandled(self, command_ids: Sequence[str]) -> AbstractSet[str]:
        """Return those of *command_ids* that were never handled."""
        ...

    def tracked(self, name: str) -> int:
        """Return the position up to which the follower *name* has read; 0 for a new one."""
        ...

    def saved(self, name: str) -> Saved | None:
        """Return the view saved under *name*, as one save left it, without its parts."""
        ...

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
        """Return the cells of one *kind* of the view saved under *name*, by key and part.

        Only those with one of these *keys*, of these *parts*, with a key greater than *past*, and
        not greater than *until*. Raises `IntegrityError` where another *head* is saved by now.
        """
        ...

    def save(self, view: Saved, *, before: bytes | None) -> None:
        """Save a *view* in one transaction with how far it has read the log, which is then what
        `tracked` tells.

        Where *before* is the head that is saved now, *view* has only the parts that changed since;
        where it is `None`, all parts, in the place of whatever is saved. Raises `IntegrityError`
        where another head is saved.
        """
        ...

    def last_row(self) -> Row | None:
        """Return the last row of the log; `None` where nothing is on record.

        Raises:
            UnreadableError: it is not the last that was recorded, as far as the store can tell.
        """
        ...

    def wait(self, *, after: int, seconds: float) -> bool:
        """Return whether there is a row past the position *after*: as soon as there is one, or
        once *seconds* have passed.
        """
        ...

    def within(self, connection: object) -> "Recorder":
        """Return a recorder on a *connection* of the host's own, in the transaction that is open
        there, or that it opens.

        It neither commits nor closes: what it appends is on record when the host commits, and
        never was where the host rolls back. An append that fails leaves the transaction as it was
        before it. From the first append on, it holds the lock of all appends until the host ends
        the transaction.

        Raises:
            MalformedError: *connection* is none to such a store, or would not keep what it
                commits.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


_COLUMNS = (
    ("position", int),
    ("stream", str),
    ("number in its stream", int),
    ("stored name", str),
    ("stored form", bytes),
)
_TYPES = {int: "a number", str: "a text", bytes: "bytes", float: "a fraction"}


def misstored(row: Row) -> str:
    """Return what is wrong with the types in a *row*; nothing where they are those of an entry.

    `lif` records no other types; a database may hold them where somebody wrote to it.
    """
    position, stream, stream_position, topic, state = row
    if (
        type(state) is bytes
        and type(topic) is str
        and type(stream) is str
        and type(stream_position) is int
        and type(position) is int
    ):
        return ""
    what, expected, actual = next(
        (what, expected, type(value))
        for (what, expected), value in zip(_COLUMNS, row, strict=True)
        if type(value) is not expected
    )
    return f"its {what} is {_TYPES.get(actual, 'nothing')}, and not {_TYPES[expected]}"


def opened_to_be_read() -> MalformedError:
    """Return the error of whoever is to record in a store that was opened to be read."""
    return MalformedError(
        "read_only",
        "the store was opened to be read, or may not be written: nothing is recorded in it",
    )


def unreadable(row: Row, problem: str) -> UnreadableError:
    """Return the error that names the entry in a *row*, whatever stands there."""
    position, stream, stream_position, _, _ = row
    return UnreadableError(
        problem, stream=_shown(stream), stream_position=stream_position, position=position
    )


def _shown(stream: object) -> str:
    return stream if isinstance(stream, str) else repr(stream)


def refuse_missing(rows: Sequence[Row], after: int) -> None:
    """Refuse *rows*, read past the position *after*, where a position is missing among them.

    A log is numbered 1, 2, 3 and so on, so that a gap is evidence.
    """
    first = max(after, 0) + 1
    if rows and rows[-1][0] != first + len(rows) - 1:
        at = next(at for at, row in enumerate(rows, first) if row[0] != at)
        raise UnreadableError(f"the entry at position {at} is missing: it was removed")


def pages(recorder: Recorder, *, after: int = 0, size: int = PAGE) -> Iterator[Sequence[Row]]:
    """Yield the log in its order, page by page, up to its end at the time of the last."""
    while page := recorder.rows(after=after, limit=size):
        yield page
        after = page[-1][0]


def rows_of(recorder: Recorder) -> Iterator[Row]:
    """Yield all rows in their order, whatever is missing, also at positions that are never given.

    No entry is recorded at one; somebody who writes to the store by other means may put one there.
    """
    after = BEFORE_ALL
    while page := recorder.rows(after=after, limit=PAGE, whole=False):
        yield from page
        after = page[-1][0]


def bounds(category: str | None) -> tuple[str, str | None]:
    """Return what the names of the streams of a *category*, or all, sort past, and before."""
    return ("", None) if category is None else (f"{category}-", f"{category}.")


def streams(
    recorder: Recorder,
    *,
    until: int,
    category: str | None = None,
    without: Collection[str] = (),
) -> Iterator[list[Row]]:
    """Yield the log up to the position *until*, stream by stream, in the order of their names.

    Only streams of one *category*, where it is given, and no rows of the topics in *without*.
    """
    after, before = bounds(category)
    return streams_between(recorder, after=after, before=before, until=until, without=without)


def streams_between(
    recorder: Recorder,
    *,
    after: str,
    before: str | None,
    until: int,
    without: Collection[str] = (),
    size: int = PAGE,
) -> Iterator[list[Row]]:
    """Yield the streams whose names sort past *after*, or are it, and before *before*."""
    stream: list[Row] = []
    place = (after, 0)
    while page := recorder.rows_by_stream(
        after=place, until=until, limit=size, before=before, without=without
    ):
        for name, rows in groupby(page, key=itemgetter(1)):
            if stream and name != stream[0][1]:
                yield stream
                stream = []
            stream += rows
        place = page[-1][1:3]
    if stream:
        yield stream
