"""Policies for tests of `follow`: a body accepts what it is asked, and plans what it accepts."""

from collections.abc import Iterator
from datetime import timedelta

from lif_core.aggregates.recommendation import (
    AcceptRecommendation,
    PlanRecommendation,
    RecommendationAccepted,
    RecommendationIssued,
)
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.framework import Framework
from lif_core.policies.policy import Policy
from tests.people import by


def accept(record: Record, _: Framework) -> Iterator[Command]:
    """Every body that it is addressed to, each with a decision of its own."""
    event = record.event
    if isinstance(event, RecommendationIssued):
        for body in event.addressed:
            yield AcceptRecommendation(
                by=by(body), on=event.on, recommendation=event.recommendation
            )


def plan(record: Record, _: Framework) -> Iterator[Command]:
    event = record.event
    if isinstance(event, RecommendationAccepted):
        yield PlanRecommendation(
            by=event.by,
            on=event.on,
            recommendation=event.recommendation,
            owner=event.by.body,
            due=event.on + timedelta(90),
            action="As it says",
        )


ACCEPT = Policy(name="accept-what-is-asked", react=accept)
PLAN = Policy(name="plan-what-is-accepted", react=plan)
ACCEPT_AND_PLAN = (ACCEPT, PLAN)
