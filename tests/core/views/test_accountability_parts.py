"""The parts that `accountability` is made of: they add up, and are the same while they say so."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import body, challenge
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as rv
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.framework import load
from lif_core.log.registry import Registry
from lif_core.projection.as_of import AsOf
from lif_core.projection.fold import fold
from lif_core.projection.materialised import Materialised
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.accountability import accountability
from tests.accountability_sums import everything_adds_up
from tests.lives import but
from tests.people import CHAIR, day

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
CASES = events(WORLD, rv.CaseNotified).map(lambda event: but(event, kind="scr"))
ONE = World(refs=("wscb/1",), bodies=("wscb",))  # all about one, so that it comes to an end
ENDING = events(
    ONE,
    r.RecommendationIssued,
    r.RecommendationAccepted,
    r.RecommendationPlanned,
    r.RecommendationImplemented,
)
NOTHING: st.SearchStrategy[list[Event[Any]]] = st.just([])
HISTORIES = NOTHING | st.lists(CASES | ENDING | events(WORLD, *LIVES), min_size=12, max_size=40)
"""In any order, as corrections may leave them: dates go backwards, mergers go in circles."""


def at(valid: date) -> AsOf:
    return AsOf(valid=valid, known=None, frameworks=FRAMEWORKS)


@given(history=HISTORIES, valid=st.dates(day("2017-12-31"), day("2019-12-31")))
def test_whatever_happened_every_table_adds_up(history: list[Event[Any]], valid: date) -> None:
    """Each is counted again from another one, to the day."""
    everything_adds_up(
        fold(accountability, records_of(history, every=timedelta(days=9)), at(valid))
    )


def built(history: list[Event[Any]], valid: date) -> Materialised[Any]:
    streams: dict[str, list[Record]] = defaultdict(list)
    for record in records_of(history, every=timedelta(days=9)):
        streams[record.stream].append(record)
    view = Materialised(
        accountability, lambda names: {name: streams[name] for name in names}, at(valid)
    )
    view.build(streams.values())
    return view


def rows_on(view: Materialised[Any], key: str, valid: date) -> dict[str, list[Any]]:
    """What a part adds to each table, counted on to a day."""
    return {
        table: view.parts.encoding.read_rows(table, body, valid.toordinal())
        for table, body in view.parts.rows_of(key).items()
    }


@given(
    history=HISTORIES,
    valid=st.dates(day("2018-01-01"), day("2019-06-30")),
    days=st.sampled_from((-400, -30, -1, 1, 2, 30, 400, 3_000)),
)
def test_a_part_is_the_same_on_every_day_of_its_span(
    history: list[Event[Any]], valid: date, days: int
) -> None:
    """While it is told the same; what grows with the days comes to what is made anew."""
    other = valid + timedelta(days=days)
    then, now = built(history, valid), built(history, other)
    for key in then.parts.held:
        asked = then.parts.added(key).asked
        alike = all(then.parts.answers(one) == now.parts.answers(one) for one in asked)
        if alike and then.parts.span(key).has(other):
            assert rows_on(now, key, other) == rows_on(then, key, other)
            assert now.parts.added(key).counts == then.parts.added(key).counts
            assert now.parts.added(key).slopes == then.parts.added(key).slopes


def test_a_body_that_nobody_was_merged_into_changes_no_other_part() -> None:
    """Registered, or met: what others learn of bodies is mergers alone."""
    registered = body.BodyRegistered(
        by=CHAIR, on=day("2018-01-01"), body="wsb/new", name="New", kind=body.BodyKind.AGENCY
    )

    assert [] == list(built([registered], day("2018-06-01")).parts.said("merged"))
