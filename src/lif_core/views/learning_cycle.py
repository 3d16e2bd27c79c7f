"""Each recommendation against the cycle of learning and improvement (framework §2.4).

A pack puts the stages in their order and names the events that reach each. Those of a
recommendation's own stream count, and those of the review or audit that it arises from; where it
arises from another recommendation, its own only.

- A finding counts for a recommendation that takes it up; any does where it names none.
- An embedding counts while the evidence it rests on stands.
- A check that an embedding rests on is its evidence: it does not show that a change lasts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import frozen

from lif_core import recommendation as r
from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.framework import Framework, Stage
from lif_core.log.registry import Registry
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.record import Record
from lif_core.review import FindingAddressed, FindingRecorded

REGISTRY = Registry()
KNOWN = frozenset(cls for decider in REGISTRY.deciders for cls in decider.event_types)
FOUND = FindingRecorded.__name__
CHECKED = r.RecommendationChecked.__name__


@frozen(kw_only=True)
class Line:
    """A stream: the first day of each kind of event in it, by name.

    *findings* of a review, by reference, and which recommendations *took_up* each; *state* is a
    recommendation's, and *rested_on* the checks that its embeddings rest on.
    """

    first: Mapping[str, date] = MappingProxyType({})
    findings: Mapping[str, date] = MappingProxyType({})
    took_up: Mapping[str, frozenset[str]] = MappingProxyType({})
    state: r.Recommendation | None = None
    rested_on: frozenset[str] = frozenset()


def key(event: Event[Any]) -> tuple[str, ...]:
    return (REGISTRY.stream(event),) if type(event) in KNOWN else ()


def evolve(line: Line | None, record: Record) -> Line:
    line, event = line or Line(), record.event
    if isinstance(event, r.RecommendationEvent):
        line = evolved(line, state=r.evolve(line.state, event))
    match event:
        case FindingRecorded(finding=finding) if finding not in line.findings:
            line = evolved(line, findings=plus(line.findings, finding, event.on))
        case FindingAddressed(finding=finding, recommendation=ref):
            known = line.took_up.get(ref, frozenset()) | {finding}
            line = evolved(line, took_up=plus(line.took_up, ref, known))
        case r.RecommendationEmbedded(rests_on=checks):
            line = evolved(line, rested_on=line.rested_on | {*checks})
            if line.state is None or line.state.status is not r.Status.EMBEDDED:
                return line
    name = type(event).__name__
    if name in line.first:
        return line
    return evolved(line, first=plus(line.first, name, event.on))


# The view


@frozen(kw_only=True)
class CycleRow:
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


@frozen(kw_only=True)
class StageRow:
    """When a recommendation first reached a *stage*; *event* and *stream* say by what."""

    recommendation: str
    stage: str
    on: date
    event: str
    stream: str
    out_of_order: bool


@frozen(kw_only=True)
class FunnelRow:
    """Of the *recommendations* under a framework, how many *reached* a stage, and how many stand
    there: it is the *furthest* they have come.
    """

    framework: str
    stage: str
    name: str
    recommendations: int
    reached: int
    furthest: int


@frozen(kw_only=True)
class Totals:
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
    totals: Totals
    funnel: tuple[FunnelRow, ...]
    recommendations: tuple[CycleRow, ...]
    stages: tuple[StageRow, ...]


@frozen(kw_only=True)
class Reached:
    """When a stage was first reached, and by which event of which stream."""

    on: date
    event: str
    stream: str


@frozen(kw_only=True)
class Course:
    """A recommendation, and what it reached of the cycle of its *framework*."""

    issued: r.RecommendationIssued
    framework: Framework
    reached: Mapping[str, Reached]

    @property
    def row(self) -> CycleRow:
        stages = [stage.stage for stage in self.framework.cycle]
        furthest = max((stages.index(stage) for stage in self.reached), default=-1)
        stage = stages[furthest] if self.reached else None
        return CycleRow(
            recommendation=self.issued.recommendation,
            source=self.issued.source,
            framework=self.framework.name,
            stage=stage,
            since=self.reached[stage].on if stage else None,
            reached=len(self.reached),
            stages=len(stages),
            out_of_order=tuple(stage for stage in stages if self.before_an_earlier(stage)),
            skipped=tuple(one for one in stages[: furthest + 1] if one not in self.reached),
        )

    def before_an_earlier(self, stage: str) -> bool:
        """Whether *stage* was reached before one that stands before it in the cycle."""
        if stage not in self.reached:
            return False
        for other in self.framework.cycle:
            if other.stage == stage:
                break
            if (
                other.stage in self.reached
                and self.reached[stage].on < self.reached[other.stage].on
            ):
                return True
        return False


def summarise(lines: Mapping[str, Line], as_of: AsOf) -> LearningCycle:
    courses, without = [], 0
    for stream, line in lines.items():
        if line.state is None or line.state.issued is None:
            continue
        issued = line.state.issued
        framework = as_of.frameworks.governing(issued.recommendation, issued.on)
        without += not framework.cycle
        if framework.cycle:
            reached = _reached(stream, line, issued, lines, framework.cycle)
            courses.append(Course(issued=issued, framework=framework, reached=reached))
    rows = tuple(course.row for course in courses)
    return LearningCycle(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        totals=Totals(
            recommendations=len(rows) + without,
            in_order=sum(not row.out_of_order and not row.skipped for row in rows),
            without_cycle=without,
        ),
        funnel=tuple(_funnel(courses, rows)),
        recommendations=rows,
        stages=tuple(row for course in courses for row in _stages(course)),
    )


def _reached(
    stream: str,
    line: Line,
    issued: r.RecommendationIssued,
    lines: Mapping[str, Line],
    cycle: Iterable[Stage],
) -> dict[str, Reached]:
    """What it reached, by the names of the stages, in their order."""
    source = lines.get(issued.source, Line())
    source = Line() if source.state else source  # another recommendation has a cycle of its own
    days = [(issued.source, _of_source(source, issued)), (stream, _of_itself(line))]
    found = {}
    for stage in cycle:
        every = [
            Reached(on=known[event], event=event, stream=where)
            for where, known in days
            for event in stage.events
            if event in known
        ]
        if every:
            found[stage.stage] = min(every, key=lambda one: one.on)
    return found


def _of_source(line: Line, issued: r.RecommendationIssued) -> Mapping[str, date]:
    """The first days of the source's events; of its findings, those that are taken up."""
    taken = line.took_up.get(issued.recommendation, frozenset()) | {*issued.findings}
    days = [on for finding, on in line.findings.items() if not taken or finding in taken]
    return _with(line.first, FOUND, days)


def _of_itself(line: Line) -> Mapping[str, date]:
    """The first days of its own events; of its checks, those that no embedding rests on."""
    checks = line.state.checks.values() if line.state else ()
    days = [check.on for check in checks if check.check not in line.rested_on]
    return _with(line.first, CHECKED, days)


def _with(first: Mapping[str, date], name: str, days: Iterable[date]) -> Mapping[str, date]:
    rest = {other: on for other, on in first.items() if other != name}
    return {**rest, name: min(found)} if (found := list(days)) else rest


def _stages(course: Course) -> Iterator[StageRow]:
    for stage, reached in course.reached.items():
        yield StageRow(
            recommendation=course.issued.recommendation,
            stage=stage,
            on=reached.on,
            event=reached.event,
            stream=reached.stream,
            out_of_order=course.before_an_earlier(stage),
        )


def _funnel(courses: Iterable[Course], rows: Iterable[CycleRow]) -> Iterator[FunnelRow]:
    frameworks = {course.framework.name: course.framework for course in courses}
    of = Counter(course.framework.name for course in courses)
    reached = Counter((one.framework.name, stage) for one in courses for stage in one.reached)
    furthest = Counter((row.framework, row.stage) for row in rows)
    for name in sorted(frameworks):
        for stage in frameworks[name].cycle:
            yield FunnelRow(
                framework=name,
                stage=stage.stage,
                name=stage.name,
                recommendations=of[name],
                reached=reached[name, stage.stage],
                furthest=furthest[name, stage.stage],
            )


learning_cycle: Projection[Line, LearningCycle] = Projection(
    name="learning-cycle", key=key, evolve=evolve, summarise=summarise
)
