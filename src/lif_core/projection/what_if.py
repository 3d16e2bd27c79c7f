"""A view as it would be if some entries counted otherwise: entries exchanged, looked again."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Generic, TypeAlias, TypeVar

from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.projection.materialised import Load, Materialised
from lif_core.projection.projection import AsOf, Projection
from lif_core.projection.tables import Tables

V = TypeVar("V")
Pairs: TypeAlias = Iterable[tuple[Record | None, Record | None]]
"""An entry as it counts, and as it would: the second in the place of the first."""


class Look(Generic[V]):
    """The entries that count somewhere, for a view by any packs, of any day.

    No record is kept: `load(streams)` gives those of streams as they count, `view_at(as_of)` the
    view of all.
    """

    def __init__(self, load: Load, view_at: Callable[[AsOf], Materialised[V]]) -> None:
        self._load = load
        self._view_at = view_at
        self._seen: dict[tuple[date, int], tuple[Materialised[V], Tables]] = {}

    def tables(self, as_of: AsOf) -> Tables:
        """Return what the view says."""
        return self._at(as_of)[1]

    def _at(self, as_of: AsOf) -> tuple[Materialised[V], Tables]:
        place = (as_of.valid, id(as_of.frameworks))
        if place not in self._seen:
            view = self._view_at(as_of)
            self._seen[place] = (view, Tables(view.view()))
        return self._seen[place]

    def exchanged(self, pairs: Pairs) -> "Look[V]":
        """Return the look with the second of each pair in the place of the first."""
        others: dict[str, dict[int, Record | None]] = defaultdict(dict)
        for gone, new in pairs:
            record = gone or new
            assert record is not None
            others[record.stream][record.position] = new

        def load(streams: Sequence[str]) -> Mapping[str, Sequence[Record]]:
            loaded = dict(self._load(streams))
            for stream in others.keys() & streams:
                records: dict[int, Record | None] = {
                    record.position: record for record in loaded.get(stream, ())
                }
                records |= others[stream]
                counting = (record for _, record in sorted(records.items()))
                loaded[stream] = [record for record in counting if record is not None]
            return loaded

        def view_at(as_of: AsOf) -> Materialised[V]:
            view = self._at(as_of)[0].twin(load)
            view.refresh(others, as_of)
            return view

        return Look(load, view_at)


def look_at(
    projection: Projection[V],
    load: Load,
    streams: Callable[[], Iterable[Sequence[Record]]],
    as_of: AsOf,
    deciders: Mapping[str, AnyDecider],
) -> Look[V]:
    """Return the look at the records that count, at *as_of* first, when all *streams* are read.

    `load(streams)` gives those of some streams, corrections applied. *deciders*, by category, say
    what ends a stream.
    """

    def built(at: AsOf) -> Materialised[V]:
        view = Materialised(projection, load, at, deciders=deciders)
        view.build(streams())
        return view

    first = built(as_of)

    def view_at(at: AsOf) -> Materialised[V]:
        if at.frameworks is not as_of.frameworks:
            return built(at)
        view = first.twin(load)
        view.refresh((), at)
        return view

    return Look(load, view_at)
