"""What the rules of a training course ask about its past."""

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.training_course import messages as m
from lif_core.decisions.decider import plus


class TrainingCourse(Struct, frozen=True, kw_only=True):
    """What a course has come to, by the references of its sessions."""

    requested: m.CourseRequested | None = None
    declined: m.CourseDeclined | None = None
    begun: m.CourseProvided | m.CourseCommissioned | None = None
    assessed: Mapping[str, m.CourseAssessed] = {}
    sessions: Mapping[str, m.SessionScheduled] = {}
    cancelled: Mapping[str, m.SessionCancelled] = {}
    bookings: Mapping[str, m.PlacesBooked] = {}
    attendance: Mapping[str, m.AttendanceRecorded] = {}
    evaluations: Mapping[tuple[object, ...], m.EvaluationRecorded] = {}

    def booked(self, session: str) -> int:
        """The places of a session that were booked one by one."""
        return sum(one.places for one in self.bookings.values() if one.session == session)


def attended(event: m.AttendanceRecorded | m.RecordAttendance) -> int:
    """How many people were there."""
    return event.booked - event.cancelled - event.absent + event.walked_in


def evaluation(message: m.EvaluationRecorded | m.RecordEvaluation) -> tuple[object, ...]:
    """What one evaluation of a session is known by."""
    return (message.session, message.level, message.months, message.measure)


def evolve(state: TrainingCourse | None, event: m.CourseEvent) -> TrainingCourse:
    state = state or TrainingCourse()
    match event:
        case m.CourseRequested():
            waiting = state.requested if state.declined is None else None
            return replace(state, requested=waiting or event, declined=None)
        case m.CourseDeclined():
            return replace(state, declined=event)
        case m.CourseProvided() | m.CourseCommissioned():
            return replace(state, begun=event, declined=None)
        case m.SessionScheduled(session=session):
            return replace(state, sessions=plus(state.sessions, session, event))
        case m.SessionCancelled(session=session):
            return replace(state, cancelled=plus(state.cancelled, session, event))
        case m.PlacesBooked(booking=booking):
            return replace(state, bookings=plus(state.bookings, booking, event))
        case m.AttendanceRecorded(session=session):
            return replace(state, attendance=plus(state.attendance, session, event))
        case m.EvaluationRecorded():
            known = plus(state.evaluations, evaluation(event), event)
            return replace(state, evaluations=known)
        case m.CourseAssessed(standard=standard):
            return replace(state, assessed=plus(state.assessed, standard, event))
        case _:
            assert_never(event)
