"""The importer: rows of a register, grouped by the unit that its map names, become requests."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from itertools import product
from math import prod
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import attrs
from attrs import frozen

from lif_adapters.importers.map import CellParts, MappingStep, RegisterMap
from lif_adapters.importers.pattern import CellPattern, EndlessPatternError
from lif_adapters.importers.sheet import LeftOut, NumberedRow, Row, Sheet
from lif_adapters.importers.template import (
    SERIAL,
    SERIAL_1904,
    as_json,
    is_empty,
    places,
    rendered,
)
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, digest, from_json
from lif_core.values.fields import Personal, marks_of, types_of

OF_AN_IMPORT = "import-"
"""The beginning of the ids of commands that an import makes."""
PARTS = 1_000
"""The cells of one row are split into at most so many parts together."""
LONDON = ZoneInfo("Europe/London")
Persons: TypeAlias = dict[str, None]
"""Persons, each once, in the order in which they are named."""


@frozen(kw_only=True)
class Unit:
    """Rows that are taken together, whole or not at all.

    *rows* are those of the file; *parts* are these with their cells read, a row for each part of
    a cell that is split. *recorded_at* is the latest instant at which the register recorded one.
    """

    key: str
    rows: tuple[NumberedRow, ...]
    parts: tuple[NumberedRow, ...]
    recorded_at: datetime | None = None


@frozen(kw_only=True)
class StepRequest:
    """The *request* that a *step* makes of a unit, about a *stream*."""

    step: MappingStep
    stream: str
    request: Request


@frozen(kw_only=True)
class Reading:
    """A register as its map reads it: its *units*, and what is *left_out* of them.

    *repeated* are the lines of rows that are equal to an earlier one in every cell. *passed_over*
    and *unrecognised* count values by their column; *unused* counts the cells that hold something
    in columns of which nothing is taken.
    """

    units: tuple[Unit, ...]
    left_out: tuple[LeftOut, ...]
    repeated: tuple[int, ...]
    passed_over: Mapping[tuple[str, str], int]
    unrecognised: Mapping[tuple[str, str], int]
    unused: Mapping[str, int]


def read_units(sheet: Sheet, mapping: RegisterMap) -> Reading:
    """Return the units of *sheet* in the order in which each first appears, or in which they were
    recorded, where the map says when that was.

    Raises:
        MalformedError: the map counts days otherwise than the workbook does.
    """
    _refuse_other_serials(sheet, mapping)
    reader = _CellReader(sheet, mapping)
    rows, repeated = _distinct(sheet, mapping)
    left_out = list(sheet.unusable)
    read: dict[str, list[tuple[NumberedRow, list[NumberedRow]]]] = {}
    problems: dict[str, tuple[int, MalformedError]] = {}
    for row in rows:
        try:
            parts = reader.parts(row)
            key = _unit(mapping, parts[0].values)
        except EndlessPatternError:
            raise
        except MalformedError as error:
            left_out.append(LeftOut(line=row.line, reason=str(error), cells=row.cells))
            continue
        read.setdefault(key, []).append((row, parts))
        if (problem := reader.unrecognised_in(parts)) is not None:
            problems.setdefault(key, (row.line, problem))
    units: list[Unit] = []
    for key, pairs in read.items():
        wrong, at = problems.get(key), None
        try:
            if wrong is not None:
                raise wrong[1]
            at = _recorded_at(mapping, [part for _, parts in pairs for part in parts])
        except MalformedError as error:
            left_out += (
                LeftOut(line=row.line, reason=str(error), cells=row.cells) for row, _ in pairs
            )
            continue
        units.append(
            Unit(
                key=key,
                rows=tuple(row for row, _ in pairs),
                parts=tuple(part for _, parts in pairs for part in parts),
                recorded_at=at,
            )
        )
    if mapping.recorded_at is not None:
        units.sort(key=lambda unit: unit.recorded_at or datetime.max.replace(tzinfo=UTC))
    return Reading(
        units=tuple(units),
        left_out=tuple(left_out),
        repeated=repeated,
        passed_over=reader.passed_over,
        unrecognised=reader.unrecognised,
        unused=_unused(sheet, mapping),
    )


def _refuse_other_serials(sheet: Sheet, mapping: RegisterMap) -> None:
    """Refuse a map that counts days from another day than the workbook: each would be four years
    off.
    """
    if sheet.encoding is not None:
        return  # text does not say
    right, wrong = (SERIAL_1904, SERIAL) if sheet.from_1904 else (SERIAL, SERIAL_1904)
    for place in places(mapping.templates):
        for name, argument in place.filters:
            if name == "date" and wrong in argument.split(";"):
                year = 1904 if sheet.from_1904 else 1900
                problem = f"the workbook counts days from {year}; write {right}, not {wrong}"
                raise MalformedError(place.text, problem)


def _distinct(sheet: Sheet, mapping: RegisterMap) -> tuple[list[NumberedRow], tuple[int, ...]]:
    """Return the rows that are equal to none before them in every cell, and the lines of others.

    Where the map takes the line of a row, no two rows are equal.
    """
    if any(place.column == "line" for place in places(mapping.templates)):
        return list(sheet.rows), ()
    first: dict[tuple[str, ...], NumberedRow] = {}
    repeated = []
    for row in sheet.rows:
        cells = tuple(row.values.values())
        if cells in first:
            repeated.append(row.line)
        first.setdefault(cells, row)
    return list(first.values()), tuple(repeated)


def _unit(mapping: RegisterMap, row: Row) -> str:
    for place in places(mapping.unit):
        if is_empty(place.text, row):
            raise MalformedError("", f"{place.column} is empty")
    return str(rendered(mapping.unit, row))


def _unused(sheet: Sheet, mapping: RegisterMap) -> dict[str, int]:
    used = mapping.columns() | set(mapping.unused)
    counts = Counter(
        column for row in sheet.rows for column, value in row.values.items() if value.strip()
    )
    return {column: count for column, count in counts.items() if column not in used}


def _recorded_at(mapping: RegisterMap, parts: Sequence[NumberedRow]) -> datetime | None:
    if mapping.recorded_at is None:
        return None
    instants = [_instant(str(rendered(mapping.recorded_at, part.values))) for part in parts]
    return max(instants)


def _instant(text: str) -> datetime:
    """Return the instant in *text*; without a zone it is London's, a day alone is its beginning.

    Raises:
        MalformedError: it is none.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("recorded_at", str(error)) from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=LONDON)).astimezone(UTC)


class _CellReader:
    """The reader of cells: mended, passed over, taken apart and split, as the map says."""

    def __init__(self, sheet: Sheet, mapping: RegisterMap) -> None:
        self._sheet = sheet
        self._mapping = mapping
        self._coded = mapping.coded()
        self._over = {
            (column, value)
            for over in mapping.passed_over
            for column in over.columns
            for value in over.values
        }
        self._clean = [(each, each.compiled) for each in mapping.clean]
        self._parts = [(each, each.compiled) for each in mapping.parts]
        self._names_sheet = any(place.column == "sheet" for place in places(mapping.templates))
        self.passed_over: Counter[tuple[str, str]] = Counter()
        self.unrecognised: Counter[tuple[str, str]] = Counter()

    def parts(self, row: NumberedRow) -> list[NumberedRow]:
        """Return *row* with its cells read, once for each part of a cell that is split.

        Raises:
            MalformedError: a cell is not as the map says.
        """
        cells: dict[str, str] = dict(self._built_in())
        cells["line"] = str(row.line)
        cells.update(row.values)
        self._mend(cells)
        for column, value in cells.items():
            if (column, value.strip()) in self._over:
                self.passed_over[column, value.strip()] += 1
                cells[column] = ""
        for part, pattern in self._parts:
            cells.update(_groups(cells[part.column], part, pattern))
        split = {
            column: _split(cells[column], texts) for column, texts in self._mapping.split.items()
        }
        if prod(map(len, split.values())) > PARTS:
            columns = ", ".join(split)
            raise MalformedError(columns, f"more than {PARTS:,} parts together in one row")
        return [
            NumberedRow(line=row.line, values={**cells, **dict(zip(split, each, strict=True))})
            for each in product(*split.values())
        ]

    def _built_in(self) -> dict[str, str]:
        if self._sheet.name is None and self._names_sheet and "sheet" not in self._sheet.header:
            raise MalformedError("sheet", "text has no sheets; say which it is in the map: sheet")
        return {"sheet": self._sheet.name or ""}

    def _mend(self, cells: dict[str, str]) -> None:
        for clean, pattern in self._clean:
            for column in clean.columns:
                for wrong, right in clean.replace.items():
                    cells[column] = cells[column].replace(wrong, right)
                if pattern is not None:
                    cells[column] = pattern.replaced(column, cells[column])

    def unrecognised_in(self, parts: Sequence[NumberedRow]) -> MalformedError | None:
        """Count the values that no step takes, and return an error that names the first."""
        unknown = dict.fromkeys(
            (column, value)
            for part in parts
            for column, values in self._coded.items()
            if (value := part.values[column].strip()) not in values
        )
        self.unrecognised.update(unknown.keys())
        for column, value in unknown:
            return MalformedError(column, f"no step of the map takes {value!r}")
        return None


def _groups(cell: str, part: CellParts, pattern: CellPattern) -> Mapping[str, str]:
    if not cell.strip():
        return dict.fromkeys(pattern.groups, "")
    parts = pattern.parts(part.column, cell.strip())
    if parts is None:
        raise MalformedError(part.column, f"{cell.strip()!r} does not match {part.pattern!r}")
    return parts


def _split(cell: str, texts: Sequence[str]) -> list[str]:
    parts = [cell]
    for text in texts:
        parts = [each for part in parts for each in part.split(text)]
    return list(dict.fromkeys(part.strip() for part in parts if part.strip())) or [""]


class Importer:
    """The maker of the requests of each unit.

    Args:
        mapping: the map of the register.
        mapper: of the store.
        units: all of the register: what a unit opens for others, too, such as a case with several
            recommendations, is about those whom any of them names.
    """

    def __init__(
        self, mapping: RegisterMap, mapper: LifMapper, units: Sequence[Unit] = ()
    ) -> None:
        self._mapping = mapping
        self._mapper = mapper
        self._shared: dict[str, Persons] = {}
        if any(step.unless_known and mapping.persons_of(step) for step in mapping.steps):
            for unit in units:
                with suppress(MalformedError):  # told when the unit is taken
                    for step in self.requests(unit):
                        if step.step.unless_known:
                            persons = self._shared.setdefault(step.stream, {})
                            persons.update(dict.fromkeys(step.request.about))

    def before(self) -> list[Request]:
        """Return the commands that come before the first row.

        Raises:
            MalformedError: a value is not what its field holds.
        """
        return [
            attrs.evolve(self._request(step, step.fields), about=step.about_persons or ())
            for step in self._mapping.before
        ]

    def requests(self, unit: Unit) -> list[StepRequest]:
        """Return the commands of *unit*, step by step over its rows.

        Raises:
            MalformedError: a value is not what its field holds.
        """
        return list(self._requests(unit))

    def _requests(self, unit: Unit) -> Iterator[StepRequest]:
        steps = self._mapping.steps
        if not any(_applies(step, row.values) for step in steps for row in unit.parts):
            raise MalformedError("", "no step of the mapping applies to it")
        requests: dict[str | None, StepRequest] = {}  # a row that is split may say it twice
        persons: dict[str | None, Persons] = {}
        for step in steps:
            first: dict[str, tuple[NumberedRow, str | None]] = {}
            for row in unit.parts:
                if not _applies(step, row.values):
                    continue
                once = None if step.once is None else str(rendered(step.once, row.values))
                if once is not None and once in first:
                    earlier, command_id = first[once]
                    self._refuse_difference(step, unit, earlier, row)
                else:
                    request = self._request(step, self._fields(step, unit, row.values))
                    command_id = request.command_id
                    stream = self._mapper.registry.stream(request.command)
                    if command_id not in requests:
                        requests[command_id] = StepRequest(
                            step=step, stream=stream, request=request
                        )
                    if once is not None:
                        first[once] = row, command_id
                rows = unit.parts if step.collect else (row,)
                persons.setdefault(command_id, {}).update(self._persons(step, rows))
        for command_id, each in requests.items():
            yield self._about(each, persons[command_id])

    def _persons(self, step: MappingStep, rows: Sequence[NumberedRow]) -> Persons:
        """Return those whom what a *step* makes of *rows* is about; whom an empty cell would name
        is left out.
        """
        return {
            str(rendered(template, row.values)): None
            for template in self._mapping.persons_of(step)
            for row in rows
            if not any(is_empty(place.text, row.values) for place in places(template))
        }

    def _about(self, step: StepRequest, persons: Persons) -> StepRequest:
        """Return the *step* with those whom its texts are about, where it has such texts.

        Raises:
            MalformedError: one of the *persons* is no reference, or they are too many.
        """
        if step.step.unless_known:
            persons = {**persons, **self._shared.get(step.stream, {})}
        if not persons or not _may_be_about(step.request.command):
            return step
        try:
            request = attrs.evolve(step.request, about=tuple(persons))
        except MalformedError as error:
            raise MalformedError(f"{step.step.command}.{error.field}", error.problem) from error
        return attrs.evolve(step, request=request)

    def _fields(self, step: MappingStep, unit: Unit, row: Row) -> dict[str, Any]:
        left_out = self._left_out(step, row)
        fields: dict[str, Any] = {
            name: rendered(template, row)
            for name, template in step.fields.items()
            if name not in left_out
        }
        for name in step.collect:
            every = [value for r in unit.parts for value in rendered(step.fields[name], r.values)]
            fields[name] = list(dict.fromkeys(every))
        return fields

    def _left_out(self, step: MappingStep, row: Row) -> set[str]:
        """Return the fields that may be left out, and for which nothing stands in *row*."""
        cls: Any = self._mapper.registry.commands[step.command]
        fields = attrs.fields(cls)
        optional = {field.name for field in fields if field.default is not attrs.NOTHING}
        return {
            name
            for name, template in step.fields.items()
            if name in optional and is_empty(template, row)
        }

    def _refuse_difference(
        self, step: MappingStep, unit: Unit, earlier: NumberedRow, row: NumberedRow
    ) -> None:
        """Refuse a *row* that differs from an *earlier* one in a command that they share: it would
        be lost.
        """
        if step.unless_known:
            return
        first = self._fields(step, unit, earlier.values)
        other = self._fields(step, unit, row.values)
        for name in {**first, **other}:
            if first.get(name) != other.get(name):
                problem = f"another {name} than on line {earlier.line}, for one {step.command}"
                raise MalformedError(f"line {row.line}", problem)

    def _request(self, step: MappingStep, fields: Mapping[str, Any]) -> Request:
        value = {"command": step.command, **as_json(fields)}
        try:
            request = from_json(value, self._mapper)
        except MalformedError as error:
            raise error.within(step.command) from error
        content = digest(request.command, self._mapper).hex()
        return attrs.evolve(
            request,
            command_id=f"{OF_AN_IMPORT}{content}",
            correlation=self._mapping.name,
        )


def _may_be_about(command: Command) -> bool:
    """Return whether a text of a *command* may be about a person, other than who decides."""
    kind: Any = type(command)
    return command.by.deliberation is not None or _has_texts(kind)


@cache
def _has_texts(command: Any) -> bool:
    """Return whether a class has a field for a text that may be about a person, but for `by`."""
    return any(
        isinstance(mark, Personal) and not mark.names_itself
        for name, kind in types_of(command).items()
        if name != "by"
        for _, mark in marks_of(kind)
    )


def _applies(step: MappingStep, row: Row) -> bool:
    if any(row[column].strip() not in values for column, values in step.when.items()):
        return False
    return all(row[column].strip() not in values for column, values in step.unless.items())
