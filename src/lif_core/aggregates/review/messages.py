"""What can be decided about a review, and what is then on record, by the stages of its life."""

from typing import TypeAlias

from lif_core.aggregates.review.conduct import *
from lif_core.aggregates.review.findings import *
from lif_core.aggregates.review.opening import *
from lif_core.aggregates.review.reporting import *

ReviewCommand: TypeAlias = (
    NotifyCase
    | NotifyDeath
    | OpenReview
    | DecideHold
    | InformPanel
    | ReferCase
    | SetScope
    | AdoptMethod
    | AppointReviewer
    | InvitePractitioners
    | RecordContribution
    | InviteFamily
    | DecideNotToInviteFamily
    | RecordFamilyResponse
    | RecordVoice
    | CiteDocument
    | ContributeToReview
    | RecordMilestone
    | RecordFinding
    | AddressFinding
    | TakeNoAction
    | ShareFinding
    | RecordJudgement
    | AnalyseDeath
    | ExplainReviewDelay
    | AcceptReport
    | SendPanelCopy
    | PublishReport
    | DecideNotToPublish
    | TakeDownReport
    | DiscontinueReview
    | CloseReview
)

ReviewEvent: TypeAlias = (
    CaseNotified
    | DeathNotified
    | ReviewOpened
    | HoldDecided
    | PanelInformed
    | CaseReferred
    | ScopeSet
    | MethodAdopted
    | ReviewerAppointed
    | PractitionersInvited
    | ContributionRecorded
    | FamilyInvited
    | FamilyNotInvited
    | FamilyResponded
    | VoiceRecorded
    | DocumentCited
    | ContributionMade
    | MilestoneReached
    | FindingRecorded
    | FindingAddressed
    | NoActionTaken
    | FindingShared
    | JudgementRecorded
    | DeathAnalysed
    | ReviewDelayExplained
    | ReportAccepted
    | PanelCopySent
    | ReportPublished
    | NonPublicationDecided
    | ReportTakenDown
    | ReviewDiscontinued
    | ReviewClosed
)
