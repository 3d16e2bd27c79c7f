"""After some months, those who attended say or show what the course has changed."""

from lif_core.aggregates.training_course.attendance import attended
from lif_core.aggregates.training_course.session import scheduled
from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.evidence import TrainingLevel
from lif_core.values.fields import Code, Count, CourseRef, StreamRef, message


@message
class RecordEvaluation(Command):
    """After some *months*: how many of those who attended replied, and of them said or showed it
    (framework §5.5).

    *level* is what was asked: reaction, learning, practice, outcomes (1 to 4); *positive*: were
    satisfied, learned, changed practice, saw better outcomes. *measure* is one of the framework's;
    *evidence* are the audits or indicators that it rests on.
    """

    course: CourseRef
    session: Code
    level: TrainingLevel
    months: Count
    replies: Count
    positive: Count
    measure: Code | None = None
    evidence: tuple[StreamRef, ...] = ()


@message
class EvaluationRecorded(RecordEvaluation, Event[RecordEvaluation]):
    """What those who replied say; of the others nothing is known."""


def key_of(message: RecordEvaluation) -> tuple[object, ...]:
    """Return what tells an evaluation of the course from its others."""
    return (message.session, message.level, message.months, message.measure)


def record_evaluation(
    command: RecordEvaluation, state: TrainingCourse, framework: Framework
) -> tuple[EvaluationRecorded, ...]:
    if command.measure is not None:
        measures = framework.training_evaluations
        framework.refuse_unknown("course.unknown-measure", command.measure, measures)
    attendance = state.attendance.get(command.session)
    if attendance is None:
        raise RefusedError("course.no-attendance", session=command.session)
    if command.replies > attended(attendance):
        raise RefusedError("course.more-replies-than-attended", attended=attended(attendance))
    if command.positive > command.replies:
        raise RefusedError("course.more-positive-than-replied", replies=command.replies)
    session = scheduled(command.session, state)
    refuse_earlier("course.before-the-session", command, session.held)
    refuse_second("course.evaluated-already", state.evaluations.get(key_of(command)))
    return (EvaluationRecorded.of(command),)
