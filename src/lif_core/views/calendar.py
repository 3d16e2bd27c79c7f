"""What is due when: reviews, audits and all that was put on a calendar (framework §2.2, §3.5).

A thing has a due day once the framework sets one or a decision names one. It is done, or has ended
without being done (cancelled, dropped, withdrawn, abandoned), or it is still due, or overdue.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import partial

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import audit as a
from lif_core.aggregates import evaluation as e
from lif_core.aggregates import improvement_plan as p
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import training_course as t
from lif_core.aggregates.recommendation import ENDED
from lif_core.framework import AuditKind, Framework
from lif_core.items.boards import boards_of
from lif_core.items.body import MERGED, Merger, merged, say_merger, succession_asked
from lif_core.items.challenge import Challenge, challenged
from lif_core.items.clocks import Case, clock_rows, timed
from lif_core.items.days import passed
from lif_core.items.duty import Duty
from lif_core.items.duty import evolve as evolve_duty
from lif_core.items.evaluation import evaluated
from lif_core.items.improvement import Improvement, checks_done
from lif_core.items.improvement import evolve as evolve_improvement
from lif_core.items.state import of_state
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.working_days import add_months


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


@row(key=("what", "stream", "detail", "due"))
class DueRow(Struct, frozen=True, kw_only=True):
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


@row(key=("what",))
class CountRow(Struct, frozen=True, kw_only=True):
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
    overdue: Table[DueRow]
    due: Table[DueRow]
    counts: Table[CountRow]


# What is due, of each kind of stream


def _add(
    part: Part,
    what: What,
    due: date,
    detail: str,
    *bodies: str,
    done: bool,
    ended: bool,
    stream: str | None = None,
) -> None:
    """Add something due, by the *bodies*; what is done, or has *ended* otherwise, is counted."""
    if done or ended:
        part.count("counts", what.value, (Status.DONE if done else Status.ENDED).value)
        return
    status = Status.OVERDUE if passed(due, part) else Status.DUE
    part.count("counts", what.value, status.value)
    succession = succession_asked(part)
    part.row(
        status.value,
        DueRow(
            due=due,
            what=what.value,
            stream=stream or part.key,
            detail=detail,
            bodies=tuple(dict.fromkeys(map(succession.heir, bodies))),
            status=status.value,
            days=part.days_until(due),
        ),
    )


def add_case(case: Case, part: Part) -> None:
    """Add the clocks of a review. A notice is none: it says how early the next step may be."""
    clocks = tuple(clock_rows(case, part))
    if not clocks:
        return
    begun = min(milestone.on for milestone in case.milestones.values())
    notices = {notice.name for notice in part.governing(case.ref, begun).notices}
    for clock in clocks:
        if clock.clock not in notices:
            done, ended = clock.done is not None, clock.status == "ended"
            _add(part, What.CLOCK, clock.due, clock.clock, *clock.boards, done=done, ended=ended)


def add_duty(duty: Duty, part: Part) -> None:
    """Add each time that a recommendation was owed: planned, and whenever it was reopened."""
    if duty.issued is None or not duty.held:
        return
    holder = duty.held[-1].owner
    for at, time in enumerate(duty.owed):
        detail = "reopened" if at else "planned"
        done, ended = time.done is not None and not time.undone, time.undone
        _add(part, What.RECOMMENDATION, time.due, detail, holder, done=done, ended=ended)


def add_checks(item: Improvement, part: Part) -> None:
    """Add the checks scheduled. One is done as the view `sustainability` counts it."""
    if item.issued is None:
        return
    assert item.state is not None
    status, before = item.state.status, 0
    for due in item.checks_due:
        so_far, _ = checks_done(item, due)
        by, done, ended = item.scheduled[due], so_far > before, status in ENDED
        _add(part, What.CHECK, due, status.value, by, done=done, ended=ended)
        before = so_far


def add_audit(item: a.Audit, part: Part) -> None:
    """Add an audit, the evaluations that it asks of agencies, and tell when it was concluded.

    Where agencies evaluate themselves, each does so by the day that the audit is due.
    """
    planned, concluded = item.planned, item.concluded
    if planned is None:
        return
    framework = part.governing(part.ref, planned.on)
    if concluded is not None:
        for board in boards_of(part.ref, (), framework):
            chain = f"{board} {planned.kind}"
            part.say(CONCLUDED, chain, Concluded(concluded.on, part.key))
    if planned.due is None:
        return
    done, over = concluded is not None, item.cancelled is not None
    by = planned.by.body
    _add(part, What.AUDIT, planned.due, planned.kind, by, done=done, ended=over)
    kind = _audit_kind(planned.kind, framework)
    over = done or over
    for agency in planned.agencies if kind and kind.standards else ():
        done = agency in item.submitted
        _add(part, What.SELF_EVALUATION, planned.due, agency, agency, done=done, ended=over)


def _audit_kind(name: str, framework: Framework) -> AuditKind | None:
    return next((kind for kind in framework.audit_kinds if kind.kind == name), None)


CONCLUDED = "concluded"
"""The topic on which an audit tells a board's chain of audits of one kind."""


class Concluded(Struct, frozen=True, order=True):
    """An audit was concluded *on* that day."""

    on: date
    stream: str


def add_next_audit(chain: str, part: Part) -> None:
    """Add the repeat of each audit in a board's *chain* of a periodic kind.

    It is done once another one of the kind is concluded.
    """
    board, _, name = chain.partition(" ")
    kind = _audit_kind(name, part.governing(board))
    if kind is None or not kind.every_months:
        return
    *repeated, last = sorted(part.ask(CONCLUDED, chain))
    part.count("counts", What.NEXT_AUDIT.value, Status.DONE.value, number=len(repeated))
    due = add_months(last.on, kind.every_months)
    _add(part, What.NEXT_AUDIT, due, name, board, done=False, ended=False, stream=last.stream)


def add_evaluation(item: e.Evaluation, part: Part) -> None:
    planned = item.planned
    if planned is not None:
        done = isinstance(item.ended, e.EvaluationCompleted)
        by, ended = planned.by.body, item.ended is not None
        _add(part, What.EVALUATION, planned.due, planned.method, by, done=done, ended=ended)


def add_plan(item: p.ImprovementPlan, part: Part) -> None:
    for name, priority in item.priorities.items() if item.adopted else ():
        dropped = name in item.dropped
        done = name in item.ended and not dropped
        lead = priority.lead
        _add(part, What.PRIORITY, priority.due, name, lead, done=done, ended=dropped)


def add_course(item: t.TrainingCourse, part: Part) -> None:
    for name, session in item.sessions.items() if item.begun else ():
        done, ended = name in item.attendance, name in item.cancelled
        by = session.by.body
        _add(part, What.SESSION, session.held, name, by, done=done, ended=ended)


def add_challenge(item: Challenge, part: Part) -> None:
    raised = item.raised
    if raised is not None and raised.answer_by is not None:
        detail, to = raised.manner.value, raised.to
        done, ended = item.answered is not None, item.resolved is not None
        _add(part, What.ANSWER, raised.answer_by, detail, to, done=done, ended=ended)


def total(everything: Totals) -> Calendar:
    order = ("due", "stream", "what", "detail")
    return Calendar(
        **everything.times,
        overdue=everything.table("overdue").by(*order),
        due=everything.table("due").by(*order),
        counts=Table(partial(_count_rows, everything.columns("counts"))),
    )


def _count_rows(counts: Mapping[Name, Columns]) -> Iterator[CountRow]:
    for what in What:
        columns = counts.get((what.value,), {})
        by_status = {status.value: columns.get(status.value, 0) for status in Status}
        yield CountRow(what=what.value, **by_status, all=sum(by_status.values()))


DUTY = (
    r.RecommendationIssued,
    r.RecommendationPlanned,
    r.RecommendationReopened,
    r.DueDateChanged,
    r.TransferAccepted,
    r.RecommendationImplemented,
    r.RecommendationWithdrawn,
    r.RecommendationSuperseded,
)
"""What says when a recommendation is due, from whom, and whether it was done."""
STANDING = (
    r.RecommendationIssued,
    r.RecommendationAccepted,
    r.RecommendationDeclined,
    r.RecommendationPlanned,
    r.RecommendationReopened,
    r.TransferAccepted,
    r.RecommendationImplemented,
    r.RecommendationEmbedded,
    r.ChecksScheduled,
    r.RecommendationChecked,
    r.RecommendationWithdrawn,
    r.RecommendationSuperseded,
)
"""What says which checks are due, which were made, and where a recommendation stands."""

calendar = Projection(
    name="calendar",
    view=Calendar,
    parts={
        merged: say_merger,
        timed: add_case,
        Item("duty when due", DUTY, evolve_duty): add_duty,
        Item("checks when due", STANDING, evolve_improvement): add_checks,
        Item(
            "audit when due",
            (
                a.AuditPlanned,
                a.AuditCancelled,
                a.SelfEvaluationSubmitted,
                a.AuditConcluded,
            ),
            of_state(a.evolve),
        ): add_audit,
        evaluated: add_evaluation,
        Item(
            "priorities",
            (p.PlanAdopted, p.PrioritySet, p.OutcomeRecorded, p.PriorityDropped),
            of_state(p.evolve),
        ): add_plan,
        Item(
            "sessions",
            (
                t.CourseProvided,
                t.CourseCommissioned,
                t.SessionScheduled,
                t.SessionCancelled,
                t.AttendanceRecorded,
            ),
            of_state(t.evolve),
        ): add_course,
        challenged: add_challenge,
    },
    says={MERGED: Merger, CONCLUDED: Concluded},
    groups={CONCLUDED: add_next_audit},
    total=total,
    edition=PROGRAM,
)
