"""How decisions were come to: at which meeting, why, against which other options, and who
disagreed (framework §3).

A decision has a row where it is on record how it was come to. Where the meeting was not quorate,
its row says so. Who decided and who entered that are two people, or may be; both are on record so
that a decision can be traced, and nobody is counted or ranked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from attrs import evolve as evolve_view
from attrs import frozen
from msgspec import Struct
from msgspec.structs import replace

from lif_core.decisions.record import Record
from lif_core.items.body import BodyMeetings, meetings_item
from lif_core.items.meeting import MEETINGS, MeetingHeld, meeting_of, say_meetings
from lif_core.items.title import TITLES, say_title, title_item, title_of
from lif_core.log.registry import Registry
from lif_core.projection.inconsistent import InconsistentRow, Number
from lif_core.projection.projection import PROGRAM, Item, Name, Part, Projection, Totals
from lif_core.projection.tables import Table, row
from lif_core.values.fields import PersonalName, PersonalText

# What it shows


@row(key=("stream", "entry"))
class DecisionRow(Struct, frozen=True, kw_only=True):
    """The *decision* that is that *entry* of a *stream*, by its number, and how it was come to.

    A *person* decided in a *role*, for a *body*; it was *entered_by* somebody, where the program
    that was used said who. It was taken at a *meeting*, which *met* on a day and was *quorate* or
    not; both are empty where that meeting is not on record. *reasons* are those of the decision
    itself where it has a place for them. *dissent* says who disagreed and why, *papers* what it
    rests on and where that is.
    """

    stream: str
    title: PersonalText | None
    entry: int
    decision: str
    on: date
    body: str
    role: str
    person: PersonalName
    entered_by: PersonalName | None
    meeting: str | None
    met: date | None
    quorate: bool | None
    reasons: PersonalText | None
    options: tuple[PersonalText, ...]
    dissent: tuple[PersonalText, ...]
    papers: tuple[PersonalText, ...]


@row(key=("body", "meeting"))
class MeetingRow(Struct, frozen=True, kw_only=True):
    """A *meeting* of a *body* on record, whether it was *quorate*, and how many *decisions* name
    it.
    """

    body: str
    meeting: str
    on: date
    quorate: bool
    decisions: int = 0


@frozen(kw_only=True)
class Decisions:
    """The view as of the day *valid*, by what was on record at the instant *known*; where that is
    `None`, by all entries.

    *inquorate*: how many decisions were taken at a meeting that was not quorate.
    """

    valid: str
    known: str | None
    inquorate: int
    decisions: Table[DecisionRow]
    meetings: Table[MeetingRow]
    inconsistent: Table[InconsistentRow]


# The parts


def evolve(deliberated: list[Record] | None, record: Record) -> list[Record]:
    """Keep the entries of which it is said how they were decided."""
    deliberated = [] if deliberated is None else deliberated
    if record.event.by.deliberation is not None:
        deliberated.append(record)
    return deliberated


def add_meetings(body: BodyMeetings, part: Part) -> None:
    """Add the meetings of a body, and say them to what was decided at them."""
    say_meetings(body, part)
    for each in body.meetings:
        meeting = MeetingRow(body=part.ref, meeting=each.meeting, on=each.on, quorate=each.quorate)
        part.row("held", meeting)


def add_decisions(deliberated: list[Record], part: Part) -> None:
    """Add each decision of which it is said how it was come to."""
    for record in deliberated:
        decision = _decision_row(record, part)
        part.row("decisions", decision)
        if decision.met is not None and decision.meeting is not None:
            part.count("taken", decision.body, decision.meeting, "decisions")
        if decision.quorate is False:
            part.count("inquorate", "decisions")


def _decision_row(record: Record, part: Part) -> DecisionRow:
    event = record.event
    by, deliberation = event.by, event.by.deliberation
    assert deliberation is not None
    held = meeting_of(by, part)
    return DecisionRow(
        stream=record.stream,
        title=title_of(record.stream, part),
        entry=record.stream_position,
        decision=type(event).__name__,
        on=event.on,
        body=by.body,
        role=by.role,
        person=by.person,
        entered_by=record.entered_by,
        meeting=deliberation.meeting,
        met=held.on if held else None,
        quorate=held.quorate if held else None,
        reasons=deliberation.reasons or getattr(event, "reasons", None),
        options=deliberation.options,
        dissent=tuple(each.words for each in deliberation.dissent),
        papers=tuple(paper.words for paper in deliberation.papers),
    )


def total(everything: Totals) -> Decisions:
    taken = everything.columns("taken")
    return Decisions(
        **everything.times,
        inquorate=everything.columns("inquorate").get((), {}).get("decisions", 0),
        decisions=everything.table("decisions").by("on"),
        meetings=Table(partial(_meetings, everything.table("held"), taken)),
    )


def _meetings(
    held: Sequence[MeetingRow], taken: Mapping[Name, Mapping[str, int]]
) -> Iterator[MeetingRow]:
    for each in held:
        decisions = taken.get((each.body, each.meeting), {}).get("decisions", 0)
        yield MeetingRow(
            body=each.body,
            meeting=each.meeting,
            on=each.on,
            quorate=each.quorate,
            decisions=decisions,
        )


def numbered(view: Decisions, number: Number) -> Decisions:
    """Return the view without the decisions that a reader may not know of, in rows and counts."""
    numbers = [(each, number(each.stream, each.entry)) for each in view.decisions]
    shown = [replace(each, entry=entry) for each, entry in numbers if entry is not None]
    hidden = [each for each, entry in numbers if entry is None]
    taken = Counter((each.body, each.meeting) for each in hidden)
    return evolve_view(
        view,
        inquorate=view.inquorate - sum(each.quorate is False for each in hidden),
        decisions=Table(lambda: shown),
        meetings=Table(
            lambda: (
                replace(each, decisions=each.decisions - taken[each.body, each.meeting])
                for each in view.meetings
            )
        ),
    )


def decisions_of(registry: Registry, edition: str) -> Projection[Decisions]:
    """Return the projection for the aggregates of *registry*, which may have an embedder's own."""
    events = tuple(event for decider in registry.deciders for event in decider.event_types)
    return Projection(
        name="decisions",
        view=Decisions,
        parts={
            title_item: say_title,
            meetings_item: add_meetings,
            Item("deliberated", events, evolve): add_decisions,
        },
        says={TITLES: str, MEETINGS: MeetingHeld},
        facts={"held": MeetingRow},
        identity=(TITLES,),
        total=total,
        numbered=numbered,
        edition=edition,
    )


decisions = decisions_of(Registry(), PROGRAM)
