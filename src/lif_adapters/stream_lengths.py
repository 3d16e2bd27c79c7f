"""The lengths of the streams of a log, against which what is found by name is held.

One bad bit in an index hides entries of a stream. So the table `stream_lengths` says how many each
has up to a position, which stands under the empty name; it is counted by position, without the
index of names. The entries past that position are few, and are kept in memory.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple
from weakref import WeakSet

from lif_core.errors import UnreadableError

COUNTED_EVERY = 256
"""About so many entries are counted at once, in the table: measured."""


class Length(NamedTuple):
    """The number of *entries* that a stream has, in a log that ends at a position *end*."""

    entries: int
    end: int


class Known(NamedTuple):
    """The *entries* that streams have from the position that was *counted* up to the *end*."""

    counted: int
    end: int
    entries: Mapping[str, int]


class Tail:
    """The end of a log, past the position up to which its streams were *counted*, in memory.

    How many entries each stream has there, up to the position *end*. Threads may share it, and a
    process that was forked begins anew.
    """

    def __init__(self) -> None:
        self._renew()
        _TAILS.add(self)

    def _renew(self) -> None:
        """Begin with a lock that no other thread holds."""
        self.counted = self.end = 0
        self._entries: dict[str, int] = {}
        self._lock = Lock()

    def length(
        self,
        stream: str,
        recorded: tuple[int, int, int],
        newer: Callable[[int], Sequence[tuple[int, str]]],
    ) -> Length:
        """Return the length of a *stream*.

        Args:
            stream: its name.
            recorded: where the log ends, how many entries the table has of the stream, and up to
                which position these were counted.
            newer: gives the positions and streams past a position.

        Raises:
            UnreadableError: a position is missing among them.
        """
        end, entries, counted = recorded
        with self._lock:
            if counted != self.counted or self.end > end:
                self._begin(counted)
            if self.end < end:
                for position, name in newer(self.end):
                    if position != self.end + 1:
                        raise missing_at(self.end + 1)
                    self._add(position, name)
            return Length(entries + self._entries.get(stream, 0), self.end)

    def known(self, streams: Iterable[str]) -> Known:
        """Return what is known of *streams* at this moment."""
        with self._lock:
            entries = {stream: self._entries.get(stream, 0) for stream in streams}
            return Known(self.counted, self.end, entries)

    def read(self, counted: int, end: int, newer: Iterable[tuple[int, str]]) -> None:
        """Go on, in a log that was *counted* up to there and ends at *end*, with the positions
        and streams that were read past what was known.
        """
        with self._lock:
            if counted != self.counted or self.end > end:
                self._begin(counted)
            for position, stream in newer:
                if position == self.end + 1:
                    self._add(position, stream)

    def appended(self, first: int, streams: Iterable[str]) -> None:
        """Add what was appended, and is kept, from the position *first* on."""
        with self._lock:
            if first == self.end + 1 and self.end:
                for position, stream in enumerate(streams, first):
                    self._add(position, stream)

    def forget(self) -> None:
        """Begin anew: the store may be another one than it was."""
        with self._lock:
            self._begin(-1)

    def _begin(self, counted: int) -> None:
        self.counted = self.end = counted
        self._entries = {}

    def _add(self, position: int, stream: str) -> None:
        self._entries[stream] = self._entries.get(stream, 0) + 1
        self.end = position


_TAILS: WeakSet[Tail] = WeakSet()


def _after_fork() -> None:
    for tail in list(_TAILS):
        tail._renew()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_after_fork)


def is_to_be_counted(first: int, last: int) -> bool:
    """Return whether it is time to count, where entries are appended from *first* to *last*."""
    return last // COUNTED_EVERY > (first - 1) // COUNTED_EVERY


def altered_lengths() -> UnreadableError:
    """Return the error of a table that holds something else than lengths."""
    return UnreadableError(
        "how many entries a stream has was altered: restore the store from a backup"
    )


def missing_at(position: int) -> UnreadableError:
    """Return the error that names a *position* at which there is no entry."""
    return UnreadableError(f"the entry at position {position} is missing: it was removed")


def missing_between(after: int, until: int) -> UnreadableError:
    """Return the error that says between which positions there is a gap."""
    return UnreadableError(
        f"one of the entries from {after + 1} to {until} is missing: it was removed"
    )


def missing(stream: str, numbers: Sequence[int], entries: int) -> UnreadableError:
    """Return the error that names the first entry that a *stream* lacks, which has so many.

    Found by its name were those with these *numbers*.
    """
    place = next((at for at, number in enumerate(numbers, 1) if number != at), len(numbers) + 1)
    if len(numbers) < entries:
        problem = "entry missing: it was removed, or an index is damaged"
    else:
        problem = f"{len(numbers)} entries are found, and {entries} were recorded"
    return UnreadableError(f"{problem}; restore the store", stream=stream, stream_position=place)
