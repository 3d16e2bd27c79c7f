"""A mark in every text of an event that may tell about a person, to be looked for where none may
be.
"""

from types import UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.corrections import EntryAmended, Replacement
from lif_core.decisions.messages import Event, evolved
from lif_core.decisions.record import Record
from lif_core.values.fields import Personal, marks_of

E = TypeVar("E", bound=Event[Any])


Marks: TypeAlias = tuple[type, ...]


def with_canaries(event: E, canary: str, marks: Marks = (Personal,)) -> E:
    """Return *event* with the *canary* in every text of it that has one of these *marks*, at any
    depth; by default, in every personal one.
    """
    return attrs.evolve(event, **_changed(event, canary, marks))  # type: ignore[misc]


def token(position: int) -> str:
    """Return the canary of the entry at a *position*."""
    return f"zugzwang{position}x"


def marked(record: Record) -> Record:
    """Return *record* with its token in every text that may tell about a person."""
    event, canary = record.event, token(record.position)
    if isinstance(event, EntryAmended):
        amended = Replacement(with_canaries(event.replacement.event, canary))
        event = evolved(event, replacement=amended)
    return replace(record, event=with_canaries(event, canary), entered_by=canary)


def _changed(whole: Any, canary: str, marks: Marks) -> dict[str, Any]:
    hints = get_type_hints(type(whole), include_extras=True)
    names = (
        whole.__struct_fields__ if isinstance(whole, Struct) else attrs.fields_dict(type(whole))
    )
    return {name: _marked(getattr(whole, name), hints[name], canary, marks) for name in names}


def _marked(value: Any, annotation: Any, canary: str, marks: Marks) -> Any:
    if not value:
        return value
    if any(path == "" and isinstance(mark, marks) for path, mark in marks_of(annotation)):
        return canary
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not type(None))
    if isinstance(value, tuple):
        (inner, *_) = get_args(annotation)
        return tuple(_marked(each, inner, canary, marks) for each in value)
    if isinstance(value, Struct):
        return replace(value, **_changed(value, canary, marks))
    if attrs.has(type(value)):
        return attrs.evolve(value, **_changed(value, canary, marks))
    return value
