"""The parts of `training`: what one stream adds to it, and says to others."""

from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field

from lif_core.aggregates import body, recommendation, review
from lif_core.aggregates import training_course as t
from lif_core.aggregates import training_programme as p
from lif_core.decisions.record import Record
from lif_core.items.agencies import count_board, count_registered
from lif_core.items.audit import Audited
from lif_core.items.completions import completions, say_completions
from lif_core.items.course import Course
from lif_core.items.days import FOREVER, Days
from lif_core.items.entries import entries_of
from lif_core.items.state import last_event
from lif_core.projection.projection import Item, Part
from lif_core.statistics.proportions import Share
from lif_core.values.refs import namespace_of
from lif_core.views.training.rows import (
    ArisingRow,
    CourseRow,
    EvaluationRow,
    ProgrammeRow,
    ProgrammeStepRow,
    SessionRow,
)

# Topics: to whom something is said, and what
CALLED = "called"  # a course: each call for it, with the recommendation's stream
ON_RECORD = "course"  # a course: that it has entries of its own
INCLUDED = "included"  # a course: each standard of the programmes that include it
KIND = "kind"  # a review or an audit: what kind it is
SOURCE = "source"  # a recommendation: the stream that it arose from
ARISING = "arising"  # a stream of learning: each course that arises from it, and its status


# The streams that courses arise from

LearningEvent: TypeAlias = (
    review.CaseNotified
    | review.DeathNotified
    | review.ReviewOpened
    | recommendation.RecommendationIssued
)
learning_item = Item("learning", LearningEvent, last_event)


def say_learning(event: LearningEvent, part: Part) -> None:
    """Say the kind of a review, or what a recommendation arose from."""
    count_board(part.ref, part)
    if isinstance(event, recommendation.RecommendationIssued):
        part.say(SOURCE, part.key, event.source)
    else:
        part.say(KIND, part.key, event.kind)


calls_item = entries_of("calls for training", recommendation.TrainingCalledFor)


def say_calls(calls: list[Record], part: Part) -> None:
    """Tell each course which recommendations call for it."""
    for record in calls:
        event = record.event
        assert isinstance(event, recommendation.TrainingCalledFor)
        part.say(CALLED, event.course, (event.on, record.position, record.stream))


def add_audit(item: Audited, part: Part) -> None:
    """Add what an audit reports of training, and say its kind."""
    count_board(item.ref, part)
    say_completions(item, part)
    if item.state.planned is not None:
        part.say(KIND, part.key, item.state.kind)


def add_arising(stream: str, part: Part) -> None:
    """Add the courses that arise from one stream of learning."""
    courses: list[tuple[str, str]] = part.ask(ARISING, stream)
    statuses = [status for _, status in courses]
    put_on = ("provided", "commissioned")
    row = ArisingRow(
        stream=stream,
        kind=_kind_of(stream, part),
        courses=len(courses),
        provided=statuses.count("provided"),
        commissioned=statuses.count("commissioned"),
        declined=statuses.count("declined"),
        waiting=statuses.count("requested") + statuses.count("called for"),
        put_on=tuple(course for course, status in courses if status in put_on),
    )
    part.row("arising", row)


def _kind_of(stream: str, part: Part) -> str | None:
    """Return the kind of a review or an audit, and for a recommendation that of its source."""
    source: str = next(iter(part.ask(SOURCE, stream)), stream)
    return next(iter(part.ask(KIND, source)), None)


# A course


def add_course(course: Course, part: Part) -> None:
    """Add a course that has entries of its own."""
    part.say(ON_RECORD, course.ref, True)
    _add_course(course, part)
    if course.state.begun:
        _add_begun(course, part)


def add_called_for(ref: str, part: Part) -> None:
    """Add a course that is called for and has no entries of its own."""
    if not part.ask(ON_RECORD, ref):
        _add_course(Course(ref=ref), part)


def _add_course(course: Course, part: Part) -> None:
    count_board(course.ref, part)
    calls = [stream for _, _, stream in sorted(part.ask(CALLED, course.ref))]
    status = course.status or ("called for" if calls else None)
    if status is not None:
        row = _course_row(course, status, calls, part)
        part.row("catalogue", row)
        for stream in row.arising_from:
            part.say(ARISING, stream, (course.ref, status))


def _title(course: Course) -> str | None:
    """Return what a course is called; one that was only called for has no title."""
    called = course.state.begun or course.state.requested
    return called.title if called else None


def _course_row(course: Course, status: str, calls: list[str], part: Part) -> CourseRow:
    requested, begun = course.state.requested, course.state.begun
    commissioned = begun if isinstance(begun, t.CourseCommissioned) else None
    single = begun.single_agency if isinstance(begun, t.CourseProvided) else False
    sources = [event.arising_from for event in (requested, begun) if event]
    return CourseRow(
        course=course.ref,
        title=_title(course),
        status=status,
        single_agency=single if begun else None,
        in_pool=commissioned.in_pool if commissioned else None,
        procurement=commissioned.procurement if commissioned else None,
        arising_from=tuple(dict.fromkeys([*calls, *(ref for refs in sources for ref in refs)])),
        requested=requested.on if requested else None,
        declined=course.declined.on if course.declined else None,
        begun=begun.on if begun else None,
        waited=_waited(course, part),
        sessions=len(course.sessions),
        cancelled=len(course.state.sessions) - len(course.sessions) if begun else 0,
        attended=sum(t.attended(event) for event in course.attendance),
    )


def _waited(course: Course, part: Part) -> int | None:
    """Return the days from the request to its first answer, or so far."""
    requested = course.state.requested
    if requested is None:
        return None
    answers = (event.on for event in (course.declined, course.state.begun) if event is not None)
    return Days(requested.on, min(answers, default=FOREVER)).so_far(part)


def _add_begun(course: Course, part: Part) -> None:
    """Add the sessions, evaluations, bookings and standards of a course that was put on."""
    part.count("totals", "courses")
    for session in course.sessions:
        part.row("sessions", _session_row(course, session))
    for event in course.attendance:
        columns = {"sessions": 1, "known": bool(event.mix), "attended": t.attended(event)}
        part.counted("totals", columns=columns)
        for present in event.mix:
            part.count("agencies", present.agency, number=present.attended)
            columns = {"groups": 1, "attended": present.attended}
            part.counted("professions", present.profession, columns=columns)
    for row in _evaluation_rows(course):
        part.row("evaluations", row)
        columns = {name: getattr(row, name) for name in ("attended", "replies", "positive")}
        level = (row.level, row.months, row.measure or "")
        part.counted("levels", *level, columns={"sessions": 1, **columns})
    for booking in course.state.bookings.values():
        if booking.session in course.sessions:
            columns = {"bookings": 1, "places": booking.places}
            part.counted("bookings", booking.agency, columns=columns)
    _count_standards(course, part)


def _session_row(course: Course, session: str) -> SessionRow:
    capacity = course.state.sessions[session].capacity
    event = course.state.attendance.get(session)
    attended = t.attended(event) if event else 0
    booked = event.booked if event else 0
    cancelled, absent = (event.cancelled, event.absent) if event else (0, 0)
    turned_up = booked - cancelled - absent
    return SessionRow(
        course=course.ref,
        title=_title(course),
        session=session,
        capacity=capacity,
        booked=booked,
        cancelled=cancelled,
        absent=absent,
        walked_in=event.walked_in if event else 0,
        attended=attended,
        fill=Share(attended, capacity).rate,
        turned_up=turned_up,
        turn_up=Share(turned_up, booked).rate,
    )


def _evaluation_rows(course: Course) -> Iterator[EvaluationRow]:
    held = {event.session: t.attended(event) for event in course.attendance}
    for event in course.state.evaluations.values():
        if event.session in held:
            attended = held[event.session]
            yield EvaluationRow(
                course=course.ref,
                session=event.session,
                level=int(event.level),
                months=event.months,
                attended=attended,
                replies=event.replies,
                reply_rate=Share(event.replies, attended).rate,
                positive=event.positive,
                positive_of_replies=Share(event.positive, event.replies).rate,
                positive_at_least=Share(event.positive, attended).rate,
                measure=event.measure,
                evidence=event.evidence,
            )


def _count_standards(course: Course, part: Part) -> None:
    """Count a course under its board, and whether it has met its standards.

    These are the standards of programmes that include it, and those it was assessed against.
    """
    board, assessed = namespace_of(course.ref), course.state.assessed
    part.count("begun", board)
    of_programme = set(part.ask(INCLUDED, course.ref))
    for standard in of_programme.union(assessed):
        basis = "programme" if standard in of_programme else "neither"
        event = assessed.get(standard)
        answer = "not_assessed" if event is None else "met" if event.met else "not_met"
        part.count("answers", board, standard, basis, answer)


# A programme

ProgrammeStep: TypeAlias = p.StandardAdopted | p.ProgrammePromoted | p.ProgrammeReviewed


@define(kw_only=True)
class Programme:
    """A training programme: its state, and its *steps* in their order.

    It is a draft, which folding changes in place.
    """

    ref: str
    state: p.TrainingProgramme = field(factory=p.TrainingProgramme)
    steps: list[ProgrammeStep] = field(factory=list)


def evolve_programme(item: Programme | None, record: Record) -> Programme:
    event: p.ProgrammeEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Programme(ref=event.programme)
    item.state = p.evolve(item.state, event)
    if isinstance(event, ProgrammeStep):
        item.steps.append(event)
    return item


programme_item = Item("programme", p.ProgrammeEvent, evolve_programme)


def add_programme(item: Programme, part: Part) -> None:
    """Add a programme, and tell its courses the standards that it asks for."""
    count_board(item.ref, part)
    adopted, courses, standards = item.state.adopted, item.state.courses, item.state.standards
    for standard in standards:
        part.count("standards", namespace_of(item.ref), standard)
        for course in courses:
            part.say(INCLUDED, course, standard)
    if adopted:
        row = ProgrammeRow(
            programme=item.ref,
            strategy=adopted.strategy,
            since=adopted.since,
            until=adopted.until,
            courses=len(courses),
            standards=len(standards),
            promoted=sum(isinstance(event, p.ProgrammePromoted) for event in item.steps),
            reviewed=tuple(
                event.on for event in item.steps if isinstance(event, p.ProgrammeReviewed)
            ),
        )
        part.row("programmes", row)
        for number, event in enumerate(item.steps, 1):
            part.row("programme_steps", _programme_step(number, event))


def _programme_step(number: int, event: ProgrammeStep) -> ProgrammeStepRow:
    about: str | None
    words: str | None
    match event:
        case p.StandardAdopted():
            step, about, words = "standard", event.standard, event.wording
        case p.ProgrammePromoted():
            step, about, words = "promotion", f"{event.channel}: {event.audience}", None
        case p.ProgrammeReviewed():
            step, about, words = "review", event.changes, event.effectiveness
    return ProgrammeStepRow(
        programme=event.programme,
        number=number,
        on=event.on,
        step=step,
        about=about,
        words=words,
    )


# The rest


def add_completions(name: str, part: Part) -> None:
    """Add all that audits report of an agency's group of staff."""
    for row in completions(name, part):
        part.row("completions", row)


def add_registration(event: body.BodyRegistered, part: Part) -> None:
    """Count an agency that is registered: it is listed even if nobody came."""
    count_board(event.body, part)
    count_registered(event, part)


def add_merger(record: Record, part: Part) -> None:
    """Count a body that is no more: it is not listed where nobody came."""
    event = record.event
    assert isinstance(event, body.PassingEvent)
    count_board(event.body, part)
    part.count("merged", event.body)
