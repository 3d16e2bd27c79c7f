"""A change becomes everyday practice, by the routes of the framework, with evidence for it."""

from lif_core.aggregates.evidence import assessor_of, refuse_other_streams
from lif_core.aggregates.recommendation.assessment import (
    level_of_embedding,
    level_of_record,
    warnings_of_evidence,
)
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
    EvidenceRef,
    PersonalText,
    RecommendationRef,
    RouteCode,
    Text,
    message,
)


@message
class RecordEvidence(OnBehalf):
    """A body shows how it makes the change part of its practice: the *route* (framework §4.3), and
    an *account* of the evidence, which *rests_on* audits, indicators and *documents*.

    *claimed* is the level that the body claims. *for_body*: the body it shows this for, where that
    was merged into it.
    """

    recommendation: RecommendationRef
    evidence: Code
    route: RouteCode
    account: PersonalText
    rests_on: tuple[EvidenceRef, ...] = ()
    documents: tuple[Code, ...] = ()
    claimed: EvidenceLevel | None = None
    for_body: BodyRef | None = None


@message
class EvidenceRecorded(RecordEvidence, Event[RecordEvidence]):
    """`for_body`, or `by.body`, has taken this route; *level* is what the evidence came to."""

    level: EvidenceLevel


@message
class CallForTraining(Command):
    """The learning calls for training: a *course* is to be requested (framework §5.4)."""

    recommendation: RecommendationRef
    course: ComingCourseRef
    title: Text
    need: PersonalText


@message
class TrainingCalledFor(CallForTraining, Event[CallForTraining]):
    """The body that commissions training is to be asked for the course."""


@message
class EmbedRecommendation(Command):
    """The change is shown to be everyday practice (framework §4.1), with evidence of an audit at
    least.

    *routes* are the ways of embedding that were used (framework §4.3). It *rests_on* audits and
    indicators, on *documents*, and on *checks* of the recommendation; it falls if one of these
    checks is voided. *claimed* is the level that is claimed.
    """

    recommendation: RecommendationRef
    evidence: PersonalText
    routes: tuple[RouteCode, ...] = ()
    rests_on: tuple[EvidenceRef, ...] = ()
    documents: tuple[Code, ...] = ()
    checks: tuple[Code, ...] = ()
    claimed: EvidenceLevel | None = None


@message
class RecommendationEmbedded(EmbedRecommendation, Event[EmbedRecommendation]):
    """A spell of improvement starts; checks will say how long it lasts.

    *level* is what the evidence came to that day. *warnings* are codes: `by-its-owner` where the
    body that owed it judged its own change, `claimed-above` where more is claimed than that, and
    `named-before` where something earlier rests on the same audit or indicator.
    """

    level: EvidenceLevel
    warnings: tuple[Code, ...] = ()


def record_evidence(
    command: RecordEvidence, state: Recommendation, setting: Setting
) -> tuple[EvidenceRecorded, ...]:
    framework = setting.framework
    framework.refuse_unknown(
        "recommendation.unknown-route", command.route, framework.routes, command.on
    )
    refuse_other_streams(command.rests_on)
    answers_for(command, setting, state.stream)
    refuse_ended(state)
    refuse_second("recommendation.evidence-taken", state.evidence.get(command.evidence))
    level = level_of_record(command, state, assessor_of(setting))
    return (EvidenceRecorded.of(command, level=level),)


def call_for_training(
    command: CallForTraining, state: Recommendation
) -> tuple[TrainingCalledFor, ...]:
    refuse_ended(state)
    refuse_second("recommendation.course-called-for", state.courses.get(command.course))
    return (TrainingCalledFor.of(command),)


def embed(
    command: EmbedRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationEmbedded, ...]:
    """Refuse it unless it rests on checks that were passed by then and follows any failed one, and
    on evidence of an audit at least.
    """
    framework = setting.framework
    for route in command.routes:
        framework.refuse_unknown(
            "recommendation.unknown-route", route, framework.routes, command.on
        )
    refuse_other_streams(command.rests_on)
    if state.status is not Status.IMPLEMENTED:
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.since)
    if not state.passed(command.checks):
        known = ", ".join(state.checks)
        raise RefusedError("recommendation.no-such-check", checks=command.checks, known=known)
    for check in state.checks.values():
        if check.check in command.checks or not check.passed:
            refuse_earlier("recommendation.out-of-order", command, check.on)
    level = level_of_embedding(command, state, assessor_of(setting))
    if level < EMBEDDED_AT_LEAST:
        least = int(EMBEDDED_AT_LEAST)
        raise RefusedError("recommendation.evidence-too-weak", level=int(level), at_least=least)
    warnings = (
        *warnings_of_owner(command, state, setting),
        *warnings_of_evidence(command, state, level),
    )
    return (RecommendationEmbedded.of(command, level=level, warnings=warnings),)


def is_embedded_by(event: RecommendationEmbedded, state: Recommendation) -> bool:
    """Return whether *event* embeds the change: by evidence of an audit at least, and by checks
    that were passed. One that does not, changes nothing.
    """
    return event.level >= EMBEDDED_AT_LEAST and state.passed(event.checks)
