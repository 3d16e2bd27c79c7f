"""The life of a recommendation: proposed, answered, planned, done, evidenced, checked, lasting or
not.

`messages` says what can be decided, `state` what a decision needs to know, `decisions` the rules.

    proposed     accepted by a body -> accepted; declined by all -> declined
    accepted     planned: an owner, a due date -> planned
    planned      implemented, as its owner says -> implemented
    implemented  embedded, on an audit's evidence or better -> embedded
    embedded     a check is failed -> relapsed
    any of the last three, or relapsed: reopened, due again -> reopened -> implemented
    any that has not ended: withdrawn -> withdrawn; superseded -> superseded
"""

from lif_core.aggregates.recommendation.decisions import decide
from lif_core.aggregates.recommendation.messages import *
from lif_core.aggregates.recommendation.messages import (
    RecommendationCommand,
    RecommendationEvent,
    RecommendationIssued,
)
from lif_core.aggregates.recommendation.state import Recommendation as Recommendation
from lif_core.aggregates.recommendation.state import Status as Status
from lif_core.aggregates.recommendation.state import evolve as evolve
from lif_core.decisions.decider import Decider

decider: Decider[RecommendationCommand, RecommendationEvent, Recommendation] = Decider(
    category="recommendation",
    commands=RecommendationCommand,
    events=RecommendationEvent,
    opens=(RecommendationIssued,),
    decide=decide,
    evolve=evolve,
)
