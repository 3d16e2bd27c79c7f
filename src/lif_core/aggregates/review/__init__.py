"""The life of a review, a file for each of its stages.

A case is notified and decided on, or a review is opened (`opening`). Its scope, method and lead
are set (`conduct`); practitioners, the family, and the child or adult are heard (`involvement`).
It finds (`findings`), judges (`judgement`) or analyses (`analysis`), and refers what may need a
review of its own (`referral`). Its report is accepted (`report`) and published (`publication`).
Addressees outside are told of case, decision and report (`addressees`). What the framework asks
for before is asked (`gates`). It is closed when every finding has an answer (`closure`).

Lateness is measured by the projections, never refused here.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from lif_core.aggregates.review import (
    addressees,
    analysis,
    closure,
    coherence,
    conduct,
    findings,
    gates,
    involvement,
    judgement,
    opening,
    publication,
    referral,
    report,
    wording,
)
from lif_core.aggregates.review.addressees import (
    AddresseesInformed,
    InformAddressees,
    Matter,
)
from lif_core.aggregates.review.analysis import (
    AnalyseDeath,
    DeathAnalysed,
    DeathFactor,
    Modifiable,
)
from lif_core.aggregates.review.closure import (
    CloseReview,
    DiscontinueReview,
    ReviewClosed,
    ReviewDiscontinued,
)
from lif_core.aggregates.review.conduct import (
    AcceptReviewExplanation,
    AdoptMethod,
    AppointReviewer,
    CiteDocument,
    ContributeToReview,
    ContributionMade,
    DocumentCited,
    ExplainReviewDelay,
    MethodAdopted,
    MilestoneReached,
    RecordMilestone,
    ReviewDelayExplained,
    ReviewerAppointed,
    ReviewExplanationAccepted,
    ScopeBasis,
    ScopeSet,
    SetScope,
)
from lif_core.aggregates.review.findings import (
    AddressFinding,
    Factor,
    FindingAddressed,
    FindingRecorded,
    FindingShared,
    NoActionTaken,
    RecordFinding,
    ShareFinding,
    TakeNoAction,
)
from lif_core.aggregates.review.involvement import (
    ContributionRecorded,
    DecideNotToInviteFamily,
    FamilyInvited,
    FamilyNotInvited,
    FamilyResponded,
    InviteFamily,
    InvitePractitioners,
    PractitionersInvited,
    RecordContribution,
    RecordFamilyResponse,
    RecordVoice,
    VoiceRecorded,
)
from lif_core.aggregates.review.judgement import JudgementRecorded, RecordJudgement
from lif_core.aggregates.review.opening import (
    CaseNotified,
    DeathNotified,
    DecideHold,
    HoldDecided,
    NotifyCase,
    NotifyDeath,
    OpenReview,
    ReviewOpened,
    UnmetCriterion,
)
from lif_core.aggregates.review.publication import (
    DecideNotToPublish,
    NonPublicationDecided,
    PublishReport,
    ReportPublished,
    ReportTakenDown,
    TakeDownReport,
)
from lif_core.aggregates.review.referral import CaseReferred, ReferCase
from lif_core.aggregates.review.report import AcceptReport, ReportAccepted
from lif_core.aggregates.review.state import Review
from lif_core.aggregates.review.wording import FindingWorded, WordFinding
from lif_core.decisions.decider import Decider, Setting, plus, unknown
from lif_core.framework import ReviewKind

__all__ = [
    "AcceptReport",
    "AcceptReviewExplanation",
    "AddressFinding",
    "AddresseesInformed",
    "AdoptMethod",
    "AnalyseDeath",
    "AppointReviewer",
    "CaseNotified",
    "CaseReferred",
    "CiteDocument",
    "CloseReview",
    "ContributeToReview",
    "ContributionMade",
    "ContributionRecorded",
    "DeathAnalysed",
    "DeathFactor",
    "DeathNotified",
    "DecideHold",
    "DecideNotToInviteFamily",
    "DecideNotToPublish",
    "DiscontinueReview",
    "DocumentCited",
    "ExplainReviewDelay",
    "Factor",
    "FamilyInvited",
    "FamilyNotInvited",
    "FamilyResponded",
    "FindingAddressed",
    "FindingRecorded",
    "FindingShared",
    "FindingWorded",
    "HoldDecided",
    "InformAddressees",
    "InviteFamily",
    "InvitePractitioners",
    "JudgementRecorded",
    "Matter",
    "MethodAdopted",
    "MilestoneReached",
    "Modifiable",
    "NoActionTaken",
    "NonPublicationDecided",
    "NotifyCase",
    "NotifyDeath",
    "OpenReview",
    "PractitionersInvited",
    "PublishReport",
    "RecordContribution",
    "RecordFamilyResponse",
    "RecordFinding",
    "RecordJudgement",
    "RecordMilestone",
    "RecordVoice",
    "ReferCase",
    "ReportAccepted",
    "ReportPublished",
    "ReportTakenDown",
    "Review",
    "ReviewClosed",
    "ReviewCommand",
    "ReviewDelayExplained",
    "ReviewDiscontinued",
    "ReviewEvent",
    "ReviewExplanationAccepted",
    "ReviewOpened",
    "ReviewerAppointed",
    "ScopeBasis",
    "ScopeSet",
    "SetScope",
    "ShareFinding",
    "TakeDownReport",
    "TakeNoAction",
    "UnmetCriterion",
    "VoiceRecorded",
    "WordFinding",
    "decider",
    "evolve",
]

OpeningCommand: TypeAlias = NotifyCase | NotifyDeath | OpenReview
LaterCommand: TypeAlias = (
    DecideHold
    | InformAddressees
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
    | WordFinding
    | RecordJudgement
    | AnalyseDeath
    | ExplainReviewDelay
    | AcceptReviewExplanation
    | AcceptReport
    | PublishReport
    | DecideNotToPublish
    | TakeDownReport
    | DiscontinueReview
    | CloseReview
)
ReviewCommand: TypeAlias = OpeningCommand | LaterCommand

ReviewEvent: TypeAlias = (
    CaseNotified
    | DeathNotified
    | ReviewOpened
    | HoldDecided
    | AddresseesInformed
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
    | FindingWorded
    | JudgementRecorded
    | DeathAnalysed
    | ReviewDelayExplained
    | ReviewExplanationAccepted
    | ReportAccepted
    | ReportPublished
    | NonPublicationDecided
    | ReportTakenDown
    | ReviewDiscontinued
    | ReviewClosed
)


def decide(
    command: ReviewCommand, state: Review | None, setting: Setting
) -> tuple[ReviewEvent, ...]:
    framework = setting.framework
    match command:
        case NotifyCase():
            return opening.notify_case(command, state, framework)
        case NotifyDeath():
            return opening.notify_death(command, state, framework)
        case OpenReview():
            return opening.open_review(command, state, framework)
    if state is None or state.begun is None:
        raise unknown("review.unknown", command)
    closure.refuse_closed(command, state)
    kind = framework.review_kind(state.kind)
    passed = gates.passed(command, state, framework)
    events = _decided(command, state, kind, setting)
    return tuple(gates.through(event, passed) for event in events) if passed else events


def _decided(
    command: LaterCommand,
    state: Review,
    kind: ReviewKind,
    setting: Setting,
) -> tuple[ReviewEvent, ...]:
    """Return what a *command* leads to in a review that has begun, whose gates are passed."""
    framework = setting.framework
    match command:
        case DecideHold():
            return opening.decide_hold(command, state, kind, framework)
        case InformAddressees():
            return addressees.inform(command, state, kind, framework)
        case ReferCase():
            return referral.refer(command, state, framework)
        case SetScope():
            return conduct.set_scope(command, state, kind, setting)
        case AdoptMethod():
            return conduct.adopt_method(command, state, kind, framework)
        case AppointReviewer():
            return conduct.appoint_reviewer(command, state, kind, setting)
        case InvitePractitioners():
            return involvement.invite_practitioners(command, state, kind, setting)
        case RecordContribution():
            return involvement.record_contribution(command, state)
        case InviteFamily():
            return involvement.invite_family(command)
        case DecideNotToInviteFamily():
            return involvement.decide_not_to_invite_family(command, state)
        case RecordFamilyResponse():
            return involvement.record_family_response(command, state)
        case RecordVoice():
            return involvement.record_voice(command)
        case CiteDocument():
            return conduct.cite_document(command, state)
        case ContributeToReview():
            return conduct.contribute(command)
        case RecordMilestone():
            return conduct.record_milestone(command, state, kind, framework)
        case RecordFinding():
            return findings.record(command, state, kind, framework)
        case AddressFinding():
            return findings.address(command, state)
        case TakeNoAction():
            return findings.take_no_action(command, state)
        case ShareFinding():
            return findings.share(command, state)
        case WordFinding():
            return wording.word(command, state)
        case RecordJudgement():
            return judgement.record(command, state, kind, framework)
        case AnalyseDeath():
            return analysis.analyse_death(command, state, kind, framework)
        case ExplainReviewDelay():
            return conduct.explain_delay(command, state, framework)
        case AcceptReviewExplanation():
            return conduct.accept_explanation(command, state, setting)
        case AcceptReport():
            return report.accept(command, state, kind)
        case PublishReport():
            return publication.publish(command, state)
        case DecideNotToPublish():
            return publication.decide_not_to_publish(command, state)
        case TakeDownReport():
            return publication.take_down(command, state)
        case DiscontinueReview():
            return closure.discontinue(command, state, kind)
        case CloseReview():
            return closure.close(command, state, kind)
        case _:
            assert_never(command)


def evolve(state: Review | None, event: ReviewEvent) -> Review:
    state = state or Review()
    match event:
        case CaseNotified() | DeathNotified() | ReviewOpened():
            return opening.begun(state, event)
        case HoldDecided():
            return opening.hold_decided(state, event)
        case AddresseesInformed():
            return replace(state, informed=addressees.informed(state, event))
        case CaseReferred(referral=ref):
            return replace(state, referred=plus(state.referred, ref, event))
        case MethodAdopted():
            return replace(state.with_first("method", event.on), method=event)
        case ScopeSet():
            return replace(state.with_first("scope", event.on), scope=event)
        case ReviewerAppointed():
            return replace(state.with_first("reviewer", event.on), reviewer=event)
        case PractitionersInvited():
            return replace(state, invited=state.invited | {event})
        case FamilyInvited():
            return involvement.family_invited(state, event)
        case FamilyNotInvited():
            return involvement.family_not_invited(state, event)
        case ContributionRecorded(organisation=organisation):
            return replace(state, contributed=plus(state.contributed, organisation, event))
        case DocumentCited(document=document):
            return replace(state, documents=plus(state.documents, document, event))
        case MilestoneReached(milestone=milestone):
            return replace(state, milestones=plus(state.milestones, milestone, event))
        case JudgementRecorded(area=area):
            return replace(state, judged=plus(state.judged, area, event))
        case DeathAnalysed():
            return replace(state, analysed=event)
        case FindingRecorded(finding=finding):
            return replace(state, findings=plus(state.findings, finding, event))
        case FindingAddressed():
            return findings.addressed(state, event)
        case NoActionTaken():
            return findings.answered(state, event)
        case FindingShared():
            return findings.shared(state, event)
        case ReportAccepted():
            return replace(state, accepted=event)
        case ReportPublished() | NonPublicationDecided():
            return replace(state, published=event, taken_down=None)
        case ReportTakenDown():
            return replace(state, taken_down=event)
        case ReviewClosed() | ReviewDiscontinued():
            return replace(state, closed=event)
        case VoiceRecorded():
            return state.with_first("voice", event.on)
        case ReviewDelayExplained(explanation=key):
            return replace(state, explanations=plus(state.explanations, key, event))
        case ReviewExplanationAccepted(explanation=key):
            accepted = plus(state.explanations_accepted, key, event)
            return replace(state, explanations_accepted=accepted)
        case FamilyResponded() | ContributionMade() | FindingWorded():
            return state
        case _:
            assert_never(event)


decider: Decider[ReviewCommand, ReviewEvent, Review] = Decider(
    category="review",
    commands=ReviewCommand,
    events=ReviewEvent,
    opens=(CaseNotified, DeathNotified, ReviewOpened),
    rests_on=coherence.RESTS_ON,
    once=coherence.ONCE,
    decide=decide,
    evolve=evolve,
)
