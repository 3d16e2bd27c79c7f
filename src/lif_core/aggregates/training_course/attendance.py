"""The attendance of a session: how many people came, by agency and profession."""

from attrs import frozen

from lif_core.aggregates.training_course.session import scheduled
from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, Code, Count, CourseRef, message


@frozen(kw_only=True)
class Present:
    """The people of one *profession* of one *agency* who attended."""

    agency: BodyRef
    profession: Code
    attended: Count


@message
class RecordAttendance(Command):
    """The places of a session are accounted for: *booked* - *cancelled* - *absent* + *walked_in*
    people attended. *mix* has them by agency and profession (framework §4.6, §5.4).
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
    """The attendance of the session is on record."""


def attended(message: RecordAttendance) -> int:
    """Return how many people attended."""
    return message.booked - message.cancelled - message.absent + message.walked_in


def record_attendance(
    command: RecordAttendance, state: TrainingCourse
) -> tuple[AttendanceRecorded, ...]:
    session = scheduled(command.session, state)
    refuse_earlier("course.before-the-session", command, session.held)
    if command.cancelled + command.absent > command.booked:
        raise RefusedError("course.more-absent-than-booked", booked=command.booked)
    booked = state.booked(command.session)
    if booked and booked != command.booked:
        raise RefusedError("course.bookings-differ", said=command.booked, booked=booked)
    groups = [(present.agency, present.profession) for present in command.mix]
    if len(set(groups)) < len(groups):
        raise RefusedError("course.mix-twice", mix=groups)
    mixed = sum(present.attended for present in command.mix)
    if command.mix and mixed != attended(command):
        raise RefusedError("course.mix-differs", mix=mixed, attended=attended(command))
    recorded = state.attendance.get(command.session)
    refuse_second("course.attendance-recorded-already", recorded)
    return (AttendanceRecorded.of(command),)
