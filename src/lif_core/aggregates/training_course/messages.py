"""What can be decided about a training course, and what is then on record."""

from datetime import date
from typing import TypeAlias

from attrs import frozen

from lif_core.decisions.messages import Command, Event
from lif_core.values.evidence import TrainingLevel as TrainingLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    Count,
    CourseRef,
    Ordinal,
    StreamRef,
    Text,
    message,
)

# Asked for, put on the programme


@message
class RequestCourse(Command):
    """Learning calls for training: the body that commissions it is *asked* (framework §5.4).

    *arising_from* are the streams of the learning: reviews, audits, recommendations.
    """

    course: CourseRef
    title: Text
    need: Text
    asked: BodyRef | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class CourseRequested(RequestCourse, Event[RequestCourse]):
    """It waits for the answer: provided, commissioned, or declined for a reason."""


@message
class DeclineCourse(Command):
    """The body that was asked does not put it on, and says why."""

    course: CourseRef
    reasons: Text


@message
class CourseDeclined(DeclineCourse, Event[DeclineCourse]):
    """It is not put on, for now."""


@message
class ProvideCourse(Command):
    """The boards put on a course themselves, from the training pool (framework §4.6).

    *arising_from* are the streams of the learning it answers: reviews, audits, recommendations.
    *single_agency*: it is for one agency; otherwise it brings several together.
    """

    course: CourseRef
    title: Text
    arising_from: tuple[StreamRef, ...] = ()
    single_agency: bool = False


@message
class CourseProvided(ProvideCourse, Event[ProvideCourse]):
    """The course is in the programme."""


@message
class CommissionCourse(Command):
    """A provider is commissioned; outside the training pool, under procurement rules (framework
    §4.7).
    """

    course: CourseRef
    title: Text
    provider: Text
    in_pool: bool
    procurement: Code | None = None
    arising_from: tuple[StreamRef, ...] = ()


@message
class CourseCommissioned(CommissionCourse, Event[CommissionCourse]):
    """The course is in the programme, given by *provider*."""


@message
class AssessCourse(Command):
    """Whether the course meets a *standard* of the framework or the programme (framework §4.6,
    §5.4).
    """

    course: CourseRef
    standard: Code
    met: bool
    note: Text


@message
class CourseAssessed(AssessCourse, Event[AssessCourse]):
    """A later assessment against the same standard replaces it."""


# Held, attended


@message
class ScheduleSession(Command):
    """A session of the course, on the day *held*, for at most *capacity* people."""

    course: CourseRef
    session: Code
    held: date
    capacity: Ordinal


@message
class SessionScheduled(ScheduleSession, Event[ScheduleSession]):
    """Places can be booked."""


@message
class CancelSession(Command):
    """The session is not held, for these *reasons*."""

    course: CourseRef
    session: Code
    reasons: Text


@message
class SessionCancelled(CancelSession, Event[CancelSession]):
    """Those who had booked are told; the places count for nothing."""


@message
class BookPlaces(Command):
    """An *agency* books *places* of a session for people of a *profession*; nobody is named."""

    course: CourseRef
    session: Code
    booking: Code
    agency: BodyRef
    profession: Code
    places: Ordinal


@message
class PlacesBooked(BookPlaces, Event[BookPlaces]):
    """The places are taken."""


@frozen(kw_only=True)
class Present:
    """How many people of a *profession* of an *agency* were there."""

    agency: BodyRef
    profession: Code
    attended: Count


@message
class RecordAttendance(Command):
    """What became of a session's places: attended are *booked* - *cancelled* - *absent* +
    *walked_in*. *mix*: who they were, by agency and profession (framework §4.6, §5.4).
    """

    course: CourseRef
    session: Code
    booked: Count
    cancelled: Count
    absent: Count
    walked_in: Count
    mix: tuple[Present, ...] = ()


@message
class AttendanceRecorded(RecordAttendance, Event[RecordAttendance]):
    """How many came."""


# Evaluated


@message
class RecordEvaluation(Command):
    """After some *months*: how many of those who attended replied, and of them said or showed it
    (framework §5.5).

    *level* is what was asked: reaction, learning, practice, outcomes (1 to 4); *positive*: were
    satisfied, learned, changed practice, saw better outcomes. *measure* is one of the framework's;
    *evidence* are the audits or indicators that it rests on.
    """

    course: CourseRef
    session: Code
    level: TrainingLevel
    months: Count
    replies: Count
    positive: Count
    measure: Code | None = None
    evidence: tuple[StreamRef, ...] = ()


@message
class EvaluationRecorded(RecordEvaluation, Event[RecordEvaluation]):
    """What those who replied say; of the others nothing is known."""


CourseCommand: TypeAlias = (
    RequestCourse
    | DeclineCourse
    | ProvideCourse
    | CommissionCourse
    | AssessCourse
    | ScheduleSession
    | CancelSession
    | BookPlaces
    | RecordAttendance
    | RecordEvaluation
)

CourseEvent: TypeAlias = (
    CourseRequested
    | CourseDeclined
    | CourseProvided
    | CourseCommissioned
    | CourseAssessed
    | SessionScheduled
    | SessionCancelled
    | PlacesBooked
    | AttendanceRecorded
    | EvaluationRecorded
)
