"""A view is made of parts: what each stream adds to it, in rows, in counts, and to others.

A projection names items (a stream in one respect, folded from its own records) and, for each, a
function that adds what the item comes to. That function asks the part that it fills for all else
it needs: what other streams said, and what day it is. The engine writes down what was asked, so
it knows which parts to make again when an answer changes, and makes no other.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, get_args

from attrs import field, frozen

from lif_core.decisions.record import Record
from lif_core.framework import Framework
from lif_core.projection.as_of import AsOf as AsOf
from lif_core.projection.inconsistent import INCONSISTENT, Number, inconsistent_rows
from lif_core.projection.tables import Table, tables_of
from lif_core.values.refs import category_of, ref_of

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")
V = TypeVar("V")
Name: TypeAlias = tuple[Any, ...]
"""The name of counts: their group, then of whom or what they are, as `("bodies", "wsb/lpp")`.

Its parts, and columns, are texts and whole numbers.
"""
Columns: TypeAlias = dict[Any, int]
"""The counts under one name, by column."""
PROGRAM = "program"
"""The edition of `lif`'s own projections: a saved view is good for the very program alone."""
Address: TypeAlias = tuple[str, str]
"""To whom something is said: a topic, and the name of whoever asks for it."""


def _classes(events: Any) -> tuple[type, ...]:
    return events if isinstance(events, tuple) else get_args(events) or (events,)


@frozen(eq=False)
class Item(Generic[I]):
    """A stream in one respect: `evolve(item, record)` folds its records of the class *events*.

    *name* is unique among items. Records come in (on, position) order, corrections applied.
    *events* may be a union. Views that name the same item share it: it is folded once for all of
    them.
    """

    name: str
    events: tuple[type, ...] = field(converter=_classes)
    evolve: Callable[[I | None, Any], I]


class Running(int):
    """A whole number that is one more (or *slope* more) with every day that passes.

    It can be added to and taken from others; compared, or multiplied, it is the number that it is
    today, so ask `Part.reached` for the day on which a comparison turns.
    """

    slope: int

    def __new__(cls, number: int, slope: int = 1) -> "Running":
        running = int.__new__(cls, number)
        running.slope = slope
        return running

    def __add__(self, other: int) -> "Running":
        if other == 0 and type(other) is int:
            return self
        return Running(int(self) + int(other), self.slope + slope_of(other))

    __radd__ = __add__

    def __sub__(self, other: int) -> "Running":
        if other == 0 and type(other) is int:
            return self
        return Running(int(self) - int(other), self.slope - slope_of(other))

    def __rsub__(self, other: int) -> "Running":
        return Running(int(other) - int(self), slope_of(other) - self.slope)

    def __neg__(self) -> "Running":
        return Running(-int(self), -self.slope)

    def __reduce__(self) -> Any:
        return Running, (int(self), self.slope)


def slope_of(number: int) -> int:
    """Return by how much *number* grows a day."""
    return number.slope if type(number) is Running else 0


class Derived(NamedTuple):
    """A *value* that a part worked out *of* something and of *answers*, by whom it was asked.

    It is the same on any day in [*since*, *until*); *running*: some of it grows with the days.
    """

    of: Any
    answers: Sequence[tuple[Address, list[Any]]]
    since: date
    until: date
    running: bool
    value: Any


Derivations: TypeAlias = dict[tuple[str, Callable[..., Any]], Derived]
"""The last value that each function worked out for each part, of views as of one time."""


class Answers(Protocol):
    """A look-up of what streams said, by whom it is for."""

    def __call__(self, address: Address) -> Iterable[Any]: ...


class Part:
    """The part that one stream adds to a view, while it is being made.

    The engine makes it, from the *key* (a stream, or the name of a group), the two times *as_of*
    which the view is, and the *answers* of other streams, and writes down what is asked here. The
    part is the same on any day in [*since*, *until*). *derivations* is what parts of other views
    as of the same time have worked out.
    """

    __slots__ = (
        "_answers",
        "_as_of",
        "_derivations",
        "_valid",
        "asked",
        "counts",
        "frameworks",
        "key",
        "rows",
        "running",
        "said",
        "since",
        "slopes",
        "until",
    )

    def __init__(
        self,
        key: str,
        as_of: AsOf,
        answers: Answers,
        since: date = date.min,
        until: date = date.max,
        derivations: Derivations | None = None,
    ) -> None:
        self.key = key
        self.frameworks = as_of.packs
        self.rows: dict[str, list[Any]] = {}
        self.counts: dict[Name, Columns] = {}  # today
        self.slopes: dict[Name, Columns] = {}  # by how much they grow a day
        self.said: dict[Address, list[Any]] = {}
        self.asked: set[Address] = set()
        self.since = since  # the part is the same on any day in [since, until)
        self.until = until
        self.running = False
        self._valid = as_of.valid
        self._as_of = as_of
        self._answers = answers
        self._derivations = derivations

    @property
    def ref(self) -> str:
        """The reference in the stream's id: `wscb/r-2` of `recommendation-wscb/r-2`."""
        return ref_of(self.key)

    # What it adds

    def row(self, table: str, row: Any) -> None:
        """Add a *row* to a *table* of the view."""
        rows = self.rows.get(table)
        if rows is None:
            self.rows[table] = [row]
        else:
            rows.append(row)

    def count(self, *name: str | int, number: int = 1) -> None:
        """Add *number* to what is counted under *name*: its group, of whom or what, the column."""
        of, column = name[:-1], name[-1]
        known = self.counts.get(of)
        if type(number) is Running:
            self.counted(*of, columns={column: number})
        elif known is None:
            self.counts[of] = {column: number + 0}  # what is true counts as one
        else:
            known[column] = known.get(column, 0) + number

    def counted(self, *of: str | int, columns: Mapping[Any, int]) -> None:
        """Count several *columns* under one name *of* a group and of whom or what."""
        known = self.counts.get(of)
        if known is None:
            known = self.counts[of] = {}
        growing: Columns | None = None
        for column, number in columns.items():
            if type(number) is Running:
                if growing is None:
                    growing = self.slopes.setdefault(of, {})
                growing[column] = growing.get(column, 0) + number.slope
                number = int(number)
            elif not number:
                continue
            known[column] = known.get(column, 0) + number

    def say(self, topic: str, to: str, what: Any) -> None:
        """Tell *what* to whoever asks *topic* under the name *to*."""
        self.said.setdefault((topic, to), []).append(what)

    def list_inconsistent(self, records: Iterable[Record], identity: Collection[str]) -> None:
        """List the stream for *records* that contradict others; take back all else it added.

        What it said on the topics of its *identity* stays.
        """
        self.rows = {INCONSISTENT: list(inconsistent_rows(records))}
        self.counts, self.slopes = {}, {}
        self.said = {to: facts for to, facts in self.said.items() if to[0] in identity}

    def withhold(self) -> None:
        """Take back the rows and counts that it added; what it said stays, for those who ask."""
        self.rows, self.counts, self.slopes = {}, {}, {}

    # What it asks

    def ask(self, topic: str, of: str) -> list[Any]:
        """Return what was said on *topic* to the name *of*, in the order of the streams."""
        address = (topic, of)
        self.asked.add(address)
        return list(self._answers(address))

    def derive(self, make: Callable[[T, "Part"], V], of: T) -> V:
        """Return what *make* makes *of* something frozen and of what it asks this part.

        It adds nothing to the part, and depends on nothing else: so views as of one time work it
        out once, as long as they are answered the same.
        """
        if self._derivations is None:
            return make(of, self)
        place = (self.key, make)
        known = self._derivations.get(place)
        if known is None or not self._holds(known, of):
            known = self._derivations[place] = self._derived(make, of)
        self.asked.update(address for address, _ in known.answers)
        self.since, self.until = max(self.since, known.since), min(self.until, known.until)
        self.running |= known.running
        value: V = known.value
        return value

    def _holds(self, known: Derived, of: Any) -> bool:
        """Return whether what is *known* is *of* the same, and what it asked is answered so."""
        answers = self._answers
        return (known.of is of or known.of == of) and all(
            list(answers(address)) == answer for address, answer in known.answers
        )

    def _derived(self, make: Callable[[T, "Part"], V], of: T) -> Derived:
        answers: list[tuple[Address, list[Any]]] = []

        def noted(address: Address) -> list[Any]:
            answer = list(self._answers(address))
            answers.append((address, answer))
            return answer

        then = Part(self.key, self._as_of, noted)
        value = make(of, then)
        return Derived(of, answers, then.since, then.until, then.running, value)

    def reached(self, day: date) -> bool:
        """Return whether *day* has come; the part is made again on the day when it does."""
        if day <= self._valid:
            if day > self.since:
                self.since = day
            return True
        if day < self.until:
            self.until = day
        return False

    @property
    def valid(self) -> date:
        """The day of the view itself: the part is made again every day. Prefer the others."""
        self.since = self._valid
        if self._valid < date.max:
            self.until = _after(self._valid)
        return self._valid

    def days_since(self, start: date) -> int:
        """Return the days from *start* to today, which grow by one a day; 0 before *start*."""
        if not self.reached(start):
            return 0
        self.running = True
        return Running((self._valid - start).days)

    def days_over(self, start: date, end: date) -> int:
        """Return how many of the days [*start*, *end*) are over; it grows while they last."""
        if end <= start:
            return 0
        if self._valid < end:
            self.until = min(self.until, end)
            return self.days_since(start)
        if self.since < end:
            self.since = end
        return (end - start).days

    def days_until(self, end: date) -> int:
        """Return the days from today to *end*, less by one a day; negative once it has passed."""
        self.running = True
        return Running((end - self._valid).days, -1)

    def governing(self, ref: str, on: date | None = None) -> Framework:
        """Return the pack in force for the board in *ref*: *on* a day, or today."""
        if on is not None:
            return self.frameworks.governing(ref, on)
        pack = self.frameworks.governing(ref, self._valid)
        self.reached(pack.in_force)
        self.reached(pack.until)
        for later in self.frameworks.later(ref, self._valid):
            self.reached(later.in_force)
        return pack


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


Add: TypeAlias = Callable[[Any, Part], None]
AddGroup: TypeAlias = Callable[[str, Part], None]


class Totals(Protocol):
    """Everything that parts added, for the function that makes the view of it."""

    as_of: AsOf

    @property
    def times(self) -> Mapping[str, Any]:
        """The two times as every view shows them: `valid` and `known`."""
        ...

    def table(self, name: str) -> Table[Any]:
        """Return the rows of the table *name*, stream by stream; they are read when looked at."""
        ...

    def columns(self, group: str) -> dict[Name, Columns]:
        """Return what was counted in a *group*: of whom or what, by column; zeros left out."""
        ...

    def counts(self, group: str) -> dict[Name, int]:
        """Return what was counted in a *group*, by one name that ends in the column."""
        ...

    def said(self, topic: str) -> Iterator[tuple[str, Any]]:
        """Return all that was said on *topic*: to which name, and what."""
        ...


def count_inconsistent(everything: Totals, *categories: str) -> int:
    """Return how many streams of these *categories* are inconsistent, of a view that does not
    show which: others that it reads it counts nowhere.
    """
    streams = {row.stream for row in everything.table(INCONSISTENT)}
    return sum(category_of(stream) in categories for stream in streams)


@frozen(kw_only=True, eq=False)
class Projection(Generic[V]):
    """A read model, by its *name*.

    Args:
        view: the class of the view. Its fields of type `Table[Row]` are its tables.
        parts: for each item, the function that adds what it comes to. Where all is made anew,
            they are made in this order: what says something before what asks for it.
        total: makes the view of everything added. It is not told again what has changed: a large
            table is handed on as it is, and rows that follow from counts are a `Table` of their
            own, so that nothing is worked out that nobody looks at.
        says: the topics on which parts say something, and the class of what they say.
        facts: tables that are not shown, and the classes of their rows: what is shown follows from
            them, and is made when it is looked at.
        identity: the topics on which a stream says what it is, rather than what it has come to:
            one that is inconsistent says these, and nothing else.
        groups: topics of which all that is said to one name is a part of its own, made by
            `add(name, part)`, which asks for it.
        edition: of a projection that is not `lif`'s own, any text that is another whenever it
            computes something else. Without it, such a view is kept but not saved: nothing would
            tell that what is saved is of an older one.
        readers: the role without which nobody reads it; by default anybody may.
        shown: leaves out of a view, in rows and in counts, what tells of streams that a reader may
            not know of; `may_read(stream)`, its second argument, says of which they may.
        numbered: leaves out the entries that a reader may not know of, of streams that they may
            know of; `number(stream, entry)`, its second argument, is the number by which they know
            an entry, or `None`. What is `inconsistent` is left out without it.
    """

    name: str
    view: type[V]
    parts: Mapping[Item[Any], Add]
    total: Callable[[Totals], V]
    says: Mapping[str, Any] = field(factory=dict)
    facts: Mapping[str, Any] = field(factory=dict)
    identity: tuple[str, ...] = ()
    groups: Mapping[str, AddGroup] = field(factory=dict)
    edition: str = ""
    readers: str = ""
    shown: Callable[[V, Callable[[str], bool]], V] | None = None
    numbered: Callable[[V, Number], V] | None = None
    tables: Mapping[str, type] = field(init=False)
    events: frozenset[type] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "tables", {**tables_of(self.view), **self.facts})
        events = frozenset(cls for item in self.parts for cls in item.events)
        object.__setattr__(self, "events", events)


AnyProjection: TypeAlias = Projection[Any]
"""A projection of any view."""


def times_of(as_of: AsOf) -> dict[str, Any]:
    """Return the two times as every view shows them."""
    until = as_of.known_until
    return {
        "valid": as_of.valid.isoformat(),
        "known": until.isoformat() if until else None,
    }
