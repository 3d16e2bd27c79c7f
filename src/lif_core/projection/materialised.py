"""A materialised view: everything its parts added, made again only where something has changed.

It is demand-driven incremental computation with dynamic dependencies: a part is made again when
its stream has new entries, when an answer to what it asked has changed, or when a day comes that
it asked for; no other part is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

from lif_core.aggregates import CATEGORIES
from lif_core.decisions.corrections import is_correction
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.record import Record
from lif_core.projection.encoding import Encoding
from lif_core.projection.inconsistent import (
    CORRECTED,
    INCONSISTENT,
    WITHOUT_EFFECT,
    correction_rows,
    inconsistent_rows,
    without_effect_rows,
)
from lif_core.projection.item_fold import Folded, ItemFold
from lif_core.projection.materialised_table import MaterialisedTable
from lif_core.projection.parts import GROUP, Contents, Parts, SavedView, address_of
from lif_core.projection.projection import (
    Address,
    AsOf,
    Columns,
    Derivations,
    Name,
    Part,
    Projection,
    times_of,
)
from lif_core.projection.tables import tables_of

V = TypeVar("V")
Load: TypeAlias = Callable[[Sequence[str]], Mapping[str, Sequence[Record]]]
"""Reads streams: of each that has any, all records that are known of it, in their order."""
Folding: TypeAlias = Callable[[Sequence[Record], date], Folded]
"""Folds a whole stream into what it comes to on a day, in the respects of some views."""

TOGETHER = 100
"""So many streams, or groups, are made at once."""
ROUNDS = 100
"""A part that is made again so often, within one change, asks what rests on its own answer."""


class Waiting:
    """The parts that are to be made, streams before groups, each once."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._streams: dict[str, None] = {}
        self._groups: dict[str, None] = {}
        self.add(keys)

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            (self._groups if key.startswith(GROUP) else self._streams)[key] = None

    def __iter__(self) -> Iterator[Sequence[str]]:
        """Yield some at a time, which are made then; more may be added meanwhile."""
        rounds: Counter[str] = Counter()
        while waiting := self._streams or self._groups:
            keys = list(islice(waiting, TOGETHER))
            rounds.update(keys)
            for key in keys:
                if rounds[key] > ROUNDS:
                    raise RecursionError(f"{key} asks what rests on its own answer")
            yield keys

    def take(self, key: str) -> None:
        """Take away what is made now."""
        self._streams.pop(key, None)
        self._groups.pop(key, None)


class Materialised(Generic[V]):
    """The view of one projection, at one time.

    Args:
        projection: what it is of.
        load: reads the records of streams, as far as they are known.
        as_of: the two times and the packs; *known* is only what the view says of itself.
        saved: a saved view to go on from; without it, there is nothing until it is built.
        parts: those of another view of the projection, to go on from.
        deciders: by category, what rests on what; by default the aggregates of `lif`.
        folding: what folds the items of streams, where other views have asked it for the same.
        shown: of which streams there are rows and counts, by their names; all without it. The
            others say what they say, so that what is shown of a stream is as it is among all. A
            group is shown where one of the streams that make it is.
        derivations: what parts of other views as of the same time have worked out.
    """

    def __init__(
        self,
        projection: Projection[V],
        load: Load,
        as_of: AsOf,
        *,
        saved: SavedView | None = None,
        parts: Parts | None = None,
        deciders: Mapping[str, AnyDecider] = CATEGORIES,
        folding: Folding | None = None,
        shown: Callable[[str], bool] | None = None,
        derivations: Derivations | None = None,
    ) -> None:
        self.projection = projection
        self.load = load
        self.as_of = as_of
        self.parts = parts or Parts(
            projection.tables, projection.groups, Encoding(projection), saved
        )
        self.made = 0  # how often a part was made
        self.again: Callable[[], Materialised[V]] | None = None  # makes the same from the log
        self._waiting = Waiting()
        self._deciders = deciders
        self._fold = folding or ItemFold(projection.parts, deciders)
        self._shown = shown
        self._derivations = derivations
        self._adding = tuple(projection.parts.items())
        self._lists_inconsistent = INCONSISTENT in projection.tables
        self._lists_corrections = WITHOUT_EFFECT in projection.tables
        self._tables: dict[str, MaterialisedTable[Any]] = {}
        self._known: dict[str, dict[str, Any]] = {}  # rows that were read, by table and part
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

    def absorb(self, contents: Contents, unheard: AbstractSet[Address] = frozenset()) -> None:
        """Take in parts that were made elsewhere; what rests on them waits until `settle`.

        So does what asked there for what was said here meanwhile, to the addresses *unheard*.
        """
        self.parts.absorb(contents)
        self.made += len(contents.added)
        for address in contents.said:
            self._waiting.add(self.parts.told_by(address))
        for address in contents.askers.keys() & unheard:
            self._waiting.add(contents.askers[address])

    def settle(self) -> None:
        """Make all that rests on what was added."""
        waiting, self._waiting = self._waiting, Waiting()
        self._make_all(waiting)

    def refresh(self, streams: Iterable[str], as_of: AsOf) -> None:
        """Take in what was recorded in these *streams*, and move to the day of *as_of*.

        Where it is interrupted, this view is of no use any more.
        """
        waiting = Waiting(streams)
        if as_of.valid != self.as_of.valid:
            waiting.add(self.parts.outside(as_of.valid))
            self._tables.clear()
        if as_of != self.as_of:
            self._view = None
        self.as_of = as_of
        self._make_all(waiting)

    def twin(self, load: Load) -> "Materialised[V]":
        """Return another view like it, which goes its own way, with what *load* gives."""
        return Materialised(
            self.projection, load, self.as_of, parts=self.parts.copy(), deciders=self._deciders
        )

    def forget_tables(self) -> None:
        """Let go of tables that were shown, and of the view that shows them."""
        self._tables.clear()
        self._view = None

    def _make_all(self, waiting: Waiting) -> None:
        for keys in waiting:
            self.parts.expect(keys)
            streams = {} if keys[0].startswith(GROUP) else self.load(keys)
            for key in keys:
                waiting.take(key)
                self._make(key, streams.get(key, ()), waiting)
            waiting.add(self.parts.told_together())

    # One part

    def _make(self, key: str, stream: Sequence[Record], waiting: Waiting) -> None:
        self.made += 1
        part = self._group(key) if key.startswith(GROUP) else self._part(key, stream)
        if part is not None and self._shown is not None and not self._is_shown(key, self._shown):
            part.withhold()
        moved = self.parts.exchange(key, part, self.as_of.valid.toordinal())
        for table in moved.tables:
            self._tables.pop(table, None)
        if moved.figures or moved.tables:
            self._view = None
        waiting.add(moved.told)

    def _is_shown(self, key: str, shown: Callable[[str], bool]) -> bool:
        if key.startswith(GROUP):
            return any(map(shown, self.parts.facts(address_of(key))))
        return shown(key)

    def _part(self, key: str, stream: Sequence[Record]) -> Part | None:
        """Return what a *stream* adds; `None` where nothing is left of it.

        One that is inconsistent is listed, where the view lists any, and counted nowhere else.
        """
        folded, since, until, contradicting = self._fold(stream, self.as_of.valid)
        adding = [each for each in self._adding if each[0] in folded]
        if not adding and until == date.max and not (stream and self._lists_corrections):
            return None
        answers, derivations = self.parts.answers, self._derivations
        part = Part(key, self.as_of, answers, since, until, derivations)
        for item, add in adding:
            add(folded[item], part)
        if self._lists_corrections:
            self._list_corrections(part, stream, contradicting)
        elif adding and self._lists_inconsistent:
            if any(is_correction(record.event) for record in stream):
                part.asked.add((INCONSISTENT, key))  # whatever is recorded there may contradict
            if contradicting:
                part.list_inconsistent(contradicting, self.projection.identity)
        return part

    def _list_corrections(
        self, part: Part, stream: Sequence[Record], contradicting: Sequence[Record]
    ) -> None:
        """List what corrections have left in a *stream*: the rows of the view of corrections."""
        rows = {
            INCONSISTENT: inconsistent_rows(contradicting),
            WITHOUT_EFFECT: without_effect_rows(stream, self._deciders, part.reached),
            CORRECTED: correction_rows(stream, part.reached),
        }
        for table, listed in rows.items():
            for row in listed:
                part.row(table, row)

    def _group(self, key: str) -> Part | None:
        """Return what a group adds; `None` where nobody says anything to it any more."""
        topic, name = address = address_of(key)
        if not self.parts.facts(address):
            return None
        part = Part(key, self.as_of, self.parts.answers)
        self.projection.groups[topic](name, part)
        return part

    # What it comes to

    def view(self) -> V:
        """Return the view, which stays as it is, whatever is taken in later."""
        if self._view is None:
            self._view = self.projection.total(_Everything(self))
        return self._view

    def table(self, name: str) -> MaterialisedTable[Any]:
        """Return a table as it is now."""
        table = self._tables.get(name)
        if table is None:
            parts, day = self.parts, self.as_of.valid.toordinal()
            rows, held = parts.table_rows(name)
            again = partial(_bodies_again, self.again, name) if self.again else None
            known = self._known.setdefault(name, {})
            table = MaterialisedTable(
                name, rows, parts.encoding, day, parts.saved, held, again, known
            )
            self._tables[name] = table
        return table

    def columns(self, group: str) -> dict[Name, Columns]:
        """Return the counts of a *group* today, but for those that come to nothing."""
        counts, slopes = self.parts.tallies(group)
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


def _bodies_again(again: Callable[[], Materialised[Any]], name: str) -> Mapping[str, bytes]:
    return again().table(name).bodies()


class _Everything:
    """Everything that parts added, for the function that makes the view of it."""

    def __init__(self, of: Materialised[Any]) -> None:
        self.as_of = of.as_of
        self.table = of.table
        self.columns = of.columns
        self.said = of.parts.said
        self.times: dict[str, Any] = times_of(of.as_of)
        if INCONSISTENT in tables_of(of.projection.view):
            self.times[INCONSISTENT] = of.table(INCONSISTENT)

    def counts(self, group: str) -> dict[Name, int]:
        return {
            (*name, column): number
            for name, columns in self.columns(group).items()
            for column, number in columns.items()
        }
