"""`lif log`: the entries of the log, in the order of recording."""

from lif_adapters.cli.entries import EntryWriter
from lif_adapters.cli.options import (
    Db,
    FormatOption,
    Known,
    Packs,
    Valid,
    as_date,
    as_known,
    open_store,
)
from lif_adapters.cli.output import OutputFormat
from lif_core.errors import RefusedError
from lif_core.values.text import normal


def log(
    stream: str | None = None,
    *,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show what was recorded, in the order of recording, corrections among it.

    Args:
        stream: Only this stream, such as review-wscb/scr-child-k.
        db: Where.
        pack: More framework packs.
        valid: Only what had taken effect by then.
        known: Only what was recorded by then.
        format: How to write it; json is one object a line.
    """
    with open_store(db, pack) as app:
        if stream is not None and not app.recorder.stream_rows(normal(stream)):
            raise RefusedError("stream.unknown", stream=stream)
        records = app.history(stream, valid=as_date("--valid", valid), known=as_known(known))
        EntryWriter(app, as_known(known)).write(records, format)
