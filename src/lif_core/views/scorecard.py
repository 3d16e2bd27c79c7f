"""What each agency does with the learning put to it (framework §2.7, §6.2): counts, with what they
are of.

One row per agency in each table, by reference: those that the frameworks of the boards on record
name, those in the register, and any other that is spoken of. There is no composite score, no
ranking, and no figure about a person. An answer for a merged body counts for that body.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, cast, get_args

import attrs
from attrs import frozen

from lif_core import audit, body, dissemination, edition, membership, procedure
from lif_core import recommendation as r
from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.items.duty import Duty, holdings, overdue
from lif_core.log.registry import Registry
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.record import Record
from lif_core.training_course import CourseEvent
from lif_core.views import duties
from lif_core.views.compliance import Audited, audited, evaluates, kind_of, on_schedule
from lif_core.views.training.view import (
    Course,
    agencies,
    course_after,
    is_agency,
    reported,
    who_came,
)

Counted: TypeAlias = (
    r.RecommendationEvent
    | audit.AuditEvent
    | CourseEvent
    | dissemination.DisseminationEvent
    | procedure.ProcedureEvent
    | edition.EditionEvent
    | membership.MembershipEvent
    | body.BodyEvent
)
COUNTED = frozenset(get_args(Counted))
_stream_of = Registry().stream


@frozen(kw_only=True)
class Asked:
    """A recommendation: as a duty, and the *evidence* of embedding it, by its code."""

    duty: Duty
    evidence: Mapping[str, r.EvidenceRecorded] = MappingProxyType({})


@frozen(kw_only=True)
class Adopted:
    """A procedure: what it has come to, and the versions that each agency *adopted*."""

    state: procedure.Procedure = attrs.field(factory=procedure.Procedure)
    adopted: Mapping[str, frozenset[str]] = MappingProxyType({})

    @property
    def in_force(self) -> str | None:
        """The version in force, if there is one."""
        return self.state.latest.version if self.state.latest and not self.state.retired else None


@frozen(kw_only=True)
class Issued:
    """An edition of the framework: what it has come to, and each agency's answer."""

    state: edition.Edition = attrs.field(factory=edition.Edition)
    acknowledged: Mapping[str, edition.EditionAcknowledged] = MappingProxyType({})


Put: TypeAlias = dissemination.Dissemination
Seat: TypeAlias = membership.Membership
Item: TypeAlias = Asked | Audited | Course | Put | Adopted | Issued | Seat | body.Body


def key(event: Event[Any]) -> tuple[str, ...]:
    return (_stream_of(event),) if type(event) in COUNTED else ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, r.RecommendationEvent):
        asked = item_as(Asked, item) or Asked(duty=Duty(ref=event.recommendation))
        asked = evolved(asked, duty=duties.evolve(asked.duty, record, event))
        if isinstance(event, r.EvidenceRecorded):
            return evolved(asked, evidence=plus(asked.evidence, event.evidence, event))
        return asked
    if isinstance(event, audit.AuditEvent):
        return audited(item_as(Audited, item), event)
    if isinstance(event, CourseEvent):
        return course_after(item_as(Course, item), event)
    if isinstance(event, dissemination.DisseminationEvent):
        return dissemination.evolve(item_as(Put, item), event)
    if isinstance(event, membership.MembershipEvent):
        return membership.evolve(item_as(Seat, item), event)
    if isinstance(event, body.BodyEvent):
        return body.evolve(item_as(body.Body, item), event)
    if isinstance(event, procedure.ProcedureEvent):
        return _adopted(item_as(Adopted, item) or Adopted(), event)
    assert isinstance(event, edition.EditionEvent), f"key() let {type(event).__name__} through"
    return _acknowledged(item_as(Issued, item) or Issued(), event)


def _adopted(item: Adopted, event: procedure.ProcedureEvent) -> Adopted:
    item = evolved(item, state=procedure.evolve(item.state, event))
    if isinstance(event, procedure.ProcedureAdopted):
        agency = event.for_body or event.by.body
        versions = item.adopted.get(agency, frozenset()) | {event.version}
        return evolved(item, adopted=plus(item.adopted, agency, versions))
    return item


def _acknowledged(item: Issued, event: edition.EditionEvent) -> Issued:
    item = evolved(item, state=edition.evolve(item.state, event))
    if isinstance(event, edition.EditionAcknowledged):
        agency = event.for_body or event.by.body
        return evolved(item, acknowledged=plus(item.acknowledged, agency, event))
    return item


# The view


@frozen(kw_only=True)
class DutyRow:
    """Of the recommendations *made* to it, accepted + declined + pending; of the duties that it
    ever *held*, those *open* are its now. *overdue* and *explained*: days, as in `accountability`.
    """

    agency: str
    made: int
    accepted: int
    declined: int
    pending: int
    held: int
    open: int
    overdue: int
    explained: int


@frozen(kw_only=True)
class LearningRow:
    """Of the briefing *notes* sent to it, how many it *acknowledged* and *acted_on*; of the
    learning *put_to* it, how much it has *taken_up*; of the *procedures* in force, how many it
    *adopted* in any version, and *up_to_date* in the one in force.
    """

    agency: str
    notes: int
    acknowledged: int
    acted_on: int
    put_to: int
    taken_up: int
    procedures: int
    adopted: int
    up_to_date: int


@frozen(kw_only=True)
class EmbeddingRow:
    """The evidence of embedding that it recorded, *of* how many *recommendations*, by level: *e0*
    assertion, *e1* document, *e2* own audit, *e3* independent audit, *e4* outcome data.
    """

    agency: str
    evidence: int
    recommendations: int
    e0: int
    e1: int
    e2: int
    e3: int
    e4: int


@frozen(kw_only=True)
class RouteRow:
    """The evidence that an agency recorded of one *route* of embedding (framework §4.3)."""

    agency: str
    route: str
    evidence: int


@frozen(kw_only=True)
class AssuranceRow:
    """Of its *own* audits not cancelled, how many are *concluded*, and of how many the *impact* is
    shown; of the self-evaluations *asked* for (of whoever submits, where an audit names nobody),
    how many it *submitted*; of the *editions* of the framework issued to it, how many it
    *acknowledged*, and with how many it stated its *own_framework* (framework §2.7).
    """

    agency: str
    own: int
    concluded: int
    impact: int
    asked: int
    submitted: int
    editions: int
    acknowledged: int
    own_framework: int


@frozen(kw_only=True)
class RepresentationRow:
    """Of its *members* of boards and committees, how many *signed* the job description, in the
    version in force where the framework names one (framework §6.1); of the meetings that
    *required* it, at how many it was *present*, and of these *by_deputy*.
    """

    agency: str
    members: int
    signed: int
    required: int
    present: int
    by_deputy: int


@frozen(kw_only=True)
class TrainingRow:
    """How many of its people *attended*, *of* all of whom the agency is known; of its *staff*, how
    many have *completed* safeguarding training, by the latest audit of each group.
    """

    agency: str
    attended: int
    of: int
    groups: int
    staff: int
    completed: int


@frozen(kw_only=True)
class Scorecard:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    duties: tuple[DutyRow, ...]
    learning: tuple[LearningRow, ...]
    assurance: tuple[AssuranceRow, ...]
    embedding: tuple[EmbeddingRow, ...]
    routes: tuple[RouteRow, ...]
    representation: tuple[RepresentationRow, ...]
    training: tuple[TrainingRow, ...]


# What it comes to: each table as counts, of an agency and a column of its row

Count: TypeAlias = tuple[str, str, int]
R = TypeVar("R")


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Scorecard:
    values = items.values()
    asked = [item for item in values if isinstance(item, Asked) and item.duty.issued]
    in_force = [item for item in values if isinstance(item, Adopted) and item.in_force]
    came, _ = who_came(item for item in values if isinstance(item, Course))
    duty, learning = [*_duties(asked, items, as_of)], [*_learning(values, in_force)]
    embedding = [count for one in asked for count in _embedding(one)]
    assurance, seats = [*_assurance(values, as_of)], [*_representation(items, as_of)]
    trained = [*_training(came, values)]
    told = {ref for ref, *_ in (*duty, *learning, *embedding, *assurance, *seats, *trained)}
    of_kind = {ref for ref in told if (entry := as_of.frameworks.body(ref)) and is_agency(entry)}
    everybody = sorted(agencies(items, as_of) | of_kind)
    return Scorecard(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        duties=_rows(DutyRow, everybody, duty),
        learning=_rows(LearningRow, everybody, learning, procedures=len(in_force)),
        assurance=_rows(AssuranceRow, everybody, assurance),
        embedding=_rows(EmbeddingRow, everybody, embedding),
        routes=tuple(_routes(everybody, asked)),
        representation=_rows(RepresentationRow, everybody, seats),
        training=_rows(TrainingRow, everybody, trained, of=came.total()),
    )


def _rows(
    kind: Callable[..., R], everybody: Iterable[str], counts: Iterable[Count], **of_all: int
) -> tuple[R, ...]:
    """A row for each agency: its counts, of columns that there are; what is the same *of_all*."""
    nothing = dict.fromkeys([field.name for field in attrs.fields(cast("Any", kind))][1:], 0)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for agency, column, number in counts:
        found[agency][column] += number
    return tuple(kind(agency=ref, **{**nothing, **found[ref], **of_all}) for ref in everybody)


def _duties(asked: Iterable[Asked], items: Mapping[str, Item], as_of: AsOf) -> Iterator[Count]:
    def merged(ref: str) -> tuple[str, date] | None:
        found = item_as(body.Body, items.get(f"body-{ref}"))
        return (found.merged.into, found.merged.on) if found and found.merged else None

    for one in asked:
        for agency, answer in one.duty.answers.items():
            yield agency, "made", 1
            yield agency, answer.answer, 1
        if not (one.duty.owed and one.duty.held):
            continue
        for agency, share in overdue(one.duty, merged, as_of.valid).items():
            yield agency, "held", 1
            yield agency, "overdue", share.total
            yield agency, "explained", share.explained
        if one.duty.owed[-1].done is None:
            yield holdings(one.duty, merged, as_of.valid)[-1][0], "open", 1


def _learning(values: Iterable[Item], in_force: Iterable[Adopted]) -> Iterator[Count]:
    for item in values:
        if isinstance(item, Audited) and item.state.note:
            for agency in item.state.note.agencies:
                yield agency, "notes", 1
                yield agency, "acknowledged", agency in item.state.acknowledged
                yield agency, "acted_on", agency in item.state.acted
        if isinstance(item, Put) and item.begun:
            for agency in item.begun.bodies:
                yield agency, "put_to", 1
                yield agency, "taken_up", agency in item.taken_up
    for one in in_force:
        for agency, versions in one.adopted.items():
            yield agency, "adopted", 1
            yield agency, "up_to_date", one.in_force in versions


def _assurance(values: Iterable[Item], as_of: AsOf) -> Iterator[Count]:
    for item in on_schedule(values):
        kind = kind_of(item, as_of.frameworks)
        if kind.own:
            yield item.planned.by.body, "own", 1
            yield item.planned.by.body, "concluded", item.concluded is not None
            yield item.planned.by.body, "impact", bool(item.impacts)
        if evaluates(item, kind):
            for agency in item.planned.agencies or item.state.submitted:
                yield agency, "asked", 1
                yield agency, "submitted", agency in item.state.submitted
    for issued in values:
        if isinstance(issued, Issued) and issued.state.issued:
            for agency in issued.state.issued.agencies:
                answer = issued.acknowledged.get(agency)
                yield agency, "editions", 1
                yield agency, "acknowledged", answer is not None
                yield agency, "own_framework", bool(answer and answer.own_framework)


def _embedding(one: Asked) -> Iterator[Count]:
    """A recommendation counts once for each agency that has shown anything of it."""
    shown = [(event.for_body or event.by.body, event.level) for event in one.evidence.values()]
    for agency in {agency for agency, _ in shown}:
        yield agency, "recommendations", 1
    for agency, level in shown:
        yield agency, "evidence", 1
        yield agency, f"e{int(level)}", 1


def _routes(everybody: Iterable[str], asked: Iterable[Asked]) -> Iterator[RouteRow]:
    events = [event for one in asked for event in one.evidence.values()]
    found = Counter((event.for_body or event.by.body, event.route) for event in events)
    known = frozenset(everybody)
    for (agency, route), number in sorted(found.items()):
        if agency in known:
            yield RouteRow(agency=agency, route=route, evidence=number)


def _representation(items: Mapping[str, Item], as_of: AsOf) -> Iterator[Count]:
    for ref, item in items.items():
        if isinstance(item, Seat) and item.appointed and not item.ended:
            ask = as_of.frameworks.governing(ref.partition("-")[2], as_of.valid).job_description
            signed = item.signed is not None and ask in ("", item.signed.version)
            yield item.appointed.agency, "members", 1
            yield item.appointed.agency, "signed", signed
        for meeting in item.meetings.values() if isinstance(item, body.Body) else ():
            for agency in meeting.required:
                yield agency, "required", 1
                yield agency, "present", agency in meeting.present
                yield agency, "by_deputy", agency in meeting.deputies


def _training(came: Counter[str], values: Iterable[Item]) -> Iterator[Count]:
    for agency, number in came.items():
        yield agency, "attended", number
    for row in reported(values):
        if row.latest:
            yield row.agency, "groups", 1
            yield row.agency, "staff", row.staff
            yield row.agency, "completed", row.completed


scorecard: Projection[Item, Scorecard] = Projection(
    name="scorecard", key=key, evolve=evolve, summarise=summarise
)
