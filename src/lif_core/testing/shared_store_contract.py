"""The contract of a store that several threads, recorders and processes have open at once."""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection

from lif_core.log.recorder import Recorder, Row, Saved, StoredEvent
from lif_core.testing.recorder_store import RunningAct, Store, StoreHooks, check
from lif_core.testing.samples import (
    appended,
    conflicts,
    log_of,
    moved,
    numbers,
    pack,
    read,
    receipt,
    returning,
    rows_of,
    stored,
    view,
)

STEPS = 20
MANY, FEW = 25, 1  # entries of an append that takes long, and of one that overtakes it


class SharedStoreContract(StoreHooks):
    """The behaviour of a store under several at once: nothing is lost, nothing is there twice."""

    @check()
    def test_of_two_that_read_each_others_stream_one_is_first(self, store: Store) -> None:
        """Each appends to a stream, at the same moment, what rests on the stream of the other."""
        _decide_at_once(store, store.recorder, store.recorder)

    @check("open")
    def test_of_two_recorders_that_read_each_others_stream_one_is_first(
        self, store: Store
    ) -> None:
        _decide_at_once(store, store.recorder, store.open())

    @check()
    def test_of_two_that_follow_at_once_one_makes_each_step(self, store: Store) -> None:
        _follow_at_once(store, store.recorder, store.recorder)

    @check("open")
    def test_of_two_recorders_that_follow_at_once_one_makes_each_step(self, store: Store) -> None:
        _follow_at_once(store, store.recorder, store.open())

    @check()
    def test_nothing_comes_between_the_last_entry_and_what_was_stamped_after_it(
        self, store: Store
    ) -> None:
        """Another that appends while a stamp is made comes before it or after it.

        A stamp that another overtakes may be made again: the last one counts.
        """
        _append_within_a_stamp(store, store.recorder, store.recorder)

    @check("open")
    def test_no_other_recorder_comes_between_the_last_entry_and_what_was_stamped_after_it(
        self, store: Store
    ) -> None:
        _append_within_a_stamp(store, store.recorder, store.open())

    @check()
    def test_a_reader_never_finds_a_position_behind_it(self, store: Store) -> None:
        """Writers race: a reader at a position has read everything that will ever be before it."""
        _read_behind_writers(store, store.recorder, [store.recorder, store.recorder])

    @check("open")
    def test_a_reader_behind_several_recorders_never_finds_a_position_behind_it(
        self, store: Store
    ) -> None:
        """A position that is taken before it is committed may appear behind a reader."""
        _read_behind_writers(store, store.open(), [store.recorder, store.open()])

    @check()
    def test_an_append_is_seen_whole_or_not_at_all(self, store: Store) -> None:
        """Its entries, its receipt and its tracking appear at one moment."""
        _read_while_appended(store, store.recorder, store.recorder)

    @check("open")
    def test_another_recorder_sees_an_append_whole_or_not_at_all(self, store: Store) -> None:
        _read_while_appended(store, store.open(), store.recorder)

    @check()
    def test_who_waits_is_told_of_an_entry_once_it_is_there(self, store: Store) -> None:
        """Nobody waits for what is there already, nor longer than asked."""
        recorder = store.recorder
        assert recorder.wait(after=0, seconds=0) is False
        there, seconds = store.elapsed(lambda: recorder.wait(after=0, seconds=store.awhile))
        assert there is False
        assert store.awhile / 2 < seconds < store.soon
        recorder.append(returning(stored("a-x/1", 1)))

        there, seconds = store.elapsed(lambda: recorder.wait(after=0, seconds=2 * store.soon))
        assert there is True
        assert seconds < store.soon, "it waited for what was there"
        _wait_for_another(store, recorder, recorder)

    @check("open")
    def test_who_waits_is_told_of_what_another_recorder_appends(self, store: Store) -> None:
        store.recorder.append(returning(stored("a-x/1", 1)))

        _wait_for_another(store, store.recorder, store.open())

    @check("open")
    def test_what_one_recorder_appends_is_there_for_another_at_once(self, store: Store) -> None:
        """Entries, receipts, packs, followers and views; what is taken by one is taken."""
        writer, other = store.recorder, store.open()
        assert other.last_row() is None
        writer.append(
            returning(stored("a-x/1", 1)), [receipt("c")], moved(0, 1), packs=[pack("p", "1")]
        )
        writer.save(view(1, b"one", a=b"1"), before=None)

        assert numbers(other, "c") == [1]
        assert other.tracked("p") == 1
        assert [row.pack.name for row in other.packs()] == ["p"]
        assert set() == other.unrecorded(["a-x/1"]) == other.unhandled(["c"])
        assert other.changed(after=0, until=1) == {"a-x/1": 1}
        assert rows_of(other, b"one") == {"a": b"1"}
        taken, new = stored("a-x/1", 1), stored("b-x/1", 1)
        assert conflicts(lambda: other.append(returning(taken)))
        assert conflicts(lambda: other.append(returning(new), [receipt("c")]))
        assert conflicts(lambda: other.append(returning(new), (), moved(0, 1)))
        assert conflicts(lambda: other.append(returning(new), (), None, read(0, "a-x/1")))
        assert conflicts(lambda: other.save(view(2, b"two"), before=b"none"))
        seen: list[Row | None] = []

        def stamp(last: Row | None) -> Sequence[StoredEvent]:
            seen.append(last)
            return [new]

        other.append(stamp)
        assert log_of(writer)[:1] == seen
        assert log_of(writer) == log_of(other)
        assert [row[1] for row in writer.rows_by_stream(after=("", 0), until=2, limit=9)] == [
            "a-x/1",
            "b-x/1",
        ]

    @check("open")
    def test_all_is_there_when_the_store_is_opened_again(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(
            returning(stored("a-x/1", 1, "🌱\0".encode()), stored("a-x/1", 2)),
            [receipt("c", 0, 2)],
            moved(0, 7),
            packs=[pack("p", "1")],
        )
        recorder.append(returning(), (), moved(7, 9))
        recorder.save(view(2, b"one", a=b"1", b=b"2"), before=None)
        log = log_of(recorder)

        opened = store.reopened()
        assert log == log_of(opened)
        assert numbers(opened, "c") == [1, 2]
        assert [(1, pack("p", "1"))] == [(row.position, row.pack) for row in opened.packs()]
        assert (opened.tracked("p"), opened.tracked("v")) == (9, 2)
        assert Saved(name="v", position=2, head=b"one") == opened.saved("v")
        assert rows_of(opened, b"one") == {"a": b"1", "b": b"2"}
        assert list(opened.append(returning(stored("a-x/1", 3)))) == [3]

    @check("processes")
    def test_processes_that_write_at_once_lose_nothing(self, store: Store) -> None:
        """A reader sees each entry, in one order; what was acknowledged is there once."""
        recorder, opener = store.recorder, store.opener()
        names = ("a-x/0", "a-x/1")
        writers = [
            partial(_write, opener, name, [MANY, FEW, FEW] * 5 if name == names[0] else [FEW] * 25)
            for name in names
        ]
        with store.in_processes(*writers) as processes:
            seen = _followed(store, recorder, processes.answered)
            blocks = [block for written in processes.results() for block in written]

        _is_the_log(recorder, seen, blocks)

    @check("processes")
    def test_processes_open_a_store_at_once(self, store: Store) -> None:
        """Each first finds it as it is, or makes it: none fails because another makes it."""
        opener = store.opener()
        with store.in_processes(
            *[partial(_open_and_append, opener, f"a-x/{n}") for n in range(3)]
        ) as processes:
            positions = processes.results()

        assert sorted(positions) == [1, 2, 3]

    @check("processes")
    def test_what_was_acknowledged_outlives_a_process_that_is_killed(self, store: Store) -> None:
        """What it had not acknowledged is there whole, or not at all."""
        recorder = store.recorder
        receiver, sender = get_context("spawn").Pipe(duplex=False)
        with store.in_processes(partial(_append_and_tell, store.opener(), sender)):
            sender.close()
            acknowledged = 0
            while acknowledged < STEPS:
                assert receiver.poll(store.left), "nothing is acknowledged any more"
                acknowledged = receiver.recv()

        rows = log_of(recorder)
        assert acknowledged * 2 <= len(rows)
        assert len(rows) % 2 == 0
        assert recorder.tracked("p") == len(rows) // 2
        assert all(numbers(recorder, f"c{n}") for n in range(1, len(rows) // 2 + 1))
        assert appended(recorder, returning(stored("b-x/1", 1)))


def _decide_at_once(store: Store, *recorders: Recorder) -> None:
    """Decide by two *recorders* what only one of them may, after both have read the same."""

    def decide(side: int, step: int, head: int) -> bool:
        reads = read(head, f"a-x/{step}", f"b-x/{step}")
        event = stored(f"{'ab'[side]}-x/{step}", 1)
        return not conflicts(lambda: recorders[side].append(returning(event), (), None, reads))

    for step in range(STEPS):
        last = recorders[0].last_row()
        head = last[0] if last else 0
        won = store.at_once(partial(decide, 0, step, head), partial(decide, 1, step, head))
        assert sum(won) == 1, f"{sum(won)} of two decided at once"
    assert len(log_of(recorders[0])) == STEPS


def _follow_at_once(store: Store, *recorders: Recorder) -> None:
    """Make each step of a follower by two *recorders*."""

    def follow(side: int, step: int) -> bool:
        event, tracking = stored(f"{'ab'[side]}-x/{step}", 1), moved(step, step + 1)
        return not conflicts(lambda: recorders[side].append(returning(event), (), tracking))

    for step in range(STEPS):
        won = store.at_once(partial(follow, 0, step), partial(follow, 1, step))
        assert sum(won) == 1, f"{sum(won)} of two made the step"
        assert [step + 1] * 2 == [recorder.tracked("p") for recorder in recorders]
    assert len(log_of(recorders[0])) == STEPS


def _append_within_a_stamp(store: Store, recorder: Recorder, other: Recorder) -> None:
    """Append by the *other* while the stamp of the *recorder* is made."""
    seen: dict[str, Row | None] = {}
    running: list[RunningAct] = []

    def quick(last: Row | None) -> Sequence[StoredEvent]:
        seen["b-x/1"] = last
        return [stored("b-x/1", 1)]

    def slow(last: Row | None) -> Sequence[StoredEvent]:
        if not running:
            running.append(RunningAct(partial(appended, other, quick)))
            running[0].ended(store.awhile)
        seen["a-x/1"] = last
        return [stored("a-x/1", 1)]

    appended(recorder, slow)
    running[0].result(store.left)

    log = log_of(recorder)
    assert sorted(row[1] for row in log) == ["a-x/1", "b-x/1"]
    before = dict(zip((row[1] for row in log), (None, log[0]), strict=True))
    assert before == seen, "another entry came between"


def _read_behind_writers(store: Store, reader: Recorder, writers: Sequence[Recorder]) -> None:
    """Follow the positions while *writers* append, much at once and little at once."""
    works = [
        RunningAct(partial(_written, writer, f"a-x/{number}-{size}", [size] * (200 // (size + 3))))
        for number, writer in enumerate(writers)
        for size in (FEW, MANY)
    ]
    seen = _followed(store, reader, lambda: all(work.ended() for work in works))
    blocks = [block for work in works for block in work.result(store.left)]

    _is_the_log(reader, seen, blocks)


def _followed(store: Store, reader: Recorder, ended: Callable[[], bool]) -> list[Row]:
    """Return what a reader sees that goes on from the last position, until all has *ended*."""
    seen: list[Row] = []
    last = False
    while store.left:
        page = reader.rows(after=seen[-1][0] if seen else 0, limit=7)
        seen += page
        if page:
            continue
        if last:
            return seen
        last = ended()
        store.breathe()
    raise AssertionError("the writers have not ended in time")


def _is_the_log(recorder: Recorder, seen: Sequence[Row], blocks: Sequence[Sequence[int]]) -> None:
    """Check that a reader has *seen* the log, and that each append left a block of it."""
    log = log_of(recorder)
    positions = [row[0] for row in log]
    missed = sorted({*positions} - {row[0] for row in seen})
    assert positions == sorted({*positions}), "positions do not rise"
    assert not missed, f"a reader never saw the entries at {missed[:5]}, {len(missed)} in all"
    assert log == list(seen)
    acknowledged = sorted(position for block in blocks for position in block)
    assert positions == acknowledged, "what was acknowledged is not what is there"
    places = {position: place for place, position in enumerate(positions)}
    for block in blocks:
        start = places[block[0]]
        assert list(block) == positions[start : start + len(block)], "another came between"


def _read_while_appended(store: Store, reader: Recorder, writer: Recorder) -> None:
    """Read what is appended, each time in several calls whose answers must fit together."""

    def write() -> None:
        for step in range(1, STEPS + 1):
            events = [stored(f"a-x/{step}", place) for place in (1, 2, 3)]
            writer.append(returning(*events), [receipt(f"c{step}", 0, 3)], moved(step - 1, step))
            store.breathe()

    writing = RunningAct(write)
    ended = False
    while not ended and store.left:
        ended = writing.ended()
        tracked = reader.tracked("p")
        rows = log_of(reader)
        appends, rest = divmod(len(rows), 3)
        assert not rest, f"{rest} of the 3 entries of an append are there"
        assert tracked <= appends, "the follower moved before the entries were there"
        assert appends <= reader.tracked("p"), "entries are there before the follower moved"
        if appends:
            assert numbers(reader, f"c{appends}") == [1, 2, 3], "the receipt is not there yet"
        store.breathe()
        following = reader.handled(f"c{appends + 1}")
        assert following is None or len(following.rows) == 3, "the receipt is there too soon"
    writing.result(store.left)
    assert len(log_of(reader)) == STEPS * 3


def _wait_for_another(store: Store, waiter: Recorder, writer: Recorder) -> None:
    """Have the *waiter* wait for the second entry of the log, until the *writer* appends it."""
    waiting = RunningAct(partial(waiter.wait, after=1, seconds=store.left))
    assert not waiting.ended(store.awhile), "it did not wait"
    writer.append(returning(), [receipt("quiet", 0, 0)])
    assert not waiting.ended(store.awhile), "it was woken by an append of nothing"
    writer.append(returning(stored("b-x/1", 1)))
    assert waiting.ended(store.soon), f"it was not woken within {store.soon} seconds"
    assert waiting.result(store.left) is True


def _written(recorder: Recorder, stream: str, sizes: Sequence[int]) -> list[list[int]]:
    """Append as many entries at once as each of *sizes* says; return their positions."""
    blocks: list[list[int]] = []
    place = 0
    for size in sizes:
        events = [stored(stream, place + number) for number in range(1, size + 1)]
        blocks.append(list(appended(recorder, returning(*events))))
        place += size
    return blocks


def _write(opener: Callable[[], Recorder], stream: str, sizes: Sequence[int]) -> list[list[int]]:
    recorder = opener()
    try:
        return _written(recorder, stream, sizes)
    finally:
        recorder.close()


def _open_and_append(opener: Callable[[], Recorder], stream: str) -> int:
    recorder = opener()
    try:
        (position,) = appended(recorder, returning(stored(stream, 1)))
        return position
    finally:
        recorder.close()


def _append_and_tell(opener: Callable[[], Recorder], sender: Connection) -> None:
    """Append for ever, and tell of each append once it is acknowledged."""
    recorder = opener()
    step = 0
    while True:
        step += 1
        events = [stored(f"a-x/{step}", place) for place in (1, 2)]
        recorder.append(returning(*events), [receipt(f"c{step}", 0, 2)], moved(step - 1, step))
        sender.send(step)
