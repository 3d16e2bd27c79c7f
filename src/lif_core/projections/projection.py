"""A projection is three pure functions over items, so that any past can be asked for.

Back-dated entries and corrections make a plain left fold over the log wrong. So the log is sorted
into small items, each folded over its own records in (on, position) order, and summarised.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar, overload

from attrs import frozen

from lif_core.framework import Frameworks
from lif_core.messages import Event
from lif_core.record import Record

I = TypeVar("I")  # noqa: E741
R = TypeVar("R")
V = TypeVar("V")
Name: TypeAlias = tuple[str | int, ...]
"""Of a count: what is counted, and of what, such as `("bodies", "wsb/lpp", "overdue")`."""


@frozen(kw_only=True)
class AsOf:
    """The two times of a view, and the packs it is read with.

    *valid*: the day in the world. *known*: the last instant of recording that counts; `None` is
    all.
    """

    valid: date
    known: datetime | None
    frameworks: Frameworks


AT_ONCE = date.min
"""A part that is settled as soon as the entries of its item are in effect."""


@frozen(kw_only=True)
class Part:
    """What one item adds to a view: *rows*, by table, and *counts*, which are added up.

    *settled*: from this day on, once all entries of the item are in effect, it is the same on any
    day, until there is another entry; `None` where a later day will change it.
    """

    rows: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
    counts: Mapping[Name, int] = MappingProxyType({})
    settled: date | None = None


@frozen(kw_only=True)
class Shared:
    """What an item may know of others: *all*, and *own*, which is for the item of that key alone.

    Where *all* changes, every part is made again; where *own* does, that of its key.
    """

    all: Any = None
    own: Mapping[str, Any] = MappingProxyType({})

    def own_unlike(self, other: "Shared") -> set[str]:
        """The keys of the items for which something else is there in *other*."""
        keys = self.own.keys() | other.own.keys()
        return {key for key in keys if self.own.get(key) != other.own.get(key)}


class Table(Sequence[R]):
    """The rows of a table, one item's after the other's; equal to any sequence of the same rows.

    They may not have been read yet: a table that nobody looks at costs nothing.
    """

    __slots__ = ("_read", "_rows")

    def __init__(self, read: Callable[[], Iterable[R]]) -> None:
        self._read = read
        self._rows: tuple[R, ...] | None = None

    @property
    def rows(self) -> tuple[R, ...]:
        if self._rows is None:
            self._rows = tuple(self._read())
        return self._rows

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[R, ...]: ...

    def __getitem__(self, index: int | slice) -> R | tuple[R, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[R]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table | tuple) and self.rows == tuple(other)

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return f"Table({self.rows!r})"


@frozen(kw_only=True)
class Summary(Generic[I, V]):
    """A view made of parts, so that what has changed is all that is made again.

    *tables*: the tables that parts have rows of, and the classes of their rows.
    *first*: beginnings of the keys of items that others learn from; their own parts come first.
    `share(parts)`: what others learn, from the parts of those items.
    `part(item, shared, as_of)`: one item's; it asks *shared* for `all` and for its own key only.
    `total(rows, counts, shared, as_of)`: the view. Rows are in the order of the items' keys; a
    large table is handed on as it is, never walked through.
    *edition*: of one that is not `lif`'s own, any text that is another whenever it computes
    something else. Without it, such a view is kept but not saved: nothing would tell that what is
    saved is of an older one.
    """

    tables: Mapping[str, type]
    part: Callable[[I, Shared, AsOf], Part]
    total: Callable[[Mapping[str, Table[Any]], Mapping[Name, int], Shared, AsOf], V]
    first: tuple[str, ...] = ()
    share: Callable[[Mapping[str, Part], AsOf], Shared] = lambda parts, as_of: Shared()
    edition: str = ""

    def __call__(self, items: Mapping[str, I], as_of: AsOf) -> V:
        """The view of *items*, from the beginning."""
        learnt_from = {
            key: self.part(items[key], Shared(), as_of) for key in items if self.is_first(key)
        }
        shared = self.share(learnt_from, as_of)
        parts = {
            key: learnt_from.get(key) or self.part(items[key], shared, as_of)
            for key in sorted(items)
        }
        counts: Counter[Name] = Counter()
        for part in parts.values():
            counts.update(part.counts)
        return self.view(parts.values, counts, shared, as_of)

    def is_first(self, key: str) -> bool:
        return key.startswith(self.first)

    def view(
        self,
        parts: Callable[[], Iterable[Part]],
        counts: Mapping[Name, int],
        shared: Shared,
        as_of: AsOf,
    ) -> V:
        """The view of *parts*, in the order of their keys; *counts* are what theirs add up to."""

        def rows_of(table: str) -> Iterator[Any]:
            return (row for part in parts() for row in part.rows.get(table, ()))

        rows = {table: Table[Any](partial(rows_of, table)) for table in self.tables}
        return self.of_tables(rows, counts, shared, as_of)

    def of_tables(
        self,
        rows: Mapping[str, Table[Any]],
        counts: Mapping[Name, int],
        shared: Shared,
        as_of: AsOf,
    ) -> V:
        """The view of tables; what adds up to nothing is not counted."""
        return self.total(rows, Counter({k: n for k, n in counts.items() if n}), shared, as_of)


@frozen(kw_only=True)
class Projection(Generic[I, V]):
    """A read model, by its *name*.

    `key(event)`: the items that an event concerns; `()` for one it does not count.
    `evolve(item, record)`: one record of an item, in (on, position) order, corrections applied.
    `summarise(items, as_of)`: the view. What touches many items, such as a merger, is an item of
    its own and is resolved here. Where it is a `Summary`, it is made of parts.
    """

    name: str
    key: Callable[[Event[Any]], tuple[str, ...]]
    evolve: Callable[[I | None, Record], I]
    summarise: Callable[[Mapping[str, I], AsOf], V]


def item_as(kind: type[I], item: object) -> I | None:
    """*item* as the *kind* that its key says it is; `None` before its first record."""
    assert item is None or isinstance(item, kind)
    return item
