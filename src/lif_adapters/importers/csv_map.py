"""A CSV register and a mapping (TOML) in, commands out (docs/how-to/import-a-register.md).

Rows that share the *unit* are taken together, whole or not at all. A mapping's text is a template:
`taic/{recipient}` stands for the row's value in that column.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import attrs
from attrs import frozen

from lif_core.errors import LifError, MalformedError
from lif_core.framework import read_toml
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import Request, dump, from_json
from lif_core.values.text import invisible, is_blank, normal

Row = Mapping[str, str]

_PLACE = re.compile(r"\{([^{}|]+)(?:\|([^{}]+))?\}")
_FIELD_CHARACTERS = 4_000_000


@frozen(kw_only=True)
class MappingStep:
    """A step of a mapping: one command of each row, or of each unit.

    *once*: only for the first row of the file with this value of the template.
    *unless_known*: and only where its stream is not on record yet.
    *collect*: these fields, lists, gather the values of every row of the unit.
    *when*, *unless*: only for rows whose column has, or has not, one of these values.
    """

    command: str
    fields: dict[str, Any]
    once: str | None = None
    unless_known: bool = False
    collect: tuple[str, ...] = ()
    when: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    unless: dict[str, tuple[str, ...]] = attrs.field(factory=dict)


@frozen(kw_only=True)
class Cleanup:
    """A repair of the texts in *columns* before anything else, and what it is *because* of.

    *replace*: texts, and what stands for them. *pattern*: a regular expression, replaced *by* it.
    """

    columns: tuple[str, ...]
    because: str
    replace: dict[str, str] = attrs.field(factory=dict)
    pattern: str | None = None
    by: str = ""


@frozen(kw_only=True)
class RegisterMap:
    """A mapping file. *before*: commands made once; *steps*: those of each row, in this order."""

    title: str
    unit: str
    steps: tuple[MappingStep, ...]
    before: tuple[MappingStep, ...] = ()
    clean: tuple[Cleanup, ...] = ()
    encoding: str = "utf-8-sig"
    delimiter: str = ","


@frozen(kw_only=True)
class NumberedRow:
    """A row of the file and the *line* on which it starts, the header being line 1."""

    line: int
    values: Row


@frozen(kw_only=True)
class Unit:
    """Rows that are taken together, whole or not at all."""

    key: str
    rows: tuple[NumberedRow, ...]


def read_mapping(file: Path) -> RegisterMap:
    """Return the mapping in *file*.

    Raises:
        MalformedError: naming the file, the key and what is wrong with it.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedError(str(file), str(error)) from error
    mapping = read_toml(text, RegisterMap, str(file))
    _refuse_unusable(mapping, file)
    return mapping


def _refuse_unusable(mapping: RegisterMap, file: Path) -> None:
    if len(mapping.delimiter) != 1:
        raise MalformedError(f"{file}: delimiter", "must be one character")
    try:
        "".encode(mapping.encoding)
    except (LookupError, ValueError) as error:
        raise MalformedError(f"{file}: encoding", str(error)) from error
    for index, clean in enumerate(mapping.clean):
        key = "pattern"
        try:
            pattern = re.compile(clean.pattern or "")
            key = "by"
            pattern.sub(clean.by, "")
        except (re.error, IndexError) as error:
            raise MalformedError(f"{file}: clean[{index}].{key}", str(error)) from error


def refuse_unfit(mapping: RegisterMap, mapper: LifMapper, file: Path) -> None:
    """Refuse a mapping where a step is no command, or names what its command does not have.

    So a slip in a mapping is reported once, before anything is recorded, and not row by row.

    Raises:
        MalformedError: naming the file, the step and what is wrong with it.
    """
    for name, steps in (("before", mapping.before), ("steps", mapping.steps)):
        for index, step in enumerate(steps):
            where = f"{file}: {name}[{index}]"
            cls: Any = mapper.registry.commands.get(step.command)
            if cls is None:
                raise MalformedError(f"{where}.command", f"unknown command {step.command!r}")
            fields = {field.name: field for field in attrs.fields(cls)}
            if unknown := [key for key in step.fields if key not in fields]:
                raise MalformedError(f"{where}.fields.{unknown[0]}", f"not of {step.command}")
            for field in fields.values():
                if field.default is attrs.NOTHING and field.name not in step.fields:
                    raise MalformedError(f"{where}.fields.{field.name}", "missing")
            for key in step.collect:
                if not isinstance(step.fields.get(key), list):
                    raise MalformedError(f"{where}.collect", f"{key!r} is no list in its fields")
            for place in _places([step.fields, step.once or ""]):
                if place[2] not in (None, "int") and not place[2].startswith("date:"):
                    raise MalformedError(where, f"{place[0]}: filters are int and date:FORMAT")


def read_rows(file: Path, mapping: RegisterMap) -> Iterator[NumberedRow | tuple[int, LifError]]:
    """Yield the rows of the register, and for each one that is no row, its line and the error.

    Raises:
        MalformedError: the file cannot be read at all, or lacks a column that the mapping names.
    """
    csv.field_size_limit(_FIELD_CHARACTERS)
    try:
        with file.open(encoding=mapping.encoding, newline="") as stream:
            yield from _rows(stream, file, mapping)
    except OSError as error:
        raise MalformedError(str(file), error.strerror or str(error)) from error
    except (UnicodeDecodeError, LookupError) as error:
        raise MalformedError(str(file), f"not {mapping.encoding}: {error}") from error


def _rows(
    stream: IO[str], file: Path, mapping: RegisterMap
) -> Iterator[NumberedRow | tuple[int, LifError]]:
    reader = csv.reader(stream, delimiter=mapping.delimiter, strict=True)
    header = [normal(column) for column in next(reader, [])]
    if twice := sorted({column for column in header if header.count(column) > 1}):
        raise MalformedError(f"{file}: line 1", f"column {', '.join(twice)} is there twice")
    if missing := _columns(mapping) - set(header):
        alike = "; ".join(f"{column!r} has {c}" for column in header if (c := invisible(column)))
        problem = f"no column {', '.join(sorted(missing))}"
        raise MalformedError(f"{file}: line 1", f"{problem}; {alike}" if alike else problem)
    line = reader.line_num + 1
    for row in _checked(reader, file):
        if len(row) == len(header):
            cells = dict(zip(header, map(_shown, row), strict=True))
            yield NumberedRow(line=line, values=_cleaned(cells, mapping))
        elif row:
            problem = f"{len(row)} values in a row of {len(header)} columns"
            yield line, MalformedError("", problem)
        line = reader.line_num + 1


def _shown(cell: str) -> str:
    """Return a cell in the one spelling of its text; it is empty where nothing of it is seen."""
    return "" if is_blank(cell) else normal(cell)


def _checked(reader: Iterator[list[str]], file: Path) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise MalformedError(f"{file}: line {line}", f"not CSV: {error}") from error


def _cleaned(row: dict[str, str], mapping: RegisterMap) -> Row:
    for clean in mapping.clean:
        for column in clean.columns:
            for wrong, right in clean.replace.items():
                row[column] = row[column].replace(wrong, right)
            if clean.pattern is not None:
                row[column] = re.sub(clean.pattern, clean.by, row[column])
    return row


def _columns(mapping: RegisterMap) -> set[str]:
    columns = {column for clean in mapping.clean for column in clean.columns}
    for step in mapping.steps:
        columns |= {*step.when, *step.unless}
        columns |= {place[1] for place in _places([mapping.unit, step.fields, step.once or ""])}
    return columns


def _places(value: Any) -> Iterator[re.Match[str]]:
    if isinstance(value, str):
        yield from _PLACE.finditer(value)
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _places(each)


def units(rows: Sequence[NumberedRow], mapping: RegisterMap) -> list[Unit]:
    """Return the rows by their unit, in the order in which each unit first appears."""
    by_key: dict[str, list[NumberedRow]] = {}
    for row in rows:
        by_key.setdefault(_rendered(mapping.unit, row.values), []).append(row)
    return [Unit(key=key, rows=tuple(rows)) for key, rows in by_key.items()]


class Importer:
    """The maker of the requests of each unit; *known* are the streams that are on record."""

    def __init__(self, mapping: RegisterMap, mapper: LifMapper) -> None:
        self._mapping = mapping
        self._mapper = mapper
        self.known: set[str] = set()

    def before(self) -> list[Request]:
        """Return the commands that come before the first row."""
        return [self._request(step, step.fields) for step in self._mapping.before]

    def requests(self, unit: Unit) -> list[Request]:
        """Return the commands of *unit*, step by step over its rows.

        Raises:
            MalformedError: a value is not what its field holds.
        """
        requests: list[Request] = []
        if not any(_applies(s, row.values) for s in self._mapping.steps for row in unit.rows):
            raise MalformedError("", "no step of the mapping applies to it")
        for step in self._mapping.steps:
            seen: set[str] = set()
            for row in unit.rows:
                if not _applies(step, row.values):
                    continue
                once = _rendered(step.once, row.values) if step.once else str(row.line)
                if once in seen:
                    self._refuse_difference(step, unit, row)
                    continue
                seen.add(once)
                request = self._request(step, self._fields(step, unit, row.values))
                stream = self._mapper.registry.stream(request.command)
                if not (step.unless_known and stream in self.known):
                    requests.append(request)
        return requests

    def _fields(self, step: MappingStep, unit: Unit, row: Row) -> dict[str, Any]:
        fields: dict[str, Any] = _rendered(step.fields, row)
        for name in step.collect:
            every = [value for r in unit.rows for value in _rendered(step.fields, r.values)[name]]
            fields[name] = list(dict.fromkeys(every))
        return fields

    def _refuse_difference(self, step: MappingStep, unit: Unit, row: NumberedRow) -> None:
        """Refuse a *row* that differs from the first one in a command that they share: it would be
        lost.
        """
        first = self._fields(step, unit, unit.rows[0].values)
        other = self._fields(step, unit, row.values)
        for name in first:
            if first[name] != other[name] and not step.unless_known:
                problem = (
                    f"another {name} than on line {unit.rows[0].line}, for one {step.command}"
                )
                raise MalformedError(f"line {row.line}", problem)

    def _request(self, step: MappingStep, fields: Mapping[str, Any]) -> Request:
        value = {"command": step.command, **_json_value(fields)}
        try:
            request = from_json(value, self._mapper)
        except MalformedError as error:
            raise MalformedError(f"{step.command}.{error.field}", error.problem) from error
        digest = sha256(dump(request.command, self._mapper)).hexdigest()
        return attrs.evolve(request, command_id=f"import-{digest[:32]}")


def _applies(step: MappingStep, row: Row) -> bool:
    if any(row[column].strip() not in values for column, values in step.when.items()):
        return False
    return all(row[column].strip() not in values for column, values in step.unless.items())


def _rendered(template: Any, row: Row) -> Any:
    if isinstance(template, str):
        whole = _PLACE.fullmatch(template)
        if whole is not None:
            return _value(whole, row)
        return _PLACE.sub(lambda place: str(_value(place, row)), template)
    if isinstance(template, dict):
        return {key: _rendered(inner, row) for key, inner in template.items()}
    if isinstance(template, list):
        return [_rendered(inner, row) for inner in template]
    return template


def _value(place: re.Match[str], row: Row) -> Any:
    """Return the value at `{column}` or `{column|filter}`, without the space around it."""
    value, filtered = row[place[1]].strip(), place[2]
    try:
        if filtered is None:
            return value
        if filtered == "int":
            return int(value)
        if filtered.startswith("date:"):
            return datetime.strptime(value, filtered.removeprefix("date:")).date()  # noqa: DTZ007
    except ValueError as error:
        raise MalformedError(place[1], str(error)) from error
    raise MalformedError(place[0], "unknown filter")


def _json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _json_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json_value(inner) for inner in value]
    return value
