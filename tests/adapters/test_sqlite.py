"""The recorder in a SQLite file: the contract, the engine's own cases, and what is native."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from lif_adapters.cli.demo import demo_requests
from lif_adapters.sqlite import SQLiteRecorder, remove_empty
from lif_adapters.wiring import connect
from lif_core.errors import MalformedError, UnreadableError
from lif_core.log.recorder import Row, StoredEvent
from lif_core.testing.samples import moved, pack, receipt, returning, stored
from lif_core.views.accountability import accountability
from tests.adapters.contracts import MemoryContract, SQLiteContract
from tests.people import TEXTS
from tests.store_files import rewrite
from tests.stores import ask


class TestSQLiteKeepsTheContract(SQLiteContract):
    pass


class TestMemoryKeepsTheContract(MemoryContract):
    pass


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[SQLiteRecorder]:
    found = SQLiteRecorder(tmp_path / "lif.db")
    yield found
    found.close()


class InAFile:
    """The engine's cases make their own recorder; each gets a file."""

    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "lif.db"

    def create_recorder(self) -> SQLiteRecorder:
        return SQLiteRecorder(self.path)

    def new_originator_id(self) -> str:
        return f"a-{uuid4()}"


class TestTheEnginesCases(InAFile, ApplicationRecorderTestCase[SQLiteRecorder]):
    test_concurrent_throughput = None  # type: ignore[assignment]  # it measures, checks nothing
    test_performance = None  # type: ignore[assignment]


class TestNumbersDoNotInterleave(InAFile, NonInterleavingNotificationIDsBaseCase):
    pass


def test_the_file_is_in_wal_mode_and_syncs_every_commit(recorder: SQLiteRecorder) -> None:
    """A commit that was acknowledged survives a power cut."""
    with recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        synchronous = cursor.fetchone()[0]

    assert ("wal", 2) == (journal, synchronous)


def test_a_position_is_never_used_twice(recorder: SQLiteRecorder, tmp_path: Path) -> None:
    """Where somebody removes the end of the log by force, nothing is recorded in its place."""
    recorder.append(lambda _: [stored("a-x/1", n) for n in (1, 2, 3)])
    ask(tmp_path / "lif.db", "DROP TRIGGER entries_are_never_removed")
    ask(tmp_path / "lif.db", "DELETE FROM stored_events WHERE position = 3")

    for act in (lambda: recorder.append(lambda _: [stored("a-x/1", 3)]), recorder.last_row):
        with pytest.raises(UnreadableError, match="ends at position 2, and 3 were recorded"):
            act()
    ask(tmp_path / "lif.db", "DELETE FROM stored_events")
    with pytest.raises(UnreadableError, match="ends at position 0, and 3 were recorded"):
        recorder.last_row()


def test_positions_survive_a_dump_and_a_restore(recorder: SQLiteRecorder, tmp_path: Path) -> None:
    recorder.append(lambda _: [stored("a-x/1", n) for n in (1, 2, 3)])
    ask(tmp_path / "lif.db", "DROP TRIGGER entries_are_never_removed")
    ask(tmp_path / "lif.db", "DELETE FROM stored_events WHERE position = 2")
    with sqlite3.connect(tmp_path / "lif.db") as source:
        script = "\n".join(source.iterdump())
    with sqlite3.connect(tmp_path / "restored.db") as target:
        target.executescript(script)
    source.close()
    target.close()

    assert [(1,), (3,)] == ask(tmp_path / "restored.db", "SELECT position FROM stored_events")
    assert [(3,)] == ask(
        tmp_path / "restored.db", "SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x'7b7d'",
        "DELETE FROM stored_events",
        "REPLACE INTO stored_events VALUES (1, 'a-x/2', 1, 'Happened.v1', x'7b7d')",
        "REPLACE INTO stored_events VALUES (7, 'a-x/1', 1, 'Happened.v1', x'7b7d')",
    ],
)
def test_an_entry_is_neither_changed_nor_removed_by_ordinary_means(
    recorder: SQLiteRecorder, tmp_path: Path, statement: str
) -> None:
    recorder.append(lambda _: [stored("a-x/1", 1, b"kept")])

    with pytest.raises(sqlite3.IntegrityError, match="record a correction"):
        ask(tmp_path / "lif.db", statement)
    assert [b"kept"] == [row[4] for row in recorder.rows(after=0, limit=9)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE packs SET digest = '2'",
        "DELETE FROM packs",
        "REPLACE INTO packs VALUES (1, 'p', '2', '', '')",
    ],
)
def test_what_it_was_written_under_is_neither_changed_nor_removed(
    recorder: SQLiteRecorder, tmp_path: Path, statement: str
) -> None:
    recorder.append(lambda _: [stored("a-x/1", 1)], packs=[pack("p", "1")])

    with pytest.raises(sqlite3.IntegrityError, match="what a log was written under"):
        ask(tmp_path / "lif.db", statement)
    assert [pack("p", "1")] == [row.pack for row in recorder.packs()]


def test_two_writers_take_turns(recorder: SQLiteRecorder, tmp_path: Path) -> None:
    """A second one waits for the first, where a deferred transaction would fail at once."""
    other = SQLiteRecorder(tmp_path / "lif.db")
    entered, leave = threading.Event(), threading.Event()

    def slow(_: Row | None) -> list[StoredEvent]:
        entered.set()
        leave.wait(5)
        return [stored("a-x/1", 1)]

    first = threading.Thread(target=recorder.append, args=(slow,))
    first.start()
    entered.wait(5)
    threading.Timer(0.2, leave.set).start()
    positions = other.append(lambda _: [stored("b-x/1", 1)], [receipt("c")])
    first.join()
    other.close()

    assert [2] == list(positions)


# Opening


def test_a_store_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="there is no store here"):
        SQLiteRecorder(tmp_path / "none.db", create=False)

    assert [] == list(tmp_path.iterdir())


def test_another_programs_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    ask(path, "CREATE TABLE addresses (name TEXT)")
    before = path.read_bytes()

    with pytest.raises(UnreadableError, match="not a store of lif"):
        SQLiteRecorder(path)
    assert before == path.read_bytes()


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear board, " * 100)

    with pytest.raises(UnreadableError, match=r"letter\.db"):
        SQLiteRecorder(path)
    assert path.read_text().startswith("Dear board")


def test_a_newer_store_is_not_opened(recorder: SQLiteRecorder, tmp_path: Path) -> None:
    ask(tmp_path / "lif.db", "PRAGMA user_version = 99")

    with pytest.raises(UnreadableError, match="newer lif"):
        SQLiteRecorder(tmp_path / "lif.db")


def test_tracking_goes_forward() -> None:
    for position in (4, 5):
        with pytest.raises(MalformedError, match="not past 5"):
            moved(5, position)


def test_a_store_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    """And why: to SQLite it is one error whether the folder is not there or may not be written."""
    with pytest.raises(UnreadableError, match=r"lif\.db: no store can be made here: No such file"):
        SQLiteRecorder(tmp_path / "no" / "such" / "folder" / "lif.db")


@pytest.mark.parametrize("url", ["postgres:x", "sqlite:", "lif.db", ""])
def test_a_url_of_another_kind_is_malformed(url: str) -> None:
    with pytest.raises(MalformedError, match="write sqlite:PATH"):
        connect(url, readership=TEXTS)


def test_eight_processes_open_a_new_store_at_once(tmp_path: Path) -> None:
    """One makes the tables; the others find them."""
    code = (
        "import sys; from lif_adapters.sqlite import SQLiteRecorder; from pathlib import Path;"
        "from lif_core.testing.recorder_contract import stored;"
        "r = SQLiteRecorder(Path(sys.argv[1]));"
        "print(r.append(lambda _: [stored(f'a-x/{sys.argv[2]}', 1)])[0])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "lif.db")]
    processes = [
        subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, text=True) for n in range(8)
    ]
    found = [process.communicate(timeout=60)[0] for process in processes]

    assert list(range(1, 9)) == sorted(int(text) for text in found)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("DELETE FROM tracking", id="not how far it has read"),
        pytest.param("UPDATE tracking SET position = 'three'", id="read up to no number"),
        pytest.param("UPDATE saved_views SET head = 5", id="a number for a head"),
        pytest.param("UPDATE saved_cells SET body = 'text'", id="text for a cell"),
        pytest.param("DELETE FROM saved_cells", id="no cells"),
    ],
)
def test_a_saved_view_that_was_changed_by_hand_is_refused_or_made_afresh(
    change: str, tmp_path: Path
) -> None:
    """Never half read; saved afresh, it is as it was."""
    url = f"sqlite:{tmp_path / 'lif.db'}"
    with connect(url, readership=TEXTS) as app:
        app.handle_all(demo_requests(app.mapper))
        expected = app.view(accountability)
        app.save(accountability)
    connection = sqlite3.connect(tmp_path / "lif.db")
    connection.execute(change)
    connection.commit()
    connection.close()
    with connect(url, readership=TEXTS) as app:
        try:
            found = app.view(accountability)
            list(found.duties)  # read when it is looked at
        except UnreadableError:
            found = app.view(accountability, afresh=True)
        assert expected == found
        app.save(accountability, afresh=True)
    with connect(url, readership=TEXTS) as app:
        assert expected == app.view(accountability)


def test_an_empty_store_is_removed_unless_somebody_has_it_open(tmp_path: Path) -> None:
    path = tmp_path / "lif.db"
    recorder = SQLiteRecorder(path)
    recorder.last_row()
    remove_empty(path)
    kept = path.exists()
    recorder.close()
    remove_empty(path)

    assert (True, False) == (kept, path.exists())


# What is held against what the log says otherwise


def flip(path: Path, old: bytes, new: bytes) -> int:
    """Change what is in the pages of indexes alone: return how often it stood there."""
    pages = path.read_bytes()
    size = int.from_bytes(pages[16:18], "big")
    changed, count = bytearray(pages), 0
    for start in range(0, len(pages), size):
        page = pages[start : start + size]
        if page[0] in (2, 10) and old in page:  # of an index
            count += page.count(old)
            changed[start : start + size] = page.replace(old, new)
    path.write_bytes(bytes(changed))
    return count


def test_a_removal_does_not_become_the_length_of_its_stream(tmp_path: Path) -> None:
    """A writer that knew the end of the log looks at it again before it counts."""
    path = tmp_path / "lif.db"
    with closing(SQLiteRecorder(path)) as recorder:
        recorder.append(returning(*(stored("a-x/1", number) for number in range(1, 9))))
        rewrite(path, "DELETE FROM stored_events WHERE position = 5")
        with pytest.raises(UnreadableError, match="one of the entries from 1 to"):
            recorder.append(returning(*(stored("b-x/1", number) for number in range(1, 257))))

        assert [(0,)] == ask(path, "SELECT count(*) FROM stream_lengths WHERE stream <> ''")
        assert [8] == [row[0] for row in recorder.rows(after=7, limit=9)]


def test_a_stream_that_an_index_hides_an_entry_of_is_refused(tmp_path: Path) -> None:
    """One bad bit in the index, which SQLite itself does not notice: nothing is decided on it."""
    path = tmp_path / "lif.db"
    with closing(SQLiteRecorder(path)) as recorder:
        for number in range(1, 150):
            entries = [stored(f"a-x/{number}", 1), stored(f"a-x/{number}", 2)]
            recorder.append(returning(*entries))
    ask(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    # The key of the second entry of a stream, with the number of its row, in one index alone.
    old = b"a-x/7\x02\x0e"
    assert 1 == flip(path, old, b"a-y/7\x02\x0e")

    with closing(SQLiteRecorder(path, create=False)) as recorder:
        with pytest.raises(UnreadableError) as error:
            recorder.stream_rows("a-x/7")
        with pytest.raises(UnreadableError):
            recorder.stream_rows("a-x/7", "a-x/8")
        assert ("a-x/7", 2) == (error.value.stream, error.value.stream_position)
        assert recorder.broken(after="", before=None, until=298) in ("a-x/7", "a-y/7")
        assert "a-x/7" == recorder.broken(after="a-x/", before="a-x/8", until=298)
        assert recorder.broken(after="a-x/1", before="a-x/2", until=298) is None
        assert 2 == len(recorder.stream_rows("a-x/100"))
        assert 298 == len(recorder.rows(after=0, limit=500))
