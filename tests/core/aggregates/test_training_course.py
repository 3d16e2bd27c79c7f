"""The rules of a training course: each happens, is refused, and is quiet the second time."""

import pytest

from lif_core.aggregates import training_course
from lif_core.aggregates.training_course import (
    AttendanceRecorded,
    CommissionCourse,
    CourseCommissioned,
    CourseEvent,
    CourseProvided,
    EvaluationRecorded,
    ProvideCourse,
    RecordAttendance,
    RecordEvaluation,
    ScheduleSession,
    SessionScheduled,
    TrainingLevel,
    attended,
)
from lif_core.decisions.messages import Command
from lif_core.testing.decider_contract import DeciderContract
from lif_core.testing.scenario import Scenario
from tests.histories import WORLD
from tests.lives import GENERAL, WOLVERHAMPTON
from tests.people import TRAINING, day

COURSE = "wsb/course-1"

# Requests, with what most tests do not care about filled in


def provide(*, title: str = "Recognising neglect") -> ProvideCourse:
    return ProvideCourse(by=TRAINING, on=day("2018-02-20"), course=COURSE, title=title)


def commission(
    *, provider: str = "A Provider", in_pool: bool = False, procurement: str | None = "P-17"
) -> CommissionCourse:
    return CommissionCourse(
        by=TRAINING,
        on=day("2018-02-20"),
        course=COURSE,
        title="Recognising neglect",
        provider=provider,
        in_pool=in_pool,
        procurement=procurement,
    )


def schedule(
    *, on: str = "2018-02-21", session: str = "s-1", held: str = "2018-03-12", capacity: int = 100
) -> ScheduleSession:
    return ScheduleSession(
        by=TRAINING, on=day(on), course=COURSE, session=session, held=day(held), capacity=capacity
    )


def attend(
    *,
    on: str = "2018-03-12",
    session: str = "s-1",
    booked: int = 92,
    cancelled: int = 7,
    absent: int = 9,
    walked_in: int = 5,
) -> RecordAttendance:
    return RecordAttendance(
        by=TRAINING,
        on=day(on),
        course=COURSE,
        session=session,
        booked=booked,
        cancelled=cancelled,
        absent=absent,
        walked_in=walked_in,
    )


def evaluate(
    *,
    on: str = "2018-06-12",
    session: str = "s-1",
    months: int = 3,
    replies: int = 40,
    positive: int = 26,
) -> RecordEvaluation:
    return RecordEvaluation(
        by=TRAINING,
        on=day(on),
        course=COURSE,
        session=session,
        months=months,
        replies=replies,
        level=TrainingLevel.PRACTICE,
        positive=positive,
    )


# Histories to start from

History = tuple[CourseEvent, ...]

PROVIDED: History = (CourseProvided.of(provide()),)
COMMISSIONED: History = (CourseCommissioned.of(commission()),)
SCHEDULED = (*COMMISSIONED, SessionScheduled.of(schedule()))
ATTENDED = (*SCHEDULED, AttendanceRecorded.of(attend()))
EVALUATED = (*ATTENDED, EvaluationRecorded.of(evaluate()))


def after(history: History) -> Scenario:
    return Scenario(decider=training_course.decider, given=history)


# The whole life


class TestTrainingCourse(DeciderContract):
    """Provided or commissioned, held, evaluated, held again."""

    decider = training_course.decider
    lives = (
        (provide(), schedule()),
        (
            commission(),
            schedule(),
            attend(),
            evaluate(),
            schedule(session="s-2", held="2018-09-10"),
        ),
    )
    frameworks = (WOLVERHAMPTON, GENERAL)
    world = WORLD


# Provided or commissioned


@pytest.mark.parametrize(
    ("history", "command"),
    [
        (PROVIDED, provide(title="Another title")),
        (PROVIDED, commission()),
        (COMMISSIONED, commission(provider="Another provider")),
        (COMMISSIONED, provide()),
    ],
    ids=("provided twice", "then commissioned", "commissioned twice", "then provided"),
)
def test_a_reference_stands_for_one_course(history: History, command: Command) -> None:
    """Figures of two courses under one reference could not be told apart."""
    scenario = after(history)

    assert "course.reference-taken" == scenario.refuses(command)


def test_outside_the_training_pool_a_procurement_reference_is_required() -> None:
    """Money is spent under the rules that say how (framework §4.7)."""
    scenario = after(())

    assert "course.procurement-reference" == scenario.refuses(commission(procurement=None))


@pytest.mark.parametrize("procurement", [None, "P-17"])
def test_within_the_training_pool_a_procurement_reference_is_not_required(
    procurement: str | None,
) -> None:
    """The pool needs no tender; a reference does no harm."""
    command = commission(in_pool=True, procurement=procurement)

    assert (CourseCommissioned.of(command),) == after(()).records(command)


@pytest.mark.parametrize(
    "command", [schedule(), attend(), evaluate()], ids=lambda c: type(c).__name__
)
def test_nothing_is_decided_about_a_course_that_is_not_in_the_programme(command: Command) -> None:
    """A figure of a course that is not on record is more likely a wrong reference."""
    scenario = after(())

    assert "course.unknown" == scenario.refuses(command)


# Held


def test_a_session_is_not_scheduled_for_a_day_that_has_passed() -> None:
    """Places in it could not have been booked."""
    scenario = after(PROVIDED)

    assert "course.session-in-the-past" == scenario.refuses(
        schedule(on="2018-03-13", held="2018-03-12")
    )


def test_a_session_may_be_scheduled_for_the_same_day() -> None:
    """At short notice, but not in the past."""
    command = schedule(on="2018-03-12", held="2018-03-12")

    assert (SessionScheduled.of(command),) == after(PROVIDED).records(command)


@pytest.mark.parametrize("changed", [schedule(held="2018-03-19"), schedule(capacity=80)])
def test_a_session_is_scheduled_once(changed: ScheduleSession) -> None:
    """A change of its day or size is a correction that says why, not a second session."""
    scenario = after(SCHEDULED)

    assert "course.session-taken" == scenario.refuses(changed)


def test_a_course_may_have_many_sessions() -> None:
    """Even on one day."""
    command = schedule(session="s-2")

    assert (SessionScheduled.of(command),) == after(SCHEDULED).records(command)


# Attended


@pytest.mark.parametrize("history", [PROVIDED, SCHEDULED], ids=("no session", "another session"))
def test_nobody_attends_a_session_that_was_not_scheduled(history: History) -> None:
    """A register without a session is more likely a wrong reference."""
    scenario = after(history)

    assert "course.no-such-session" == scenario.refuses(attend(session="s-2"))


def test_nobody_has_attended_before_the_session() -> None:
    """The day of the session is the first on which it can be known."""
    scenario = after(SCHEDULED)

    assert "course.before-the-session" == scenario.refuses(attend(on="2018-03-11"))


def test_no_more_places_are_cancelled_or_missed_than_were_booked() -> None:
    """A booking is cancelled or missed once; somebody would have attended less than not at all."""
    scenario = after(SCHEDULED)

    assert "course.more-absent-than-booked" == scenario.refuses(
        attend(booked=10, cancelled=6, absent=5)
    )


@pytest.mark.parametrize(
    ("command", "present"),
    [
        (attend(booked=10, cancelled=6, absent=4, walked_in=0), 0),
        (attend(booked=0, cancelled=0, absent=0, walked_in=3), 3),
        (attend(booked=110, cancelled=0, absent=0, walked_in=5), 115),
    ],
    ids=("nobody came", "nobody had booked", "more than there were places"),
)
def test_who_came_is_recorded_however_few_or_many(command: RecordAttendance, present: int) -> None:
    """An empty or an overfull room is what happened, and is kept."""
    (event,) = after(SCHEDULED).records(command)

    assert (AttendanceRecorded.of(command), present) == (event, attended(command))


def test_the_attendance_of_a_session_is_recorded_once() -> None:
    """A second count is a correction that says why."""
    scenario = after(ATTENDED)

    assert "course.attendance-recorded-already" == scenario.refuses(attend(walked_in=6))


def test_each_session_has_an_attendance_of_its_own() -> None:
    """The first one's register is not the second one's."""
    scenario = after((*ATTENDED, SessionScheduled.of(schedule(session="s-2"))))
    command = attend(session="s-2")

    assert (AttendanceRecorded.of(command),) == scenario.records(command)


# Evaluated


@pytest.mark.parametrize("history", [PROVIDED, SCHEDULED], ids=("no session", "no attendance"))
def test_a_session_is_evaluated_by_those_whose_attendance_is_known(history: History) -> None:
    """Without the number of those who came, replies are a share of nothing."""
    scenario = after(history)

    assert "course.no-attendance" == scenario.refuses(evaluate())


def test_no_more_people_reply_than_attended() -> None:
    """81 attended."""
    scenario = after(ATTENDED)

    assert "course.more-replies-than-attended" == scenario.refuses(evaluate(replies=82))


def test_no_more_people_changed_their_practice_than_replied() -> None:
    """Of those who did not reply nothing is known."""
    scenario = after(ATTENDED)

    assert "course.more-positive-than-replied" == scenario.refuses(
        evaluate(replies=40, positive=41)
    )


@pytest.mark.parametrize(
    "command",
    [
        evaluate(replies=81, positive=81),
        evaluate(replies=40, positive=0),
        evaluate(replies=0, positive=0),
    ],
    ids=("everybody", "nobody changed", "nobody replied"),
)
def test_replies_are_recorded_however_few_or_many(command: RecordEvaluation) -> None:
    """That nobody replied, or changed anything, is a finding too."""
    scenario = after(ATTENDED)

    assert (EvaluationRecorded.of(command),) == scenario.records(command)


def test_nobody_evaluates_a_session_before_it_was_held() -> None:
    """Expectations are no evaluation."""
    scenario = after(ATTENDED)

    assert "course.before-the-session" == scenario.refuses(evaluate(on="2018-03-11", months=0))


def test_a_session_may_be_evaluated_on_its_day() -> None:
    """After no months: the sheet handed in at the door."""
    command = evaluate(on="2018-03-12", months=0)

    assert (EvaluationRecorded.of(command),) == after(ATTENDED).records(command)


def test_a_session_may_be_evaluated_on_its_day_though_its_register_was_closed_later() -> None:
    """What must come first is the session, not the office that counts who was there."""
    closed_later = AttendanceRecorded.of(attend(on="2018-03-20"))
    command = evaluate(on="2018-03-12", months=0)

    assert (EvaluationRecorded.of(command),) == after((*SCHEDULED, closed_later)).records(command)


def test_a_session_is_evaluated_once_after_so_many_months() -> None:
    """Two counts of the same replies would leave open which one counts."""
    scenario = after(EVALUATED)

    assert "course.evaluated-already" == scenario.refuses(evaluate(replies=41))


def test_a_session_may_be_evaluated_again_after_more_months() -> None:
    """What lasted is asked later, of the same people."""
    command = evaluate(on="2018-09-12", months=6)

    assert (EvaluationRecorded.of(command),) == after(EVALUATED).records(command)
