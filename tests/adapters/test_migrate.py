"""A store of an older lif: brought up when somebody says so, and never beside an older program."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent
from msgspec.structs import astuple

from lif_adapters.sqlite import SQLiteRecorder
from lif_adapters.sqlite_schema import SCHEMA
from lif_adapters.wiring import connect, migrate
from lif_core.errors import UnreadableError
from lif_core.log.recorder import Saved
from lif_core.testing.samples import moved, pack, receipt, stored
from tests.command_line import Lif, strict
from tests.people import TEXTS
from tests.stores import ask, older_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lif.db"


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_a_store_of_an_earlier_schema_is_brought_up_to_this_one(path: Path, version: int) -> None:
    """The first had no tracking, the second no saved views, the third kept other ones, which are
    dropped, the fourth no packs, and the fifth no lengths of streams. What else is in it stays; an
    older lif then refuses it.
    """
    older_store(path, version)
    with pytest.raises(UnreadableError, match=f"schema {version}, .* `lif migrate`"):
        SQLiteRecorder(path, create=False)
    before = path.read_bytes()
    planned = migrate(f"sqlite:{path}", dry_run=True)
    assert (before, (version, SCHEMA)) == (path.read_bytes(), (planned.before, planned.after))
    assert planned == migrate(f"sqlite:{path}")
    assert () == migrate(f"sqlite:{path}").steps

    opened = SQLiteRecorder(path, create=False)
    opened.append(lambda _: [], (), moved(0, 1))
    cells = {"a-x/1": [("rows", "t", b"p")]}
    opened.save(Saved(name="v", position=1, head=b"h", parts=cells), before=None)
    assert [] == list(opened.packs())
    opened.append(lambda _: [stored("a-x/1", 2)], packs=[pack("p", "1")])
    assert [2] == [row.position for row in opened.packs()]
    assert [(SCHEMA,)] == ask(path, "PRAGMA user_version")
    assert (1, 1) == (opened.tracked("p"), opened.tracked("v"))
    assert ["a-x/1"] * 2 == [row[1] for row in opened.rows(after=0, limit=9)]
    assert opened.handled("c")
    opened.close()


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("DROP TRIGGER entries_are_never_removed", "trigger entries_are_never_removed is missing"),
        ("DROP INDEX saved_cells_of_parts", "index saved_cells_of_parts is missing"),
        ("DROP TABLE stream_lengths", "table stream_lengths is missing"),
        (
            'CREATE TRIGGER "of ""others" AFTER INSERT ON tracking BEGIN SELECT 1; END',
            'trigger of "others is not of lif',
        ),
    ],
)
def test_tables_that_are_not_as_they_are_made_are_read_and_made_again(
    path: Path, statement: str, flaw: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is recorded before that: who did so may have changed entries as well."""
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 1)], (), moved(0, 1))
    ask(path, statement)
    with connect(f"sqlite:{path}", read_only=True, readership=TEXTS) as app:
        assert flaw in caplog.text
    if "stream_lengths" not in statement:
        with connect(f"sqlite:{path}", readership=TEXTS) as app:
            assert app.recorder.stream_rows("a-x/1")
            with pytest.raises(UnreadableError, match=flaw):
                app.recorder.append(lambda _: [stored("a-x/1", 2)])
    assert flaw in migrate(f"sqlite:{path}").steps[0]

    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 2)])
        assert 1 == app.recorder.tracked("p")
        assert 2 == len(app.recorder.stream_rows("a-x/1"))


def test_what_would_be_done_is_said(path: Path, lif: Lif) -> None:
    older_store(path, 4)
    text = lif("migrate", "--dry-run", "--db", str(path))
    assert (0, True) == (text.code, "Make a backup first: lif backup FILE" in text.out)
    dry, done, nothing = (
        strict(lif("migrate", *more, "--db", str(path), "--format", "json").out)
        for more in (("--dry-run",), (), ())
    )
    assert (4, SCHEMA, False) == (dry["from"], dry["to"], dry["done"])
    assert {**dry, "done": True} == done
    assert [] == nothing["steps"]
    assert "nothing to do" in lif("migrate", "--db", str(path)).out


def test_a_program_that_is_older_by_now_records_nothing_more(path: Path) -> None:
    """It has the store open while a newer one brings it up."""
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 1)])
        ask(path, f"PRAGMA user_version = {SCHEMA + 1}")
        with pytest.raises(UnreadableError, match="newer lif"):
            app.recorder.append(lambda _: [stored("a-x/1", 2)])
        with pytest.raises(UnreadableError, match="newer lif"):
            app.recorder.save(Saved(name="v", position=1, head=b"h"), before=None)

    assert [(1,)] == ask(path, "SELECT count(*) FROM stored_events")


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE stored_events RENAME TO entries",
        "ALTER TABLE stream_lengths RENAME COLUMN entries TO length",
        "ALTER TABLE saved_views RENAME COLUMN head TO heads",
        "ALTER TABLE tracking RENAME TO followers",
        "ALTER TABLE handled_commands RENAME TO receipts",
        "ALTER TABLE packs RENAME COLUMN since TO began",
    ],
)
def test_a_program_that_is_older_by_now_is_told_so_whatever_it_asks(
    path: Path, statement: str, read_only: bool
) -> None:
    """And not that there is no such table: those of the newer one are not as it knows them."""
    with (
        connect(f"sqlite:{path}", readership=TEXTS) as writer,
        connect(f"sqlite:{path}", read_only=True, readership=TEXTS) as reader,
    ):
        writer.recorder.append(lambda _: [stored("a-x/1", 1)])
        recorder = (reader if read_only else writer).recorder
        asks: list[Callable[[], object]] = [
            lambda: recorder.stream_rows("a-x/1"),
            lambda: recorder.saved("v"),
            lambda: recorder.tracked("p"),
            lambda: recorder.handled("c"),
            lambda: recorder.packs(),
        ]
        for act in asks:
            act()
        ask(path, statement)
        ask(path, f"PRAGMA user_version = {SCHEMA + 1}")
        problems = []
        for act in asks:
            try:
                act()
            except UnreadableError as error:
                problems.append(error.problem)

    assert problems
    for problem in problems:
        assert f"a newer lif (schema {SCHEMA + 1}, this one's is {SCHEMA}): upgrade" in problem


def test_nor_does_it_record_anything_by_the_methods_of_the_engine(path: Path) -> None:
    recorder = SQLiteRecorder(path)
    ask(path, f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(UnreadableError, match="newer lif"):
        recorder.insert_events([StoredEvent(*astuple(stored("a-x/1", 1)))])
    recorder.close()

    assert [(0,)] == ask(path, "SELECT count(*) FROM stored_events")


def test_a_dump_that_was_restored_is_known_and_marked_again(path: Path, lif: Lif) -> None:
    """With the positions that it had; nothing is made of it before somebody says so."""
    restored = path.with_name("restored.db")
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", n) for n in (1, 2)], [receipt("c")])
    source, target = sqlite3.connect(path), sqlite3.connect(restored)
    target.executescript("\n".join(source.iterdump()))
    source.close()
    target.close()
    for reads in (True, False):
        with pytest.raises(UnreadableError, match="`lif migrate --adopt` marks it again"):
            connect(f"sqlite:{restored}", read_only=reads, readership=TEXTS)
    with pytest.raises(UnreadableError, match="--adopt"):
        migrate(f"sqlite:{restored}")
    ran = lif("migrate", "--adopt", "--db", str(restored))

    assert (0, True) == (ran.code, "marks it as a store of lif again" in ran.out)
    with connect(f"sqlite:{restored}", create=False, readership=TEXTS) as app:
        assert [1, 2] == [row[0] for row in app.recorder.rows(after=0, limit=9)]
        assert [3] == list(app.recorder.append(lambda _: [stored("a-x/1", 3)]))
    assert [("wal",)] == ask(restored, "PRAGMA journal_mode")


def test_tables_of_others_are_never_adopted(path: Path) -> None:
    """Those of the engine have the same name, and no position of ours."""
    ask(path, "CREATE TABLE stored_events (originator_id, originator_version, topic, state)")
    with pytest.raises(UnreadableError, match="not a store of lif"):
        migrate(f"sqlite:{path}", adopt=True)

    assert [(0,)] == ask(path, "PRAGMA application_id")


def test_what_is_no_database_is_named_by_its_path(path: Path, lif: Lif) -> None:
    """Whoever brings up several stores in a row has to know which one failed."""
    path.write_bytes(b"no database " * 1000)
    failed = lif("migrate", "--db", path)

    assert 6 == failed.code
    assert f"lif: unreadable: {path}: file is not a database\n" == failed.err
