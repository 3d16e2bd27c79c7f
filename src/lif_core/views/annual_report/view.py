"""What a board's annual report is written from, and an extract for inspections (framework §2.2;
Care Act 2014, Schedule 2, paragraph 4).

For each board: the twelve months up to the day asked, and the period of each report begun. All is
as it was on the last day of the period: which reviews were concluded, which go on, what they
found, what was done about it, and why it was not.

The table `not_implemented` holds the reasons as they were given, because Schedule 2 asks the
report for them. They may tell about a person: the table is for the report's author, and not to be
published as it is. Reviews of children's deaths are not counted here: see `child-deaths`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from attrs import define

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import audit, body
from lif_core.aggregates import challenge as c
from lif_core.aggregates.indicator import IndicatorEvent
from lif_core.aggregates.recommendation import RecommendationEvent
from lif_core.aggregates.review import ReviewEvent
from lif_core.items.entries import entries_of
from lif_core.items.indicators import CONCERNS
from lif_core.items.standing import standing as standing_of
from lif_core.projection.projection import PROGRAM, Projection, Totals
from lif_core.projection.tables import Table
from lif_core.values.working_days import add_months
from lif_core.views.annual_report.parts import (
    CHALLENGES,
    RECOMMENDATIONS,
    REVIEWS,
    STANDING,
    add_challenge,
    add_indicator,
    add_recommendation,
    add_report,
    add_review,
    count_boards,
)
from lif_core.views.annual_report.periods import PeriodFigures, ReportPeriod, figures, standing
from lif_core.views.annual_report.rows import (
    AnnualReport,
    Dated,
    DecisionFact,
    ImplementationRow,
    InspectionFact,
    InspectionRow,
    JudgementRow,
    NotImplementedRow,
    PeriodFigure,
    PeriodRow,
    ReportFact,
    ReviewsRow,
)


@define(slots=False)
class PeriodTables:
    """The rows of all periods, made when one of their tables is looked at."""

    valid: date
    boards: Sequence[str]  # that anything is on record of
    asked: Table[ReportFact]
    counted: Table[Dated[PeriodFigure]]
    decided: Table[Dated[DecisionFact]]
    inspected: Table[Dated[InspectionFact]]

    @cached_property
    def reports(self) -> Mapping[str | None, ReportFact]:
        return {asked.report: asked for asked in self.asked}

    @cached_property
    def periods(self) -> Sequence[ReportPeriod]:
        """The twelve months of each board up to the day asked, and the periods of the reports."""
        return [period for period in self._periods() if period.since <= period.until]

    def _periods(self) -> Iterator[ReportPeriod]:
        valid = self.valid
        year = add_months(valid, -12) + timedelta(1) if valid.year > 1 else date.min
        for board in self.boards:
            yield ReportPeriod(None, board, year, valid)
        for asked in self.asked:
            for board in asked.boards:
                yield ReportPeriod(asked.report, board, asked.since, min(asked.until, valid))

    @cached_property
    def figures(self) -> Mapping[ReportPeriod, PeriodFigures]:
        return figures(self.periods, self.counted)

    @cached_property
    def inspections(self) -> Mapping[ReportPeriod, Sequence[InspectionFact]]:
        return standing(self.periods, self.inspected)

    def period_rows(self) -> Iterator[PeriodRow]:
        """Yield the figures of each; of the report itself, those that come after its period."""
        for period in self.periods:
            shown, report = self.figures[period], self.reports.get(period.report)
            reviews, made = shown.of(REVIEWS), shown.of(RECOMMENDATIONS)
            challenges = shown.of(CHALLENGES)
            yield PeriodRow(
                report=period.report,
                board=period.board,
                since=period.since,
                until=period.until,
                published=report.published if report else None,
                impacts=report.impacts if report else 0,
                **{name: reviews.get(name, 0) for name in ("concluded", "ongoing", "findings")},
                **{name: made.get(name, 0) for name in MADE},
                **{name: challenges.get(name, 0) for name in CHALLENGED},
            )

    def review_rows(self) -> Iterator[ReviewsRow]:
        """Yield the kinds of which something happened in each period."""
        for period in self.periods:
            shown = self.figures[period]
            for kind in sorted(shown.names):
                columns = shown.columns[REVIEWS, kind]
                if any(columns.get(name) for name in ("concluded", "discontinued", "ongoing")):
                    yield ReviewsRow(
                        report=period.report,
                        board=period.board,
                        kind=kind,
                        name=shown.names[kind],
                        **{name: columns.get(name, 0) for name in REVIEWED},
                    )

    def implementation_rows(self) -> Iterator[ImplementationRow]:
        for period in self.periods:
            columns = self.figures[period].of(STANDING)
            yield ImplementationRow(
                report=period.report,
                board=period.board,
                implemented_in_it=columns.get("implemented_in_it", 0),
                **standing_of(columns),
            )

    def not_implemented_rows(self) -> Iterator[NotImplementedRow]:
        """Yield findings with no action, of deaths as well; then recommendations declined or
        withdrawn.
        """
        findings_first = sorted(self.decided, key=lambda dated: dated.fact.finding is None)
        decided = standing(self.periods, findings_first)
        for period in self.periods:
            for fact in decided[period]:
                yield NotImplementedRow(
                    report=period.report,
                    board=period.board,
                    reference=fact.reference,
                    finding=fact.finding,
                    body=fact.body,
                    event=fact.event,
                    on=fact.on,
                    reasons=fact.reasons,
                )

    def inspection_rows(self) -> Iterator[InspectionRow]:
        for period in self.periods:
            for fact in self.inspections[period]:
                yield InspectionRow(
                    report=period.report,
                    board=period.board,
                    review=fact.review,
                    kind=fact.kind,
                    begun=fact.begun,
                    report_accepted=fact.report_accepted,
                    judgements=len(fact.judgements),
                    contributions=fact.contributions,
                    strengths=fact.strengths,
                    to_improve=fact.to_improve,
                )

    def judgement_rows(self) -> Iterator[JudgementRow]:
        for period in self.periods:
            for fact in self.inspections[period]:
                for one in fact.judgements:
                    yield JudgementRow(
                        report=period.report,
                        board=period.board,
                        review=fact.review,
                        area=one.area,
                        grade=one.grade,
                        on=one.on,
                    )


MADE = ("made", "asked", "accepted", "declined", "pending")
CHALLENGED = ("challenges_raised", "challenges_answered")
REVIEWED = ("concluded", "discontinued", "ongoing", "findings", "good_practice")


def total(everything: Totals) -> AnnualReport:
    shown = PeriodTables(
        everything.as_of.valid,
        sorted(everything.columns("boards").get((), ())),
        everything.table("asked"),
        everything.table("figures"),
        everything.table("decisions"),
        everything.table("inspected"),
    )
    return AnnualReport(
        **everything.times,
        periods=Table(shown.period_rows),
        reviews=Table(shown.review_rows),
        implementation=Table(shown.implementation_rows),
        not_implemented=Table(shown.not_implemented_rows),
        impact=everything.table("impact"),
        inspections=Table(shown.inspection_rows),
        judgements=Table(shown.judgement_rows),
    )


annual_report = Projection(
    name="annual-report",
    view=AnnualReport,
    parts={
        entries_of("indicator", IndicatorEvent): add_indicator,
        entries_of("audit", audit.AuditPlanned | audit.AuditConcluded): count_boards,
        entries_of("body", body.BodyRegistered | body.BodyMerged): count_boards,
        entries_of("report", a.AnnualReportEvent): add_report,
        entries_of("challenge", c.ChallengeRaised | c.ChallengeAnswered): add_challenge,
        entries_of("review", ReviewEvent): add_review,
        entries_of("recommendation", RecommendationEvent): add_recommendation,
    },
    says={CONCERNS: Dated[date]},
    facts={
        "asked": ReportFact,
        "figures": Dated[PeriodFigure],
        "decisions": Dated[DecisionFact],
        "inspected": Dated[InspectionFact],
    },
    total=total,
    edition=PROGRAM,
)
