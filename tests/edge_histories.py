"""Histories at the edges of what can be recorded, made by commands. All cases are fictional."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs

from lif_adapters.wiring import connect
from lif_core.aggregates import audit as a
from lif_core.aggregates import body as b
from lif_core.aggregates import indicator as i
from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.aggregates import training_course as t
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.values.evidence import EvidenceLevel, TrainingLevel
from tests.audits import conclude
from tests.board import Board
from tests.people import CHAIR, EVERYTHING, MANAGER, POLICY, TRAINING, by, day

PEER = "review-wscb/peer"
EMBEDDED = day("2018-03-01")
LEVEL = EvidenceLevel.INDEPENDENT_AUDIT
LAST = "2116-12-31"
WALSALL = "walsall-scb"  # a board that no pack governs


def record(file: Path, make: Callable[[Board], None]) -> None:
    """Record into the store *file* the history that *make* makes."""
    board = Board()
    with connect(f"sqlite:{file}", clock=lambda: board.now, readership=EVERYTHING) as app:
        board.app = app
        make(board)


# What several of them are made of


def reviewed(board: Board) -> None:
    peer = {"review": "wscb/peer", "kind": "lga-peer", "title": "Peer review"}
    board.decide(v.OpenReview, "2018-01-10", by=CHAIR, **peer)


def issued(board: Board, ref: str) -> None:
    board.decide(
        r.IssueRecommendation,
        "2018-01-12",
        by=CHAIR,
        recommendation=ref,
        source=PEER,
        text="Say who starts an assessment",
        addressed=("wscb",),
    )


def planned(board: Board, ref: str, due: str = "2018-03-01") -> None:
    """Accepted on the day, and owed by Law, Policy and Procedure from 15 January."""
    issued(board, ref)
    board.decide(r.AcceptRecommendation, "2018-01-12", by=CHAIR, recommendation=ref)
    board.decide(
        r.PlanRecommendation,
        "2018-01-15",
        by=CHAIR,
        recommendation=ref,
        owner="wsb/lpp",
        due=day(due),
        action="Write it down",
    )


def embedded(board: Board, ref: str) -> None:
    """Put in place in time, and shown to be practice on 1 March 2018."""
    planned(board, ref)
    done: dict[str, Any] = {"recommendation": ref, "evidence": "Seen"}
    board.decide(r.ImplementRecommendation, "2018-02-01", by=POLICY, **done)
    rests_on = conclude(board, EMBEDDED.isoformat(), ref, ref=f"{ref}-embedded")
    board.decide(r.EmbedRecommendation, EMBEDDED.isoformat(), rests_on=rests_on, **done)


def checked(board: Board, ref: str, days: int, *, passed: bool = True) -> None:
    """Looked at so many days after it was embedded."""
    on = (EMBEDDED + timedelta(days=days)).isoformat()
    board.decide(
        r.CheckRecommendation,
        on,
        recommendation=ref,
        check=f"after {days}",
        passed=passed,
        note="Sampled",
        rests_on=conclude(board, on, ref, ref=f"{ref}-checked-{days}"),
    )


def voided(board: Board, stream: str, entry: int) -> None:
    about: dict[str, Any] = {"stream": stream, "entry": entry, "reasons": "It was a mistake"}
    who = by(WALSALL) if WALSALL in stream else CHAIR
    board.decide(VoidEntry, "2019-01-10", by=who, **about)


def amended(board: Board, stream: str, entry: int, **changes: Any) -> None:
    """The entry, with these fields otherwise."""
    said = [record for record in board.app.history(stream) if record.stream_position == entry]
    event: Any = said[0].event
    about: dict[str, Any] = {
        "stream": stream,
        "entry": entry,
        "replacement": Replacement(attrs.evolve(event, **changes)),
        "reasons": "It was another day",
    }
    board.decide(AmendEntry, "2019-01-10", by=CHAIR, **about)


def notified(board: Board, ref: str = "wscb/scr-1") -> None:
    """Aware on 11 April 2017, notified and decided in time."""
    about: dict[str, Any] = {"review": ref}
    aware = day("2017-04-11")
    board.decide(
        v.NotifyCase, "2017-04-20", by=MANAGER, **about, kind="scr", subject="A child", aware=aware
    )
    board.decide(
        v.DecideHold,
        "2017-05-18",
        by=CHAIR,
        **about,
        hold=True,
        reasons="There is concern about joint working",
        criteria=("abuse-or-neglect", "death"),
    )


def indicator(board: Board, ref: str, *values: float, target: float | None = None) -> None:
    """More is better; a point a month from January 2018."""
    about: dict[str, Any] = {"indicator": ref}
    board.decide(
        i.DefineIndicator,
        "2018-01-01",
        **about,
        name="On time",
        kind=i.IndicatorKind.MEASUREMENT,
        unit="%",
        higher_is_better=True,
    )
    if target is not None:
        board.decide(i.SetTarget, "2018-01-02", **about, target=target, reasons="Agreed")
    for month, value in enumerate(values, 1):
        period = date(2018, month, 28)
        board.decide(i.RecordPoint, period.isoformat(), **about, period=period, value=value)


# The histories


def nothing(board: Board) -> None:
    """The store was made, and nobody has decided anything."""


def everything_declined(board: Board) -> None:
    reviewed(board)
    for ref in ("wscb/r-1", "wscb/r-2", "wscb/r-3"):
        issued(board, ref)
        said: dict[str, Any] = {"recommendation": ref, "reasons": "It is done already"}
        board.decide(r.DeclineRecommendation, "2018-02-01", by=CHAIR, **said)


def everything_lasting(board: Board) -> None:
    """One was never looked at, and two were, up to 100 and 200 days on."""
    reviewed(board)
    for ref, days in (("wscb/r-1", 0), ("wscb/r-2", 100), ("wscb/r-3", 200)):
        embedded(board, ref)
        if days:
            checked(board, ref, days)


def everything_withdrawn(board: Board) -> None:
    """50 and 100 days on, the second after a check that was passed on day 60."""
    reviewed(board)
    for ref, days in (("wscb/r-1", 50), ("wscb/r-2", 100)):
        embedded(board, ref)
        if days > 60:
            checked(board, ref, 60)
        said: dict[str, Any] = {"recommendation": ref, "reasons": "The law has changed"}
        on = (EMBEDDED + timedelta(days=days)).isoformat()
        board.decide(r.WithdrawRecommendation, on, by=CHAIR, **said)


def everything_gone_at_once(board: Board) -> None:
    """Found gone on the very day on which they were embedded."""
    reviewed(board)
    for ref in ("wscb/r-1", "wscb/r-2"):
        embedded(board, ref)
        checked(board, ref, 0, passed=False)


def dates_going_backwards(board: Board) -> None:
    """What was entered on the wrong day is amended to one before that on which it began.

    The panel was told ahead: on record two days before it took effect.
    """
    notified(board)
    board.decide(
        v.InformAddressees,
        "2017-05-24",
        by=MANAGER,
        recorded="2017-05-22",
        review="wscb/scr-1",
        matter=v.Matter.DECISION,
        to=("national-panel",),
    )
    reviewed(board)
    planned(board, "wscb/r-1")
    about: dict[str, Any] = {"recommendation": "wscb/r-1", "escalation": "e-1"}
    board.decide(
        r.RaiseEscalation, "2018-04-01", by=POLICY, **about, to="wscb", concern="It does not move"
    )
    board.decide(r.AnswerEscalation, "2018-04-10", by=CHAIR, **about, answer="It will")
    course: dict[str, Any] = {"course": "wsb/c-1", "title": "Neglect over time"}
    board.decide(t.RequestCourse, "2018-01-15", by=CHAIR, **course, need="The pattern is missed")
    board.decide(t.ProvideCourse, "2018-02-15", by=TRAINING, **course)
    amended(board, "review-wscb/scr-1", 2, on=day("2017-04-15"))
    amended(board, "recommendation-wscb/r-1", 2, on=day("2018-01-02"))
    amended(board, "recommendation-wscb/r-1", 5, on=day("2018-03-23"))
    amended(board, "training_course-wsb/c-1", 2, on=day("2018-01-05"))


def everything_void(board: Board) -> None:
    """Reviews, a recommendation with its whole life, a course, an audit and an indicator; the last
    entries first, since what rests on a voided one has lapsed.
    """
    notified(board)
    reviewed(board)
    embedded(board, "wscb/r-1")
    checked(board, "wscb/r-1", 100)
    nobody_and_nothing(board)
    indicator(board, "wscb/i-1", 61.0, 62.0, target=60.0)
    for record in reversed(list(board.app.history())):
        voided(board, record.stream, record.stream_position)


def mergers_in_a_circle(board: Board) -> None:
    """Law, Policy and Procedure into JL&D, and that, as amended, back into it; a duty is open."""
    reviewed(board)
    planned(board, "wscb/r-1")
    merged: dict[str, Any] = {"by": CHAIR, "reasons": "One committee is enough"}
    board.decide(b.MergeBody, "2018-02-01", body="wsb/lpp", into="wsb/jld", **merged)
    board.decide(b.MergeBody, "2018-05-01", body="wsb/jld", into="wscb/qac", **merged)
    amended(board, "body-wsb/jld", 1, into="wsb/lpp")


def indicators_with_little_to_say(board: Board) -> None:
    """Of one point, of the same point twelve times, and of a target alone."""
    indicator(board, "wscb/one", 61.0, target=60.0)
    indicator(board, "wscb/same", *[61.0] * 12, target=61.0)
    indicator(board, "wscb/none", target=95.0)


def nobody_and_nothing(board: Board) -> None:
    """A committee that nobody sits on meets; audits without a file; a session that nobody booked
    and nobody came to.
    """
    new: dict[str, Any] = {"body": "wscb/new"}
    board.decide(
        b.RegisterBody, "2018-01-10", by=CHAIR, **new, name="New", kind=b.BodyKind.COMMITTEE
    )
    meeting: dict[str, Any] = {"meeting": "first", "required": (), "present": (), "quorate": False}
    board.decide(b.RecordMeeting, "2018-02-01", by=CHAIR, **new, **meeting)
    for number in (1, 2):
        board.decide(
            a.PlanAudit,
            f"2018-03-0{number}",
            by=by(WALSALL),
            audit=f"{WALSALL}/{number}",
            kind="files",
            theme="neglect",
            basis="It was asked for",
            scale="ofsted",
            follows=f"{WALSALL}/1" if number > 1 else None,
        )
        files = (a.GradeCount(grade="good", files=0),)
        board.decide(
            a.ConcludeAudit,
            f"2018-04-0{number}",
            by=by(WALSALL),
            audit=f"{WALSALL}/{number}",
            grades=files,
            summary="No file was to be had",
        )
    about: dict[str, Any] = {"by": TRAINING, "course": "wsb/c-2"}
    session: dict[str, Any] = {**about, "session": "s-1"}
    board.decide(t.ProvideCourse, "2018-02-01", **about, title="Neglect over time")
    board.decide(t.ScheduleSession, "2018-02-01", **session, held=day("2018-04-19"), capacity=20)
    came: dict[str, Any] = {"booked": 0, "cancelled": 0, "absent": 0, "walked_in": 0}
    board.decide(t.RecordAttendance, "2018-04-20", **session, **came)
    said: dict[str, Any] = {"level": TrainingLevel.PRACTICE, "replies": 0, "positive": 0}
    board.decide(t.RecordEvaluation, "2018-07-20", **session, **said, months=3)


def years_mistyped(board: Board) -> None:
    """1917 for 2017, and a day a lifetime ahead for days that nobody knew."""
    notified(board)
    amended(board, "review-wscb/scr-1", 1, aware=day("1917-04-11"))
    reviewed(board)
    planned(board, "wscb/r-1", due=LAST)
    embedded(board, "wscb/r-2")
    due: dict[str, Any] = {"recommendation": "wscb/r-2", "due": (day("2018-09-01"), day(LAST))}
    board.decide(r.ScheduleChecks, "2018-03-01", **due)
    indicator(board, "wscb/i-1", 61.0, 62.0, 60.0, 61.0, 61.0)
    amended(board, "indicator-wscb/i-1", 2, period=day("1918-01-28"))
    about: dict[str, Any] = {"by": TRAINING, "course": "wsb/c-1"}
    board.decide(t.ProvideCourse, "2018-02-01", **about, title="Neglect over time")
    board.decide(
        t.ScheduleSession, "2018-02-01", **about, session="s-1", held=day(LAST), capacity=20
    )


HISTORIES: Mapping[str, Callable[[Board], None]] = {
    make.__name__: make
    for make in (
        nothing,
        reviewed,
        everything_declined,
        everything_lasting,
        everything_withdrawn,
        everything_gone_at_once,
        dates_going_backwards,
        everything_void,
        mergers_in_a_circle,
        indicators_with_little_to_say,
        nobody_and_nothing,
        years_mistyped,
    )
}
