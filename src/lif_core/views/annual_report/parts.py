"""The facts that streams add to `annual-report`, each with the days on which it stood.

No stream asks which periods there are: a new report makes none of them again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from types import NoneType
from typing import TypeAlias

from attrs import define, field

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import audit
from lif_core.aggregates import challenge as c
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.items import improvement, indicators
from lif_core.items.boards import boards_from
from lif_core.items.entries import last, of_kind
from lif_core.items.evidence import EVIDENCE, evidence_of_audit, evidence_of_indicator
from lif_core.items.improvement import Improvement, finding, lived
from lif_core.items.indicators import CONCERNS, IndicatorSeries
from lif_core.items.opening import BEGINNING
from lif_core.items.refusal import Refusal, reasons_of, refusal_stands, refusing_body
from lif_core.items.review import OutcomeEvent, is_death_review, kind_of
from lif_core.items.standing import counted
from lif_core.items.state import state_fold
from lif_core.items.title import title_of
from lif_core.projection.projection import Part
from lif_core.views.annual_report.facts import Count, DatedFact, DayFacts, facts_of
from lif_core.views.annual_report.rows import (
    ImpactRow,
    InspectionRow,
    JudgementRow,
    NotImplementedRow,
    PeriodRow,
    ReportedFindingRow,
)

Entries: TypeAlias = Sequence[Record]
JOINT = (*BEGINNING, r.RecommendationIssued, a.AnnualReportBegun)
"""The events that name the boards of what is joint to several."""
PERIODS, IMPLEMENTATION, REVIEWS = ("periods",), ("implementation",), "reviews"
"""Groups of counts; with its kind, the last is one of a kind of reviews."""


def count_boards(entries: Entries, part: Part) -> None:
    """Count the boards that anything is on record of."""
    named = [entry.event.boards for entry in entries if isinstance(entry.event, JOINT)]
    for board in boards_from(entries[0].event.on, part, named[-1] if named else ()):
        part.count("boards", board)


def add_report(entries: Entries, part: Part) -> None:
    """Add the period that a report was begun with last, and how it explains impact."""
    impacts = of_kind(entries, a.ImpactExplained)
    for event in impacts:
        impact = ImpactRow(
            report=event.report,
            source=event.source,
            title=title_of(event.source, part) if event.source else None,
            on=event.on,
            services=event.services,
            harm=event.harm,
        )
        part.row("impact", impact)
    begun, published = last(entries, a.AnnualReportBegun), last(entries, a.AnnualReportPublished)
    if begun is None:
        return
    for board in sorted({*boards_from(begun.on, part, begun.boards)}):
        period = PeriodRow(
            report=begun.report,
            board=board,
            since=begun.since,
            until=begun.until,
            published=published.on if published else None,
            impacts=len(impacts),
        )
        part.row("begun", period)


def add_challenge(entries: Entries, part: Part) -> None:
    """Count a challenge on the days on which it was raised and answered."""
    first = entries[0].event
    if isinstance(first, c.ChallengeRaised):
        boards = boards_from(first.on, part)
        for event in (entry.event for entry in entries):
            raised = isinstance(event, c.ChallengeRaised)
            count = Count(PERIODS, {"challenges_raised" if raised else "challenges_answered": 1})
            part.row("counted", DatedFact(boards, event.on, count, since=event.on))


# An indicator


def add_indicator(entries: Entries, part: Part) -> None:
    """Tell what an indicator speaks to of each day of concern, and when that stood; say what the
    indicator can be evidence of.
    """
    for ref, concern in facts_of(entries, indicators.evolve, _concerns, part):
        part.say(CONCERNS, ref, concern)
    for _, evidence in facts_of(entries, indicators.evolve, _evidence_of_indicator, part):
        part.say(EVIDENCE, part.key, evidence)


def _evidence_of_indicator(item: IndicatorSeries, then: Part) -> DayFacts:
    if item.defined is None or not item.defined.speaks_to:
        return {}
    return {(EVIDENCE, ""): ((), None, evidence_of_indicator(item, then))}


def _concerns(item: IndicatorSeries, then: Part) -> DayFacts:
    """Return each day of a signal against each recommendation."""
    if item.defined is None or not item.defined.speaks_to:
        return {}
    days = indicators.charted(item, item.defined, then).concerns
    return {(ref, day): ((), day, None) for ref in item.defined.speaks_to for day in days}


# An audit


def add_audit_evidence(entries: Entries, part: Part) -> None:
    """Say what an audit can be evidence of, and when that stood."""
    for _, evidence in facts_of(entries, state_fold(audit.evolve), _evidence, part):
        part.say(EVIDENCE, part.key, evidence)


def _evidence(state: audit.Audit, then: Part) -> DayFacts:
    evidence = evidence_of_audit(state, then)
    return {} if evidence is None else {(EVIDENCE, ""): ((), None, evidence)}


# A recommendation


@define
class AskedChange:
    """A recommendation, the last day on which its owner said it was in place, and the decisions
    not to do it.
    """

    improvement: Improvement | None = None
    implemented: date | None = None
    refusals: list[Refusal] = field(factory=list)


def _evolve_change(change: AskedChange | None, record: Record) -> AskedChange:
    change, event = change or AskedChange(), record.event
    change.improvement = improvement.evolve(change.improvement, record)
    if isinstance(event, r.RecommendationImplemented):
        change.implemented = event.on
    elif isinstance(event, Refusal):
        change.refusals.append(event)
    return change


ANSWERS = {
    r.RecommendationAccepted: "accepted",
    r.RecommendationAcceptedInPart: "accepted_in_part",
    r.RecommendationDeclined: "declined",
    NoneType: "pending",
}


def _read_change(change: AskedChange, then: Part) -> DayFacts:
    """Return what to count of a recommendation, and the decisions that no answer has replaced."""
    item = change.improvement
    if item is None or item.issued is None or item.state is None:
        return {}
    issued, answered = item.issued, item.state.answers
    boards = boards_from(issued.on, then, issued.boards)
    answers = Counter(ANSWERS[type(answered.get(body))] for body in issued.addressed)
    if item.state.status in (r.Status.WITHDRAWN, r.Status.SUPERSEDED):
        answers["ended"] = answers.pop("pending", 0)
    columns = {"made": 1, "asked": answers.total(), **answers}
    stands = counted(finding(item, lived(item, then), then))
    facts: DayFacts = {
        ("counted", "made"): (boards, issued.on, Count(PERIODS, columns)),
        ("counted", "stands"): (boards, None, Count(IMPLEMENTATION, stands)),
    }
    if change.implemented:
        count = Count(IMPLEMENTATION, {"implemented_in_it": 1})
        facts["counted", "implemented"] = boards, change.implemented, count
    for number, event in enumerate(change.refusals):
        if refusal_stands(event, answered):
            decision = _decision(event, item.ref, refusing_body(event), what=issued.text)
            facts["decided", number] = boards, event.on, (decision,)
    return facts


def add_recommendation(entries: Entries, part: Part) -> None:
    """Add when a recommendation was made, how it was answered, and where it stood."""
    for table, fact in facts_of(entries, _evolve_change, _read_change, part):
        part.row(table, fact)


def _decision(
    event: Refusal | v.NoActionTaken,
    ref: str,
    body: str,
    finding: str | None = None,
    what: str | None = None,
) -> NotImplementedRow:
    return NotImplementedRow(
        reference=ref,
        finding=finding,
        what=what,
        body=body,
        event=type(event).__name__,
        on=event.on,
        reasons=reasons_of(event),
    )


# A review

ReportedEvent: TypeAlias = (
    OutcomeEvent
    | v.FindingRecorded
    | v.FindingAddressed
    | v.NoActionTaken
    | v.JudgementRecorded
    | v.ContributionMade
)


@define
class ReportedReview:
    """A review, the bodies that contributed to it, in their order, and its findings without an
    action.
    """

    state: v.Review | None = None
    contributed: dict[str, None] = field(factory=dict)
    refusals: list[v.NoActionTaken] = field(factory=list)


def _evolve_review(review: ReportedReview | None, record: Record) -> ReportedReview:
    review = review or ReportedReview()
    event: ReportedEvent = record.event  # type: ignore[assignment]  # by the item's events
    review.state = v.evolve(review.state, event)
    if isinstance(event, v.ContributionMade):
        review.contributed[event.by.body] = None
    elif isinstance(event, v.NoActionTaken):
        review.refusals.append(event)
    return review


def _read_review(review: ReportedReview, then: Part) -> DayFacts:
    """Return the findings of a review that nothing has taken up; and, where it is held and not of
    a child's death, what to count of it, and what it judged.
    """
    state = review.state
    if state is None or state.begun is None:
        return {}
    begun, kind = state.begun, kind_of(state, then)
    boards = boards_from(begun.on, then, begun.boards)
    facts: DayFacts = {}
    is_death = is_death_review(state, kind)
    for number, event in enumerate(review.refusals):
        if event.finding not in state.taken_up:
            finding_of = state.findings.get(event.finding)
            what = finding_of.what if finding_of and not is_death else None
            decision = _decision(event, begun.review, event.by.body, event.finding, what)
            facts["decided", number] = boards, event.on, (decision,)
    if state.held is None or is_death:
        return facts
    accepted, closed, group = state.accepted, state.closed, (REVIEWS, kind.kind)
    good = sum(event.factor is v.Factor.GOOD_PRACTICE for event in state.findings.values())
    ongoing = {"ongoing": int(accepted is None and closed is None)}
    facts["counted", "held"] = boards, None, Count(group, ongoing, kind.name)
    if accepted:
        columns = {"concluded": 1, "findings": len(state.findings), "good_practice": good}
        facts["counted", "concluded"] = boards, accepted.on, Count(group, columns)
        facts["found", ""] = boards, accepted.on, tuple(_finding_rows(state))
    if isinstance(closed, v.ReviewDiscontinued):
        facts["counted", "ended"] = boards, closed.on, Count(group, {"discontinued": 1})
    if not (kind.areas or state.judged):
        return facts
    ended = accepted or closed
    inspection = InspectionRow(
        review=begun.review,
        title=_title(begun),
        kind=kind.name,
        begun=begun.on,
        report_accepted=accepted.on if accepted else None,
        judgements=len(state.judged),
        contributions=tuple(review.contributed),
        strengths=good,
        to_improve=len(state.findings) - good,
    )
    judgements = tuple(
        JudgementRow(review=begun.review, area=judged.area, grade=judged.grade, on=judged.on)
        for judged in state.judged.values()
    )
    ended_on = ended.on if ended else None
    facts["inspected", ""] = boards, ended_on, (inspection,)
    facts["judged", ""] = boards, ended_on, judgements
    return facts


def _title(begun: v.CaseNotified | v.DeathNotified | v.ReviewOpened) -> str | None:
    """Return the title of a review; that of a death would say who the child was."""
    match begun:
        case v.CaseNotified(subject=title) | v.ReviewOpened(title=title):
            return title
        case _:
            return None


def _finding_rows(state: v.Review) -> Iterator[ReportedFindingRow]:
    assert state.begun is not None
    for event in state.findings.values():
        yield ReportedFindingRow(
            review=event.review,
            title=_title(state.begun),
            finding=event.finding,
            factor=event.factor.value,
            themes=event.themes,
            what=event.what,
            why=event.why,
            answered=event.finding in state.addressed,
        )


def add_review(entries: Entries, part: Part) -> None:
    """Add how a review went on, what it judged, and the findings left without an action."""
    for table, fact in facts_of(entries, _evolve_review, _read_review, part):
        part.row(table, fact)
