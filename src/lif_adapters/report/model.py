"""What a report consists of: sections, figures and tables, worked out; nothing of how it looks."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import frozen

from lif_adapters.report.charts import Drawn
from lif_core.decisions.record import Record


class Sort(StrEnum):
    """What stands in a cell, which says how it is set."""

    TEXT = "text"  # from the log: whatever somebody wrote
    WORDS = "words"  # ours
    NUMBER = "number"
    DATE = "date"


@frozen
class Cell:
    """A value as people read it; *note* is said with it, such as the reference of a body."""

    text: str
    sort: Sort
    note: str = ""


@frozen(kw_only=True)
class Column:
    """*name* is that of the field, *title* is its words; numbers stand under each other."""

    name: str
    title: str
    numeric: bool


@frozen(kw_only=True)
class Table:
    """A table as it is shown, and the *file* that has all of its rows and columns.

    *left_out*: how many rows are in the file only. *blank*: the titles of columns in which nothing
    stands, in the file only. *name* is that of the view and its table.
    """

    name: str
    caption: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0
    blank: tuple[str, ...] = ()
    upright: bool = False  # of one row: a line for each column
    folded: bool = False  # not seen until somebody opens it

    @property
    def file(self) -> str:
        return f"tables/{self.name}.csv"


@frozen
class Stretch:
    """Of a *stream*, how many *entries* stand behind a figure, and where in the log they are."""

    stream: str
    entries: int
    positions: str


@frozen(kw_only=True)
class Behind:
    """The entries that a figure was counted from: how many, in how many *streams*, the first."""

    entries: int
    streams: int
    listed: tuple[Stretch, ...]


@frozen(kw_only=True)
class Figure:
    """*when* names its two times. *says* are sentences, from the data; *empty* is said where there
    is nothing to show.
    """

    id: str
    title: str
    when: str
    says: tuple[str, ...]
    empty: str
    warning: str
    chart: Drawn | None
    tables: tuple[Table, ...]
    behind: Behind

    @property
    def is_empty(self) -> bool:
        return not any(table.rows for table in self.tables)


@frozen(kw_only=True)
class Section:
    """A part of the report; *lead* is its message."""

    id: str
    title: str
    lead: str
    figures: tuple[Figure, ...]


@frozen
class Fact:
    """A line of the summary: what, how much of it, more of the same, and its figure."""

    name: str
    value: str
    detail: str
    figure: str


@frozen
class Source:
    """A table of CSV: its *rows*, of the fields in *columns*."""

    columns: tuple[str, ...]
    rows: Sequence[Any]


@frozen
class EntryBehind:
    """An entry of the log, and the *figures* that were counted from it."""

    record: Record
    figures: tuple[str, ...]


@frozen(kw_only=True)
class Report:
    """A history at two times, as sections; *sources* are all tables in full, by name.

    *known* is what was asked for; *until* says which entry is the last that counts; *when* says
    both times in words. *of* are the boards on record.
    """

    title: str
    of: str
    when: str
    valid: date
    known: str | None
    until: str
    packs: tuple[str, ...]
    personal: bool
    facts: tuple[Fact, ...]
    not_known: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: Mapping[str, Source]
    entries: Sequence[EntryBehind]
