"""How far training reached and what came of it (framework §5.3 to §5.5): counts, with their
denominators.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from lif_core import training_course as t
from lif_core.decider import plus
from lif_core.messages import Event
from lif_core.projections.projection import AsOf, Projection
from lif_core.projections.proportions import Share
from lif_core.record import Record


@frozen(kw_only=True)
class Course:
    """A course and its sessions, by their reference."""

    ref: str
    begun: t.CourseProvided | t.CourseCommissioned | None = None
    sessions: Mapping[str, t.SessionScheduled] = MappingProxyType({})
    attendance: Mapping[str, t.AttendanceRecorded] = MappingProxyType({})
    evaluations: tuple[t.EvaluationRecorded, ...] = ()


def key(event: Event[Any]) -> tuple[str, ...]:
    return (event.course,) if isinstance(event, t.CourseEvent) else ()


def evolve(course: Course | None, record: Record) -> Course:
    event = record.event
    assert isinstance(event, t.CourseEvent)
    course = course or Course(ref=event.course)
    match event:
        case t.CourseProvided() | t.CourseCommissioned():
            return attrs.evolve(course, begun=event)
        case t.SessionScheduled(session=session):
            return attrs.evolve(course, sessions=plus(course.sessions, session, event))
        case t.AttendanceRecorded(session=session):
            return attrs.evolve(course, attendance=plus(course.attendance, session, event))
        case t.EvaluationRecorded():
            return attrs.evolve(course, evaluations=(*course.evaluations, event))
        case _:
            return course


@frozen(kw_only=True)
class SessionRow:
    """*attended* of *capacity* fill it; *turned_up* are the booked who neither cancelled nor
    missed it.
    """

    course: str
    session: str
    capacity: int
    booked: int
    attended: int
    fill: float | None
    turned_up: int
    turn_up: float | None


@frozen(kw_only=True)
class EvaluationRow:
    """*positive* of the *replies* said so; of all who *attended*, at least so many.

    *level*: 1 were satisfied, 2 learned, 3 changed practice, 4 saw better outcomes.
    """

    course: str
    session: str
    level: int
    months: int
    attended: int
    replies: int
    reply_rate: float | None
    positive: int
    positive_of_replies: float | None
    positive_at_least: float | None


@frozen(kw_only=True)
class Training:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    courses: int
    attended: int
    sessions: tuple[SessionRow, ...]
    evaluations: tuple[EvaluationRow, ...]


def summarise(courses: Mapping[str, Course], as_of: AsOf) -> Training:
    begun = [course for course in courses.values() if course.begun]
    rows = tuple(_session(course, session) for course in begun for session in course.sessions)
    return Training(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        courses=len(begun),
        attended=sum(row.attended for row in rows),
        sessions=rows,
        evaluations=tuple(
            _evaluation(course, event)
            for course in begun
            for event in course.evaluations
            if event.session in course.attendance
        ),
    )


def _session(course: Course, session: str) -> SessionRow:
    capacity = course.sessions[session].capacity
    event = course.attendance.get(session)
    attended = t.attended(event) if event else 0
    booked = event.booked if event else 0
    turned_up = booked - event.cancelled - event.absent if event else 0
    return SessionRow(
        course=course.ref,
        session=session,
        capacity=capacity,
        booked=booked,
        attended=attended,
        fill=Share(attended, capacity).rate,
        turned_up=turned_up,
        turn_up=Share(turned_up, booked).rate,
    )


def _evaluation(course: Course, event: t.EvaluationRecorded) -> EvaluationRow:
    attended = t.attended(course.attendance[event.session])
    return EvaluationRow(
        course=course.ref,
        session=event.session,
        level=event.level,
        months=event.months,
        attended=attended,
        replies=event.replies,
        reply_rate=Share(event.replies, attended).rate,
        positive=event.positive,
        positive_of_replies=Share(event.positive, event.replies).rate,
        positive_at_least=Share(event.positive, attended).rate,
    )


training: Projection[Course, Training] = Projection(
    name="training", key=key, evolve=evolve, summarise=summarise
)
