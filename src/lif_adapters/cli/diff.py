"""`lif diff`: what a view says otherwise at two times, and which entries made it so."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.changes import (
    Abridgement,
    column_texts,
    csv_rows,
    json_change,
    json_entry,
    json_time,
    subject,
    time_in_words,
)
from lif_adapters.cli.entries import EntryWriter
from lif_adapters.cli.options import (
    BoardName,
    ChangedTable,
    Db,
    FormatOption,
    Known,
    Packs,
    RoleNames,
    Valid,
    as_date,
    as_known,
    as_projection,
    day_of,
    of_board,
    open_to_show,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import heading, table_named
from lif_adapters.packs import read_pack
from lif_core.commands.application import Application
from lif_core.decisions.messages import event_name
from lif_core.errors import MalformedError
from lif_core.framework import Frameworks
from lif_core.log.mapper import LifMapper
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import What
from lif_core.queries.diff import Cause, Differences, EntryDifference, ExplainedChange
from lif_core.values.working_days import local_day

NAMED = 6  # entries named beside a change; all stand below


def diff(
    name: str,
    /,
    *,
    table: ChangedTable = None,
    since: Annotated[
        str | None,
        Parameter(
            name="--since",
            help="The first: as it was, and as it was known, at the end of this DATE, or of the"
            " day of this meeting on record, BODY/MEETING.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        Parameter(name="--until", help="The second: as --since; without it, today."),
    ] = None,
    to_valid: Annotated[
        str | None, Parameter(name="--to-valid", help="The second: on this DATE.")
    ] = None,
    to_known: Annotated[
        str | None,
        Parameter(name="--to-known", help="The second: as known by this DATE or INSTANT."),
    ] = None,
    to_pack: Annotated[
        tuple[Path, ...],
        Parameter(
            name="--to-pack",
            help="The second: as if this framework pack were in force; may be given again.",
        ),
    ] = (),
    board: BoardName = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    valid: Valid = None,
    known: Known = None,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Compare a view at two times: what changed in it, and which entries changed it.

    With --since, and --until, both times move together: from what was known at the end of one
    meeting to what was known at the end of another. Without, what is not said of the second time
    is as of the first. With --to-pack alone it is a what-if: the same history under other rules.
    With --known alone it is hindsight: the second time is the same day, with all that is on
    record by now. Nothing is written.

    Args:
        name: The view, such as accountability.
        table: Only changes of this table.
        since: The first, on that day and as known then.
        until: The second, on that day and as known then; without it, today, with all on record.
        to_valid: The day of the second.
        to_known: What was known at the second.
        to_pack: The packs of the second.
        board: As this board sees it.
        db: Where.
        pack: More framework packs, for both.
        role: What the reader is entitled to.
        valid: The first: on this day; by default today, or the day of --known.
        known: The first: as known then; by default all that is recorded.
        format: How to write it; csv is a line for each column that changed.
    """
    projection = as_projection(name)
    if until is not None and since is None:
        raise MalformedError("--until", "since when? give --since as well")
    if since is None and known is None and to_valid is None and to_known is None and not to_pack:
        problem = "say what to compare with: --since, --to-valid, --to-known or --to-pack"
        raise MalformedError("--since", problem)
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        first, last = day_of(app, "--since", since), day_of(app, "--until", until)
        first_known = as_known(known) or first
        hindsight = to_valid is None and to_known is None and not to_pack
        before = AsOf(
            valid=as_date("--valid", valid) or first or _day(app, first_known), known=first_known
        )
        if first is None:
            day, then = before.valid, None if hindsight else first_known
        else:
            day, then = last or local_day(app.clock()), last
        after = AsOf(
            valid=as_date("--to-valid", to_valid) or day,
            known=as_known(to_known, "--to-known") or then,
            frameworks=_frameworks(app, to_pack),
        )
        with output.progress("comparing", None) as advance:
            differences = app.diff(
                projection, before, after, progress=lambda done, total: advance(1)
            )
        only = table_named(table, differences.tables)
        if only is not None:
            changes = tuple(e for e in differences.changes if e.change.table == only)
            differences = attrs.evolve(differences, changes=changes)
        match format:
            case OutputFormat.JSON:
                output.write_json(_json(differences, app.mapper))
            case OutputFormat.CSV:
                output.write_csv(
                    row
                    for explained in differences.changes
                    for row in _rows(explained, app.mapper)
                )
            case OutputFormat.TABLE:
                writer = EntryWriter(app, differences.after.known)
                _say(differences, to_pack, writer, one_table=only is not None)


def _day(app: Application, known: date | datetime | None) -> date:
    """Return the day of *known*, or today."""
    if known is not None and not isinstance(known, datetime):
        return known
    return local_day(known or app.clock())


def _frameworks(app: Application, files: tuple[Path, ...]) -> Frameworks | None:
    """Return the packs of the first time with those in *files*; `None` without any."""
    if not files:
        return None
    packs = [read_pack(file) for file in files]
    for file, pack in zip(files, packs, strict=True):
        app.mapper.registry.refuse_unknown_names(pack, str(file))
    return app.frameworks.plus(*packs)


def _json(differences: Differences, mapper: LifMapper) -> dict[str, Any]:
    return {
        "view": differences.view,
        "before": json_time(differences.before),
        "after": json_time(differences.after),
        "changes": [
            {**json_change(explained.change, mapper), "because": _because(explained)}
            for explained in differences.changes
        ],
        "entries": [json_entry(entry, mapper) for entry in differences.entries],
    }


def _because(explained: ExplainedChange) -> dict[str, Any]:
    return {
        "entries": [{"stream": entry.stream, "entry": entry.entry} for entry in explained.entries],
        "day": explained.day,
        "packs": explained.packs,
        "apart": explained.apart,
    }


def _rows(explained: ExplainedChange, mapper: LifMapper) -> Iterator[dict[str, Any]]:
    entries = [f"{entry.stream} {entry.entry}" for entry in explained.entries]
    for row in csv_rows(explained.change, mapper):
        yield {**row, **_because(explained), "entries": entries}


def _say(
    differences: Differences, packs: tuple[Path, ...], writer: EntryWriter, *, one_table: bool
) -> None:
    output.say(differences.view)
    output.say(f"  first:   {time_in_words(differences.before)}")
    under = f", as if under {', '.join(map(str, packs))}" if packs else ""
    output.say(f"  second:  {time_in_words(differences.after)}{under}")
    output.say()
    if not differences.changes:
        output.say(f"Nothing in this {'table' if one_table else 'view'} changed.")
    abridgement = Abridgement(writer.mapper, in_full=one_table)
    for title, group in groupby(differences.changes, key=lambda e: heading(e.change.table)):
        of_table = list(group)
        shown, left_out = abridgement.of_table([explained.change for explained in of_table])
        if shown:
            output.say(title)
        for explained in of_table:
            if any(explained.change is change for change in shown):
                _say_change(explained, writer.mapper)
        for line in left_out:
            output.say(f"  {line}" if shown else line)
        output.say()
    if not differences.entries:
        output.say("No entry counts in one and not in the other.")
        return
    _say_entries(differences, writer, one_table=one_table)


def _say_entries(differences: Differences, writer: EntryWriter, *, one_table: bool) -> None:
    """Say the entries that count otherwise; with *one_table*, those that changed it."""
    title = "Entries that do not count alike in both"
    output.say(f"{title}{', and changed it' if one_table else ''}")
    causes = {
        (entry.stream, entry.entry)
        for explained in differences.changes
        for entry in explained.entries
    }
    for stream, of_stream in differences.by_stream().items():
        entries = [e for e in of_stream if not one_table or (stream, e.entry) in causes]
        if entries:
            output.say(f"  {stream}")
        for entry in entries:
            mark = "" if (stream, entry.entry) in causes else "; it changes nothing here"
            output.say(writer.line(entry.record))
            output.say(f"          {_why(entry)}{mark}")
            for record in entry.corrections:
                writer.say(record)


def _say_change(explained: ExplainedChange, mapper: LifMapper) -> None:
    about = subject(explained.change)
    margin = "    " if about else "  "
    came = {What.ADDED: ": new", What.REMOVED: ": gone", What.CHANGED: ""}[explained.change.what]
    if about:
        output.say(f"  {about}{came}")
    for text in column_texts(explained.change, mapper):
        output.say(f"{margin}{text}")
    output.say(f"{margin}because {' and '.join(_causes(explained))}")


def _causes(explained: ExplainedChange) -> Iterator[str]:
    if explained.entries:
        names = [
            f"{event_name(entry.record.event)} ({entry.stream} [{entry.entry}])"
            for entry in explained.entries
        ]
        among = "" if explained.apart else "among others "
        more = f", and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield f"of {among}{', '.join(names[:NAMED])}{more}"
    if explained.day:
        yield (
            "the day moved on" if explained.entries or explained.packs else "only the day moved on"
        )
    if explained.packs:
        yield "the rules are others"


def _why(entry: EntryDifference) -> str:
    match entry.why:
        case Cause.RECORDED:
            return "recorded in between" if entry.after else "not on record in the second"
        case Cause.TOOK_EFFECT:
            return "took effect in between" if entry.after else "not in effect in the second"
        case Cause.CORRECTED if entry.before is None:
            return "restored in between"
        case Cause.CORRECTED:
            return "amended in between" if entry.after else "void in the second"
        case Cause.LAPSED:
            return "in effect again" if entry.after else "without effect in the second"
