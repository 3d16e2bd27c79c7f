"""The decisions not to do what a recommendation asks for, and which of them stand."""

from collections.abc import Mapping
from typing import TypeAlias

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import NoActionTaken

AnswerEvent: TypeAlias = r.Answered
Refusal: TypeAlias = (
    r.RecommendationDeclined | r.RecommendationAcceptedInPart | r.RecommendationWithdrawn
)
"""A decision not to do what was asked, or not all of it."""


def refusing_body(refusal: Refusal) -> str:
    """Return the body that does not do it: the one asked, or the one that withdrew it."""
    if isinstance(refusal, r.RecommendationWithdrawn):
        return refusal.by.body
    return refusal.answered_for


def reasons_of(refusal: Refusal | NoActionTaken) -> str:
    """Return the reasons: of one that was accepted in part, what it says of the other part."""
    if isinstance(refusal, r.RecommendationAcceptedInPart):
        return refusal.declined
    return refusal.reasons


def refusal_stands(refusal: Refusal, answers: Mapping[str, AnswerEvent]) -> bool:
    """Return whether a *refusal* stands, where *answers* has the latest answer of each body.

    What was withdrawn stays so. What a body declined, it may answer otherwise.
    """
    if isinstance(refusal, r.RecommendationWithdrawn):
        return True
    return answers[refusal.answered_for] is refusal
