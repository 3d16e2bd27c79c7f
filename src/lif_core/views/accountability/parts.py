"""The parts of `accountability`: what one stream adds to it, in rows and in counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.aggregates.succession import UNOWNED, Succession
from lif_core.items.boards import boards_of
from lif_core.items.body import BodyMeetings, succession_for
from lif_core.items.briefing_note import BriefingNote
from lif_core.items.challenge import Challenge
from lif_core.items.clocks import Case, ClockRow, clock_rows
from lif_core.items.duty import (
    NO_DAYS,
    Duty,
    DutyDays,
    days_by_owner,
    is_overdue_now,
    ownership_spells,
    total_of,
)
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
    SourcedAnswer,
    UnownedRow,
)

# A recommendation


def add_duty(duty: Duty, part: Part) -> None:
    """Add who was answerable for a recommendation, when, and what they answered."""
    issued = duty.issued
    if issued is None:
        return
    answers = _add_answers(duty, issued, part)
    _add_escalations(duty, part)
    columns, days = {"recommendations": 1}, _add_ownership(duty, part)
    standing = {"open": days is not None and duty.is_open, "overdue_now": False}
    if days is not None:
        standing["overdue_now"] = is_overdue_now(duty, part)
        columns |= {"duties": 1, **standing, **days.counted}
    part.counted("totals", columns={"recommendations": 1, "duties": days is not None, **answers})
    boards = boards_of(duty.ref, issued.boards, part.governing(duty.ref, issued.on))
    _add_boards(boards, columns, days or NO_DAYS, standing, part)


def _add_answers(duty: Duty, issued: RecommendationIssued, part: Part) -> Mapping[str, int]:
    """Add the answer of each body that was asked, and return how many there are of each answer.

    Others may answer, and are not counted.
    """
    answers: dict[str, int] = defaultdict(int)
    for body, answer in duty.answers_of_addressed():
        row = AnswerRow(
            recommendation=duty.ref,
            body=body,
            answer=answer.answer,
            latency=(answer.on - issued.on).days if answer.on else None,
            waiting=part.days_since(issued.on) if answer.on is None else None,
        )
        part.row("answers", row)
        part.row("by_source", SourcedAnswer(body, issued.source, answer.answer, answer.replied))
        answers["made"] += 1
        answers[answer.answer] += 1
        answers["replied"] += answer.replied
    return answers


def _add_escalations(duty: Duty, part: Part) -> None:
    for name, escalation in duty.escalations.items():
        raised, answered = escalation.raised, escalation.answered
        if raised is None:
            continue
        status = "answered" if answered else "open"
        days = (answered - raised.on).days if answered else part.days_since(raised.on)
        part.counted("escalations", raised.to, columns={"raised": 1, status: 1})
        # An open one counts by the day it was raised, so that no count changes with the days
        part.count("escalated", raised.to, status, days if answered else raised.on.toordinal())
        row = EscalationRow(
            recommendation=duty.ref,
            escalation=name,
            to=raised.to,
            raised=raised.on,
            answered=answered,
            days=days,
        )
        part.row("escalations", row)


def _add_ownership(duty: Duty, part: Part) -> DutyDays | None:
    """Add who held a duty, and return the days while anybody did; `None` where nobody did."""
    succession = succession_for(part)
    spells = ownership_spells(duty, succession, part) if duty.holdings else []
    if not spells:
        return None
    for spell in spells:
        row = OwnershipRow(
            recommendation=duty.ref,
            body=spell.owner,
            since=spell.since,
            until=spell.until,
            **spell.days.shown,
        )
        part.row("ownership", row)
    holder, by_owner = spells[-1].owner, days_by_owner(spells)
    overdue_now, days = is_overdue_now(duty, part), total_of(tuple(by_owner.values()))
    part.row("duties", _duty_row(duty, holder, by_owner, overdue_now=overdue_now))
    if holder == UNOWNED and duty.is_open:
        unowned = UnownedRow(
            recommendation=duty.ref,
            held=spells[-2].owner if len(spells) > 1 else duty.holdings[-1].owner,
            since=spells[-1].since,
            due=duty.periods[-1].due,
            overdue_now=overdue_now,
        )
        part.row("unowned", unowned)
    for body, owned in by_owner.items():
        holds = duty.is_open and body == holder
        columns = {
            "held": 1,
            "open": holds,
            "overdue_now": holds and overdue_now,
            "due": any(spell.due for spell in spells if spell.owner == body),
            "ever_late": any(spell.late for spell in spells if spell.owner == body),
            **owned.counted,
        }
        part.counted("bodies", body, columns=columns)
    if len(by_owner) > 1:
        _count_shared_heirs(by_owner, succession, part)
    return days


def _duty_row(
    duty: Duty, holder: str, by_owner: Mapping[str, DutyDays], *, overdue_now: bool
) -> DutyRow:
    period = duty.periods[-1]
    return DutyRow(
        recommendation=duty.ref,
        outcome=duty.outcome,
        owner=holder,
        agreed=period.agreed,
        due=period.due,
        done=period.done,
        overdue_now=overdue_now,
        **total_of(tuple(by_owner.values())).shown,
        shares=tuple(OwnerShare(body=body, **by_owner[body].shown) for body in by_owner),
    )


def _count_shared_heirs(owners: Iterable[str], succession: Succession, part: Part) -> None:
    """Count how often a duty was held again in one line of merged bodies, after the first time."""
    heirs = [succession.line(owner) for owner in owners]
    for heir in dict.fromkeys(heirs):
        part.counted("held_again", heir, columns={"held": heirs.count(heir) - 1})


def _add_boards(
    boards: tuple[str, ...],
    columns: Mapping[str, int],
    days: DutyDays,
    standing: Mapping[str, bool],
    part: Part,
) -> None:
    """Count an item under each of its *boards*, and list it where there are several."""
    boards = tuple(dict.fromkeys(boards))
    joint = len(boards) > 1
    for board in boards:
        part.counted("boards", board, columns={**columns, "joint": joint})
    if joint:
        is_open, overdue_now = standing["open"], standing["overdue_now"]
        row = JointRow(
            item=part.key, boards=boards, open=is_open, overdue_now=overdue_now, **days.shown
        )
        part.row("joint", row)


# A review


def add_case(case: Case, part: Part) -> None:
    """Add the clocks of a review."""
    if case.kind is None or case.begun is None:
        return
    part.count("totals", "reviews")
    columns = Counter(reviews=1)
    for row in clock_rows(case, part):
        part.row("clocks", row)
        status = "late" if row.status == "short" else row.status
        columns[f"clocks_{status}"] += 1
        part.counted("clock_totals", row.clock, columns={"started": 1, status: 1})
        _count_latency(row, case, part)
    boards = boards_of(case.ref, case.boards, part.governing(case.ref, case.begun))
    nothing_owed = {"open": False, "overdue_now": False}
    _add_boards(boards, columns, NO_DAYS, nothing_owed, part)


def _count_latency(clock: ClockRow, case: Case, part: Part) -> None:
    """Count the days that a clock took or, while it runs, the day on which it started.

    Addressees of one duty count each for itself.
    """
    if clock.latency is not None:
        part.count("latency", clock.clock, "done", clock.latency)
    elif clock.so_far is not None:
        part.count("latency", clock.clock, "running", clock.started.toordinal())
    else:
        ended = case.milestones["closed"].on
        part.count("latency", clock.clock, "ended", (ended - clock.started).days)


# The rest


def add_challenge(challenge: Challenge, part: Part) -> None:
    """Add a matter that one body put to another, and the days until it was answered."""
    raised, answered, resolved = challenge.raised, challenge.answered, challenge.resolved
    if raised is None:
        return
    end = answered or resolved
    row = ChallengeRow(
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
    )
    part.row("challenges", row)


def add_briefing_note(note: BriefingNote, part: Part) -> None:
    """Add a briefing note, and the agencies that have not acknowledged it."""
    if not note.agencies:
        return
    waiting_for = tuple(agency for agency in note.agencies if agency not in note.acknowledged)
    row = NoteRow(
        audit=note.ref,
        sent=len(note.agencies),
        acknowledged=len(note.agencies) - len(waiting_for),
        waiting_for=waiting_for,
    )
    part.row("notes", row)


def add_body(body: BodyMeetings, part: Part) -> None:
    """Add the kind that a body is registered as, and who came to its meetings."""
    if body.registration is not None:
        part.count("kinds", part.ref, body.registration.kind.value)
    if not body.meetings:
        return
    seats = [(set(meeting.required), meeting) for meeting in body.meetings]
    row = RepresentationRow(
        body=part.ref,
        meetings=len(body.meetings),
        required=sum(len(required) for required, _ in seats),
        present=sum(len(required & set(meeting.present)) for required, meeting in seats),
        deputies=sum(len(required & set(meeting.deputies)) for required, meeting in seats),
        quorate=sum(meeting.quorate for meeting in body.meetings),
    )
    part.row("representation", row)
