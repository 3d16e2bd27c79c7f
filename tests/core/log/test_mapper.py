"""Every format ever stored can be read, and nothing else passes for one."""

import json
import pickle
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.decisions.messages import Event, UnknownEvent
from lif_core.decisions.record import Record
from lif_core.errors import UnknownEventError, UnreadableError
from lif_core.log.kind import Envelope
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import PackRow, Row
from lif_core.log.registry import Registry
from lif_core.testing.strategies import World, events
from tests.examples import GOLDEN, example_record

MAPPER = LifMapper()
FILES = sorted(GOLDEN.glob("*.json"))


def golden_row(file: Path, mapper: LifMapper = MAPPER) -> Row:
    state = file.read_bytes().rstrip(b"\n")
    name = file.stem.split(".v")[0]
    return (1, stream_of(name, json.loads(state)["event"], mapper.registry), 1, file.stem, state)


def stream_of(name: str, event: dict[str, Any], registry: Registry) -> str:
    for decider in registry.deciders:
        if name in {cls.__name__ for cls in decider.event_types}:
            return f"{decider.category}-{event[decider.subject]}"
    return str(event["stream"])


def sealed(row: Row, state: bytes, topic: str | None = None) -> Row:
    """*row* with other stored bytes, and the checksum that belongs to them."""
    position, stream, stream_position, name, _ = row
    name = name if topic is None else topic
    body = state[: -len(',"crc32":"00000000"}')]
    check = crc32(body, crc32(f"{stream}\n{stream_position}\n{name}\n".encode()))
    return (position, stream, stream_position, name, body + b',"crc32":"%08x"}' % check)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_format_ever_stored_can_be_read(file: Path) -> None:
    """A golden file is a promise: added once, never edited."""
    record = MAPPER.to_record(golden_row(file))

    assert example_record(type(record.event), MAPPER.registry) == record


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_current_format_is_written_byte_for_byte(file: Path) -> None:
    """What is stored today is what the newest golden file pins."""
    row = golden_row(file)
    stored = MAPPER.to_stored_event(MAPPER.to_record(row))

    assert (row[3], row[4]) == (stored.topic, stored.state)


ANY_EVENT = events(World(), *MAPPER.registry.events.values())


@given(
    happened=st.lists(ANY_EVENT, min_size=1, max_size=3),
    past=st.timedeltas(timedelta(), timedelta(20_000)),
    zone=st.timezones(),
    command_id=st.none() | st.text(max_size=20),
)
def test_what_most_entries_are_is_stored_as_any_other(
    happened: list[Event[Any]], past: timedelta, zone: tzinfo, command_id: str | None
) -> None:
    """Put together of what a batch shares and of the event: the same bytes as the whole object."""
    instant = datetime(1990, 1, 1, tzinfo=UTC) + past
    for event in happened:
        at = instant.astimezone(zone)
        record = Record(1, MAPPER.registry.stream(event), 1, at, event, command_id)
        whole = Envelope(recorded_at=instant, command_id=command_id, event=event)

        assert MAPPER.to_stored_event(record).state.startswith(MAPPER.registry.encode(whole)[:-1])


def test_every_event_has_a_golden_file_for_each_of_its_versions() -> None:
    """`python -m tests.examples` writes the missing ones."""
    registry = MAPPER.registry
    wanted = {
        f"{name}.v{version + 1}"
        for name in registry.events
        for version in range(registry.version(name))
    }

    assert wanted == {file.stem for file in FILES}


@given(event=events(World()), second=st.integers(0, 2_000_000_000))
def test_what_is_stored_comes_back_equal(event: Any, second: int) -> None:
    """Tuples stay tuples, enums enums, instants aware."""
    record = Record(
        position=7,
        stream=MAPPER.registry.stream(event),
        stream_position=3,
        recorded_at=datetime.fromtimestamp(second, UTC),
        event=event,
    )
    stored = MAPPER.to_stored_event(record)

    row = (7, str(stored.originator_id), stored.originator_version, stored.topic, stored.state)
    assert record == MAPPER.to_record(row)


# What is not an entry is one typed error, naming stream and position

ISSUED = golden_row(GOLDEN / "RecommendationIssued.v1.json")


def replaced(old: bytes, new: bytes) -> bytes:
    assert old in ISSUED[4]
    return ISSUED[4].replace(old, new)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param((*ISSUED[:4], replaced(b'2018-01-25"', b'2018-01-26"')), id="edited by hand"),
        pytest.param((*ISSUED[:4], b""), id="empty"),
        pytest.param((*ISSUED[:4], ISSUED[4].decode()), id="text for bytes"),
        pytest.param((*ISSUED[:4], None), id="null"),
        pytest.param((*ISSUED[:4], ISSUED[4][:-30]), id="cut short"),
        pytest.param((*ISSUED[:2], 2, *ISSUED[3:]), id="moved in its stream"),
        pytest.param((1, "recommendation-wscb/r-9", *ISSUED[2:]), id="moved to another stream"),
        pytest.param((*ISSUED[:3], "RecommendationPlanned.v1", ISSUED[4]), id="renamed"),
        pytest.param(sealed(ISSUED, replaced(b'"wscb/r-1"', b"1")), id="a number for a reference"),
        pytest.param(sealed(ISSUED, replaced(b'2018-01-25"', b'2018-02-30"')), id="no such day"),
        pytest.param(sealed(ISSUED, replaced(b"123456Z", b"123456")), id="a naive instant"),
        pytest.param(sealed(ISSUED, replaced(b'"text"', b'"txet"')), id="a field missing"),
        pytest.param(sealed(ISSUED, replaced(b'"wscb/r-1"', b'"wscb/r-2"')), id="about another"),
        pytest.param(sealed(ISSUED, b'{"recorded_at":"\xff"' + ISSUED[4][-20:]), id="not UTF-8"),
        pytest.param(sealed(ISSUED, b"[1]" + ISSUED[4][-20:]), id="not an object"),
    ],
)
def test_an_entry_that_was_altered_is_one_typed_error(row: Row) -> None:
    """Whatever was done to it, the error says which entry of which stream."""
    with pytest.raises(UnreadableError) as caught:
        MAPPER.to_record(row)

    assert (row[1], row[2], 1) == (
        caught.value.stream,
        caught.value.stream_position,
        caught.value.position,
    )


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(replaced(b'"text"', b'"colour":"red","text"'), id="of the event"),
        pytest.param(replaced(b'"person"', b'"colour":"red","person"'), id="of who decided"),
        pytest.param(replaced(b'"event"', b'"colour":"red","event"'), id="of the entry"),
    ],
)
def test_a_member_that_is_not_known_here_is_never_dropped(state: bytes) -> None:
    """Somebody newer recorded it, and may mean something by it."""
    row = sealed(ISSUED, state)
    with pytest.raises(UnreadableError, match=r"colour|unknown field"):
        MAPPER.refuse_dropped(row, MAPPER.to_record(row))


def test_a_member_that_is_not_known_is_not_dropped_by_an_upcaster_either() -> None:
    """Nor is a known one that is written another way taken for an unknown one."""
    registry = Registry(upcasters={"RecommendationIssued": (lambda fields: dict(fields),)})
    older = sealed(ISSUED, replaced(b'"text"', b'"colour":"red","text"'))
    with pytest.raises(UnreadableError, match="colour"):
        LifMapper(registry).to_record(older)

    spaced = sealed(ISSUED, replaced(b'"text":', b'"text": '))
    assert MAPPER.to_record(ISSUED) == MAPPER.to_record(spaced)
    for row in (ISSUED, spaced):
        MAPPER.refuse_dropped(row, MAPPER.to_record(row))


def test_a_name_of_a_member_that_is_no_text_is_unreadable() -> None:
    """The decoder passes over members that it does not know, and looks at none of their bytes."""
    damaged = sealed(ISSUED, replaced(b'"text"', b'"\xff":1,"text"'))
    record = MAPPER.to_record(damaged)

    with pytest.raises(UnreadableError, match="not a RecommendationIssued"):
        MAPPER.refuse_dropped(damaged, record)


@pytest.mark.parametrize(
    "topic",
    ["RecommendationIssued.v2", "RecommendationIssued.v0", "RecommendationIssued.v01",
     "RecommendationIssued", "RecommendationForgotten.v1", "os:system", ".v1", ""],
)  # fmt: skip
def test_an_unknown_name_or_a_newer_version_is_not_guessed_at(topic: str) -> None:
    """It is listed by its stored name, as it is stored, and refused where it would count."""
    record = MAPPER.to_record(sealed(ISSUED, ISSUED[4], topic))

    assert isinstance(record.event, UnknownEvent)
    assert topic == MAPPER.registry.topic(record.event)
    assert json.loads(ISSUED[4])["event"] == record.event.fields
    with pytest.raises(
        UnknownEventError, match=r"than is known here|not known here|is no version of"
    ):
        MAPPER.check_recognised([record])


def test_an_unknown_event_says_who_decided_it_and_when_or_cannot_be_read() -> None:
    """Every event ever stored does."""
    for state in (b'"on"', b'"by"'):
        other = ISSUED[4].replace(state, b'"of"', 1)
        with pytest.raises(UnreadableError, match=r"not a RecommendationPaused\.v1"):
            MAPPER.to_record(sealed(ISSUED, other, "RecommendationPaused.v1"))


def issued_1_to_2(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "text": fields["text"].upper()}


def test_a_renamed_event_is_read_by_the_name_it_was_stored_under() -> None:
    """The versions are counted on under the new name, by which it is stored from now on."""
    now, alias = "RecommendationIssued", "RecommendationMade"
    mapper = LifMapper(Registry(upcasters={now: (issued_1_to_2,)}, aliases={alias: now}))
    old = mapper.to_record(sealed(ISSUED, ISSUED[4], f"{alias}.v1"))
    same = mapper.to_record(sealed(ISSUED, ISSUED[4], f"{alias}.v2"))
    stored = mapper.to_stored_event(old)

    assert MAPPER.to_record(ISSUED) == same
    assert old.event.text.upper() == old.event.text  # type: ignore[attr-defined]
    assert f"{now}.v2" == stored.topic
    assert old == mapper.to_record((1, ISSUED[1], 1, stored.topic, stored.state))
    assert {f"{name}.v{n}" for name in (now, alias) for n in (1, 2)} == set(
        mapper.registry.topics([type(old.event)])
    )
    assert old == pickle.loads(pickle.dumps(mapper)).to_record(
        sealed(ISSUED, ISSUED[4], f"{alias}.v1")
    )


@given(data=st.data())
def test_no_mutation_of_the_stored_bytes_loads(data: st.DataObject) -> None:
    """One byte changed anywhere: the checksum or the decoder refuses it."""
    state = bytearray(ISSUED[4])
    at = data.draw(st.integers(0, len(state) - 1))
    state[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(UnreadableError):
        MAPPER.to_record((*ISSUED[:4], bytes(state)))


# Versions


def implemented_1_to_2(fields: dict[str, Any]) -> dict[str, Any]:
    """In this made-up history, version 1 called the evidence a link."""
    return {"evidence": fields["link"], **{k: v for k, v in fields.items() if k != "link"}}


def test_an_old_version_is_upcast_to_what_a_new_one_would_be() -> None:
    """The slow path and the fast one give equal records."""
    newer = LifMapper(Registry(upcasters={"RecommendationImplemented": (implemented_1_to_2,)}))
    record = MAPPER.to_record(golden_row(GOLDEN / "RecommendationImplemented.v1.json"))
    current = newer.to_stored_event(record)
    row: Row = (1, record.stream, 1, current.topic, current.state)
    old = sealed(
        row, current.state.replace(b'"evidence"', b'"link"'), "RecommendationImplemented.v1"
    )

    assert "RecommendationImplemented.v2" == current.topic
    assert newer.to_record(row) == newer.to_record(old) == record


def test_an_old_version_is_decoded_as_strictly() -> None:
    """An upcaster is no way around the types."""
    newer = LifMapper(Registry(upcasters={"RecommendationImplemented": (dict,)}))
    row = golden_row(GOLDEN / "RecommendationImplemented.v1.json")
    wrong = sealed(row, row[4].replace(b'"evidence":"Text', b'"evidence":5,"x":"Text'))

    with pytest.raises(UnreadableError, match="evidence"):
        newer.to_record(wrong)


def test_brackets_within_brackets_are_told() -> None:
    """A decoder has an error of its own for what is too deep to be read."""
    row = golden_row(FILES[0])
    deep = row[4].replace(
        b'"event":{', b'"event":{"unknown":' + b"[" * 9_999 + b"]" * 9_999 + b","
    )

    with pytest.raises(UnreadableError, match="not a "):
        MAPPER.to_record(sealed(row, deep))


@pytest.mark.parametrize(
    ("since", "governs"),
    [
        ("2018", "x"),
        ("nope", "[]"),
        (None, "[]"),
        ("2018-01-01", "7"),
        ("2018-01-01", "[" * 9_999),
    ],
)
def test_a_note_of_a_pack_that_was_altered_is_told(since: Any, governs: str) -> None:
    with pytest.raises(UnreadableError, match="under the pack 'general' was altered"):
        PackRow.of((1, "general", "ab", since, governs))
