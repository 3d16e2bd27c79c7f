"""Values as plain JSON, members in the order of their definition."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from lif_core.decisions.corrections import Replacement
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.projection.tables import is_record, names_of


def plain(value: Any, mapper: LifMapper) -> Any:
    """*value* in JSON's own types: classes as objects, tuples as arrays, dates in ISO 8601."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Replacement):
        name = mapper.registry.topic(value.event)
        return {"name": name, "event": plain(value.event, mapper)}
    if isinstance(value, dict):
        return {key: plain(inner, mapper) for key, inner in value.items()}
    if is_record(value):
        return {name: plain(getattr(value, name), mapper) for name in names_of(type(value))}
    return [plain(inner, mapper) for inner in value]


def plain_record(record: Record, mapper: LifMapper) -> dict[str, Any]:
    """A record as documented in `docs/reference/cli.md`."""
    found = {
        "position": record.position,
        "stream": record.stream,
        "entry": record.stream_position,
        "recorded_at": record.recorded_at.isoformat(),
        "name": mapper.registry.topic(record.event),
        "event": plain(record.event, mapper),
    }
    for name in ("command_id", "correlation", "causation"):
        if getattr(record, name) is not None:
            found[name] = getattr(record, name)
    if record.migrated:
        found["migrated"] = True
    return found
