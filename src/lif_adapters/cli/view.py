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

    - accountability: who owes what to whom by when, how late it is, and what was never answered.
    - sustainability: which improvements last. One is sustained once checks far enough apart were
      passed, the last long enough after it was embedded, none failed and no concern unresolved
      between, and then until that check is too long ago; the framework gives the days.
    - training: whom training reached, how they found it, and what came of it.
    - provenance: what led to what, from the case to the outcome.
    - calendar: what is due, when, and to whom; what should have begun, too.
    - coverage: which sources of learning are used, and how regularly.
    - expected-evaluations: the evaluations that the framework expects, and which were done.
    - learning-cycle: how far each recommendation came in the cycle, and how long each stage took.
    - scorecard: what each agency does with the learning that is put to it, in counts.
    - compliance: how agencies say they stand, beside what audits and moderation found.
    - child-deaths: reviews of children's deaths together, small counts hidden.
    - child-death-panel: each death, and every count as it is: for readers in that role.
    - publication: which reports the public may read, and where the improvements are.
    - register: for the public: what was recommended and promised, and what became of it.
    - annual-report: what a board reports of a year.
    - improvement-plan: the plan's basis, its priorities and what they came to.
    - assurance: what a board assures itself with, and whom it waits for.
    - audits: what each audit looked at, what it found, and what came of it.
    - conduct: how each review was carried out, with whom, and what it lacked.
    - dissemination: how learning was passed on, whom it reached, and what was never shared.
    - procedures: which policies and procedures are in force, and who works by them.
    - recommendations: each recommendation step by step, in words.
    - corrections: what was voided or amended, by whom and why, and what that left in doubt.
    - decisions: how decisions were come to: meeting, reasons, options, dissent.
    - lessons: how often each was told again, and which changes had been made by then.

    Args:
        name: One of these views, or one of an extension.
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
