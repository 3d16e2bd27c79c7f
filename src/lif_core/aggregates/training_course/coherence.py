"""The coherence of a course's entries: what each rests on, and what cannot be."""

from collections.abc import Mapping
from typing import Any

from lif_core.aggregates.training_course.attendance import AttendanceRecorded
from lif_core.aggregates.training_course.evaluation import EvaluationRecorded
from lif_core.aggregates.training_course.provision import (
    CourseAssessed,
    CourseCommissioned,
    CourseProvided,
)
from lif_core.aggregates.training_course.request import CourseDeclined, CourseRequested
from lif_core.aggregates.training_course.session import (
    PlacesBooked,
    SessionCancelled,
    SessionScheduled,
)
from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import Support, latest
from lif_core.decisions.messages import Event

# A session may be on the schedule before the course is.
_COURSE = latest(CourseProvided, CourseCommissioned, ordered=False)
_SESSION = latest(SessionScheduled, by="session")

RESTS_ON: Mapping[type[Event[Any]], tuple[Support, ...]] = {
    CourseDeclined: (latest(CourseRequested),),
    CourseAssessed: (_COURSE,),
    SessionScheduled: (_COURSE,),
    SessionCancelled: (_SESSION,),
    PlacesBooked: (_SESSION,),
    AttendanceRecorded: (_SESSION,),
    EvaluationRecorded: (latest(AttendanceRecorded, by="session", ordered=False),),
}

ONCE: Mapping[type[Event[Any]], tuple[str, ...]] = {
    SessionScheduled: ("session",),
    SessionCancelled: ("session",),
    PlacesBooked: ("booking",),
    AttendanceRecorded: ("session",),
    EvaluationRecorded: ("session", "level", "months", "measure"),
}
"""The fields that no two entries of a kind bear alike."""


def contradicts(state: TrainingCourse | None, event: Event[Any]) -> str | None:
    """Return why *event* cannot follow on *state*: it counts other bookings than there are."""
    if isinstance(event, AttendanceRecorded) and state is not None:
        booked = state.booked(event.session)
        if booked and booked != event.booked:
            return "counts other bookings than there are"
    return None
