"""The continuous improvement plan: what it rests on, how its priorities stand, what they improved,
who was told; and whether peer reviews were taken up (framework §3.4.4, §5.1, §5.2).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import assert_never

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import improvement_plan as i
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_of
from lif_core.items.opening import Opening, opened
from lif_core.items.state import last_event
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row


@define(kw_only=True)
class Priority:
    """A priority; *progress* is the latest reported, *outcome* the latest outcome."""

    set: i.PrioritySet | None = None
    progress: i.ProgressReported | None = None
    outcome: i.OutcomeRecorded | None = None
    dropped: i.PriorityDropped | None = None


@define(kw_only=True)
class Plan:
    """A plan, its priorities by reference, and what was *presented* of it.

    It is a draft, which folding changes in place.
    """

    adopted: i.PlanAdopted | None = None
    priorities: dict[str, Priority] = field(factory=dict)
    presented: list[i.SummaryPresented] = field(factory=list)
    closed: i.PlanClosed | None = None

    def priority(self, name: str) -> Priority:
        """Return the priority of that *name*, as far as it is on record."""
        return self.priorities.setdefault(name, Priority())


def evolve(plan: Plan | None, record: Record) -> Plan:
    event: i.PlanEvent = record.event  # type: ignore[assignment]  # by the item's events
    plan = plan or Plan()
    match event:
        case i.PlanAdopted():
            plan.adopted = event
        case i.PrioritySet(priority=name):
            plan.priority(name).set = event
        case i.ProgressReported(priority=name):
            plan.priority(name).progress = event
        case i.OutcomeRecorded(priority=name):
            plan.priority(name).outcome = event
        case i.PriorityDropped(priority=name):
            plan.priority(name).dropped = event
        case i.SummaryPresented():
            plan.presented.append(event)
        case i.PlanClosed():
            plan.closed = event
        case _:
            assert_never(event)
    return plan


adopted = Item("improvement plan", i.PlanEvent, evolve)
issued = Item("issue", RecommendationIssued, last_event)


# The view


@row(key=("plan",))
class PlanRow(Struct, frozen=True, kw_only=True):
    """A plan for [*since*, *until*] and its *committee*.

    priorities = with_outcome + dropped + open; of the open, some are *overdue*. *not_presented_to*
    are those of the committee's boards that have had no summary.
    """

    plan: str
    title: str
    committee: str
    since: date
    until: date
    basis_told: int
    basis_missing: int
    priorities: int
    with_outcome: int
    dropped: int
    open: int
    overdue: int
    summaries: int
    not_presented_to: tuple[str, ...]
    closed: date | None


@row(key=("plan", "basis"))
class BasisRow(Struct, frozen=True, kw_only=True):
    """What a plan rests on (framework §5.1): told with its *sources*, or missing for *reasons*.

    A basis of neither is one that the framework names and the plan does not.
    """

    plan: str
    basis: str
    name: str
    told: bool
    sources: tuple[str, ...]
    reasons: str | None


@row(key=("plan", "priority"))
class PriorityRow(Struct, frozen=True, kw_only=True):
    """A priority as it stands. *level* is that of the evidence of its *outcome* (E0 to E4), which
    comes from *evidence*. *overdue*: days past due, while it has no outcome and is not dropped.
    """

    plan: str
    priority: str
    aim: str
    lead: str
    due: date
    arising_from: tuple[str, ...]
    progress: str | None
    reported: date | None
    outcome: str | None
    outcome_on: date | None
    level: int | None
    evidence: tuple[str, ...]
    dropped: date | None
    overdue: int


@row(key=("plan", "board", "on"))
class SummaryRow(Struct, frozen=True, kw_only=True):
    """An evaluated summary that was presented to a board (framework §5.2)."""

    plan: str
    board: str
    on: date


@row(key=("review",))
class PeerReviewRow(Struct, frozen=True, kw_only=True):
    """A peer review, and the priorities that its learning was taken into, as `plan: priority`:
    directly, or through a recommendation that arose from it. None: nobody has taken it up.
    """

    review: str
    boards: tuple[str, ...]
    begun: date
    concluded: date | None
    taken_up_by: tuple[str, ...]
    with_outcome: int


@frozen(kw_only=True)
class ImprovementPlans:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded)."""

    valid: str
    known: str | None
    plans: Table[PlanRow]
    basis: Table[BasisRow]
    priorities: Table[PriorityRow]
    summaries: Table[SummaryRow]
    peer_reviews: Table[PeerReviewRow]


# What streams add


AROSE = "arose"
"""The topic on which a recommendation says its own stream, to the one it arises from."""
TAKEN_UP = "taken up"
"""The topic on which a plan says which of its priorities arises from a stream, to that."""


class Taken(Struct, frozen=True, order=True):
    """A *priority*, the *number*-th of its *plan*, and whether it has an *outcome*."""

    plan: str
    number: int
    priority: str
    outcome: bool


def say_issue(event: RecommendationIssued, part: Part) -> None:
    """Tell a review what arose from it."""
    part.say(AROSE, event.source, part.key)


def add_plan(plan: Plan, part: Part) -> None:
    """Add a plan, its basis, its priorities and its summaries; tell what these arise from."""
    if plan.adopted is None:
        return
    open_until = [
        priority.set.due
        for priority in plan.priorities.values()
        if priority.set and not (priority.outcome or priority.dropped)
    ]
    priorities = part.linear(partial(_priorities, plan), open_until)
    part.row("plans", _plan_row(plan, plan.adopted, priorities, part))
    for basis in _basis(plan.adopted, part):
        part.row("basis", basis)
    for number, priority in enumerate(priorities):
        part.row("priorities", priority)
        outcome = priority.outcome is not None
        for stream in dict.fromkeys(priority.arising_from):
            taken = Taken(priority.plan, number, priority.priority, outcome)
            part.say(TAKEN_UP, stream, taken)
    for event in plan.presented:
        part.row("summaries", SummaryRow(plan=event.plan, board=event.board, on=event.on))


def _plan_row(
    plan: Plan, event: i.PlanAdopted, priorities: Sequence[PriorityRow], part: Part
) -> PlanRow:
    dropped = sum(row.dropped is not None for row in priorities)
    achieved = sum(row.outcome is not None and row.dropped is None for row in priorities)
    committee = part.frameworks.body(event.by.body)
    presented = {event.board for event in plan.presented}
    return PlanRow(
        plan=event.plan,
        title=event.title,
        committee=event.by.body,
        since=event.since,
        until=event.until,
        basis_told=len(event.basis),
        basis_missing=len(event.missing),
        priorities=len(priorities),
        with_outcome=achieved,
        dropped=dropped,
        open=len(priorities) - achieved - dropped,
        overdue=sum(row.overdue > 0 for row in priorities),
        summaries=len(plan.presented),
        not_presented_to=tuple(
            board for board in (committee.boards if committee else ()) if board not in presented
        ),
        closed=plan.closed.on if plan.closed else None,
    )


def _basis(event: i.PlanAdopted, part: Part) -> Iterator[BasisRow]:
    """Yield the basis in the framework's order, then what that does not name."""
    sources = {basis.basis: basis.sources for basis in event.basis}
    missing = {basis.basis: basis for basis in event.missing}
    names = {entry.code: entry.name for entry in part.governing(event.plan, event.on).plan_basis}
    for code in dict.fromkeys([*names, *sources, *missing]):
        yield BasisRow(
            plan=event.plan,
            basis=code,
            name=names.get(code, code),
            told=code in sources,
            sources=sources.get(code, ()),
            reasons=missing[code].reasons if code in missing else None,
        )


def _priorities(plan: Plan, valid: date) -> tuple[PriorityRow, ...]:
    return tuple(
        _priority_row(name, priority, priority.set, valid)
        for name, priority in plan.priorities.items()
        if priority.set is not None
    )


def _priority_row(name: str, priority: Priority, event: i.PrioritySet, valid: date) -> PriorityRow:
    progress, outcome, dropped = priority.progress, priority.outcome, priority.dropped
    return PriorityRow(
        plan=event.plan,
        priority=name,
        aim=event.aim,
        lead=event.lead,
        due=event.due,
        arising_from=event.arising_from,
        progress=progress.progress.value if progress else None,
        reported=progress.on if progress else None,
        outcome=outcome.outcome if outcome else None,
        outcome_on=outcome.on if outcome else None,
        level=int(outcome.level) if outcome else None,
        evidence=outcome.evidence if outcome else (),
        dropped=dropped.on if dropped else None,
        overdue=0 if outcome or dropped else max(0, (valid - event.due).days),
    )


def add_review(review: Opening, part: Part) -> None:
    """Add a peer review, and the priorities that it, or what arose from it, was taken into."""
    begun = review.begun
    if begun is None:
        return
    framework = part.governing(begun.review, begun.on)
    if not any(kind.peer and kind.kind == begun.kind for kind in framework.review_kinds):
        return
    learning = (part.key, *part.ask(AROSE, part.key))
    taken = sorted({one for stream in learning for one in part.ask(TAKEN_UP, stream)})
    row = PeerReviewRow(
        review=begun.review,
        boards=boards_of(begun.review, begun.boards, framework),
        begun=begun.on,
        concluded=review.accepted.on if review.accepted else None,
        taken_up_by=tuple(f"{one.plan}: {one.priority}" for one in taken),
        with_outcome=sum(one.outcome for one in taken),
    )
    part.row("peer_reviews", row)


def total(everything: Totals) -> ImprovementPlans:
    return ImprovementPlans(
        **everything.times,
        plans=everything.table("plans"),
        basis=everything.table("basis"),
        priorities=everything.table("priorities"),
        summaries=everything.table("summaries"),
        peer_reviews=everything.table("peer_reviews"),
    )


plan = Projection(
    name="improvement-plan",
    view=ImprovementPlans,
    parts={adopted: add_plan, issued: say_issue, opened: add_review},
    says={AROSE: str, TAKEN_UP: Taken},
    total=total,
    edition=PROGRAM,
)
