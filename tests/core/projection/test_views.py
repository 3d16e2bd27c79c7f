"""Views at any two times: whatever is kept or saved, they are what the log says."""

import pickle
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from eventsourcing.persistence import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from lif_adapters.cli.demo import demo_requests
from lif_core.aggregates import recommendation as r
from lif_core.aggregates.body import MergeBody
from lif_core.aggregates.review import OpenReview
from lif_core.aggregates.training_course import RequestCourse
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.record import Record
from lif_core.errors import ConflictError
from lif_core.framework import Frameworks, load
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row, Saved
from lif_core.projection.as_of import AsOf
from lif_core.projection.cache import SAVED
from lif_core.projection.fold import RunningFold, fold
from lif_core.projection.projection import Projection
from lif_core.projection.tables import Table
from lif_core.values.working_days import last_instant
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.training import training
from tests.board import Board
from tests.histories import DAYS, HistoryMachine
from tests.lives import WOLVERHAMPTON
from tests.logs import KNOWN, logs, reader
from tests.naive_view import plain_view
from tests.people import CHAIR, EVERYTHING, day

NAMES = st.sampled_from(sorted(PROJECTIONS))
FRAMEWORKS = load()
PACKS = (
    FRAMEWORKS,
    FRAMEWORKS.plus(attrs.evolve(WOLVERHAMPTON, duties=(), sources=(), cycle=())),
)


class ViewMachine(HistoryMachine):
    """Beside the application, another one that is opened again and again on the same store."""

    def __init__(self) -> None:
        super().__init__()
        self.reopened = self.app
        self.turn = 0

    def expected(self, projection: Projection[Any], valid: date, known: datetime | None) -> Any:
        as_of = AsOf(valid=valid, known=known, frameworks=self.app.frameworks)
        return plain_view(projection, list(self.app.history()), as_of)

    @precondition(lambda self: self.log)
    @rule(name=NAMES, valid=DAYS, data=st.data())
    def any_two_times(self, name: str, valid: date, data: st.DataObject) -> None:
        """Known at any instant at which something was recorded, or just before."""
        times = sorted({record.recorded_at for record in self.app.history()})
        at = data.draw(st.sampled_from(times)) - data.draw(
            st.sampled_from((timedelta(0), timedelta(microseconds=1)))
        )
        found = self.app.view(PROJECTIONS[name], valid=valid, known=at)

        assert self.expected(PROJECTIONS[name], valid, at) == found

    @rule(days=st.integers(0, 400), name=NAMES)
    def save(self, days: int, name: str) -> None:
        """Of a day that may be yet to come, so that the next view is of an earlier one."""
        self.app.save(PROJECTIONS[name], valid=self.now.date() + timedelta(days=days))

    @rule(name=NAMES)
    def save_elsewhere(self, name: str) -> None:
        """Another application saves what it has: whoever was first, nothing is mixed."""
        self.reopened.save(PROJECTIONS[name], valid=self.now.date())

    @rule(ends=st.sampled_from(("wsb/jld", "wsb/lpp", "wsb/panel")), on=DAYS)
    def a_merger(self, ends: str, on: date) -> None:
        """On a day that has passed or is yet to come: who answers changes for every part."""
        self.handle(
            MergeBody(by=CHAIR, on=on, body=ends, into="wscb/qac", reasons="One is enough")
        )

    @rule()
    def open_again(self) -> None:
        self.reopened = Application(
            self.app.recorder, clock=lambda: self.now, readership=EVERYTHING
        )

    @rule(name=NAMES, under=st.sampled_from(PACKS))
    def what_if(self, name: str, under: Frameworks) -> None:
        """By other packs, from the log or beside what is kept by the present ones."""
        as_of = AsOf(valid=self.now.date(), known=None, frameworks=under)
        found = self.app.under(under).view(PROJECTIONS[name], valid=as_of.valid)

        assert plain_view(PROJECTIONS[name], list(self.app.history()), as_of) == found

    @invariant()
    def what_is_kept_or_saved_is_what_the_log_says(self) -> None:
        """The views take turns: each is looked at now and then, after whatever came between."""
        for _ in range(3):
            self.turn += 1
            projection = PROJECTIONS[sorted(PROJECTIONS)[self.turn % len(PROJECTIONS)]]
            expected = self.expected(projection, self.now.date(), None)

            assert expected == self.app.view(projection, valid=self.now.date())
            assert expected == self.reopened.view(projection, valid=self.now.date())


TestViewMachine = ViewMachine.TestCase
TestViewMachine.settings = settings(stateful_step_count=20)


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
@given(records=logs(), valid=DAYS, known=KNOWN)
def test_any_view_of_any_log_is_as_defined(
    name: str, records: tuple[Record, ...], valid: date, known: date | datetime | None
) -> None:
    """Of whatever can be on record, afresh and beside the view of today; what it is made of can be
    sent to another process.
    """
    projection = PROJECTIONS[name]
    as_of = AsOf(valid=valid, known=last_instant(known), frameworks=FRAMEWORKS)
    expected = plain_view(projection, records, as_of)
    log = reader(records)

    assert expected == log.view(projection, valid=valid, known=known, afresh=True)
    log.view(projection, valid=day("2019-06-01"))
    found = log.view(projection, valid=valid, known=known)
    assert expected == found == pickle.loads(pickle.dumps(found))


# What is kept, by example: the worked history, read by counting


class CountingRecorder(MemoryRecorder):
    """Counts the entries that are read whole, stream by stream, and those of one stream."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def rows_by_stream(self, **which: Any) -> Sequence[Row]:
        found = super().rows_by_stream(**which)
        self.read += len(found)
        return found

    def stream_rows(self, *streams: str) -> Sequence[Row]:
        found = super().stream_rows(*streams)
        self.read += len(found)
        return found


END = day("2019-06-30")
NOW = datetime(2020, 1, 1, tzinfo=UTC)
R4 = r.AcceptRecommendation(by=CHAIR, on=END, recommendation="wscb/r-4")


@pytest.fixture
def recorder() -> CountingRecorder:
    recorder = CountingRecorder()
    with opened(recorder) as app:
        app.handle_all(demo_requests(app.mapper))
    return recorder


def opened(recorder: MemoryRecorder, frameworks: Frameworks | None = None) -> Application:
    return Application(recorder, clock=lambda: NOW, frameworks=frameworks, readership=EVERYTHING)


def reads(
    recorder: CountingRecorder,
    app: Application,
    of: Projection[Any] = accountability,
    **asked: Any,
) -> int:
    """How many entries a view reads."""
    recorder.read = 0
    app.view(of, **{"valid": END, **asked})
    return recorder.read


def whole_of(recorder: CountingRecorder, app: Application) -> int:
    """How many entries it reads from the log alone: all that it counts."""
    counted = [one for one in app.history() if type(one.event) in accountability.events]
    assert len(counted) == reads(recorder, app, afresh=True) > 30
    return len(counted)


def test_a_second_view_reads_only_what_is_new(recorder: CountingRecorder) -> None:
    """One recommendation of four has a new entry: its entries, of all, are read."""
    app = opened(recorder)
    whole = reads(recorder, app)
    app.handle(R4)
    new = len(recorder.stream_rows("recommendation-wscb/r-4"))

    assert whole == sum(type(one.event) in accountability.events for one in app.history()) - 1
    assert new == reads(recorder, app)
    assert 0 == reads(recorder, app)


@pytest.mark.parametrize("name", sorted(PROJECTIONS))
def test_every_view_reads_only_what_is_new(recorder: CountingRecorder, name: str) -> None:
    """Whatever other views were asked for meanwhile."""
    app = opened(recorder)
    projection = PROJECTIONS[name]
    reads(recorder, app, of=projection)
    reads(recorder, app, of=training)

    assert 0 == reads(recorder, app, of=projection)
    app.handle(R4)
    new = len(recorder.stream_rows("recommendation-wscb/r-4"))
    assert reads(recorder, app, of=projection) <= new
    expected = app.view(projection, valid=END, afresh=True)
    assert expected == app.view(projection, valid=END)


def test_a_later_day_reads_what_is_not_settled(recorder: CountingRecorder) -> None:
    """Everything owed is done: nothing of it changes with the day."""
    app = opened(recorder)
    app.view(accountability, valid=END)

    assert 0 == reads(recorder, app, valid=END + timedelta(days=30))


def test_a_past_day_or_time_reads_what_was_otherwise_then(recorder: CountingRecorder) -> None:
    """On the day before, nothing was; in May 2017 everything, but only what was known is read."""
    app = opened(recorder)
    whole = reads(recorder, app)

    assert 0 == reads(recorder, app, valid=END - timedelta(days=1))
    assert 0 < reads(recorder, app, valid=day("2018-07-05"), known=day("2018-07-05")) < whole
    assert 0 < reads(recorder, app, valid=day("2017-05-21"), known=day("2017-05-21")) < 10
    assert whole == reads(recorder, app, afresh=True)


def test_a_saved_view_is_gone_on_from_by_another_process(recorder: CountingRecorder) -> None:
    """What was saved, and what is new since; saving again writes only that."""
    app = opened(recorder)
    expected = app.view(accountability, valid=END)
    written = app.save(accountability, valid=END)
    another = opened(recorder)

    assert 0 == reads(recorder, another)
    assert expected == another.view(accountability, valid=END)
    assert another.recorder.tracked(SAVED + "accountability") == 146
    another.handle(R4)
    assert (1, True) == (another.save(accountability, valid=END), written > 1)
    assert another.recorder.tracked(SAVED + "accountability") == 147


def test_a_saved_view_is_of_its_packs_only(recorder: CountingRecorder) -> None:
    """Under other packs it is made from the log."""
    app = opened(recorder)
    app.save(accountability, valid=END)
    pack = attrs.evolve(WOLVERHAMPTON, duties=())
    others = opened(recorder, load().plus(pack))

    assert whole_of(recorder, app) == reads(recorder, others)
    assert () == others.view(accountability, valid=END).clocks


def test_a_saved_view_is_of_its_program_only(
    recorder: CountingRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade may count otherwise."""
    app = opened(recorder)
    app.save(accountability, valid=END)
    monkeypatch.setattr("lif_core.projection.snapshots.program", lambda: "another")

    assert whole_of(recorder, app) == reads(recorder, opened(recorder))


def test_who_was_not_the_first_to_save_goes_on_from_what_was_saved(
    recorder: CountingRecorder,
) -> None:
    """Parts that changed since one head are not written under another."""
    one, other = opened(recorder), opened(recorder)
    one.save(accountability, valid=END)
    other.view(accountability, valid=END)
    one.handle(R4)
    one.save(accountability, valid=END)
    other.save(accountability, valid=END)

    expected = one.view(accountability, valid=END, afresh=True)
    assert expected == opened(recorder).view(accountability, valid=END)


def test_who_is_never_the_first_to_save_is_told(recorder: CountingRecorder) -> None:
    class Overtaken(CountingRecorder):
        def save(self, view: Saved, *, before: bytes | None) -> None:
            raise IntegrityError("another was first")

    with pytest.raises(ConflictError, match="saved by others first"):
        opened(Overtaken()).save(accountability, valid=END)


def test_what_another_stream_says_is_heard() -> None:
    """A course that is called for by a recommendation, and then asked for."""
    board = Board()
    folding = RunningFold(training)
    seen: list[tuple[str, ...]] = []
    for commands in (
        (issue,),
        (call_for_training,),
        (request_course,),
        (void_the_call,),
    ):
        for command in commands:
            folding.add(command(board))
        as_of = AsOf(valid=END, known=None, frameworks=board.app.frameworks)
        view = folding.view(as_of)
        assert fold(training, board.app.history(), as_of) == view
        seen.append(tuple(row.status for row in view.catalogue))

    assert [(), ("called for",), ("requested",), ("requested",)] == seen


def issue(board: Board) -> tuple[Record, ...]:
    opened_by: dict[str, Any] = {
        "by": CHAIR,
        "review": "wscb/1",
        "kind": "single-agency-review",
        "title": "A case",
    }
    first = board.decide(OpenReview, "2018-01-01", **opened_by)
    asked: dict[str, Any] = {"source": "review-wscb/1", "text": "Do it", "addressed": ("wscb",)}
    issued = board.decide(
        r.IssueRecommendation, "2018-01-02", by=CHAIR, recommendation="wscb/r-1", **asked
    )
    return first + issued


def call_for_training(board: Board) -> tuple[Record, ...]:
    board_says: dict[str, Any] = {"by": CHAIR, "recommendation": "wscb/r-1"}
    accepted = board.decide(r.AcceptRecommendation, "2018-01-03", **board_says)
    called = board.decide(
        r.CallForTraining, "2018-01-04", **board_says, course="wscb/c-1", title="T", need="N"
    )
    return accepted + called


def request_course(board: Board) -> tuple[Record, ...]:
    asked: dict[str, Any] = {"title": "T", "need": "N"}
    return board.decide(RequestCourse, "2018-01-05", course="wscb/c-1", **asked)


def void_the_call(board: Board) -> tuple[Record, ...]:
    return board.decide(
        VoidEntry, "2018-01-06", by=CHAIR, stream="recommendation-wscb/r-1", entry=3, reasons="No"
    )


# Its parts


def test_a_table_is_read_when_it_is_looked_at_and_once() -> None:
    """It is equal to any sequence of the same rows."""
    read: list[int] = []

    def rows() -> Iterator[int]:
        read.append(1)
        yield from (1, 2, 3)

    table = Table(rows)
    assert [] == read
    assert (1, (2, 3), 3, [1, 2, 3]) == (table[0], table[1:], len(table), list(table))
    assert [1] == read
    assert table == (1, 2, 3) == Table(lambda: (1, 2, 3))
    assert table != (1, 2)
    assert hash(table) == hash((1, 2, 3))
    assert "Table((1, 2, 3))" == repr(table)


def test_a_view_stays_as_it_is_whatever_is_taken_in_later(recorder: CountingRecorder) -> None:
    """Though nobody had looked at its tables."""
    app = opened(recorder)
    before = app.view(accountability, valid=END)
    app.handle(R4)
    after = app.view(accountability, valid=END)

    assert ("declined", "accepted") == (before.answers[-1].answer, after.answers[-1].answer)
