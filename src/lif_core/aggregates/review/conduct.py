"""The conduct of a review: its scope, method and lead, the documents it rests on, the milestones
it reaches, and why a deadline is not met.
"""

from datetime import date
from enum import StrEnum

from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import (
    Setting,
    refuse_before_last,
    refuse_earlier,
    refuse_second,
)
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind
from lif_core.values.fields import (
    BodyRef,
    Code,
    Instant,
    MethodologyCode,
    MilestoneCode,
    PersonalName,
    PersonalText,
    ReviewRef,
    Text,
    message,
)
from lif_core.values.working_days import local_day


class ScopeBasis(StrEnum):
    """A basis on which the scale of a review is decided, so as to be in proportion (framework
    §2.2).
    """

    COMPLEXITY = "complexity"
    SCALE_OF_ISSUES = "scale of issues"
    LEARNING = "potential learning"
    STATUTORY = "statutory criteria"


@message
class SetScope(Command):
    """The scope is set: how large the review is, whose actions it looks at, and on what basis."""

    review: ReviewRef
    scope: PersonalText
    rationale: PersonalText
    decided_on: tuple[ScopeBasis, ...]
    organisations: tuple[BodyRef, ...] = ()


@message
class ScopeSet(SetScope, Event[SetScope]):
    """The scope in force; a later one replaces it."""


@message
class AdoptMethod(Command):
    """The review follows a *methodology*, and a version of its *toolkit* (framework §3.1.1,
    §3.1.2).
    """

    review: ReviewRef
    methodology: MethodologyCode
    toolkit: Code | None = None


@message
class MethodAdopted(AdoptMethod, Event[AdoptMethod]):
    """The method in force; a later one replaces it."""


@message
class AppointReviewer(Command):
    """The lead reviewer is appointed, and declares independence of case and organisations.

    *employer* is the body that employs the reviewer; where that is none on record,
    *employed_otherwise* says by whom else, or that nobody does. One of the two is
    needed where the kind of review has to be independent.
    """

    review: ReviewRef
    reviewer: PersonalName
    declaration: PersonalText
    involved_in_case: bool
    employer: BodyRef | None = None
    employed_otherwise: PersonalText | None = None


@message
class ReviewerAppointed(AppointReviewer, Event[AppointReviewer]):
    """The lead reviewer."""


@message
class CiteDocument(Command):
    """A published document that the review rests on, or that it is: guidance, policy, a report
    (framework Appendix A).
    """

    review: ReviewRef
    document: Code
    title: Text
    publisher: Text
    issued: date | None = None


@message
class DocumentCited(CiteDocument, Event[CiteDocument]):
    """The document is among the sources of the review."""


@message
class ContributeToReview(Command):
    """A body contributes to a review that another carries out, such as an inspection (framework
    §3.4.2).
    """

    review: ReviewRef
    contribution: PersonalText


@message
class ContributionMade(ContributeToReview, Event[ContributeToReview]):
    """`by.body` has contributed."""


@message
class RecordMilestone(Command):
    """The review reaches a *milestone* that the framework names for its kind and that no other
    decision marks; duties may begin with it or end with it.

    *at* is the instant, where a duty counts in hours; it falls on the day *on*.
    """

    review: ReviewRef
    milestone: MilestoneCode
    at: Instant | None = None
    note: PersonalText | None = None


@message
class MilestoneReached(RecordMilestone, Event[RecordMilestone]):
    """The milestone is reached, on this day. *gates* are as those of `HoldDecided`."""

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return (self.milestone,)


@message
class ExplainReviewDelay(Command):
    """A deadline, the *clock* of a duty of the framework, is not met for these *reasons*: an
    *explanation*, by this reference, is offered.

    It holds from the day of recording *until* it expires, and without that for the days that the
    pack gives. It counts once it is accepted.
    """

    review: ReviewRef
    explanation: Code
    clock: Code
    reasons: PersonalText
    until: date | None = None


@message
class ReviewDelayExplained(ExplainReviewDelay, Event[ExplainReviewDelay]):
    """The explanation is offered: shown beside the days overdue, and never netted."""


@message
class AcceptReviewExplanation(Command):
    """The body that a deadline is owed to accepts an *explanation* of its delay: a board of the
    review, or the body that began it.
    """

    review: ReviewRef
    explanation: Code


@message
class ReviewExplanationAccepted(AcceptReviewExplanation, Event[AcceptReviewExplanation]):
    """Overdue days from the recording of this on are explained, and shown apart, never netted."""


def set_scope(
    command: SetScope, state: Review, kind: ReviewKind, setting: Setting
) -> tuple[ScopeSet, ...]:
    if not set(command.decided_on) - {ScopeBasis.STATUTORY}:
        raise RefusedError("review.proportionality", decided_on=command.decided_on)
    if kind.independent and not command.organisations:
        raise RefusedError("review.scope-of-nobody", kind=kind.kind)
    if state.reviewer is not None:
        refuse_dependent(kind, state.reviewer.employer, command.organisations, setting)
    refuse_before_last("review.out-of-order", command, state.scope)
    return (ScopeSet.of(command),)


def adopt_method(
    command: AdoptMethod, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[MethodAdopted, ...]:
    framework.refuse_unknown(
        "review.unknown-methodology", command.methodology, kind.methodologies, command.on
    )
    if kind.toolkit and command.toolkit is None:
        raise RefusedError("review.toolkit", kind=kind.kind)
    refuse_before_last("review.out-of-order", command, state.method)
    return (MethodAdopted.of(command),)


def appoint_reviewer(
    command: AppointReviewer, state: Review, kind: ReviewKind, setting: Setting
) -> tuple[ReviewerAppointed, ...]:
    if command.involved_in_case and kind.independent:
        raise RefusedError("review.independence", involved_in_case=True)
    if kind.independent and command.employer is None and command.employed_otherwise is None:
        raise RefusedError("review.employer-unstated", reviewer=command.reviewer)
    refuse_dependent(kind, command.employer, state.under_review, setting)
    _refuse_own_board(command, state, kind, setting)
    refuse_before_last("review.out-of-order", command, state.reviewer)
    return (ReviewerAppointed.of(command),)


def refuse_dependent(
    kind: ReviewKind, employer: str | None, organisations: tuple[str, ...], setting: Setting
) -> None:
    """Refuse a lead reviewer who is employed by an organisation whose actions are reviewed, or by
    what it was merged into or took in.
    """
    if employer is None or not kind.independent:
        return
    reviewed = {*organisations, *map(setting.holder, organisations)}
    if not reviewed.isdisjoint({employer, setting.holder(employer)}):
        raise RefusedError("review.independence", employer=employer)


def _refuse_own_board(
    command: AppointReviewer, state: Review, kind: ReviewKind, setting: Setting
) -> None:
    """Refuse a lead reviewer who is employed by a board whose review it is, or a committee of it:
    how the agencies worked together is the board's own business.
    """
    employer, framework = command.employer, setting.framework
    if employer is None or not kind.independent:
        return
    assert state.begun is not None
    boards = (command.review, *state.begun.boards)
    shared = any(framework.share_a_board(employer, board) for board in boards)
    entry = framework.body(employer)
    if shared and (entry.kind if entry else setting.kind(employer)) != "agency":
        raise RefusedError("review.independence", employer=employer)


def cite_document(command: CiteDocument, state: Review) -> tuple[DocumentCited, ...]:
    if command.issued is not None and command.on < command.issued:
        raise RefusedError("review.document-not-issued", on=command.on, issued=command.issued)
    refuse_second("review.accepted-already", state.accepted)
    refuse_second("review.document-cited-already", state.documents.get(command.document))
    return (DocumentCited.of(command),)


def contribute(command: ContributeToReview) -> tuple[ContributionMade, ...]:
    return (ContributionMade.of(command),)


def record_milestone(
    command: RecordMilestone, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[MilestoneReached, ...]:
    if command.milestone not in kind.milestones and not framework.open_kinds:
        raise RefusedError(
            "review.unknown-milestone", milestone=command.milestone, known=kind.milestones
        )
    if command.at is not None and local_day(command.at) != command.on:
        raise RefusedError("review.another-day", at=command.at, on=command.on)
    refuse_second("review.milestone-reached-already", state.milestones.get(command.milestone))
    return (MilestoneReached.of(command),)


def explain_delay(
    command: ExplainReviewDelay, state: Review, framework: Framework
) -> tuple[ReviewDelayExplained, ...]:
    assert state.begun is not None
    begun = state.begun.on
    duties = framework.duties_for(state.kind, begun)
    clocks = [duty.name for duty in duties if duty.has_deadline and not duty.not_before]
    if framework.duties and command.clock not in clocks:
        raise RefusedError("review.unknown-clock", clock=command.clock, kind=state.kind)
    refuse_second("review.explanation-taken", state.explanations.get(command.explanation))
    if command.until is not None and command.until <= command.on:
        raise RefusedError("review.explanation-ended", until=command.until)
    return (ReviewDelayExplained.of(command),)


def accept_explanation(
    command: AcceptReviewExplanation, state: Review, setting: Setting
) -> tuple[ReviewExplanationAccepted, ...]:
    """Refuse an acceptance that can never count, and one by a body that nothing is owed to."""
    explained = state.explanations.get(command.explanation)
    if explained is None:
        raise RefusedError("review.no-such-explanation", explanation=command.explanation)
    bodies = _owed_to(state, setting)
    if command.by.body not in bodies:
        raise RefusedError("review.owed-to-another", owed_to=bodies, body=command.by.body)
    refuse_second(
        "review.explanation-accepted-already", state.explanations_accepted.get(command.explanation)
    )
    refuse_earlier("review.out-of-order", command, explained.on)
    if explained.until is not None and explained.until <= command.on:
        raise RefusedError("review.explanation-ended", until=explained.until)
    return (ReviewExplanationAccepted.of(command),)


def _owed_to(state: Review, setting: Setting) -> tuple[str, ...]:
    """Return the bodies that deadlines are owed to: the boards of the review, and its opener."""
    assert state.begun is not None
    boards = setting.framework.boards_for(state.begun.review, state.begun.boards)
    bodies = (*boards, state.begun.by.body)
    return tuple(dict.fromkeys((*bodies, *map(setting.holder, bodies))))
