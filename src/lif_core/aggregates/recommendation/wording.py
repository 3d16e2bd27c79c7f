"""The public wording of a recommendation, of an answer and of an action (framework §1.3).

The texts that bodies write for each other may tell about a person. What the public reads is worded
apart, by a body that may publish, and stands beside them.
"""

from lif_core.aggregates.recommendation.state import Recommendation
from lif_core.decisions.decider import refuse_earlier
from lif_core.decisions.messages import Command, Event
from lif_core.errors import RefusedError
from lif_core.values.fields import BodyRef, RecommendationRef, Text, message


@message
class WordRecommendation(Command):
    """The *wording* in which the public reads the recommendation; it tells of nobody."""

    recommendation: RecommendationRef
    wording: Text


@message
class RecommendationWorded(WordRecommendation, Event[WordRecommendation]):
    """The recommendation has a public wording, in the place of any before it."""


@message
class WordAnswer(Command):
    """The *wording* in which the public reads the answer of a *body*; it tells of nobody."""

    recommendation: RecommendationRef
    body: BodyRef
    wording: Text


@message
class AnswerWorded(WordAnswer, Event[WordAnswer]):
    """The answer of that day has a public wording; another answer needs its own."""


@message
class WordAction(Command):
    """The *wording* in which the public reads what is to be done; it tells of nobody."""

    recommendation: RecommendationRef
    wording: Text


@message
class ActionWorded(WordAction, Event[WordAction]):
    """The action of that day has a public wording; another action needs its own."""


def word(command: WordRecommendation) -> tuple[RecommendationWorded, ...]:
    return (RecommendationWorded.of(command),)


def word_answer(command: WordAnswer, state: Recommendation) -> tuple[AnswerWorded, ...]:
    answer = state.answers.get(command.body)
    if answer is None:
        raise RefusedError("recommendation.not-answered", body=command.body)
    refuse_earlier("recommendation.out-of-order", command, answer.on)
    return (AnswerWorded.of(command),)


def word_action(command: WordAction, state: Recommendation) -> tuple[ActionWorded, ...]:
    if state.acted is None:
        raise RefusedError("recommendation.no-action", status=state.status)
    refuse_earlier("recommendation.out-of-order", command, state.acted)
    return (ActionWorded.of(command),)
