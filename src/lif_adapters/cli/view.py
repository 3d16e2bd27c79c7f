"""`lif view`: a view, or one table of it."""

from datetime import date, datetime

from lif_adapters.cli import output
from lif_adapters.cli.entries import last_position
from lif_adapters.cli.options import (
    Afresh,
    BoardName,
    BodyName,
    ColumnNames,
    Db,
    FormatOption,
    Known,
    Packs,
    ReviewName,
    RoleNames,
    Valid,
    as_date,
    as_known,
    as_projection,
    of_board,
    open_to_show,
    refuse_unknown_body,
    review_stream,
    whole_number,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.rows import RowSelection, columns_named, conditions
from lif_adapters.cli.tables import write_view
from lif_core.commands.application import Application
from lif_core.errors import MalformedError
from lif_core.values.refs import ref_of
from lif_core.values.text import normal

BODY = "body"
"""The category of streams that --body is for, and --review is not."""


def view(
    name: str,
    /,
    *,
    table: str | None = None,
    columns: ColumnNames = (),
    where: tuple[str, ...] = (),
    body: BodyName = None,
    review: ReviewName = None,
    limit: str | None = None,
    board: BoardName = None,
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
        columns: Only these columns of the --table, with commas between them.
        where: Only rows with COLUMN=VALUE; may be given again, and then all must hold.
        body: Only rows that name this body.
        review: Only rows about this review, what it rests on, and what rests on it.
        limit: At most so many rows of each table.
        board: As this board sees it, totals as well.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        valid: As it was in the world then; by default today, or the day of --known.
        known: As it was known then; by default all that is recorded.
        afresh: From the log alone, whatever is saved.
        format: How to write it.
    """
    projection = as_projection(name)
    if columns and (table is None or format is OutputFormat.JSON):
        raise MalformedError("--columns", "of which --table? json has all of them")
    most = whole_number("--limit", limit)
    day, until = as_date("--valid", valid), as_known(known)
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        refuse_unknown_body(app, "--body", body)
        with output.progress("reading", last_position(whole)) as progress:
            answer = app.view(projection, valid=day, known=until, progress=progress, afresh=afresh)
        selection = RowSelection(
            body=body and normal(body),
            review=review and ref_of(review_stream(review)),
            streams=_chain(app, review, day, until),
            categories=frozenset(app.mapper.registry.categories) - {BODY},
            where=conditions(where),
            limit=most,
        )
        named = columns_named(columns)
        write_view(answer, table, app.mapper, format, selection=selection, columns=named)


def _chain(
    app: Application, review: str | None, valid: date | None, known: date | datetime | None
) -> frozenset[str]:
    """Return the streams of a *review*, of what it rests on, and of what rests on it."""
    if review is None:
        return frozenset()
    trail = app.why(review_stream(review), valid=valid, known=known)
    entries = (*trail.rests_on, *trail.entries, *trail.rested_on_by)
    return frozenset(record.stream for record in entries)
