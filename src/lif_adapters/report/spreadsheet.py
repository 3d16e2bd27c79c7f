"""The report's tables in full, as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lif_adapters.plain import plain
from lif_adapters.report.model import EntryBehind, Source
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import columns_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")
ENTRY = ("position", "stream", "entry", "event", "on", "recorded_at", "figures")


def table(source: Source, mapper: LifMapper) -> Iterator[str]:
    """A table, line by line: what `lif view --format csv` writes, formulas made harmless."""
    yield from _lines(source.columns, (_row(row, source.columns, mapper) for row in source.rows))


def _row(row: Any, columns: Sequence[str], mapper: LifMapper) -> list[Any]:
    values = columns_of(row)
    return [_cell(plain(values[column], mapper)) for column in columns]


def entries(found: Iterable[EntryBehind]) -> Iterator[str]:
    """The entries behind the figures, one a line, each with the figures counted from it."""
    yield from _lines(
        ENTRY,
        (
            [
                one.record.position,
                _cell(one.record.stream),
                one.record.stream_position,
                type(one.record.event).__name__,
                one.record.event.on.isoformat(),
                one.record.recorded_at.isoformat(),
                " ".join(one.figures),
            ]
            for one in found
        ),
    )


def _lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow(row)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _cell(found: Any) -> Any:
    """A cell; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    if isinstance(found, list | dict):
        return json.dumps(found, ensure_ascii=False)
    if isinstance(found, str) and found.startswith(FORMULA):
        return f"'{found}"
    return found
