"""The decisions not to do what a recommendation asks for, and which of them stand."""

from collections.abc import Mapping
from typing import TypeAlias

from lif_core.aggregates import recommendation as r

AnswerEvent: TypeAlias = r.RecommendationAccepted | r.RecommendationDeclined
Refusal: TypeAlias = r.RecommendationDeclined | r.RecommendationWithdrawn


def refusing_body(refusal: Refusal) -> str:
    """Return the body that does not do it: the one asked, or the one that withdrew it."""
    if isinstance(refusal, r.RecommendationDeclined):
        return refusal.answered_for
    return refusal.by.body


def refusal_stands(refusal: Refusal, answers: Mapping[str, AnswerEvent]) -> bool:
    """Return whether a *refusal* stands, where *answers* has the latest answer of each body.

    What was withdrawn stays so. What a body declined, it may answer otherwise.
    """
    if isinstance(refusal, r.RecommendationWithdrawn):
        return True
    return answers[refusal.answered_for] is refusal
