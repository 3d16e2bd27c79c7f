"""The life of a training course: provided or commissioned, held, attended, evaluated (framework
§4.6, §5.4).
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias, assert_never

import attrs
from attrs import frozen

from lif_core.decider import Decider, Setting, plus, refuse_earlier, refuse_second, unknown
from lif_core.errors import RefusedError
from lif_core.fields import Code, Count, CourseRef, Ordinal, StreamRef, Text, message
from lif_core.messages import Command, Event

# What can be decided, and what is then on record


@message
class ProvideCourse(Command):
    """The boards put on a course themselves, from the training pool (framework §4.6).

    *arising_from* are the streams of the learning it answers: reviews, audits, recommendations.
    """

    course: CourseRef
    title: Text
    arising_from: tuple[StreamRef, ...] = ()


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
class RecordAttendance(Command):
    """What became of a session's places: attended are *booked* - *cancelled* - *absent* +
    *walked_in*.
    """

    course: CourseRef
    session: Code
    booked: Count
    cancelled: Count
    absent: Count
    walked_in: Count


@message
class AttendanceRecorded(RecordAttendance, Event[RecordAttendance]):
    """How many came."""


@message
class RecordEvaluation(Command):
    """After some *months*: how many of those who attended replied, and changed practice."""

    course: CourseRef
    session: Code
    months: Count
    replies: Count
    changed_practice: Count


@message
class EvaluationRecorded(RecordEvaluation, Event[RecordEvaluation]):
    """What those who replied say; of the others nothing is known."""


CourseCommand: TypeAlias = (
    ProvideCourse | CommissionCourse | ScheduleSession | RecordAttendance | RecordEvaluation
)
CourseEvent: TypeAlias = (
    CourseProvided
    | CourseCommissioned
    | SessionScheduled
    | AttendanceRecorded
    | EvaluationRecorded
)


# What the rules ask about the past


@frozen(kw_only=True)
class TrainingCourse:
    """What a course has come to, by the references of its sessions."""

    begun: CourseProvided | CourseCommissioned | None = None
    sessions: Mapping[str, SessionScheduled] = MappingProxyType({})
    attendance: Mapping[str, AttendanceRecorded] = MappingProxyType({})
    evaluations: Mapping[str, EvaluationRecorded] = MappingProxyType({})


def attended(event: AttendanceRecorded | RecordAttendance) -> int:
    """How many people were there."""
    return event.booked - event.cancelled - event.absent + event.walked_in


def evolve(state: TrainingCourse | None, event: CourseEvent) -> TrainingCourse:
    state = state or TrainingCourse()
    match event:
        case CourseProvided() | CourseCommissioned():
            return attrs.evolve(state, begun=event)
        case SessionScheduled(session=session):
            return attrs.evolve(state, sessions=plus(state.sessions, session, event))
        case AttendanceRecorded(session=session):
            return attrs.evolve(state, attendance=plus(state.attendance, session, event))
        case EvaluationRecorded():
            known = plus(state.evaluations, _evaluation(event), event)
            return attrs.evolve(state, evaluations=known)
        case _:
            assert_never(event)


def _evaluation(message: EvaluationRecorded | RecordEvaluation) -> str:
    return f"{message.session} after {message.months} months"


# The rules


def decide(
    command: CourseCommand, state: TrainingCourse | None, setting: Setting
) -> tuple[CourseEvent, ...]:
    known = state.begun if state else None
    match command:
        case ProvideCourse():
            refuse_second("course.reference-taken", known)
            return (CourseProvided.of(command),)
        case CommissionCourse():
            if not command.in_pool and command.procurement is None:
                raise RefusedError("course.procurement-reference", provider=command.provider)
            refuse_second("course.reference-taken", known)
            return (CourseCommissioned.of(command),)
    if state is None or state.begun is None:
        raise unknown("course.unknown", command)
    match command:
        case ScheduleSession():
            if command.held < command.on:
                raise RefusedError("course.session-in-the-past", held=command.held, on=command.on)
            refuse_second("course.session-taken", state.sessions.get(command.session))
            return (SessionScheduled.of(command),)
        case RecordAttendance():
            return _record_attendance(command, state)
        case RecordEvaluation():
            return _record_evaluation(command, state)
        case _:
            assert_never(command)


def _record_attendance(
    command: RecordAttendance, state: TrainingCourse
) -> tuple[CourseEvent, ...]:
    session = state.sessions.get(command.session)
    if session is None:
        raise RefusedError("course.no-such-session", session=command.session)
    refuse_earlier("course.before-the-session", command, session.held)
    if command.cancelled + command.absent > command.booked:
        raise RefusedError("course.more-absent-than-booked", booked=command.booked)
    known = state.attendance.get(command.session)
    refuse_second("course.attendance-recorded-already", known)
    return (AttendanceRecorded.of(command),)


def _record_evaluation(
    command: RecordEvaluation, state: TrainingCourse
) -> tuple[CourseEvent, ...]:
    attendance = state.attendance.get(command.session)
    if attendance is None:
        raise RefusedError("course.no-attendance", session=command.session)
    if command.replies > attended(attendance):
        raise RefusedError("course.more-replies-than-attended", attended=attended(attendance))
    if command.changed_practice > command.replies:
        raise RefusedError("course.more-changed-than-replied", replies=command.replies)
    refuse_earlier("course.before-the-session", command, state.sessions[command.session].held)
    refuse_second("course.evaluated-already", state.evaluations.get(_evaluation(command)))
    return (EvaluationRecorded.of(command),)


decider: Decider[CourseCommand, CourseEvent, TrainingCourse] = Decider(
    category="training_course",
    commands=CourseCommand,
    events=CourseEvent,
    opens=(CourseProvided, CourseCommissioned),
    decide=decide,
    evolve=evolve,
)
