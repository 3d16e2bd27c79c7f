"""`lif import`: a register, by a map; what cannot be taken is listed whole, never lost."""

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from attrs import evolve, frozen
from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.options import (
    Create,
    Db,
    DryRun,
    EnteredBy,
    Packs,
    RoleNames,
    as_date,
    operator,
    say_what_is_redacted,
    store_files,
    store_to_write,
    warn_without_keys,
)
from lif_adapters.csv_lines import marked
from lif_adapters.extensions import catalogue
from lif_adapters.importers.answers import (
    AmendmentAnswers,
    amendment_lines,
    proposal_of,
    read_answers,
    refuse_unless_list,
)
from lif_adapters.importers.changes import Comparison, EntryChange, Gone, redacted_change
from lif_adapters.importers.importer import Importer, Reading, read_units
from lif_adapters.importers.map import BUILT_IN, RegisterMap, read_map, refuse_unfit
from lif_adapters.importers.sheet import LINE, REASON, LeftOut, Sheet, read_sheet
from lif_adapters.importers.takeover import Takeover
from lif_adapters.private_files import owner_only
from lif_adapters.problems import problem_line
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request
from lif_core.queries.readership import PERSONAL_TEXTS
from lif_core.values.working_days import local_day

SHOWN = 20
PROPOSED = "proposed"
ANSWERED = {None: PROPOSED, True: "amended", False: "declined"}
"""The word for an amendment, by the answer to it."""


@frozen(kw_only=True)
class _Result:
    """The outcome of an import: rows *taken*, *entries* on record for them, rows *left_out*,
    *changes* of what is on record, and what is *gone* from the register. *persons* counts the
    rows by whom their texts are about; `None` where nobody is named.
    """

    taken: int
    entries: int
    left_out: tuple[LeftOut, ...]
    changes: tuple[EntryChange, ...]
    gone: tuple[Gone, ...]
    persons: Mapping[str | None, int]


def import_register(
    file: Path,
    /,
    *,
    map: Annotated[Path, Parameter(name="--map")],  # noqa: A002  # the option's name
    dry_run: DryRun = False,
    create: Create = False,
    amend: bool = False,
    amend_from: Path | None = None,
    amendments: Path | None = None,
    on: str | None = None,
    rejected: Path | None = None,
    entered_by: EnteredBy = None,
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
) -> None:
    """Take over a register, a workbook or CSV. Run again, it adds what is new or has changed.

    Args:
        file: The register.
        map: How its columns become commands, in TOML; see docs/how-to/import-a-register.md.
        dry_run: Show what would be taken and what not, and write nothing.
        create: Make the store where there is none.
        amend: Record the amendments that are proposed where the register now says otherwise.
        amend_from: Record those of them that this list answers with yes.
        amendments: Where those that are proposed are listed, in a dry run as well, to be answered.
        on: The day on which changes take effect, a DATE. Default: today.
        rejected: Where rows that could not be taken are listed; by default FILE.rejected.csv here.
        entered_by: Who enters this, kept with each entry.
        db: Where.
        pack: More framework packs.
        role: What whoever reads is entitled to: the words on record that the register changes.
    """
    mapping = read_map(map)
    refuse_unfit(mapping, LifMapper(catalogue().registry), map)
    listed = rejected or Path(f"{file.name}.rejected.csv")
    store = store_files(db)
    _refuse_place("--rejected", listed, (file, map), store)
    answers = _answers(amend_from, amend=amend)
    if amendments is not None:
        used = (file, map, listed, amend_from or file)
        _refuse_place("--amendments", amendments, used, store)
        refuse_unless_list("--amendments", amendments)
        if not os.access(amendments if amendments.exists() else amendments.parent, os.W_OK):
            raise MalformedError("--amendments", f"{amendments} may not be written")
    sheet = read_sheet(file, mapping.layout, mapping.columns() - set(BUILT_IN))
    reading = read_units(sheet, mapping)
    with store_to_write(db, pack, create=create, dry_run=dry_run, roles=role) as app:
        if mapping.names_persons:
            warn_without_keys(app)
        importer = Importer(mapping, app.mapper, reading.units)
        day = as_date("--on", on) or local_day(app.clock())
        comparison = Comparison(app, register=mapping.name, on=day)
        by = operator(entered_by)
        before = _before(importer, map)
        mapper = app.mapper
        takeover = Takeover(
            app,
            importer,
            comparison,
            amend=lambda change: amend or answers.to(proposal_of(change, mapper)) is True,
            entered_by=by,
        )
        takeover.begin(before, reading.units)
        result = _taken(takeover, comparison, file, sheet, reading)
        if result.changes and not app.readership.grants(PERSONAL_TEXTS):
            redacted = tuple(redacted_change(change) for change in result.changes)
            result = evolve(result, changes=redacted)
            say_what_is_redacted(app)
        total = result.taken + len(result.left_out)
        would = "would be " if dry_run else ""
        output.say(
            f"{file.name}{_written(sheet)}: {result.taken} of {total} rows {would}taken,"
            f" {result.entries} entries {would}on record for them"
        )
        marks = {
            change.request.command_id: "amended"
            if amend
            else ANSWERED[answers.to(proposal_of(change, mapper))]
            for change in result.changes
            if change.proposed
        }
        proposals = {proposal_of(each, mapper) for each in result.changes if each.proposed}
        for proposal in answers.accepted_beside(proposals):
            output.warn(
                "not-proposed",
                f"{amend_from}: yes to {proposal}, and nothing of that name is proposed:"
                " it is recorded already, or the register no longer says so",
            )
        persons = _persons(result) if mapping.names_persons else ()
        for line in (*_notes(sheet, reading), *persons, *_differences(result, marks)):
            output.say(line)
        waiting = [
            each for each in result.changes if marks.get(each.request.command_id) == PROPOSED
        ]
        for line in _unkeyed(comparison.unkeyed()):
            output.warn("keys", line)
        problems: list[str] = []
        if amendments is not None:
            text = "".join(amendment_lines(waiting, mapper))
            with (
                _told_unless_written("--amendments", amendments, problems),
                open(
                    amendments, "w", encoding="utf-8-sig", newline="", opener=owner_only
                ) as stream,
            ):
                stream.write(text)
        if result.left_out:
            for (column, value), count in sorted(reading.unrecognised.items()):
                output.tell(f"{column}: {value!r} stands there {_times(count)}; no step takes it")
            _show(result.left_out, None if dry_run else listed)
            where = ""
            if not dry_run:
                with _told_unless_written("--rejected", listed, problems):
                    _list(result.left_out, sheet, mapping, listed)
                    where = f"; see {listed}"
            left_out = f"{len(result.left_out)} of {total} rows"
            problems.append(f"{left_out} {would or 'were '}left out{where}")
        if waiting:
            many = "1 amendment is" if len(waiting) == 1 else f"{len(waiting)} amendments are"
            records = "--amend records what is shown, --amend-from what a list answers with yes"
            problems.append(f"{many} proposed; {records}")
        if problems:
            raise PartlyDoneError("; ".join(problems))


def _taken(
    takeover: Takeover, comparison: Comparison, file: Path, sheet: Sheet, reading: Reading
) -> _Result:
    left_out, taken, positions = list(reading.left_out), 0, set[int]()
    changes: list[EntryChange] = []
    persons = Counter[str | None]()
    with output.progress(f"importing {file.name}", len(reading.units)) as advance:
        for outcome in takeover.outcomes(reading.units):
            advance(1)
            if outcome.error is not None:
                reason = problem_line(outcome.error)
                left_out += (
                    LeftOut(line=row.line, reason=reason, cells=row.cells)
                    for row in outcome.unit.rows
                )
            else:
                taken += len(outcome.unit.rows)
                positions |= outcome.positions
                changes += outcome.changes
                for person in outcome.persons or (None,):
                    persons[person] += len(outcome.unit.rows)
    left_out.sort(key=lambda row: row.line)
    return _Result(
        taken=taken,
        entries=len(positions),
        left_out=tuple(left_out),
        changes=tuple(changes),
        gone=() if sheet.is_relisted else tuple(comparison.gone()),
        persons=persons,
    )


def _answers(amend_from: Path | None, *, amend: bool) -> AmendmentAnswers:
    """Return the answers to amendments that a list has, if there is one."""
    if amend_from is None:
        return AmendmentAnswers({})
    if amend:
        raise MalformedError("--amend-from", "--amend is a yes to all; give one of the two")
    return read_answers(amend_from)


def _differences(result: _Result, marks: Mapping[str | None, str]) -> Iterator[str]:
    """Yield how the register differs from what it said before; *marks* say what became of each
    amendment, by its command.
    """
    for change in result.changes:
        word = marks.get(change.request.command_id, "changed")
        for field in change.fields:
            yield f"{word}: {change.stream}, entry {change.entry}, {change.name}: {field.field}"
            yield f"  - {_shown(field.before)}"
            yield f"  + {_shown(field.now)}"
    for gone in result.gone[:SHOWN]:
        yield f"on record, and no longer in the register: {gone.stream} ({', '.join(gone.names)})"
    if len(result.gone) > SHOWN:
        yield f"and {len(result.gone) - SHOWN} more"


def _shown(value: object) -> str:
    """Return a value of a field on one line."""
    return " ".join(output.shown(value).split()) or "nothing"


def _before(importer: Importer, map: Path) -> list[Request]:  # noqa: A002  # as the option
    try:
        return importer.before()
    except MalformedError as error:
        raise MalformedError(f"{map}: before: {error.field}", error.problem) from error


def _refuse_place(option: str, listed: Path, used: Sequence[Path], store: Sequence[Path]) -> None:
    """Refuse a place where a list would be lost, or take the place of another file in use: what
    is *used* by the import, or a file of the *store*.
    """
    if any(_is_same(listed, file) for file in store):
        raise MalformedError(option, f"{listed} is the store; give the list another name")
    if any(_is_same(listed, file) for file in used[:2]):
        raise MalformedError(option, f"{listed} is what is being imported")
    if any(_is_same(listed, file) for file in used):
        raise MalformedError(option, f"{listed} is another list")
    if listed.is_dir() or not listed.parent.is_dir():
        raise MalformedError(option, f"{listed} is no place for a file")


@contextmanager
def _told_unless_written(option: str, listed: Path, problems: list[str]) -> Iterator[None]:
    """Add to *problems* that a list was not written whole: what is on record by then stays so."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        problems.append(f"{listed} was not written: {reason}; import again, {option} elsewhere")


def _is_same(listed: Path, file: Path) -> bool:
    """Return whether two paths lead to one file, by another name or a link as well."""
    if listed.resolve() == file.resolve():
        return True
    return listed.exists() and file.exists() and listed.samefile(file)


def _written(sheet: Sheet) -> str:
    """Return how the file is written, as far as that was told apart and is not plain CSV."""
    words = [f"sheet {sheet.name}"] if sheet.encoding is None else []
    if sheet.encoding not in (None, "utf-8", "utf-8-sig"):
        words.append(f"read as {sheet.encoding}")
    if sheet.delimiter != ",":
        words.append(f"divided by {sheet.delimiter!r}")
    return f" ({', '.join(words)})" if words else ""


def _notes(sheet: Sheet, reading: Reading) -> Iterator[str]:
    """Yield what an import passes over without an error, a line each."""
    if reading.repeated:
        yield f"equal to an earlier row, counted once: {_lines(reading.repeated)}"
    if sheet.short:
        yield f"fewer values than columns, the last ones taken as empty: {_lines(sheet.short)}"
    for (column, value), count in sorted(reading.passed_over.items()):
        yield f"passed over, as the map says: {column} {value!r}, {_times(count)}"
    if reading.unused:
        columns = ", ".join(f"{name} ({_values(n)})" for name, n in reading.unused.items())
        yield f"not used by the map: {columns}"


def _persons(result: _Result) -> Iterator[str]:
    """Yield whom the texts of how many rows are about, a line each."""
    named = sorted((person, count) for person, count in result.persons.items() if person)
    for person, count in named[:SHOWN]:
        yield f"about {person}: {_rows(count)}"
    if len(named) > SHOWN:
        yield f"and about {len(named) - SHOWN} more persons"
    if unnamed := result.persons.get(None):
        yield f"about nobody who is named: {_rows(unnamed)}"


def _unkeyed(entries: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield which *entries*, by the person, are not erased with whom they are about."""
    for person, places in list(entries.items())[:SHOWN]:
        more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        shown = ", ".join(places[:SHOWN])
        yield f"on record already, and not erased with {person}: {shown}{more}"
    if len(entries) > SHOWN:
        yield f"and such entries about {len(entries) - SHOWN} more persons"


def _lines(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:SHOWN]))
    more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return f"line{'s' if len(lines) > 1 else ''} {shown}{more}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _show(left_out: Sequence[LeftOut], listed: Path | None) -> None:
    for row in left_out[:SHOWN]:
        output.tell(f"line {row.line}: {row.reason}")
    if len(left_out) > SHOWN:
        where = f", in {listed}" if listed else ""
        output.tell(f"and {len(left_out) - SHOWN} more{where}")


def _list(left_out: Sequence[LeftOut], sheet: Sheet, mapping: RegisterMap, file: Path) -> None:
    """Write the rows that were left out whole, so that they can be mended and run again."""
    header = [name for name in sheet.header if name not in (LINE, REASON)]
    with open(file, "w", encoding="utf-8-sig", newline="", opener=owner_only) as stream:
        writer = csv.writer(stream, delimiter=sheet.delimiter, lineterminator="\n")
        if mapping.header is not None:
            for line in range(1, mapping.header):
                writer.writerow([f"line {line}"])
        writer.writerow((LINE, REASON, *map(marked, header)))
        writer.writerows((row.line, *map(marked, (row.reason, *row.cells))) for row in left_out)
