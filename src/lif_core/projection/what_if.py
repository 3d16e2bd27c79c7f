"""What a view would say if some entries counted otherwise: entries exchanged, and looked again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, Protocol, TypeAlias, TypeVar

from lif_core.projection.changes import Tables
from lif_core.projection.materialised import Load, Standing, folded
from lif_core.projection.projection import AsOf, Projection, Summary
from lif_core.record import Record

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")
Pairs: TypeAlias = Iterable[tuple[Record | None, Record | None]]
"""An entry as it counts, and as it would: the second in the place of the first."""


class Look(Protocol):
    """The entries that count somewhere, for a view by any packs, of the day they count on or a
    later one.
    """

    def tables(self, as_of: AsOf) -> Tables:
        """What the view says."""
        ...

    def exchanged(self, pairs: Pairs) -> "Look":
        """The look with the second of each pair in the place of the first."""
        ...


class Whole(Generic[I, V]):
    """The look of a projection that is summarised whole: all records are kept, by their items."""

    def __init__(
        self,
        projection: Projection[I, V],
        records: Mapping[str, tuple[Record, ...]],
        items: Mapping[str, I],
    ) -> None:
        self._projection = projection
        self._records = records
        self._items = items

    @classmethod
    def of(cls, projection: Projection[I, V], records: Iterable[Record]) -> "Whole[I, V]":
        """*records* as they count, corrections applied, in any order."""
        return cls(projection, {}, {}).exchanged([(None, record) for record in records])

    def exchanged(self, pairs: Pairs) -> "Whole[I, V]":
        out: dict[str, set[int]] = defaultdict(set)
        into: dict[str, list[Record]] = defaultdict(list)
        for gone, new in pairs:
            for key in self._projection.key(gone.event) if gone else ():
                assert gone is not None
                out[key].add(gone.position)
            for key in self._projection.key(new.event) if new else ():
                assert new is not None
                into[key].append(new)
        records, items = dict(self._records), dict(self._items)
        for key in {*out, *into}:
            kept = [one for one in records.pop(key, ()) if one.position not in out[key]]
            items.pop(key, None)
            if now := [*kept, *into[key]]:
                items[key] = folded(self._projection, now).item
                records[key] = tuple(now)
        return Whole(self._projection, records, items)

    def tables(self, as_of: AsOf) -> Tables:
        ordered = {key: self._items[key] for key in sorted(self._items)}
        return Tables(self._projection.summarise(ordered, as_of))


class InParts(Generic[I, V]):
    """The look of a projection that is made of parts: no record is kept, and only parts that are
    others are made again.

    `load(stream)` gives the records of a stream as they count, `stand(as_of)` the view.
    """

    def __init__(self, load: Load, stand: Callable[[AsOf], Standing[I, V]]) -> None:
        self._load = load
        self._stand = stand
        self._seen: dict[tuple[date, int], tuple[Standing[I, V], Tables]] = {}

    def tables(self, as_of: AsOf) -> Tables:
        return self._at(as_of)[1]

    def _at(self, as_of: AsOf) -> tuple[Standing[I, V], Tables]:
        place = (as_of.valid, id(as_of.frameworks))
        if place not in self._seen:
            standing = self._stand(as_of)
            self._seen[place] = (standing, Tables(standing.view()))
        return self._seen[place]

    def exchanged(self, pairs: Pairs) -> "InParts[I, V]":
        other: dict[str, dict[int, Record | None]] = defaultdict(dict)
        for gone, new in pairs:
            record = gone or new
            assert record is not None
            other[record.stream][record.position] = new

        def load(stream: str) -> Sequence[Record]:
            found = self._load(stream)
            if stream not in other:
                return found
            records = {one.position: one for one in found} | other[stream]
            return [one for _, one in sorted(records.items()) if one is not None]

        def stand(as_of: AsOf) -> Standing[I, V]:
            standing = self._at(as_of)[0].twin(load)
            standing.refresh(other, as_of)
            return standing

        return InParts(load, stand)


def look_at(
    projection: Projection[I, V],
    load: Load,
    streams: Callable[[], Iterable[Sequence[Record]]],
    as_of: AsOf,
) -> Look:
    """Look at the records that count, at *as_of* first, when all *streams* are read once.

    `load(stream)` gives those of one stream. They count on that day, corrections applied.
    """
    if not isinstance(projection.summarise, Summary):
        return Whole.of(projection, (record for stream in streams() for record in stream))

    def build(at: AsOf) -> Standing[I, V]:
        standing = Standing(projection, load)
        standing.build(streams(), at)
        return standing

    first = build(as_of)

    def stand(at: AsOf) -> Standing[I, V]:
        if at.valid == as_of.valid and at.frameworks is as_of.frameworks:
            return first
        if not first.continues_to(at) or first.moves_with_days:
            return build(at)
        other = first.twin(load)
        other.refresh((), at)
        return other

    return InParts(load, stand)
