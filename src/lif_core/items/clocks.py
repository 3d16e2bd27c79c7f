"""A review as a case: its milestones, and the clocks that run between them: the duties of its
framework, each as it runs for this review.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TypeAlias, assert_never

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import review as r
from lif_core.aggregates.review.addressees import milestone_of, milestones_told
from lif_core.decisions.record import Record
from lif_core.framework import TELLING, DutyEntry, Framework
from lif_core.items.boards import boards_of
from lif_core.items.days import (
    FOREVER,
    Acceptance,
    Days,
    Explanation,
    Offer,
    add_acceptance,
    explained_and_offered,
    explanation_in,
    has_passed,
    so_far,
)
from lif_core.items.meeting import is_quorate
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.values.authority import Authority
from lif_core.values.fields import PersonalText
from lif_core.values.working_days import local_day, working_days_between


class Milestone(Struct, frozen=True, kw_only=True):
    """The day *on* which something took effect, the day it was *recorded*, and who decided it.

    *at* is the instant, where that is on record; a mere day has nobody who decided it.
    """

    on: date
    recorded: date
    at: datetime | None = None
    by: Authority | None = None


@define(kw_only=True)
class Case:
    """A review and its milestones, by name; *boards* are those that it names itself.

    *title* is what it is called: a death has none, which would say who the child was.
    *explanations* are by the clock whose delay they explain, and were *accepted* so often, by
    name. It is a draft, which folding changes in place, as a `Duty` is.
    """

    ref: str
    title: str | None = None
    kind: str | None = None
    boards: tuple[str, ...] = ()
    begun: date | None = None
    held: bool | None = None  # as decided last
    milestones: dict[str, Milestone] = field(factory=dict)
    explanations: dict[str, tuple[Explanation, ...]] = field(factory=dict)
    accepted: dict[str, list[Acceptance]] = field(factory=dict)


CaseEvent: TypeAlias = (
    r.CaseNotified
    | r.DeathNotified
    | r.ReviewOpened
    | r.HoldDecided
    | r.AddresseesInformed
    | r.ReportAccepted
    | r.ReportPublished
    | r.DeathAnalysed
    | r.MilestoneReached
    | r.ReportTakenDown
    | r.ReviewClosed
    | r.ReviewDiscontinued
    | r.ReviewDelayExplained
    | r.ReviewExplanationAccepted
)


def evolve(case: Case | None, record: Record) -> Case:
    event: CaseEvent = record.event  # type: ignore[assignment]  # by the item's events
    case = case or Case(ref=event.review)

    def reached(name: str, on: date = event.on, at: datetime | None = None) -> None:
        recorded = local_day(record.recorded_at)
        case.milestones[name] = Milestone(on=on, recorded=recorded, at=at, by=event.by)

    match event:
        case r.CaseNotified(aware=aware, told=addressees):
            _begin(case, event)
            case.title = event.subject
            reached("aware", aware)
            reached("notified")
            for name in milestones_told("case told", addressees):
                reached(name)
        case r.DeathNotified(died=died):
            _begin(case, event)
            reached("died", died)
            reached("notified")
        case r.ReviewOpened():
            _begin(case, event)
            case.title = event.title
            reached("opened")
        case r.HoldDecided(hold=hold):
            case.held = hold
            if "decided" not in case.milestones:
                reached("decided")
            _forget_overtaken(case, hold=hold)
            reached("decided to hold" if hold else "decided not to hold")
        case r.AddresseesInformed(matter=matter, to=addressees):
            milestone = milestone_of(matter, hold=case.held is not False)
            for name in milestones_told(milestone, addressees):
                if name not in case.milestones:
                    reached(name)
        case r.ReportAccepted():
            reached("report accepted")
        case r.ReportPublished():
            case.milestones.pop("taken down", None)
            if "published" not in case.milestones:
                reached("published")
        case r.DeathAnalysed():
            reached("analysed")
        case r.MilestoneReached(milestone=milestone, at=at):
            reached(milestone, at=at)
        case r.ReportTakenDown():
            reached("taken down")
        case r.ReviewClosed() | r.ReviewDiscontinued():
            reached("closed")
        case r.ReviewDelayExplained(clock=clock):
            explanations = case.explanations.get(clock, ())
            case.explanations[clock] = (*explanations, explanation_in(record))
        case r.ReviewExplanationAccepted():
            add_acceptance(record, case.accepted)
        case _:
            assert_never(event)
    return case


case_item = Item("clocks", CaseEvent, evolve)


def _begin(case: Case, event: r.CaseNotified | r.DeathNotified | r.ReviewOpened) -> None:
    case.kind, case.boards, case.begun = event.kind, event.boards, event.on


NOT_TOLD, TOLD = "decision not to hold told", "decision to hold told"


def _forget_overtaken(case: Case, *, hold: bool) -> None:
    """Forget what a new decision overtakes: whoever was told of the one before is told anew.

    A decision not to hold that nobody was told of, and that was overtaken, is not measured.
    """
    if hold and NOT_TOLD not in case.milestones:
        case.milestones.pop("decided not to hold", None)
    for name in [name for name in case.milestones if name.startswith(TOLD if hold else NOT_TOLD)]:
        del case.milestones[name]


@row(key=("review", "clock", "to"))
class ClockRow(Struct, frozen=True, kw_only=True, gc=False):
    """One duty of one review, as it runs; owed *to* an addressee, where it is owed to each apart.

    Days are calendar days, but for the *working_days* it took, by the pack's calendar.
    *status* is `met`, `late` (done after it was due), `open`, `overdue` (not done, and past due),
    `done` (there was no deadline) or `ended` (the review ended before it was done). What must not
    be done before a day is `met` where its period was left in full, or else `short`. *due* is
    `None` without a deadline.
    *latency* is the days from started to done, negative where something is to be done ahead of
    what starts it, or where corrected dates make it so; *so_far* the days since it started, while
    it is open or overdue; *slack* the days from done to due, negative where it was late;
    *recording_lag* the days from done to recorded.
    *days_overdue_so_far* are those past the due day, until it was done: *explained* by what was
    accepted by then, or not; for some of the *unexplained* an explanation was *offered*.
    *quorate* is whether the meeting was at which it was done. *title* may tell about a person.
    """

    review: str
    title: PersonalText | None
    boards: tuple[str, ...]
    clock: str
    to: str
    started: date
    due: date | None
    done: date | None
    status: str
    quorate: bool | None
    latency: int | None
    so_far: int | None
    working_days: int | None
    slack: int | None
    days_overdue_so_far: int
    explained: int
    offered: int
    unexplained: int
    recording_lag: int | None


def clock_rows(case: Case, part: Part) -> Iterator[ClockRow]:
    """Yield a row for each duty that has begun, and each addressee that it is owed to, in the
    framework's order.
    """
    if case.kind is None or case.begun is None:
        return
    framework = part.governing(case.ref, case.begun)
    boards = boards_of(case.ref, case.boards, framework)
    for duty in framework.duties_for(case.kind, case.begun):
        for to, stop in duty.stops():
            start, done = _start(case, duty, stop, part), case.milestones.get(stop)
            if start is None or (duty.not_before and done is None):
                continue
            running = Clock(duty=duty, to=to, start=start, done=done, framework=framework)
            yield _clock_row(case, boards, running, part)


class Clock(Struct, frozen=True, kw_only=True):
    """A *duty* as it runs for one review: owed *to* an addressee, from *start* until *done*."""

    duty: DutyEntry
    to: str
    start: Milestone
    done: Milestone | None
    framework: Framework

    @property
    def due(self) -> date | None:
        """The last day on which it is met."""
        at = self.duty.due_at(self.start.at)
        return local_day(at) if at else self.duty.due(self.start.on, self.framework.calendar)

    @property
    def outlives_its_review(self) -> bool:
        """True where it is owed even when the review is closed, as telling addressees is."""
        return self.duty.stop in TELLING

    @property
    def is_late_by_the_hour(self) -> bool:
        """True where it was done on its last day, but after its last hour."""
        at = self.duty.due_at(self.start.at)
        return bool(at and self.done and self.done.at and self.done.at > at)


def _start(case: Case, duty: DutyEntry, stop: str, part: Part) -> Milestone | None:
    """Return what began a *duty*; `None` where nothing has.

    A day begins it where the review began before, and had neither reached *stop* nor ended.
    """
    if duty.on is None:
        return case.milestones.get(duty.start)
    assert case.begun is not None
    ends = [case.milestones[name].on for name in (stop, "closed") if name in case.milestones]
    if case.begun > duty.on or min(ends, default=FOREVER) < duty.on or not part.reached(duty.on):
        return None
    return Milestone(on=duty.on, recorded=duty.on)


def _clock_row(case: Case, boards: tuple[str, ...], clock: Clock, part: Part) -> ClockRow:
    start, due, stop = clock.start.on, clock.due, clock.done
    closed = None if clock.outlives_its_review else case.milestones.get("closed")
    end = stop or closed
    late = Days(FOREVER if due is None else due, end.on if end else FOREVER)
    if clock.duty.not_before:
        late = Days(FOREVER, FOREVER)
    horizon = clock.framework.horizons.explanation
    offers = offers_of(case, clock.duty.name, horizon)
    explained, offered = explained_and_offered(late, offers, horizon)
    overdue_days = late.so_far(part)
    explained_days = so_far(explained, part)
    working_days = None
    if stop is not None:
        first, last = (stop.on, start) if clock.duty.ahead else (start, stop.on)
        working_days = working_days_between(first, last, clock.framework.calendar)
    return ClockRow(
        review=case.ref,
        title=case.title,
        boards=boards,
        clock=clock.duty.name,
        to=clock.to,
        started=start,
        due=due,
        done=stop.on if stop else None,
        status=_status(clock, late, part, ended=closed is not None),
        quorate=is_quorate(stop.by if stop else None, part),
        latency=(stop.on - start).days if stop else None,
        so_far=None if end else part.days_since(start),
        working_days=working_days,
        slack=_slack(clock),
        days_overdue_so_far=overdue_days,
        explained=explained_days,
        offered=sum(days.so_far(part) for days in offered),
        unexplained=overdue_days - explained_days,
        recording_lag=(stop.recorded - stop.on).days if stop else None,
    )


def offers_of(case: Case, clock: str, horizon: int) -> Iterator[Offer]:
    """Yield the explanations of the delay of a *clock*; one without a day holds *horizon* days."""
    for each in case.explanations.get(clock, ()):
        acceptance = each.acceptance(case.accepted.get(each.name, ()))
        yield Offer(each, acceptance, each.offered(horizon, FOREVER))


def _slack(clock: Clock) -> int | None:
    """Return the days from done to due or, of what must not be done before, from due to done."""
    if clock.done is None or clock.due is None:
        return None
    days = (clock.due - clock.done.on).days
    return -days if clock.duty.not_before else days


def _status(clock: Clock, late: Days, part: Part, *, ended: bool) -> str:
    done, due = clock.done, clock.due
    if done is not None and due is None:
        return "done"
    if done is not None and due is not None and clock.duty.not_before:
        return "met" if done.on >= due else "short"
    if done is not None:
        return "late" if late.count or clock.is_late_by_the_hour else "met"
    if ended:
        return "ended"
    return "overdue" if due is not None and has_passed(due, part) else "open"
