"""Stock `eventsourcing`: an aggregate and an application as its documentation writes them.

With string ids, and the rules of `lif`'s recommendation; it knows no references, no rights, no
checksums, and no command ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, cast

import attrs
from eventsourcing.application import Application as EventsourcingApplication
from eventsourcing.application import LocalNotificationLog
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.domain import MetaDomainEvent as FrozenDataclass
from eventsourcing.persistence import JSONTranscoder, Transcoding

from tests.benchmarks.program import Authority, Command, RefusedError
from tests.benchmarks.program import recommendation as r

DEFAULT_SECTION = LocalNotificationLog.DEFAULT_SECTION_SIZE


def _fields_of(command: type[Command]) -> dict[str, Any]:
    """Return the annotations of a command's event; those of `StockEvent` are there already."""
    return {
        field.name: field.type
        for field in attrs.fields(cast("type[attrs.AttrsInstance]", command))
        if field.name not in StockEvent.__annotations__
    }


class StockEvent(CanMutateAggregate[str], metaclass=FrozenDataclass):
    originator_id: str
    originator_version: int
    timestamp: datetime
    by: Authority
    on: date
    recommendation: str


class RecommendationIssued(CanInitAggregate[str], StockEvent):
    __annotations__ = {"originator_topic": str, **_fields_of(r.IssueRecommendation)}


class RecommendationAccepted(StockEvent):
    __annotations__ = _fields_of(r.AcceptRecommendation)

    def apply(self, aggregate: "StockRecommendation") -> None:
        aggregate.answers[self.by.body] = self
        aggregate.status = r.Status.ACCEPTED


class RecommendationPlanned(StockEvent):
    __annotations__ = _fields_of(r.PlanRecommendation)

    def apply(self: Any, aggregate: "StockRecommendation") -> None:
        aggregate.status = r.Status.PLANNED
        aggregate.owner = self.owner
        aggregate.due = self.due


class DueDateChanged(StockEvent):
    __annotations__ = _fields_of(r.ChangeDueDate)

    def apply(self: Any, aggregate: "StockRecommendation") -> None:
        aggregate.due = self.due


class RecommendationDelayExplained(StockEvent):
    __annotations__ = _fields_of(r.ExplainRecommendationDelay)


class RecommendationImplemented(StockEvent):
    __annotations__ = _fields_of(r.ImplementRecommendation)

    def apply(self, aggregate: "StockRecommendation") -> None:
        aggregate.status = r.Status.IMPLEMENTED


class StockRecommendation(BaseAggregate[str]):
    def __init__(self, addressed: Sequence[str]) -> None:
        self.addressed = addressed
        self.status = r.Status.PROPOSED
        self.answers: dict[str, RecommendationAccepted] = {}
        self.owner: str | None = None
        self.due: date | None = None

    @classmethod
    def issue(cls, command: r.IssueRecommendation) -> "StockRecommendation":
        _unless(bool(command.addressed), "addressed-to-nobody")
        return cls._create(
            RecommendationIssued, id=_stream(command.recommendation), **_fields(command)
        )

    def decide(self, command: Command) -> None:
        """Trigger the one event that comes of *command*, or raise, by the rules of `lif`."""
        owed = self.status is r.Status.PLANNED
        match command:
            case r.AcceptRecommendation(by=by):
                _unless(by.body in self.addressed, "not-addressed")
                _unless(by.body not in self.answers, "answered-already")
                kind: type[StockEvent] = RecommendationAccepted
            case r.PlanRecommendation(on=on, due=due):
                _unless(self.status is r.Status.ACCEPTED, "not-accepted")
                _unless(due is not None and due >= on, "due-in-the-past")
                kind = RecommendationPlanned
            case r.ChangeDueDate(on=on, due=due):
                _unless(owed, "not-owed")
                _unless(due >= on and due != self.due, "due-in-the-past")
                kind = DueDateChanged
            case r.ExplainRecommendationDelay(by=by, on=on, until=until):
                _unless(owed and by.body == self.owner, "owner-only")
                _unless(until is None or until > on, "explanation-ended")
                kind = RecommendationDelayExplained
            case r.ImplementRecommendation(by=by):
                _unless(owed and by.body == self.owner, "owner-only")
                kind = RecommendationImplemented
            case _:
                raise TypeError(command)
        self.trigger_event(kind, **_fields(command))


def _unless(allowed: bool, rule: str) -> None:
    if not allowed:
        raise RefusedError(f"recommendation.{rule}")


def _stream(ref: str) -> str:
    return f"recommendation-{ref}"


_NAMES: dict[type, tuple[str, ...]] = {}


def _fields(command: Command) -> dict[str, Any]:
    cls = type(command)
    if cls not in _NAMES:
        _NAMES[cls] = tuple(
            field.name for field in attrs.fields(cast("type[attrs.AttrsInstance]", cls))
        )
    names = _NAMES[cls]
    return dict(zip(names, attrgetter(*names)(command), strict=True))


class _DateAsText(Transcoding):
    type = date
    name = "date"

    def encode(self, obj: date) -> str:
        return obj.isoformat()

    def decode(self, data: str) -> date:
        return date.fromisoformat(data)


class _AuthorityAsDict(Transcoding):
    type = Authority
    name = "authority"

    def encode(self, obj: Authority) -> dict[str, str]:
        return {
            "person": obj.person,
            "role": obj.role,
            "body": obj.body,
        }

    def decode(self, data: dict[str, Any]) -> Authority:
        return Authority(**data)


class StockApplication(EventsourcingApplication[str]):
    """An application with its log in the file *store*, or where its settings say."""

    def __init__(self, store: Path | Mapping[str, str]) -> None:
        if isinstance(store, Path):
            store = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(store)}
        super().__init__({**store, "ORIGINATOR_ID_TYPE": "text"})

    def register_transcodings(self, transcoder: JSONTranscoder) -> None:
        super().register_transcodings(transcoder)
        transcoder.register(_DateAsText())
        transcoder.register(_AuthorityAsDict())

    def handle(self, command: Command) -> int:
        if isinstance(command, r.IssueRecommendation):
            recommendation = StockRecommendation.issue(command)
        else:
            recommendation = self.load(cast("r.AcceptRecommendation", command).recommendation)
            recommendation.decide(command)
        return len(self.save(recommendation))

    def handle_all(self, commands: Sequence[Command]) -> int:
        """Save many aggregates at once, as the documentation has it."""
        changed: dict[str, StockRecommendation] = {}
        for command in commands:
            if isinstance(command, r.IssueRecommendation):
                changed[command.recommendation] = StockRecommendation.issue(command)
            else:
                changed[cast("r.AcceptRecommendation", command).recommendation].decide(command)
        return len(self.save(*changed.values()))

    def load(self, ref: str) -> StockRecommendation:
        recommendation: StockRecommendation = self.repository.get(_stream(ref))
        return recommendation

    def replay(self, section_size: int) -> Iterator[StockEvent]:
        log = LocalNotificationLog(self.recorder, section_size)
        start = 1
        while section := log.select(start, section_size):
            for notification in section:
                yield cast("StockEvent", self.mapper.to_domain_event(notification))
            start = section[-1].id + 1
