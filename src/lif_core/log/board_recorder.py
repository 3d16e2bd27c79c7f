"""The log of one board among many: a recorder of what the board may know of alone.

Positions are those of the whole log, so that they show gaps; nothing tells what is in them.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

import attrs
from msgspec.structs import replace

from lif_core.errors import MalformedError
from lif_core.log.holdings import Holdings
from lif_core.log.instants import stamped
from lif_core.log.recorder import (
    PAGE,
    Cell,
    Handled,
    PackRow,
    PackUse,
    Reads,
    Receipt,
    Row,
    Saved,
    Stamp,
    Tracking,
)


class BoardRecorder:
    """A recorder that shows the *holdings* of a *board*, and writes no entry.

    Saved views, followers and command ids are under names of the board's own. Closing it closes
    nothing.
    """

    def __init__(self, holdings: Holdings, board: str) -> None:
        self.holdings = holdings
        self.board = board
        self._recorder = holdings.recorder

    def name(self, name: str) -> str:
        """Return under which *name* the whole store keeps what the board calls so."""
        return f"{self.board}/{name}"

    def append(
        self,
        stamp: Stamp,
        receipts: Sequence[Receipt] = (),
        tracking: Tracking | None = None,
        read: Reads | None = None,
        packs: Sequence[PackUse] = (),
    ) -> Sequence[int]:
        """Note how far a follower of the board's has read; it is where `append` notes it.

        Raises:
            MalformedError: there are entries to append, which the application of all boards does.
        """
        if receipts or packs or stamp(self.last_row()):
            raise MalformedError(
                "recorder", "the log of one board is read; its application writes"
            )
        if tracking is not None:
            tracking = attrs.evolve(tracking, name=self.name(tracking.name))
        return self._recorder.append(lambda _: (), tracking=tracking, read=read)

    # Rows

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        self.holdings.sync()
        rows: list[Row] = []
        size = limit
        while len(rows) < limit and (
            page := self._recorder.rows(after=after, limit=size, whole=whole)
        ):
            rows += self._seen(page)
            after, size = page[-1][0], max(limit, PAGE)
        return rows[:limit]

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        self.holdings.sync()
        seen = [stream for stream in streams if self.holdings.sees(stream)]
        return self._recorder.stream_rows(*seen) if seen else []

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
        while len(rows) < limit and (
            page := self._recorder.rows_by_stream(
                after=after, until=until, limit=limit, before=before, without=without
            )
        ):
            rows += self._seen(page)
            after = page[-1][1:3]
            if not self.holdings.sees(after[0]):
                after = (self.holdings.next_past(after[0]), 0)
        return rows[:limit]

    def _seen(self, rows: Sequence[Row]) -> list[Row]:
        sees = self.holdings.sees
        return [row for row in rows if sees(row[1])]

    def last_row(self) -> Row | None:
        return self.holdings.last_row()

    # Streams

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        stream = self._recorder.broken(after=after, before=before, until=until)
        while stream is not None and not self.holdings.sees(stream):
            stream = self._recorder.broken(after=stream, before=before, until=until)
        return stream

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int = 1
    ) -> Sequence[str]:
        """Divide as the whole log is: a name between two ranges need be no stream of the board."""
        return self._recorder.divide(
            after=after, before=before, until=until, into=into, least=least
        )

    def changed(
        self, *, after: int, until: int, without: Collection[str] = ()
    ) -> Mapping[str, int]:
        changed = self._recorder.changed(after=after, until=until, without=without)
        seen = {name: first for name, first in changed.items() if self.holdings.sees(name)}
        # All of a stream that came to be shared is new.
        return seen | dict.fromkeys(self.holdings.shared(after=after, until=until), 1)

    def unrecorded(self, streams: Sequence[str]) -> AbstractSet[str]:
        seen = [stream for stream in streams if self.holdings.sees(stream)]
        return {*set(streams).difference(seen), *self._recorder.unrecorded(seen)}

    # Packs

    def packs(self) -> Sequence[PackRow]:
        """Return the packs that the log was written under as far as they bear on the board.

        Where the entry that brought a pack is another board's, it is on record from the board's
        next entry on.
        """
        self.holdings.sync()
        rows = [
            shown
            for row in self._recorder.packs()
            if not row.pack.governs or any(map(self.holdings.sees_board, row.pack.governs))
            if (shown := self._shown(row)) is not None
        ]
        return sorted(rows, key=lambda row: (row.position, row.pack.name))

    def _shown(self, row: PackRow) -> PackRow | None:
        first = next(iter(self.rows(after=row.position - 1, limit=1)), None)
        if first is None or first[0] == row.position:
            return row if first else None
        pack = replace(row.pack, since=stamped(self.holdings.mapper.to_record(first)))
        return PackRow(position=first[0], pack=pack)

    # What is kept by name

    def handled(self, command_id: str) -> Handled | None:
        handled = self._recorder.handled(self.name(command_id))
        return handled and attrs.evolve(handled, beside=())  # which may be another board's

    def unhandled(self, command_ids: Sequence[str]) -> AbstractSet[str]:
        names = {self.name(command_id): command_id for command_id in command_ids}
        return {names[name] for name in self._recorder.unhandled(list(names))}

    def tracked(self, name: str) -> int:
        return self._recorder.tracked(self.name(name))

    def saved(self, name: str) -> Saved | None:
        saved = self._recorder.saved(self.name(name))
        return attrs.evolve(saved, name=name) if saved else None

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
        return self._recorder.cells(
            self.name(name), head, kind, keys=keys, parts=parts, past=past, until=until
        )

    def save(self, view: Saved, *, before: bytes | None) -> None:
        self._recorder.save(attrs.evolve(view, name=self.name(view.name)), before=before)

    # The store

    def wait(self, *, after: int, seconds: float) -> bool:
        """Wait as the whole log does; what others record meanwhile ends the wait early."""
        if self.rows(after=after, limit=1):
            return True
        last = self._recorder.last_row()
        self._recorder.wait(after=max(after, last[0] if last else 0), seconds=seconds)
        return bool(self.rows(after=after, limit=1))

    def within(self, connection: object) -> "BoardRecorder":
        holdings = self.holdings.twin(self._recorder.within(connection))
        return BoardRecorder(holdings, self.board)

    def close(self) -> None:
        """Leave the store open, which is that of all boards."""
