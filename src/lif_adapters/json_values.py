"""Values as JSON, members in the order of their definition.

`msgspec` would write an attrs class in the order of its slots, which Python sorts by their names.
"""

import json
from datetime import date, datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from lif_adapters.extensions import catalogue
from lif_core.decisions.corrections import Replacement
from lif_core.decisions.messages import UnknownEvent
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import is_record, names_of

_ABSENT: tuple[Any, ...] = (None, ())


def to_json(value: Any, mapper: LifMapper | None = None, *, indent: int | None = None) -> str:
    """Return a view, a row, a record or an event as JSON, as the command line writes it.

    Args:
        value: a view as `lif view --format json` writes it, a record as `lif record` does; or any
            value that is in one, or a list of them.
        mapper: the one that read the record, which knows the names of its event; by default that
            of `lif` and of the installed extensions.
        indent: how many spaces each level is set in; by default all stands on one line.
    """
    mapper = mapper or LifMapper(catalogue().registry)
    return json.dumps(_json(value, mapper), ensure_ascii=False, indent=indent)


def _json(value: Any, mapper: LifMapper) -> Any:
    if isinstance(value, Record):
        return json_record(value, mapper)
    if isinstance(value, list | tuple):
        return [_json(each, mapper) for each in value]
    return json_value(value, mapper)


def json_value(value: Any, mapper: LifMapper) -> Any:
    """Return *value* in JSON's types: classes as objects, tuples as arrays, dates in ISO 8601."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UnknownEvent):
        return value.fields
    if isinstance(value, Replacement):
        name = mapper.registry.topic(value.event)
        return {"name": name, "event": json_value(value.event, mapper)}
    if isinstance(value, dict):
        return {key: json_value(inner, mapper) for key, inner in value.items()}
    if is_record(value):
        members = {name: getattr(value, name) for name in names_of(type(value))}
        absent = _ABSENT if _is_brief(value) else ()
        return {name: json_value(v, mapper) for name, v in members.items() if v not in absent}
    return [json_value(inner, mapper) for inner in value]


def _is_brief(value: Any) -> bool:
    """Return whether *value* is stored without its members that say nothing, and so shown."""
    return isinstance(value, Struct) and value.__struct_config__.omit_defaults


def json_record(record: Record, mapper: LifMapper) -> dict[str, Any]:
    """Return a record as documented in `docs/reference/cli.md`."""
    members = {
        "position": record.position,
        "stream": record.stream,
        "entry": record.stream_position,
        "recorded_at": record.recorded_at.isoformat(),
        "name": mapper.registry.topic(record.event),
        "event": json_value(record.event, mapper),
    }
    for name in ("entered_by", "command_id", "correlation", "causation"):
        if getattr(record, name) is not None:
            members[name] = getattr(record, name)
    for name in ("stamped", "entered_at", "claimed_at"):
        if getattr(record, name) is not None:
            members[name] = getattr(record, name).isoformat()
    if record.migrated:
        members["migrated"] = True
    return members
