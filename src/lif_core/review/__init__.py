"""The life of a review: notified, decided on, scoped, led independently, reported, answered,
closed.

`messages` says what can be decided, `state` what a decision needs to know, `decisions` the rules.
"""

from lif_core.decider import Decider
from lif_core.review.decisions import decide
from lif_core.review.messages import *
from lif_core.review.messages import (
    CaseNotified,
    DeathNotified,
    ReviewCommand,
    ReviewEvent,
    ReviewOpened,
)
from lif_core.review.state import Review as Review
from lif_core.review.state import evolve as evolve

decider: Decider[ReviewCommand, ReviewEvent, Review] = Decider(
    category="review",
    commands=ReviewCommand,
    events=ReviewEvent,
    opens=(CaseNotified, DeathNotified, ReviewOpened),
    decide=decide,
    evolve=evolve,
)
