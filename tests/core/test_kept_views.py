"""Views that are kept and saved, where something goes wrong or is not as usual."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
import pytest
from attrs import frozen

from lif_adapters.cli.demo import demo_requests
from lif_core import recommendation as r
from lif_core.body import BodyKind, RegisterBody
from lif_core.commands.application import Application
from lif_core.errors import ConflictError, MalformedError, UnreadableError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row, Saved
from lif_core.messages import Event
from lif_core.projection.cache import SAVED
from lif_core.projection.projection import AT_ONCE, Part, Projection, Summary
from lif_core.record import Record
from lif_core.training_course import CourseRequested
from lif_core.views import accountability, past, sustainability
from tests.board import Board
from tests.core.test_views import (
    END,
    call_for_training,
    issue,
    opened,
    request_course,
    void_the_call,
)
from tests.people import CHAIR, day

MAY = day("2018-05-10")
KEPT: tuple[Projection[Any, Any], ...] = (accountability, sustainability)


class Busy(MemoryRecorder):
    """Busy, once, after so many more reads of a stream."""

    left: int | None = None

    def stream_rows(self, stream: str) -> Sequence[Row]:
        if self.left == 0:
            self.left = None
            raise ConflictError("the store is busy")
        if self.left is not None:
            self.left -= 1
        return super().stream_rows(stream)


def board_with(recorder: MemoryRecorder) -> Application:
    """The worked history, and as many bodies that nothing happens to: most parts are settled."""
    app = opened(recorder)
    app.handle_all(demo_requests(app.mapper))
    app.handle_all(
        RegisterBody(by=CHAIR, on=MAY, body=f"wscb/{n}", name=f"Body {n}", kind=BodyKind.AGENCY)
        for n in range(20)
    )
    return app


@pytest.mark.parametrize("reads", range(3))
@pytest.mark.parametrize("projection", KEPT, ids=lambda one: one.name)
def test_a_view_that_was_interrupted_is_never_gone_on_from(
    projection: Projection[Any, Any], reads: int
) -> None:
    """A later day, of which some parts were made when the store was busy: the day is asked again,
    and is whole.
    """
    recorder = Busy()
    app = board_with(recorder)
    app.view(projection, valid=MAY)
    recorder.left = reads
    later = MAY + timedelta(days=60)

    with pytest.raises(ConflictError):
        app.view(projection, valid=later)
    assert app.view(projection, valid=later, afresh=True) == app.view(projection, valid=later)


# What is damaged


def saved_of(recorder: MemoryRecorder) -> Saved:
    found = recorder.saved(SAVED + "accountability")
    assert found is not None
    return found


def damaged(recorder: MemoryRecorder, **changes: Any) -> Application:
    """Another application on the store, in which what is saved was changed by hand."""
    recorder.save(attrs.evolve(saved_of(recorder), **changes), before=None)
    return opened(recorder)


def flipped(found: bytes, at: int) -> bytes:
    return found[:at] + bytes([found[at] ^ 1]) + found[at + 1 :]


def test_no_byte_of_a_saved_view_can_be_otherwise_unseen() -> None:
    """Of the head, the view is refused, or made afresh; of a part, refused by who looks at it."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    saved, expected = saved_of(recorder), app.view(accountability, valid=END)
    heads = [{"head": flipped(saved.head, at)} for at in range(len(saved.head))]
    key = "review-wscb/scr-child-k"
    part = saved.parts[key]
    assert part is not None
    parts = [{"parts": {**saved.parts, key: flipped(part, at)}} for at in range(0, len(part), 7)]
    for change in (*heads, *parts):
        other = damaged(recorder, **change)
        try:
            found = other.view(accountability, valid=END)
            list(found.clocks)
        except UnreadableError:
            continue

        assert expected == found
        assert "head" in change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda saved: {"parts": {}}, id="no parts"),
        pytest.param(
            lambda saved: {"parts": dict(list(saved.parts.items())[1:])}, id="a part is gone"
        ),
        pytest.param(
            lambda saved: {"parts": {**saved.parts, "review-x": saved.parts["body-wscb/1"]}},
            id="a part too many",
        ),
        pytest.param(lambda saved: {"position": 3}, id="said to have read less"),
        pytest.param(lambda saved: {"position": 1_000}, id="said to have read more"),
        pytest.param(lambda saved: {"head": saved.head[:-1]}, id="the head is cut short"),
    ],
)
def test_a_damaged_view_is_refused_until_it_is_saved_afresh(change: Any) -> None:
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    other = damaged(recorder, **change(saved_of(recorder)))
    expected = app.view(accountability, valid=END, afresh=True)

    with pytest.raises(UnreadableError, match="view it afresh, or save it afresh"):
        other.view(accountability, valid=END)
    assert expected == other.view(accountability, valid=END, afresh=True)
    other.save(accountability, valid=END, afresh=True)
    assert expected == opened(recorder).view(accountability, valid=END)


def test_a_part_is_of_its_own_item_only() -> None:
    """Two that were exchanged by hand are both damaged."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    saved = saved_of(recorder)
    one, other = "recommendation-wscb/r-1", "recommendation-wscb/r-2"
    exchanged = {one: saved.parts[other], other: saved.parts[one]}
    found = damaged(recorder, parts={**saved.parts, **exchanged})

    with pytest.raises(UnreadableError, match="r-1: not as it was written"):
        list(found.view(accountability, valid=END).duties)


def test_each_head_is_of_one_position() -> None:
    """Two saves of the same figures are told apart: a part of an older one is never put under the
    newer one.
    """
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    before = saved_of(recorder).head
    app.handle(r.ReplyToRecommendation(by=CHAIR, on=END, recommendation="wscb/r-1", reply="Yes"))
    app.save(accountability, valid=END)

    assert before != saved_of(recorder).head


# Projections that are not of lif


@frozen(kw_only=True)
class CourseRow:
    course: str
    said: int


def key(event: Event[Any]) -> tuple[str, ...]:
    match event:
        case r.TrainingCalledFor(course=course) | CourseRequested(course=course):
            return (f"training_course-{course}",)
        case _:
            return ()


def evolve(item: CourseRow | None, record: Record) -> CourseRow:
    (stream,) = key(record.event)
    return CourseRow(course=stream, said=item.said + 1 if item else 1)


courses: Projection[CourseRow, Any] = Projection(
    name="courses",
    key=key,
    evolve=evolve,
    summarise=Summary(
        tables={"courses": CourseRow},
        part=lambda item, shared, as_of: Part(
            rows={"courses": (item,)}, counts={("said",): item.said}, settled=AT_ONCE
        ),
        total=lambda rows, counts, shared, as_of: (tuple(rows["courses"]), counts["said",]),
        edition="1",
    ),
)
"""Of a course, how often it was called for or asked for: by two streams."""


@pytest.fixture
def board() -> Board:
    board = Board()
    for said in (issue, call_for_training, request_course):
        said(board)
    return board


def test_an_item_of_two_streams_is_made_again_of_both_when_it_was_saved(board: Board) -> None:
    board.app.save(courses, valid=END)
    void_the_call(board)
    other = opened_on(board)

    assert ((CourseRow(course="training_course-wscb/c-1", said=1),), 1) == other.view(
        courses, valid=END
    )


@pytest.mark.parametrize("at", ["2018-01-02", "2018-01-04", "2018-01-05", "2018-01-06"])
def test_an_item_of_two_streams_is_as_it_was_in_the_past(
    board: Board, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "SOONER", 0)
    void_the_call(board)
    app = opened_on(board)
    app.view(courses, valid=END)
    for asked in ({"valid": END, "known": day(at)}, {"valid": day(at)}):
        assert app.view(courses, **asked, afresh=True) == app.view(courses, **asked)


def test_what_is_saved_is_of_its_edition_only(board: Board) -> None:
    """Another program may count otherwise, under the same name."""
    board.app.save(courses, valid=END)
    twice = attrs.evolve(courses, evolve=lambda item, record: evolve(evolve(item, record), record))
    summary = attrs.evolve(summary_of(courses), edition="2")
    newer = attrs.evolve(twice, summarise=summary)

    assert 2 == opened_on(board).view(courses, valid=END)[1]
    assert 4 == opened_on(board).view(newer, valid=END)[1]


def test_what_tells_no_edition_is_kept_but_not_saved(board: Board) -> None:
    unnamed = attrs.evolve(courses, summarise=attrs.evolve(summary_of(courses), edition=""))

    with pytest.raises(MalformedError, match="courses cannot be saved"):
        board.app.save(unnamed)
    assert 2 == board.app.view(unnamed, valid=END)[1] == board.app.view(unnamed, valid=END)[1]


def test_two_projections_of_one_name_are_never_mixed(board: Board) -> None:
    """Each is as the log says, saved or not."""
    mine = attrs.evolve(courses, name="accountability")
    both: tuple[Projection[Any, Any], ...] = (accountability, mine)
    expected = [opened_on(board).view(one, valid=END, afresh=True) for one in both]
    for saved in (accountability, mine, accountability):
        board.app.save(saved, valid=END)
        for app in (board.app, opened_on(board)):
            assert expected == [app.view(one, valid=END) for one in both]


def summary_of(projection: Projection[Any, Any]) -> Summary[Any, Any]:
    assert isinstance(projection.summarise, Summary)
    return projection.summarise


def opened_on(board: Board) -> Application:
    return Application(board.app.recorder, clock=lambda: board.now)
