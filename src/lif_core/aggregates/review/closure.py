"""The closure of a review, or its end without a report; and what may still be decided after."""

from lif_core.aggregates.review.addressees import InformAddressees
from lif_core.aggregates.review.findings import ShareFinding, refuse_open
from lif_core.aggregates.review.opening import held_since
from lif_core.aggregates.review.publication import PublishReport, TakeDownReport
from lif_core.aggregates.review.referral import ReferCase
from lif_core.aggregates.review.report import accepted
from lif_core.aggregates.review.state import Review
from lif_core.aggregates.review.wording import WordFinding
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import ReviewKind
from lif_core.values.fields import Code, PersonalText, ReviewRef, message


@message
class DiscontinueReview(Command):
    """The review ends without a report, for these *reasons*; what it found is still answered."""

    review: ReviewRef
    reasons: PersonalText


@message
class ReviewDiscontinued(DiscontinueReview, Event[DiscontinueReview]):
    """It has ended; every finding it made has an action or a reason for none.

    *gates* are as those of `HoldDecided`.
    """

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("closed",)


@message
class CloseReview(Command):
    """The review has ended; the recommendations go on."""

    review: ReviewRef


@message
class ReviewClosed(CloseReview, Event[CloseReview]):
    """Every finding has an action or a reason for none. *gates* are as those of `HoldDecided`."""

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("closed",)


AFTER_CLOSURE = (
    InformAddressees,
    PublishReport,
    ReferCase,
    ShareFinding,
    TakeDownReport,
    WordFinding,
)


def refuse_closed(command: Command, state: Review) -> None:
    """Refuse whatever cannot be decided once the review has ended."""
    if not isinstance(command, AFTER_CLOSURE):
        refuse_second("review.closed", state.closed)


def discontinue(
    command: DiscontinueReview, state: Review, kind: ReviewKind
) -> tuple[ReviewDiscontinued, ...]:
    """Refuse to discontinue a review that the law asks for, or that nobody decided to hold."""
    refuse_second("review.accepted-already", state.accepted)
    held = held_since(state)
    if kind.death:
        raise RefusedError("review.must-be-held", kind=kind.kind)
    binding = {ground.ground for ground in kind.grounds if ground.mandatory}
    for ground in state.hold.grounds if state.hold is not None else ():
        if ground in binding:
            raise RefusedError("review.must-be-held", ground=ground)
    refuse_earlier("review.out-of-order", command, max(held, state.answered))
    refuse_open(state)
    return (ReviewDiscontinued.of(command),)


def close(command: CloseReview, state: Review, kind: ReviewKind) -> tuple[ReviewClosed, ...]:
    if state.hold is not None and not state.hold.hold:
        refuse_earlier("review.out-of-order", command, state.hold.on)
        return (ReviewClosed.of(command),)
    report = accepted(state)
    refuse_open(state)
    if kind.published and state.published is None:
        raise RefusedError("review.publication-undecided")
    rests_on = max((state.published or report).on, state.answered)
    refuse_earlier("review.out-of-order", command, rests_on)
    return (ReviewClosed.of(command),)
