"""Learning passed on, how far it reached and what was never shared: by example, and recounted."""

from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lif_core.aggregates import dissemination as d
from lif_core.aggregates import review as v
from lif_core.aggregates.recommendation import RecommendationEvent, RecommendationIssued
from lif_core.decisions.messages import Event
from lif_core.projection.fold import fold
from lif_core.testing.records import records_of
from lif_core.testing.strategies import World, events
from lif_core.views.dissemination import (
    AudienceRow,
    Disseminations,
    TakeUpRow,
    dissemination,
)
from tests.board import Board
from tests.core.views.test_publication import AS_OF
from tests.lives import (
    ACCEPT,
    DEATH,
    ISSUE,
    NEWS,
    OPEN,
    REPORTED,
    SHARE,
    STRENGTH,
    but,
    decide,
)
from tests.people import POLICE, by, day

REVIEW = "wscb/scr-1"
SENT = but(NEWS, audiences=("practitioners", "managers"), bodies=("wsb/police", "wsb/rwt"))
REACH = d.RecordReach(
    by=by("wsb/jce"),
    on=day("2017-12-01"),
    dissemination="wsb/news-1",
    audience="practitioners",
    reached=140,
)
TAKE_UP = d.TakeUpLearning(
    by=POLICE, on=day("2017-12-05"), dissemination="wsb/news-1", will_do="Brief every team."
)


def view(board: Board, valid: str = "2018-12-31") -> Disseminations:
    return board.app.view(dissemination, valid=day(valid))


@pytest.fixture
def board() -> Board:
    """A review with good practice, its report accepted on 10 November 2017."""
    board = Board()
    decide(board, *REPORTED[:-1], STRENGTH, ACCEPT)
    return board


def test_what_was_concluded_and_never_shared_waits_from_its_conclusion(board: Board) -> None:
    (review,), (practice,) = view(board).reviews, view(board).practice

    assert (REVIEW, "A child, in a fictional case.", ("wscb",)) == (
        review.review,
        review.title,
        review.boards,
    )
    assert review.kind.startswith("Serious Case Review")
    assert (None, 0, 51) == (
        review.shared,
        review.often,
        view(board, "2017-12-31").reviews[0].waiting,
    )
    assert (None, (), 76) == (
        practice.shared,
        practice.disseminations,
        view(board, "2017-12-31").practice[0].waiting,
    )
    assert (1, 1) == (view(board).reviews_never_shared, view(board).practice_never_shared)


def test_what_is_shared_waits_no_more(board: Board) -> None:
    """The newsletter is from the review; the strength is shared by it two days later."""
    decide(board, SENT, but(SHARE, on=day("2017-11-14")))
    (review,), (practice,) = view(board).reviews, view(board).practice

    assert (day("2017-11-12"), 1, None) == (review.shared, review.often, review.waiting)
    assert (day("2017-11-14"), ("wsb/news-1",), None) == (
        practice.shared,
        practice.disseminations,
        practice.waiting,
    )
    assert "Teams met." == practice.practice
    assert (0, 0) == (view(board).reviews_never_shared, view(board).practice_never_shared)


def test_a_review_is_shared_through_its_recommendation(board: Board) -> None:
    """And one that is shared both ways by one newsletter was shared once."""
    from_both = ("recommendation-wscb/r-1", f"review-{REVIEW}")
    decide(board, ISSUE, but(SENT, learning_from=from_both[:1]))
    assert (day("2017-11-12"), 1) == (view(board).reviews[0].shared, view(board).reviews[0].often)

    decide(board, but(SENT, dissemination="wsb/news-2", learning_from=from_both))
    assert 2 == view(board).reviews[0].often


def test_learning_is_shown_by_its_titles_beside_its_references(board: Board) -> None:
    decide(board, SENT)
    (news,) = view(board).disseminations

    assert ("Meeting daily", "newsletter", "wsb/jce") == (news.title, news.channel, news.by)
    assert ((f"review-{REVIEW}",), ("A child, in a fictional case.",)) == (
        news.learning_from,
        news.learning,
    )


def test_reach_is_the_latest_count_of_each_audience(board: Board) -> None:
    """Where nobody counted, nobody knows, which is not nought."""
    decide(board, SENT)
    assert None is view(board).disseminations[0].reached

    decide(board, REACH, but(REACH, on=day("2018-02-01"), reached=155))
    assert 155 == view(board).disseminations[0].reached
    assert (
        AudienceRow(
            dissemination="wsb/news-1",
            audience="practitioners",
            reached=155,
            counted=day("2018-02-01"),
        ),
        AudienceRow(dissemination="wsb/news-1", audience="managers", reached=None, counted=None),
    ) == view(board).audiences


def test_those_it_was_put_to_have_said_what_they_will_do_or_not(board: Board) -> None:
    decide(board, SENT, TAKE_UP)

    assert (2, 1) == (
        view(board).disseminations[0].put_to,
        view(board).disseminations[0].taken_up,
    )
    assert (
        TakeUpRow(
            dissemination="wsb/news-1",
            body="wsb/police",
            taken_up=day("2017-12-05"),
            will_do="Brief every team.",
        ),
        TakeUpRow(dissemination="wsb/news-1", body="wsb/rwt", taken_up=None, will_do=None),
    ) == view(board).bodies


def test_each_channel_is_listed_whether_anybody_used_it_or_not(board: Board) -> None:
    """There are six of them in the framework (§4.2)."""
    decide(board, SENT, REACH)
    channels = {row.channel: (row.often, row.reached) for row in view(board).channels}

    assert 6 == len(channels)
    assert (1, 140) == channels.pop("newsletter")
    assert {(0, 0)} == {*channels.values()}


def test_a_review_under_way_is_not_yet_to_be_shared(board: Board) -> None:
    """Nor is one that was stopped; its good practice is."""
    other = "wscb/peer-9"
    decide(board, but(OPEN, review=other), but(STRENGTH, review=other, on=day("2017-12-01")))

    assert [REVIEW] == [row.review for row in view(board).reviews]
    assert [other, REVIEW] == [row.review for row in view(board).practice]


def test_a_childs_death_is_never_a_case_to_be_shared(board: Board) -> None:
    """Not by its notification, nor by a kind of review that an amended entry gave to a case."""
    death = but(DEATH, review="wscb/cdr-7")
    decide(board, death, but(STRENGTH, review="wscb/cdr-7", on=day("2017-12-01")))

    assert [REVIEW] == [row.review for row in view(board).practice]


# Any history

WORLD = World(
    refs=("wscb/1", "wscb/2"),
    bodies=("wscb", "wsb/jce"),
    streams=("review-wscb/1", "review-wscb/2", "recommendation-wscb/1", "audit-wscb/1"),
)
CLASSES: tuple[Any, ...] = (
    *get_args(d.DisseminationEvent),
    v.ReviewOpened,
    v.FindingRecorded,
    v.FindingShared,
    v.ReportAccepted,
    *get_args(RecommendationEvent)[:1],
)


ITS_OWN_SOURCE = (
    d.Disseminated.of(but(NEWS, learning_from=(f"recommendation-{ISSUE.recommendation}",))),
    RecommendationIssued.of(but(ISSUE, source=f"recommendation-{ISSUE.recommendation}")),
)


@given(st.lists(events(WORLD, *CLASSES), max_size=30))
@example([*ITS_OWN_SOURCE])
def test_what_was_never_shared_is_what_a_recount_of_the_events_leaves(
    history: list[Event[Any]],
) -> None:
    """Each on its day, walked through once, by what the latest entry of each stream says."""
    view = fold(dissemination, records_of(history), AS_OF)
    ordered = sorted(
        (event for event in history if event.on <= AS_OF.valid), key=lambda event: event.on
    )
    sent: dict[str, d.Disseminated] = {}
    source: dict[str, str] = {}
    opened: dict[str, v.ReviewOpened] = {}
    concluded: dict[str, v.ReportAccepted] = {}
    for event in ordered:
        match event:
            case d.Disseminated():
                sent[event.dissemination] = event
            case RecommendationIssued():
                source[f"recommendation-{event.recommendation}"] = event.source
            case v.ReviewOpened():
                opened[event.review] = event
            case v.ReportAccepted():
                concluded[event.review] = event
    shared = {
        name
        for event in sent.values()
        for stream in event.learning_from
        for name in (stream, source.get(stream, stream))
    }
    left = {ref for ref in concluded if ref in opened and f"review-{ref}" not in shared}

    assert len(left) == view.reviews_never_shared
    assert left == {row.review for row in view.reviews if row.shared is None}
    assert len(sent) == sum(row.often for row in view.channels)
