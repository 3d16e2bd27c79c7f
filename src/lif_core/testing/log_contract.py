"""The contract of a log that one recorder reads and writes: its entries, receipts, packs and
followers.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from lif_core.errors import MalformedError
from lif_core.log.recorder import PackRow, Row, StoredEvent, pages, streams, streams_between
from lif_core.testing.recorder_store import Store, StoreHooks, check
from lif_core.testing.samples import (
    SINCE,
    conflicts,
    moved,
    numbers,
    pack,
    read,
    receipt,
    returning,
    stored,
)


class LogContract(StoreHooks):
    """The behaviour of a log in the hands of one recorder."""

    @check()
    def test_an_empty_log_has_nothing(self, store: Store) -> None:
        recorder = store.recorder

        assert recorder.last_row() is None
        assert list(pages(recorder)) == []
        assert list(recorder.stream_rows("a-x/1")) == []
        assert recorder.handled("c") is None

    @check()
    def test_what_is_appended_is_read_back_in_order(self, store: Store) -> None:
        recorder = store.recorder
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

    @check()
    def test_the_stamp_sees_the_last_entry_under_the_lock(self, store: Store) -> None:
        recorder = store.recorder
        seen: list[bytes | None] = []

        def stamp(last: Row | None) -> list[StoredEvent]:
            seen.append(last[4] if last else None)
            return [stored("a-x/1", len(seen), b"%d" % len(seen))]

        recorder.append(stamp)
        recorder.append(stamp)
        assert seen == [None, b"1"]

    @check()
    def test_a_page_starts_after_a_position_and_has_a_limit(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", n) for n in range(1, 8)])

        assert [len(page) for page in pages(recorder, size=3)] == [3, 3, 1]
        assert [row[2] for page in pages(recorder, after=5) for row in page] == [6, 7]

    @check()
    def test_a_taken_stream_position_appends_nothing(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)])
        late = [stored("b-x/1", 1), stored("a-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: late, [receipt("c", 0, 2)]))
        assert not recorder.stream_rows("b-x/1")
        assert recorder.handled("c") is None

    @check()
    def test_a_taken_command_id_appends_nothing(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")])

        again = [stored("b-x/1", 1)]
        assert conflicts(lambda: recorder.append(lambda _: again, [receipt("c")]))
        assert not recorder.stream_rows("b-x/1")

    @check()
    def test_what_rests_on_a_stream_that_has_moved_appends_nothing(self, store: Store) -> None:
        """So it is for the stream that is appended to, for another, and for one that was empty."""
        recorder = store.recorder
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

    @check()
    def test_what_moved_elsewhere_keeps_nothing_out(self, store: Store) -> None:
        """A stream that moved before it was read keeps nothing out either."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1), stored("c-x/1", 1)])
        recorder.append(lambda _: [stored("c-x/1", 2), stored("a-x/10", 1)])
        first = [stored("b-x/1", 1)]
        second = [stored("b-x/1", 2)]

        assert len(recorder.append(lambda _: first, (), None, read(2, "a-x/1", "b-x/1"))) == 1
        assert len(recorder.append(lambda _: second, (), None, read(5, "c-x/1", "b-x/1"))) == 1
        recorder.append(lambda _: [], [receipt("c", 0, 0)], moved(0, 5), read(0))
        assert recorder.tracked("p") == 5

    @check()
    def test_what_was_read_past_the_end_of_the_log_was_read_elsewhere(self, store: Store) -> None:
        """A store may be restored from an earlier copy under a program that goes on."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)])
        new = [stored("b-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: new, (), None, read(2, "b-x/1")))
        assert not recorder.stream_rows("b-x/1")

    @check()
    def test_what_was_read_in_another_copy_of_the_log_appends_nothing(self, store: Store) -> None:
        """One that has as many entries or more, and another where the one that was read ended."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1, b"here")])
        new = [stored("b-x/1", 1)]

        for _ in range(2):
            there = read(1, "b-x/1", last=b"there")
            assert conflicts(partial(recorder.append, lambda _: new, (), None, there))
            assert not recorder.stream_rows("b-x/1")
            recorder.append(lambda last: [stored("a-x/1", last[2] + 1 if last else 1, b"new")])
        here = read(3, "b-x/1", last=b"new")
        assert len(recorder.append(lambda _: new, (), None, here)) == 1

    @check()
    def test_an_error_in_the_stamp_appends_nothing(self, store: Store) -> None:
        recorder = store.recorder

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

    @check()
    def test_packs_are_remembered_from_the_first_entry_under_them(self, store: Store) -> None:
        """All that it was ever written under, one after the other; none without an entry."""
        recorder = store.recorder
        assert list(recorder.packs()) == []
        recorder.append(lambda _: [stored("a-x/1", 1)], packs=[pack("q", "1"), pack("p", "1")])
        recorder.append(lambda _: [stored("a-x/1", n) for n in (2, 3)], packs=[pack("p", "2")])
        recorder.append(lambda _: [], [receipt("c")], packs=[pack("r", "1")])

        expected = [(1, pack("p", "1")), (1, pack("q", "1")), (2, pack("p", "2"))]
        assert [(row.position, row.pack) for row in recorder.packs()] == expected

    @check()
    def test_an_append_that_fails_remembers_no_pack(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)])
        taken = [stored("a-x/1", 1)]

        assert conflicts(partial(recorder.append, lambda _: taken, packs=[pack("p", "1")]))
        assert list(recorder.packs()) == []

    @check()
    def test_of_two_that_begin_under_a_pack_at_once_one_is_first(self, store: Store) -> None:
        """The other one decides again, with what is on record then."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)])
        recorder.append(lambda _: [stored("b-x/1", 1)], (), None, read(1), [pack("p", "1")])
        late = [stored("c-x/1", 1)]

        for packs in ([pack("p", "1")], [pack("p", "2")], []):
            assert conflicts(partial(recorder.append, lambda _: late, (), None, read(1), packs))
        assert [row.position for row in recorder.packs()] == [2]
        assert not recorder.stream_rows("c-x/1")
        recorder.append(lambda _: late, (), None, read(2), [pack("p", "2")])
        assert [row.position for row in recorder.packs()] == [2, 3]

    @check()
    def test_a_handled_command_gives_its_rows(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)])
        events = [stored("b-x/1", n) for n in (1, 2, 3)]
        recorder.append(
            lambda _: events, [receipt("c", 0, 1), receipt("d", 1, 3), receipt("e", 3, 3)]
        )

        assert numbers(recorder, "c") == [1]
        assert numbers(recorder, "d") == [2, 3]
        assert numbers(recorder, "e") == []

    @check()
    def test_a_receipt_is_told_with_what_stands_beside_its_entries(self, store: Store) -> None:
        """So that one that points to too few, or to those of others, can be known as false."""
        recorder = store.recorder
        events = [stored("b-x/1", n) for n in (1, 2, 3, 4)]
        recorder.append(
            lambda _: events, [receipt("c", 0, 1), receipt("d", 1, 3), receipt("e", 3, 3)]
        )

        for command_id, entries, beside in (("c", 1, [2]), ("d", 2, [1, 4]), ("e", 0, [3, 4])):
            handled = recorder.handled(command_id)
            assert handled is not None
            assert (entries, entries) == (handled.entries, len(handled.rows))
            assert beside == [row[2] for row in handled.beside]

    @check()
    def test_a_command_that_led_to_nothing_is_remembered(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [], [receipt("quiet", 0, 0)])
        recorder.append(lambda _: [stored("a-x/1", 1)])

        assert numbers(recorder, "quiet") == []

    @check()
    def test_ids_are_asked_many_at_once(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c"), receipt("🌱", 1, 1)])

        assert recorder.unhandled(["c", "d", "🌱", "d", "'"]) == {"d", "'"}
        assert recorder.unhandled([]) == set()

    @check()
    def test_streams_are_looked_for_many_at_once(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1), stored("a-x/1", 2), stored("a-🌱/1", 1)])

        names = ["a-x/1", "a-x/10", "a-🌱/1", "a-x/10", "a-x"]
        assert recorder.unrecorded(names) == {"a-x/10", "a-x"}
        assert recorder.unrecorded([]) == set()

    @check()
    def test_a_follower_that_is_new_is_at_the_beginning(self, store: Store) -> None:
        assert store.recorder.tracked("p") == 0

    @check()
    def test_tracking_is_saved_with_what_it_led_to(self, store: Store) -> None:
        """Followers are told apart by their names, and also move where they led to nothing."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")], moved(0, 7))
        recorder.append(lambda _: [], (), moved(7, 9))
        recorder.append(lambda _: [], (), moved(0, 3, "🌱"))

        assert (recorder.tracked("p"), recorder.tracked("🌱")) == (9, 3)
        assert numbers(recorder, "c") == [1]
        assert len(recorder.rows(after=0, limit=10)) == 1

    @check()
    def test_an_append_that_fails_moves_no_follower(self, store: Store) -> None:
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)], [receipt("c")], moved(0, 5))
        taken = [stored("b-x/1", 1), stored("a-x/1", 1)]
        new = [stored("b-x/1", 1)]

        assert conflicts(lambda: recorder.append(lambda _: taken, (), moved(5, 6)))
        assert conflicts(lambda: recorder.append(lambda _: new, [receipt("c")], moved(5, 6)))
        assert recorder.tracked("p") == 5

    @check()
    def test_a_follower_that_was_overtaken_appends_nothing(self, store: Store) -> None:
        """Tracking only moves on from where it is: neither back, nor over what another did."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1)], (), moved(0, 5))
        late = [stored("b-x/1", 1)]

        for tracking in (moved(0, 3), moved(0, 5), moved(0, 9), moved(4, 9), moved(6, 9)):
            assert conflicts(partial(recorder.append, lambda _: late, [receipt("c")], tracking))
        assert not recorder.stream_rows("b-x/1")
        assert recorder.handled("c") is None
        assert recorder.tracked("p") == 5

    @check()
    def test_the_log_is_read_stream_by_stream(self, store: Store) -> None:
        """Streams come in the order of their names, up to a position; pages lose nothing."""
        recorder = store.recorder
        names = ("b-x/1", "a-x/10", "a-x/1", "a-🌱/1", "a-Z/1")
        for number in range(1, 4):
            events = [stored(name, number) for name in names]
            recorder.append(returning(*events))

        for size in (1, 2, 4, 100):
            read = streams_between(recorder, after="", before=None, until=10, size=size)
            by_stream = list(read)
            assert [rows[0][1] for rows in by_stream] == sorted(names)
            assert [[row[2] for row in rows] for rows in by_stream] == [[1, 2]] * 5
        assert list(streams(recorder, until=0)) == []

    @check()
    def test_a_stream_is_read_in_the_order_of_its_places(self, store: Store) -> None:
        """Also where they were not appended in that order."""
        recorder = store.recorder
        recorder.append(returning(stored("a-x/1", 2), stored("a-x/1", 1)))

        for rows in (
            recorder.stream_rows("a-x/1"),
            recorder.rows_by_stream(after=("", 0), until=2, limit=9),
        ):
            assert [row[:3] for row in rows] == [(2, "a-x/1", 1), (1, "a-x/1", 2)]

    @check()
    def test_which_streams_changed_between_two_positions(self, store: Store) -> None:
        """Each stream comes with the first place that is new in it."""
        recorder = store.recorder
        for number in (1, 2):
            events = [stored(name, number) for name in ("a-x/1", "b-x/1")]
            recorder.append(returning(*events))
        recorder.append(returning(stored("c-x/1", 1)))

        assert recorder.changed(after=0, until=5) == {"a-x/1": 1, "b-x/1": 1, "c-x/1": 1}
        assert recorder.changed(after=1, until=4) == {"a-x/1": 2, "b-x/1": 1}
        assert recorder.changed(after=4, until=4) == {}
        assert recorder.changed(after=5, until=9) == {}
        recorder.append(returning(stored("d-x/1", 2), stored("d-x/1", 1)))
        assert recorder.changed(after=5, until=7) == {"d-x/1": 1}

    @check()
    def test_which_streams_changed_but_for_some_topics(self, store: Store) -> None:
        """A stream with nothing new but entries of those topics has not changed."""
        recorder = store.recorder
        known, other = stored("a-x/1", 1), StoredEvent("b-x/1", 1, "Other.v1", b"{}")
        recorder.append(returning(known, other, stored("b-x/1", 2)))

        def changed(*without: str) -> Mapping[str, int]:
            return recorder.changed(after=0, until=3, without=without)

        assert changed() == {"a-x/1": 1, "b-x/1": 1} == recorder.changed(after=0, until=3)
        assert changed(known.topic) == {"b-x/1": 1}
        assert changed(other.topic) == {"a-x/1": 1, "b-x/1": 2}
        assert changed(known.topic, other.topic) == {}

    @check()
    def test_only_what_is_asked_for_is_read_stream_by_stream(self, store: Store) -> None:
        """Streams whose names lie between two, rows but for some topics, up to a position."""
        recorder = store.recorder
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

    @check()
    def test_a_stream_that_lacks_an_entry_is_told(self, store: Store) -> None:
        """The places of its entries show it, up to a position; also where the first is missing."""
        recorder = store.recorder
        recorder.append(lambda _: [stored("a-x/1", 1), stored("b-x/1", 2), stored("c-x/1", 1)])
        recorder.append(lambda _: [stored("c-x/1", 3)])

        assert recorder.broken(after="", before=None, until=4) == "b-x/1"
        assert recorder.broken(after="c-", before="c.", until=4) == "c-x/1"
        assert recorder.broken(after="c-", before="c.", until=3) is None
        assert recorder.broken(after="a-", before="a.", until=4) is None

    @check()
    def test_a_log_is_divided_between_streams(self, store: Store) -> None:
        """About as many rows lie on either side; no stream lies on both."""
        recorder = store.recorder
        names = [f"a-x/{number}" for number in range(8)]
        recorder.append(lambda _: [stored(name, place) for name in names for place in (1, 2)])

        assert list(recorder.divide(after="a-", before="a.", until=16, into=2)) == ["a-x/4"]
        quarters = recorder.divide(after="a-", before="a.", until=16, into=4)
        assert list(quarters) == ["a-x/2", "a-x/4", "a-x/6"]
        assert list(recorder.divide(after="b-", before="b.", until=16, into=2)) == []
        assert list(recorder.divide(after="a-", before="a.", until=16, into=4, least=99)) == []
        assert list(recorder.divide(after="a-", before="a.", until=0, into=2)) == []

    @check()
    def test_what_is_read_has_the_types_of_the_port(self, store: Store) -> None:
        """Bytes are `bytes`, not a `memoryview` of them; positions are `int`, names `str`."""
        recorder = store.recorder
        positions = recorder.append(
            returning(stored("a-x/1", 1, bytes(range(256)))),
            [receipt("c")],
            moved(0, 1),
            packs=[pack("p", "1")],
        )

        handled = recorder.handled("c")
        by_stream = recorder.rows_by_stream(after=("", 0), until=1, limit=9)
        last = recorder.last_row()
        assert handled is not None
        assert last is not None
        for rows in (recorder.rows(after=0, limit=9), recorder.stream_rows("a-x/1"), by_stream):
            assert [(1, "a-x/1", 1, "Happened.v1", bytes(range(256)))] == list(rows)
            assert [int, str, int, str, bytes] == _types(rows[0])
        for row in (last, *handled.rows):
            assert [int, str, int, str, bytes] == _types(row)
        assert [bytes, int, int] == _types((handled.digest, positions[0], recorder.tracked("p")))
        assert [PackRow(position=1, pack=pack("p", "1"))] == list(recorder.packs())
        assert recorder.packs()[0].pack.since.utcoffset() == SINCE.utcoffset()

    @check()
    def test_what_is_no_connection_is_refused(self, store: Store) -> None:
        for connection in (object(), None, "postgresql://"):
            with suppress(MalformedError):
                store.recorder.within(connection)
                raise AssertionError(f"{connection!r} was taken for a connection")


def _unstamped(_: Row | None) -> Sequence[StoredEvent]:
    raise AssertionError("stamped, though it rests on what has moved")


def _types(values: Sequence[object]) -> list[type]:
    return [type(value) for value in values]
