"""A board reads its own log and what is shared with it, as if there were no other board."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lif_adapters.json_values import json_record, json_value
from lif_core.decisions.record import Record
from lif_core.errors import LifError
from lif_core.framework import load
from lif_core.log.memory import MemoryRecorder
from lif_core.projection.as_of import AsOf
from lif_core.projection.projection import Projection
from lif_core.queries.reader import Reader
from lif_core.queries.readership import BoardReadership
from lif_core.queries.replay import Step
from lif_core.values.refs import namespace_of, ref_of
from lif_core.views import PROJECTIONS
from tests.boards import BOARD, JOINT, logs_of_boards, seen, seen_streams
from tests.logs import DAYS, KNOWN, MAPPER, NOW
from tests.people import EVERYTHING
from tests.sparse_log import SparseRecorder

NAMES = st.sampled_from(sorted(PROJECTIONS))
VIEWS = st.lists(NAMES, min_size=1, max_size=2, unique=True)


class Store:
    """A log of several boards that grows, with the board's reader of it."""

    def __init__(self) -> None:
        self.recorder = MemoryRecorder()
        self.records: list[Record] = []
        self.board = self.reader()

    def reader(self) -> Reader:
        whole = Reader(self.recorder, clock=lambda: NOW, readership=EVERYTHING)
        return whole.for_board(BOARD)

    def append(self, records: Sequence[Record]) -> None:
        self.recorder.append(lambda _: [MAPPER.to_stored_event(record) for record in records])
        self.records += records

    def alone(self) -> Reader:
        """Return a reader of a log in which only what the board may know of ever was."""
        rows = self.recorder.rows(after=0, limit=1_000)
        streams = seen_streams(self.records)

        def sees(stream: str) -> bool:
            return stream in streams or namespace_of(ref_of(stream)) in (BOARD, JOINT)

        return Reader(
            SparseRecorder(row for row in rows if row[1] in streams),
            clock=lambda: NOW,
            frameworks=load().of_boards((BOARD, JOINT)),
            readership=BoardReadership(EVERYTHING, sees),
        )


def history(records: Iterable[Record]) -> str:
    return json.dumps([json_record(record, MAPPER) for record in records])


def answer(ask: Callable[[], Any]) -> str:
    """Return what is answered, or the error, with all that is in it."""
    try:
        return json.dumps(json_value(ask(), MAPPER), default=str)
    except LifError as error:
        return f"{type(error).__name__}: {error} {vars(error)}"


def agree(alone: Reader, board: Reader, ask: Callable[[Reader], Any]) -> None:
    """Check that both answer alike, and nothing of others: an error says what was asked."""
    expected = answer(lambda: ask(alone))
    assert expected == answer(lambda: ask(board))
    assert "zz" not in expected or expected.startswith("RefusedError: stream.unknown")


def view(projection: Projection[Any], reader: Reader, /, **at: Any) -> Any:
    return reader.view(projection, **at)


def why(stream: str, valid: date, reader: Reader) -> Any:
    return reader.why(stream, valid=valid), list(reader.history(stream))


def known_when(position: int, reader: Reader) -> Any:
    return reader.known_when(position)


@settings(max_examples=25)
@given(log=logs_of_boards(20), data=st.data(), names=VIEWS, valid=DAYS, known=KNOWN)
def test_a_board_reads_what_it_would_if_only_its_own_and_shared_entries_were_there(
    log: tuple[Record, ...], data: st.DataObject, names: list[str], valid: date, known: Any
) -> None:
    """As the log grows, and as it was known before; with what is cached, and afresh."""
    store, left = Store(), list(log)
    while left:
        size = data.draw(st.integers(1, len(left)))
        store.append(left[:size])
        left = left[size:]
        alone = store.alone()
        for projection in map(PROJECTIONS.__getitem__, names):
            agree(alone, store.board, partial(view, projection))
            agree(alone, store.board, partial(view, projection, valid=valid))
            agree(alone, store.board, partial(view, projection, valid=valid, known=known))
            agree(alone, store.board, partial(view, projection, afresh=True))
        assert history(seen(store.records)) == history(store.board.history())
        assert history(alone.history(known=known)) == history(store.board.history(known=known))


@settings(max_examples=10)
@given(log=logs_of_boards(8), name=NAMES, valid=DAYS, known=KNOWN, by=st.sampled_from(Step))
def test_every_other_question_is_answered_so_as_well(
    log: tuple[Record, ...], name: str, valid: date, known: Any, by: Step
) -> None:
    """Why, what was known when, replayed, and two looks held against each other."""
    store, projection = Store(), PROJECTIONS[name]
    store.append(log)
    alone, board = store.alone(), store.board
    before, after = AsOf(valid=valid, known=known), AsOf(valid=NOW.date())

    agree(alone, board, lambda reader: reader.diff(projection, before, after))
    agree(alone, board, lambda reader: list(reader.replay(by=by, view=projection, known=known)))
    for stream in dict.fromkeys(record.stream for record in log):
        agree(alone, board, partial(why, stream, valid))
    for position in range(1, len(log) + 3):
        agree(alone, board, partial(known_when, position))
