"""The life of an evaluation, which asks whether the learning of a source made a difference, by a
method that the framework names for it (framework Appendix A).
"""

from datetime import date
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.decider import Decider, Setting, refuse_second, unknown
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import Code, EvaluationRef, PersonalText, StreamRef, message

# Commands and events


@message
class PlanEvaluation(Command):
    """The learning of *source*, a review, an audit or guidance, is to be evaluated by a *method*
    of the framework's matrix, by a day *due*.
    """

    evaluation: EvaluationRef
    source: StreamRef
    method: Code
    due: date


@message
class EvaluationPlanned(PlanEvaluation, Event[PlanEvaluation]):
    """The evaluation is expected by that day."""


@message
class CompleteEvaluation(Command):
    """The evaluation comes to a *conclusion*; *carried_by* is the audit, the inspection or the
    review that did it, where it is on record.
    """

    evaluation: EvaluationRef
    conclusion: PersonalText
    carried_by: StreamRef | None = None


@message
class EvaluationCompleted(CompleteEvaluation, Event[CompleteEvaluation]):
    """The learning has been evaluated in this way."""


@message
class AbandonEvaluation(Command):
    """The evaluation will not be done, for these *reasons*."""

    evaluation: EvaluationRef
    reasons: PersonalText


@message
class EvaluationAbandoned(AbandonEvaluation, Event[AbandonEvaluation]):
    """The evaluation is known not to happen, and why."""


EvaluationCommand: TypeAlias = PlanEvaluation | CompleteEvaluation | AbandonEvaluation
EvaluationEvent: TypeAlias = EvaluationPlanned | EvaluationCompleted | EvaluationAbandoned


# State


class Evaluation(Struct, frozen=True, kw_only=True):
    """The state of an evaluation: all that its rules ask about its past."""

    planned: EvaluationPlanned | None = None
    ended: EvaluationCompleted | EvaluationAbandoned | None = None


def evolve(state: Evaluation | None, event: EvaluationEvent) -> Evaluation:
    state = state or Evaluation()
    match event:
        case EvaluationPlanned():
            return replace(state, planned=event)
        case EvaluationCompleted() | EvaluationAbandoned():
            return replace(state, ended=event)
        case _:
            assert_never(event)


# Rules


def _plan(
    command: PlanEvaluation, state: Evaluation | None, setting: Setting
) -> tuple[EvaluationPlanned, ...]:
    refuse_second("evaluation.reference-taken", state.planned if state else None)
    known = {method for source in setting.framework.sources for method in source.evaluations}
    if known and not setting.framework.open_kinds and command.method not in known:
        raise RefusedError(
            "evaluation.unknown-method", method=command.method, known=", ".join(sorted(known))
        )
    if command.due < command.on:
        raise RefusedError("evaluation.due-in-the-past", due=command.due, on=command.on)
    return (EvaluationPlanned.of(command),)


def decide(
    command: EvaluationCommand, state: Evaluation | None, setting: Setting
) -> tuple[EvaluationEvent, ...]:
    if isinstance(command, PlanEvaluation):
        return _plan(command, state, setting)
    if state is None or state.planned is None:
        raise unknown("evaluation.unknown", command)
    refuse_second("evaluation.ended", state.ended)
    match command:
        case CompleteEvaluation():
            if command.carried_by == state.planned.source:
                raise RefusedError("evaluation.by-itself", source=state.planned.source)
            return (EvaluationCompleted.of(command),)
        case AbandonEvaluation():
            return (EvaluationAbandoned.of(command),)
        case _:
            assert_never(command)


decider: Decider[EvaluationCommand, EvaluationEvent, Evaluation] = Decider(
    category="evaluation",
    commands=EvaluationCommand,
    events=EvaluationEvent,
    opens=(EvaluationPlanned,),
    ends=(EvaluationCompleted, EvaluationAbandoned),
    decide=decide,
    evolve=evolve,
)
