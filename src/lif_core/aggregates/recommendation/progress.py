"""Notes on a recommendation on the way: how far it has come, and its issuer's judgement of
what was done.
"""

from enum import StrEnum

from lif_core.aggregates.recommendation.closure import refuse_ended
from lif_core.aggregates.recommendation.ownership import (
    refuse_unless_answerable,
    warnings_of_owner,
)
from lif_core.aggregates.recommendation.proposal import refuse_unless_issuer
from lif_core.aggregates.recommendation.state import Recommendation
from lif_core.decisions.decider import Setting, refuse_before_last, refuse_earlier
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import Code, PersonalText, RecommendationRef, message


@message
class RecordProgress(Command):
    """The body that answers for it says how far it has come: a *note*, which changes no state."""

    recommendation: RecommendationRef
    note: PersonalText


@message
class ProgressRecorded(RecordProgress, Event[RecordProgress]):
    """The note is on record, with its day."""


class IssuerJudgement(StrEnum):
    """The judgement of the body that issued a recommendation on what was done about it."""

    AS_ASKED = "as asked"
    MORE = "more than asked"
    ALTERNATIVE = "by an acceptable alternative"
    NOT_ACCEPTABLE = "not acceptable"


@message
class JudgeRecommendation(Command):
    """The body that issued it judges what was done, apart from what the owner says of it."""

    recommendation: RecommendationRef
    judgement: IssuerJudgement
    reasons: PersonalText


@message
class RecommendationJudged(JudgeRecommendation, Event[JudgeRecommendation]):
    """The judgement in force, in the place of any before it; it changes no state.

    *warnings* are codes: `by-its-owner` where the body that issued it owed it as well.
    """

    warnings: tuple[Code, ...] = ()


def record(
    command: RecordProgress, state: Recommendation, setting: Setting
) -> tuple[ProgressRecorded, ...]:
    assert state.issued is not None
    refuse_ended(state)
    refuse_unless_answerable(command, state, setting)
    refuse_earlier("recommendation.out-of-order", command, state.issued.on)
    return (ProgressRecorded.of(command),)


def judge(
    command: JudgeRecommendation, state: Recommendation, setting: Setting
) -> tuple[RecommendationJudged, ...]:
    refuse_ended(state)
    refuse_unless_issuer(command, state, setting)
    if state.implemented is None:
        raise RefusedError("recommendation.not-implemented", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.implemented)
    refuse_before_last("recommendation.out-of-order", command, state.judged)
    warnings = warnings_of_owner(command, state, setting)
    return (RecommendationJudged.of(command, warnings=warnings),)
