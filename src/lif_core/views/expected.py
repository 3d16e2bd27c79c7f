"""Whether learning was evaluated as the framework's matrix expects (framework Appendix A).

Each review or audit of a source is expected to be evaluated by every method that the pack names
for that source, within so many months of its conclusion. What never happened is visible.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial

from attrs import define, field, frozen
from msgspec import Struct

from lif_core.aggregates import evaluation as e
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.annual_report import AnnualReportPublished, ImpactExplained
from lif_core.aggregates.review import Review
from lif_core.decisions.record import Record
from lif_core.framework import Source
from lif_core.items.days import passed
from lif_core.items.evaluation import evaluated
from lif_core.items.source_use import AuditUse, SourceUse, audited, reviewed, use_of
from lif_core.projection.projection import PROGRAM, Columns, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.working_days import add_months

AUDIT = "audit"
REPORTS = ("annual report", "yearly report")
"""The methods of the shipped packs that the record itself shows: other streams carry them out."""


class Status(StrEnum):
    """What became of an expected evaluation; `missing`: not done, and past the day expected."""

    DONE = "done"
    OPEN = "open"
    MISSING = "missing"
    ABANDONED = "abandoned"


@row(key=("stream", "source", "method"))
class ExpectedRow(Struct, frozen=True, kw_only=True):
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


@row(key=("source",))
class ExpectedSourceRow(Struct, frozen=True, kw_only=True):
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


@row(key=("stream", "source"))
class RoutingRow(Struct, frozen=True, kw_only=True):
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
    sources: Table[ExpectedSourceRow]
    expected: Table[ExpectedRow]
    routing: Table[RoutingRow]

    def missing(self) -> tuple[ExpectedRow, ...]:
        """Those that should have been done by now, and were not."""
        return tuple(row for row in self.expected if row.status == Status.MISSING)


# What was evaluated


class Evaluated(Struct, frozen=True, kw_only=True):
    """A *method* by which something was evaluated, or is to be.

    It was *done* on that day, by an *evaluation* where one was planned, *carried_by* a stream; or
    it is *due*; or else it was abandoned.
    """

    method: str
    due: date | None = None
    done: date | None = None
    evaluation: str | None = None
    carried_by: str | None = None


EVALUATED = "evaluated"
"""The topic on which a review or an audit is told of its evaluations."""
SOURCE = "source"
"""The topic on which a recommendation says what it came from."""


def add_evaluation(evaluation: e.Evaluation, part: Part) -> None:
    """Tell what is evaluated that it was, or is to be."""
    planned, ended = evaluation.planned, evaluation.ended
    if planned is None:
        return
    done = ended if isinstance(ended, e.EvaluationCompleted) else None
    evaluated = Evaluated(
        method=planned.method,
        due=planned.due if ended is None else None,
        done=done.on if done else None,
        evaluation=part.key,
        carried_by=done.carried_by if done else None,
    )
    part.say(EVALUATED, planned.source, evaluated)


@define(kw_only=True)
class Origin:
    """What a recommendation came from, and its *checks*; `None` where its issue is void."""

    source: str | None = None
    checks: dict[str, r.RecommendationChecked] = field(factory=dict)


def evolve_origin(origin: Origin | None, record: Record) -> Origin:
    origin, event = origin or Origin(), record.event
    if isinstance(event, r.RecommendationIssued):
        origin.source = event.source
    elif isinstance(event, r.RecommendationChecked):
        origin.checks[event.check] = event
    return origin


def add_origin(origin: Origin, part: Part) -> None:
    """Tell the source of a recommendation of the audits that checked it."""
    if origin.source is None:
        return
    part.say(SOURCE, part.ref, origin.source)
    for check in origin.checks.values():
        if check.audit is not None:
            _say_audited(origin.source, check.audit, check.on, part)


def _say_audited(source: str, ref: str, on: date, part: Part) -> None:
    """Tell *source* of an audit that looked at what it recommended; none evaluates itself."""
    audit = f"audit-{ref}"
    if audit != source:
        part.say(EVALUATED, source, Evaluated(method=AUDIT, done=on, carried_by=audit))


@define(kw_only=True)
class ImpactReport:
    """An annual report: the streams whose impact it explains, and when it was published."""

    sources: list[str] = field(factory=list)
    published: date | None = None


def evolve_report(report: ImpactReport | None, record: Record) -> ImpactReport:
    report, event = report or ImpactReport(), record.event
    if isinstance(event, AnnualReportPublished):
        report.published = event.on
    elif isinstance(event, ImpactExplained) and event.source:
        report.sources.append(event.source)
    return report


def add_report(report: ImpactReport, part: Part) -> None:
    """Tell what a published report explains the impact of."""
    if report.published is None:
        return
    for source in report.sources:
        for method in REPORTS:
            evaluated = Evaluated(method=method, done=report.published, carried_by=part.key)
            part.say(EVALUATED, source, evaluated)


# What is expected


def add_audit(audit: AuditUse, part: Part) -> None:
    """Tell the sources of what an audit checked of it, and add what is expected of itself."""
    for check in audit.checked.values():
        for source in part.ask(SOURCE, check.recommendation):
            _say_audited(source, check.audit, check.on, part)
    add_use(audit, part)


def add_use(item: Review | AuditUse, part: Part) -> None:
    """Add what is expected of a concluded review or audit, and where its learning goes."""
    use = use_of(item, part)
    if use is None or use.concluded is None or use.source is None:
        return
    source, concluded = use.source, use.concluded
    part.row("routing", _routing(part.key, use, source, concluded))
    part.count("sources", source.source, "concluded")
    part.count("names", source.source, source.name, concluded.toordinal())
    evaluations = part.ask(EVALUATED, part.key) if source.evaluations else []
    for method in source.evaluations:
        by_method = [each for each in evaluations if each.method == method]
        row = _expected(part, use, source, concluded, method, by_method)
        part.row("expected", row)
        part.counted("sources", source.source, columns={row.status: 1, "late": row.late})


def _expected(
    part: Part,
    use: SourceUse,
    source: Source,
    concluded: date,
    method: str,
    evaluations: Sequence[Evaluated],
) -> ExpectedRow:
    expected_by = add_months(concluded, source.within_months)
    waiting = [each.due for each in evaluations if each.due is not None]
    done = min((each for each in evaluations if each.done), key=_order, default=None)
    on = done.done if done else None
    if done is not None:
        status = Status.DONE
    elif evaluations and not waiting:
        status = Status.ABANDONED
    else:
        status = Status.MISSING if passed(expected_by, part) else Status.OPEN
    return ExpectedRow(
        stream=part.key,
        kind=use.kind,
        source=source.source,
        method=method,
        concluded=concluded,
        expected_by=expected_by,
        status=status.value,
        due=min(waiting, default=None),
        done=on,
        late=on is not None and on > expected_by,
        evaluation=done.evaluation if done else None,
        carried_by=done.carried_by if done else None,
    )


def _order(evaluated: Evaluated) -> tuple[date, bool, str, str]:
    """Return the place among what was done: by its day, what was planned first."""
    assert evaluated.done is not None
    planned = evaluated.evaluation
    return evaluated.done, planned is None, planned or "", evaluated.carried_by or ""


def _routing(stream: str, use: SourceUse, source: Source, concluded: date) -> RoutingRow:
    def serves(committee: str) -> bool:
        entry = use.framework.body(committee)
        return entry is None or not entry.boards or bool({*entry.boards} & {*use.boards})

    return RoutingRow(
        stream=stream,
        kind=use.kind,
        source=source.source,
        concluded=concluded,
        committees=tuple(filter(serves, source.committees)),
        stakeholders=source.stakeholders,
    )


def total(everything: Totals) -> ExpectedEvaluations:
    sources = partial(_source_rows, everything.columns("sources"), everything.columns("names"))
    return ExpectedEvaluations(
        **everything.times,
        sources=Table(sources),
        expected=everything.table("expected").by("concluded", "stream"),
        routing=everything.table("routing").by("concluded", "stream"),
    )


def _source_rows(
    sources: Mapping[Name, Columns], names: Mapping[Name, Columns]
) -> Iterator[ExpectedSourceRow]:
    """Yield a row for each source, under the name that it had when one was last concluded."""
    in_order = sorted(names.items(), key=lambda name: max(name[1]))
    latest = {code: name for (code, name), _ in in_order}
    for (code,), counts in sorted(sources.items()):
        columns = {column: counts.get(column, 0) for column in ("concluded", "late", *Status)}
        expected = sum(columns[status] for status in Status)
        yield ExpectedSourceRow(source=code, name=latest[code], expected=expected, **columns)


expected_evaluations = Projection(
    name="expected-evaluations",
    view=ExpectedEvaluations,
    parts={
        evaluated: add_evaluation,
        Item(
            "origin", (r.RecommendationIssued, r.RecommendationChecked), evolve_origin
        ): add_origin,
        Item("impact", (ImpactExplained, AnnualReportPublished), evolve_report): add_report,
        audited: add_audit,
        reviewed: add_use,
    },
    says={EVALUATED: Evaluated, SOURCE: str},
    total=total,
    edition=PROGRAM,
)
