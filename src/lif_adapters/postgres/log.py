"""The log in PostgreSQL, over whatever gives a connection and a transaction.

An append locks, looks and stamps, then writes: one round trip before the stamp, and one after it
that commits. So the lock is held for one answer of this process, and for the disk.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from lif_adapters.postgres.address import Address
from lif_adapters.postgres.copies import copied, copied_entries
from lif_adapters.postgres.schema import refuse_other
from lif_adapters.postgres.statements import NEWER, Statements
from lif_adapters.postgres.transaction import Transaction
from lif_adapters.stream_lengths import (
    COUNTED_EVERY,
    Tail,
    missing,
    missing_at,
    missing_between,
)
from lif_core.errors import UnreadableError
from lif_core.log.recorder import (
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

T = TypeVar("T")
FEW = 24  # rows that are inserted by a statement each; more are copied
SMALL = 60_000  # bytes of entries that are sent in statements; more are copied
UNCOUNTED = 1 << 17  # entries of which no stream is counted yet, at the most: they are in memory
_NEVER = 2**62  # a position past all
_PLACE, _STREAM, _BY_STREAM = itemgetter(0), itemgetter(1), itemgetter(1, 2)


class _Look(NamedTuple):
    """The state that an append finds under the lock: where positions go on, the *last* row, the
    name of a *pack* on record since the head, how far the follower is, and up to which position
    the entries of streams are *counted*.
    """

    head: int
    last: Row | None
    pack: str | None
    tracked: int
    counted: int


class PostgresLog:
    """The port of the application over connections that a subclass gives, to tables of a
    *version*.
    """

    def __init__(self, address: Address, version: int) -> None:
        self._sql = Statements(address.schema, version)
        self._place = address.place

    @cached_property
    def _tail(self) -> Tail:
        return Tail()

    def _select(self, statement: bytes, params: Sequence[object]) -> list[Any]:
        """Return the rows of one statement, which sees one state of the log."""
        raise NotImplementedError

    def _write(self, act: Callable[[Transaction], T]) -> T:
        """Return what *act* returns in a transaction, which it begins and ends."""
        raise NotImplementedError

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        def act(transaction: Transaction) -> tuple[int, Sequence[StoredEvent]]:
            look = self._look(transaction, tracking, read)
            events = stamp(look.last)
            self._append(transaction, look, events, receipts, tracking, packs)
            return look.head + 1, events

        first, events = self._write(act)
        self._tail.appended(first, (str(event.originator_id) for event in events))
        return range(first, first + len(events))

    def _look(
        self, transaction: Transaction, tracking: Tracking | None, read: Reads | None
    ) -> _Look:
        """Lock the log, and look whether anything has moved that must not have."""
        call = transaction.call
        since, name = read.head if read else _NEVER, tracking.name if tracking else None
        statements = [call("look", since, name)]
        if read is not None:
            statements.append(call("newer", read.head))
        ((head, *last, pack, tracked, version, counted),), *newer = transaction.begin_locked(
            *statements
        )
        refuse_other(version, self._place)
        row = tuple(last) if last[0] is not None else None
        look = _Look(head, row, pack, tracked or 0, counted or 0)
        _refuse_cut_off(look.last[0] if look.last else 0, head)
        if read is not None:
            self._refuse_moved(transaction, look, read, newer[0])
        if tracking is not None and look.tracked != tracking.after:
            raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
        return look

    def _refuse_moved(
        self, transaction: Transaction, look: _Look, read: Reads, newer: list[Any]
    ) -> None:
        """Refuse what rests on a stream that others have recorded in since."""
        end = look.last[0] if look.last else 0
        if end < read.head:
            raise IntegrityError(f"the log ends at {end}, and was read up to {read.head}")
        if look.last is not None and end == read.head:
            refuse_another_copy(read, look.last[4])
        elif read.stored:
            rows = transaction.run(transaction.call("stored", read.head))[0]
            refuse_another_copy(read, rows[0][0] if rows else None)
        while newer:
            for _, stream in newer:
                if stream in read.streams:
                    raise IntegrityError(f"{stream} has moved since it was read")
            more = len(newer) == NEWER
            newer = transaction.run(transaction.call("newer", newer[-1][0]))[0] if more else []
        if look.pack is not None:
            raise IntegrityError(f"{look.pack} is on record since it was read")

    def _append(
        self,
        transaction: Transaction,
        look: _Look,
        events: Sequence[StoredEvent],
        receipts: Sequence[Receipt],
        tracking: Tracking | None,
        packs: Sequence[PackUse],
    ) -> None:
        """Append *events* to the log that *look* saw, with all that belongs to them.

        To count the streams of many takes as long as to copy them: that is left to the next few.
        """
        call, statements = transaction.call, []
        first, end = look.head + 1, look.head + len(events)
        uncounted = COUNTED_EVERY
        if len(events) > FEW or sum(len(event.state) for event in events) > SMALL:
            transaction.copy(self._sql.entries, copied_entries(events, first))
            uncounted = UNCOUNTED
        else:
            statements += [
                call("entry", position, e.originator_id, e.originator_version, e.topic, e.state)
                for position, e in enumerate(events, first)
            ]
        handled = [(r.command_id, r.digest, first + r.start, first + r.stop - 1) for r in receipts]
        if len(handled) > FEW:
            transaction.copy(self._sql.receipts, copied(handled))
        else:
            statements += [call("receipt", *receipt) for receipt in handled]
        for pack in packs if events else ():
            since, governs = pack.since.isoformat(), json.dumps(pack.governs)
            statements.append(call("pack", first, pack.name, pack.digest, since, governs))
        if tracking is not None:
            statements.append(call("track", tracking.name, tracking.position))
        if events:
            statements.append(call("move", end))
        if events and end - look.counted >= uncounted:
            self._count(transaction, look.counted, end, statements)
            statements = []
        transaction.end(*statements)

    def _count(
        self, transaction: Transaction, counted: int, end: int, statements: Sequence[bytes]
    ) -> None:
        """Do what the *statements* say, and then count the entries of streams up to the *end*."""
        count = self._sql.count % {b"counted": counted, b"last": end}
        *_, ((entries,),) = transaction.run(*statements, count)
        if entries != end - counted:
            raise missing_between(counted, end)

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        where = b"WHERE position > $1 ORDER BY position LIMIT $2"
        rows = self._select(self._sql.row + where, (after, limit))
        if whole:
            refuse_missing(rows, after)
        return rows

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        """Return the rows found by the names of *streams*, held against how many were recorded."""
        names = _texts(streams)
        if not names:
            return []
        statement = self._sql.stream if len(names) == 1 else self._sql.streams
        for tail in self._tails():
            entries, rows = self._measured(tail, statement, names)
            counts = Counter(map(_STREAM, rows))
            lacking = [name for name in names if counts.get(name, 0) != entries.get(name, 0)]
            if not lacking:
                return sorted(rows, key=_BY_STREAM)
        stream = min(lacking)
        numbers = sorted(row[2] for row in rows if row[1] == stream)
        raise missing(stream, numbers, entries.get(stream, 0))

    def _tails(self) -> Iterator[Tail]:
        """Yield what is known of the end of the log; and then, where that does not fit, nothing.

        Perhaps it is of what a host has taken back, or of another log in the place of this one.
        """
        yield self._tail
        self._tail.forget()
        yield self._tail

    def _measured(
        self, tail: Tail, statement: bytes, streams: Sequence[str]
    ) -> tuple[Mapping[str, int], list[Row]]:
        """Return how many entries *streams* have, by the position, and the rows that *statement*
        finds by their names: both of one state of the log.
        """
        known = tail.known(streams)
        rows: list[Row] = []
        newer: list[tuple[int, str | None]] = []
        entries: dict[str, int] = {}
        reached = counted = 0
        which = streams[0] if statement is self._sql.stream else streams
        for row in self._select(statement, (which, known.counted, known.end)):
            position, stream, number, _, state = row
            if state is not None:
                rows.append(row)
            elif position is None:
                entries[stream] = number
            elif number is None:
                newer.append((position, stream))
            else:
                reached, counted = position, number
        newer.sort(key=_PLACE)
        while newer and newer[-1][0] < reached:
            newer += self._select(self._sql.places, (newer[-1][0], reached))
        if counted == known.counted and reached >= known.end:
            for stream, number in known.entries.items():
                entries[stream] = entries.get(stream, 0) + number
        read: list[tuple[int, str]] = []
        for position, stream in newer:
            if stream is None:
                raise missing_at(position)
            if stream in known.entries:
                entries[stream] = entries.get(stream, 0) + 1
            read.append((position, stream))
        tail.read(counted, reached, read)
        return entries, rows

    def rows_by_stream(
        self,
        *,
        after: tuple[str, int],
        until: int,
        limit: int,
        before: str | None = None,
        without: Collection[str] = (),
    ) -> Sequence[Row]:
        where = b"WHERE (stream, stream_position) > ($1, $2) AND position <= $3"
        params: list[object] = [*after, until]
        where += _and(params, b"stream <", before)
        where += _and(params, b"topic <> ALL", list(without) or None)
        where += b" ORDER BY stream, stream_position LIMIT $%d" % (len(params) + 1)
        return self._select(self._sql.row + where, (*params, limit))

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        """Look for a gap by the index alone, as far as the server knows that all see a page, and
        for what it does not find.
        """
        params: list[object] = [after, until]
        where = b"WHERE stream > $1 AND position <= $2" + _and(params, b"stream <", before)
        gaps = self._select(
            b"SELECT stream %b%b GROUP BY stream HAVING count(*) <> max(stream_position)"
            b" ORDER BY stream LIMIT 1" % (self._sql.of, where),
            params,
        )
        if not gaps:
            params = [after]
            where = b" AND known.stream > $1" + _and(params, b"known.stream <", before)
            gaps = self._select(self._sql.broken % {b"range": where}, params)
        return gaps[0][0] if gaps else None

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        params: list[object] = [after, until]
        of = self._sql.of
        of += b"WHERE stream >= $1 AND position <= $2" + _and(params, b"stream <", before)
        ((rows,),) = self._select(b"SELECT count(*) " + of, params)
        into = min(into, rows // least)
        places = [rows * number // into for number in range(1, into)]
        if not places:
            return []
        names = self._select(
            b"SELECT stream FROM (SELECT stream, row_number() OVER (ORDER BY stream) AS place %b)"
            b" AS streams WHERE place = ANY($%d::int8[]) ORDER BY place" % (of, len(params) + 1),
            (*params, [place + 1 for place in places]),
        )
        return [name for name in dict.fromkeys(name for (name,) in names) if name > after]

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        rows = self._select(
            b"SELECT stream, min(stream_position) FILTER (WHERE topic <> ALL ($3::text[])),"
            b" count(*), max(position) %bWHERE position > $1 AND position <= $2 GROUP BY stream"
            % self._sql.of,
            (after, until, list(without)),
        )
        if rows and max(row[3] for row in rows) - after != sum(row[2] for row in rows):
            raise missing_between(after, until)
        return {stream: first for stream, first, _, _ in rows if first is not None}

    def unrecorded(self, streams: Sequence[str]) -> set[str]:
        """Return what is not found by its name, and was not counted before that either."""
        names = _texts(streams)
        if not names:
            return set(streams)
        for tail in self._tails():
            entries, rows = self._measured(tail, self._sql.recorded, names)
            unrecorded = set(streams).difference(map(_STREAM, rows))
            hidden = sorted(stream for stream in unrecorded if entries.get(stream, 0))
            if not hidden:
                return unrecorded
        raise missing(hidden[0], [], entries[hidden[0]])

    def unhandled(self, command_ids: Sequence[str]) -> set[str]:
        return self._missing(self._sql.were_handled, command_ids)

    def _missing(self, statement: bytes, names: Sequence[str]) -> set[str]:
        """Return those of the *names* that *statement* does not find among them."""
        rows = self._select(statement, (_texts(names),))
        return set(names).difference(name for (name,) in rows)

    def handled(self, command_id: str) -> Handled | None:
        rows = self._select(self._sql.handled, (_texts([command_id]),))
        if not rows:
            return None
        digest, first, last = rows[0][:3]
        entries = (row[3:] for row in rows if row[3] is not None)
        return Handled.of(digest, first, last, entries)

    def tracked(self, name: str) -> int:
        rows = self._select(self._sql.tracked, (_texts([name]),))
        return int(rows[0][0]) if rows else 0

    def saved(self, name: str) -> Saved | None:
        rows = self._select(self._sql.saved, (_texts([name]),))
        return Saved(name=name, position=rows[0][1] or 0, head=rows[0][0]) if rows else None

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
        """Select in one statement, so that head and cells are of one save."""
        params: list[object] = [name, head, kind]
        where = b"".join(
            _and(params, condition, value)
            for condition, value in (
                (b"key = ANY", None if keys is None else _texts(keys)),
                (b"part = ANY", None if parts is None else _texts(parts)),
                (b"key >", past),
                (b"key <=", until),
            )
        )
        rows = self._select(self._sql.cells + where + b" ORDER BY key, part", params)
        if not rows:
            raise IntegrityError(f"{name} has been saved by another")
        return rows if rows[0][0] is not None else []

    def save(self, view: Saved, *, before: bytes | None) -> None:
        self._write(lambda transaction: self._save(transaction, view, before))

    def _save(self, transaction: Transaction, view: Saved, before: bytes | None) -> None:
        sql = self._sql
        (((number, head, version),),) = transaction.begin(transaction.call("view", view.name))
        refuse_other(version, self._place)
        if before is not None and head != before:
            raise IntegrityError(f"{view.name} has been saved by another")
        if before is None:
            transaction.execute(sql.remove_cells, number)
        else:
            transaction.execute(sql.remove_parts, number, list(view.parts))
        rows = (
            (number, kind, key, part, body)
            for part, cells in view.parts.items()
            for kind, key, body in cells
        )
        transaction.copy(sql.cells_table, copied(rows))
        transaction.execute(sql.move_view, number, view.head)  # of any size
        transaction.end(transaction.call("track", view.name, view.position))

    def packs(self) -> Sequence[PackRow]:
        return list(map(PackRow.of, self._select(self._sql.packs, ())))

    def last_row(self) -> Row | None:
        for *row, reached in self._select(self._sql.last, ()):
            _refuse_cut_off(row[0], reached)
            return tuple(row)
        return None


def _and(params: list[object], condition: bytes, value: object) -> bytes:
    """Return the *condition* on *value*, which joins *params*; nothing where it is `None`."""
    if value is None:
        return b""
    params.append(value)
    place = b"($%d::text[])" if isinstance(value, list) else b" $%d"
    return b" AND %b%b" % (condition, place % len(params))


def _refuse_cut_off(end: int, reached: int) -> None:
    """Refuse a log that ends at another position than the last that was *reached*."""
    if end != reached:
        raise UnreadableError(
            f"the log ends at position {end}, and {reached} were recorded: what follows was"
            " removed, or it was not numbered by lif; restore it from a backup"
        )


def _texts(names: Iterable[str]) -> list[str]:
    """Return the *names* that PostgreSQL can hold: what has NUL in it is nowhere."""
    return [name for name in names if "\0" not in name]
