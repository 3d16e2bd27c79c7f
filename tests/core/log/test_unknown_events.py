"""A log with events that nobody here knows: it is listed and viewed, and nothing is decided."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    IssueRecommendation,
    RecommendationAccepted,
)
from lif_core.aggregates.review import OpenReview
from lif_core.commands.application import Application
from lif_core.decisions.corrections import EntryVoided, VoidEntry
from lif_core.decisions.messages import Command, UnknownEvent, event_name
from lif_core.decisions.record import Record
from lif_core.errors import UnknownEventError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row, StoredEvent
from lif_core.log.registry import Registry
from lif_core.projection.as_of import AsOf
from lif_core.projection.snapshots import RefusedViews, resumed
from lif_core.views import PROJECTIONS
from lif_core.views.corrections import corrections
from tests.logs import logs, reader
from tests.people import CHAIR, EVERYTHING, day

MAPPER = LifMapper()
NOW = datetime(2021, 1, 1, tzinfo=UTC)
STREAM = "recommendation-wscb/r-1"
TOPIC = "RecommendationPaused.v1"
REVIEW = OpenReview(
    by=CHAIR,
    on=day("2018-01-20"),
    review="wscb/1",
    kind="single-agency-review",
    title="A case",
)


def renamed(stored: StoredEvent, topic: str) -> StoredEvent:
    """The same entry under a stored name that nothing here knows, whole all the same."""
    stream, number = stored.originator_id, stored.originator_version
    body = stored.state[: -len(',"crc32":"00000000"}')]
    check = crc32(body, crc32(f"{stream}\n{number}\n{topic}\n".encode()))
    return StoredEvent(stream, number, topic, body + b',"crc32":"%08x"}' % check)


def append(recorder: MemoryRecorder, *events: StoredEvent) -> None:
    recorder.append(lambda _: events)


def issue(ref: str) -> IssueRecommendation:
    return IssueRecommendation(
        by=CHAIR,
        on=day("2018-01-25"),
        recommendation=ref,
        source="review-wscb/1",
        text="Update the procedure",
        addressed=("wscb",),
    )


def accept(ref: str) -> AcceptRecommendation:
    return AcceptRecommendation(by=CHAIR, on=day("2018-01-26"), recommendation=ref)


KNOWN = [REVIEW, *(each(ref) for ref in ("wscb/r-1", "wscb/r-2") for each in (issue, accept))]


def application(*commands: Command) -> Application:
    app = Application(MemoryRecorder(), clock=lambda: NOW, readership=EVERYTHING)
    app.handle_all(commands)
    return app


def paused(app: Application) -> Application:
    """*app*, anew, after somebody with a newer `lif` paused the first recommendation."""
    assert isinstance(app.recorder, MemoryRecorder)
    event = RecommendationAccepted.of(accept("wscb/r-1"))
    number = len(app.recorder.stream_rows(STREAM)) + 1
    twin = MAPPER.to_stored_event(Record(0, STREAM, number, NOW, event))
    append(app.recorder, renamed(twin, TOPIC))
    return Application(app.recorder, clock=lambda: NOW, readership=EVERYTHING)


@pytest.fixture
def app() -> Application:
    """A log in which somebody with a newer `lif` paused a recommendation."""
    return paused(application(*KNOWN))


def test_nothing_is_decided_on_an_entry_with_a_member_that_is_not_known_here() -> None:
    """A newer `lif` may mean something by it; so neither here nor after any other last entry."""
    app = application(*KNOWN)
    assert isinstance(app.recorder, MemoryRecorder)
    twin = MAPPER.to_stored_event(
        Record(0, STREAM, 3, NOW, RecommendationAccepted.of(accept("wscb/r-1")))
    )
    extended = twin.state.replace(b'"on":', b'"paused":true,"on":')
    assert extended != twin.state
    append(
        app.recorder,
        renamed(StoredEvent(STREAM, 3, twin.topic, extended), twin.topic),
    )
    later = Application(app.recorder, clock=lambda: NOW, readership=EVERYTHING)
    with pytest.raises(UnreadableError, match=r"a newer lif recorded it.*event\.paused"):
        later.handle(accept("wscb/r-1"))


def test_it_is_listed_by_its_stored_name(app: Application) -> None:
    """Who decided and when is known of any entry."""
    *_, last = app.history()

    assert isinstance(last.event, UnknownEvent)
    assert ("RecommendationPaused", CHAIR, day("2018-01-26")) == (
        event_name(last.event),
        last.event.by,
        last.event.on,
    )
    assert "wscb/r-1" == last.event.fields["recommendation"]


def test_it_can_be_viewed_and_asked_about_without_it(app: Application) -> None:
    """Every view is the one of the entries that are known."""
    (stream,) = app.recorder.stream_rows(STREAM)[2:]
    known = application(*KNOWN)

    for projection in PROJECTIONS.values():
        assert known.view(projection) == app.view(projection), projection.name
        app.diff(projection, AsOf(valid=day("2018-01-25")), AsOf(valid=NOW.date()))
    assert 3 == len(app.why(STREAM).entries)
    assert 6 == len(list(app.replay(view=PROJECTIONS["accountability"])))
    assert STREAM == app.known_when(stream[0]).decision.stream


def test_corrections_in_its_stream_apply_to_what_is_known() -> None:
    """What nobody here knows is in no contradiction, and voids with the opening."""
    void = VoidEntry(by=CHAIR, on=day("2018-02-01"), stream=STREAM, entry=2, reasons="No")
    known, app = application(*KNOWN, void), paused(application(*KNOWN, void))
    opening = VoidEntry(by=CHAIR, on=day("2018-02-01"), stream=STREAM, entry=1, reasons="No")
    gone = paused(application(*KNOWN))
    stored = MAPPER.to_stored_event(Record(0, STREAM, 4, NOW, EntryVoided.of(opening)))
    assert isinstance(gone.recorder, MemoryRecorder)
    append(gone.recorder, stored)

    for projection in PROJECTIONS.values():
        assert known.view(projection) == app.view(projection), projection.name
    assert [("RecommendationAccepted", 2), ("RecommendationPaused", 3)] == [
        (row.event, row.entry) for row in gone.view(corrections).without_effect if row.entry > 1
    ]


def test_nothing_more_is_decided_in_its_stream_and_all_else_is(app: Application) -> None:
    """A rule cannot be asked of a state that is only partly known."""
    with pytest.raises(UnknownEventError, match="RecommendationPaused") as caught:
        app.handle(accept("wscb/r-1"))

    assert (STREAM, 3, 6) == (
        caught.value.stream,
        caught.value.stream_position,
        caught.value.position,
    )
    with pytest.raises(UnknownEventError):
        app.handle(VoidEntry(by=CHAIR, on=day("2018-02-01"), stream=STREAM, entry=1, reasons="No"))
    assert app.handle(issue("wscb/r-3"))


def test_nobody_follows_past_it(app: Application) -> None:
    """A policy that passed it over would never react to it."""
    with pytest.raises(UnknownEventError):
        app.follow()

    assert 6 == len(list(app.history()))


def test_a_view_saved_without_it_is_not_gone_on_from_where_it_is_known(app: Application) -> None:
    """It had read past the entry, and would never count it."""
    projection = PROJECTIONS["accountability"]
    app.save(projection)
    (saved,) = [view for view in [app.recorder.saved("view:accountability")] if view]
    newer = LifMapper(Registry(aliases={"RecommendationPaused": "RecommendationAccepted"}))

    def is_resumed(mapper: LifMapper) -> bool:
        name, packs = saved.name, app.frameworks
        refused = RefusedViews()
        return resumed(projection, name, app.recorder, packs, mapper, refused) is not None

    assert is_resumed(MAPPER)
    assert not is_resumed(newer)


def test_its_stream_is_told_so_once_with_what_to_do(
    app: Application, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is read; the logger is silent unless a host gives it a handler."""
    with caplog.at_level(logging.WARNING, "lif"):
        for _ in range(3):
            app.view(PROJECTIONS["accountability"], afresh=True)
            list(app.history())

    (message,) = [record.getMessage() for record in caplog.records]
    assert f"{STREAM} entry 3: {TOPIC} is not known here: install" in message
    assert logging.NullHandler in {type(each) for each in logging.getLogger("lif").handlers}


@settings(max_examples=15)
@given(records=logs(), data=st.data())
def test_any_log_with_any_unknown_events_can_be_viewed(
    records: Sequence[Record], data: st.DataObject
) -> None:
    """Corrections and endings among what is known or not: every view is made."""
    topics = sorted({MAPPER.registry.topic(record.event) for record in records})
    unknown = data.draw(st.sets(st.sampled_from(topics)) if topics else st.just(set()))
    whole = reader(records)
    assert isinstance(whole.recorder, MemoryRecorder)
    recorder = MemoryRecorder()
    rows: Sequence[Row] = whole.recorder.rows(after=0, limit=1_000)
    amending = data.draw(st.booleans(), "whoever amends them knows them, too")
    for _, stream, number, topic, state in rows:
        for name in unknown if amending else ():
            state = state.replace(
                b'"name":"%b"' % name.encode(), b'"name":"Newer%b"' % name.encode()
            )
        stored = StoredEvent(stream, number, topic, state)
        append(recorder, renamed(stored, f"Newer{topic}" if topic in unknown else topic))
    app = Application(recorder, clock=whole.clock, readership=EVERYTHING)

    for projection in PROJECTIONS.values():
        app.view(projection)
    assert len(records) == len(list(app.history()))
