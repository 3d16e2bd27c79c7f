"""The evaluation of a session: what those who attended say or show that it has changed."""

from lif_core.aggregates.training_course.attendance import attended
from lif_core.aggregates.training_course.session import scheduled
from lif_core.aggregates.training_course.state import TrainingCourse
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework
from lif_core.values.evidence import TrainingLevel
from lif_core.values.fields import (
    Code,
    Count,
    CourseRef,
    MeasureCode,
    StreamRef,
    message,
)


@message
class RecordEvaluation(Command):
    """Some *months* after a session, those who attended are asked what it has changed: so many
    *replies*, of which so many *positive* (framework §5.5).

    *level* is the question: reaction, learning, practice, outcomes (1 to 4). A positive reply was
    satisfied, learned, changed practice, saw better outcomes. *measure* is one of the framework's;
    *evidence* are the audits or indicators that it rests on.
    """

    course: CourseRef
    session: Code
    level: TrainingLevel
    months: Count
    replies: Count
    positive: Count
    measure: MeasureCode | None = None
    evidence: tuple[StreamRef, ...] = ()


@message
class EvaluationRecorded(RecordEvaluation, Event[RecordEvaluation]):
    """The replies are on record; those who did not reply are not counted either way."""


def key_of(message: RecordEvaluation) -> tuple[object, ...]:
    """Return what identifies an evaluation among those of its course."""
    return (message.session, message.level, message.months, message.measure)


def record_evaluation(
    command: RecordEvaluation, state: TrainingCourse, framework: Framework
) -> tuple[EvaluationRecorded, ...]:
    if command.measure is not None:
        measures = framework.training_evaluations
        framework.refuse_unknown("course.unknown-measure", command.measure, measures, command.on)
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
