"""The fields of a command as a form has them, whichever framework draws it.

A form is made from the type that checks the command, so that a command that is added has its form
the same day: `form_fields` says which fields there are, `command_of` makes the command of what
somebody filled in.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from enum import EnumType, StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
from attrs import frozen

from lif_adapters.json_values import json_value
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import from_json, parse
from lif_core.values.authority import Authority
from lif_core.values.fields import Personal, Prose, marks_of


class FieldKind(StrEnum):
    """The kind of a field: with what somebody fills it in.

    `label`: a short text on one line. `prose`: a text on as many as it takes. `lines`: several
    values, one a line. `day`, `instant`. `number`: a whole one. `decimal`. `choice`: one of the
    field's choices. `flag`: yes or no. `json`: what has fields of its own.
    """

    LABEL = "label"
    PROSE = "prose"
    LINES = "lines"
    DAY = "day"
    INSTANT = "instant"
    NUMBER = "number"
    DECIMAL = "decimal"
    CHOICE = "choice"
    FLAG = "flag"
    JSON = "json"


@frozen(kw_only=True)
class FormField:
    """A field of a form, by the *name* that the command's own has.

    It is filled in as its *kind* says; where it is not *required*, it may be left empty. *choices*
    are those of a choice, in their order; *personal*: the text may be about a person.
    """

    name: str
    kind: FieldKind
    required: bool
    choices: tuple[str | int, ...] = ()
    personal: bool = False

    @property
    def label(self) -> str:
        """Its name in words."""
        return self.name.replace("_", " ").capitalize()


def form_fields(command: type[Command]) -> tuple[FormField, ...]:
    """Return the fields of *command*, a class, but for `by`: the host knows who decides."""
    return tuple(_fields_of(command))


def _fields_of(command: Any) -> Iterator[FormField]:
    for field in attrs.fields(command):
        if field.name != "by":
            kind, choices = _kind_of(field.type)
            yield FormField(
                name=field.name,
                kind=kind,
                required=field.default is attrs.NOTHING,
                choices=choices,
                personal=any(isinstance(mark, Personal) for _, mark in marks_of(field.type)),
            )


def _kind_of(annotation: Any) -> tuple[FieldKind, tuple[str | int, ...]]:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        (inner,) = (part for part in args if part is not NoneType)
        return _kind_of(inner)
    if origin is Annotated:
        if args[0] is str and any(isinstance(mark, Prose) for mark in args[1:]):
            return FieldKind.PROSE, ()
        return _kind_of(args[0])
    if origin is tuple:
        kind, _ = _kind_of(args[0])
        many = kind in (FieldKind.LABEL, FieldKind.PROSE, FieldKind.CHOICE, FieldKind.DAY)
        return (FieldKind.LINES if many else FieldKind.JSON), ()
    if isinstance(annotation, EnumType):
        members: Iterable[Any] = annotation
        return FieldKind.CHOICE, tuple(member.value for member in members)
    return _KINDS.get(annotation, FieldKind.JSON), ()


_KINDS: Mapping[Any, FieldKind] = {
    str: FieldKind.LABEL,
    bool: FieldKind.FLAG,
    int: FieldKind.NUMBER,
    float: FieldKind.DECIMAL,
    date: FieldKind.DAY,
    datetime: FieldKind.INSTANT,
}


def command_of(
    command: type[Command], by: Authority, filled_in: Mapping[str, Any], mapper: LifMapper
) -> Command:
    """Return the command that somebody *filled in*, decided *by* an authority.

    Args:
        command: the class of the command.
        by: who decides.
        filled_in: the values by field: texts, or what a framework has made of them already. What
            is left empty is left out, and so is what is no field of the command.
        mapper: knows the commands there are.

    Raises:
        MalformedError: a value is not what its field holds; `field` names it first, such as
            `grades[0].files`.
    """
    body: dict[str, Any] = {"command": command.__name__, "by": json_value(by, mapper)}
    for field in form_fields(command):
        value = filled_in.get(field.name)
        if value is not None and value != "":
            body[field.name] = _json_of(field, value)
    return from_json(body, mapper).command


def _json_of(field: FormField, value: Any) -> Any:
    """Return the *value* of a *field* in the form of JSON, as far as that can be told from it."""
    match field.kind:
        case FieldKind.LINES if isinstance(value, str):
            return [line.strip() for line in value.splitlines() if line.strip()]
        case FieldKind.NUMBER | FieldKind.DECIMAL if isinstance(value, str):
            return _number(value)
        case FieldKind.FLAG if isinstance(value, str):
            return _FLAGS.get(value.lower(), value)
        case FieldKind.JSON if isinstance(value, str):
            return _parsed(field.name, value)
        case FieldKind.CHOICE:
            return next((each for each in field.choices if str(each) == str(value)), value)
        case FieldKind.PROSE if isinstance(value, str):
            return value.replace("\r\n", "\n")  # as browsers send the end of a line
        case _ if isinstance(value, date):
            return value.isoformat()
        case _:
            return value


_FLAGS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def _number(text: str) -> Any:
    """Return the number in *text*; where it is none, the text itself, for its field to refuse."""
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


def _parsed(name: str, text: str) -> Any:
    try:
        return parse(text)
    except MalformedError as error:
        raise MalformedError(name, error.problem) from error
