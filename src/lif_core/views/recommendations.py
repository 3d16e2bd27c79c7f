"""Each recommendation, step by step and in words (framework §1.4, §5).

Where it stands, how late it is and whether it lasts are in `accountability` and `sustainability`;
here is what was asked, what bodies answered, planned, explained and showed, and why.
"""

from datetime import date
from functools import reduce
from typing import Any

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import recommendation as r
from lif_core.decisions.messages import Event
from lif_core.decisions.record import Record
from lif_core.items.boards import boards_from
from lif_core.items.body import meetings_item
from lif_core.items.entries import entries_of
from lif_core.items.meeting import MEETINGS, MeetingHeld, is_quorate, say_meetings
from lif_core.items.theme import FINDING_THEMES, finding_item, say_finding_themes, themes_of
from lif_core.items.title import TITLES, say_title, title_item, title_of
from lif_core.projection.inconsistent import InconsistentRow
from lif_core.projection.projection import PROGRAM, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalText

# What it shows


@row(key=("recommendation",))
class RecommendationRow(Struct, frozen=True, kw_only=True):
    """A recommendation as it was put to the bodies *addressed*.

    *about* is the title of its *source*. *themes* are its own and those of its *findings*. A
    transfer *to* another body was *proposed* on that day and waits for its acceptance. It was
    *closed* on that day, where nobody looks at it any more. *steps* are those of `history`.
    """

    recommendation: str
    text: PersonalText
    source: str
    about: PersonalText | None
    findings: tuple[str, ...]
    themes: tuple[str, ...]
    boards: tuple[str, ...]
    addressed: tuple[str, ...]
    issued: date
    to: str | None
    proposed: date | None
    closed: date | None
    steps: int


@row(key=("recommendation", "number"))
class HistoryRow(Struct, frozen=True, kw_only=True):
    """A *step* in the life of a recommendation, taken by a body, in its *words*.

    *about* is what else it names: whom it was passed to, a new date, a check. The *number* counts
    the steps of the recommendation in the order in which they took effect. It was taken at a
    *meeting*, where that is on record, which was *quorate* or not.
    """

    recommendation: str
    number: int
    on: date
    step: str
    by: str
    meeting: str | None
    quorate: bool | None
    about: str | None
    words: PersonalText | None


@row(key=("theme",))
class RecommendationThemeRow(Struct, frozen=True, kw_only=True):
    """How many recommendations are of a *theme*, by themselves or through a finding."""

    theme: str
    recommendations: int


@frozen(kw_only=True)
class Recommendations:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.
    """

    valid: str
    known: str | None
    recommendations: Table[RecommendationRow]
    history: Table[HistoryRow]
    themes: Table[RecommendationThemeRow]
    inconsistent: Table[InconsistentRow]


# The parts

STEPS: dict[type, tuple[str, str | None, str | None]] = {
    r.RecommendationIssued: ("issued", "text", None),
    r.RecommendationSent: ("sent", None, "to"),
    r.RecommendationAccepted: ("accepted", "response", None),
    r.RecommendationAcceptedInPart: ("accepted in part", "declined", None),
    r.RecommendationDeclined: ("declined", "reasons", None),
    r.RecommendationReplied: ("replied", "reply", None),
    r.SomeReplied: ("some replied", "reply", "among"),
    r.RecommendationPlanned: ("planned", "action", "due"),
    r.DueDateChanged: ("given another date", "reasons", "due"),
    r.RecommendationDelayExplained: ("delay explained", "reasons", "until"),
    r.RecommendationExplanationAccepted: ("explanation accepted", None, "explanation"),
    r.ProgressRecorded: ("progress", "note", None),
    r.TransferProposed: ("transfer proposed", "reasons", "to"),
    r.TransferAccepted: ("transfer accepted", None, None),
    r.EscalationRaised: ("escalated", "concern", "to"),
    r.EscalationAnswered: ("escalation answered", "answer", "escalation"),
    r.RecommendationImplemented: ("implemented", "evidence", None),
    r.EvidenceRecorded: ("evidence recorded", "account", "route"),
    r.TrainingCalledFor: ("training called for", "need", "course"),
    r.RecommendationEmbedded: ("embedded", "evidence", None),
    r.ChecksScheduled: ("checks scheduled", None, "due"),
    r.RecommendationChecked: ("checked", "note", "check"),
    r.OwnerTold: ("owner told", None, "check"),
    r.RecommendationJudged: ("judged by its issuer", "reasons", "judgement"),
    r.RecommendationClosed: ("closed", "reasons", None),
    r.RecommendationReopened: ("reopened", "reasons", "due"),
    r.RecommendationWithdrawn: ("withdrawn", "reasons", None),
    r.RecommendationSuperseded: ("superseded", "reasons", "successor"),
    r.RecommendationWorded: ("worded for the public", "wording", None),
    r.AnswerWorded: ("answer worded for the public", "wording", "body"),
    r.ActionWorded: ("action worded for the public", "wording", None),
}
"""The name of each event as a step, and the fields of its words and of what else it names."""


def add_recommendation(entries: list[Record], part: Part) -> None:
    """Add a recommendation, and every step of its life."""
    events: list[Any] = [entry.event for entry in entries]
    state = reduce(r.evolve, events, r.Recommendation())
    issued, transfer = state.issued, state.transfer
    if issued is None:
        return
    recommendation = RecommendationRow(
        recommendation=issued.recommendation,
        text=issued.text,
        source=issued.source,
        about=title_of(issued.source, part),
        findings=issued.findings,
        themes=themes_of(issued, part),
        boards=boards_from(issued.on, part, issued.boards),
        addressed=issued.addressed,
        issued=issued.on,
        to=transfer.to if transfer else None,
        proposed=transfer.on if transfer else None,
        closed=state.closed.on if state.closed else None,
        steps=len(events),
    )
    part.row("recommendations", recommendation)
    for theme in recommendation.themes:
        part.count("themes", theme)
    for number, event in enumerate(events, 1):
        part.row("history", _history_row(number, event, part))


def _history_row(number: int, event: Event[Any], part: Part) -> HistoryRow:
    step, words, about = STEPS[type(event)]
    named = getattr(event, about) if about else None
    texts = named if isinstance(named, tuple) else (named,)
    return HistoryRow(
        recommendation=event.recommendation,  # type: ignore[attr-defined]  # by the item's events
        number=number,
        on=event.on,
        step=step,
        by=event.by.body,
        meeting=event.by.deliberation.meeting if event.by.deliberation else None,
        quorate=is_quorate(event.by, part),
        about=", ".join(map(str, texts)) if named is not None else None,
        words=getattr(event, words) if words else None,
    )


def total(everything: Totals) -> Recommendations:
    return Recommendations(
        **everything.times,
        recommendations=everything.table("recommendations"),
        history=everything.table("history"),
        themes=Table(
            lambda: (
                RecommendationThemeRow(theme=str(theme), recommendations=number)
                for theme, number in sorted(everything.columns("themes").get((), {}).items())
            )
        ),
    )


recommendations = Projection(
    name="recommendations",
    view=Recommendations,
    parts={
        title_item: say_title,
        meetings_item: say_meetings,
        finding_item: say_finding_themes,
        entries_of("recommendation in full", r.RecommendationEvent): add_recommendation,
    },
    says={TITLES: str, MEETINGS: MeetingHeld, FINDING_THEMES: str},
    identity=(TITLES, FINDING_THEMES),
    total=total,
    edition=PROGRAM,
)
