"""The contract of a store that fails, that is busy, or that is in a host's own transaction."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from lif_core.errors import ConflictError, UnreadableError
from lif_core.log.recorder import Recorder
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


class StoreFailureContract(StoreHooks):
    """The errors of a recorder, how durable it is, and the transaction of a host."""

    @check("failing")
    def test_where_the_store_fails_each_method_says_so_by_an_error_of_the_port(
        self, store: Store
    ) -> None:
        """Nothing of the driver passes, and nothing is answered as if it were there, or not."""
        recorder = store.recorder
        recorder.append(returning(stored("a-x/1", 1)), [receipt("c")], moved(0, 1))
        recorder.save(view(1, b"one", a=b"1"), before=None)
        log = log_of(recorder)

        with store.failing():
            for name, call in _calls(recorder).items():
                try:
                    call()
                except (UnreadableError, ConflictError):
                    continue
                except Exception as error:
                    raise AssertionError(f"`{name}` raised {type(error)!r}") from error
                raise AssertionError(f"`{name}` answered, though the store fails")
        assert log == log_of(recorder)
        assert rows_of(recorder, b"one") == {"a": b"1"}
        assert list(appended(recorder, returning(stored("a-x/1", 2)))) == [2]

    @check("busy")
    def test_where_another_holds_the_lock_nothing_is_recorded_and_the_caller_may_try_again(
        self, store: Store
    ) -> None:
        recorder = store.recorder
        with store.busy() as impatient:
            with suppress(ConflictError):
                impatient.append(returning(stored("a-x/1", 1)), [receipt("c")])
                raise AssertionError("it wrote without the lock")
            with suppress(ConflictError):  # a view may be saved without that lock
                impatient.save(view(1, b"one", a=b"1"), before=None)
        assert recorder.last_row() is None
        assert list(recorder.append(returning(stored("a-x/1", 1)), [receipt("c")])) == [1]
        assert numbers(recorder, "c") == [1]

    @check("durability")
    def test_each_commit_is_as_durable_as_the_store_can_make_it(self, store: Store) -> None:
        """By the settings of the connection that writes: a power cut takes nothing back."""
        settings = store.durability()

        assert settings, "name the settings that durability rests on"
        assert [name for name, right in settings.items() if not right] == []

    @check("connection")
    def test_what_a_host_rolls_back_was_never_there(self, store: Store) -> None:
        """Entries, receipts, packs and followers, and nobody else sees them before."""
        connection = store.connection()
        within = store.recorder.within(connection)
        positions = within.append(
            returning(stored("a-x/1", 1)), [receipt("c")], moved(0, 1), packs=[pack("p", "1")]
        )

        assert list(positions) == [row[0] for row in log_of(within)]
        assert numbers(within, "c") == [1]
        assert store.recorder.last_row() is None
        connection.rollback()
        connection.close()
        recorder = store.recorder
        assert recorder.last_row() is None
        assert recorder.handled("c") is None
        assert recorder.tracked("p") == 0
        assert list(recorder.packs()) == []
        assert len(recorder.append(returning(stored("a-x/1", 1)), [receipt("c")])) == 1

    @check("connection")
    def test_what_a_host_commits_is_there_once_it_commits(self, store: Store) -> None:
        """Closing the recorder neither commits nor closes the connection."""
        connection = store.connection()
        within = store.recorder.within(connection)
        within.append(returning(stored("a-x/1", 1)), [receipt("c")], moved(0, 1))
        within.close()

        assert store.recorder.last_row() is None
        connection.commit()
        connection.close()
        assert [row[1] for row in log_of(store.recorder)] == ["a-x/1"]
        assert numbers(store.recorder, "c") == [1]
        assert store.recorder.tracked("p") == 1

    @check("connection")
    def test_an_append_that_fails_leaves_the_transaction_of_a_host_as_it_was(
        self, store: Store
    ) -> None:
        """What was appended before it stays, and more can be appended after it."""
        connection = store.connection()
        within = store.recorder.within(connection)
        within.append(returning(stored("a-x/1", 1)))
        taken = (stored("b-x/1", 1), stored("a-x/1", 1))

        assert conflicts(lambda: within.append(returning(*taken), [receipt("c")], moved(0, 1)))
        assert conflicts(lambda: within.append(returning(), (), None, read(0, "a-x/1")))
        assert [row[1] for row in log_of(within)] == ["a-x/1"]
        within.append(returning(stored("c-x/1", 1)), [receipt("c")], moved(0, 1))
        connection.commit()
        connection.close()
        assert [row[1] for row in log_of(store.recorder)] == ["a-x/1", "c-x/1"]

    @check("connection")
    def test_nothing_overtakes_what_a_host_has_not_committed_yet(self, store: Store) -> None:
        """Another append waits, or is refused for now: so none appears behind a reader."""
        connection = store.connection()
        store.recorder.within(connection).append(returning(stored("a-x/1", 1)))
        other = RunningAct(partial(appended, store.recorder, returning(stored("b-x/1", 1))))

        assert not other.ended(store.awhile), "it was appended before the host had committed"
        assert log_of(store.recorder) == []
        connection.commit()
        connection.close()
        other.result(store.left)
        assert [row[1] for row in log_of(store.recorder)] == ["a-x/1", "b-x/1"]


def _calls(recorder: Recorder) -> Mapping[str, Callable[[], object]]:
    """Return a call of each method of the port that asks the store, by its name."""
    return {
        "append": lambda: recorder.append(returning(stored("a-x/1", 2))),
        "rows": lambda: recorder.rows(after=0, limit=1),
        "stream_rows": lambda: recorder.stream_rows("a-x/1"),
        "rows_by_stream": lambda: recorder.rows_by_stream(after=("", 0), until=1, limit=1),
        "broken": lambda: recorder.broken(after="", before=None, until=1),
        "divide": lambda: recorder.divide(after="", before=None, until=1, into=2),
        "changed": lambda: recorder.changed(after=0, until=1),
        "unrecorded": lambda: recorder.unrecorded(["a-x/1"]),
        "handled": lambda: recorder.handled("c"),
        "unhandled": lambda: recorder.unhandled(["c"]),
        "tracked": lambda: recorder.tracked("p"),
        "packs": lambda: recorder.packs(),
        "saved": lambda: recorder.saved("v"),
        "cells": lambda: recorder.cells("v", b"one", "rows"),
        "save": lambda: recorder.save(view(2, b"two", a=b"2"), before=b"one"),
        "last_row": lambda: recorder.last_row(),
        "wait": lambda: recorder.wait(after=0, seconds=1),
    }
