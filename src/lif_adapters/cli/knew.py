"""`lif knew`: what a committee knew when it decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.changes import json_entry, json_time, time_in_words
from lif_adapters.cli.entries import EntryWriter
from lif_adapters.cli.options import (
    BoardName,
    Db,
    FormatOption,
    Packs,
    RoleNames,
    ViewName,
    as_projection,
    of_board,
    open_to_show,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.references import References
from lif_adapters.cli.tables import write_view
from lif_adapters.json_values import json_record, json_value
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.mapper import LifMapper
from lif_core.queries.knowledge import Knowledge
from lif_core.values.text import normal

TITLES = {
    "on_record": "On record by then, of what it rests on and what rests on it",
    "alongside": "Of the same day, recorded in the same instant after it",
    "not_yet_known": "In effect by then, and recorded only later: not yet known",
}


def knew(
    decision: str,
    entry: int | None = None,
    /,
    *,
    view: ViewName = None,
    board: BoardName = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show what a committee knew when it decided: what was on record, what was not yet, and
    what has been corrected since.

    Known is what was on record by the end of the day on which the decision took effect, and
    before it was itself recorded.

    Args:
        decision: The position of its entry in the log, or the stream that it is an entry of.
        entry: The number of the entry in that stream.
        view: This view as well, such as accountability, as it was known then.
        board: As this board sees it.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        format: How to write it.
    """
    projection = as_projection(view) if view is not None else None
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        knowledge = app.known_when(_position(app, decision, entry))
        answer = app.view_at(projection, knowledge.at) if projection else None
        writer = EntryWriter(app)
        match format:
            case OutputFormat.JSON:
                output.write_json(_json(knowledge, answer, app.mapper))
            case OutputFormat.CSV:
                parts = {"decision": (knowledge.decision,), **_parts(knowledge)}
                output.write_csv(
                    {"part": part, **writer.row(record)}
                    for part, records in parts.items()
                    for record in records
                )
            case OutputFormat.TABLE:
                _say(knowledge, writer)
                if answer is not None:
                    output.say(f"The view {view}, as it was known then")
                    write_view(answer, None, app.mapper, format)


def _position(app: Application, decision: str, entry: int | None) -> int:
    """Return the position of a decision.

    Raises:
        MalformedError: it is no position, and no number of an entry is given.
        RefusedError: `stream.unknown`, `stream.no-such-entry`.
    """
    if entry is None:
        if not decision.isdecimal():
            problem = f"{decision!r} is no position; of a stream, give the entry's number as well"
            raise MalformedError("decision", problem)
        return int(decision)
    stream = References(app, None).stream(normal(decision))
    rows = app.recorder.stream_rows(stream)
    if not rows:
        raise RefusedError("stream.unknown", stream=decision)
    for position, _, number, _, _ in rows:
        if number == entry:
            return position
    raise RefusedError("stream.no-such-entry", stream=decision, entry=entry)


def _parts(knowledge: Knowledge) -> Mapping[str, Sequence[Record]]:
    return {name: getattr(knowledge, name) for name in TITLES}


def _json(knowledge: Knowledge, view: Any, mapper: LifMapper) -> dict[str, Any]:
    parts = {
        part: [json_record(record, mapper) for record in records]
        for part, records in _parts(knowledge).items()
    }
    return {
        "decision": json_record(knowledge.decision, mapper),
        "at": json_time(knowledge.at),
        "streams": list(knowledge.streams),
        **parts,
        "corrected_since": [json_entry(entry, mapper) for entry in knowledge.corrected_since],
        **({"view": json_value(view, mapper)} if view is not None else {}),
    }


def _say(knowledge: Knowledge, writer: EntryWriter) -> None:
    decision = knowledge.decision
    output.say(f"The decision: position {decision.position}, {decision.stream}")
    writer.say(decision)
    output.say(f"What was known of it: {time_in_words(knowledge.at)}.")
    output.say()
    for part, records in _parts(knowledge).items():
        if part == "alongside" and not records:
            continue
        output.say(TITLES[part])
        if not records:
            output.say("  nothing on record")
        for record in records:
            writer.say(record, stream=record.stream != decision.stream)
        output.say()
    output.say("Corrected since")
    if not knowledge.corrected_since:
        output.say("  nothing on record")
    for entry in knowledge.corrected_since:
        mark = "as it is known now" if entry.after else "void now; it said"
        writer.say(entry.record, stream=entry.stream != decision.stream, mark=mark)
        for record in entry.corrections:
            output.say(f"            corrected by [{record.stream_position}]:")
            writer.say(record)
    output.say()
