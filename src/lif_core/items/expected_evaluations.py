"""The evaluations that the framework's matrix expects of a review or an audit (Appendix A).

Each is expected by a day, whether or not anybody planned it.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from attrs import define, field
from msgspec import Struct

from lif_core.aggregates import evaluation as e
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.annual_report import AnnualReportPublished, ImpactExplained
from lif_core.aggregates.review import Review
from lif_core.decisions.record import Record
from lif_core.framework import Source
from lif_core.items.days import has_passed
from lif_core.items.source_use import AuditUse, SourceUse, use_of
from lif_core.items.title import title_of
from lif_core.projection.projection import Item, Part
from lif_core.projection.tables import row
from lif_core.values.fields import PersonalText
from lif_core.values.refs import stream_of
from lif_core.values.working_days import add_months

AUDIT = "audit"
REPORTS = ("annual report", "yearly report")
"""The methods of the shipped packs that streams other than evaluations carry out."""


class ExpectedStatus(StrEnum):
    """The status of an expected evaluation; one `missing` is not done, and past its day."""

    DONE = "done"
    OPEN = "open"
    MISSING = "missing"
    ABANDONED = "abandoned"


@row(key=("stream", "source", "method"))
class ExpectedRow(Struct, frozen=True, kw_only=True):
    """One *method* by which the learning of *stream*, by its *title*, is expected to be evaluated.

    *expected_by* is as many months after *concluded* as the pack says. *done* is the day on which
    it first was evaluated: by an *evaluation* or, where none was planned, by the stream
    *carried_by*, an audit that checked its recommendations or an annual report that explains its
    impact. *due* is the day of a planned evaluation that is not completed yet. It is *late* where
    it was done after it was expected.
    """

    stream: str
    title: PersonalText | None
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


class Evaluated(Struct, frozen=True, kw_only=True):
    """An evaluation of something by a *method*: *done* on a day, or *due*, or else abandoned.

    *evaluation* is its stream, where one was planned; *carried_by* is the stream that did it.
    """

    method: str
    due: date | None = None
    done: date | None = None
    evaluation: str | None = None
    carried_by: str | None = None


EVALUATED = "evaluated"
"""The topic of each evaluation, to the review or audit that it evaluates."""
SOURCE = "source"
"""The topic on which a recommendation says what it came from, to its own reference."""


def say_evaluation(evaluation: e.Evaluation, part: Part) -> None:
    """Tell the stream that is evaluated about its evaluation."""
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
class CheckedRecommendation:
    """A recommendation: its *source*, `None` where its issue is void, and its *checks*.

    It is a draft, which folding changes in place.
    """

    source: str | None = None
    checks: dict[str, r.RecommendationChecked] = field(factory=dict)


def evolve_recommendation(
    recommendation: CheckedRecommendation | None, record: Record
) -> CheckedRecommendation:
    recommendation, event = recommendation or CheckedRecommendation(), record.event
    if isinstance(event, r.RecommendationIssued):
        recommendation.source = event.source
    elif isinstance(event, r.RecommendationChecked):
        recommendation.checks[event.check] = event
    return recommendation


def say_recommendation(recommendation: CheckedRecommendation, part: Part) -> None:
    """Say what a recommendation came from, and tell that which audits checked it."""
    if recommendation.source is None:
        return
    part.say(SOURCE, part.ref, recommendation.source)
    for check in recommendation.checks.values():
        for ref in check.audits:
            _say_audit(recommendation.source, ref, check.on, part)


def _say_audit(source: str, ref: str, on: date, part: Part) -> None:
    """Tell *source* that an audit evaluated it, unless that is the audit itself."""
    audit = stream_of("audit", ref)
    if audit != source:
        part.say(EVALUATED, source, Evaluated(method=AUDIT, done=on, carried_by=audit))


@define(kw_only=True)
class ImpactReport:
    """An annual report: the *sources* whose impact it explains, and the day it was *published*.

    It is a draft, which folding changes in place.
    """

    sources: list[str] = field(factory=list)
    published: date | None = None


def evolve_report(report: ImpactReport | None, record: Record) -> ImpactReport:
    report, event = report or ImpactReport(), record.event
    if isinstance(event, AnnualReportPublished):
        report.published = event.on
    elif isinstance(event, ImpactExplained) and event.source:
        report.sources.append(event.source)
    return report


def say_report(report: ImpactReport, part: Part) -> None:
    """Tell each source whose impact a published report explains that this evaluates it."""
    if report.published is None:
        return
    for source in report.sources:
        for method in REPORTS:
            evaluated = Evaluated(method=method, done=report.published, carried_by=part.key)
            part.say(EVALUATED, source, evaluated)


origin_item = Item(
    "origin", (r.RecommendationIssued, r.RecommendationChecked), evolve_recommendation
)
impact_item = Item("impact", (ImpactExplained, AnnualReportPublished), evolve_report)


def say_checks(audit: AuditUse, part: Part) -> None:
    """Tell the sources of what an audit checked that it evaluates them."""
    for check in audit.checked.values():
        for source in part.ask(SOURCE, check.recommendation):
            _say_audit(source, check.audit, check.on, part)


def expected_rows(item: Review | AuditUse, part: Part) -> Iterator[ExpectedRow]:
    """Yield each evaluation that is expected of a concluded review or audit."""
    use = use_of(item, part)
    if use is None or use.concluded is None or use.source is None or not use.source.evaluations:
        return
    evaluations = part.ask(EVALUATED, part.key)
    for method in use.source.evaluations:
        by_method = [evaluation for evaluation in evaluations if evaluation.method == method]
        yield _expected_row(part, use, use.source, use.concluded, method, by_method)


def _expected_row(
    part: Part,
    use: SourceUse,
    source: Source,
    concluded: date,
    method: str,
    evaluations: Sequence[Evaluated],
) -> ExpectedRow:
    expected_by = add_months(concluded, source.within_months)
    days_due = [evaluation.due for evaluation in evaluations if evaluation.due is not None]
    done = min((each for each in evaluations if each.done), key=_order_done, default=None)
    day_done = done.done if done else None
    if done is not None:
        status = ExpectedStatus.DONE
    elif evaluations and not days_due:
        status = ExpectedStatus.ABANDONED
    else:
        status = ExpectedStatus.MISSING if has_passed(expected_by, part) else ExpectedStatus.OPEN
    return ExpectedRow(
        stream=part.key,
        title=title_of(part.key, part),
        kind=use.kind,
        source=source.source,
        method=method,
        concluded=concluded,
        expected_by=expected_by,
        status=status.value,
        due=min(days_due, default=None),
        done=day_done,
        late=day_done is not None and day_done > expected_by,
        evaluation=done.evaluation if done else None,
        carried_by=done.carried_by if done else None,
    )


def _order_done(evaluated: Evaluated) -> tuple[date, bool, str, str]:
    """Return the sort key of an evaluation that was done: its day, planned ones first."""
    assert evaluated.done is not None
    planned = evaluated.evaluation
    return evaluated.done, planned is None, planned or "", evaluated.carried_by or ""
