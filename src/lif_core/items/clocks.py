"""A review against the statutory clocks of the framework that was in force when they started."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from attrs import frozen
from msgspec import Struct

from lif_core import review as r
from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.framework import Clock
from lif_core.items.boards import boards_of
from lif_core.items.days import Days, Explained, count_within, explained, union
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.record import Record
from lif_core.working_days import local_day, working_days_between


@frozen(kw_only=True)
class Milestone:
    """When something took effect, and the day it was recorded."""

    on: date
    recorded: date


@frozen(kw_only=True)
class Case:
    """A review, with the milestones that clocks run between; *boards* are those that it names."""

    ref: str
    kind: str | None = None
    boards: tuple[str, ...] = ()
    begun: date | None = None
    held: bool | None = None  # as decided last
    milestones: Mapping[str, Milestone] = MappingProxyType({})
    explained: Mapping[str, tuple[Explained, ...]] = MappingProxyType({})


def evolve(case: Case | None, record: Record) -> Case:
    event: r.ReviewEvent = record.event  # type: ignore[assignment]  # by the item's events
    case = case or Case(ref=event.review)
    match event:
        case r.CaseNotified(kind=kind, aware=aware):
            case = evolved(case, kind=kind, boards=event.boards, begun=event.on)
            case = _reached(case, record, "aware", aware)
            return _reached(case, record, "notified", event.on)
        case r.DeathNotified(kind=kind):
            case = evolved(case, kind=kind, boards=event.boards, begun=event.on)
            return _reached(case, record, "notified", event.on)
        case r.ReviewOpened(kind=kind):
            case = evolved(case, kind=kind, boards=event.boards, begun=event.on)
            return _reached(case, record, "opened", event.on)
        case r.HoldDecided(hold=hold):
            if "decided" not in case.milestones:
                case = _reached(case, record, "decided", event.on)
            if not hold:
                case = _without(case, "panel informed why not")
            elif "panel informed why not" not in case.milestones:
                case = _without(case, "decided not to hold")
            case = evolved(case, held=hold)
            name = "decided to hold" if hold else "decided not to hold"
            return _reached(case, record, name, event.on)
        case r.PanelInformed():
            name = "panel informed why not" if case.held is False else "panel informed"
            return _reached(case, record, name, event.on)
        case r.ReportAccepted():
            return _reached(case, record, "report accepted", event.on)
        case r.PanelCopySent():
            return _reached(case, record, "panel copy", event.on)
        case r.ReportPublished():
            again = "published" in case.milestones
            case = _without(case, "taken down")
            return case if again else _reached(case, record, "published", event.on)
        case r.DeathAnalysed():
            return _reached(case, record, "analysed", event.on)
        case r.MilestoneReached(milestone=milestone):
            return _reached(case, record, milestone, event.on)
        case r.ReportTakenDown():
            return _reached(case, record, "taken down", event.on)
        case r.ReviewClosed() | r.ReviewDiscontinued():
            return _reached(case, record, "closed", event.on)
        case r.ReviewDelayExplained(clock=clock):
            more = explained(record, lambda version: version.until)
            said = (*case.explained.get(clock, ()), *more)
            return evolved(case, explained=plus(case.explained, clock, said))
        case _:
            return case


timed = Item("clocks", r.ReviewEvent, evolve)


def _reached(case: Case, record: Record, name: str, on: date) -> Case:
    milestone = Milestone(on=on, recorded=local_day(record.recorded_at))
    return evolved(case, milestones=plus(case.milestones, name, milestone))


def _without(case: Case, *names: str) -> Case:
    """What a new decision has overtaken is not measured."""
    kept = {name: at for name, at in case.milestones.items() if name not in names}
    return evolved(case, milestones=MappingProxyType(kept))


@row(key=("review", "clock"))
class ClockRow(Struct, frozen=True, kw_only=True):
    """One clock of one review. Days are calendar days; *working_days* are those it took.

    *status*: `met`, `late` (done after it was due), `open`, `overdue` (not done and past due), or
    `ended` (the review ended before it was done). A notice is met when its period was left in
    full.
    *latency*: days from started to done; negative where dates as corrected say so. *so_far*: days
    since it started, while it is open or overdue.
    *slack*: days between done and due, negative when late. *recording_lag*: from done to recorded.
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
    overdue: int
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
            figure = partial(_clock, case, boards, clock, start.on)
            yield part.linear(figure, tuple(_turns(case, clock, clock.due(start.on))))
    for notice in framework.notices:
        start, stop = case.milestones.get(notice.start), case.milestones.get(notice.stop)
        if start is not None and stop is not None and notice.runs_for(case.kind, case.begun):
            yield _notice(case, boards, notice, start.on, stop)


def _turns(case: Case, clock: Clock, due: date) -> Iterator[date]:
    """Yield the days on which a clock that still runs begins or stops to count something."""
    if clock.stop not in case.milestones and "closed" not in case.milestones:
        yield due
        for explanation in case.explained.get(clock.name, ()):
            yield explanation.since
            if explanation.until is not None:
                yield explanation.until


def _clock(
    case: Case, boards: tuple[str, ...], clock: Clock, start: date, valid: date
) -> ClockRow:
    due = clock.due(start)
    stop = case.milestones.get(clock.stop)
    ended = case.milestones.get("closed")
    end = stop.on if stop else min(ended.on, valid) if ended else valid
    running = stop is None and ended is None
    late = Days(due, end)
    told = union(e.within(late) for e in case.explained.get(clock.name, ()))
    counted = count_within(told, late)
    return ClockRow(
        review=case.ref,
        boards=boards,
        clock=clock.name,
        started=start,
        due=due,
        done=stop.on if stop else None,
        status=_status(late.count, done=stop is not None, ended=ended is not None),
        latency=(stop.on - start).days if stop else None,
        so_far=max(0, (valid - start).days) if running else None,
        working_days=working_days_between(start, stop.on) if stop else None,
        slack=(due - stop.on).days if stop else None,
        overdue=late.count,
        explained=counted,
        unexplained=late.count - counted,
        recording_lag=(stop.recorded - stop.on).days if stop else None,
    )


def _status(late: int, *, done: bool, ended: bool) -> str:
    if done:
        return "late" if late else "met"
    if ended:
        return "ended"
    return "overdue" if late else "open"


def _notice(
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
        overdue=0,
        explained=0,
        unexplained=0,
        recording_lag=(stop.recorded - stop.on).days,
    )
