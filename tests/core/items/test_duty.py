"""A duty has the status of its recommendation, though it asks the aggregate of few entries."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lif_core.aggregates import recommendation as r
from lif_core.items import duty
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events

ONE = World(refs=("wscb/1",), bodies=("wscb",))
ANY = events(ONE, *r.decider.event_types)
ANSWERED = events(ONE, r.RecommendationIssued, r.RecommendationAccepted, r.RecommendationDeclined)
DONE = events(
    ONE,
    r.RecommendationPlanned,
    r.RecommendationImplemented,
    r.RecommendationEmbedded,
    r.RecommendationChecked,
    r.RecommendationReopened,
)


@settings(max_examples=500)
@given(entries=st.lists(ANY | ANSWERED | DONE, max_size=14))
def test_a_duty_has_the_outcome_that_the_aggregate_comes_to(
    entries: list[r.RecommendationEvent],
) -> None:
    """After each entry of any history, in any order that corrections may leave."""
    state, folded = r.Recommendation(), None
    for record in records_of(entries):
        event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # of these lists
        state = r.evolve(state, event)
        folded = duty.evolve(folded, record)
        done = r.Status.REOPENED if folded.is_open else r.Status.IMPLEMENTED

        assert folded.outcome == (done if state.status in duty.DONE else state.status)
