"""The publication of a report, the decision against it, and the day it is taken down."""

from lif_core.aggregates.review.report import accepted
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import Code, PersonalText, ReviewRef, Text, message


@message
class PublishReport(Command):
    """The report and the board's response are public (framework §1.3).

    *redactions* says what was left out and why, where anything was. *summary* is for the public,
    and tells of nobody.
    """

    review: ReviewRef
    place: Code
    summary: Text | None = None
    redactions: PersonalText | None = None


@message
class ReportPublished(PublishReport, Event[PublishReport]):
    """Anybody can read it. *gates* are as those of `HoldDecided`."""

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("published",)


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
    """The report is taken offline, for these *reasons*."""

    review: ReviewRef
    reasons: PersonalText


@message
class ReportTakenDown(TakeDownReport, Event[TakeDownReport]):
    """The report was public until this day. *gates* are as those of `HoldDecided`."""

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("taken down",)


def publish(command: PublishReport, state: Review) -> tuple[ReportPublished, ...]:
    """Refuse a report that is public already; one that was withheld may be published later."""
    refuse_earlier("review.out-of-order", command, accepted(state).on)
    public = isinstance(state.published, ReportPublished) and state.taken_down is None
    refuse_second("review.publication-decided-already", state.published if public else None)
    if state.taken_down is not None:
        refuse_earlier("review.out-of-order", command, state.taken_down.on)
    return (ReportPublished.of(command),)


def decide_not_to_publish(
    command: DecideNotToPublish, state: Review
) -> tuple[NonPublicationDecided, ...]:
    """Refuse to withhold what was published, even where it has been taken down since."""
    refuse_earlier("review.out-of-order", command, accepted(state).on)
    refuse_second("review.publication-decided-already", state.published)
    return (NonPublicationDecided.of(command),)


def take_down(command: TakeDownReport, state: Review) -> tuple[ReportTakenDown, ...]:
    if not isinstance(state.published, ReportPublished):
        raise RefusedError("review.not-published")
    refuse_earlier("review.out-of-order", command, state.published.on)
    refuse_second("review.taken-down-already", state.taken_down)
    return (ReportTakenDown.of(command),)
