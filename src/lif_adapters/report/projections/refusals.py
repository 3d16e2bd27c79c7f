"""The register of reasons for what a review found or asked for, and somebody decided not to do.

It covers the whole history, where `annual-report` covers a period. The reasons stand in the words
in which they were recorded, and may tell about a person.
"""

from collections.abc import Mapping
from datetime import date

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.items.refusal import (
    AnswerEvent,
    Refusal,
    reasons_of,
    refusal_stands,
    refusing_body,
)
from lif_core.projection.inconsistent import INCONSISTENT, InconsistentRow
from lif_core.projection.projection import Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


@row()
class ReasonRow(Struct, frozen=True, kw_only=True):
    """A decision that stands, not to do what a review found or asked for, and its *reasons*.

    *reference*: of the review whose *finding* it is, or of the recommendation. *decision*: `no
    action`, where no recommendation has taken up the finding; `declined` by the *body*, or
    `declined in part`, or `withdrawn`.
    """

    reference: str
    finding: str | None
    body: str
    decision: str
    on: date
    reasons: PersonalText


@frozen(kw_only=True)
class Refusals:
    """The register at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    reasons: Table[ReasonRow]


@define(kw_only=True)
class ReviewRefusals:
    """The decisions not to act on findings of a review, and the findings *taken_up* after all."""

    taken_up: set[str] = field(factory=set)
    refused: list[v.NoActionTaken] = field(factory=list)


def evolve_review(review: ReviewRefusals | None, record: Record) -> ReviewRefusals:
    review, event = review or ReviewRefusals(), record.event
    if isinstance(event, v.FindingAddressed):
        review.taken_up.add(event.finding)
    elif isinstance(event, v.NoActionTaken):
        review.refused.append(event)
    return review


def add_review(review: ReviewRefusals, part: Part) -> None:
    for event in review.refused:
        if event.finding not in review.taken_up:
            _add(part, event, event.by.body, "no action", event.finding)


@define(kw_only=True)
class RecommendationRefusals:
    """The events that refused a recommendation, and the last of its *answers* by each body."""

    answers: dict[str, AnswerEvent] = field(factory=dict)
    refused: list[Refusal] = field(factory=list)


def evolve_recommendation(
    recommendation: RecommendationRefusals | None, record: Record
) -> RecommendationRefusals:
    recommendation, event = recommendation or RecommendationRefusals(), record.event
    if isinstance(event, AnswerEvent):
        recommendation.answers[event.answered_for] = event
    if isinstance(event, Refusal):
        recommendation.refused.append(event)
    return recommendation


def add_recommendation(recommendation: RecommendationRefusals, part: Part) -> None:
    for event in recommendation.refused:
        if refusal_stands(event, recommendation.answers):
            _add(part, event, refusing_body(event), DECISIONS[type(event)])


DECISIONS: Mapping[type, str] = {
    r.RecommendationDeclined: "declined",
    r.RecommendationAcceptedInPart: "declined in part",
    r.RecommendationWithdrawn: "withdrawn",
}


def _add(
    part: Part,
    event: v.NoActionTaken | Refusal,
    body: str,
    decision: str,
    finding: str | None = None,
) -> None:
    reason = ReasonRow(
        reference=part.ref,
        finding=finding,
        body=body,
        decision=decision,
        on=event.on,
        reasons=reasons_of(event),
    )
    part.row("reasons", reason)


def total(totals: Totals) -> Refusals:
    return Refusals(**totals.times, reasons=totals.table("reasons"))


refusals = Projection(
    name="refusals",
    view=Refusals,
    parts={
        Item("unaddressed", (v.FindingAddressed, v.NoActionTaken), evolve_review): add_review,
        Item("refused", AnswerEvent | Refusal, evolve_recommendation): add_recommendation,
    },
    facts={INCONSISTENT: InconsistentRow},
    total=total,
)
