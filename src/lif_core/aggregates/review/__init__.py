"""The life of a review: notified, decided on, scoped, led independently, reported, answered,
closed.

`messages` says what can be decided, `state` what a decision needs to know, `decisions` the rules.
"""

from lif_core.aggregates.review.decisions import decide
from lif_core.aggregates.review.messages import *
from lif_core.aggregates.review.messages import (
    CaseNotified,
    DeathNotified,
    ReviewCommand,
    ReviewEvent,
    ReviewOpened,
)
from lif_core.aggregates.review.state import Review as Review
from lif_core.aggregates.review.state import evolve as evolve
from lif_core.decisions.decider import Decider

decider: Decider[ReviewCommand, ReviewEvent, Review] = Decider(
    category="review",
    commands=ReviewCommand,
    events=ReviewEvent,
    opens=(CaseNotified, DeathNotified, ReviewOpened),
    decide=decide,
    evolve=evolve,
)
