"""Samples of what a recorder keeps: events, receipts and views whose content does not matter."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from eventsourcing.persistence import IntegrityError

from lif_core.errors import ConflictError
from lif_core.log.recorder import (
    PackUse,
    Reads,
    Receipt,
    Recorder,
    Row,
    Saved,
    Stamp,
    StoredEvent,
    Tracking,
    pages,
)

SINCE = datetime(2018, 1, 25, 9, 30, 0, 123456, tzinfo=UTC)


def stored(stream: str, position: int, state: bytes = b"{}") -> StoredEvent:
    """Return a stored event whose content does not matter."""
    return StoredEvent(stream, position, "Happened.v1", state)


def receipt(command_id: str, start: int = 0, stop: int = 1) -> Receipt:
    """Return the receipt that *command_id* was handled, with the events from *start* to *stop*."""
    return Receipt(command_id=command_id, digest=command_id.encode(), start=start, stop=stop)


def read(head: int, *names: str, last: bytes = b"") -> Reads:
    """Return that the streams *names* were read when the log ended at *head*, with this *last*
    entry, where its bytes are known.
    """
    return Reads(head=head, streams=frozenset(names), stored=last)


def pack(name: str, digest: str) -> PackUse:
    """Return the use of the pack *name*, which governs the board `x`."""
    return PackUse(name=name, digest=digest, since=SINCE, governs=("x",))


def moved(after: int, position: int, name: str = "p") -> Tracking:
    """Return that the follower *name* goes on from *after* to *position*."""
    return Tracking(name=name, after=after, position=position)


def view(position: int, head: bytes, **parts: bytes | None) -> Saved:
    """Return the view `v`, of the log up to *position*; each part has a cell of rows, or none."""
    cells = {
        part: [("rows", "t", body), ("until", f"day-{part}", b"")] if body is not None else []
        for part, body in parts.items()
    }
    return Saved(name="v", position=position, head=head, parts=cells)


def rows_of(recorder: Recorder, head: bytes) -> dict[str, bytes]:
    """Return the rows of the table `t` of the saved view `v`, by part."""
    return {part: body for _, part, body in recorder.cells("v", head, "rows", keys=["t"])}


def conflicts(act: Callable[[], object]) -> bool:
    """Return whether *act* is refused because something was there before."""
    try:
        act()
    except IntegrityError:
        return True
    return False


def returning(*events: StoredEvent) -> Stamp:
    """Return the stamp that returns *events*, whatever the last row is."""
    return lambda _: events


def appended(recorder: Recorder, stamp: Stamp, tries: int = 200) -> Sequence[int]:
    """Append what *stamp* returns, again where the store is busy, as its port says to."""
    for _ in range(tries - 1):
        try:
            return recorder.append(stamp)
        except ConflictError:
            continue
    return recorder.append(stamp)


def log_of(recorder: Recorder) -> list[Row]:
    """Return the whole log."""
    return [row for page in pages(recorder) for row in page]


def numbers(recorder: Recorder, command_id: str) -> list[int]:
    """Return the stream positions that *command_id* was recorded at."""
    handled = recorder.handled(command_id)
    assert handled is not None, f"{command_id} is not remembered"
    assert handled.digest == command_id.encode()
    return [row[2] for row in handled.rows]
