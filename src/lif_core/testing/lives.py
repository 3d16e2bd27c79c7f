"""The decisions of boards about everything that they decide on, as commands in their JSON form.

What stands here is decided once by the rules; a log lives it again and again, under other
references and on other days: `~` in a reference is where its number goes. Most of it is about
recommendations, in every stage of their lives, and many are left open. All cases are fictional.
"""

from collections.abc import Generator, Iterator
from datetime import date, timedelta
from typing import Any, TypeAlias

JSON: TypeAlias = Any

FIRST = date(2017, 6, 1)
RECOMMENDATIONS = 84
"""So many are issued each time: their lives come in twelve kinds, of four boards."""
AGENCIES = tuple(f"wsb/agency-{number:02}" for number in range(1, 31))
NAMED = (
    "wsb/council-children",
    "wsb/council-adults",
    "wsb/council-education",
    "wsb/police",
    "wsb/ccg",
    "wsb/rwt",
    "wsb/bcpft",
    "wsb/probation",
    "wsb/voluntary",
)
"""The partner agencies that the pack names."""

COMMITTEES = ("wsb/lpp", "wsb/jld", "wsb/jce", "wscb/qac", "wscb/pmc", "wscb/scr", "wsab/qpc")
ROLES = {"wscb": "independent chair", "wsab": "independent chair"}
RARE = ("annual_report", "data_subject", "edition", "improvement_plan", "training_programme")
"""Categories of which a year has few: every fifth time only."""

SOURCES = (
    "review-wscb/scr~",
    "review-wsab/sar~",
    "review-wscb/table~",
    "review-wsb/single~",
    "review-wscb/peer~",
    "review-wscb/cdr-1~",
    "audit-wscb/maca~",
    "audit-wscb/s11~",
)
NO_GROUND = (
    "death",
    "concern-joint-working",
    "died-in-custody",
    "died-in-secure-home",
    "died-detained",
)
"""The criteria without which there is no ground to hold a serious case review."""
ISSUED = 210  # the day on which the first recommendation is issued


def on(day: int) -> str:
    return (FIRST + timedelta(day)).isoformat()


def ask(command: str, day: int, body: str, /, **fields: Any) -> JSON:
    """Return the JSON of a *command*, decided on that *day* by somebody of *body*."""
    by = {"person": f"P. {body}", "role": ROLES.get(body, "lead"), "body": body}
    return {"command": command, "by": by, "on": on(day), **fields}


def standing() -> Iterator[JSON]:
    """Yield what is decided once, whatever the length of the log: the bodies, and a merger."""
    for number, body in enumerate(AGENCIES):
        kind = "committee" if number >= 25 else "agency"
        yield ask("RegisterBody", 0, "wscb", body=body, name=f"Agency {number}", kind=kind)
    for number, body in enumerate(COMMITTEES):
        terms = {"terms": "2017", "remit": "As the framework has it", "boards": ["wscb", "wsab"]}
        board = "wsab" if body.startswith("wsab/") else "wscb"
        yield ask("AdoptTerms", number, board, body=body, quorum=2, **terms)
    yield ask(
        "MergeBody", 400, "wscb", body=AGENCIES[0], into=AGENCIES[1], reasons="One is enough"
    )


def repeated(recommendations: int = RECOMMENDATIONS) -> Iterator[JSON]:
    """Yield what is decided again and again, each time about streams of its own."""
    yield from _reviews()
    yield from _deaths()
    yield from _audits()
    for number in range(recommendations):
        yield from map(_by_its_own_board, _recommendation(number))
    yield from _training()
    yield from _learning()
    yield from _plan()
    yield from _bodies()
    yield from _edition()
    yield from _annual_report()
    yield from _data_subject()


# Reviews


def _told(matter: str) -> JSON:
    """Return the fields of what the national panel is told of a review."""
    return {"matter": matter, "to": ["national-panel"]}


def _reviews() -> Iterator[JSON]:
    yield from _case("wscb/scr~", "wscb", "scr", 10, ["abuse-or-neglect", "death"])
    criteria = ["care-and-support-needs", "concern-joint-working", "death", "abuse-or-neglect"]
    yield from _case("wsab/sar~", "wsab", "sar", 25, criteria)
    review: JSON = {"review": "wscb/not-held~"}
    yield ask(
        "NotifyCase",
        40,
        "wscb",
        **review,
        kind="scr",
        subject="A child",
        aware=on(36),
        criteria=["abuse-or-neglect"],
    )
    declined: JSON = {"hold": False, "reasons": "No ground", "criteria": []}
    unmet = [{"criterion": each, "reasons": "Looked into"} for each in NO_GROUND]
    yield ask("DecideHold", 55, "wscb", **review, **declined, not_met=unmet)
    yield ask("InformAddressees", 60, "wscb", **review, **_told("decision"))
    yield ask("CloseReview", 70, "wscb", **review)
    opened: tuple[tuple[str, str, str, JSON], ...] = (
        ("wscb/table~", "wscb", "table-top", {"threshold": "Below the criteria"}),
        ("wsb/single~", "wsb/police", "single-agency-review", {}),
        ("wscb/peer~", "wscb", "lga-peer", {}),
        ("wscb/ofsted~", "wscb", "ofsted-s15a", {}),
        ("wsb/guidance~", "wscb", "guidance", {}),
    )
    for number, (ref, body, kind, more) in enumerate(opened):
        yield from _opened(ref, body, kind, 15 + 12 * number, more)
    yield ask("OpenReview", 300, "wscb", review="wscb/ongoing~", kind="lga-peer", title="Going on")
    yield from _findings("wscb/ongoing~", "wscb", 330)


def _case(ref: str, board: str, kind: str, day: int, criteria: list[str]) -> Iterator[JSON]:
    review: JSON = {"review": ref}
    yield ask(
        "NotifyCase",
        day,
        "wsb/council-children",
        **review,
        kind=kind,
        subject="C",
        aware=on(day - 4),
    )
    held = {"hold": True, "reasons": "The criteria are met", "criteria": criteria}
    yield ask("DecideHold", day + 25, board, **review, **held)
    if kind == "scr":
        yield ask("InformAddressees", day + 28, board, **review, **_told("decision"))
    organisations = ["wsb/police", "wsb/rwt", "wsb/council-children"]
    yield ask(
        "SetScope",
        day + 40,
        board,
        **review,
        scope="Two years",
        rationale="All of them knew",
        decided_on=["complexity"],
        organisations=organisations,
    )
    independent = {
        "declaration": "No part in the case",
        "involved_in_case": False,
        "employed_otherwise": "Nobody",
    }
    yield ask("AppointReviewer", day + 42, board, **review, reviewer="I. R.", **independent)
    if kind == "scr":
        method = {"methodology": "systems", "toolkit": "scr-toolkit 2"}
        yield ask("AdoptMethod", day + 43, board, **review, **method)
    for body in organisations:
        invitation: JSON = {**review, "organisation": body}
        yield ask("InvitePractitioners", day + 60, board, **invitation, invited=4)
        yield ask(
            "RecordContribution", day + 80, board, **invitation, contributed=3, perspectives="So"
        )
    mother: JSON = {**review, "relation": "mother"}
    yield ask("InviteFamily", day + 61, board, **mother, explanation="A letter")
    yield ask("RecordFamilyResponse", day + 82, board, **mother, response="Contributed")
    yield ask("RecordVoice", day + 84, board, **review, voice="What was shown at school")
    yield from _findings(ref, board, day + 120)
    late: JSON = {"clock": "completion" if kind == "scr" else "adult review completion"}
    inquest: JSON = {**review, "explanation": "inquest"}
    yield ask("ExplainReviewDelay", day + 170, board, **inquest, **late, reasons="The inquest")
    yield ask("AcceptReviewExplanation", day + 171, board, **inquest)
    yield ask("AcceptReport", day + 190, board, **review, response="All is accepted")
    if kind == "scr":
        yield ask("InformAddressees", day + 195, board, **review, **_told("report"))
        place: JSON = {"place": "https://example.org/report", "summary": "What was learnt"}
        yield ask("PublishReport", day + 215, board, **review, **place)
        yield ask("TakeDownReport", day + 580, board, **review, reasons="A year has passed")
    else:
        yield ask("DecideNotToPublish", day + 215, board, **review, reasons="An adult is alive")
    yield from _answered(ref, board, day + 300)
    yield ask("CloseReview", day + 320, board, **review)


def _findings(ref: str, body: str, day: int) -> Iterator[JSON]:
    for number, factor in enumerate(("system", "individual", "good practice"), 1):
        finding: JSON = {"review": ref, "finding": f"f-{number}", "factor": factor}
        yield ask(
            "RecordFinding", day + number, body, **finding, what="It was so", why="Therefore"
        )


def _answered(ref: str, body: str, day: int) -> Iterator[JSON]:
    """Yield how findings are answered: one by a recommendation, one by nobody, one is shared."""
    review: JSON = {"review": ref}
    number = SOURCES.index(f"review-{ref}")
    taken_up: JSON = {"finding": "f-1", "recommendation": f"{_board(number)}/r-{number}~"}
    yield ask("AddressFinding", day, body, **review, **taken_up)
    yield ask("TakeNoAction", day, body, **review, finding="f-2", reasons="It has been put right")
    yield ask("ShareFinding", day, body, **review, finding="f-3", dissemination="wsb/news-0~")


def _opened(ref: str, body: str, kind: str, day: int, more: JSON) -> Iterator[JSON]:
    review: JSON = {"review": ref}
    yield ask("OpenReview", day, body, **review, kind=kind, title="A look", **more)
    if kind in ("table-top", "single-agency-review"):
        yield ask("RecordVoice", day + 40, body, **review, voice="What the child said")
    if kind == "guidance":
        cited: JSON = {"document": "working-together-2015", "title": "Working Together"}
        yield ask("CiteDocument", day + 20, body, **review, **cited, publisher="HM Government")
    if kind == "ofsted-s15a":
        judged: JSON = {"area": "board", "grade": "good"}
        yield ask("RecordJudgement", day + 90, body, **review, **judged)
        yield ask("ContributeToReview", day + 50, "wsb/police", **review, contribution="Data")
    yield from _findings(ref, body, day + 60)
    yield ask("AcceptReport", day + 130, body, **review, response="Accepted")
    if f"review-{ref}" in SOURCES:
        yield from _answered(ref, body, day + 300)
        yield ask("CloseReview", day + 310, body, **review)


MODIFIABLE = ("modifiable factors", "no modifiable factors", "too little known")


def _deaths() -> Iterator[JSON]:
    panel = "wscb/cdop"
    for number in range(1, 6):
        review: JSON = {"review": f"wscb/cdr-{number}~"}
        day = 20 + 30 * number
        yield ask(
            "NotifyDeath",
            day,
            panel,
            **review,
            kind="cdr",
            subject="A child",
            died=on(day - 2),
            area="wolverhampton",
            expected=number % 2 == 0,
        )
        finding: JSON = {**review, "finding": "f-1", "factor": "system"}
        purpose = ("public-health", "area-concern")[number % 2]
        yield ask(
            "RecordFinding",
            day + 60,
            panel,
            **finding,
            what="Cots",
            why="Nobody asks",
            purpose=purpose,
        )
        factor = {"domain": "BCD"[number % 3], "factor": "sleeping place", "influence": "2"}
        yield ask(
            "AnalyseDeath",
            day + 70,
            panel,
            **review,
            category=str(1 + number % 10),
            modifiable=MODIFIABLE[number % 3],
            factors=[factor],
        )
        if number != 4:
            yield ask("AcceptReport", day + 100, "wscb", **review, response="Accepted")
        if number == 5:
            referred: JSON = {"referral": "wscb/referred~", "kind": "scr", "aware": on(day + 60)}
            yield ask("ReferCase", day + 101, panel, **review, **referred, reasons="Neglect")


# Audits


STANDARDS = (
    "leadership",
    "responsibilities",
    "accountability",
    "service-development",
    "training",
    "recruitment",
    "joint-working",
    "information-sharing",
)
GRADES = ("outstanding", "good", "requires improvement", "inadequate")


def _audits() -> Iterator[JSON]:
    yield from _of_files("wscb/maca~", 30, (0, 2, 5, 5))
    yield from _of_files(
        "wscb/maca-again~",
        330,
        (3, 6, 2, 1),
        follows="wscb/maca~",
        looks_at=[f"recommendation-{_first(0)}"],
    )
    yield from _of_files("wsab/maca~", 90, (1, 4, 4, 3))
    yield from _self_evaluated("wscb/s11~", 50)
    yield from _self_evaluated("wscb/s11-next~", 415)
    for number, agency in enumerate(NAMED[:4]):
        audit: JSON = {"audit": f"wsb/own-{number}~"}
        planned: JSON = {"kind": "single-agency", "theme": "records", "basis": "Yearly"}
        yield ask("PlanAudit", 60 + number, agency, **audit, **planned, scale="ofsted")
        yield ask(
            "ShareAuditTool", 64 + number, agency, **audit, tool="A form", committee="wscb/qac"
        )
        counted = [{"grade": "good", "files": 6}, {"grade": "inadequate", "files": number}]
        yield ask("ConcludeAudit", 120, agency, **audit, grades=counted, summary="Done")
    audit = {"audit": "wscb/training~"}
    planned = {"kind": "training", "theme": "training", "basis": "Yearly", "scale": "ofsted"}
    yield ask("PlanAudit", 70, "wsb/jld", **audit, **planned, agencies=NAMED[:5])
    for agency in NAMED[:4]:
        reported: JSON = {"group": "level 2", "staff": 120, "completed": 96}
        yield ask("ReportTraining", 100, agency, **audit, **reported)
    yield ask("ConcludeAudit", 130, "wsb/jld", **audit, grades=[], summary="Done")
    yield ask("PlanAudit", 75, "wscb/qac", audit="wscb/cancelled~", **_theme("maca"))
    yield ask("CancelAudit", 95, "wscb/qac", audit="wscb/cancelled~", reasons="Not needed")


def _theme(kind: str) -> JSON:
    scale = "rag" if kind == "section-11" else "ofsted"
    return {"kind": kind, "theme": "neglect", "basis": "Referrals have risen", "scale": scale}


def _of_files(ref: str, day: int, files: tuple[int, ...], **more: Any) -> Iterator[JSON]:
    audit: JSON = {"audit": ref}
    lead = _lead(ref)
    yield ask("PlanAudit", day, lead, **audit, **_theme("maca"), agencies=NAMED[:6], **more)
    graded = [grade for grade, count in zip(GRADES, files, strict=True) for _ in range(count)]
    for number, grade in enumerate(graded):
        yield ask(
            "GradeFile", day + 20 + number, lead, **audit, file=f"file {number}", grade=grade
        )
    counted = [
        {"grade": grade, "files": count} for grade, count in zip(GRADES, files, strict=True)
    ]
    yield ask("ConcludeAudit", day + 50, lead, **audit, grades=counted, summary="Done")
    if more:
        checked: JSON = {"recommendation": _first(0), "check": "a-1", "passed": True}
        yield ask("CheckImprovement", day + 55, lead, **audit, **checked, note="Nine of twelve")
        yield ask("ShowImpact", day + 60, lead, **audit, impact="Better files", claimed=4)
        return
    yield ask("IssueBriefingNote", day + 60, lead, **audit, note="What we saw", agencies=NAMED[:5])
    for agency in NAMED[:4]:
        answer: JSON = {"relevant": "Two of its files", "will_do": "Brief its teams"}
        yield ask("AcknowledgeBriefingNote", day + 70, agency, **audit, **answer)
    yield ask("ReportNoteAction", day + 150, NAMED[0], **audit, done="All teams were briefed")


def _self_evaluated(ref: str, day: int) -> Iterator[JSON]:
    audit: JSON = {"audit": ref}
    yield ask("PlanAudit", day, "wscb/qac", **audit, **_theme("section-11"), agencies=NAMED[:8])
    for number, agency in enumerate(NAMED[:7]):
        grades = [
            {"standard": standard, "grade": ("green", "amber")[(place + number) % 5 == 0]}
            for place, standard in enumerate(STANDARDS)
        ]
        evidence = [f"wsb/own-{number}~"] if number < 4 and day > 120 else []
        evaluation: JSON = {"grades": grades, "statement": "We are assured", "evidence": evidence}
        yield ask("SubmitSelfEvaluation", day + 40 + number, agency, **audit, **evaluation)
    for agency in NAMED[:2]:
        moderated: JSON = {"agency": agency, "standard": "training", "grade": "red"}
        yield ask(
            "ModerateSelfEvaluation",
            day + 60,
            "wscb/qac",
            **audit,
            **moderated,
            reasons="Few came",
        )
    yield ask("ConcludeAudit", day + 80, "wscb/qac", **audit, grades=[], summary="Done")


# Recommendations


def _board(number: int) -> str:
    return ("wscb", "wscb", "wsab", "wsb")[number % 4]


def _by_its_own_board(decision: JSON) -> JSON:
    """Return a *decision* on a recommendation of the adults' board as that board takes it."""
    adults = {"wscb": "wsab", "wscb/qac": "wsab/qpc"}.get(decision["by"]["body"])
    adult = decision.get("recommendation", "").startswith("wsab/")
    if adults is None or not adult or decision["command"] == "AnswerEscalation":
        return decision
    by = {**decision["by"], "person": f"P. {adults}", "body": adults}
    return {**decision, "by": by}


def _recommendation(number: int) -> Iterator[JSON]:
    """Yield one of twelve lives: six of them are still open, or come to nothing."""
    rec: JSON = {"recommendation": f"{_board(number)}/r-{number}~"}
    day = ISSUED + number
    source = SOURCES[number % len(SOURCES)]
    addressed = [COMMITTEES[number % 2], NAMED[number % len(NAMED)]]
    findings = ["f-1"] if source.startswith("review") else []
    yield ask(
        "IssueRecommendation",
        day,
        "wscb",
        **rec,
        source=source,
        text="Say who starts an assessment, and see that every team knows it.",
        addressed=addressed,
        findings=findings,
    )
    life = number % 12
    if life == 0:
        return
    if life == 2:
        for body in addressed:
            yield ask("DeclineRecommendation", day + 14, body, **rec, reasons="It is so already")
        return
    yield ask("AcceptRecommendation", day + 10, addressed[0], **rec, response="Yes")
    if life == 1:
        return
    yield ask("AcceptRecommendation", day + 20, addressed[1], **rec)
    owner = AGENCIES[0] if life == 5 else addressed[0]
    due: JSON = {"owner": owner, "due": on(day + 60), "action": "Rewrite it; brief all teams"}
    yield ask("PlanRecommendation", day + 25, "wscb/qac", **rec, **due)
    match life:
        case 3:
            yield from _delayed(rec, owner, day)
        case 4:
            yield from _moved(rec, owner, addressed[1], day)
        case 11:
            course: JSON = {
                "course": "wsb/called-for~",
                "title": "Neglect",
                "need": "It is missed",
            }
            yield ask("CallForTraining", day + 30, owner, **rec, **course)
            if number % 24 == 11:
                yield ask("WithdrawRecommendation", day + 90, "wscb", **rec, reasons="The law")
            else:
                successor: JSON = {"successor": f"{_board(number - 1)}/r-{number - 1}~"}
                yield ask(
                    "SupersedeRecommendation",
                    day + 90,
                    "wscb",
                    **rec,
                    **successor,
                    reasons="Wider",
                )
        case _:
            doer = AGENCIES[1] if life == 5 else owner
            yield from _improved(rec, doer, day + (250 if life == 5 else 70), life)


def _delayed(rec: JSON, owner: str, day: int) -> Iterator[JSON]:
    explained: JSON = {"explanation": "guidance", "reasons": "Waiting for the guidance"}
    yield ask(
        "ExplainRecommendationDelay", day + 65, owner, **rec, **explained, until=on(day + 90)
    )
    changed: JSON = {"due": on(day + 120), "reasons": "The audit was moved"}
    yield ask("ChangeDueDate", day + 95, "wscb/qac", **rec, **changed)
    for step in range(3):
        until = on(day + 150 + 30 * step)
        reasons = {"explanation": f"wait-{step}", "reasons": f"Waiting still ({step})"}
        yield ask(
            "ExplainRecommendationDelay",
            day + 130 + 30 * step,
            owner,
            **rec,
            **reasons,
            until=until,
        )
        accepted: JSON = {"explanation": f"wait-{step}"}
        yield ask(
            "AcceptRecommendationExplanation", day + 131 + 30 * step, "wscb", **rec, **accepted
        )


def _moved(rec: JSON, owner: str, to: str, day: int) -> Iterator[JSON]:
    yield ask("ProposeTransfer", day + 50, owner, **rec, to=to, reasons="It is theirs")
    yield ask("AcceptTransfer", day + 58, to, **rec)
    escalation: JSON = {**rec, "escalation": "e-1"}
    raised: JSON = {"to": "wscb", "concern": "It does not move"}
    yield ask("RaiseEscalation", day + 80, owner, **escalation, **raised)
    yield ask("AnswerEscalation", day + 95, "wscb", **escalation, answer="It will")
    yield ask("ReplyToRecommendation", day + 99, to, **rec, reply="We are at it")


def _improved(rec: JSON, owner: str, day: int, life: int) -> Iterator[JSON]:
    """Put in place, shown to be practice, and checked; one is found gone and is owed again."""
    yield ask("ImplementRecommendation", day, owner, **rec, evidence="Published on the site")
    routes = ("policy-protocol", "team-meetings", "reflective-practice")
    shown: JSON = {"route": routes[life % 3], "account": "In supervision", "documents": ["form"]}
    yield ask("RecordEvidence", day + 20, owner, **rec, evidence="v-1", **shown)
    embed: JSON = {"evidence": "An audit of case files", "routes": [routes[life % 3]]}
    rests_on = yield from _looked_at(rec, day + 50)
    yield ask("EmbedRecommendation", day + 50, "wscb/qac", **rec, **embed, rests_on=rests_on)
    yield ask("ScheduleChecks", day + 51, "wscb/qac", **rec, due=[on(day + 140), on(day + 400)])
    yield from _checked(rec, day + 140, "c-1", passed=True)
    passed = life != 9
    yield from _checked(rec, day + 300, "c-2", passed=passed)
    if not passed:
        yield ask("TellOwner", day + 301, "wscb/qac", **rec, check="c-2")
        again: JSON = {"due": on(day + 380), "reasons": "It did not last"}
        yield ask("ReopenRecommendation", day + 310, "wscb/qac", **rec, **again)
    elif life == 10:
        yield ask("CloseRecommendation", day + 320, "wscb/qac", **rec, reasons="It lasts")
    elif life != 8:
        yield from _checked(rec, day + 400, "c-3", passed=True)


def _checked(rec: JSON, day: int, name: str, *, passed: bool) -> Iterator[JSON]:
    rests_on = yield from _looked_at(rec, day)
    check: JSON = {**rec, "check": name, "passed": passed, "note": "Twelve files"}
    yield ask("CheckRecommendation", day, "wscb/qac", **check, rests_on=rests_on)


def _looked_at(rec: JSON, day: int) -> Generator[JSON, None, list[str]]:
    """Several agencies audit the change together; return what may rest on that."""
    ref = rec["recommendation"]
    audit = {"audit": f"{ref.removesuffix('~')}-{day}~"}
    of: JSON = {"agencies": NAMED[:2], "looks_at": [f"recommendation-{ref}"]}
    lead = _lead(ref)
    yield ask("PlanAudit", day - 10, lead, **audit, **_theme("maca"), **of)
    grades = [{"grade": "good", "files": 12}]
    yield ask("ConcludeAudit", day, lead, **audit, grades=grades, summary="Done")
    return [f"audit-{audit['audit']}"]


def _lead(ref: str) -> str:
    """Return the committee that leads audits of the board that *ref* is of."""
    return "wsab/qpc" if ref.startswith("wsab") else "wscb/qac"


# Training, dissemination, procedures, indicators, evaluations, challenges


def _training() -> Iterator[JSON]:
    for number in range(4):
        day = 40 + 50 * number
        course: JSON = {"course": f"wsb/course-{number}~"}
        title: JSON = {"title": f"Neglect over time {number}"}
        if number == 0:
            request: JSON = {"need": "The pattern is missed", "arising_from": ["review-wscb/scr~"]}
            yield ask("RequestCourse", day, "wscb", **course, **title, **request)
            provider: JSON = {"provider": "A trainer", "in_pool": True}
            yield ask("CommissionCourse", day + 10, "wsb/jld", **course, **title, **provider)
        else:
            yield ask(
                "ProvideCourse", day, "wsb/jld", **course, **title, single_agency=number == 3
            )
        met: JSON = {"standard": "effective", "met": number != 2, "note": "Seen"}
        yield ask("AssessCourse", day + 12, "wsb/jld", **course, **met)
        for place in range(2):
            session: JSON = {**course, "session": f"s-{place}"}
            held = day + 40 + 60 * place
            at: JSON = {"held": on(held), "capacity": 20}
            yield ask("ScheduleSession", day + 15, "wsb/jld", **session, **at)
            for agency in NAMED[:2]:
                booked: JSON = {"agency": agency, "profession": "social work", "places": 5}
                yield ask(
                    "BookPlaces",
                    day + 20,
                    agency,
                    **session,
                    booking=f"{agency} {place}",
                    **booked,
                )
            mix = [
                {"agency": NAMED[0], "profession": "social work", "attended": 5},
                {"agency": NAMED[1], "profession": "nursing", "attended": 4},
            ]
            came: JSON = {"booked": 10, "cancelled": 1, "absent": 0, "walked_in": 0, "mix": mix}
            yield ask("RecordAttendance", held + 1, "wsb/jld", **session, **came)
            replied: JSON = {"level": 3, "months": 3, "replies": 7, "positive": 5}
            yield ask(
                "RecordEvaluation", held + 92, "wsb/jld", **session, **replied, measure="practice"
            )
    yield ask(
        "RequestCourse",
        60,
        "wscb",
        course="wsb/declined~",
        title="Another",
        need="It is asked for",
    )
    yield ask("DeclineCourse", 75, "wsb/jld", course="wsb/declined~", reasons="There is one")
    programme: JSON = {"programme": "wsb/programme~"}
    years: JSON = {"since": on(30), "until": on(760)}
    yield ask("AdoptStrategy", 30, "wsb/jld", **programme, **years, strategy="Two years")
    wording: JSON = {"standard": "effective", "wording": "It changes practice"}
    yield ask("AdoptStandard", 32, "wsb/jld", **programme, **wording)
    yield ask("IncludeCourse", 100, "wsb/jld", **programme, course="wsb/course-1~")
    promoted: JSON = {"channel": "newsletter", "audience": "practitioners"}
    yield ask("PromoteProgramme", 110, "wsb/jld", **programme, **promoted)
    reviewed: JSON = {"effectiveness": "It was", "changes": "None"}
    yield ask("ReviewProgramme", 395, "wsb/jld", **programme, **reviewed)


def _learning() -> Iterator[JSON]:
    channels = ("newsletter", "briefing-forum", "conference", "awareness-campaign")
    for number, channel in enumerate(channels):
        news: JSON = {"dissemination": f"wsb/news-{number}~"}
        about: JSON = {
            "learning_from": [SOURCES[number]],
            "audiences": ["practitioners", "managers"],
        }
        bodies = NAMED[number : number + 3]
        day = 225 + 10 * number
        yield ask(
            "Disseminate",
            day,
            "wsb/jce",
            **news,
            channel=channel,
            title="News",
            **about,
            bodies=bodies,
        )
        reach: JSON = {"audience": "practitioners", "reached": 40 + number}
        yield ask("RecordReach", day + 30, "wsb/jce", **news, **reach)
        for body in bodies[:2]:
            yield ask("TakeUpLearning", day + 40, body, **news, will_do="Brief its teams")
    for number in range(3):
        procedure: JSON = {"procedure": f"wsb/procedure-{number}~"}
        drafted: JSON = {
            "title": "Assessments",
            "arising_from": [f"recommendation-{_first(number)}"],
        }
        yield ask("DraftProcedure", 300, "wsb/lpp", **procedure, **drafted)
        endorsed: JSON = {"version": "1", "reasons": "All agree"}
        yield ask("EndorseProcedure", 320, "wsb/lpp", **procedure, **endorsed)
        for agency in NAMED[: 2 + number]:
            adopted: JSON = {"version": "1", "own_policy": "Ours refers to it"}
            yield ask("AdoptProcedure", 340, agency, **procedure, **adopted)
        helped: JSON = {"organisation": "wsb/voluntary", "help": "A session"}
        yield ask("HelpOrganisation", 345, "wsb/lpp", **procedure, **helped)
        if number == 2:
            yield ask("RetireProcedure", 600, "wsb/lpp", **procedure, reasons="Replaced")
    yield from _indicators()
    methods = ("audit", "participant feedback", "peer review", "inspection", "annual report")
    for number, method in enumerate((*methods, "audit")):
        evaluation: JSON = {"evaluation": f"wscb/evaluation-{number}~"}
        planned: JSON = {"source": SOURCES[number], "method": method, "due": on(480)}
        yield ask("PlanEvaluation", 240, "wscb/qac", **evaluation, **planned)
        if number % 3 == 1:
            yield ask("AbandonEvaluation", 400, "wscb/qac", **evaluation, reasons="No need")
        elif number % 3 == 0:
            carried: JSON = {"conclusion": "It lasts", "carried_by": "audit-wscb/maca-again~"}
            yield ask("CompleteEvaluation", 440, "wscb/qac", **evaluation, **carried)
    for number, manner in enumerate(("challenge", "challenge", "escalation", "challenge")):
        challenge: JSON = {"challenge": f"wscb/challenge-{number}~"}
        put: JSON = {"to": NAMED[number], "concern": "We are not assured"}
        answer_by = {"answer_by": on(280)}
        about = {"about": "audit-wscb/s11~"}
        yield ask(
            "RaiseChallenge", 250, "wscb", **challenge, manner=manner, **put, **about, **answer_by
        )
        if number != 3:
            yield ask("AnswerChallenge", 270 + 8 * number, NAMED[number], **challenge, answer="So")
        if number < 2:
            yield ask("ResolveChallenge", 300, "wscb", **challenge, reasons="We are")


def _first(number: int) -> str:
    """Return a recommendation that is put in place: of those, the first has the number 6."""
    return f"{_board(6 + number)}/r-{6 + number}~"


def _indicators() -> Iterator[JSON]:
    for number in range(3):
        indicator: JSON = {"indicator": f"wscb/indicator-{number}~"}
        defined: JSON = {"name": "On time", "unit": "%", "higher_is_better": True}
        defined["kind"] = "measurement"
        yield ask(
            "DefineIndicator", 290, "wscb/pmc", **indicator, **defined, speaks_to=[_first(number)]
        )
        yield ask("SetTarget", 295, "wscb/pmc", **indicator, target=80.0, reasons="Agreed")
        for month in range(12):
            day = 300 + 30 * month
            value = 70.0 + (month * (3 + number)) % 11 - (9 if month > 8 and number == 1 else 0)
            point: JSON = {"period": on(day), "value": value}
            yield ask("RecordPoint", day + 3, "wscb/pmc", **indicator, **point)
    yield ask(
        "ResolveConcern", 660, "wscb/pmc", indicator="wscb/indicator-1~", reasons="Staff were ill"
    )


# Plans, bodies, editions, annual reports


def _plan() -> Iterator[JSON]:
    plan: JSON = {"plan": "wscb/plan~"}
    codes = ("area-profile", "agency-performance", "data-kpis-audits", "case-file-audits")
    basis = [{"basis": code, "account": "As it is"} for code in codes]
    years: JSON = {"since": on(40), "until": on(400), "basis": basis}
    yield ask("AdoptPlan", 40, "wscb/qac", **plan, title="Improvement", **years)
    for number in range(3):
        priority: JSON = {**plan, "priority": f"p-{number}"}
        aim: JSON = {"aim": "Thresholds agreed", "lead": "wscb/pmc", "due": on(300)}
        yield ask("SetPriority", 45, "wscb/qac", **priority, **aim)
        progress: JSON = {"progress": "on track", "account": "Half of it"}
        yield ask("ReportProgress", 150, "wscb/pmc", **priority, **progress)
        if number == 2:
            yield ask("DropPriority", 200, "wscb/qac", **priority, reasons="Done elsewhere")
        else:
            outcome: JSON = {"outcome": "Agreed", "rests_on": ["audit-wscb/maca~"]}
            yield ask("RecordOutcome", 300, "wscb/qac", **priority, **outcome)
    summary: JSON = {"board": "wscb", "summary": "Two of three", "evaluation": "It went well"}
    yield ask("PresentSummary", 390, "wscb/qac", **plan, **summary)
    yield ask("ClosePlan", 400, "wscb/qac", **plan, evaluation="It went well")


def _bodies() -> Iterator[JSON]:
    meeting_of = ("wscb", "wsab", *COMMITTEES, *AGENCIES[25:28])
    for number, body in enumerate(meeting_of):
        required = list(NAMED[:5])
        present: JSON = {"required": required, "present": required[: 3 + number % 3]}
        meeting: JSON = {"body": body, "meeting": "m~", **present, "deputies": required[:1]}
        yield ask("RecordMeeting", 90 + 20 * number, body, **meeting, quorate=True)
    for number in range(8):
        membership: JSON = {"membership": f"wscb/member-{number}~"}
        seat: JSON = {"agency": NAMED[number], "sits_on": ("wscb", "wscb/qac")[number % 2]}
        yield ask(
            "AppointMember", 5, "wscb", **membership, member=f"M. {number}", **seat, role="lead"
        )
        if number != 3:
            yield ask("SignJobDescription", 20, NAMED[number], **membership, version="1")
        if number < 5:
            yield ask("NameDeputy", 40, NAMED[number], **membership, deputy=f"D. {number}")
        if number == 0:
            yield ask("EndMembership", 500, "wscb", **membership, reasons="Left")


def _edition() -> Iterator[JSON]:
    edition: JSON = {"edition": "wsb/framework~"}
    proposed: JSON = {
        "title": "The framework",
        "pack": "wolverhampton-2017",
        "boards": ["wscb", "wsab"],
    }
    yield ask("ProposeEdition", 1, "wscb", **edition, **proposed)
    for board in ("wscb", "wsab"):
        yield ask("MandateEdition", 8, board, **edition)
    yield ask("IssueEdition", 12, "wscb", **edition, place="https://example.org", agencies=NAMED)
    for agency in NAMED[:6]:
        yield ask("AcknowledgeEdition", 30, agency, **edition, own_framework="Ours refers to it")
    outcome: JSON = {
        "efficiency": "So",
        "effectiveness": "So",
        "flexibility": "So",
        "changes": "None",
    }
    yield ask("EvaluateEdition", 380, "wscb", **edition, **outcome)


def _annual_report() -> Iterator[JSON]:
    report: JSON = {"report": "wscb/ar~"}
    years: JSON = {"since": on(0), "until": on(364), "boards": ["wscb", "wsab"]}
    yield ask("BeginAnnualReport", 350, "wscb", **report, **years)
    impact: JSON = {"services": "Faster", "harm": "Less", "source": "review-wscb/scr~"}
    yield ask("ExplainImpact", 380, "wscb", **report, **impact)
    yield ask("PublishAnnualReport", 400, "wscb", **report, place="https://example.org/ar")


def _data_subject() -> Iterator[JSON]:
    about: JSON = {"subject": "wscb/4b1e~"}
    yield ask("SetRetention", 40, "wscb", **about, until=on(9_000), reasons="25 years")
    yield ask("PlaceLegalHold", 60, "wscb", **about, reasons="An inquest")
    yield ask("LiftLegalHold", 370, "wscb", **about, reasons="It has ended")
    yield ask("EraseDataSubject", 380, "wscb", **about, reasons="Asked for by the family")
