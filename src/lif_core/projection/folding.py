"""Records into items, and items into a view; made again only where something has changed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from attrs import frozen

from lif_core.corrections import corrected
from lif_core.projection.tables import Parted, Parts
from lif_core.projection.projection import AsOf, Name, Part, Projection, Shared, Summary
from lif_core.record import Record

I = TypeVar("I")  # noqa: E741
V = TypeVar("V")
Load: TypeAlias = Callable[[str], Sequence[Record]]
"""The records of one stream, all that is known of it, in their order."""

NOTHING = Part()


@frozen
class Counted:
    """The records of a stream that items are folded from, by item; *ahead*: the day on which the
    next one takes effect that has not yet.
    """

    items: Mapping[str, list[Record]]
    ahead: date | None


def counted(projection: Projection[I, V], stream: Sequence[Record], valid: date) -> Counted:
    """What *projection* counts of one whole *stream*, corrections applied."""
    items: dict[str, list[Record]] = defaultdict(list)
    ahead: date | None = None
    for record in corrected(stream):
        on = record.event.on
        keys = projection.key(record.event)
        if not keys:
            continue
        if on > valid:
            ahead = min(ahead or on, on)
            continue
        for key in keys:
            items[key].append(record)
    return Counted(items, ahead)


@frozen
class Folded(Generic[I]):
    """An *item*, and the day on which the last of its entries so far takes *effect*."""

    item: I
    effect: date


def folded(projection: Projection[I, V], records: list[Record]) -> Folded[I]:
    """One item, from its records, of which there is at least one."""
    records.sort(key=_in_effect)
    item = projection.evolve(None, records[0])
    for record in records[1:]:
        item = projection.evolve(item, record)
    return Folded(item, records[-1].event.on)


def _in_effect(record: Record) -> tuple[date, int]:
    return (record.event.on, record.position)


def fold(projection: Projection[I, V], records: Iterable[Record], as_of: AsOf) -> V:
    """The view of *records*, which are all that was recorded by `as_of.known`, in their order."""
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        streams[record.stream].append(record)
    standing = Standing(projection, lambda stream: streams.get(stream, ()))
    standing.build(streams.values(), as_of)
    return standing.view()


class SavedParts(Protocol):
    """Reads what parts were saved as."""

    def read(self, key: str, part: bytes) -> Part: ...

    def settled(self, key: str, part: bytes) -> date | None: ...


class Standing(Generic[I, V]):
    """A view that is kept up to date: of each item, what it comes to.

    What an item comes to is its part, where the projection has a `Summary`, or else the item
    itself. `load(stream)` gives the records of a stream, of which there may be none.
    """

    def __init__(self, projection: Projection[I, V], load: Load) -> None:
        self.projection = projection
        self.load = load
        summary = projection.summarise
        self.summary: Summary[I, V] | None = summary if isinstance(summary, Summary) else None
        self.made: dict[str, Any] = {}
        self.counts: Counter[Name] = Counter()
        self.unsettled: set[str] = set()
        self.touched: set[str] = set()  # what was made, or taken away, since this was emptied
        self._saved: SavedParts | None = None
        self._first: set[str] = set()  # of what is made, what others learn from
        self.shared = Shared()
        self.fed: dict[str, set[str]] = defaultdict(set)  # of an item, by streams not its own
        self._feeds: dict[str, set[str]] = defaultdict(set)
        self._tables: dict[str, Parted[Any]] = {}  # of the last view
        self._moved: dict[str, set[str]] = defaultdict(set)  # of these, the parts made since

    # From the beginning

    def build(self, streams: Iterable[Sequence[Record]], as_of: AsOf) -> None:
        """Fold everything, once: whole *streams*, in any order."""
        self.as_of = as_of
        items: dict[str, Folded[I]] = {}
        waiting: set[str] = set()
        for stream in streams:
            name = stream[0].stream
            found = counted(self.projection, stream, as_of.valid)
            for key, records in found.items.items():
                if key == name:
                    items[key] = folded(self.projection, records)
                else:
                    self._feed(key, name)
            if found.ahead is not None:
                waiting.add(name)
        for key in self.fed:
            if (item := self._item(key)) is not None:
                items[key] = item
        for key in list(filter(self.is_first, items)):
            self._set(key, items.pop(key))
        self.learn()
        while items:
            self._set(*items.popitem())
        self.unsettled |= waiting

    def _feed(self, key: str, stream: str) -> None:
        self.fed[key].add(stream)
        self._feeds[stream].add(key)

    def resume(
        self,
        as_of: AsOf,
        made: Mapping[str, Part | bytes | None],
        counts: Mapping[Name, int],
        unsettled: Iterable[str],
        saved: "SavedParts",
        fed: Mapping[str, Iterable[str]],
    ) -> None:
        """Go on from where another one was: parts may be bytes, which are read when needed."""
        assert self.summary is not None
        self.as_of, self._saved = as_of, saved
        self.made, self.counts, self.unsettled = dict(made), Counter(counts), set(unsettled)
        self._first = set(filter(self.is_first, self.made))
        for key, streams in fed.items():
            for stream in streams:
                self._feed(key, stream)
        self.learn()

    def beside(self, as_of: AsOf, load: Load) -> "Standing[I, V]":
        """An empty one, for another view of the same log."""
        other = Standing(self.projection, load)
        other.as_of, other._saved = as_of, self._saved
        return other

    def twin(self, load: Load) -> "Standing[I, V]":
        """Another one like it, which goes its own way from here, with what *load* gives."""
        other = Standing(self.projection, load)
        other.as_of, other._saved, other.shared = self.as_of, self._saved, self.shared
        other.made, other.counts = dict(self.made), Counter(self.counts)
        other.unsettled, other._first = set(self.unsettled), set(self._first)
        other.fed.update((key, set(streams)) for key, streams in self.fed.items())
        other._feeds.update((stream, set(keys)) for stream, keys in self._feeds.items())
        other._tables = dict(self._tables)
        other._moved.update((table, set(keys)) for table, keys in self._moved.items())
        return other

    def take_over(self, now: "Standing[I, V]", keys: AbstractSet[str]) -> None:
        """The parts of these *keys* are the same here as *now*."""
        self.made.update((key, now.made[key]) for key in keys)
        self._first |= set(filter(self.is_first, keys))
        left = now.made.keys() - keys
        if len(left) < len(keys):
            self.counts.update(now.counts)
            for key in left:
                self.counts.subtract(now._as_part(key, now.made[key]).counts)
        else:
            for key in keys:
                self.counts.update(now._as_part(key, now.made[key]).counts)

    def remake(self, keys: Iterable[str]) -> None:
        """Fold these again."""
        for key in keys:
            self._set(key, self._item(key))

    def is_first(self, key: str) -> bool:
        """Whether others learn from it."""
        return self.summary is not None and self.summary.is_first(key)

    def learn(self) -> Shared:
        """What items learn of others, from the parts of those."""
        if self.summary is not None:
            first = {key: self._as_part(key, self.made[key]) for key in sorted(self._first)}
            self.shared = self.summary.share(first, self.as_of)
        return self.shared

    # As things change

    def continues_to(self, as_of: AsOf) -> bool:
        """Whether the view of *as_of* can be had from this one, by `refresh`: it is of no earlier
        day, and by the same packs.
        """
        return as_of.valid >= self.as_of.valid and as_of.frameworks is self.as_of.frameworks

    @property
    def moves_with_days(self) -> bool:
        """A later day changes so much that all is sooner made from the beginning."""
        return 2 * len(self.unsettled) > len(self.made)

    def refresh(self, streams: Iterable[str], as_of: AsOf) -> None:
        """Take in what was recorded since in these *streams*, and what a later day changes."""
        later = as_of.valid > self.as_of.valid
        self.as_of = as_of
        changed = {*streams, *(self.unsettled if later else ())}
        for stream in list(changed):
            changed |= self._feeds.get(stream, set())
        if self.summary is not None:
            changed = self._refresh_first(changed, later=later)
        done: set[str] = set()
        while changed:
            key = changed.pop()
            done.add(key)
            self._set(key, self._item(key))
            changed |= self._feeds.get(key, set()) - done

    def _refresh_first(self, changed: set[str], *, later: bool) -> set[str]:
        """What is left to be made again, once that is which others learn from."""
        first = set(filter(self.is_first, changed))
        self.remake(first)
        if not (first or later):
            return changed
        before, now = self.shared, self.learn()
        if before.all != now.all:
            return (self.made.keys() | changed) - first - self._first
        return (changed | before.own_unlike(now) & self.made.keys()) - first

    def _item(self, key: str) -> Folded[I] | None:
        """The item of *key* anew; `None` where nothing is left of it."""
        own = counted(self.projection, self.load(key), self.as_of.valid)
        for other in own.items.keys() - {key}:
            self._feed(other, key)
        records = list(own.items.get(key, ()))
        ahead = own.ahead is not None
        for stream in self.fed.get(key, ()):
            found = counted(self.projection, self.load(stream), self.as_of.valid)
            records += found.items.get(key, ())
            ahead = ahead or found.ahead is not None
        if ahead:
            self.unsettled.add(key)
        else:
            self.unsettled.discard(key)
        return folded(self.projection, records) if records else None

    def _set(self, key: str, found: Folded[I] | None) -> None:
        """What *key* comes to now; nothing, where all that it had is void."""
        self.touched.add(key)
        before = self.made.pop(key, None)
        if self.summary is None:
            if found is not None:
                self.made[key] = found.item
            return
        was = None if before is None else self._as_part(key, before)
        part = None if found is None else self._part(key, found, self.summary)
        if part is not None:
            self.made[key] = before if was == part else part  # the same stays the very same
            if part.settled is None:
                self.unsettled.add(key)
        if was != part:
            self._exchange(key, was or NOTHING, part or NOTHING)

    def _exchange(self, key: str, was: Part, part: Part) -> None:
        self.counts.subtract(was.counts)
        self.counts.update(part.counts)
        for table in self._tables.keys() & {*was.rows, *part.rows}:
            self._moved[table].add(key)
        if key in self.made and self.is_first(key):
            self._first.add(key)
        else:
            self._first.discard(key)

    def _part(self, key: str, found: Folded[I], summary: Summary[I, V]) -> Part:
        shared = Shared() if summary.is_first(key) else self.shared
        part = summary.part(found.item, shared, self.as_of)
        if part.settled is None or part.settled >= found.effect:
            return part
        return Part(rows=part.rows, counts=part.counts, settled=found.effect)

    def part(self, key: str) -> Part | None:
        """What *key* adds to the view; `None` where it adds nothing."""
        made = self.made.get(key)
        if made is None:
            return None
        return self._as_part(key, made)

    def settled(self, key: str) -> date | None:
        """From which day on the part of *key* is the same; `None` where it is not, or is none."""
        made = self.made.get(key)
        if isinstance(made, bytes):
            assert self._saved is not None
            return self._saved.settled(key, made)
        return made.settled if made is not None else None

    def _as_part(self, key: str, made: Part | bytes) -> Part:
        if isinstance(made, bytes):
            assert self._saved is not None
            return self._saved.read(key, made)
        return made

    # What it comes to

    def view(self) -> V:
        """The view, which stays as it is, whatever is taken in later."""
        if self.summary is None:
            items = {key: self.made[key] for key in sorted(self.made)}
            return self.projection.summarise(items, self.as_of)
        self._hold_tables(self.summary)
        return self.summary.of_tables(dict(self._tables), self.counts, self.shared, self.as_of)

    def _hold_tables(self, summary: Summary[I, V]) -> None:
        """Those of which no part has moved stay as they are."""
        moved = [name for name in summary.tables if name not in self._tables or self._moved[name]]
        if moved:
            parts = Parts(dict(self.made), self._as_part)
        for name in moved:
            before = self._tables.get(name)
            self._tables[name] = Parted(name, parts, before, frozenset(self._moved.pop(name, ())))


class Folding(Generic[I, V]):
    """A projection on its way, in memory: records are added in their order, page by page, and
    viewed at any time.
    """

    def __init__(self, projection: Projection[I, V]) -> None:
        self._projection = projection
        self._streams: dict[str, list[Record]] = defaultdict(list)
        self._changed: dict[str, None] = {}
        self._standing: Standing[I, V] | None = None

    def add(self, records: Iterable[Record]) -> None:
        """More *records*, in the order of the log, after those added before."""
        for record in records:
            self._streams[record.stream].append(record)
            self._changed[record.stream] = None

    def view(self, as_of: AsOf) -> V:
        """The view of what was added, which is all that was recorded by `as_of.known`.

        What has changed since the view before is all that is folded again, unless it was of a
        later day.
        """
        if self._standing is not None and self._standing.continues_to(as_of):
            self._standing.refresh(self._changed, as_of)
        else:
            self._standing = Standing(self._projection, self._load)
            self._standing.build(self._streams.values(), as_of)
        self._changed = {}
        return self._standing.view()

    def _load(self, stream: str) -> Sequence[Record]:
        return self._streams.get(stream, ())
