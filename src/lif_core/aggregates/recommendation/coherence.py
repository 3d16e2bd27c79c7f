"""The coherence of a recommendation's entries: what each rests on, and what cannot follow.

A correction is not decided by the rules again, so it is here that it shows what it leaves.
"""

from collections.abc import Mapping
from typing import Any

from lif_core.aggregates.recommendation.closure import RecommendationClosed, RecommendationReopened
from lif_core.aggregates.recommendation.embedding import (
    EvidenceRecorded,
    RecommendationEmbedded,
    TrainingCalledFor,
)
from lif_core.aggregates.recommendation.escalation import EscalationAnswered, EscalationRaised
from lif_core.aggregates.recommendation.implementation import RecommendationImplemented
from lif_core.aggregates.recommendation.monitoring import (
    ChecksScheduled,
    OwnerTold,
    RecommendationChecked,
)
from lif_core.aggregates.recommendation.ownership import (
    DueDateChanged,
    RecommendationDelayExplained,
    RecommendationExplanationAccepted,
    RecommendationPlanned,
    TransferAccepted,
    TransferProposed,
)
from lif_core.aggregates.recommendation.progress import RecommendationJudged
from lif_core.aggregates.recommendation.proposal import RecommendationSent
from lif_core.aggregates.recommendation.response import (
    Answered,
    RecommendationAccepted,
    RecommendationAcceptedInPart,
    RecommendationDeclined,
)
from lif_core.aggregates.recommendation.state import OWED, Recommendation, Status
from lif_core.aggregates.recommendation.wording import ActionWorded, AnswerWorded
from lif_core.decisions.decider import Support, any_of, latest
from lif_core.decisions.messages import Event

_DUTY = latest(RecommendationPlanned, RecommendationReopened)
_TENURE = latest(RecommendationPlanned, TransferAccepted)
_CHANGE = latest(RecommendationImplemented)
_CONSENT = any_of(RecommendationAccepted, RecommendationAcceptedInPart)

RESTS_ON: Mapping[type[Event[Any]], tuple[Support, ...]] = {
    RecommendationPlanned: (_CONSENT,),
    DueDateChanged: (_DUTY,),
    RecommendationDelayExplained: (_DUTY, _TENURE),
    RecommendationExplanationAccepted: (latest(RecommendationDelayExplained, by="explanation"),),
    TransferProposed: (_DUTY, _TENURE),
    TransferAccepted: (latest(TransferProposed),),
    EscalationAnswered: (latest(EscalationRaised, by="escalation"),),
    # What was never planned may be done by a body that accepted it.
    RecommendationImplemented: (_DUTY, _TENURE, _CONSENT),
    RecommendationEmbedded: (_CHANGE, latest(RecommendationChecked, by="checks", of="check")),
    # A check may be recorded late: after a second implementation, of a day before it.
    RecommendationChecked: (
        latest(RecommendationImplemented, ordered=False),
        any_of(RecommendationImplemented),
    ),
    AnswerWorded: (
        latest(
            RecommendationAccepted,
            RecommendationAcceptedInPart,
            RecommendationDeclined,
            by="body",
            of="answered_for",
        ),
    ),
    ActionWorded: (_DUTY,),
    OwnerTold: (latest(RecommendationChecked, by="check"),),
    RecommendationClosed: (_CHANGE, any_of(ChecksScheduled, ordered=False)),
    RecommendationReopened: (_CHANGE,),
    RecommendationJudged: (_CHANGE,),
}

ONCE: Mapping[type[Event[Any]], tuple[str, ...]] = {
    RecommendationSent: ("to",),
    RecommendationDelayExplained: ("explanation",),
    RecommendationExplanationAccepted: ("explanation",),
    EscalationRaised: ("escalation",),
    EscalationAnswered: ("escalation",),
    EvidenceRecorded: ("evidence",),
    TrainingCalledFor: ("course",),
    RecommendationChecked: ("check",),
}
"""The fields that no two entries of a kind bear alike."""

_FOLLOWS: Mapping[type[Event[Any]], frozenset[Status]] = {
    RecommendationPlanned: frozenset({Status.ACCEPTED, Status.REOPENED}),
    RecommendationImplemented: OWED | {Status.ACCEPTED},
    # It may be embedded anew where the audit of the embedding before, or of a relapse, is void.
    RecommendationEmbedded: frozenset({Status.IMPLEMENTED, Status.EMBEDDED, Status.RELAPSED}),
    RecommendationReopened: frozenset({Status.IMPLEMENTED, Status.EMBEDDED, Status.RELAPSED}),
}
"""The statuses on which an entry that changes the status can follow."""


def contradicts(state: Recommendation | None, event: Event[Any]) -> str | None:
    """Return why *event* cannot follow on *state*, which a correction has made of the others."""
    status = state.status if state else Status.PROPOSED
    if status not in _FOLLOWS.get(type(event), (status,)):
        return f"takes effect while it is {status}"
    if isinstance(event, Answered) and state is not None:
        answer = state.answers.get(event.answered_for)
        if state.owner is not None and answer is not None and type(answer) is not type(event):
            return "changes an answer after it was planned"
    return None
