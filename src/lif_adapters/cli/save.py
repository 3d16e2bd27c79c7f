"""`lif save`: views saved in the store, so that the next one costs what has changed."""

from lif_adapters.cli import output
from lif_adapters.cli.entries import last_position
from lif_adapters.cli.options import (
    Afresh,
    Db,
    Packs,
    TableOrJson,
    Valid,
    as_date,
    as_projection,
    open_store,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.extensions import catalogue
from lif_core.projection.cache import SAVED
from lif_core.queries.readership import is_entitled


def save(
    *names: str,
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    afresh: Afresh = False,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Save views in the store, as of today, so that the next ones need not read the whole log.

    A saved view holds nothing that the log does not: made by another lif, or with other packs, it
    is not used.

    Args:
        names: Of which views, such as accountability; by default of all that LIF_ROLES allows.
        db: Where.
        pack: More framework packs.
        valid: The day that they are of; a later one goes on from there, an earlier one does not.
        afresh: Make and write all of it anew, whatever is saved, as where that is damaged.
        format: How to write what was done.
    """
    projections = [as_projection(name) for name in names or catalogue().projections]
    day = as_date("--valid", valid)
    with open_store(db, pack, write=True) as app:
        if not names:
            projections = [
                each for each in projections if each.edition and is_entitled(each, app.readership)
            ]
        last = last_position(app)
        rows = []
        for projection in projections:
            name = projection.name
            with output.progress(f"saving {name}", last) as progress:
                written = app.save(projection, valid=day, progress=progress, afresh=afresh)
            position = app.recorder.tracked(SAVED + name)
            rows.append({"view": name, "position": position, "written": written})
    if format is OutputFormat.JSON:
        output.write_json(rows)
    else:
        output.table(rows)
