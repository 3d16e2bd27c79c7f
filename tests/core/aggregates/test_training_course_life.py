"""A training course from the learning that calls for it to what it changed. All are fictional."""

from functools import partial
from typing import Any

import pytest

from lif_core.aggregates import training_course
from lif_core.aggregates.recommendation import CallForTraining, IssueRecommendation
from lif_core.aggregates.review import OpenReview
from lif_core.aggregates.training_course import (
    AssessCourse,
    BookPlaces,
    CancelSession,
    CommissionCourse,
    CourseRequested,
    DeclineCourse,
    Present,
    ProvideCourse,
    RecordAttendance,
    RecordEvaluation,
    RequestCourse,
    ScheduleSession,
    TrainingLevel,
)
from lif_core.decisions.decider import AnyDecider, Setting
from lif_core.decisions.messages import Command
from lif_core.errors import MalformedError, RefusedError
from lif_core.framework import Framework
from lif_core.testing.decider_contract import DeciderContract
from lif_core.views.training import training
from tests.board import Board
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON, became, but, happens, name, scenario_of
from tests.people import MANAGER, POLICE, POLICY, QUALITY, TRAINING, by, day

COURSE = "wsb/seeing-the-child"
HOSPITAL = by("wsb/rwt")

REQUEST = RequestCourse(
    by=QUALITY,
    on=day("2018-01-08"),
    course=COURSE,
    title="Seeing the child",
    need="In 8 of 12 files nobody had spoken to the child alone.",
    asked="wsb/jld",
    arising_from=("audit-wscb/maca-1",),
)
DECLINE = DeclineCourse(
    by=TRAINING, on=day("2018-01-20"), course=COURSE, reasons="The induction has it."
)
PROVIDE = ProvideCourse(by=TRAINING, on=day("2018-02-01"), course=COURSE, title="Seeing the child")
COMMISSION = CommissionCourse(
    by=TRAINING,
    on=day("2018-02-01"),
    course=COURSE,
    title="Seeing the child",
    provider="A Provider",
    in_pool=False,
    procurement="P-17",
)
ASSESS = AssessCourse(
    by=TRAINING,
    on=day("2018-02-05"),
    course=COURSE,
    standard="statutory-guidance",
    met=True,
    note="It follows Working Together.",
)
SCHEDULE = ScheduleSession(
    by=TRAINING,
    on=day("2018-02-06"),
    course=COURSE,
    session="s-1",
    held=day("2018-03-12"),
    capacity=10,
)
CANCEL = CancelSession(
    by=TRAINING, on=day("2018-03-09"), course=COURSE, session="s-1", reasons="Snow."
)
BOOK = BookPlaces(
    by=POLICE,
    on=day("2018-02-12"),
    course=COURSE,
    session="s-1",
    booking="b-1",
    agency="wsb/police",
    profession="police officer",
    places=6,
)
ATTEND = RecordAttendance(
    by=TRAINING,
    on=day("2018-03-12"),
    course=COURSE,
    session="s-1",
    booked=6,
    cancelled=1,
    absent=1,
    walked_in=2,
)
EVALUATE = RecordEvaluation(
    by=TRAINING,
    on=day("2018-06-12"),
    course=COURSE,
    session="s-1",
    level=TrainingLevel.PRACTICE,
    months=3,
    replies=5,
    positive=3,
)

HELD = (PROVIDE, SCHEDULE, BOOK, ATTEND)


after = partial(scenario_of, training_course.decider)


def present(**people: int) -> tuple[Present, ...]:
    """How many of each agency were there; of one profession each."""
    return tuple(
        Present(agency=f"wsb/{agency}", profession="practitioner", attended=count)
        for agency, count in people.items()
    )


LIFE = (REQUEST, COMMISSION, ASSESS, SCHEDULE, BOOK, ATTEND, EVALUATE)


class TestRequestedCourse(DeciderContract):
    """From the request to the evaluation; declined, or a session cancelled."""

    decider = training_course.decider
    lives = (LIFE, (REQUEST, DECLINE), (PROVIDE, SCHEDULE, BOOK, CANCEL))
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# Asked for


@pytest.mark.parametrize("said", [(REQUEST,), (PROVIDE,), (COMMISSION,), (REQUEST, DECLINE)])
def test_a_reference_is_of_one_course_which_may_be_asked_for_again(
    said: tuple[Command, ...],
) -> None:
    """Other learning may call for the same course; another title is another course."""
    again = but(REQUEST, on=day("2018-05-01"), need="In 9 of 12 files.", arising_from=())
    other = but(again, title="Seeing the family")

    assert "course.reference-taken" == after(*said).refuses(other)
    assert happens(after(*said), again)
    assert happens(after(), other)


def test_a_request_said_again_after_another_is_quiet() -> None:
    """Neither takes the place of the other: both learnings ask."""
    second = but(REQUEST, on=day("2018-01-10"), need="In 9 of 12 files.")

    assert () == after(REQUEST, second).records(REQUEST)
    assert () == after(REQUEST, second).records(second)


def test_a_course_that_was_declined_is_asked_for_again_and_then_waits_for_an_answer() -> None:
    """The new request lifts the decline, from its day on."""
    again = but(REQUEST, on=day("2018-05-01"), need="In 9 of 12 files.")
    declined_again = but(DECLINE, on=day("2018-05-09"), reasons="There is no money.")
    scenario = after(REQUEST, DECLINE)

    assert "course.declined-already" == scenario.refuses(declined_again)
    assert happens(scenario.after(again), declined_again)
    assert "course.out-of-order" == scenario.after(again).refuses(
        but(declined_again, on=day("2018-04-30"))
    )


def test_a_decline_is_not_lifted_by_what_was_asked_before_it() -> None:
    """Nor by a retry of the request that it answers."""
    scenario = after(REQUEST, DECLINE)
    earlier = but(REQUEST, on=day("2018-01-19"), need="In 9 of 12 files.")

    assert () == scenario.records(REQUEST)
    assert "course.out-of-order" == scenario.refuses(earlier)
    assert happens(scenario, but(earlier, on=day("2018-01-20")))


@pytest.mark.parametrize("framework", [WOLVERHAMPTON, GENERAL], ids=lambda pack: str(pack.name))
def test_a_request_is_declined_by_the_body_that_was_asked(framework: Framework) -> None:
    """Nobody else answers for it; where nobody in particular was asked, anybody may."""
    scenario = after(REQUEST, framework=framework)
    another = but(DECLINE, by=POLICE)

    assert "course.asked-of-another" == scenario.refuses(another)
    assert happens(scenario, DECLINE)
    assert happens(after(but(REQUEST, asked=None), framework=framework), another)


def test_after_a_merger_the_successor_of_the_body_that_was_asked_declines() -> None:
    """Joint Learning and Development was merged into Law, Policy and Procedure."""
    decider: AnyDecider = training_course.decider
    state = decider.fold(after(REQUEST).given)
    setting = Setting(WOLVERHAMPTON, lambda body: "wsb/lpp" if body == "wsb/jld" else body)
    command = but(DECLINE, by=POLICY)
    with pytest.raises(RefusedError) as refused:
        decider.decide(but(DECLINE, by=QUALITY), state, setting)

    assert "course.asked-of-another" == refused.value.rule
    assert (became(command),) == decider.decide(command, state, setting)


def test_a_course_that_was_only_asked_for_is_not_held() -> None:
    """It waits for the body that commissions it."""
    assert "course.unknown" == after(REQUEST).refuses(SCHEDULE)
    assert "course.unknown" == after(REQUEST).refuses(ASSESS)


def test_only_what_was_asked_for_is_declined() -> None:
    """Of nothing that nobody asked for has anybody to be told."""
    assert "course.not-requested" == after().refuses(DECLINE)
    assert "course.not-requested" == after(PROVIDE).refuses(DECLINE)
    assert happens(after(REQUEST), DECLINE)


@pytest.mark.parametrize("begin", [PROVIDE, COMMISSION], ids=name)
def test_a_course_in_the_programme_is_not_declined(begin: Command) -> None:
    """The answer was given."""
    late = but(DECLINE, on=day("2018-02-02"))

    assert "course.begun-already" == after(REQUEST, begin).refuses(late)


def test_a_request_is_not_declined_before_it_was_made() -> None:
    """The day of the request is the first."""
    assert "course.out-of-order" == after(REQUEST).refuses(but(DECLINE, on=day("2018-01-07")))
    assert happens(after(REQUEST), but(DECLINE, on=day("2018-01-08")))


def test_a_request_is_declined_once() -> None:
    """Other reasons are a correction."""
    other = but(DECLINE, reasons="There is no money.")

    assert "course.declined-already" == after(REQUEST, DECLINE).refuses(other)


@pytest.mark.parametrize("begin", [PROVIDE, COMMISSION], ids=name)
def test_what_was_declined_may_be_put_on_after_all(begin: Command) -> None:
    """It was declined for now; the refusal is not said again by a retry."""
    scenario = after(REQUEST, DECLINE)

    assert happens(scenario, begin)
    assert () == scenario.after(begin).records(DECLINE)


# Assessed


def test_a_course_is_assessed_against_each_standard_and_again_when_it_changed() -> None:
    """A later assessment replaces the one before, and both are on record."""
    assert happens(after(PROVIDE, ASSESS), but(ASSESS, standard="best-practice", met=False))
    assert happens(after(PROVIDE, ASSESS), but(ASSESS, on=day("2018-09-01"), met=False))


def test_an_assessment_does_not_replace_a_later_one_of_the_same_standard() -> None:
    """On the same day it may be taken back, and back again."""
    scenario = after(PROVIDE, ASSESS)
    other = but(ASSESS, met=False)

    assert "course.out-of-order" == scenario.refuses(but(other, on=day("2018-02-04")))
    assert happens(scenario, but(other, on=day("2018-02-04"), standard="best-practice"))
    assert happens(scenario, other)
    assert happens(scenario.after(other), ASSESS)
    assert () == scenario.after(but(other, on=day("2018-02-06"))).records(ASSESS)


# Booked


def test_places_are_booked_in_a_session_there_is() -> None:
    """Of this course, and not cancelled."""
    scenario = after(PROVIDE, SCHEDULE)

    assert "course.no-such-session" == scenario.refuses(but(BOOK, session="s-2"))
    assert happens(scenario, BOOK)


def test_a_session_is_full_when_its_places_are_taken() -> None:
    """Six of ten are taken: four can be, five cannot."""
    scenario = after(PROVIDE, SCHEDULE, BOOK)
    next_one = but(BOOK, booking="b-2", agency="wsb/rwt", profession="nurse")

    assert "course.full" == scenario.refuses(but(next_one, places=5))
    assert happens(scenario, but(next_one, places=4))
    assert "course.full" == scenario.after(but(next_one, places=4)).refuses(
        but(next_one, booking="b-3", places=1)
    )


def test_a_session_is_filled_by_its_own_bookings() -> None:
    """Those of another session leave its places free."""
    other = but(SCHEDULE, session="s-2", held=day("2018-04-12"))

    assert happens(
        after(PROVIDE, SCHEDULE, other, BOOK), but(BOOK, session="s-2", booking="b-2", places=10)
    )


def test_a_booking_has_a_reference_of_its_own() -> None:
    """So that one said twice is not two."""
    scenario = after(PROVIDE, SCHEDULE, BOOK)

    assert "course.booking-taken" == scenario.refuses(but(BOOK, places=2))
    assert happens(scenario, but(BOOK, booking="b-2", places=2))


def test_no_place_is_booked_after_the_session() -> None:
    """Whoever came without one has walked in."""
    scenario = after(PROVIDE, SCHEDULE)

    assert "course.after-the-session" == scenario.refuses(but(BOOK, on=day("2018-03-13")))
    assert happens(scenario, but(BOOK, on=day("2018-03-12")))


@pytest.mark.parametrize("command", [BOOK, CANCEL], ids=name)
def test_a_session_is_neither_booked_nor_cancelled_before_it_was_scheduled(
    command: Command,
) -> None:
    """Nobody knew of it."""
    scenario = after(PROVIDE, SCHEDULE)

    assert "course.out-of-order" == scenario.refuses(but(command, on=day("2018-02-05")))
    assert happens(scenario, but(command, on=day("2018-02-06")))


@pytest.mark.parametrize("booked", [(), (BOOK,)], ids=["none before", "one before"])
def test_no_place_is_booked_once_the_register_is_there(booked: tuple[Command, ...]) -> None:
    """It counts the bookings; one more would make it wrong. A retry of one it counts is quiet."""
    register = but(ATTEND, booked=6)
    late = but(BOOK, on=day("2018-03-12"), booking="b-2", places=1)

    assert "course.attendance-recorded-already" == after(
        PROVIDE, SCHEDULE, *booked, register
    ).refuses(late)
    assert happens(after(PROVIDE, SCHEDULE, *booked), late)
    assert () == after(*HELD).records(BOOK)


def test_a_booking_is_of_at_least_one_place() -> None:
    """None would be no booking."""
    with pytest.raises(MalformedError) as malformed:
        but(BOOK, places=0)

    assert "places" == malformed.value.field


# Cancelled


@pytest.mark.parametrize("command", [but(BOOK, booking="b-2", places=1), ATTEND], ids=name)
def test_nobody_books_or_attends_a_session_that_was_cancelled(command: Command) -> None:
    """A new day is a session of its own."""
    assert "course.session-cancelled" == after(PROVIDE, SCHEDULE, BOOK, CANCEL).refuses(command)


def test_a_session_is_cancelled_once() -> None:
    """For the reasons that those who had booked were told."""
    scenario = after(PROVIDE, SCHEDULE)

    assert "course.session-cancelled" == after(PROVIDE, SCHEDULE, CANCEL).refuses(
        but(CANCEL, reasons="The trainer was ill.")
    )
    assert "course.no-such-session" == scenario.refuses(but(CANCEL, session="s-2"))
    assert happens(scenario, CANCEL)


def test_a_session_that_people_attended_is_not_cancelled() -> None:
    """It was held."""
    late = but(CANCEL, on=day("2018-03-12"))

    assert "course.attended-already" == after(*HELD).refuses(late)
    assert happens(after(PROVIDE, SCHEDULE, BOOK), late)


def test_a_session_is_not_cancelled_after_its_day() -> None:
    """On the day itself it may be; later, it was held or it was not."""
    scenario = after(PROVIDE, SCHEDULE)

    assert "course.after-the-session" == scenario.refuses(but(CANCEL, on=day("2018-03-13")))
    assert happens(scenario, but(CANCEL, on=day("2018-03-12")))


def test_a_cancelled_session_has_no_evaluation() -> None:
    """Nobody was there who could say."""
    assert "course.no-attendance" == after(PROVIDE, SCHEDULE, CANCEL).refuses(EVALUATE)


def test_a_cancelled_session_keeps_its_reference() -> None:
    """Its bookings are not those of another day."""
    again = but(SCHEDULE, on=day("2018-03-10"), held=day("2018-04-12"))

    assert "course.session-taken" == after(PROVIDE, SCHEDULE, CANCEL).refuses(again)


# Attended


@pytest.mark.parametrize("booked", [5, 7])
def test_the_register_agrees_with_the_bookings(booked: int) -> None:
    """Where each booking is on record, how many there were is not a matter of opinion."""
    scenario = after(PROVIDE, SCHEDULE, BOOK)

    assert "course.bookings-differ" == scenario.refuses(but(ATTEND, booked=booked))
    assert happens(scenario, ATTEND)


def test_a_register_of_a_session_whose_bookings_nobody_recorded_is_taken_at_its_word() -> None:
    """Bookings may be kept elsewhere."""
    assert happens(after(PROVIDE, SCHEDULE), but(ATTEND, booked=92))


@pytest.mark.parametrize(
    "mix", [present(police=5), present(police=4, rwt=3)], ids=["one too few", "one too many"]
)
def test_who_was_there_adds_up_to_those_who_were(mix: tuple[Present, ...]) -> None:
    """6 booked, 1 cancelled, 1 absent, 2 walked in: 6 were there."""
    scenario = after(PROVIDE, SCHEDULE, BOOK)

    assert "course.mix-differs" == scenario.refuses(but(ATTEND, mix=mix))


@pytest.mark.parametrize(
    "mix", [(), present(police=6), present(police=4, rwt=2), present(police=6, rwt=0)]
)
def test_who_was_there_is_told_by_agency_and_profession_or_not_at_all(
    mix: tuple[Present, ...],
) -> None:
    """A range of professions and organisations (framework §4.6); nobody is named."""
    assert happens(after(PROVIDE, SCHEDULE, BOOK), but(ATTEND, mix=mix))


@pytest.mark.parametrize(
    ("again", "allowed"),
    [
        (Present(agency="wsb/police", profession="officer", attended=2), False),
        (Present(agency="wsb/police", profession="officer", attended=0), False),
        (Present(agency="wsb/police", profession="sergeant", attended=2), True),
        (Present(agency="wsb/rwt", profession="officer", attended=2), True),
    ],
    ids=["the same", "the same, none", "another profession", "another agency"],
)
def test_an_agency_and_profession_is_counted_once_among_those_present(
    again: Present, allowed: bool
) -> None:
    """Two figures of one group leave open which one counts."""
    first = Present(agency="wsb/police", profession="officer", attended=6 - again.attended)
    command = but(ATTEND, mix=(first, again))
    scenario = after(PROVIDE, SCHEDULE, BOOK)

    if allowed:
        assert happens(scenario, command)
    else:
        assert "course.mix-twice" == scenario.refuses(command)


# Evaluated


def test_each_measure_of_a_session_is_an_evaluation_of_its_own() -> None:
    """What they say and what an audit finds of them are two figures (framework §5.5)."""
    feedback = but(EVALUATE, measure="feedback")
    scenario = after(*HELD, EVALUATE, feedback)

    assert happens(scenario, but(EVALUATE, measure="audit", positive=1))
    assert "course.evaluated-already" == scenario.refuses(but(feedback, positive=1))
    assert () == scenario.records(feedback)


def test_a_session_whose_entry_is_void_is_not_evaluated() -> None:
    """Its register stands, but on which day it was held is no longer known."""
    without = tuple(one for one in HELD if one is not SCHEDULE)

    assert "course.no-such-session" == after(*without).refuses(EVALUATE)
    assert happens(after(*HELD), EVALUATE)


def test_a_measure_is_one_of_the_frameworks() -> None:
    """Feedback, practice, outcomes, audit (framework §5.5); without a pack, any is taken."""
    other = but(EVALUATE, measure="gut feeling")

    assert "course.unknown-measure" == after(*HELD).refuses(other)
    assert happens(after(*HELD), but(EVALUATE, measure="practice"))
    assert happens(after(*HELD, framework=GENERAL), other)


def test_no_more_say_yes_than_replied() -> None:
    """Of those who did not reply nothing is known."""
    assert "course.more-positive-than-replied" == after(*HELD).refuses(but(EVALUATE, positive=6))
    assert happens(after(*HELD), but(EVALUATE, positive=5))


@pytest.mark.parametrize("level", list(TrainingLevel), ids=str)
def test_each_level_is_evaluated_for_itself_and_once(level: TrainingLevel) -> None:
    """Reaction, learning, practice, outcomes: ordinal, and never one number."""
    others = [but(EVALUATE, level=one) for one in TrainingLevel if one is not level]
    command = but(EVALUATE, level=level)
    scenario = after(*HELD, *others)

    assert happens(scenario, command)
    assert "course.evaluated-already" == scenario.after(command).refuses(but(command, positive=2))


# Lives, through the public API, under the rights of the pack


@pytest.fixture
def board() -> Board:
    """With a recommendation that calls for a course, which was asked for."""
    board = Board()
    board.decide(
        OpenReview, "2018-01-02", by=MANAGER, review="wscb/p-1", kind="lga-peer", title="A review"
    )
    board.decide(
        IssueRecommendation,
        "2018-01-25",
        by=MANAGER,
        recommendation="wscb/r-1",
        source="review-wscb/p-1",
        text="Speak to the child alone.",
        addressed=("wscb",),
    )
    board.decide(
        CallForTraining,
        "2018-02-01",
        recommendation="wscb/r-1",
        course=COURSE,
        title="Seeing the child",
        need="Practitioners ask how.",
    )
    board.app.follow()
    return board


def refused(board: Board, command: type[Command], on: str, **fields: Any) -> str:
    """The rule by which the store refuses it."""
    with pytest.raises(RefusedError) as raised:
        board.decide(command, on, course=COURSE, **fields)
    return raised.value.rule


def commission(board: Board, on: str = "2018-02-20", **changes: Any) -> None:
    fields: dict[str, Any] = {
        "by": TRAINING,
        "title": "Seeing the child",
        "provider": "A Provider",
        "in_pool": False,
        "procurement": "P-17",
        "arising_from": ("recommendation-wscb/r-1",),
    }
    board.decide(CommissionCourse, on, course=COURSE, **{**fields, **changes})


def schedule(board: Board, session: str, held: str, capacity: int) -> None:
    board.decide(
        ScheduleSession,
        "2018-02-21",
        by=TRAINING,
        course=COURSE,
        session=session,
        held=day(held),
        capacity=capacity,
    )


def book(board: Board, session: str, booking: str, agency: str, places: int) -> None:
    board.decide(
        BookPlaces,
        "2018-03-01",
        by=by(agency),
        course=COURSE,
        session=session,
        booking=booking,
        agency=agency,
        profession="practitioner",
        places=places,
    )


def evaluate(board: Board, on: str, level: TrainingLevel, months: int, answers: str) -> None:
    """*answers* are `replies of them positive`, such as `60 of them 55`."""
    replies, positive = answers.split(" of them ")
    board.decide(
        RecordEvaluation,
        on,
        by=TRAINING,
        course=COURSE,
        session="s-1",
        level=level,
        months=months,
        replies=int(replies),
        positive=int(positive),
    )


def test_learning_that_calls_for_training_is_answered_by_the_committee_that_commissions(
    board: Board,
) -> None:
    """Asked by the policy, answered by Joint Learning and Development (framework §4.7, §5.4)."""
    (request,) = [
        record.event
        for record in board.app.history(f"training_course-{COURSE}")
        if isinstance(record.event, CourseRequested)
    ]
    by_another = refused(board, DeclineCourse, "2018-02-10", by=POLICY, reasons="No.")
    without = refused(
        board,
        CommissionCourse,
        "2018-02-20",
        by=TRAINING,
        title="Seeing the child",
        provider="A Provider",
        in_pool=False,
    )
    elsewhere = refused(
        board,
        CommissionCourse,
        "2018-02-20",
        by=QUALITY,
        title="Seeing the child",
        provider="A Provider",
        in_pool=True,
    )
    commission(board)

    assert ("wsb/jld", ("recommendation-wscb/r-1",)) == (request.asked, request.arising_from)
    assert ("authority.not-entitled", "authority.not-entitled") == (by_another, elsewhere)
    assert "course.procurement-reference" == without
    assert 1 == board.app.view(training, valid=day("2018-03-01")).courses


def test_a_course_is_booked_held_and_evaluated_at_four_levels_over_a_year(board: Board) -> None:
    """What they thought, learned, did and saw, each asked in its time (framework §5.5)."""
    commission(board)
    schedule(board, "s-1", "2018-03-12", 20)
    schedule(board, "s-2", "2018-04-16", 20)
    book(board, "s-1", "b-1", "wsb/police", 8)
    book(board, "s-1", "b-2", "wsb/rwt", 8)
    full = refused(
        board,
        BookPlaces,
        "2018-03-02",
        by=by("wsb/ccg"),
        session="s-1",
        booking="b-3",
        agency="wsb/ccg",
        profession="nurse",
        places=5,
    )
    book(board, "s-1", "b-3", "wsb/ccg", 4)
    book(board, "s-2", "b-4", "wsb/ccg", 1)
    board.decide(
        CancelSession, "2018-04-09", by=TRAINING, course=COURSE, session="s-2", reasons="One only."
    )
    board.decide(
        RecordAttendance,
        "2018-03-12",
        by=TRAINING,
        course=COURSE,
        session="s-1",
        booked=20,
        cancelled=2,
        absent=3,
        walked_in=1,
        mix=present(police=7, rwt=6, ccg=3),
        recorded="2018-04-10",
    )
    evaluate(board, "2018-03-12", TrainingLevel.REACTION, 0, "16 of them 15")
    evaluate(board, "2018-03-12", TrainingLevel.LEARNING, 0, "16 of them 12")
    evaluate(board, "2018-06-12", TrainingLevel.PRACTICE, 3, "10 of them 6")
    evaluate(board, "2019-03-12", TrainingLevel.OUTCOMES, 12, "8 of them 2")

    view = board.app.view(training, valid=day("2019-04-01"))

    assert "course.full" == full
    session = {row.session: row for row in view.sessions}["s-1"]
    assert (20, 16, 15) == (session.booked, session.attended, session.turned_up)
    assert (16 / 20, 15 / 20) == (session.fill, session.turn_up)
    assert [
        (1, 0, 16, 15, 15 / 16),
        (2, 0, 16, 12, 12 / 16),
        (3, 3, 10, 6, 6 / 10),
        (4, 12, 8, 2, 2 / 8),
    ] == [
        (row.level, row.months, row.replies, row.positive, row.positive_of_replies)
        for row in view.evaluations
    ]
    assert 16 == view.attended


def test_as_known_before_its_register_was_closed_nobody_had_attended(board: Board) -> None:
    """What was reported then is what was known then."""
    commission(board)
    schedule(board, "s-1", "2018-03-12", 20)
    board.decide(
        RecordAttendance,
        "2018-03-12",
        by=TRAINING,
        course=COURSE,
        session="s-1",
        booked=9,
        cancelled=0,
        absent=0,
        walked_in=0,
        recorded="2018-03-20",
    )

    assert [0, 9] == [
        board.app.view(training, valid=day("2018-03-31"), known=day(known)).attended
        for known in ("2018-03-19", "2018-03-20")
    ]


def test_a_request_that_is_declined_is_told_with_its_reasons(board: Board) -> None:
    """And may be put on after all, once there is a provider."""
    board.decide(
        DeclineCourse, "2018-02-12", by=TRAINING, course=COURSE, reasons="No provider for it."
    )
    declined = board.app.view(training, valid=day("2018-02-15")).courses
    commission(board, "2018-06-01")

    assert (0, 1) == (
        declined,
        board.app.view(training, valid=day("2018-06-02")).courses,
    )
