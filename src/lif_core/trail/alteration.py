"""The alteration of a log that is not as it was: the first entry that shows it, and how."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import islice, zip_longest

from attrs import frozen

from lif_core.errors import UnreadableError
from lif_core.log.mapper import checksummed
from lif_core.log.recorder import Row, misstored
from lif_core.trail.leaf import leaf_of

REACH = 256  # entries around the first one, among which it is looked for


class AlterationKind(StrEnum):
    """The kinds of changes, as the one that it looks like is called."""

    EDITED = "edited"
    RETYPED = "retyped"
    REASSIGNED = "reassigned"
    MOVED = "moved"
    REMOVED = "removed"
    INSERTED = "inserted"
    CUT_OFF = "cut off"


@frozen(kw_only=True)
class Alteration:
    """The first entry that is not as it was recorded, and what *kind* of change it looks like.

    *number* is its place in the log, from 1; *row* is what stands there now, if anything does.
    """

    kind: AlterationKind
    number: int
    words: str
    row: Row | None = None


def first_alteration(
    rows: Sequence[Row], leaves: Sequence[bytes], held: Sequence[bytes]
) -> Alteration | None:
    """Return the first entry that is not as it was when the *held* leaves were those of the log.

    Args:
        rows: the log as it is now.
        leaves: the leaves of these rows.
        held: leaves that are known to be true, those of a signed checkpoint.
    """
    pairs = zip_longest(leaves[: len(held)], held)
    place = next((number for number, (now, then) in enumerate(pairs) if now != then), None)
    if place is None:
        return None
    kind, words = _Suspicion(rows, leaves, held, place).kind()
    row = rows[place] if place < len(rows) else None
    return Alteration(kind=kind, number=place + 1, words=words, row=row)


@frozen
class _Suspicion:
    """The entry at *place*, which is not the one that stood there."""

    rows: Sequence[Row]
    leaves: Sequence[bytes]
    held: Sequence[bytes]
    place: int

    def kind(self) -> tuple[AlterationKind, str]:
        """Return what the change looks like: what makes the leaf that is held, or none does."""
        leaves, held, place = self.leaves, self.held, self.place
        if place == len(leaves):
            count = len(held) - place
            words = f"{count} {_entries(count)} gone from the end, or this is an older copy"
            return AlterationKind.CUT_OFF, words
        if leaves[place] in held[place:]:
            count = held.index(leaves[place], place) - place
            return AlterationKind.REMOVED, f"{count} {_entries(count)} gone from before this one"
        if held[place] in leaves[place:]:
            return AlterationKind.INSERTED, "it was not there; the one that was comes after it"
        if problem := misstored(self.rows[place]):
            return AlterationKind.EDITED, problem
        return self._renumbered() or self._renamed() or self._edited()

    def _renumbered(self) -> tuple[AlterationKind, str] | None:
        """Return what it looks like, where it stood elsewhere, or the one that stood here does."""
        place = self.place
        near = range(1, min(REACH, max(len(self.rows), len(self.held)) - place))
        came = next((shift for shift in near if self._stood(place, place + shift)), None)
        went = next((shift for shift in near if self._stood(place + shift, place)), None)
        if came is not None and went is not None:
            position = self.rows[place][0]
            words = f"it stood at {position + came}, and what stood here is at {position + went}"
            return AlterationKind.MOVED, words
        if came is not None:
            words = f"{came} {_entries(came)} gone from before this one, which is renumbered"
            return AlterationKind.REMOVED, words
        if went is not None:
            words = f"{went} put in; what stood here is renumbered"
            return AlterationKind.INSERTED, words
        return None

    def _stood(self, now: int, then: int) -> bool:
        """Return whether the entry that is at place *now* was at *then*, but for its position."""
        if now >= len(self.rows) or then >= len(self.held):
            return False
        position, stream, stream_position, topic, state = self.rows[now]
        moved = (position + then - now, stream, stream_position, topic, state)
        return _leaf(moved) == self.held[then]

    def _renamed(self) -> tuple[AlterationKind, str] | None:
        """Return what it looks like, where it had another name, or was of another stream."""
        row, then = self.rows[self.place], self.held[self.place]
        position, stream, stream_position, topic, state = row
        for name in {topic for _, _, _, topic, _ in self._sound()}:
            if _either(position, stream, stream_position, name, state, then):
                return AlterationKind.RETYPED, f"it was a {name}"
        for name, number in self._vacant():
            if _either(position, name, number, topic, state, then):
                if name == stream:
                    return AlterationKind.REASSIGNED, f"it was entry {number} of its stream"
                return AlterationKind.REASSIGNED, f"it was entry {number} of {name}"
        return None

    def _vacant(self) -> Iterator[tuple[str, int]]:
        """Yield each stream with the numbers that an entry of it can have had, which none has."""
        numbers: dict[str, set[int]] = {}
        for _, stream, stream_position, _, _ in self._sound():
            numbers.setdefault(stream, set()).add(stream_position)
        same = self.rows[self.place][2]
        for stream, taken in numbers.items():
            gaps = (number for number in range(1, len(taken) + 2) if number not in taken)
            for number in {same, *islice(gaps, 1)}:
                yield stream, number

    def _sound(self) -> Iterator[Row]:
        """Yield the rows that are of the types of an entry."""
        return (row for row in self.rows if not misstored(row))

    def _edited(self) -> tuple[AlterationKind, str]:
        """Return an edit, and whether more was changed than this one."""
        ahead = zip(self.leaves[self.place + 1 :], self.held[self.place + 1 :], strict=False)
        others = Counter(now == then for now, then in ahead)
        if others[False] and not others[True]:
            return AlterationKind.EDITED, "it was changed, and so was every one after it"
        if others[False]:
            count = others[False]
            return AlterationKind.EDITED, f"it was changed, and so were {count} after it"
        return AlterationKind.EDITED, "it was changed"


def _either(
    position: int, stream: str, number: int, topic: str, state: bytes, then: bytes
) -> bool:
    """Return whether this makes the leaf *then*, with its checksum as it is or made to fit."""
    fitting = checksummed(stream, number, topic, state)
    return any(_leaf((position, stream, number, topic, s)) == then for s in (state, fitting))


def _leaf(row: Row) -> bytes | None:
    try:
        return leaf_of(row)
    except UnreadableError:
        return None


def _entries(count: int) -> str:
    return "entry is" if count == 1 else "entries are"
