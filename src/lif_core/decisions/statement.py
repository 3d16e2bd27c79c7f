"""The statement of an entry, in words: what it says, field by field."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any

import attrs
from msgspec import Struct

from lif_core.decisions.corrections import EntryAmended, EntryVoided
from lif_core.decisions.messages import Event, UnknownEvent
from lif_core.values.authority import Authority

_OF_CORRECTIONS = frozenset({"stream", "entry", "replacement"})
_ABSENT: tuple[Any, ...] = (None, (), "")


def statement(event: Event[Any], about: str) -> tuple[str, ...]:
    """Return what *event* says: each field that says something, with its name before it.

    The one that names what it is *about*, by its reference, says nothing more. A correction says
    what it puts in another's place, and why.
    """
    return tuple(
        f"{name.replace('_', ' ')}: {words(value)}"
        for name, value in _fields(event)
        if value != about
    )


def changed(
    before: Event[Any], after: Event[Any], about: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what *before* says and *after* does not, and the other way round."""
    first, second = statement(before, about), statement(after, about)
    return (
        tuple(text for text in first if text not in second),
        tuple(text for text in second if text not in first),
    )


def _fields(event: Event[Any]) -> Iterator[tuple[str, Any]]:
    members = event.fields if isinstance(event, UnknownEvent) else _members(event) or {}
    corrects = isinstance(event, EntryAmended | EntryVoided)
    for name, value in members.items():
        if value not in _ABSENT and not (corrects and name in _OF_CORRECTIONS):
            yield name, value
    if isinstance(event, EntryAmended):
        yield from _fields(event.replacement.event)


def words(value: Any) -> str:
    """Return *value* in words: what has parts, part by part."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Authority):
        parts = (value.person, value.role, value.body, value.deliberation)
        return ", ".join(words(each) for each in parts if each is not None)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(map(words, value))
    members = value if isinstance(value, Mapping) else _members(value)
    if members is None:
        return str(value)
    return ", ".join(
        f"{name.replace('_', ' ')} {words(inner)}"
        for name, inner in members.items()
        if inner not in _ABSENT
    )


def _members(value: Any) -> Mapping[str, Any] | None:
    """Return the members of a class of values; `None` of what has none."""
    if isinstance(value, Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if attrs.has(type(value)):
        return {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    return None
