"""The coherence of a review's entries: what each rests on, beside what began the review."""

from collections.abc import Mapping
from typing import Any

from lif_core.aggregates.review.addressees import AddresseesInformed, Matter
from lif_core.aggregates.review.analysis import DeathAnalysed
from lif_core.aggregates.review.closure import ReviewClosed, ReviewDiscontinued
from lif_core.aggregates.review.conduct import (
    DocumentCited,
    MilestoneReached,
    ReviewDelayExplained,
    ReviewExplanationAccepted,
)
from lif_core.aggregates.review.findings import (
    FindingAddressed,
    FindingRecorded,
    FindingShared,
    NoActionTaken,
)
from lif_core.aggregates.review.gates import GATED
from lif_core.aggregates.review.involvement import (
    ContributionRecorded,
    FamilyInvited,
    FamilyResponded,
    PractitionersInvited,
)
from lif_core.aggregates.review.judgement import JudgementRecorded
from lif_core.aggregates.review.opening import HoldDecided
from lif_core.aggregates.review.publication import (
    NonPublicationDecided,
    ReportPublished,
    ReportTakenDown,
)
from lif_core.aggregates.review.referral import CaseReferred
from lif_core.aggregates.review.report import ReportAccepted
from lif_core.aggregates.review.wording import FindingWorded
from lif_core.decisions.decider import Support, any_of, latest
from lif_core.decisions.messages import Event

_GATES = any_of(*GATED, by="gates", of="reaches")
_HOLD = latest(HoldDecided)
_FINDING = latest(FindingRecorded, by="finding")
_REPORT = latest(ReportAccepted)

RESTS_ON: Mapping[type[Event[Any]], tuple[Support, ...]] = {
    AddresseesInformed: (
        latest(HoldDecided, where=("matter", Matter.DECISION)),
        latest(ReportAccepted, where=("matter", Matter.REPORT)),
        _GATES,
    ),
    HoldDecided: (_GATES,),
    DeathAnalysed: (_GATES,),
    MilestoneReached: (_GATES,),
    ContributionRecorded: (any_of(PractitionersInvited, by="organisation"),),
    FamilyResponded: (any_of(FamilyInvited),),
    FindingRecorded: (_HOLD,),
    FindingAddressed: (_FINDING,),
    NoActionTaken: (_FINDING,),
    FindingShared: (_FINDING,),
    FindingWorded: (_FINDING,),
    ReviewExplanationAccepted: (latest(ReviewDelayExplained, by="explanation"),),
    JudgementRecorded: (_HOLD,),
    # Of a report nothing of which is left, nobody accepted anything.
    ReportAccepted: (
        _HOLD,
        any_of(FindingRecorded, JudgementRecorded, DocumentCited, DeathAnalysed),
        _GATES,
    ),
    ReportPublished: (_REPORT, _GATES),
    NonPublicationDecided: (_REPORT,),
    ReportTakenDown: (latest(ReportPublished), _GATES),
    ReviewDiscontinued: (_HOLD, _GATES),
    ReviewClosed: (_HOLD, _REPORT, latest(ReportPublished, NonPublicationDecided), _GATES),
}

ONCE: Mapping[type[Event[Any]], tuple[str, ...]] = {
    CaseReferred: ("referral",),
    DocumentCited: ("document",),
    MilestoneReached: ("milestone",),
    FindingRecorded: ("finding",),
    JudgementRecorded: ("area",),
    ReviewDelayExplained: ("explanation",),
    ReviewExplanationAccepted: ("explanation",),
}
"""The fields that no two entries of a kind bear alike."""
