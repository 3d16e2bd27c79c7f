"""The redaction of what may tell about a person, by the types of fields: in views, in changes of
them, and in entries.

What a class needs is found out once. A class without a personal field costs nothing from then on,
and the tables of a view are redacted when they are looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs
import msgspec
from msgspec.structs import replace

from lif_core.decisions.corrections import Replacement
from lif_core.decisions.messages import Command, Event, UnknownEvent, evolved
from lif_core.errors import MalformedError
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Change, Column
from lif_core.projection.tables import Table, names_of
from lif_core.values.fields import Personal, is_compound, marks_of, types_of

REDACTED = "[redacted]"
"""The text that stands in the place of one that may tell about a person."""

CHANGED = "[redacted, another text]"
"""The text in the place of one that is another than the one before, which is redacted too."""

Redact: TypeAlias = Callable[[Any], Any]
"""A function that returns a value without what may tell about a person."""
V = TypeVar("V")


def redacted(value: V) -> V:
    """Return a *value* without its personal texts: a view, a row, an entry, or what has some.

    Of an event that is not known here, all is left out but when, in which role and for which body.
    """
    kind: Any = type(value)
    redact = _redaction_of(kind)
    if redact is None:
        return value
    without: V = redact(value)
    return without


@cache
def _redaction_of(kind: Any) -> Redact | None:
    """Return what redacts the values of a type *kind*; `None` where none has a personal text."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        inner, *marks = args
        personal = any(isinstance(mark, Personal) for mark in marks)
        return _redacted_text if personal else _redaction_of(inner)
    if origin in (Union, UnionType):
        return _of_union(tuple(part for part in args if part is not NoneType))
    if origin in (Table, tuple, list):
        return _of_many(origin, args[0])
    if origin is not None and issubclass(origin, Mapping):
        return _of_mapping(args[1])
    if origin is Event or isinstance(kind, TypeVar):
        return redacted  # its own class says what it has
    return _of_class(origin or kind)


def _redacted_text(_: str) -> str:
    return REDACTED


def _of_union(parts: tuple[Any, ...]) -> Redact | None:
    """Return what redacts a value of one of the *parts*, by its class."""
    redactions = {_class_of(part): _redaction_of(part) for part in parts}
    if not any(redactions.values()):
        return None

    def redact_part(value: Any) -> Any:
        redact = redactions.get(type(value), redacted)
        return value if redact is None else redact(value)

    return redact_part


def _class_of(kind: Any) -> Any:
    """Return the class that the values of a type *kind* have."""
    origin = get_origin(kind)
    return _class_of(get_args(kind)[0]) if origin is Annotated else origin or kind


def _of_many(container: Any, kind: Any) -> Redact | None:
    """Return what redacts a *container* of values of a type *kind*."""
    redact = _redaction_of(kind)
    if redact is None:
        return None
    if container is Table:
        return lambda table: Table(lambda: tuple(map(redact, table)))
    return lambda values: container(map(redact, values))


def _of_mapping(kind: Any) -> Redact | None:
    """Return what redacts the members of a mapping, which are of a type *kind*."""
    redact = _redaction_of(kind)
    if redact is None:
        return None
    return lambda members: {name: _optional(value, redact) for name, value in members.items()}


def _of_class(cls: Any) -> Redact | None:
    """Return what redacts the values of a class."""
    match cls:
        case _ if cls is UnknownEvent:
            return _redacted_unknown
        case _ if cls is Replacement:
            return _redacted_replacement
        case _ if cls is Change:
            return _redacted_change
        case _ if cls is AsOf or not is_compound(cls):
            return None
    fields = tuple(_fields(cls))
    copy: Any = attrs.evolve
    if issubclass(cls, msgspec.Struct):
        copy = replace
    elif issubclass(cls, Event):
        copy = evolved

    def redact_fields(value: Any) -> Any:
        changes = {
            name: redact(inner)
            for name, read, redact in fields
            if (inner := read(value)) is not None
        }
        return copy(value, **changes) if changes else value

    return redact_fields if fields else None


def _fields(cls: Any) -> Iterator[tuple[str, Callable[[Any], Any], Redact]]:
    """Yield the fields of a class that may have a personal text: the name, what reads the field,
    and what redacts it.
    """
    hints = get_type_hints(cls, include_extras=True)
    for name in names_of(cls):
        redact = _redaction_of(hints[name])
        if redact is not None:
            yield name, attrgetter(name), redact


def _optional(value: Any, redact: Redact | None) -> Any:
    return value if value is None or redact is None else redact(value)


def redacted_field(kind: type, name: str, value: V) -> V:
    """Return the *value* of a field of the class *kind*, by its *name*, without personal texts."""
    redactions: Mapping[str, Redact] = {each: redact for each, _, redact in _fields(kind)}
    without: V = _optional(value, redactions.get(name))
    return without


# Entries


def _redacted_replacement(replacement: Replacement) -> Replacement:
    copy = object.__new__(Replacement)  # it was checked when it was recorded
    copy.event = redacted(replacement.event)
    return copy


def _redacted_unknown(event: UnknownEvent) -> UnknownEvent:
    """Return an *event* without all that no type says of whether it may tell about a person."""
    by, fields = event.fields.get("by"), dict.fromkeys(event.fields, REDACTED)
    shown = {name: event.fields[name] for name in ("on",) if name in fields}
    if isinstance(by, Mapping):
        shown["by"] = {
            name: value if name in ("role", "body") else REDACTED for name, value in by.items()
        }
    return evolved(event, by=redacted(event.by), fields={**fields, **shown})


def refuse_redacted(message: Command | Event[Any], where: str = "") -> None:
    """Refuse to record what stands for a text, in place of the text: whoever copies an entry that
    was redacted for them would write over what it says.

    Raises:
        MalformedError: a personal text, or who decides, is redacted; it says *where*.
    """
    cls: Any = type(message)
    texts = _texts_of(cls)
    values = texts.read(message)
    if not (texts.has_lists or REDACTED in values or CHANGED in values):
        return  # the most usual case
    for name, value in zip(texts.names, values, strict=False):
        if _is_redacted(value):
            problem = f"{REDACTED} stands for a text that was left out; give the text itself"
            raise MalformedError(where + name, problem)


class _Texts(NamedTuple):
    """The fields of a class that hold a personal text, or a list of them, and who decides."""

    names: tuple[str, ...]
    read: Callable[[Any], tuple[Any, ...]]
    has_lists: bool


@cache
def _texts_of(cls: Any) -> _Texts:
    """Return the texts of a class; what reads them reads the day too: of one it makes no tuple."""
    paths = {
        name: {path for path, mark in marks_of(kind) if isinstance(mark, Personal)}
        for name, kind in types_of(cls).items()
    }
    names = (*(name for name in paths if paths[name] & {"", "[]"}), "by.person")
    return _Texts(names, attrgetter(*names, "on"), any("[]" in paths[name] for name in paths))


def _is_redacted(value: str | tuple[str, ...] | None) -> bool:
    return value in (REDACTED, CHANGED) or (type(value) is tuple and REDACTED in value)


# Changes


def _redacted_change(change: Change) -> Change:
    """Return a *change* of a row with what may tell about a person left out of both sides, and
    said to be another where it is.
    """
    if isinstance(change.row, Mapping):
        return change  # figures that stand alone in a view, none of which is a text
    redactions = {name: redact for name, _, redact in _fields(type(change.row))}
    if not redactions:
        return change
    return attrs.evolve(
        change,
        key=tuple((name, _optional(value, redactions.get(name))) for name, value in change.key),
        before=redacted(change.before),
        after=redacted(change.after),
        columns=tuple(_column(each, redactions.get(each.column)) for each in change.columns),
    )


def _column(column: Column, redact: Redact | None) -> Column:
    before, after = _optional(column.before, redact), _optional(column.after, redact)
    if before == after:
        after = tuple(CHANGED for _ in after) if isinstance(after, tuple) else CHANGED
    return Column(column.column, before, after)
