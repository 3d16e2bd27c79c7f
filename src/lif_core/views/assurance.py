"""What a board assures itself with: its reviews and what came of them, statements received, the
framework itself, the committees, and what waits for an answer (framework §1.2, §2.3, §2.5, §2.6).

Counts, with their denominators; no composite score. Reviews of children's deaths are not counted
here: see `child-deaths`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from attrs import frozen

from lif_core import audit as a
from lif_core import body as b
from lif_core import challenge as c
from lif_core import edition as e
from lif_core import recommendation as r
from lif_core.framework import BodyEntry
from lif_core.items.boards import boards_of
from lif_core.items.improvement import Finding
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.review import Review
from lif_core.statistics.proportions import Share
from lif_core.views.publication import (
    Kept,
    improvements_in,
    issued_in,
    keep,
    kind_of,
    of_a_death,
    publication,
    reviews_in,
    standing,
)
from lif_core.views.sustainability.rows import ImprovementRow

E = TypeVar("E", bound=Event[Any])


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, e.EditionEvent):
        return (f"edition-{event.edition}",)
    if isinstance(event, c.ChallengeEvent):
        return (f"challenge-{event.challenge}",)
    match event:
        case b.BodyRegistered() | b.TermsAdopted() | b.BodyMerged():
            return (f"body-{event.body}",)
        case a.SelfEvaluationSubmitted() | a.AuditCancelled():
            return (f"audit-{event.audit}",)
        case _:
            return publication.key(event)


# The view


@frozen(kw_only=True)
class BoardRow:
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


@frozen(kw_only=True)
class StatementsRow:
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


@frozen(kw_only=True)
class EditionRow:
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


@frozen(kw_only=True)
class MandateRow:
    """A board that an edition was put to, and when it mandated it, if it has."""

    edition: str
    board: str
    on: date | None


@frozen(kw_only=True)
class CommitteeRow:
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


@frozen(kw_only=True)
class ConcernRow:
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
    boards: tuple[BoardRow, ...]
    statements: tuple[StatementsRow, ...]
    editions: tuple[EditionRow, ...]
    mandates: tuple[MandateRow, ...]
    committees: tuple[CommitteeRow, ...]
    concerns: tuple[ConcernRow, ...]


# From the events of each stream

Events = list[Event[Any]]


def summarise(items: Mapping[str, Kept], as_of: AsOf) -> Assurance:
    told = {name: [record.event for record in kept] for name, kept in items.items()}
    statements = tuple(row for events in told.values() for row in _statements(events, as_of))
    editions = tuple(row for events in told.values() for row in _editions(events))
    concerns = tuple(row for events in told.values() for row in _concerns(events, as_of))
    mandates = [event for events in told.values() for event in _of(events, e.EditionMandated)]
    mandated = {(one.edition, one.for_body or one.by.body): one.on for one in mandates}
    return Assurance(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        boards=tuple(_boards(items, as_of, statements, editions, concerns)),
        statements=statements,
        editions=editions,
        mandates=tuple(
            MandateRow(edition=row.edition, board=board, on=mandated.get((row.edition, board)))
            for row in editions
            for board in row.boards
        ),
        committees=tuple(_committees(told, as_of)),
        concerns=concerns,
    )


def _of(events: Events, kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _statements(events: Events, as_of: AsOf) -> Iterator[StatementsRow]:
    for planned in _of(events, a.AuditPlanned)[-1:]:
        framework = as_of.frameworks.governing(planned.audit, planned.on)
        kinds = {one.kind: one for one in framework.audit_kinds if one.standards}
        if planned.kind in kinds and not _of(events, a.AuditCancelled):
            sent = [one.for_body or one.by.body for one in _of(events, a.SelfEvaluationSubmitted)]
            asked = planned.agencies or tuple(dict.fromkeys(sent))
            waiting_for = tuple(agency for agency in asked if agency not in sent)
            yield StatementsRow(
                audit=planned.audit,
                boards=boards_of(planned.audit, (), framework),
                kind=kinds[planned.kind].name,
                planned=planned.on,
                asked=len(asked),
                received=len(asked) - len(waiting_for),
                waiting_for=waiting_for,
            )


def _editions(events: Events) -> Iterator[EditionRow]:
    for proposed in _of(events, e.EditionProposed)[-1:]:
        mandated = [one.for_body or one.by.body for one in _of(events, e.EditionMandated)]
        issued = next(reversed(_of(events, e.EditionIssued)), None)
        agencies = issued.agencies if issued else ()
        answered = [one.for_body or one.by.body for one in _of(events, e.EditionAcknowledged)]
        waiting_for = tuple(agency for agency in agencies if agency not in answered)
        evaluated = [one.on for one in _of(events, e.EditionEvaluated)]
        yield EditionRow(
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
            evaluated=max(evaluated, default=None),
        )


def _concerns(events: Events, as_of: AsOf) -> Iterator[ConcernRow]:
    """A challenge until it is resolved, an escalation of a recommendation until it is answered."""
    for raised in _of(events, c.ChallengeRaised)[-1:]:
        answered = next((one.on for one in _of(events, c.ChallengeAnswered)), None)
        framework = as_of.frameworks.governing(raised.challenge, raised.on)
        if not _of(events, c.ChallengeResolved):
            yield ConcernRow(
                reference=raised.challenge,
                boards=boards_of(raised.challenge, (), framework),
                manner=raised.manner.value,
                by=raised.by.body,
                to=raised.to,
                raised=raised.on,
                answer_by=raised.answer_by,
                answered=answered,
                days=((answered or as_of.valid) - raised.on).days,
            )
    done = {one.escalation for one in _of(events, r.EscalationAnswered)}
    for issued in _of(events, r.RecommendationIssued)[-1:]:
        framework = as_of.frameworks.governing(issued.recommendation, issued.on)
        for escalated in _of(events, r.EscalationRaised):
            if escalated.escalation not in done:
                yield ConcernRow(
                    reference=f"{issued.recommendation}: {escalated.escalation}",
                    boards=boards_of(issued.recommendation, issued.boards, framework),
                    manner="escalation",
                    by=escalated.by.body,
                    to=escalated.to,
                    raised=escalated.on,
                    answer_by=None,
                    answered=None,
                    days=(as_of.valid - escalated.on).days,
                )


def _committees(told: Mapping[str, Events], as_of: AsOf) -> Iterator[CommitteeRow]:
    """Those that the packs of the boards on record name, and those registered."""
    names: dict[str, BodyEntry] = {}
    for stream in sorted(told):
        pack = as_of.frameworks.governing(stream.partition("-")[2], as_of.valid)
        names |= {one.ref: one for one in pack.bodies if one.kind == b.BodyKind.COMMITTEE}
    for events in told.values():
        for one in _of(events, b.BodyRegistered):
            if one.kind is b.BodyKind.COMMITTEE:
                names[one.body] = BodyEntry(ref=one.body, name=one.name, kind=one.kind)
    for ref in sorted(names):
        entry, events = names[ref], told.get(f"body-{ref}", [])
        terms = next(reversed(_of(events, b.TermsAdopted)), None)
        merged = next(reversed(_of(events, b.BodyMerged)), None)
        yield CommitteeRow(
            committee=ref,
            name=entry.name,
            boards=terms.boards if terms else entry.boards,
            remit=(terms.remit if terms else entry.remit) or None,
            terms=(terms.terms if terms else entry.terms) or None,
            adopted=terms.on if terms else None,
            quorum=terms.quorum if terms else None,
            merged_into=merged.into if merged else None,
            merged=merged.on if merged else None,
        )


# Boards


def _boards(
    items: Mapping[str, Kept],
    as_of: AsOf,
    statements: tuple[StatementsRow, ...],
    editions: tuple[EditionRow, ...],
    concerns: tuple[ConcernRow, ...],
) -> Iterator[BoardRow]:
    frameworks = as_of.frameworks
    reviews: defaultdict[str, list[Review]] = defaultdict(list)
    for state in reviews_in(items):
        begun = state.begun
        if begun and state.held and not of_a_death(state, kind_of(state, frameworks)):
            governing = frameworks.governing(begun.review, begun.on)
            for board in boards_of(begun.review, begun.boards, governing):
                reviews[board].append(state)
    found = improvements_in(items, as_of)
    asked: defaultdict[str, list[ImprovementRow]] = defaultdict(list)
    for event in issued_in(items):
        governing = frameworks.governing(event.recommendation, event.on)
        for board in boards_of(event.recommendation, event.boards, governing):
            asked[board].append(found[event.recommendation])
    named = {board for row in statements for board in row.boards}
    named |= {board for row in editions for board in row.boards}
    named |= {board for row in concerns for board in row.boards}
    for board in sorted({*reviews, *asked, *named}):
        own = [row for row in statements if board in row.boards]
        evaluated = [row.evaluated for row in editions if board in row.boards and row.evaluated]
        checks = Share(
            sum(row.passed for row in asked[board]),
            sum(row.passed + row.failed for row in asked[board]),
        )
        due = Share(
            sum(row.checks_done for row in asked[board]),
            sum(row.checks_due for row in asked[board]),
        )
        yield BoardRow(
            board=board,
            reviews_ongoing=sum(not one.accepted and not one.closed for one in reviews[board]),
            reviews_concluded=sum(one.accepted is not None for one in reviews[board]),
            **standing(Finding(row.finding) for row in asked[board]),
            passed=checks.part,
            failed=checks.whole - checks.part,
            pass_rate=checks.rate,
            checks_done=due.part,
            checks_due=due.whole,
            coverage=due.rate,
            statements_asked=sum(row.asked for row in own),
            statements_received=sum(row.received for row in own),
            open_concerns=sum(board in row.boards for row in concerns),
            framework_evaluated=max(evaluated, default=None),
        )


assurance: Projection[Kept, Assurance] = Projection(
    name="assurance", key=key, evolve=keep, summarise=summarise
)
