"""The register of reasons: what a review found, or asked for, and somebody decided not to do.

It is of the whole history, where `annual-report` has those of a period. The reasons stand in the
words in which they were recorded, and may tell about a person.
"""

from datetime import date
from typing import TypeAlias

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.projection.projection import Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


@row()
class ReasonRow(Struct, frozen=True, kw_only=True):
    """A decision that stands, not to do what a review found or asked for, and its *reasons*.

    *reference*: of the review whose *finding* it is, or of the recommendation. *decision*: `no
    action`, where no recommendation has taken up the finding; `declined` by the *body*, or
    `withdrawn`.
    """

    reference: str
    finding: str | None
    body: str
    decision: str
    on: date
    reasons: PersonalText


@frozen(kw_only=True)
class Register:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    reasons: Table[ReasonRow]


@define(kw_only=True)
class Unaddressed:
    """The findings of a review that are not acted on; *taken_up* are those that are, after all."""

    taken_up: set[str] = field(factory=set)
    refused: list[v.NoActionTaken] = field(factory=list)


def evolve_unaddressed(review: Unaddressed | None, record: Record) -> Unaddressed:
    review, event = review or Unaddressed(), record.event
    if isinstance(event, v.FindingAddressed):
        review.taken_up.add(event.finding)
    elif isinstance(event, v.NoActionTaken):
        review.refused.append(event)
    return review


def add_unaddressed(review: Unaddressed, part: Part) -> None:
    for event in review.refused:
        if event.finding not in review.taken_up:
            _add(part, event, event.by.body, "no action", event.finding)


Answer: TypeAlias = r.RecommendationAccepted | r.RecommendationDeclined
Refusal: TypeAlias = r.RecommendationDeclined | r.RecommendationWithdrawn


@define(kw_only=True)
class Refused:
    """A recommendation: the last of its *answers*, by the body, and all that refused it."""

    answers: dict[str, Answer] = field(factory=dict)
    refused: list[Refusal] = field(factory=list)


def evolve_refused(refused: Refused | None, record: Record) -> Refused:
    refused, event = refused or Refused(), record.event
    if isinstance(event, Answer):
        refused.answers[event.answered_for] = event
    if isinstance(event, Refusal):
        refused.refused.append(event)
    return refused


def add_refused(refused: Refused, part: Part) -> None:
    for event in refused.refused:
        if isinstance(event, r.RecommendationWithdrawn):
            _add(part, event, event.by.body, "withdrawn")
            continue
        body = event.answered_for
        if refused.answers[body] is event:
            _add(part, event, body, "declined")


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
        reasons=event.reasons,
    )
    part.row("reasons", reason)


def total(everything: Totals) -> Register:
    return Register(**everything.times, reasons=everything.table("reasons"))


register = Projection(
    name="register",
    view=Register,
    parts={
        Item("unaddressed", (v.FindingAddressed, v.NoActionTaken), evolve_unaddressed): (
            add_unaddressed
        ),
        Item("refused", Answer | Refusal, evolve_refused): add_refused,
    },
    total=total,
)
