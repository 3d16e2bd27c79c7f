"""The state of a recommendation: all that its rules ask about its past."""

# The stages import this module, which names their events in its types only.
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.evidence import NOBODYS, HeldChange
from lif_core.values.refs import stream_of

if TYPE_CHECKING:
    from lif_core.aggregates.recommendation import RecommendationEvent
    from lif_core.aggregates.recommendation.closure import RecommendationClosed
    from lif_core.aggregates.recommendation.embedding import EvidenceRecorded, TrainingCalledFor
    from lif_core.aggregates.recommendation.escalation import EscalationRaised
    from lif_core.aggregates.recommendation.monitoring import RecommendationChecked
    from lif_core.aggregates.recommendation.ownership import (
        RecommendationDelayExplained,
        RecommendationExplanationAccepted,
        TransferProposed,
    )
    from lif_core.aggregates.recommendation.progress import RecommendationJudged
    from lif_core.aggregates.recommendation.proposal import (
        RecommendationIssued,
        RecommendationSent,
    )
    from lif_core.aggregates.recommendation.response import (
        Answered,
    )


class Status(StrEnum):
    """The status of a recommendation; `sustained` is none, but a finding of a view."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PLANNED = "planned"
    IMPLEMENTED = "implemented"
    EMBEDDED = "embedded"
    RELAPSED = "relapsed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


ENDED = frozenset({Status.DECLINED, Status.WITHDRAWN, Status.SUPERSEDED})
OWED = frozenset({Status.PLANNED, Status.REOPENED})


class Recommendation(Struct, frozen=True, kw_only=True):
    """*since* is the day of the latest change of *status* or owner, which the next follows;
    *acted* that of the latest action that was planned.
    """

    issued: RecommendationIssued | None = None
    status: Status = Status.PROPOSED
    since: date = date.min
    answers: Mapping[str, Answered] = {}
    declined: frozenset[str] = frozenset()  # of those that answered
    sent: Mapping[str, RecommendationSent] = {}
    owner: str | None = None
    due: date | None = None
    acted: date | None = None
    transfer: TransferProposed | None = None  # until it is accepted
    redated: date = date.min
    explanations: Mapping[str, RecommendationDelayExplained] = {}
    offered: Mapping[str, RecommendationDelayExplained] = {}  # of the due date that there is
    accepted: Mapping[str, RecommendationExplanationAccepted] = {}  # of those on offer
    implemented: date | None = None  # the first time
    held: tuple[HeldChange, ...] = ()  # each owner, and each time it was implemented
    escalations: Mapping[str, EscalationRaised] = {}
    escalations_answered: frozenset[str] = frozenset()
    checks: Mapping[str, RecommendationChecked] = {}
    evidence: Mapping[str, EvidenceRecorded] = {}
    courses: Mapping[str, TrainingCalledFor] = {}
    owner_told: frozenset[str] = frozenset()  # of these checks
    checks_due: frozenset[date] = frozenset()
    closed: RecommendationClosed | None = None
    judged: RecommendationJudged | None = None
    before: Recommendation | None = None  # the first entry that rests on other streams
    rested: tuple[RecommendationEvent, ...] = ()  # that entry and those after it

    @property
    def stream(self) -> str:
        """Its stream, by which a split of its owner may have given it to somebody."""
        return stream_of("recommendation", self.issued.recommendation) if self.issued else ""

    @property
    def addressed(self) -> tuple[str, ...]:
        """The bodies that it was put to."""
        return self.issued.addressed if self.issued else ()

    @property
    def accepted_by(self) -> tuple[str, ...]:
        """The bodies that it was put to and that have accepted it, in full or in part."""
        answers, declined = self.answers, self.declined
        return tuple(each for each in self.addressed if each in answers and each not in declined)

    def passed(self, checks: tuple[str, ...]) -> bool:
        """Return whether all of these checks are on record, not voided, and were passed."""
        known = (self.checks.get(check) for check in checks)
        return all(check is not None and check.passed for check in known)

    def held_from(self, on: date, *, owner: str, in_place: date | None = None) -> dict[str, Any]:
        """Return what changes where an *owner* holds it, or *in_place* anew, from the day *on*."""
        last = self.held[-1] if self.held else NOBODYS
        change = HeldChange(on, owner, in_place or last.in_place)
        return {"owner": owner, "held": (*self.held, change)}

    def with_status(self, status: Status, on: date, **changes: Any) -> Recommendation:
        """Return it in this *status*, with other *changes*; a transfer proposed before is off."""
        since = on if on > self.since else self.since
        return replace(self, status=status, since=since, transfer=None, **changes)


UNKNOWN = Recommendation()
"""The state of one that no entry has said anything of."""
