"""A log read as a whole: the leaves of its entries, and the first that cannot have been recorded
so.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from attrs import frozen

from lif_core.aggregates.ledger import ClockCorrected
from lif_core.decisions.record import Record
from lif_core.errors import AlteredError, UnreadableError
from lif_core.log.instants import stamped
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Row, misstored, unreadable
from lif_core.trail.alteration import Alteration, AlterationKind, first_alteration
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.leaf import leaf_of
from lif_core.trail.tree import Frontier, Tree, leaf_hash


@frozen
class Examination:
    """The *tree* over a log, and the first entry that shows, by itself or beside the others, that
    it was not recorded so.

    Somebody who knows how can alter a log so that nothing shows. A checkpoint shows it. *read*
    reads the log again, to find out what was altered.
    """

    tree: Tree
    alteration: Alteration | None
    read: Callable[[], Iterable[Row]]

    def check(self, checkpoint: Checkpoint, held: Sequence[bytes] = (), *, holds: int = 0) -> None:
        """Refuse a log that is not the one of *checkpoint*, or not one that grew out of it.

        Args:
            checkpoint: signed by somebody whom the caller trusts.
            held: the leaves up to it, where they are kept; then the first entry is named.
            holds: the size of another checkpoint, of which this is the log.

        Raises:
            AlteredError: the log is another one.
        """
        size = self.tree.size
        if size >= checkpoint.size and checkpoint.root == self.tree.root(checkpoint.size):
            return
        alteration = None
        if held:
            alteration = first_alteration(list(self.read()), self.tree.leaves, held)
        elif self.alteration is not None and self.alteration.number <= checkpoint.size:
            alteration = self.alteration
        elif size < checkpoint.size:
            words = f"{checkpoint.size - size} gone from the end, or this is an older copy"
            alteration = Alteration(kind=AlterationKind.CUT_OFF, number=size + 1, words=words)
        beside = f"not the log of the checkpoint at {checkpoint.size} entries"
        if alteration is None:
            where = f"of its entries {holds + 1} to {checkpoint.size}, some were altered"
            raise AlteredError(f"{beside}: {where}; with its leaves, the first is named")
        raise altered(alteration, beside)

    def check_alone(self) -> None:
        """Refuse a log of which an entry shows that it was not recorded so.

        Raises:
            AlteredError: one does.
        """
        if self.alteration is not None:
            raise altered(self.alteration)


def examine(read: Callable[[], Iterable[Row]], mapper: LifMapper) -> Examination:
    """Return what the log is found to be that *read* reads, whole and in its order."""
    leaves: list[bytes] = []
    signs = Signs(mapper)
    for row in read():
        leaves.append(leaf_or_nothing(row))
        if signs.first is None:
            signs.look_at(row)
    return Examination(Tree(leaves), signs.first, read)


def head_of(rows: Iterable[Row], origin: str = "") -> Checkpoint:
    """Return how many entries there are in *rows*, and the root over them, of whatever *origin*.

    An entry that has no leaf counts by what stands in its row.
    """
    frontier = Frontier()
    for row in rows:
        frontier.append(leaf_or_nothing(row) or leaf_hash(repr(row).encode("utf-8", "replace")))
    return Checkpoint(origin, frontier.size, frontier.root())


def altered(alteration: Alteration, beside: str = "") -> AlteredError:
    """Return the error that names an *alteration*, and says what it was found *beside*."""
    problem = ": ".join(filter(None, (alteration.kind, alteration.words, beside)))
    if (row := alteration.row) is None:
        return AlteredError(f"entry {alteration.number} of the log: {problem}")
    return altered_row(row, problem)


def altered_row(row: Row, problem: str) -> AlteredError:
    """Return the error that names the entry in a *row*, whatever stands there."""
    of = unreadable(row, problem)
    return AlteredError(
        problem, stream=of.stream, stream_position=of.stream_position, position=of.position
    )


def leaf_or_nothing(row: Row) -> bytes:
    """Return the leaf of a row, or nothing, which is the leaf of no entry."""
    try:
        return leaf_of(row)
    except UnreadableError:
        return b""


class Signs:
    """The *first* entry that cannot have been recorded so, after those before it."""

    def __init__(self, mapper: LifMapper) -> None:
        self.first: Alteration | None = None
        self._mapper = mapper
        self._number = 0
        self._numbers: dict[str, int] = {}
        self._latest: datetime | None = None

    def look_at(self, row: Row) -> Record | None:
        """Look at the next *row* of the log; return its record, where it can be read."""
        self._number += 1
        kind, words = self._place_of(row)
        record: Record | None = None
        try:
            record = self._mapper.to_record(row)
            self._mapper.refuse_dropped(row, record)
        except UnreadableError as error:
            words = words or error.problem
        else:
            at, latest = stamped(record), self._latest
            corrects = isinstance(record.event, ClockCorrected)
            if not words and latest is not None and at < latest and not corrects:
                kind, words = AlterationKind.MOVED, "recorded earlier than the entry before it"
            self._latest = at
        if words and self.first is None:
            self.first = Alteration(kind=kind, number=self._number, words=words, row=row)
        return record

    def _place_of(self, row: Row) -> tuple[AlterationKind, str]:
        """Return what is wrong with the numbers of a *row*; no words where nothing is."""
        if problem := misstored(row):
            return AlterationKind.EDITED, problem
        position, stream, stream_position, _, _ = row
        expected = self._numbers.get(stream, 0) + 1
        self._numbers[stream] = expected
        if position > self._number:
            words = f"{position - self._number} gone from before this one"
            return AlterationKind.REMOVED, words
        if position < self._number:
            return AlterationKind.INSERTED, "at a position that was never given"
        if stream_position > expected:
            words = f"entry {expected} of its stream does not come before it"
            return AlterationKind.REMOVED, words
        if stream_position < expected:
            return AlterationKind.INSERTED, "its stream had such an entry already"
        return AlterationKind.EDITED, ""
