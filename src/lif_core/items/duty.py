"""A recommendation as a duty: who answered it, who held it, when it was due and when done."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from typing import TypeAlias, assert_never

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.days import FOREVER, Days, Explanation, explanations_in, union
from lif_core.projection.projection import Item, Part


@frozen(kw_only=True)
class Holding:
    """A body that holds the duty, *since* a day and until the next holding begins."""

    owner: str
    since: date


@define(kw_only=True)
class OpenPeriod:
    """A time for which the duty is open: from *since* until *done*, if it has ended.

    It was *agreed* to be due on one day at first, and is *due* on another where that was changed.
    It was *dropped* where it ended because the recommendation was withdrawn or superseded.
    """

    since: date
    agreed: date
    due: date
    done: date | None = None
    dropped: bool = False
    explanations: tuple[Explanation, ...] = ()


@define(kw_only=True)
class Answer:
    """The answer of one body, and the day it was given; *replied* where the body wrote at all."""

    answer: str = "pending"
    on: date | None = None
    replied: bool = False


@define(kw_only=True)
class Escalation:
    """A concern as it was *raised*, and the day it was *answered*; `None` while it waits.

    Where days were corrected, the answer may be from before the concern.
    """

    raised: r.EscalationRaised | None = None
    answered: date | None = None


@define(kw_only=True)
class Duty:
    """The duty that a recommendation makes; *issued* is `None` where its issue is void.

    *answers* are by body, *escalations* by reference. It is a draft, which folding changes in
    place: that takes a third of the time of a frozen one.
    """

    ref: str
    issued: r.RecommendationIssued | None = None
    outcome: str = "proposed"
    answers: dict[str, Answer] = field(factory=dict)
    holdings: list[Holding] = field(factory=list)
    periods: list[OpenPeriod] = field(factory=list)
    escalations: dict[str, Escalation] = field(factory=dict)

    @property
    def is_open(self) -> bool:
        """True once it was planned, until it ends."""
        return bool(self.periods) and self.periods[-1].done is None

    def answers_of_addressed(self) -> Iterator[tuple[str, Answer]]:
        """Yield each body that was asked, with its answer; who answers unasked is not counted."""
        for body in dict.fromkeys(self.issued.addressed if self.issued else ()):
            yield body, self.answers[body]


def evolve(duty: Duty | None, record: Record) -> Duty:
    event: DutyEvent = record.event  # type: ignore[assignment]  # by the item's events
    duty = duty or Duty(ref=event.recommendation)
    match event:
        case r.RecommendationIssued(addressed=bodies):
            duty.issued = event
            duty.answers = {**{body: Answer() for body in bodies}, **duty.answers}
        case r.RecommendationAccepted():
            _answer(duty, event, "accepted")
        case r.RecommendationDeclined():
            _answer(duty, event, "declined")
            if duty.outcome == "proposed":
                duty.outcome = "declined"
        case r.RecommendationReplied():
            duty.answers.setdefault(event.answered_for, Answer()).replied = True
        case r.RecommendationPlanned(owner=owner, due=due):
            duty.holdings.append(Holding(owner=owner, since=event.on))
            _open(duty, event.on, due, "planned")
        case r.RecommendationReopened(due=due):
            _open(duty, event.on, due, "reopened")
        case r.DueDateChanged(due=due):
            if duty.periods:
                _change_due_date(duty.periods[-1], due, event.on)
        case r.RecommendationDelayExplained():
            if duty.periods:
                explanations = explanations_in(record, lambda version: version.until)
                duty.periods[-1].explanations += explanations
        case r.TransferAccepted():
            duty.holdings.append(Holding(owner=event.by.body, since=event.on))
        case r.RecommendationImplemented():
            _close(duty, event.on, "implemented")
        case r.RecommendationWithdrawn():
            _close(duty, event.on, "withdrawn")
        case r.RecommendationSuperseded():
            _close(duty, event.on, "superseded")
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
duty_item = Item("duty", DutyEvent, evolve)


def _answer(
    duty: Duty, event: r.RecommendationAccepted | r.RecommendationDeclined, answer: str
) -> None:
    body = event.answered_for
    duty.answers[body] = Answer(answer=answer, on=event.on, replied=True)


def _open(duty: Duty, on: date, due: date, outcome: str) -> None:
    duty.periods.append(OpenPeriod(since=on, agreed=due, due=due))
    duty.outcome = outcome


def _change_due_date(period: OpenPeriod, due: date, on: date) -> None:
    """Set a new due date; it ends each explanation that is in force."""
    period.due = due
    period.explanations = tuple(
        Explanation(since=each.since, until=min(each.until or on, on))
        for each in period.explanations
    )


def _close(duty: Duty, on: date, outcome: str) -> None:
    duty.outcome = outcome
    if duty.is_open:
        duty.periods[-1].done = on
        duty.periods[-1].dropped = outcome != "implemented"


# The days that it is overdue, by who held it


class OverdueDays(Struct, frozen=True, kw_only=True):
    """A number of days past due, some of them *explained*; *by_first_date*: past the first date
    that was agreed, had it not been changed.
    """

    total: int = 0
    explained: int = 0
    by_first_date: int = 0

    @property
    def unexplained(self) -> int:
        return self.total - self.explained

    def __add__(self, other: "OverdueDays") -> "OverdueDays":
        return OverdueDays(
            total=self.total + other.total,
            explained=self.explained + other.explained,
            by_first_date=self.by_first_date + other.by_first_date,
        )


NO_DAYS = OverdueDays()


class OwnershipSpell(Struct, frozen=True):
    """A time for which *owner* held a duty, [*since*, *until*), with the *overdue* days in it.

    *until* is `None` for the body that holds it now.
    """

    owner: str
    since: date
    until: date | None
    overdue: OverdueDays


def ownership_spells(duty: Duty, succession: Succession, part: Part) -> list[OwnershipSpell]:
    """Return who held a duty when, one after the other, with the days overdue up to today.

    The days of all of them add up to those on which it was overdue once anybody held it.
    """
    overdue = list(_overdue_intervals(duty))
    spells = []
    for owner, since, until in _tenures(duty, succession):
        held = Days(since, until or FOREVER)
        days = [
            OverdueDays(
                total=late.within(held).so_far(part),
                explained=sum(days.within(held).so_far(part) for days in explained),
                by_first_date=late_at_first.within(held).so_far(part),
            )
            for late, explained, late_at_first in overdue
        ]
        spells.append(OwnershipSpell(owner, since, until, total_of(days)))
    return spells


def _tenures(duty: Duty, succession: Succession) -> Iterator[tuple[str, date, date | None]]:
    """Yield each body that held a duty, since when, and until when: `None` for the last one.

    Once a merger has taken effect, the successor holds what the merged body held.
    """
    for holding, following in zip_longest(duty.holdings, duty.holdings[1:]):
        until = following.since if following else None
        tenures = succession.tenures(holding.owner, holding.since, until)
        for tenure, successor in zip_longest(tenures, tenures[1:]):
            yield tenure.body, tenure.since, successor.since if successor else until


def _overdue_intervals(duty: Duty) -> Iterator[tuple[Days, tuple[Days, ...], Days]]:
    """Yield the days past due of each period that has any, or will have if it stays open.

    With them come those of them that are explained, and the days past the first date agreed. A
    period ends at the latest when the next one begins, whatever corrections left open: no day
    counts twice.
    """
    for period, following in zip_longest(duty.periods, duty.periods[1:]):
        end = min(period.done or FOREVER, following.since if following else FOREVER)
        if end > period.due or end > period.agreed:
            whole = Days(period.since, end)
            late = Days(period.due, end).within(whole)
            explained = union(each.within(late) for each in period.explanations)
            yield late, explained, Days(period.agreed, end).within(whole)


def total_of(days: Sequence[OverdueDays]) -> OverdueDays:
    """Return how many *days* they are together."""
    return days[0] if len(days) == 1 else sum(days, NO_DAYS)


def overdue_by_owner(spells: Iterable[OwnershipSpell]) -> dict[str, OverdueDays]:
    """Return the overdue days of each body, in the order in which they first held the duty."""
    by_owner: dict[str, OverdueDays] = {}
    for spell in spells:
        days = by_owner.get(spell.owner)
        by_owner[spell.owner] = spell.overdue if days is None else days + spell.overdue
    return by_owner
