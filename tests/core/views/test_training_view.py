"""How far training reached and what came of it: by example and over any history; all fictional."""

from datetime import timedelta
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.aggregates import audit, review, training_programme
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import training_course as t
from lif_core.aggregates.body import BodyKind, MergeBody, RegisterBody
from lif_core.aggregates.indicator import DefineIndicator, IndicatorKind
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.messages import Event
from lif_core.framework import load
from lif_core.projection.fold import fold
from lif_core.projection.projection import AsOf
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.values.evidence import TrainingLevel
from lif_core.views.training import training
from lif_core.views.training.rows import Training
from tests.board import Board
from tests.people import CHAIR, POLICE, QUALITY, TRAINING, by, day

COURSE = "wsb/course-1"
PROGRAMME = "wsb/programme-1"
TRUST = by("wsb/rwt")


def view(board: Board, valid: str = "2018-12-31", known: str | None = None) -> Training:
    return board.app.view(training, valid=day(valid), known=day(known) if known else None)


@pytest.fixture
def board() -> Board:
    """A course of the boards, put on in January 2018, with a session on 12 March and on 12 May."""
    board = Board()
    board.decide(
        t.ProvideCourse, "2018-01-10", by=TRAINING, course=COURSE, title="Recognising neglect"
    )
    for session, held in (("s-1", "2018-03-12"), ("s-2", "2018-05-12")):
        schedule(board, session, held)
    return board


def schedule(board: Board, session: str, held: str) -> None:
    fields: dict[str, Any] = {"course": COURSE, "session": session, "capacity": 20}
    board.decide(t.ScheduleSession, "2018-01-10", by=TRAINING, held=day(held), **fields)


def attend(
    board: Board, session: str, on: str, *came: tuple[str, str, int], more: int = 0
) -> None:
    """So many of each agency and profession, and *more* where nobody wrote down who came."""
    mix = tuple(t.Present(agency=a, profession=p, attended=number) for a, p, number in came)
    board.decide(
        t.RecordAttendance,
        on,
        by=TRAINING,
        course=COURSE,
        session=session,
        booked=sum(number for *_, number in came) + more,
        cancelled=0,
        absent=0,
        walked_in=0,
        mix=mix,
    )


def evaluate(
    board: Board,
    session: str,
    level: TrainingLevel,
    months: int,
    replies: int,
    positive: int,
    measure: str = "practice",
) -> None:
    board.decide(
        t.RecordEvaluation,
        "2018-11-01",
        by=TRAINING,
        course=COURSE,
        session=session,
        level=level,
        months=months,
        replies=replies,
        positive=positive,
        measure=measure,
    )


# Who came


def test_who_came_is_counted_by_agency_and_by_profession(board: Board) -> None:
    """Of 12 people who came, 10 are known: 6 police, 4 of the hospital; 7 officers, 3 nurses."""
    attend(
        board,
        "s-1",
        "2018-03-12",
        ("wsb/police", "officer", 6),
        ("wsb/rwt", "officer", 1),
        ("wsb/rwt", "nurse", 3),
    )
    attend(board, "s-2", "2018-05-12", more=2)
    mix = view(board).mix

    assert (2, 1, 12, 10) == (mix.sessions, mix.known, mix.attended, mix.of)
    assert [("wsb/police", 6, 0.6), ("wsb/rwt", 4, 0.4)] == [
        (row.agency, row.attended, row.share) for row in mix.agencies if row.attended
    ]
    assert [("nurse", 3, 0.3), ("officer", 7, 0.7)] == [
        (row.profession, row.attended, row.share) for row in mix.professions
    ]
    assert {10} == {row.of for row in mix.agencies} | {row.of for row in mix.professions}


def test_an_agency_that_never_came_is_named(board: Board) -> None:
    """Of those that the framework names, and of those in the register; a committee is none."""
    board.decide(
        RegisterBody, "2018-01-01", by=CHAIR, body="wsb/fire", name="Fire", kind=BodyKind.AGENCY
    )
    board.decide(
        RegisterBody, "2018-01-01", by=CHAIR, body="wsb/x", name="X", kind=BodyKind.COMMITTEE
    )
    attend(board, "s-1", "2018-03-12", ("wsb/police", "officer", 6), ("wsb/rwt", "nurse", 1))

    assert (
        "wsb/bcpft",
        "wsb/ccg",
        "wsb/council-adults",
        "wsb/council-children",
        "wsb/council-education",
        "wsb/fire",
        "wsb/probation",
        "wsb/voluntary",
    ) == view(board).mix.never_represented()


def test_an_agency_that_has_merged_away_is_expected_no_more(board: Board) -> None:
    board.decide(
        MergeBody, "2018-02-01", by=CHAIR, body="wsb/ccg", into="wsb/rwt", reasons="One trust"
    )
    attend(board, "s-1", "2018-03-12", ("wsb/police", "officer", 6))

    absent = view(board).mix.never_represented()
    assert ("wsb/rwt" in absent, "wsb/ccg" in absent) == (True, False)


def test_where_nobody_wrote_down_who_came_no_agency_is_said_to_be_absent(board: Board) -> None:
    attend(board, "s-1", "2018-03-12", more=9)
    mix = view(board).mix

    assert ((), 9, 0) == (mix.never_represented(), mix.attended, mix.of)
    assert {(None, None)} == {(row.represented, row.share) for row in mix.agencies}


# Sessions


def test_a_cancelled_session_counts_for_nothing(board: Board) -> None:
    """Its places, its bookings and its capacity are in no figure; only that it was cancelled."""
    book(board, "s-2", "b-1", "wsb/police", 5)
    cancel: dict[str, Any] = {"course": COURSE, "session": "s-2", "reasons": "Snow"}
    board.decide(t.CancelSession, "2018-05-01", by=TRAINING, **cancel)
    found = view(board)

    assert ["s-1"] == [row.session for row in found.sessions]
    assert () == found.bookings
    (row,) = found.catalogue
    assert (1, 1) == (row.sessions, row.cancelled)


def test_before_it_was_cancelled_the_session_was_on_the_programme(board: Board) -> None:
    cancel: dict[str, Any] = {"course": COURSE, "session": "s-2", "reasons": "Snow"}
    board.decide(t.CancelSession, "2018-05-01", by=TRAINING, **cancel)

    assert ["s-1", "s-2"] == [row.session for row in view(board, "2018-04-30").sessions]


def book(board: Board, session: str, booking: str, agency: str, places: int) -> None:
    fields: dict[str, Any] = {"agency": agency, "profession": "officer", "places": places}
    board.decide(
        t.BookPlaces,
        "2018-02-01",
        by=TRAINING,
        course=COURSE,
        session=session,
        booking=booking,
        **fields,
    )


def test_places_are_booked_by_agencies(board: Board) -> None:
    book(board, "s-1", "b-1", "wsb/police", 3)
    book(board, "s-1", "b-2", "wsb/police", 3)
    book(board, "s-2", "b-3", "wsb/rwt", 2)

    assert [("wsb/police", 2, 6, 8, 0.75), ("wsb/rwt", 1, 2, 8, 0.25)] == [
        (row.agency, row.bookings, row.places, row.of, row.share) for row in view(board).bookings
    ]


# Evaluations


def test_each_level_stands_apart_with_its_denominators(board: Board) -> None:
    """Of 10 and 20 who came, 5 and 10 replied, 4 and 6 of them had changed practice."""
    attend(board, "s-1", "2018-03-12", more=10)
    attend(board, "s-2", "2018-05-12", more=20)
    evaluate(board, "s-1", TrainingLevel.PRACTICE, 3, 5, 4)
    evaluate(board, "s-2", TrainingLevel.PRACTICE, 3, 10, 6)
    evaluate(board, "s-1", TrainingLevel.PRACTICE, 6, 2, 1)
    rows = view(board).levels

    assert [(1, None), (2, None), (3, 3), (3, 6), (4, None)] == [(x.level, x.months) for x in rows]
    after_three, after_six = rows[2:4]
    assert (2, 2, 30, 15, 10) == (
        after_three.sessions,
        after_three.held,
        after_three.attended,
        after_three.replies,
        after_three.positive,
    )
    assert (0.5, 2 / 3, 1 / 3) == (
        after_three.reply_rate,
        after_three.positive_of_replies,
        after_three.positive_at_least,
    )
    assert (1, 2, 10, 2) == (
        after_six.sessions,
        after_six.held,
        after_six.attended,
        after_six.replies,
    )


def test_two_measures_of_the_same_people_are_not_added_up(board: Board) -> None:
    """10 came, whom both an audit and their own feedback tell of: they are not 20."""
    attend(board, "s-1", "2018-03-12", more=10)
    evaluate(board, "s-1", TrainingLevel.PRACTICE, 3, 5, 4)
    evaluate(board, "s-1", TrainingLevel.PRACTICE, 3, 10, 2, measure="audit")

    assert [("audit", 10, 10, 2), ("practice", 10, 5, 4)] == [
        (row.measure, row.attended, row.replies, row.positive)
        for row in view(board).levels
        if row.sessions
    ]


def test_a_level_that_nobody_asked_about_says_so(board: Board) -> None:
    """No outcome was ever measured: that is no rate of nought."""
    attend(board, "s-1", "2018-03-12", more=10)
    outcomes = view(board).levels[-1]

    assert (4, 0, 1, None, None) == (
        outcomes.level,
        outcomes.sessions,
        outcomes.held,
        outcomes.reply_rate,
        outcomes.positive_at_least,
    )


def test_an_evaluation_says_by_which_measure_of_the_framework(board: Board) -> None:
    attend(board, "s-1", "2018-03-12", more=10)
    evaluate(board, "s-1", TrainingLevel.PRACTICE, 3, 5, 4)

    (row,) = view(board).evaluations
    assert (COURSE, "s-1", "practice", ()) == (row.course, row.session, row.measure, row.evidence)


# Courses, and why there are


def request(board: Board, course: str, *, on: str = "2018-02-01", because: str = "") -> None:
    board.decide(
        t.RequestCourse,
        on,
        by=QUALITY,
        course=course,
        title="T",
        need="N",
        arising_from=(because,) if because else (),
    )


def commission(board: Board, course: str, *, on: str = "2018-03-01", because: str = "") -> None:
    board.decide(
        t.CommissionCourse,
        on,
        by=TRAINING,
        course=course,
        title="T",
        provider="A Provider",
        in_pool=False,
        procurement="P-17",
        arising_from=(because,) if because else (),
    )


def test_a_request_waits_until_it_is_answered() -> None:
    """One for 28 days, one declined after 10, one still waiting after 333."""
    board = Board()
    for number in (1, 2, 3):
        request(board, f"wsb/course-{number}")
    commission(board, "wsb/course-1")
    board.decide(
        t.DeclineCourse, "2018-02-11", by=TRAINING, course="wsb/course-2", reasons="Not now"
    )

    assert [("commissioned", 28), ("declined", 10), ("requested", 333)] == [
        (row.status, row.waited) for row in view(board).catalogue
    ]


def test_a_course_declined_and_then_put_on_has_waited_for_the_first_answer() -> None:
    board = Board()
    request(board, COURSE)
    board.decide(t.DeclineCourse, "2018-02-11", by=TRAINING, course=COURSE, reasons="Not now")
    commission(board, COURSE, on="2018-06-01")

    (row,) = view(board).catalogue
    assert ("commissioned", day("2018-02-11"), day("2018-06-01"), 10) == (
        row.status,
        row.declined,
        row.begun,
        row.waited,
    )


def test_a_course_asked_for_again_waits_again() -> None:
    """Declined in February, and asked for anew in June: since then it has waited for 213 days."""
    board = Board()
    request(board, COURSE)
    board.decide(t.DeclineCourse, "2018-02-11", by=TRAINING, course=COURSE, reasons="Not now")
    request(board, COURSE, on="2018-06-01")

    (row,) = view(board).catalogue
    assert ("requested", day("2018-06-01"), None, 213) == (
        row.status,
        row.requested,
        row.declined,
        row.waited,
    )


def test_a_course_says_how_it_was_procured_and_for_whom(board: Board) -> None:
    """Neither a pool nor a reference for one that the boards give themselves."""
    commission(board, "wsb/course-2")
    board.decide(
        t.ProvideCourse,
        "2018-03-01",
        by=TRAINING,
        course="wsb/course-3",
        title="T",
        single_agency=True,
    )

    assert [
        ("provided", None, None, False, None),
        ("commissioned", False, "P-17", False, None),
        ("provided", None, None, True, None),
    ] == [
        (row.status, row.in_pool, row.procurement, row.single_agency, row.waited)
        for row in view(board).catalogue
    ]


def open_review(board: Board, ref: str = "wscb/1") -> None:
    fields: dict[str, Any] = {"kind": "single-agency-review", "title": "A case"}
    board.decide(review.OpenReview, "2018-01-02", by=CHAIR, review=ref, **fields)


def test_training_is_counted_by_the_learning_it_arises_from() -> None:
    """One review: a course commissioned, one declined, one waiting, and one called for by what it
    recommended.
    """
    board = Board()
    open_review(board)
    stream = "review-wscb/1"
    for number in (1, 2, 3):
        request(board, f"wsb/course-{number}", because=stream)
    commission(board, "wsb/course-1", because=stream)
    board.decide(
        t.DeclineCourse, "2018-02-11", by=TRAINING, course="wsb/course-2", reasons="Not now"
    )
    board.decide(
        r.IssueRecommendation,
        "2018-01-10",
        by=CHAIR,
        recommendation="wscb/r-1",
        source=stream,
        text="Train",
        addressed=("wscb",),
    )
    call: dict[str, Any] = {"course": "wsb/course-4", "title": "T", "need": "N"}
    board.decide(r.CallForTraining, "2018-02-01", by=CHAIR, recommendation="wscb/r-1", **call)

    assert [((stream,), "commissioned"), (("recommendation-wscb/r-1",), "called for")] == [
        (row.arising_from, row.status)
        for row in view(board).catalogue
        if row.course in ("wsb/course-1", "wsb/course-4")
    ]
    called, asked = view(board).arising
    assert ("recommendation-wscb/r-1", "single-agency-review", 1, 1, ()) == (
        called.stream,
        called.kind,
        called.courses,
        called.waiting,
        called.put_on,
    )
    assert (stream, "single-agency-review", 3, 0, 1, 1, 1, ("wsb/course-1",)) == (
        asked.stream,
        asked.kind,
        asked.courses,
        asked.provided,
        asked.commissioned,
        asked.declined,
        asked.waiting,
        asked.put_on,
    )


def test_learning_from_a_childs_death_or_a_notified_case_has_the_kind_of_that_review() -> None:
    board = Board()
    case: dict[str, Any] = {"subject": "S", "aware": day("2018-01-05"), "kind": "scr"}
    board.decide(review.NotifyCase, "2018-01-10", by=CHAIR, review="wscb/scr-1", **case)
    death: dict[str, Any] = {
        "subject": "S",
        "died": day("2018-01-05"),
        "area": "wolverhampton",
        "expected": False,
        "kind": "cdr",
    }
    panel = by("wscb/cdop")
    board.decide(review.NotifyDeath, "2018-01-10", by=panel, review="wscb/cdr-1", **death)
    commission(board, COURSE, because="review-wscb/scr-1")
    commission(board, "wsb/course-2", because="review-wscb/cdr-1")

    assert [("review-wscb/cdr-1", "cdr"), ("review-wscb/scr-1", "scr")] == [
        (row.stream, row.kind) for row in view(board).arising
    ]


def test_learning_from_what_is_no_review_and_no_audit_has_no_kind() -> None:
    board = Board()
    define: dict[str, Any] = {"name": "On time", "unit": "%", "higher_is_better": True}
    define["kind"] = IndicatorKind.MEASUREMENT
    board.decide(DefineIndicator, "2018-01-02", indicator="wscb/i-1", **define)
    commission(board, COURSE, because="indicator-wscb/i-1")

    assert [None] == [row.kind for row in view(board).arising]


def test_a_view_says_of_when_it_is(board: Board) -> None:
    assert ("2018-12-31", None) == (view(board).valid, view(board).known)
    assert "2017-12-31T23:59:59.999999+00:00" == view(board, known="2017-12-31").known


def test_learning_from_an_audit_has_the_kind_of_the_audit() -> None:
    board = Board()
    plan: dict[str, Any] = {"theme": "neglect", "basis": "Referrals", "scale": "ofsted"}
    board.decide(audit.PlanAudit, "2018-01-02", audit="wscb/a-1", kind="maca", **plan)
    commission(board, COURSE, because="audit-wscb/a-1")

    (row,) = view(board).arising
    assert ("maca", 1) == (row.kind, row.commissioned)


def test_a_course_entered_by_mistake_was_never_put_on(board: Board) -> None:
    """What is left of it, its sessions, counts for nothing."""
    attend(board, "s-1", "2018-03-12", ("wsb/police", "officer", 6))
    board.decide(
        VoidEntry,
        "2018-06-01",
        by=TRAINING,
        stream=f"training_course-{COURSE}",
        entry=1,
        reasons="Of another area",
    )
    found = view(board)

    assert (0, 0, (), ()) == (found.courses, found.attended, found.sessions, found.catalogue)
    assert 0 == found.mix.attended
    assert 6 == view(board, known="2018-05-31").attended


# Standards


def assess(board: Board, standard: str, *, met: bool, on: str = "2018-06-01") -> None:
    fields: dict[str, Any] = {"course": COURSE, "standard": standard, "met": met, "note": "Seen"}
    board.decide(t.AssessCourse, on, by=TRAINING, **fields)


def programme(board: Board) -> None:
    board.decide(
        training_programme.AdoptStrategy,
        "2018-01-01",
        by=TRAINING,
        programme=PROGRAMME,
        strategy="Together",
        since=day("2018-01-01"),
        until=day("2019-12-31"),
    )


def standards(board: Board) -> dict[str, tuple[object, ...]]:
    return {
        row.standard: (row.basis, row.courses, row.met, row.not_met, row.not_assessed)
        for row in view(board).standards
    }


def test_courses_are_held_against_each_standard(board: Board) -> None:
    """Two courses: one is effective, of the other nobody has said."""
    commission(board, "wsb/course-2")
    assess(board, "effective", met=True)
    assess(board, "best-practice", met=False)
    found = standards(board)

    assert ("framework", 2, 1, 0, 1) == found["effective"]
    assert ("framework", 2, 0, 1, 1) == found["best-practice"]
    assert ("framework", 2, 0, 0, 2) == found["statutory-guidance"]


def test_a_standard_that_the_programme_adopted_counts_as_one_of_the_framework_does(
    board: Board,
) -> None:
    """And one that nobody adopted is shown as what it is."""
    programme(board)
    adopt: dict[str, Any] = {"programme": PROGRAMME, "standard": "inclusive", "wording": "All"}
    board.decide(training_programme.AdoptStandard, "2018-01-05", by=TRAINING, **adopt)
    assess(board, "my-own", met=True)
    found = standards(board)

    assert ("programme", 1, 0, 0, 1) == found["inclusive"]
    assert ("neither", 1, 1, 0, 0) == found["my-own"]


def test_a_programme_asks_it_of_the_courses_of_all_boards_that_the_framework_governs(
    board: Board,
) -> None:
    """The programme is that of both boards together, the course of one of them."""
    programme(board)
    adopt: dict[str, Any] = {"programme": PROGRAMME, "standard": "inclusive", "wording": "All"}
    board.decide(training_programme.AdoptStandard, "2018-01-05", by=TRAINING, **adopt)
    commission(board, "wscb/course-2")

    assert ("programme", 2, 0, 0, 2) == standards(board)["inclusive"]


def test_a_later_assessment_replaces_the_one_before(board: Board) -> None:
    assess(board, "effective", met=False)
    assess(board, "effective", met=True, on="2018-09-01")

    assert ("framework", 1, 1, 0, 0) == standards(board)["effective"]


def test_a_programme_of_another_board_asks_nothing_of_these_courses(board: Board) -> None:
    other = by("walsall-scb")
    board.decide(
        training_programme.AdoptStrategy,
        "2018-01-01",
        by=other,
        programme="walsall-scb/programme-1",
        strategy="Apart",
        since=day("2018-01-01"),
        until=day("2019-12-31"),
    )
    adopt: dict[str, Any] = {"standard": "inclusive", "wording": "All"}
    board.decide(
        training_programme.AdoptStandard,
        "2018-01-05",
        by=other,
        programme="walsall-scb/programme-1",
        **adopt,
    )

    assert "inclusive" not in standards(board)


# The programme, and single-agency training


def test_the_days_on_which_the_programme_was_reviewed_are_shown(board: Board) -> None:
    programme(board)
    include: dict[str, Any] = {"programme": PROGRAMME, "course": COURSE}
    board.decide(training_programme.IncludeCourse, "2018-01-11", by=TRAINING, **include)
    says: dict[str, Any] = {"effectiveness": "Fair", "changes": "More of it"}
    for on in ("2018-06-30", "2018-12-20"):
        board.decide(
            training_programme.ReviewProgramme, on, by=TRAINING, programme=PROGRAMME, **says
        )

    (row,) = view(board).programmes
    assert (PROGRAMME, day("2018-01-01"), day("2019-12-31")) == (
        row.programme,
        row.since,
        row.until,
    )
    assert (1, 0, (day("2018-06-30"), day("2018-12-20"))) == (
        row.courses,
        row.standards,
        row.reviewed,
    )


def training_audit(board: Board, ref: str, on: str) -> None:
    plan: dict[str, Any] = {"theme": "training", "basis": "Yearly", "scale": "rag"}
    board.decide(audit.PlanAudit, on, by=TRAINING, audit=ref, kind="training", **plan)


def test_how_many_staff_completed_training_is_shown_by_agency_and_group() -> None:
    """The audit of 2018 is the latest for the officers; for the nurses that of 2017 still is."""
    board = Board()
    training_audit(board, "wsb/t-2017", "2017-03-01")
    report(board, "wsb/t-2017", "2017-04-01", POLICE.body, "officers", 100, 50)
    report(board, "wsb/t-2017", "2017-04-02", TRUST.body, "nurses", 40, 10)
    training_audit(board, "wsb/t-2018", "2018-03-01")
    report(board, "wsb/t-2018", "2018-04-01", POLICE.body, "officers", 110, 88)

    assert ["2017-04-01", "2018-04-01", "2017-04-02"] == [
        str(row.on) for row in view(board).completions
    ]
    assert [
        ("wsb/police", "officers", "wsb/t-2017", 100, 50, 0.5, False),
        ("wsb/police", "officers", "wsb/t-2018", 110, 88, 0.8, True),
        ("wsb/rwt", "nurses", "wsb/t-2017", 40, 10, 0.25, True),
    ] == [
        (row.agency, row.group, row.audit, row.staff, row.completed, row.share, row.latest)
        for row in view(board).completions
    ]


def report(
    board: Board, ref: str, on: str, agency: str, group: str, staff: int, completed: int
) -> None:
    fields: dict[str, Any] = {"group": group, "staff": staff, "completed": completed}
    board.decide(audit.ReportTraining, on, by=by(agency), audit=ref, **fields)


def test_what_was_reported_to_a_cancelled_audit_is_in_no_table() -> None:
    board = Board()
    training_audit(board, "wsb/t-2017", "2017-03-01")
    report(board, "wsb/t-2017", "2017-04-01", POLICE.body, "officers", 100, 50)
    board.decide(
        audit.CancelAudit, "2017-05-01", by=TRAINING, audit="wsb/t-2017", reasons="Wrong form"
    )

    assert () == view(board).completions
    assert 1 == len(view(board, "2017-04-30").completions)


# Any history

KINDS = (
    *get_args(t.CourseEvent),
    *get_args(training_programme.ProgrammeEvent),
    audit.AuditPlanned,
    audit.TrainingReported,
    audit.AuditCancelled,
    review.ReviewOpened,
    r.RecommendationIssued,
    r.TrainingCalledFor,
)
BEGUN = t.CourseProvided(by=TRAINING, on=day("2018-01-01"), course="wscb/1", title="T")
SCHEDULED = t.SessionScheduled(
    by=TRAINING,
    on=day("2018-01-01"),
    course="wscb/1",
    session="a",
    held=day("2018-01-02"),
    capacity=9,
)


def folded(history: list[Event[Any]]) -> Training:
    first: list[Event[Any]] = [BEGUN, SCHEDULED]
    log = records_of([*first, *history], every=timedelta(hours=1))
    return fold(training, log, AsOf(valid=day("2019-06-30"), known=None, frameworks=load()))


@given(st.lists(events(World(), *KINDS), max_size=30))
def test_whatever_the_order_the_parts_add_up(history: list[Event[Any]]) -> None:
    """Corrections can make any order of entries: none is too much, and no part is lost."""
    found = folded(history)

    assert found.attended == sum(row.attended for row in found.catalogue)
    assert found.attended == sum(row.attended for row in found.sessions) == found.mix.attended
    assert found.mix.of == sum(row.attended for row in found.mix.agencies)
    assert found.mix.of == sum(row.attended for row in found.mix.professions)
    for row in found.standards:
        assert row.courses == row.met + row.not_met + row.not_assessed
    for because in found.arising:
        assert because.courses == (
            because.provided + because.commissioned + because.declined + because.waiting
        )
    assert {1, 2, 3, 4} == {row.level for row in found.levels}
    assert len(found.evaluations) == sum(row.sessions for row in found.levels)
    assert all(row.sessions <= row.held for row in found.levels)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["wsb/police", "wsb/rwt"]), st.sampled_from("ab"), st.integers(0, 9)
        ),
        max_size=4,
        unique_by=lambda one: one[:2],
    )
)
def test_the_mix_adds_up_to_those_who_attended(came: list[tuple[str, str, int]]) -> None:
    """Where it is known of a session who came, it is known of all of them."""
    board = Board()
    board.decide(t.ProvideCourse, "2018-01-10", by=TRAINING, course=COURSE, title="T")
    schedule(board, "s-1", "2018-03-12")
    attend(board, "s-1", "2018-03-12", *came)
    found = view(board)

    assert found.attended == sum(number for *_, number in came)
    assert found.attended == sum(row.attended for row in found.mix.agencies)
    assert found.attended == sum(row.attended for row in found.mix.professions)


def test_no_provider_and_no_person_is_named(board: Board) -> None:
    """A provider may be one person: only how it was procured is shown."""
    commission(board, "wsb/course-2")

    text = repr(attrs.asdict(view(board)))
    assert "P-17" in text
    assert [] == [name for name in ("A Provider", TRAINING.person) if name in text]


def test_a_programme_is_followed_from_its_strategy_to_its_review(board: Board) -> None:
    """Its standards, how it was promoted, and what its review would change, in words."""
    programme(board)
    adopted = {"standard": "inclusive", "wording": "All can come"}
    board.decide(
        training_programme.AdoptStandard,
        "2018-01-05",
        by=TRAINING,
        programme=PROGRAMME,
        **adopted,
    )
    board.decide(
        training_programme.PromoteProgramme,
        "2018-02-01",
        by=TRAINING,
        programme=PROGRAMME,
        channel="newsletter",
        audience="practitioners",
    )
    board.decide(
        training_programme.ReviewProgramme,
        "2019-01-15",
        by=TRAINING,
        programme=PROGRAMME,
        effectiveness="It reached most",
        changes="More evenings",
    )
    (row,) = view(board, "2019-06-30").programmes

    assert ("Together", 1, 1, (day("2019-01-15"),)) == (
        row.strategy,
        row.standards,
        row.promoted,
        row.reviewed,
    )
    assert [
        (1, "standard", "inclusive", "All can come"),
        (2, "promotion", "newsletter: practitioners", None),
        (3, "review", "More evenings", "It reached most"),
    ] == [
        (step.number, step.step, step.about, step.words)
        for step in view(board, "2019-06-30").programme_steps
    ]
