"""All that boards and bodies have to do by a day, with that day (framework §2.2, §3.5).

Something has a due day once the framework sets one or a decision names one. It is done, or it has
ended without being done (cancelled, dropped, withdrawn, abandoned), or else it is due or overdue.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import partial

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import audit as a
from lif_core.aggregates import evaluation as e
from lif_core.aggregates import improvement_plan as p
from lif_core.aggregates import training_course as t
from lif_core.aggregates.evidence import Source
from lif_core.aggregates.recommendation import ENDED
from lif_core.aggregates.review import Review
from lif_core.framework import AuditKind, Framework
from lif_core.items.board_duties import (
    BoardDutyRow,
    board_duty_rows,
    board_entries_item,
    count_board,
    owing_boards,
)
from lif_core.items.body import MERGED, Merger, merger_item, say_merger, succession_for
from lif_core.items.challenge import Challenge, challenge_item
from lif_core.items.clocks import Case, case_item, clock_rows
from lif_core.items.days import has_passed
from lif_core.items.duty import Duty, duty_item
from lif_core.items.evaluation import evaluation_item
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator_evidence,
)
from lif_core.items.expected_evaluations import (
    EVALUATED,
    SOURCE,
    Evaluated,
    ExpectedStatus,
    expected_rows,
    impact_item,
    origin_item,
    say_checks,
    say_evaluation,
    say_recommendation,
    say_report,
)
from lif_core.items.improvement import Improvement, due_checks, improvement_item, lived
from lif_core.items.indicators import indicator_item
from lif_core.items.source_use import AuditUse, audited, reviewed, use_of
from lif_core.items.state import state_fold
from lif_core.items.title import TITLES, say_title, title_item, title_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import stream_of


class DueKind(StrEnum):
    """A kind of thing that is due.

    A `course-session` is due to be held, and done once its attendance is recorded.
    """

    CLOCK = "statutory-clock"
    AUDIT = "audit"
    SELF_EVALUATION = "self-evaluation"
    BOARD = "board-duty"
    RECOMMENDATION = "recommendation"
    CHECK = "check"
    EVALUATION = "evaluation"
    EXPECTED = "expected-evaluation"
    PRIORITY = "plan-priority"
    SESSION = "course-session"
    ANSWER = "challenge-answer"
    RESPONSE = "recommendation-answer"


class DueStatus(StrEnum):
    """The status of something due; what has `ended` was not done, and no longer has to be.

    It is `not_known` of what has passed its day, and may be done: an answer of a body that a reply
    of some may be from.
    """

    DUE = "due"
    OVERDUE = "overdue"
    NOT_KNOWN = "not_known"
    DONE = "done"
    ENDED = "ended"


@row(key=("what", "stream", "detail", "due"))
class DueRow(Struct, frozen=True, kw_only=True):
    """Something that a *stream*, by its *title*, makes *due*: *what* is its kind, *detail* says
    which it is.

    *bodies* are those that are to do it or, where none is named, that put it on the calendar;
    after a merger, their successors. *days* is how many are left, negative where it is overdue.
    """

    due: date
    what: str
    stream: str
    title: PersonalText | None
    detail: str
    bodies: tuple[str, ...]
    status: str
    days: int


@row(key=("what",))
class CountRow(Struct, frozen=True, kw_only=True):
    """All of one kind that was ever put on the calendar: *overdue* + *not_known* + *due* +
    *done* + *ended* = *all*.
    """

    what: str
    overdue: int
    not_known: int
    due: int
    done: int
    ended: int
    all: int


@frozen(kw_only=True)
class Calendar:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    Something due on *valid* itself is not overdue yet. Nobody can say whether what is *not_known*
    is done: whose reply it was is to be asked. Rows are in the order of their days, then of their
    streams; things that are done or have ended are only counted.
    """

    valid: str
    known: str | None
    overdue: Table[DueRow]
    not_known: Table[DueRow]
    due: Table[DueRow]
    counts: Table[CountRow]
    inconsistent: Table[InconsistentRow]


# The parts: what each kind of stream makes due


def _add(
    part: Part,
    kind: DueKind,
    due: date,
    detail: str,
    *bodies: str,
    done: bool,
    ended: bool,
    perhaps_done: bool = False,
    stream: str | None = None,
) -> None:
    """Add something that *bodies* are to do; only count it where it is *done* or has *ended*."""
    if done or ended:
        part.count("counts", kind.value, (DueStatus.DONE if done else DueStatus.ENDED).value)
        return
    status = DueStatus.DUE
    if has_passed(due, part):
        status = DueStatus.NOT_KNOWN if perhaps_done else DueStatus.OVERDUE
    part.count("counts", kind.value, status.value)
    succession = succession_for(part)
    part.row(
        status.value,
        DueRow(
            due=due,
            what=kind.value,
            stream=stream or part.key,
            title=title_of(stream or part.key, part),
            detail=detail,
            bodies=tuple(dict.fromkeys(succession.heir(body, part.key) for body in bodies)),
            status=status.value,
            days=part.days_until(due),
        ),
    )


def add_case(case: Case, part: Part) -> None:
    """Add the duties of a review that have a deadline.

    What must not be done before a day is not due on it.
    """
    if case.kind is None or case.begun is None:
        return
    duties = part.governing(case.ref, case.begun).duties_for(case.kind, case.begun)
    not_due = {duty.name for duty in duties if duty.not_before}
    for clock in clock_rows(case, part):
        if clock.due is not None and clock.clock not in not_due:
            done, ended = clock.done is not None, clock.status == "ended"
            detail = f"{clock.clock}: {clock.to}" if clock.to else clock.clock
            _add(part, DueKind.CLOCK, clock.due, detail, *clock.boards, done=done, ended=ended)


def add_duty(duty: Duty, part: Part) -> None:
    """Add what is to be done about a recommendation, and the answers that are due to it."""
    _add_periods(duty, part)
    _add_answers(duty, part)


def _add_periods(duty: Duty, part: Part) -> None:
    """Add a recommendation each time that it was open: once planned, and once reopened."""
    if duty.issued is None or not duty.holdings:
        return
    holder = duty.holdings[-1].owner
    for number, period in enumerate(duty.periods):
        detail = "reopened" if number else "planned"
        if period.due is not None:  # one without a date is in `accountability` alone
            done, ended = period.done is not None and not period.dropped, period.dropped
            _add(part, DueKind.RECOMMENDATION, period.due, detail, holder, done=done, ended=ended)


def _add_answers(duty: Duty, part: Part) -> None:
    """Add the answer of each body that is to give one by a day; a reply of any kind is one."""
    issued = duty.issued
    if issued is None:
        return
    framework = part.governing(duty.ref, issued.on)
    for body, answer in duty.answers_of_addressed():
        due = answer.answer_by or framework.answer_due(answer.sent or issued.on)
        if due is not None:
            _add(
                part,
                DueKind.RESPONSE,
                due,
                body,
                body,
                done=answer.replied is not None,
                ended=duty.ended is not None,
                perhaps_done=duty.perhaps_replied(body),
            )


def add_checks(item: Improvement, part: Part) -> None:
    """Add the checks that were scheduled.

    One is done where the view `sustainability` counts it as done.
    """
    if item.issued is None:
        return
    life = lived(item, part)
    status = life.state.status
    for check in due_checks(item, life, part):
        by, done, ended = item.scheduled[check.due][1], check.made is not None, status in ENDED
        _add(part, DueKind.CHECK, check.due, status.value, by, done=done, ended=ended)


def add_audit(item: a.Audit, part: Part) -> None:
    """Add an audit and the self-evaluations that it asks of agencies.

    Self-evaluations are due on the day on which the audit is.
    """
    planned, concluded = item.planned, item.concluded
    if planned is None:
        return
    framework = part.governing(part.ref, planned.on)
    if planned.due is None:
        return
    done, ended = concluded is not None, item.cancelled is not None
    by = planned.by.body
    _add(part, DueKind.AUDIT, planned.due, planned.kind, by, done=done, ended=ended)
    kind = _audit_kind(planned.kind, framework)
    for agency in planned.agencies if kind and kind.standards else ():
        submitted = agency in item.submitted
        _add(
            part,
            DueKind.SELF_EVALUATION,
            planned.due,
            agency,
            agency,
            done=submitted,
            ended=done or ended,
        )


def _audit_kind(name: str, framework: Framework) -> AuditKind | None:
    return next((kind for kind in framework.audit_kinds if kind.kind == name), None)


def add_expected(item: Review | AuditUse, part: Part) -> None:
    """Add the evaluations that the matrix expects of a review or an audit, planned or not."""
    use = use_of(item, part)
    boards = use.boards if use else ()
    for expected in expected_rows(item, part):
        done, ended = expected.done is not None, expected.status == ExpectedStatus.ABANDONED
        due, detail = expected.expected_by, f"{expected.source}: {expected.method}"
        _add(part, DueKind.EXPECTED, due, detail, *boards, done=done, ended=ended)


def add_expected_of_audit(audit: AuditUse, part: Part) -> None:
    """Tell what an audit evaluates; add the evaluations that are expected of it."""
    say_checks(audit, part)
    add_expected(audit, part)


def add_evaluation(item: e.Evaluation, part: Part) -> None:
    """Add an evaluation that was planned; tell what it evaluates."""
    say_evaluation(item, part)
    planned = item.planned
    if planned is not None:
        done = isinstance(item.ended, e.EvaluationCompleted)
        by, ended = planned.by.body, item.ended is not None
        _add(part, DueKind.EVALUATION, planned.due, planned.method, by, done=done, ended=ended)


def add_plan(item: p.ImprovementPlan, part: Part) -> None:
    """Add the priorities of a plan that was adopted."""
    for name, priority in item.priorities.items() if item.adopted else ():
        dropped = name in item.dropped
        done = name in item.ended and not dropped
        lead = priority.lead
        _add(part, DueKind.PRIORITY, priority.due, name, lead, done=done, ended=dropped)


def add_course(item: t.TrainingCourse, part: Part) -> None:
    """Add the sessions of a course that was put on."""
    for name, session in item.sessions.items() if item.begun else ():
        done, ended = name in item.attendance, name in item.cancelled
        by = session.by.body
        _add(part, DueKind.SESSION, session.held, name, by, done=done, ended=ended)


def add_challenge(item: Challenge, part: Part) -> None:
    """Add the answer to a challenge, where it is to be given by a day."""
    raised = item.raised
    if raised is not None and raised.answer_by is not None:
        detail, to = raised.manner.value, raised.to
        done, ended = item.answered is not None, item.resolved is not None
        _add(part, DueKind.ANSWER, raised.answer_by, detail, to, done=done, ended=ended)


def total(everything: Totals) -> Calendar:
    owed = Table(partial(board_duty_rows, owing_boards(everything), everything.as_of))
    return Calendar(
        **everything.times,
        overdue=_listed(everything, owed, DueStatus.OVERDUE),
        not_known=_listed(everything, owed, DueStatus.NOT_KNOWN),
        due=_listed(everything, owed, DueStatus.DUE),
        counts=Table(partial(_count_rows, everything.columns("counts"), owed)),
    )


def _listed(everything: Totals, owed: Iterable[BoardDutyRow], status: DueStatus) -> Table[DueRow]:
    """Return what has a *status*: of streams, and what the boards owe by themselves."""
    of_streams, order = everything.table(status.value), ("due", "stream", "what", "detail")
    of_boards = partial(_board_rows, owed, everything.as_of.valid, status)
    return Table(lambda: (*of_streams, *of_boards())).by(*order)


BOARD_STATUS = {
    "open": DueStatus.DUE,
    "overdue": DueStatus.OVERDUE,
    "met": DueStatus.DONE,
    "late": DueStatus.DONE,
    "ended": DueStatus.ENDED,
}


def _board_rows(owed: Iterable[BoardDutyRow], today: date, status: DueStatus) -> Iterator[DueRow]:
    """Yield the duties of boards that have a deadline and this *status*."""
    for duty in owed:
        if duty.due is not None and BOARD_STATUS[duty.status] is status:
            yield DueRow(
                due=duty.due,
                what=DueKind.BOARD.value,
                stream=stream_of("body", duty.board),
                title=None,
                detail=duty.duty,
                bodies=(duty.board,),
                status=status.value,
                days=(duty.due - today).days,
            )


def _count_rows(
    counts: Mapping[Name, Columns], owed: Iterable[BoardDutyRow]
) -> Iterator[CountRow]:
    of_boards = Counter(BOARD_STATUS[duty.status].value for duty in owed if duty.due is not None)
    for kind in DueKind:
        columns = of_boards if kind is DueKind.BOARD else counts.get((kind.value,), {})
        by_status = {status.value: columns.get(status.value, 0) for status in DueStatus}
        yield CountRow(what=kind.value, **by_status, all=sum(by_status.values()))


calendar = Projection(
    name="calendar",
    view=Calendar,
    parts={
        merger_item: say_merger,
        title_item: say_title,
        audit_evidence_item: say_audit_evidence,
        indicator_item: say_indicator_evidence,
        case_item: add_case,
        duty_item: add_duty,
        improvement_item: add_checks,
        Item(
            "audit when due",
            (
                a.AuditPlanned,
                a.AuditCancelled,
                a.SelfEvaluationSubmitted,
                a.AuditConcluded,
            ),
            state_fold(a.evolve),
        ): add_audit,
        evaluation_item: add_evaluation,
        origin_item: say_recommendation,
        impact_item: say_report,
        audited: add_expected_of_audit,
        reviewed: add_expected,
        board_entries_item: count_board,
        Item(
            "priorities",
            (p.PlanAdopted, p.PrioritySet, p.OutcomeRecorded, p.PriorityDropped),
            state_fold(p.evolve),
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
            state_fold(t.evolve),
        ): add_course,
        challenge_item: add_challenge,
    },
    says={MERGED: Merger, TITLES: str, EVIDENCE: Source, EVALUATED: Evaluated, SOURCE: str},
    identity=(MERGED, TITLES, SOURCE),
    total=total,
    edition=PROGRAM,
)
