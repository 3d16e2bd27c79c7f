"""The owner of a recommendation says that the change is in place."""

from lif_core.aggregates.recommendation.ownership import refuse_unless_owed, refuse_unless_owner
from lif_core.aggregates.recommendation.state import Recommendation
from lif_core.decisions.decider import Setting, refuse_earlier
from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import PersonalText, RecommendationRef, message


@message
class ImplementRecommendation(Command):
    """The owner says that the change is in place: an assertion, whatever its *evidence*."""

    recommendation: RecommendationRef
    evidence: PersonalText


@message
class RecommendationImplemented(ImplementRecommendation, Event[ImplementRecommendation]):
    """The owner has said that the change is in place; its duty ends."""


def implement(
    command: ImplementRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationImplemented, ...]:
    refuse_unless_owed(state)
    refuse_unless_owner(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (RecommendationImplemented.of(command),)
