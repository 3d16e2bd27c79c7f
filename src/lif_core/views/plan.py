"""The continuous improvement plan: its basis, its priorities and what they improved, and the
summaries given to boards; and the peer reviews that it takes up (framework §3.4.4, §5.1, §5.2).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import assert_never

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import improvement_plan as i
from lif_core.aggregates.evidence import Source
from lif_core.aggregates.recommendation import RecommendationIssued
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_of
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.days import has_passed
from lif_core.items.evidence import (
    EVIDENCE,
    assessor_for,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator_evidence,
)
from lif_core.items.indicators import indicator_item
from lif_core.items.issue import issue_item
from lif_core.items.opening import Opening, opened
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Item, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText


@define(kw_only=True)
class Priority:
    """A priority of a plan as it was *set*, and the latest *progress* and *outcome* of it."""

    set: i.PrioritySet | None = None
    progress: i.ProgressReported | None = None
    outcome: i.OutcomeRecorded | None = None
    dropped: i.PriorityDropped | None = None


@define(kw_only=True)
class Plan:
    """A plan, its priorities by reference, and the summaries of it that were *presented*.

    It is a draft, which folding changes in place.
    """

    adopted: i.PlanAdopted | None = None
    priorities: dict[str, Priority] = field(factory=dict)
    presented: list[i.SummaryPresented] = field(factory=list)
    closed: i.PlanClosed | None = None

    def priority(self, name: str) -> Priority:
        """Return the priority of that *name*, an empty one before anything is on record of it."""
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


plan_item = Item("improvement plan", i.PlanEvent, evolve)


# The rows


@row(key=("plan",))
class PlanRow(Struct, frozen=True, kw_only=True):
    """A plan of a *committee* for the days [*since*, *until*].

    It gives *basis_told* of the bases that it rests on, and reasons for *basis_missing* others.
    *priorities* = *with_outcome* + *dropped* + *open*, and of the open some are *overdue*.
    *not_presented_to* are the committee's boards that have had no summary.
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
    """A basis of a plan (framework §5.1): *told* with its *sources*, or missing for *reasons*.

    One that is neither is named by the framework, and not by the plan.
    """

    plan: str
    basis: str
    name: str
    told: bool
    sources: tuple[str, ...]
    reasons: PersonalText | None


@row(key=("plan", "priority"))
class PriorityRow(Struct, frozen=True, kw_only=True):
    """A priority, with its latest *progress* and *outcome*.

    *level* is that of the evidence of its outcome (E0 to E4), *claimed* the one that is claimed,
    and *evidence* the streams it rests on. *overdue* is how many days it is past due, while it has
    no outcome and is not dropped.
    """

    plan: str
    priority: str
    aim: str
    lead: str
    due: date
    arising_from: tuple[str, ...]
    progress: PersonalText | None
    reported: date | None
    outcome: PersonalText | None
    outcome_on: date | None
    level: int | None
    claimed: int | None
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
    """A peer review, and the priorities that have taken up its learning, as `plan: priority`.

    They arise from it, or from a recommendation that does; *with_outcome* of them have an outcome.
    """

    review: str
    boards: tuple[str, ...]
    begun: date
    concluded: date | None
    taken_up_by: tuple[str, ...]
    with_outcome: int


@frozen(kw_only=True)
class ImprovementPlans:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    plans: Table[PlanRow]
    basis: Table[BasisRow]
    priorities: Table[PriorityRow]
    summaries: Table[SummaryRow]
    peer_reviews: Table[PeerReviewRow]
    inconsistent: Table[InconsistentRow]


# The parts

AROSE = "arose"
"""The topic on which a recommendation says its stream, to the stream that it arises from."""
TAKEN_UP = "taken up"
"""The topic on which a plan says a priority, to each stream that the priority arises from."""


class TakingPriority(Struct, frozen=True, order=True):
    """A *priority*, the *number*-th of its *plan*, and whether it has an *outcome*."""

    plan: str
    number: int
    priority: str
    outcome: bool


def say_issue(event: RecommendationIssued, part: Part) -> None:
    """Tell a review which recommendation arose from it."""
    part.say(AROSE, event.source, part.key)


def add_plan(plan: Plan, part: Part) -> None:
    """Add a plan with its basis, priorities and summaries; tell sources which priorities arise."""
    if plan.adopted is None:
        return
    priorities = [
        _priority_row(name, priority, priority.set, part)
        for name, priority in plan.priorities.items()
        if priority.set is not None
    ]
    part.row("plans", _plan_row(plan, plan.adopted, priorities, part))
    for basis in _basis(plan.adopted, part):
        part.row("basis", basis)
    for number, priority in enumerate(priorities):
        part.row("priorities", priority)
        outcome = priority.outcome is not None
        taking = TakingPriority(priority.plan, number, priority.priority, outcome)
        for stream in dict.fromkeys(priority.arising_from):
            part.say(TAKEN_UP, stream, taking)
    for event in plan.presented:
        part.row("summaries", SummaryRow(plan=event.plan, board=event.board, on=event.on))


def _plan_row(
    plan: Plan, event: i.PlanAdopted, priorities: Sequence[PriorityRow], part: Part
) -> PlanRow:
    dropped = sum(row.dropped is not None for row in priorities)
    with_outcome = len(priorities) - dropped - sum(map(_is_open, priorities))
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
        with_outcome=with_outcome,
        dropped=dropped,
        open=len(priorities) - with_outcome - dropped,
        overdue=sum(has_passed(row.due, part) for row in priorities if _is_open(row)),
        summaries=len(plan.presented),
        not_presented_to=tuple(
            board for board in (committee.boards if committee else ()) if board not in presented
        ),
        closed=plan.closed.on if plan.closed else None,
    )


def _is_open(row: PriorityRow) -> bool:
    return row.outcome is None and row.dropped is None


def _basis(event: i.PlanAdopted, part: Part) -> Iterator[BasisRow]:
    """Yield the bases in the framework's order, then those that it does not name."""
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


def _priority_row(name: str, priority: Priority, event: i.PrioritySet, part: Part) -> PriorityRow:
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
        level=_level(outcome, event.lead, part) if outcome else None,
        claimed=outcome.claimed if outcome else None,
        evidence=outcome.rests_on if outcome else (),
        dropped=dropped.on if dropped else None,
        overdue=0 if outcome or dropped else part.days_since(event.due),
    )


def _level(outcome: i.OutcomeRecorded, lead: str, part: Part) -> int:
    """Return the level of an outcome, by the evidence that stands."""
    return int(i.level_of_outcome(outcome, lead, assessor_for(part)))


def add_review(review: Opening, part: Part) -> None:
    """Add a peer review, and the priorities that arise from it or from its recommendations."""
    begun = review.begun
    if begun is None:
        return
    framework = part.governing(begun.review, begun.on)
    if not any(kind.peer and kind.kind == begun.kind for kind in framework.review_kinds):
        return
    sources = (part.key, *part.ask(AROSE, part.key))
    taking = sorted({priority for source in sources for priority in part.ask(TAKEN_UP, source)})
    row = PeerReviewRow(
        review=begun.review,
        boards=boards_of(begun.review, begun.boards, framework),
        begun=begun.on,
        concluded=review.accepted.on if review.accepted else None,
        taken_up_by=tuple(f"{priority.plan}: {priority.priority}" for priority in taking),
        with_outcome=sum(priority.outcome for priority in taking),
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
    parts={
        merger_item: say_merger,
        audit_evidence_item: say_audit_evidence,
        indicator_item: say_indicator_evidence,
        plan_item: add_plan,
        issue_item: say_issue,
        opened: add_review,
    },
    says={MERGED: Merger, EVIDENCE: Source, AROSE: str, TAKEN_UP: TakingPriority},
    identity=(MERGED, AROSE),
    total=total,
    edition=PROGRAM,
)
