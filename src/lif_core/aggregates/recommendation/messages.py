"""What can be decided about a recommendation, and what is then on record, by the stages of its
life.
"""

from typing import TypeAlias

from lif_core.aggregates.recommendation.asking import *
from lif_core.aggregates.recommendation.changing import *
from lif_core.aggregates.recommendation.ending import *
from lif_core.aggregates.recommendation.owing import *

RecommendationCommand: TypeAlias = (
    IssueRecommendation
    | AcceptRecommendation
    | DeclineRecommendation
    | ReplyToRecommendation
    | PlanRecommendation
    | ChangeDueDate
    | ExplainRecommendationDelay
    | ProposeTransfer
    | AcceptTransfer
    | RaiseEscalation
    | AnswerEscalation
    | ImplementRecommendation
    | RecordEvidence
    | CallForTraining
    | EmbedRecommendation
    | ScheduleChecks
    | CheckRecommendation
    | TellOwner
    | CloseRecommendation
    | ReopenRecommendation
    | WithdrawRecommendation
    | SupersedeRecommendation
)

RecommendationEvent: TypeAlias = (
    RecommendationIssued
    | RecommendationAccepted
    | RecommendationDeclined
    | RecommendationReplied
    | RecommendationPlanned
    | DueDateChanged
    | RecommendationDelayExplained
    | TransferProposed
    | TransferAccepted
    | EscalationRaised
    | EscalationAnswered
    | RecommendationImplemented
    | EvidenceRecorded
    | TrainingCalledFor
    | RecommendationEmbedded
    | ChecksScheduled
    | RecommendationChecked
    | OwnerTold
    | RecommendationClosed
    | RecommendationReopened
    | RecommendationWithdrawn
    | RecommendationSuperseded
)
