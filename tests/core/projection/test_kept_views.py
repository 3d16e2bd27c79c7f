"""Views that are kept and saved, where something goes wrong or is not as usual."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

import attrs
import pytest
from attrs import frozen
from msgspec import Struct

from lif_adapters.cli.demo import demo_requests
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.review import OpenReview, ReportTakenDown
from lif_core.aggregates.training_course import CourseRequested
from lif_core.commands.application import Application
from lif_core.decisions import decider
from lif_core.decisions.corrections import AmendEntry, Replacement
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError, MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Cell, Row, Saved
from lif_core.projection import cache, materialised
from lif_core.projection.cache import SAVED
from lif_core.projection.projection import Item, Part, Projection
from lif_core.projection.snapshots import (
    ASKS,
    DIGEST,
    SAYS,
    RefusedViews,
    SavedParts,
    _checked,
    _place,
    resumed,
)
from lif_core.projection.tables import Table, row
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from tests.board import Board
from tests.core.projection.test_views import (
    END,
    CountingRecorder,
    call_for_training,
    issue,
    opened,
    reads,
    request_course,
    void_the_call,
)
from tests.people import CHAIR, EVERYTHING, day

MAY = day("2018-05-10")
KEPT = tuple(PROJECTIONS.values())
MOVING = (accountability, sustainability)  # parts of them are made again on a later day


class Busy(MemoryRecorder):
    """Busy, once, after so many more reads of a stream."""

    left: int | None = None

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        if self.left == 0:
            self.left = None
            raise ConflictError("the store is busy")
        if self.left is not None:
            self.left -= 1
        return super().stream_rows(*streams)


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
    projection: Projection[Any], reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later day, of which some parts were made when the store was busy: the day is asked again,
    and is whole.
    """
    monkeypatch.setattr(materialised, "TOGETHER", 1)
    recorder = Busy()
    app = board_with(recorder)
    app.view(projection, valid=MAY)
    recorder.left = reads
    later = MAY + timedelta(days=60)

    with suppress(ConflictError) if projection not in MOVING else pytest.raises(ConflictError):
        app.view(projection, valid=later)
    recorder.left = None
    assert app.view(projection, valid=later, afresh=True) == app.view(projection, valid=later)


# What a view does not count, and yet may be changed by


@pytest.mark.parametrize("saves", [False, True], ids=["kept", "saved"])
def test_what_is_not_counted_may_contradict_what_a_correction_left(saves: bool) -> None:
    """Training counts no report that is taken down; but not before the review was opened."""
    recorder, training = MemoryRecorder(), PROJECTIONS["training"]
    app = opened(recorder)
    review: dict[str, Any] = {"review": "wscb/1", "kind": "lga-peer", "title": "Peer review"}
    (first,) = app.handle(OpenReview(by=CHAIR, on=day("2018-01-01"), **review))
    event: Any = first.event
    replacement = Replacement(attrs.evolve(event, on=day("2018-03-01")))
    about: dict[str, Any] = {"stream": first.stream, "entry": 1, "reasons": "It was later"}
    app.handle(AmendEntry(by=CHAIR, on=MAY, replacement=replacement, **about))
    if saves:
        app.save(training, valid=END)
        app = opened(recorder)
    assert () == app.view(training, valid=END).inconsistent
    down = ReportTakenDown(by=CHAIR, on=day("2018-02-01"), review="wscb/1", reasons="An error")
    record = Record(0, first.stream, 3, first.recorded_at, down)
    app.recorder.append(lambda _: [app.mapper.to_stored_event(record)])
    view = app.view(training, valid=END)

    assert app.view(training, valid=END, afresh=True) == view
    assert [(1, 3)] == [row.entries for row in view.inconsistent]


# What is kept of the past


def test_a_second_look_at_the_past_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept beside the view of the present, of those projections that were looked at last."""
    monkeypatch.setattr(cache, "PASTS", 1)
    recorder = CountingRecorder()
    app = board_with(recorder)
    known = app.mapper.to_record(recorder.rows(after=40, limit=1)[0]).recorded_at

    assert reads(recorder, app, accountability, known=known)
    app.view(accountability, valid=END)
    assert 0 == reads(recorder, app, accountability, known=known)
    assert reads(recorder, app, sustainability, known=known)
    assert reads(recorder, app, accountability, known=known)


@pytest.mark.parametrize("projection", KEPT, ids=lambda one: one.name)
def test_the_past_is_the_same_from_wherever_it_is_reached(projection: Projection[Any]) -> None:
    """Forwards, backwards, and while something is recorded and saved."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    head = recorder.last_row()
    assert head is not None
    instants = [
        app.mapper.to_record(recorder.rows(after=after, limit=1)[0]).recorded_at
        for after in (head[0] // 3, 10, head[0] // 2, head[0] - 1, 20)
    ]

    for known in instants:
        whole = app.view(projection, valid=END, known=known, afresh=True)
        assert whole == app.view(projection, valid=END, known=known)
        app.save(projection, valid=MAY)
        assert whole == app.view(projection, valid=END, known=known)


class CountingCells(MemoryRecorder):
    """Remembers which kinds of cells it was asked for, and under which keys who says something."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.kinds: list[str] = []

    def cells(self, name: str, head: bytes, kind: str, **which: Any) -> Sequence[Cell]:
        self.kinds.append(kind)
        if kind == SAYS:
            self.keys += which.get("keys", ())
        return super().cells(name, head, kind, **which)


def saved_sustainability(recorder: MemoryRecorder, app: Application) -> SavedParts:
    name, mapper = SAVED + sustainability.name, LifMapper()
    saved = resumed(sustainability, name, recorder, app.frameworks, mapper, RefusedViews())
    assert saved is not None
    return saved[0]


def test_what_was_read_together_is_kept_while_another_is_asked_for() -> None:
    """Or else each part that asks what none asked before has the rest of them read once more."""
    recorder = CountingCells()
    app = board_with(recorder)
    app.save(sustainability, valid=END)
    parts = saved_sustainability(recorder, app)
    said = (each for topic in sustainability.says for each in parts.addresses(topic))
    first, second = islice(said, 2)
    parts = saved_sustainability(recorder, app)
    parts.read_saying([first])
    parts.saying(second)

    assert parts.saying(first)
    assert [" ".join(first), " ".join(second)] == recorder.keys


def test_all_that_is_said_on_a_topic_is_read_at_once() -> None:
    """A view that asks for all of it reads neither address by address nor part by part."""
    recorder = CountingCells()
    app = board_with(recorder)
    app.save(sustainability, valid=END)
    parts = saved_sustainability(recorder, app)
    topic = next(topic for topic in sustainability.says if parts.addresses(topic))
    recorder.kinds.clear()
    parts = saved_sustainability(recorder, app)

    assert all(parts.saying(address) for address in parts.addresses(topic))
    assert [SAYS] == recorder.kinds


def test_those_who_are_told_are_looked_up_together() -> None:
    """Not once for each thing that is said otherwise; before that, which streams have corrections
    is looked up.
    """
    recorder = CountingCells()
    app = board_with(recorder)
    calendar = PROJECTIONS["calendar"]
    app.save(calendar, valid=END)
    app.handle_all(
        OpenReview(by=CHAIR, on=MAY, review=f"wscb/late-{n}", kind="lga-peer", title="Late")
        for n in range(5)
    )
    again = opened(recorder)
    recorder.kinds.clear()
    view = again.view(calendar, valid=END)

    assert 2 == recorder.kinds.count(ASKS)
    assert again.view(calendar, valid=END, afresh=True) == view


# What is damaged


def saved_of(recorder: MemoryRecorder) -> Saved:
    """All that is saved of accountability."""
    return recorder._saved[SAVED + "accountability"]


def damaged(recorder: MemoryRecorder, **changes: Any) -> Application:
    """Another application on the store, in which what is saved was changed by hand."""
    recorder.save(attrs.evolve(saved_of(recorder), **changes), before=None)
    return opened(recorder)


def flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def everything_in(app: Application) -> Any:
    """The view, with each of its tables read, on the day that was saved and on a later one."""
    view = app.view(accountability, valid=END)
    shown_tables = accountability.tables.keys() - accountability.facts.keys()
    for name in shown_tables:
        list(getattr(view, name))
    later = app.view(accountability, valid=END + timedelta(days=300))
    for name in shown_tables:
        list(getattr(later, name))
    return view


def test_no_byte_of_a_saved_view_can_be_otherwise_unseen() -> None:
    """Of the head or of a cell, the view is refused, and made afresh from the log."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    saved, expected = saved_of(recorder), everything_in(app)
    heads = [{"head": flipped(saved.head, at)} for at in range(len(saved.head))]
    key = "review-wscb/scr-child-k"
    cells = list(saved.parts[key])

    def with_flipped(n: int, at: int) -> dict[str, Any]:
        kind, of, body = cells[n]
        return {**saved.parts, key: [*cells[:n], (kind, of, flipped(body, at)), *cells[n + 1 :]]}

    parts: list[dict[str, Any]] = [
        {"parts": with_flipped(n, at)}
        for n, (kind, _, body) in enumerate(cells)
        if kind == "rows"
        for at in range(0, len(body), 7)
    ]
    assert parts
    for change in (*heads, *parts):
        assert expected == everything_in(damaged(recorder, **change))


def without_rows(saved: Saved, table: str) -> dict[str, Any]:
    """What is saved, but for one part's rows in a table."""
    key = next(k for k, cells in saved.parts.items() if any(c[1] == table for c in cells))
    cells = [cell for cell in saved.parts[key] if cell[1] != table]
    return {"parts": {**saved.parts, key: cells}}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda saved: {"parts": {}}, id="no parts"),
        pytest.param(lambda saved: without_rows(saved, "duties"), id="rows are gone"),
        pytest.param(lambda saved: without_rows(saved, "totals"), id="counts are gone"),
        pytest.param(
            lambda saved: {
                "parts": {**saved.parts, "review-x": saved.parts["recommendation-wscb/r-1"]}
            },
            id="a part too many",
        ),
        pytest.param(lambda saved: {"position": 3}, id="said to have read less"),
        pytest.param(lambda saved: {"position": 1_000}, id="said to have read more"),
        pytest.param(lambda saved: {"head": saved.head[:-1]}, id="the head is cut short"),
    ],
)
def test_a_damaged_view_is_made_afresh_and_told_once(
    change: Any, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    other = damaged(recorder, **change(saved_of(recorder)))
    expected = app.view(accountability, valid=END, afresh=True)

    for _ in range(2):
        assert expected == everything_in(other)
    assert 1 == caplog.text.count("the saved view accountability is not as it was written")
    assert "made afresh from the log" in caplog.text
    other.save(accountability, valid=END)
    caplog.clear()
    assert expected == opened(recorder).view(accountability, valid=END)
    assert not caplog.text


def test_a_cell_is_of_its_own_part_only(caplog: pytest.LogCaptureFixture) -> None:
    """Two that were exchanged by hand are both refused."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    saved = saved_of(recorder)
    one, other = "recommendation-wscb/r-1", "recommendation-wscb/r-2"
    exchanged = {one: saved.parts[other], other: saved.parts[one]}
    found = damaged(recorder, parts={**saved.parts, **exchanged})

    expected = app.view(accountability, valid=END, afresh=True)
    assert list(expected.duties) == list(found.view(accountability, valid=END).duties)
    assert "not as it was written" in caplog.text


def test_a_cell_of_other_packs_or_of_another_log_is_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One of the very same place that another maker wrote, as somebody might put there."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    saved = saved_of(recorder)
    expected = everything_in(app)
    maker, forged = saved.head[:DIGEST], {}
    for part, cells in saved.parts.items():
        forged[part] = [
            (kind, key, _checked(b"other packs", _place(saved.name, kind, key, part), body[4:]))
            for kind, key, body in cells
        ]
        for (kind, key, body), own in zip(forged[part], cells, strict=True):
            assert own[2] == _checked(maker, _place(saved.name, kind, key, part), body[4:])

    assert expected == everything_in(damaged(recorder, parts=forged))
    assert "not as it was written" in caplog.text


def test_tables_of_a_saved_view_are_read_whatever_is_saved_later() -> None:
    """A view that was resumed, and not looked at yet, is as it was on its day."""
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(accountability, valid=END)
    expected = app.view(accountability, valid=END, afresh=True)
    resumed = opened(recorder).view(accountability, valid=END)
    app.handle(r.ReplyToRecommendation(by=CHAIR, on=END, recommendation="wscb/r-1", reply="Yes"))
    app.save(accountability, valid=END + timedelta(days=40))

    assert expected == resumed


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


@row(key=("course",))
class AskedForRow(Struct, frozen=True, kw_only=True):
    course: str
    times: int


@frozen
class Courses:
    """How often each course was called for or asked for: by two streams."""

    courses: Table[AskedForRow]
    times: int


def evolve(count: int | None, record: Record) -> int:
    return (count or 0) + 1


def evolve_calls(calls: tuple[str, ...] | None, record: Record) -> tuple[str, ...]:
    event: Any = record.event
    return (*(calls or ()), event.course)


def say_requests(times: int, part: Part) -> None:
    part.say("wanted", part.key, times)


def say_calls(courses: tuple[str, ...], part: Part) -> None:
    for course in courses:
        part.say("wanted", f"training_course-{course}", 1)


def add_course(stream: str, part: Part) -> None:
    times = sum(part.ask("wanted", stream))
    part.row("courses", AskedForRow(course=stream, times=times))
    part.count("times", "all", number=times)


requests = Item("requests", CourseRequested, evolve)
calls = Item("calls", r.TrainingCalledFor, evolve_calls)
courses = Projection(
    name="courses",
    view=Courses,
    parts={requests: say_requests, calls: say_calls},
    says={"wanted": int},
    groups={"wanted": add_course},
    total=lambda everything: Courses(
        everything.table("courses"), everything.counts("times").get(("all",), 0)
    ),
    edition="1",
)


@pytest.fixture
def board() -> Board:
    board = Board()
    for said in (issue, call_for_training, request_course):
        said(board)
    return board


def test_what_two_streams_say_is_made_again_of_both_when_it_was_saved(board: Board) -> None:
    board.app.save(courses, valid=END)
    void_the_call(board)
    other = opened_on(board)
    found = other.view(courses, valid=END)

    assert (AskedForRow(course="training_course-wscb/c-1", times=1),) == found.courses
    assert 1 == found.times


@pytest.mark.parametrize("at", ["2018-01-02", "2018-01-04", "2018-01-05", "2018-01-06"])
def test_what_two_streams_say_is_as_it_was_in_the_past(board: Board, at: str) -> None:
    void_the_call(board)
    app = opened_on(board)
    app.view(courses, valid=END)
    looks: tuple[dict[str, Any], ...] = ({"valid": END, "known": day(at)}, {"valid": day(at)})
    for asked in looks:
        assert app.view(courses, **asked, afresh=True) == app.view(courses, **asked)


def evolve_twice(count: int | None, record: Record) -> int:
    return (count or 0) + 2


def changed(**changes: Any) -> Projection[Courses]:
    """The projection with some of what makes it changed."""
    names = ("name", "view", "parts", "says", "groups", "total", "edition")
    return Projection(**{**{name: getattr(courses, name) for name in names}, **changes})


def test_what_is_saved_is_of_its_edition_only(board: Board) -> None:
    """Another program may count otherwise, under the same name."""
    board.app.save(courses, valid=END)
    twice = Item("requests", CourseRequested, evolve_twice)
    newer = changed(parts={twice: say_requests, calls: say_calls}, edition="2")

    assert 2 == opened_on(board).view(courses, valid=END).times
    assert 3 == opened_on(board).view(newer, valid=END).times


def test_what_tells_no_edition_is_kept_but_not_saved(board: Board) -> None:
    unnamed = changed(edition="")

    with pytest.raises(MalformedError, match="courses cannot be saved"):
        board.app.save(unnamed)
    for _ in range(2):
        assert 2 == board.app.view(unnamed, valid=END).times


def test_two_projections_of_one_name_are_never_mixed(board: Board) -> None:
    """Each is as the log says, saved or not."""
    mine = changed(name="accountability")
    both: tuple[Projection[Any], ...] = (accountability, mine)
    expected = [opened_on(board).view(one, valid=END, afresh=True) for one in both]
    for saved in (accountability, mine, accountability):
        board.app.save(saved, valid=END)
        for app in (board.app, opened_on(board)):
            assert expected == [app.view(one, valid=END) for one in both]


def opened_on(board: Board) -> Application:
    return Application(board.app.recorder, clock=lambda: board.now, readership=EVERYTHING)


@pytest.mark.parametrize("projection", KEPT, ids=lambda projection: projection.name)
def test_what_a_state_holds_by_many_names_is_saved(
    projection: Projection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts say what states hold: where that shares what holds it, it is written all the same."""
    monkeypatch.setattr(decider, "COPIED", 0)
    recorder = MemoryRecorder()
    app = board_with(recorder)
    app.save(projection, valid=END)
    other = opened(recorder)

    assert app.view(projection, valid=END, afresh=True) == other.view(projection, valid=END)
