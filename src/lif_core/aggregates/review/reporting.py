"""How a review ends: its report, the board's response, publication, closure."""

from datetime import date

from lif_core.decisions.messages import Command, Event
from lif_core.values.fields import Code, PersonalText, ReviewRef, Text, message


@message
class ExplainReviewDelay(Command):
    """Why a deadline, *clock* of the framework, is not met; counts from when it is recorded."""

    review: ReviewRef
    clock: Code
    reasons: PersonalText
    until: date | None = None


@message
class ReviewDelayExplained(ExplainReviewDelay, Event[ExplainReviewDelay]):
    """Overdue days from the day of recording on are explained, and shown apart, never netted."""


@message
class AcceptReport(Command):
    """The board accepts the final report, with its *response* to the findings (framework §2.2)."""

    review: ReviewRef
    response: PersonalText


@message
class ReportAccepted(AcceptReport, Event[AcceptReport]):
    """The report is final. *warnings* are codes of what it lacked when it was accepted."""

    warnings: tuple[Code, ...] = ()


@message
class SendPanelCopy(Command):
    """The national panel gets its copy before publication."""

    review: ReviewRef


@message
class PanelCopySent(SendPanelCopy, Event[SendPanelCopy]):
    """The panel has the report."""


@message
class PublishReport(Command):
    """The report and the board's response are public (framework §1.3); *redactions* and why, if
    any. *summary* is for the public: it tells of nobody.
    """

    review: ReviewRef
    place: Code
    summary: Text | None = None
    redactions: PersonalText | None = None


@message
class ReportPublished(PublishReport, Event[PublishReport]):
    """Anybody can read it."""


@message
class DecideNotToPublish(Command):
    """The reasoned decision not to publish."""

    review: ReviewRef
    reasons: PersonalText


@message
class NonPublicationDecided(DecideNotToPublish, Event[DecideNotToPublish]):
    """The report stays unpublished, for these reasons."""


@message
class TakeDownReport(Command):
    """The report is no longer online, and why."""

    review: ReviewRef
    reasons: PersonalText


@message
class ReportTakenDown(TakeDownReport, Event[TakeDownReport]):
    """It was published, until this day."""


@message
class DiscontinueReview(Command):
    """The review ends without a report, for these *reasons*; what it found is still answered."""

    review: ReviewRef
    reasons: PersonalText


@message
class ReviewDiscontinued(DiscontinueReview, Event[DiscontinueReview]):
    """It has ended; every finding it made has an action or a reason for none."""


@message
class CloseReview(Command):
    """The review has ended; the recommendations go on."""

    review: ReviewRef


@message
class ReviewClosed(CloseReview, Event[CloseReview]):
    """Every finding has an action or a reason for none."""
