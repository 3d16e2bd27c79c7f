"""Saved views in an aggregate recorder of the `eventsourcing` family.

The cells of one save are a stream that nothing names until the head does; they are never changed,
so that a reader of a head reads the cells of its save. A stream of heads holds, by its unique key,
that one is saved after the other.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import attrgetter
from secrets import token_hex
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder
from eventsourcing.persistence import StoredEvent as EngineEvent
from msgspec import Struct, json, msgpack

from lif_adapters.engine.errors import engine_errors
from lif_core.log.recorder import Cell, IntegrityError, Saved, SavedCell

VIEW, CELLS = "lif.view/", "lif.cells/"
DELTAS = 16  # saves of parts that changed, after which all are written again
TRIES = 10


class _ViewHead(Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """The head of a view, and the saves of which its parts are, one over the other."""

    head: bytes
    position: int
    saves: tuple[str, ...]


_Piece = tuple[str, bool, list[SavedCell]]
"""A part or a piece of it, whether it begins it anew, and its cells."""


class EngineViews:
    """The views in a *recorder*, in which an *identity* names a stream.

    *largest* is how many bytes one insert takes.
    """

    def __init__(
        self,
        recorder: AggregateRecorder,
        identity: Callable[[str], UUID | str],
        largest: int,
    ) -> None:
        self._recorder, self._id, self._largest = recorder, identity, largest // 2
        self._folded: dict[tuple[str, ...], dict[str, list[SavedCell]]] = {}

    def _last(self, name: str) -> tuple[int, _ViewHead | None]:
        with engine_errors():
            last = self._recorder.select_events(self._id(VIEW + name), desc=True, limit=1)
        for stored in last:
            return stored.originator_version, json.decode(bytes(stored.state), type=_ViewHead)
        return 0, None

    def tracked(self, name: str) -> int:
        """Return how far the view has read the log."""
        _, saved = self._last(name)
        return saved.position if saved else 0

    def saved(self, name: str) -> Saved | None:
        """Return the view without its parts."""
        _, saved = self._last(name)
        return Saved(name=name, position=saved.position, head=saved.head) if saved else None

    def cells(
        self, name: str, head: bytes, kind: str, parts: Collection[str] | None
    ) -> Iterator[Cell]:
        """Yield the cells of one *kind*, of these *parts*, of the save with this *head*."""
        _, saved = self._last(name)
        if saved is None or saved.head != head:
            raise IntegrityError(f"{name} has been saved by another")
        all_parts = self._fold(saved.saves)
        for part in all_parts if parts is None else all_parts.keys() & parts:
            for other, key, body in all_parts[part]:
                if other == kind:
                    yield key, part, body

    def save(self, view: Saved, *, before: bytes | None) -> None:
        """Write the cells, and then the head that names them."""
        pieces = list(_pieces(view, self._largest))
        for _ in range(TRIES):
            number, saved = self._last(view.name)
            if before is not None and (saved is None or saved.head != before):
                raise IntegrityError(f"{view.name} has been saved by another")
            saves = saved.saves if saved and before is not None else ()
            if len(saves) >= DELTAS:
                whole = {**self._fold(saves), **view.parts}
                everything = Saved(name=view.name, position=0, head=b"", parts=whole)
                saves, written = (), list(_pieces(everything, self._largest))
            else:
                written = pieces
            head = _ViewHead(
                head=view.head, position=view.position, saves=(*saves, *self._write(written))
            )
            try:
                self._insert(VIEW + view.name, number + 1, "Saved", json.encode(head))
            except IntegrityError:
                if before is not None:
                    raise
            else:
                return
        raise IntegrityError(f"{view.name} was saved by others, {TRIES} times")

    def _write(self, pieces: Sequence[_Piece]) -> Sequence[str]:
        """Write a save, and return its name; none where there is nothing to write."""
        token = token_hex(16)
        for number, chunk in enumerate(_chunks(pieces, self._largest), start=1):
            self._insert(CELLS + token, number, "Cells", msgpack.encode(chunk))
        return [token] if pieces else []

    def _insert(self, stream: str, number: int, topic: str, state: bytes) -> None:
        with engine_errors():
            self._recorder.insert_events(
                [EngineEvent(self._id(stream), number, f"lif.{topic}", state)]
            )

    def _fold(self, saves: tuple[str, ...]) -> dict[str, list[SavedCell]]:
        """Return the cells of each part after all of *saves*."""
        if (folded := self._folded.get(saves)) is not None:
            return folded
        parts: dict[str, list[SavedCell]] = {}
        for token in saves:
            with engine_errors():
                stored = self._recorder.select_events(self._id(CELLS + token))
            for chunk in sorted(stored, key=attrgetter("originator_version")):
                for part, anew, cells in msgpack.decode(bytes(chunk.state), type=list[_Piece]):
                    parts[part] = cells if anew else [*parts[part], *cells]
        folded = {part: cells for part, cells in parts.items() if cells}
        self._folded = {saves: folded}
        return folded


def _pieces(view: Saved, largest: int) -> Iterator[_Piece]:
    """Yield the parts of a *view* in pieces of about as many bytes, or of one cell."""
    for part, cells in view.parts.items():
        piece: list[SavedCell] = []
        size, anew = 0, True
        for cell in cells:
            length = len(cell[0]) + len(cell[1]) + len(cell[2])
            if piece and size + length > largest:
                yield part, anew, piece
                piece, size, anew = [], 0, False
            piece.append(cell)
            size += length
        yield part, anew, piece


def _chunks(pieces: Iterable[_Piece], largest: int) -> Iterator[list[_Piece]]:
    """Yield *pieces*, as many together as have about so many bytes."""
    chunk: list[_Piece] = []
    size = 0
    for piece in pieces:
        length = len(piece[0]) + sum(len(key) + len(body) for _, key, body in piece[2])
        if chunk and size + length > largest:
            yield chunk
            chunk, size = [], 0
        chunk.append(piece)
        size += length
    if chunk:
        yield chunk
