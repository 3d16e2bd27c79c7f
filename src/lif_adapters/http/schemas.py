"""JSON Schemas of commands, views and entries, made from the types that check and hold them."""

from collections.abc import Iterable
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import msgspec

from lif_core.log.requests import PERSONS, schemas_of
from lif_core.projection.tables import Table, names_of
from lif_core.values.fields import LABEL_PATTERN, LIST_LENGTH, REF_LENGTH, REF_PATTERN

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"
LABEL: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": REF_LENGTH,
    "pattern": LABEL_PATTERN,
}
ASKING: dict[str, Schema] = {
    "correlation": LABEL,
    "causation": LABEL,
    "expected_positions": {
        "type": "object",
        "propertyNames": LABEL,
        "additionalProperties": {"type": "integer", "minimum": 0},
        "maxProperties": LIST_LENGTH,
    },
    "about_persons": {
        "type": "array",
        "items": {**LABEL, "minLength": 3, "pattern": REF_PATTERN},
        "maxItems": PERSONS,
    },
}
"""The members of a body that are none of the command's own."""
ENTRY: Schema = {
    "type": "object",
    "description": "An entry of the log.",
    "properties": {
        "position": {"type": "integer", "minimum": 1},
        "stream": {"type": "string"},
        "entry": {"type": "integer", "minimum": 1},
        "recorded_at": {"type": "string", "format": "date-time"},
        "name": {"type": "string"},
        "event": {"type": "object"},
        "entered_by": {"type": "string"},
        "command_id": {"type": "string"},
        "correlation": {"type": "string"},
        "causation": {"type": "string"},
        "stamped": {"type": "string", "format": "date-time"},
        "entered_at": {"type": "string", "format": "date-time"},
        "claimed_at": {"type": "string", "format": "date-time"},
        "migrated": {"type": "boolean"},
        "quorate": {"type": "boolean"},
    },
    "required": ["position", "stream", "entry", "recorded_at", "name", "event"],
}
PROBLEM: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457); `type` and `rule` are stable, texts are not.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "rule": {"type": "string"},
        "remedy": {"type": "string"},
        "source": {"type": "string"},
        "facts": {"type": "object"},
        "field": {"type": "string"},
    },
    "required": ["type", "title", "status"],
}


def of_commands(classes: Iterable[type]) -> dict[str, Schema]:
    """Return the schemas of the bodies of commands, and of what is in them, by name."""
    classes = list(classes)
    schemas = schemas_of(classes, REF)
    for cls in classes:
        schemas[cls.__name__]["properties"] |= ASKING
    return schemas


def of_views(views: Iterable[type]) -> dict[str, Schema]:
    """Return the schemas of *views*, of their rows, and of what is in these, by name."""
    _, schemas = msgspec.json.schema_components(map(listed, views), ref_template=REF)
    return schemas


def listed(kind: Any) -> Any:
    """Return *kind* with a list in the place of each table."""
    if get_origin(kind) is Table:
        return list[get_args(kind)[0]]  # type: ignore[misc]
    if not (attrs.has(kind) or (isinstance(kind, type) and issubclass(kind, msgspec.Struct))):
        return kind
    fields = get_type_hints(kind, include_extras=True)
    members = {name: listed(fields[name]) for name in names_of(kind)}
    if all(members[name] is fields[name] for name in members):
        return kind
    return msgspec.defstruct(kind.__name__, list(members.items()))
