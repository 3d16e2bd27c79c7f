"""The referral of a matter that a review shows to another review."""

from datetime import date

from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.fields import (
    CaseKindCode,
    ComingReviewRef,
    PersonalText,
    ReviewRef,
    message,
)


@message
class ReferCase(Command):
    """The review shows a matter that may need another review, *referral*, of this *kind*
    (framework §3.3.1, first purpose).
    """

    review: ReviewRef
    referral: ComingReviewRef
    kind: CaseKindCode
    aware: date
    reasons: PersonalText


@message
class CaseReferred(ReferCase, Event[ReferCase]):
    """The other review is to be notified and decided on."""


def refer(command: ReferCase, state: Review, framework: Framework) -> tuple[CaseReferred, ...]:
    kind = framework.review_kind(command.kind)
    if not (kind.case or framework.open_kinds):
        raise RefusedError("review.not-of-a-case", kind=kind.kind)
    if command.referral == command.review:
        raise RefusedError("review.refers-to-itself", referral=command.referral)
    if command.on < command.aware:
        raise RefusedError("review.notified-before-aware", on=command.on, aware=command.aware)
    refuse_second("review.referred-already", state.referred.get(command.referral))
    return (CaseReferred.of(command),)
