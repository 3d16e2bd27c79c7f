"""The report's tables in full, and the entries behind its figures, as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from types import NoneType
from typing import Any

from msgspec import Struct

from lif_adapters.csv_lines import csv_cell, csv_lines
from lif_adapters.json_values import json_value
from lif_adapters.report.model import CountedEntry, ViewTable
from lif_core.decisions.messages import event_name
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of

ENTRY = (
    "position",
    "stream",
    "entry",
    "event",
    "on",
    "recorded_at",
    "body",
    "role",
    "meeting",
    "quorate",
    "figures",
)
PEOPLE = ("person", "entered_by")
"""The people of an entry, who decided and who entered it: personal data."""
PLAIN = frozenset({bool, float, int, NoneType})
"""The types of values that are a cell as they are; most are."""
END = "\r\n"
"""The end of a line, as Excel writes it."""
ENCODING = "utf-8-sig"
"""The encoding of the files: with a mark before the text, by which Excel knows it for UTF-8."""


def table(table: ViewTable, mapper: LifMapper) -> Iterator[str]:
    """Yield a table, line by line, as `lif view --format csv` writes it, formulas harmless."""
    rows = (_row(row, table.columns, mapper) for row in table.rows)
    yield from csv_lines(table.columns, rows, end=END)


def _row(row: Any, columns: Sequence[str], mapper: LifMapper) -> list[Any]:
    if isinstance(row, Struct):
        values = [getattr(row, column) for column in columns]
    else:
        held = columns_of(row)
        values = [held[column] for column in columns]
    return [each if type(each) in PLAIN else _cell(each, mapper) for each in values]


def _cell(value: Any, mapper: LifMapper) -> Any:
    """Return a value that is not plain as a cell."""
    kind = type(value)
    if kind is date:
        return value.isoformat()
    return csv_cell(value if kind is str else json_value(value, mapper))


def entries(counted: Iterable[CountedEntry], *, personal: bool) -> Iterator[str]:
    """Yield the entries behind the figures, one a line, each with the figures counted from it.

    Who decided and who entered it stand there where the report is *personal*.
    """
    header = (*ENTRY, *PEOPLE) if personal else ENTRY
    rows = (_entry(entry, personal=personal) for entry in counted)
    yield from csv_lines(header, rows, end=END)


def _entry(entry: CountedEntry, *, personal: bool) -> list[Any]:
    record, by = entry.record, entry.record.event.by
    meeting = by.deliberation.meeting if by.deliberation else None
    people = [csv_cell(by.person), csv_cell(record.entered_by)] if personal else []
    return [
        record.position,
        csv_cell(record.stream),
        record.stream_position,
        event_name(record.event),
        record.event.on.isoformat(),
        record.recorded_at.isoformat(),
        csv_cell(by.body),
        csv_cell(by.role),
        csv_cell(meeting),
        entry.quorate,
        " ".join(entry.figures),
        *people,
    ]
