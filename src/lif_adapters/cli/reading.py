"""The commands that read: `log`, `show`, `view`, `why`, `commands`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.changing import table_named, title
from lif_adapters.cli.options import Afresh, As, Db, Known, Packs, Valid, as_date, as_known, opened
from lif_adapters.cli.outline import outline
from lif_adapters.cli.output import Format
from lif_adapters.plain import plain, plain_record
from lif_core.decisions.corrections import corrected, effect, is_correction
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import schema
from lif_core.projection.tables import Tables, columns_of
from lif_core.values.working_days import local_day
from lif_core.views import PROJECTIONS, Projection

AUTHORITY = ("by", "on")


def log(
    stream: str | None = None,
    *,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """What was recorded, in the order of recording, corrections among it.

    Args:
        stream: Only this stream, such as review-wscb/scr-child-k.
        db: Where.
        pack: More framework packs.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it; json is one object a line.
    """
    with opened(db, pack) as app:
        if stream is not None and not app.recorder.stream_rows(stream):
            raise RefusedError("stream.unknown", stream=stream)
        records = app.history(stream, valid=as_date("--valid", valid), known=as_known(known))
        _write_records(records, app.mapper, format)


def show(
    stream: str,
    *,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """What one stream says: its entries in the order they took effect, with corrections applied.

    Args:
        stream: The stream, such as recommendation-wscb/r-2.
        db: Where.
        pack: More framework packs.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it.
    """
    day = as_date("--valid", valid)
    with opened(db, pack) as app:
        records = list(app.history(stream, known=as_known(known)))
        if not records:
            raise RefusedError("stream.unknown", stream=stream)
        current = [r for r in corrected(records) if day is None or r.event.on <= day]
        current.sort(key=lambda record: (record.event.on, record.position))
        if format is not Format.TABLE:
            _write_records(current, app.mapper, format)
            return
        output.say(stream)
        marks = _marks(records)
        for record in current:
            say_record(record, app.mapper, mark=marks.get(record.stream_position))
        corrections = [record for record in records if is_correction(record.event)]
        if corrections:
            output.say()
            output.say("Corrections among what was recorded:")
        for record in corrections:
            say_record(record, app.mapper, mark=marks.get(record.stream_position))


def view(
    name: str,
    *,
    table: str | None = None,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    afresh: Afresh = False,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """A view of the whole history, as it was in the world and as it was known at any date.

    Args:
        name: accountability, sustainability, training, provenance, calendar, coverage,
            expected-evaluations, learning-cycle, scorecard, compliance, child-deaths,
            publication, annual-report, improvement-plan or assurance.
        table: Only this table of it, or its figures; csv writes the first one without it.
        db: Where.
        pack: More framework packs.
        valid: As it was in the world then; by default today, or the day of --known.
        known: As it was known then; by default all that is recorded.
        afresh: From the log alone, whatever is saved.
        format: How to write it.
    """
    projection = projection_named(name)
    day, at = as_date("--valid", valid), as_known(known)
    with opened(db, pack) as app:
        last = app.recorder.last_row()
        with output.progress("reading", last[0] if last else 0) as progress:
            found = app.view(projection, valid=day, known=at, progress=progress, afresh=afresh)
    write_view(found, table, app.mapper, format)


def projection_named(name: str) -> Projection[Any]:
    """Return the projection called *name*. Raises `MalformedError` where there is none."""
    if name not in PROJECTIONS:
        raise MalformedError("name", f"no view {name!r}; there are: {', '.join(PROJECTIONS)}")
    return PROJECTIONS[name]


def why(
    stream: str,
    *,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Why a stream is as it is: its chain both ways, what it rests on, its own entries, and what
    rests on it.

    Args:
        stream: The stream, such as recommendation-wscb/r-2.
        db: Where.
        pack: More framework packs.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it.
    """
    with opened(db, pack) as app:
        trail = app.why(stream, valid=as_date("--valid", valid), known=as_known(known))
        parts = {
            "rests_on": trail.rests_on,
            "entries": trail.entries,
            "rested_on_by": trail.rested_on_by,
        }
        if format is Format.JSON:
            records = {
                part: [plain_record(r, app.mapper) for r in found] for part, found in parts.items()
            }
            links = plain(trail.links, app.mapper)
            output.write_json({"stream": stream, **records, "links": links})
            return
        rows = [
            {"part": part, **entry_row(record, app.mapper)}
            for part, found in parts.items()
            for record in found
        ]
        if format is Format.CSV:
            output.write_csv(rows)
            return
        output.say("The chain")
        for line in outline(trail):
            output.say(f"  {line}")
        output.say()
        titles = ("What it rests on", stream, "What rests on it")
        for title, found in zip(titles, parts.values(), strict=True):
            output.say(title)
            if not found:
                output.say("  nothing on record")
            streams: dict[str, list[Record]] = defaultdict(list)
            for record in found:
                streams[record.stream].append(record)
            marks = {name: _marks(entries) for name, entries in streams.items()}
            for record in found:
                mark = marks[record.stream].get(record.stream_position)
                say_record(record, app.mapper, stream=record.stream != stream, mark=mark)
            output.say()


def commands(name: str | None = None, *, format: As = Format.TABLE) -> None:  # noqa: A002
    """The commands that `lif record` takes; of one, its JSON Schema.

    Args:
        name: One command, such as IssueRecommendation.
        format: How to write the list; a schema is always json.
    """
    mapper = LifMapper()
    if name is not None:
        output.write_json(schema(name, mapper))
        return
    rows = [
        {
            "command": cls.__name__,
            "aggregate": decider.category if (decider := _decider(mapper, cls)) else "any",
            "meaning": " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split()),
        }
        for cls in mapper.registry.commands.values()
    ]
    write_rows(rows, format)


def _decider(mapper: LifMapper, cls: type) -> Any:
    return next((d for d in mapper.registry.deciders if cls in d.command_types), None)


def write_rows(rows: Sequence[output.Row], format: Format) -> None:  # noqa: A002
    """One table, in any format."""
    match format:
        case Format.JSON:
            output.write_json(list(rows))
        case Format.CSV:
            output.write_csv(rows)
        case Format.TABLE:
            output.table(rows)


def write_view(
    view: Any,
    table: str | None,
    mapper: LifMapper,
    format: Format,  # noqa: A002
) -> None:
    """A view: of when it is, then its tables."""
    name = table_named(table, Tables(view))
    if format is Format.TABLE:
        output.say(f"As it was on {view.valid}, as known {_known(view.known)}")
        output.say()
    write_tables(view, name, mapper, format)


def write_tables(
    view: Any,
    table: str | None,
    mapper: LifMapper,
    format: Format,  # noqa: A002
) -> None:
    """What consists of tables: all of them, or the one whose name in it is *table*."""
    tables = Tables(view)
    match format:
        case Format.JSON:
            output.write_json(plain(view if table is None else _whole(tables, table), mapper))
        case Format.CSV:
            first = next(name for name in tables if not tables.shapes[name].single)
            output.write_csv(_cells(tables, first if table is None else table, mapper))
        case Format.TABLE:
            for number, name in enumerate(tables if table is None else [table]):
                if number:
                    output.say()
                output.table(_cells(tables, name, mapper), title=title(name))


def _whole(tables: Tables, table: str) -> Any:
    """All that a *table* says: its rows, or a group of figures with the tables in it."""
    rows = tables[table]
    return rows[0] if rows and tables.shapes[table].single else rows


def _cells(tables: Tables, table: str, mapper: LifMapper) -> list[output.Row]:
    """The rows of a *table*, column by column."""
    rows = map(columns_of, tables[table])
    return [
        {column: plain(row[column], mapper) for column in tables.columns(table)} for row in rows
    ]


def _known(known: str | None) -> str:
    return f"at {known}" if known else "now"


def _write_records(
    records: Iterable[Record],
    mapper: LifMapper,
    format: Format,  # noqa: A002
) -> None:
    match format:
        case Format.JSON:
            output.write_json_lines(plain_record(record, mapper) for record in records)
        case Format.CSV:
            output.write_csv(entry_row(record, mapper) for record in records)
        case Format.TABLE:
            output.table([entry_row(record, mapper) for record in records])


def entry_row(record: Record, mapper: LifMapper) -> dict[str, Any]:
    """An entry as a row of a table."""
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
        "said": "; ".join(f"{name}: {value}" for name, value in said(record, mapper)),
    }


def said(record: Record, mapper: LifMapper) -> Iterator[tuple[str, str]]:
    """The fields of the event, without those that say who, when and about what."""
    about = record.stream.partition("-")[2]
    for name, value in plain(record.event, mapper).items():
        if name not in AUTHORITY and value not in (None, [], about, record.stream):
            yield name.replace("_", " "), output.shown(value)


def _marks(records: Sequence[Record]) -> dict[int, str]:
    """What corrections have made of the entries of one stream."""
    found = effect(records)
    marks = {
        entry: f"as amended by entry {amendments[-1].stream_position} ({_who(amendments[-1])})"
        for entry, amendments in found.amended.items()
    }
    for entry, record in found.voided.items():
        marks[entry] = f"void: see entry {record.stream_position} ({_who(record)})"
    return marks


def _who(record: Record) -> str:
    by = record.event.by
    return f"{by.person}, {by.role}, {by.body}, {record.event.on}"


def say_record(
    record: Record, mapper: LifMapper, *, stream: bool = False, mark: str | None = None
) -> None:
    """An entry for a person to read: when, what, by whom; then what it says, line by line."""
    by, event = record.event.by, record.event
    about = f"  {record.stream}" if stream else ""
    at = f" at {by.meeting}" if by.meeting else ""
    who = f"{by.person}, {by.role}, {by.body}{at}"
    number = f"[{record.stream_position}]".rjust(5)
    output.say(f"{number} {event.on}  {type(event).__name__}{about}  by {who}{_recorded(record)}")
    if mark:
        output.say(f"              ({mark})")
    for name, value in said(record, mapper):
        for line in f"{name}: {value}".splitlines():
            output.say(f"              {line}")


def _recorded(record: Record) -> str:
    """When it was recorded, where that is another day, or was supplied by a migration."""
    day = local_day(record.recorded_at)
    supplied = ", as an older register says" if record.migrated else ""
    return f", recorded {day}{supplied}" if day != record.event.on else ""
