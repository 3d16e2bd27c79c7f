"""Scenes: what random steps seldom come to, each told in a few steps, with days of its own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.recount.generator import (
    CORRECTING,
    DAY,
    Actions,
    Known,
    Teller,
    audit,
    live,
    version,
)

BOARD = "xb"


def begun(t: Teller, *bodies: str) -> Known | None:
    """Return a new recommendation that *bodies* have accepted on one day."""
    review, ref = f"{BOARD}/s{t.count}e", t.reference("r")
    ref = f"{BOARD}/{ref.partition('/')[2]}"
    t.say("OpenReview", BOARD, on=t.now, review=review, kind="small", title="T")
    fields = {"source": f"review-{review}", "text": "T", "addressed": list(bodies)}
    t.say("IssueRecommendation", BOARD, on=t.now, recommendation=ref, **fields)
    for body in bodies:
        t.say("AcceptRecommendation", body, on=t.now, recommendation=ref)
    return t.streams.get(f"recommendation-{ref}")


def on_it(t: Teller, stream: Known, name: str, who: str = BOARD, **fields: Any) -> bool:
    """Say something of a recommendation today."""
    return t.say(name, who, on=t.now, recommendation=stream.ref, **fields)


def planned(t: Teller, owner: str, *others: str, due: int = 30) -> Known | None:
    """Return a new recommendation that is planned for an owner, due in so many days."""
    stream = begun(t, owner, *others)
    if stream:
        t.go_on(t.random.choice((1, 5)))
        day = t.now + DAY * due
        on_it(t, stream, "PlanRecommendation", owner=owner, action="A", due=day)
    return stream


def put_in_place(t: Teller, owner: str) -> Known | None:
    """Return a new recommendation that its owner has done."""
    stream = planned(t, owner)
    if stream:
        t.go_on(t.random.choice((5, 40)))
        on_it(t, stream, "ImplementRecommendation", owner, evidence="E")
    return stream


def number_of(stream: Known, name: str) -> int:
    """Return the number of the last entry of a name; 0 where there is none."""
    numbers = [n for n, (other, _) in enumerate(stream.entries, 1) if other == name]
    return numbers[-1] if numbers else 0


def void(t: Teller, stream: Known, number: int, who: str = BOARD) -> None:
    if number:
        t.say("VoidEntry", who, on=t.now, stream=stream.name, entry=number, reasons="R")


def amend(t: Teller, stream: Known, name: str, **changed: Any) -> None:
    """Amend the last entry of a name."""
    if number := number_of(stream, name):
        _, fields = stream.entries[number - 1]
        said = {k: v.isoformat() if isinstance(v, date) else v for k, v in changed.items()}
        replacement = {"name": f"{name}.v{version(name)}", "event": {**fields, **said}}
        fields = {"stream": stream.name, "entry": number, "replacement": replacement}
        t.say("AmendEntry", BOARD, on=t.now, reasons="R", **fields)


def some_agency(t: Teller) -> str:
    return t.random.choice(("xb/a1", "xb/a2", "xb/a3"))


# Corrections


def one_of_two_acceptances_is_void(t: Teller) -> None:
    if stream := planned(t, "xb/a1", "xb/a2"):
        t.go_on(10)
        void(t, stream, t.random.choice((2, 3)))


def a_plan_moved_behind_the_end(t: Teller) -> None:
    if not (stream := planned(t, "xb/a1")):
        return
    t.go_on(5)
    on_it(t, stream, "ProposeTransfer", "xb/a1", to="xb/a2", reasons="R")
    on_it(t, stream, "AcceptTransfer", "xb/a2")
    t.go_on(5)
    on_it(t, stream, "WithdrawRecommendation", reasons="R")
    moved = t.now + DAY * t.random.choice((1, 9))
    t.go_on(3)
    amend(t, stream, "RecommendationPlanned", on=moved)


def an_embedding_moved_behind_the_reopening(t: Teller) -> None:
    if not (stream := put_in_place(t, some_agency(t))):
        return
    _embed(t, stream)
    t.go_on(20)
    on_it(t, stream, "ReopenRecommendation", due=t.now + DAY * 20, reasons="R")
    moved = t.now + DAY * 2
    t.go_on(5)
    amend(t, stream, "RecommendationEmbedded", on=moved)


def a_plan_moved_before_an_answer(t: Teller) -> None:
    if not (stream := begun(t, "xb/a1")):
        return
    first = t.now
    t.go_on(4)
    on_it(t, stream, "AcceptRecommendationInPart", "xb/a1", accepted="A", declined="D")
    t.go_on(4)
    on_it(t, stream, "PlanRecommendation", owner="xb/a1", action="A")
    t.go_on(2)
    amend(t, stream, "RecommendationPlanned", on=first + DAY)


def bodies_in_a_circle(t: Teller) -> None:
    """A merger was void, and that was void: by then the other had gone the other way."""
    one, other = t.random.sample(("xb/c1", "xb/c2", "xb/a1", "xb/a2"), 2)
    planned(t, one)
    t.go_on(3)
    t.say("MergeBody", BOARD, on=t.now, body=one, into=other, reasons="R")
    body = t.streams.get(f"body-{one}")
    if not body or not body.has("BodyMerged"):
        return
    void(t, body, number_of(body, "BodyMerged"))
    t.go_on(t.random.choice((0, 3)))
    planned(t, one)
    t.say("MergeBody", BOARD, on=t.now, body=other, into=one, reasons="R")
    t.go_on(3)
    void(t, body, number_of(body, "EntryVoided"))


def an_explanation_amended(t: Teller) -> None:
    if not (stream := planned(t, "xb/a1", due=5)):
        return
    t.go_on(20)
    t.count += 1
    until = t.now + DAY * t.random.choice((40, 80))
    fields = {"explanation": f"e{t.count}", "reasons": "R", "until": until}
    on_it(t, stream, "ExplainRecommendationDelay", "xb/a1", **fields)
    t.go_on(3)
    on_it(t, stream, "AcceptRecommendationExplanation", explanation=f"e{t.count}")
    t.go_on(10)
    moved = until + DAY * t.random.choice((-70, -25, 60))
    amend(t, stream, "RecommendationDelayExplained", until=moved)
    t.go_on(120)


def a_case_explained_and_amended(t: Teller) -> None:
    ref = f"{BOARD}/{t.reference('k').partition('/')[2]}"
    fields: dict[str, Any] = {"kind": "case", "subject": "S", "aware": t.now}
    t.say("NotifyCase", BOARD, on=t.now, review=ref, **fields)
    t.go_on(2)
    hold = {"hold": True, "reasons": "R", "criteria": ["harm"]}
    t.say("DecideHold", BOARD, on=t.now, review=ref, **hold)
    t.go_on(200)
    t.count += 1
    until = t.now + DAY * 60
    said = {"explanation": f"x{t.count}", "clock": "completion", "reasons": "R", "until": until}
    t.say("ExplainReviewDelay", BOARD, on=t.now, review=ref, **said)
    t.go_on(3)
    t.say("AcceptReviewExplanation", BOARD, on=t.now, review=ref, explanation=f"x{t.count}")
    t.go_on(20)
    if stream := t.streams.get(f"review-{ref}"):
        moved = until + DAY * t.random.choice((-45, 60))
        amend(t, stream, "ReviewDelayExplained", until=moved)
    t.go_on(120)


def handed_on_when_it_was_reopened(t: Teller) -> None:
    """It passes on, on the day of its reopening, by a merger or by a transfer."""
    owner = t.random.choice(("xb/c1", "xb/c2", "xb/c3", "xb/a1"))
    if not (stream := put_in_place(t, owner)):
        return
    t.go_on(10)
    one, other = "xb/a2", "xb/a3"
    if t.chance(0.3):
        t.say("MergeBody", BOARD, on=t.now, body=owner, into=one, reasons="R")
        t.say("MergeBody", BOARD, on=t.now, body=one, into=other, reasons="R")
    on_it(t, stream, "ReopenRecommendation", due=t.now + DAY * 20, reasons="R")
    on_it(t, stream, "ProposeTransfer", owner, to=other, reasons="R")
    on_it(t, stream, "AcceptTransfer", other)


# Evidence


def _embed(t: Teller, stream: Known, **fields: Any) -> None:
    t.go_on(21)
    if not fields:
        made = audit(t, looks_at=[stream.name])
        fields = {"rests_on": [made] if made else []}
        t.go_on(4)
    on_it(t, stream, "EmbedRecommendation", evidence="E", **fields)


def _check(t: Teller, stream: Known, who: str = BOARD, **fields: Any) -> None:
    t.count += 1
    said = {"check": f"q{t.count}", "note": "N", "passed": True, **fields}
    on_it(t, stream, "CheckRecommendation", who, **said)


def _points(t: Teller, ref: str, values: Sequence[float], since: date) -> date:
    """Record points, a month apart, and return the month after them."""
    for value in values:
        fields = {"indicator": ref, "period": since, "value": value}
        t.say("RecordPoint", BOARD, on=max(t.now, since), **fields)
        since += DAY * 30
    return since


def _indicator(t: Teller, *about: Known, **fields: Any) -> str:
    ref = f"{BOARD}/{t.reference('i').partition('/')[2]}"
    said = {"name": "N", "unit": "U", "kind": "measurement", "higher_is_better": True, **fields}
    speaks_to = [stream.ref for stream in about]
    t.say("DefineIndicator", BOARD, on=t.now, indicator=ref, speaks_to=speaks_to, **said)
    return ref


def shown_by_outcome_data(t: Teller) -> None:
    """An indicator alone shows it; or it signals too early, the wrong way, or of another."""
    if not (stream := planned(t, "xb/a1")):
        return
    other = planned(t, "xb/a2")
    about = stream if t.chance(0.75) or not other else other
    ref = _indicator(t, about, higher_is_better=t.chance(0.7))
    month = _points(t, ref, (60, 62, 58) * 4, t.now - DAY * 380)
    if t.chance(0.35):
        month = _points(t, ref, (75,), month)
    t.go_on(30)
    on_it(t, stream, "ImplementRecommendation", "xb/a1", evidence="E")
    t.go_on(40)
    rests_on = [f"indicator-{ref}"]
    _points(t, ref, t.random.choice(((60,), (75,), (75, 76))), max(month, t.now - DAY * 5))
    t.go_on(t.random.choice((20, 40)))
    _embed(t, stream, rests_on=rests_on)
    for days in (100, 290):
        t.go_on(days)
        who = t.random.choice((BOARD, "xb/a1"))
        _check(t, stream, who, passed=t.chance(0.7), rests_on=rests_on)


def concerned(t: Teller) -> None:
    """It lasts, and an indicator signals for the worse, before or after the last check."""
    if not (stream := put_in_place(t, some_agency(t))):
        return
    ref = _indicator(t, stream)
    month = _points(t, ref, (60, 62, 58) * 4, t.now - DAY * 380)
    _embed(t, stream)
    when = t.random.choice((0, 1, 2))
    for look in range(3):
        if look == when:
            _points(t, ref, (45,), max(month, t.now - DAY))
        if look < 2:
            t.go_on((120, 290)[look])
            made = audit(t, looks_at=[stream.name])
            t.go_on(4)
            _check(t, stream, rests_on=[made] if made else [])
        t.go_on(5)
    t.go_on(30)
    if t.chance(0.4):
        t.say("ResolveConcern", BOARD, on=t.now, indicator=ref, reasons="R")


def found_gone_and_in_place_on_one_day(t: Teller) -> None:
    if not (stream := put_in_place(t, some_agency(t))):
        return
    _embed(t, stream)
    t.go_on(60)
    made = [audit(t, looks_at=[stream.name]) for _ in range(2)]
    t.go_on(4)
    for passed, ref in zip((False, True), made, strict=True):
        _check(t, stream, passed=passed, rests_on=[ref] if ref else [])


def embedded_on_a_check(t: Teller) -> None:
    """The embedding names a check, and nothing else."""
    if not (stream := put_in_place(t, some_agency(t))):
        return
    t.go_on(21)
    made = audit(t, looks_at=[stream.name])
    t.go_on(4)
    _check(t, stream, rests_on=[made] if made else [])
    _embed(t, stream, checks=[f"q{t.count}"])


def audited_by_who_was_merged(t: Teller) -> None:
    """The audit of the owner's predecessor is the owner's own."""
    if not (stream := put_in_place(t, "xb/c1")):
        return
    t.go_on(2)
    ref = f"{BOARD}/{t.reference('a').partition('/')[2]}"
    fields = {"kind": "plain", "theme": "T", "basis": "B", "scale": "four"}
    who = t.random.choice(("xb/c1", "xb/c2"))
    t.say("PlanAudit", who, on=t.now, audit=ref, looks_at=[stream.name], **fields)
    cancelled = t.chance(0.3)
    plan = t.streams.get(f"audit-{ref}")
    if cancelled and plan:
        t.say("CancelAudit", who, on=t.now, audit=ref, reasons="R")
        void(t, plan, number_of(plan, "AuditCancelled"))
    t.say("ConcludeAudit", who, on=t.now, audit=ref, grades=[], summary="S")
    t.go_on(2)
    if cancelled and plan:
        void(t, plan, number_of(plan, "EntryVoided"))
    elif t.chance(0.6):
        t.say("MergeBody", BOARD, on=t.now, body="xb/c1", into="xb/c2", reasons="R")
    t.go_on(2)
    _check(t, stream, rests_on=[f"audit-{ref}"])
    fields = {"account": "A", "evidence": f"v{t.count}", "route": "team-meetings"}
    past = t.now - DAY * t.random.choice((0, 4, 6, 20))
    rests_on = [f"audit-{ref}"]
    t.say("RecordEvidence", "xb/c2", on=past, recommendation=stream.ref, rests_on=rests_on,
          **fields)  # fmt: skip


# Charts and files


def on_the_limit(t: Teller) -> None:
    """Mean 200, limits 67 and 333: points on them and beside them."""
    ref = _indicator(t)
    month = _points(t, ref, (225, 175) * 6, t.now - DAY * 500)
    values = t.random.sample((333, 67, 334, 66, 332, 288.5, 290, 150), 3)
    _points(t, ref, values, month)


def rare_counts(t: Teller) -> None:
    """Few gaps, and many; of a count that is rare, or not; with opportunities, or without."""
    ref = _indicator(t, kind="count", higher_is_better=False)
    level = t.random.choice((0, 0, 5))
    _points(t, ref, [level + t.random.choice((0, 1)) for _ in range(6)], t.now - DAY * 300)
    day = t.now - DAY * 299
    counted = t.random.choice((0.0, 0.5, 1.0))
    for _ in range(t.random.choice((3, 4, 5, 7, 13))):
        t.count += 1
        more = {"opportunities": t.random.choice((0, 1, 3, 8))} if t.chance(counted) else {}
        fields = {"indicator": ref, "occurrence": f"o{t.count}", "day": day, **more}
        t.say("RecordOccurrence", BOARD, on=t.now, **fields)
        day += DAY * t.random.choice((1, 2, 9, 60))


def files_of_two_audits(t: Teller) -> None:
    """A repeat looks at other files, or at some of those before; its sample is stated, or not."""
    first = ""
    seen: list[str] = []
    for _ in range(3):
        ref = f"{BOARD}/{t.reference('a').partition('/')[2]}"
        fields: dict[str, Any] = {"kind": "multi", "theme": "T", "basis": "B", "scale": "four"}
        fields |= {"follows": first} if first else {}
        fields |= {"sample": "By lot"} if t.chance(0.85) else {}
        t.say("PlanAudit", BOARD, on=t.now, audit=ref, **fields)
        files = [f"z{t.count}-{number}" for number in range(8)]
        if seen and t.chance(0.4):
            files[0] = t.random.choice(seen)
        seen += files
        good = t.random.randrange(2, 7)
        grades = [{"grade": "good", "files": good}, {"grade": "inadequate", "files": 8 - good}]
        more = {"references": sorted(files)} if t.chance(0.85) else {}
        said: dict[str, Any] = {"grades": grades, "summary": "S", **more}
        t.say("ConcludeAudit", BOARD, on=t.now, audit=ref, **said)
        first = first or ref
        t.go_on(20)


SCENES = (
    *(one_of_two_acceptances_is_void, a_plan_moved_behind_the_end),
    *(an_embedding_moved_behind_the_reopening, a_plan_moved_before_an_answer),
    *(bodies_in_a_circle, an_explanation_amended, a_case_explained_and_amended),
    *(handed_on_when_it_was_reopened, shown_by_outcome_data, concerned),
    *(found_gone_and_in_place_on_one_day, embedded_on_a_check, audited_by_who_was_merged),
    *(on_the_limit, rare_counts, files_of_two_audits),
)
EDGES: Actions = (*((6, scene) for scene in SCENES), (40, live), *CORRECTING)
