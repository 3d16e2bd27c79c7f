"""Entries of the log, in the words and the formats of the command line."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.output import OutputFormat
from lif_adapters.json_values import json_record, json_value
from lif_core.commands.application import Application
from lif_core.decisions.corrections import effect
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.values.authority import Authority
from lif_core.values.refs import ref_of
from lif_core.values.working_days import local_day

AUTHORITY = ("by", "on")


def last_position(app: Application) -> int:
    """Return the position of the last entry of the log, 0 where there is none."""
    row = app.recorder.last_row()
    return row[0] if row else 0


def entry_row(record: Record, mapper: LifMapper) -> dict[str, Any]:
    """Return an entry as a row of a table."""
    by = record.event.by
    return {
        "position": record.position,
        "recorded_at": record.recorded_at.isoformat(timespec="seconds"),
        "on": record.event.on.isoformat(),
        "stream": record.stream,
        "entry": record.stream_position,
        "event": type(record.event).__name__,
        "person": by.person,
        "role": by.role,
        "body": by.body,
        "meeting": by.meeting,
        "said": "; ".join(f"{name}: {text}" for name, text in _field_texts(record, mapper)),
    }


def entry_line(record: Record) -> str:
    """Return an entry on one line: its position, the day of effect, what, by whom, and when it was
    recorded.
    """
    event, day = record.event, local_day(record.recorded_at)
    late = f", recorded {day}" if day != event.on else ""
    what = f"{type(event).__name__}  {record.stream} [{record.stream_position}]"
    return f"{record.position:>8}  {event.on}  {what}  by {_author(event.by)}{late}"


def say_entry(
    record: Record, mapper: LifMapper, *, stream: bool = False, mark: str | None = None
) -> None:
    """Say when, what and by whom, and then the fields of the event, line by line.

    Args:
        record: The entry.
        mapper: How its event is named.
        stream: Say its stream as well.
        mark: What corrections have made of it.
    """
    event = record.event
    about = f"  {record.stream}" if stream else ""
    number = f"[{record.stream_position}]".rjust(5)
    author = _author(event.by)
    output.say(f"{number} {event.on}  {type(event).__name__}{about}  by {author}{_late(record)}")
    if mark:
        output.say(f"              ({mark})")
    for name, text in _field_texts(record, mapper):
        for line in f"{name}: {text}".splitlines():
            output.say(f"              {line}")


def correction_marks(records: Sequence[Record]) -> dict[int, str]:
    """Return what corrections have made of the entries of one stream, by their numbers."""
    corrections = effect(records)
    marks = {
        entry: f"as amended by entry {amendments[-1].stream_position} ({_signed(amendments[-1])})"
        for entry, amendments in corrections.amended.items()
    }
    for entry, record in corrections.voided.items():
        marks[entry] = f"void: see entry {record.stream_position} ({_signed(record)})"
    return marks


def write_entries(
    records: Iterable[Record],
    mapper: LifMapper,
    format: OutputFormat,  # noqa: A002
) -> None:
    """Write *records* in any format; JSON is one entry a line."""
    match format:
        case OutputFormat.JSON:
            output.write_json_lines(json_record(record, mapper) for record in records)
        case OutputFormat.CSV:
            output.write_csv(entry_row(record, mapper) for record in records)
        case OutputFormat.TABLE:
            output.table([entry_row(record, mapper) for record in records])


def write_recorded(
    app: Application,
    records: Sequence[Record],
    format: OutputFormat,  # noqa: A002
) -> None:
    """Write in JSON, one entry a line, what has just become durable; nothing in a table."""
    if format is OutputFormat.TABLE:
        return
    try:
        output.write_json_lines(json_record(record, app.mapper) for record in records)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody listens any more; the entries are recorded all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _field_texts(record: Record, mapper: LifMapper) -> Iterator[tuple[str, str]]:
    """Yield the fields of the event, without those that say who, when and about what."""
    subject = ref_of(record.stream)
    for name, value in json_value(record.event, mapper).items():
        if name not in AUTHORITY and value not in (None, [], subject, record.stream):
            yield name.replace("_", " "), output.shown(value)


def _author(by: Authority) -> str:
    return f"{by.person}, {by.role}, {by.body}" + (f" at {by.meeting}" if by.meeting else "")


def _signed(record: Record) -> str:
    by = record.event.by
    return f"{by.person}, {by.role}, {by.body}, {record.event.on}"


def _late(record: Record) -> str:
    """Return when it was recorded, where that is another day; a migration may have supplied it."""
    day = local_day(record.recorded_at)
    supplied = ", as an older register says" if record.migrated else ""
    return f", recorded {day}{supplied}" if day != record.event.on else ""
