"""The contract of a recorder, for an adapter's test suite, in three lines.

class TestMyRecorder(RecorderContract):
    def make(self, tmp_path):
        return MyRecorder(tmp_path / "lif.db")
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent

from lif_core.log.recorder import (
    PackUse,
    Reads,
    Receipt,
    Recorder,
    Row,
    Saved,
    Tracking,
    pages,
    streams,
    streams_between,
)

SINCE = datetime(2018, 1, 25, 9, 30, 0, 123456, tzinfo=UTC)


def stored(stream: str, position: int, state: bytes = b"{}") -> StoredEvent:
    """Return a stored event whose content does not matter."""
    return StoredEvent(stream, position, "Happened.v1", state)


def receipt(command_id: str, start: int = 0, stop: int = 1) -> Receipt:
    """Return the receipt that *command_id* was handled, with the events from *start* to *stop*."""
    return Receipt(command_id=command_id, digest=command_id.encode(), start=start, stop=stop)


def read(head: int, *names: str) -> Reads:
    """Return that the streams *names* were read when the log ended at *head*."""
    return Reads(head=head, streams=frozenset(names))


def pack(name: str, digest: str) -> PackUse:
    """Return the use of the pack *name*, which governs the board `x`."""
    return PackUse(name=name, digest=digest, since=SINCE, governs=("x",))


def moved(after: int, position: int, name: str = "p") -> Tracking:
    """Return that the follower *name* goes on from *after* to *position*."""
    return Tracking(name=name, after=after, position=position)


def view(position: int, head: bytes, **parts: bytes | None) -> Saved:
    """Return the view `v`, of the log up to *position*; each part has a cell of rows, or none."""
    cells = {
        part: [("rows", "t", body), ("until", f"day-{part}", b"")] if body is not None else []
        for part, body in parts.items()
    }
    return Saved(name="v", position=position, head=head, parts=cells)


def rows_of(recorder: Recorder, head: bytes) -> dict[str, bytes]:
    """Return the rows of the table `t` of the saved view `v`, by part."""
    return {part: body for _, part, body in recorder.cells("v", head, "rows", keys=["t"])}


def conflicts(act: Callable[[], object]) -> bool:
    """Return whether *act* is refused because something was there before."""
    try:
        act()
    except IntegrityError:
        return True
    return False


class RecorderContract:
    """The behaviour of `lif_core.log.recorder.Recorder`; override `make`."""

    def make(self, tmp_path: Path) -> Recorder:
        """Make an empty recorder."""
        raise NotImplementedError

    def reopen(self, recorder: Recorder, tmp_path: Path) -> Recorder:
        """Open the same store again; override where there is something to open."""
        return recorder

    def test_an_empty_log_has_nothing(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)

        assert recorder.last_row() is None
        assert list(pages(recorder)) == []
        assert list(recorder.stream_rows("a-x/1")) == []
        assert recorder.handled("c") is None

    def test_what_is_appended_is_read_back_in_order(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        first = recorder.append(lambda _: [stored("a-x/1", 1), stored("b-x/1", 1)])
        second = recorder.append(lambda _: [stored("a-x/1", 2, "🌱\0".encode())])

        rows = list(recorder.rows(after=0, limit=10))
        assert [*first, *second] == [row[0] for row in rows] == sorted({row[0] for row in rows})
        assert [row[1] for row in rows] == ["a-x/1", "b-x/1", "a-x/1"]
        assert rows[2][2:] == (2, "Happened.v1", "🌱\0".encode())
        assert [row[2] for row in recorder.stream_rows("a-x/1")] == [1, 2]
        several = recorder.stream_rows("b-x/1", "c-x/1", "a-x/1")
        assert [row[1:3] for row in several] == [("a-x/1", 1), ("a-x/1", 2), ("b-x/1", 1)]
        assert len(recorder.stream_rows("b-x/1")) == 1
        assert recorder.last_row() == rows[2]

    def test_the_stamp_sees_the_last_entry_under_the_lock(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        seen: list[bytes | None] = []

        def stamp(last: Row | None) -> list[StoredEvent]:
            seen.append(last[4] if last else None)
            return [stored("a-x/1", len(seen), b"%d" % len(seen))]

        recorder.append(stamp)
        recorder.append(stamp)
        assert seen == [None, b"1"]

    def test_a_page_starts_after_a_position_and_has_a_limit(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", n) for n in range(1, 8)])

        assert [len(page) for page in pages(recorder, size=3)] == [3, 3, 1]
        assert [row[2] for page in pages(recorder, after=5) for row in page] == [6, 7]

    def test_a_taken_stream_position_appends_nothing(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        late = [stored("b-x/1", 1), stored("a-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: late, [receipt("c", 0, 2)]))
        assert not recorder.stream_rows("b-x/1")
        assert recorder.handled("c") is None

    def test_a_taken_command_id_appends_nothing(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")])

        again = [stored("b-x/1", 1)]
        assert conflicts(lambda: recorder.append(lambda _: again, [receipt("c")]))
        assert not recorder.stream_rows("b-x/1")

    def test_what_rests_on_a_stream_that_has_moved_appends_nothing(self, tmp_path: Path) -> None:
        """So it is for the stream that is appended to, for another, and for one that was empty."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        recorder.append(lambda _: [stored("a-x/1", 2), stored("c-x/1", 1)])
        late = [stored("b-x/1", 1)]

        for reads in (
            read(1, "a-x/1"),
            read(1, "b-x/1", "c-x/1"),
            read(2, "c-x/1"),
            read(0, "a-x/1"),
        ):
            assert conflicts(
                partial(recorder.append, _unstamped, [receipt("c")], moved(0, 5), reads)
            )
            assert conflicts(partial(recorder.append, lambda _: late, (), None, reads))
        assert not recorder.stream_rows("b-x/1")
        assert recorder.handled("c") is None
        assert recorder.tracked("p") == 0

    def test_what_moved_elsewhere_keeps_nothing_out(self, tmp_path: Path) -> None:
        """A stream that moved before it was read keeps nothing out either."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1), stored("c-x/1", 1)])
        recorder.append(lambda _: [stored("c-x/1", 2), stored("a-x/10", 1)])
        first = [stored("b-x/1", 1)]
        second = [stored("b-x/1", 2)]

        assert len(recorder.append(lambda _: first, (), None, read(2, "a-x/1", "b-x/1"))) == 1
        assert len(recorder.append(lambda _: second, (), None, read(5, "c-x/1", "b-x/1"))) == 1
        recorder.append(lambda _: [], [receipt("c", 0, 0)], moved(0, 5), read(0))
        assert recorder.tracked("p") == 5

    def test_what_was_read_past_the_end_of_the_log_was_read_elsewhere(
        self, tmp_path: Path
    ) -> None:
        """A store may be restored from an earlier copy under a program that goes on."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        new = [stored("b-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: new, (), None, read(2, "b-x/1")))
        assert not recorder.stream_rows("b-x/1")

    def test_of_two_that_read_each_others_stream_one_is_first(self, tmp_path: Path) -> None:
        """Each appends to a stream, at the same moment, what rests on the stream of the other."""
        recorder = self.make(tmp_path)
        together = threading.Barrier(2)
        won: list[tuple[int, int]] = []

        def decide(side: int) -> None:
            for step in range(20):
                together.wait(60)
                last = recorder.last_row()
                reads = read(last[0] if last else 0, f"a-x/{step}", f"b-x/{step}")
                event = stored(f"{'ab'[side]}-x/{step}", 1)
                together.wait(60)
                if not conflicts(
                    partial(recorder.append, partial(_given, [event]), (), None, reads)
                ):
                    won.append((step, side))

        deciders = [threading.Thread(target=decide, args=(side,)) for side in range(2)]
        for decider in deciders:
            decider.start()
        for decider in deciders:
            decider.join()

        assert sorted(step for step, _ in won) == list(range(20))
        assert len(recorder.rows(after=0, limit=100)) == 20

    def test_an_error_in_the_stamp_appends_nothing(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)

        def stamp(_: Row | None) -> list[StoredEvent]:
            raise LookupError

        try:
            recorder.append(stamp)
        except LookupError:
            pass
        else:
            raise AssertionError("the error was swallowed")
        assert recorder.last_row() is None
        recorder.append(lambda _: [stored("a-x/1", 1)])

    def test_packs_are_remembered_from_the_first_entry_under_them(self, tmp_path: Path) -> None:
        """All that it was ever written under, one after the other; none without an entry."""
        recorder = self.make(tmp_path)
        assert list(recorder.packs()) == []
        recorder.append(lambda _: [stored("a-x/1", 1)], packs=[pack("q", "1"), pack("p", "1")])
        recorder.append(lambda _: [stored("a-x/1", n) for n in (2, 3)], packs=[pack("p", "2")])
        recorder.append(lambda _: [], [receipt("c")], packs=[pack("r", "1")])

        expected = [(1, pack("p", "1")), (1, pack("q", "1")), (2, pack("p", "2"))]
        opened = self.reopen(recorder, tmp_path)
        assert [(row.position, row.pack) for row in opened.packs()] == expected

    def test_an_append_that_fails_remembers_no_pack(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        taken = [stored("a-x/1", 1)]

        assert conflicts(partial(recorder.append, lambda _: taken, packs=[pack("p", "1")]))
        assert list(recorder.packs()) == []

    def test_of_two_that_begin_under_a_pack_at_once_one_is_first(self, tmp_path: Path) -> None:
        """The other one decides again, with what is on record then."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        recorder.append(lambda _: [stored("b-x/1", 1)], (), None, read(1), [pack("p", "1")])
        late = [stored("c-x/1", 1)]

        for packs in ([pack("p", "1")], [pack("p", "2")], []):
            assert conflicts(partial(recorder.append, lambda _: late, (), None, read(1), packs))
        assert [row.position for row in recorder.packs()] == [2]
        assert not recorder.stream_rows("c-x/1")
        recorder.append(lambda _: late, (), None, read(2), [pack("p", "2")])
        assert [row.position for row in recorder.packs()] == [2, 3]

    def test_a_handled_command_gives_its_rows(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)])
        events = [stored("b-x/1", n) for n in (1, 2, 3)]
        recorder.append(
            lambda _: events, [receipt("c", 0, 1), receipt("d", 1, 3), receipt("e", 3, 3)]
        )

        assert _numbers(recorder, "c") == [1]
        assert _numbers(recorder, "d") == [2, 3]
        assert _numbers(recorder, "e") == []

    def test_a_command_that_led_to_nothing_is_remembered(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [], [receipt("quiet", 0, 0)])
        recorder.append(lambda _: [stored("a-x/1", 1)])

        assert _numbers(recorder, "quiet") == []

    def test_ids_are_asked_many_at_once(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c"), receipt("🌱", 1, 1)])

        assert recorder.unhandled(["c", "d", "🌱", "d", "'"]) == {"d", "'"}
        assert recorder.unhandled([]) == set()

    def test_streams_are_looked_for_many_at_once(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1), stored("a-x/1", 2), stored("a-🌱/1", 1)])

        names = ["a-x/1", "a-x/10", "a-🌱/1", "a-x/10", "a-x"]
        assert recorder.unrecorded(names) == {"a-x/10", "a-x"}
        assert recorder.unrecorded([]) == set()

    def test_a_follower_that_is_new_is_at_the_beginning(self, tmp_path: Path) -> None:
        assert self.make(tmp_path).tracked("p") == 0

    def test_tracking_is_saved_with_what_it_led_to(self, tmp_path: Path) -> None:
        """Followers are told apart by their names, and also move where they led to nothing."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")], moved(0, 7))
        recorder.append(lambda _: [], (), moved(7, 9))
        recorder.append(lambda _: [], (), moved(0, 3, "🌱"))

        assert (recorder.tracked("p"), recorder.tracked("🌱")) == (9, 3)
        assert _numbers(recorder, "c") == [1]
        assert len(recorder.rows(after=0, limit=10)) == 1

    def test_what_is_tracked_is_there_when_opened_again(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [], (), moved(0, 7))

        assert self.reopen(recorder, tmp_path).tracked("p") == 7

    def test_an_append_that_fails_moves_no_follower(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")], moved(0, 5))
        taken = [stored("b-x/1", 1), stored("a-x/1", 1)]
        new = [stored("b-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: taken, (), moved(5, 6)))
        assert conflicts(lambda: recorder.append(lambda _: new, [receipt("c")], moved(5, 6)))
        assert recorder.tracked("p") == 5

    def test_a_follower_that_was_overtaken_appends_nothing(self, tmp_path: Path) -> None:
        """Tracking only moves on from where it is: neither back, nor over what another did."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1)], (), moved(0, 5))
        late = [stored("b-x/1", 1)]

        for tracking in (moved(0, 3), moved(0, 5), moved(0, 9), moved(4, 9), moved(6, 9)):
            assert conflicts(partial(recorder.append, lambda _: late, [receipt("c")], tracking))
        assert not recorder.stream_rows("b-x/1")
        assert recorder.handled("c") is None
        assert recorder.tracked("p") == 5

    def test_of_two_that_follow_at_once_one_makes_each_step(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        together = threading.Barrier(2)
        won: list[int] = []

        def follow(stream: str) -> None:
            for step in range(20):
                together.wait(60)
                event, tracking = stored(stream, 1 + step), moved(step, step + 1)
                if not conflicts(partial(recorder.append, lambda _, e=event: [e], (), tracking)):  # type: ignore[misc]  # bound in the loop
                    won.append(step)
                elif recorder.tracked("p") != step + 1:
                    return  # the other one sees that nobody made this step

        followers = [threading.Thread(target=follow, args=(f"a-x/{n}",)) for n in range(2)]
        for follower in followers:
            follower.start()
        for follower in followers:
            follower.join()

        assert sorted(won) == list(range(20))
        assert len(recorder.rows(after=0, limit=100)) == 20
        assert recorder.tracked("p") == 20

    def test_the_log_is_read_stream_by_stream(self, tmp_path: Path) -> None:
        """Streams come in the order of their names, up to a position; pages lose nothing."""
        recorder = self.make(tmp_path)
        names = ("b-x/1", "a-x/10", "a-x/1", "a-🌱/1", "a-Z/1")
        for number in range(1, 4):
            events = [stored(name, number) for name in names]
            recorder.append(partial(_given, events))

        for size in (1, 2, 4, 100):
            read = streams_between(recorder, after="", before=None, until=10, size=size)
            by_stream = list(read)
            assert [rows[0][1] for rows in by_stream] == sorted(names)
            assert [[row[2] for row in rows] for rows in by_stream] == [[1, 2]] * 5
        assert list(streams(recorder, until=0)) == []

    def test_which_streams_changed_between_two_positions(self, tmp_path: Path) -> None:
        """Each stream comes with the first place that is new in it."""
        recorder = self.make(tmp_path)
        for number in (1, 2):
            events = [stored(name, number) for name in ("a-x/1", "b-x/1")]
            recorder.append(partial(_given, events))
        recorder.append(partial(_given, [stored("c-x/1", 1)]))

        assert recorder.changed(after=0, until=5) == {"a-x/1": 1, "b-x/1": 1, "c-x/1": 1}
        assert recorder.changed(after=1, until=4) == {"a-x/1": 2, "b-x/1": 1}
        assert recorder.changed(after=4, until=4) == {}
        assert recorder.changed(after=5, until=9) == {}

    def test_which_streams_changed_but_for_some_topics(self, tmp_path: Path) -> None:
        """A stream with nothing new but entries of those topics has not changed."""
        recorder = self.make(tmp_path)
        known, other = stored("a-x/1", 1), StoredEvent("b-x/1", 1, "Other.v1", b"{}")
        recorder.append(partial(_given, [known, other, stored("b-x/1", 2)]))

        def changed(*without: str) -> Mapping[str, int]:
            return recorder.changed(after=0, until=3, without=without)

        assert changed() == {"a-x/1": 1, "b-x/1": 1} == recorder.changed(after=0, until=3)
        assert changed(known.topic) == {"b-x/1": 1}
        assert changed(other.topic) == {"a-x/1": 1, "b-x/1": 2}
        assert changed(known.topic, other.topic) == {}

    def test_nothing_is_saved_at_first(self, tmp_path: Path) -> None:
        assert self.make(tmp_path).saved("v") is None

    def test_a_view_is_saved_with_how_far_it_has_read(self, tmp_path: Path) -> None:
        """Views are told apart by their names; parts that changed replace the earlier ones."""
        recorder = self.make(tmp_path)
        recorder.save(view(3, b"one", a=b"1", b=b"2", c=b"3"), before=None)
        recorder.save(Saved(name="w", position=9, head=b"other", parts={}), before=None)
        recorder.save(view(5, b"two", b=b"4", c=None, d=b"5"), before=b"one")

        for store in (recorder, self.reopen(recorder, tmp_path)):
            assert store.saved("v") == Saved(name="v", position=5, head=b"two")
            assert rows_of(store, b"two") == {"a": b"1", "b": b"4", "d": b"5"}
            assert (store.tracked("v"), store.tracked("w")) == (5, 9)

    def test_cells_of_a_saved_view_are_found_by_key_by_part_and_by_range(
        self, tmp_path: Path
    ) -> None:
        """They are of one kind, in the order of their keys, then of their parts."""
        recorder = self.make(tmp_path)
        recorder.save(view(3, b"one", a=b"1", b=b"2", c=b"3"), before=None)

        def parts(kind: str, **which: Any) -> list[str]:
            return [part for _, part, _ in recorder.cells("v", b"one", kind, **which)]

        assert list(recorder.cells("v", b"one", "rows", parts=["b"])) == [("t", "b", b"2")]
        assert parts("rows", parts=["c", "d", "a"]) == ["a", "c"]
        assert parts("rows", keys=["t", "v"]) == ["a", "b", "c"]
        assert parts("rows", keys=["u"]) == parts("rows", keys=[]) == []
        assert parts("until", past="day-a", until="day-b") == ["b"]
        assert parts("until", past="day-a") == ["b", "c"]
        assert parts("until", until="day-b") == ["a", "b"]

    def test_a_view_saved_whole_leaves_nothing_of_the_one_before(self, tmp_path: Path) -> None:
        recorder = self.make(tmp_path)
        recorder.save(view(3, b"one", a=b"1"), before=None)
        recorder.save(view(4, b"two", b=b"2"), before=None)

        assert recorder.saved("v") == Saved(name="v", position=4, head=b"two")
        assert rows_of(recorder, b"two") == {"b": b"2"}

    def test_a_view_that_another_has_saved_is_not_saved_over(self, tmp_path: Path) -> None:
        """Parts alone, of a view that was never saved, are refused too."""
        recorder = self.make(tmp_path)
        assert conflicts(lambda: recorder.save(view(3, b"two", a=b"2"), before=b"one"))
        assert recorder.saved("v") is None
        recorder.save(view(3, b"one", a=b"1"), before=None)

        assert conflicts(lambda: recorder.save(view(4, b"two", a=b"2"), before=b"none"))
        assert recorder.saved("v") == Saved(name="v", position=3, head=b"one")
        assert rows_of(recorder, b"one") == {"a": b"1"}

    def test_a_view_saved_again_is_not_read_as_it_was(self, tmp_path: Path) -> None:
        """A reader with an older head is refused: the cells are of another save."""
        recorder = self.make(tmp_path)
        recorder.save(view(3, b"one", a=b"1"), before=None)
        recorder.save(view(4, b"two", a=b"2"), before=b"one")

        assert conflicts(lambda: recorder.cells("v", b"one", "rows"))
        assert conflicts(lambda: recorder.cells("w", b"one", "rows"))

    def test_only_what_is_asked_for_is_read_stream_by_stream(self, tmp_path: Path) -> None:
        """Streams whose names lie between two, rows but for some topics, up to a position."""
        recorder = self.make(tmp_path)
        other = StoredEvent("b-x/1", 2, "Other.v1", b"{}")
        recorder.append(lambda _: [stored("a-x/1", 1), stored("b-x/1", 1), other])
        recorder.append(lambda _: [stored("c-x/1", 1), stored("b-x/1", 3)])

        def places(**which: Any) -> list[tuple[str, int]]:
            query = {"after": ("", 0), "until": 5, "limit": 9, **which}
            return [row[1:3] for row in recorder.rows_by_stream(**query)]

        assert places(after=("b-", 0), before="b.") == [("b-x/1", 1), ("b-x/1", 2), ("b-x/1", 3)]
        assert places(without={"Happened.v1"}) == [("b-x/1", 2)]
        assert places(without={"Other.v1"}, until=3) == [("a-x/1", 1), ("b-x/1", 1)]
        assert places(without={"Happened.v1", "Other.v1"}) == []

    def test_a_stream_that_lacks_an_entry_is_told(self, tmp_path: Path) -> None:
        """The places of its entries show it, up to a position; also where the first is missing."""
        recorder = self.make(tmp_path)
        recorder.append(lambda _: [stored("a-x/1", 1), stored("b-x/1", 2), stored("c-x/1", 1)])
        recorder.append(lambda _: [stored("c-x/1", 3)])

        assert recorder.broken(after="", before=None, until=4) == "b-x/1"
        assert recorder.broken(after="c-", before="c.", until=4) == "c-x/1"
        assert recorder.broken(after="c-", before="c.", until=3) is None
        assert recorder.broken(after="a-", before="a.", until=4) is None

    def test_a_log_is_divided_between_streams(self, tmp_path: Path) -> None:
        """About as many rows lie on either side; no stream lies on both."""
        recorder = self.make(tmp_path)
        names = [f"a-x/{number}" for number in range(8)]
        recorder.append(lambda _: [stored(name, place) for name in names for place in (1, 2)])

        assert list(recorder.divide(after="a-", before="a.", until=16, into=2)) == ["a-x/4"]
        quarters = recorder.divide(after="a-", before="a.", until=16, into=4)
        assert list(quarters) == ["a-x/2", "a-x/4", "a-x/6"]
        assert list(recorder.divide(after="b-", before="b.", until=16, into=2)) == []
        assert list(recorder.divide(after="a-", before="a.", until=16, into=4, least=99)) == []
        assert list(recorder.divide(after="a-", before="a.", until=0, into=2)) == []

    def test_a_reader_never_finds_a_position_behind_it(self, tmp_path: Path) -> None:
        """Writers race: a reader at a position has read everything that will ever be before it."""
        recorder = self.make(tmp_path)
        writers = [
            threading.Thread(target=_write, args=(recorder, f"a-x/{n}", 40)) for n in range(4)
        ]
        for writer in writers:
            writer.start()
        seen: list[int] = []
        while any(writer.is_alive() for writer in writers) or len(seen) < 160:
            after = seen[-1] if seen else 0
            seen += [row[0] for row in recorder.rows(after=after, limit=7)]
        for writer in writers:
            writer.join()

        assert [row[0] for page in pages(recorder) for row in page] == seen


def _given(events: Sequence[StoredEvent], _: Row | None) -> Sequence[StoredEvent]:
    return events


def _unstamped(_: Row | None) -> Sequence[StoredEvent]:
    raise AssertionError("stamped, though it rests on what has moved")


def _write(recorder: Recorder, stream: str, count: int) -> None:
    for number in range(1, count + 1):
        event = stored(stream, number)
        recorder.append(lambda _, event=event: [event])  # type: ignore[misc]  # bound in the loop


def _numbers(recorder: Recorder, command_id: str) -> list[int]:
    handled = recorder.handled(command_id)
    assert handled is not None
    assert handled.digest == command_id.encode()
    rows: tuple[Row, ...] = handled.rows
    return [row[2] for row in rows]
