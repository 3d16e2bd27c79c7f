"""How a review begins: a case or a death is notified and decided on, or it is opened."""

from datetime import date

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import (
    BodyRef,
    Code,
    ComingReviewRef,
    PersonalText,
    ReviewRef,
    StreamRef,
    message,
)


@message
class NotifyCase(Command):
    """The authority reports a case, *on* this day, that it became *aware* of (framework §3.1).

    *kind* is a review kind of the framework; *boards* are those it is joint to, where more than
    one. *arising_from* are the streams that raised it, such as the review of a death.
    """

    review: ReviewRef
    kind: Code
    subject: PersonalText
    aware: date
    boards: tuple[BodyRef, ...] = ()
    arising_from: tuple[StreamRef, ...] = ()


@message
class CaseNotified(NotifyCase, Event[NotifyCase]):
    """The case is known to the board; nobody has decided yet whether to review it."""


@message
class NotifyDeath(Command):
    """The death of a child is notified to the panel that reviews each one (framework §3.3.1).

    *area* is where the child was normally resident, an area of one of the *boards*; *expected*:
    the death was. Nothing is said of who the child was but in *subject*.
    """

    review: ReviewRef
    kind: Code
    subject: PersonalText
    died: date
    area: Code
    expected: bool
    boards: tuple[BodyRef, ...] = ()


@message
class DeathNotified(NotifyDeath, Event[NotifyDeath]):
    """The death is to be reviewed, whatever its cause."""


@message
class OpenReview(Command):
    """A review begins that no case was notified for: an inspection, a peer review, guidance, or
    one below the statutory criteria (framework §1.3, §3.2, §3.4).

    *threshold* says why the statutory criteria are not met, where the kind asks for that.
    """

    review: ReviewRef
    kind: Code
    title: PersonalText
    boards: tuple[BodyRef, ...] = ()
    threshold: PersonalText | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class ReviewOpened(OpenReview, Event[OpenReview]):
    """The review is under way."""


@message
class DecideHold(Command):
    """Whether to hold the review: by whom, on which *criteria*, for what *reasons* (framework
    §3.1.1).

    *options* are those considered, *evidence* is what was before the decider; *dissent* is on
    record where there was any.
    """

    review: ReviewRef
    hold: bool
    reasons: PersonalText
    criteria: tuple[Code, ...] = ()
    options: tuple[Code, ...] = ()
    evidence: PersonalText | None = None
    dissent: PersonalText | None = None


@message
class HoldDecided(DecideHold, Event[DecideHold]):
    """The review is to be held, or not; *ground* is that whose criteria are met."""

    ground: Code | None = None


@message
class InformPanel(Command):
    """The national panel is told of the decision (Working Together 2015)."""

    review: ReviewRef


@message
class PanelInformed(InformPanel, Event[InformPanel]):
    """The national panel knows of the decision."""


@message
class ReferCase(Command):
    """The review shows a matter that may need another, of this *kind* (framework §3.3.1, first
    purpose): it is *referral*, which then begins.
    """

    review: ReviewRef
    referral: ComingReviewRef
    kind: Code
    aware: date
    reasons: PersonalText


@message
class CaseReferred(ReferCase, Event[ReferCase]):
    """The other review is to be notified and decided on."""
