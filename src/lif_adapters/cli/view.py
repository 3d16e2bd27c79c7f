"""`lif view`: a view, or one table of it."""

from lif_adapters.cli import output
from lif_adapters.cli.entries import last_position
from lif_adapters.cli.options import (
    Afresh,
    Db,
    FormatOption,
    Known,
    Packs,
    RoleNames,
    Valid,
    as_date,
    as_known,
    as_projection,
    open_store,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import write_view


def view(
    name: str,
    *,
    table: str | None = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    valid: Valid = None,
    known: Known = None,
    afresh: Afresh = False,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show a view of the history, as it was in the world and as it was known at any date.

    Args:
        name: accountability, sustainability, training, provenance, calendar, coverage,
            expected-evaluations, learning-cycle, scorecard, compliance, child-deaths,
            child-death-panel, publication, register, annual-report, improvement-plan, assurance,
            audits, conduct, dissemination, procedures, recommendations, corrections, decisions
            or lessons.
        table: Only this table of it, or its figures; csv writes the first one without it.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        valid: As it was in the world then; by default today, or the day of --known.
        known: As it was known then; by default all that is recorded.
        afresh: From the log alone, whatever is saved.
        format: How to write it.
    """
    projection = as_projection(name)
    day, until = as_date("--valid", valid), as_known(known)
    with (
        open_store(db, pack, roles=role) as app,
        output.progress("reading", last_position(app)) as progress,
    ):
        answer = app.view(projection, valid=day, known=until, progress=progress, afresh=afresh)
    write_view(answer, table, app.mapper, format)
