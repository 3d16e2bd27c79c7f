"""What is compiled once of a class of messages says what its fields say."""

import pickle
from operator import attrgetter
from typing import Any

import attrs
import pytest

from lif_core.aggregates.recommendation import IssueRecommendation, RecommendationPlanned
from lif_core.decisions.decider import AnyDecider
from lif_core.decisions.messages import Command, Event
from lif_core.decisions.record import Record
from lif_core.errors import UnreadableError
from lif_core.log.kind import MessageKind
from lif_core.log.mapper import PLACES, LifMapper
from lif_core.log.recorder import Row
from lif_core.log.registry import Registry
from lif_core.values.fields import Names, marks_of
from tests.examples import example, example_record

REGISTRY = Registry()
MAPPER = LifMapper(REGISTRY)
KINDS = list(REGISTRY.kinds.values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_message_names_what_the_marks_of_its_fields_name(kind: MessageKind) -> None:
    """Every field marked with a stream is a reference, but the one that is the message's own."""
    message = example(kind.cls)
    expected = {
        (field.name + path, f"{mark.category}-{value}" if mark.category else value, mark.to_come)
        for field in attrs.fields(kind.cls)
        for path, mark in marks_of(field.type)
        if isinstance(mark, Names)
        for value in values(message, field.name + path)
    }
    expected = {found for found in expected if found[1] != kind.stream(message)}

    assert {found[:2] for found in expected} == {
        (path, stream) for path, stream, _ in REGISTRY.references(message)
    }
    assert {found[:2] for found in expected if not found[2]} == set(REGISTRY.required(message))


def values(message: object, path: str) -> list[str]:
    """Those at a *path* such as `by.body` or `mix[].agency`, by the plainest means."""
    heads = [message]
    for step in path.split("."):
        name = step.removesuffix("[]")
        heads = [attrgetter(name)(head) for head in heads]
        if step.endswith("[]"):
            heads = [each for head in heads for each in head]  # type: ignore[attr-defined]
    return [str(head) for head in heads if head is not None]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_message_is_a_value_that_never_changes(kind: MessageKind) -> None:
    """An event that adds nothing to its command too, for which `attrs` writes no method."""
    message: Any = example(kind.cls)
    again = pickle.loads(pickle.dumps(message))

    assert message == again == attrs.evolve(message)
    assert hash(message) == hash(again)
    assert repr(message).startswith(f"{kind.name}(by=")
    assert not hasattr(message, "__dict__")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        message.on = again.on
    for base in kind.cls.__mro__[1:]:
        if base in REGISTRY.kinds:
            assert message != base(**{name: getattr(message, name) for name in fields(base)})


def fields(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


def test_every_command_and_event_has_a_kind() -> None:
    """And nothing else: a class that is not known has no stream."""
    expected = {*REGISTRY.commands.values(), *REGISTRY.events.values()}

    assert expected == set(REGISTRY.kinds)
    assert {True} == {REGISTRY.kinds[cls].is_event for cls in REGISTRY.events.values()}
    assert {False} == {REGISTRY.kinds[cls].is_event for cls in REGISTRY.commands.values()}
    with pytest.raises(KeyError):
        REGISTRY.kind(example_of_nothing())


def example_of_nothing() -> Command:
    """Its own name is known, but not its class."""
    cls: Any = IssueRecommendation
    fields = {field.name: example(field.type) for field in attrs.fields(cls)}
    command: Command = type(cls.__name__, (cls,), {})(**fields)
    return command


def test_an_event_may_be_stored_under_the_name_of_each_of_its_versions() -> None:
    """Who reads only some events must not miss the older ones."""
    newer = Registry(upcasters={"RecommendationPlanned": (dict, dict)})

    assert (
        "RecommendationPlanned.v1",
        "RecommendationPlanned.v2",
        "RecommendationPlanned.v3",
    ) == newer.topics([RecommendationPlanned])


@pytest.mark.parametrize("cls", REGISTRY.events.values(), ids=lambda cls: cls.__name__)
def test_an_event_says_what_its_command_said(cls: Any) -> None:
    """And what the decision worked out besides; nothing that it has no field for."""
    command = example(cls.__mro__[1])
    names = {field.name for field in attrs.fields(type(command))}
    said = {name: getattr(command, name) for name in names}
    added = [field for field in attrs.fields(cls) if field.name not in names]
    worked_out = {field.name: example(field.type) for field in added}
    required = {f.name: worked_out[f.name] for f in added if f.default is attrs.NOTHING}

    assert cls(**said, **worked_out) == cls.of(command, **worked_out)
    assert cls(**said, **required) == cls.of(command, **required)
    with pytest.raises(TypeError):
        cls.of(command, **worked_out, more=1)
    if required:
        with pytest.raises(TypeError):
            cls.of(command)


@pytest.mark.parametrize("decider", REGISTRY.deciders, ids=lambda decider: decider.category)
def test_a_state_can_be_sent_to_another_process(decider: AnyDecider) -> None:
    """And comes back equal, with all that it has come to."""
    events = [example(cls) for cls in decider.event_types]
    state = decider.fold(events)

    assert state is not None
    assert state == pickle.loads(pickle.dumps(state))


@pytest.mark.parametrize("cls", REGISTRY.events.values(), ids=lambda cls: cls.__name__)
def test_a_record_can_be_sent_to_another_process(cls: type[Event[Any]]) -> None:
    """And comes back equal."""
    record = example_record(cls, REGISTRY)

    assert record == pickle.loads(pickle.dumps(record))


def rows(stream: str, length: int) -> list[Row]:
    """The rows of a stream of one event, again and again."""
    event = example(RecommendationPlanned)
    event = attrs.evolve(event, recommendation=stream.removeprefix("recommendation-"))
    at = example_record(RecommendationPlanned, REGISTRY).recorded_at
    found = []
    for position in range(1, length + 1):
        stored = MAPPER.to_stored_event(Record(position, stream, position, at, event))
        found.append((position, stream, position, stored.topic, stored.state))
    return found


def test_a_page_holds_streams_of_any_length_in_any_order() -> None:
    """The checksum of an entry is its own, however many were read before it."""
    first, second = (rows(f"recommendation-wscb/r-{n}", PLACES + 3) for n in (1, 2))
    page = [row for pair in zip(first, second, strict=True) for row in pair]

    mapper = LifMapper()
    for asked in (page[::-1], page):
        assert [row[:3] for row in asked] == [
            (record.position, record.stream, record.stream_position)
            for record in mapper.to_records(asked)
        ]


@pytest.mark.parametrize("position", [2, PLACES + 3])
def test_an_entry_that_was_moved_is_found_in_a_page(position: int) -> None:
    """In the place of its neighbour, after it, or in another stream."""
    page = rows("recommendation-wscb/r-1", PLACES + 3)
    moved = page[position - 2]
    page[position - 1] = (position, moved[1], position, *moved[3:])

    read = MAPPER.to_records(page)
    assert position - 1 == len([next(read) for _ in range(position - 1)])
    with pytest.raises(UnreadableError, match="checksum"):
        next(read)


def test_what_comes_before_a_damaged_entry_can_be_read() -> None:
    """Nothing past the last entry that is asked for is looked at."""
    page = rows("recommendation-wscb/r-1", 3)
    page[2] = (*page[2][:4], b"")

    read = MAPPER.to_records(page)

    assert [1, 2] == [next(read).position, next(read).position]
    with pytest.raises(UnreadableError):
        next(read)
