"""The parts of a view, as bytes: what each added, and who says and asks what.

What is held in memory stands in the place of what is saved of the same part.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeAlias
from weakref import ReferenceType, ref

from lif_core.projection.encoding import Added, AnyEncoding
from lif_core.projection.projection import Address, Columns, Name, Part

Tally: TypeAlias = dict[Name, Columns]
"""Counts of one group, under their whole names."""

GROUP = "~"
"""Before the name of a part that is a group's: after all streams in their order."""
NOTHING = Added([], [], [], [])


def address_of(group: str) -> Address:
    """Return the address of all that makes a *group*, by the name of its part."""
    topic, _, name = group.removeprefix(GROUP).partition(" ")
    return topic, name


class StaleViewError(Exception):
    """A saved view that is being read was saved again meanwhile, or is not as it was written."""


class SavedView(Protocol):
    """A view as it was saved, read when it is needed.

    *size*: how many parts it has; *sizes*: how many of them have rows in each table; *groups*: of
    what there are counts. Every method raises `StaleViewError` once another save has taken its
    place.
    """

    @property
    def head(self) -> bytes: ...
    @property
    def size(self) -> int: ...
    @property
    def sizes(self) -> Mapping[str, int]: ...
    @property
    def groups(self) -> Collection[str]: ...

    def read(self, parts: Collection[str]) -> None:
        """Read together what these *parts* added, which is asked for next, one by one."""
        ...

    def read_saying(self, addresses: Collection[Address]) -> None:
        """Read together who said what to these *addresses*, which is asked for next."""
        ...

    def rows(self, table: str) -> Mapping[str, bytes]:
        """Return the rows of a table, by the parts that added them."""
        ...

    def added(self, key: str) -> bytes | None:
        """Return what the part *key* added beside its rows; `None` where there is none."""
        ...

    def part(self, key: str) -> Mapping[str, bytes]:
        """Return the rows of one part, by table."""
        ...

    def saying(self, address: Address) -> Mapping[str, bytes]:
        """Return what was said to an address, by the parts that said it."""
        ...

    def asking(self, addresses: Collection[Address]) -> Collection[str]:
        """Return the parts that asked for what is said to any of these *addresses*."""
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


class Validity(NamedTuple):
    """The days on which a part is the same, [*since*, *until*).

    What *until* says of the last day there is, nobody can tell from never: it is in no span that
    does not begin on it.
    """

    since: date
    until: date

    def has(self, day: date) -> bool:
        return self.since <= day < self.until or self.since == day


Span: TypeAlias = tuple[int, int]
"""The ordinals of the two days of a validity: there is one for each part."""


class EarlierRows:
    """The *rows* of a table, by part, as they were when this was made.

    What a part had is kept here before it changes; what changes once there is a *later* view of
    the same rows is kept by that one. So a table that is not looked at costs what has changed.
    """

    __slots__ = ("__weakref__", "_had", "_rows", "later")

    def __init__(self, rows: Mapping[str, bytes]) -> None:
        self._rows = rows
        self._had: dict[str, bytes | None] = {}
        self.later: EarlierRows | None = None

    def keep(self, part: str) -> None:
        """Keep what *part* has, which is about to change."""
        if part not in self._had:
            self._had[part] = self._rows.get(part)

    def all(self) -> dict[str, bytes]:
        """Return the rows by part. Another thread may change them meanwhile."""
        rows, changes = dict(self._rows), []
        earlier: EarlierRows | None = self
        while earlier is not None:
            changes.append(dict(earlier._had))
            earlier = earlier.later
        for had in reversed(changes):
            for part, body in had.items():
                if body is None:
                    rows.pop(part, None)
                else:
                    rows[part] = body
        return rows


Facts: TypeAlias = dict[str, list[Any]]
"""All that was said to one address, by the parts that said it."""


class Contents(NamedTuple):
    """The parts of some streams, to be put together with those of others."""

    rows: dict[str, dict[str, bytes]]
    added: dict[str, bytes]
    spans: dict[str, Span]
    said: dict[Address, Facts]
    askers: dict[Address, set[str]]
    counts: dict[str, Tally]
    slopes: dict[str, Tally]


class Moved(NamedTuple):
    """The difference that exchanging one part for another makes.

    *tables*: those whose rows are; *figures*: whether counts are, or what is said; *told*: the
    parts that asked what is said otherwise now.
    """

    tables: Collection[str]
    figures: bool
    told: Collection[str]


class Parts:
    """The parts of one view.

    Args:
        tables: the names of its tables.
        groups: the topics of which all that is said to one name is a part of its own.
        encoding: writes and reads what parts add.
        saved: what is held here stands in the place of what this has.
    """

    def __init__(
        self,
        tables: Iterable[str],
        groups: Collection[str],
        encoding: AnyEncoding,
        saved: SavedView | None = None,
    ) -> None:
        self.encoding = encoding
        self.saved = saved
        self.touched: set[str] = set()  # parts made or removed since this was emptied
        self.size = saved.size if saved else 0  # how many parts there are
        self.sizes = dict(saved.sizes) if saved else dict.fromkeys(tables, 0)
        self._topics = groups
        self._rows: dict[str, dict[str, bytes]] = {name: {} for name in tables}
        self._added: dict[str, bytes] = {}
        self._gone: set[str] = set()  # parts that are saved, and are no more
        self._spans: dict[str, Span] = {}
        self._said: dict[Address, Facts] = {}
        self._sayers: dict[Address, set[str]] = defaultdict(set)  # where some are saved
        self._addresses: dict[str, set[Address]] = defaultdict(set)  # of both, by topic
        self._askers: dict[Address, set[str]] = defaultdict(set)
        self._untold: set[Address] = set()  # of which those that are saved are to be told
        self._counts: dict[str, Tally] = defaultdict(dict)
        self._slopes: dict[str, Tally] = defaultdict(dict)
        self._groups_read: set[str] = set()  # of counts that are saved
        self._earlier: dict[str, ReferenceType[EarlierRows]] = {}  # while somebody holds on to it

    def copy(self) -> "Parts":
        """Return the same parts, which go their own way from here."""
        other = Parts(self._rows, self._topics, self.encoding, self.saved)
        other._rows = {table: dict(rows) for table, rows in self._rows.items()}
        other._added, other._gone = dict(self._added), set(self._gone)
        other._spans = dict(self._spans)
        other._said = {address: dict(facts) for address, facts in self._said.items()}
        other._sayers.update((address, set(keys)) for address, keys in self._sayers.items())
        other._addresses.update((topic, set(to)) for topic, to in self._addresses.items())
        other._askers.update((address, set(keys)) for address, keys in self._askers.items())
        for tallies, held in ((self._counts, other._counts), (self._slopes, other._slopes)):
            for group, tally in tallies.items():
                held[group] = {name: dict(columns) for name, columns in tally.items()}
        other._groups_read = set(self._groups_read)
        other.size, other.sizes = self.size, dict(self.sizes)
        return other

    def expect(self, keys: Collection[str]) -> None:
        """Read together what is saved of the parts *keys*, which are about to be made again."""
        if self.saved is None:
            return
        saved = [key for key in keys if not self._holds(key)]
        self.saved.read(saved)
        addresses = {address for key in saved for address in self.added(key).asked}
        addresses.update(address_of(key) for key in keys if key.startswith(GROUP))
        self.saved.read_saying(addresses - self._said.keys())

    # One part in the place of another

    def exchange(self, key: str, part: Part | None, day: int) -> Moved:
        """Put *part*, made on the day with the ordinal *day*, in the place of what *key* added.

        `None` takes it away. Returns what is otherwise since.
        """
        known = key in self._added or (self.saved is not None and key not in self._gone)
        if not known:
            return NOTHING_MOVED if part is None else self._took(key, part, day)
        before, rows_before = self.added(key), self.rows_of(key)
        if part is None and before is NOTHING:
            return NOTHING_MOVED
        self.touched.add(key)
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
                table: self.encoding.rows(added, day, running=part.running)
                for table, added in part.rows.items()
            }
            self.size += before is NOTHING
            self._added[key] = self.encoding.encode(now)
            self._gone.discard(key)
            self._spans[key] = (part.since.toordinal(), part.until.toordinal())
        tables = self._exchange_rows(key, rows_before, rows)
        recounted = before.counts != now.counts or before.slopes != now.slopes
        if recounted:
            self._count(before, -1)
            self._count(now, 1)
        self._exchange_asked(key, before, now)
        askers = self._exchange_said(key, before, now, part) if before.said or now.said else ()
        return Moved(tables, recounted or bool(before.said or now.said), askers)

    def _took(self, key: str, part: Part, day: int) -> Moved:
        """Take in a *part* where there was none."""
        encoding = self.encoding
        now = encoding.added(part, day)
        self.touched.add(key)
        self.size += 1
        self._added[key] = encoding.encode(now)
        self._gone.discard(key)
        self._spans[key] = (part.since.toordinal(), part.until.toordinal())
        for table, added in part.rows.items():
            self.sizes[table] += 1
            self._set_rows(table, key, encoding.rows(added, day, running=part.running))
        counted = bool(now.counts or now.slopes)
        if counted:
            self._count(now, 1)
        for address in now.asked:
            self._askers[address].add(key)
        askers: dict[str, None] = {}
        for address, facts in part.said.items():
            self._say(key, address, facts)
            askers.update(dict.fromkeys(self.told_by(address)))
        return Moved(part.rows.keys(), counted or bool(part.said), askers)

    def _set_rows(self, table: str, key: str, body: bytes | None) -> None:
        """Put *body*, or nothing, in the place of the rows of the part *key* in a *table*."""
        reference = self._earlier.get(table)
        if reference is not None and (earlier := reference()) is not None:
            earlier.keep(key)
        if body is None:
            self._rows[table].pop(key, None)
        else:
            self._rows[table][key] = body

    def _exchange_rows(
        self, key: str, before: Mapping[str, bytes], rows: Mapping[str, bytes]
    ) -> list[str]:
        moved = []
        for table in {**before, **rows}:
            body = rows.get(table)
            self.sizes[table] += (body is not None) - (table in before)
            if before.get(table) != body:
                moved.append(table)
            elif self.saved is None:
                continue
            self._set_rows(table, key, body)
        return moved

    def _count(self, added: Added, sign: int) -> None:
        for counts, tallies in ((added.counts, self._counts), (added.slopes, self._slopes)):
            for name, columns in counts:
                tally = tallies[name[0]]  # type: ignore[index]  # a group is text
                known = tally.get(name)
                if known is None:
                    known = tally[name] = {}
                for column, number in columns.items():
                    known[column] = known.get(column, 0) + sign * number

    def _exchange_asked(self, key: str, before: Added, now: Added) -> None:
        if before.asked != now.asked:
            for address in before.asked:
                self._askers[address].discard(key)
        for address in now.asked:
            self._askers[address].add(key)

    def _exchange_said(
        self, key: str, before: Added, now: Added, part: Part | None
    ) -> Collection[str]:
        """Keep who says what; return the parts whose answers are others now."""
        were = {(topic, to): body for topic, to, body in before.said}
        moved: dict[str, None] = {}
        for topic, to, body in now.said:
            address = (topic, to)
            known = were.pop(address, None)
            self._say(key, address, part.said[address] if part else None)
            if known != body:
                moved.update(dict.fromkeys(self.told_by(address)))
        for address in were:
            self._say(key, address, None)
            moved.update(dict.fromkeys(self.told_by(address)))
        return moved

    def _say(self, key: str, address: Address, facts: list[Any] | None) -> None:
        self._addresses[address[0]].add(address)
        if self.saved is None:
            known = self._said.setdefault(address, {})
        else:
            (self._sayers[address].discard if facts is None else self._sayers[address].add)(key)
            known = self._said.get(address, {})
        if facts is None:
            known.pop(key, None)
        else:
            known[key] = facts

    def told_by(self, address: Address) -> Iterator[str]:
        """Return who asked what is said to an *address*, and the group it is, if it is one.

        Parts that are only saved are `told_together`.
        """
        topic, to = address
        if topic in self._topics:
            yield f"{GROUP}{topic} {to}"
        yield from tuple(self._askers.get(address, ()))
        if self.saved is not None:
            self._untold.add(address)

    def told_together(self) -> Iterable[str]:
        """Return the parts, only saved, that asked what is said otherwise since the last time."""
        untold, self._untold = self._untold, set()
        if self.saved is None or not untold:
            return ()
        return (key for key in self.saved.asking(untold) if not self._holds(key))

    def asking(self, addresses: Collection[Address]) -> set[str]:
        """Return the parts that asked for what is said to any of these *addresses*."""
        keys = {key for address in addresses for key in self._askers.get(address, ())}
        if self.saved is not None:
            keys.update(key for key in self.saved.asking(addresses) if not self._holds(key))
        return keys

    # What is known of the parts

    @property
    def held(self) -> Collection[str]:
        """The parts that are held here, not only saved."""
        return self._added.keys()

    @property
    def groups(self) -> Collection[str]:
        """The groups of counts that are held here, or were changed here."""
        return self._counts.keys() | self._slopes.keys()

    def span(self, key: str) -> Validity:
        """Return the days on which a part that is held here is the same."""
        since, until = self._spans[key]
        return Validity(date.fromordinal(since), date.fromordinal(until))

    def answers(self, address: Address) -> Iterable[Any]:
        """Return what was said to an *address*, in the order of the parts."""
        facts = self.facts(address)
        return [fact for key in sorted(facts) for fact in facts[key]] if facts else ()

    def facts(self, address: Address) -> Facts:
        """Return what was said to an *address*, by whom."""
        facts = self._said.get(address)
        if facts is None and self.saved is not None:
            saved = self.saved.saying(address).items()
            bodies: dict[str, Any] = {key: body for key, body in saved if not self._holds(key)}
            for key in self._sayers.get(address, ()):
                for *to, body in self.added(key).said:
                    if (*to,) == address:
                        bodies[key] = body
            facts = {
                key: self.encoding.read_facts(address[0], body) for key, body in bodies.items()
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

    def outside(self, day: date) -> set[str]:
        """Return the parts that are not the same on that *day*."""
        today = day.toordinal()
        keys = {
            key
            for key, (since, until) in self._spans.items()
            if not (since <= today < until or since == today)
        }
        if self.saved is not None:
            keys.update(key for key in self.saved.outside(day) if not self._holds(key))
        return keys

    def _holds(self, key: str) -> bool:
        """Return whether what is held here stands in the place of what is saved."""
        return key in self._added or key in self._gone

    def table_rows(self, table: str) -> tuple[EarlierRows, frozenset[str] | None]:
        """Return the rows of a *table* held here, by part, which stay as they are from now on.

        With them, the parts that stand in the place of saved ones; `None` where none is saved.
        """
        rows, reference = EarlierRows(self._rows[table]), self._earlier.get(table)
        if reference is not None and (earlier := reference()) is not None:
            earlier.later = rows
        self._earlier[table] = ref(rows)
        return rows, None if self.saved is None else frozenset((*self._added, *self._gone))

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
        addresses = self._addresses[topic]
        if self.saved is not None:
            addresses = addresses.union(self.saved.addresses(topic))
        for address in sorted(addresses):
            for fact in self.answers(address):
                yield address[1], fact

    # Parts that were made elsewhere

    def contents(self, *, without: Mapping[Address, Facts]) -> Contents:
        """Return all parts, but for what was heard from others."""
        facts_of = {
            address: {
                key: what for key, what in facts.items() if key not in without.get(address, ())
            }
            for address, facts in self._said.items()
        }
        return Contents(
            self._rows,
            self._added,
            self._spans,
            {address: facts for address, facts in facts_of.items() if facts},
            dict(self._askers),
            dict(self._counts),
            dict(self._slopes),
        )

    def all_said(self) -> dict[Address, Facts]:
        """Return all that was said, to whom."""
        return dict(self._said)

    def hear(self, facts_of: Mapping[Address, Facts]) -> None:
        """Take in what parts that are made elsewhere say."""
        for address, facts in facts_of.items():
            self._addresses[address[0]].add(address)
            self._said.setdefault(address, {}).update(facts)

    def absorb(self, contents: Contents) -> None:
        """Take in parts that were made elsewhere."""
        for table, rows in contents.rows.items():
            self._rows[table].update(rows)
            self.sizes[table] += len(rows)
        self._added.update(contents.added)
        self._spans.update(contents.spans)
        self.touched.update(contents.added)
        self.size += len(contents.added)
        for tallies, held in ((contents.counts, self._counts), (contents.slopes, self._slopes)):
            for group, tally in tallies.items():
                _add_up(tally, held[group])
        for address, keys in contents.askers.items():
            self._askers[address] |= keys
        self.hear(contents.said)


def _add_up(tally: Tally, into: Tally) -> None:
    for name, columns in tally.items():
        known = into.setdefault(name, {})
        for column, number in columns.items():
            known[column] = known.get(column, 0) + number


NOTHING_MOVED = Moved((), False, ())
