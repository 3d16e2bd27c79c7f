"""The material of a board's annual report, and an extract for inspections (framework §2.2;
Care Act 2014, Schedule 2, paragraph 4).

For each board: the twelve months up to the day asked, and the period of each report begun. All is
as it was on the last day of the period: which reviews were concluded, which go on, what they
found, what was done about it, and why it was not.

The tables `findings`, `impact` and `not_implemented` hold texts as they were given, because
Schedule 2 asks the report for them. They may tell about a person: the tables are for the report's
author, and not to be published as they are. Reviews of children's deaths are not counted here:
see `child-deaths`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import audit, body
from lif_core.aggregates import challenge as c
from lif_core.aggregates.evidence import Source
from lif_core.aggregates.indicator import IndicatorEvent
from lif_core.aggregates.recommendation import RecommendationEvent
from lif_core.aggregates.review import ReviewEvent
from lif_core.items.body import MERGED, Merger, merger_item, say_merger
from lif_core.items.entries import entries_of
from lif_core.items.evidence import EVIDENCE, audit_evidence_item
from lif_core.items.indicators import CONCERNS
from lif_core.items.title import TITLES, say_title, title_item
from lif_core.projection.projection import PROGRAM, Projection, Totals
from lif_core.projection.tables import Table
from lif_core.values.working_days import add_months
from lif_core.views.annual_report.facts import Count, DatedFact
from lif_core.views.annual_report.parts import (
    IMPLEMENTATION,
    PERIODS,
    REVIEWS,
    ReportedEvent,
    add_audit_evidence,
    add_challenge,
    add_indicator,
    add_recommendation,
    add_report,
    add_review,
    count_boards,
)
from lif_core.views.annual_report.periods import Figures, facts_by_period, figures_by_period
from lif_core.views.annual_report.rows import (
    AnnualReports,
    ImplementationRow,
    InspectionRow,
    JudgementRow,
    NotImplementedRow,
    PeriodRow,
    ReportedFindingRow,
    ReviewsRow,
)

HAPPENED = ("concluded", "discontinued", "ongoing")
R = TypeVar("R", NotImplementedRow, ReportedFindingRow, InspectionRow, JudgementRow)


def total(everything: Totals) -> AnnualReports:
    boards = sorted(everything.columns("boards").get((), ()))
    valid, table = everything.as_of.valid, everything.table
    periods = Table(partial(_periods, boards, table("begun"), valid))
    counted = Table(partial(figures_by_period, periods, table("counted")))
    decided = Table(partial(sorted, table("decided"), key=_is_recommended))
    return AnnualReports(
        **everything.times,
        periods=Table(lambda: (_period_row(*each) for each in counted)),
        reviews=Table(lambda: (row for each in counted for row in _reviews_rows(*each))),
        findings=Table(partial(_rows, periods, table("found"))),
        implementation=Table(lambda: (_implementation_row(*each) for each in counted)),
        not_implemented=Table(partial(_rows, periods, decided)),
        impact=table("impact"),
        inspections=Table(partial(_rows, periods, table("inspected"))),
        judgements=Table(partial(_rows, periods, table("judged"))),
    )


def _periods(boards: Sequence[str], begun: Iterable[PeriodRow], valid: date) -> list[PeriodRow]:
    """Return the twelve months of each board up to the day asked, and the periods of reports."""
    since = add_months(valid, -12) + timedelta(1) if valid.year > 1 else date.min
    year = PeriodRow(report=None, board="", since=since, until=valid, published=None, impacts=0)
    years = [replace(year, board=board) for board in boards]
    reports = [replace(period, until=min(period.until, valid)) for period in begun]
    return [period for period in (*years, *reports) if period.since <= period.until]


def _period_row(period: PeriodRow, figures: Figures) -> PeriodRow:
    """Return a period with its figures; of reviews, those of all kinds together."""
    kinds = [*_reviews_rows(period, figures)]
    return replace(
        period,
        concluded=sum(row.concluded for row in kinds),
        ongoing=sum(row.ongoing for row in kinds),
        findings=sum(row.findings for row in kinds),
        **figures.get(PERIODS, {}),
    )


def _reviews_rows(period: PeriodRow, figures: Figures) -> Iterator[ReviewsRow]:
    """Yield the kinds of which something happened in the period."""
    for group, columns in sorted(figures.items()):
        if group[0] == REVIEWS and any(columns.get(name) for name in HAPPENED):
            yield ReviewsRow(report=period.report, board=period.board, kind=group[1], **columns)


def _implementation_row(period: PeriodRow, figures: Figures) -> ImplementationRow:
    columns = figures.get(IMPLEMENTATION, {})
    return ImplementationRow(report=period.report, board=period.board, **columns)


def _rows(periods: Sequence[PeriodRow], facts: Sequence[DatedFact[tuple[R, ...]]]) -> Iterator[R]:
    """Yield the rows that count for each period, as rows of it."""
    for period, rows in facts_by_period(periods, facts):
        for row in rows:
            yield replace(row, report=period.report, board=period.board)


def _is_recommended(decided: DatedFact[tuple[NotImplementedRow, ...]]) -> bool:
    """Return whether a decision is on a recommendation: they come after those on findings."""
    return decided.what[0].finding is None


EVENTS = (
    IndicatorEvent
    | audit.AuditPlanned
    | audit.AuditConcluded
    | body.BodyRegistered
    | body.PassingEvent
    | a.AnnualReportEvent
    | c.ChallengeRaised
    | c.ChallengeAnswered
    | ReviewEvent
    | RecommendationEvent
)
"""Whatever puts a board on record."""

annual_report = Projection(
    name="annual-report",
    view=AnnualReports,
    parts={
        entries_of("record", EVENTS): count_boards,
        merger_item: say_merger,
        title_item: say_title,
        entries_of("indicator", IndicatorEvent): add_indicator,
        entries_of("evidence", audit_evidence_item.events): add_audit_evidence,
        entries_of("report", a.AnnualReportEvent): add_report,
        entries_of("challenge", c.ChallengeRaised | c.ChallengeAnswered): add_challenge,
        entries_of("review", ReportedEvent): add_review,
        entries_of("recommendation", RecommendationEvent): add_recommendation,
    },
    says={MERGED: Merger, TITLES: str, CONCERNS: DatedFact[None], EVIDENCE: DatedFact[Source]},
    facts={
        "begun": PeriodRow,
        "counted": DatedFact[Count],
        "decided": DatedFact[tuple[NotImplementedRow, ...]],
        "found": DatedFact[tuple[ReportedFindingRow, ...]],
        "inspected": DatedFact[tuple[InspectionRow, ...]],
        "judged": DatedFact[tuple[JudgementRow, ...]],
    },
    identity=(MERGED, TITLES),
    total=total,
    edition=PROGRAM,
)
