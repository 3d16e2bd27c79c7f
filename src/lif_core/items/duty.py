"""A recommendation as a duty: who answered it, who held it, when it was due and when done."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest

from attrs import define, field, frozen
from msgspec import Struct
from msgspec.structs import asdict

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.days import (
    FOREVER,
    Days,
    Explanation,
    dates_in_force,
    explanations_in,
    has_passed,
    union,
)
from lif_core.projection.projection import Item, Part
from lif_core.values.refs import stream_of

DONE = frozenset({r.Status.IMPLEMENTED, r.Status.EMBEDDED, r.Status.RELAPSED})
"""The statuses of a recommendation whose duty is done."""


@frozen(kw_only=True)
class Holding:
    """A body that holds the duty, *since* a day and until the next holding begins."""

    owner: str
    since: date


@define(kw_only=True)
class OpenPeriod:
    """A time for which the duty is open: from *since* until *done*, if it has ended.

    It was *agreed* to be due on one day at first, and is *due* on another where that was changed.
    *dated* are the records that set these dates. It was *dropped* where it ended because the
    recommendation was withdrawn or superseded.
    """

    since: date
    agreed: date
    due: date
    dated: tuple[Record, ...]
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
    state: r.Recommendation = field(factory=r.Recommendation)
    issued: r.RecommendationIssued | None = None
    answers: dict[str, Answer] = field(factory=dict)
    holdings: list[Holding] = field(factory=list)
    periods: list[OpenPeriod] = field(factory=list)
    escalations: dict[str, Escalation] = field(factory=dict)

    @property
    def outcome(self) -> str:
        """What has become of it: its status, where later ones are those of an improvement."""
        status = self.state.status
        return (r.Status.IMPLEMENTED if status in DONE else status).value

    @property
    def is_open(self) -> bool:
        """True once it was planned, until it ends."""
        return bool(self.periods) and self.periods[-1].done is None

    def answers_of_addressed(self) -> Iterator[tuple[str, Answer]]:
        """Yield each body that was asked, with its answer; who answers unasked is not counted."""
        for body in dict.fromkeys(self.issued.addressed if self.issued else ()):
            yield body, self.answers[body]


def evolve(duty: Duty | None, record: Record) -> Duty:
    event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # by the item's events
    duty = duty or Duty(ref=event.recommendation)
    duty.state = r.evolve(duty.state, event)
    match event:
        case r.RecommendationIssued(addressed=bodies):
            duty.issued = event
            duty.answers = {**{body: Answer() for body in bodies}, **duty.answers}
        case r.RecommendationAccepted():
            _answer(duty, event, "accepted")
        case r.RecommendationDeclined():
            _answer(duty, event, "declined")
        case r.RecommendationReplied():
            duty.answers.setdefault(event.answered_for, Answer()).replied = True
        case r.RecommendationPlanned(owner=owner, due=due):
            duty.holdings.append(Holding(owner=owner, since=event.on))
            _open(duty, record, due)
        case r.RecommendationReopened(due=due):
            _open(duty, record, due)
        case r.DueDateChanged(due=due):
            if duty.periods:
                _change_due_date(duty.periods[-1], record, due)
        case r.RecommendationDelayExplained():
            if duty.periods:
                explanations = explanations_in(record, lambda version: version.until)
                duty.periods[-1].explanations += explanations
        case r.TransferAccepted():
            duty.holdings.append(Holding(owner=event.by.body, since=event.on))
        case r.RecommendationImplemented():
            _close(duty, event.on, dropped=False)
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded():
            _close(duty, event.on, dropped=True)
        case r.EscalationRaised(escalation=name):
            duty.escalations.setdefault(name, Escalation()).raised = event
        case r.EscalationAnswered(escalation=name):
            duty.escalations.setdefault(name, Escalation()).answered = event.on
        case _:
            pass
    return duty


duty_item = Item("duty", r.RecommendationEvent, evolve)


def _answer(
    duty: Duty, event: r.RecommendationAccepted | r.RecommendationDeclined, answer: str
) -> None:
    body = event.answered_for
    duty.answers[body] = Answer(answer=answer, on=event.on, replied=True)


def _open(duty: Duty, record: Record, due: date) -> None:
    since = record.event.on
    duty.periods.append(OpenPeriod(since=since, agreed=due, due=due, dated=(record,)))


def _change_due_date(period: OpenPeriod, record: Record, due: date) -> None:
    """Set a new due date; it ends each explanation that is in force."""
    on = record.event.on
    period.due = due
    period.dated += (record,)
    period.explanations = tuple(
        Explanation(since=each.since, until=min(each.until or on, on))
        for each in period.explanations
    )


def _close(duty: Duty, on: date, *, dropped: bool) -> None:
    if duty.is_open:
        duty.periods[-1].done = on
        duty.periods[-1].dropped = dropped


# The days that it is open and overdue, by who held it


class DutyDays(Struct, frozen=True, kw_only=True):
    """A number of days for which a duty was open, and how many of these were past a date.

    *days_overdue_so_far*: past the date in force today, some of them *explained*. *by_first_date*:
    past the first date that was agreed, had it not been changed. *accrued*: past the date that was
    in force on the day itself, as recorded by then, so that no later change takes any of them
    back.
    """

    open_days: int = 0
    days_overdue_so_far: int = 0
    explained: int = 0
    by_first_date: int = 0
    accrued: int = 0

    @property
    def unexplained(self) -> int:
        return self.days_overdue_so_far - self.explained

    @property
    def counted(self) -> dict[str, int]:
        """The columns to add up; `unexplained` is worked out from their sums."""
        return asdict(self)

    @property
    def shown(self) -> dict[str, int]:
        """The columns of a row."""
        return {**asdict(self), "unexplained": self.unexplained}

    def __add__(self, other: "DutyDays") -> "DutyDays":
        return DutyDays(
            open_days=self.open_days + other.open_days,
            days_overdue_so_far=self.days_overdue_so_far + other.days_overdue_so_far,
            explained=self.explained + other.explained,
            by_first_date=self.by_first_date + other.by_first_date,
            accrued=self.accrued + other.accrued,
        )


NO_DAYS = DutyDays()


class OwnershipSpell(Struct, frozen=True, kw_only=True):
    """A time for which *owner* held a duty while it was open, [*since*, *until*), with its *days*.

    *until* is `None` where it is open still. It was *late* there if any of these days is accrued.
    It came *due* there if it was late, or was done: one that is handed on in time did not.
    """

    owner: str
    since: date
    until: date | None
    days: DutyDays
    late: bool
    due: bool


class _Lateness(Struct, frozen=True, kw_only=True):
    """The days on which a duty is open in one period, and on which it is late by each date."""

    whole: Days
    current: Days
    first: Days
    accrued: tuple[Days, ...]
    explained: tuple[Days, ...]
    done: bool

    def days(self, held: Days, part: Part) -> DutyDays:
        """Return how many there are so far while it was *held*."""
        return DutyDays(
            open_days=self.whole.within(held).so_far(part),
            days_overdue_so_far=self.current.within(held).so_far(part),
            explained=sum(days.within(held).so_far(part) for days in self.explained),
            by_first_date=self.first.within(held).so_far(part),
            accrued=sum(days.within(held).so_far(part) for days in self.accrued),
        )

    def is_late(self, held: Days, part: Part) -> bool:
        """Return whether any day has accrued so far while it was *held*."""
        late = (days.within(held) for days in self.accrued)
        return any(days.count > 0 and has_passed(days.start, part) for days in late)


def ownership_spells(duty: Duty, succession: Succession, part: Part) -> list[OwnershipSpell]:
    """Return who held a duty when, one after the other, with the days up to today.

    Nobody holds it while it is closed. The days of all add up to those for which it was open, and
    to those on which it was overdue.
    """
    tenures = list(_tenures(duty, succession))
    spells = []
    for period in _lateness(duty):
        held = [tenure for tenure in tenures if _is_in(tenure, period.whole)]
        for number, (owner, since, until) in enumerate(held, start=1):
            spell = Days(since, until or FOREVER).within(period.whole)
            late = period.is_late(spell, part)
            spells.append(
                OwnershipSpell(
                    owner=owner,
                    since=spell.start,
                    until=spell.end if spell.end < FOREVER else None,
                    days=period.days(spell, part),
                    late=late,
                    due=late or (period.done and number == len(held)),
                )
            )
    return spells


def _is_in(tenure: tuple[str, date, date | None], whole: Days) -> bool:
    """Return whether a *tenure* is of the days *whole*; one of no day is, if it begins in them."""
    _, since, until = tenure
    if Days(since, until or FOREVER).within(whole).count:
        return True
    if whole.count:
        return whole.start <= since <= whole.end and (since == until or since == whole.end)
    return since <= whole.start and (until is None or since == until or until > whole.start)


def _tenures(duty: Duty, succession: Succession) -> Iterator[tuple[str, date, date | None]]:
    """Yield each body that held a duty, since when, and until when: `None` for the last one.

    Once a merger has taken effect, the successor holds what the merged body held; after a split,
    the one that it was given to; after an end, nobody.
    """
    stream = stream_of("recommendation", duty.ref)
    for holding, following in zip_longest(duty.holdings, duty.holdings[1:]):
        until = following.since if following else None
        tenures = succession.tenures(holding.owner, holding.since, until, stream)
        for tenure, successor in zip_longest(tenures, tenures[1:]):
            yield tenure.body, tenure.since, successor.since if successor else until


def _lateness(duty: Duty) -> Iterator[_Lateness]:
    """Yield the days past each date of each period, or that will be if it stays open.

    A period ends at the latest when the next one begins, whatever corrections left open: no day
    counts twice.
    """
    for period, following in zip_longest(duty.periods, duty.periods[1:]):
        end = min(period.done or FOREVER, following.since if following else FOREVER)
        whole = Days(period.since, max(period.since, end))
        late = Days(period.due, end).within(whole)
        yield _Lateness(
            whole=whole,
            current=late,
            first=Days(period.agreed, end).within(whole),
            accrued=tuple(_accrued(period, whole)),
            explained=union(each.within(late) for each in period.explanations),
            done=period.done is not None and not period.dropped,
        )


def _accrued(period: OpenPeriod, whole: Days) -> Iterator[Days]:
    """Yield the days that are past the date in force on them, as recorded by then."""
    for days, due in dates_in_force(period.dated, whole):
        late = Days(max(days.start, due), days.end)
        if late.count:
            yield late


def total_of(days: Sequence[DutyDays]) -> DutyDays:
    """Return how many *days* they are together."""
    return days[0] if len(days) == 1 else sum(days, NO_DAYS)


def days_by_owner(spells: Iterable[OwnershipSpell]) -> dict[str, DutyDays]:
    """Return the days of each body, in the order in which they first held the duty."""
    by_owner: dict[str, DutyDays] = {}
    for spell in spells:
        days = by_owner.get(spell.owner)
        by_owner[spell.owner] = spell.days if days is None else days + spell.days
    return by_owner


def is_overdue_now(duty: Duty, part: Part) -> bool:
    """Return whether a duty is open and past its date."""
    return duty.is_open and has_passed(duty.periods[-1].due, part)
