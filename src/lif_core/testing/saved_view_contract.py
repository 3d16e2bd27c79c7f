"""The contract of the views that a recorder saves."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from eventsourcing.persistence import IntegrityError

from lif_core.log.recorder import Recorder, Saved, SavedCell
from lif_core.testing.recorder_store import RunningAct, Store, StoreHooks, check
from lif_core.testing.samples import conflicts, rows_of, view

SAVES = 30


class SavedViewContract(StoreHooks):
    """The behaviour of views that are saved, and read while they are saved again."""

    @check()
    def test_nothing_is_saved_at_first(self, store: Store) -> None:
        assert store.recorder.saved("v") is None

    @check()
    def test_a_view_is_saved_with_how_far_it_has_read(self, store: Store) -> None:
        """Views are told apart by their names; parts that changed replace the earlier ones."""
        recorder = store.recorder
        recorder.save(view(3, b"one", a=b"1", b=b"2", c=b"3"), before=None)
        recorder.save(Saved(name="w", position=9, head=b"other", parts={}), before=None)
        recorder.save(view(5, b"two", b=b"4", c=None, d=b"5"), before=b"one")

        assert recorder.saved("v") == Saved(name="v", position=5, head=b"two")
        assert rows_of(recorder, b"two") == {"a": b"1", "b": b"4", "d": b"5"}
        assert (recorder.tracked("v"), recorder.tracked("w")) == (5, 9)

    @check()
    def test_cells_of_a_saved_view_are_found_by_key_by_part_and_by_range(
        self, store: Store
    ) -> None:
        """They are of one kind, in the order of their keys, then of their parts."""
        recorder = store.recorder
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

    @check()
    def test_a_view_saved_whole_leaves_nothing_of_the_one_before(self, store: Store) -> None:
        recorder = store.recorder
        recorder.save(view(3, b"one", a=b"1"), before=None)
        recorder.save(view(4, b"two", b=b"2"), before=None)

        assert recorder.saved("v") == Saved(name="v", position=4, head=b"two")
        assert rows_of(recorder, b"two") == {"b": b"2"}

    @check()
    def test_a_view_that_another_has_saved_is_not_saved_over(self, store: Store) -> None:
        """Parts alone, of a view that was never saved, are refused too."""
        recorder = store.recorder
        assert conflicts(lambda: recorder.save(view(3, b"two", a=b"2"), before=b"one"))
        assert recorder.saved("v") is None
        recorder.save(view(3, b"one", a=b"1"), before=None)

        assert conflicts(lambda: recorder.save(view(4, b"two", a=b"2"), before=b"none"))
        assert recorder.saved("v") == Saved(name="v", position=3, head=b"one")
        assert rows_of(recorder, b"one") == {"a": b"1"}

    @check()
    def test_a_view_saved_again_is_not_read_as_it_was(self, store: Store) -> None:
        """A reader with an older head is refused: the cells are of another save."""
        recorder = store.recorder
        recorder.save(view(3, b"one", a=b"1"), before=None)
        recorder.save(view(4, b"two", a=b"2"), before=b"one")

        assert conflicts(lambda: recorder.cells("v", b"one", "rows"))
        assert conflicts(lambda: recorder.cells("w", b"one", "rows"))

    @check()
    def test_what_is_saved_has_the_types_of_the_port(self, store: Store) -> None:
        recorder = store.recorder
        recorder.save(view(3, bytes(range(256)), a=bytes(range(256))), before=None)

        saved = recorder.saved("v")
        assert saved is not None
        assert [bytes, int] == [type(saved.head), type(saved.position)]
        ((key, part, body),) = recorder.cells("v", saved.head, "rows")
        assert ("t", "a", bytes(range(256))) == (key, part, body)
        assert [str, str, bytes] == [type(key), type(part), type(body)]

    @check()
    def test_a_save_that_fails_saves_nothing(self, store: Store) -> None:
        """What the caller iterates may fail half way: then all is as it was before."""
        recorder = store.recorder
        recorder.save(view(3, b"one", a=b"1", b=b"2"), before=None)
        parts: dict[str, Sequence[SavedCell]] = {
            "a": [("rows", "t", b"3")],
            "b": _BreakingOff([("rows", "t", b"4")]),
        }

        for before in (b"one", None):
            with suppress(ArithmeticError):
                recorder.save(Saved(name="v", position=4, head=b"two", parts=parts), before=before)
                raise AssertionError("the error of what it was to save was swallowed")
            assert recorder.saved("v") == Saved(name="v", position=3, head=b"one")
            assert rows_of(recorder, b"one") == {"a": b"1", "b": b"2"}
            assert recorder.tracked("v") == 3
        recorder.save(view(5, b"three", a=b"5"), before=b"one")
        assert rows_of(recorder, b"three") == {"a": b"5", "b": b"2"}

    @check()
    def test_a_view_is_read_as_one_save_left_it(self, store: Store) -> None:
        """Head, position, tracking and cells are never of two saves, while it is saved again."""
        self._read_while_saved(store.recorder, store.recorder, store)

    @check("open")
    def test_a_view_is_read_as_one_save_of_another_recorder_left_it(self, store: Store) -> None:
        self._read_while_saved(store.recorder, store.open(), store)

    def _read_while_saved(self, reader: Recorder, writer: Recorder, store: Store) -> None:
        """Read the view, each of whose cells names its save, over and over."""

        def save() -> None:
            before = None
            for number in range(1, SAVES + 1):
                head = b"%d" % number
                writer.save(view(number, head, a=head, b=head, c=head), before=before)
                before = head if number % 3 else None
                store.breathe()

        saving = RunningAct(save)
        while not saving.ended() and store.left:
            store.breathe()
            tracked = reader.tracked("v")
            saved = reader.saved("v")
            if saved is None:
                assert tracked == 0
                continue
            assert b"%d" % saved.position == saved.head
            assert tracked <= saved.position <= reader.tracked("v")
            with suppress(IntegrityError):  # it was saved again meanwhile
                cells = rows_of(reader, saved.head)
                assert {"a": saved.head, "b": saved.head, "c": saved.head} == cells
        saving.result(store.left)
        assert rows_of(reader, b"%d" % SAVES) == dict.fromkeys("abc", b"%d" % SAVES)


class _BreakingOff(Sequence[SavedCell]):
    """Cells that cannot be read to their end."""

    def __init__(self, cells: Sequence[SavedCell]) -> None:
        self._cells = cells

    def __len__(self) -> int:
        raise ArithmeticError

    def __getitem__(self, place: Any) -> Any:
        raise ArithmeticError

    def __iter__(self) -> Iterator[SavedCell]:
        yield from self._cells
        raise ArithmeticError
