"""The parts that `accountability` is made of: they add up, keep, and can be written."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import attrs
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lif_core import body, challenge
from lif_core import recommendation as r
from lif_core import review as rv
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.messages import Event
from lif_core.projection.projection import Name, Part, Projection, Shared, Summary
from lif_core.record import Record
from lif_core.testing.strategies import World, events
from lif_core.views import Accountability, AsOf, accountability, fold
from lif_core.views.accountability.view import Item
from tests.people import CHAIR, day
from tests.sums import everything_adds_up

SUMMARY = cast("Summary[Item, Accountability]", accountability.summarise)
REGISTRY = Registry()
FRAMEWORKS = load()
WORLD = World(refs=("wscb/1", "wsab/2"), bodies=("wscb", "wsab", "wsb/jld", "wsb/lpp"))
LIVES = (
    r.RecommendationIssued,
    r.RecommendationAccepted,
    r.RecommendationDeclined,
    r.RecommendationPlanned,
    r.DueDateChanged,
    r.RecommendationDelayExplained,
    r.TransferAccepted,
    r.RecommendationImplemented,
    r.RecommendationReopened,
    r.EscalationRaised,
    r.EscalationAnswered,
    rv.ReviewOpened,
    rv.HoldDecided,
    rv.ReportAccepted,
    rv.ReviewDelayExplained,
    rv.ReviewClosed,
    challenge.ChallengeRaised,
    challenge.ChallengeAnswered,
    body.BodyRegistered,
    body.BodyMerged,
    body.MeetingRecorded,
)
CASES = events(WORLD, rv.CaseNotified).map(lambda event: attrs.evolve(event, kind="scr"))
ONE = World(refs=("wscb/1",), bodies=("wscb",))  # all about one, so that it comes to an end
ENDING = events(
    ONE,
    r.RecommendationIssued,
    r.RecommendationAccepted,
    r.RecommendationPlanned,
    r.RecommendationImplemented,
)
HISTORIES = st.just([]) | st.lists(
    CASES | ENDING | events(WORLD, *LIVES), min_size=12, max_size=40
)
"""In any order, as corrections may leave them: dates go backwards, mergers go in circles."""

ITEMS: Projection[Item, Mapping[str, Item]] = attrs.evolve(
    cast("Any", accountability), summarise=lambda items, _: items
)


def recorded(history: list[Event[Any]]) -> list[Record]:
    at = datetime(2018, 1, 1, tzinfo=UTC)
    return [
        Record(number, REGISTRY.stream(event), number, at + timedelta(days=9 * number), event)
        for number, event in enumerate(history, 1)
    ]


def at(valid: date) -> AsOf:
    return AsOf(valid=valid, known=None, frameworks=FRAMEWORKS)


def parts_of(items: Mapping[str, Item], as_of: AsOf) -> tuple[dict[str, Part], Shared]:
    first = {
        key: SUMMARY.part(item, Shared(), as_of)
        for key, item in items.items()
        if SUMMARY.is_first(key)
    }
    shared = SUMMARY.share(first, as_of)
    return {key: SUMMARY.part(item, shared, as_of) for key, item in items.items()}, shared


@given(history=HISTORIES, valid=st.dates(day("2017-12-31"), day("2019-12-31")))
def test_whatever_happened_every_table_adds_up(history: list[Event[Any]], valid: date) -> None:
    """Each is counted again from another one, to the day."""
    everything_adds_up(fold(accountability, recorded(history), at(valid)))


@given(history=HISTORIES, valid=st.dates(day("2018-01-01"), day("2019-06-30")))
def test_a_settled_part_is_the_same_on_every_later_day(
    history: list[Event[Any]], valid: date
) -> None:
    """Nothing in it still runs: until its item has another entry, no day changes it."""
    items = fold(ITEMS, recorded(history), at(valid))
    parts, shared = parts_of(items, at(valid))
    days = [valid + timedelta(days=days) for days in (1, 2, 30, 400)]

    for key, part in parts.items():
        if part.settled:
            for later in (*days, date.max):
                assert part == SUMMARY.part(items[key], shared, at(later))


@given(
    history=HISTORIES,
    valid=st.dates(day("2018-01-01"), day("2018-12-31")),
    days=st.integers(0, 200),
)
def test_a_view_of_parts_that_were_written_and_kept_is_the_view_made_anew(
    history: list[Event[Any]], valid: date, days: int
) -> None:
    """A part is kept where its item is the same and it is settled, or no day has gone by."""
    records, then = recorded(history), at(valid + timedelta(days=days))
    items, now = fold(ITEMS, records, at(valid)), fold(ITEMS, records, then)
    parts, shared = parts_of(items, at(valid))
    anew, shared_now = parts_of(now, then)
    kept = {
        key: read(written(parts[key]))
        for key, item in now.items()
        if items.get(key) == item and shared == shared_now and (parts[key].settled or not days)
    }
    found = {**anew, **kept}
    counts = Counter[Name]()
    for part in found.values():
        counts.update(part.counts)

    assert fold(accountability, records, then) == SUMMARY.view(
        lambda: (found[key] for key in sorted(found)), counts, shared_now, then
    )


def written(part: Part) -> bytes:
    return msgspec.json.encode((dict(part.rows), list(part.counts.items()), part.settled))


def read(text: bytes) -> Part:
    rows, counts, settled = msgspec.json.decode(
        text,
        type=tuple[
            dict[str, msgspec.Raw],
            tuple[tuple[tuple[str | int, ...], int], ...],
            date | None,
        ],
    )
    decoded = {
        table: msgspec.json.decode(raw, type=tuple[SUMMARY.tables[table], ...])  # type: ignore[name-defined]  # by class
        for table, raw in rows.items()
    }
    return Part(rows=decoded, counts=dict(counts), settled=settled)


def test_a_body_that_nobody_was_merged_into_changes_no_other_part() -> None:
    """Registered, or met: what others learn of bodies is mergers alone."""
    registered = body.BodyRegistered(
        by=CHAIR, on=day("2018-01-01"), body="wsb/new", name="New", kind=body.BodyKind.AGENCY
    )
    nothing, one = (
        parts_of(fold(ITEMS, recorded(history), at(day("2018-06-01"))), at(day("2018-06-01")))[1]
        for history in ([], [registered])
    )

    assert nothing == one
