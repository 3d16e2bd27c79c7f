"""Recommendations in the cycle of learning and improvement (framework §2.4).

A pack puts the stages in order and names the events that reach each. Events of a recommendation's
own stream count, and those of the review or audit that it arises from. Where it arises from
another recommendation, only its own count.

- A finding counts for the recommendations that take it up, and for those that name no finding.
- An embedding counts while the evidence that it rests on stands.
- A check that an embedding rests on is its evidence, and does not show that a change lasts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import get_args

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.aggregates.evidence import Source
from lif_core.aggregates.review import FindingAddressed, FindingRecorded
from lif_core.decisions.record import Record
from lif_core.framework import Framework, Frameworks, Stage
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.evidence import (
    EVIDENCE,
    audit_evidence_item,
    say_audit_evidence,
    say_indicator_evidence,
)
from lif_core.items.improvement import life_of
from lif_core.items.indicators import indicator_item
from lif_core.log.registry import Registry
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText

FOUND = FindingRecorded.__name__
EMBEDDED, CHECKED = r.RecommendationEmbedded.__name__, r.RecommendationChecked.__name__
FIRST = "first"
"""The topic on which a stream says the first day of each kind of event, to its own name."""
FINDING = "finding"
"""The topic on which a review says the day of a finding, to its own name and the finding's."""
TAKEN_UP = "taken up"
"""The topic on which a review says a finding, to the recommendation that takes it up."""


@define(kw_only=True)
class SourceStream:
    """A stream that recommendations may arise from, with the *first* day of each kind of event.

    *findings* are by reference; *taken_up* are pairs of a recommendation and a finding. It is a
    draft, which folding changes in place.
    """

    first: dict[str, date] = field(factory=dict)
    findings: dict[str, date] = field(factory=dict)
    taken_up: dict[tuple[str, str], None] = field(factory=dict)


def evolve_source(source: SourceStream | None, record: Record) -> SourceStream:
    source, event = source or SourceStream(), record.event
    source.first.setdefault(type(event).__name__, event.on)
    if isinstance(event, FindingRecorded):
        source.findings.setdefault(event.finding, event.on)
    elif isinstance(event, FindingAddressed):
        source.taken_up[event.recommendation, event.finding] = None
    return source


@define(kw_only=True)
class CycleProgress:
    """A recommendation, with the *first* day of each kind of event but of those that rest on
    other streams.

    It is a draft, which folding changes in place.
    """

    state: r.Recommendation | None = None
    first: dict[str, date] = field(factory=dict)


def evolve_progress(progress: CycleProgress | None, record: Record) -> CycleProgress:
    event: r.RecommendationEvent = record.event  # type: ignore[assignment]  # by the item's events
    progress = progress or CycleProgress()
    progress.state = r.evolve(progress.state, event)
    if not isinstance(event, r.RecommendationEmbedded | r.RecommendationChecked):
        progress.first.setdefault(type(event).__name__, event.on)
    return progress


progress_item = Item("steps", r.RecommendationEvent, evolve_progress)


# The rows


@row(key=("recommendation",))
class CycleRow(Struct, frozen=True, kw_only=True):
    """A recommendation in its *text*, the *source* it arises from, and its furthest *stage*,
    *since* a day.

    It has *reached* so many of the *stages*. Stages are *out_of_order* where it reached them
    before an earlier one, and *skipped* where it has not reached them, but a later one.
    """

    recommendation: str
    text: PersonalText
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
    """The day *on* which a recommendation first reached a *stage*, by an *event* of a *stream*."""

    recommendation: str
    stage: str
    on: date
    event: str
    stream: str
    out_of_order: bool


@row(key=("framework", "stage"))
class FunnelRow(Struct, frozen=True, kw_only=True):
    """A stage of a framework's cycle: how many of its *recommendations* have *reached* it, and for
    how many it is the *furthest*.
    """

    framework: str
    stage: str
    name: str
    recommendations: int
    reached: int
    furthest: int


class CycleTotals(Struct, frozen=True, kw_only=True):
    """The totals over all *recommendations*: those *in_order* have no stage out of order and have
    skipped none; those *without_cycle*, as their pack has none, have no row.
    """

    recommendations: int
    in_order: int
    without_cycle: int


@frozen(kw_only=True)
class LearningCycle:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    Each recommendation is held against the pack that was in force when it was issued.
    """

    valid: str
    known: str | None
    totals: CycleTotals
    funnel: Table[FunnelRow]
    recommendations: Table[CycleRow]
    stages: Table[StageRow]
    inconsistent: Table[InconsistentRow]


# The parts


def say_source(source: SourceStream, part: Part) -> None:
    """Say on which day each kind of event that a stage names was first, and the findings."""
    packs = (part.frameworks.general, *part.frameworks.packs)
    named = {event for pack in packs for stage in pack.cycle for event in stage.events}
    first = {event: on for event, on in source.first.items() if event in named}
    if not first:
        return
    part.say(FIRST, part.key, first)
    for finding, on in source.findings.items():
        part.say(FINDING, f"{part.key} {finding}", on)
    for ref, finding in source.taken_up:
        part.say(TAKEN_UP, f"{part.key} {ref}", finding)


def add_progress(progress: CycleProgress, part: Part) -> None:
    """Add how far a recommendation has come in the cycle of the pack it was issued under."""
    issued = progress.state.issued if progress.state else None
    if issued is None:
        return
    framework = part.governing(issued.recommendation, issued.on)
    if not framework.cycle:
        part.count("without_cycle", "recommendations")
        return
    days = {issued.source: _days_of_source(issued, part), part.key: _own_days(progress, part)}
    stages = list(_stage_rows(issued, framework.cycle, days))
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


def _days_of_source(issued: r.RecommendationIssued, part: Part) -> Mapping[str, date]:
    """Return the first days of the events of its source.

    Where it takes up findings, only these count.
    """
    source = issued.source
    first = dict(next(iter(part.ask(FIRST, source)), {}))
    taken_up = {*part.ask(TAKEN_UP, f"{source} {issued.recommendation}"), *issued.findings}
    if not taken_up:
        return first
    days = (day for ref in sorted(taken_up) for day in part.ask(FINDING, f"{source} {ref}"))
    return _replaced(first, FOUND, days)


def _own_days(progress: CycleProgress, part: Part) -> Mapping[str, date]:
    """Return the first days of its own events, by the evidence that stands.

    A check that an embedding rests on, or that verifies nothing, does not count.
    """
    assert progress.state is not None
    life = life_of(progress.state, part)
    embedded = [spell.on for spell in life.spells]
    checked: dict[str, date] = {}
    evidence: set[str] = set()
    for event in life.shown:
        if isinstance(event, r.RecommendationEmbedded):
            evidence.update(event.checks)
        elif isinstance(event, r.RecommendationChecked) and event.verifies:
            checked[event.check] = event.on
    lasting = (on for check, on in checked.items() if check not in evidence)
    return _replaced(_replaced(progress.first, CHECKED, lasting), EMBEDDED, embedded)


def _replaced(first: Mapping[str, date], name: str, days: Iterable[date]) -> Mapping[str, date]:
    """Return the *first* days, with the earliest of *days* for the event *name*."""
    rest = {other: on for other, on in first.items() if other != name}
    earliest = min(days, default=None)
    return rest if earliest is None else {**rest, name: earliest}


def _stage_rows(
    issued: r.RecommendationIssued,
    cycle: Iterable[Stage],
    days: Mapping[str, Mapping[str, date]],
) -> Iterator[StageRow]:
    """Yield each stage that was reached, by the first *days* of each stream and event."""
    latest = date.min
    for stage in cycle:
        reached = [
            (first[event], event, stream)
            for stream, first in days.items()
            for event in stage.events
            if event in first
        ]
        if reached:
            on, event, stream = min(reached, key=itemgetter(0))
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
    names_reached = {stage.stage for stage in reached}
    earlier = names[: names.index(furthest.stage)] if furthest else ()
    return CycleRow(
        recommendation=issued.recommendation,
        text=issued.text,
        source=issued.source,
        framework=framework.name,
        stage=furthest.stage if furthest else None,
        since=furthest.on if furthest else None,
        reached=len(reached),
        stages=len(names),
        out_of_order=tuple(stage.stage for stage in reached if stage.out_of_order),
        skipped=tuple(name for name in earlier if name not in names_reached),
    )


# The view


def total(everything: Totals) -> LearningCycle:
    by_framework = everything.columns("recommendations")
    funnel = partial(
        _funnel_rows, everything.columns("funnel"), by_framework, everything.as_of.packs
    )
    without = everything.columns("without_cycle").get((), {}).get("recommendations", 0)
    return LearningCycle(
        **everything.times,
        totals=CycleTotals(
            recommendations=without
            + sum(counts["recommendations"] for counts in by_framework.values()),
            in_order=sum(counts.get("in_order", 0) for counts in by_framework.values()),
            without_cycle=without,
        ),
        funnel=Table(funnel),
        recommendations=everything.table("recommendations"),
        stages=everything.table("stages"),
    )


def _funnel_rows(
    funnel: Mapping[Name, Columns], by_framework: Mapping[Name, Columns], frameworks: Frameworks
) -> Iterator[FunnelRow]:
    packs = {pack.name: pack for pack in (frameworks.general, *frameworks.packs)}
    for (name,), counts in sorted(by_framework.items()):
        for stage in packs[str(name)].cycle:
            columns = funnel.get((name, stage.stage), {})
            yield FunnelRow(
                framework=str(name),
                stage=stage.stage,
                name=stage.name,
                recommendations=counts["recommendations"],
                reached=columns.get("reached", 0),
                furthest=columns.get("furthest", 0),
            )


def learning_cycle_of(registry: Registry, edition: str) -> Projection[LearningCycle]:
    """Return the projection for the aggregates of *registry*, which may have an embedder's own."""
    sources = tuple(
        cls
        for decider in registry.deciders
        for cls in decider.event_types
        if cls not in get_args(r.RecommendationEvent)
    )
    return Projection(
        name="learning-cycle",
        view=LearningCycle,
        parts={
            merger_item: say_merger,
            audit_evidence_item: say_audit_evidence,
            indicator_item: say_indicator_evidence,
            Item("origin", sources, evolve_source): say_source,
            progress_item: add_progress,
        },
        says={
            MERGED: Merger,
            EVIDENCE: Source,
            FIRST: dict[str, date],
            FINDING: date,
            TAKEN_UP: str,
        },
        identity=(MERGED,),
        total=total,
        edition=edition,
    )


learning_cycle = learning_cycle_of(Registry(), PROGRAM)
