"""The analysis of a death by the panel that reviews it: its category, and the factors in it."""

from enum import StrEnum

from attrs import frozen

from lif_core.aggregates.review.opening import refuse_unless_of_a_death
from lif_core.aggregates.review.state import Review
from lif_core.decisions.decider import refuse_before_last, refuse_second
from lif_core.decisions.messages import Command, Event
from lif_core.framework import Framework, ReviewKind
from lif_core.values.fields import (
    Code,
    DeathCategoryCode,
    FactorDomainCode,
    FactorInfluenceCode,
    ReviewRef,
    message,
)


class Modifiable(StrEnum):
    """The answer to whether modifiable factors contributed to a death (framework Appendix A)."""

    YES = "modifiable factors"
    NO = "no modifiable factors"
    UNKNOWN = "too little known"


@frozen(kw_only=True)
class DeathFactor:
    """A *factor* of a *domain*, and its *influence*, in the framework's codes."""

    domain: FactorDomainCode
    factor: Code
    influence: FactorInfluenceCode


@message
class AnalyseDeath(Command):
    """The panel's analysis of a death: its *category*, and the factors in it (framework §3.3.1).

    *category*, domains and influences are the framework's; no figure is about anybody's work.
    """

    review: ReviewRef
    category: DeathCategoryCode
    modifiable: Modifiable
    factors: tuple[DeathFactor, ...] = ()


@message
class DeathAnalysed(AnalyseDeath, Event[AnalyseDeath]):
    """The panel has reviewed the death; a later analysis replaces it.

    *gates* are as those of `HoldDecided`.
    """

    gates: tuple[Code, ...] = ()

    @property
    def reaches(self) -> tuple[str, ...]:
        """The milestones that the review reaches by it."""
        return ("analysed",)


def analyse_death(
    command: AnalyseDeath, state: Review, kind: ReviewKind, framework: Framework
) -> tuple[DeathAnalysed, ...]:
    refuse_unless_of_a_death(kind, framework)
    refuse_second("review.accepted-already", state.accepted)
    refuse_before_last("review.out-of-order", command, state.analysed)
    on = command.on
    framework.refuse_unknown("review.unknown-category", command.category, kind.categories, on)
    for factor in command.factors:
        framework.refuse_unknown("review.unknown-domain", factor.domain, kind.domains, on)
        framework.refuse_unknown("review.unknown-influence", factor.influence, kind.influences, on)
    return (DeathAnalysed.of(command),)
