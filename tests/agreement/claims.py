"""Statements about items that several tables make."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lif_core.values.refs import category_of, ref_of, stream_of
from tests.agreement import Row, Says

OPEN, ENDED = ("planned", "reopened"), ("withdrawn", "superseded")


def stream(category: str, column: str) -> Callable[[Row], str]:
    """The stream of the reference in a *column*."""
    return lambda row: stream_of(category, getattr(row, column))


def of_category(category: str, column: str = "stream") -> Callable[[Row], bool]:
    return lambda row: category_of(getattr(row, column)) == category


def ref_in(column: str) -> Callable[[Row], str]:
    return lambda row: ref_of(getattr(row, column))


def is_what(kind: str) -> Callable[[Row], bool]:
    """Whether a row of the calendar is of a *kind*."""
    return lambda row: row.what == kind


def number(rows: Iterable[Any]) -> int:
    return len(list(rows))


def days(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values))


def outcome(row: Row) -> str:
    """What `accountability` calls a duty of a recommendation that has come so far."""
    finding: str = row.finding
    return finding if finding in OPEN + ENDED else "implemented"


def owed(row: Row) -> bool:
    return row.outcome in OPEN


CALENDAR = ("calendar/overdue", "calendar/not_known", "calendar/due")

CLAIMS: Mapping[str, Sequence[Says]] = {
    # Recommendations
    "a recommendation is there": (
        Says("recommendations/recommendations", "recommendation"),
        Says("sustainability/improvements", "recommendation"),
        Says("accountability/answers", "recommendation"),
    ),
    "it is in its cycle": (
        Says("recommendations/recommendations", "recommendation", "source"),
        Says("sustainability/improvements", "recommendation", "source"),
        Says("learning-cycle/recommendations", "recommendation", "source"),
        Says("register/promises", "recommendation", lambda row: stream_of("review", row.review)),
    ),
    "its boards": (
        Says("recommendations/recommendations", "recommendation", "boards"),
        Says("sustainability/improvements", "recommendation", "boards"),
        Says("register/promises", "recommendation", "boards"),
        Says(
            "accountability/joint",
            ref_in("item"),
            "boards",
            where=of_category("recommendation", "item"),
        ),
    ),
    "whom it asked": (
        Says("recommendations/recommendations", "recommendation", lambda row: {*row.addressed}),
        Says("accountability/answers", "recommendation", "body", together=set),
    ),
    "how far it has come": (
        Says("sustainability/improvements", "recommendation", "finding"),
        Says("register/promises", "recommendation", "finding"),
    ),
    "what became of it": (
        Says("sustainability/improvements", "recommendation", outcome),
        Says("accountability/duties", "recommendation", "outcome"),
    ),
    "who holds it": (
        Says("sustainability/improvements", "recommendation", "owner"),
        Says("accountability/duties", "recommendation", "owner", where=owed),
        Says(
            "accountability/ownership", "recommendation", "body", where=lambda row: not row.until
        ),
    ),
    "embedded on": (
        Says("sustainability/improvements", "recommendation", "embedded"),
        Says("register/promises", "recommendation", "embedded"),
    ),
    "last verified on": (
        Says("sustainability/improvements", "recommendation", "last_verified"),
        Says("register/promises", "recommendation", "verified"),
    ),
    "its spells": (
        Says("sustainability/improvements", "recommendation", "spells"),
        Says("sustainability/spells", "recommendation", together=number, otherwise=0),
    ),
    "checks that it passed and failed, and notes": (
        Says(
            "sustainability/improvements",
            "recommendation",
            lambda row: (row.passed, row.failed, row.notes, row.notes_against),
        ),
        Says(
            "sustainability/shown",
            "recommendation",
            lambda row: (row.passed, row.counts),
            where=lambda row: row.what == "check",
            together=lambda checks: (
                checks.count((True, True)),
                checks.count((False, True)),
                checks.count((True, False)) + checks.count((False, False)),
                checks.count((False, False)),
            ),
            otherwise=(0, 0, 0, 0),
        ),
    ),
    "the stages that it reached": (
        Says("learning-cycle/recommendations", "recommendation", "reached"),
        Says("learning-cycle/stages", "recommendation", together=number, otherwise=0),
    ),
    "the date in force": (
        Says("accountability/duties", "recommendation", "due"),
        Says("accountability/unowned", "recommendation", "due"),
        Says("register/promises", "recommendation", "due", where=lambda row: row.due),
        *(
            Says(table, ref_in("stream"), "due", where=is_what("recommendation"))
            for table in CALENDAR
        ),
    ),
    "overdue now": (
        Says("accountability/duties", "recommendation", "overdue_now"),
        Says("accountability/unowned", "recommendation", "overdue_now"),
        Says(
            "calendar/overdue",
            ref_in("stream"),
            where=is_what("recommendation"),
            otherwise=False,
        ),
    ),
    "due by a day to come": (
        Says(
            "accountability/duties",
            "recommendation",
            lambda row: owed(row) and not row.overdue_now and not row.undated,
        ),
        Says("calendar/due", ref_in("stream"), where=is_what("recommendation"), otherwise=False),
    ),
    "done on": (
        Says("accountability/duties", "recommendation", "done"),
        Says("register/promises", "recommendation", "done", where=lambda row: row.done),
    ),
    "what else is said of it": (
        Says("recommendations/recommendations", "recommendation"),
        *(
            Says(table, "recommendation")
            for table in (
                "accountability/progress",
                "accountability/unsigned",
                "accountability/judged",
                "accountability/escalations",
            )
        ),
    ),
    "its steps": (
        Says("recommendations/recommendations", "recommendation", "steps"),
        Says("recommendations/history", "recommendation", together=number, otherwise=0),
    ),
    "the answer of a body": (
        Says("accountability/answers", ("recommendation", "body"), "answer"),
        Says("register/answers", ("recommendation", "body"), "answer"),
    ),
    "an answer that waits, by its day": (
        Says(
            "accountability/answers",
            ("recommendation", "body"),
            lambda row: (row.due, row.timing == "overdue"),
            where=lambda row: row.timing in ("overdue", "open", "not known"),
        ),
        *(
            Says(
                table,
                lambda row: (ref_of(row.stream), row.detail),
                lambda row: (row.due, row.status == "overdue"),
                where=is_what("recommendation-answer"),
            )
            for table in CALENDAR
        ),
    ),
    "checks that are yet to come": (
        Says("sustainability/improvements", "recommendation", "next_check"),
        Says(
            "calendar/due",
            ref_in("stream"),
            "due",
            where=lambda row: row.what == "check" and row.days > 0,
            together=min,
        ),
    ),
    "concerns raised about it that wait": (
        Says(
            "accountability/escalations",
            lambda row: f"{row.recommendation}: {row.escalation}",
            lambda row: (row.to, row.raised, row.days),
            where=lambda row: row.answered is None,
        ),
        Says(
            "assurance/concerns",
            "reference",
            lambda row: (row.to, row.raised, row.days),
            where=lambda row: ": " in row.reference,
        ),
    ),
    # Audits
    "an audit, its boards, its days": (
        Says("audits/audits", "audit", lambda row: (row.planned, row.due, row.concluded)),
        Says("compliance/audits", "audit", lambda row: (row.planned, row.due, row.concluded)),
        Says("compliance/own_audits", "audit", lambda row: (row.planned, row.due, row.concluded)),
    ),
    "an audit by boards": (
        Says("audits/audits", "audit", lambda row: (row.planned, row.kind, row.boards)),
        Says("assurance/statements", "audit", lambda row: (row.planned, row.kind, row.boards)),
    ),
    "an audit that is yet to be concluded by a day": (
        Says(
            "audits/audits",
            "audit",
            "due",
            where=lambda row: row.standing == "planned" and row.due,
        ),
        *(Says(table, ref_in("stream"), "due", where=is_what("audit")) for table in CALENDAR),
    ),
    "statements asked and received": (
        Says(
            "compliance/audits", "audit", lambda row: (row.asked or row.submitted, row.submitted)
        ),
        Says("assurance/statements", "audit", lambda row: (row.asked, row.received)),
    ),
    "a statement of an agency": (
        Says("audits/statements", ("audit", "agency")),
        Says("compliance/grades", ("audit", "agency"), together=all),
    ),
    "its briefing note": (
        Says(
            "audits/notes",
            "audit",
            lambda row: (row.sent is not None, row.acknowledged is not None),
            together=lambda rows: (
                sum(sent for sent, _ in rows),
                sum(sent and done for sent, done in rows),
            ),
        ),
        Says("accountability/notes", "audit", lambda row: (row.sent, row.acknowledged)),
    ),
    "its files": (
        Says("audits/audits", "audit", "files"),
        Says("audits/files", "audit", together=number, otherwise=0),
    ),
    "with whom its tool was shared": (
        Says("audits/audits", "audit", lambda row: {*row.shared_with}),
        Says("audits/tools", "audit", "committee", together=set, otherwise=set()),
    ),
    "its impact": (
        Says("audits/audits", "audit", lambda row: None),
        Says("audits/impacts", "audit", lambda row: None),
        Says("audits/checks", "audit", lambda row: None),
        Says("sustainability/reaudits", "audit", lambda row: None),
        Says("sustainability/reaudits", "first", lambda row: None),
        Says("training/completions", "audit", lambda row: None),
        Says("compliance/standards", "audit", lambda row: None),
    ),
    # Reviews
    "a review, its kind and boards": (
        Says("conduct/reviews", "review", lambda row: (row.kind, row.boards)),
        Says("publication/reviews", "review", lambda row: (row.kind, row.boards)),
        Says("dissemination/reviews", "review", lambda row: (row.kind, row.boards)),
    ),
    "a review of boards": (
        Says("conduct/reviews", "review", "boards"),
        Says("child-death-panel/deaths", "review", "boards"),
        Says("improvement-plan/peer_reviews", "review", "boards"),
        Says(
            "accountability/joint", ref_in("item"), "boards", where=of_category("review", "item")
        ),
        Says("accountability/clocks", "review", "boards"),
    ),
    "a review, by its report": (
        Says("conduct/reviews", "review", "reported"),
        Says("publication/reviews", "review", "report_accepted"),
        Says("dissemination/reviews", "review", "concluded"),
        Says("improvement-plan/peer_reviews", "review", "concluded"),
        Says(
            "annual-report/inspections",
            "review",
            "report_accepted",
            where=lambda row: not row.report,
        ),
    ),
    "a review, by its hold": (
        Says("conduct/reviews", "review", "held"),
        Says("publication/reviews", "review", "held"),
    ),
    "a review begun": (
        Says("conduct/reviews", "review", "begun"),
        Says("improvement-plan/peer_reviews", "review", "begun"),
        Says("annual-report/inspections", "review", "begun"),
        Says("child-death-panel/deaths", "review", "notified"),
    ),
    "its findings": (
        Says(
            "conduct/reviews",
            "review",
            lambda row: (row.system, row.individual, row.good_practice),
        ),
        Says(
            "conduct/findings",
            "review",
            "factor",
            together=lambda of: (
                of.count("system"),
                of.count("individual"),
                of.count("good practice"),
            ),
            otherwise=(0, 0, 0),
        ),
    ),
    "how many findings": (
        Says(
            "conduct/reviews",
            "review",
            lambda row: row.system + row.individual + row.good_practice,
        ),
        Says("child-death-panel/deaths", "review", "findings"),
    ),
    "a finding": (
        Says("conduct/findings", ("review", "finding"), lambda row: (row.on, row.what)),
        Says(
            "dissemination/practice",
            ("review", "finding"),
            lambda row: (row.recorded, row.practice),
        ),
        Says("lessons/tellings", ("review", "finding"), lambda row: (row.found, row.what)),
    ),
    "a finding by its day": (
        Says("conduct/findings", ("review", "finding"), "on"),
        Says("lessons/recurrences", ("review", "finding"), "found"),
        Says("lessons/compared", ("review", "finding"), "found"),
    ),
    "a finding, by whom it is shared": (
        Says("conduct/findings", ("review", "finding"), lambda row: {*row.disseminations}),
        Says("dissemination/practice", ("review", "finding"), lambda row: {*row.disseminations}),
    ),
    "how it was carried out": (
        Says("conduct/reviews", "review", lambda row: None),
        *(
            Says(f"conduct/{table}", "review", lambda row: None)
            for table in ("holds", "scopes", "methods", "leads", "family", "voices", "steps")
        ),
        Says("annual-report/judgements", "review", lambda row: None),
    ),
    "the documents it rests on": (
        Says("conduct/reviews", "review", "documents"),
        Says("conduct/documents", "review", together=number, otherwise=0),
    ),
    "voices": (
        Says("conduct/reviews", "review", "voices"),
        Says("conduct/voices", "review", together=number, otherwise=0),
    ),
    "practitioners": (
        Says("conduct/reviews", "review", lambda row: (row.invited or 0, row.contributed or 0)),
        Says(
            "conduct/practitioners",
            "review",
            lambda row: (row.invited or 0, row.contributed or 0),
            together=lambda rows: tuple(map(sum, zip(*rows, strict=True))),
            otherwise=(0, 0),
        ),
    ),
    "a duty of law that waits": (
        Says(
            "accountability/clocks",
            lambda row: (row.review, f"{row.clock}: {row.to}" if row.to else row.clock),
            lambda row: (row.due, row.status == "overdue"),
            where=lambda row: row.status in ("open", "overdue") and row.due,
        ),
        *(
            Says(
                table,
                lambda row: (ref_of(row.stream), row.detail),
                lambda row: (row.due, row.status == "overdue"),
                where=is_what("statutory-clock"),
            )
            for table in CALENDAR
        ),
    ),
    "a duty of a board that waits": (
        Says(
            "accountability/board_duties",
            lambda row: (row.board, row.duty, row.due),
            lambda row: row.status == "overdue",
            where=lambda row: row.status in ("open", "overdue") and row.due,
        ),
        *(
            Says(
                table,
                lambda row: (ref_of(row.stream), row.detail, row.due),
                lambda row: row.status == "overdue",
                where=is_what("board-duty"),
            )
            for table in CALENDAR
        ),
    ),
    "an evaluation that is expected": (
        Says(
            "expected-evaluations/expected",
            lambda row: (row.stream, f"{row.source}: {row.method}"),
            "expected_by",
            where=lambda row: row.status in ("open", "missing"),
        ),
        *(
            Says(
                table,
                ("stream", "detail"),
                "due",
                where=is_what("expected-evaluation"),
            )
            for table in CALENDAR
        ),
    ),
    "what was concluded, and goes to committees": (
        Says("expected-evaluations/routing", "stream", lambda row: (row.kind, row.concluded)),
        Says("expected-evaluations/expected", "stream", lambda row: (row.kind, row.concluded)),
    ),
    "concluded audits": (
        Says("audits/audits", stream("audit", "audit"), "concluded"),
        Says("expected-evaluations/routing", "stream", "concluded", where=of_category("audit")),
    ),
    # All else
    "a challenge that is not settled": (
        Says(
            "accountability/challenges",
            "challenge",
            lambda row: (
                row.manner,
                row.by,
                row.to,
                row.raised,
                row.answer_by,
                row.answered,
                row.days,
            ),
        ),
        Says(
            "assurance/concerns",
            "reference",
            lambda row: (
                row.manner,
                row.by,
                row.to,
                row.raised,
                row.answer_by,
                row.answered,
                row.days,
            ),
            where=lambda row: ": " not in row.reference,
        ),
    ),
    "a challenge that waits for an answer": (
        Says(
            "accountability/challenges",
            "challenge",
            "answer_by",
            where=lambda row: row.answer_by and not row.answered and not row.resolved,
        ),
        *(
            Says(table, ref_in("stream"), "due", where=is_what("challenge-answer"))
            for table in CALENDAR
        ),
    ),
    "a priority that is overdue": (
        Says(
            "improvement-plan/priorities",
            ("plan", "priority"),
            lambda row: (row.due, row.overdue),
            where=lambda row: row.overdue,
        ),
        Says(
            "calendar/overdue",
            lambda row: (ref_of(row.stream), row.detail),
            lambda row: (row.due, -row.days),
            where=is_what("plan-priority"),
        ),
    ),
    "the priorities of a plan": (
        Says(
            "improvement-plan/plans",
            "plan",
            lambda row: (row.priorities, row.with_outcome, row.dropped, row.open, row.overdue),
        ),
        Says(
            "improvement-plan/priorities",
            "plan",
            lambda row: (row.dropped is not None, row.outcome is not None, row.overdue),
            together=lambda rows: (
                len(rows),
                sum(outcome and not dropped for dropped, outcome, _ in rows),
                sum(dropped for dropped, _, _ in rows),
                sum(not outcome and not dropped for dropped, outcome, _ in rows),
                sum(bool(overdue) for _, _, overdue in rows),
            ),
            otherwise=(0, 0, 0, 0, 0),
        ),
    ),
    "the bases of a plan": (
        Says("improvement-plan/plans", "plan", "basis_told"),
        Says("improvement-plan/basis", "plan", "told", together=sum, otherwise=0),
    ),
    "the summaries of a plan": (
        Says("improvement-plan/plans", "plan", "summaries"),
        Says("improvement-plan/summaries", "plan", together=number, otherwise=0),
    ),
    "a course": (
        Says("training/catalogue", "course", lambda row: (row.sessions, row.attended)),
        Says(
            "training/sessions",
            "course",
            "attended",
            together=lambda attended: (len(attended), sum(attended)),
        ),
    ),
    "sessions": (
        Says("training/sessions", ("course", "session"), "attended"),
        Says("training/evaluations", ("course", "session"), "attended"),
    ),
    "steps of a programme": (
        Says(
            "training/programmes",
            "programme",
            lambda row: (row.standards, row.promoted, len(row.reviewed)),
        ),
        Says(
            "training/programme_steps",
            "programme",
            "step",
            together=lambda of: (of.count("standard"), of.count("promotion"), of.count("review")),
            otherwise=(0, 0, 0),
        ),
    ),
    "a dissemination": (
        Says(
            "dissemination/disseminations", "dissemination", lambda row: (row.put_to, row.taken_up)
        ),
        Says(
            "dissemination/bodies",
            "dissemination",
            lambda row: row.taken_up is not None,
            together=lambda rows: (len(rows), sum(rows)),
            otherwise=(0, 0),
        ),
    ),
    "whom it reached": (
        Says("dissemination/disseminations", "dissemination", lambda row: row.reached or 0),
        Says(
            "dissemination/audiences", "dissemination", lambda row: row.reached or 0, together=sum
        ),
    ),
    "a procedure in force": (
        Says("procedures/procedures", "procedure", lambda row: row.version),
        Says("procedures/versions", "procedure", "version", where=lambda row: row.in_force),
    ),
    "the help with a procedure": (
        Says("procedures/procedures", "procedure", "helped"),
        Says(
            "procedures/help",
            "procedure",
            "organisation",
            together=lambda names: len({*names}),
            otherwise=0,
        ),
    ),
    "the bodies that adopted a procedure": (
        Says("procedures/procedures", "procedure", "adopted"),
        Says(
            "procedures/adoptions",
            "procedure",
            "body",
            together=lambda names: len({*names}),
            otherwise=0,
        ),
    ),
    "an edition that a board mandated": (
        Says("assurance/editions", "edition", lambda row: {*row.mandated_by}),
        Says(
            "assurance/mandates",
            "edition",
            lambda row: row.board if row.on else None,
            together=lambda boards: {*boards} - {None},
            otherwise=set(),
        ),
    ),
    "the boards of an edition": (
        Says("assurance/editions", "edition", lambda row: {*row.boards}),
        Says("assurance/mandates", "edition", "board", together=set),
    ),
    "the points of an indicator": (
        Says("sustainability/indicators", "indicator", "points"),
        Says("sustainability/points", "indicator", together=number, otherwise=0),
    ),
    "the events of an indicator": (
        Says("sustainability/indicators", "indicator", lambda row: max(0, row.events - 1)),
        Says("sustainability/gaps", "indicator", together=number),
    ),
    "the latest audit of a kind": (
        Says("audits/audits", "audit", "concluded"),
        Says("compliance/intervals", "latest", "concluded", where=lambda row: row.latest),
    ),
    "how often a report explains impact": (
        Says("annual-report/periods", "report", "impacts", where=lambda row: row.report),
        Says("annual-report/impact", "report", together=number, otherwise=0),
    ),
    "what a body declined": (
        Says(
            "accountability/answers",
            ("recommendation", "body"),
            lambda row: row.answer,
        ),
        Says(
            "annual-report/not_implemented",
            ("reference", "body"),
            lambda row: "declined",
            where=lambda row: row.report is None and row.event == "RecommendationDeclined",
        ),
    ),
    "it is on record": (
        Says("provenance/streams", "stream", lambda row: True),
        *(
            Says(f"{view}/{table}", stream(category, column))
            for view, table, category, column in (
                ("audits", "audits", "audit", "audit"),
                ("conduct", "reviews", "review", "review"),
                ("recommendations", "recommendations", "recommendation", "recommendation"),
                ("procedures", "procedures", "procedure", "procedure"),
                ("dissemination", "disseminations", "dissemination", "dissemination"),
                ("lessons", "lessons", "lesson", "lesson"),
                ("improvement-plan", "plans", "improvement_plan", "plan"),
                ("sustainability", "indicators", "indicator", "indicator"),
            )
        ),
    ),
}
