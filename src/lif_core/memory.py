"""The recorder for tests and trials: `eventsourcing`'s plain objects, nothing on disk."""

from collections.abc import Sequence

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from lif_core.recorder import Handled, Receipt, Row, Stamp, Tracking


class MemoryRecorder(POPOApplicationRecorder):
    """Keeps what a database would, for as long as the process lives."""

    def __init__(self) -> None:
        super().__init__()
        self._handled: dict[str, tuple[bytes, int, int]] = {}
        self._tracked: dict[str, int] = {}

    def append(
        self, stamp: Stamp, receipts: Sequence[Receipt] = (), tracking: Tracking | None = None
    ) -> Sequence[int]:
        with self._database_lock:
            if taken := [r.command_id for r in receipts if r.command_id in self._handled]:
                raise IntegrityError(f"command ids handled already: {taken}")
            if tracking is not None and self.tracked(tracking.name) != tracking.after:
                raise IntegrityError(f"{tracking.name} has been followed past {tracking.after}")
            last = self.last_row()
            start = len(self._stored_events)
            positions = self._insert_events(stamp(last)) or ()
            for receipt in receipts:
                span = (start + receipt.start, start + receipt.stop)
                self._handled[receipt.command_id] = (receipt.digest, *span)
            if tracking is not None:
                self._tracked[tracking.name] = tracking.position
            return positions

    def rows(self, *, after: int, limit: int) -> Sequence[Row]:
        with self._database_lock:
            found = self._stored_events[after : after + limit]
        return [_row(after + 1 + index, stored) for index, stored in enumerate(found)]

    def stream_rows(self, stream: str) -> Sequence[Row]:
        with self._database_lock:
            index = self._stored_events_index.get(stream, {})
            return [_row(at + 1, self._stored_events[at]) for _, at in sorted(index.items())]

    def handled(self, command_id: str) -> Handled | None:
        with self._database_lock:
            if command_id not in self._handled:
                return None
            digest, start, stop = self._handled[command_id]
        return Handled(digest, tuple(self.rows(after=start, limit=stop - start)))

    def tracked(self, name: str) -> int:
        with self._database_lock:
            return self._tracked.get(name, 0)

    def last_row(self) -> Row | None:
        with self._database_lock:
            at = len(self._stored_events)
            return _row(at, self._stored_events[-1]) if at else None

    def close(self) -> None:
        """Nothing to let go of."""


def _row(position: int, stored: StoredEvent) -> Row:
    return (
        position,
        str(stored.originator_id),
        stored.originator_version,
        stored.topic,
        stored.state,
    )
