"""How agencies say they stand, and what their own audits show (framework §3.5, §3.7, §3.8).

Grades are ordinal: counted and put in order, never averaged. A moderated grade stands beside the
agency's own. Cancelled audits are off the schedule, and in no table.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import attrs
from attrs import frozen

from lif_core import audit
from lif_core.errors import RefusedError
from lif_core.framework import AuditKind, Frameworks
from lif_core.items.days import Days
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.record import Record
from lif_core.working_days import add_months

# An audit, as its records tell


@frozen(kw_only=True)
class Audited:
    """What an audit has come to, and what that does not keep: what *impacts* were shown."""

    ref: str
    state: audit.Audit = attrs.field(factory=audit.Audit)
    impacts: tuple[audit.ImpactShown, ...] = ()

    @property
    def planned(self) -> audit.AuditPlanned:
        assert self.state.planned is not None  # as `on_schedule` sees to
        return self.state.planned

    @property
    def concluded(self) -> date | None:
        return self.state.concluded.on if self.state.concluded else None

    @property
    def board(self) -> str:
        return self.ref.partition("/")[0]

    def graded(self, agency: str) -> Iterable[audit.StandardGrade]:
        """What the *agency* says of itself, each standard once."""
        said = self.state.submitted[agency].grades
        return {grade.standard: grade for grade in said}.values()

    def standing(self, own: audit.StandardGrade, agency: str) -> str:
        """The moderated grade where there is one, else the agency's *own*."""
        event = self.state.moderated.get((agency, own.standard))
        return event.grade if event else own.grade


def audited(item: Audited | None, event: audit.AuditEvent) -> Audited:
    """*item* after one more *event* of its stream."""
    item = item or Audited(ref=event.audit)
    item = attrs.evolve(item, state=audit.evolve(item.state, event))
    if isinstance(event, audit.ImpactShown):
        return attrs.evolve(item, impacts=(*item.impacts, event))
    return item


def kind_of(item: Audited, frameworks: Frameworks) -> AuditKind:
    """The kind of an audit, by the framework in force when it was planned; by its code alone where
    that does not have it.
    """
    try:
        return frameworks.governing(item.ref, item.planned.on).audit_kind(item.planned.kind)
    except RefusedError:
        return AuditKind(kind=item.planned.kind, name=item.planned.kind)


def evaluates(item: Audited, kind: AuditKind) -> bool:
    """Whether agencies evaluate themselves in it."""
    return bool(kind.standards or item.state.submitted)


def on_schedule(items: Iterable[object]) -> list[Audited]:
    """The audits that were planned and not cancelled, in the order in which they were planned."""
    found = [item for item in items if isinstance(item, Audited) and item.state.planned]
    found.sort(key=lambda item: (item.planned.on, item.ref))
    return [item for item in found if item.state.cancelled is None]


def key(event: Event[Any]) -> tuple[str, ...]:
    return (f"audit-{event.audit}",) if isinstance(event, audit.AuditEvent) else ()


def evolve(item: Audited | None, record: Record) -> Audited:
    assert isinstance(record.event, audit.AuditEvent)
    return audited(item, record.event)


# The view


@frozen(kw_only=True)
class SelfEvaluatedRow:
    """One audit. *asked* is `None` where it names no agencies: then any may take part, and nobody
    is *missing*.
    """

    audit: str
    kind: str
    planned: date
    due: date | None
    concluded: date | None
    asked: int | None
    submitted: int
    missing: tuple[str, ...]


@frozen(kw_only=True)
class GradeRow:
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
    previous: str | None
    change: str | None
    change_as_moderated: str | None


@frozen(kw_only=True)
class StandardRow:
    """How many of the agencies graded have this *grade*, by *own* word and *as_moderated*."""

    audit: str
    standard: str
    grade: str
    own: int
    as_moderated: int
    of: int


@frozen(kw_only=True)
class StatementRow:
    """What an agency submits is its assurance statement: how many it has *given* of those *asked*
    for, and the *latest*; *unasked*: those given besides.
    """

    agency: str
    asked: int
    given: int
    unasked: int
    latest: date | None


@frozen(kw_only=True)
class IntervalRow:
    """A kind of audit that is to be done every so many months, by *board*.

    *latest* is the audit last *concluded*; *under_way* the first that is planned and not concluded
    yet. *overdue* in days, of *next_due*; `None` where none was ever concluded, so that no day is
    known, and *board* is `None` where none was ever planned.
    """

    kind: str
    board: str | None
    every_months: int
    latest: str | None
    concluded: date | None
    next_due: date | None
    under_way: str | None
    overdue: int | None


@frozen(kw_only=True)
class OwnAuditRow:
    """An audit that an agency did for itself, in its own time and by its own method.

    *shared* is `None` where the framework names no committee for that; else whether schedule and
    tool went to one of them. *warnings* are those of its conclusion. *level*: how strong the best
    evidence of its *impacts* is (0 to 4). *cited_by*: the audits in which a
    self-evaluation rests on it.
    """

    audit: str
    agency: str
    planned: date
    due: date | None
    concluded: date | None
    shared: bool | None
    shared_with: tuple[str, ...]
    warnings: tuple[str, ...]
    impacts: int
    level: int | None
    cited_by: tuple[str, ...]


@frozen(kw_only=True)
class Compliance:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    audits: tuple[SelfEvaluatedRow, ...]
    grades: tuple[GradeRow, ...]
    standards: tuple[StandardRow, ...]
    statements: tuple[StatementRow, ...]
    intervals: tuple[IntervalRow, ...]
    own_audits: tuple[OwnAuditRow, ...]


def summarise(items: Mapping[str, Audited], as_of: AsOf) -> Compliance:
    planned = on_schedule(items.values())
    kinds = {item.ref: kind_of(item, as_of.frameworks) for item in planned}
    evaluated = [item for item in planned if evaluates(item, kinds[item.ref])]
    cited: dict[str, list[str]] = defaultdict(list)
    for item in evaluated:
        for ref in {ref for event in item.state.submitted.values() for ref in event.evidence}:
            cited[ref].append(item.ref)
    return Compliance(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        audits=tuple(_audit(item) for item in evaluated),
        grades=tuple(_grades(evaluated, kinds, as_of.frameworks)),
        standards=tuple(
            row
            for item in evaluated
            for row in _standards(item, _scale(item, kinds[item.ref], as_of.frameworks))
        ),
        statements=tuple(_statements(evaluated)),
        intervals=tuple(_intervals(planned, as_of)),
        own_audits=tuple(
            _own_audit(item, kinds[item.ref], tuple(cited[item.ref]))
            for item in planned
            if kinds[item.ref].own
        ),
    )


def _audit(item: Audited) -> SelfEvaluatedRow:
    planned, submitted = item.planned, item.state.submitted
    return SelfEvaluatedRow(
        audit=item.ref,
        kind=planned.kind,
        planned=planned.on,
        due=planned.due,
        concluded=item.concluded,
        asked=len(planned.agencies) or None,
        submitted=len(submitted),
        missing=tuple(ref for ref in planned.agencies if ref not in submitted),
    )


def _grades(
    evaluated: Iterable[Audited], kinds: Mapping[str, AuditKind], frameworks: Frameworks
) -> Iterator[GradeRow]:
    """In the order of planning, so that what came before is there to compare with."""
    known: dict[tuple[str, ...], GradeRow] = {}
    for item in evaluated:
        scale = _scale(item, kinds[item.ref], frameworks)
        for agency, event in sorted(item.state.submitted.items()):
            for said in item.graded(agency):
                series = (item.board, item.planned.kind, agency, said.standard)
                moderated = item.state.moderated.get((agency, said.standard))
                before, now = known.get(series), item.standing(said, agency)
                stood = (before.moderated or before.own) if before else ""
                known[series] = row = GradeRow(
                    audit=item.ref,
                    agency=agency,
                    standard=said.standard,
                    own=said.grade,
                    moderated=moderated.grade if moderated else None,
                    moderated_on=moderated.on if moderated else None,
                    evidence=event.evidence,
                    previous=before.audit if before else None,
                    change=_change(before.own, said.grade, scale) if before else None,
                    change_as_moderated=_change(stood, now, scale) if before else None,
                )
                yield row


def _change(before: str, after: str, scale: tuple[str, ...]) -> str | None:
    """By the order of the *scale*, best first; `None` where one of them is not on it."""
    if before not in scale or after not in scale:
        return None
    was, now = scale.index(before), scale.index(after)
    return "same" if was == now else "better" if now < was else "worse"


def _scale(item: Audited, kind: AuditKind, frameworks: Frameworks) -> tuple[str, ...]:
    """The grades of its standards, best first; of the audit itself where they are of no set."""
    framework = frameworks.governing(item.ref, item.planned.on)
    standards = framework.standard_set(kind.standards)
    name = standards.scale if standards else item.planned.scale
    return next((scale.grades for scale in framework.scales if scale.name == name), ())


def _standards(item: Audited, scale: tuple[str, ...]) -> Iterator[StandardRow]:
    """Each grade of the scale, best first, and then any that is not on it."""
    own: dict[str, Counter[str]] = defaultdict(Counter)
    standing: dict[str, Counter[str]] = defaultdict(Counter)
    for agency in item.state.submitted:
        for said in item.graded(agency):
            own[said.standard][said.grade] += 1
            standing[said.standard][item.standing(said, agency)] += 1
    for standard in sorted(own):
        strange = {*own[standard], *standing[standard]} - set(scale)
        for grade in (*scale, *sorted(strange)):
            yield StandardRow(
                audit=item.ref,
                standard=standard,
                grade=grade,
                own=own[standard][grade],
                as_moderated=standing[standard][grade],
                of=own[standard].total(),
            )


def _statements(evaluated: list[Audited]) -> Iterator[StatementRow]:
    agencies = {ref for one in evaluated for ref in (*one.planned.agencies, *one.state.submitted)}
    for agency in sorted(agencies):
        asked = [item for item in evaluated if agency in item.planned.agencies]
        given = [item for item in evaluated if agency in item.state.submitted]
        yield StatementRow(
            agency=agency,
            asked=len(asked),
            given=sum(item in asked for item in given),
            unasked=sum(item not in asked for item in given),
            latest=max((item.state.submitted[agency].on for item in given), default=None),
        )


def _intervals(planned: Iterable[Audited], as_of: AsOf) -> Iterator[IntervalRow]:
    """By the rules in force on the day asked, of each board that has planned any audit."""
    done: dict[tuple[str, str], list[Audited]] = defaultdict(list)
    for item in planned:
        done[item.planned.kind, item.board].append(item)
    packs = {board: as_of.frameworks.governing(board, as_of.valid) for _, board in sorted(done)}
    for pack in {pack.name: pack for pack in packs.values()}.values():
        for kind in (kind for kind in pack.audit_kinds if kind.every_months):
            boards = [board for board in pack.governs if (kind.kind, board) in done]
            for board in boards or [""]:
                yield _interval(kind, board, done.get((kind.kind, board), []), as_of.valid)


def _interval(kind: AuditKind, board: str, audits: list[Audited], valid: date) -> IntervalRow:
    concluded = [(item.concluded, item.ref) for item in audits if item.concluded]
    on, ref = max(concluded, default=(None, None))
    due = add_months(on, kind.every_months) if on else None
    return IntervalRow(
        kind=kind.kind,
        board=board or None,
        every_months=kind.every_months,
        latest=ref,
        concluded=on,
        next_due=due,
        under_way=next((item.ref for item in audits if not item.concluded), None),
        overdue=Days(due, valid).count if due else None,
    )


def _own_audit(item: Audited, kind: AuditKind, cited_by: tuple[str, ...]) -> OwnAuditRow:
    planned, state = item.planned, item.state
    return OwnAuditRow(
        audit=item.ref,
        agency=planned.by.body,
        planned=planned.on,
        due=planned.due,
        concluded=item.concluded,
        shared=bool(set(kind.shared_with) & set(state.shared)) if kind.shared_with else None,
        shared_with=tuple(sorted(state.shared)),
        warnings=state.concluded.warnings if state.concluded else (),
        impacts=len(item.impacts),
        level=max((int(event.level) for event in item.impacts), default=None),
        cited_by=cited_by,
    )


compliance: Projection[Audited, Compliance] = Projection(
    name="compliance", key=key, evolve=evolve, summarise=summarise
)
