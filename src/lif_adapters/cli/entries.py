"""Entries of the log, in the words and the formats of the command line."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.rows import of_columns
from lif_adapters.json_values import json_record, json_value
from lif_core.commands.application import Application
from lif_core.decisions.corrections import EntryAmended, effect
from lif_core.decisions.messages import event_name
from lif_core.decisions.record import Record
from lif_core.decisions.standing import Standing
from lif_core.decisions.statement import statement
from lif_core.queries.meetings import Meetings
from lif_core.values.authority import Deliberation
from lif_core.values.refs import ref_of
from lif_core.values.working_days import local_day

AUTHORITY = ("by", "on")


def last_position(app: Application) -> int:
    """Return the position of the last entry of the log, 0 where there is none."""
    row = app.recorder.last_row()
    return row[0] if row else 0


class EntryWriter:
    """The writer of entries in the words and the formats of the command line.

    A meeting that was not quorate is said with each decision taken at it, as it was *known* then.
    """

    def __init__(
        self,
        app: Application,
        known: date | datetime | None = None,
        *,
        meetings: Meetings | None = None,
    ) -> None:
        self._app = app
        self.mapper = app.mapper
        self._meetings = meetings or Meetings(app.history)
        self._known = known

    def at(self, known: date | datetime | None) -> "EntryWriter":
        """Return a writer of entries as they were *known* at another time."""
        return EntryWriter(self._app, known, meetings=self._meetings)

    def row(self, record: Record) -> dict[str, Any]:
        """Return an entry as a row of a table."""
        by = record.event.by
        meeting = self._meetings.of(record, self._known)
        return {
            "position": record.position,
            "recorded_at": record.recorded_at.isoformat(timespec="seconds"),
            "on": record.event.on.isoformat(),
            "stream": record.stream,
            "entry": record.stream_position,
            "event": event_name(record.event),
            "person": by.person,
            "role": by.role,
            "body": by.body,
            "meeting": by.deliberation.meeting if by.deliberation else None,
            "quorate": meeting.quorate if meeting else None,
            "entered_by": record.entered_by,
            "said": "; ".join(f"{name}: {text}" for name, text in self._field_texts(record)),
        }

    def line(self, record: Record) -> str:
        """Return an entry on one line: its position, the day of effect, what, by whom, and when it
        was recorded, and by whom entered.
        """
        event, day = record.event, local_day(record.recorded_at)
        late = f", recorded {day}" if day != event.on else ""
        what = f"{event_name(event)}  {record.stream} [{record.stream_position}]"
        author = self._author(record)
        return f"{record.position:>8}  {event.on}  {what}  by {author}{late}{_entered(record)}"

    def say(self, record: Record, *, stream: bool = False, mark: str | None = None) -> None:
        """Say when, what and by whom, and then the fields of the event, line by line.

        Args:
            record: The entry.
            stream: Say its stream as well.
            mark: What corrections have made of it.
        """
        event = record.event
        about = f"  {record.stream}" if stream else ""
        number = f"[{record.stream_position}]".rjust(5)
        author = f"by {self._author(record)}{_late(record)}{_entered(record)}"
        output.say(f"{number} {event.on}  {event_name(event)}{about}  {author}")
        if mark:
            output.say(f"              ({mark})")
        for name, text in self._field_texts(record):
            for line in f"{name}: {text}".splitlines():
                output.say(f"              {line}")

    def write(
        self,
        records: Iterable[Record],
        format: OutputFormat,  # noqa: A002
        *,
        title: str | None = None,
        columns: Sequence[str] = (),
    ) -> None:
        """Write *records* in any format; JSON is one entry a line.

        Args:
            records: The entries.
            format: How to write them.
            title: Stands above a table.
            columns: Only these columns of a table, or of csv.
        """
        rows = (of_columns(columns, self.row(record)) for record in records)
        match format:
            case OutputFormat.JSON:
                output.write_json_lines(map(self.json, records))
            case OutputFormat.CSV:
                output.write_csv(rows)
            case OutputFormat.TABLE:
                entries = list(rows)  # or a title would stand above what cannot be read
                if title:
                    output.say(title)
                    output.say()
                output.table(entries)

    def json(self, record: Record) -> dict[str, Any]:
        """Return an entry as documented in `docs/reference/cli.md`."""
        meeting = self._meetings.of(record, self._known)
        quorate = {"quorate": meeting.quorate} if meeting else {}
        return {**json_record(record, self.mapper), **quorate}

    def _author(self, record: Record) -> str:
        """Return who decided, and at which meeting, with what is wrong with that."""
        by = record.event.by
        author = f"{by.person}, {by.role}, {by.body}"
        if by.deliberation is None or by.deliberation.meeting is None:
            return author
        meeting = self._meetings.of(record, self._known)
        mark = "" if meeting and meeting.quorate else " (not quorate)"
        mark = mark if meeting else " (not on record)"
        return f"{author} at {by.deliberation.meeting}{mark}"

    def _field_texts(self, record: Record) -> Iterator[tuple[str, str]]:
        """Yield the fields of the event, without those that say who, when and about what; and
        how it was deliberated.
        """
        event, subject = record.event, ref_of(record.stream)
        for name, value in json_value(event, self.mapper).items():
            if isinstance(event, EntryAmended) and name == "replacement":
                for text in statement(event.replacement.event, subject):
                    yield "instead", text
            elif name not in AUTHORITY and value not in (None, [], subject, record.stream):
                yield name.replace("_", " "), output.shown(value)
        if (deliberation := record.event.by.deliberation) is not None:
            yield from _deliberation_texts(deliberation)


def _deliberation_texts(deliberation: Deliberation) -> Iterator[tuple[str, str]]:
    """Yield how a decision was come to, but for the meeting."""
    if deliberation.reasons is not None:
        yield "decided because", deliberation.reasons
    for option in deliberation.options:
        yield "option considered", option
    for dissent in deliberation.dissent:
        yield "dissent", dissent.words
    for paper in deliberation.papers:
        yield "rests on", paper.words


def correction_marks(records: Sequence[Record], standing: Standing) -> dict[int, str]:
    """Return what corrections have made of the entries of one stream, by their numbers."""
    corrections = effect(records)
    marks = {
        entry: f"as amended by entry {amendments[-1].stream_position} ({_signed(amendments[-1])})"
        for entry, amendments in corrections.amended.items()
    }
    for entry, record in corrections.voided.items():
        marks[entry] = f"void: see entry {record.stream_position} ({_signed(record)})"
    for entry, supports in standing.lapsed.items():
        numbers, have = ", ".join(map(str, supports)), "have" if len(supports) > 1 else "has"
        marks[entry] = f"rested on entry {numbers}, which {have} no effect"
    for entry, end in standing.absorbed.items():
        marks[entry] = f"comes after entry {end}, which ended it"
    for record in standing.records:
        if (contradiction := record.contradicts) is not None:
            entries = ", ".join(map(str, contradiction.entries))
            marks[record.stream_position] = f"{contradiction.why}: see entries {entries}"
    return marks


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


def _signed(record: Record) -> str:
    by = record.event.by
    return f"{by.person}, {by.role}, {by.body}, {record.event.on}"


def _entered(record: Record) -> str:
    return f", entered by {record.entered_by}" if record.entered_by else ""


def _late(record: Record) -> str:
    """Return when it was recorded, where that is another day; a migration may have supplied it, or
    keep what an older register claims.
    """
    day = local_day(record.recorded_at)
    supplied = ", as an older register says" if record.migrated else ""
    if record.claimed_at is not None:
        supplied = f", though an older register says {local_day(record.claimed_at)}"
    shown = day != record.event.on or record.claimed_at is not None
    return f", recorded {day}{supplied}" if shown else ""
