"""The parts of `accountability`: what one stream adds to it, in rows and in counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from lif_core.aggregates.recommendation import (
    RecommendationAccepted,
    RecommendationAcceptedInPart,
    RecommendationDeclined,
    RecommendationIssued,
)
from lif_core.aggregates.succession import UNOWNED, Succession
from lif_core.items.boards import boards_of
from lif_core.items.body import BodyMeetings, succession_for
from lif_core.items.briefing_note import BriefingNote
from lif_core.items.challenge import Challenge
from lif_core.items.clocks import Case, ClockRow, clock_rows, offers_of
from lif_core.items.days import FOREVER, Acceptance, Days, Explanation, has_passed, hull
from lif_core.items.duty import (
    NO_DAYS,
    Answer,
    Duty,
    OwnershipSpell,
    days_by_owner,
    is_overdue_now,
    ownership_of,
    total_of,
)
from lif_core.items.meeting import is_quorate, say_meetings
from lif_core.projection.projection import Part
from lif_core.views.accountability.rows import (
    AnswerRow,
    ChallengeRow,
    DutyRow,
    EscalationRow,
    ExplanationRow,
    JointRow,
    JudgedRow,
    NoteRow,
    OwnerShare,
    OwnershipRow,
    ProgressRow,
    RepresentationRow,
    SourcedAnswer,
    UnownedRow,
    UnsignedRow,
)

# A recommendation


def add_duty(duty: Duty, part: Part) -> None:
    """Add who was answerable for a recommendation, when, and what they answered."""
    issued = duty.issued
    if issued is None:
        return
    answers = _add_answers(duty, issued, part)
    _add_escalations(duty, issued.text, part)
    _add_progress(duty, issued.text, part)
    ownership = ownership_of(duty, part)
    for explanation, acceptance, offered in ownership.explanations:
        _add_explanation(None, issued.text, explanation, acceptance, offered, part)
    columns: dict[str, int] = {"recommendations": 1}
    days: Mapping[str, Any] = NO_DAYS.columns
    standing = NOT_OWED
    if spells := ownership.spells:
        standing = _standing(duty, part)
        days = _add_ownership(duty, issued.text, spells, standing, part)
        columns |= {"duties": 1, **standing, **days}
    owed = {"duties": bool(spells), "unplanned": bool(spells) and not _planned(duty)}
    part.counted("totals", columns={"recommendations": 1, **owed, **answers})
    boards = boards_of(duty.ref, issued.boards, part.governing(duty.ref, issued.on))
    _add_boards(boards, columns, days, standing, part)


NOT_OWED = {"open": False, "overdue_now": False, "undated": False}


def _standing(duty: Duty, part: Part) -> dict[str, bool]:
    """Return how a duty stands now: open, and past its date or without one."""
    if not duty.is_open:
        return NOT_OWED
    undated = duty.periods[-1].due is None
    return {"open": True, "overdue_now": is_overdue_now(duty, part), "undated": undated}


def _planned(duty: Duty) -> bool:
    return any(period.planned for period in duty.periods)


TIMINGS = {"overdue": "overdue_now", "not known": "not_known"}
"""The columns that count the timing of answers, where they are not called the same."""


def _add_answers(duty: Duty, issued: RecommendationIssued, part: Part) -> Mapping[str, int]:
    """Add the answer of each body that was asked, and return how many there are of each answer.

    Others may answer, and are not counted.
    """
    counts: dict[str, int] = defaultdict(int)
    for body, answer in duty.answers_of_addressed():
        kind, sent_on = answer.answer, answer.sent or issued.on
        due, timing, late = _timing(duty, body, sent_on, part)
        row = AnswerRow(
            recommendation=duty.ref,
            text=issued.text,
            body=body,
            answer=kind,
            quorate=is_quorate(answer.words.by if answer.words else None, part),
            latency=(answer.on - sent_on).days if answer.on else None,
            waiting=_waiting(answer, sent_on, part) if kind == "pending" else None,
            sent=answer.sent,
            due=due,
            timing=timing,
            days_overdue_so_far=late,
            **_words(answer),
        )
        part.row("answers", row)
        replied = answer.replied is not None
        part.row("by_source", SourcedAnswer(body, issued.source, kind, replied, timing or ""))
        counts["made"] += 1
        counts[answer.column] += 1
        counts["replied"] += replied
        if timing is not None:
            counts["answers_timed"] += 1
            counts[f"answers_{TIMINGS.get(timing, timing)}"] += 1
    counts["replies_unsigned"] += len(duty.unsigned)
    for number, reply in enumerate(duty.unsigned, start=1):
        row_of_some = UnsignedRow(
            recommendation=duty.ref,
            number=number,
            on=reply.on,
            among=reply.among,
            reply=reply.reply,
        )
        part.row("unsigned", row_of_some)
    return counts


NO_WORDS: Mapping[str, str | None] = {"accepts": None, "declines": None, "reply": None}


def _waiting(answer: Answer, sent_on: date, part: Part) -> int:
    """Return how long a pending answer has waited: until a reply, if there is one, or so far."""
    return (answer.replied - sent_on).days if answer.replied else part.days_since(sent_on)


def _words(answer: Answer) -> Mapping[str, str | None]:
    if answer.words is None and answer.reply is None:
        return NO_WORDS  # the most usual case
    accepts: str | None = None
    declines: str | None = None
    match answer.words:
        case RecommendationAccepted(response=accepts):
            pass
        case RecommendationAcceptedInPart(accepted=accepts, declined=declines):
            pass
        case RecommendationDeclined(reasons=declines):
            pass
    reply = answer.reply.reply if answer.reply else None
    return {"accepts": accepts, "declines": declines, "reply": reply}


def _timing(
    duty: Duty, body: str, sent_on: date, part: Part
) -> tuple[date | None, str | None, int | None]:
    """Return the day by which a body is to answer what it was *sent_on* a day, whether it did in
    time, and the days past that day until it replied.
    """
    assert duty.issued is not None
    answer = duty.answers[body]
    due = answer.answer_by or part.governing(duty.ref, duty.issued.on).answer_due(sent_on)
    if due is None:
        return None, None, None
    end = min(answer.replied or FOREVER, duty.ended or FOREVER)
    late = Days(due, end).so_far(part)
    if answer.replied is not None:
        return due, "met" if answer.replied <= due else "late", late
    ended_before = duty.ended is not None and duty.ended <= due
    if ended_before or not has_passed(due, part):
        return due, "open" if duty.ended is None else "dropped", 0
    if duty.perhaps_replied(body):
        return due, "not known", None
    return due, "overdue" if duty.ended is None else "dropped", late


def _add_explanation(
    clock: str | None,
    about: str | None,
    explanation: Explanation,
    acceptance: Acceptance | None,
    days: Days,
    part: Part,
) -> None:
    """Add an explanation that was offered for some *days* at most, and how it stands."""
    accepted = acceptance.since if acceptance else None
    lasts = days.start < days.end
    if not lasts or (accepted and accepted >= days.end):
        status = "without effect"
    elif part.reached(days.end):
        status = "over"
    else:
        status = "accepted" if accepted else "offered"
    row = ExplanationRow(
        item=part.key,
        about=about,
        explanation=explanation.name,
        clock=clock,
        body=explanation.by,
        recorded=explanation.recorded,
        accepted=accepted,
        quorate=is_quorate(acceptance.by if acceptance else None, part),
        until=days.end if lasts and days.end < FOREVER else None,
        status=status,
        reasons=explanation.reasons,
    )
    part.row("explanations", row)


NOT_JUDGED = "not judged"


def _add_progress(duty: Duty, text: str, part: Part) -> None:
    """Add the notes of how far it has come, and what its issuer makes of what was done."""
    for number, note in enumerate(duty.progress, start=1):
        progress = ProgressRow(
            recommendation=duty.ref,
            text=text,
            number=number,
            body=note.by.body,
            on=note.on,
            note=note.note,
        )
        part.row("progress", progress)
    judged = duty.judged
    if judged is not None:
        row = JudgedRow(
            recommendation=duty.ref,
            text=text,
            body=judged.by.body,
            on=judged.on,
            judgement=judged.judgement.value,
            quorate=is_quorate(judged.by, part),
            reasons=judged.reasons,
        )
        part.row("judged", row)
    if duty.outcome == "implemented":
        part.count("judgements", judged.judgement.value if judged else NOT_JUDGED, "done")


def _add_escalations(duty: Duty, text: str, part: Part) -> None:
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
            text=text,
            escalation=name,
            concern=raised.concern,
            to=raised.to,
            raised=raised.on,
            answered=answered,
            quorate=is_quorate(escalation.by, part),
            days=days,
        )
        part.row("escalations", row)


def _add_ownership(
    duty: Duty,
    text: str,
    spells: Sequence[OwnershipSpell],
    standing: Mapping[str, bool],
    part: Part,
) -> Mapping[str, int]:
    """Add who held a duty, and return the days while anybody did, by their columns."""
    for spell in spells:
        row = OwnershipRow(
            recommendation=duty.ref,
            body=spell.owner,
            since=spell.since,
            until=spell.until,
            **spell.days.columns,
        )
        part.row("ownership", row)
    holder, days_of = spells[-1].owner, days_by_owner(spells)
    by_owner = {body: owned.columns for body, owned in days_of.items()}
    days = total_of(tuple(days_of.values())).columns if len(by_owner) > 1 else by_owner[holder]
    part.row("duties", _duty_row(duty, text, holder, by_owner, days, standing, part))
    if holder == UNOWNED and duty.is_open:
        unowned = UnownedRow(
            recommendation=duty.ref,
            text=text,
            held=spells[-2].owner if len(spells) > 1 else duty.holdings[-1].owner,
            since=spells[-1].since,
            due=duty.periods[-1].due,
            overdue_now=standing["overdue_now"],
        )
        part.row("unowned", unowned)
    for body, owned in by_owner.items():
        holds = duty.is_open and body == holder
        columns = {
            "held": 1,
            **(standing if holds else {}),
            "due": any(spell.due for spell in spells if spell.owner == body),
            "ever_late": any(spell.late for spell in spells if spell.owner == body),
            **owned,
        }
        part.counted("bodies", body, columns=columns)
    if len(by_owner) > 1:
        _count_shared_heirs(by_owner, succession_for(part), part)
    return days


def _duty_row(
    duty: Duty,
    text: str,
    holder: str,
    by_owner: Mapping[str, Mapping[str, Any]],
    days: Mapping[str, Any],
    standing: Mapping[str, bool],
    part: Part,
) -> DutyRow:
    period = duty.periods[-1]
    return DutyRow(
        recommendation=duty.ref,
        text=text,
        outcome=duty.outcome,
        owner=holder,
        agreed=period.agreed,
        due=period.due,
        done=period.done,
        overdue_now=standing["overdue_now"],
        undated=standing["undated"],
        planned=_planned(duty),
        quorate=is_quorate(period.dated[-1].event.by if period.dated else None, part),
        **days,
        shares=tuple([OwnerShare(body=body, **owned) for body, owned in by_owner.items()]),
    )


def _count_shared_heirs(owners: Iterable[str], succession: Succession, part: Part) -> None:
    """Count how often a duty was held again in one line of merged bodies, after the first time."""
    heirs = [succession.line(owner) for owner in owners]
    for heir in dict.fromkeys(heirs):
        part.counted("held_again", heir, columns={"held": heirs.count(heir) - 1})


def _add_boards(
    boards: tuple[str, ...],
    columns: Mapping[str, int],
    days: Mapping[str, Any],
    standing: Mapping[str, bool],
    part: Part,
) -> None:
    """Count an item under each of its *boards*, and list it where there are several."""
    boards = tuple(dict.fromkeys(boards))
    joint = len(boards) > 1
    for board in boards:
        part.counted("boards", board, columns={**columns, "joint": joint})
    if joint:
        row = JointRow(
            item=part.key,
            boards=boards,
            open=standing["open"],
            overdue_now=standing["overdue_now"],
            undated=standing["undated"],
            **days,
        )
        part.row("joint", row)


# A review


def add_case(case: Case, part: Part) -> None:
    """Add the clocks of a review."""
    if case.kind is None or case.begun is None:
        return
    part.count("totals", "reviews")
    columns = Counter(reviews=1)
    _add_delays(case, part)
    for row in clock_rows(case, part):
        part.row("clocks", row)
        status = "late" if row.status == "short" else row.status
        columns[f"clocks_{status}"] += 1
        part.counted("clock_totals", row.clock, columns={"started": 1, status: 1})
        _count_latency(row, case, part)
    boards = boards_of(case.ref, case.boards, part.governing(case.ref, case.begun))
    _add_boards(boards, columns, NO_DAYS.columns, NOT_OWED, part)


def _add_delays(case: Case, part: Part) -> None:
    """Add the explanations of delays of a review."""
    assert case.begun is not None
    horizon = part.governing(case.ref, case.begun).horizons.explanation
    for clock in case.explanations:
        for explanation, acceptance, days in offers_of(case, clock, horizon):
            offered = hull(days, otherwise=FOREVER)
            _add_explanation(clock, case.title, explanation, acceptance, offered, part)


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
        concern=raised.concern,
        manner=raised.manner.value,
        by=raised.by.body,
        to=raised.to,
        about=raised.about,
        raised=raised.on,
        answer_by=raised.answer_by,
        answered=answered.on if answered else None,
        quorate=is_quorate(answered.by if answered else None, part),
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
        note=note.note,
        sent=len(note.agencies),
        acknowledged=len(note.agencies) - len(waiting_for),
        waiting_for=waiting_for,
    )
    part.row("notes", row)


def add_body(body: BodyMeetings, part: Part) -> None:
    """Add the kind that a body is registered as, and who came to its meetings; say these."""
    say_meetings(body, part)
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
