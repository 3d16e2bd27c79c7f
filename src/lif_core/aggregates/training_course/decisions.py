"""The rules of a training course: refuse, stay quiet when said twice, or say what happened."""

from typing import assert_never

from lif_core.aggregates.training_course import messages as m
from lif_core.aggregates.training_course.state import TrainingCourse, attended, evaluation
from lif_core.decisions.decider import Setting, refuse_earlier, refuse_second, unknown
from lif_core.errors import RefusedError
from lif_core.framework import Framework

Events = tuple[m.CourseEvent, ...]


def decide(command: m.CourseCommand, state: TrainingCourse | None, setting: Setting) -> Events:
    state = state or TrainingCourse()
    match command:
        case m.RequestCourse():
            return _request(command, state)
        case m.ProvideCourse():
            refuse_second("course.reference-taken", state.begun)
            return (m.CourseProvided.of(command),)
        case m.CommissionCourse():
            return _commission(command, state, setting.framework)
        case m.DeclineCourse():
            return _decline(command, state, setting)
    if state.begun is None:
        raise unknown("course.unknown", command)
    match command:
        case m.AssessCourse():
            known = state.assessed.get(command.standard)
            if known is not None:
                refuse_earlier("course.out-of-order", command, known.on)
            return (m.CourseAssessed.of(command),)
        case m.ScheduleSession():
            if command.held < command.on:
                raise RefusedError("course.session-in-the-past", held=command.held, on=command.on)
            refuse_second("course.session-taken", state.sessions.get(command.session))
            return (m.SessionScheduled.of(command),)
        case m.CancelSession():
            session = _session(command.session, state)
            refuse_second("course.attended-already", state.attendance.get(command.session))
            _refuse_outside(command, session)
            return (m.SessionCancelled.of(command),)
        case m.BookPlaces():
            return _book(command, state)
        case m.RecordAttendance():
            return _record_attendance(command, state)
        case m.RecordEvaluation():
            return _record_evaluation(command, state, setting.framework)
        case _:
            assert_never(command)


def _request(command: m.RequestCourse, state: TrainingCourse) -> Events:
    """The same course may be asked for again, for other learning, or after it was declined."""
    for known in (state.requested, state.begun):
        if known is not None and known.title != command.title:
            refuse_second("course.reference-taken", known)
    if state.declined is not None:
        refuse_earlier("course.out-of-order", command, state.declined.on)
    return (m.CourseRequested.of(command),)


def _commission(
    command: m.CommissionCourse, state: TrainingCourse, framework: Framework
) -> Events:
    """Outside the training pool it is subject to procurement rules (framework §4.7)."""
    ruled = framework.procurement_outside_pool and not command.in_pool
    if ruled and command.procurement is None:
        raise RefusedError("course.procurement-reference", provider=command.provider)
    refuse_second("course.reference-taken", state.begun)
    return (m.CourseCommissioned.of(command),)


def _decline(command: m.DeclineCourse, state: TrainingCourse, setting: Setting) -> Events:
    if state.requested is None:
        raise RefusedError("course.not-requested", course=command.course)
    asked = state.requested.asked
    if asked is not None and command.by.body not in (asked, setting.holder(asked)):
        raise RefusedError("course.asked-of-another", asked=asked, body=command.by.body)
    refuse_second("course.begun-already", state.begun)
    refuse_earlier("course.out-of-order", command, state.requested.on)
    refuse_second("course.declined-already", state.declined)
    return (m.CourseDeclined.of(command),)


def _session(session: str, state: TrainingCourse) -> m.SessionScheduled:
    known = state.sessions.get(session)
    if known is None:
        raise RefusedError("course.no-such-session", session=session)
    refuse_second("course.session-cancelled", state.cancelled.get(session))
    return known


def _book(command: m.BookPlaces, state: TrainingCourse) -> Events:
    session = _session(command.session, state)
    refuse_second("course.booking-taken", state.bookings.get(command.booking))
    taken = state.booked(command.session)
    if taken + command.places > session.capacity:
        raise RefusedError("course.full", capacity=session.capacity, taken=taken)
    _refuse_outside(command, session)
    known = state.attendance.get(command.session)
    refuse_second("course.attendance-recorded-already", known)
    return (m.PlacesBooked.of(command),)


def _refuse_outside(command: m.BookPlaces | m.CancelSession, session: m.SessionScheduled) -> None:
    """Between the day on which the session was scheduled and the day on which it was held."""
    refuse_earlier("course.out-of-order", command, session.on)
    if command.on > session.held:
        raise RefusedError("course.after-the-session", on=command.on, held=session.held)


def _record_attendance(command: m.RecordAttendance, state: TrainingCourse) -> Events:
    session = _session(command.session, state)
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
    known = state.attendance.get(command.session)
    refuse_second("course.attendance-recorded-already", known)
    return (m.AttendanceRecorded.of(command),)


def _record_evaluation(
    command: m.RecordEvaluation, state: TrainingCourse, framework: Framework
) -> Events:
    if command.measure is not None:
        measures = framework.training_evaluations
        framework.refuse_unknown("course.unknown-measure", command.measure, measures)
    attendance = state.attendance.get(command.session)
    if attendance is None:
        raise RefusedError("course.no-attendance", session=command.session)
    if command.replies > attended(attendance):
        raise RefusedError("course.more-replies-than-attended", attended=attended(attendance))
    if command.positive > command.replies:
        raise RefusedError("course.more-positive-than-replied", replies=command.replies)
    session = _session(command.session, state)
    refuse_earlier("course.before-the-session", command, session.held)
    refuse_second("course.evaluated-already", state.evaluations.get(evaluation(command)))
    return (m.EvaluationRecorded.of(command),)
