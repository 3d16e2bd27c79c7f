"""What streams add to `annual-report`: facts, each with the days on which it stood.

A stream is taken day by day, for the figures of a period are those of the day on which it ended.
No stream asks which periods there are: a new report makes none of them again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import TypeAlias, TypeVar

from attrs import define, field
from msgspec import Struct

from lif_core import annual_report as a
from lif_core import challenge as c
from lif_core import indicator as i
from lif_core import recommendation as r
from lif_core import review as v
from lif_core.items import improvement, indicators
from lif_core.items.boards import boards_of
from lif_core.items.entries import told
from lif_core.items.improvement import Improvement, finding
from lif_core.items.indicators import CONCERNS, Measured
from lif_core.items.review import kind_of, of_a_death
from lif_core.items.standing import counted
from lif_core.projection.projection import Address, AsOf, Part
from lif_core.record import Record
from lif_core.views.annual_report.rows import (
    AskedFact,
    DecisionFact,
    FigureFact,
    ImpactRow,
    InspectionFact,
    Judgement,
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


class Dated(Struct, frozen=True):
    """A *day* that is told to somebody, and on which days: [*since*, *until*)."""

    day: date
    since: date
    until: date | None


def _then(part: Part, day: date) -> Part:
    """Return the part as it was on an earlier *day*: its answers are what was told on it."""

    def answers(address: Address) -> Iterator[date]:
        for fact in part.ask(*address):
            if then.reached(fact.since) and not (fact.until and then.reached(fact.until)):
                yield fact.day

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


def _runs(history: Iterable[tuple[date, T | None]]) -> Iterator[tuple[T, date, date | None]]:
    """Yield each value of a *history*, and the days on which it stood; `None` is no value."""
    current, since = None, date.min
    for day, value in history:
        if value != current:
            if current is not None:
                yield current, since, day
            current, since = value, day
    if current is not None:
        yield current, since, None


Figure: TypeAlias = tuple[Boards, str, str, str, date | None, dict[str, int]]
"""A `FigureFact` without its days."""
Figures: TypeAlias = tuple[Figure | None, Figure | None, Figure | None]
NONE: Figures = (None, None, None)


def _add_figures(history: Sequence[tuple[date, Figures]], part: Part) -> None:
    for at in range(len(NONE)):
        for figure, since, until in _runs((day, figures[at]) for day, figures in history):
            part.row("figures", FigureFact(*figure, since, until))


Refusal: TypeAlias = r.RecommendationDeclined | r.RecommendationWithdrawn | v.NoActionTaken


def _add_decision(
    event: Refusal,
    reference: str,
    until: date | None,
    boards: Iterable[tuple[Boards, date, date | None]],
    part: Part,
    *,
    body: str | None = None,
) -> None:
    """Add a decision that stands *until* a day, for the *boards* that it was of, on their days."""
    for named, since, end in boards:
        first = max(since, event.on)
        last = min((day for day in (until, end) if day is not None), default=None)
        if last is None or first < last:
            fact = DecisionFact(
                named,
                reference,
                event.finding if isinstance(event, v.NoActionTaken) else None,
                body or event.by.body,
                type(event).__name__,
                event.on,
                event.reasons,
                first,
                last,
            )
            part.row("decisions", fact)


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
        asked = AskedFact(
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
            part.row("figures", FigureFact(boards, CHALLENGES, "", "", on, columns, on, None))


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
class Asked:
    """A recommendation, its boards as it was issued last, and the last day on which its owner said
    it was in place.
    """

    improvement: Improvement
    boards: Boards | None = None
    implemented: date | None = None


def _evolve_asked(asked: Asked | None, record: Record) -> Asked:
    if asked is None:
        asked = Asked(improvement.evolve(None, record))
    else:
        asked.improvement = improvement.evolve(asked.improvement, record)
    if isinstance(record.event, r.RecommendationIssued):
        asked.boards = None
    elif isinstance(record.event, r.RecommendationImplemented):
        asked.implemented = record.event.on
    return asked


RECOMMENDATIONS = "recommendations"
STANDING = "standing"


def add_recommendation(entries: Entries, part: Part) -> None:
    """Add when a recommendation was made, how it was answered, and where it stood."""
    count_boards(entries, part)
    history = list(_history(entries, _evolve_asked, _asked, part))
    _add_figures(history, part)
    boards = list(_runs((day, made and made[0]) for day, (made, _, _) in history))
    for event, until in _decisions(entries):
        body = event.for_body if isinstance(event, r.RecommendationDeclined) else None
        _add_decision(event, part.ref, until, boards, part, body=body)


def _asked(asked: Asked, then: Part) -> Figures:
    """Return what to count of a recommendation: its answers, where it stands, and its end."""
    item = asked.improvement
    issued, state = item.issued, item.state
    if issued is None or state is None:
        return NONE
    boards = asked.boards
    if boards is None:
        framework = then.governing(item.ref, issued.on)
        boards = asked.boards = boards_of(item.ref, issued.boards, framework)
    answers = [_answer(state.answers.get(body)) for body in issued.addressed]
    made = {"made": 1, "asked": len(answers), **{each: answers.count(each) for each in answers}}
    stands = counted(finding(item, then))
    done = asked.implemented
    return (
        (boards, RECOMMENDATIONS, "", "", issued.on, made),
        (boards, STANDING, "", "", None, stands),
        (boards, STANDING, "", "", done, {"implemented_in_it": 1}) if done else None,
    )


def _answer(event: r.RecommendationAccepted | r.RecommendationDeclined | None) -> str:
    if event is None:
        return "pending"
    return "accepted" if isinstance(event, r.RecommendationAccepted) else "declined"


def _decisions(
    entries: Entries,
) -> list[tuple[Refusal, date | None]]:
    """Return those not to do it, and until when each stood: until the same body answers again."""
    decisions: list[tuple[Refusal, date | None]] = []
    declined: dict[str, int] = {}
    for entry in entries:
        event = entry.event
        if isinstance(event, r.RecommendationWithdrawn):
            decisions.append((event, None))
        elif isinstance(event, r.RecommendationAccepted | r.RecommendationDeclined):
            body = event.for_body or event.by.body
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
    for inspection, since, until in _runs((day, judged) for day, (_, _, judged) in history):
        part.row("inspected", InspectionFact(*inspection, since, until))
    boards = list(_runs((day, named) for day, (named, _, _) in history))
    taken_up: dict[str, date] = {}
    for addressed in told(entries, v.FindingAddressed):
        taken_up.setdefault(addressed.finding, addressed.on)
    for event in told(entries, v.NoActionTaken):
        _add_decision(event, part.ref, taken_up.get(event.finding), boards, part)


Inspected: TypeAlias = tuple[
    Boards,
    str,
    str,
    date,
    date | None,
    tuple[Judgement, ...],
    tuple[str, ...],
    int,
    int,
    date | None,
]
"""An `InspectionFact` without its days."""


def _reviewed(reviewed: Reviewed, then: Part) -> tuple[Boards | None, Figures, Inspected | None]:
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
    of_kind = (boards, REVIEWS, kind.kind, kind.name)
    figures = (
        (*of_kind, None, going_on),
        (*of_kind, accepted.on, concluded) if accepted else None,
        (*of_kind, closed.on, {"discontinued": 1})
        if isinstance(closed, v.ReviewDiscontinued)
        else None,
    )
    if not (kind.areas or state.judged):
        return boards, figures, None
    ended = accepted or closed
    inspected = (
        boards,
        begun.review,
        kind.name,
        begun.on,
        accepted.on if accepted else None,
        tuple(Judgement(one.area, one.grade, one.on) for one in state.judged.values()),
        tuple(reviewed.contributed),
        good,
        findings - good,
        ended.on if ended else None,
    )
    return boards, figures, inspected
