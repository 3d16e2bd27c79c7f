"""`lif diff`: what a view says otherwise at two times, and which entries made it so."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.changing import (
    OneTable,
    Told,
    in_columns,
    listed,
    named,
    plain_at,
    plain_change,
    plain_entry,
    rows_of,
    seen,
    table_named,
    title,
)
from lif_adapters.cli.options import (
    As,
    Db,
    Known,
    Packs,
    Valid,
    as_date,
    as_known,
    opened,
)
from lif_adapters.cli.output import Format
from lif_adapters.cli.reading import projection_named, say_record
from lif_adapters.cli.replaying import in_short
from lif_adapters.packs import read_pack
from lif_core.commands.application import Application
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
    *,
    table: OneTable = None,
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
            negative=(),
            show_default=False,
        ),
    ] = (),
    db: Db = None,
    pack: Packs = (),
    valid: Valid = None,
    known: Known = None,
    format: As = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """What changed in a view from one time to another, and which entries changed it.

    What is not said of the second time is as of the first. With --to-pack alone it is a what-if:
    the same history under other rules. With --known alone it is hindsight: the second time is the
    same day, with all that is on record by now. Nothing is written.

    Args:
        name: The view, such as accountability.
        table: Only changes of this table.
        to_valid: The day of the second.
        to_known: What was known at the second.
        to_pack: The packs of the second.
        db: Where.
        pack: More framework packs, for both.
        valid: The first: on this day; by default today, or the day of --known.
        known: The first: as known then; by default all that is recorded.
        format: How to write it; csv is a line for each column that changed.
    """
    projection = projection_named(name)
    if known is None and to_valid is None and to_known is None and not to_pack:
        problem = "say what to compare with: --to-valid, --to-known or --to-pack"
        raise MalformedError("--to-valid", problem)
    first_known = as_known(known)
    hindsight = to_valid is None and to_known is None and not to_pack
    with opened(db, pack) as app:
        before = AsOf(valid=_day(app, valid, first_known), known=first_known)
        after = AsOf(
            valid=as_date("--to-valid", to_valid) or before.valid,
            known=None if hindsight else as_known(to_known, "--to-known") or first_known,
            frameworks=_under(app, to_pack),
        )
        with output.progress("comparing", None) as advance:
            found = app.diff(projection, before, after, progress=lambda done, of: advance(1))
        asked = table_named(table, found.tables)
        if asked is not None:
            own = tuple(one for one in found.changes if one.change.table == asked)
            found = attrs.evolve(found, changes=own)
        _write(found, to_pack, app.mapper, format, asked=asked is not None)


def _day(app: Application, valid: str | None, known: date | datetime | None) -> date:
    day = as_date("--valid", valid)
    if day is not None:
        return day
    return (
        known
        if known is not None and not isinstance(known, datetime)
        else local_day(known or app.clock())
    )


def _under(app: Application, files: tuple[Path, ...]) -> Frameworks | None:
    """The packs of the first, and those in *files*."""
    if not files:
        return None
    packs = [read_pack(file) for file in files]
    for file, pack in zip(files, packs, strict=True):
        app.mapper.registry.refuse_unknown_names(pack, str(file))
    return app.frameworks.plus(*packs)


def _write(
    found: Differences,
    packs: tuple[Path, ...],
    mapper: LifMapper,
    format: Format,  # noqa: A002
    *,
    asked: bool,
) -> None:
    match format:
        case Format.JSON:
            output.write_json(_plain(found, mapper))
        case Format.CSV:
            output.write_csv(row for one in found.changes for row in _rows(one, mapper))
        case Format.TABLE:
            _say(found, packs, mapper, asked=asked)


def _plain(found: Differences, mapper: LifMapper) -> dict[str, Any]:
    return {
        "view": found.view,
        "before": plain_at(found.before),
        "after": plain_at(found.after),
        "changes": [
            {**plain_change(one.change, mapper), "because": _because(one)} for one in found.changes
        ],
        "entries": [plain_entry(entry, mapper) for entry in found.entries],
    }


def _because(one: ExplainedChange) -> dict[str, Any]:
    return {
        "entries": [{"stream": entry.stream, "entry": entry.entry} for entry in one.entries],
        "day": one.day,
        "packs": one.packs,
        "apart": one.apart,
    }


def _rows(one: ExplainedChange, mapper: LifMapper) -> Iterator[dict[str, Any]]:
    because = [f"{entry.stream} {entry.entry}" for entry in one.entries]
    causes = {"entries": because, "day": one.day, "packs": one.packs, "apart": one.apart}
    for row in rows_of(one.change, mapper):
        yield {**row, **causes}


def _say(found: Differences, packs: tuple[Path, ...], mapper: LifMapper, *, asked: bool) -> None:
    output.say(found.view)
    output.say(f"  first:   {seen(found.before)}")
    under = f", as if under {', '.join(map(str, packs))}" if packs else ""
    output.say(f"  second:  {seen(found.after)}{under}")
    output.say()
    if not found.changes:
        output.say(f"Nothing in this {'table' if asked else 'view'} changed.")
    told = Told(mapper)
    for table, group in groupby(found.changes, key=lambda one: title(one.change.table)):
        changes = list(group)
        own, left_out = told.of_a_table([one.change for one in changes], asked=asked)
        if own:
            output.say(table)
        for one in changes:
            if any(one.change is change for change in own):
                _say_change(one, mapper)
        for line in left_out:
            output.say(f"  {line}" if own else line)
        output.say()
    if not found.entries:
        output.say("No entry counts in one and not in the other.")
        return
    output.say(f"Entries that do not count alike in both{', and changed it' if asked else ''}")
    made = {(entry.stream, entry.entry) for one in found.changes for entry in one.entries}
    for stream, all_ in found.by_stream().items():
        entries = [one for one in all_ if not asked or (stream, one.entry) in made]
        if entries:
            output.say(f"  {stream}")
        for entry in entries:
            mark = "" if (stream, entry.entry) in made else "; it changes nothing here"
            output.say(in_short(entry.record))
            output.say(f"          {_why(entry)}{mark}")
            for record in entry.corrections:
                say_record(record, mapper)


def _say_change(one: ExplainedChange, mapper: LifMapper) -> None:
    about = named(one.change)
    margin = "    " if about else "  "
    came = {What.ADDED: ": new", What.REMOVED: ": gone", What.CHANGED: ""}[one.change.what]
    if about:
        output.say(f"  {about}{came}")
    for text in in_columns(one.change, mapper):
        output.say(f"{margin}{text}")
    output.say(f"{margin}because {' and '.join(_causes(one))}")


def _causes(one: ExplainedChange) -> Iterator[str]:
    if one.entries:
        names = [
            f"{type(entry.record.event).__name__} ({entry.stream} [{entry.entry}])"
            for entry in one.entries
        ]
        among = "" if one.apart else "among others "
        yield f"of {among}{listed(names, NAMED)}"
    if one.day:
        yield "the day moved on" if one.entries or one.packs else "only the day moved on"
    if one.packs:
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
