"""A change becomes everyday practice, by the routes of the framework, with evidence for it."""

from lif_core.aggregates.recommendation.closure import refuse_ended
from lif_core.aggregates.recommendation.ownership import warnings_of_owner
from lif_core.aggregates.recommendation.state import Recommendation, Status
from lif_core.decisions.decider import Setting, answers_for, refuse_earlier, refuse_second
from lif_core.decisions.messages import Command, Event, OnBehalf
from lif_core.errors import RefusedError
from lif_core.values.evidence import EMBEDDED_AT_LEAST, EvidenceLevel
from lif_core.values.fields import (
    BodyRef,
    Code,
    ComingCourseRef,
    PersonalText,
    RecommendationRef,
    Text,
    message,
)


@message
class RecordEvidence(OnBehalf):
    """A body shows how it makes the change part of its practice: the *route* (framework §4.3), an
    *account* of the evidence, and its *level*.

    *for_body*: the body it shows this for, where that was merged into it.
    """

    recommendation: RecommendationRef
    evidence: Code
    route: Code
    level: EvidenceLevel
    account: PersonalText
    for_body: BodyRef | None = None


@message
class EvidenceRecorded(RecordEvidence, Event[RecordEvidence]):
    """`for_body`, or `by.body`, has taken this route."""


@message
class CallForTraining(Command):
    """The learning calls for training: a *course* is to be requested (framework §5.4)."""

    recommendation: RecommendationRef
    course: ComingCourseRef
    title: Text
    need: Text


@message
class TrainingCalledFor(CallForTraining, Event[CallForTraining]):
    """The body that commissions training is to be asked for the course."""


@message
class EmbedRecommendation(Command):
    """The change is shown to be everyday practice (framework §4.1), with evidence of an audit at
    least.

    *routes* are the ways of embedding that were used (framework §4.3). The embedding falls if one
    of the passed checks that it *rests_on* is voided.
    """

    recommendation: RecommendationRef
    level: EvidenceLevel
    evidence: PersonalText
    routes: tuple[Code, ...] = ()
    rests_on: tuple[Code, ...] = ()


@message
class RecommendationEmbedded(EmbedRecommendation, Event[EmbedRecommendation]):
    """A spell of improvement starts; checks will say how long it lasts.

    *warnings* are codes: `by-its-owner` where the body that owed it judged its own change.
    """

    warnings: tuple[Code, ...] = ()


def record_evidence(
    command: RecordEvidence, state: Recommendation, setting: Setting
) -> tuple[EvidenceRecorded, ...]:
    framework = setting.framework
    framework.refuse_unknown("recommendation.unknown-route", command.route, framework.routes)
    answers_for(command, setting)
    refuse_ended(state)
    refuse_second("recommendation.evidence-taken", state.evidence.get(command.evidence))
    return (EvidenceRecorded.of(command),)


def call_for_training(
    command: CallForTraining, state: Recommendation
) -> tuple[TrainingCalledFor, ...]:
    refuse_ended(state)
    refuse_second("recommendation.course-called-for", state.courses.get(command.course))
    return (TrainingCalledFor.of(command),)


def embed(
    command: EmbedRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationEmbedded, ...]:
    """Refuse it unless it rests on checks that were passed by then and follows any failed one."""
    framework = setting.framework
    for route in command.routes:
        framework.refuse_unknown("recommendation.unknown-route", route, framework.routes)
    if command.level < EMBEDDED_AT_LEAST:
        least = int(EMBEDDED_AT_LEAST)
        raise RefusedError("recommendation.evidence-too-weak", level=command.level, at_least=least)
    if state.status is not Status.IMPLEMENTED:
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if not state.passed(command.rests_on):
        known = ", ".join(state.checks)
        raise RefusedError("recommendation.no-such-check", rests_on=command.rests_on, known=known)
    for check in state.checks.values():
        if check.check in command.rests_on or not check.passed:
            refuse_earlier("recommendation.out-of-order", command, check.on)
    _refuse_overstated(command, state)
    warnings = warnings_of_owner(command, state, setting)
    return (RecommendationEmbedded.of(command, warnings=warnings),)


def _refuse_overstated(command: EmbedRecommendation, state: Recommendation) -> None:
    """Refuse a level above that of every check it rests on and of all evidence by that day."""
    levels = [state.checks[check].level for check in command.rests_on]
    levels += [event.level for event in state.evidence.values() if event.on <= command.on]
    if command.rests_on and command.level > max(levels):
        raise RefusedError(
            "recommendation.evidence-overstated", level=command.level, shown=int(max(levels))
        )
