"""What the application asks of a recorder, beyond `eventsourcing`'s own: the port that adapters
fill.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from attrs import frozen
from eventsourcing.persistence import StoredEvent

from lif_core.errors import MalformedError

Row: TypeAlias = tuple[int, str, int, str, bytes]
"""Position, stream, stream position, topic (the event's stored name), state (the stored bytes)."""

Stamp: TypeAlias = Callable[[Row | None], Sequence[StoredEvent]]
"""Given the last row of the log, or `None`, the events to append, with their times."""


@frozen(kw_only=True)
class Receipt:
    """That the command *command_id* was handled: its events are the appended [*start*, *stop*)."""

    command_id: str
    digest: bytes
    start: int
    stop: int


@frozen(kw_only=True)
class Tracking:
    """That the follower *name* has read the log up to *position*, and had read it up to *after*.

    Raises:
        MalformedError: *position* is not past *after*.
    """

    name: str
    after: int
    position: int

    def __attrs_post_init__(self) -> None:
        if self.position <= self.after:
            raise MalformedError("position", f"{self.position} is not past {self.after}")


@frozen
class Handled:
    """What became of a command handled before: a digest of it, and the rows it was recorded in."""

    digest: bytes
    rows: tuple[Row, ...]


class Recorder(Protocol):
    """An append-only log in one order, with unique stream positions and command ids.

    `append` is one durable transaction, all or nothing, under a lock that makes positions appear
    in
    order: a reader who has seen a position never later finds a smaller one. It raises
    `eventsourcing.persistence.IntegrityError` where a stream position or command id is taken, or
    where `tracked` is no longer at `tracking.after`: another follower was first.
    Every method raises `ConflictError` where the store is busy, `UnreadableError` where it fails.
    """

    def append(
        self, stamp: Stamp, receipts: Sequence[Receipt] = (), tracking: Tracking | None = None
    ) -> Sequence[int]: ...

    def rows(self, *, after: int, limit: int) -> Sequence[Row]: ...

    def stream_rows(self, stream: str) -> Sequence[Row]: ...

    def handled(self, command_id: str) -> Handled | None: ...

    def tracked(self, name: str) -> int:
        """The position up to which the follower *name* has read the log; 0 for a new one."""
        ...

    def last_row(self) -> Row | None: ...

    def close(self) -> None: ...


def pages(recorder: Recorder, *, after: int = 0, size: int = 5_000) -> Iterator[Sequence[Row]]:
    """The log in its order, page by page, up to its end at the time of the last page."""
    while page := recorder.rows(after=after, limit=size):
        yield page
        after = page[-1][0]
