"""What the views say of the same items, so that any two tables can be held against each other.

A claim (`claims.py`) is one statement about items of a kind, with each table that makes it: the
first tells of all these items, the others of all or some of them, and no two say otherwise. A sum
(`sums.py`) is a figure of one table, counted again from others. What is inconsistent is in none.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

from attrs import field, frozen

from lif_core.aggregates.review import DeathNotified
from lif_core.decisions.record import Record
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.projection.inconsistent import INCONSISTENT
from lif_core.projection.tables import KEYS, Shape, Tables
from lif_core.values.refs import stream_of
from lif_core.views import PROJECTIONS

Row: TypeAlias = Any
DEATHS = "child-death-panel/deaths"


class Looks:
    """All views at one look, and their rows by the name `view/table`.

    *deaths* are the reviews of children's deaths, whatever has become of them.
    """

    def __init__(self, views: Mapping[str, Any]) -> None:
        self.read = set[str]()
        self._views = {name: Tables(view) for name, view in views.items()}
        self.deaths = {stream_of("review", row.review) for row in self.rows(DEATHS)}

    @classmethod
    def at(cls, records: Sequence[Record], as_of: AsOf) -> "Looks":
        """The views of some records, at one pair of times."""
        looks = cls({name: fold(view, records, as_of) for name, view in PROJECTIONS.items()})
        looks.deaths |= {
            record.stream for record in records if isinstance(record.event, DeathNotified)
        } & {row.stream for row in looks.rows(f"corrections/{INCONSISTENT}")}
        return looks

    def rows(self, name: str) -> Sequence[Row]:
        self.read.add(name)
        view, _, table = name.partition("/")
        return self._views[view][table]

    def tables(self) -> Iterator[tuple[str, Shape]]:
        """All tables, by name."""
        for view, tables in self._views.items():
            for table, shape in tables.shapes.items():
                yield f"{view}/{table}", shape

    def figure(self, name: str) -> Row:
        """The one row of a group of figures."""
        (row,) = self.rows(name)
        return row


def read_by(columns: Any) -> Callable[[Row], Any]:
    """The function that reads some *columns* of a row; a function stands for itself."""
    match columns:
        case str():
            return attrgetter(columns)
        case tuple():
            return attrgetter(*columns)
        case _:
            reads: Callable[[Row], Any] = columns
            return reads


@frozen
class Says:
    """A *table* that says a *value* of the *item* of each of its rows, *where* it says it.

    Without a value, it says that the item is there. Several rows of one item say it *together*;
    an item without a row has the value *otherwise*, where the table then says something, too.
    """

    table: str
    item: Callable[[Row], Hashable] = field(converter=read_by)
    value: Callable[[Row], Any] = field(default=lambda row: True, converter=read_by)
    where: Callable[[Row], Any] = field(default=lambda row: True, kw_only=True)
    together: Callable[[list[Any]], Any] | None = field(default=None, kw_only=True)
    otherwise: Any = field(default=None, kw_only=True)

    def told(self, looks: Looks) -> dict[Hashable, Any]:
        """What it says, by item; of several rows about one, all that they say."""
        values: dict[Hashable, list[Any]] = defaultdict(list)
        for row in looks.rows(self.table):
            if self.where(row):
                values[self.item(row)].append(self.value(row))
        if self.together is None:
            assert all(value == of_it[0] for of_it in values.values() for value in of_it)
            return {item: of_it[0] for item, of_it in values.items()}
        return {item: self.together(of_it) for item, of_it in values.items()}


Claims: TypeAlias = Mapping[str, Sequence[Says]]
Sums: TypeAlias = Mapping[str, tuple[Callable[[Looks], Any], Callable[[Looks], Any]]]


def disagreements(looks: Looks, claims: Claims, sums: Sums) -> Iterator[tuple[Any, ...]]:
    """Where any two tables say otherwise, or count otherwise: the claim, the table, an item."""
    for claim, (register, *others) in claims.items():
        known = register.told(looks)
        for says in others:
            told = says.told(looks)
            if says.otherwise is not None:
                told = dict.fromkeys(known, says.otherwise) | told
            for item in told:
                if item not in known:
                    yield claim, says.table, item, "is not in", register.table
                elif told[item] != known[item]:
                    yield claim, says.table, item, told[item], register.table, known[item]
    for figure, (left, right) in sums.items():
        if (count := left(looks)) != (again := right(looks)):
            yield figure, count, again
    yield from ghosts(looks)


CATEGORIES = {
    "committee": "body",
    "course": "training_course",
    "plan": "improvement_plan",
    "programme": "training_programme",
    "report": "annual_report",
    **{
        name: name
        for name in (
            "audit",
            "challenge",
            "dissemination",
            "edition",
            "evaluation",
            "indicator",
            "lesson",
            "membership",
            "procedure",
            "recommendation",
            "review",
        )
    },
}
"""The categories of the references in columns, by the names of these."""
OF_ENTRIES = ("corrections/", "provenance/")
"""Views of entries, which say nothing of what these have come to."""


def subjects(looks: Looks, name: str, shape: Shape) -> Iterator[str]:
    """The streams that the rows of a table are about, by the first column of their key that says
    one.
    """
    key = KEYS.get(shape.row, ()) if shape.row and not shape.single else ()
    about = [column for column in key if column in CATEGORIES or column in ("stream", "item")]
    if not about or name == "training/arising":  # what courses arise from
        return
    column = about[0]
    values = (value for row in looks.rows(name) if (value := getattr(row, column)))
    category = CATEGORIES.get(column)
    yield from (stream_of(category, value) if category else value for value in values)


def ghosts(looks: Looks) -> Iterator[tuple[Any, ...]]:
    """What is inconsistent, and stands in another table than that; and what only one lists."""
    listed = {row.stream for row in looks.rows(f"corrections/{INCONSISTENT}")}
    elsewhere = set[str]()
    for name, shape in [*looks.tables()]:
        if name.endswith(f"/{INCONSISTENT}"):
            if not name.startswith(OF_ENTRIES):
                elsewhere |= {row.stream for row in looks.rows(name)}
        elif not name.startswith(OF_ENTRIES):
            for stream in {*subjects(looks, name, shape)} & listed:
                yield stream, "is inconsistent, and is in", name
    for stream in listed ^ elsewhere:
        yield stream, "is inconsistent in some views"
