"""Who was answerable, for what, and how late; explained apart, never netted.

All intervals are half-open days. There is no composite score, and no figure about a named person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import audit, body, challenge
from lif_core.decider import plus
from lif_core.messages import Event
from lif_core.projections import clocks, duties
from lif_core.projections.accountability_view import (
    Accountability,
    AnswerRow,
    BoardRow,
    BodyRow,
    ChallengeRow,
    DutyRow,
    EscalationRow,
    NoteRow,
    OwnerShare,
    RepresentationRow,
    ResponseRow,
    Totals,
)
from lif_core.projections.clocks import Case, ClockRow, clock_rows
from lif_core.projections.duties import Duty, Escalation, Overdue, holdings, overdue
from lif_core.projections.projection import AsOf, Projection, item_as
from lif_core.recommendation import RecommendationEvent
from lif_core.record import Record
from lif_core.review import ReviewEvent


@frozen(kw_only=True)
class Note:
    """A briefing note, and when each agency acknowledged it."""

    ref: str
    agencies: tuple[str, ...] = ()
    acknowledged: Mapping[str, date] = MappingProxyType({})


@frozen(kw_only=True)
class Committee:
    """A body's meetings, and the merger that ended it."""

    ref: str
    meetings: tuple[body.MeetingRecorded, ...] = ()
    merged: body.BodyMerged | None = None


Challenge: TypeAlias = challenge.Challenge
Item: TypeAlias = Duty | Case | Note | Committee | Challenge


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    if isinstance(event, ReviewEvent):
        return (f"review-{event.review}",)
    if isinstance(event, challenge.ChallengeEvent):
        return (f"challenge-{event.challenge}",)
    match event:
        case audit.BriefingNoteIssued() | audit.BriefingNoteAcknowledged():
            return (f"audit-{event.audit}",)
        case body.BodyMerged() | body.MeetingRecorded():
            return (f"body-{event.body}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, RecommendationEvent):
        return duties.evolve(item_as(Duty, item), record, event)
    if isinstance(event, ReviewEvent):
        return clocks.evolve(item_as(Case, item), record, event)
    if isinstance(event, challenge.ChallengeEvent):
        return challenge.evolve(item_as(Challenge, item), event)
    match event:
        case audit.BriefingNoteIssued(audit=ref, agencies=agencies):
            return attrs.evolve(item_as(Note, item) or Note(ref=ref), agencies=agencies)
        case audit.BriefingNoteAcknowledged(audit=ref):
            note, agency = item_as(Note, item) or Note(ref=ref), event.for_body or event.by.body
            return attrs.evolve(note, acknowledged=plus(note.acknowledged, agency, event.on))
        case body.BodyMerged(body=ref):
            return attrs.evolve(item_as(Committee, item) or Committee(ref=ref), merged=event)
        case body.MeetingRecorded(body=ref):
            committee = item_as(Committee, item) or Committee(ref=ref)
            return attrs.evolve(committee, meetings=(*committee.meetings, event))
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


def summarise(items: Mapping[str, Item], as_of: AsOf) -> Accountability:
    committees = {item.ref: item for item in items.values() if isinstance(item, Committee)}
    cases = [item for item in items.values() if isinstance(item, Case) and item.kind]
    asked = [item for item in items.values() if isinstance(item, Duty) and item.issued]
    notes = [item for item in items.values() if isinstance(item, Note) and item.agencies]
    challenges = [item for item in items.values() if isinstance(item, Challenge)]

    def merged(ref: str) -> tuple[str, date] | None:
        merger = committees[ref].merged if ref in committees else None
        return (merger.into, merger.on) if merger else None

    planned = [duty for duty in asked if duty.owed and duty.held]
    duty_rows = tuple(_duty_row(duty, merged, as_of.valid) for duty in planned)
    rows = tuple(row for case in cases for row in clock_rows(case, as_of.frameworks, as_of.valid))
    responses = _responses(asked)
    return Accountability(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        totals=_totals(cases, asked, responses, duty_rows, rows),
        bodies=_body_rows(duty_rows, planned, merged, as_of.valid),
        clocks=rows,
        duties=duty_rows,
        responses=responses,
        answers=tuple(row for duty in asked for row in _answers(duty)),
        escalations=tuple(row for duty in asked for row in _escalations(duty, as_of.valid)),
        challenges=tuple(row for item in challenges for row in _challenges(item, as_of.valid)),
        notes=tuple(_note_row(note) for note in notes),
        representation=tuple(
            _representation(committee) for committee in committees.values() if committee.meetings
        ),
        boards=_boards(cases, asked),
    )


def _duty_row(duty: Duty, merged: duties.Merged, valid: date) -> DutyRow:
    shares = overdue(duty, merged, valid)
    latest = duty.owed[-1]
    return DutyRow(
        recommendation=duty.ref,
        outcome=duty.outcome,
        owner=holdings(duty, merged, valid)[-1][0],
        agreed=latest.agreed,
        due=latest.due,
        done=latest.done,
        overdue=sum(share.total for share in shares.values()),
        shares=tuple(_share(ref, shares[ref]) for ref in shares),
    )


def _share(ref: str, share: Overdue) -> OwnerShare:
    return OwnerShare(
        body=ref,
        overdue=share.total,
        explained=share.explained,
        unexplained=share.unexplained,
        overdue_by_first_date=share.agreed,
    )


def _body_rows(
    rows: Iterable[DutyRow], planned: Iterable[Duty], merged: duties.Merged, valid: date
) -> tuple[BodyRow, ...]:
    shares: dict[str, list[OwnerShare]] = defaultdict(list)
    still: dict[str, int] = defaultdict(int)
    for row in rows:
        still[row.owner] += row.done is None
        for share in row.shares:
            shares[share.body].append(share)
    return tuple(
        BodyRow(
            body=ref,
            held=len(shares[ref]),
            open=still[ref],
            overdue=sum(share.overdue for share in shares[ref]),
            explained=sum(share.explained for share in shares[ref]),
            unexplained=sum(share.unexplained for share in shares[ref]),
            overdue_by_first_date=sum(share.overdue_by_first_date for share in shares[ref]),
        )
        for ref in sorted(shares)
    )


def _responses(asked: Iterable[Duty]) -> tuple[ResponseRow, ...]:
    answers: dict[str, list[duties.Answer]] = defaultdict(list)
    for duty in asked:
        for ref, answer in duty.answers.items():
            answers[ref].append(answer)
    return tuple(
        ResponseRow(
            body=ref,
            made=len(answers[ref]),
            accepted=sum(answer.answer == "accepted" for answer in answers[ref]),
            declined=sum(answer.answer == "declined" for answer in answers[ref]),
            pending=sum(answer.answer == "pending" for answer in answers[ref]),
            replied=sum(answer.replied for answer in answers[ref]),
        )
        for ref in sorted(answers)
    )


def _answers(duty: Duty) -> Iterable[AnswerRow]:
    assert duty.issued is not None
    for ref, answer in duty.answers.items():
        yield AnswerRow(
            recommendation=duty.ref,
            body=ref,
            answer=answer.answer,
            latency=(answer.on - duty.issued.on).days if answer.on else None,
        )


def _escalations(duty: Duty, valid: date) -> Iterable[EscalationRow]:
    found: Iterable[Escalation] = duty.escalations.values()
    for one in found:
        yield EscalationRow(
            recommendation=duty.ref,
            escalation=one.escalation,
            to=one.to,
            raised=one.raised,
            answered=one.answered,
            days=((one.answered or valid) - one.raised).days,
        )


def _challenges(item: Challenge, valid: date) -> Iterable[ChallengeRow]:
    raised, answered, resolved = item.raised, item.answered, item.resolved
    if raised is None:
        return
    end = answered or resolved
    yield ChallengeRow(
        challenge=raised.challenge,
        manner=raised.manner.value,
        by=raised.by.body,
        to=raised.to,
        about=raised.about,
        raised=raised.on,
        answer_by=raised.answer_by,
        answered=answered.on if answered else None,
        resolved=resolved.on if resolved else None,
        days=((end.on if end else valid) - raised.on).days,
    )


def _note_row(note: Note) -> NoteRow:
    waiting = tuple(ref for ref in note.agencies if ref not in note.acknowledged)
    return NoteRow(
        audit=note.ref,
        sent=len(note.agencies),
        acknowledged=len(note.agencies) - len(waiting),
        waiting_for=waiting,
    )


def _representation(committee: Committee) -> RepresentationRow:
    meetings = committee.meetings
    return RepresentationRow(
        body=committee.ref,
        meetings=len(meetings),
        required=sum(len(meeting.required) for meeting in meetings),
        present=sum(len(set(meeting.required) & set(meeting.present)) for meeting in meetings),
        deputies=sum(len(set(meeting.required) & set(meeting.deputies)) for meeting in meetings),
        quorate=sum(meeting.quorate for meeting in meetings),
    )


def _boards(cases: Iterable[Case], asked: Iterable[Duty]) -> tuple[BoardRow, ...]:
    reviews: dict[str, int] = defaultdict(int)
    recommendations: dict[str, int] = defaultdict(int)
    for case in cases:
        for board in case.boards:
            reviews[board] += 1
    for duty in asked:
        assert duty.issued is not None
        for board in duty.issued.boards or (duty.ref.partition("/")[0],):
            recommendations[board] += 1
    return tuple(
        BoardRow(board=board, reviews=reviews[board], recommendations=recommendations[board])
        for board in sorted({*reviews, *recommendations})
    )


def _totals(
    cases: list[Case],
    asked: list[Duty],
    responses: tuple[ResponseRow, ...],
    rows: tuple[DutyRow, ...],
    clock: tuple[ClockRow, ...],
) -> Totals:
    shares = [share for row in rows for share in row.shares]
    return Totals(
        reviews=len(cases),
        recommendations=len(asked),
        made=sum(row.made for row in responses),
        accepted=sum(row.accepted for row in responses),
        declined=sum(row.declined for row in responses),
        pending=sum(row.pending for row in responses),
        replied=sum(row.replied for row in responses),
        duties=len(rows),
        duties_open=sum(row.done is None for row in rows),
        overdue=sum(row.overdue for row in rows),
        explained=sum(share.explained for share in shares),
        unexplained=sum(share.unexplained for share in shares),
        clocks_met=sum(row.status == "met" for row in clock),
        clocks_late=sum(row.status in ("late", "short") for row in clock),
        clocks_open=sum(row.status == "open" for row in clock),
        clocks_overdue=sum(row.status == "overdue" for row in clock),
        clocks_ended=sum(row.status == "ended" for row in clock),
    )


accountability: Projection[Item, Accountability] = Projection(
    name="accountability", key=key, evolve=evolve, summarise=summarise
)
