"""The report's tables in full, and the entries behind its figures, as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lif_adapters.json_values import json_value
from lif_adapters.report.model import CountedEntry, ViewTable
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")
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


def table(table: ViewTable, mapper: LifMapper) -> Iterator[str]:
    """Yield a table, line by line, as `lif view --format csv` writes it, formulas harmless."""
    yield from _lines(table.columns, (_row(row, table.columns, mapper) for row in table.rows))


def _row(row: Any, columns: Sequence[str], mapper: LifMapper) -> list[Any]:
    values = columns_of(row)
    return [_cell(json_value(values[column], mapper)) for column in columns]


def entries(counted: Iterable[CountedEntry], *, personal: bool) -> Iterator[str]:
    """Yield the entries behind the figures, one a line, each with the figures counted from it.

    Who decided and who entered it stand there where the report is *personal*.
    """
    header = (*ENTRY, *PEOPLE) if personal else ENTRY
    yield from _lines(header, (_entry(entry, personal=personal) for entry in counted))


def _entry(entry: CountedEntry, *, personal: bool) -> list[Any]:
    record, by = entry.record, entry.record.event.by
    meeting = by.deliberation.meeting if by.deliberation else None
    people = [_cell(by.person), _cell(record.entered_by)] if personal else []
    return [
        record.position,
        _cell(record.stream),
        record.stream_position,
        type(record.event).__name__,
        record.event.on.isoformat(),
        record.recorded_at.isoformat(),
        _cell(by.body),
        _cell(by.role),
        _cell(meeting),
        entry.quorate,
        " ".join(entry.figures),
        *people,
    ]


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow(row)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _cell(value: Any) -> Any:
    """Return a cell; a text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
