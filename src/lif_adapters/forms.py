"""The fields of a command as a form has them, whichever framework draws it, and as they are typed.

A form is made from the type that checks the command, so that a command that is added has its form
the same day: `form_fields` says which fields there are, `command_of` makes the command of what
somebody filled in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import EnumType, IntEnum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

from attrs import evolve, frozen

from lif_adapters.json_values import json_value
from lif_adapters.times import day_in
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.requests import from_json, parse
from lif_core.values.authority import Authority
from lif_core.values.faults import required_of
from lif_core.values.fields import Listed, Names, Personal, Prose, is_compound, marks_of, types_of


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
    are those of a choice, in their order, and *words* their names, where these are others;
    *personal*: the text may be about a person. *each* is the field for one of several values,
    *fields* are those of a value that has some. *names* is the category of the streams that it
    names, empty where it names them by their ids; *listed* is the list of the framework that its
    codes are on.
    """

    name: str
    kind: FieldKind
    required: bool
    choices: tuple[str | int, ...] = ()
    personal: bool = False
    words: tuple[str, ...] = ()
    each: "FormField | None" = None
    fields: tuple["FormField", ...] = ()
    names: str | None = None
    listed: str | None = None

    @property
    def label(self) -> str:
        """Its name in words."""
        return self.name.replace("_", " ").capitalize()


Completion: TypeAlias = Callable[[FormField, str], str]
"""Given a field that names a stream or holds a code, and what was typed, it returns the whole."""


def form_fields(command: type[Command]) -> tuple[FormField, ...]:
    """Return the fields of *command*, a class, but for `by`: the host knows who decides."""
    cls: Any = command
    return tuple(field for field in all_fields(cls) if field.name != "by")


@cache
def all_fields(kind: Any) -> tuple[FormField, ...]:
    """Return the fields of a class *kind*: of a command, who decides among them."""
    needed = required_of(kind)
    return tuple(_field(name, inner, name in needed) for name, inner in types_of(kind).items())


def _field(name: str, annotation: Any, required: bool) -> FormField:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        (inner,) = (part for part in args if part is not NoneType)
        return _field(name, inner, required)
    if origin is tuple:
        each = _field(name, args[0], required)
        many = each.kind in (FieldKind.LABEL, FieldKind.PROSE, FieldKind.CHOICE, FieldKind.DAY)
        kind = FieldKind.LINES if many else FieldKind.JSON
        return evolve(each, kind=kind, choices=(), words=(), fields=(), each=each)
    base = args[0] if origin is Annotated else annotation
    marks = args[1:] if origin is Annotated else ()
    choices: tuple[Any, ...] = ()
    words: tuple[str, ...] = ()
    if isinstance(base, EnumType):
        members: list[Any] = list(base)
        choices = tuple(member.value for member in members)
        if issubclass(base, IntEnum):
            words = tuple(member.name.lower().replace("_", "-") for member in members)
    return FormField(
        name=name,
        kind=_kind_of(base, marks),
        required=required,
        choices=choices,
        words=words,
        personal=any(isinstance(mark, Personal) for _, mark in marks_of(annotation)),
        fields=all_fields(base) if is_compound(base) else (),
        names=next((mark.category for mark in marks if isinstance(mark, Names)), None),
        listed=next((mark.list for mark in marks if isinstance(mark, Listed)), None),
    )


def _kind_of(base: Any, marks: Sequence[object]) -> FieldKind:
    if base is str and any(isinstance(mark, Prose) for mark in marks):
        return FieldKind.PROSE
    if isinstance(base, EnumType):
        return FieldKind.CHOICE
    return _KINDS.get(base, FieldKind.JSON)


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
            `grades[0].files`, and `errors` are all that is wrong.
    """
    body: dict[str, Any] = {"command": command.__name__, "by": json_value(by, mapper)}
    for field in form_fields(command):
        value = filled_in.get(field.name)
        if value is not None and value != "":
            body[field.name] = json_of(field, value)
    return from_json(body, mapper).command


def as_typed(_: FormField, text: str) -> str:
    """Return *text*, for a form that completes nothing."""
    return text


def json_of(field: FormField, value: Any, complete: Completion = as_typed) -> Any:
    """Return the *value* of a *field* in the form of JSON, as far as that can be told from it.

    What cannot be told stays as it is, for its field to refuse.

    Args:
        field: the field that it is of.
        value: a text, what a framework has made of one, a list of values, or those of its fields
            by their names.
        complete: completes a reference, and finds a code by another spelling.
    """
    if field.each is not None and not isinstance(value, str):
        return [json_of(field.each, each, complete) for each in value]
    if isinstance(value, Mapping):
        return {name: _inner(field, name, each, complete) for name, each in value.items()}
    match field.kind:
        case FieldKind.LINES if isinstance(value, str) and field.each is not None:
            lines = [line.strip() for line in value.splitlines()]
            return [json_of(field.each, line, complete) for line in lines if line]
        case FieldKind.NUMBER | FieldKind.DECIMAL if isinstance(value, str):
            return _number(value)
        case FieldKind.FLAG if isinstance(value, str):
            return _FLAGS.get(value.lower(), value)
        case FieldKind.JSON if isinstance(value, str):
            return _compound(field, value, complete)
        case FieldKind.CHOICE:
            return _choice(field, value)
        case FieldKind.PROSE if isinstance(value, str):
            return value.replace("\r\n", "\n")  # as browsers send the end of a line
        case FieldKind.DAY if isinstance(value, str):
            day = day_in(value.strip())
            return value if day is None else day.isoformat()
        case FieldKind.LABEL if isinstance(value, str):
            return complete(field, value)
        case _ if isinstance(value, date):
            return value.isoformat()
        case _:
            return value


def _inner(field: FormField, name: str, value: Any, complete: Completion) -> Any:
    inner = next((each for each in field.fields if each.name == name), None)
    return value if inner is None else json_of(inner, value, complete)


_FLAGS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def _choice(field: FormField, value: Any) -> Any:
    """Return the choice that *value* is, by its value or its name, in any spelling of that."""
    text = spelt(str(value))
    for choice, word in zip(field.choices, field.words or map(str, field.choices), strict=True):
        if text in (spelt(str(choice)), spelt(word)):
            return choice
    return value


def spelt(text: str) -> str:
    """Return *text* in the one spelling in which names are compared."""
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _number(text: str) -> Any:
    """Return the number in *text*; where it is none, the text itself, for its field to refuse."""
    for number in (int, float):
        with suppress(ValueError):
            return number(text)
    return text


def _compound(field: FormField, text: str, complete: Completion) -> Any:
    """Return the value in *text*: JSON, or the fields that it needs with commas between them."""
    if field.fields and text.lstrip()[:1] not in ("{", "["):
        needed = short_form(field)
        parts = list(_parts(needed, text)) if needed else []
        if not needed or len(parts) != len(needed):
            return text
        pairs = zip(needed, parts, strict=True)
        return {inner.name: json_of(inner, part, complete) for inner, part in pairs}
    return _parsed(field.name, text)


def _parts(needed: Sequence[FormField], text: str) -> Iterator[str]:
    """Yield the parts of *text*; the last may have commas of its own, where it is prose."""
    splits = len(needed) - 1 if needed[-1].kind is FieldKind.PROSE else -1
    yield from (part.strip() for part in text.split(",", splits))


def short_form(field: FormField) -> Sequence[FormField]:
    """Return the fields that stand in the short form of a value, with commas between them."""
    return [inner for inner in field.fields if inner.required]


def _parsed(name: str, text: str) -> Any:
    try:
        return parse(text)
    except MalformedError as error:
        raise MalformedError(name, error.problem) from error
