"""The checks of a whole store: its files, its tables, its entries, and what is kept beside them.

It only reads: one state of the store, its entries once, in their order, page by page.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from lif_adapters.check_result import CheckResult, fine, note, wrong
from lif_adapters.store_image import ReceiptRow, StoreImage
from lif_core.commands.application import TOLERANCE
from lif_core.decisions.record import Record
from lif_core.errors import UnreadableError
from lif_core.framework import Frameworks
from lif_core.log.mapper import LifMapper, is_encrypted
from lif_core.log.packs import PackStatus, statuses
from lif_core.log.recorder import PAGE, rows_of
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import Signs, altered, leaf_or_nothing
from lif_core.trail.keys import to_base64
from lif_core.trail.tree import Frontier

BACKUP = "keep the store as it is, and compare it with a backup: `lif verify` names the entry"
TELL = "keep the store as it is, restore a backup, and tell whoever holds a checkpoint"
SHOWN = 3  # problems of one kind, each in words
Progress = Callable[[int], object]


class Checkup:
    """The checks of the entries of a *store*, and of what is kept beside them.

    Args:
        store: one state of it.
        mapper: reads the entries.
        frameworks: the packs that it is read with.
        held: checkpoints that are held outside the store, each by the name of its file.
    """

    def __init__(
        self,
        store: StoreImage,
        mapper: LifMapper,
        frameworks: Frameworks,
        held: Sequence[tuple[str, Checkpoint]] = (),
    ) -> None:
        self._store = store
        self._mapper = mapper
        self._frameworks = frameworks
        self._held = held
        self._roots: dict[int, bytes] = {}

    def results(self, now: datetime, progress: Progress = lambda _: None) -> Iterator[CheckResult]:
        """Yield what is found, the entries first; *now* is what the clock says."""
        frontier, signs = Frontier(), Signs(self._mapper)
        receipts = _Receipts(chain.from_iterable(self._store.receipts()))
        sizes = {checkpoint.size for _, checkpoint in self._held}
        last: Record | None = None
        self._roots = {0: frontier.root()}
        end = encrypted = 0
        for row in rows_of(self._store):
            frontier.append(leaf_or_nothing(row))
            encrypted += is_encrypted(row[4])
            record = signs.look_at(row)
            receipts.look_at(row[0], record)
            last, end = record or last, row[0]
            if frontier.size in sizes:
                self._roots[frontier.size] = frontier.root()
            if not frontier.size % PAGE:
                progress(PAGE)
        yield self._entries(signs, frontier)
        yield _texts(encrypted, frontier.size)
        yield self._end(end)
        yield from self._checkpoints(frontier.size)
        yield receipts.result()
        yield self._trackings(self._store.ever_reached())
        yield from self._packs()
        yield _clock(last, now)

    def _entries(self, signs: Signs, frontier: Frontier) -> CheckResult:
        if signs.first is not None:
            return wrong("entries", str(altered(signs.first)), BACKUP)
        root = to_base64(frontier.root())
        return fine("entries", f"{frontier.size}, each as its checksum says, root {root}")

    def _end(self, end: int) -> CheckResult:
        reached = self._store.ever_reached()
        if reached > end:
            problem = f"positions were given up to {reached}, and the log ends at {end}"
            return wrong("end of the log", f"{problem}: entries are gone from its end", TELL)
        return fine("end of the log", f"position {end}, the last that was given")

    def _checkpoints(self, size: int) -> Iterator[CheckResult]:
        for name, checkpoint in self._held:
            check = f"checkpoint {name}"
            if self._roots.get(checkpoint.size) == checkpoint.root:
                later = size - checkpoint.size
                yield fine(check, f"this is that log; {later} entries came later")
            elif checkpoint.size > size:
                gone = checkpoint.size - size
                problem = f"of its {checkpoint.size} entries, {gone} are not here: an older copy,"
                yield wrong(check, f"{problem} or their end was cut off", TELL)
            else:
                yield wrong(check, "this is not that log", BACKUP)
        if not self._held:
            yield note(
                "checkpoint",
                "none is given: what somebody altered who made it fit does not show",
                "give one that is held elsewhere, --checkpoint FILE; `lif checkpoint` makes one",
            )

    def _trackings(self, reached: int) -> CheckResult:
        rows = self._store.trackings()
        strange = [name for name, at in rows if not self._may_have_read(name, at, reached)]
        if strange:
            return wrong(
                "followers",
                f"not to where each had read, or past the end: {', '.join(strange[:SHOWN])}",
                "the log was cut off, is an older copy, or somebody wrote to it by other means",
            )
        return fine("followers", f"{len(rows)}, none past the end of the log")

    def _may_have_read(self, name: str, at: object, reached: int) -> bool:
        try:
            return type(at) is int and 0 <= at <= reached and self._store.tracked(name) == at
        except UnreadableError:
            return False

    def _packs(self) -> Iterator[CheckResult]:
        reached = self._store.ever_reached()
        rows = self._store.packs()
        if strange := {row.pack.name for row in rows if not 0 < row.position <= reached}:
            names = ", ".join(sorted(strange))
            yield wrong("packs on record", f"from a position that was never given: {names}", TELL)
        by_status: dict[PackStatus, list[str]] = {}
        for row, status in zip(rows, statuses(rows, self._frameworks), strict=True):
            by_status.setdefault(status, []).append(row.pack.name)
        if missing := by_status.get(PackStatus.MISSING):
            problem = f"missing here: {', '.join(missing)}; their boards are read without rules"
            yield wrong("packs", problem, "give them with --pack")
        if others := by_status.get(PackStatus.OTHER):
            problem = f"not as on record: {', '.join(others)}; figures may differ from before"
            yield note("packs", problem, "`lif framework recorded` says since when")
        if not missing and not others:
            yield fine("packs", f"{len(rows)} on record, the last of each as it is here")


def _texts(encrypted: int, entries: int) -> CheckResult:
    """Return in how many of the *entries* texts about people are *encrypted*."""
    check, plain = "texts about people", entries - encrypted
    if plain and encrypted:
        problem = f"encrypted in {encrypted} entries, and as they are in {plain}, for ever"
        return note(check, problem, "record with the keys of the store from now on")
    stored = "encrypted" if encrypted else "as they are: without keys nothing can be erased"
    return fine(check, f"stored {stored}" if entries else "none yet")


def _clock(last: Record | None, now: datetime) -> CheckResult:
    if last is None:
        return fine("clock", "nothing is recorded yet")
    ahead = last.recorded_at - now
    if ahead > TOLERANCE:
        return wrong(
            "clock",
            f"the last entry was recorded {ahead} after what this clock says",
            "set the clock right; where it was fast once, record CorrectClock",
        )
    return fine("clock", f"not behind the last entry, of {last.recorded_at:%Y-%m-%d %H:%M} UTC")


class _Receipts:
    """The receipts of commands, held against the entries as these come by."""

    def __init__(self, rows: Iterator[ReceiptRow]) -> None:
        self._rows = rows
        self._count = 0
        self._problems: list[str] = []
        self._wrong = 0
        self._present = 0
        self._current = self._next()

    def look_at(self, position: Any, record: Record | None) -> None:
        """Look at the entry at *position*; *record* is `None` where it cannot be read."""
        if type(position) is not int:
            return
        while self._current is not None and self._current[3] < position:
            self._leave(self._current)
        current = self._current
        if current is not None and current[2] <= position:
            self._present += 1
            if record is not None and record.command_id != current[0]:
                self._tell(f"that of {current[0]} names position {position}, not its own")
        elif record is not None and record.command_id is not None:
            self._tell(f"the command {record.command_id} has none for its entry at {position}")

    def _leave(self, receipt: ReceiptRow) -> None:
        """Go on to the next, past one of which all entries have come by."""
        command_id, _, first, last = receipt
        if self._present != last - first + 1:
            named = f"{first}" if first == last else f"{first} to {last}"
            self._tell(f"that of {command_id} names position {named}, and not all are here")
        self._present = 0
        self._current = self._next()

    def _next(self) -> ReceiptRow | None:
        """Return the next receipt of a command that led to entries."""
        for row in self._rows:
            self._count += 1
            command_id, _, first, last = row
            if type(first) is not int or type(last) is not int:
                self._tell(f"that of {command_id} names no positions")
            elif last >= first:
                return row
        return None

    def _tell(self, problem: str) -> None:
        self._wrong += 1
        if len(self._problems) < SHOWN:
            self._problems.append(problem)

    def result(self) -> CheckResult:
        """Return what was found, once all entries have come by."""
        while self._current is not None:
            self._leave(self._current)
        if self._wrong:
            listed = "; ".join(self._problems)
            return wrong(
                "receipts of commands",
                f"{self._wrong} wrong: {listed}",
                "an entry or a receipt was removed or changed; restore a backup",
            )
        return fine("receipts of commands", f"{self._count}, each with its own entries")
