"""A commit holds what it rested on: where that moved meanwhile, it is decided again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.wiring import connect
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyKind, BodyMerged, MergeBody, RecordMeeting, RegisterBody
from lif_core.aggregates.review import OpenReview
from lif_core.commands import admission
from lif_core.commands.application import Application
from lif_core.commands.writer import ATTEMPTS
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry
from lif_core.decisions.messages import Command
from lif_core.errors import ConflictError, LifError, RefusedError, UnreadableError
from lif_core.log import streams
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Reads
from lif_core.log.requests import Request
from lif_core.values.authority import Authority
from lif_core.views.accountability import accountability
from tests.people import TEXTS, day

BOARD = Authority(person="P. Registrar", role="registrar", body="xb")
BY: dict[str, Any] = {"by": BOARD, "on": day("2018-01-01")}
ONE, TWO, THREE = "xb/1", "xb/2", "xb/3"


class Shared(MemoryRecorder):
    """A log of two applications; something happens just before the next append."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], object]] = []
        self.appends = 0
        self._is_happening = False

    def append(
        self,
        stamp: Any,
        receipts: Any = (),
        tracking: Any = None,
        read: Reads | None = None,
        packs: Any = (),
    ) -> Any:
        self.appends += 1
        if self.meanwhile and not self._is_happening:
            self._is_happening = True
            self.meanwhile.pop(0)()
            self._is_happening = False
        return super().append(stamp, receipts, tracking, read, packs)


class Board:
    """Two applications on one log, as two processes would be."""

    def __init__(self) -> None:
        self.log = Shared()
        self.app, self.other = (
            Application(self.log, clock=lambda: datetime(2018, 6, 1, tzinfo=UTC), readership=TEXTS)
            for _ in range(2)
        )
        self.app.handle(RegisterBody(**BY, body="xb", name="xb", kind=BodyKind.BOARD))
        for ref in (ONE, TWO, THREE):
            self.app.handle(RegisterBody(**BY, body=ref, name=ref, kind=BodyKind.COMMITTEE))
        self.app.handle(OpenReview(**BY, review="xb/r", kind="inquiry", title="A case"))

    def meanwhile(self, *commands: Command) -> None:
        self.log.meanwhile += [lambda: self.other.handle_all(commands)]

    def names(self, after: int = 0) -> list[str]:
        return [type(record.event).__name__ for record in self.app.history(after=after)]


@pytest.fixture
def board() -> Board:
    return Board()


def merged(ref: str, into: str, on: str = "2018-02-01") -> MergeBody:
    return MergeBody(by=BOARD, on=day(on), body=ref, into=into, reasons="One is enough")


def issued(number: int = 1, by: Authority = BOARD) -> r.IssueRecommendation:
    return r.IssueRecommendation(
        by=by,
        on=day("2018-03-01"),
        recommendation=f"xb/{number}",
        source="review-xb/r",
        text="Do it",
        addressed=(ONE,),
    )


def voided(stream: str, entry: int = 1) -> VoidEntry:
    return VoidEntry(
        by=BOARD, on=day("2018-03-01"), stream=stream, entry=entry, reasons="Another was meant"
    )


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        act()
    return error.value.rule


# What a decision rests on


@pytest.mark.parametrize(
    ("before", "command", "meanwhile", "rule"),
    [
        pytest.param(
            (), merged(ONE, TWO), merged(TWO, ONE), "body.merged-in-a-circle", id="a circle"
        ),
        pytest.param(
            (merged(TWO, THREE),),
            merged(THREE, ONE),
            merged(ONE, TWO),
            "body.merged-in-a-circle",
            id="a circle in stages",
        ),
        pytest.param((), issued(), voided("review-xb/r"), "reference.unknown", id="what it names"),
        pytest.param(
            (),
            issued(),
            voided(f"body-{ONE}"),
            "reference.unknown",
            id="a body that it is addressed to",
        ),
        pytest.param(
            (),
            issued(by=Authority(person="A", role="b", body=TWO)),
            merged(TWO, THREE),
            "authority.merged",
            id="the body that decides",
        ),
        pytest.param(
            (issued(), merged(ONE, TWO)),
            r.AcceptRecommendation(
                by=Authority(person="A", role="b", body=TWO),
                on=day("2018-04-01"),
                recommendation="xb/1",
                for_body=ONE,
            ),
            voided(f"body-{ONE}", 2),
            "authority.not-successor",
            id="whom it answers for",
        ),
        pytest.param(
            (issued(),),
            r.AcceptRecommendation(
                by=Authority(person="A", role="b", body=ONE),
                on=day("2018-04-01"),
                recommendation="xb/1",
            ),
            voided("recommendation-xb/1"),
            "recommendation.unknown",
            id="its own stream",
        ),
    ],
)
def test_what_moved_before_the_commit_is_what_it_is_decided_on(
    before: tuple[Command, ...], command: Command, meanwhile: Command, rule: str, board: Board
) -> None:
    """As if the other had been first all along; without it, the command is accepted."""
    board.app.handle_all(before)
    board.meanwhile(meanwhile)
    end = len(board.names())

    assert rule == refused(lambda: board.app.handle(command))
    assert 1 == len(board.names(after=end))


def test_what_moved_elsewhere_is_no_reason_to_decide_again(board: Board) -> None:
    """A hundred others may record beside it."""
    board.app.handle(issued(1))
    appends = board.log.appends
    board.meanwhile(merged(TWO, THREE), merged(THREE, "xb"))

    assert 1 == len(board.app.handle(issued(2)))
    assert 2 == board.log.appends - appends  # theirs, and this once
    reply = r.ReplyToRecommendation(
        by=Authority(person="A", role="b", body=ONE),
        on=day("2018-04-01"),
        recommendation="xb/2",
        reply="Noted",
    )
    assert 1 == len(board.app.handle(reply))
    assert 3 == board.log.appends - appends


def test_what_was_looked_for_in_vain_is_held_as_well(board: Board) -> None:
    """The other registers it and issues the recommendation that this one is about to refuse."""
    unknown = issued().__class__(
        by=BOARD, on=day("2018-03-01"), recommendation="xb/9", source="review-xb/late",
        text="Do it", addressed=("xb/late",),
    )  # fmt: skip
    register = RegisterBody(**BY, body="xb/late", name="Late", kind=BodyKind.COMMITTEE)
    opened = OpenReview(**BY, review="xb/late", kind="inquiry", title="A case")
    outcomes = board.app.handle_each([[unknown], [issued(1)]])
    assert [True, False] == [isinstance(outcome, LifError) for outcome in outcomes]

    board.meanwhile(register, opened)
    outcomes = board.app.handle_each([[unknown], [issued(2)]])

    assert [1, 1] == [len(one) for one in outcomes if not isinstance(one, LifError)]


def test_a_refusal_is_held_against_the_log_as_it_is_now(board: Board) -> None:
    """Where nothing is recorded nothing conflicts; yet it is not answered from what was kept."""
    late = r.AcceptRecommendation(
        by=Authority(person="A", role="b", body=ONE), on=day("2018-04-01"), recommendation="xb/1"
    )
    assert "recommendation.unknown" == refused(lambda: board.app.handle(late))
    board.other.handle(issued(1))

    assert 1 == len(board.app.handle(late))


def test_what_was_said_before_is_held_against_the_log_as_it_is_now(board: Board) -> None:
    """It was on record, and is void by now: it is recorded again."""
    assert 1 == len(board.app.handle(issued(1)))
    assert () == board.app.handle(issued(1))
    board.other.handle(voided("recommendation-xb/1"))

    assert 1 == len(board.app.handle(issued(1)))


def test_a_refusal_that_something_else_beside_it_does_not_touch_stands(board: Board) -> None:
    board.other.handle(issued(1))
    board.app.handle(issued(2))
    board.other.handle(issued(3))

    assert "recommendation.reference-taken" == refused(
        lambda: board.app.handle(issued(2).__class__(
            by=BOARD, on=day("2018-03-02"), recommendation="xb/2", source="review-xb/r",
            text="Do more", addressed=(ONE,),
        ))
    )  # fmt: skip
    assert 1 == len(board.app.handle(issued(4)))


def test_an_id_that_another_handled_meanwhile_is_not_handled_twice(board: Board) -> None:
    requests = [Request(command=issued(n), command_id=f"m-{n}") for n in (1, 2)]
    board.log.meanwhile += [lambda: board.other.handle_all(requests)]

    records = board.app.handle_all(requests)

    assert tuple(board.app.history(after=5)) == records
    assert 2 == len(records)


def test_what_keeps_moving_is_a_conflict(board: Board) -> None:
    """After so many times; and nothing of it is on record."""
    board.app.handle(issued(1))
    for number in range(ATTEMPTS):
        board.meanwhile(
            r.ReplyToRecommendation(
                by=Authority(person="A", role="b", body=ONE),
                on=day("2018-04-01"),
                recommendation="xb/1",
                reply=str(number),
            )
        )

    with pytest.raises(ConflictError):
        board.app.handle(voided("recommendation-xb/1"))
    assert "EntryVoided" not in board.names()


def test_all_that_a_batch_read_is_of_one_moment(board: Board) -> None:
    """The other records after the first stream was read, and before the second."""
    stream_rows, other = board.log.stream_rows, board.other

    def interrupted(*streams: str) -> Any:
        if f"body-{TWO}" in streams and board.log.meanwhile:
            board.log.meanwhile.pop()()
        return stream_rows(*streams)

    board.log.stream_rows = interrupted  # type: ignore[method-assign]
    board.app = Application(
        board.log, clock=lambda: datetime(2018, 6, 1, tzinfo=UTC), readership=TEXTS
    )
    board.log.meanwhile += [lambda: other.handle_all([merged(TWO, THREE), merged(THREE, ONE)])]

    assert "body.merged-in-a-circle" == refused(lambda: board.app.handle(merged(ONE, TWO)))
    assert ["BodyMerged"] * 2 == board.names(after=5)


def test_a_store_that_lost_its_end_is_read_again(board: Board) -> None:
    """Restored from an earlier copy under a program that goes on."""
    board.app.handle(issued(1))
    lost = board.log._stored_events.pop()
    del board.log._stored_events_index[str(lost.originator_id)]

    assert 1 == len(board.app.handle(issued(1)))
    assert [1, 2, 3, 4, 5, 6] == [record.position for record in board.app.history()]


def test_a_store_that_another_copy_was_put_in_the_place_of_is_read_again(tmp_path: Path) -> None:
    """Also where that has as many entries by now: what is kept of streams is of the other one."""
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    board = RegisterBody(**BY, body="xb", name="xb", kind=BodyKind.BOARD)
    one, two = (
        RegisterBody(**BY, body=ref, name=ref, kind=BodyKind.COMMITTEE) for ref in (ONE, TWO)
    )
    with (
        connect(f"sqlite:{here}", readership=TEXTS) as app,
        connect(f"sqlite:{there}", readership=TEXTS) as other,
    ):
        app.handle_all([board, one])
        other.handle_all([board, two])
        with closing(sqlite3.connect(there)) as source, closing(sqlite3.connect(here)) as target:
            source.backup(target)
        app.handle(one)

        assert ["body-xb", f"body-{TWO}", f"body-{ONE}"] == [
            record.stream for record in app.history()
        ]


def test_where_the_end_was_removed_by_force_nothing_more_is_recorded(tmp_path: Path) -> None:
    """A position is never used twice, and what was there has to be restored first."""
    with connect(f"sqlite:{tmp_path}/lif.db", readership=TEXTS) as app:
        app.handle(RegisterBody(**BY, body="xb", name="xb", kind=BodyKind.BOARD))
        app.handle(RegisterBody(**BY, body=ONE, name=ONE, kind=BodyKind.COMMITTEE))
        with sqlite3.connect(tmp_path / "lif.db") as connection:
            connection.execute("DROP TRIGGER entries_are_never_removed")
            connection.execute("DELETE FROM stored_events WHERE position = 2")
        connection.close()
        with pytest.raises(UnreadableError, match="ends at position 1, and 2 were recorded"):
            app.handle(RegisterBody(**BY, body=TWO, name=TWO, kind=BodyKind.COMMITTEE))


def test_what_no_longer_fits_is_read_again(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams, and what was found out about bodies."""
    monkeypatch.setattr(streams, "KEPT", 2)
    monkeypatch.setattr(admission, "KEPT", 1)
    board.app.handle(merged(TWO, THREE))
    for number in range(1, 6):
        board.app.handle(issued(number))
        board.app.handle_all([issued(10 * number), issued(10 * number)])

    assert "authority.merged" == refused(
        lambda: board.app.handle(issued(6, Authority(person="A", role="b", body=TWO)))
    )
    assert ["RecommendationIssued"] * 10 == board.names(after=6)


def test_what_is_kept_of_streams_is_bounded_by_their_entries(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stream of thousands costs what thousands of one do; the last one stays, however long."""
    monkeypatch.setattr(streams, "KEPT", 12)
    kept = board.app._streams._kept
    for number in range(1, 9):
        board.app.handle(issued(number))

    assert 12 >= sum(1 + len(loaded.recorded) for loaded in kept.values()) > 8

    meeting: dict[str, Any] = {"required": (), "present": (), "quorate": False}
    for number in range(12):
        board.app.handle(RecordMeeting(**BY, body=ONE, meeting=f"m{number}", **meeting))

    assert [f"body-{ONE}"] == list(kept)


# Who may act after a circle


def test_of_bodies_merged_in_a_circle_the_one_that_a_view_shows_may_act(board: Board) -> None:
    """One into two in February, and two, as corrected, back into one in May: two answers."""
    app = board.app
    one, two = (Authority(person="A", role="b", body=ref) for ref in (ONE, TWO))
    app.handle(issued(1))
    app.handle(r.AcceptRecommendation(by=one, on=day("2018-03-02"), recommendation="xb/1"))
    plan = r.PlanRecommendation(
        by=one, on=day("2018-03-03"), recommendation="xb/1", owner=ONE, due=day("2018-04-01"),
        action="Do it",
    )  # fmt: skip
    app.handle(plan)
    app.handle_all([merged(ONE, TWO, "2018-04-01"), merged(TWO, THREE, "2018-05-01")])
    app.handle(
        AmendEntry(
            by=BOARD,
            on=day("2018-05-02"),
            stream=f"body-{TWO}",
            entry=2,
            replacement=Replacement(BodyMerged.of(merged(TWO, ONE, "2018-05-01"))),
            reasons="Another was meant",
        )
    )
    on = day("2018-05-10")
    duties = app.view(accountability, valid=on).duties
    implement = r.ImplementRecommendation(by=two, on=on, recommendation="xb/1", evidence="Done")

    assert [TWO] == [duty.owner for duty in duties]
    assert "authority.merged" == refused(
        lambda: app.handle(r.ImplementRecommendation(
            by=one, on=on, recommendation="xb/1", evidence="Done"
        ))
    )  # fmt: skip
    assert 1 == len(app.handle(implement))
    meeting: dict[str, Any] = {"required": (), "present": (), "quorate": False, "on": on}
    assert "body.passed-on" == refused(
        lambda: app.handle(RecordMeeting(by=BOARD, body=ONE, meeting="m", **meeting))
    )
    assert 1 == len(app.handle(RecordMeeting(by=BOARD, body=TWO, meeting="m", **meeting)))
