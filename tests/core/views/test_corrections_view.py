"""The view of corrections: what was corrected, and what that left."""

from typing import Any

import pytest
from msgspec.structs import replace

from lif_core.aggregates import recommendation as r
from lif_core.aggregates import review as v
from lif_core.decisions.corrections import VoidEntry
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import What
from lif_core.queries.readership import Roles
from lif_core.views import PROJECTIONS
from lif_core.views.corrections import Corrections
from tests.board import CHAIR, Board
from tests.edge_histories import PEER, amended, planned, reviewed
from tests.people import day

REF, STREAM = "wscb/r-1", "recommendation-wscb/r-1"


@pytest.fixture
def board() -> Board:
    board = Board()
    reviewed(board)
    planned(board, REF)
    return board


def void(board: Board, stream: str, entry: int, on: str = "2018-03-01") -> None:
    board.decide(VoidEntry, on, by=CHAIR, stream=stream, entry=entry, reasons="Another case")


def seen(board: Board, valid: str, known: str | None = None) -> Corrections:
    view: Corrections = board.app.view(
        PROJECTIONS["corrections"], valid=day(valid), known=day(known) if known else None
    )
    return view


def test_a_correction_is_listed_with_its_reasons_and_what_it_left_without_effect(
    board: Board,
) -> None:
    """The issue is void, so the acceptance and the plan rested on nothing."""
    void(board, STREAM, 1)
    view = seen(board, "2018-04-01")

    assert [(STREAM, 4, "voids", 1, "wscb", "Another case")] == [
        (row.stream, row.entry, row.what, row.corrects, row.by, row.reasons)
        for row in view.corrections
    ]
    assert [
        (1, "RecommendationIssued", "voided by entry 4"),
        (2, "RecommendationAccepted", "rested on entry 1, without effect"),
        (3, "RecommendationPlanned", "rested on entry 1, 2, without effect"),
    ] == [(row.entry, row.event, row.why) for row in view.without_effect]
    assert () == tuple(seen(board, "2018-04-01", "2018-02-28").without_effect)
    assert [1] == [row.entry for row in seen(board, "2018-01-12").without_effect][:1]


def test_a_correction_says_what_the_entry_said_before(board: Board) -> None:
    """A second amendment is held against the first; what is void is said whole; taking an
    amendment back says what that had put in its place.
    """
    amended(board, STREAM, 1, text="First wording")
    amended(board, STREAM, 1, text="Second wording")
    void(board, STREAM, 5, "2019-02-01")
    void(board, STREAM, 2, "2019-02-01")
    issued, first, second, accepted = seen(board, "2019-12-01").corrections

    assert [("text: First wording",)] == [issued.says]
    assert ["text: "] == [text[:6] for text in issued.said or ()]
    assert (("text: First wording",), ("text: Second wording",)) == (first.said, first.says)
    assert "text: Second wording" in (second.said or ())
    assert ("EntryAmended", ()) == (second.event, second.says)
    assert ("RecommendationAccepted", CHAIR.person, CHAIR.role) == (
        accepted.event, accepted.person, accepted.role,
    )  # fmt: skip
    assert "on: 2018-01-12" in (accepted.said or ())


def test_what_an_entry_said_is_for_those_who_may_read_its_stream(board: Board) -> None:
    """Others see that it was corrected, by whom, and why, as before."""
    void(board, STREAM, 2)
    (row,) = seen(board, "2018-04-01").corrections
    for roles, may_read in (((), False), (("wscb",), True), (("wsab",), False)):
        view = board.app.for_reader(Roles((*roles, "personal texts"))).view(
            PROJECTIONS["corrections"]
        )

        assert [row if may_read else replace(row, said=None, says=None)] == list(view.corrections)
        assert (0 if may_read else 1) == view.withheld


def test_two_looks_at_corrections_are_compared_by_what_was_recorded(board: Board) -> None:
    """The voiding is new, and so are the three entries without effect."""
    void(board, STREAM, 1)
    before = AsOf(valid=day("2018-04-01"), known=day("2018-02-28"))
    after = AsOf(valid=day("2018-04-01"))
    found = board.app.diff(PROJECTIONS["corrections"], before, after)

    assert [(STREAM, 4)] == [(entry.stream, entry.entry) for entry in found.entries]
    assert ["corrections", *["without_effect"] * 3] == [one.change.table for one in found.changes]
    assert [[4]] * 4 == [[entry.entry for entry in one.entries] for one in found.changes]
    back = board.app.diff(PROJECTIONS["corrections"], after, before)
    assert {one.change.what for one in back.changes} == {What.REMOVED}


def test_what_an_ending_absorbs_is_listed(board: Board) -> None:
    """A reply of March, and a withdrawal that was recorded later and took effect in February."""
    reply: dict[str, Any] = {"by": CHAIR, "recommendation": REF, "reply": "We look into it"}
    board.decide(r.ReplyToRecommendation, "2018-03-01", **reply)
    withdrawal: dict[str, Any] = {"by": CHAIR, "recommendation": REF, "reasons": "Not wanted"}
    board.decide(r.WithdrawRecommendation, "2018-02-01", recorded="2018-03-02", **withdrawal)

    assert [("RecommendationReplied", "comes after entry 5, which ended it")] == [
        (row.event, row.why) for row in seen(board, "2018-04-01").without_effect
    ]
    assert () == tuple(seen(board, "2018-02-28").without_effect)


def test_what_names_a_voided_stream_is_listed_and_counts_as_before(board: Board) -> None:
    """The review should never have been opened; the recommendation of it is a decision of its own,
    which its board may void.
    """
    assert () == tuple(seen(board, "2018-04-01").unfounded)
    void(board, PEER, 1)

    assert [(STREAM, 1, "RecommendationIssued", "source", PEER)] == [
        (row.stream, row.entry, row.event, row.field, row.names)
        for row in seen(board, "2018-04-01").unfounded
    ]
    assert 1 == board.accountability("2018-04-01").totals.recommendations
    peer: dict[str, Any] = {"review": "wscb/peer", "kind": "lga-peer", "title": "Another"}
    board.decide(v.OpenReview, "2018-01-11", recorded="2018-03-02", by=CHAIR, **peer)
    assert () == tuple(seen(board, "2018-04-01").unfounded)


def test_a_stream_in_contradiction_is_listed_here_too(board: Board) -> None:
    """Planned on 15 January, and accepted, as amended, on 10 February."""
    amended(board, STREAM, 2, on=day("2018-02-10"))

    assert [(STREAM, (2, 3), "RecommendationPlanned takes effect before what it rests on")] == [
        (row.stream, row.entries, row.why) for row in seen(board, "2018-04-01").inconsistent
    ]
    assert ["amends"] == [row.what for row in seen(board, "2019-02-01").corrections]
