"""The continuous improvement plan: what it rests on, how its priorities stand, what they improved,
who was told; and whether peer reviews were taken up (framework §3.4.4, §5.1, §5.2).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import improvement_plan as i
from lif_core.decider import plus
from lif_core.items.boards import boards_of
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.recommendation import RecommendationIssued
from lif_core.record import Record
from lif_core.review import Review, ReviewEvent
from lif_core.review import evolve as review_evolve


@frozen(kw_only=True)
class Priority:
    """A priority; *told* is the latest progress, *outcome* the latest outcome."""

    set: i.PrioritySet | None = None
    told: i.ProgressReported | None = None
    outcome: i.OutcomeRecorded | None = None
    dropped: i.PriorityDropped | None = None


@frozen(kw_only=True)
class Plan:
    """A plan, its priorities by reference, and what was presented of it."""

    adopted: i.PlanAdopted | None = None
    priorities: Mapping[str, Priority] = attrs.field(factory=dict)
    presented: tuple[i.SummaryPresented, ...] = ()
    closed: i.PlanClosed | None = None


Item: TypeAlias = Plan | Review | RecommendationIssued


def key(event: Event[Any]) -> tuple[str, ...]:
    match event:
        case RecommendationIssued():
            return (f"recommendation-{event.recommendation}",)
        case _ if isinstance(event, ReviewEvent):
            return (f"review-{event.review}",)
        case _ if isinstance(event, i.PlanEvent):
            return (f"improvement_plan-{event.plan}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, RecommendationIssued):
        return event
    if isinstance(event, ReviewEvent):
        return review_evolve(item_as(Review, item), event)
    plan = item_as(Plan, item) or Plan()
    match event:
        case i.PlanAdopted():
            return attrs.evolve(plan, adopted=event)
        case i.PrioritySet(priority=name):
            return _priority(plan, name, set=event)
        case i.ProgressReported(priority=name):
            return _priority(plan, name, told=event)
        case i.OutcomeRecorded(priority=name):
            return _priority(plan, name, outcome=event)
        case i.PriorityDropped(priority=name):
            return _priority(plan, name, dropped=event)
        case i.SummaryPresented():
            return attrs.evolve(plan, presented=(*plan.presented, event))
        case i.PlanClosed():
            return attrs.evolve(plan, closed=event)
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


def _priority(plan: Plan, name: str, **change: Any) -> Plan:
    changed = attrs.evolve(plan.priorities.get(name, Priority()), **change)
    return attrs.evolve(plan, priorities=plus(plan.priorities, name, changed))


# The view


@frozen(kw_only=True)
class PlanRow:
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


@frozen(kw_only=True)
class BasisRow:
    """What a plan rests on (framework §5.1): told with its *sources*, or missing for *reasons*.

    A basis of neither is one that the framework names and the plan does not.
    """

    plan: str
    basis: str
    name: str
    told: bool
    sources: tuple[str, ...]
    reasons: str | None


@frozen(kw_only=True)
class PriorityRow:
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


@frozen(kw_only=True)
class SummaryRow:
    """An evaluated summary that was presented to a board (framework §5.2)."""

    plan: str
    board: str
    on: date


@frozen(kw_only=True)
class PeerReviewRow:
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
    plans: tuple[PlanRow, ...]
    basis: tuple[BasisRow, ...]
    priorities: tuple[PriorityRow, ...]
    summaries: tuple[SummaryRow, ...]
    peer_reviews: tuple[PeerReviewRow, ...]


def summarise(items: Mapping[str, Item], as_of: AsOf) -> ImprovementPlans:
    plans = [
        (item, item.adopted) for item in items.values() if isinstance(item, Plan) and item.adopted
    ]
    priorities = tuple(row for plan, _ in plans for row in _priorities(plan, as_of.valid))
    return ImprovementPlans(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        plans=tuple(_plan(plan, adopted, priorities, as_of) for plan, adopted in plans),
        basis=tuple(row for _, adopted in plans for row in _basis(adopted, as_of)),
        priorities=priorities,
        summaries=tuple(
            SummaryRow(plan=event.plan, board=event.board, on=event.on)
            for plan, _ in plans
            for event in plan.presented
        ),
        peer_reviews=tuple(_peer_reviews(items, priorities, as_of)),
    )


def _plan(
    plan: Plan, adopted: i.PlanAdopted, rows: tuple[PriorityRow, ...], as_of: AsOf
) -> PlanRow:
    own = [row for row in rows if row.plan == adopted.plan]
    dropped = sum(row.dropped is not None for row in own)
    achieved = sum(row.outcome is not None and row.dropped is None for row in own)
    committee = as_of.frameworks.body(adopted.by.body)
    boards = committee.boards if committee else ()
    presented = {event.board for event in plan.presented}
    return PlanRow(
        plan=adopted.plan,
        title=adopted.title,
        committee=adopted.by.body,
        since=adopted.since,
        until=adopted.until,
        basis_told=len(adopted.basis),
        basis_missing=len(adopted.missing),
        priorities=len(own),
        with_outcome=achieved,
        dropped=dropped,
        open=len(own) - achieved - dropped,
        overdue=sum(row.overdue > 0 for row in own),
        summaries=len(plan.presented),
        not_presented_to=tuple(one for one in boards if one not in presented),
        closed=plan.closed.on if plan.closed else None,
    )


def _basis(adopted: i.PlanAdopted, as_of: AsOf) -> Iterator[BasisRow]:
    """In the framework's order, then what it does not name."""
    framework = as_of.frameworks.governing(adopted.plan, adopted.on)
    told = {one.basis: one for one in adopted.basis}
    missing = {one.basis: one for one in adopted.missing}
    names = {entry.code: entry.name for entry in framework.plan_basis}
    for code in dict.fromkeys([*names, *told, *missing]):
        yield BasisRow(
            plan=adopted.plan,
            basis=code,
            name=names.get(code, code),
            told=code in told,
            sources=told[code].sources if code in told else (),
            reasons=missing[code].reasons if code in missing else None,
        )


def _priorities(plan: Plan, valid: date) -> Iterator[PriorityRow]:
    for name, priority in plan.priorities.items():
        event, told, outcome = priority.set, priority.told, priority.outcome
        if event is None:
            continue
        ended = outcome or priority.dropped
        yield PriorityRow(
            plan=event.plan,
            priority=name,
            aim=event.aim,
            lead=event.lead,
            due=event.due,
            arising_from=event.arising_from,
            progress=told.progress.value if told else None,
            reported=told.on if told else None,
            outcome=outcome.outcome if outcome else None,
            outcome_on=outcome.on if outcome else None,
            level=int(outcome.level) if outcome else None,
            evidence=outcome.evidence if outcome else (),
            dropped=priority.dropped.on if priority.dropped else None,
            overdue=0 if ended else max(0, (valid - event.due).days),
        )


def _peer_reviews(
    items: Mapping[str, Item], priorities: tuple[PriorityRow, ...], as_of: AsOf
) -> Iterator[PeerReviewRow]:
    sources = {
        name: item.source for name, item in items.items() if isinstance(item, RecommendationIssued)
    }
    for name, item in items.items():
        if not isinstance(item, Review) or item.begun is None:
            continue
        ref = item.begun.review
        framework = as_of.frameworks.governing(ref, item.begun.on)
        if not any(kind.peer and kind.kind == item.kind for kind in framework.review_kinds):
            continue
        learning = {name, *(stream for stream, source in sources.items() if source == name)}
        taken = [row for row in priorities if learning & {*row.arising_from}]
        yield PeerReviewRow(
            review=ref,
            boards=boards_of(ref, item.begun.boards, framework),
            begun=item.begun.on,
            concluded=item.accepted.on if item.accepted else None,
            taken_up_by=tuple(f"{row.plan}: {row.priority}" for row in taken),
            with_outcome=sum(row.outcome is not None for row in taken),
        )


plan: Projection[Item, ImprovementPlans] = Projection(
    name="improvement-plan", key=key, evolve=evolve, summarise=summarise
)
