"""The history of a log, from either end, as far as it is asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, takewhile

from lif_core.decisions.messages import AnyEvent, UnknownEvent
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import PAGE, Recorder, Row, misstored, pages, unreadable
from lif_core.log.streams import refuse_gap, unbroken

WIDEST = 64 * PAGE
"""So many positions are looked at, at most, for the entries before one."""


def history(
    recorder: Recorder,
    mapper: LifMapper,
    *,
    stream: str | None = None,
    category: str | None = None,
    events: Iterable[type[AnyEvent]] = (),
    after: int = 0,
    before: int | None = None,
    newest_first: bool = False,
) -> Iterator[Record]:
    """Yield the records between the positions *after* and *before*, both left out.

    A stream is read by itself, and the log in pages from the end that comes first; what is not
    wanted of a page is not decoded.

    Raises:
        MalformedError: one of the *events* is not known here.
        UnreadableError: an entry cannot be read, or one is missing of a stream that is read whole.
    """
    wanted = _filter(mapper, category, events)
    if stream is not None:
        rows = list(recorder.stream_rows(stream))
        refuse_gap(rows)
        rows = [row for row in rows if after < row[0] and (before is None or row[0] < before)]
        yield from mapper.to_records(wanted(rows[::-1] if newest_first else rows))
        return
    if newest_first:
        backwards = chain.from_iterable(_pages_back(recorder, after, before))
        yield from mapper.to_records(wanted(backwards))
        return
    forward: Iterable[Row] = chain.from_iterable(pages(recorder, after=after))
    if before is not None:
        forward = takewhile(lambda row: row[0] < before, forward)
    records = mapper.to_records(wanted(forward))
    yield from records if events else unbroken(records, from_the_start=not after)


def _pages_back(recorder: Recorder, after: int, before: int | None) -> Iterator[Sequence[Row]]:
    """Yield the rows from the last to the first, some at a time; positions may have gaps."""
    last = recorder.last_row()
    high = last[0] + 1 if last else 1
    high = high if before is None else min(high, before)
    width = PAGE
    while high > after + 1:
        low = max(after, high - 1 - width)
        rows = [row for row in recorder.rows(after=low, limit=high - 1 - low) if row[0] < high]
        yield rows[::-1]
        high = low + 1
        width = PAGE if rows else min(2 * width, WIDEST)


def _filter(
    mapper: LifMapper, category: str | None, events: Iterable[type[AnyEvent]]
) -> Callable[[Iterable[Row]], Iterable[Row]]:
    """Return what leaves of some rows those of the *category* and of one of these *events*."""
    registry, classes = mapper.registry, tuple(events)
    known = frozenset(registry.stored_names) if UnknownEvent in classes else frozenset()
    for cls in classes:
        if cls is not UnknownEvent and cls not in registry.kinds:
            raise MalformedError("events", f"no such event: {cls.__name__}")
    topics = frozenset(registry.topics(cls for cls in classes if cls is not UnknownEvent))
    prefix = f"{category}-" if category else ""
    if not (prefix or classes):
        return iter

    def wanted(row: Row) -> bool:
        if problem := misstored(row):
            raise unreadable(row, problem)
        if not row[1].startswith(prefix):
            return False
        return not classes or row[3] in topics or (bool(known) and row[3] not in known)

    return partial(filter, wanted)
