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
from lif_adapters.cli.options import Db, Packs, opened
from lif_adapters.importers.csv_map import (
    Importer,
    Numbered,
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
    """A row that was not taken, with its line and why."""

    line: int
    reason: str


def import_csv(
    file: Path,
    *,
    map: Annotated[Path, Parameter(name="--map")],  # noqa: A002  # the option's name
    rejected: Path | None = None,
    db: Db = None,
    pack: Packs = (),
) -> None:
    """Take over a register in CSV. Run again, it adds only what is new.

    Args:
        file: The register.
        map: How its columns become commands, in TOML; see docs/how-to/import-a-register.md.
        rejected: Where rows that could not be taken are listed; by default FILE.rejected.csv here.
        db: Where.
        pack: More framework packs.
    """
    mapping = read_mapping(map)
    refuse_unfit(mapping, LifMapper(), map)
    listed = rejected or Path(f"{file.name}.rejected.csv")
    _refuse_place(listed, (file, map))
    rows, left_out = _read(list(read_rows(file, mapping)))
    with opened(db, pack, create=True) as app:
        importer = Importer(mapping, app.mapper)
        app.handle_all(_before(importer, map))
        found = units(rows, mapping)
        taken, entries = 0, 0
        with output.progress(f"importing {file.name}", len(found)) as advance:
            for unit, outcome in _outcomes(app, importer, found):
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
    """The list of what is left out must not be lost, nor take the place of another file."""
    if any(listed.resolve() == one.resolve() for one in read):
        raise MalformedError("--rejected", f"{listed} is what is being imported")
    if listed.is_dir() or not listed.parent.is_dir():
        raise MalformedError("--rejected", f"{listed} is no place for a file")


def _read(
    read: Sequence[Numbered | tuple[int, LifError]],
) -> tuple[list[Numbered], list[LeftOut]]:
    rows = [row for row in read if isinstance(row, Numbered)]
    wrong = [row for row in read if not isinstance(row, Numbered)]
    return rows, [LeftOut(line=line, reason=str(error)) for line, error in wrong]


def _outcomes(
    app: Application, importer: Importer, found: Sequence[Unit]
) -> Iterator[tuple[Unit, Outcome]]:
    """Chunk by chunk; a unit that fails is tried once more alone, after what came before it."""
    remaining = iter(found)
    while chunk := list(islice(remaining, CHUNK)):
        asked = [_requests(app, importer, unit) for unit in chunk]
        decided = iter(app.handle_each([one for one in asked if not isinstance(one, LifError)]))
        for unit, one in zip(chunk, asked, strict=True):
            outcome = one if isinstance(one, LifError) else next(decided)
            yield unit, _again(app, importer, unit) if isinstance(outcome, LifError) else outcome


def _requests(app: Application, importer: Importer, unit: Unit) -> list[Request] | LifError:
    """What *unit* asks; streams that it opens are known to the units after it."""
    try:
        requests = importer.requests(unit)
    except MalformedError as error:
        return error
    for request in requests:
        stream = app.mapper.registry.stream(request.command)
        importer.known.add(stream)
    return requests


def _again(app: Application, importer: Importer, unit: Unit) -> Outcome:
    importer.known = {stream for stream in importer.known if app.recorder.stream_rows(stream)}
    requests = _requests(app, importer, unit)
    if isinstance(requests, LifError):
        return requests
    (outcome,) = app.handle_each([requests])
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
