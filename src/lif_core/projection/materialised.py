"""A materialised view: everything its parts added, made again only where something has changed.

It is demand-driven incremental computation with dynamic dependencies: a part is made again when
its stream has new entries, when an answer to what it asked has changed, or when a day comes that
it asked for; no other part is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from lif_core.corrections import corrected
from lif_core.projection.encoding import Added, Encoding, is_running
from lif_core.projection.projection import (
    Address,
    AsOf,
    Columns,
    Item,
    Name,
    Part,
    Projection,
    times_of,
)
from lif_core.projection.tables import Table
from lif_core.record import Record

R = TypeVar("R")
V = TypeVar("V")
Load: TypeAlias = Callable[[str], Sequence[Record]]
"""The records of one stream, all that is known of it, in their order."""

Tally: TypeAlias = dict[Name, Columns]
"""Counts of one group, under their whole names."""

GROUP = "~"
"""Before the name of a part that is a group's: after all streams in their order."""
ROUNDS = 100
"""A part that is made again so often, within one change, asks what rests on its own answer."""
NOTHING = Added([], [], [], [])


class Fold:
    """Folds the records of streams into the items of some projections, each of them once."""

    def __init__(self, items: Iterable[Item[Any]]) -> None:
        self._items: dict[type, tuple[Item[Any], ...]] = {}
        for item in dict.fromkeys(items):
            for kind in item.events:
                self._items[kind] = (*self._items.get(kind, ()), item)

    def __call__(
        self, stream: Sequence[Record], valid: date
    ) -> tuple[dict[Item[Any], Any], date, date]:
        """Return the items of a whole *stream* as of the day *valid*, corrections applied.

        With them, the days from which and before which they are the same: when the last entry so
        far took effect, and when the next one does.
        """
        since, until, ordered = date.min, date.max, True
        items_of, in_effect = self._items, []
        for record in corrected(stream):
            event = record.event
            if type(event) not in items_of:
                continue
            on = event.on
            if on > valid:
                until = min(on, until)
                continue
            in_effect.append(record)
            if on < since:
                ordered = False
            else:
                since = on
        if not ordered:
            in_effect.sort(key=_in_effect)
        states: dict[Item[Any], Any] = {}
        for record in in_effect:
            for item in items_of[type(record.event)]:
                states[item] = item.evolve(states.get(item), record)
        return states, since, until


def _in_effect(record: Record) -> tuple[date, int]:
    return (record.event.on, record.position)


class StaleViewError(Exception):
    """What is read of a saved view was saved again meanwhile."""


class SavedView(Protocol):
    """A view as it was saved, read when it is needed.

    *size*: how many parts it has; *sizes*: how many of them have rows in each table; *groups*: of
    what there are counts. Every method raises `StaleViewError` once another save has taken its
    place.
    """

    @property
    def size(self) -> int: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def groups(self) -> Collection[str]: ...

    def rows(self, table: str) -> Mapping[str, bytes]:
        """Return the rows of a table, by the parts that added them."""
        ...

    def added(self, key: str) -> bytes | None:
        """Return what the part *key* added beside its rows; `None` where there is none."""
        ...

    def part(self, key: str) -> Mapping[str, bytes]:
        """Return the rows of one part, by table."""
        ...

    def saying(self, address: Address) -> Collection[str]:
        """Return the parts that said something to an address."""
        ...

    def asking(self, address: Address) -> Collection[str]:
        """Return the parts that asked for what is said to an address."""
        ...

    def addresses(self, topic: str) -> Collection[Address]:
        """Return the addresses to which anything was said on a topic."""
        ...

    def outside(self, day: date) -> Collection[str]:
        """Return the parts that are not the same on that day."""
        ...

    def counts(self, group: str) -> tuple[Tally, Tally]:
        """Return the counts of a group on the day with the ordinal 0, and their slopes."""
        ...


class Span:
    """The days on which a part is the same, [*since*, *until*)."""

    __slots__ = ("since", "until")

    def __init__(self, since: date, until: date) -> None:
        self.since = since
        self.until = until

    def has(self, day: date) -> bool:
        return self.since <= day and (day < self.until or self.until == date.max)


Facts: TypeAlias = dict[str, list[Any]]
"""What was said to one address, by the parts that said it."""


class Contents(NamedTuple):
    """The parts of some streams, to be put together with those of others."""

    rows: dict[str, dict[str, bytes]]
    added: dict[str, bytes]
    spans: dict[str, Span]
    said: dict[Address, Facts]
    askers: dict[Address, set[str]]
    counts: dict[str, Tally]
    slopes: dict[str, Tally]


class Waiting:
    """The parts that are to be made, streams before groups, each once."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._streams: dict[str, None] = {}
        self._groups: dict[str, None] = {}
        self.add(keys)

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            (self._groups if key.startswith(GROUP) else self._streams)[key] = None

    def __iter__(self) -> Iterator[str]:
        """Take one after the other; more may be added meanwhile."""
        rounds: Counter[str] = Counter()
        while waiting := self._streams or self._groups:
            key = next(iter(waiting))
            del waiting[key]
            rounds[key] += 1
            if rounds[key] > ROUNDS:
                raise RecursionError(f"{key} asks what rests on its own answer")
            yield key


class Materialised(Generic[V]):
    """The view of one projection, at one time.

    Args:
        projection: what it is of.
        load: gives the records of a stream, as far as they are known.
        as_of: the two times and the packs; *known* is only what the view says of itself.
        saved: what is held here stands in the place of what this has.
    """

    def __init__(
        self,
        projection: Projection[V],
        load: Load,
        as_of: AsOf,
        *,
        saved: SavedView | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        self.projection = projection
        self.load = load
        self.as_of = as_of
        self.encoding = encoding or Encoding(projection)
        self.saved = saved
        self.touched: set[str] = set()  # parts made or removed since this was emptied
        self.made = 0  # how often a part was made
        self.size = saved.size if saved else 0  # how many parts there are
        self.sizes = dict(saved.sizes) if saved else dict.fromkeys(projection.tables, 0)
        self.again: Callable[[], Materialised[V]] | None = None  # makes the same from the log
        self._waiting = Waiting()
        self._fold = Fold(projection.parts)
        self._parts = tuple(projection.parts.items())
        self._rows: dict[str, dict[str, bytes]] = {name: {} for name in projection.tables}
        self._added: dict[str, bytes] = {}
        self._gone: set[str] = set()  # parts that are saved, and are no more
        self._spans: dict[str, Span] = {}
        self._said: dict[Address, dict[str, list[Any]]] = {}
        self._sayers: dict[Address, set[str]] = defaultdict(set)  # where some are saved
        self._askers: dict[Address, set[str]] = defaultdict(set)
        self._counts: dict[str, Tally] = defaultdict(dict)
        self._slopes: dict[str, Tally] = defaultdict(dict)
        self._groups_read: set[str] = set()  # of counts that are saved
        self._shown: set[str] = set()  # tables whose rows a view holds on to
        self._tables: dict[str, MaterialisedTable[Any]] = {}
        self._view: V | None = None

    # As things change

    def build(self, streams: Iterable[Sequence[Record]]) -> None:
        """Make all parts: whole *streams*, each once; best those first that others ask."""
        for stream in streams:
            self.add(stream)
        self.settle()

    def add(self, stream: Sequence[Record]) -> None:
        """Make the part of one whole *stream*; what rests on it waits until `settle`."""
        if stream:
            self._make(stream[0].stream, stream, self._waiting)

    def settle(self) -> None:
        """Make all that rests on what was added."""
        waiting, self._waiting = self._waiting, Waiting()
        self._make_all(waiting)

    def contents(self, *, without: Mapping[Address, Facts]) -> Contents:
        """Return all parts, but for what was heard from others."""
        said = {
            address: {
                key: what for key, what in facts.items() if key not in without.get(address, ())
            }
            for address, facts in self._said.items()
        }
        return Contents(
            self._rows,
            self._added,
            self._spans,
            {address: facts for address, facts in said.items() if facts},
            dict(self._askers),
            dict(self._counts),
            dict(self._slopes),
        )

    def facts(self) -> dict[Address, Facts]:
        """Return all that was said."""
        return dict(self._said)

    def hear(self, said: Mapping[Address, Facts]) -> None:
        """Take in what parts that are made elsewhere say."""
        for address, facts in said.items():
            self._said.setdefault(address, {}).update(facts)

    def absorb(self, contents: Contents) -> None:
        """Take in parts that were made elsewhere; what rests on them waits until `settle`."""
        for table, rows in contents.rows.items():
            self._rows[table].update(rows)
            self.sizes[table] += len(rows)
        self._added.update(contents.added)
        self._spans.update(contents.spans)
        self.touched.update(contents.added)
        self.size += len(contents.added)
        self.made += len(contents.added)
        for tallies, held in ((contents.counts, self._counts), (contents.slopes, self._slopes)):
            for group, tally in tallies.items():
                _add_up(tally, held[group])
        for address, keys in contents.askers.items():
            self._askers[address] |= keys
        self.hear(contents.said)
        for address in contents.said:
            self._waiting.add(self._told_by(address))

    def refresh(self, streams: Iterable[str], as_of: AsOf) -> None:
        """Take in what was recorded in these *streams*, and move to the day of *as_of*.

        Where it is interrupted, this view is of no use any more.
        """
        waiting = Waiting(streams)
        if as_of.valid != self.as_of.valid:
            waiting.add(self.outside(as_of.valid))
            self._tables.clear()
        if as_of != self.as_of:
            self._view = None
        self.as_of = as_of
        self._make_all(waiting)

    def twin(self, load: Load, as_of: AsOf | None = None) -> "Materialised[V]":
        """Return another view like it, which goes its own way, with what *load* gives."""
        other = Materialised(
            self.projection,
            load,
            as_of or self.as_of,
            saved=self.saved,
            encoding=self.encoding,
        )
        other._rows = {table: dict(rows) for table, rows in self._rows.items()}
        other._added, other._gone = dict(self._added), set(self._gone)
        other._spans = dict(self._spans)
        other._said = {address: dict(facts) for address, facts in self._said.items()}
        other._sayers.update((address, set(keys)) for address, keys in self._sayers.items())
        other._askers.update((address, set(keys)) for address, keys in self._askers.items())
        for tallies, held in ((self._counts, other._counts), (self._slopes, other._slopes)):
            for group, tally in tallies.items():
                held[group] = {name: dict(columns) for name, columns in tally.items()}
        other._groups_read = set(self._groups_read)
        other.size, other.sizes = self.size, dict(self.sizes)
        return other

    def _make_all(self, waiting: Waiting) -> None:
        for key in waiting:
            self._make(key, () if key.startswith(GROUP) else self.load(key), waiting)

    def outside(self, day: date) -> set[str]:
        """Return the parts that are not the same on that *day*."""
        keys = {key for key, span in self._spans.items() if not span.has(day)}
        if self.saved is not None:
            keys.update(key for key in self.saved.outside(day) if not self._holds(key))
        return keys

    def _holds(self, key: str) -> bool:
        """Return whether what is held here stands in the place of what is saved."""
        return key in self._added or key in self._gone

    def forget_tables(self) -> None:
        """Let go of tables that were shown, and of the view that shows them."""
        self._tables.clear()
        self._view = None

    # One part

    def _make(self, key: str, stream: Sequence[Record], waiting: Waiting) -> None:
        self.made += 1
        part = self._group(key) if key.startswith(GROUP) else self._part(key, stream)
        waiting.add(self._exchange(key, part))

    def _part(self, key: str, stream: Sequence[Record]) -> Part | None:
        """Return what a *stream* adds; `None` where nothing is left of it."""
        states, since, until = self._fold(stream, self.as_of.valid)
        if not states and until == date.max:
            return None
        part = Part(key, self.as_of, self._answers, since, until)
        for item, add in self._parts if states else ():
            if item in states:
                add(states[item], part)
        return part

    def _group(self, key: str) -> Part | None:
        """Return what a group adds; `None` where nobody says anything to it any more."""
        topic, _, name = key.removeprefix(GROUP).partition(" ")
        if not self._facts((topic, name)):
            return None
        part = Part(key, self.as_of, self._answers)
        self.projection.groups[topic](name, part)
        return part

    def _exchange(self, key: str, part: Part | None) -> Iterable[str]:
        """Put *part* in the place of what *key* added; return who asked what is otherwise now."""
        known = key in self._added or (self.saved is not None and key not in self._gone)
        before, rows_before = (self.added(key), self.rows_of(key)) if known else (NOTHING, {})
        if part is None and before is NOTHING:
            return ()
        self.touched.add(key)
        day = self.as_of.valid.toordinal()
        if part is None:
            now, rows = NOTHING, {}
            self.size -= 1
            self._spans.pop(key, None)
            self._added.pop(key, None)
            if self.saved is not None:
                self._gone.add(key)
        else:
            now = self.encoding.added(part, day)
            rows = {
                table: self.encoding.rows(made, day, running=part.running)
                for table, made in part.rows.items()
            }
            self.size += before is NOTHING
            self._added[key] = self.encoding.encode(now)
            self._gone.discard(key)
            self._spans[key] = Span(part.since, part.until)
        self._exchange_rows(key, rows_before, rows)
        if before.counts != now.counts or before.slopes != now.slopes:
            self._view = None
            self._count(before, -1)
            self._count(now, 1)
        return self._tell(key, before, now, part)

    def _exchange_rows(
        self, key: str, before: Mapping[str, bytes], rows: Mapping[str, bytes]
    ) -> None:
        for table in {**before, **rows}:
            body = rows.get(table)
            self.sizes[table] += (body is not None) - (table in before)
            if before.get(table) != body:
                self._view = None
                self._tables.pop(table, None)
            elif self.saved is None:
                continue
            held = self._rows[table]
            if table in self._shown:  # a view holds on to these
                self._shown.remove(table)
                held = self._rows[table] = dict(held)
            if body is None:
                held.pop(key, None)
            else:
                held[key] = body

    def _count(self, added: Added, sign: int) -> None:
        for counts, tallies in ((added.counts, self._counts), (added.slopes, self._slopes)):
            for name, columns in counts:
                tally = tallies[name[0]]  # type: ignore[index]  # a group is text
                known = tally.get(name)
                if known is None:
                    known = tally[name] = {}
                for column, number in columns.items():
                    known[column] = known.get(column, 0) + sign * number

    def _tell(self, key: str, before: Added, now: Added, part: Part | None) -> Iterable[str]:
        """Keep who says and who asks; return the parts whose answers are others now."""
        if before.asked != now.asked:
            for address in before.asked:
                self._askers[address].discard(key)
        for address in now.asked:
            self._askers[address].add(key)
        if not (before.said or now.said):
            return ()
        self._view = None
        were = {(topic, to): bytes(body) for topic, to, body in before.said}
        moved: dict[str, None] = {}
        for topic, to, body in now.said:
            address = (topic, to)
            known = were.pop(address, None)
            self._say(key, address, part.said[address] if part else None)
            if known != bytes(body):
                moved.update(dict.fromkeys(self._told_by(address)))
        for address in were:
            self._say(key, address, None)
            moved.update(dict.fromkeys(self._told_by(address)))
        return moved

    def _say(self, key: str, address: Address, facts: list[Any] | None) -> None:
        if self.saved is None:
            said = self._said.setdefault(address, {})
        else:
            (self._sayers[address].discard if facts is None else self._sayers[address].add)(key)
            said = self._said.get(address, {})
        if facts is None:
            said.pop(key, None)
        else:
            said[key] = facts

    def _told_by(self, address: Address) -> Iterator[str]:
        """Return who asked what is said to an *address*, and the group it is, if it is one."""
        topic, to = address
        if topic in self.projection.groups:
            yield f"{GROUP}{topic} {to}"
        yield from tuple(self._askers.get(address, ()))
        if self.saved is not None:
            yield from (key for key in self.saved.asking(address) if not self._holds(key))

    # What is known of the parts

    @property
    def held(self) -> Collection[str]:
        """The parts that are held here, not only saved."""
        return self._added.keys()

    @property
    def groups(self) -> Collection[str]:
        """The groups of counts that are held here, or were changed here."""
        return self._counts.keys() | self._slopes.keys()

    def span(self, key: str) -> Span:
        """Return the days on which a part that is held here is the same."""
        return self._spans[key]

    def _answers(self, address: Address) -> Iterable[Any]:
        facts = self._facts(address)
        return [fact for key in sorted(facts) for fact in facts[key]] if facts else ()

    def _facts(self, address: Address) -> Mapping[str, list[Any]]:
        """Return what was said to an *address*, by whom."""
        facts = self._said.get(address)
        if facts is None and self.saved is not None:
            saying = {key for key in self.saved.saying(address) if not self._holds(key)}
            facts = {
                key: self.encoding.read_facts(topic, body)
                for key in (*saying, *self._sayers.get(address, ()))
                for topic, to, body in self.added(key).said
                if (topic, to) == address
            }
            self._said[address] = facts
        return facts or {}

    def added(self, key: str) -> Added:
        """Return what a part added beside its rows."""
        body = self._added.get(key)
        if body is None and self.saved is not None and key not in self._gone:
            body = self.saved.added(key)
        return NOTHING if body is None else self.encoding.read_added(body)

    def rows_of(self, key: str) -> Mapping[str, bytes]:
        """Return the rows that a part added, by table."""
        if self.saved is not None and not self._holds(key):
            return self.saved.part(key)
        return {table: rows[key] for table, rows in self._rows.items() if key in rows}

    # What it comes to

    def view(self) -> V:
        """Return the view, which stays as it is, whatever is taken in later."""
        if self._view is None:
            self._view = self.projection.total(_Everything(self))
        return self._view

    def table(self, name: str) -> "MaterialisedTable[Any]":
        """Return a table as it is now."""
        table = self._tables.get(name)
        if table is None:
            held = None if self.saved is None else frozenset((*self._added, *self._gone))
            table = self._tables[name] = MaterialisedTable(
                name,
                self._rows[name],
                self.encoding,
                self.as_of.valid.toordinal(),
                self.saved,
                held,
                self.again,
            )
            self._shown.add(name)
        return table

    def columns(self, group: str) -> dict[Name, Columns]:
        """Return the counts of a *group* today, but for those that come to nothing."""
        counts, slopes = self.tallies(group)
        day = self.as_of.valid.toordinal()
        today: dict[Name, Columns] = {}
        for name, columns in counts.items():
            growing = slopes.get(name, {})
            numbers = {
                column: total
                for column, number in columns.items()
                if (total := number + growing.get(column, 0) * day)
            }
            if numbers:
                today[name[1:]] = numbers
        return today

    def tallies(self, group: str) -> tuple[Tally, Tally]:
        """Return the counts of a *group* on the day with the ordinal 0, and their slopes."""
        tallies = self._counts[group], self._slopes[group]
        if self.saved is not None and group not in self._groups_read:
            self._groups_read.add(group)
            for saved, held in zip(self.saved.counts(group), tallies, strict=True):
                _add_up(saved, held)
        return tallies

    def said(self, topic: str) -> Iterator[tuple[str, Any]]:
        """Return all that was said on a *topic*: to which name, and what."""
        addresses = {address for address in (*self._said, *self._sayers) if address[0] == topic}
        if self.saved is not None:
            addresses.update(self.saved.addresses(topic))
        for address in sorted(addresses):
            for fact in self._answers(address):
                yield address[1], fact


def _add_up(tally: Tally, into: Tally) -> None:
    for name, columns in tally.items():
        known = into.setdefault(name, {})
        for column, number in columns.items():
            known[column] = known.get(column, 0) + number


class _Everything:
    """What parts added to a view, for the function that makes the view of it."""

    def __init__(self, of: Materialised[Any]) -> None:
        self.as_of = of.as_of
        self.table = of.table
        self.columns = of.columns
        self.said = of.said
        self.times = times_of(of.as_of)

    def counts(self, group: str) -> dict[Name, int]:
        return {
            (*name, column): number
            for name, columns in self.columns(group).items()
            for column, number in columns.items()
        }


class MaterialisedTable(Table[R]):
    """A table of a materialised view as it was at one time, *rows* as bytes by their parts."""

    __slots__ = ("_again", "_day", "_encoding", "_held", "_name", "_order", "_parts", "_saved")

    def __init__(
        self,
        name: str,
        rows: Mapping[str, bytes],
        encoding: Encoding,
        day: int,
        saved: SavedView | None,
        held: frozenset[str] | None,
        again: Callable[[], Materialised[Any]] | None,
    ) -> None:
        super().__init__(self._all)
        self._name = name
        self._parts = rows
        self._encoding = encoding
        self._day = day
        self._saved = saved
        self._held = held
        self._again = again
        self._order: tuple[str, ...] = ()

    def by(self, *columns: str) -> "MaterialisedTable[R]":
        table: MaterialisedTable[R] = MaterialisedTable(
            self._name,
            self._parts,
            self._encoding,
            self._day,
            self._saved,
            self._held,
            self._again,
        )
        table._order = columns
        return table

    def bodies(self) -> Mapping[str, bytes]:
        """Return the rows as bytes, by the parts that added them."""
        if self._saved is None or self._held is None:
            return self._parts
        held = self._held
        try:
            saved = self._saved.rows(self._name)
        except StaleViewError:
            assert self._again is not None
            return self._again().table(self._name).bodies()
        return {**{key: rows for key, rows in saved.items() if key not in held}, **self._parts}

    def _read(self, body: bytes) -> Iterable[R]:
        return self._encoding.read_rows(self._name, body, self._day)

    def _all(self) -> Iterable[R]:
        bodies = self.bodies()
        rows = [row for key in sorted(bodies) for row in self._read(bodies[key])]
        if self._order:
            rows.sort(key=attrgetter(*self._order))
        return rows

    def unlike(self, other: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
        """Return the rows of parts that did not add the very same to both tables, of each."""
        if not isinstance(other, MaterialisedTable):
            return super().unlike(other)
        if other is self:
            return (), ()
        mine, theirs = self.bodies(), other.bodies()
        same_day = self._day == other._day
        keys = {
            key
            for key, body in mine.items()
            if theirs.get(key) != body or (not same_day and is_running(body))
        }
        keys.update(theirs.keys() - mine.keys())
        first, second = (
            tuple(row for key in sorted(keys) if key in bodies for row in table._read(bodies[key]))
            for table, bodies in ((self, mine), (other, theirs))
        )
        return first, second
