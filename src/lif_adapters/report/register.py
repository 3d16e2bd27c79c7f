"""The register of reasons: what a review found, or asked for, and somebody decided not to do.

It is of the whole history, where `annual-report` has those of a period. The reasons stand in the
words in which they were recorded, and may tell about a person.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from attrs import frozen

from lif_core import recommendation as r
from lif_core import review as v
from lif_core.fields import PersonalText
from lif_core.messages import Event
from lif_core.record import Record
from lif_core.views import AsOf, Projection

Told: TypeAlias = tuple[Event[Any], ...]


def key(event: Event[Any]) -> tuple[str, ...]:
    match event:
        case v.FindingAddressed() | v.NoActionTaken():
            return (f"review-{event.review}",)
        case _ if isinstance(event, r.RecommendationEvent):
            return (f"recommendation-{event.recommendation}",)
        case _:
            return ()


def evolve(told: Told | None, record: Record) -> Told:
    return (*(told or ()), record.event)


@frozen(kw_only=True)
class ReasonRow:
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
    reasons: tuple[ReasonRow, ...]


def summarise(items: Mapping[str, Told], as_of: AsOf) -> Register:
    return Register(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        reasons=tuple(row for told in items.values() for row in _rows(told)),
    )


def _rows(told: Told) -> Iterator[ReasonRow]:
    taken_up = {event.finding for event in told if isinstance(event, v.FindingAddressed)}
    state = None
    for event in told:
        if isinstance(event, r.RecommendationEvent):
            state = r.evolve(state, event)
    answers = state.answers if state else {}
    for event in told:
        match event:
            case v.NoActionTaken(finding=finding) if finding not in taken_up:
                yield _row(event, event.review, finding, event.by.body, "no action")
            case r.RecommendationDeclined():
                body = event.for_body or event.by.body
                if answers.get(body) is event:
                    yield _row(event, event.recommendation, None, body, "declined")
            case r.RecommendationWithdrawn():
                yield _row(event, event.recommendation, None, event.by.body, "withdrawn")


def _row(
    event: v.NoActionTaken | r.RecommendationDeclined | r.RecommendationWithdrawn,
    reference: str,
    finding: str | None,
    body: str,
    decision: str,
) -> ReasonRow:
    return ReasonRow(
        reference=reference,
        finding=finding,
        body=body,
        decision=decision,
        on=event.on,
        reasons=event.reasons,
    )


register: Projection[Told, Register] = Projection(
    name="register", key=key, evolve=evolve, summarise=summarise
)
