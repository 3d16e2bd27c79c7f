"""A recommendation as a duty: who held it, when it was owed, explained, done; who answered."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import TypeAlias, assert_never

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.days import Days, Explained, count_within, explained, union
from lif_core.projection.projection import Item, Part


@frozen(kw_only=True)
class Held:
    """*owner* holds it from *since* until the next one does."""

    owner: str
    since: date


@define(kw_only=True)
class Owed:
    """One time that it was open, *since* then: due on *due* in the end, on *agreed* at first,
    until *done*. *undone*: it ended then, by being withdrawn or superseded.
    """

    since: date
    agreed: date
    due: date
    done: date | None = None
    undone: bool = False
    explained: tuple[Explained, ...] = ()


@define(kw_only=True)
class Answer:
    """What one body answered, and when; *replied*: it at least wrote."""

    answer: str = "pending"
    on: date | None = None
    replied: bool = False


@define(kw_only=True)
class Escalation:
    """A concern *raised*; *answered* is `None` while it waits.

    Where dates were corrected, an answer may go before what it answers.
    """

    raised: r.EscalationRaised | None = None
    answered: date | None = None


@define(kw_only=True)
class Duty:
    """*issued* is `None` where its issue is void: then nothing was asked of anybody.

    It is a draft, which folding changes in place: that is a third of the time of a frozen one.
    """

    ref: str
    issued: r.RecommendationIssued | None = None
    outcome: str = "proposed"
    answers: dict[str, Answer] = field(factory=dict)
    held: list[Held] = field(factory=list)
    owed: list[Owed] = field(factory=list)
    escalations: dict[str, Escalation] = field(factory=dict)


def evolve(duty: Duty | None, record: Record) -> Duty:
    event: DutyEvent = record.event  # type: ignore[assignment]  # by the item's events
    duty = duty or Duty(ref=event.recommendation)
    match event:
        case r.RecommendationIssued(addressed=bodies):
            duty.issued = event
            duty.answers = {**{body: Answer() for body in bodies}, **duty.answers}
        case r.RecommendationAccepted():
            _answered(duty, event, "accepted")
        case r.RecommendationDeclined():
            _answered(duty, event, "declined")
            if duty.outcome == "proposed":
                duty.outcome = "declined"
        case r.RecommendationReplied():
            duty.answers.setdefault(event.answered_for, Answer()).replied = True
        case r.RecommendationPlanned(owner=owner, due=due):
            duty.held.append(Held(owner=owner, since=event.on))
            _owed(duty, event, due, "planned")
        case r.RecommendationReopened(due=due):
            _owed(duty, event, due, "reopened")
        case r.DueDateChanged(due=due):
            if duty.owed:
                _redated(duty.owed[-1], due, event.on)
        case r.RecommendationDelayExplained():
            if duty.owed:
                duty.owed[-1].explained += explained(record, lambda version: version.until)
        case r.TransferAccepted():
            duty.held.append(Held(owner=event.by.body, since=event.on))
        case r.RecommendationImplemented():
            _ended(duty, event.on, "implemented")
        case r.RecommendationWithdrawn():
            _ended(duty, event.on, "withdrawn")
        case r.RecommendationSuperseded():
            _ended(duty, event.on, "superseded")
        case r.EscalationRaised(escalation=name):
            duty.escalations.setdefault(name, Escalation()).raised = event
        case r.EscalationAnswered(escalation=name):
            duty.escalations.setdefault(name, Escalation()).answered = event.on
        case _:
            assert_never(event)
    return duty


DutyEvent: TypeAlias = (
    r.RecommendationIssued
    | r.RecommendationAccepted
    | r.RecommendationDeclined
    | r.RecommendationReplied
    | r.RecommendationPlanned
    | r.RecommendationReopened
    | r.DueDateChanged
    | r.RecommendationDelayExplained
    | r.TransferAccepted
    | r.RecommendationImplemented
    | r.RecommendationWithdrawn
    | r.RecommendationSuperseded
    | r.EscalationRaised
    | r.EscalationAnswered
)
owed = Item("duty", DutyEvent, evolve)


def _answered(
    duty: Duty, event: r.RecommendationAccepted | r.RecommendationDeclined, answer: str
) -> None:
    given = Answer(answer=answer, on=event.on, replied=True)
    duty.answers[event.answered_for] = given


def _owed(duty: Duty, event: r.RecommendationEvent, due: date, outcome: str) -> None:
    duty.owed.append(Owed(since=event.on, agreed=due, due=due))
    duty.outcome = outcome


def _redated(owed: Owed, due: date, on: date) -> None:
    """A new date agreed ends every explanation in force."""
    owed.due = due
    owed.explained = tuple(
        Explained(since=e.since, until=min(e.until or on, on)) for e in owed.explained
    )


def _ended(duty: Duty, on: date, outcome: str) -> None:
    duty.outcome = outcome
    if duty.owed and duty.owed[-1].done is None:
        duty.owed[-1].done = on
        duty.owed[-1].undone = outcome != "implemented"


# What it comes to


class Overdue(Struct, frozen=True, kw_only=True):
    """Days past due: of them *explained* and not; *agreed*, had the first due date been kept."""

    total: int = 0
    explained: int = 0
    agreed: int = 0

    @property
    def unexplained(self) -> int:
        return self.total - self.explained

    def __add__(self, other: "Overdue") -> "Overdue":
        return Overdue(
            total=self.total + other.total,
            explained=self.explained + other.explained,
            agreed=self.agreed + other.agreed,
        )


NOTHING = Overdue()


def holdings(duty: Duty, succession: Succession, valid: date) -> list[tuple[str, Days]]:
    """Return who held it when, up to *valid*; the last one holds it now.

    A merged body's successor holds from the merger on, of those that have taken effect.
    """
    holders = []
    ends: list[date | None] = [*(held.since for held in duty.held[1:]), None]
    for held, end in zip(duty.held, ends, strict=True):
        tenures = succession.tenures(held.owner, held.since, end)
        for tenure, later in zip_longest(tenures, tenures[1:]):
            last = max(tenure.since, valid) if end is None else end
            until = later.since if later else last
            holders.append((tenure.body, Days(tenure.since, until)))
    return holders


class Span(Struct, frozen=True):
    """The days that *owner* held a duty, [*since*, *until*), and its *share* of the overdue ones.

    *until* is `None` for the body that holds it now.
    """

    owner: str
    since: date
    until: date | None
    share: Overdue


def apportioned(duty: Duty, succession: Succession, valid: date) -> list[Span]:
    """Return what was overdue while each body held it, once one does; the shares add up.

    What corrections left open ends where it was next planned or reopened: no day counts twice.
    """
    spells = list(_overdue_spells(duty, valid))
    spans = []
    holders = holdings(duty, succession, valid)
    for number, (owner, days) in enumerate(holders, start=1):
        share = NOTHING
        for late, told, agreed in spells:
            share += Overdue(
                total=late.within(days).count,
                explained=count_within(told, days),
                agreed=agreed.within(days).count,
            )
        until = days.end if number < len(holders) else None
        spans.append(Span(owner, days.start, until, share))
    return spans


def _overdue_spells(duty: Duty, valid: date) -> Iterator[tuple[Days, tuple[Days, ...], Days]]:
    """Yield, of each time that it was open past a due date, the days that it was overdue.

    With them, those of them that are explained, and the days past the first due date.
    """
    for owed, later in zip_longest(duty.owed, duty.owed[1:]):
        end = min(valid, owed.done or valid, later.since if later else valid)
        if end > owed.due or end > owed.agreed:
            owing = Days(owed.since, end)
            late, agreed = (Days(due, end).within(owing) for due in (owed.due, owed.agreed))
            yield late, union(e.within(late) for e in owed.explained), agreed


def apportioned_today(duty: Duty, succession: Succession, part: Part) -> list[Span]:
    """Return what is overdue today, so that *part* counts what grows with the days."""
    return part.linear(partial(apportioned, duty, succession), tuple(_turns(duty)))


def _turns(duty: Duty) -> Iterator[date]:
    """Yield the days on which what is still open begins or stops to be overdue, or explained."""
    owed = duty.owed[-1]
    if owed.done is None:
        yield owed.due
        yield owed.agreed
        for explanation in owed.explained:
            yield explanation.since
            if explanation.until is not None:
                yield explanation.until


def by_owner(spans: Iterable[Span]) -> dict[str, Overdue]:
    """The share of each body, in the order in which they first held it."""
    shares: dict[str, Overdue] = {}
    for span in spans:
        known = shares.get(span.owner)
        shares[span.owner] = span.share if known is None else known + span.share
    return shares


def overdue(duty: Duty, succession: Succession, valid: date) -> dict[str, Overdue]:
    """The overdue days of each body that held it; the parts add up to the whole."""
    return by_owner(apportioned(duty, succession, valid))
