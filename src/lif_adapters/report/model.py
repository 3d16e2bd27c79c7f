"""Parts of a report, worked out, without anything of how they look."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import field, frozen

from lif_core.decisions.record import Record

STREAMS_LISTED = 200
"""How many streams are listed under a figure; `entries.csv` has the entries of all."""


class CellKind(StrEnum):
    """The kind of value that stands in a cell, which says how it is set."""

    TEXT = "text"  # from the log: whatever somebody wrote
    WORDS = "words"  # ours
    NUMBER = "number"
    DATE = "date"


@frozen
class FigureCell:
    """A value as people read it; *note* stands beside it, such as the reference of a body."""

    text: str
    kind: CellKind
    note: str = ""


@frozen(kw_only=True)
class FigureColumn:
    """A column of a table: the *name* of its field, and its *title* in words.

    *numeric*: its numbers stand under each other.
    """

    name: str
    title: str
    numeric: bool


@frozen(kw_only=True)
class FigureTable:
    """A table as it is shown, and the *file* that has all of its rows and columns.

    *name* is that of the view and its table. *headed*: the words of fields in the definition, with
    the headings of their columns where these are others. *left_out*: how many rows are in the file
    only. *idle*: how many bodies did nothing, and are in the file only. *blank*: the titles of
    columns in which nothing stands, in the file only.
    """

    name: str
    caption: str
    definition: str
    columns: tuple[FigureColumn, ...]
    rows: tuple[tuple[FigureCell, ...], ...]
    headed: tuple[tuple[str, str], ...] = ()
    left_out: int = 0
    idle: int = 0
    blank: tuple[str, ...] = ()
    upright: bool = False  # for one row: a line for each column
    folded: bool = False  # not seen until somebody opens it

    @property
    def file(self) -> str:
        """The path of the file with all rows, within the report."""
        return f"tables/{self.name}.csv"


@frozen
class ViewTable:
    """A table of a view in full: its *rows*, of the fields in *columns*.

    *row*: the class that says what a row is, where there is one.
    """

    columns: tuple[str, ...]
    rows: Sequence[Any]
    row: type | None = None


@frozen
class Drawing:
    """A chart as SVG, with its text alternative."""

    svg: str
    alt: str


@frozen
class StreamEntries:
    """The number of *entries* of a *stream* that a figure counts, and their *positions*."""

    stream: str
    entries: int
    positions: str


@frozen
class FigureEntries:
    """The entries of the log that a figure was counted from, in their order."""

    records: tuple[Record, ...]

    def __len__(self) -> int:
        return len(self.records)

    @cached_property
    def positions(self) -> Mapping[str, Sequence[int]]:
        """The positions of the entries, by stream."""
        positions: dict[str, list[int]] = defaultdict(list)
        for record in self.records:
            positions[record.stream].append(record.position)
        return positions

    @property
    def streams(self) -> int:
        """The number of streams that the entries are in."""
        return len(self.positions)

    @property
    def listed(self) -> tuple[StreamEntries, ...]:
        """The first streams, with the positions of their entries."""
        return tuple(
            StreamEntries(stream, len(self.positions[stream]), ranges(self.positions[stream]))
            for stream in sorted(self.positions)[:STREAMS_LISTED]
        )


def ranges(positions: Sequence[int]) -> str:
    """Return rising *positions* in short, such as 4, 9–17."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] + 1 == position:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in runs)


def _with_rows(tables: Sequence[FigureTable]) -> tuple[FigureTable, ...]:
    return tuple(table for table in tables if table.rows)


@frozen(kw_only=True)
class Figure:
    """A figure: its *text*, its *chart*, its *tables*, and the *entries* that it counts.

    *text* are sentences from the data; *empty* stands where no table has a row. *when* names its
    two times, where they are not those of the report.
    """

    id: str
    title: str
    text: tuple[str, ...] = ()
    empty: str
    warning: str = ""
    chart: Drawing | None = None
    tables: tuple[FigureTable, ...] = field(converter=_with_rows)
    entries: FigureEntries
    when: str = ""

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to show."""
        return not self.tables

    def is_open(self, table: FigureTable) -> bool:
        """Return whether a *table* is seen at once: the first, unless there is a chart."""
        return not table.folded and self.chart is None and table is self.tables[0]


@frozen(kw_only=True)
class Section:
    """A part of the report; *lead* is its message."""

    id: str
    title: str
    lead: str
    figures: tuple[Figure, ...]

    @property
    def is_empty(self) -> bool:
        """True where none of its figures has anything to show."""
        return all(figure.is_empty for figure in self.figures)


@frozen
class Fact:
    """A line of the summary: a *name*, its *value* with some *detail*, and its *figure*."""

    name: str
    value: str
    detail: str
    figure: str


@frozen
class AgendaLine:
    """A matter that needs the board's decision: the *words* of what it is about, its *reference*
    beside them, and a *sentence* that says what it is, whose, and since when.
    """

    words: str
    reference: str
    sentence: str


@frozen(kw_only=True)
class AgendaGroup:
    """The matters of one kind, and what the board may *decide*; *more* are in the table only."""

    title: str
    decide: str
    lines: tuple[AgendaLine, ...]
    more: int = 0


@frozen
class NotKnown:
    """A kind of what is not known, by its *name*, and *lines* that say what it is."""

    name: str
    lines: tuple[str, ...]


@frozen(kw_only=True)
class FirstScreen:
    """The first that a chair reads: what needs a decision (*groups*, with the *figure* that has
    them all), what is *not_known*, what is so *now*, and what was so far.
    """

    lead: str
    groups: tuple[AgendaGroup, ...]
    figure: Figure
    not_known: tuple[NotKnown, ...]
    now: tuple[Fact, ...]
    so_far: tuple[Fact, ...]


@frozen
class CountedEntry:
    """An entry of the log, and the *figures* that were counted from it.

    *quorate* is whether the meeting was at which it was decided, where that is on record.
    """

    record: Record
    figures: tuple[str, ...]
    quorate: bool | None = None


@frozen(kw_only=True)
class Report:
    """A history at two times, as sections; *tables* are all tables in full, by name.

    *title* is the names of the boards, *period* from when to when. *known* is the time that was
    asked for; *until* says which entry is the last that counts; *when* says both times in words,
    and *stands_on* which checkpoint the log was held against.
    *boards* are those on record. *cut* says what the report is cut to, in sentences.
    """

    title: str
    period: str
    boards: str
    when: str
    cut: tuple[str, ...]
    valid: date
    known: str | None
    until: str
    stands_on: str
    packs: tuple[str, ...]
    personal: bool
    first: FirstScreen
    sections: tuple[Section, ...]
    tables: Mapping[str, ViewTable]
    entries: Sequence[CountedEntry]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order in which they are read."""
        return (self.first.figure, *(f for section in self.sections for f in section.figures))

    @property
    def empty(self) -> tuple[Figure, ...]:
        """The figures of the sections on which nothing is on record."""
        return tuple(f for section in self.sections for f in section.figures if f.is_empty)
