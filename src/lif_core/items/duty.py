"""A recommendation as a duty: who answered it, who held it, when it was due and when done."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, zip_longest
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.succession import Succession
from lif_core.decisions.record import Record
from lif_core.items.body import succession_for
from lif_core.items.days import (
    FOREVER,
    Acceptance,
    Days,
    Explanation,
    Offer,
    add_acceptance,
    dates_in_force,
    explained_and_offered,
    explanation_in,
    has_passed,
    hull,
    so_far,
)
from lif_core.projection.projection import Item, Part
from lif_core.values.authority import Authority
from lif_core.values.refs import stream_of

DONE = frozenset({r.Status.IMPLEMENTED, r.Status.EMBEDDED, r.Status.RELAPSED})
"""The statuses of a recommendation whose duty is done."""

WITHOUT_STATUS = frozenset(
    {
        r.RecommendationSent,
        r.RecommendationReplied,
        r.SomeReplied,
        r.DueDateChanged,
        r.RecommendationDelayExplained,
        r.RecommendationExplanationAccepted,
        r.TransferProposed,
        r.TransferAccepted,
        r.EscalationRaised,
        r.EscalationAnswered,
        r.ProgressRecorded,
        r.RecommendationJudged,
        r.EvidenceRecorded,
        r.TrainingCalledFor,
        r.ChecksScheduled,
        r.OwnerTold,
        r.RecommendationClosed,
        r.RecommendationWorded,
        r.AnswerWorded,
        r.ActionWorded,
    }
)
"""The events on which no status of a recommendation rests, at once or later: they are most."""

Order: TypeAlias = tuple[date, int]
"""A place in the order of entries: a day of effect, and a position in the log."""


class Holding(Struct, frozen=True, kw_only=True):
    """A body that holds the duty, *since* a day and until the next holding begins.

    *position* is that of the entry which gave it the duty.
    """

    owner: str
    since: date
    position: int

    @classmethod
    def by(cls, record: Record, owner: str) -> "Holding":
        """Return the holding of the *owner* that a record gives the duty to."""
        return cls(owner=owner, since=record.event.on, position=record.position)


class OpenPeriod(Struct, kw_only=True):
    """A time for which the duty is open: from `since` until `done`, if it has ended.

    It was *agreed* to be due on one day at first, and is *due* on another where that was changed.
    Where none is agreed yet, both are `None`. *dated* are the records that set these dates.

    It was *planned*, or else done without a plan. It was *dropped* where it ended because the
    recommendation was withdrawn or superseded. *opened* and *closed* are the places of the entries
    that did so; *closed* is `None` while it is open.
    """

    opened: Order
    agreed: date | None
    due: date | None
    dated: list[Record]
    planned: bool = True
    closed: Order | None = None
    dropped: bool = False
    explanations: list[Explanation] = []

    @property
    def since(self) -> date:
        return self.opened[0]

    @property
    def done(self) -> date | None:
        return self.closed[0] if self.closed else None

    def explained_until(self) -> Iterator[tuple[Explanation, date]]:
        """Yield each explanation, and the day of the first new date recorded after it."""
        latest = list(accumulate((record.position for record in self.dated), max))
        for each in self.explanations:
            place = bisect_right(latest, each.position)
            yield each, self.dated[place].event.on if place < len(latest) else FOREVER


class Answer(Struct, kw_only=True):
    """The answer of one body, and the day *on* which it was given, in the words of its event.

    It *replied* on the first day on which it wrote at all. It was *sent* the recommendation on a
    day, where that is on record, and is to *answer_by* another.
    """

    answer: str = "pending"  # accepted, accepted in part, declined, pending or ended
    on: date | None = None
    words: r.Answered | None = None
    replied: date | None = None
    reply: r.RecommendationReplied | None = None
    sent: date | None = None
    answer_by: date | None = None

    @property
    def column(self) -> str:
        """The column that counts such answers."""
        return self.answer.replace(" ", "_")


class Escalation(Struct, kw_only=True):
    """A concern as it was *raised*, and the day it was *answered* and *by* whom; `None` while it
    waits.

    Where days were corrected, the answer may be from before the concern.
    """

    raised: r.EscalationRaised | None = None
    answered: date | None = None
    by: Authority | None = None


class Duty(Struct, kw_only=True):
    """The duty that a recommendation makes; *issued* is `None` where its issue is void.

    It *ended* on the day it was withdrawn or superseded. *answers* are by body, *escalations* by
    reference. Explanations were *accepted* so often, by their names. *unsigned* are replies that
    some have sent, *judged* the judgement of the issuer on what was done since it was owed last.
    It is a draft, which folding changes in place: that takes a third of the time of a frozen one.
    """

    ref: str
    state: r.Recommendation = field(default_factory=r.Recommendation)  # as its status rests on it
    checks: list[r.RecommendationChecked] = []  # that the state does not have
    issued: r.RecommendationIssued | None = None
    answers: dict[str, Answer] = {}
    holdings: list[Holding] = []
    periods: list[OpenPeriod] = []
    accepted: dict[str, list[Acceptance]] = {}
    escalations: dict[str, Escalation] = {}
    unsigned: list[r.SomeReplied] = []
    progress: list[r.ProgressRecorded] = []
    judged: r.RecommendationJudged | None = None
    ended: date | None = None

    @property
    def outcome(self) -> str:
        """Its status, where later ones are those of an improvement.

        One that was embedded by what was on record then, and reopened of an earlier day since, is
        open.
        """
        status = self.state.status
        if status in DONE:
            status = r.Status.REOPENED if self.is_open else r.Status.IMPLEMENTED
        return status.value

    @property
    def is_open(self) -> bool:
        """True once it was planned, until it ends."""
        return bool(self.periods) and self.periods[-1].closed is None

    def answers_of_addressed(self) -> Iterator[tuple[str, Answer]]:
        """Yield each body that was asked, with its answer; who answers unasked is not counted.

        One that was still pending when the recommendation ended has ended with it.
        """
        for body in dict.fromkeys(self.issued.addressed if self.issued else ()):
            answer = self.answers[body]
            over = self.ended is not None and answer.answer == "pending"
            yield body, replace(answer, answer="ended") if over else answer

    def perhaps_replied(self, body: str) -> bool:
        """Return whether a reply that some have sent may be that of the *body*."""
        return any(not reply.among or body in reply.among for reply in self.unsigned)


def evolve(duty: Duty | None, record: Record) -> Duty:
    event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # by the item's events
    duty = duty or Duty(ref=event.recommendation)
    if type(event) not in WITHOUT_STATUS:
        _follow_status(duty, event)
    match event:  # the most usual first
        case r.RecommendationDelayExplained():
            if duty.periods:
                duty.periods[-1].explanations.append(explanation_in(record))
        case r.DueDateChanged(due=due):
            if duty.periods:
                _change_due_date(duty.periods[-1], record, due)
        case r.RecommendationAccepted():
            _answer(duty, event, "accepted")
        case r.RecommendationIssued(addressed=bodies):
            duty.issued = event
            duty.answers = {**{body: Answer() for body in bodies}, **duty.answers}
        case r.RecommendationPlanned(owner=owner, due=due):
            duty.holdings.append(Holding.by(record, owner))
            _open(duty, record, due)
        case r.RecommendationImplemented():
            if not duty.periods:
                _do_unplanned(duty, record)
            _close(duty, record, dropped=False)
        case r.RecommendationSent(to=body):
            answer = duty.answers.setdefault(body, Answer())
            answer.sent, answer.answer_by = event.on, event.answer_by
        case r.RecommendationAcceptedInPart():
            _answer(duty, event, "accepted in part")
        case r.RecommendationDeclined():
            _answer(duty, event, "declined")
        case r.RecommendationReplied():
            answer = duty.answers.setdefault(event.answered_for, Answer())
            if duty.ended is None:
                answer.replied, answer.reply = answer.replied or event.on, event
        case r.SomeReplied():
            if duty.ended is None:
                duty.unsigned.append(event)
        case r.RecommendationReopened(due=due):
            _open(duty, record, due)
        case r.RecommendationExplanationAccepted():
            add_acceptance(record, duty.accepted)
        case r.TransferAccepted():
            duty.holdings.append(Holding.by(record, event.by.body))
        case r.ProgressRecorded():
            duty.progress.append(event)
        case r.RecommendationJudged():
            duty.judged = event
        case r.RecommendationWithdrawn() | r.RecommendationSuperseded():
            _close(duty, record, dropped=True)
        case r.EscalationRaised(escalation=name):
            duty.escalations.setdefault(name, Escalation()).raised = event
        case r.EscalationAnswered(escalation=name):
            escalation = duty.escalations.setdefault(name, Escalation())
            escalation.answered, escalation.by = event.on, event.by
        case _:
            pass
    return duty


def _follow_status(duty: Duty, event: r.RecommendationEvent) -> None:
    """Take in what *event* comes to for the status, but for what changes one of those of a duty
    that is `DONE` into another: a check is needed where an embedding rests on it that does more.
    """
    match event:
        case r.RecommendationChecked():
            duty.checks.append(event)
        case r.RecommendationEmbedded() if duty.state.status in DONE:
            pass
        case r.RecommendationEmbedded():
            for check in duty.checks:
                duty.state = r.evolve(duty.state, check)
            duty.checks = []
            duty.state = r.evolve(duty.state, event)
        case _:
            duty.state = r.evolve(duty.state, event)


duty_item = Item("duty", r.RecommendationEvent, evolve)


def _answer(duty: Duty, event: r.Answered, kind: str) -> None:
    answer = duty.answers.setdefault(event.answered_for, Answer())
    if duty.ended is None:
        answer.answer, answer.on, answer.words = kind, event.on, event
        answer.replied = answer.replied or event.on


def _do_unplanned(duty: Duty, record: Record) -> None:
    """Put down what was done without a plan: open for no day, and never late."""
    duty.holdings.append(Holding.by(record, record.event.by.body))
    period = OpenPeriod(opened=_order(record), agreed=None, due=None, dated=[], planned=False)
    duty.periods.append(period)


def _open(duty: Duty, record: Record, due: date | None) -> None:
    duty.judged = None
    period = OpenPeriod(opened=_order(record), agreed=due, due=due, dated=[record])
    duty.periods.append(period)


def _change_due_date(period: OpenPeriod, record: Record, due: date) -> None:
    period.due, period.agreed = due, period.agreed or due
    period.dated.append(record)


def _close(duty: Duty, record: Record, *, dropped: bool) -> None:
    if dropped and duty.ended is None:
        duty.ended = record.event.on
    if duty.is_open:
        duty.periods[-1].closed = _order(record)
        duty.periods[-1].dropped = dropped


def _order(record: Record) -> Order:
    return record.event.on, record.position


# The days that it is open and overdue, by who held it


class DutyDays(Struct, frozen=True, kw_only=True):
    """A number of days for which a duty was open, and how many of these were past a date.

    *days_overdue_so_far*: past the date in force today. Some of them are *explained*; for some of
    the others, the *unexplained*, an explanation was *offered*, and is not accepted.
    *by_first_date*: past the first date that was agreed, had it not been changed. *accrued*: past
    the date that was in force on the day itself, as recorded by then, so that no later change
    takes any of them back.
    """

    open_days: int = 0
    days_overdue_so_far: int = 0
    explained: int = 0
    offered: int = 0
    unexplained: int = 0
    by_first_date: int = 0
    accrued: int = 0

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a row, which are added up as they are."""
        return asdict(self)

    def __add__(self, other: "DutyDays") -> "DutyDays":
        more = other.columns
        return DutyDays(**{name: days + more[name] for name, days in self.columns.items()})


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
    """The days on which a duty is open in one period, and on which it is late by each date.

    It *opened* and *closed* at places in the order of entries.
    """

    opened: Order
    closed: Order
    whole: Days
    current: Days
    first: Days
    accrued: tuple[Days, ...]
    explained: tuple[Days, ...]
    offered: tuple[Days, ...]
    offers: Sequence[Offer]
    done: bool

    def within(self, held: Days) -> "_Lateness":
        """Return the days on which it is late while it is *held*."""
        if held == self.whole:
            return self  # the most usual case
        return replace(
            self,
            whole=held,
            current=self.current.within(held),
            first=self.first.within(held),
            accrued=tuple(days.within(held) for days in self.accrued),
            explained=tuple(days.within(held) for days in self.explained),
            offered=tuple(days.within(held) for days in self.offered),
        )

    def days(self, part: Part) -> DutyDays:
        """Return how many there are so far."""
        overdue, explained = self.current.so_far(part), so_far(self.explained, part)
        return DutyDays(
            open_days=self.whole.so_far(part),
            days_overdue_so_far=overdue,
            explained=explained,
            offered=so_far(self.offered, part),
            unexplained=overdue - explained,
            by_first_date=self.first.so_far(part),
            accrued=so_far(self.accrued, part),
        )

    def is_late(self, part: Part) -> bool:
        """Return whether any day has accrued so far."""
        return any(days.start < days.end and has_passed(days.start, part) for days in self.accrued)


class Ownership(NamedTuple):
    """The *spells* for which bodies held a duty, one after the other, with the days up to today;
    and each explanation of a delay, with the days for which it was offered at most.

    Nobody holds a duty while it is closed. The days of all *spells* add up to those for which it
    was open, and to those on which it was overdue. Those of an explanation are days on which the
    duty was open: none where it can never count, such as one that was recorded after it was done.
    """

    spells: Sequence[OwnershipSpell]
    explanations: Sequence[tuple[Explanation, Acceptance | None, Days]]


def ownership_of(duty: Duty, part: Part) -> Ownership:
    """Return who held a duty; the projection needs what `succession_for` needs."""
    return part.derive(_ownership, duty)


def _ownership(duty: Duty, part: Part) -> Ownership:
    tenures = list(_tenures(duty, succession_for(part))) if duty.holdings else []
    spells: list[OwnershipSpell] = []
    explanations = []
    for period in _lateness(duty, part):
        for explanation, acceptance, days in period.offers:
            offered = hull([each.within(period.whole) for each in days], period.whole.end)
            explanations.append((explanation, acceptance, offered))
        held = [tenure for tenure in tenures if tenure.is_in(period)]
        for number, tenure in enumerate(held, start=1):
            spell = Days(tenure.since[0], tenure.until[0]).within(period.whole)
            lateness = period.within(spell)
            late = lateness.is_late(part)
            spells.append(
                OwnershipSpell(
                    owner=tenure.owner,
                    since=spell.start,
                    until=spell.end if spell.end < FOREVER else None,
                    days=lateness.days(part),
                    late=late,
                    due=late or (period.done and number == len(held)),
                )
            )
    return Ownership(spells, explanations)


class _OwnerTenure(NamedTuple):
    """The time for which *owner* held a duty, open or not: from one place to another."""

    owner: str
    since: Order
    until: Order

    def is_in(self, period: _Lateness) -> bool:
        """Return whether the owner held the duty in a *period*, for any day or for none."""
        begun = self.since <= period.closed
        return begun and (self.until > period.opened or self.since >= period.opened)


def _tenures(duty: Duty, succession: Succession) -> Iterator[_OwnerTenure]:
    """Yield each body that held a duty, with the time for which it did.

    Once a merger has taken effect, the successor holds what the merged body held; after a split,
    the one that it was given to; after an end, nobody. This is so from the beginning of its day:
    before whatever is decided of the duty on that day, but for what gave it to the body.
    """
    stream = stream_of("recommendation", duty.ref)
    for holding, following in zip_longest(duty.holdings, duty.holdings[1:]):
        end = (following.since, following.position) if following else (FOREVER, 0)
        until = max(following.since, holding.since + timedelta(1)) if following else None
        tenures = succession.tenures(holding.owner, holding.since, until, stream)
        for tenure, successor in zip_longest(tenures, tenures[1:]):
            yield _OwnerTenure(
                tenure.body,
                (tenure.since, holding.position),
                (successor.since, holding.position) if successor else end,
            )


def _lateness(duty: Duty, part: Part) -> Iterator[_Lateness]:
    """Yield the days past each date of each period, or that will be if it stays open.

    A period ends at the latest when the next one begins, whatever corrections left open: no day
    counts twice.
    """
    for period, closed, whole in _periods(duty):
        late = _past(period.due, whole)
        explained: tuple[Days, ...] = ()
        offered: tuple[Days, ...] = ()
        offers: list[Offer] = []
        if period.explanations and duty.issued is not None:
            horizon = part.governing(duty.ref, duty.issued.on).horizons.explanation
            for each, until in period.explained_until():
                acceptance = each.acceptance(duty.accepted.get(each.name, ()))
                offers.append(Offer(each, acceptance, each.offered(horizon, until)))
            explained, offered = explained_and_offered(late, offers, horizon)
        yield _Lateness(
            opened=period.opened,
            closed=closed,
            whole=whole,
            current=late,
            first=_past(period.agreed, whole),
            accrued=tuple(_accrued(period, whole)),
            explained=explained,
            offered=offered,
            offers=offers,
            done=period.planned and period.closed is not None and not period.dropped,
        )


def _periods(duty: Duty) -> Iterator[tuple[OpenPeriod, Order, Days]]:
    """Yield each period, the place at which it closed, and its days."""
    never = (FOREVER, 0)
    for period, following in zip_longest(duty.periods, duty.periods[1:]):
        closed = min(period.closed or never, following.opened if following else never)
        yield period, closed, Days(period.since, max(period.since, closed[0]))


def _past(due: date | None, whole: Days) -> Days:
    """Return those of the days *whole* that are past a date; none where there is no date."""
    return Days(whole.end if due is None else max(due, whole.start), whole.end)


def _accrued(period: OpenPeriod, whole: Days) -> Iterator[Days]:
    """Yield the days that are past the date in force on them, as recorded by then."""
    for days, due in dates_in_force(period.dated, whole) if period.dated else ():
        if due is not None and due < days.end:
            yield days if due <= days.start else Days(due, days.end)


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
    due = duty.periods[-1].due if duty.periods else None
    return duty.is_open and due is not None and has_passed(due, part)
