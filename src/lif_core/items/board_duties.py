"""The duties of a board itself, which the law or its pack gives: a yearly audit, an annual report.

They begin on their day, whether or not anybody records anything; a board is known from the first
entry that is its own.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count

from attrs import frozen
from msgspec import Struct

from lif_core.aggregates import (
    DECIDERS,
    annual_report,
    audit,
    body,
    edition,
    improvement_plan,
    training_programme,
)
from lif_core.decisions.record import Record
from lif_core.framework import YEAR_ENDED, DutyEntry, Framework, Frameworks
from lif_core.items.boards import boards_of
from lif_core.items.body import MERGED
from lif_core.items.days import Days
from lif_core.projection.projection import AsOf, Item, Part, Totals
from lif_core.projection.tables import row
from lif_core.values.working_days import add_months

OF_THE_STORE = ("ledger", "data_subject")
"""The categories of streams that say how other entries are read, and nothing of a board's work."""
OPENINGS: tuple[type, ...] = tuple(
    dict.fromkeys(
        cls
        for decider in DECIDERS
        if decider.category not in OF_THE_STORE
        for cls in decider.opens
    )
)
"""The events that begin a stream of a board, of whatever kind."""
ACTS: dict[type, str] = {
    audit.AuditConcluded: "audit concluded",
    annual_report.AnnualReportPublished: "annual report published",
    improvement_plan.PlanAdopted: "plan adopted",
    improvement_plan.SummaryPresented: "plan summary presented",
    edition.EditionEvaluated: "framework evaluated",
    training_programme.ProgrammeReviewed: "training programme reviewed",
}
"""The events that reach a milestone of a board, and its name."""


class Act(Struct, frozen=True, order=True):
    """A *milestone* that a board reached *on* a day, with an audit of a *kind*.

    It is *about* that day or, of a report, about the period that ends on it.
    """

    on: date
    about: date
    milestone: str
    kind: str = ""
    board: str = ""  # where the event itself names it


class BoardEntries(Struct, kw_only=True):
    """The first entry of a stream and what it did for its boards.

    It is a draft, which folding changes in place.
    """

    first: date
    boards: tuple[str, ...] = ()
    kind: str = ""
    until: date | None = None
    acts: list[Act] = []


def evolve(entries: BoardEntries | None, record: Record) -> BoardEntries:
    event = record.event
    entries = entries or BoardEntries(first=event.on)
    entries.boards = entries.boards or getattr(event, "boards", ())
    if isinstance(event, audit.AuditPlanned):
        entries.kind = event.kind
    elif isinstance(event, annual_report.AnnualReportBegun):
        entries.until = event.until
    if (milestone := ACTS.get(type(event))) is not None:
        about, board = entries.until or event.on, getattr(event, "board", "")
        act = Act(event.on, about, milestone, entries.kind, board)
        entries.acts.append(act)
    return entries


_EVENTS = (*OPENINGS, *ACTS, body.MeetingRecorded, body.TermsAdopted)
board_entries_item = Item("entries of a board", tuple(dict.fromkeys(_EVENTS)), evolve)

ON_RECORD = "boards on record"
"""The group of counts that tells since when each board is on record."""
DONE = "acts of boards"
"""The group of counts that tells what each board did, and when."""


def count_board(entries: BoardEntries, part: Part) -> None:
    """Count a stream as its boards' own, and what it did for them."""
    ref, first = part.ref, entries.first
    framework = part.governing(ref, first)
    for board in dict.fromkeys(boards_of(ref, entries.boards, framework)):
        part.count(ON_RECORD, board, first.toordinal())
        for act in entries.acts:
            if _meets_a_duty(act, by := act.board or board, part.frameworks):
                days = (act.on.toordinal(), act.about.toordinal())
                part.count(DONE, by, act.milestone, act.kind, *days)


def _meets_a_duty(act: Act, board: str, packs: Frameworks) -> bool:
    """Return whether a pack of the *board* has any duty that such an *act* meets."""
    return any(_meets(act, duty) for pack in packs.of(board) for duty in pack.duties)


def _meets(act: Act, duty: DutyEntry) -> bool:
    return act.milestone == duty.stop and (not duty.kinds or act.kind in duty.kinds)


@row(key=("board", "duty", "started"))
class BoardDutyRow(Struct, frozen=True, kw_only=True):
    """One duty of a board, each time that it was owed; *to* the addressees that the pack names.

    It *started* when it was done before, when the pack came to bind the board, or on the day that
    the pack says. *status* is `met`, `late`, `done` (without a deadline), `open`, `overdue`, or
    `ended` (the duty, or the board, ended before it was done). *latency* is the days from started
    to done, *so_far* those until today.
    """

    board: str
    duty: str
    to: str
    started: date
    due: date | None
    done: date | None
    status: str
    latency: int | None
    so_far: int | None
    days_overdue_so_far: int
    stop: str
    kinds: tuple[str, ...]


@frozen(kw_only=True)
class OwingBoard:
    """A *board*, since when it is on record, what it did, and the day it *ended*, if it has."""

    board: str
    first: date
    acts: tuple[Act, ...]
    ended: date


def board_duty_rows(boards: Sequence[OwingBoard], as_of: AsOf) -> Iterator[BoardDutyRow]:
    """Yield each duty of the *boards*, each time that it was owed."""
    today, packs = as_of.valid, as_of.packs
    for board in boards:
        if not packs.lists(board.board):
            continue
        pack = packs.governing(board.board, min(today, board.ended))
        if board.board in pack.governs and pack.has_board(board.board):
            for duty in pack.duties:
                if duty.is_of_a_board and (not duty.boards or board.board in duty.boards):
                    since = _since(duty, board, packs)
                    for started, done in _times(duty, board, since, pack, today):
                        yield _row(duty, board, started, done, pack, today)


def owing_boards(everything: Totals) -> tuple[OwingBoard, ...]:
    """Return the boards on record; to be read before anybody looks at what they owe."""
    acts: dict[str, list[Act]] = {}
    for (board, milestone, kind, on), columns in everything.columns(DONE).items():
        for about in columns:
            days = (date.fromordinal(on), date.fromordinal(about))
            acts.setdefault(board, []).append(Act(*days, milestone, kind))
    ends = {ref: merger.on for ref, merger in everything.said(MERGED)}
    return tuple(
        OwingBoard(
            board=board,
            first=date.fromordinal(min(firsts)),
            acts=tuple(sorted(acts.get(board, ()))),
            ended=ends.get(board, date.max),
        )
        for (board,), firsts in sorted(everything.columns(ON_RECORD).items())
    )


def _since(duty: DutyEntry, board: OwingBoard, packs: Frameworks) -> date:
    """Return the day since when a *duty* binds a *board*: a later pack that has it too begins it
    no later. Where no pack says a day, it is the board's first on record.
    """
    begun = min(
        pack.in_force
        for pack in packs.of(board.board)
        if any(entry.name == duty.name for entry in pack.duties)
    )
    since = max(duty.in_force, begun)
    return board.first if since == date.min else since


def _times(
    duty: DutyEntry, board: OwingBoard, since: date, pack: Framework, today: date
) -> Iterator[tuple[date, date | None]]:
    """Yield each day on which a *duty* began by *today*, and the day it was done, if it was."""
    acts = [act for act in board.acts if _meets(act, duty)]
    until = min(duty.until, board.ended)
    if duty.on is not None:
        if duty.on <= today and duty.on < until:
            yield duty.on, next((act.on for act in acts if act.on >= duty.on), None)
    elif duty.start == YEAR_ENDED:
        for end in _year_ends(pack.year_begins, since, min(today, until - timedelta(days=1))):
            yield end, _done_for_year(end, acts)
    else:
        yield from _again_and_again(duty, acts, since, until, today)


def _again_and_again(
    duty: DutyEntry, acts: Sequence[Act], since: date, until: date, today: date
) -> Iterator[tuple[date, date | None]]:
    """Yield each time from one act to the next, the first from *since*, or from the last before
    that which was not so long ago.
    """
    if since > today or since >= until:
        return
    before = [act.on for act in acts if act.on < since]
    started = since
    if before and add_months(before[-1], duty.every_months) >= since:
        started = before[-1]
    for act in acts:
        if since <= act.on < until:
            yield started, act.on
            started = act.on
    yield started, None


def _year_ends(begins: str, since: date, until: date) -> Iterator[date]:
    """Yield the last days of the board's years in [*since*, *until*]."""
    for year in count(since.year):
        if year > until.year:
            return
        end = date.fromisoformat(f"{year:04}-{begins}") - timedelta(days=1)
        if since <= end <= until:
            yield end


def _done_for_year(end: date, acts: Sequence[Act]) -> date | None:
    """Return when it was done for the year up to *end*: a report about it, or any act after it."""
    for act in acts:
        if add_months(end, -12) < act.about <= end <= act.on or end < act.about == act.on:
            return act.on
    return None


def _row(
    duty: DutyEntry,
    board: OwingBoard,
    started: date,
    done: date | None,
    pack: Framework,
    today: date,
) -> BoardDutyRow:
    due, over = duty.due(started, pack.calendar), min(duty.until, board.ended)
    ended = over if over <= today else None
    end = done or ended or today
    return BoardDutyRow(
        board=board.board,
        duty=duty.name,
        to=", ".join(duty.owed_to),
        started=started,
        due=due,
        done=done,
        status=_status(due, done, today, ended=ended is not None),
        latency=(done - started).days if done else None,
        so_far=None if done or ended else max(0, (today - started).days),
        days_overdue_so_far=Days(due, end).count if due else 0,
        stop=duty.stop,
        kinds=duty.kinds,
    )


def _status(due: date | None, done: date | None, today: date, *, ended: bool) -> str:
    if done is not None:
        return "done" if due is None else "late" if done > due else "met"
    if ended:
        return "ended"
    return "overdue" if due is not None and due < today else "open"
