"""The places at which each stream has its entries: an index in memory of a log read in order."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Protocol

from lif_core.log.recorder import PAGE, Row


class _Rows(Protocol):
    def __call__(self, *, after: int, limit: int) -> Sequence[Row]: ...


class _StreamPlaces:
    """The entries of a stream: the positions of the log that they have, and their numbers."""

    __slots__ = ("numbers", "positions")

    def __init__(self) -> None:
        self.positions, self.numbers = array("q"), array("q")


class Places:
    """The places of all entries, read on from *rows* each time that it is asked."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        self._lock = Lock()
        self._end = 0
        self._streams: dict[str, _StreamPlaces] = {}
        self._names: list[str] = []

    def _read_on(self) -> None:
        while page := self._rows(after=self._end, limit=PAGE):
            for position, name, number, _, _ in page:
                self._add(position, name, number)

    def _add(self, position: int, name: str, number: int) -> None:
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = _StreamPlaces()
        stream.positions.append(position)
        stream.numbers.append(number)
        self._end = position

    def appended(self, first: int, entries: Iterable[tuple[str, int]]) -> None:
        """Add the *entries* that were appended from the position *first* on, streams and numbers,
        where they follow what was read.
        """
        with self._lock:
            if first == self._end + 1:
                for position, (name, number) in enumerate(entries, first):
                    self._add(position, name, number)

    def count(self, name: str, until: int) -> int | None:
        """Return how many entries the stream *name* has up to the position *until*; `None` where
        the log ends before that.

        Raises:
            UnreadableError: an entry is missing in the log, before what was read of it.
        """
        with self._lock:
            if self._end < until:
                self._read_on()
            if self._end < until:
                return None
            stream = self._streams.get(name)
            return bisect_right(stream.positions, until) if stream is not None else 0

    def _counts(self, after: str, before: str | None, until: int) -> Iterator[tuple[str, int]]:
        """Yield the streams from *after* on, and how many entries each has up to *until*."""
        with self._lock:
            if self._end < until:
                self._read_on()
            if len(self._names) != len(self._streams):
                self._names = sorted(self._streams)
            names = self._names
        for place in range(bisect_left(names, after), len(names)):
            name = names[place]
            if before is not None and name >= before:
                return
            if count := bisect_right(self._streams[name].positions, until):
                yield name, count

    def streams(self, *, after: str, before: str | None, until: int) -> Iterator[str]:
        """Yield the streams from *after* on that have entries up to the position *until*."""
        for name, _ in self._counts(after, before, until):
            yield name

    def broken(self, *, after: str, before: str | None, until: int) -> str | None:
        """Return the first stream past *after* that lacks an entry before its last one."""
        for name, count in self._counts(after, before, until):
            if name > after and max(self._streams[name].numbers[:count]) != count:
                return name
        return None

    def divide(
        self, *, after: str, before: str | None, until: int, into: int, least: int
    ) -> Sequence[str]:
        """Return the names of streams that divide the entries about evenly."""
        counts = list(self._counts(after, before, until))
        ends: list[int] = []
        for _, count in counts:
            ends.append((ends[-1] if ends else 0) + count)
        total = ends[-1] if ends else 0
        into = min(into, total // least)
        names = (counts[bisect_right(ends, total * n // into)][0] for n in range(1, into))
        return [name for name in dict.fromkeys(names) if name > after]
