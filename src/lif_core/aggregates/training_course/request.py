"""Learning calls for a course: the body that commissions training is asked, and may decline."""

from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import Setting, refuse_before_last, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    CourseRef,
    PersonalText,
    StreamRef,
    Text,
    message,
)


@message
class RequestCourse(Command):
    """Learning calls for training: the body that commissions it is *asked* (framework §5.4).

    *arising_from* are the streams of the learning: reviews, audits, recommendations.
    """

    course: CourseRef
    title: Text
    need: PersonalText
    asked: BodyRef | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class CourseRequested(RequestCourse, Event[RequestCourse]):
    """The request waits for its answer: provided, commissioned, or declined for a reason."""


@message
class DeclineCourse(Command):
    """The body that was asked does not put the course on, for these *reasons*."""

    course: CourseRef
    reasons: PersonalText


@message
class CourseDeclined(DeclineCourse, Event[DeclineCourse]):
    """The course is not put on, for now."""


def request_course(command: RequestCourse, state: TrainingCourse) -> tuple[CourseRequested, ...]:
    """Accept a request for the same course again: for other learning, or once it was declined."""
    for known in (state.requested, state.begun):
        if known is not None and known.title != command.title:
            refuse_second("course.reference-taken", known)
    refuse_before_last("course.out-of-order", command, state.declined)
    return (CourseRequested.of(command),)


def decline(
    command: DeclineCourse, state: TrainingCourse, setting: Setting
) -> tuple[CourseDeclined, ...]:
    if state.requested is None:
        raise RefusedError("course.not-requested", course=command.course)
    body = state.requested.asked
    if body is not None and command.by.body not in (body, setting.holder(body)):
        raise RefusedError("course.asked-of-another", asked=body, body=command.by.body)
    refuse_second("course.begun-already", state.begun)
    refuse_earlier("course.out-of-order", command, state.requested.on)
    refuse_second("course.declined-already", state.declined)
    return (CourseDeclined.of(command),)
