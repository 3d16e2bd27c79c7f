"""The holdings of a board in a log of many: the streams that are its own, or shared with it.

A stream is a board's own by its reference. It is shared where a pack says so of its namespace or
of its body, where an entry of it names the board among its *boards*, where it is that of an agency
which no board registered as its own, and where it is the ledger's.
"""

from bisect import bisect_right, insort
from collections.abc import Collection, Iterator
from itertools import chain
from threading import RLock
from typing import Any

import attrs

from lif_core.aggregates.body import BodyKind, BodyRegistered
from lif_core.aggregates.ledger import LEDGER_STREAM
from lif_core.decisions.corrections import EntryAmended
from lif_core.decisions.messages import Event
from lif_core.errors import UnreadableError
from lif_core.framework import Frameworks
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import PAGE, Recorder, Row, misstored, pages
from lif_core.values.refs import category_of, namespace_of, ref_of, stream_of

_NAMELESS = "an entry that may be shared with the board cannot be read"
"""The words for an entry of which it is not known whose it is."""


class Holdings:
    """The streams of *boards*, by their namespaces, in the log of *recorder* as far as it is read.

    What was shared once stays so: whoever has seen a stream goes on seeing it. Threads may share
    it.

    Args:
        recorder: the log of all boards.
        mapper: maps what it stores.
        frameworks: the packs, which say what is joint.
        boards: a board, and those whose record it has taken over.
        origin: in a transaction of the host, the same holdings outside it.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapper: LifMapper,
        frameworks: Frameworks,
        boards: Collection[str],
        *,
        origin: "Holdings | None" = None,
    ) -> None:
        self.recorder = recorder
        self.mapper = mapper
        self._frameworks = frameworks
        self._boards = frozenset(boards)
        self._quoted = tuple(f'"{board}"'.encode() for board in sorted(boards))
        bodies = chain.from_iterable(pack.bodies for pack in frameworks.packs)
        self._given = {name for pack in frameworks.packs for name in pack.governs}
        self._given.update(body.ref for body in bodies if body.boards)
        registry = mapper.registry
        naming = [cls for cls in registry.events.values() if _names_boards(cls)]
        self._naming = frozenset((*registry.topics(naming), *registry.corrective))
        self._registering = frozenset(registry.topics((BodyRegistered,)))
        self._silent = registry.uncounted((*naming, BodyRegistered))
        self._lock = RLock()
        self._origin = origin
        self._forget()

    def _forget(self) -> None:
        """Know nothing but what the packs say, or what was known outside a transaction."""
        origin = self._origin
        if origin is None:
            self._head: Row | None = None
            self._last: Row | None = None
            self._namespaces = self._frameworks.serving(self._boards)
            self._shared = {LEDGER_STREAM, *self._bodies_by_pack()}
            self._names = sorted(self._shared)
            self._shared_at: dict[str, int] = {}  # by stream, the position at which it was
            return
        with origin._lock:
            self._head, self._last = origin._head, origin._last
            self._namespaces, self._shared = origin._namespaces, set(origin._shared)
            self._names, self._shared_at = list(origin._names), dict(origin._shared_at)

    def _bodies_by_pack(self) -> Iterator[str]:
        """Yield the streams of bodies that by a pack serve these boards, or are no board's."""
        for body in chain.from_iterable(pack.bodies for pack in self._frameworks.packs):
            serves = not self._boards.isdisjoint(body.boards)
            if serves or self.is_nobodys(body.ref, body.kind):
                yield stream_of("body", body.ref)

    def twin(self, recorder: Recorder) -> "Holdings":
        """Return the same holdings as *recorder* sees them, in a transaction of the host."""
        self.sync()
        return Holdings(recorder, self.mapper, self._frameworks, self._boards, origin=self)

    def __reduce__(self) -> Any:
        return Holdings, (self.recorder, self.mapper, self._frameworks, self._boards)

    # What is asked of it

    def sees(self, stream: str) -> bool:
        """Return whether *stream* is the boards' own, or shared with them."""
        if not isinstance(stream, str):  # somebody wrote to the store by other means
            raise UnreadableError(_NAMELESS)
        return namespace_of(ref_of(stream)) in self._namespaces or stream in self._shared

    def is_nobodys(self, ref: str, kind: str) -> bool:
        """Return whether a body *ref* of a *kind* is no board's: an agency in no namespace but its
        own, which no pack gives to a board.
        """
        return kind == BodyKind.AGENCY and "/" not in ref and ref not in self._given

    def sees_board(self, board: str) -> bool:
        """Return whether a namespace is one of these boards', or joint to them."""
        return board in self._namespaces

    def shared(self, *, after: int, until: int) -> Iterator[str]:
        """Yield the streams that came to be shared past one position, up to the other."""
        for stream, position in tuple(self._shared_at.items()):
            if after < position <= until:
                yield stream

    def next_past(self, stream: str) -> str:
        """Return a name past that of *stream*, which these boards do not see, and not past that of
        the next stream of its category that they do: so that the rest need not be read.
        """
        category = category_of(stream)
        end = f"{category}."
        names = [f"{category}-{namespace}" for namespace in self._namespaces]
        at = bisect_right(self._names, stream)
        names += self._names[at : at + 1]
        return min((name for name in names if stream < name < end), default=end)

    def last_row(self) -> Row | None:
        """Return the last row of these boards, once all that is recorded by now is read."""
        self.sync()
        return self._last

    # What is read

    def sync(self) -> None:
        """Read what was recorded since.

        Raises:
            UnreadableError: an entry that may share a stream with these boards cannot be read.
        """
        with self._lock:
            last = self.recorder.last_row()
            if last == self._head:
                return
            if self._origin is not None or _position(last) <= _position(self._head):
                self._forget()  # what was read may have been taken back
                if _position(last) < _position(self._head):
                    self._origin = None
                    self._forget()
            if self._head is None:
                self._read_all(last)
            else:
                self._read_on(_position(self._head))

    def _read_on(self, after: int) -> None:
        """Read the log past the position *after*."""
        for row in chain.from_iterable(pages(self.recorder, after=after)):
            self._look(row)
            self._head = row
            self._last = row if self.sees(row[1]) else self._last

    def _read_all(self, last: Row | None) -> None:
        """Read the log up to its *last* row, as far as it can share anything."""
        head, place = _position(last), ("", 0)
        while page := self.recorder.rows_by_stream(
            after=place, until=head, limit=PAGE, without=self._silent
        ):
            for row in page:
                self._look(row)
            place = page[-1][1:3]
        self._head, self._last = last, self._last_by(head)

    def _last_by(self, head: int) -> Row | None:
        """Return the last row of these boards up to the position *head*: mostly near that."""
        before, size = head, PAGE
        while before > 0:
            after = max(before - size, 0)
            rows = self.recorder.rows(after=after, limit=before - after)
            mine = [row for row in rows if row[0] <= before and self.sees(row[1])]
            if mine:
                return mine[-1]
            before, size = after, 4 * size
        return None

    def _look(self, row: Row) -> None:
        """See whether *row* shares its stream with these boards."""
        position, stream, number, topic, state = row
        if misstored(row):
            raise UnreadableError(_NAMELESS)
        if topic in self._registering and number == 1 and "/" not in stream:
            event = self._event(row)
            assert isinstance(event, BodyRegistered)
            if self.is_nobodys(event.body, event.kind):
                self._share(stream, position)
        elif topic in self._naming and any(name in state for name in self._quoted):
            event = self._event(row)
            if isinstance(event, EntryAmended):
                event = event.replacement.event
            if not self._boards.isdisjoint(getattr(event, "boards", ())):
                self._share(stream, position)

    def _share(self, stream: str, position: int) -> None:
        if namespace_of(ref_of(stream)) not in self._boards and stream not in self._shared:
            self._shared.add(stream)
            insort(self._names, stream)
            self._shared_at[stream] = position

    def _event(self, row: Row) -> Event[Any]:
        try:
            return self.mapper.to_record(row).event
        except UnreadableError:
            raise UnreadableError(_NAMELESS) from None


def _position(row: Row | None) -> int:
    return row[0] if row else 0


def _names_boards(cls: type) -> bool:
    return any(field.name == "boards" for field in attrs.fields(cls))
