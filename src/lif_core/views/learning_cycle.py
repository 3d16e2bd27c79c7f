"""Each recommendation against the cycle of learning and improvement (framework §2.4).

A pack puts the stages in their order and names the events that reach each. Those of a
recommendation's own stream count, and those of the review or audit that it arises from; where it
arises from another recommendation, its own only.

- A finding counts for a recommendation that takes it up; any does where it names none.
- An embedding counts while the evidence it rests on stands.
- A check that an embedding rests on is its evidence: it does not show that a change lasts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import get_args

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.review import FindingAddressed, FindingRecorded
from lif_core.decisions.record import Record
from lif_core.framework import Framework, Frameworks, Stage
from lif_core.log.registry import Registry
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection
from lif_core.projection.projection import Totals as Everything
from lif_core.projection.tables import Table, row

FOUND = FindingRecorded.__name__
CHECKED = r.RecommendationChecked.__name__
FIRST = "first"
"""The topic on which a stream says when each kind of event in it was first, to its own name."""
FINDING = "finding"
"""The topic on which a review says when it found something, to its own name and the finding's."""
TAKEN_UP = "taken up"
"""The topic on which a review says which findings are taken up, to a recommendation's name."""


@define(kw_only=True)
class Origin:
    """A stream that recommendations may arise from: the *first* day of each kind of event in it.

    Its *findings*, by reference, and which are *taken_up*, each with the recommendation.
    It is a draft, which folding changes in place.
    """

    first: dict[str, date] = field(factory=dict)
    findings: dict[str, date] = field(factory=dict)
    taken_up: dict[tuple[str, str], None] = field(factory=dict)


def evolve_origin(origin: Origin | None, record: Record) -> Origin:
    origin, event = origin or Origin(), record.event
    origin.first.setdefault(type(event).__name__, event.on)
    if isinstance(event, FindingRecorded):
        origin.findings.setdefault(event.finding, event.on)
    elif isinstance(event, FindingAddressed):
        origin.taken_up[event.recommendation, event.finding] = None
    return origin


@define(kw_only=True)
class Steps:
    """A recommendation, the *first* day of each kind of event, and the checks it *rested_on*.

    It is a draft, which folding changes in place.
    """

    state: r.Recommendation | None = None
    first: dict[str, date] = field(factory=dict)
    rested_on: set[str] = field(factory=set)


def evolve_steps(steps: Steps | None, record: Record) -> Steps:
    event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # by the item's events
    steps = steps or Steps()
    steps.state = r.evolve(steps.state, event)
    if isinstance(event, r.RecommendationEmbedded):
        steps.rested_on.update(event.rests_on)
        if steps.state.status is not r.Status.EMBEDDED:
            return steps
    steps.first.setdefault(type(event).__name__, event.on)
    return steps


ORIGINS = tuple(
    cls
    for decider in Registry().deciders
    for cls in decider.event_types
    if cls not in get_args(r.RecommendationEvent)
)
origins = Item("origin", ORIGINS, evolve_origin)
walks = Item("steps", r.RecommendationEvent, evolve_steps)


# The view


@row(key=("recommendation",))
class CycleRow(Struct, frozen=True, kw_only=True):
    """A recommendation, and the *source* it arises from: the furthest *stage* it has reached, and
    *since* when. *reached*: how many of the stages.

    *out_of_order*: stages that it reached before an earlier one, which it reached in the end;
    *skipped*: stages that it has not reached, though it has a later one.
    """

    recommendation: str
    source: str
    framework: str
    stage: str | None
    since: date | None
    reached: int
    stages: int
    out_of_order: tuple[str, ...]
    skipped: tuple[str, ...]


@row(key=("recommendation", "stage"))
class StageRow(Struct, frozen=True, kw_only=True):
    """When a recommendation first reached a *stage*; *event* and *stream* say by what."""

    recommendation: str
    stage: str
    on: date
    event: str
    stream: str
    out_of_order: bool


@row(key=("framework", "stage"))
class FunnelRow(Struct, frozen=True, kw_only=True):
    """Of the *recommendations* under a framework, how many *reached* a stage, and how many stand
    there: it is the *furthest* they have come.
    """

    framework: str
    stage: str
    name: str
    recommendations: int
    reached: int
    furthest: int


class CycleTotals(Struct, frozen=True, kw_only=True):
    """Of the *recommendations*, those *in_order* have reached no stage before an earlier one, and
    skipped none; those *without_cycle*, whose pack has none, have no row.
    """

    recommendations: int
    in_order: int
    without_cycle: int


@frozen(kw_only=True)
class LearningCycle:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    Each recommendation is held against the pack in force when it was issued.
    """

    valid: str
    known: str | None
    totals: CycleTotals
    funnel: Table[FunnelRow]
    recommendations: Table[CycleRow]
    stages: Table[StageRow]


# What streams add


def say_origin(origin: Origin, part: Part) -> None:
    """Tell what arises from a stream when it first came to what a stage may name."""
    packs = (part.frameworks.general, *part.frameworks.packs)
    named = {event for pack in packs for stage in pack.cycle for event in stage.events}
    first = {event: on for event, on in origin.first.items() if event in named}
    if not first:
        return
    part.say(FIRST, part.key, first)
    for finding, on in origin.findings.items():
        part.say(FINDING, f"{part.key} {finding}", on)
    for ref, finding in origin.taken_up:
        part.say(TAKEN_UP, f"{part.key} {ref}", finding)


def add_steps(steps: Steps, part: Part) -> None:
    """Add how far a recommendation has come in the cycle of the pack it was issued under."""
    issued = steps.state.issued if steps.state else None
    if issued is None:
        return
    framework = part.governing(issued.recommendation, issued.on)
    if not framework.cycle:
        part.count("without_cycle", "recommendations")
        return
    days = {issued.source: _of_source(issued, part), part.key: _of_itself(steps)}
    stages = list(_stages(issued, framework.cycle, days))
    cycle = _cycle_row(issued, framework, stages)
    part.row("recommendations", cycle)
    for stage in stages:
        part.row("stages", stage)
        part.count("funnel", framework.name, stage.stage, "reached")
    if cycle.stage is not None:
        part.count("funnel", framework.name, cycle.stage, "furthest")
    in_order = not cycle.out_of_order and not cycle.skipped
    columns = {"recommendations": 1, "in_order": in_order}
    part.counted("recommendations", framework.name, columns=columns)


def _of_source(issued: r.RecommendationIssued, part: Part) -> Mapping[str, date]:
    """Return the first days of the source's events; of its findings, those that are taken up."""
    source = issued.source
    first = dict(next(iter(part.ask(FIRST, source)), {}))
    taken_up = {*part.ask(TAKEN_UP, f"{source} {issued.recommendation}"), *issued.findings}
    if not taken_up:
        return first
    days = (day for ref in sorted(taken_up) for day in part.ask(FINDING, f"{source} {ref}"))
    return _with(first, FOUND, days)


def _of_itself(steps: Steps) -> Mapping[str, date]:
    """Return the first days of its own events; of its checks, those no embedding rests on."""
    assert steps.state is not None
    checks = steps.state.checks.values()
    days = (check.on for check in checks if check.check not in steps.rested_on)
    return _with(steps.first, CHECKED, days)


def _with(first: Mapping[str, date], name: str, days: Iterable[date]) -> Mapping[str, date]:
    rest = {other: on for other, on in first.items() if other != name}
    earliest = min(days, default=None)
    return rest if earliest is None else {**rest, name: earliest}


def _stages(
    issued: r.RecommendationIssued,
    cycle: Iterable[Stage],
    days: Mapping[str, Mapping[str, date]],
) -> Iterator[StageRow]:
    """Yield the stages that were reached, by the first *days* of each stream and event."""
    latest = date.min
    for stage in cycle:
        every = [
            (first[event], event, stream)
            for stream, first in days.items()
            for event in stage.events
            if event in first
        ]
        if every:
            on, event, stream = min(every, key=itemgetter(0))
            yield StageRow(
                recommendation=issued.recommendation,
                stage=stage.stage,
                on=on,
                event=event,
                stream=stream,
                out_of_order=on < latest,
            )
            latest = max(latest, on)


def _cycle_row(
    issued: r.RecommendationIssued, framework: Framework, reached: Sequence[StageRow]
) -> CycleRow:
    furthest = reached[-1] if reached else None
    names = [stage.stage for stage in framework.cycle]
    passed = {stage.stage for stage in reached}
    before = names[: names.index(furthest.stage)] if furthest else ()
    return CycleRow(
        recommendation=issued.recommendation,
        source=issued.source,
        framework=framework.name,
        stage=furthest.stage if furthest else None,
        since=furthest.on if furthest else None,
        reached=len(reached),
        stages=len(names),
        out_of_order=tuple(stage.stage for stage in reached if stage.out_of_order),
        skipped=tuple(name for name in before if name not in passed),
    )


# The whole


def total(everything: Everything) -> LearningCycle:
    under = everything.columns("recommendations")
    funnel = partial(_funnel, everything.columns("funnel"), under, everything.as_of.packs)
    without = everything.columns("without_cycle").get((), {}).get("recommendations", 0)
    return LearningCycle(
        **everything.times,
        totals=CycleTotals(
            recommendations=without + sum(of["recommendations"] for of in under.values()),
            in_order=sum(of.get("in_order", 0) for of in under.values()),
            without_cycle=without,
        ),
        funnel=Table(funnel),
        recommendations=everything.table("recommendations"),
        stages=everything.table("stages"),
    )


def _funnel(
    funnel: Mapping[Name, Columns], under: Mapping[Name, Columns], frameworks: Frameworks
) -> Iterator[FunnelRow]:
    packs = {pack.name: pack for pack in (frameworks.general, *frameworks.packs)}
    for (name,), of in sorted(under.items()):
        for stage in packs[str(name)].cycle:
            columns = funnel.get((name, stage.stage), {})
            yield FunnelRow(
                framework=str(name),
                stage=stage.stage,
                name=stage.name,
                recommendations=of["recommendations"],
                reached=columns.get("reached", 0),
                furthest=columns.get("furthest", 0),
            )


learning_cycle = Projection(
    name="learning-cycle",
    view=LearningCycle,
    parts={origins: say_origin, walks: add_steps},
    says={FIRST: dict[str, date], FINDING: date, TAKEN_UP: str},
    total=total,
    edition=PROGRAM,
)
