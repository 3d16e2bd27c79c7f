"""A command with what belongs to asking it, and its public JSON form: one object, one line.

`{"command": "AcceptTransfer", "command_id": "m-12/3", "by": {...}, "on": "2018-06-01", ...}`.
The format is documented in `docs/reference/commands.md`; the schema of each command is
`schema(name)`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec
from attrs import frozen

from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.values.faults import faults, suggestion
from lif_core.values.fields import (
    LABEL_PATTERN,
    LIST_LENGTH,
    REF_LENGTH,
    REF_PATTERN,
    SURROGATE,
    check_instant,
    check_label,
    check_ref,
    malformed,
    refuse_unknown_keys,
)

JSON: TypeAlias = Any
DEPTH = 64
"""Objects and lists of a request are nested at most so deep."""
FAULTS = 100
"""At most so many faults of one request are told."""
ENVELOPE = (
    *("command", "command_id", "recorded_at", "correlation", "causation"),
    "expected_positions",  # a death may be `expected`
    "about_persons",
)


PERSONS = 100
"""A text is about so many persons at most."""


@frozen(kw_only=True)
class Request:
    """A *command*, to be handled once under *command_id*.

    *recorded_at* is given only when migrating an older register, for the instant it was recorded
    there; the record then says so. *claimed_at* is such an instant that is kept beside the
    clock's, where other entries were recorded later than that already. *correlation* and
    *causation* are the caller's, for tracing.
    *expected* are the stream positions up to which whoever decides has seen streams, 0 for one
    that had no entry: where one has moved since, the command is not decided (`StaleError`).
    *about* are those whom its texts are about, such as `wscb/p-17`: under their keys these are
    encrypted, where the store is opened with keys. Where nobody is said, they are about those of
    the entries of the stream before it. *about_keys* says the same by the ids of keys, for texts
    that were taken from another entry; it leaves out whoever was erased since.
    """

    command: Command
    command_id: str | None = None
    recorded_at: datetime | None = None
    correlation: str | None = None
    causation: str | None = None
    expected: Mapping[str, int] | None = None
    claimed_at: datetime | None = None
    about: tuple[str, ...] = ()
    about_keys: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for name in ("command_id", "correlation", "causation"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, check_label(name, value, REF_LENGTH))
        if self.recorded_at is not None:
            check_instant("recorded_at", self.recorded_at)
        if self.claimed_at is not None:
            check_instant("claimed_at", self.claimed_at)
            if self.recorded_at is not None:
                raise MalformedError("claimed_at", "stands in the place of recorded_at")
        if self.expected is not None:
            object.__setattr__(self, "expected", check_expected(self.expected))
        if self.about:
            object.__setattr__(self, "about", check_about(self.about))


def check_about(persons: Iterable[str]) -> tuple[str, ...]:
    """Return the *persons* whom texts are about, each once, by their references in one spelling.

    Raises:
        MalformedError: one is no reference, or they are more than 100.
    """
    persons = tuple(persons)
    if len(persons) > PERSONS:
        raise MalformedError("about", f"{len(persons)} persons; at most {PERSONS} are named")
    about = (check_ref(f"about[{index}]", person) for index, person in enumerate(persons))
    return tuple(dict.fromkeys(about))


def check_expected(expected: Mapping[str, int]) -> Mapping[str, int]:
    """Return the positions *expected* of streams, by their names in one spelling.

    Raises:
        MalformedError: a name is no text on one line, or a position no whole number from 0.
    """
    if len(expected) > LIST_LENGTH:
        raise MalformedError("expected", f"{len(expected):,} streams; at most {LIST_LENGTH:,}")
    checked: dict[str, int] = {}
    for stream, position in expected.items():
        name = check_label("expected", stream, 2 * REF_LENGTH)
        if type(position) is not int or position < 0:
            raise MalformedError(f"expected.{name}", "is no whole number from 0")
        checked[name] = position
    return MappingProxyType(checked)


def digest(command: Command, mapper: LifMapper) -> bytes:
    """Sixteen bytes that tell one command from another, whatever its id.

    With keys, nobody without them can try what the command might have said.
    """
    if mapper.keyring is not None:
        return mapper.keyring.digest(dump(command, mapper))[:16]
    return digest_without_keys(command, mapper)


def digest_without_keys(command: Command, mapper: LifMapper) -> bytes:
    """Return the digest of a *command* that was handled before there were keys."""
    return sha256(dump(command, mapper)).digest()[:16]


def dump(command: Command, mapper: LifMapper) -> bytes:
    """Return *command* in its public JSON form, without what belongs to asking it."""
    body = mapper.registry.encode(command)
    return b'{"command":"%b",%b' % (type(command).__name__.encode(), body[1:])


def load(line: str | bytes, mapper: LifMapper) -> Request:
    """Return the request in one JSON object.

    Raises:
        MalformedError: naming the field: not JSON, a key twice, an unknown command or field, a
            field missing, of a wrong type or with a value it cannot hold.
    """
    value = parse(line)
    if not isinstance(value, dict):
        raise MalformedError("", "expected one JSON object on the line")
    return from_json(value, mapper)


def parse(line: str | bytes) -> JSON:
    """Return the JSON value of *line*; a key twice in one object is an error."""
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        value = json.loads(
            text.rstrip("\r\n"),
            object_pairs_hook=_no_key_twice,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        before = error.object[: error.start].split(b"\n")
        place = f"byte {len(before[-1]) + 1} of the line"
        raise MalformedError("", f"not UTF-8: {_on_line(len(before), place)}") from error
    except RecursionError as error:
        raise MalformedError("", "nested too deeply") from error
    except json.JSONDecodeError as error:
        place = _on_line(error.lineno, f"column {error.colno}")
        raise MalformedError("", f"not JSON: {error.msg}, {place}") from error
    except MalformedError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise MalformedError("", "a number of more digits than can be read") from error
    if text.count("[") + text.count("{") > DEPTH and _is_deep(value):
        raise MalformedError("", "nested too deeply")
    return value


def _is_deep(value: JSON) -> bool:
    """Return whether objects and lists are nested in *value* deeper than any request needs."""
    level = [value]
    for _ in range(DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [each for each in chain.from_iterable(inner) if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _on_line(number: int, place: str) -> str:
    """Return a *place* on a line of an object, which is told where it is not the first."""
    return place if number == 1 else f"on line {number} of the object, {place}"


def _refuse_constant(name: str) -> JSON:
    """Refuse what Python would read, and JSON does not have: `NaN`, `Infinity`."""
    raise MalformedError("", f"not JSON: {name} is no number")


def _no_key_twice(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    members: dict[str, JSON] = {}
    for key, value in pairs:
        if key in members:
            raise MalformedError(key, "given twice in one object")
        members[key] = value
    return members


def from_json(value: Mapping[str, JSON], mapper: LifMapper) -> Request:
    """Return the request in a JSON object that is already parsed; errors as of `load`."""
    if surrogates := tuple(islice(_surrogates(value), FAULTS)):
        raise MalformedError.of((*surrogates, *_faults_beside(surrogates, value, mapper)))
    rest = dict(value)
    envelope = {key: rest.pop(key) for key in ENVELOPE if key in rest}
    name = envelope.pop("command", None)
    cls = command_named(name, mapper)
    try:
        refuse_unknown_keys(rest, cls)
        command = _convert(rest, cls, mapper)
    except MalformedError as error:
        some = islice(faults(rest, cls, mapper.registry.decode_hook), FAULTS)
        every = tuple(some) or (error,)
        raise MalformedError.of((*every, *_faults_of_envelope(envelope))) from error
    return Request(command=command, **_convert_envelope(envelope))


def command_named(name: JSON, mapper: LifMapper) -> type[Command]:
    """Return the class of the command *name*.

    Raises:
        MalformedError: there is no such command; the error names the nearest.
    """
    commands = mapper.registry.commands
    if isinstance(name, str) and name in commands:
        return commands[name]
    meant = suggestion(name, commands) if isinstance(name, str) else ""
    problem = f"unknown command {name!r}{meant}; `lif commands` lists them"
    raise MalformedError("command", problem)


def _faults_of_envelope(envelope: dict[str, JSON]) -> Iterator[MalformedError]:
    try:
        _convert_envelope(envelope)
    except MalformedError as error:
        yield error


def _convert(fields: dict[str, JSON], cls: type[Command], mapper: LifMapper) -> Command:
    try:
        return msgspec.convert(fields, cls, dec_hook=mapper.registry.decode_hook)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, MalformedError):
            raise error.__cause__ from error
        raise malformed(error) from error


class _Envelope(msgspec.Struct):
    command_id: str | None = None
    recorded_at: datetime | None = None
    correlation: str | None = None
    causation: str | None = None
    expected_positions: dict[str, int] | None = None
    about_persons: tuple[str, ...] = ()


def _convert_envelope(envelope: dict[str, JSON]) -> dict[str, Any]:
    try:
        fields = msgspec.structs.asdict(msgspec.convert(envelope, _Envelope))
    except msgspec.ValidationError as error:
        raise malformed(error) from error
    fields["expected"] = fields.pop("expected_positions")
    fields["about"] = fields.pop("about_persons")
    return fields


def _surrogates(value: JSON, where: str = "") -> Iterator[MalformedError]:
    """Yield the texts with half a character, as JSON can escape it: it is no text and cannot be
    written anywhere.
    """
    match value:
        case str():
            if surrogate := SURROGATE.search(value):
                yield MalformedError(where, f"lone surrogate U+{ord(surrogate[0]):04X}; not text")
        case dict():
            for key, inner in value.items():
                yield from _surrogates(key, f"{where}.{key}".lstrip("."))
                yield from _surrogates(inner, f"{where}.{key}".lstrip("."))
        case list():
            for index, inner in enumerate(value):
                yield from _surrogates(inner, f"{where}[{index}]")


def _faults_beside(
    surrogates: Iterable[MalformedError], value: Mapping[str, JSON], mapper: LifMapper
) -> Iterator[MalformedError]:
    """Yield what else is wrong with *value*, in which these texts are none."""
    named = {_whole(error.field) for error in surrogates}
    try:
        from_json(_whole(value), mapper)
    except MalformedError as error:
        yield from (each for each in error.errors or (error,) if each.field not in named)


def _whole(value: JSON) -> JSON:
    """Return *value* with a sign in the place of each half of a character."""
    match value:
        case str():
            return SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        case dict():
            return {_whole(key): _whole(inner) for key, inner in value.items()}
        case list():
            return [_whole(inner) for inner in value]
    return value


def schema(name: str, mapper: LifMapper) -> dict[str, JSON]:
    """Return the JSON Schema (2020-12) of the command *name* as one line of a file.

    Raises:
        MalformedError: there is no such command.
    """
    cls = command_named(name, mapper)
    definitions = schemas_of([cls], "#/$defs/{name}")
    body = definitions.pop(name)
    text = {"type": "string", "minLength": 1, "maxLength": REF_LENGTH, "pattern": LABEL_PATTERN}
    envelope = {
        "command": {"const": name},
        "command_id": text,
        "recorded_at": {"type": "string", "format": "date-time"},
        "correlation": text,
        "causation": text,
        "expected_positions": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 0},
            "maxProperties": LIST_LENGTH,
        },
        "about_persons": {
            "type": "array",
            "items": {**text, "minLength": 3, "pattern": REF_PATTERN},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **body,
        "properties": {**envelope, **body["properties"]},
        "required": ["command", *body["required"]],
        "$defs": definitions,
    }


def schemas_of(classes: Iterable[type], ref_template: str) -> dict[str, JSON]:
    """Return the schemas of *classes* of commands, and of what is in them, by name.

    No member is taken that is not named there, and no list of more members than are kept.
    """
    _, schemas = msgspec.json.schema_components(
        classes, schema_hook=schema_of_replacement, ref_template=ref_template
    )
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
        _bound_lists(schema)
    return schemas


def _bound_lists(schema: JSON) -> None:
    """Say in a *schema*, and in those within it, how many members a list has at most."""
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, dict | list):
            _bound_lists(inner)
    if isinstance(schema, dict) and schema.get("type") == "array":
        schema["maxItems"] = LIST_LENGTH


def schema_of_replacement(_: type) -> dict[str, JSON]:
    """Return the schema of what an amendment puts in the place of an entry."""
    name = {
        "type": "string",
        "description": "the stored name of an event: RecommendationPlanned.v1",
    }
    return {
        "type": "object",
        "properties": {"name": name, "event": {"type": "object"}},
        "required": ["name", "event"],
        "additionalProperties": False,
    }
