"""A mark in every text of an event that may tell about a person, to be looked for where none may
be.
"""

from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.messages import Event
from lif_core.values.fields import Personal, marks_of

E = TypeVar("E", bound=Event[Any])


def with_canaries(event: E, canary: str) -> E:
    """Return *event* with the *canary* in every personal text that it has, at any depth."""
    return attrs.evolve(event, **_changed(event, canary))  # type: ignore[misc]


def _changed(whole: Any, canary: str) -> dict[str, Any]:
    hints = get_type_hints(type(whole), include_extras=True)
    names = (
        whole.__struct_fields__ if isinstance(whole, Struct) else attrs.fields_dict(type(whole))
    )
    return {name: _marked(getattr(whole, name), hints[name], canary) for name in names}


def _marked(value: Any, annotation: Any, canary: str) -> Any:
    if not value:
        return value
    if any(path == "" and isinstance(mark, Personal) for path, mark in marks_of(annotation)):
        return canary
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not type(None))
    if isinstance(value, tuple):
        (inner, *_) = get_args(annotation)
        return tuple(_marked(each, inner, canary) for each in value)
    if isinstance(value, Struct):
        return replace(value, **_changed(value, canary))
    if attrs.has(type(value)):
        return attrs.evolve(value, **_changed(value, canary))
    return value
