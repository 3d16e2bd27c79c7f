"""The log of one board: what it holds as entries share streams with it, or give them away."""

from datetime import timedelta
from typing import Any

import pytest

from lif_adapters.cli.demo import demo_requests
from lif_core.aggregates.body import (
    AdoptTerms,
    BodyKind,
    BodyRegistered,
    RegisterBody,
    TermsAdopted,
)
from lif_core.aggregates.ledger import CorrectClock
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.messages import Command, evolved
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, UnreadableError
from lif_core.framework import Frameworks, load, parse
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row, Tracking
from lif_core.queries.readership import Roles
from lif_core.views.accountability import accountability
from lif_core.views.assurance import assurance
from lif_core.views.conduct import conduct
from lif_core.views.coverage import coverage
from tests.core.commands.test_board_application import NOW, WSAB, application, review
from tests.people import CHAIR, EVERYTHING, TEXTS, day

END = day("2019-01-01")
PANEL = RegisterBody(
    by=WSAB, on=day("2018-01-02"), body="wsab/panel", name="Panel", kind=BodyKind.COMMITTEE
)
SERVES = AdoptTerms(
    by=WSAB,
    on=day("2018-02-01"),
    body="wsab/panel",
    terms="1",
    remit="Both boards",
    boards=("wsab", "wscb"),
)


def streams(app: Application) -> list[str]:
    return list(dict.fromkeys(record.stream for record in app.history()))


def test_what_an_entry_shares_is_seen_from_its_first_entry_on_in_views_kept_before() -> None:
    """A view counts the registration, and not the terms that share it: it shows the committee."""
    app = application()
    board = app.for_board("wscb")
    board.handle(review("wscb/1"))
    app.handle(PANEL)
    before = {row.committee for row in board.view(assurance, valid=END).committees}
    names = {row.body for row in board.view(assurance, valid=END).names}
    app.handle(SERVES)
    after = {row.committee for row in board.view(assurance, valid=END).committees}

    assert "wsab/panel" not in before | names
    assert "wsab/panel" in after
    assert "wsab/panel" in {row.body for row in board.view(assurance, valid=END).names}
    assert board.view(assurance, valid=END) == board.view(assurance, valid=END, afresh=True)
    terms = app.mapper.registry.topics((TermsAdopted,))
    changed = board.recorder.changed(after=2, until=3, without=terms)
    assert {"body-wsab/panel": 1} == changed, "to a view that counts the registration alone"


def test_an_amendment_that_names_the_board_shares_the_stream_and_another_does_not_hide_it() -> (
    None
):
    """Whoever has seen a stream goes on seeing it."""
    app = application()
    board = app.for_board("wscb")
    (opened,) = app.handle(review("wsab/1", ("wsab",), WSAB))
    assert [] == streams(board)

    def amended(*boards: str) -> Command:
        event: Any = evolved(opened.event, boards=boards)
        return AmendEntry(
            by=WSAB,
            on=day("2018-03-01"),
            stream="review-wsab/1",
            entry=1,
            replacement=Replacement(event),
            reasons="Joint",
        )

    app.handle(amended("wsab", "wscb"))
    assert ["review-wsab/1"] == streams(board)
    assert ["wsab/1"] == [row.review for row in board.view(conduct, valid=END).reviews]
    app.handle(amended("wsab"))
    assert ["review-wsab/1"] == streams(board) == streams(app.for_board("wscb"))


TWO = parse(
    """
name = "two"
title = "Two areas"
governs = ["a", "b"]
in_force = 2017-01-01
[[bodies]]
ref = "a/police"
name = "Police of A"
kind = "agency"
[[bodies]]
ref = "b/police"
name = "Police of B"
kind = "agency"
""",
    "two.toml",
)


def test_a_pack_that_names_no_board_makes_nothing_joint() -> None:
    """Boards that are registered under it are boards of their own."""
    packs = Frameworks(load().general, (*load().packs, TWO))

    assert {"a"} == packs.serving(["a"])
    assert {"wscb", "wsb"} == packs.serving(["wscb"])
    assert {"walsall-scb"} == packs.serving(["walsall-scb"])


def test_of_bodies_in_no_boards_namespace_agencies_alone_are_seen_by_all() -> None:
    """A committee is of somebody, and another board is itself."""
    app = Application(MemoryRecorder(), clock=lambda: NOW, readership=EVERYTHING)
    events = [
        BodyRegistered(by=WSAB, on=day("2018-01-02"), body=kind.value, name="x", kind=kind)
        for kind in BodyKind
    ]
    to_stored = app.mapper.to_stored_event
    records = [Record(0, f"body-{event.body}", 1, NOW, event) for event in events]
    app.recorder.append(lambda _: list(map(to_stored, records)))

    assert ["body-agency"] == streams(app.for_board("wscb"))


def test_what_others_owe_without_an_entry_is_not_listed() -> None:
    """What they did about it may be hidden: nothing says that they never did."""
    app = application()
    board = app.for_board("wscb")
    board.handle(review("wsb/1"))
    of_all = {row.board for row in app.view(accountability, valid=END).board_duties}

    assert {"wscb", "wsab"} == of_all
    assert {"wscb"} == {row.board for row in board.view(accountability, valid=END).board_duties}
    assert "wsab" in {row.board for row in app.view(coverage, valid=END).ever}
    assert {"wscb"} == {row.board for row in board.view(coverage, valid=END).ever}
    what_if = board.under(load("wolverhampton-2017"))
    assert {"wscb"} == {row.board for row in what_if.view(coverage, valid=END).ever}


def test_a_reader_of_a_board_has_no_role_for_every_stream() -> None:
    app = application()
    board = app.for_board("wscb")

    assert app.readership.grants("every stream")
    assert not board.readership.grants("every stream")
    assert board.readership.grants("child-death-panel")
    other = board.for_reader(Roles(("every stream",)))
    assert not other.readership.grants("every stream")
    assert not other.readership.grants("child-death-panel")


def test_packs_are_on_record_from_an_entry_of_the_boards_own() -> None:
    """Where another board's entry brought them, its position and its time say nothing."""
    app = application()
    app.handle(review("wsab/1", (), WSAB))
    board = app.for_board("wscb")
    assert () == board.packs()
    board.handle(review("wscb/1"))

    assert {1} == {pack.position for pack in app.packs()}
    assert {2} == {pack.position for pack in board.packs()}
    assert [pack.name for pack in app.packs()] == [pack.name for pack in board.packs()]
    assert {"same"} == {str(pack.status) for pack in board.packs()}
    assert () == app.for_board("elsewhere").packs()
    agency = RegisterBody(
        by=CHAIR, on=day("2018-01-01"), body="police", name="Police", kind=BodyKind.AGENCY
    )
    app.handle(agency)
    assert ["general"] == [pack.name for pack in app.for_board("elsewhere").packs()]


def test_rows_are_read_by_stream_whatever_the_size_of_a_page() -> None:
    """Streams between those that the board sees are passed over, and none of its own is."""
    app = application()
    for ref in ("wsab/1", "wsab/2", "wsab/3", "wscb/1", "wscb/2"):
        app.handle(review(ref, (), WSAB if ref.startswith("wsab") else CHAIR))
    app.handle(review("wsab/2a", ("wsab", "wscb"), WSAB))
    app.handle(review("wsb/1"))
    recorder = app.for_board("wscb").recorder
    expected = sorted(recorder.rows(after=0, limit=99), key=lambda row: row[1:3])

    assert 4 == len(expected)
    for limit in range(1, 6):
        rows: list[Row] = []
        place = ("", 0)
        while page := recorder.rows_by_stream(after=place, until=99, limit=limit):
            assert len(page) <= limit
            rows += page
            place = page[-1][1:3]
        assert expected == rows


def test_what_is_wrong_or_new_in_anothers_stream_is_not_told() -> None:
    """Neither that an entry is missing in it, nor that there is one."""
    app = application()
    app.handle(review("wscb/1"))
    app.handle(review("wsab/1", (), WSAB))
    recorder = app.recorder
    assert isinstance(recorder, MemoryRecorder)
    recorder._stored_events_index["review-wsab/1"][3] = 1  # as if the second were gone
    board = app.for_board("wscb")

    assert ["wscb/1"] == [row.review for row in board.view(conduct, valid=END).reviews]
    with pytest.raises(UnreadableError, match="wsab"):
        app.view(conduct, valid=END)
    assert {"review-wscb/1": 1} == board.recorder.changed(after=0, until=2)
    assert board.recorder.broken(after="", before=None, until=2) is None
    recorder._stored_events_index["review-wscb/1"][3] = 0
    assert "review-wscb/1" == board.recorder.broken(after="", before=None, until=2)
    assert {"review-wsab/1", "review-wscb/2"} == board.recorder.unrecorded(
        ["review-wscb/1", "review-wscb/2", "review-wsab/1"]
    )


def test_its_recorder_appends_nothing_but_how_far_a_follower_of_its_own_has_read() -> None:
    app = application()
    (record,) = app.handle(review("wscb/1"))
    recorder = app.for_board("wscb").recorder

    recorder.append(lambda _: (), tracking=Tracking(name="x", after=0, position=1))
    assert (1, 0, 1) == (
        recorder.tracked("x"),
        app.recorder.tracked("x"),
        app.recorder.tracked("wscb/x"),
    )
    with pytest.raises(MalformedError, match="its application writes"):
        recorder.append(lambda _: [app.mapper.to_stored_event(record)])


def test_a_subscription_of_a_board_is_given_what_the_board_sees() -> None:
    app = application()
    seen: list[int] = []
    app.handle(review("wscb/1"))
    app.handle(review("wsab/1", (), WSAB))
    app.handle(review("wscb/2"))
    board = app.for_board("wscb")

    board.subscribe(
        "x", lambda delivery: seen.extend(r.position for r in delivery.records)
    ).catch_up()
    assert [1, 3] == seen
    assert 0 == app.recorder.tracked("x")


def test_an_entry_that_cannot_be_read_stops_a_board_only_where_it_may_be_shared() -> None:
    """Its error says nothing of whose it is."""

    class Damaged(MemoryRecorder):
        bad: tuple[bytes, bytes] = (b"", b"")

        def _damage(self, row: Row) -> Row:
            return (*row[:4], row[4].replace(*self.bad))

        def rows(self, *, after: int, limit: int, whole: bool = True) -> list[Row]:
            return list(map(self._damage, super().rows(after=after, limit=limit)))

        def rows_by_stream(self, **which: Any) -> list[Row]:
            return list(map(self._damage, super().rows_by_stream(**which)))

    recorder = Damaged()
    app = Application(recorder, clock=lambda: NOW, readership=TEXTS)
    app.handle(review("wsab/zz", (), WSAB))
    recorder.bad = (b"independent chair", b"chair")
    board = app.for_board("wscb")
    assert [] == list(board.history())

    recorder.bad = (b"", b"")
    app.handle(review("wsab/zz2", ("wsab", "wscb"), WSAB))
    recorder.bad = (b"independent chair", b"chair")
    with pytest.raises(UnreadableError) as error:
        list(app.for_board("wscb").history())
    assert "zz" not in f"{error.value} {vars(error.value)} {error.value.__cause__}"


def test_a_log_whose_end_was_taken_away_is_read_anew() -> None:
    """A restored store shares what its entries say, and no more."""
    app = application()
    board = app.for_board("wscb")
    app.handle(review("wscb/1"))
    app.handle(review("wsab/1", ("wsab", "wscb"), WSAB))
    assert ["review-wscb/1", "review-wsab/1"] == streams(board)
    recorder = app.recorder
    assert isinstance(recorder, MemoryRecorder)
    recorder._stored_events.pop()
    del recorder._stored_events_index["review-wsab/1"]

    Application(recorder, clock=lambda: NOW, readership=TEXTS).handle(review("wscb/2"))
    assert ["review-wscb/1", "review-wscb/2"] == streams(board)
    last = board.recorder.last_row()
    assert last is not None
    assert "review-wscb/2" == last[1]
    recorder._stored_events.pop()
    del recorder._stored_events_index["review-wscb/2"]
    assert ["review-wscb/1"] == streams(board)


def test_a_reader_under_other_packs_sees_a_correction_of_the_clock_that_another_read_first() -> (
    None
):
    """Each lets go of the views that it has kept."""
    app = Application(MemoryRecorder(), clock=lambda: NOW, readership=EVERYTHING)
    app.handle_all(demo_requests(app.mapper))
    other = app.under(load("wolverhampton-2017"))
    first, *_, last = app.history()
    before = other.view(accountability, valid=END)
    app.handle(
        CorrectClock(
            by=CHAIR,
            on=last.event.on,
            ledger="lif/ledger",
            first=1,
            last=last.position,
            read_as=first.recorded_at + timedelta(days=3),
            reasons="Three days slow",
        )
    )
    app.view(accountability, valid=END)

    assert before != other.view(accountability, valid=END)
    assert other.view(accountability, valid=END) == other.view(
        accountability, valid=END, afresh=True
    )
