"""The history from either end: the same entries as a list of all of them, sliced and filtered."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.decisions.messages import UnknownEvent
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import PAGE, Row
from lif_core.queries.selection import Selection, recorded_by
from lif_core.values.refs import category_of
from tests.core.log.test_unknown_events import MAPPER, REVIEW, accept, application, issue
from tests.logs import logs, reader
from tests.people import day


class Sparse(MemoryRecorder):
    """A recorder whose positions have gaps, as those of PostgreSQL, and count what is read."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every
        self.read = 0

    def rows(self, *, after: int, limit: int, whole: bool = True) -> Sequence[Row]:
        rows = super().rows(after=after // self.every, limit=limit)
        self.read += len(rows)
        return [(row[0] * self.every, *row[1:]) for row in rows]

    def last_row(self) -> Row | None:
        row = super().last_row()
        return row and (row[0] * self.every, *row[1:])


def selections(records: Sequence[Record]) -> st.SearchStrategy[Selection]:
    """Return selections of what is, and of what is not, among the *records*."""
    days = st.none() | st.dates(date(2018, 1, 1), date(2019, 6, 1))
    authorities = [record.event.by for record in records]

    def of(name: str) -> st.SearchStrategy[str | None]:
        return st.sampled_from([None, None, *(getattr(by, name) for by in authorities)])

    return st.builds(
        Selection,
        since=days,
        until=days,
        by_effect=st.booleans(),
        body=of("body"),
        person=of("person"),
        capacity=of("role"),
        lag=st.sampled_from([None, None, -1, 0, 30]),
    )


def met(record: Record, selection: Selection) -> bool:
    """Return whether *record* meets each condition of the *selection*, asked one by one."""
    recorded, on = record.recorded_at.astimezone(ZoneInfo("Europe/London")).date(), record.event.on
    day = on if selection.by_effect else recorded
    by = record.event.by
    return not (
        (selection.since and day < selection.since)
        or (selection.until and day > selection.until)
        or (selection.body and by.body != selection.body)
        or (selection.person and by.person != selection.person)
        or (selection.capacity and by.role != selection.capacity)
        or (selection.lag is not None and recorded - on <= timedelta(days=selection.lag))
    )


@settings(max_examples=30)
@given(records=logs(), data=st.data())
def test_any_page_is_that_of_a_list_of_all_entries(
    records: Sequence[Record], data: st.DataObject
) -> None:
    """Whatever is asked for together, from either end."""
    log = reader(records)
    whole = list(log.history())
    positions = st.integers(0, len(whole) + 2)
    streams = [record.stream for record in whole]
    classes = [type(record.event) for record in whole]
    asked: dict[str, Any] = {
        "after": data.draw(positions),
        "before": data.draw(st.none() | positions),
        "limit": data.draw(st.none() | st.integers(0, 5)),
        "newest_first": data.draw(st.booleans()),
        "events": data.draw(
            st.sets(st.sampled_from(classes), max_size=2) if classes else st.just(())
        ),
        "category": data.draw(st.sampled_from([None, *map(category_of, streams)])),
        "stream": data.draw(st.sampled_from([None, *streams])),
        "valid": data.draw(st.none() | st.dates(date(2018, 1, 1), date(2019, 1, 1))),
        "known": data.draw(st.none() | st.dates(date(2018, 1, 1), date(2019, 6, 1))),
        "selection": data.draw(st.none() | selections(whole)),
    }
    selection = asked["selection"] or Selection()
    expected = [
        record
        for record in log.history(valid=asked["valid"], known=asked["known"])
        if asked["after"] < record.position
        and (asked["before"] is None or record.position < asked["before"])
        and asked["stream"] in (None, record.stream)
        and asked["category"] in (None, category_of(record.stream))
        and (not asked["events"] or type(record.event) in asked["events"])
        and met(record, selection)
    ]
    if asked["newest_first"]:
        expected = expected[::-1]

    assert expected[: asked["limit"]] == list(log.history(**asked))


@pytest.mark.parametrize("every", [1, 7, 3 * PAGE])
def test_the_last_entries_are_read_from_the_end(every: int) -> None:
    """However long the log is, and whatever gaps its positions have."""
    app = application()
    commands = [each(f"wscb/r-{n}") for n in range(400) for each in (issue, accept)]
    app.handle_all([REVIEW, *commands])
    sparse = Sparse(every)
    records = list(app.history())
    sparse.append(lambda _: [MAPPER.to_stored_event(record) for record in records])
    app.recorder = sparse
    sparse.read = 0
    last = list(app.history(newest_first=True, limit=10))

    assert [record.stream for record in records[-1:-11:-1]] == [record.stream for record in last]
    assert sparse.read <= 2 * PAGE + 10
    earlier = list(app.history(newest_first=True, before=last[-1].position, limit=2_000))
    assert len(records) - 10 == len(earlier)


@pytest.mark.parametrize("every", [1, 7, 3 * PAGE])
def test_days_of_recording_are_looked_up_and_not_searched_for(every: int) -> None:
    """Two days of a long log cost no more than what was recorded on them."""
    app = application()
    app.handle_all([REVIEW, *(issue(f"wscb/r-{n}") for n in range(2_000))])
    first = datetime(2018, 1, 1, 12, tzinfo=UTC)
    records = [
        replace(record, recorded_at=first + timedelta(days=record.position))
        for record in app.history()
    ]
    sparse = Sparse(every)
    sparse.append(lambda _: [MAPPER.to_stored_event(record) for record in records])
    app.recorder = sparse
    sparse.read = 0
    days = Selection(since=date(2022, 1, 1), until=date(2022, 1, 2))

    assert [1461 * every, 1462 * every] == [r.position for r in app.history(selection=days)]
    assert sparse.read <= PAGE + 50
    assert 0 == recorded_by(sparse, MAPPER, first)
    assert 3 * every == recorded_by(sparse, MAPPER, first + timedelta(days=3))


def test_what_could_not_be_meant_is_refused() -> None:
    log = reader(())

    with pytest.raises(MalformedError, match="limit"):
        log.history(limit=-1)
    with pytest.raises(MalformedError, match="no such event: Sparse"):
        list(log.history(events=[Sparse]))  # type: ignore[list-item]
    assert [] == list(
        log.history(events=[UnknownEvent, RecommendationIssued], valid=day("2018-01-01"))
    )
