"""A training course: how far it has come, its sessions, and who came to them."""

from collections.abc import Iterator

from attrs import define, field

from lif_core.aggregates import training_course as t
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item


@define(kw_only=True)
class Course:
    """A course: its state, and the event by which it was *declined*, unless it was asked for again
    since. It is a draft, which folding changes in place.
    """

    ref: str
    state: t.TrainingCourse = field(factory=t.TrainingCourse)
    declined: t.CourseDeclined | None = None

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions that were scheduled and not cancelled; none before it is put on."""
        scheduled = self.state.sessions if self.state.begun else ()
        return tuple(session for session in scheduled if session not in self.state.cancelled)

    @property
    def attendance(self) -> tuple[t.AttendanceRecorded, ...]:
        """The attendance of each session that was held."""
        recorded = self.state.attendance
        return tuple(recorded[session] for session in self.sessions if session in recorded)

    @property
    def present(self) -> Iterator[t.Present]:
        """The people who came, where it is known who they were."""
        return (present for event in self.attendance for present in event.mix)

    @property
    def status(self) -> str | None:
        """Its status; `None` where it was neither asked for nor put on."""
        match self.state.begun:
            case t.CourseProvided():
                return "provided"
            case t.CourseCommissioned():
                return "commissioned"
        if self.declined:
            return "declined"
        return "requested" if self.state.requested else None


def evolve(course: Course | None, record: Record) -> Course:
    event: t.CourseEvent = record.event  # type: ignore[assignment]  # by the item's events
    course = course or Course(ref=event.course)
    course.state = t.evolve(course.state, event)
    if isinstance(event, t.CourseRequested):
        course.declined = None  # it waits again
    elif isinstance(event, t.CourseDeclined):
        course.declined = event
    return course


course_item = Item("course", t.CourseEvent, evolve)
