"""What can be decided about a recommendation, and what is then on record."""

from datetime import date
from enum import IntEnum
from typing import TypeAlias

from lif_core.fields import (
    AuditRef,
    BodyRef,
    Code,
    NextRecommendationRef,
    PersonalText,
    RecommendationRef,
    StreamRef,
    message,
)
from lif_core.messages import Command, Event


class EvidenceLevel(IntEnum):
    """How strong the evidence of a change is, weakest first; ordinal, never averaged."""

    ASSERTION = 0
    DOCUMENT = 1
    OWN_AUDIT = 2
    INDEPENDENT_AUDIT = 3
    OUTCOME_DATA = 4


EMBEDDED_AT_LEAST = EvidenceLevel.OWN_AUDIT


# Issued, and answered by each body it is addressed to


@message
class IssueRecommendation(Command):
    """A review or an audit asks bodies for a change (framework §1.4).

    *source* is the stream it arises from; *findings* are that review's. *boards* are those it is
    joint to, where it is more than the one whose reference it bears.
    """

    recommendation: RecommendationRef
    source: StreamRef
    text: PersonalText
    addressed: tuple[BodyRef, ...]
    findings: tuple[Code, ...] = ()
    boards: tuple[BodyRef, ...] = ()


@message
class RecommendationIssued(IssueRecommendation, Event[IssueRecommendation]):
    """It has been put to the bodies addressed, none of which has answered yet."""


@message
class AcceptRecommendation(Command):
    """A body it is addressed to accepts it, for itself (framework §3.3.2).

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    response: PersonalText | None = None
    for_body: BodyRef | None = None


@message
class RecommendationAccepted(AcceptRecommendation, Event[AcceptRecommendation]):
    """`for_body`, or `by.body`, has accepted it."""


@message
class DeclineRecommendation(Command):
    """A body it is addressed to declines it, and says why (Care Act 2014, Schedule 2, para 4).

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    reasons: PersonalText
    for_body: BodyRef | None = None


@message
class RecommendationDeclined(DeclineRecommendation, Event[DeclineRecommendation]):
    """`for_body`, or `by.body`, has declined it."""


@message
class ReplyToRecommendation(Command):
    """A body it is addressed to replies, without yet accepting or declining.

    *for_body*: the body it was addressed to, where that was merged into the one that answers.
    """

    recommendation: RecommendationRef
    reply: PersonalText
    for_body: BodyRef | None = None


@message
class RecommendationReplied(ReplyToRecommendation, Event[ReplyToRecommendation]):
    """`for_body`, or `by.body`, has replied; its answer is still pending."""


# Planned, owned, due


@message
class PlanRecommendation(Command):
    """It enters a programme of action: who owns it, what is done, by when (framework §1.4)."""

    recommendation: RecommendationRef
    owner: BodyRef
    due: date
    action: PersonalText


@message
class RecommendationPlanned(PlanRecommendation, Event[PlanRecommendation]):
    """*owner* answers for it from this day; *due* is its original due date."""


@message
class ChangeDueDate(Command):
    """A new due date is agreed, with reasons; the original one stays on record."""

    recommendation: RecommendationRef
    due: date
    reasons: PersonalText


@message
class DueDateChanged(ChangeDueDate, Event[ChangeDueDate]):
    """*due* is the current due date; an explanation in force ends with it."""


@message
class ExplainRecommendationDelay(Command):
    """The owner explains a delay, from when that is recorded *until* the day it expires."""

    recommendation: RecommendationRef
    reasons: PersonalText
    until: date | None = None


@message
class RecommendationDelayExplained(ExplainRecommendationDelay, Event[ExplainRecommendationDelay]):
    """Overdue days from the day of recording on are explained, and shown apart, never netted."""


@message
class ProposeTransfer(Command):
    """The owner asks another body to take it over; until that accepts, the owner holds it."""

    recommendation: RecommendationRef
    to: BodyRef
    reasons: PersonalText


@message
class TransferProposed(ProposeTransfer, Event[ProposeTransfer]):
    """The transfer waits for the other body's acceptance."""


@message
class AcceptTransfer(Command):
    """The body asked takes it over, from this day."""

    recommendation: RecommendationRef


@message
class TransferAccepted(AcceptTransfer, Event[AcceptTransfer]):
    """`by.body` owns it from this day."""


@message
class RaiseEscalation(Command):
    """A concern that it does not move is put to a higher body."""

    recommendation: RecommendationRef
    escalation: Code
    to: BodyRef
    concern: PersonalText


@message
class EscalationRaised(RaiseEscalation, Event[RaiseEscalation]):
    """It waits for the answer of the body it was raised *to*."""


@message
class AnswerEscalation(Command):
    """The body it was raised to answers."""

    recommendation: RecommendationRef
    escalation: Code
    answer: PersonalText


@message
class EscalationAnswered(AnswerEscalation, Event[AnswerEscalation]):
    """The escalation has its answer."""


# Done, evidenced, checked


@message
class ImplementRecommendation(Command):
    """The owner says it is in place: an assertion, whatever *evidence* it points to."""

    recommendation: RecommendationRef
    evidence: PersonalText


@message
class RecommendationImplemented(ImplementRecommendation, Event[ImplementRecommendation]):
    """The owner has said that it is in place; its duty ends."""


@message
class EmbedRecommendation(Command):
    """It is shown to be everyday practice (framework §4.1), with evidence of an audit at the
    least.

    *routes* are the ways of embedding used (framework §4.3). It lapses with the passed checks it
    *rests_on*, should one be found void.
    """

    recommendation: RecommendationRef
    level: EvidenceLevel
    evidence: PersonalText
    routes: tuple[Code, ...] = ()
    rests_on: tuple[Code, ...] = ()


@message
class RecommendationEmbedded(EmbedRecommendation, Event[EmbedRecommendation]):
    """A spell of improvement starts; checks will say how long it lasts."""


@message
class ScheduleChecks(Command):
    """When it will be checked again (framework §2.2, sustainability: regular monitoring and
    follow-up).
    """

    recommendation: RecommendationRef
    due: tuple[date, ...]


@message
class ChecksScheduled(ScheduleChecks, Event[ScheduleChecks]):
    """The checks due from now on; those scheduled before stay due."""


@message
class CheckRecommendation(Command):
    """A check whether the change is still there; *check* is its reference, *audit* where it comes
    from.
    """

    recommendation: RecommendationRef
    check: Code
    passed: bool
    level: EvidenceLevel
    note: PersonalText
    audit: AuditRef | None = None


@message
class RecommendationChecked(CheckRecommendation, Event[CheckRecommendation]):
    """The change was found in place, or gone: for an embedded one, its relapse."""


# Ended, begun again


@message
class CloseRecommendation(Command):
    """The committee stops following it; checks go on as scheduled (framework §2.2,
    sustainability).
    """

    recommendation: RecommendationRef
    reasons: PersonalText


@message
class RecommendationClosed(CloseRecommendation, Event[CloseRecommendation]):
    """It is closed, with a monitoring schedule."""


@message
class ReopenRecommendation(Command):
    """What was done did not last, or was not enough: it is due again."""

    recommendation: RecommendationRef
    due: date
    reasons: PersonalText


@message
class RecommendationReopened(ReopenRecommendation, Event[ReopenRecommendation]):
    """Its owner's duty begins anew, due on *due*; a later embedding starts a new spell."""


@message
class WithdrawRecommendation(Command):
    """It is no longer wanted, and why; a competing outcome, not a failure."""

    recommendation: RecommendationRef
    reasons: PersonalText


@message
class RecommendationWithdrawn(WithdrawRecommendation, Event[WithdrawRecommendation]):
    """It has ended without being judged."""


@message
class SupersedeRecommendation(Command):
    """Another recommendation, *successor*, takes its place."""

    recommendation: RecommendationRef
    successor: NextRecommendationRef
    reasons: PersonalText


@message
class RecommendationSuperseded(SupersedeRecommendation, Event[SupersedeRecommendation]):
    """It has ended in favour of *successor*."""


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
    | EmbedRecommendation
    | ScheduleChecks
    | CheckRecommendation
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
    | RecommendationEmbedded
    | ChecksScheduled
    | RecommendationChecked
    | RecommendationClosed
    | RecommendationReopened
    | RecommendationWithdrawn
    | RecommendationSuperseded
)
