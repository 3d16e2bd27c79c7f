"""What a board's annual report is written from, and an extract for inspections (framework §2.2;
Care Act 2014, Schedule 2, paragraph 4).

For each board: the twelve months up to the day asked, and the period of each report begun. All is
as it was on the last day of the period: which reviews were concluded, which go on, what they
found, what was done about it, and why it was not.

The table `not_implemented` holds the reasons as they were given, because Schedule 2 asks the
report for them. They may tell about a person: the table is for the report's author, and not to be
published as it is. Reviews of children's deaths are not counted here: see `child-deaths`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

import attrs
from attrs import frozen

from lif_core import annual_report as a
from lif_core import challenge as c
from lif_core import recommendation as r
from lif_core import review as v
from lif_core.framework import ReviewKind
from lif_core.items.boards import boards_of
from lif_core.items.improvement import Finding
from lif_core.messages import Event
from lif_core.projection.projection import AsOf, Projection
from lif_core.views.annual_report.rows import (
    AnnualReport,
    ImpactRow,
    ImplementationRow,
    InspectionRow,
    JudgementRow,
    NotImplementedRow,
    PeriodRow,
    ReviewsRow,
)
from lif_core.views.publication import (
    Kept,
    findings_in,
    issued_in,
    keep,
    kind_of,
    of_a_death,
    publication,
    reviews_in,
    standing,
)
from lif_core.working_days import add_months


def key(event: Event[Any]) -> tuple[str, ...]:
    match event:
        case a.AnnualReportBegun() | a.ImpactExplained() | a.AnnualReportPublished():
            return (f"annual_report-{event.report}",)
        case c.ChallengeRaised() | c.ChallengeAnswered():
            return (f"challenge-{event.challenge}",)
        case _:
            return publication.key(event)


# Periods


@frozen(kw_only=True)
class Snapshot:
    """The history as it was on one day."""

    items: Mapping[str, Kept]
    as_of: AsOf
    reviews: tuple[tuple[v.Review, ReviewKind], ...]
    issued: tuple[r.RecommendationIssued, ...]
    findings: Mapping[str, Finding]


def _snapshot(items: Mapping[str, Kept], as_of: AsOf) -> Snapshot:
    told = {name: tuple(o for o in items[name] if o.event.on <= as_of.valid) for name in items}
    then = {name: kept for name, kept in told.items() if kept}
    return Snapshot(
        items=then,
        as_of=as_of,
        reviews=tuple((one, kind_of(one, as_of.frameworks)) for one in reviews_in(then)),
        issued=tuple(issued_in(then)),
        findings=findings_in(then, as_of),
    )


@frozen(kw_only=True)
class Period:
    """What one *board* reports on, from *since* to the day of the snapshot, *then*."""

    report: str | None
    board: str
    since: date
    then: Snapshot

    @property
    def until(self) -> date:
        return self.then.as_of.valid

    def has(self, on: date) -> bool:
        return self.since <= on <= self.until

    def concerns(self, ref: str, on: date, named: tuple[str, ...] = ()) -> bool:
        """Whether what has this reference and began then is of the board."""
        framework = self.then.as_of.frameworks.governing(ref, on)
        return self.board in boards_of(ref, named, framework)

    def of(self, state: v.Review) -> bool:
        assert state.begun is not None
        return self.concerns(state.begun.review, state.begun.on, state.begun.boards)

    def reviews(self) -> Iterator[tuple[v.Review, ReviewKind]]:
        """The board's reviews that were held, those of children's deaths excepted."""
        for state, kind in self.then.reviews:
            if state.held is not None and self.of(state) and not of_a_death(state, kind):
                yield state, kind

    def issued(self) -> Iterator[r.RecommendationIssued]:
        """The board's recommendations."""
        for event in self.then.issued:
            if self.concerns(event.recommendation, event.on, event.boards):
                yield event

    def told(self, stream: str) -> Iterator[Event[Any]]:
        """The events of *stream* that took effect within the period."""
        for record in self.then.items.get(stream, ()):
            if self.has(record.event.on):
                yield record.event


def summarise(items: Mapping[str, Kept], as_of: AsOf) -> AnnualReport:
    periods = list(_periods(items, as_of))
    return AnnualReport(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        periods=tuple(_period_row(period, items) for period in periods),
        reviews=tuple(row for period in periods for row in _reviews(period)),
        implementation=tuple(_implementation(period) for period in periods),
        not_implemented=tuple(row for period in periods for row in _not_implemented(period)),
        impact=tuple(
            ImpactRow(report=event.report, source=event.source, on=event.on)
            for event in _told(items)
            if isinstance(event, a.ImpactExplained)
        ),
        inspections=tuple(
            _inspection(period, *found) for period in periods for found in _inspections(period)
        ),
        judgements=tuple(row for period in periods for row in _judgements(period)),
    )


def _told(items: Mapping[str, Kept]) -> Iterator[Event[Any]]:
    """Every event, stream by stream."""
    for kept in items.values():
        for record in kept:
            yield record.event


def _periods(items: Mapping[str, Kept], as_of: AsOf) -> Iterator[Period]:
    valid, snapshots = as_of.valid, {}
    for report, board, since, until in (*_years(items, as_of), *_of_reports(items, as_of)):
        end = min(until, valid)
        if since <= end:
            if end not in snapshots:
                snapshots[end] = _snapshot(items, attrs.evolve(as_of, valid=end))
            yield Period(report=report, board=board, since=since, then=snapshots[end])


Asked: TypeAlias = tuple[str | None, str, date, date]
REVIEW = v.CaseNotified | v.DeathNotified | v.ReviewOpened
JOINT = REVIEW | r.RecommendationIssued | a.AnnualReportBegun


def _years(items: Mapping[str, Kept], as_of: AsOf) -> Iterator[Asked]:
    """The twelve months of each board that anything is on record of."""
    boards: set[str] = set()
    for name, kept in items.items():
        named = [record.event.boards for record in kept if isinstance(record.event, JOINT)]
        ref = name.partition("-")[2]
        boards |= _boards(ref, kept[0].event.on, named[-1] if named else (), as_of)
    valid = as_of.valid
    since = add_months(valid, -12) + timedelta(1) if valid.year > 1 else date.min
    for board in sorted(boards):
        yield None, board, since, valid


def _of_reports(items: Mapping[str, Kept], as_of: AsOf) -> Iterator[Asked]:
    """A report has one period: that with which it was begun last, should it be so twice."""
    begun = {e.report: e for e in _told(items) if isinstance(e, a.AnnualReportBegun)}
    for event in begun.values():
        for board in sorted(_boards(event.report, event.on, event.boards, as_of)):
            yield event.report, board, event.since, event.until


def _boards(ref: str, on: date, named: tuple[str, ...], as_of: AsOf) -> set[str]:
    return set(boards_of(ref, named, as_of.frameworks.governing(ref, on)))


# Rows


def _period_row(period: Period, items: Mapping[str, Kept]) -> PeriodRow:
    """What is of the report itself, such as its publication, comes after the end of its period."""
    concluded = [state for state, _ in period.reviews() if _concluded(period, state)]
    made = [event for event in period.issued() if period.has(event.on)]
    answers = [answer for event in made for answer in _answers(period, event)]
    of_report = [one.event for one in items.get(f"annual_report-{period.report}", ())]
    published = [one.on for one in of_report if isinstance(one, a.AnnualReportPublished)]
    challenges = [event for stream in _challenges(period) for event in period.told(stream)]
    return PeriodRow(
        report=period.report,
        board=period.board,
        since=period.since,
        until=period.until,
        published=published[-1] if published else None,
        impacts=sum(isinstance(one, a.ImpactExplained) for one in of_report),
        concluded=len(concluded),
        ongoing=sum(_ongoing(state) for state, _ in period.reviews()),
        findings=sum(len(state.findings) for state in concluded),
        made=len(made),
        asked=len(answers),
        accepted=answers.count("accepted"),
        declined=answers.count("declined"),
        pending=answers.count("pending"),
        challenges_raised=sum(isinstance(one, c.ChallengeRaised) for one in challenges),
        challenges_answered=sum(isinstance(one, c.ChallengeAnswered) for one in challenges),
    )


def _concluded(period: Period, state: v.Review) -> bool:
    return state.accepted is not None and period.has(state.accepted.on)


def _ongoing(state: v.Review) -> bool:
    return state.accepted is None and state.closed is None


def _state(period: Period, ref: str) -> r.Recommendation:
    state = r.Recommendation()
    for record in period.then.items[f"recommendation-{ref}"]:
        if isinstance(record.event, r.RecommendationEvent):
            state = r.evolve(state, record.event)
    return state


def _answers(period: Period, event: r.RecommendationIssued) -> Iterator[str]:
    state = _state(period, event.recommendation)
    for body in event.addressed:
        match state.answers.get(body):
            case r.RecommendationAccepted():
                yield "accepted"
            case r.RecommendationDeclined():
                yield "declined"
            case None:
                yield "pending"


def _challenges(period: Period) -> Iterator[str]:
    for stream, kept in period.then.items.items():
        match kept[0].event:
            case c.ChallengeRaised(challenge=ref, on=on) if period.concerns(ref, on):
                yield stream


def _reviews(period: Period) -> Iterator[ReviewsRow]:
    of_kind: dict[str, list[v.Review]] = {}
    names = {}
    for state, kind in period.reviews():
        of_kind.setdefault(kind.kind, []).append(state)
        names[kind.kind] = kind.name
    for code in sorted(of_kind):
        states = of_kind[code]
        concluded = [state for state in states if _concluded(period, state)]
        findings = [one for state in concluded for one in state.findings.values()]
        row = ReviewsRow(
            report=period.report,
            board=period.board,
            kind=code,
            name=names[code],
            concluded=len(concluded),
            discontinued=sum(
                isinstance(state.closed, v.ReviewDiscontinued) and period.has(state.closed.on)
                for state in states
            ),
            ongoing=sum(_ongoing(state) for state in states),
            findings=len(findings),
            good_practice=sum(one.factor is v.Factor.GOOD_PRACTICE for one in findings),
        )
        if row.concluded or row.discontinued or row.ongoing:
            yield row


def _implementation(period: Period) -> ImplementationRow:
    refs = [event.recommendation for event in period.issued()]
    told = {(ref, type(event)) for ref in refs for event in period.told(f"recommendation-{ref}")}
    return ImplementationRow(
        report=period.report,
        board=period.board,
        implemented_in_it=sum((ref, r.RecommendationImplemented) in told for ref in refs),
        **standing(period.then.findings[ref] for ref in refs),
    )


def _not_implemented(period: Period) -> Iterator[NotImplementedRow]:
    """Findings with no action, of deaths as well; recommendations declined or withdrawn."""
    for state, _ in period.then.reviews:
        if state.begun is not None and period.of(state):
            yield from _no_actions(period, state.begun.review)
    for issued in period.issued():
        ref = issued.recommendation
        answers = _state(period, ref).answers
        for event in period.told(f"recommendation-{ref}"):
            match event:
                case r.RecommendationDeclined():
                    body = event.for_body or event.by.body
                    if answers.get(body) is event:
                        yield _reasons(period, ref, body, event, event.reasons)
                case r.RecommendationWithdrawn():
                    yield _reasons(period, ref, event.by.body, event, event.reasons)


def _no_actions(period: Period, ref: str) -> Iterator[NotImplementedRow]:
    """Those that no recommendation has taken up."""
    told = [record.event for record in period.then.items[f"review-{ref}"]]
    taken_up = {event.finding for event in told if isinstance(event, v.FindingAddressed)}
    for event in period.told(f"review-{ref}"):
        match event:
            case v.NoActionTaken(finding=finding) if finding not in taken_up:
                row = _reasons(period, ref, event.by.body, event, event.reasons)
                yield attrs.evolve(row, finding=finding)


def _reasons(
    period: Period, ref: str, body: str, event: Event[Any], reasons: str
) -> NotImplementedRow:
    return NotImplementedRow(
        report=period.report,
        board=period.board,
        reference=ref,
        finding=None,
        body=body,
        event=type(event).__name__,
        on=event.on,
        reasons=reasons,
    )


def _inspections(period: Period) -> Iterator[tuple[v.Review, ReviewKind]]:
    """Of a kind that judges areas, or that has judged one; not ended before the period."""
    for state, kind in period.reviews():
        ended = state.accepted or state.closed
        if (kind.areas or state.judged) and (ended is None or ended.on >= period.since):
            yield state, kind


def _inspection(period: Period, state: v.Review, kind: ReviewKind) -> InspectionRow:
    assert state.begun is not None
    good = sum(one.factor is v.Factor.GOOD_PRACTICE for one in state.findings.values())
    contributed = [
        one.event.by.body
        for one in period.then.items[f"review-{state.begun.review}"]
        if isinstance(one.event, v.ContributionMade)
    ]
    return InspectionRow(
        report=period.report,
        board=period.board,
        review=state.begun.review,
        kind=kind.name,
        begun=state.begun.on,
        report_accepted=state.accepted.on if state.accepted else None,
        judgements=len(state.judged),
        contributions=tuple(dict.fromkeys(contributed)),
        strengths=good,
        to_improve=len(state.findings) - good,
    )


def _judgements(period: Period) -> Iterator[JudgementRow]:
    for state, _ in _inspections(period):
        for event in state.judged.values():
            yield JudgementRow(
                report=period.report,
                board=period.board,
                review=event.review,
                area=event.area,
                grade=event.grade,
                on=event.on,
            )


annual_report: Projection[Kept, AnnualReport] = Projection(
    name="annual-report", key=key, evolve=keep, summarise=summarise
)
