"""Whether learning was evaluated as the framework's matrix expects (framework Appendix A).

Each review or audit of a source is expected to be evaluated by every method that the pack names
for that source, within so many months of its conclusion. What never happened is visible.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import annual_report as report
from lif_core import evaluation
from lif_core import recommendation as r
from lif_core.framework import Source
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection, item_as
from lif_core.record import Record
from lif_core.review import Review
from lif_core.views import coverage
from lif_core.views.coverage import Audited, Looked, code, looked_at
from lif_core.working_days import add_months

AUDIT = "audit"
REPORTS = ("annual report", "yearly report")
"""The methods of the shipped packs that the record itself shows: other streams carry them out."""


class Status(StrEnum):
    """What became of an expected evaluation; `missing`: not done, and past the day expected."""

    DONE = "done"
    OPEN = "open"
    MISSING = "missing"
    ABANDONED = "abandoned"


@frozen(kw_only=True)
class Report:
    """An annual report: the streams whose impact it explains, and when it was published."""

    sources: tuple[str, ...] = ()
    published: date | None = None


Item: TypeAlias = Review | Audited | r.Recommendation | evaluation.Evaluation | Report


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, r.RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    if isinstance(event, evaluation.EvaluationEvent):
        return (f"evaluation-{event.evaluation}",)
    if isinstance(event, report.ImpactExplained | report.AnnualReportPublished):
        return (f"annual_report-{event.report}",)
    return coverage.key(event)


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, r.RecommendationEvent):
        return r.evolve(item_as(r.Recommendation, item), event)
    if isinstance(event, evaluation.EvaluationEvent):
        return evaluation.evolve(item_as(evaluation.Evaluation, item), event)
    match event:
        case report.ImpactExplained(source=source):
            known = item_as(Report, item) or Report()
            return attrs.evolve(known, sources=(*known.sources, source)) if source else known
        case report.AnnualReportPublished():
            return attrs.evolve(item_as(Report, item) or Report(), published=event.on)
        case _:
            return coverage.evolve(item, record)


# The view


@frozen(kw_only=True)
class ExpectedRow:
    """One method by which the learning of *stream* is expected to be evaluated.

    *expected_by*: so many months after it *concluded* as the pack says. *done*: when it first was,
    by this *evaluation* or, where nobody planned one, by what *carried_by* shows: an audit that
    checked what the source recommended, an annual report that explains its impact. *due*: the day
    that a planned evaluation still to be completed is due. *late*: done after it was expected.
    """

    stream: str
    kind: str
    source: str
    method: str
    concluded: date
    expected_by: date
    status: str
    due: date | None
    done: date | None
    late: bool
    evaluation: str | None
    carried_by: str | None


@frozen(kw_only=True)
class SourceRow:
    """Of the *concluded* reviews and audits of a source: done + open + missing + abandoned =
    expected; of those done, *late* were done after they were expected.
    """

    source: str
    name: str
    concluded: int
    expected: int
    done: int
    late: int
    open: int
    missing: int
    abandoned: int


@frozen(kw_only=True)
class RoutingRow:
    """To which *committees* the learning of *stream* goes: those of its source that serve one of
    its boards, or that the pack does not tie to a board. *stakeholders*: who it concerns.
    """

    stream: str
    kind: str
    source: str
    concluded: date
    committees: tuple[str, ...]
    stakeholders: tuple[str, ...]


@frozen(kw_only=True)
class ExpectedEvaluations:
    """As it was at *valid*, as *known* then (an instant; `None`: all that is recorded).

    Each is in the order of the conclusions. Nothing is expected of a kind that belongs to no
    source, nor of a case that was decided not to be held.
    """

    valid: str
    known: str | None
    sources: tuple[SourceRow, ...]
    expected: tuple[ExpectedRow, ...]
    routing: tuple[RoutingRow, ...]

    def missing(self) -> tuple[ExpectedRow, ...]:
        """Those that should have been done by now, and were not."""
        return tuple(row for row in self.expected if row.status == Status.MISSING)


Key: TypeAlias = tuple[str, str]
"""What is evaluated, and by which method."""


@frozen(kw_only=True)
class Shown:
    """That an evaluation was done: *on* which day, by an *evaluation*, *carried_by* a stream."""

    on: date
    evaluation: str | None
    carried_by: str | None


def summarise(items: Mapping[str, Item], as_of: AsOf) -> ExpectedEvaluations:
    planned: dict[Key, list[evaluation.Evaluation]] = defaultdict(list)
    for item in items.values():
        if isinstance(item, evaluation.Evaluation) and item.planned:
            planned[item.planned.source, item.planned.method].append(item)
    shown: dict[Key, list[Shown]] = defaultdict(list)
    for learning, method, one in _shown(items):
        shown[learning, method].append(one)
    found = [
        (concluded, one, one.source)
        for one in looked_at(items, as_of.frameworks)
        if (concluded := one.concluded) and one.source
    ]
    found.sort(key=lambda each: (each[0], each[1].stream))
    rows = tuple(
        _row(one, source, method, concluded, planned, shown, as_of.valid)
        for concluded, one, source in found
        for method in source.evaluations
    )
    return ExpectedEvaluations(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        sources=_sources([one for _, one, _ in found], rows),
        expected=rows,
        routing=tuple(_routing(one, source, concluded) for concluded, one, source in found),
    )


def _shown(items: Mapping[str, Item]) -> Iterator[tuple[str, str, Shown]]:
    """What was evaluated, by which method, and what shows it."""
    source_of = {
        item.issued.recommendation: item.issued.source
        for item in items.values()
        if isinstance(item, r.Recommendation) and item.issued
    }
    for stream, item in items.items():
        match item:
            case evaluation.Evaluation(
                planned=evaluation.EvaluationPlanned(source=source, method=method),
                ended=evaluation.EvaluationCompleted() as ended,
            ):
                on, by = ended.on, ended.carried_by
                yield source, method, Shown(on=on, evaluation=stream, carried_by=by)
            case r.Recommendation(issued=issued) if issued:
                for check in item.checks.values():
                    if check.audit is not None:
                        yield from _audited(issued.source, check.audit, check.on)
            case Audited(state=state) if state:
                for found in state.checked.values():
                    if found.recommendation in source_of:
                        source = source_of[found.recommendation]
                        yield from _audited(source, found.audit, found.on)
            case Report(published=published) if published:
                for source, method in ((s, m) for s in item.sources for m in REPORTS):
                    yield source, method, Shown(on=published, evaluation=None, carried_by=stream)


def _audited(source: str, ref: str, on: date) -> Iterator[tuple[str, str, Shown]]:
    """An audit that looked at what *source* recommended; none evaluates itself."""
    stream = f"audit-{ref}"
    if stream != source:
        yield source, AUDIT, Shown(on=on, evaluation=None, carried_by=stream)


def _row(
    looked: Looked,
    source: Source,
    method: str,
    concluded: date,
    planned: Mapping[Key, list[evaluation.Evaluation]],
    shown: Mapping[Key, list[Shown]],
    valid: date,
) -> ExpectedRow:
    expected_by = add_months(concluded, source.within_months)
    every = planned.get((looked.stream, method), ())
    waiting = [one.planned for one in every if one.planned and one.ended is None]
    given_up = [one for one in every if isinstance(one.ended, evaluation.EvaluationAbandoned)]
    done = min(
        shown.get((looked.stream, method), ()),
        key=lambda one: (one.on, one.evaluation is None, one.evaluation, one.carried_by),
        default=None,
    )
    if done is not None:
        status = Status.DONE
    elif given_up and not waiting:
        status = Status.ABANDONED
    else:
        status = Status.MISSING if valid > expected_by else Status.OPEN
    return ExpectedRow(
        stream=looked.stream,
        kind=looked.kind,
        source=source.source,
        method=method,
        concluded=concluded,
        expected_by=expected_by,
        status=status.value,
        due=min((one.due for one in waiting), default=None),
        done=done.on if done else None,
        late=done is not None and done.on > expected_by,
        evaluation=done.evaluation if done else None,
        carried_by=done.carried_by if done else None,
    )


def _sources(found: list[Looked], rows: Iterable[ExpectedRow]) -> tuple[SourceRow, ...]:
    names = {one.source.source: one.source.name for one in found if one.source}
    concluded = Counter(code(one) for one in found)
    counted = Counter((row.source, row.status) for row in rows)
    late = Counter(row.source for row in rows if row.late)
    return tuple(
        SourceRow(
            source=source,
            name=names[source],
            concluded=concluded[source],
            expected=sum(counted[source, status] for status in Status),
            done=counted[source, Status.DONE],
            late=late[source],
            open=counted[source, Status.OPEN],
            missing=counted[source, Status.MISSING],
            abandoned=counted[source, Status.ABANDONED],
        )
        for source in sorted(names)
    )


def _routing(looked: Looked, source: Source, concluded: date) -> RoutingRow:
    def serves(committee: str) -> bool:
        entry = looked.framework.body(committee)
        return entry is None or not entry.boards or bool({*entry.boards} & {*looked.boards})

    return RoutingRow(
        stream=looked.stream,
        kind=looked.kind,
        source=source.source,
        concluded=concluded,
        committees=tuple(one for one in source.committees if serves(one)),
        stakeholders=source.stakeholders,
    )


expected_evaluations: Projection[Item, ExpectedEvaluations] = Projection(
    name="expected-evaluations", key=key, evolve=evolve, summarise=summarise
)
