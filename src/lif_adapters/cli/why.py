"""`lif why`: the chain of a stream both ways, and the entries in it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lif_adapters.cli import output
from lif_adapters.cli.entries import EntryWriter, correction_marks
from lif_adapters.cli.options import (
    BoardName,
    Db,
    FormatOption,
    Known,
    Packs,
    RoleNames,
    Valid,
    as_date,
    as_known,
    of_board,
    open_to_show,
)
from lif_adapters.cli.outline import outline
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.references import References
from lif_adapters.json_values import json_value
from lif_core.decisions.record import Record
from lif_core.decisions.standing import standing_in
from lif_core.views.provenance import Trail


def why(
    stream: str,
    /,
    *,
    board: BoardName = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    valid: Valid = None,
    known: Known = None,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show why a stream is as it is: what it rests on, its own entries, and what rests on it.

    Args:
        stream: The stream, such as recommendation-wscb/r-2.
        board: As this board sees it.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it.
    """
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        stream = References(app, board).stream(stream)
        trail = app.why(stream, valid=as_date("--valid", valid), known=as_known(known))
        writer = EntryWriter(app, as_known(known))
        parts = {
            "rests_on": trail.rests_on,
            "entries": trail.entries,
            "rested_on_by": trail.rested_on_by,
        }
        match format:
            case OutputFormat.JSON:
                entries = {
                    part: [writer.json(record) for record in records]
                    for part, records in parts.items()
                }
                links = json_value(trail.links, app.mapper)
                output.write_json({"stream": stream, **entries, "links": links})
            case OutputFormat.CSV:
                output.write_csv(
                    {"part": part, **writer.row(record)}
                    for part, records in parts.items()
                    for record in records
                )
            case OutputFormat.TABLE:
                _say(trail, parts, writer)


def _say(trail: Trail, parts: Mapping[str, Sequence[Record]], writer: EntryWriter) -> None:
    output.say("The chain")
    for line in outline(trail):
        output.say(f"  {line}")
    output.say()
    titles = ("What it rests on", trail.stream, "What rests on it")
    for title, records in zip(titles, parts.values(), strict=True):
        output.say(title)
        if not records:
            output.say("  nothing on record")
        streams: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            streams[record.stream].append(record)
        deciders = writer.mapper.registry.categories
        marks = {
            name: correction_marks(entries, standing_in(entries, deciders))
            for name, entries in streams.items()
        }
        for record in records:
            mark = marks[record.stream].get(record.stream_position)
            writer.say(record, stream=record.stream != trail.stream, mark=mark)
        output.say()
