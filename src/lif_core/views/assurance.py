"""What a board assures itself with: its reviews and what came of them, statements received, the
framework itself, the committees, and what waits for an answer (framework §1.2, §2.3, §2.5, §2.6).

Counts, with their denominators; no composite score. Reviews of children's deaths are not counted
here: see `child-deaths`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeAlias, get_args

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import audit as a
from lif_core.aggregates import body as b
from lif_core.aggregates import edition as e
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.challenge import Challenge, ChallengeEvent
from lif_core.aggregates.indicator import IndicatorEvent
from lif_core.aggregates.review import Review, ReviewEvent
from lif_core.decisions.record import Record
from lif_core.framework import BodyEntry
from lif_core.items.boards import boards_of
from lif_core.items.body import MERGED, Merger, merged, say_merger
from lif_core.items.challenge import challenged
from lif_core.items.entries import entries_of, told
from lif_core.items.improvement import Finding, Improvement, improved, improvement_row
from lif_core.items.indicators import CONCERNS, measured, say_concerns
from lif_core.items.review import kind_of, of_a_death, reviewed
from lif_core.items.standing import counted, standing
from lif_core.projection.projection import (
    PROGRAM,
    AsOf,
    Columns,
    Item,
    Name,
    Part,
    Projection,
    Totals,
)
from lif_core.projection.tables import Table, row
from lif_core.statistics.proportions import Share

Entries: TypeAlias = list[Record]


@row(key=("board",))
class AssuredBoardRow(Struct, frozen=True, kw_only=True):
    """One board. What is joint to several shows under each.

    Of the recommendations *made*, where each stands: as in the view `publication`. Re-audit:
    *passed* and *failed* checks, never without their coverage, *checks_done* of *checks_due*.
    Statements *received* of those *asked* for. *open_concerns* are those of `concerns`.
    *framework_evaluated*: when its own processes last were (framework §2.3).
    """

    board: str
    reviews_ongoing: int
    reviews_concluded: int
    made: int
    waiting: int
    accepted: int
    implemented: int
    embedded: int
    sustained: int
    in_doubt: int
    relapsed: int
    declined: int
    ended: int
    passed: int
    failed: int
    pass_rate: float | None
    checks_done: int
    checks_due: int
    coverage: float | None
    statements_asked: int
    statements_received: int
    open_concerns: int
    framework_evaluated: date | None


@row(key=("audit",))
class StatementsRow(Struct, frozen=True, kw_only=True):
    """An audit in which agencies evaluate themselves (framework §3.5, §3.7, §3.8): of those
    *asked*, who has sent a statement, and who is waited for.
    """

    audit: str
    boards: tuple[str, ...]
    kind: str
    planned: date
    asked: int
    received: int
    waiting_for: tuple[str, ...]


@row(key=("edition",))
class EditionRow(Struct, frozen=True, kw_only=True):
    """An edition of the framework: put to *boards*, *issued* to *agencies*, *acknowledged* by so
    many of them, last *evaluated* on.
    """

    edition: str
    title: str
    pack: str
    proposed: date
    boards: tuple[str, ...]
    mandated_by: tuple[str, ...]
    issued: date | None
    agencies: int
    acknowledged: int
    waiting_for: tuple[str, ...]
    evaluated: date | None


@row(key=("edition", "board"))
class MandateRow(Struct, frozen=True, kw_only=True):
    """A board that an edition was put to, and when it mandated it, if it has."""

    edition: str
    board: str
    on: date | None


@row(key=("committee",))
class CommitteeRow(Struct, frozen=True, kw_only=True):
    """A committee, as the framework in force or the register has it. *terms* adopted since, on
    *adopted*, replace those of the framework.
    """

    committee: str
    name: str
    boards: tuple[str, ...]
    remit: str | None
    terms: str | None
    adopted: date | None
    quorum: int | None
    merged_into: str | None
    merged: date | None


@row(key=("reference",))
class ConcernRow(Struct, frozen=True, kw_only=True):
    """What one body has put to another and is not settled: a `challenge`, or an `escalation` to a
    higher body. *days*: how long it has waited for an answer, or did.
    """

    reference: str
    boards: tuple[str, ...]
    manner: str
    by: str
    to: str
    raised: date
    answer_by: date | None
    answered: date | None
    days: int


@frozen(kw_only=True)
class Assurance:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    boards: Table[AssuredBoardRow]
    statements: Table[StatementsRow]
    editions: Table[EditionRow]
    mandates: Table[MandateRow]
    committees: Table[CommitteeRow]
    concerns: Table[ConcernRow]


class BodyFact(Struct, frozen=True, kw_only=True):
    """What is on record of a body that may be a committee: registered as one, under a *name*, and
    the terms *adopted*.
    """

    body: str
    name: str | None
    boards: tuple[str, ...]
    remit: str
    terms: str
    adopted: date | None
    quorum: int | None
    merged_into: str | None
    merged: date | None


COUNTED = (
    "reviews_ongoing",
    "reviews_concluded",
    "passed",
    "failed",
    "checks_done",
    "checks_due",
    "statements_asked",
    "statements_received",
    "open_concerns",
)
"""The columns of a board that are counted as they are."""


# What each stream adds


def add_statements(entries: Entries, part: Part) -> None:
    """Add who sent a statement of those that an audit asks to evaluate themselves."""
    for planned in told(entries, a.AuditPlanned)[-1:]:
        framework = part.governing(planned.audit, planned.on)
        kinds = {one.kind: one for one in framework.audit_kinds if one.standards}
        if planned.kind in kinds and not told(entries, a.AuditCancelled):
            sent = [one.answered_for for one in told(entries, a.SelfEvaluationSubmitted)]
            asked = planned.agencies or tuple(dict.fromkeys(sent))
            waiting_for = tuple(agency for agency in asked if agency not in sent)
            statements = StatementsRow(
                audit=planned.audit,
                boards=boards_of(planned.audit, (), framework),
                kind=kinds[planned.kind].name,
                planned=planned.on,
                asked=len(asked),
                received=len(asked) - len(waiting_for),
                waiting_for=waiting_for,
            )
            part.row("statements", statements)
            columns = {
                "statements_asked": statements.asked,
                "statements_received": statements.received,
            }
            _count(statements.boards, columns, part)


def add_edition(entries: Entries, part: Part) -> None:
    """Add an edition of the framework, and which boards have mandated it."""
    for proposed in told(entries, e.EditionProposed)[-1:]:
        mandated = {one.answered_for: one.on for one in told(entries, e.EditionMandated)}
        issued = next(reversed(told(entries, e.EditionIssued)), None)
        agencies = issued.agencies if issued else ()
        answered = [one.answered_for for one in told(entries, e.EditionAcknowledged)]
        waiting_for = tuple(agency for agency in agencies if agency not in answered)
        evaluated = max((one.on for one in told(entries, e.EditionEvaluated)), default=None)
        edition = EditionRow(
            edition=proposed.edition,
            title=proposed.title,
            pack=proposed.pack,
            proposed=proposed.on,
            boards=proposed.boards,
            mandated_by=tuple(board for board in proposed.boards if board in mandated),
            issued=issued.on if issued else None,
            agencies=len(agencies),
            acknowledged=len(agencies) - len(waiting_for),
            waiting_for=waiting_for,
            evaluated=evaluated,
        )
        part.row("editions", edition)
        for board in proposed.boards:
            mandate = MandateRow(edition=edition.edition, board=board, on=mandated.get(board))
            part.row("mandates", mandate)
            if evaluated:
                part.count("evaluated", board, evaluated.toordinal())
        _count(proposed.boards, {}, part)


def add_body(entries: Entries, part: Part) -> None:
    """Add what is on record of a body, which is a committee where a pack or the register says."""
    names = [
        one.name for one in told(entries, b.BodyRegistered) if one.kind is b.BodyKind.COMMITTEE
    ]
    terms = next(reversed(told(entries, b.TermsAdopted)), None)
    merged = next(reversed(told(entries, b.BodyMerged)), None)
    body = BodyFact(
        body=part.ref,
        name=names[-1] if names else None,
        boards=terms.boards if terms else (),
        remit=terms.remit if terms else "",
        terms=terms.terms if terms else "",
        adopted=terms.on if terms else None,
        quorum=terms.quorum if terms else None,
        merged_into=merged.into if merged else None,
        merged=merged.on if merged else None,
    )
    part.row("bodies", body)


def add_review(state: Review, part: Part) -> None:
    """Count a review that is held, unless it is of a child's death."""
    begun = state.begun
    if begun is None or state.held is None or of_a_death(state, kind_of(state, part)):
        return
    columns = {
        "reviews_ongoing": not state.accepted and not state.closed,
        "reviews_concluded": state.accepted is not None,
    }
    for board in boards_of(begun.review, begun.boards, part.governing(begun.review, begun.on)):
        _count((board,), columns, part)


def add_challenge(challenge: Challenge, part: Part) -> None:
    """Add a challenge until it is resolved."""
    raised, answered = challenge.raised, challenge.answered
    if raised is None or challenge.resolved is not None:
        return
    concern = ConcernRow(
        reference=raised.challenge,
        boards=boards_of(raised.challenge, (), part.governing(raised.challenge, raised.on)),
        manner=raised.manner.value,
        by=raised.by.body,
        to=raised.to,
        raised=raised.on,
        answer_by=raised.answer_by,
        answered=answered.on if answered else None,
        days=(answered.on - raised.on).days if answered else part.days_since(raised.on),
    )
    _add_concern(concern, part)


def add_escalations(entries: Entries, part: Part) -> None:
    """Add each escalation of a recommendation until it is answered."""
    done = {one.escalation for one in told(entries, r.EscalationAnswered)}
    for issued in told(entries, r.RecommendationIssued)[-1:]:
        framework = part.governing(issued.recommendation, issued.on)
        for escalated in told(entries, r.EscalationRaised):
            if escalated.escalation not in done:
                concern = ConcernRow(
                    reference=f"{issued.recommendation}: {escalated.escalation}",
                    boards=boards_of(issued.recommendation, issued.boards, framework),
                    manner="escalation",
                    by=escalated.by.body,
                    to=escalated.to,
                    raised=escalated.on,
                    answer_by=None,
                    answered=None,
                    days=part.days_since(escalated.on),
                )
                _add_concern(concern, part)


def _add_concern(concern: ConcernRow, part: Part) -> None:
    part.row("concerns", concern)
    _count(concern.boards, {"open_concerns": 1}, part)


def add_improvement(item: Improvement, part: Part) -> None:
    """Count where a recommendation stands, and its checks."""
    improvement = improvement_row(item, part)
    if improvement is None:
        return
    columns = {
        **counted(Finding(improvement.finding)),
        "passed": improvement.passed,
        "failed": improvement.failed,
        "checks_done": improvement.checks_done,
        "checks_due": improvement.checks_due,
    }
    for board in improvement.boards:
        _count((board,), columns, part)


def evolve_present(_: bool | None, __: Record) -> bool:
    return True


def count_stream(_: bool, part: Part) -> None:
    """Count the stream by its namespace: the board's pack names committees."""
    namespace, slash, _rest = part.key.partition("/")
    part.count("streams", namespace + slash)


def _count(boards: Sequence[str], columns: Mapping[str, int], part: Part) -> None:
    """Count *columns* of each of the *boards* once, and that there is anything of it at all."""
    for board in dict.fromkeys(boards):
        part.counted("boards", board, columns={"any": 1, **columns})


# The view


def total(everything: Totals) -> Assurance:
    as_of = everything.as_of
    boards, evaluated = everything.columns("boards"), everything.columns("evaluated")
    streams = sorted(everything.columns("streams").get((), ()))
    return Assurance(
        **everything.times,
        boards=Table(
            lambda: (_board_row(board, boards[board,], evaluated) for (board,) in sorted(boards))
        ),
        statements=everything.table("statements"),
        editions=everything.table("editions"),
        mandates=everything.table("mandates"),
        committees=Table(partial(_committees, everything.table("bodies"), streams, as_of)),
        concerns=everything.table("concerns"),
    )


def _board_row(board: str, columns: Columns, evaluated: Mapping[Name, Columns]) -> AssuredBoardRow:
    figures = {name: columns.get(name, 0) for name in COUNTED}
    last = max(evaluated.get((board,), ()), default=None)
    return AssuredBoardRow(
        board=board,
        **standing(columns),
        **figures,
        pass_rate=Share(figures["passed"], figures["passed"] + figures["failed"]).rate,
        coverage=Share(figures["checks_done"], figures["checks_due"]).rate,
        framework_evaluated=date.fromordinal(last) if last else None,
    )


def _committees(
    bodies: Sequence[BodyFact], streams: Sequence[str], as_of: AsOf
) -> Iterator[CommitteeRow]:
    """Yield those that the packs of the boards on record name, and those registered."""
    entries: dict[str, BodyEntry] = {}
    for stream in streams:
        pack = as_of.packs.governing(stream.partition("-")[2], as_of.valid)
        entries |= {one.ref: one for one in pack.bodies if one.kind == b.BodyKind.COMMITTEE}
    known = {body.body: body for body in bodies}
    for body in bodies:
        if body.name is not None:
            kind = b.BodyKind.COMMITTEE
            entries[body.body] = BodyEntry(ref=body.body, name=body.name, kind=kind)
    for ref in sorted(entries):
        entry, on_record = entries[ref], known.get(ref)
        terms = on_record if on_record and on_record.adopted else entry
        yield CommitteeRow(
            committee=ref,
            name=entry.name,
            boards=terms.boards,
            remit=terms.remit or None,
            terms=terms.terms or None,
            adopted=on_record.adopted if on_record else None,
            quorum=on_record.quorum if on_record else None,
            merged_into=on_record.merged_into if on_record else None,
            merged=on_record.merged if on_record else None,
        )


PRESENT = (
    *get_args(ReviewEvent),
    *get_args(r.RecommendationEvent),
    *get_args(IndicatorEvent),
    *get_args(e.EditionEvent),
    *get_args(ChallengeEvent),
    *(a.AuditPlanned, a.AuditConcluded, a.AuditCancelled, a.SelfEvaluationSubmitted),
    *(b.BodyRegistered, b.TermsAdopted, b.BodyMerged),
)
"""Whatever puts a board on record."""
present = Item("stream", PRESENT, evolve_present)
ESCALATIONS = r.RecommendationIssued | r.EscalationRaised | r.EscalationAnswered
STATEMENTS = a.AuditPlanned | a.SelfEvaluationSubmitted | a.AuditCancelled
BODIES = b.BodyRegistered | b.TermsAdopted | b.BodyMerged

assurance = Projection(
    name="assurance",
    view=Assurance,
    parts={
        merged: say_merger,
        measured: say_concerns,
        entries_of("committee", BODIES): add_body,
        entries_of("edition", e.EditionEvent): add_edition,
        entries_of("statements", STATEMENTS): add_statements,
        reviewed: add_review,
        challenged: add_challenge,
        entries_of("escalations", ESCALATIONS): add_escalations,
        improved: add_improvement,
        present: count_stream,
    },
    says={MERGED: Merger, CONCERNS: date},
    facts={"bodies": BodyFact},
    total=total,
    edition=PROGRAM,
)
