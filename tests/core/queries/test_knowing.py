"""What a committee knew when it decided: on record by then, not yet, and corrected since."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.cli.demo import REVIEW, demo_requests
from lif_adapters.wiring import connect
from lif_core.aggregates.review import RecordVoice
from lif_core.commands.application import Application
from lif_core.decisions.corrections import AmendEntry, Replacement, VoidEntry, is_correction
from lif_core.decisions.record import Record
from lif_core.errors import RefusedError
from lif_core.log.memory import MemoryRecorder
from lif_core.log.registry import Registry
from lif_core.queries.diff import Cause
from lif_core.queries.knowledge import Knowledge
from lif_core.queries.reader import Reader
from lif_core.values.working_days import local_day
from lif_core.views import PROJECTIONS
from lif_core.views.accountability import accountability
from tests.board import Board
from tests.lives import CASE, HOLD, INFORM, ISSUE, OPEN, but, decide
from tests.logs import NOW, logs, reader
from tests.people import CHAIR, MANAGER, TEXTS, day

STREAM = "review-wscb/scr-1"


@pytest.fixture(scope="module")
def app() -> Iterator[Application]:
    with connect("memory:", readership=TEXTS) as application:
        application.handle_all(demo_requests(application.mapper))
        yield application


def told(records: tuple[Record, ...]) -> list[str]:
    return [type(record.event).__name__ for record in records]


# The worked history


def test_the_decision_to_hold_was_taken_on_the_notification_alone(app: Application) -> None:
    """Effective on 18 May 2017, recorded on 23 May."""
    known = app.known_when(2)

    assert "HoldDecided" == type(known.decision.event).__name__
    assert ["CaseNotified"] == told(known.on_record)
    assert ((), (), ()) == (known.alongside, known.not_yet_known, known.corrected_since)
    row = app.view_at(accountability, known.at).clock(REVIEW, "decision")
    assert ("open", None) == (row.status, row.done)


def test_what_was_recorded_in_the_same_meeting_is_not_held_against_it(app: Application) -> None:
    """The report was accepted first; its recommendations came a moment later, on the same day."""
    known = app.known_when(24)

    assert ("ReportAccepted", 23) == (type(known.decision.event).__name__, known.at.position)
    assert {"RecommendationIssued", "RecommendationAccepted", "FindingAddressed"} < set(
        told(known.alongside)
    )
    assert () == known.not_yet_known


def test_the_chain_is_followed_both_ways(app: Application) -> None:
    """Accepting a recommendation rests on the review that it arises from."""
    known = app.known_when(29)

    assert {"recommendation-wscb/r-1", f"review-{REVIEW}"} == set(known.streams)
    assert "FindingRecorded" in told(known.on_record)


# By example


def hindsight() -> tuple[Board, Knowledge]:
    """A review held, of which something heard before was recorded after, and something voided."""
    board = Board()
    heard = RecordVoice(by=MANAGER, on=day("2017-05-10"), review="wscb/scr-1", voice="Heard.")
    decide(board, CASE, but(heard, voice="Heard first."))
    (decision,) = decide(board, HOLD)
    board.now = board.now.replace(month=6)
    board.app.handle(but(heard, on=day("2017-05-12"), voice="Heard later."))
    board.app.handle(
        VoidEntry(by=CHAIR, on=day("2017-06-20"), stream=STREAM, entry=2, reasons="Misheard.")
    )
    return board, board.app.known_when(decision.position)


def test_what_was_recorded_later_was_not_yet_known() -> None:
    _, known = hindsight()

    (late,) = known.not_yet_known
    assert ("VoiceRecorded", day("2017-05-12"), day("2017-06-18")) == (
        type(late.event).__name__,
        late.event.on,
        local_day(late.recorded_at),
    )


def test_what_was_known_then_and_corrected_since_is_on_record_as_it_was_known() -> None:
    _, known = hindsight()

    assert ["CaseNotified", "VoiceRecorded"] == told(known.on_record)
    (entry,) = known.corrected_since
    assert (2, Cause.CORRECTED, None) == (entry.entry, entry.why, entry.after)
    assert ["Misheard."] == [getattr(one.event, "reasons", None) for one in entry.corrections]


def test_a_decision_amended_since_says_so_itself() -> None:
    board, before = hindsight()
    moved = Replacement(attrs.evolve(before.decision.event, on=day("2017-05-19")))  # type: ignore[misc]
    board.app.handle(
        AmendEntry(
            by=CHAIR,
            on=day("2017-06-21"),
            stream=STREAM,
            entry=3,
            replacement=moved,
            reasons="A day later.",
        )
    )
    known = board.app.known_when(before.decision.position)

    assert before.decision == known.decision
    assert [3, 2] == [entry.entry for entry in known.corrected_since]
    assert before.at == known.at


def test_what_takes_effect_later_was_known_before_it_did() -> None:
    """A decision for June, recorded in May, could not know what was recorded after it."""
    board = Board()
    decide(board, CASE)
    board.now = board.now.replace(month=5, day=2)
    (decision,) = board.app.handle(HOLD)
    decide(board, but(INFORM, on=day("2017-05-18")))
    known = board.app.known_when(decision.position)

    assert ["CaseNotified"] == told(known.on_record)
    assert ["AddresseesInformed"] == told(known.not_yet_known)


def test_what_opens_a_stream_knew_what_it_rests_on() -> None:
    """Nothing is on record of its own stream yet."""
    board = Board()
    decide(board, OPEN)
    (issued,) = decide(board, but(ISSUE, findings=()))
    known = board.app.known_when(issued.position)

    assert ["ReviewOpened"] == told(known.on_record)


def test_what_happened_before_and_was_recorded_with_it_is_hindsight_all_the_same() -> None:
    """A register typed in on one day: the record cannot show that it was known."""
    board = Board()
    decide(board, CASE)
    heard = RecordVoice(by=MANAGER, on=day("2017-05-10"), review="wscb/scr-1", voice="Heard.")
    board.now = board.now.replace(month=6)
    board.app.handle_all([HOLD, heard, but(heard, on=HOLD.on, voice="Heard that day.")])
    known = board.app.known_when(2)

    assert [day("2017-05-10")] == [record.event.on for record in known.not_yet_known]
    assert [HOLD.on] == [record.event.on for record in known.alongside]


def test_a_decision_that_is_void_now_knew_what_it_rested_on() -> None:
    board = Board()
    decide(board, OPEN)
    (issued,) = decide(board, but(ISSUE, findings=()))
    decide(
        board,
        VoidEntry(by=CHAIR, on=day("2018-01-01"), stream=issued.stream, entry=1, reasons="No."),
    )
    known = board.app.known_when(issued.position)

    assert ["ReviewOpened"] == told(known.on_record)
    assert [(1, None)] == [(entry.entry, entry.after) for entry in known.corrected_since]


def test_a_correction_is_a_decision_too() -> None:
    board, _ = hindsight()
    known = board.app.known_when(5)

    assert ["CaseNotified", "VoiceRecorded", "VoiceRecorded", "HoldDecided"] == told(
        known.on_record
    )
    assert [2] == [entry.entry for entry in known.corrected_since]


@pytest.mark.parametrize("position", [-1, 0, 9_999])
def test_a_position_that_is_not_there_is_refused(app: Application, position: int) -> None:
    with pytest.raises(RefusedError) as refused:
        app.known_when(position)

    assert "position.unknown" == refused.value.rule


def test_nothing_is_at_any_position_of_an_empty_history() -> None:
    with pytest.raises(RefusedError) as refused:
        Reader(MemoryRecorder(), clock=lambda: NOW, readership=TEXTS).known_when(1)

    assert "position.unknown" == refused.value.rule


# Of any history

ENDINGS = {ending for decider in Registry().deciders for ending in decider.ends}
"""What takes effect after one of them has no effect, and so stands in no place."""


@given(data=st.data(), records=logs())
def test_what_was_known_is_what_was_on_record_and_nothing_later(
    data: st.DataObject, records: tuple[Record, ...]
) -> None:
    """Each entry of the chain that had taken effect by then stands in one place, or is void."""
    if not records:
        return
    decision = data.draw(st.sampled_from(records))
    found = reader(records).known_when(decision.position)

    assert decision == found.decision
    on, recorded = decision.event.on, decision.recorded_at
    for record in found.on_record:
        assert record.position < decision.position
        assert record.recorded_at <= recorded
        assert local_day(record.recorded_at) <= on
        assert record.event.on <= on
    for record in (*found.alongside, *found.not_yet_known):
        assert record.event.on <= on
        assert record.position > decision.position or local_day(record.recorded_at) > on
    places = [
        record.position
        for record in (decision, *found.on_record, *found.alongside, *found.not_yet_known)
    ]
    assert len(set(places)) == len(places)
    plain = [record for record in records if record.stream in found.streams]
    if not any(is_correction(record.event) or type(record.event) in ENDINGS for record in plain):
        assert {record.position for record in plain if record.event.on <= on} | {
            decision.position
        } == set(places)
        assert () == found.corrected_since


@given(data=st.data(), records=logs())
def test_what_was_known_does_not_change_with_what_is_recorded_later(
    data: st.DataObject, records: tuple[Record, ...]
) -> None:
    """But the chain may: what is linked later stands under what was not yet linked."""
    if not records:
        return
    decision = data.draw(st.sampled_from(records))
    earlier = reader(records[: decision.position]).known_when(decision.position)
    later = reader(records).known_when(decision.position)

    assert earlier.at == later.at
    assert set(earlier.on_record) <= set(later.on_record)
    for projection in (accountability, PROJECTIONS["provenance"]):
        views: list[Any] = [
            reader(log).view_at(projection, later.at)
            for log in (records[: decision.position], records)
        ]
        assert views[0] == views[1]
