"""The map of a register: how its rows become commands (docs/how-to/import-a-register.md)."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_type_hints

import attrs
import msgspec
from attrs import frozen

from lif_adapters.importers.pattern import CellPattern
from lif_adapters.importers.sheet import Layout
from lif_adapters.importers.template import as_json, places, rendered
from lif_adapters.importers.text_file import is_delimiter
from lif_core.errors import MalformedError
from lif_core.framework import read_toml
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import ENVELOPE
from lif_core.values.fields import REF_LENGTH, check_label, check_ref

REPLACEMENT = 1_000
"""The most characters that a pattern, or what stands for another text, has."""
BUILT_IN = ("line", "sheet")
"""The names in templates that stand for the place of a row, where no column is called so."""


@frozen(kw_only=True)
class MappingStep:
    """A step of a map: one command of each row, or of each unit.

    *once*: only for the first row of the unit with this value of the template.
    *unless_known*: and only where its stream is not on record yet.
    *collect*: these fields, lists, gather the values of every row of the unit.
    *when*, *unless*: only for rows whose column has, or has not, one of these values.
    *again*: whether a later version that says it otherwise would amend it, or is new beside it.
    *about_persons*: those whom its texts are about, in the place of those that the map names.
    """

    command: str
    fields: dict[str, Any]
    once: str | None = None
    unless_known: bool = False
    collect: tuple[str, ...] = ()
    when: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    unless: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    again: Literal["amend", "new"] = "amend"
    about_persons: tuple[str, ...] | None = None


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

    @property
    def compiled(self) -> CellPattern | None:
        """Return the pattern, if there is one."""
        return None if self.pattern is None else CellPattern.of(self.pattern, self.by)


@frozen(kw_only=True)
class PassedOver:
    """The *values* in *columns* that are read as if nothing stood there, and *because* of what."""

    columns: tuple[str, ...]
    values: tuple[str, ...]
    because: str


@frozen(kw_only=True)
class CellParts:
    """The parts of a *column*: each group `(?P<name>...)` of the *pattern* is a column *name*.

    The pattern matches the whole cell, or the row is left out; an empty cell has empty parts.
    """

    column: str
    pattern: str

    @property
    def compiled(self) -> CellPattern:
        """Return the pattern."""
        return CellPattern.of(self.pattern)


@frozen(kw_only=True)
class RegisterMap:
    """A map. *before*: commands made once; *steps*: those of each row, in this order.

    *split*: texts by which a column is split; the row is taken once for each part.
    *register*: the name of the register, by which its next version is known; else the *title*.
    *unused*: columns of which nothing is taken, and that need not be listed as such.
    *recorded_at*: the instant at which the register recorded a row.
    *about_persons*: those whom the texts of a row are about, by their references.
    The rest says how it is written, as in `Layout`.
    """

    title: str
    unit: str
    steps: tuple[MappingStep, ...]
    before: tuple[MappingStep, ...] = ()
    clean: tuple[Cleanup, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    parts: tuple[CellParts, ...] = ()
    split: dict[str, tuple[str, ...]] = attrs.field(factory=dict)
    register: str | None = None
    unused: tuple[str, ...] = ()
    recorded_at: str | None = None
    about_persons: tuple[str, ...] = ()
    sheet: str | None = None
    header: int | None = None
    fill_down: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def name(self) -> str:
        """Return the name of the register."""
        return self.register or self.title

    @property
    def layout(self) -> Layout:
        """Return where in a file the register stands."""
        return Layout(
            sheet=self.sheet,
            header=self.header,
            fill_down=self.fill_down,
            encoding=self.encoding,
            delimiter=self.delimiter,
        )

    @property
    def templates(self) -> list[Any]:
        """Return all templates that are read with a row."""
        steps = [[step.fields, step.once or "", step.about_persons or ()] for step in self.steps]
        return [self.unit, self.recorded_at or "", self.about_persons, *steps]

    @property
    def names_persons(self) -> bool:
        """Return whether it says of any text whom that is about."""
        return any(map(self.persons_of, self.steps)) or any(s.about_persons for s in self.before)

    def persons_of(self, step: MappingStep) -> tuple[str, ...]:
        """Return templates of those whom the texts of a *step* of each row are about."""
        return self.about_persons if step.about_persons is None else step.about_persons

    def columns(self) -> set[str]:
        """Return the columns that it names."""
        names = {place.column for place in places(self.templates)}
        for step in self.steps:
            names |= {*step.when, *step.unless}
        names -= {name for part in self.parts for name in part.compiled.groups}
        names |= {part.column for part in self.parts}
        names |= {column for clean in self.clean for column in clean.columns}
        names |= {column for over in self.passed_over for column in over.columns}
        return names | {*self.split, *self.fill_down}

    def coded(self) -> Mapping[str, frozenset[str]]:
        """Return the values that some step takes, of each column that has nothing but such values.

        What a step takes `unless` a value stands there, it takes of any other.
        """
        values: dict[str, set[str]] = {}
        for step in self.steps:
            for column, listed in step.when.items():
                values.setdefault(column, set()).update(listed)
        for step in self.steps:
            for column in step.unless:
                values.pop(column, None)
        return {column: frozenset({*listed, ""}) for column, listed in values.items()}


def read_map(file: Path) -> RegisterMap:
    """Return the map in *file*.

    Raises:
        MalformedError: naming the file, the key and what is wrong with it.
    """
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise MalformedError(str(file), error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise MalformedError(str(file), f"not UTF-8: byte {error.start + 1}") from error
    mapping = read_toml(text, RegisterMap, str(file))
    _refuse_unusable(mapping, file)
    return mapping


def _refuse_unusable(mapping: RegisterMap, file: Path) -> None:
    if mapping.delimiter is not None and not is_delimiter(mapping.delimiter):
        problem = "must be one character, and neither a quote nor the end of a line"
        raise MalformedError(f"{file}: delimiter", problem)
    check_label("register", mapping.name, REF_LENGTH)
    if mapping.header is not None and mapping.header < 1:
        raise MalformedError(f"{file}: header", "is the number of a line, from 1")
    try:
        "".encode(mapping.encoding or "utf-8")
    except (LookupError, ValueError) as error:
        raise MalformedError(f"{file}: encoding", str(error)) from error
    for column, texts in mapping.split.items():
        if not texts or not all(texts):
            raise MalformedError(f"{file}: split.{column}", "must list texts to split by")
    for where, holder in _patterns(mapping):
        try:
            _ = holder.compiled
        except MalformedError as error:
            raise MalformedError(f"{file}: {where}.{error.field}", error.problem) from error
    for index, clean in enumerate(mapping.clean):
        if clean.by and clean.pattern is None:
            raise MalformedError(f"{file}: clean[{index}].by", "stands for what a pattern matches")
        if any(len(text) > REPLACEMENT for text in (clean.by, *clean.replace.values())):
            problem = f"puts more than {REPLACEMENT:,} characters in the place of others"
            raise MalformedError(f"{file}: clean[{index}]", problem)
    for index, part in enumerate(mapping.parts):
        if not part.compiled.groups:
            raise MalformedError(f"{file}: parts[{index}].pattern", "has no group (?P<name>...)")
    for name, template in (("unit", mapping.unit), ("recorded_at", mapping.recorded_at or "")):
        _refuse_template(template, f"{file}: {name}")
    _refuse_persons(mapping.about_persons, f"{file}: about_persons")
    for name, steps in (("before", mapping.before), ("steps", mapping.steps)):
        for index, step in enumerate(steps):
            where = f"{file}: {name}[{index}]"
            _refuse_template(step.once or "", f"{where}.once")
            _refuse_persons(step.about_persons or (), f"{where}.about_persons")
            for key, value in step.fields.items():
                _refuse_template(value, f"{where}.fields.{key}")
            templates = [step.fields, step.once or "", step.about_persons or ()]
            if name == "before" and any(True for _ in places(templates)):
                problem = "names a column, but comes before the first row"
                raise MalformedError(where, problem)


def _patterns(mapping: RegisterMap) -> Iterator[tuple[str, Cleanup | CellParts]]:
    for index, clean in enumerate(mapping.clean):
        yield f"clean[{index}]", clean
    for index, part in enumerate(mapping.parts):
        yield f"parts[{index}]", part


def _refuse_template(template: Any, where: str) -> None:
    try:
        list(places(template))
    except MalformedError as error:
        raise MalformedError(where, error.problem) from error


def _refuse_persons(templates: Sequence[str], where: str) -> None:
    """Refuse *templates* of persons that are none, or a person who is no reference."""
    for index, template in enumerate(templates):
        _refuse_template(template, f"{where}[{index}]")
        if not any(True for _ in places(template)):
            check_ref(f"{where}[{index}]", rendered(template, {}))


def _refuse_constant(cls: Any, key: str, value: Any, mapper: LifMapper, where: str) -> None:
    """Refuse a *value* that is the same for every row, and that the field *key* cannot hold."""
    if any(True for _ in places(value)):
        return
    kind = get_type_hints(cls, include_extras=True)[key]
    try:
        msgspec.convert(as_json(value), kind, dec_hook=mapper.registry.decode_hook)
    except msgspec.ValidationError as error:
        raise MalformedError(where, str(error)) from error


def refuse_unfit(mapping: RegisterMap, mapper: LifMapper, file: Path) -> None:
    """Refuse a map where a step is no command, or names what its command does not have.

    So a slip in a map is reported once, before anything is recorded, and not row by row.

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
            for key in step.fields:
                if key in ENVELOPE:
                    problem = "stands at the top of a map, for all commands of a row"
                    if key == "about_persons":
                        problem += ", or beside the fields of a step"
                    raise MalformedError(f"{where}.fields.{key}", problem)
                if key in fields:
                    _refuse_constant(cls, key, step.fields[key], mapper, f"{where}.fields.{key}")
                else:
                    there = ", ".join(fields)
                    problem = f"not of {step.command}, which has {there}"
                    raise MalformedError(f"{where}.fields.{key}", problem)
            for field in fields.values():
                if field.default is attrs.NOTHING and field.name not in step.fields:
                    raise MalformedError(f"{where}.fields.{field.name}", "missing")
            for key in step.collect:
                if not isinstance(step.fields.get(key), list):
                    raise MalformedError(f"{where}.collect", f"{key!r} is no list in its fields")
