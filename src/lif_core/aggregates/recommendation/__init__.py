"""The life of a recommendation, from the proposal to its closure, and whether the change lasted.

A file for each stage has its commands, its events and its rules; `state` has what the rules ask.

    proposed     accepted by a body -> accepted; declined by all -> declined
    accepted     planned: an owner, a due date -> planned
    planned      implemented, as its owner says -> implemented
    implemented  embedded, on an audit's evidence or better -> embedded
    embedded     a check is failed -> relapsed
    implemented, embedded or relapsed: due again -> reopened -> implemented
    any that has not ended: withdrawn -> withdrawn; superseded -> superseded
"""

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from lif_core.aggregates.evidence import Assessor, assessor_of
from lif_core.aggregates.recommendation import (
    closure,
    coherence,
    embedding,
    escalation,
    implementation,
    monitoring,
    ownership,
    progress,
    proposal,
    response,
    wording,
)
from lif_core.aggregates.recommendation.assessment import (
    assess_check,
    level_of_embedding,
    level_of_record,
)
from lif_core.aggregates.recommendation.closure import (
    CloseRecommendation,
    RecommendationClosed,
    RecommendationReopened,
    RecommendationSuperseded,
    RecommendationWithdrawn,
    ReopenRecommendation,
    SupersedeRecommendation,
    WithdrawRecommendation,
)
from lif_core.aggregates.recommendation.embedding import (
    CallForTraining,
    EmbedRecommendation,
    EvidenceRecorded,
    RecommendationEmbedded,
    RecordEvidence,
    TrainingCalledFor,
    is_embedded_by,
)
from lif_core.aggregates.recommendation.escalation import (
    AnswerEscalation,
    EscalationAnswered,
    EscalationRaised,
    RaiseEscalation,
)
from lif_core.aggregates.recommendation.implementation import (
    ImplementRecommendation,
    RecommendationImplemented,
)
from lif_core.aggregates.recommendation.monitoring import (
    CheckRecommendation,
    ChecksScheduled,
    OwnerTold,
    RecommendationChecked,
    ScheduleChecks,
    TellOwner,
)
from lif_core.aggregates.recommendation.ownership import (
    AcceptRecommendationExplanation,
    AcceptTransfer,
    ChangeDueDate,
    DueDateChanged,
    ExplainRecommendationDelay,
    PlanRecommendation,
    ProposeTransfer,
    RecommendationDelayExplained,
    RecommendationExplanationAccepted,
    RecommendationPlanned,
    TransferAccepted,
    TransferProposed,
)
from lif_core.aggregates.recommendation.progress import (
    IssuerJudgement,
    JudgeRecommendation,
    ProgressRecorded,
    RecommendationJudged,
    RecordProgress,
)
from lif_core.aggregates.recommendation.proposal import (
    IssueRecommendation,
    RecommendationIssued,
    RecommendationSent,
    SendRecommendation,
)
from lif_core.aggregates.recommendation.response import (
    AcceptRecommendation,
    AcceptRecommendationInPart,
    Answered,
    DeclineRecommendation,
    RecommendationAccepted,
    RecommendationAcceptedInPart,
    RecommendationDeclined,
    RecommendationReplied,
    RecordReplyOfSome,
    ReplyToRecommendation,
    SomeReplied,
)
from lif_core.aggregates.recommendation.state import ENDED, OWED, UNKNOWN, Recommendation, Status
from lif_core.aggregates.recommendation.wording import (
    ActionWorded,
    AnswerWorded,
    RecommendationWorded,
    WordAction,
    WordAnswer,
    WordRecommendation,
)
from lif_core.decisions.decider import Decider, Setting, plus, unknown
from lif_core.decisions.messages import evolved
from lif_core.values.evidence import EvidenceLevel

__all__ = [
    "ENDED",
    "OWED",
    "AcceptRecommendation",
    "AcceptRecommendationExplanation",
    "AcceptRecommendationInPart",
    "AcceptTransfer",
    "ActionWorded",
    "AnswerEscalation",
    "AnswerWorded",
    "Answered",
    "CallForTraining",
    "ChangeDueDate",
    "CheckRecommendation",
    "ChecksScheduled",
    "CloseRecommendation",
    "DeclineRecommendation",
    "DueDateChanged",
    "EmbedRecommendation",
    "EscalationAnswered",
    "EscalationRaised",
    "EvidenceLevel",
    "EvidenceRecorded",
    "ExplainRecommendationDelay",
    "ImplementRecommendation",
    "IssueRecommendation",
    "IssuerJudgement",
    "JudgeRecommendation",
    "OwnerTold",
    "PlanRecommendation",
    "ProgressRecorded",
    "ProposeTransfer",
    "RaiseEscalation",
    "Recommendation",
    "RecommendationAccepted",
    "RecommendationAcceptedInPart",
    "RecommendationChecked",
    "RecommendationClosed",
    "RecommendationCommand",
    "RecommendationDeclined",
    "RecommendationDelayExplained",
    "RecommendationEmbedded",
    "RecommendationEvent",
    "RecommendationExplanationAccepted",
    "RecommendationImplemented",
    "RecommendationIssued",
    "RecommendationJudged",
    "RecommendationPlanned",
    "RecommendationReopened",
    "RecommendationReplied",
    "RecommendationSent",
    "RecommendationSuperseded",
    "RecommendationWithdrawn",
    "RecommendationWorded",
    "RecordEvidence",
    "RecordProgress",
    "RecordReplyOfSome",
    "ReopenRecommendation",
    "ReplyToRecommendation",
    "ScheduleChecks",
    "SendRecommendation",
    "SomeReplied",
    "Status",
    "SupersedeRecommendation",
    "TellOwner",
    "TrainingCalledFor",
    "TransferAccepted",
    "TransferProposed",
    "WithdrawRecommendation",
    "WordAction",
    "WordAnswer",
    "WordRecommendation",
    "assess_check",
    "assessed",
    "decider",
    "evolve",
    "is_embedded_by",
    "lived",
]

RecommendationCommand: TypeAlias = (
    IssueRecommendation
    | SendRecommendation
    | AcceptRecommendation
    | AcceptRecommendationInPart
    | DeclineRecommendation
    | ReplyToRecommendation
    | RecordReplyOfSome
    | PlanRecommendation
    | ChangeDueDate
    | ExplainRecommendationDelay
    | AcceptRecommendationExplanation
    | ProposeTransfer
    | AcceptTransfer
    | RaiseEscalation
    | AnswerEscalation
    | ImplementRecommendation
    | RecordProgress
    | JudgeRecommendation
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
    | WordRecommendation
    | WordAnswer
    | WordAction
)

RecommendationEvent: TypeAlias = (
    RecommendationIssued
    | RecommendationSent
    | RecommendationAccepted
    | RecommendationAcceptedInPart
    | RecommendationDeclined
    | RecommendationReplied
    | SomeReplied
    | RecommendationPlanned
    | DueDateChanged
    | RecommendationDelayExplained
    | RecommendationExplanationAccepted
    | TransferProposed
    | TransferAccepted
    | EscalationRaised
    | EscalationAnswered
    | RecommendationImplemented
    | ProgressRecorded
    | RecommendationJudged
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
    | RecommendationWorded
    | AnswerWorded
    | ActionWorded
)

RESTING = (EvidenceRecorded, RecommendationEmbedded, RecommendationChecked)
"""The events that rest on other streams."""


def decide(
    command: RecommendationCommand, state: Recommendation | None, setting: Setting
) -> tuple[RecommendationEvent, ...]:
    if isinstance(command, IssueRecommendation):
        return proposal.issue(command, state, setting)
    if state is None or state.issued is None:
        raise unknown("recommendation.unknown", command)
    if state.before is not None:
        state = assessed(state, assessor_of(setting))
    match command:  # the most usual first: each case that is asked takes its time
        case AcceptRecommendation():
            return response.accept(command, state, setting)
        case ChangeDueDate():
            return ownership.change_due_date(command, state, setting)
        case ExplainRecommendationDelay():
            return ownership.explain_delay(command, state, setting)
        case ImplementRecommendation():
            return implementation.implement(command, state, setting)
        case PlanRecommendation():
            return ownership.plan(command, state)
        case SendRecommendation():
            return proposal.send(command, state, setting)
        case AcceptRecommendationInPart():
            return response.accept_in_part(command, state, setting)
        case RecordReplyOfSome():
            return response.reply_of_some(command, state, setting)
        case DeclineRecommendation():
            return response.decline(command, state, setting)
        case ReplyToRecommendation():
            return response.reply(command, state, setting)
        case AcceptRecommendationExplanation():
            return ownership.accept_explanation(command, state, setting)
        case ProposeTransfer():
            return ownership.propose_transfer(command, state, setting)
        case AcceptTransfer():
            return ownership.accept_transfer(command, state, setting)
        case RaiseEscalation():
            return escalation.raise_escalation(command, state)
        case AnswerEscalation():
            return escalation.answer_escalation(command, state, setting)
        case RecordProgress():
            return progress.record(command, state, setting)
        case JudgeRecommendation():
            return progress.judge(command, state, setting)
        case RecordEvidence():
            return embedding.record_evidence(command, state, setting)
        case CallForTraining():
            return embedding.call_for_training(command, state)
        case EmbedRecommendation():
            return embedding.embed(command, state, setting)
        case ScheduleChecks():
            return monitoring.schedule_checks(command, state)
        case CheckRecommendation():
            return monitoring.check(command, state, setting)
        case TellOwner():
            return monitoring.tell_owner(command, state, setting)
        case CloseRecommendation():
            return closure.close(command, state)
        case ReopenRecommendation():
            return closure.reopen(command, state)
        case WithdrawRecommendation():
            return closure.withdraw(command, state)
        case SupersedeRecommendation():
            return closure.supersede(command, state)
        case WordRecommendation():
            return wording.word(command)
        case WordAnswer():
            return wording.word_answer(command, state)
        case WordAction():
            return wording.word_action(command, state)
        case _:
            assert_never(command)


def evolve(state: Recommendation | None, event: RecommendationEvent) -> Recommendation:
    """Return the state after *event*, as its level was when it was decided.

    From the first entry that rests on other streams, the state holds the entries: what they come
    to depends on these streams, and is worked out anew by `assessed`.
    """
    if state is None:
        state = UNKNOWN
    after, before = _evolve(state, event), state.before
    if isinstance(event, RESTING) or (before is not None and after != state):
        before = state if before is None else before
        return replace(after, before=before, rested=(*state.rested, event))
    return after


def assessed(state: Recommendation, assessor: Assessor) -> Recommendation:
    """Return the state as it is by the levels that its entries have now."""
    now = state
    for _, _, after in lived(state, assessor):
        now = after
    return replace(now, before=state.before, rested=state.rested)


def lived(
    state: Recommendation, assessor: Assessor
) -> Iterator[tuple[Recommendation, RecommendationEvent, Recommendation]]:
    """Yield each entry from the first that rests on other streams, at the level that it has now,
    between the state before it and the state after it.
    """
    now = state.before or state
    for event in state.rested:
        event = _assessed(event, now, assessor)
        before, now = now, _evolve(now, event)
        yield before, event, now


def _assessed(
    event: RecommendationEvent, state: Recommendation, assessor: Assessor
) -> RecommendationEvent:
    """Return the *event* at the level that it has now."""
    match event:
        case RecommendationEmbedded():
            return evolved(event, level=level_of_embedding(event, state, assessor))
        case RecommendationChecked():
            return evolved(event, **assess_check(event, state, assessor)._asdict())
        case EvidenceRecorded():
            return evolved(event, level=level_of_record(event, state, assessor))
        case _:
            return event


def _evolve(state: Recommendation, event: RecommendationEvent) -> Recommendation:
    match event:  # the most usual first, as in `decide`
        case DueDateChanged():
            return replace(state, due=event.due, redated=event.on, offered={}, accepted={})
        case RecommendationDelayExplained():
            return ownership.explanation_offered(state, event)
        case RecommendationAccepted() | RecommendationAcceptedInPart() | RecommendationDeclined():
            return response.answered(state, event)
        case RecommendationIssued():
            return response.weighed(replace(state, issued=event, since=event.on), event.on)
        case RecommendationPlanned(owner=owner, due=due, on=on):
            return state.with_status(
                Status.PLANNED, on, due=due, acted=on, **state.held_from(on, owner=owner)
            )
        case RecommendationImplemented(on=on):
            owner = state.owner or event.by.body
            first = state.implemented or on
            held = state.held_from(on, owner=owner, in_place=on)
            return state.with_status(Status.IMPLEMENTED, on, implemented=first, **held)
        case RecommendationSent(to=body):
            return replace(state, sent=plus(state.sent, body, event))
        case RecommendationReplied() | SomeReplied() | ProgressRecorded():
            return state
        case RecommendationExplanationAccepted(explanation=key):
            return replace(state, accepted=plus(state.accepted, key, event))
        case RecommendationJudged():
            return replace(state, judged=event)
        case RecommendationWorded() | AnswerWorded() | ActionWorded():
            return state
        case TransferProposed():
            return replace(state, transfer=event)
        case TransferAccepted():
            held = state.held_from(event.on, owner=event.by.body)
            return replace(state, transfer=None, since=max(state.since, event.on), **held)
        case EscalationRaised(escalation=key):
            return replace(state, escalations=plus(state.escalations, key, event))
        case EscalationAnswered(escalation=key):
            return replace(state, escalations_answered=state.escalations_answered | {key})
        case EvidenceRecorded(evidence=key):
            return replace(state, evidence=plus(state.evidence, key, event))
        case TrainingCalledFor(course=key):
            return replace(state, courses=plus(state.courses, key, event))
        case RecommendationEmbedded():
            if not is_embedded_by(event, state):
                return state
            return state.with_status(Status.EMBEDDED, event.on)
        case ChecksScheduled(due=days):
            return replace(state, checks_due=state.checks_due | set(days))
        case RecommendationChecked():
            return monitoring.checked(state, event)
        case OwnerTold(check=key):
            return replace(state, owner_told=state.owner_told | {key})
        case RecommendationClosed():
            return replace(state, closed=event)
        case RecommendationReopened(due=due):
            acted = event.on if event.action else state.acted
            state = replace(state, due=due, closed=None, acted=acted, offered={}, accepted={})
            return state.with_status(Status.REOPENED, event.on)
        case RecommendationWithdrawn():
            return state.with_status(Status.WITHDRAWN, event.on)
        case RecommendationSuperseded():
            return state.with_status(Status.SUPERSEDED, event.on)
        case _:
            assert_never(event)


decider: Decider[RecommendationCommand, RecommendationEvent, Recommendation] = Decider(
    category="recommendation",
    commands=RecommendationCommand,
    events=RecommendationEvent,
    opens=(RecommendationIssued,),
    rests_on=coherence.RESTS_ON,
    once=coherence.ONCE,
    ends=(RecommendationWithdrawn, RecommendationSuperseded),
    outlasts=(RecommendationWorded, AnswerWorded, ActionWorded),
    contradicts=coherence.contradicts,
    decide=decide,
    evolve=evolve,
)
