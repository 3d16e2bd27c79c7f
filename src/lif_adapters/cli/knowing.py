"""`lif knew`: what a committee knew when it decided."""

from collections.abc import Sequence
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.changing import plain_at, plain_entry, seen
from lif_adapters.cli.options import As, Db, Packs, opened
from lif_adapters.cli.output import Format
from lif_adapters.cli.reading import entry_row, projection_named, say_record, write_view
from lif_adapters.cli.replaying import View
from lif_adapters.plain import plain, plain_record
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.queries.knowledge import Knowledge

TITLES = {
    "on_record": "On record by then, of what it rests on and what rests on it",
    "alongside": "Of the same day, recorded in the same instant after it",
    "not_yet_known": "In effect by then, and recorded only later: not yet known",
}


def knew(
    decision: str,
    entry: int | None = None,
    *,
    view: View = None,
    db: Db = None,
    pack: Packs = (),
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """What a committee knew when it decided: what was on record, what was not yet, and what has
    been corrected since.

    Known is what was on record by the end of the day on which the decision took effect, and
    before it was itself recorded.

    Args:
        decision: The position of its entry in the log, or the stream that it is an entry of.
        entry: The number of the entry in that stream.
        view: This view as well, such as accountability, as it was known then.
        db: Where.
        pack: More framework packs.
        format: How to write it.
    """
    projection = projection_named(view) if view is not None else None
    with opened(db, pack) as app:
        found = app.known_when(_position(app, decision, entry))
        shown = app.view_at(projection, found.at) if projection else None
        _write(found, view, shown, app.mapper, format)


def _position(app: Application, decision: str, entry: int | None) -> int:
    """Raises `RefusedError`: `stream.unknown`, `stream.no-such-entry`."""
    if entry is None:
        if not decision.isdecimal():
            problem = f"{decision!r} is no position; of a stream, give the entry's number as well"
            raise MalformedError("decision", problem)
        return int(decision)
    rows = app.recorder.stream_rows(decision)
    if not rows:
        raise RefusedError("stream.unknown", stream=decision)
    for position, _, number, _, _ in rows:
        if number == entry:
            return position
    raise RefusedError("stream.no-such-entry", stream=decision, entry=entry)


def _parts(found: Knowledge) -> dict[str, Sequence[Record]]:
    return {name: getattr(found, name) for name in TITLES}


def _write(
    found: Knowledge,
    view: str | None,
    value: Any,
    mapper: LifMapper,
    format: Format,  # noqa: A002
) -> None:
    match format:
        case Format.JSON:
            parts = {
                part: [plain_record(record, mapper) for record in records]
                for part, records in _parts(found).items()
            }
            output.write_json(
                {
                    "decision": plain_record(found.decision, mapper),
                    "at": plain_at(found.at),
                    "streams": list(found.streams),
                    **parts,
                    "corrected_since": [plain_entry(e, mapper) for e in found.corrected_since],
                    **({"view": plain(value, mapper)} if value is not None else {}),
                }
            )
        case Format.CSV:
            told = {"decision": (found.decision,), **_parts(found)}
            output.write_csv(
                {"part": part, **entry_row(record, mapper)}
                for part, records in told.items()
                for record in records
            )
        case Format.TABLE:
            _say(found, mapper)
            if value is not None:
                output.say(f"The view {view}, as it was known then")
                write_view(value, None, mapper, format)


def _say(found: Knowledge, mapper: LifMapper) -> None:
    output.say(f"The decision: position {found.decision.position}, {found.decision.stream}")
    say_record(found.decision, mapper)
    output.say(f"What was known of it: {seen(found.at)}.")
    output.say()
    for part, records in _parts(found).items():
        if part == "alongside" and not records:
            continue
        output.say(TITLES[part])
        if not records:
            output.say("  nothing on record")
        for record in records:
            say_record(record, mapper, stream=record.stream != found.decision.stream)
        output.say()
    output.say("Corrected since")
    if not found.corrected_since:
        output.say("  nothing on record")
    for entry in found.corrected_since:
        now = "as it is known now" if entry.after else "void now; it said"
        stream = entry.stream != found.decision.stream
        say_record(entry.record, mapper, stream=stream, mark=now)
        for record in entry.corrections:
            output.say(f"            corrected by [{record.stream_position}]:")
            say_record(record, mapper)
    output.say()
