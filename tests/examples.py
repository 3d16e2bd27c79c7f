"""One example of every event, from the types of its fields: what golden files are made of.

`python -m tests.examples` writes the golden files that are missing, and never changes one.
"""

from datetime import UTC, date, datetime
from enum import EnumType
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Meta
from msgspec.structs import replace

from lif_core.aggregates.recommendation import RecommendationAccepted
from lif_core.decisions.corrections import Replacement
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.log.mapper import LifMapper
from lif_core.log.registry import Registry
from lif_core.values.fields import Label, Names, Prose, is_compound, types_of

GOLDEN = Path(__file__).parent / "core" / "golden"
RECORDED_AT = datetime(2018, 1, 25, 9, 30, 0, 123456, tzinfo=UTC)


def example(kind: Any) -> Any:
    """A value of the type *kind*: always the same, with every field filled."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _annotated(*get_args(kind)[1:])
    if origin in (Union, UnionType):
        return example(get_args(kind)[0])
    if origin is tuple:
        return (example(get_args(kind)[0]),)
    if isinstance(kind, EnumType):
        return list(kind)[-1]
    if kind is Replacement:
        return Replacement(example(RecommendationAccepted))
    if is_compound(kind):
        fields = {name: example(inner) for name, inner in types_of(kind).items()}
        if "by" in fields and "reasons" in fields:  # the deliberation must not have some as well
            deliberation = replace(fields["by"].deliberation, reasons=None)
            fields["by"] = replace(fields["by"], deliberation=deliberation)
        return kind(**fields)
    plain: dict[type, Any] = {
        datetime: RECORDED_AT,
        date: date(2018, 1, 25),
        bool: True,
        float: 2.5,
    }
    return plain[kind]


def _annotated(*marks: object) -> Any:
    for mark in marks:
        match mark:
            case Names(category="body"):
                return "wscb/qac"
            case Names(category=""):
                return "recommendation-wscb/r-1"
            case Names():
                return "wscb/r-1"
            case Prose():
                return 'Text with "quotes", ünïcode, 🌱 and\na second line.'
            case Label():
                return "a label"
            case Meta(ge=int()):
                return 3
            case Meta(tz=True):
                return RECORDED_AT
    raise TypeError(marks)


def example_record(cls: type[Event[Any]], registry: Registry) -> Record:
    """The record of the example of *cls*, with everything that a record may have."""
    event = example(cls)
    return Record(
        position=1,
        stream=registry.stream(event),
        stream_position=1,
        recorded_at=RECORDED_AT,
        event=event,
        entered_by="A. Clerk",
        command_id="golden/1",
        correlation="case 7",
        causation="mail 3",
        migrated=True,
    )


def write_missing() -> list[str]:
    """Write the golden files that are not there yet; returns their names."""
    mapper = LifMapper()
    written = []
    for cls in mapper.registry.events.values():
        stored = mapper.to_stored_event(example_record(cls, mapper.registry))
        file = GOLDEN / f"{stored.topic}.json"
        if not file.exists():
            file.write_bytes(stored.state + b"\n")
            written.append(file.name)
    return written


if __name__ == "__main__":
    print(*write_missing(), sep="\n")
