"""The judgements of an inspection: an area of its kind, with a grade of the framework's scale."""

from lif_core.aggregates.review.opening import held_since
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.framework import Framework, ReviewKind
from lif_core.values.fields import (
    GradeCode,
    JudgedAreaCode,
    ReviewRef,
    message,
)


@message
class RecordJudgement(Command):
    """An inspection judges an *area* with a *grade* of the scale that the framework gives the kind
    (framework §3.4). Grades are ordinal, never averaged.
    """

    review: ReviewRef
    area: JudgedAreaCode
    grade: GradeCode


@message
class JudgementRecorded(RecordJudgement, Event[RecordJudgement]):
    """The area has been judged."""


def record(
    command: RecordJudgement, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[JudgementRecorded, ...]:
    refuse_earlier("review.out-of-order", command, held_since(state))
    assert state.begun is not None
    begun = state.begun.on  # by the rules of that day
    framework.refuse_unlisted("review.unknown-area", command.area, kind.areas, begun)
    if kind.scale and command.grade not in (grades := framework.scale(kind.scale).grades):
        raise RefusedError("review.unknown-grade", grade=command.grade, known=grades)
    refuse_second("review.judged-already", state.judged.get(command.area))
    refuse_second("review.accepted-already", state.accepted)
    return (JudgementRecorded.of(command),)
