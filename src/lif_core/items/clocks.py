"""A review as a case: its milestones, and the statutory clocks that run between them."""

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias, assert_never

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import review as r
from lif_core.decisions.record import Record
from lif_core.framework import Clock
from lif_core.items.boards import boards_of
from lif_core.items.days import (
    FOREVER,
    Days,
    Explanation,
    explanations_in,
    has_passed,
    union,
)
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.values.working_days import local_day, working_days_between


class Milestone(Struct, frozen=True, kw_only=True):
    """The day *on* which something took effect, and the day it was *recorded*."""

    on: date
    recorded: date


@define(kw_only=True)
class Case:
    """A review and its milestones, by name; *boards* are those that it names itself.

    *explanations* are by the clock whose delay they explain. It is a draft, which folding changes
    in place, as a `Duty` is.
    """

    ref: str
    kind: str | None = None
    boards: tuple[str, ...] = ()
    begun: date | None = None
    held: bool | None = None  # as decided last
    milestones: dict[str, Milestone] = field(factory=dict)
    explanations: dict[str, tuple[Explanation, ...]] = field(factory=dict)


CaseEvent: TypeAlias = (
    r.CaseNotified
    | r.DeathNotified
    | r.ReviewOpened
    | r.HoldDecided
    | r.PanelInformed
    | r.ReportAccepted
    | r.PanelCopySent
    | r.ReportPublished
    | r.DeathAnalysed
    | r.MilestoneReached
    | r.ReportTakenDown
    | r.ReviewClosed
    | r.ReviewDiscontinued
    | r.ReviewDelayExplained
)


def evolve(case: Case | None, record: Record) -> Case:
    event: CaseEvent = record.event  # type: ignore[assignment]  # by the item's events
    case = case or Case(ref=event.review)

    def reached(name: str, on: date = event.on) -> None:
        recorded = local_day(record.recorded_at)
        case.milestones[name] = Milestone(on=on, recorded=recorded)

    match event:
        case r.CaseNotified(aware=aware):
            _begin(case, event)
            reached("aware", aware)
            reached("notified")
        case r.DeathNotified():
            _begin(case, event)
            reached("notified")
        case r.ReviewOpened():
            _begin(case, event)
            reached("opened")
        case r.HoldDecided(hold=hold):
            case.held = hold
            if "decided" not in case.milestones:
                reached("decided")
            if not hold:
                case.milestones.pop("panel informed why not", None)
            elif "panel informed why not" not in case.milestones:
                case.milestones.pop("decided not to hold", None)  # overtaken, and not measured
            reached("decided to hold" if hold else "decided not to hold")
        case r.PanelInformed():
            reached("panel informed why not" if case.held is False else "panel informed")
        case r.ReportAccepted():
            reached("report accepted")
        case r.PanelCopySent():
            reached("panel copy")
        case r.ReportPublished():
            case.milestones.pop("taken down", None)
            if "published" not in case.milestones:
                reached("published")
        case r.DeathAnalysed():
            reached("analysed")
        case r.MilestoneReached(milestone=milestone):
            reached(milestone)
        case r.ReportTakenDown():
            reached("taken down")
        case r.ReviewClosed() | r.ReviewDiscontinued():
            reached("closed")
        case r.ReviewDelayExplained(clock=clock):
            explanations = explanations_in(record, lambda version: version.until)
            case.explanations[clock] = case.explanations.get(clock, ()) + explanations
        case _:
            assert_never(event)
    return case


case_item = Item("clocks", CaseEvent, evolve)


def _begin(case: Case, event: r.CaseNotified | r.DeathNotified | r.ReviewOpened) -> None:
    case.kind, case.boards, case.begun = event.kind, event.boards, event.on


@row(key=("review", "clock"))
class ClockRow(Struct, frozen=True, kw_only=True):
    """One clock of one review. Days are calendar days, but for the *working_days* it took.

    *status* is `met`, `late` (done after it was due), `open`, `overdue` (not done, and past due)
    or `ended` (the review ended before it was done). A notice is `met` where its period was left
    in full, or else `short`.
    *latency* is the days from started to done, negative where corrected dates make it so; *so_far*
    the days since it started, while it is open or overdue; *slack* the days from done to due,
    negative where it was late; *recording_lag* the days from done to recorded.
    *days_overdue_so_far* are those past the due day, until it was done.
    """

    review: str
    boards: tuple[str, ...]
    clock: str
    started: date
    due: date
    done: date | None
    status: str
    latency: int | None
    so_far: int | None
    working_days: int | None
    slack: int | None
    days_overdue_so_far: int
    explained: int
    unexplained: int
    recording_lag: int | None


def clock_rows(case: Case, part: Part) -> Iterator[ClockRow]:
    """Yield a row for each clock that has started, in the framework's order, notices last."""
    if case.kind is None or case.begun is None:
        return
    framework = part.governing(case.ref, case.begun)
    boards = boards_of(case.ref, case.boards, framework)
    for clock in framework.clocks:
        start = case.milestones.get(clock.start)
        if start is not None and clock.runs_for(case.kind, case.begun):
            yield _clock_row(case, boards, clock, start.on, part)
    for notice in framework.notices:
        start, stop = case.milestones.get(notice.start), case.milestones.get(notice.stop)
        if start is not None and stop is not None and notice.runs_for(case.kind, case.begun):
            yield _notice_row(case, boards, notice, start.on, stop)


def _clock_row(
    case: Case, boards: tuple[str, ...], clock: Clock, start: date, part: Part
) -> ClockRow:
    due = clock.due(start)
    stop, closed = case.milestones.get(clock.stop), case.milestones.get("closed")
    end = stop or closed
    late = Days(due, end.on if end else FOREVER)
    explained = union(each.within(late) for each in case.explanations.get(clock.name, ()))
    overdue_days = late.so_far(part)
    explained_days = sum(days.so_far(part) for days in explained)
    return ClockRow(
        review=case.ref,
        boards=boards,
        clock=clock.name,
        started=start,
        due=due,
        done=stop.on if stop else None,
        status=_status(late, part, done=stop is not None, ended=closed is not None),
        latency=(stop.on - start).days if stop else None,
        so_far=None if end else part.days_since(start),
        working_days=working_days_between(start, stop.on) if stop else None,
        slack=(due - stop.on).days if stop else None,
        days_overdue_so_far=overdue_days,
        explained=explained_days,
        unexplained=overdue_days - explained_days,
        recording_lag=(stop.recorded - stop.on).days if stop else None,
    )


def _status(late: Days, part: Part, *, done: bool, ended: bool) -> str:
    if done:
        return "late" if late.count else "met"
    if ended:
        return "ended"
    return "overdue" if has_passed(late.start, part) else "open"


def _notice_row(
    case: Case, boards: tuple[str, ...], notice: Clock, start: date, stop: Milestone
) -> ClockRow:
    earliest = notice.due(start)
    return ClockRow(
        review=case.ref,
        boards=boards,
        clock=notice.name,
        started=start,
        due=earliest,
        done=stop.on,
        status="met" if stop.on >= earliest else "short",
        latency=(stop.on - start).days,
        so_far=None,
        working_days=working_days_between(start, stop.on),
        slack=(stop.on - earliest).days,
        days_overdue_so_far=0,
        explained=0,
        unexplained=0,
        recording_lag=(stop.recorded - stop.on).days,
    )
