"""What the rules of a training course ask about its past."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from attrs import frozen

from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.training_course import messages as m


@frozen(kw_only=True)
class TrainingCourse:
    """What a course has come to, by the references of its sessions."""

    requested: m.CourseRequested | None = None
    declined: m.CourseDeclined | None = None
    begun: m.CourseProvided | m.CourseCommissioned | None = None
    assessed: Mapping[str, m.CourseAssessed] = MappingProxyType({})
    sessions: Mapping[str, m.SessionScheduled] = MappingProxyType({})
    cancelled: Mapping[str, m.SessionCancelled] = MappingProxyType({})
    bookings: Mapping[str, m.PlacesBooked] = MappingProxyType({})
    attendance: Mapping[str, m.AttendanceRecorded] = MappingProxyType({})
    evaluations: Mapping[tuple[object, ...], m.EvaluationRecorded] = MappingProxyType({})

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
            return evolved(state, requested=waiting or event, declined=None)
        case m.CourseDeclined():
            return evolved(state, declined=event)
        case m.CourseProvided() | m.CourseCommissioned():
            return evolved(state, begun=event, declined=None)
        case m.SessionScheduled(session=session):
            return evolved(state, sessions=plus(state.sessions, session, event))
        case m.SessionCancelled(session=session):
            return evolved(state, cancelled=plus(state.cancelled, session, event))
        case m.PlacesBooked(booking=booking):
            return evolved(state, bookings=plus(state.bookings, booking, event))
        case m.AttendanceRecorded(session=session):
            return evolved(state, attendance=plus(state.attendance, session, event))
        case m.EvaluationRecorded():
            known = plus(state.evaluations, evaluation(event), event)
            return evolved(state, evaluations=known)
        case m.CourseAssessed(standard=standard):
            return evolved(state, assessed=plus(state.assessed, standard, event))
        case _:
            assert_never(event)
