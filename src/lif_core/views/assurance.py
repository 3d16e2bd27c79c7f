"""The means by which a board assures itself: its reviews and what came of them, statements, the
framework itself, the committees, and what waits for an answer (framework §1.2, §2.3, §2.5, §2.6).

Counts, with their denominators; no composite score. Reviews of children's deaths are not counted
here: see `child-deaths`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any, TypeAlias, get_args

from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates import audit as a
from lif_core.aggregates import body as b
from lif_core.aggregates import edition as e
from lif_core.aggregates import membership as m
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.challenge import Challenge, ChallengeEvent
from lif_core.aggregates.evidence import Source
from lif_core.aggregates.indicator import IndicatorEvent
from lif_core.aggregates.review import ReportAccepted, Review, ReviewEvent
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.challenge import challenge_item
from lif_core.items.entries import entries_of, last, of_kind
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator,
)
from lif_core.items.improvement import (
    Finding,
    Improvement,
    improvement_item,
    improvement_row,
    lived,
)
from lif_core.items.indicators import CONCERNS, indicator_item
from lif_core.items.membership import membership_item
from lif_core.items.review import is_death_review, kind_of, review_item
from lif_core.items.standing import counted
from lif_core.items.state import last_event
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, AsOf, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.statistics.proportions import Share
from lif_core.values.fields import PersonalName, PersonalText
from lif_core.values.refs import ref_of

Entries: TypeAlias = list[Record]
Answer: TypeAlias = a.SelfEvaluationSubmitted | e.EditionMandated | e.EditionAcknowledged


@row(key=("board",))
class AssuredBoardRow(Struct, frozen=True, kw_only=True):
    """One board. What is joint to several shows under each.

    Of the recommendations *made*, where each stands: as in the view `publication`. Re-checks:
    *passed* and *failed* checks, never without their coverage, made *on_time* or *checks_done* at
    all, of *checks_due*; *notes* are checks that verify nothing.
    Statements *received* of those *asked* for. *open_concerns* are those of `concerns`, and
    *warnings* those of that table. *framework_evaluated*: when its own processes last were
    (framework §2.3).
    """

    board: str
    reviews_ongoing: int = 0
    reviews_concluded: int = 0
    made: int = 0
    waiting: int = 0
    accepted: int = 0
    implemented: int = 0
    embedded: int = 0
    sustained: int = 0
    in_doubt: int = 0
    relapsed: int = 0
    declined: int = 0
    ended: int = 0
    passed: int = 0
    failed: int = 0
    pass_rate: float | None = None
    on_time: int = 0
    on_time_rate: float | None = None
    checks_done: int = 0
    done_rate: float | None = None
    checks_due: int = 0
    notes: int = 0
    statements_asked: int = 0
    statements_received: int = 0
    open_concerns: int = 0
    warnings: int = 0
    framework_evaluated: date | None = None


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
    *adopted*, replace those of the framework. *name* is that of the day.

    It was *merged*, or was *ended* on a day: *split_into* others, or without a successor.
    """

    committee: str
    name: str
    boards: tuple[str, ...] = ()
    remit: str | None = None
    terms: str | None = None
    adopted: date | None = None
    quorum: int | None = None
    merged_into: str | None = None
    merged: date | None = None
    split_into: tuple[str, ...] = ()
    ended: date | None = None


@row(key=("body", "since"))
class BodyNameRow(Struct, frozen=True, kw_only=True):
    """The *name* that a body bore from *since* until it bore another one; `None` for today's."""

    body: str
    since: date
    until: date | None
    name: str


@row(key=("reference",))
class ConcernRow(Struct, frozen=True, kw_only=True):
    """An unsettled concern of one body with another: a `challenge`, or an `escalation` to a higher
    body. *days*: how long it has waited for an answer, or did.
    """

    reference: str
    boards: tuple[str, ...]
    manner: str
    by: str
    to: str
    raised: date
    answer_by: date | None = None
    answered: date | None = None
    days: int


@row(key=("membership",))
class MemberRow(Struct, frozen=True, kw_only=True):
    """A person who sits on a board or a committee for an agency: the version of the job
    description that they *signed* last, who stands in as their *deputy*, and when and why their
    seat came to be empty.
    """

    membership: str
    member: PersonalName
    agency: str
    sits_on: str
    role: str
    appointed: date
    signed: str | None
    deputy: PersonalName | None
    ended: date | None
    reasons: PersonalText | None


@row(key=("stream", "on", "warning"))
class WarningRow(Struct, frozen=True, kw_only=True):
    """A *warning* that was given with a decision, which was taken all the same: the *event* says
    which, of a stream.
    """

    stream: str
    boards: tuple[str, ...]
    event: str
    on: date
    by: str
    warning: str


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
    names: Table[BodyNameRow]
    concerns: Table[ConcernRow]
    members: Table[MemberRow]
    warnings: Table[WarningRow]
    inconsistent: Table[InconsistentRow]


CHECKS = ("passed", "failed", "on_time", "checks_done", "checks_due", "notes")


# What each stream adds


def add_statements(entries: Entries, part: Part) -> None:
    """Add who sent a statement of those that an audit asks to evaluate themselves."""
    planned = last(entries, a.AuditPlanned)
    if planned is None or of_kind(entries, a.AuditCancelled):
        return
    framework = part.governing(planned.audit, planned.on)
    kinds = {kind.kind: kind for kind in framework.audit_kinds if kind.standards}
    if planned.kind not in kinds:
        return
    sent = _answers(entries, a.SelfEvaluationSubmitted)
    agencies = planned.agencies or tuple(sent)
    waiting_for = tuple(agency for agency in agencies if agency not in sent)
    statements = StatementsRow(
        audit=planned.audit,
        boards=boards_from(planned.on, part),
        kind=kinds[planned.kind].name,
        planned=planned.on,
        asked=len(agencies),
        received=len(agencies) - len(waiting_for),
        waiting_for=waiting_for,
    )
    part.row("statements", statements)
    columns = {"statements_asked": statements.asked, "statements_received": statements.received}
    for board in statements.boards:
        _count(board, columns, part)


def add_edition(entries: Entries, part: Part) -> None:
    """Add an edition of the framework, and which boards have mandated it."""
    proposed, issued = last(entries, e.EditionProposed), last(entries, e.EditionIssued)
    if proposed is None:
        return
    mandated = _answers(entries, e.EditionMandated)
    acknowledged = _answers(entries, e.EditionAcknowledged)
    agencies = issued.agencies if issued else ()
    waiting_for = tuple(agency for agency in agencies if agency not in acknowledged)
    evaluated = max((event.on for event in of_kind(entries, e.EditionEvaluated)), default=None)
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
        mandate = MandateRow(edition=part.ref, board=board, on=mandated.get(board))
        part.row("mandates", mandate)
        _count(board, {}, part)
        if evaluated:
            part.count("evaluated", board, evaluated.toordinal())


def _answers(entries: Entries, kind: type[Answer]) -> dict[str, date]:
    """Return the bodies that gave this *kind* of answer, or for which it was given, and when."""
    return {event.answered_for: event.on for event in of_kind(entries, kind)}


def add_body(entries: Entries, part: Part) -> None:
    """Add what is on record of a body, as far as it is a committee; with no name, if no register
    says that it is one.
    """
    registered = [
        event for event in of_kind(entries, b.BodyRegistered) if event.kind is b.BodyKind.COMMITTEE
    ]
    names = [e.event for e in entries if isinstance(e.event, b.BodyRegistered | b.BodyRenamed)]
    for bearing, following in zip_longest(names, names[1:]):
        until = following.on if following else None
        name = BodyNameRow(body=part.ref, since=bearing.on, until=until, name=bearing.name)
        part.row("names", name)
    terms, merged = last(entries, b.TermsAdopted), last(entries, b.BodyMerged)
    split, ended = last(entries, b.BodySplit), last(entries, b.BodyEnded)
    body = CommitteeRow(
        committee=part.ref,
        name=names[-1].name if registered else "",
        boards=terms.boards if terms else (),
        remit=terms.remit or None if terms else None,
        terms=terms.terms or None if terms else None,
        adopted=terms.on if terms else None,
        quorum=terms.quorum if terms else None,
        merged_into=merged.into if merged else None,
        merged=merged.on if merged else None,
        split_into=_parts_of(split) if split else (),
        ended=next((event.on for event in (split, ended) if event), None),
    )
    part.row("bodies", body)


def _parts_of(split: b.BodySplit) -> tuple[str, ...]:
    """Return the bodies that a body was split into, each once."""
    rest = (split.rest,) if split.rest else ()
    return tuple(dict.fromkeys((*(share.to for share in split.shares), *rest)))


def add_review(state: Review, part: Part) -> None:
    """Count a review that is held, unless it is of a child's death."""
    begun = state.begun
    if begun is None or state.held is None or is_death_review(state, kind_of(state, part)):
        return
    ongoing, concluded = not state.accepted and not state.closed, state.accepted is not None
    for board in boards_from(begun.on, part, begun.boards):
        _count(board, {"reviews_ongoing": ongoing, "reviews_concluded": concluded}, part)


def add_challenge(challenge: Challenge, part: Part) -> None:
    """Add a challenge until it is resolved."""
    raised, answered = challenge.raised, challenge.answered
    if raised and not challenge.resolved:
        concern = ConcernRow(
            reference=raised.challenge,
            boards=boards_from(raised.on, part),
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
    answered = {event.escalation for event in of_kind(entries, r.EscalationAnswered)}
    for issued in of_kind(entries, r.RecommendationIssued)[-1:]:
        for raised in of_kind(entries, r.EscalationRaised):
            if raised.escalation not in answered:
                concern = ConcernRow(
                    reference=f"{issued.recommendation}: {raised.escalation}",
                    boards=boards_from(issued.on, part, issued.boards),
                    manner="escalation",
                    by=raised.by.body,
                    to=raised.to,
                    raised=raised.on,
                    days=part.days_since(raised.on),
                )
                _add_concern(concern, part)


def _add_concern(concern: ConcernRow, part: Part) -> None:
    part.row("concerns", concern)
    for board in dict.fromkeys(concern.boards):
        _count(board, {"open_concerns": 1}, part)


def add_improvement(item: Improvement, part: Part) -> None:
    """Count where a recommendation stands, and its checks."""
    improvement = improvement_row(item, lived(item, part), part)
    if improvement is None:
        return
    checks = {name: getattr(improvement, name) for name in CHECKS}
    for board in improvement.boards:
        _count(board, counted(Finding(improvement.finding)) | checks, part)


def add_member(state: m.Membership, part: Part) -> None:
    """Add a member with what they signed, their deputy, and the end of their seat."""
    appointed, signed, deputy, ended = state.appointed, state.signed, state.deputy, state.ended
    if appointed is None:
        return
    member = MemberRow(
        membership=appointed.membership,
        member=appointed.member,
        agency=appointed.agency,
        sits_on=appointed.sits_on,
        role=appointed.role,
        appointed=appointed.on,
        signed=signed.version if signed else None,
        deputy=deputy.deputy if deputy else None,
        ended=ended.on if ended else None,
        reasons=ended.reasons if ended else None,
    )
    part.row("members", member)


def add_warnings(entries: Entries, part: Part) -> None:
    """Add each warning that was given with a decision about the stream."""
    for event in (entry.event for entry in entries):
        for warning in event.warnings:  # type: ignore[attr-defined]  # by the item's events
            boards = boards_from(event.on, part)
            given_with = WarningRow(
                stream=part.key,
                boards=boards,
                event=type(event).__name__,
                on=event.on,
                by=event.by.body,
                warning=warning,
            )
            part.row("warnings", given_with)
            for board in boards:
                _count(board, {"warnings": 1}, part)


def count_stream(_: Event[Any], part: Part) -> None:
    """Count the stream by its namespace: the board's pack names committees."""
    namespace, slash, _rest = part.key.partition("/")
    part.count("streams", namespace + slash)


def _count(board: str, columns: Mapping[str, int], part: Part) -> None:
    """Count *columns* of a *board*, and that it is to be shown."""
    part.counted("figures", board, columns=columns)
    part.count("boards", board)


# The view


def total(everything: Totals) -> Assurance:
    columns, table = everything.columns, everything.table
    boards, streams = (sorted(columns(group).get((), ())) for group in ("boards", "streams"))
    return Assurance(
        **everything.times,
        boards=Table(partial(_board_rows, boards, columns("figures"), columns("evaluated"))),
        statements=table("statements"),
        editions=table("editions"),
        mandates=table("mandates"),
        committees=Table(
            partial(_committees, table("bodies"), table("names"), streams, everything.as_of)
        ),
        names=table("names"),
        concerns=table("concerns"),
        members=table("members"),
        warnings=table("warnings"),
    )


def _board_rows(
    boards: Iterable[str],
    figures: Mapping[Name, Mapping[str, Any]],
    evaluated: Mapping[Name, Iterable[int]],
) -> Iterator[AssuredBoardRow]:
    for board in boards:
        row = AssuredBoardRow(board=board, **figures.get((board,), {}))
        latest = max(evaluated.get((board,), ()), default=None)
        yield replace(
            row,
            pass_rate=Share(row.passed, row.passed + row.failed).rate,
            on_time_rate=Share(row.on_time, row.checks_due).rate,
            done_rate=Share(row.checks_done, row.checks_due).rate,
            framework_evaluated=date.fromordinal(latest) if latest else None,
        )


def _committees(
    bodies: Iterable[CommitteeRow],
    names: Iterable[BodyNameRow],
    streams: Iterable[str],
    as_of: AsOf,
) -> list[CommitteeRow]:
    """Return those that the packs of the boards on record name, and those registered."""
    committees: dict[str, CommitteeRow] = {}
    current = {row.body: row.name for row in names if row.until is None}
    for stream in streams:
        for entry in as_of.packs.governing(ref_of(stream), as_of.valid).bodies:
            if entry.kind == b.BodyKind.COMMITTEE:
                committees[entry.ref] = CommitteeRow(
                    committee=entry.ref,
                    name=current.get(entry.ref, entry.name),
                    boards=entry.boards,
                    remit=entry.remit or None,
                    terms=entry.terms or None,
                )
    for body in bodies:
        named = committees.get(body.committee)
        if body.name:
            committees[body.committee] = body
        elif named and body.adopted:
            committees[body.committee] = replace(body, name=named.name)
        elif named:
            committees[body.committee] = replace(
                named,
                merged_into=body.merged_into,
                merged=body.merged,
                split_into=body.split_into,
                ended=body.ended,
            )
    return [committees[ref] for ref in sorted(committees)]


PRESENT = (
    *get_args(ReviewEvent),
    *get_args(r.RecommendationEvent),
    *get_args(IndicatorEvent),
    *get_args(e.EditionEvent),
    *get_args(ChallengeEvent),
    *(a.AuditPlanned, a.AuditConcluded, a.AuditCancelled, a.SelfEvaluationSubmitted),
    *(b.BodyRegistered, b.TermsAdopted, b.BodyRenamed, *get_args(b.PassingEvent)),
)
"""Whatever puts a board on record."""
present = Item("stream", PRESENT, last_event)
ESCALATIONS = r.RecommendationIssued | r.EscalationRaised | r.EscalationAnswered
STATEMENTS = a.AuditPlanned | a.SelfEvaluationSubmitted | a.AuditCancelled
WARNED = (
    ReportAccepted,
    r.RecommendationEmbedded,
    r.RecommendationChecked,
    r.RecommendationExplanationAccepted,
    r.RecommendationJudged,
    r.DueDateChanged,
    a.AuditConcluded,
)
"""The events that may bear warnings."""
BODIES = b.BodyRegistered | b.TermsAdopted | b.BodyRenamed | b.PassingEvent

assurance = Projection(
    name="assurance",
    view=Assurance,
    parts={
        merger_item: say_merger,
        indicator_item: say_indicator,
        audit_evidence_item: say_audit_evidence,
        entries_of("committee", BODIES): add_body,
        entries_of("edition", e.EditionEvent): add_edition,
        entries_of("statements", STATEMENTS): add_statements,
        review_item: add_review,
        challenge_item: add_challenge,
        entries_of("escalations", ESCALATIONS): add_escalations,
        improvement_item: add_improvement,
        membership_item: add_member,
        entries_of("warnings", WARNED): add_warnings,
        present: count_stream,
    },
    says={MERGED: Merger, CONCERNS: date, EVIDENCE: Source},
    facts={"bodies": CommitteeRow},
    identity=(MERGED,),
    total=total,
    edition=PROGRAM,
)
