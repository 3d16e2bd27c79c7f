"""What the rules of a recommendation ask about its past."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from lif_core.aggregates.recommendation import messages as m
from lif_core.decisions.decider import plus
from lif_core.values.evidence import EMBEDDED_AT_LEAST


class Status(StrEnum):
    """Where it stands; `sustained` is no status but a finding of the sustainability projection."""

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
    """*since* is the day of the latest change of *status* or owner, which the next follows."""

    issued: m.RecommendationIssued | None = None
    status: Status = Status.PROPOSED
    since: date = date.min
    answers: Mapping[str, m.RecommendationAccepted | m.RecommendationDeclined] = {}
    owner: str | None = None
    due: date | None = None
    asked: m.TransferProposed | None = None
    redated: date = date.min
    implemented: date | None = None  # the first time
    escalations: Mapping[str, m.EscalationRaised] = {}
    escalations_answered: frozenset[str] = frozenset()
    checks: Mapping[str, m.RecommendationChecked] = {}
    evidence: Mapping[str, m.EvidenceRecorded] = {}
    courses: Mapping[str, m.TrainingCalledFor] = {}
    told: frozenset[str] = frozenset()  # of these checks
    checks_due: frozenset[date] = frozenset()
    closed: m.RecommendationClosed | None = None

    @property
    def addressed(self) -> tuple[str, ...]:
        return self.issued.addressed if self.issued else ()

    def passed(self, checks: tuple[str, ...]) -> bool:
        """All of these checks are on record, not voided, and were passed."""
        known = (self.checks.get(check) for check in checks)
        return all(check is not None and check.passed for check in known)


def evolve(state: Recommendation | None, event: m.RecommendationEvent) -> Recommendation:
    state = state or Recommendation()
    match event:
        case m.RecommendationIssued():
            return _standing(replace(state, issued=event, since=event.on), event)
        case m.RecommendationAccepted() | m.RecommendationDeclined():
            return _answered(state, event)
        case m.RecommendationReplied() | m.RecommendationDelayExplained():
            return state
        case m.RecommendationPlanned(owner=owner, due=due):
            return replace(_to(state, Status.PLANNED, event), owner=owner, due=due)
        case m.DueDateChanged(due=due):
            return replace(state, due=due, redated=event.on)
        case m.TransferProposed():
            return replace(state, asked=event)
        case m.TransferAccepted():
            since = max(state.since, event.on)
            return replace(state, owner=event.by.body, asked=None, since=since)
        case m.EscalationRaised(escalation=key):
            return replace(state, escalations=plus(state.escalations, key, event))
        case m.EscalationAnswered(escalation=key):
            return replace(state, escalations_answered=state.escalations_answered | {key})
        case m.RecommendationImplemented():
            first = state.implemented or event.on
            return replace(_to(state, Status.IMPLEMENTED, event), implemented=first)
        case m.RecommendationEmbedded(rests_on=checks, level=level):
            enough = level >= EMBEDDED_AT_LEAST and state.passed(checks)
            return _to(state, Status.EMBEDDED, event) if enough else state
        case m.EvidenceRecorded(evidence=key):
            return replace(state, evidence=plus(state.evidence, key, event))
        case m.TrainingCalledFor(course=key):
            return replace(state, courses=plus(state.courses, key, event))
        case m.OwnerTold(check=key):
            return replace(state, told=state.told | {key})
        case m.ChecksScheduled(due=days):
            return replace(state, checks_due=state.checks_due | set(days))
        case m.RecommendationChecked(check=check, passed=passed):
            state = replace(state, checks=plus(state.checks, check, event))
            in_spell = state.status is Status.EMBEDDED and event.on >= state.since
            return state if passed or not in_spell else _to(state, Status.RELAPSED, event)
        case m.RecommendationClosed():
            return replace(state, closed=event)
        case m.RecommendationReopened(due=due):
            return replace(_to(state, Status.REOPENED, event), due=due, closed=None)
        case m.RecommendationWithdrawn():
            return _to(state, Status.WITHDRAWN, event)
        case m.RecommendationSuperseded():
            return _to(state, Status.SUPERSEDED, event)
        case _:
            assert_never(event)


def _to(state: Recommendation, status: Status, event: m.RecommendationEvent) -> Recommendation:
    since = max(state.since, event.on)
    return replace(state, status=status, since=since, asked=None)


def _answered(
    state: Recommendation, event: m.RecommendationAccepted | m.RecommendationDeclined
) -> Recommendation:
    answers = plus(state.answers, event.answered_for, event)
    return _standing(replace(state, answers=answers), event)


def _standing(state: Recommendation, event: m.RecommendationEvent) -> Recommendation:
    """Accepted as soon as one body accepts; declined once every body addressed has declined.

    Where dates were corrected, an answer may go before the question: it counts once that is put.
    """
    if state.status not in (Status.PROPOSED, Status.ACCEPTED, Status.DECLINED):
        return state
    answers = [state.answers.get(body) for body in state.addressed]
    if any(isinstance(answer, m.RecommendationAccepted) for answer in answers):
        return state if state.status is Status.ACCEPTED else _to(state, Status.ACCEPTED, event)
    if answers and all(isinstance(answer, m.RecommendationDeclined) for answer in answers):
        return _to(state, Status.DECLINED, event)
    return replace(state, status=Status.PROPOSED)
