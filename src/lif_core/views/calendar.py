"""What is due when: reviews, audits and all that was put on a calendar (framework §2.2, §3.5).

A thing has a due day once the framework sets one or a decision names one. It is done, or has ended
without being done (cancelled, dropped, withdrawn, abandoned), or it is still due, or overdue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import audit, challenge, evaluation, improvement_plan, training_course
from lif_core import recommendation as r
from lif_core.body import BodyMerged
from lif_core.evolving import evolved
from lif_core.framework import AuditKind, Framework, Frameworks
from lif_core.items.boards import boards_of
from lif_core.items.clocks import Case, clock_rows
from lif_core.items.duty import Duty
from lif_core.items.improvement import Improvement, checks_done
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.recommendation.state import ENDED
from lif_core.record import Record
from lif_core.review import ReviewEvent
from lif_core.views import clocks, duties, improvements
from lif_core.working_days import add_months


class What(StrEnum):
    """What is due. Of a `course-session` it is to be held, and its attendance recorded."""

    CLOCK = "statutory-clock"
    AUDIT = "audit"
    SELF_EVALUATION = "self-evaluation"
    NEXT_AUDIT = "next-audit"
    RECOMMENDATION = "recommendation"
    CHECK = "check"
    EVALUATION = "evaluation"
    PRIORITY = "plan-priority"
    SESSION = "course-session"
    ANSWER = "challenge-answer"


class Status(StrEnum):
    """`ended`: it was not done, and no longer has to be."""

    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    ENDED = "ended"


@frozen(kw_only=True)
class Asked:
    """A recommendation: as a duty, and with its checks.

    *scheduled*: which body scheduled the checks due on a day; *stopped*: which of the times that
    it was owed were ended undone.
    """

    duty: Duty
    improvement: Improvement
    scheduled: Mapping[date, str] = MappingProxyType({})
    stopped: frozenset[int] = frozenset()


Audit: TypeAlias = audit.Audit
Evaluation: TypeAlias = evaluation.Evaluation
Plan: TypeAlias = improvement_plan.ImprovementPlan
Course: TypeAlias = training_course.TrainingCourse
Challenge: TypeAlias = challenge.Challenge
Item: TypeAlias = Case | Asked | Audit | Evaluation | Plan | Course | Challenge | BodyMerged


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, ReviewEvent):
        return (f"review-{event.review}",)
    if isinstance(event, r.RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    if isinstance(event, audit.AuditEvent):
        return (f"audit-{event.audit}",)
    if isinstance(event, evaluation.EvaluationEvent):
        return (f"evaluation-{event.evaluation}",)
    if isinstance(event, improvement_plan.PlanEvent):
        return (f"improvement_plan-{event.plan}",)
    if isinstance(event, training_course.CourseEvent):
        return (f"training_course-{event.course}",)
    if isinstance(event, challenge.ChallengeEvent):
        return (f"challenge-{event.challenge}",)
    return (f"body-{event.body}",) if isinstance(event, BodyMerged) else ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, ReviewEvent):
        return clocks.evolve(item_as(Case, item), record, event)
    if isinstance(event, r.RecommendationEvent):
        return _asked(item_as(Asked, item), record, event)
    if isinstance(event, audit.AuditEvent):
        return audit.evolve(item_as(Audit, item), event)
    if isinstance(event, evaluation.EvaluationEvent):
        return evaluation.evolve(item_as(Evaluation, item), event)
    if isinstance(event, improvement_plan.PlanEvent):
        return improvement_plan.evolve(item_as(Plan, item), event)
    if isinstance(event, training_course.CourseEvent):
        return training_course.evolve(item_as(Course, item), event)
    if isinstance(event, challenge.ChallengeEvent):
        return challenge.evolve(item_as(Challenge, item), event)
    assert isinstance(event, BodyMerged)
    return event


def _asked(asked: Asked | None, record: Record, event: r.RecommendationEvent) -> Asked:
    ref = event.recommendation
    asked = asked or Asked(duty=Duty(ref=ref), improvement=Improvement(ref=ref))
    before = asked.duty.owed
    match event:
        case r.ChecksScheduled(due=days):
            known = {**dict.fromkeys(days, event.by.body), **asked.scheduled}
            asked = evolved(asked, scheduled=MappingProxyType(known))
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded():
            if before and before[-1].done is None:
                asked = evolved(asked, stopped=asked.stopped | {len(before) - 1})
    return evolved(
        asked,
        duty=duties.evolve(asked.duty, record, event),
        improvement=improvements.evolve(asked.improvement, event),
    )


# The view


@frozen(kw_only=True)
class DueRow:
    """*what* is due on a day, of a *stream*: *detail* says which one of it.

    *bodies*: who is to do it, or, where nobody is named, who put it on the calendar; after a
    merger, the successor. *days*: until it is due; negative where it is overdue.
    """

    due: date
    what: str
    stream: str
    detail: str
    bodies: tuple[str, ...]
    status: str
    days: int


@frozen(kw_only=True)
class CountRow:
    """Of all that was ever put on the calendar: overdue + due + done + ended = *all*."""

    what: str
    overdue: int
    due: int
    done: int
    ended: int
    all: int


@frozen(kw_only=True)
class Calendar:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    What is due on *valid* itself is `due`, not overdue. Rows are in the order of their days, then
    of their streams; what is done or has ended is only counted.
    """

    valid: str
    known: str | None
    overdue: tuple[DueRow, ...]
    due: tuple[DueRow, ...]
    counts: tuple[CountRow, ...]


@frozen
class Thing:
    """*what* is due; *settled*: it was done, or has ended; `None` while it is open."""

    due: date
    what: What
    stream: str
    detail: str
    bodies: tuple[str, ...]
    settled: Status | None

    @property
    def order(self) -> tuple[date, str, str, str]:
        return self.due, self.stream, self.what, self.detail

    def status(self, valid: date) -> Status:
        return self.settled or (Status.OVERDUE if self.due < valid else Status.DUE)


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Calendar:
    merged = {item.body: item.into for item in items.values() if isinstance(item, BodyMerged)}
    things = sorted(_things(items, as_of), key=lambda one: one.order)
    counted = Counter((thing.what, thing.status(as_of.valid)) for thing in things)

    def rows(status: Status) -> tuple[DueRow, ...]:
        found = [thing for thing in things if thing.status(as_of.valid) is status]
        return tuple(_row(thing, status, merged, as_of.valid) for thing in found)

    return Calendar(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        overdue=rows(Status.OVERDUE),
        due=rows(Status.DUE),
        counts=tuple(
            CountRow(
                what=what.value,
                overdue=counted[what, Status.OVERDUE],
                due=counted[what, Status.DUE],
                done=counted[what, Status.DONE],
                ended=counted[what, Status.ENDED],
                all=sum(counted[what, status] for status in Status),
            )
            for what in What
        ),
    )


def _row(thing: Thing, status: Status, merged: Mapping[str, str], valid: date) -> DueRow:
    return DueRow(
        due=thing.due,
        what=thing.what.value,
        stream=thing.stream,
        detail=thing.detail,
        bodies=tuple(dict.fromkeys(_successor(body, merged) for body in thing.bodies)),
        status=status.value,
        days=(thing.due - valid).days,
    )


def _successor(body: str, merged: Mapping[str, str]) -> str:
    seen = {body}
    while body in merged and merged[body] not in seen:
        body = merged[body]
        seen.add(body)
    return body


# What is due, of each kind of stream


def _things(items: Mapping[str, Item], as_of: AsOf) -> Iterator[Thing]:
    for stream, item in items.items():
        match item:
            case Case():
                yield from _clocks(stream, item, as_of)
            case Asked() if item.duty.issued:
                yield from _duties(stream, item)
                yield from _checks(stream, item)
            case Audit():
                yield from _audits(stream, item, as_of.frameworks)
            case Evaluation():
                yield from _evaluations(stream, item)
            case Plan() if item.adopted:
                yield from _priorities(stream, item)
            case Course() if item.begun:
                yield from _sessions(stream, item)
            case Challenge():
                yield from _answers(stream, item)
    yield from _next_audits(items, as_of)


def _settled(*, done: bool, ended: bool) -> Status | None:
    return Status.DONE if done else Status.ENDED if ended else None


def _clocks(stream: str, case: Case, as_of: AsOf) -> Iterator[Thing]:
    """A notice is no deadline: it says how early the next step may be."""
    begun = min((one.on for one in case.milestones.values()), default=as_of.valid)
    notices = {one.name for one in as_of.frameworks.governing(case.ref, begun).notices}
    for row in clock_rows(case, as_of.frameworks, as_of.valid):
        if row.clock not in notices:
            settled = _settled(done=row.done is not None, ended=row.status == "ended")
            yield Thing(row.due, What.CLOCK, stream, row.clock, row.boards, settled)


def _duties(stream: str, asked: Asked) -> Iterator[Thing]:
    """Each time that it was owed: planned, and again whenever it was reopened."""
    duty = asked.duty
    for at, owed in enumerate(duty.owed if duty.held else ()):
        ended, detail = at in asked.stopped, "reopened" if at else "planned"
        settled = _settled(done=owed.done is not None and not ended, ended=ended)
        holder = (duty.held[-1].owner,)
        yield Thing(owed.due, What.RECOMMENDATION, stream, detail, holder, settled)


def _checks(stream: str, asked: Asked) -> Iterator[Thing]:
    """A check is done as the view `sustainability` counts it."""
    item, before = asked.improvement, 0
    assert item.state is not None
    for due in item.checks_due:
        done, _ = checks_done(item, due)
        settled = _settled(done=done > before, ended=item.state.status in ENDED)
        detail, by = item.state.status.value, (asked.scheduled[due],)
        yield Thing(due, What.CHECK, stream, detail, by, settled)
        before = done


def _audits(stream: str, item: Audit, frameworks: Frameworks) -> Iterator[Thing]:
    """Where agencies evaluate themselves, each does so by the day that the audit is due."""
    planned, concluded = item.planned, item.concluded is not None
    if planned is None or planned.due is None:
        return
    over = _settled(done=concluded, ended=item.cancelled is not None)
    by = (planned.by.body,)
    yield Thing(planned.due, What.AUDIT, stream, planned.kind, by, over)
    kind = _audit_kind(planned.kind, frameworks.governing(planned.audit, planned.on))
    for agency in planned.agencies if kind and kind.standards else ():
        settled = _settled(done=agency in item.submitted, ended=over is not None)
        yield Thing(planned.due, What.SELF_EVALUATION, stream, agency, (agency,), settled)


def _audit_kind(name: str, framework: Framework) -> AuditKind | None:
    return next((kind for kind in framework.audit_kinds if kind.kind == name), None)


def _evaluations(stream: str, item: Evaluation) -> Iterator[Thing]:
    planned = item.planned
    if planned is not None:
        done = isinstance(item.ended, evaluation.EvaluationCompleted)
        settled = _settled(done=done, ended=item.ended is not None)
        by = (planned.by.body,)
        yield Thing(planned.due, What.EVALUATION, stream, planned.method, by, settled)


def _priorities(stream: str, item: Plan) -> Iterator[Thing]:
    for name, priority in item.priorities.items():
        dropped = name in item.dropped
        settled = _settled(done=name in item.ended and not dropped, ended=dropped)
        yield Thing(priority.due, What.PRIORITY, stream, name, (priority.lead,), settled)


def _sessions(stream: str, item: Course) -> Iterator[Thing]:
    for name, planned in item.sessions.items():
        settled = _settled(done=name in item.attendance, ended=name in item.cancelled)
        by = (planned.by.body,)
        yield Thing(planned.held, What.SESSION, stream, name, by, settled)


def _answers(stream: str, item: Challenge) -> Iterator[Thing]:
    raised = item.raised
    if raised is not None and raised.answer_by is not None:
        settled = _settled(done=item.answered is not None, ended=item.resolved is not None)
        detail, to = raised.manner.value, (raised.to,)
        yield Thing(raised.answer_by, What.ANSWER, stream, detail, to, settled)


def _next_audits(items: Mapping[str, Item], as_of: AsOf) -> Iterator[Thing]:
    """Of each periodic kind, for each board, the repeat of each audit that was concluded: done
    once another of the kind is.
    """
    chains: dict[tuple[str, str], list[tuple[date, str]]] = defaultdict(list)
    for stream, item in items.items():
        if isinstance(item, Audit) and item.planned and item.concluded:
            ref, on = item.planned.audit, item.planned.on
            for board in boards_of(ref, (), as_of.frameworks.governing(ref, on)):
                chains[board, item.planned.kind].append((item.concluded.on, stream))
    for (board, name), chain in sorted(chains.items()):
        kind = _audit_kind(name, as_of.frameworks.governing(board, as_of.valid))
        if kind is None or not kind.every_months:
            continue
        chain.sort()
        for (on, stream), repeated in zip_longest(chain, chain[1:]):
            due, settled = (
                add_months(on, kind.every_months),
                _settled(done=bool(repeated), ended=False),
            )
            yield Thing(due, What.NEXT_AUDIT, stream, name, (board,), settled)


calendar: Projection[Item, Calendar] = Projection(
    name="calendar", key=key, evolve=evolve, summarise=summarise
)
