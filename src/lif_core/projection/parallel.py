"""A view made apart: ranges of streams by several processes, and put together again.

What one category of streams says is known to all before the next category is made, so that hardly
any part is made again when the ranges meet.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

from attrs import frozen

from lif_core.log.garbage_collection import collector_paused
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Recorder, streams_between
from lif_core.projection.materialised import Materialised
from lif_core.projection.parts import Contents, Facts
from lif_core.projection.projection import AsOf, Projection

V = TypeVar("V")

RANGES = 4
"""So many ranges of streams are made at once, of each category."""


@frozen(kw_only=True)
class Reading:
    """The streams of a log that a view is made from: up to *until*, *without* some topics.

    It pickles, where the recorder, the mapper, the projection and the packs do.
    """

    recorder: Recorder
    mapper: LifMapper
    projection: Projection[Any]
    as_of: AsOf
    until: int
    without: frozenset[str]

    def made(self, after: str, before: str | None, said: Mapping[Any, Facts]) -> Contents:
        """Return the parts of the streams whose names sort past *after*, and before *before*.

        *said* is what parts made before have said.
        """
        view = Materialised(self.projection, lambda _: {}, self.as_of)
        view.parts.hear(said)
        streams = streams_between(
            self.recorder, after=after, before=before, until=self.until, without=self.without
        )
        with collector_paused():
            for rows in streams:
                view.add(list(self.mapper.to_records(rows)))
        return view.parts.contents(without=said)


def build_apart(
    view: Materialised[V],
    reading: Reading,
    categories: Sequence[tuple[str, str | None]],
    executor: Executor,
) -> None:
    """Make all parts of *view*: of each category, several ranges of streams at once."""
    for after, before in categories:
        bounds = list(_ranges(reading, after, before))
        said = view.parts.all_said()
        made = [executor.submit(reading.made, *each, said) for each in bounds]
        for future in made:
            view.absorb(future.result())
    view.settle()


def _ranges(reading: Reading, after: str, before: str | None) -> Iterator[tuple[str, str | None]]:
    recorder, until = reading.recorder, reading.until
    for name in recorder.divide(after=after, before=before, until=until, into=RANGES):
        yield after, name
        after = name
    yield after, before
