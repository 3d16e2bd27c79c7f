"""A mapping that grows at its end without being copied."""

from collections.abc import Iterator, Mapping
from itertools import islice
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class GrowingMapping(Mapping[K, V]):
    """The mapping by name of what a state holds, of a stream of thousands. It never changes: one
    more name makes another.

    Both share what they hold, so that one more costs the work of one. A second one that follows
    the same names, or another value for one of them, begins anew with a copy.
    """

    __slots__ = ("_length", "_shared")

    def __init__(self, shared: "_Names[K, V]", length: int) -> None:
        self._shared = shared
        self._length = length

    @classmethod
    def of(cls, mapping: Mapping[K, V]) -> "GrowingMapping[K, V]":
        """Return a mapping of the same names."""
        shared = _Names(mapping)
        return cls(shared, len(shared.names))

    def followed_by(self, name: K, value: V) -> "GrowingMapping[K, V]":
        """Return this mapping with one more *name*, or another *value* for it."""
        if name in self or not self._shared.append(name, value, self._length):
            return GrowingMapping.of({**self, name: value})
        return GrowingMapping(self._shared, self._length + 1)

    def __getitem__(self, name: K) -> V:
        place, value = self._shared.places[name]
        if place >= self._length:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[K]:
        return islice(self._shared.names, self._length)

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        if isinstance(other, GrowingMapping) and other._shared is self._shared:
            return other._length == self._length
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as of any mapping

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> Any:
        return GrowingMapping.of, (dict(self),)


class _Names(Generic[K, V]):
    """The names in their order, and of each its place and its value.

    Threads may read it while one of them appends: a list and a dict are read a step at a time.
    """

    __slots__ = ("_lock", "names", "places")

    def __init__(self, mapping: Mapping[K, V]) -> None:
        self._lock = Lock()
        self.names = list(mapping)
        self.places = {name: (place, mapping[name]) for place, name in enumerate(self.names)}

    def append(self, name: K, value: V, length: int) -> bool:
        """Append a *name*, unless there are more than *length* already; return whether it was."""
        with self._lock:
            if len(self.names) != length:
                return False
            self.places[name] = length, value
            self.names.append(name)
            return True
