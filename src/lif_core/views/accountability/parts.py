"""What streams add to `accountability`: their rows, and what is counted of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.succession import Succession
from lif_core.items.boards import boards_of
from lif_core.items.body import Organ, succession_asked
from lif_core.items.challenge import Challenge
from lif_core.items.clocks import Case, clock_rows
from lif_core.items.duty import (
    NOTHING,
    Answer,
    Duty,
    Overdue,
    Span,
    apportioned_today,
    by_owner,
)
from lif_core.items.note import Note
from lif_core.projection.projection import Part
from lif_core.views.accountability.rows import (
    AnswerRow,
    ChallengeRow,
    DutyRow,
    EscalationRow,
    JointRow,
    NoteRow,
    OwnerShare,
    OwnershipRow,
    RepresentationRow,
)


def _boards(ref: str, named: tuple[str, ...], on: date, part: Part) -> tuple[str, ...]:
    """Return the boards of an item that began *on* that day, each once."""
    return tuple(dict.fromkeys(boards_of(ref, named, part.governing(ref, on))))


# A recommendation


def add_duty(duty: Duty, part: Part) -> None:
    """Add who was answerable for a recommendation, when, and what they answered."""
    issued = duty.issued
    if issued is None:
        return
    answers = dict(_addressed(duty, issued))
    for ref, answer in answers.items():
        part.row("answers", _answer_row(duty, issued, ref, answer, part))
        columns = {"made": 1, answer.answer: 1, "replied": answer.replied}
        part.counted("matrix", ref, issued.source, columns=columns)
    for escalation in _escalations(duty, part):
        part.row("escalations", escalation)
    spans: Sequence[Span] = ()
    days: Mapping[str, int] = {}
    if duty.owed and duty.held:
        succession = succession_asked(part)
        spans = apportioned_today(duty, succession, part)
        part.row("duties", _duty_row(duty, spans))
        for ownership in _ownership(duty, spans):
            part.row("ownership", ownership)
        _count_bodies(duty, spans, succession, part)
        days = {"duties": 1, "open": duty.owed[-1].done is None, **_days(_whole(spans))}
    boards = _boards(duty.ref, issued.boards, issued.on, part)
    for board in boards:
        joint = len(boards) > 1
        columns = {"recommendations": 1, "joint": joint, **days}
        part.counted("boards", board, columns=columns)
    if len(boards) > 1:
        part.row("joint", _joint_row(part.key, boards, _whole(spans)))
    part.counted("totals", columns={"recommendations": 1, "duties": bool(spans)})


def _whole(spans: Sequence[Span]) -> Overdue:
    return spans[0].share if len(spans) == 1 else sum((span.share for span in spans), NOTHING)


def _figures(share: Overdue) -> dict[str, int]:
    return {
        "overdue": share.total,
        "explained": share.explained,
        "unexplained": share.unexplained,
        "overdue_by_first_date": share.agreed,
    }


def _duty_row(duty: Duty, spans: Sequence[Span]) -> DutyRow:
    shares = by_owner(spans)
    latest = duty.owed[-1]
    return DutyRow(
        recommendation=duty.ref,
        outcome=duty.outcome,
        owner=spans[-1].owner,
        agreed=latest.agreed,
        due=latest.due,
        done=latest.done,
        overdue=_whole(spans).total,
        shares=tuple(OwnerShare(body=ref, **_figures(shares[ref])) for ref in shares),
    )


def _ownership(duty: Duty, spans: Sequence[Span]) -> Iterator[OwnershipRow]:
    for span in spans:
        yield OwnershipRow(
            recommendation=duty.ref,
            body=span.owner,
            since=span.since,
            until=span.until,
            **_figures(span.share),
        )


def _count_bodies(duty: Duty, spans: Sequence[Span], succession: Succession, part: Part) -> None:
    """Count each body once for the duty, and where a line of bodies held it more than once."""
    owners = dict.fromkeys(span.owner for span in spans)
    for owner in owners:
        part.counted("bodies", owner, columns={"held": 1, **_days(_of(owner, spans))})
    if duty.owed[-1].done is None:
        part.count("bodies", spans[-1].owner, "open")
    if len(owners) > 1:
        heirs = [succession.heir(owner) for owner in owners]
        for heir in dict.fromkeys(heirs):
            part.counted("held_again", heir, columns={"held": heirs.count(heir) - 1})


def _of(owner: str, spans: Sequence[Span]) -> Overdue:
    return _whole([span for span in spans if span.owner == owner])


def _days(share: Overdue) -> dict[str, int]:
    """Return the days to count, without what follows: unexplained is the rest."""
    return {
        "overdue": share.total,
        "explained": share.explained,
        "overdue_by_first_date": share.agreed,
    }


def _joint_row(stream: str, boards: tuple[str, ...], share: Overdue) -> JointRow:
    return JointRow(
        item=stream,
        boards=boards,
        overdue=share.total,
        explained=share.explained,
        unexplained=share.unexplained,
    )


def _addressed(duty: Duty, issued: RecommendationIssued) -> Iterator[tuple[str, Answer]]:
    """Yield each body that was asked; one that answers, and was not, is not among them."""
    for ref in dict.fromkeys(issued.addressed):
        yield ref, duty.answers[ref]


def _answer_row(
    duty: Duty, issued: RecommendationIssued, ref: str, answer: Answer, part: Part
) -> AnswerRow:
    return AnswerRow(
        recommendation=duty.ref,
        body=ref,
        answer=answer.answer,
        latency=(answer.on - issued.on).days if answer.on else None,
        waiting=part.days_since(issued.on) if answer.on is None else None,
    )


def _escalations(duty: Duty, part: Part) -> Iterator[EscalationRow]:
    for name, escalation in duty.escalations.items():
        raised, answered = escalation.raised, escalation.answered
        if raised is None:
            continue
        how, day = ("answered", answered) if answered else ("open", raised.on)
        part.counted("escalations", raised.to, columns={"raised": 1, how: 1})
        days = (answered - raised.on).days if answered else day.toordinal()
        part.count("escalated", raised.to, how, days)
        yield EscalationRow(
            recommendation=duty.ref,
            escalation=name,
            to=raised.to,
            raised=raised.on,
            answered=answered,
            days=days if answered else part.days_since(raised.on),
        )


# A review


def add_case(case: Case, part: Part) -> None:
    """Add a review's clocks."""
    if case.kind is None or case.begun is None:
        return
    boards = _boards(case.ref, case.boards, case.begun, part)
    closed = case.milestones.get("closed")
    part.count("totals", "reviews")
    for board in boards:
        part.counted("boards", board, columns={"reviews": 1, "joint": len(boards) > 1})
    for row in clock_rows(case, part):
        part.row("clocks", row)
        status = "late" if row.status == "short" else row.status
        for board in boards:
            part.count("boards", board, f"clocks_{status}")
        part.counted("clock_totals", row.clock, columns={"started": 1, status: 1})
        if row.latency is not None:
            part.count("latency", row.clock, "done", row.latency)
        elif row.so_far is not None:
            part.count("latency", row.clock, "running", row.started.toordinal())
        else:
            assert closed is not None  # it has ended
            part.count("latency", row.clock, "ended", (closed.on - row.started).days)
    if len(boards) > 1:
        part.row("joint", _joint_row(part.key, boards, NOTHING))


# The rest


def add_challenge(challenge: Challenge, part: Part) -> None:
    raised, answered, resolved = challenge.raised, challenge.answered, challenge.resolved
    if raised is None:
        return
    end = answered or resolved
    part.row(
        "challenges",
        ChallengeRow(
            challenge=raised.challenge,
            manner=raised.manner.value,
            by=raised.by.body,
            to=raised.to,
            about=raised.about,
            raised=raised.on,
            answer_by=raised.answer_by,
            answered=answered.on if answered else None,
            resolved=resolved.on if resolved else None,
            days=(end.on - raised.on).days if end else part.days_since(raised.on),
        ),
    )


def add_note(note: Note, part: Part) -> None:
    if note.agencies:
        waiting = tuple(ref for ref in note.agencies if ref not in note.acknowledged)
        row = NoteRow(
            audit=note.ref,
            sent=len(note.agencies),
            acknowledged=len(note.agencies) - len(waiting),
            waiting_for=waiting,
        )
        part.row("notes", row)


def add_body(body: Organ, part: Part) -> None:
    """Add what a body is registered as, and who came to its meetings."""
    if body.registered is not None:
        part.count("kinds", part.ref, body.registered.kind.value)
    if not body.meetings:
        return
    required = [set(meeting.required) for meeting in body.meetings]
    part.row(
        "representation",
        RepresentationRow(
            body=part.ref,
            meetings=len(body.meetings),
            required=sum(map(len, required)),
            present=sum(
                len(r & set(m.present)) for r, m in zip(required, body.meetings, strict=True)
            ),
            deputies=sum(
                len(r & set(m.deputies)) for r, m in zip(required, body.meetings, strict=True)
            ),
            quorate=sum(meeting.quorate for meeting in body.meetings),
        ),
    )
