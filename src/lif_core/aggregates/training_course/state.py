"""The state of a training course: all that its rules ask about its past."""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
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


class TrainingCourse(Struct, frozen=True, kw_only=True):
    """The state of a course, by the references of its sessions, bookings and standards."""

    requested: CourseRequested | None = None
    declined: CourseDeclined | None = None
    begun: CourseProvided | CourseCommissioned | None = None
    assessed: Mapping[str, CourseAssessed] = {}
    sessions: Mapping[str, SessionScheduled] = {}
    cancelled: Mapping[str, SessionCancelled] = {}
    bookings: Mapping[str, PlacesBooked] = {}
    attendance: Mapping[str, AttendanceRecorded] = {}
    evaluations: Mapping[tuple[object, ...], EvaluationRecorded] = {}

    def booked(self, session: str) -> int:
        """Return the places of *session* that were booked one by one."""
        bookings = self.bookings.values()
        return sum(booking.places for booking in bookings if booking.session == session)
