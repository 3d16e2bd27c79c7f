"""What streams add to `annual-report`: facts, each with the days on which it stood.

A stream is taken day by day, for the figures of a period are those of the day on which it ended.
No stream asks which periods there are: a new report makes none of them again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TypeAlias, TypeVar

from attrs import define, field

from lif_core.aggregates import annual_report as a
from lif_core.aggregates import challenge as c
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.record import Record
from lif_core.items import improvement, indicators
from lif_core.items.boards import boards_of
from lif_core.items.entries import told
from lif_core.items.improvement import Improvement, finding
from lif_core.items.indicators import CONCERNS, Measured
from lif_core.items.review import kind_of, of_a_death
from lif_core.items.standing import counted
from lif_core.projection.projection import Address, AsOf, Part
from lif_core.views.annual_report.rows import (
    Dated,
    DecisionFact,
    ImpactRow,
    InspectionFact,
    Judgement,
    PeriodFigure,
    ReportFact,
)

S = TypeVar("S")
T = TypeVar("T")
Entries: TypeAlias = list[Record]
Begun: TypeAlias = v.CaseNotified | v.DeathNotified | v.ReviewOpened
Joint: TypeAlias = Begun | r.RecommendationIssued | a.AnnualReportBegun
Boards: TypeAlias = tuple[str, ...]


def count_boards(entries: Entries, part: Part) -> None:
    """Count the boards that anything is on record of."""
    named = [entry.event.boards for entry in entries if isinstance(entry.event, Joint)]
    framework = part.governing(part.ref, entries[0].event.on)
    for board in boards_of(part.ref, named[-1] if named else (), framework):
        part.count("boards", board)


# Day by day


def _then(part: Part, day: date) -> Part:
    """Return the part as it was on an earlier *day*: its answers are what was told on it."""

    def answers(address: Address) -> Iterator[date]:
        for said in part.ask(*address):
            if then.reached(said.since) and not (said.until and then.reached(said.until)):
                yield said.fact

    then = Part(part.key, AsOf(valid=day, known=None, frameworks=part.frameworks), answers)
    return then


def _history(
    entries: Entries,
    evolve: Callable[[S | None, Record], S],
    figure: Callable[[S, Part], T],
    part: Part,
) -> Iterator[tuple[date, T]]:
    """Yield the *figure* of what a stream had come to, on each day on which that may change."""
    state = None
    days = [(day, list(todays)) for day, todays in groupby(entries, lambda one: one.event.on)]
    for (day, todays), (following, _) in zip(days, [*days[1:], (date.max, [])], strict=True):
        for entry in todays:
            state = evolve(state, entry)
        assert state is not None
        then = _then(part, day)
        yield day, figure(state, then)
        while then.until < following:
            then = _then(part, day := then.until)
            yield day, figure(state, then)


def _runs(history: Iterable[tuple[date, T | None]]) -> Iterator[Dated[T]]:
    """Yield each fact of a *history* with the days on which it stood; `None` is no fact."""
    fact, since = None, date.min
    for day, another in history:
        if another != fact:
            if fact is not None:
                yield Dated(fact, since, day)
            fact, since = another, day
    if fact is not None:
        yield Dated(fact, since, None)


Figures: TypeAlias = tuple[PeriodFigure | None, PeriodFigure | None, PeriodFigure | None]
NONE: Figures = (None, None, None)


def _add_figures(history: Sequence[tuple[date, Figures]], part: Part) -> None:
    for at in range(len(NONE)):
        for figure in _runs((day, figures[at]) for day, figures in history):
            part.row("figures", figure)


Refusal: TypeAlias = r.RecommendationDeclined | r.RecommendationWithdrawn | v.NoActionTaken


def _add_decision(
    event: Refusal, until: date | None, boards: Iterable[Dated[Boards]], part: Part
) -> None:
    """Add a decision that stands *until* a day, for the *boards* that it was of, on their days."""
    body = event.by.body
    if isinstance(event, r.RecommendationDeclined):
        body = event.answered_for
    for of in boards:
        decision = DecisionFact(
            boards=of.fact,
            reference=part.ref,
            finding=event.finding if isinstance(event, v.NoActionTaken) else None,
            body=body,
            event=type(event).__name__,
            on=event.on,
            reasons=event.reasons,
        )
        end = min((day for day in (until, of.until) if day is not None), default=None)
        part.row("decisions", Dated(decision, max(of.since, event.on), end))


# A report, and a challenge


def add_report(entries: Entries, part: Part) -> None:
    """Add the period that a report was begun with last, and how it explains impact."""
    count_boards(entries, part)
    impacts = told(entries, a.ImpactExplained)
    for event in impacts:
        row = ImpactRow(report=event.report, source=event.source, on=event.on)
        part.row("impact", row)
    published = [event.on for event in told(entries, a.AnnualReportPublished)]
    for begun in told(entries, a.AnnualReportBegun)[-1:]:
        boards = boards_of(begun.report, begun.boards, part.governing(begun.report, begun.on))
        asked = ReportFact(
            report=begun.report,
            boards=tuple(sorted(set(boards))),
            since=begun.since,
            until=begun.until,
            published=published[-1] if published else None,
            impacts=len(impacts),
        )
        part.row("asked", asked)


CHALLENGES = "challenges"


def add_challenge(entries: Entries, part: Part) -> None:
    """Add the days on which a challenge was raised and answered."""
    count_boards(entries, part)
    first = entries[0].event
    if isinstance(first, c.ChallengeRaised):
        boards = boards_of(first.challenge, (), part.governing(first.challenge, first.on))
        for entry in entries:
            raised = isinstance(entry.event, c.ChallengeRaised)
            columns = {"challenges_raised" if raised else "challenges_answered": 1}
            on = entry.event.on
            part.row("figures", Dated(PeriodFigure(boards, CHALLENGES, on, columns), on, None))


# An indicator


def add_indicator(entries: Entries, part: Part) -> None:
    """Tell what an indicator speaks to of each day of concern, and when that stood."""
    count_boards(entries, part)
    if not any(event.speaks_to for event in told(entries, i.IndicatorDefined)):
        return
    standing: dict[tuple[str, date], date] = {}
    for day, concerns in _history(entries, indicators.evolve, _concerns, part):
        for ref, concern in sorted(standing.keys() - concerns):
            since = standing.pop((ref, concern))
            part.say(CONCERNS, ref, Dated(concern, since, day))
        for address in concerns - standing.keys():
            standing[address] = day
    for ref, concern in sorted(standing):
        part.say(CONCERNS, ref, Dated(concern, standing[ref, concern], None))


def _concerns(item: Measured, then: Part) -> set[tuple[str, date]]:
    """Return each recommendation and each day of a signal against it."""
    if item.defined is None or not item.defined.speaks_to:
        return set()
    days = indicators.read(item, item.defined, then).concerns
    return {(ref, day) for ref in item.defined.speaks_to for day in days}


# A recommendation


@define
class Issue:
    """A recommendation, its boards as it was issued last, and the last day on which its owner said
    it was in place.
    """

    improvement: Improvement | None = None
    boards: Boards | None = None
    implemented: date | None = None


def _evolve_issue(issue: Issue | None, record: Record) -> Issue:
    issue = issue or Issue()
    issue.improvement = improvement.evolve(issue.improvement, record)
    if isinstance(record.event, r.RecommendationIssued):
        issue.boards = None
    elif isinstance(record.event, r.RecommendationImplemented):
        issue.implemented = record.event.on
    return issue


RECOMMENDATIONS = "recommendations"
STANDING = "standing"


def add_recommendation(entries: Entries, part: Part) -> None:
    """Add when a recommendation was made, how it was answered, and where it stood."""
    count_boards(entries, part)
    history = list(_history(entries, _evolve_issue, _asked, part))
    _add_figures(history, part)
    boards = list(_runs((day, made.boards if made else None) for day, (made, _, _) in history))
    for event, until in _decisions(entries):
        _add_decision(event, until, boards, part)


def _asked(issue: Issue, then: Part) -> Figures:
    """Return what to count of a recommendation: its answers, where it stands, and its end."""
    item = issue.improvement
    if item is None or item.issued is None or item.state is None:
        return NONE
    issued, state, boards, done = item.issued, item.state, issue.boards, issue.implemented
    if boards is None:
        framework = then.governing(item.ref, issued.on)
        boards = issue.boards = boards_of(item.ref, issued.boards, framework)
    answers = [_answer(state.answers.get(body)) for body in issued.addressed]
    made = {"made": 1, "asked": len(answers), **{each: answers.count(each) for each in answers}}
    return (
        PeriodFigure(boards, RECOMMENDATIONS, issued.on, made),
        PeriodFigure(boards, STANDING, None, counted(finding(item, then))),
        PeriodFigure(boards, STANDING, done, {"implemented_in_it": 1}) if done else None,
    )


def _answer(event: r.RecommendationAccepted | r.RecommendationDeclined | None) -> str:
    if event is None:
        return "pending"
    return "accepted" if isinstance(event, r.RecommendationAccepted) else "declined"


def _decisions(entries: Entries) -> list[tuple[Refusal, date | None]]:
    """Return those not to do it, and until when each stood: until the same body answers again."""
    decisions: list[tuple[Refusal, date | None]] = []
    declined: dict[str, int] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, r.RecommendationWithdrawn):
            decisions.append((event, None))
        elif isinstance(event, r.RecommendationAccepted | r.RecommendationDeclined):
            body = event.answered_for
            if body in declined:
                at = declined.pop(body)
                decisions[at] = (decisions[at][0], event.on)
            if isinstance(event, r.RecommendationDeclined):
                declined[body] = len(decisions)
                decisions.append((event, None))
    return decisions


# A review


@define
class Reviewed:
    """A review, and the bodies that contributed to it, in their order."""

    state: v.Review | None = None
    contributed: dict[str, None] = field(factory=dict)


def _evolve_reviewed(reviewed: Reviewed | None, record: Record) -> Reviewed:
    reviewed = reviewed or Reviewed()
    event: v.ReviewEvent = record.event  # type: ignore[assignment]  # by the item's events
    reviewed.state = v.evolve(reviewed.state, event)
    if isinstance(event, v.ContributionMade):
        reviewed.contributed[event.by.body] = None
    return reviewed


REVIEWS = "reviews"


def add_review(entries: Entries, part: Part) -> None:
    """Add how a review went on and was concluded, what an inspection judged, and which findings
    were left without an action.
    """
    count_boards(entries, part)
    history = list(_history(entries, _evolve_reviewed, _reviewed, part))
    _add_figures([(day, figures) for day, (_, figures, _) in history], part)
    for inspection in _runs((day, inspection) for day, (_, _, inspection) in history):
        part.row("inspected", inspection)
    boards = list(_runs((day, named) for day, (named, _, _) in history))
    taken_up: dict[str, date] = {}
    for addressed in told(entries, v.FindingAddressed):
        taken_up.setdefault(addressed.finding, addressed.on)
    for event in told(entries, v.NoActionTaken):
        _add_decision(event, taken_up.get(event.finding), boards, part)


def _reviewed(
    reviewed: Reviewed, then: Part
) -> tuple[Boards | None, Figures, InspectionFact | None]:
    """Return the boards of a review, and, where it is held and not of a child's death, what to
    count of it: that it goes on, its conclusion, or its end without; and what it judged.
    """
    state = reviewed.state
    if state is None or state.begun is None:
        return None, NONE, None
    begun, kind = state.begun, kind_of(state, then)
    boards = boards_of(begun.review, begun.boards, then.governing(begun.review, begun.on))
    if state.held is None or of_a_death(state, kind):
        return boards, NONE, None
    findings, accepted, closed = len(state.findings), state.accepted, state.closed
    good = sum(one.factor is v.Factor.GOOD_PRACTICE for one in state.findings.values())
    concluded = {"concluded": 1, "findings": findings, "good_practice": good}
    going_on = {"ongoing": int(accepted is None and closed is None)}

    def figure(on: date | None, columns: dict[str, int]) -> PeriodFigure:
        return PeriodFigure(boards, REVIEWS, on, columns, kind.kind, kind.name)

    figures = (
        figure(None, going_on),
        figure(accepted.on, concluded) if accepted else None,
        figure(closed.on, {"discontinued": 1})
        if isinstance(closed, v.ReviewDiscontinued)
        else None,
    )
    if not (kind.areas or state.judged):
        return boards, figures, None
    ended = accepted or closed
    inspection = InspectionFact(
        boards=boards,
        review=begun.review,
        kind=kind.name,
        begun=begun.on,
        report_accepted=accepted.on if accepted else None,
        judgements=tuple(Judgement(one.area, one.grade, one.on) for one in state.judged.values()),
        contributions=tuple(reviewed.contributed),
        strengths=good,
        to_improve=findings - good,
        on=ended.on if ended else None,
    )
    return boards, figures, inspection
