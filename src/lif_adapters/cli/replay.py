"""`lif replay`: history, stepped through by position, by day of recording or by day of effect."""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import attrs

from lif_adapters.cli import output
from lif_adapters.cli.changes import csv_rows, json_change, json_time, say_changes
from lif_adapters.cli.entries import EntryWriter, last_position
from lif_adapters.cli.options import (
    BoardName,
    ChangedTable,
    Db,
    FormatOption,
    Known,
    Packs,
    RoleNames,
    Valid,
    ViewName,
    as_date,
    as_known,
    as_projection,
    of_board,
    open_to_show,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.tables import table_named
from lif_core.errors import MalformedError
from lif_core.projection.tables import Tables
from lif_core.queries.replay import Moment, Place, Step


def replay(
    stream: str | None = None,
    *,
    by: Step = Step.POSITION,
    since: str | None = None,
    until: str | None = None,
    view: ViewName = None,
    table: ChangedTable = None,
    board: BoardName = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    valid: Valid = None,
    known: Known = None,
    format: FormatOption = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Step through history: what came, one moment after the other, and what it changed.

    Args:
        stream: Only moments with entries of this stream, such as review-wscb/scr-child-k.
        by: position: each entry as it was recorded; recorded: each day of recording;
            effective: each day of effect, with corrections applied.
        since: From this DATE on; by position, a POSITION as well.
        until: Up to this DATE, or POSITION.
        view: Also what changed in this view, such as accountability.
        table: Only changes of this table of it.
        board: As this board sees it.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        valid: Look at this day only, as it came to be known; without it, at each moment's own.
        known: Only what was recorded by then.
        format: How to write it; json is one moment a line. csv is one entry a line, or with a
            view one change.
    """
    projection = as_projection(view) if view is not None else None
    if table is not None and view is None:
        raise MalformedError("--table", "of which --view?")
    first, last = _place("--since", since, by), _place("--until", until, by)
    with open_to_show(db, pack, roles=role) as whole:
        app = of_board(whole, board)
        shown = sys.stdout.isatty()  # there the moments themselves show how far it is
        with output.progress("replaying", last_position(app), quiet=shown) as progress:
            moments = app.replay(
                by=by,
                stream=stream,
                since=first,
                until=last,
                valid=as_date("--valid", valid),
                known=as_known(known),
                view=projection,
                progress=progress,
            )
            if table is not None:
                moments = _of_table(moments, table)
            writer = EntryWriter(app)
            _write(moments, view, writer, format, one_table=table is not None)


def _of_table(moments: Iterable[Moment[Any]], table: str) -> Iterator[Moment[Any]]:
    """Yield the *moments* with the changes of one table only."""
    for moment in moments:
        name = table_named(table, Tables(moment.view))
        meanwhile, changes = (
            tuple(change for change in group if change.table == name)
            for group in (moment.meanwhile, moment.changes)
        )
        yield attrs.evolve(moment, meanwhile=meanwhile, changes=changes)


def _place(name: str, text: str | None, by: Step) -> Place | None:
    if text is not None and text.isdecimal() and len(text) < len("20190630"):
        return int(text)
    return as_date(name, text)


def _write(
    moments: Iterable[Moment[Any]],
    view: str | None,
    writer: EntryWriter,
    format: OutputFormat,  # noqa: A002
    *,
    one_table: bool,
) -> None:
    match format:
        case OutputFormat.JSON:
            output.write_json_lines(_json(moment, writer) for moment in moments)
        case OutputFormat.CSV:
            output.write_csv(row for moment in moments for row in _rows(moment, view, writer))
        case OutputFormat.TABLE:
            empty = True
            for moment in moments:
                empty = False
                _say(moment, view, writer, one_table=one_table)
            if empty:
                output.say("nothing on record")


def _json(moment: Moment[Any], writer: EntryWriter) -> dict[str, Any]:
    then, mapper = writer.at(moment.at.known), writer.mapper
    return {
        "place": _shown(moment.place),
        "at": json_time(moment.at),
        "records": [then.json(record) for record in moment.records],
        "meanwhile": [json_change(change, mapper) for change in moment.meanwhile],
        "changes": [json_change(change, mapper) for change in moment.changes],
    }


def _shown(place: Place) -> int | str:
    return place.isoformat() if isinstance(place, date) else place


def _rows(moment: Moment[Any], view: str | None, writer: EntryWriter) -> Iterator[dict[str, Any]]:
    then = writer.at(moment.at.known)
    place = {"place": _shown(moment.place)}
    if view is None:
        yield from ({**place, **then.row(record)} for record in moment.records)
        return
    for when, changes in (("meanwhile", moment.meanwhile), ("with it", moment.changes)):
        for change in changes:
            yield from ({**place, "when": when, **row} for row in csv_rows(change, writer.mapper))


def _say(moment: Moment[Any], view: str | None, writer: EntryWriter, *, one_table: bool) -> None:
    then, mapper = writer.at(moment.at.known), writer.mapper
    if isinstance(moment.place, date):
        output.say(moment.place.isoformat())
    for record in moment.records:
        output.say(then.line(record))
    if moment.meanwhile:
        output.say(f"          {view}, meanwhile:")
        say_changes(moment.meanwhile, mapper, " " * 12, in_full=one_table)
    if moment.changes:
        output.say(f"          {view}, with this:")
        say_changes(moment.changes, mapper, " " * 12, in_full=one_table)
    elif view is not None:
        output.say(f"          {view}: unchanged by this")
