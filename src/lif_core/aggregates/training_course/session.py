"""A session of a course is scheduled or cancelled, and agencies book places in it."""

from datetime import date

from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import (
    BodyRef,
    Code,
    CourseRef,
    Ordinal,
    PersonalText,
    message,
)


@message
class ScheduleSession(Command):
    """A session of the course is to be held on the day *held*, for at most *capacity* people."""

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
    reasons: PersonalText


@message
class SessionCancelled(CancelSession, Event[CancelSession]):
    """The session is cancelled: whoever had booked is told, and no place in it counts."""


@message
class BookPlaces(Command):
    """An *agency* books *places* in a session for people of a *profession*; nobody is named."""

    course: CourseRef
    session: Code
    booking: Code
    agency: BodyRef
    profession: Code
    places: Ordinal


@message
class PlacesBooked(BookPlaces, Event[BookPlaces]):
    """The places are taken."""


def schedule(command: ScheduleSession, state: TrainingCourse) -> tuple[SessionScheduled, ...]:
    if command.held < command.on:
        raise RefusedError("course.session-in-the-past", held=command.held, on=command.on)
    refuse_second("course.session-taken", state.sessions.get(command.session))
    return (SessionScheduled.of(command),)


def cancel(command: CancelSession, state: TrainingCourse) -> tuple[SessionCancelled, ...]:
    session = scheduled(command.session, state)
    refuse_second("course.attended-already", state.attendance.get(command.session))
    _refuse_outside(command, session)
    return (SessionCancelled.of(command),)


def book(command: BookPlaces, state: TrainingCourse) -> tuple[PlacesBooked, ...]:
    session = scheduled(command.session, state)
    refuse_second("course.booking-taken", state.bookings.get(command.booking))
    taken = state.booked(command.session)
    if taken + command.places > session.capacity:
        raise RefusedError("course.full", capacity=session.capacity, taken=taken)
    _refuse_outside(command, session)
    attendance = state.attendance.get(command.session)
    refuse_second("course.attendance-recorded-already", attendance)
    return (PlacesBooked.of(command),)


def scheduled(session: str, state: TrainingCourse) -> SessionScheduled:
    """Return the *session*; refuse one that is not on the schedule."""
    known = state.sessions.get(session)
    if known is None:
        raise RefusedError("course.no-such-session", session=session)
    refuse_second("course.session-cancelled", state.cancelled.get(session))
    return known


def _refuse_outside(command: BookPlaces | CancelSession, session: SessionScheduled) -> None:
    """Refuse a day before the session was scheduled, or after it was held."""
    refuse_earlier("course.out-of-order", command, session.on)
    if command.on > session.held:
        raise RefusedError("course.after-the-session", on=command.on, held=session.held)
