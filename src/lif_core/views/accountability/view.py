"""Who was answerable, for what, and how late; explained apart, never netted.

All intervals are half-open days. There is no composite score, and no figure about a named person.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar, assert_never, cast

import attrs
from attrs import frozen

from lif_core import audit, body, challenge
from lif_core.decider import plus
from lif_core.evolving import evolved
from lif_core.messages import Event
from lif_core.views import clocks, duties
from lif_core.views.accountability.parts import case_part, duty_part
from lif_core.views.accountability.rows import (
    Accountability,
    AnswerRow,
    BoardRow,
    BodyRow,
    ChallengeRow,
    ClockTotalRow,
    DutyRow,
    EscalationRow,
    EscalationTotalRow,
    JointRow,
    LineageRow,
    MatrixRow,
    NoteRow,
    OwnershipRow,
    RepresentationRow,
    ResponseRow,
    Totals,
)
from lif_core.items.clocks import Case, ClockRow
from lif_core.items.duty import Duty
from lif_core.statistics.median import censored_median
from lif_core.items.mergers import Merger, Mergers
from lif_core.projection.projection import (
    AT_ONCE,
    AsOf,
    Name,
    Part,
    Projection,
    Shared,
    Summary,
    Table,
    item_as,
)
from lif_core.recommendation import RecommendationEvent
from lif_core.record import Record
from lif_core.review import ReviewEvent

R = TypeVar("R")
Found: TypeAlias = defaultdict[str, defaultdict[tuple[Any, ...], dict[Any, int]]]
"""Counts, by the table that they are of, by the row, by the column."""


@frozen(kw_only=True)
class Note:
    """A briefing note, and when each agency acknowledged it."""

    ref: str
    agencies: tuple[str, ...] = ()
    acknowledged: Mapping[str, date] = MappingProxyType({})


@frozen(kw_only=True)
class Committee:
    """A body: what it is registered as, its meetings, and the merger that ended it."""

    ref: str
    kind: str | None = None
    meetings: tuple[body.MeetingRecorded, ...] = ()
    merged: body.BodyMerged | None = None


Challenge: TypeAlias = challenge.Challenge
Item: TypeAlias = Duty | Case | Note | Committee | Challenge


def key(event: Event[Any]) -> tuple[str, ...]:
    if isinstance(event, RecommendationEvent):
        return (f"recommendation-{event.recommendation}",)
    if isinstance(event, ReviewEvent):
        return (f"review-{event.review}",)
    if isinstance(event, challenge.ChallengeEvent):
        return (f"challenge-{event.challenge}",)
    match event:
        case audit.BriefingNoteIssued() | audit.BriefingNoteAcknowledged():
            return (f"audit-{event.audit}",)
        case body.BodyRegistered() | body.BodyMerged() | body.MeetingRecorded():
            return (f"body-{event.body}",)
        case _:
            return ()


def evolve(item: Item | None, record: Record) -> Item:
    event = record.event
    if isinstance(event, RecommendationEvent):
        return duties.evolve(item_as(Duty, item), record, event)
    if isinstance(event, ReviewEvent):
        return clocks.evolve(item_as(Case, item), record, event)
    if isinstance(event, challenge.ChallengeEvent):
        return challenge.evolve(item_as(Challenge, item), event)
    match event:
        case audit.BriefingNoteIssued(audit=ref, agencies=agencies):
            return evolved(item_as(Note, item) or Note(ref=ref), agencies=agencies)
        case audit.BriefingNoteAcknowledged(audit=ref):
            note, agency = item_as(Note, item) or Note(ref=ref), event.for_body or event.by.body
            return evolved(note, acknowledged=plus(note.acknowledged, agency, event.on))
        case body.BodyRegistered(body=ref, kind=kind):
            return evolved(item_as(Committee, item) or Committee(ref=ref), kind=kind.value)
        case body.BodyMerged(body=ref):
            return evolved(item_as(Committee, item) or Committee(ref=ref), merged=event)
        case body.MeetingRecorded(body=ref):
            committee = item_as(Committee, item) or Committee(ref=ref)
            return evolved(committee, meetings=(*committee.meetings, event))
        case _:
            raise AssertionError(f"key() let {type(event).__name__} through")


# The parts


def share(parts: Mapping[str, Part], _: AsOf) -> Shared:
    """Every duty may have been held by a body that was merged."""
    found = (row for one in parts.values() for row in one.rows.get("_bodies", ()))
    return Shared(all=Mergers.of(found))


def part(item: Item, shared: Shared, as_of: AsOf) -> Part:
    match item:
        case Duty():
            return duty_part(item, shared.all, as_of)
        case Case():
            return case_part(item, as_of)
        case Note():
            return Part(
                rows={"notes": (_note_row(item),) if item.agencies else ()}, settled=AT_ONCE
            )
        case Committee():
            return _committee_part(item)
        case Challenge():
            rows = tuple(_challenges(item, as_of.valid))
            running = item.raised and not (item.answered or item.resolved)
            return Part(rows={"challenges": rows}, settled=None if running else AT_ONCE)
        case _:
            assert_never(item)


def _committee_part(committee: Committee) -> Part:
    """What a body was merged into is for the other parts, and no table of the view."""
    ref, merged = committee.ref, committee.merged
    return Part(
        rows={
            "_bodies": (Merger(body=ref, into=merged.into, on=merged.on),) if merged else (),
            "representation": (_representation(committee),) if committee.meetings else (),
        },
        counts={("kinds", ref, committee.kind): 1} if committee.kind else {},
        settled=AT_ONCE,
    )


def _challenges(item: Challenge, valid: date) -> Iterator[ChallengeRow]:
    raised, answered, resolved = item.raised, item.answered, item.resolved
    if raised is None:
        return
    end = answered or resolved
    yield ChallengeRow(
        challenge=raised.challenge,
        manner=raised.manner.value,
        by=raised.by.body,
        to=raised.to,
        about=raised.about,
        raised=raised.on,
        answer_by=raised.answer_by,
        answered=answered.on if answered else None,
        resolved=resolved.on if resolved else None,
        days=((end.on if end else valid) - raised.on).days,
    )


def _note_row(note: Note) -> NoteRow:
    waiting = tuple(ref for ref in note.agencies if ref not in note.acknowledged)
    return NoteRow(
        audit=note.ref,
        sent=len(note.agencies),
        acknowledged=len(note.agencies) - len(waiting),
        waiting_for=waiting,
    )


def _representation(committee: Committee) -> RepresentationRow:
    meetings = committee.meetings
    return RepresentationRow(
        body=committee.ref,
        meetings=len(meetings),
        required=sum(len(meeting.required) for meeting in meetings),
        present=sum(len(set(meeting.required) & set(meeting.present)) for meeting in meetings),
        deputies=sum(len(set(meeting.required) & set(meeting.deputies)) for meeting in meetings),
        quorate=sum(meeting.quorate for meeting in meetings),
    )


# The view


def total(
    rows: Mapping[str, Table[Any]], counts: Mapping[Name, int], shared: Shared, as_of: AsOf
) -> Accountability:
    found = _found(counts, shared.all)

    def body_row(ref: str) -> Mapping[str, Any]:
        entry = as_of.frameworks.body(ref)
        return {"kind": entry.kind if entry else next(iter(found["kinds"][ref,]), None)}

    def lineage_row(ref: str) -> Mapping[str, Any]:
        return {"merged": shared.all.lineage(ref)}

    def clock_row(clock: str) -> Mapping[str, Any]:
        done, running, ended = (
            found["latency"][clock, how] for how in ("done", "running", "ended")
        )
        return {
            "latency_median": censored_median(done, Counter(running) + Counter(ended)),
            "longest_open": max(running, default=None),
        }

    def escalation_row(to: str) -> Mapping[str, Any]:
        answered, still = (found["escalated"][to, how] for how in ("answered", "open"))
        return {"days_median": censored_median(answered, still)}

    return Accountability(
        valid=as_of.valid.isoformat(),
        known=as_of.known.isoformat() if as_of.known else None,
        totals=_row(Totals, found["totals"][()]),
        bodies=tuple(_rows(BodyRow, found["bodies"], "body", more=body_row)),
        lineages=tuple(_rows(LineageRow, found["lineages"], "body", more=lineage_row)),
        clock_totals=tuple(_rows(ClockTotalRow, found["clock_totals"], "clock", more=clock_row)),
        clocks=rows["clocks"],
        duties=rows["duties"],
        ownership=rows["ownership"],
        responses=tuple(_rows(ResponseRow, found["responses"], "body")),
        matrix=Table(partial(_rows, MatrixRow, found["matrix"], "body", "source")),
        answers=rows["answers"],
        escalation_totals=tuple(
            _rows(EscalationTotalRow, found["escalations"], "to", more=escalation_row)
        ),
        escalations=rows["escalations"],
        challenges=rows["challenges"],
        notes=rows["notes"],
        representation=rows["representation"],
        boards=tuple(_rows(BoardRow, found["boards"], "board")),
        joint=rows["joint"],
    )


def _found(counts: Mapping[Name, int], mergers: Mergers) -> Found:
    """What was counted, and what follows from it: no part counts what another count says."""
    found: Found = defaultdict(lambda: defaultdict(dict))
    for (table, *of, column), number in counts.items():
        found[str(table)][tuple(of)][column] = number
    whole = found["totals"][()]
    for (ref, _), columns in found["matrix"].items():
        _plus(found["responses"][ref,], columns)
    for columns in found["responses"].values():
        _plus(whole, columns)
    for columns in (*found["bodies"].values(), *found["boards"].values()):
        columns["unexplained"] = columns.get("overdue", 0) - columns.get("explained", 0)
    for (ref,), columns in found["bodies"].items():
        days = {column: number for column, number in columns.items() if column != "held"}
        _plus(found["lineages"][mergers.heir(ref),], days)
        _plus(whole, {**days, "duties_open": days.get("open", 0)})
    for columns in found["clock_totals"].values():
        _plus(whole, {f"clocks_{column}": number for column, number in columns.items()})
    return found


def _plus(into: dict[Any, int], columns: Mapping[Any, int]) -> None:
    for column, number in columns.items():
        into[column] = into.get(column, 0) + number


def _rows(
    cls: type[R],
    counted: Mapping[tuple[str, ...], Mapping[str, int]],
    *names: str,
    more: Callable[[str], Mapping[str, Any]] = lambda _: {},
) -> Iterator[R]:
    """A row for each of what was *counted*, called by *names*; *more* is what no count says."""
    for of in sorted(counted):
        yield _row(cls, counted[of], **dict(zip(names, of, strict=True)), **more(of[0]))


def _row(cls: type[R], counted: Mapping[str, int], **known: Any) -> R:
    fields = attrs.fields(cast("Any", cls))
    names = [field.name for field in fields if field.name not in known]
    return cls(**known, **{name: counted.get(name, 0) for name in names})


accountability: Projection[Item, Accountability] = Projection(
    name="accountability",
    key=key,
    evolve=evolve,
    summarise=Summary(
        tables={
            "_bodies": Merger,
            "clocks": ClockRow,
            "duties": DutyRow,
            "ownership": OwnershipRow,
            "answers": AnswerRow,
            "escalations": EscalationRow,
            "challenges": ChallengeRow,
            "notes": NoteRow,
            "representation": RepresentationRow,
            "joint": JointRow,
        },
        first=("body-",),
        share=share,
        part=part,
        total=total,
    ),
)
