"""How agencies say they stand, and what their own audits show (framework §3.5, §3.7, §3.8).

Grades are ordinal: counted and put in order, never averaged. A moderated grade stands beside the
agency's own. Cancelled audits are off the schedule, and in no table.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias, TypeVar

from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates import audit as a
from lif_core.aggregates.audit.assessment import level_of_impact
from lif_core.aggregates.evidence import HeldChange, Source
from lif_core.framework import AuditKind
from lif_core.items.audit import Audited, audited
from lif_core.items.board_duties import (
    OwingBoard,
    board_duty_rows,
    board_entries_item,
    count_board,
    owing_boards,
)
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.evidence import (
    EVIDENCE,
    HELD,
    assessor_for,
    held_for,
    held_item,
    say_audit_evidence,
    say_held,
    say_indicator_evidence,
)
from lif_core.items.indicators import indicator_item
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, AsOf, Columns, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText

# What it shows


@row(key=("audit",))
class SelfEvaluatedRow(Struct, frozen=True, kw_only=True):
    """One audit, by its *theme*. *asked* is `None` where it names no agencies: then any may take
    part, and nobody is *missing*.
    """

    audit: str
    theme: PersonalText
    kind: str
    planned: date
    due: date | None
    concluded: date | None
    asked: int | None
    submitted: int
    missing: tuple[str, ...]


@row(key=("audit", "agency", "standard"))
class GradeRow(Struct, frozen=True, kw_only=True):
    """One agency against one standard: its *own* grade, and beside it the *moderated* one, if any.

    *evidence* are the audits of its own that it rests on.
    *change*: `better`, `worse` or `same` than its own grade in the *previous* audit of that kind
    and board in which it was graded; *change_as_moderated*: with the moderated grades, where there
    are such. `None` where there is nothing to compare with, or the scale is another one.
    """

    audit: str
    agency: str
    standard: str
    own: str
    moderated: str | None
    moderated_on: date | None
    evidence: tuple[str, ...]
    previous: str | None = None
    change: str | None = None
    change_as_moderated: str | None = None


@row(key=("audit", "standard", "grade"))
class StandardGradeRow(Struct, frozen=True, kw_only=True):
    """How many of the agencies graded have this *grade*, by *own* word and *as_moderated*."""

    audit: str
    standard: str
    grade: str
    own: int
    as_moderated: int
    of: int


@row(key=("agency",))
class StatementRow(Struct, frozen=True, kw_only=True):
    """The assurance statements that an agency submits: how many it has *given* of those *asked*
    for, and the *latest*; *unasked*: those given besides.
    """

    agency: str
    asked: int = 0
    given: int = 0
    unasked: int = 0
    latest: date | None = None


@row(key=("kind", "board"))
class IntervalRow(Struct, frozen=True, kw_only=True):
    """A kind of audit that *board* owes every so many months.

    *latest* is the audit last *concluded*; *under_way* the first that is planned and not concluded
    yet. *overdue* is the days since *next_due*, also where none was ever concluded or planned.
    """

    kind: str
    board: str
    every_months: int = 0
    latest: str | None = None
    concluded: date | None = None
    next_due: date | None = None
    under_way: str | None = None
    overdue: int | None = None


@row(key=("audit",))
class OwnAuditRow(Struct, frozen=True, kw_only=True):
    """An audit that an agency did for itself, in its own time and by its own method.

    *shared* is `None` where the framework names no committee for that; else whether schedule and
    tool went to one of them. *warnings* are those of its conclusion. *level*: how strong the best
    evidence of its *impacts* is (0 to 4), and *claimed* the highest level that is claimed for one.
    *cited_by*: the audits in which a self-evaluation rests on it.
    """

    audit: str
    theme: PersonalText
    agency: str
    planned: date
    due: date | None
    concluded: date | None
    shared: bool | None
    shared_with: tuple[str, ...]
    warnings: tuple[str, ...]
    impacts: int
    level: int | None
    claimed: int | None
    cited_by: tuple[str, ...]


@frozen(kw_only=True)
class Compliance:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    audits: Table[SelfEvaluatedRow]
    grades: Table[GradeRow]
    standards: Table[StandardGradeRow]
    statements: Table[StatementRow]
    intervals: Table[IntervalRow]
    own_audits: Table[OwnAuditRow]
    inconsistent: Table[InconsistentRow]


# An audit, and what it says to others


class SeriesGrade(Struct, frozen=True):
    """A grade in an audit *planned* on that day, which is of a *scale*, best grade first."""

    planned: date
    scale: tuple[str, ...]
    row: GradeRow


When: TypeAlias = tuple[date, str]
"""When an audit was planned, and its reference."""

# Topics, and to whom they are
SCHEDULE = "schedule"  # a kind of audit and a board: each audit, and when it was concluded
SERIES = "series"  # a board, a kind and an agency: each audit in which it evaluated itself
PREVIOUS = "previous"  # an audit and an agency: the audit before in its series
GRADED = "graded"  # an audit and an agency: each of its grades
CITED = "cited"  # an audit: each in which it is evidence


def _name(*words: str) -> str:
    return "\n".join(words)


def add_audit(item: Audited, part: Part) -> None:
    """Add an audit that is on the schedule; say what it can be evidence of."""
    say_audit_evidence(item.state, part)
    if not item.on_schedule:
        return
    planned, kind = item.planned, item.kind(part)
    schedule = _name(planned.kind, item.board)
    part.say(SCHEDULE, schedule, (planned.on, item.ref, item.concluded))
    if kind.own:
        _add_own_audit(item, kind, part)
    if item.is_evaluation(kind):
        submitted = item.state.submitted
        audit = SelfEvaluatedRow(
            audit=item.ref,
            theme=planned.theme,
            kind=planned.kind,
            planned=planned.on,
            due=planned.due,
            concluded=item.concluded,
            asked=len(planned.agencies) or None,
            submitted=len(submitted),
            missing=tuple(ref for ref in planned.agencies if ref not in submitted),
        )
        part.row("audits", audit)
        _add_grades(item, _scale(item, kind, part), part)
        _count_statements(item, part)


def _add_own_audit(item: Audited, kind: AuditKind, part: Part) -> None:
    planned, state = item.planned, item.state
    audit = OwnAuditRow(
        audit=item.ref,
        theme=planned.theme,
        agency=planned.by.body,
        planned=planned.on,
        due=planned.due,
        concluded=item.concluded,
        shared=bool(set(kind.shared_with) & set(state.shared)) if kind.shared_with else None,
        shared_with=tuple(sorted(state.shared)),
        warnings=state.concluded.warnings if state.concluded else (),
        impacts=len(item.impacts),
        level=max((_level(event, part) for event in item.impacts), default=None),
        claimed=max((int(e.claimed) for e in item.impacts if e.claimed is not None), default=None),
        cited_by=tuple(ref for _, ref in sorted(part.ask(CITED, item.ref))),
    )
    part.row("own_audits", audit)


def _level(event: a.ImpactShown, part: Part) -> int:
    """Return the level of an impact, by the evidence that stands."""
    return int(level_of_impact(event, assessor_for(part), held_for(part, event.on)))


def _scale(item: Audited, kind: AuditKind, part: Part) -> tuple[str, ...]:
    """Return the grades of its standards, best first; of the audit where they are of no set."""
    framework = part.governing(item.ref, item.planned.on)
    standards = framework.standard_set(kind.standards)
    name = standards.scale if standards else item.planned.scale
    return next((scale.grades for scale in framework.scales if scale.name == name), ())


def _add_grades(item: Audited, scale: tuple[str, ...], part: Part) -> None:
    """Tell each series of the grades, and count them: those of the scale, then any other."""
    when, kind = (item.planned.on, item.ref), item.planned.kind
    by_own_word: dict[str, Counter[str]] = defaultdict(Counter)
    as_moderated: dict[str, Counter[str]] = defaultdict(Counter)
    for agency in sorted(item.state.submitted):
        part.say(SERIES, _name(item.board, kind, agency), when)
        for grade in _grades(item, agency):
            part.say(GRADED, _name(item.ref, agency), SeriesGrade(item.planned.on, scale, grade))
            by_own_word[grade.standard][grade.own] += 1
            as_moderated[grade.standard][_standing(grade)] += 1
    for standard, grades in sorted(by_own_word.items()):
        strange = {*grades, *as_moderated[standard]} - set(scale)
        for code in (*scale, *sorted(strange)):
            row = StandardGradeRow(
                audit=item.ref,
                standard=standard,
                grade=code,
                own=grades[code],
                as_moderated=as_moderated[standard][code],
                of=grades.total(),
            )
            part.row("standards", row)


def _grades(item: Audited, agency: str) -> Iterator[GradeRow]:
    event = item.state.submitted[agency]
    for grade in {grade.standard: grade for grade in event.grades}.values():
        moderated = item.state.moderated.get((agency, grade.standard))
        yield GradeRow(
            audit=item.ref,
            agency=agency,
            standard=grade.standard,
            own=grade.grade,
            moderated=moderated.grade if moderated else None,
            moderated_on=moderated.on if moderated else None,
            evidence=event.evidence,
        )


def _standing(row: GradeRow) -> str:
    return row.moderated or row.own


def _count_statements(item: Audited, part: Part) -> None:
    agencies, submitted = set(item.planned.agencies), item.state.submitted
    for agency in agencies:
        part.counted("statements", agency, columns={"asked": 1, "given": agency in submitted})
    for agency, event in submitted.items():
        part.counted("statements", agency, columns={"unasked": agency not in agencies})
        part.count("statements on", agency, event.on.toordinal())
    for ref in {ref for event in submitted.values() for ref in event.evidence}:
        part.say(CITED, ref, (item.planned.on, item.ref))


# From one audit to the next


def say_previous(name: str, part: Part) -> None:
    """Tell an agency's grades in each audit of a series which audit came before."""
    agency = name.rpartition("\n")[2]
    for before, (_, audit) in pairwise(sorted(part.ask(SERIES, name))):
        part.say(PREVIOUS, _name(audit, agency), before)


def add_grades(name: str, part: Part) -> None:
    """Add an agency's grades in one audit, each compared with the one before."""
    for grade in part.ask(GRADED, name):
        row, before, scale = grade.row, _grade_before(grade, part), grade.scale
        if before is not None:
            row = replace(
                row,
                previous=before.audit,
                change=_change(before.own, row.own, scale),
                change_as_moderated=_change(_standing(before), _standing(row), scale),
            )
        part.row("grades", row)


def _grade_before(grade: SeriesGrade, part: Part) -> GradeRow | None:
    """Return the grade in the latest audit before that has one for the same standard."""
    row = grade.row
    when: When = (grade.planned, row.audit)
    while earlier := [w for w in part.ask(PREVIOUS, _name(when[1], row.agency)) if w < when]:
        when = max(earlier)
        grades: list[SeriesGrade] = part.ask(GRADED, _name(when[1], row.agency))
        for before in grades:
            if before.row.standard == row.standard:
                return before.row
    return None


def _change(before: str, after: str, scale: tuple[str, ...]) -> str | None:
    """Compare by the order of the *scale*, best first; `None` where one of them is not on it."""
    if before not in scale or after not in scale:
        return None
    was, now = scale.index(before), scale.index(after)
    return "same" if was == now else "better" if now < was else "worse"


# How often


def add_schedule(name: str, part: Part) -> None:
    """Add what is known of a kind of audit and a board; how often it is due, `_intervals` adds."""
    kind, _, board = name.partition("\n")
    schedule = sorted(part.ask(SCHEDULE, name))
    concluded = [(on, audit) for _, audit, on in schedule if on]
    on, latest = max(concluded, default=(None, None))
    under_way = next((audit for _, audit, on in schedule if not on), None)
    row = IntervalRow(kind=kind, board=board, latest=latest, concluded=on, under_way=under_way)
    part.row("intervals", row)


def _intervals(
    schedules: Iterable[IntervalRow], boards: Sequence[OwingBoard], as_of: AsOf
) -> Iterator[IntervalRow]:
    """Yield, for each board that owes it again and again, when each kind of audit is next due."""
    known = {(row.kind, row.board): row for row in schedules}
    for duty in board_duty_rows(boards, as_of):
        if duty.stop != "audit concluded" or duty.done is not None or duty.due is None:
            continue
        months = as_of.packs.governing(duty.board, as_of.valid).interval_of(duty.kinds[0])
        for kind in duty.kinds if months else ():
            empty = IntervalRow(kind=kind, board=duty.board)
            row = known.get((kind, duty.board), empty)
            overdue = duty.days_overdue_so_far
            yield replace(row, every_months=months, next_due=duty.due, overdue=overdue)


# The view

R = TypeVar("R", StandardGradeRow, GradeRow)


def total(everything: Totals) -> Compliance:
    audits = everything.table("audits").by("planned")
    statements, days = everything.columns("statements"), everything.columns("statements on")
    schedules, boards = everything.table("intervals"), owing_boards(everything)
    return Compliance(
        **everything.times,
        audits=audits,
        grades=Table(partial(_as_planned, everything.table("grades"), audits)),
        standards=Table(partial(_as_planned, everything.table("standards"), audits)),
        statements=Table(partial(_statements, statements, days)),
        intervals=Table(partial(_intervals, schedules, boards, everything.as_of)),
        own_audits=everything.table("own_audits").by("planned"),
    )


def _as_planned(rows: Iterable[R], audits: Iterable[SelfEvaluatedRow]) -> list[R]:
    """Return *rows* in the order of their audits; those of one audit stay as they are."""
    place = {row.audit: number for number, row in enumerate(audits)}
    return sorted(rows, key=lambda row: place[row.audit])


def _statements(
    statements: Mapping[Name, Mapping[str, Any]], days: Mapping[Name, Columns]
) -> Iterator[StatementRow]:
    for (agency,), columns in sorted(statements.items()):
        latest = max(days.get((agency,), ()), default=None)
        on = date.fromordinal(latest) if latest else None
        yield StatementRow(agency=agency, latest=on, **columns)


compliance = Projection(
    name="compliance",
    view=Compliance,
    parts={
        merger_item: say_merger,
        held_item: say_held,
        indicator_item: say_indicator_evidence,
        audited: add_audit,
        board_entries_item: count_board,
    },
    says={
        MERGED: Merger,
        HELD: HeldChange,
        EVIDENCE: Source,
        SCHEDULE: tuple[date, str, date | None],
        SERIES: When,
        PREVIOUS: When,
        GRADED: SeriesGrade,
        CITED: When,
    },
    groups={SCHEDULE: add_schedule, SERIES: say_previous, GRADED: add_grades},
    identity=(MERGED,),
    total=total,
    edition=PROGRAM,
)
