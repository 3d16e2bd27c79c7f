"""`lif show`: the entries of one stream, corrections applied."""

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
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.references import References
from lif_core.decisions.corrections import is_correction
from lif_core.decisions.standing import standing_in
from lif_core.errors import RefusedError


def show(
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
    """Show one stream: its entries in the order they took effect, with corrections applied.

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
    day = as_date("--valid", valid)
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        stream = References(app, board).stream(stream)
        records = list(app.history(stream, known=as_known(known)))
        if not records:
            raise RefusedError("stream.unknown", stream=stream)
        standing = standing_in(records, app.mapper.registry.categories)
        current = [r for r in standing.records if day is None or r.event.on <= day]
        current.sort(key=lambda record: (record.event.on, record.position))
        writer = EntryWriter(app, as_known(known))
        if format is not OutputFormat.TABLE:
            writer.write(current, format)
            return
        output.say(stream)
        marks = correction_marks(records, standing)
        for record in current:
            writer.say(record, mark=marks.get(record.stream_position))
        lapsed = [r for r in records if r.stream_position in standing.without_effect]
        if lapsed:
            output.say()
            output.say("Without effect:")
        for record in lapsed:
            writer.say(record, mark=marks.get(record.stream_position))
        corrections = [record for record in records if is_correction(record.event)]
        if corrections:
            output.say()
            output.say("Corrections among what was recorded:")
        for record in corrections:
            writer.say(record, mark=marks.get(record.stream_position))
