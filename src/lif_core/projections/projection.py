"""A projection is three pure functions over items, so that any past can be asked for.

Back-dated entries and corrections make a plain left fold over the log wrong. So the log is sorted
into small items, each folded over its own records in (on, position) order, and summarised.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from attrs import frozen

from lif_core.corrections import corrected
from lif_core.framework import Frameworks
from lif_core.messages import Event
from lif_core.record import Record

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")


@frozen(kw_only=True)
class AsOf:
    """The two times of a view, and the packs it is read with.

    *valid*: the day in the world. *known*: the last instant of recording that counts; `None` is
    all.
    """

    valid: date
    known: datetime | None
    frameworks: Frameworks


@frozen(kw_only=True)
class Projection(Generic[I, V]):
    """A read model, by its *name*.

    `key(event)`: the items that an event concerns; `()` for one it does not count.
    `evolve(item, record)`: one record of an item, in (on, position) order, corrections applied.
    `summarise(items, as_of)`: the view. What touches many items, such as a merger, is an item of
    its own and is resolved here.
    """

    name: str
    key: Callable[[Event[Any]], tuple[str, ...]]
    evolve: Callable[[I | None, Record], I]
    summarise: Callable[[Mapping[str, I], AsOf], V]


def item_as(kind: type[I], item: object) -> I | None:
    """*item* as the *kind* that its key says it is; `None` before its first record."""
    assert item is None or isinstance(item, kind)
    return item


class Folding(Generic[I, V]):
    """A projection on its way: records are added in their order, page by page, and viewed at any
    time.
    """

    def __init__(self, projection: Projection[I, V]) -> None:
        self._projection = projection
        self._streams: dict[str, list[Record]] = defaultdict(list)

    def add(self, records: Iterable[Record]) -> None:
        """More *records*, in the order of the log, after those added before."""
        for record in records:
            self._streams[record.stream].append(record)

    def view(self, as_of: AsOf) -> V:
        """The view of what was added, which is all that was recorded by `as_of.known`."""
        items: dict[str, list[Record]] = defaultdict(list)
        for stream in self._streams.values():
            for record in corrected(stream):
                if record.event.on <= as_of.valid:
                    for key in self._projection.key(record.event):
                        items[key].append(record)
        folded = {key: self._fold(items[key]) for key in sorted(items)}
        return self._projection.summarise(folded, as_of)

    def _fold(self, records: list[Record]) -> I:
        records.sort(key=lambda record: (record.event.on, record.position))
        item = self._projection.evolve(None, records[0])
        for record in records[1:]:
            item = self._projection.evolve(item, record)
        return item


def fold(projection: Projection[I, V], records: Iterable[Record], as_of: AsOf) -> V:
    """The view of *records*, which are all that was recorded by `as_of.known`, in their order."""
    folding = Folding(projection)
    folding.add(records)
    return folding.view(as_of)
