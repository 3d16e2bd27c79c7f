"""The owner of a recommendation says that the change is in place."""

from lif_core.aggregates.recommendation.ownership import (
    refuse_unless_answerable,
    refuse_unless_owed,
)
from lif_core.aggregates.recommendation.state import Recommendation, Status
from lif_core.decisions.decider import Setting, refuse_earlier
from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import PersonalText, RecommendationRef, message


@message
class ImplementRecommendation(Command):
    """The owner says that the change is in place: an assertion, whatever its *evidence*.

    What was never planned may be done as well: a body that accepted it says so, and owns it then.
    """

    recommendation: RecommendationRef
    evidence: PersonalText


@message
class RecommendationImplemented(ImplementRecommendation, Event[ImplementRecommendation]):
    """The owner has said that the change is in place; its duty ends.

    Without a plan there was no date, and it was never late.
    """


def implement(
    command: ImplementRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationImplemented, ...]:
    if state.status is not Status.ACCEPTED:
        refuse_unless_owed(state)
    refuse_unless_answerable(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    return (RecommendationImplemented.of(command),)
