"""The life of a training course: asked for, provided or commissioned, held, attended, evaluated
(framework §4.6, §4.7, §5.4, §5.5).

A file for each stage has its commands, its events and its rules; `state` has what the rules ask.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from lif_core.aggregates.training_course import (
    attendance,
    coherence,
    evaluation,
    provision,
    request,
    session,
)
from lif_core.aggregates.training_course.attendance import (
    AttendanceRecorded,
    Present,
    RecordAttendance,
    attended,
)
from lif_core.aggregates.training_course.evaluation import (
    EvaluationRecorded,
    RecordEvaluation,
)
from lif_core.aggregates.training_course.provision import (
    AssessCourse,
    CommissionCourse,
    CourseAssessed,
    CourseCommissioned,
    CourseProvided,
    ProvideCourse,
)
from lif_core.aggregates.training_course.request import (
    CourseDeclined,
    CourseRequested,
    DeclineCourse,
    RequestCourse,
)
from lif_core.aggregates.training_course.session import (
    BookPlaces,
    CancelSession,
    PlacesBooked,
    ScheduleSession,
    SessionCancelled,
    SessionScheduled,
)
from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import Decider, Setting, plus, unknown
from lif_core.values.evidence import TrainingLevel

__all__ = [
    "AssessCourse",
    "AttendanceRecorded",
    "BookPlaces",
    "CancelSession",
    "CommissionCourse",
    "CourseAssessed",
    "CourseCommand",
    "CourseCommissioned",
    "CourseDeclined",
    "CourseEvent",
    "CourseProvided",
    "CourseRequested",
    "DeclineCourse",
    "EvaluationRecorded",
    "PlacesBooked",
    "Present",
    "ProvideCourse",
    "RecordAttendance",
    "RecordEvaluation",
    "RequestCourse",
    "ScheduleSession",
    "SessionCancelled",
    "SessionScheduled",
    "TrainingCourse",
    "TrainingLevel",
    "attended",
    "decider",
    "evolve",
]

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


def decide(
    command: CourseCommand, state: TrainingCourse | None, setting: Setting
) -> tuple[CourseEvent, ...]:
    state = state or TrainingCourse()
    match command:
        case RequestCourse():
            return request.request_course(command, state)
        case DeclineCourse():
            return request.decline(command, state, setting)
        case ProvideCourse():
            return provision.provide(command, state)
        case CommissionCourse():
            return provision.commission(command, state, setting.framework)
    if state.begun is None:
        raise unknown("course.unknown", command)
    match command:
        case AssessCourse():
            return provision.assess(command, state)
        case ScheduleSession():
            return session.schedule(command, state)
        case CancelSession():
            return session.cancel(command, state)
        case BookPlaces():
            return session.book(command, state)
        case RecordAttendance():
            return attendance.record_attendance(command, state)
        case RecordEvaluation():
            return evaluation.record_evaluation(command, state, setting.framework)
        case _:
            assert_never(command)


def evolve(state: TrainingCourse | None, event: CourseEvent) -> TrainingCourse:
    state = state or TrainingCourse()
    match event:
        case CourseRequested():
            waiting = state.requested if state.declined is None else None
            return replace(state, requested=waiting or event, declined=None)
        case CourseDeclined():
            return replace(state, declined=event)
        case CourseProvided() | CourseCommissioned():
            return replace(state, begun=event, declined=None)
        case CourseAssessed(standard=key):
            return replace(state, assessed=plus(state.assessed, key, event))
        case SessionScheduled(session=key):
            return replace(state, sessions=plus(state.sessions, key, event))
        case SessionCancelled(session=key):
            return replace(state, cancelled=plus(state.cancelled, key, event))
        case PlacesBooked(booking=key):
            return replace(state, bookings=plus(state.bookings, key, event))
        case AttendanceRecorded(session=key):
            return replace(state, attendance=plus(state.attendance, key, event))
        case EvaluationRecorded():
            evaluations = plus(state.evaluations, evaluation.key_of(event), event)
            return replace(state, evaluations=evaluations)
        case _:
            assert_never(event)


decider: Decider[CourseCommand, CourseEvent, TrainingCourse] = Decider(
    category="training_course",
    commands=CourseCommand,
    events=CourseEvent,
    opens=(CourseRequested, CourseProvided, CourseCommissioned),
    rests_on=coherence.RESTS_ON,
    once=coherence.ONCE,
    contradicts=coherence.contradicts,
    decide=decide,
    evolve=evolve,
)
