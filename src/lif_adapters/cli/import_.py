"""`lif import`: a register in CSV, by a mapping; what cannot be taken is listed, never lost."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, TypeAlias

from attrs import frozen
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.options import Db, EnteredBy, Packs, open_store, operator
from lif_adapters.importers.csv_map import (
    Importer,
    NumberedRow,
    Unit,
    read_mapping,
    read_rows,
    refuse_unfit,
    units,
)
from lif_core.commands.application import Application
from lif_core.decisions.record import Record
from lif_core.errors import LifError, MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request

CHUNK = 250
SHOWN = 20

Outcome: TypeAlias = tuple[Record, ...] | LifError


@frozen(kw_only=True)
class LeftOut:
    """A row that was not taken: its line, and why."""

    line: int
    reason: str


def import_csv(
    file: Path,
    *,
    map: Annotated[Path, Parameter(name="--map")],  # noqa: A002  # the option's name
    rejected: Path | None = None,
    entered_by: EnteredBy = None,
    db: Db = None,
    pack: Packs = (),
) -> None:
    """Take over a register in CSV. Run again, it adds only what is new.

    Args:
        file: The register.
        map: How its columns become commands, in TOML; see docs/how-to/import-a-register.md.
        rejected: Where rows that could not be taken are listed; by default FILE.rejected.csv here.
        entered_by: Who enters this, kept with each entry.
        db: Where.
        pack: More framework packs.
    """
    mapping = read_mapping(map)
    refuse_unfit(mapping, LifMapper(), map)
    listed = rejected or Path(f"{file.name}.rejected.csv")
    _refuse_place(listed, (file, map))
    rows, left_out = _sorted_out(list(read_rows(file, mapping)))
    with open_store(db, pack, create=True) as app:
        importer = Importer(mapping, app.mapper)
        by = operator(entered_by)
        app.handle_all(_before(importer, map), entered_by=by)
        all_units = units(rows, mapping)
        taken, entries = 0, 0
        with output.progress(f"importing {file.name}", len(all_units)) as advance:
            for unit, outcome in _outcomes(app, importer, all_units, by):
                advance(1)
                if isinstance(outcome, LifError):
                    left_out += [LeftOut(line=r.line, reason=str(outcome)) for r in unit.rows]
                else:
                    taken += len(unit.rows)
                    entries += len(outcome)
    total = taken + len(left_out)
    output.say(f"{file.name}: {taken} of {total} rows taken, {entries} entries on record for them")
    if left_out:
        left_out.sort(key=lambda row: row.line)
        _list(left_out, listed)
        raise PartlyDoneError(f"{len(left_out)} of {total} rows were left out; see {listed}")


def _before(importer: Importer, map: Path) -> list[Request]:  # noqa: A002  # as the option
    try:
        return importer.before()
    except MalformedError as error:
        raise MalformedError(f"{map}: before: {error.field}", error.problem) from error


def _refuse_place(listed: Path, read: Sequence[Path]) -> None:
    """Refuse a place where the list would be lost, or take the place of a file that is read."""
    if any(listed.resolve() == file.resolve() for file in read):
        raise MalformedError("--rejected", f"{listed} is what is being imported")
    if listed.is_dir() or not listed.parent.is_dir():
        raise MalformedError("--rejected", f"{listed} is no place for a file")


def _sorted_out(
    read: Sequence[NumberedRow | tuple[int, LifError]],
) -> tuple[list[NumberedRow], list[LeftOut]]:
    rows = [row for row in read if isinstance(row, NumberedRow)]
    wrong = [row for row in read if not isinstance(row, NumberedRow)]
    return rows, [LeftOut(line=line, reason=str(error)) for line, error in wrong]


def _outcomes(
    app: Application, importer: Importer, all_units: Sequence[Unit], entered_by: str | None
) -> Iterator[tuple[Unit, Outcome]]:
    """Yield each unit and its outcome, chunk by chunk.

    A unit that fails is tried once more alone, after the units before it.
    """
    remaining = iter(all_units)
    while chunk := list(islice(remaining, CHUNK)):
        requests = [_requests(app, importer, unit) for unit in chunk]
        groups = [group for group in requests if not isinstance(group, LifError)]
        outcomes = iter(app.handle_each(groups, entered_by=entered_by))
        for unit, group in zip(chunk, requests, strict=True):
            outcome = group if isinstance(group, LifError) else next(outcomes)
            if isinstance(outcome, LifError):
                outcome = _again(app, importer, unit, entered_by)
            yield unit, outcome


def _requests(app: Application, importer: Importer, unit: Unit) -> list[Request] | LifError:
    """Return the requests of *unit*; streams that it opens are known to the units after it."""
    try:
        requests = importer.requests(unit)
    except MalformedError as error:
        return error
    for request in requests:
        stream = app.mapper.registry.stream(request.command)
        importer.known.add(stream)
    return requests


def _again(app: Application, importer: Importer, unit: Unit, entered_by: str | None) -> Outcome:
    importer.known = {stream for stream in importer.known if app.recorder.stream_rows(stream)}
    requests = _requests(app, importer, unit)
    if isinstance(requests, LifError):
        return requests
    (outcome,) = app.handle_each([requests], entered_by=entered_by)
    return outcome


def _list(left_out: Sequence[LeftOut], file: Path) -> None:
    for row in left_out[:SHOWN]:
        output.warn(f"line {row.line}: {row.reason}")
    if len(left_out) > SHOWN:
        output.warn(f"and {len(left_out) - SHOWN} more, in {file}")
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("line", "reason"))
        writer.writerows((row.line, row.reason) for row in left_out)
