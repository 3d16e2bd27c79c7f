"""Storage that fails: full, locked, damaged, or in a place where nobody may look."""

import json
import sqlite3
from pathlib import Path

import pytest

from lif_adapters import connect, sqlite, sqlite_reader
from lif_adapters.sqlite_schema import is_there
from lif_core.errors import ConflictError, MalformedError, StorageFullError, UnreadableError
from tests.command_line import Lif
from tests.core.commands.test_expected import OPENED
from tests.lives import but
from tests.people import TEXTS

LONG = "x" * 300
"""A name that no file system takes: to look for it fails, as it does in a folder that is shut."""


def test_a_full_disk_is_told_as_one_and_with_room_it_goes_on(tmp_path: Path) -> None:
    """Not as a store to be restored, nor as one that is busy; nothing is there by halves."""
    with connect(f"sqlite:{tmp_path / 'lif.db'}", create=True, readership=TEXTS) as app:
        recorder = app.recorder
        assert isinstance(recorder, sqlite.SQLiteRecorder)
        app.handle(OPENED)
        connection = recorder._connection()
        ((pages,),) = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages}")
        recorder._idle.append(connection)
        several = [but(OPENED, review=f"wscb/case-{n}") for n in range(100)]
        with pytest.raises(StorageFullError, match="nothing was recorded: make room"):
            app.handle_all(several)

        assert 1 == len(list(app.history()))
        connection.execute("PRAGMA max_page_count = 1000000")
        assert 100 == len(app.handle_all(several))


def test_a_store_that_stays_locked_is_busy_and_not_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody brings it up, or copies it: whoever waits a minute is told to try again."""
    file = tmp_path / "lif.db"
    connect(f"sqlite:{file}", create=True, readership=TEXTS).close()
    monkeypatch.setattr(sqlite, "LOCK_SECONDS", 0)
    monkeypatch.setattr(sqlite_reader, "LOCK_SECONDS", 0)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(ConflictError, match="busy"):
            connect(f"sqlite:{file}", readership=TEXTS)
    finally:
        holder.close()


def test_a_schema_that_is_no_text_is_damage(tmp_path: Path) -> None:
    """The driver reads names of tables before anything of ours, and takes them for UTF-8."""
    file = tmp_path / "lif.db"
    connect(f"sqlite:{file}", create=True, readership=TEXTS).close()
    with sqlite3.connect(file) as damaged:
        damaged.execute("PRAGMA writable_schema = ON")
        damaged.execute("UPDATE sqlite_master SET name = CAST(X'FF' AS TEXT) WHERE name = 'packs'")
    damaged.close()
    for read_only in (False, True):
        with pytest.raises(UnreadableError, match="its schema is damaged"):
            connect(f"sqlite:{file}", read_only=read_only, readership=TEXTS)


def test_a_name_that_is_half_a_character_is_malformed(tmp_path: Path) -> None:
    """A shell hands over any bytes; SQLite has no text for them."""
    with (
        connect(f"sqlite:{tmp_path / 'lif.db'}", create=True, readership=TEXTS) as app,
        pytest.raises(MalformedError, match="not Unicode text"),
    ):
        app.why("review-wscb/\udcff")


def test_where_nobody_may_look_there_is_no_telling(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        is_there(tmp_path / LONG)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("record", LONG), 5),
        (("framework", "check", LONG), 5),
        (("import", LONG, "--map", LONG), 5),
        (("map", LONG), 5),
        (("report", "--out", LONG), 5),
        (("log", "--db", LONG), 6),
        (("record", "-", "--create", "--db", LONG), 6),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_place_that_is_none_is_told_by_its_name(
    lif: Lif, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    """Not as a result that could not be written: the value is what is wrong, in any format."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIF_DB", "lif.db")
    connect("sqlite:lif.db", create=True, readership=TEXTS).close()
    ran = lif(*words)

    assert (code, True) == (ran.code, LONG in ran.err), ran.err
    if words[0] in ("record", "log"):
        assert LONG in json.loads(lif(*words, "--format", "json").err)["detail"]
