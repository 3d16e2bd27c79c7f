"""A view made apart: ranges of streams by several processes, and put together again.

What one category of streams says is known to all before the next category is made, so that hardly
any part is made again when the ranges meet.
"""

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import frozen

from lif_core.decisions.record import Record
from lif_core.log.garbage_collection import collector_paused
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, streams_between
from lif_core.projection.materialised import Materialised
from lif_core.projection.parts import Contents, Facts
from lif_core.projection.projection import Address, AsOf, Projection

if TYPE_CHECKING:
    from concurrent.futures import Executor

V = TypeVar("V")

RANGES = 4
"""So many ranges of streams are made at once, of each category."""
LEAST = 2_000
"""A range has about so many rows or more: fewer are sooner read here than elsewhere."""
_topic = itemgetter(3)
Bounds: TypeAlias = tuple[str, str | None]
"""A range of streams: their names sort past the first or are it, and before the second."""


@frozen(kw_only=True)
class LogRange:
    """The log that a view is made from: up to *until*, *without* some topics.

    It pickles, where the recorder, the mapper, the projection and the packs do.
    """

    recorder: Recorder
    mapper: LifMapper
    projection: Projection[Any]
    as_of: AsOf
    until: int
    without: frozenset[str]

    def streams(self, after: str, before: str | None) -> Iterator[Sequence[Record]]:
        """Yield the streams between these names: all of those in which anything was corrected."""
        corrective = self.mapper.registry.corrective
        for rows in streams_between(
            self.recorder, after=after, before=before, until=self.until, without=self.without
        ):
            if not corrective.isdisjoint(map(_topic, rows)):
                whole = self.recorder.stream_rows(rows[0][1])
                rows = [row for row in whole if row[0] <= self.until]
            yield list(self.mapper.to_records(rows))

    def divided(self, after: str, before: str | None) -> Sequence[Bounds]:
        """Return the bounds of ranges of these streams; of a single one, where they are few."""
        names = self.recorder.divide(
            after=after, before=before, until=self.until, into=RANGES, least=LEAST
        )
        return list(zip((after, *names), (*names, before), strict=True))

    def contents(self, bounds: Bounds, heard: Mapping[Address, Facts]) -> Contents:
        """Return the parts of the streams within *bounds*; *heard* is what others have said."""
        deciders = self.mapper.registry.categories
        view = Materialised(self.projection, lambda _: {}, self.as_of, deciders=deciders)
        view.parts.hear(heard)
        with collector_paused():
            for stream in self.streams(*bounds):
                view.add(stream)
        return view.parts.contents(without=heard)


def build_apart(
    view: Materialised[V], log: LogRange, categories: Iterable[Bounds], executor: "Executor"
) -> None:
    """Make all parts of *view*: of each category, several ranges of streams at once."""
    sent = pickle.dumps(log)
    for category in categories:
        ranges = log.divided(*category)
        if len(ranges) == 1:
            for stream in log.streams(*category):
                view.add(stream)
            continue
        heard = pickle.dumps(view.parts.all_said())
        futures = [executor.submit(_contents, sent, bounds, heard) for bounds in ranges]
        unheard: set[Address] = set()
        for future in futures:
            contents = future.result()
            view.absorb(contents, unheard)
            unheard.update(contents.said)
    view.settle()


def _contents(log: bytes, bounds: Bounds, heard: bytes) -> Contents:
    opened: LogRange = _opened(log)
    return opened.contents(bounds, _heard(heard))


# A process is sent the same several times, one range after the other.
_opened = lru_cache(maxsize=1)(pickle.loads)
_heard = lru_cache(maxsize=1)(pickle.loads)
