"""A scorecard of each agency: what it does with the learning put to it (framework §2.7, §6.2).

All figures are counts. Each table has a row for each agency, by its reference: those that the
frameworks of the boards on record name, those that are registered, and those of the packs that any
entry names. There is no composite score, no ranking, and no figure about a person. An answer for a
merged body counts for that body.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import body, dissemination, edition, membership, procedure
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.evidence import Source
from lif_core.decisions.record import Record
from lif_core.items.agencies import agencies, count_board, count_registered, is_agency
from lif_core.items.audit import Audited, audited
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.completions import COMPLETED, CompletionRow, completions, say_completions
from lif_core.items.course import Course, course_item
from lif_core.items.duty import (
    Duty,
    days_by_owner,
    duty_item,
    is_overdue_now,
    ownership_of,
)
from lif_core.items.evidence import (
    EVIDENCE,
    say_audit_evidence,
    say_indicator_evidence,
)
from lif_core.items.improvement import life_of
from lif_core.items.indicators import indicator_item
from lif_core.items.membership import membership_item
from lif_core.items.state import state_fold
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, names_of, row

# The rows


@row(key=("agency",))
class AgencyDutyRow(Struct, frozen=True, kw_only=True):
    """An agency's recommendations and duties: *made* = *accepted* + *accepted_in_part* +
    *declined* + *pending* + *ended*.

    It ever *held* so many duties, and some are *open* and its own now, or even *overdue_now*. The
    days are those for which it held them, as in `accountability`.
    """

    agency: str
    made: int
    accepted: int
    accepted_in_part: int
    declined: int
    pending: int
    ended: int
    held: int
    open: int
    overdue_now: int
    days_overdue_so_far: int
    explained: int
    offered: int
    by_first_date: int
    accrued: int
    open_days: int


@row(key=("agency",))
class LearningRow(Struct, frozen=True, kw_only=True):
    """The learning that reached an agency: how many briefing *notes* were sent to it, and how many
    it *acknowledged* and *acted_on*; how often learning was *put_to* it, and how often it has
    *taken_up* that; how many *procedures* are in force, and how many it *adopted* in any version
    and is *up_to_date* with.
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
    """The *evidence* of embedding that an agency recorded, for how many *recommendations*.

    By level: *e0* assertion, *e1* document, *e2* own audit, *e3* independent audit, *e4* outcome
    data.
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
    """The *evidence* that an agency recorded of one *route* of embedding (framework §4.3)."""

    agency: str
    route: str
    evidence: int


@row(key=("agency",))
class AssuranceRow(Struct, frozen=True, kw_only=True):
    """The assurance that an agency gives (framework §2.7).

    It has carried out its *own* audits, apart from cancelled ones: how many are *concluded*, and
    for how many the *impact* is shown. Self-evaluations were *asked* of it, and some *submitted*;
    where an audit names nobody, it asks those that submit one. *editions* of the framework were
    issued to it, of which it *acknowledged* some, stating its *own_framework* with some of these.
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
    """The *members* that an agency has on boards and committees, and its seats at their meetings.

    A member has *signed* the job description: the version in force, where the framework names one
    (framework §6.1). Meetings *required* the agency; it was *present* at some, *by_deputy* at
    some of these.
    """

    agency: str
    members: int
    signed: int
    required: int
    present: int
    by_deputy: int


@row(key=("agency",))
class AgencyTrainingRow(Struct, frozen=True, kw_only=True):
    """The training of an agency's people: how many *attended*, *of* all whose agency is known.

    *completed* is how many of its *staff* have completed safeguarding training, by the latest
    audit of each of its *groups*.
    """

    agency: str
    attended: int
    of: int
    groups: int
    staff: int
    completed: int


@frozen(kw_only=True)
class Scorecard:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    duties: Table[AgencyDutyRow]
    learning: Table[LearningRow]
    assurance: Table[AssuranceRow]
    embedding: Table[EmbeddingRow]
    routes: Table[RouteRow]
    representation: Table[AgencyRepresentationRow]
    training: Table[AgencyTrainingRow]
    inconsistent: Table[InconsistentRow]


# The parts: counts of an agency, by the columns of its row


def _count(part: Part, table: str, agency: str, **columns: int) -> None:
    """Count *columns* of an agency's row in a *table*, and that an entry names the agency."""
    part.count("spoken of", agency)
    part.counted(table, agency, columns=columns)


def add_duty(duty: Duty, part: Part) -> None:
    """Add the answers that agencies gave, and the days that they were late with a duty."""
    if duty.issued is None:
        return
    for agency, answer in duty.answers_of_addressed():
        _count(part, "duties", agency, made=1, **{answer.column: 1})
    spells = ownership_of(duty, part).spells
    for agency, days in days_by_owner(spells).items():
        _count(part, "duties", agency, held=1, **days.columns)
    if spells and duty.is_open:
        overdue_now = is_overdue_now(duty, part)
        _count(part, "duties", spells[-1].owner, open=1, overdue_now=overdue_now)


evidence_item = Item("recommendation", r.RecommendationEvent, state_fold(r.evolve))


def add_evidence(item: r.Recommendation, part: Part) -> None:
    """Add the evidence that each agency has recorded of a recommendation."""
    count_board(part.ref, part)
    if item.issued is None:
        return
    evidence = life_of(item, part).state.evidence
    events = [(event.answered_for, event) for event in evidence.values()]
    for agency, event in events:
        _count(part, "embedding", agency, evidence=1, **{f"e{int(event.level)}": 1})
        part.count("routes", agency, event.route)
    for agency in {agency for agency, _ in events}:
        _count(part, "embedding", agency, recommendations=1)


def add_audit(item: Audited, part: Part) -> None:
    """Add an audit to the agencies that got its note, carried it out, or were to take part; say
    what it can be evidence of.
    """
    count_board(item.ref, part)
    state = item.state
    say_audit_evidence(state, part)
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
    """Add what the latest audit reports of an agency's group of staff."""
    latest = completions(name, part)[-1]
    columns = {"groups": 1, "staff": latest.staff, "completed": latest.completed}
    _count(part, "training", latest.agency, **columns)


def add_course(item: Course, part: Part) -> None:
    """Add the people who came, where it is known who they were."""
    count_board(item.ref, part)
    for present in item.present:
        _count(part, "training", present.agency, attended=present.attended)
        part.count("of all", "attended", number=present.attended)


dissemination_item = Item(
    "dissemination", dissemination.DisseminationEvent, state_fold(dissemination.evolve)
)


def add_dissemination(item: dissemination.Dissemination, part: Part) -> None:
    """Add the agencies that learning was put to, and those that have taken it up."""
    count_board(part.ref, part)
    for agency in item.begun.bodies if item.begun else ():
        _count(part, "learning", agency, put_to=1, taken_up=agency in item.taken_up)


@define
class AdoptedProcedure:
    """A procedure: its state, and the versions that each agency *adopted*.

    It is a draft, which folding changes in place.
    """

    state: procedure.Procedure | None = None
    adopted: dict[str, set[str]] = field(factory=dict)


def evolve_procedure(item: AdoptedProcedure | None, record: Record) -> AdoptedProcedure:
    event: procedure.ProcedureEvent = record.event  # type: ignore[assignment]  # by the item's events
    item = item or AdoptedProcedure()
    item.state = procedure.evolve(item.state, event)
    if isinstance(event, procedure.ProcedureAdopted):
        item.adopted.setdefault(event.answered_for, set()).add(event.version)
    return item


procedure_item = Item("procedure as adopted", procedure.ProcedureEvent, evolve_procedure)


def add_procedure(item: AdoptedProcedure, part: Part) -> None:
    """Add the agencies that have adopted a procedure which is in force, in any version."""
    count_board(part.ref, part)
    state = item.state
    if state is None or state.latest is None or state.retired:
        return
    part.count("of all", "procedures")
    for agency, versions in item.adopted.items():
        _count(part, "learning", agency, adopted=1, up_to_date=state.latest.version in versions)


@define
class IssuedEdition:
    """An edition of the framework as it is *issued*, and the last answer of each agency.

    It is a draft, which folding changes in place.
    """

    issued: edition.EditionIssued | None = None
    answers: dict[str, edition.EditionAcknowledged] = field(factory=dict)


def evolve_edition(item: IssuedEdition | None, record: Record) -> IssuedEdition:
    item, event = item or IssuedEdition(), record.event
    if isinstance(event, edition.EditionIssued):
        item.issued = event
    elif isinstance(event, edition.EditionAcknowledged):
        item.answers[event.answered_for] = event
    return item


edition_item = Item("edition as issued", edition.EditionEvent, evolve_edition)


def add_edition(item: IssuedEdition, part: Part) -> None:
    """Add the agencies that an edition was issued to, and what they answered."""
    count_board(part.ref, part)
    for agency in item.issued.agencies if item.issued else ():
        answer = item.answers.get(agency)
        follows = bool(answer and answer.own_framework)
        columns = {"editions": 1, "acknowledged": answer is not None, "own_framework": follows}
        _count(part, "assurance", agency, **columns)


def add_membership(item: membership.Membership, part: Part) -> None:
    """Add a member to the agency that sent them, and whether they signed the job description."""
    count_board(part.ref, part)
    if item.appointed and not item.ended:
        in_force = part.governing(part.ref).job_description
        signed = item.signed is not None and in_force in ("", item.signed.version)
        _count(part, "representation", item.appointed.agency, members=1, signed=signed)


body_item = Item("body", body.BodyEvent, state_fold(body.evolve))


def add_body(item: body.Body, part: Part) -> None:
    """Add a body that is an agency, and the agencies at its meetings."""
    count_board(part.ref, part)
    if item.registered is not None:
        count_registered(item.registered, part)
    for meeting in item.meetings.values():
        for agency in meeting.required:
            present, by_deputy = agency in meeting.present, agency in meeting.deputies
            columns = {"required": 1, "present": present, "by_deputy": by_deputy}
            _count(part, "representation", agency, **columns)


# The view

R = TypeVar("R")


def total(everything: Totals) -> Scorecard:
    body_of = everything.as_of.packs.body
    named = (str(ref) for (ref,) in everything.counts("spoken of"))
    agencies_named = {ref for ref in named if (entry := body_of(ref)) and is_agency(entry)}
    listed = sorted(agencies(everything) | agencies_named)
    of_all = everything.columns("of all").get((), {})

    def table(kind: type[R], name: str, **constants: int) -> Table[R]:
        return Table(partial(_rows, kind, listed, everything.columns(name), constants))

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
    kind: type[R], listed: Iterable[str], counts: Mapping[Name, Columns], constants: Columns
) -> Iterator[R]:
    """Yield a row for each agency *listed*: its *counts*, and the *constants* of all rows."""
    names = names_of(kind)[1:]
    for ref in listed:
        columns = {**counts.get((ref,), {}), **constants}
        yield kind(**{"agency": ref, **{name: columns.get(name, 0) for name in names}})


def _routes(listed: Iterable[str], routes: Mapping[Name, Columns]) -> Iterator[RouteRow]:
    for agency in listed:
        for route, number in sorted(routes.get((agency,), {}).items()):
            yield RouteRow(agency=agency, route=route, evidence=number)


scorecard = Projection(
    name="scorecard",
    view=Scorecard,
    parts={
        merger_item: say_merger,
        body_item: add_body,
        indicator_item: say_indicator_evidence,
        audited: add_audit,
        duty_item: add_duty,
        evidence_item: add_evidence,
        course_item: add_course,
        dissemination_item: add_dissemination,
        procedure_item: add_procedure,
        edition_item: add_edition,
        membership_item: add_membership,
    },
    says={MERGED: Merger, EVIDENCE: Source, COMPLETED: CompletionRow},
    groups={COMPLETED: add_completions},
    identity=(MERGED,),
    total=total,
    edition=PROGRAM,
)
