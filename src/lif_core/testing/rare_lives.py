"""The decisions that the other lives do without, so that each event happens once: they are decided
among those, about some of the same streams. All cases are fictional.

Whoever adds an event adds a command here, or to those lives, in which it shows.
"""

from collections.abc import Iterator

from lif_core.testing.lives import JSON, ask, on


def rare() -> Iterator[JSON]:
    """Yield the commands, in no order of their days."""
    yield from _other_reviews()
    yield from _public_wordings()
    yield from _a_concern()
    yield from _bodies_that_end()
    yield from _rare_events()
    yield from _a_lesson()
    yield from _done_without_a_plan()
    course: JSON = {"course": "wsb/course-1~", "session": "s-9"}
    held = {"held": on(300), "capacity": 20}
    yield ask("ScheduleSession", 150, "wsb/jld", **course, **held)
    yield ask("CancelSession", 170, "wsb/jld", **course, reasons="Nobody booked")


def _done_without_a_plan() -> Iterator[JSON]:
    """Yield a recommendation that is sent, accepted in part, done without a plan, and judged."""
    rec: JSON = {"recommendation": "wscb/r-in-part~"}
    bodies = ["wsb/lpp", "wsb/police"]
    issued: JSON = {"source": "review-wscb/scr~", "text": "Say who starts it", "addressed": bodies}
    yield ask("IssueRecommendation", 300, "wscb", **rec, **issued)
    yield ask("SendRecommendation", 301, "wscb", **rec, to="wsb/lpp", answer_by=on(330))
    yield ask("RecordReplyOfSome", 310, "wscb", **rec, reply="We look into it", among=bodies)
    parts: JSON = {"accepted": "The form", "declined": "The rota, which is fixed"}
    yield ask("AcceptRecommendationInPart", 335, "wsb/lpp", **rec, **parts)
    yield ask("RecordProgress", 350, "wsb/lpp", **rec, note="The form is drafted")
    yield ask("ImplementRecommendation", 400, "wsb/lpp", **rec, evidence="The form is in use")
    judged: JSON = {"judgement": "by an acceptable alternative", "reasons": "It does as much"}
    yield ask("JudgeRecommendation", 420, "wscb", **rec, **judged)


def _a_lesson() -> Iterator[JSON]:
    """Yield a lesson of a board, linked to its own review and to another board's, and unlinked."""
    lesson: JSON = {"lesson": "wscb/lesson-1~"}
    review: JSON = {"review": "wscb/scr~", "finding": "f-1"}
    answer: JSON = {"answer": "recommendation-wscb/r-8~"}
    theirs: JSON = {"review": "wsab/sar~", "finding": "f-1"}
    yield ask("DrawLesson", 500, "wscb", **lesson, sentence="Ask who else lives in the house")
    yield ask("CompareFinding", 501, "wscb", **lesson, **review)
    indicator: JSON = {"answer": "indicator-wscb/indicator-9~"}
    yield ask("LinkLesson", 502, "wscb", **lesson, **indicator)
    yield ask("LinkLesson", 502, "wscb", **lesson, **answer)
    yield ask("LinkLesson", 503, "wscb", **lesson, **theirs)
    yield ask("AcceptLink", 504, "wsab", **lesson, **theirs)
    yield ask("PublishLesson", 505, "wscb", **lesson, place="The board's page")
    yield ask("UnlinkLesson", 506, "wscb", **lesson, **answer, reasons="It answers another matter")


def _bodies_that_end() -> Iterator[JSON]:
    """Panels of a board: one bears another name, one is split between others, one ends."""
    for number, body in enumerate(("wscb/panel-1", "wscb/panel-2", "wscb/panel-3")):
        kind: JSON = {"name": f"Panel {number}", "kind": "committee"}
        yield ask("RegisterBody", 20, "wscb", body=body, **kind)
    why: JSON = {"reasons": "Other work"}
    yield ask("RenameBody", 200, "wscb", body="wscb/panel-1", name="The first panel", **why)
    share: JSON = {"to": "wscb/panel-1", "remit": "Half of it", "streams": []}
    yield ask("SplitBody", 220, "wscb", body="wscb/panel-2", shares=[share], rest="wscb", **why)
    yield ask("EndBody", 220, "wscb", body="wscb/panel-3", **why)


def _other_reviews() -> Iterator[JSON]:
    """Yield a review that ends without a report, and a milestone of a board without a pack."""
    elsewhere: JSON = {"review": "elsewhere/one~"}
    yield ask("RegisterBody", 20, "wscb", body="elsewhere", name="A board", kind="board")
    yield ask("OpenReview", 30, "elsewhere", **elsewhere, kind="any", title="A look")
    yield ask(
        "RecordMilestone", 60, "elsewhere", **elsewhere, milestone="response", note="By post"
    )
    stopped: JSON = {"review": "wscb/stopped~"}
    yield ask("OpenReview", 30, "wscb", **stopped, kind="lga-peer", title="A look")
    yield ask("DecideNotToInviteFamily", 40, "wscb", **stopped, reasons="There is none")
    yield ask("DiscontinueReview", 90, "wscb", **stopped, reasons="The inquest answers it")


def _a_concern() -> Iterator[JSON]:
    """Yield an indicator that gets much worse after a year of points, and what is said of it."""
    indicator: JSON = {"indicator": "wscb/indicator-9~"}
    defined: JSON = {"name": "On time", "unit": "%", "higher_is_better": True, "speaks_to": []}
    defined["kind"] = "measurement"
    yield ask("DefineIndicator", 20, "wscb/pmc", **indicator, **defined)
    for month, value in enumerate((60.0, 62.0, 58.0) * 4 + (20.0,)):
        point: JSON = {"period": on(30 + 30 * month), "value": value}
        yield ask("RecordPoint", 33 + 30 * month, "wscb/pmc", **indicator, **point)
    yield ask("ResolveConcern", 420, "wscb/pmc", **indicator, reasons="Staff were ill")


def _rare_events() -> Iterator[JSON]:
    """Yield a count of events too rare for a figure a month, on a baseline of its own."""
    deaths: JSON = {"indicator": "wscb/deaths~", "unit": "deaths", "kind": "count"}
    yield ask("DefineIndicator", 30, "wscb/pmc", **deaths, name="Deaths", higher_is_better=False)
    indicator: JSON = {"indicator": "wscb/deaths~"}
    yield ask("RecordOccurrence", 60, "wscb/pmc", **indicator, occurrence="d-1", day=on(50))
    yield ask("SetBaseline", 70, "wscb/pmc", **indicator, since=on(60), reasons="Another team")


def _public_wordings() -> Iterator[JSON]:
    """Yield what the public reads of a recommendation of the review that was published."""
    rec: JSON = {"recommendation": "wscb/r-8~"}
    review: JSON = {"review": "wscb/scr~"}
    worded: JSON = {"wording": "In plain words"}
    yield ask("WordFinding", 400, "wscb", **review, finding="f-1", **worded)
    yield ask("WordRecommendation", 400, "wscb", **rec, **worded)
    yield ask("WordAction", 400, "wscb", **rec, **worded)
    yield ask("WordAnswer", 400, "wscb", **rec, body="wsb/lpp", **worded)
