"""History is stepped through by position, by day of recording or by day of effect."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.cli.demo import REVIEW, demo_requests
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.decisions.corrections import VoidEntry
from lif_core.decisions.record import Record
from lif_core.errors import MalformedError, RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.recorder import Row
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Change
from lif_core.projection.fold import fold
from lif_core.queries.reader import Reader
from lif_core.queries.replay import Moment, Step
from lif_core.values.working_days import local_day
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from lif_core.views.corrections import Corrections, corrections
from tests.board import Board
from tests.lives import CASE, HELD, HOLD, INFORM, SCOPE, but, decide
from tests.logs import DAYS, NOW, logs, reader
from tests.naive_view import standing_of
from tests.people import CHAIR, TEXTS, day

BY = st.sampled_from(Step)
VIEWS = st.sampled_from(sorted(PROJECTIONS))


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with connect("memory:", readership=TEXTS) as application:
        application.handle_all(demo_requests(application.mapper))
        yield application


def names(moment: Moment[Any]) -> list[str]:
    return [type(record.event).__name__ for record in moment.records]


def said(changes: tuple[Change, ...]) -> list[tuple[object, ...]]:
    """Of the clocks: which, what changed, from what to what."""
    return [
        (dict(change.key)["clock"], one.column, one.before, one.after)
        for change in changes
        if change.table == "clocks"
        for one in change.columns
    ]


# The worked history


def test_by_position_each_entry_is_a_moment(app: Application) -> None:
    """The decision is seen on 23 May, when it was recorded, not on 18 May, when it was taken."""
    moments: list[Moment[Any]] = list(app.replay(until=3))

    assert [1, 2, 3] == [moment.place for moment in moments]
    assert [["CaseNotified"], ["HoldDecided"], ["AddresseesInformed"]] == list(map(names, moments))
    assert day("2017-05-23") == moments[1].at.valid


def test_by_day_of_recording_what_was_recorded_together_comes_together(app: Application) -> None:
    moments: list[Moment[Any]] = list(
        app.replay(by=Step.RECORDED, since=day("2018-01-25"), until=day("2018-01-25"))
    )

    (moment,) = moments
    assert day("2018-01-25") == moment.place
    assert (18, "MeetingRecorded") == (len(moment.records), names(moment)[0])


def test_by_day_of_effect_a_decision_comes_on_the_day_it_was_taken(app: Application) -> None:
    moments: Iterator[Moment[Any]] = islice(app.replay(by=Step.EFFECTIVE), 2)

    assert [
        (day("2017-04-20"), ["CaseNotified"]),
        (day("2017-05-18"), ["HoldDecided"]),
    ] == [(moment.place, names(moment)) for moment in moments]


def test_what_days_alone_changed_is_told_apart_from_what_came(app: Application) -> None:
    """The decision was overdue before it was recorded; with it, it was met."""
    _, decided = app.replay(by=Step.RECORDED, until=day("2017-05-23"), view=accountability)

    assert [
        ("decision", "status", "open", "overdue"),
        ("decision", "so_far", 0, 33),
        ("decision", "days_overdue_so_far", 0, 3),
        ("decision", "unexplained", 0, 3),
    ] == said(decided.meanwhile)
    assert ("decision", "status", "overdue", "met") in said(decided.changes)


def test_one_day_can_be_watched_as_it_came_to_be_known(app: Application) -> None:
    """How 21 May 2017 looked, from each day on which something was recorded."""
    looked = day("2017-05-21")
    moments: Iterator[Moment[Any]] = app.replay(
        by=Step.RECORDED, valid=looked, view=accountability
    )
    statuses = [
        (moment.place, moment.view.clock(REVIEW, "decision").status)
        for moment in islice(moments, 2)
        if moment.view
    ]

    assert [(day("2017-04-20"), "overdue"), (day("2017-05-23"), "met")] == statuses


def test_a_stream_is_replayed_alone_and_its_view_is_of_everything(app: Application) -> None:
    """What others recorded since the moment before is what came meanwhile."""
    accepted = "recommendation-wscb/r-4"
    issued, declined, *worded = app.replay(stream=accepted, view=accountability)

    assert ["RecommendationIssued"] == names(issued)
    assert ["RecommendationDeclined"] == names(declined)
    assert {"RecommendationWorded", "AnswerWorded"} == {name for m in worded for name in names(m)}
    assert declined.view == app.view_at(
        accountability,
        AsOf(valid=day("2018-01-25"), known=declined.records[0].recorded_at, position=32),
    )
    answers = {change.key for change in declined.meanwhile if change.table == "answers"}
    assert {(("recommendation", f"wscb/r-{n}"), ("body", "wscb")) for n in (1, 2, 3)} == answers


def test_by_position_a_day_of_recording_is_a_bound_as_well(app: Application) -> None:
    moments: Iterator[Moment[Any]] = app.replay(since=day("2017-05-23"), until=day("2017-06-01"))
    places = [moment.place for moment in moments]

    assert [2, 3, 4] == places


# What is there to step through


def test_an_empty_history_has_no_moments() -> None:
    empty = Reader(MemoryRecorder(), clock=lambda: NOW, readership=TEXTS)

    for by in Step:
        assert [] == list(empty.replay(by=by, view=accountability))


def test_one_entry_is_one_moment_whatever_is_stepped_through() -> None:
    board = Board()
    (record,) = decide(board, CASE)

    for by in Step:
        (moment,) = board.app.replay(by=by, view=accountability)
        assert ((record,), ()) == (moment.records, moment.meanwhile)
        assert {"clock_totals", "clocks", "boards", "board_duties", "totals"} == {
            change.table for change in moment.changes
        }


def test_before_everything_there_is_nothing(app: Application) -> None:
    for by in Step:
        assert [] == list(app.replay(by=by, until=day("2001-01-01")))
        assert [] == list(app.replay(by=by, since=day("2031-01-01")))
        assert [] == list(app.replay(by=by, known=day("2001-01-01"), view=accountability))


def test_a_stream_that_is_not_there_is_refused(app: Application) -> None:
    with pytest.raises(RefusedError) as refused:
        app.replay(stream="review-wscb/nowhere")

    assert "stream.unknown" == refused.value.rule


@pytest.mark.parametrize("by", [Step.RECORDED, Step.EFFECTIVE])
def test_days_have_no_positions(app: Application, by: Step) -> None:
    with pytest.raises(MalformedError, match="position"):
        app.replay(by=by, since=2)


def test_by_day_of_effect_no_other_day_can_be_looked_at(app: Application) -> None:
    """Each moment is its own day: another would show what had not taken effect."""
    with pytest.raises(MalformedError, match="its own day"):
        app.replay(by=Step.EFFECTIVE, valid=day("2017-05-21"))


def test_a_position_alone_does_not_say_when_it_was() -> None:
    with pytest.raises(MalformedError, match="known"):
        AsOf(valid=day("2017-05-21"), position=2)


def test_a_correction_is_a_moment_by_recording_and_none_by_effect() -> None:
    board = Board()
    decide(
        board,
        *HELD,
        VoidEntry(
            by=CHAIR,
            on=day("2017-06-01"),
            stream="review-wscb/scr-1",
            entry=2,
            reasons="Not taken.",
        ),
    )

    entries: Iterator[Moment[Any]] = board.app.replay()
    days: Iterator[Moment[Any]] = board.app.replay(by=Step.EFFECTIVE)
    recorded = [names(moment) for moment in entries]
    effective = [names(moment) for moment in days]
    before: Iterator[Moment[Any]] = board.app.replay(by=Step.EFFECTIVE, known=day("2017-05-31"))
    assert [["CaseNotified"], ["HoldDecided"], ["EntryVoided"]] == recorded
    assert [["CaseNotified"]] == effective
    assert [["CaseNotified"], ["HoldDecided"]] == [names(moment) for moment in before]


class CountingRecorder(MemoryRecorder):
    """Knows up to which position it was read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def rows(self, *, after: int, limit: int, whole: bool = True) -> list[Row]:
        found = list(super().rows(after=after, limit=min(limit, 2)))
        self.read = max(self.read, *(row[0] for row in found), 0)
        return found


def test_replay_reads_no_further_than_it_is_asked_to() -> None:
    recorder = CountingRecorder()
    app = Application(recorder, clock=lambda: NOW, readership=TEXTS)
    app.handle_all([CASE, HOLD, INFORM, SCOPE])
    recorder.read = 0
    moments: Iterator[Moment[Any]] = app.replay(view=accountability)
    next(moments)

    assert 2 == recorder.read


def test_what_is_recorded_while_it_is_replayed_is_no_part_of_it() -> None:
    recorder = CountingRecorder()
    app = Application(recorder, clock=lambda: NOW, readership=TEXTS)
    app.handle_all([CASE, HOLD])
    moments: Iterator[Moment[Any]] = app.replay()
    next(moments)
    app.handle_all([INFORM, SCOPE])

    assert [2] == [moment.place for moment in moments]


# Of any history


@given(records=logs(), by=BY, name=VIEWS)
def test_a_moment_shows_what_the_view_shows_computed_anew(
    records: tuple[Record, ...], by: Step, name: str
) -> None:
    """Several entries of one instant are told apart by position."""
    read = reader(records)
    for moment in read.replay(by=by, view=PROJECTIONS[name]):
        anew = fold(
            PROJECTIONS[name], moment.at.on_record(records), moment.at.under(read.frameworks)
        )
        assert anew == moment.view == read.view_at(PROJECTIONS[name], moment.at)
        if by is not Step.POSITION:
            valid, known = moment.at.valid, moment.at.known
            assert read.view(PROJECTIONS[name], valid=valid, known=known) == moment.view


@given(records=logs(), by=BY, stream=st.booleans())
def test_every_entry_comes_once_and_in_its_order(
    records: tuple[Record, ...], by: Step, stream: bool
) -> None:
    only = records[0].stream if stream and records else None
    moments: Iterator[Moment[Any]] = reader(records).replay(by=by, stream=only)
    found = [record for moment in moments for record in moment.records]
    told = [record for record in records if only in (None, record.stream)]
    if by is Step.EFFECTIVE:
        streams: dict[str, list[Record]] = defaultdict(list)
        for record in told:
            streams[record.stream].append(record)
        told = [one for entries in streams.values() for one in standing_of(entries)]
        told.sort(key=lambda record: (record.event.on, record.position))

    assert told == found


@given(records=logs(), name=VIEWS)
def test_the_last_day_of_recording_shows_all_that_is_recorded(
    records: tuple[Record, ...], name: str
) -> None:
    read = reader(records)
    moments: list[Moment[Any]] = list(read.replay(by=Step.RECORDED, view=PROJECTIONS[name]))
    for last in moments[-1:]:
        whole = read.diff(PROJECTIONS[name], last.at, AsOf(valid=last.at.valid))

        assert ((), ()) == (whole.changes, whole.entries)


@given(records=logs(), by=BY, name=VIEWS, known=DAYS)
def test_what_is_recorded_later_changes_no_replay(
    records: tuple[Record, ...], by: Step, name: str, known: date
) -> None:
    earlier = tuple(record for record in records if local_day(record.recorded_at) <= known)
    replayed = [
        list(reader(log).replay(by=by, known=known, view=PROJECTIONS[name]))
        for log in (earlier, records)
    ]

    assert replayed[0] == replayed[1]


@given(records=logs(), by=BY, name=VIEWS, since=DAYS, days=st.integers(0, 200))
def test_a_part_of_a_replay_is_that_part_of_the_whole(
    records: tuple[Record, ...], by: Step, name: str, since: date, days: int
) -> None:
    """But that its first moment has none before it, from which anything had changed."""
    until = since + timedelta(days=days)
    read, view = reader(records), PROJECTIONS[name]
    part = list(read.replay(by=by, since=since, until=until, view=view))
    whole = [
        moment
        for moment in read.replay(by=by, view=view)
        if since <= (moment.place if isinstance(moment.place, date) else moment.at.valid) <= until
    ]

    assert [(m.place, m.at, m.records, m.view, m.changes) for m in whole] == [
        (m.place, m.at, m.records, m.view, m.changes) for m in part
    ]
    assert [moment.meanwhile for moment in whole[1:]] == [moment.meanwhile for moment in part[1:]]


def test_by_day_of_effect_corrections_come_with_their_day() -> None:
    """They are no steps of their own, and what they left without effect is none either."""
    board = Board()
    decide(board, CASE)
    decide(board, HOLD)
    board.app.handle(
        VoidEntry(by=CHAIR, on=HOLD.on, stream=f"review-{CASE.review}", entry=2, reasons="No.")
    )
    decide(board, but(CASE, review="wscb/scr-2", on=HOLD.on))
    moments: list[Moment[Corrections]] = list(
        board.app.replay(by=Step.EFFECTIVE, view=corrections)
    )

    assert [["CaseNotified"], ["CaseNotified"]] == list(map(names, moments))
    assert [[], ["corrections", "without_effect"]] == [
        [c.table for c in moment.changes] for moment in moments
    ]
    assert [[], [3]] == [
        [row.entry for row in moment.view.corrections] for moment in moments if moment.view
    ]
