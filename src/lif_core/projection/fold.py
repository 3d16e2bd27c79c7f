"""A view of records in memory: of all of them at once, or as more of them are added; or several
views of them, at one time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import evolve

from lif_core.aggregates import CATEGORIES
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.log.registry import Registry
from lif_core.projection.encoding import HeldValues
from lif_core.projection.item_fold import KeptFold
from lif_core.projection.materialised import Materialised
from lif_core.projection.parts import Parts
from lif_core.projection.projection import AsOf, Derivations, Projection
from lif_core.values.refs import category_of

V = TypeVar("V")


class RunningFold(Generic[V]):
    """A projection on its way: records are added in their order, and viewed at any time.

    *deciders*, by category, say what rests on what; by default the aggregates of `lif`. *seen*
    leaves out what whoever looks may not know of.
    """

    def __init__(
        self,
        projection: Projection[V],
        deciders: Mapping[str, AnyDecider] = CATEGORIES,
        seen: Callable[[V, AsOf], V] = lambda view, _: view,
    ) -> None:
        self._projection = projection
        self._seen = seen
        self._deciders = deciders
        self._streams: dict[str, list[Record]] = defaultdict(list)
        self._changed: dict[str, None] = {}
        self._view: Materialised[V] | None = None

    def add(self, records: Iterable[Record]) -> None:
        """Add *records*, in the order of the log, after those added before."""
        for record in records:
            self._streams[record.stream].append(record)
            self._changed[record.stream] = None

    def view(self, as_of: AsOf) -> V:
        """Return the view of what was added, which is all that was recorded by `as_of.known`.

        Only what has changed since the view before is made again.
        """
        view = self._view
        if view is None or view.as_of.frameworks is not as_of.frameworks:
            view = self._view = Materialised(
                self._projection, self._load, as_of, deciders=self._deciders
            )
            view.build(self._streams.values())
        else:
            view.refresh(self._changed, as_of)
        self._changed = {}
        return self._seen(view.view(), as_of)

    def _load(self, streams: Sequence[str]) -> Mapping[str, Sequence[Record]]:
        return {stream: self._streams[stream] for stream in streams if stream in self._streams}


class DatedFold(Generic[V]):
    """A view of *records*, all that was recorded, by the days on which they took effect.

    It is for a view of what does not count as well: corrections, and entries without effect,
    which are no steps of their own by day of effect. They come with the day on which they are.
    """

    def __init__(self, running: RunningFold[V], records: Iterable[Record]) -> None:
        self._running = running
        self._running.add(records)
        self._reached = date.min

    def add(self, records: Sequence[Record]) -> None:
        """Reach the day of *records*, which take effect on one day, after those reached before."""
        self._reached = records[0].event.on

    def view(self, as_of: AsOf) -> V:
        """Return the view as of its day, or as of the day before where that is not reached."""
        if as_of.valid > self._reached:
            as_of = evolve(as_of, valid=as_of.valid - timedelta(1))
        return self._running.view(as_of)


SteppedFold: TypeAlias = RunningFold[V] | DatedFold[V]


class SharedFold:
    """Views of the same *streams* as of one time, all that was recorded by `as_of.known`.

    What a stream comes to is folded once for all *projections*, and what their parts derive is
    worked out once; another can be viewed as well.
    *shown*: of which of them there are rows and counts, each as it is among all; all without it.
    """

    def __init__(
        self,
        streams: Mapping[str, Sequence[Record]],
        as_of: AsOf,
        registry: Registry,
        projections: Iterable[Projection[Any]],
        shown: Callable[[str], bool] | None = None,
    ) -> None:
        self._shown = shown
        self._as_of = as_of
        self._registry = registry
        self._streams = streams
        self._by_category: dict[str, list[Sequence[Record]]] = defaultdict(list)
        for stream, records in streams.items():
            self._by_category[category_of(stream)].append(records)
        self._items = frozenset(item for each in projections for item in each.parts)
        self._folding = KeptFold(self._items, registry.categories)
        self._derivations: Derivations = {}

    def view(self, projection: Projection[V]) -> V:
        """Return the view; those streams are taken first that others ask."""
        view = Materialised(
            projection,
            self._load,
            self._as_of,
            parts=Parts(projection.tables, projection.groups, HeldValues(projection)),
            deciders=self._registry.categories,
            folding=self._folding if self._items.issuperset(projection.parts) else None,
            shown=self._shown,
            derivations=self._derivations,
        )
        kinds = [kind for item in projection.parts for kind in item.events]
        view.build(
            records
            for category in self._registry.categories_of(kinds)
            for records in self._by_category[category]
        )
        return view.view()

    def _load(self, streams: Sequence[str]) -> Mapping[str, Sequence[Record]]:
        return {stream: self._streams[stream] for stream in streams if stream in self._streams}


def fold(
    projection: Projection[V],
    records: Iterable[Record],
    as_of: AsOf,
    deciders: Mapping[str, AnyDecider] = CATEGORIES,
) -> V:
    """Return the view of *records*, which are all that was recorded by `as_of.known`.

    *deciders*, by category, say what rests on what; by default the aggregates of `lif`.
    """
    folding = RunningFold(projection, deciders)
    folding.add(records)
    return folding.view(as_of)
