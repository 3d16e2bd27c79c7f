"""How far training reached, why it was put on, and what came of it (framework §4.6, §4.7, §5.3 to
§5.5): counts, with their denominators.

A cancelled session counts for nothing but itself; what a cancelled audit reported counts not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import audit, body
from lif_core import training_course as t
from lif_core import training_programme as p
from lif_core.items.days import Days
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.recommendation import RecommendationIssued, TrainingCalledFor
from lif_core.record import Record
from lif_core.review import CaseNotified, DeathNotified, ReviewOpened
from lif_core.statistics.proportions import Share
from lif_core.views import training_view as v
from lif_core.views.compliance import Audited, audited, on_schedule
from lif_core.views.training.rows import Training as Training


@frozen(kw_only=True)
class Course:
    """A course: what it has come to, and what that does not keep: that it was *declined* before it
    was put on, and the recommendations that *called_for* it.
    """

    ref: str
    state: t.TrainingCourse = attrs.field(factory=t.TrainingCourse)
    declined: t.CourseDeclined | None = None
    called_for: tuple[str, ...] = ()

    @property
    def sessions(self) -> tuple[str, ...]:
        """Those on the programme, and not cancelled."""
        known = self.state.sessions if self.state.begun else ()
        return tuple(session for session in known if session not in self.state.cancelled)

    @property
    def attendance(self) -> tuple[t.AttendanceRecorded, ...]:
        """Of each session that was held."""
        known = self.state.attendance
        return tuple(known[session] for session in self.sessions if session in known)

    @property
    def arising_from(self) -> tuple[str, ...]:
        """The streams of the learning that it answers, each once."""
        said = [event.arising_from for event in (self.state.requested, self.state.begun) if event]
        return tuple(dict.fromkeys([*self.called_for, *(one for each in said for one in each)]))

    @property
    def status(self) -> str | None:
        """Where it stands; `None` of one of which nothing but accidents is on record."""
        match self.state.begun:
            case t.CourseProvided():
                return "provided"
            case t.CourseCommissioned():
                return "commissioned"
        if self.declined:
            return "declined"
        if self.state.requested:
            return "requested"
        return "called for" if self.called_for else None


def course_after(course: Course | None, event: t.CourseEvent) -> Course:
    """*course* after one more *event* of its stream."""
    course = course or Course(ref=event.course)
    course = attrs.evolve(course, state=t.evolve(course.state, event))
    match event:
        case t.CourseRequested():
            return attrs.evolve(course, declined=None)  # asked for again, it waits again
        case t.CourseDeclined():
            return attrs.evolve(course, declined=event)
        case _:
            return course


@frozen(kw_only=True)
class Programme:
    """A training programme, and on which days it was *reviewed*."""

    ref: str
    state: p.TrainingProgramme = attrs.field(factory=p.TrainingProgramme)
    reviewed: tuple[date, ...] = ()


@frozen(kw_only=True)
class Learned:
    """A review's *kind*, or the *source* that a recommendation arose from."""

    kind: str | None = None
    source: str | None = None


Registered: TypeAlias = body.Body
Item: TypeAlias = Course | Programme | Audited | Registered | Learned


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, t.CourseEvent | TrainingCalledFor):
        return (f"training_course-{event.course}",)
    if isinstance(event, p.ProgrammeEvent):
        return (f"training_programme-{event.programme}",)
    match event:
        case audit.AuditPlanned() | audit.AuditCancelled() | audit.TrainingReported():
            return (f"audit-{event.audit}",)
        case body.BodyRegistered() | body.BodyMerged():
            return (f"body-{event.body}",)
        case CaseNotified() | DeathNotified() | ReviewOpened():
            return (f"review-{event.review}",)
        case RecommendationIssued():
            return (f"recommendation-{event.recommendation}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, t.CourseEvent):
        return course_after(item_as(Course, item), event)
    if isinstance(event, p.ProgrammeEvent):
        return _programme_after(item_as(Programme, item), event)
    match event:
        case TrainingCalledFor(course=ref):
            course = item_as(Course, item) or Course(ref=ref)
            return attrs.evolve(course, called_for=(*course.called_for, record.stream))
        case audit.AuditPlanned() | audit.AuditCancelled() | audit.TrainingReported():
            return audited(item_as(Audited, item), event)
        case body.BodyRegistered() | body.BodyMerged():
            return body.evolve(item_as(Registered, item), event)
        case CaseNotified() | DeathNotified() | ReviewOpened():
            return Learned(kind=event.kind)
        case RecommendationIssued():
            return Learned(source=event.source)
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


def _programme_after(item: Programme | None, event: p.ProgrammeEvent) -> Programme:
    item = item or Programme(ref=event.programme)
    item = attrs.evolve(item, state=p.evolve(item.state, event))
    if isinstance(event, p.ProgrammeReviewed):
        return attrs.evolve(item, reviewed=(*item.reviewed, event.on))
    return item


# What other views ask as well


def agencies(items: Mapping[str, object], as_of: AsOf) -> set[str]:
    """Those that the frameworks of the boards on record name, and those in the register."""
    boards = {key.partition("-")[2].partition("/")[0] for key in items}
    packs = {board: as_of.frameworks.governing(board, as_of.valid) for board in boards}
    named = {entry.ref for pack in packs.values() for entry in pack.bodies if is_agency(entry)}
    bodies = [item.registered for item in items.values() if isinstance(item, Registered)]
    return named | {event.body for event in bodies if event is not None and is_agency(event)}


def is_agency(entry: Any) -> bool:
    return bool(entry.kind == body.BodyKind.AGENCY)


def who_came(courses: Iterable[Course]) -> tuple[Counter[str], Counter[str]]:
    """How many attended, where it is known who they were: by agency, and by profession."""
    by_agency, by_profession = Counter[str](), Counter[str]()
    for course in courses:
        for event in course.attendance:
            for present in event.mix:
                by_agency[present.agency] += present.attended
                by_profession[present.profession] += present.attended
    return by_agency, by_profession


def reported(items: Iterable[object]) -> tuple[v.CompletionRow, ...]:
    """Who completed safeguarding training, as audits that were not cancelled have it."""
    found = [event for item in on_schedule(items) for event in item.state.reported.values()]
    return v.completions(found)


# The view


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Training:
    courses = [item for item in items.values() if isinstance(item, Course) and item.status]
    begun = [course for course in courses if course.state.begun]
    programmes = [item for item in items.values() if isinstance(item, Programme)]
    sessions = tuple(_session(course, session) for course in begun for session in course.sessions)
    evaluations = tuple(row for course in begun for row in _evaluations(course))
    return Training(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        courses=len(begun),
        attended=sum(row.attended for row in sessions),
        sessions=sessions,
        evaluations=evaluations,
        levels=tuple(v.levels(evaluations, sum(len(course.attendance) for course in begun))),
        mix=_mix(begun, items, as_of),
        bookings=v.bookings(
            event
            for course in begun
            for event in course.state.bookings.values()
            if event.session in course.sessions
        ),
        catalogue=tuple(_course(course, as_of.valid) for course in courses),
        standards=tuple(_standards(begun, programmes, as_of)),
        arising=tuple(_arising(courses, items)),
        completions=reported(items.values()),
        programmes=tuple(_programmes(programmes)),
    )


def _session(course: Course, session: str) -> v.SessionRow:
    capacity = course.state.sessions[session].capacity
    event = course.state.attendance.get(session)
    attended = t.attended(event) if event else 0
    booked = event.booked if event else 0
    cancelled, absent = (event.cancelled, event.absent) if event else (0, 0)
    turned_up = booked - cancelled - absent
    return v.SessionRow(
        course=course.ref,
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


def _evaluations(course: Course) -> Iterator[v.EvaluationRow]:
    held = {event.session: t.attended(event) for event in course.attendance}
    for event in course.state.evaluations.values():
        if event.session in held:
            attended = held[event.session]
            yield v.EvaluationRow(
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


def _mix(begun: list[Course], items: Mapping[str, Item], as_of: AsOf) -> v.Mix:
    by_agency, by_profession = who_came(begun)
    held = [event for course in begun for event in course.attendance]
    known = by_agency.total()
    gone = {
        key.partition("-")[2]
        for key, item in items.items()
        if isinstance(item, Registered) and item.merged
    }
    came = {ref for ref in by_agency if by_agency[ref]}
    return v.Mix(
        sessions=len(held),
        known=sum(bool(event.mix) for event in held),
        attended=sum(t.attended(event) for event in held),
        of=known,
        agencies=tuple(
            v.AgencyRow(
                agency=ref,
                attended=by_agency[ref],
                of=known,
                share=Share(by_agency[ref], known).rate,
                represented=ref in came if known else None,
            )
            for ref in sorted(came | (agencies(items, as_of) - gone))
        ),
        professions=tuple(
            v.ProfessionRow(
                profession=name, attended=count, of=known, share=Share(count, known).rate
            )
            for name, count in sorted(by_profession.items())
        ),
    )


def _course(course: Course, valid: date) -> v.CourseRow:
    requested, begun = course.state.requested, course.state.begun
    answers = [event.on for event in (course.declined, begun) if event is not None]
    given = begun if isinstance(begun, t.CourseCommissioned) else None
    single = begun.single_agency if isinstance(begun, t.CourseProvided) else False
    return v.CourseRow(
        course=course.ref,
        status=course.status or "",
        single_agency=single if begun else None,
        in_pool=given.in_pool if given else None,
        procurement=given.procurement if given else None,
        arising_from=course.arising_from,
        requested=requested.on if requested else None,
        declined=course.declined.on if course.declined else None,
        begun=begun.on if begun else None,
        waited=Days(requested.on, min(answers, default=valid)).count if requested else None,
        sessions=len(course.sessions),
        cancelled=len(course.state.sessions) - len(course.sessions) if begun else 0,
        attended=sum(t.attended(event) for event in course.attendance),
    )


def _standards(
    begun: list[Course], programmes: list[Programme], as_of: AsOf
) -> Iterator[v.StandardRow]:
    """A course is held against those of its framework, and of the programmes it may be in."""
    said: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
    for course in begun:
        framework = as_of.frameworks.governing(course.ref, as_of.valid)
        basis = dict.fromkeys(course.state.assessed, "neither")
        for programme in programmes:
            if _may_be_in(course, programme, framework.governs):
                basis |= dict.fromkeys(programme.state.standards, "programme")
        basis |= dict.fromkeys((entry.code for entry in framework.training_standards), "framework")
        for standard, by in basis.items():
            event = course.state.assessed.get(standard)
            said[by, standard].append(event.met if event else None)
    for (by, standard), found in sorted(said.items()):
        yield v.StandardRow(
            standard=standard,
            basis=by,
            courses=len(found),
            met=found.count(True),
            not_met=found.count(False),
            not_assessed=found.count(None),
        )


def _may_be_in(course: Course, programme: Programme, governed: tuple[str, ...]) -> bool:
    """It is included, or of the same board, or of one that the same framework governs."""
    boards = {course.ref.partition("/")[0], programme.ref.partition("/")[0]}
    return course.ref in programme.state.courses or len(boards) == 1 or boards <= set(governed)


def _arising(courses: list[Course], items: Mapping[str, Item]) -> Iterator[v.ArisingRow]:
    because: dict[str, list[Course]] = defaultdict(list)
    for course in courses:
        for stream in course.arising_from:
            because[stream].append(course)
    for stream in sorted(because):
        found = because[stream]
        counted = Counter(course.status for course in found)
        yield v.ArisingRow(
            stream=stream,
            kind=_kind(stream, items),
            courses=len(found),
            provided=counted["provided"],
            commissioned=counted["commissioned"],
            declined=counted["declined"],
            waiting=counted["requested"] + counted["called for"],
            put_on=tuple(course.ref for course in found if course.state.begun),
        )


def _kind(stream: str, items: Mapping[str, Item]) -> str | None:
    """Of a review or an audit its own; of a recommendation that of its source."""
    item = items.get(stream)
    if isinstance(item, Learned) and item.source:
        item = items.get(item.source)
    match item:
        case Learned(kind=kind):
            return kind
        case Audited(state=state) if state.planned:
            return state.kind
        case _:
            return None


def _programmes(programmes: Iterable[Programme]) -> Iterator[v.ProgrammeRow]:
    for item in programmes:
        if adopted := item.state.adopted:
            yield v.ProgrammeRow(
                programme=item.ref,
                since=adopted.since,
                until=adopted.until,
                courses=len(item.state.courses),
                standards=len(item.state.standards),
                reviewed=item.reviewed,
            )


training: Projection[Item, Training] = Projection(
    name="training", key=key, evolve=evolve, summarise=summarise
)
