"""What each agency does with the learning put to it (framework §2.7, §6.2): counts, with what they
are of.

One row per agency in each table, by reference: those that the frameworks of the boards on record
name, those in the register, and any other that is spoken of. There is no composite score, no
ranking, and no figure about a person. An answer for a merged body counts for that body.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import body, dissemination, edition, membership, procedure
from lif_core.aggregates import recommendation as r
from lif_core.decisions.record import Record
from lif_core.items.agencies import agencies, count_board, count_registered, is_agency
from lif_core.items.audit import Audited, audited
from lif_core.items.body import MERGED, Merger, say_merger, succession_asked
from lif_core.items.completions import COMPLETED, CompletionRow, completions, say_completions
from lif_core.items.course import Course, course
from lif_core.items.duty import Duty, apportioned_today, by_owner, owed
from lif_core.items.state import of_state
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, names_of, row

# What it shows


@row(key=("agency",))
class AgencyDutyRow(Struct, frozen=True, kw_only=True):
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


@row(key=("agency",))
class LearningRow(Struct, frozen=True, kw_only=True):
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


@row(key=("agency",))
class EmbeddingRow(Struct, frozen=True, kw_only=True):
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


@row(key=("agency", "route"))
class RouteRow(Struct, frozen=True, kw_only=True):
    """The evidence that an agency recorded of one *route* of embedding (framework §4.3)."""

    agency: str
    route: str
    evidence: int


@row(key=("agency",))
class AssuranceRow(Struct, frozen=True, kw_only=True):
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


@row(key=("agency",))
class AgencyRepresentationRow(Struct, frozen=True, kw_only=True):
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


@row(key=("agency",))
class AgencyTrainingRow(Struct, frozen=True, kw_only=True):
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
    duties: Table[AgencyDutyRow]
    learning: Table[LearningRow]
    assurance: Table[AssuranceRow]
    embedding: Table[EmbeddingRow]
    routes: Table[RouteRow]
    representation: Table[AgencyRepresentationRow]
    training: Table[AgencyTrainingRow]


# What streams add: counts of an agency, in a column of a row


def _count(part: Part, table: str, agency: str, **columns: int) -> None:
    """Count *columns* of an agency's row in a *table*; one that is spoken of has a row in all."""
    part.count("spoken of", agency)
    part.counted(table, agency, columns=columns)


def add_duty(duty: Duty, part: Part) -> None:
    """Add what was asked of whom, and for how long who was late with it."""
    if duty.issued is None:
        return
    for agency, answer in duty.answers.items():
        _count(part, "duties", agency, made=1, **{answer.answer: 1})
    if duty.owed and duty.held:
        spans = apportioned_today(duty, succession_asked(part), part)
        for agency, share in by_owner(spans).items():
            _count(part, "duties", agency, held=1, overdue=share.total, explained=share.explained)
        if duty.owed[-1].done is None:
            _count(part, "duties", spans[-1].owner, open=1)


shown = Item("recommendation", r.RecommendationEvent, of_state(r.evolve))


def add_shown(item: r.Recommendation, part: Part) -> None:
    """Add the evidence; it is of one recommendation for each agency that has shown any of it."""
    count_board(part.ref, part)
    if item.issued is None:
        return
    events = [(event.answered_for, event) for event in item.evidence.values()]
    for agency, event in events:
        _count(part, "embedding", agency, evidence=1, **{f"e{int(event.level)}": 1})
        part.count("routes", agency, event.route)
    for agency in {agency for agency, _ in events}:
        _count(part, "embedding", agency, recommendations=1)


def add_audit(item: Audited, part: Part) -> None:
    """Add who was sent its briefing note, whose own audit it is, who was asked to take part."""
    count_board(item.ref, part)
    state = item.state
    for agency in state.note.agencies if state.note else ():
        acknowledged, acted = agency in state.acknowledged, agency in state.acted
        _count(part, "learning", agency, notes=1, acknowledged=acknowledged, acted_on=acted)
    if not item.on_schedule:
        return
    say_completions(item, part)
    planned, kind = item.planned, item.kind(part)
    if kind.own:
        concluded, impact = item.concluded is not None, bool(item.impacts)
        _count(part, "assurance", planned.by.body, own=1, concluded=concluded, impact=impact)
    if item.is_evaluation(kind):
        for agency in planned.agencies or state.submitted:
            _count(part, "assurance", agency, asked=1, submitted=agency in state.submitted)


def add_completions(name: str, part: Part) -> None:
    """Add what the latest audit has reported of an agency's group."""
    latest = completions(name, part)[-1]
    columns = {"groups": 1, "staff": latest.staff, "completed": latest.completed}
    _count(part, "training", latest.agency, **columns)


def add_course(item: Course, part: Part) -> None:
    """Add who came, where it is known who they were."""
    count_board(item.ref, part)
    for present in item.present:
        _count(part, "training", present.agency, attended=present.attended)
        part.count("of all", "attended", number=present.attended)


put = Item("dissemination", dissemination.DisseminationEvent, of_state(dissemination.evolve))


def add_put(item: dissemination.Dissemination, part: Part) -> None:
    """Add to whom learning was put, and who has taken it up."""
    count_board(part.ref, part)
    for agency in item.begun.bodies if item.begun else ():
        _count(part, "learning", agency, put_to=1, taken_up=agency in item.taken_up)


@define
class Adopted:
    """A procedure: what it has come to, and the versions that each agency *adopted*.

    It is a draft, which folding changes in place.
    """

    state: procedure.Procedure | None = None
    adopted: dict[str, set[str]] = field(factory=dict)


def evolve_adopted(item: Adopted | None, record: Record) -> Adopted:
    event: procedure.ProcedureEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or Adopted()
    item.state = procedure.evolve(item.state, event)
    if isinstance(event, procedure.ProcedureAdopted):
        item.adopted.setdefault(event.answered_for, set()).add(event.version)
    return item


adopted = Item("procedure as adopted", procedure.ProcedureEvent, evolve_adopted)


def add_procedure(item: Adopted, part: Part) -> None:
    """Add who has adopted a procedure that is in force, in whichever version."""
    count_board(part.ref, part)
    state = item.state
    if state is None or state.latest is None or state.retired:
        return
    part.count("of all", "procedures")
    for agency, versions in item.adopted.items():
        _count(part, "learning", agency, adopted=1, up_to_date=state.latest.version in versions)


@define
class Issued:
    """An edition of the framework as it is *issued*, and the last answer of each agency.

    It is a draft, which folding changes in place.
    """

    issued: edition.EditionIssued | None = None
    answers: dict[str, edition.EditionAcknowledged] = field(factory=dict)


def evolve_issued(item: Issued | None, record: Record) -> Issued:
    item, event = item or Issued(), record.event
    if isinstance(event, edition.EditionIssued):
        item.issued = event
    elif isinstance(event, edition.EditionAcknowledged):
        item.answers[event.answered_for] = event
    return item


issued = Item("edition as issued", edition.EditionEvent, evolve_issued)


def add_edition(item: Issued, part: Part) -> None:
    """Add to which agencies an edition was issued, and what they answered."""
    count_board(part.ref, part)
    for agency in item.issued.agencies if item.issued else ():
        answer = item.answers.get(agency)
        follows = bool(answer and answer.own_framework)
        columns = {"editions": 1, "acknowledged": answer is not None, "own_framework": follows}
        _count(part, "assurance", agency, **columns)


seat = Item("membership", membership.MembershipEvent, of_state(membership.evolve))


def add_seat(item: membership.Membership, part: Part) -> None:
    """Add whose member holds a seat, and whether the job description in force is signed."""
    count_board(part.ref, part)
    if item.appointed and not item.ended:
        wanted = part.governing(part.ref).job_description
        signed = item.signed is not None and wanted in ("", item.signed.version)
        _count(part, "representation", item.appointed.agency, members=1, signed=signed)


known = Item("body", body.BodyEvent, of_state(body.evolve))


def add_body(item: body.Body, part: Part) -> None:
    """Add who came to its meetings, and what became of it."""
    count_board(part.ref, part)
    if item.registered is not None:
        count_registered(item.registered, part)
    if item.merged is not None:
        say_merger(item.merged, part)
    for meeting in item.meetings.values():
        for agency in meeting.required:
            present, by_deputy = agency in meeting.present, agency in meeting.deputies
            columns = {"required": 1, "present": present, "by_deputy": by_deputy}
            _count(part, "representation", agency, **columns)


# The view

R = TypeVar("R")


def total(everything: Totals) -> Scorecard:
    body_of = everything.as_of.packs.body
    spoken_of = (str(ref) for (ref,) in everything.counts("spoken of"))
    named = {ref for ref in spoken_of if (entry := body_of(ref)) and is_agency(entry)}
    listed = sorted(agencies(everything) | named)
    of_all = everything.columns("of all").get((), {})

    def table(kind: type[R], name: str, **same: int) -> Table[R]:
        return Table(partial(_rows, kind, listed, everything.columns(name), same))

    return Scorecard(
        **everything.times,
        duties=table(AgencyDutyRow, "duties"),
        learning=table(LearningRow, "learning", procedures=of_all.get("procedures", 0)),
        assurance=table(AssuranceRow, "assurance"),
        embedding=table(EmbeddingRow, "embedding"),
        routes=Table(partial(_routes, listed, everything.columns("routes"))),
        representation=table(AgencyRepresentationRow, "representation"),
        training=table(AgencyTrainingRow, "training", of=of_all.get("attended", 0)),
    )


def _rows(
    kind: type[R], listed: Iterable[str], counted: Mapping[Name, Columns], same: Columns
) -> Iterator[R]:
    """Yield a row for each agency *listed*: its counts, and what is the *same* for all."""
    nothing = dict.fromkeys(names_of(kind)[1:], 0)
    for ref in listed:
        columns = counted.get((ref,), {})
        yield kind(**{"agency": ref, **nothing, **columns, **same})


def _routes(listed: Iterable[str], routes: Mapping[Name, Columns]) -> Iterator[RouteRow]:
    for agency in listed:
        for route, number in sorted(routes.get((agency,), {}).items()):
            yield RouteRow(agency=agency, route=route, evidence=number)


scorecard = Projection(
    name="scorecard",
    view=Scorecard,
    parts={
        known: add_body,
        owed: add_duty,
        shown: add_shown,
        audited: add_audit,
        course: add_course,
        put: add_put,
        adopted: add_procedure,
        issued: add_edition,
        seat: add_seat,
    },
    says={MERGED: Merger, COMPLETED: CompletionRow},
    groups={COMPLETED: add_completions},
    total=total,
    edition=PROGRAM,
)
