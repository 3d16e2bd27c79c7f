"""The faults of a value in JSON: every place in it that its type cannot hold, and what it can."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from enum import EnumType
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
import msgspec

from lif_core.errors import MalformedError
from lif_core.values.fields import (
    LIST_LENGTH,
    Personal,
    Prose,
    checks_of_type,
    is_compound,
    malformed,
    types_of,
)

SHOWN = 60
DecodeHook = Callable[[type, Any], Any]


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return the one of the *known* texts that *text* is most like, if it is like any."""
    spelt = {_plain(each): each for each in known}
    matches = get_close_matches(_plain(text), spelt, n=1, cutoff=0.6)
    return spelt[matches[0]] if matches else None


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ").replace("_", " ")


def suggestion(text: str, known: Iterable[str]) -> str:
    """Return the question whether the nearest of the *known* texts was meant, after a comma."""
    match = nearest(text, known)
    return "" if match is None else f", did you mean {match}?"


def unknown_field(where: str, name: str, known: Iterable[str]) -> MalformedError:
    """Return the error that a field *name* is none of the *known* ones."""
    names = tuple(sorted(known))
    problem = f"unknown field{suggestion(name, names)}; known: {', '.join(names)}"
    return MalformedError(where, problem, allowed=names)


def faults(value: Any, kind: Any, hook: DecodeHook, where: str = "") -> Iterator[MalformedError]:
    """Yield each fault of *value*, which is JSON, as one of a *kind*, in the order of its fields.

    Args:
        value: what was parsed.
        kind: the type of a field, or the class of a command.
        hook: makes what `msgspec` cannot make by itself.
        where: the path to the value.
    """
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if value is not None:
            (inner,) = (part for part in args if part is not NoneType)
            yield from faults(value, inner, hook, where)
    elif origin is tuple and isinstance(value, list) and len(value) <= LIST_LENGTH:
        before = False
        for index, each in enumerate(value):
            for fault in faults(each, args[0], hook, f"{where}[{index}]"):
                before = True
                yield fault
        if not before:
            yield from _faults_of_one(value, kind, hook, where)
    elif is_compound(kind) and isinstance(value, dict):
        yield from _faults_of_fields(value, kind, hook, where)
    else:
        yield from _faults_of_one(value, kind, hook, where)


def _faults_of_fields(
    value: dict[str, Any], kind: Any, hook: DecodeHook, where: str
) -> Iterator[MalformedError]:
    known, start = types_of(kind), f"{where}." if where else ""
    for key in value:
        if key not in known:
            yield unknown_field(start + key, key, known)
    needed = required_of(kind)
    for name, inner in known.items():
        if name in value:
            yield from faults(value[name], inner, hook, start + name)
        elif name in needed:
            choices = choices_of(inner)
            listed = "" if _is_flag(inner) or not choices else f"; {', '.join(map(str, choices))}"
            yield MalformedError(start + name, f"missing{listed}", allowed=choices)


def required_of(kind: Any) -> frozenset[str]:
    """Return the names of the fields of a class *kind* that have no default."""
    if attrs.has(kind):
        return frozenset(f.name for f in attrs.fields(kind) if f.default is attrs.NOTHING)
    return frozenset(field.name for field in msgspec.structs.fields(kind) if field.required)


def _is_flag(kind: Any) -> bool:
    return kind is bool or bool in get_args(kind)


def choices_of(kind: Any) -> tuple[Any, ...]:
    """Return the values that a field of a *kind* is one of; none where it is not so limited."""
    if isinstance(kind, EnumType):
        return tuple(member.value for member in kind)  # type: ignore[var-annotated]
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
        return choices_of(kind)
    return (True, False) if kind is bool else ()


def _faults_of_one(
    value: Any, kind: Any, hook: DecodeHook, where: str
) -> Iterator[MalformedError]:
    try:
        checks_of_type(kind)(where, msgspec.convert(value, kind, dec_hook=hook))
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, MalformedError):
            yield error.__cause__
        else:
            yield _told(value, kind, where, malformed(error, where))
    except MalformedError as error:
        yield _told(value, kind, where, error)


def _brief(value: Any) -> str:
    """Return *value* as JSON, as far as it is shown in an error."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    text = repr(value) if isinstance(value, str) else text
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def _told(value: Any, kind: Any, where: str, error: MalformedError) -> MalformedError:
    """Return the *error* with what stands there and what is allowed, where that can be listed."""
    text = _brief(value)
    if choices := choices_of(kind):
        if _is_flag(kind):
            problem = f"{text} is neither yes (true) nor no (false)"
            return MalformedError(error.field, problem, value=value, allowed=choices)
        listed = ", ".join(map(str, choices))
        meant = suggestion(value, map(str, choices)) if isinstance(value, str) else ""
        problem = f"{text} is none of {listed}{meant}"
        return MalformedError(error.field, problem, value=value, allowed=choices)
    if kind is date and isinstance(value, str):
        return MalformedError(error.field, f"{text} is no day; write 2018-01-25", value=value)
    if is_compound(kind):
        needed = required_of(kind)
        fields = ", ".join(name for name in types_of(kind) if name in needed or not needed)
        problem = f"{text} is not what is needed: {fields}; with a comma in one, give each alone"
        return MalformedError(error.field, problem)
    if get_origin(kind) is Annotated and any(
        isinstance(m, Personal | Prose) for m in get_args(kind)
    ):
        return error  # the text may be about a person
    return MalformedError(error.field, error.problem, value=value)
