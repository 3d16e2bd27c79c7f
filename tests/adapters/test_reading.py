"""A reader changes nothing: no byte of a store, nor of a file beside it."""

import os
import pickle
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from lif_adapters.cli.demo import record_demo
from lif_adapters.cli.main import COMMANDS, run
from lif_adapters.sqlite_reader import SQLiteReader
from lif_adapters.wiring import connect
from lif_core.commands.application import Application
from lif_core.errors import MalformedError, MissingStoreError, UnreadableError
from lif_core.log.recorder import Saved
from lif_core.testing.samples import pack, stored
from lif_core.views.accountability import accountability
from tests.people import TEXTS
from tests.stores import ask, older_store

State = dict[str, tuple[str, int]]
STREAM = "recommendation-wscb/r-2"
WRITING = {
    *("demo", "record", "save", "follow", "import", "checkpoint", "migrate", "restore"),
    *("erase", "keys"),  # which need keys to be made first
}
WITHOUT_STORE = {"new", "commands", "map", "witness", "extensions", "rules"}
READING: dict[str, tuple[str, ...]] = {
    "log": (),
    "show": (STREAM,),
    "view": ("accountability",),
    "why": (STREAM,),
    "replay": ("review-wscb/scr-child-k",),
    "diff": ("accountability", "--valid", "2018-06-01", "--to-valid", "2019-06-01"),
    "knew": ("review-wscb/scr-child-k", "2"),
    "report": ("--out", "OUT"),
    "bundle": ("wscb/scr-child-k", "--out", "OUT"),
    "verify": (),
    "doctor": (),
    "backup": ("OUT",),
    "prove": ("--entries",),
    "framework": ("recorded",),
}


def state_of(folder: Path) -> State:
    return {
        file.name: (sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns)
        for file in sorted(folder.iterdir())
        if file.is_file()
    }


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "lif.db"
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        record_demo(app)
    return path


@pytest.fixture
def closed(recorded: Path, tmp_path: Path) -> Path:
    """Gives a store that nobody has open, with nothing beside it."""
    return Path(shutil.copy(recorded, tmp_path / "lif.db"))


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("INSERT INTO saved_views (name, head) VALUES ('v1', x'68')")
print("recorded", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writer(closed: Path) -> Iterator[None]:
    """Lets another process have it open, and write in it."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(closed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield


def append(app: Application, place: int) -> None:
    last = app.recorder.last_row()
    assert last is not None
    app.recorder.save(Saved(name=f"v{place}", position=last[0], head=b"h"), before=None)


@pytest.fixture(params=["closed", "open", "left with its WAL", "left as it was"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Gives a store in each way in which one can lie there."""
    path: Path = request.getfixturevalue("closed")
    if request.param == "closed":
        return path
    request.getfixturevalue("writer")
    if request.param == "open":
        return path
    (left := tmp_path / "left").mkdir()
    for suffix in ("", "-wal", "-shm")[: 2 if request.param == "left with its WAL" else 3]:
        shutil.copy(f"{path}{suffix}", f"{left / path.name}{suffix}")
    return left / path.name


def test_every_command_reads_or_says_that_it_writes() -> None:
    assert set(COMMANDS) == WRITING | WITHOUT_STORE | set(READING)


@pytest.mark.parametrize("store", ["left with its WAL", "left as it was"], indirect=True)
@pytest.mark.parametrize("read_only", [True, False])
def test_what_a_crash_left_is_synced_before_anything_is_told_of_it(
    store: Path, monkeypatch: pytest.MonkeyPatch, *, read_only: bool
) -> None:
    """A commit may be in the WAL that is not on the disk; who signs what is read would have
    signed what a loss of power takes back.
    """
    synced, wal = [], Path(f"{store}-wal").stat()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor)))
    with connect(f"sqlite:{store}", read_only=read_only, create=False, readership=TEXTS):
        pass

    assert any(os.path.samestat(wal, state) for state in synced)
    assert any(os.path.samestat(store.parent.stat(), state) for state in synced)


@pytest.mark.parametrize("store", ["closed", "open", "left with its WAL"], indirect=True)
def test_no_reading_command_changes_a_byte(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor when, nor puts anything beside it; not a dry run either."""
    (requests := tmp_path / "out" / "requests.jsonl").parent.mkdir()
    requests.write_text("")
    commands = [(name, *args) for name, args in READING.items()]
    commands += [
        ("record", "--dry-run", str(requests)),
        ("record", "IssueRecommendation", "--help"),
    ]
    before = state_of(store.parent)
    for name, *words in commands:
        out = str(tmp_path / "out" / name)
        code = run([name, *(out if word == "OUT" else word for word in words), "--db", str(store)])

        err = capsys.readouterr().err
        assert (name, 0) == (name, code), err
        assert before == state_of(store.parent), name


@pytest.mark.parametrize("store", ["open", "left with its WAL", "left as it was"], indirect=True)
def test_what_waits_in_a_wal_is_read(store: Path) -> None:
    with connect(f"sqlite:{store}", read_only=True, readership=TEXTS) as app:
        assert app.recorder.saved("v1") is not None


def test_a_reader_sees_what_is_recorded_after_it_opened(closed: Path) -> None:
    """Beside one who begins to write, goes on, and closes: never a part of it."""
    with connect(f"sqlite:{closed}", read_only=True, readership=TEXTS) as reader:
        last = reader.recorder.last_row()
        assert last is not None
        for place in (1, 2, 3):
            with connect(f"sqlite:{closed}", readership=TEXTS) as app:
                assert reader.recorder.saved(f"v{place}") is None
                append(app, place=place)
                assert reader.recorder.saved(f"v{place}") is not None
            assert reader.recorder.saved(f"v{place}") is not None


def test_a_wal_that_was_left_is_read_again_when_it_is_another(
    closed: Path, writer: None, tmp_path: Path
) -> None:
    """In a copy of both, which is gone at the end; a process that was forked makes its own."""
    (left := tmp_path / "left").mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(f"{closed}{suffix}", f"{left / 'lif.db'}{suffix}")
    before = set(Path(tempfile.gettempdir()).glob("lif-*"))
    reader = SQLiteReader(left / "lif.db")
    assert (True, False) == (reader.saved("v1") is not None, reader.saved("v2") is not None)
    (made,) = set(Path(tempfile.gettempdir()).glob("lif-*")) - before
    assert 0o700 == stat.S_IMODE(made.stat().st_mode)
    if not (child := os.fork()):
        os._exit(0 if reader.saved("v1") is not None else 1)
    assert (child, 0) == os.waitpid(child, 0)
    ask(closed, "INSERT INTO saved_views (name, head) VALUES ('v2', x'68')")
    shutil.copy(f"{closed}-wal", left / "lif.db-wal")
    assert reader.saved("v2") is not None
    again: SQLiteReader = pickle.loads(pickle.dumps(reader))
    assert again.last_row() == reader.last_row()
    again.close()
    reader.close()
    assert not made.exists()


def test_a_reader_waits_and_says_that_a_store_is_gone(closed: Path) -> None:
    reader = SQLiteReader(closed)
    last = reader.last_row()
    assert last is not None
    assert (True, False) == (
        reader.wait(after=0, seconds=0),
        reader.wait(after=last[0], seconds=0.02),
    )
    with pytest.raises(MalformedError, match="opened to be read"):
        reader.within(None)
    closed.unlink()
    with pytest.raises(MissingStoreError, match="there is no store here"):
        reader.last_row()
    reader.close()


def test_nothing_is_recorded_by_a_reader(closed: Path) -> None:
    with (
        connect(f"sqlite:{closed}", read_only=True, readership=TEXTS) as app,
        pytest.raises(MalformedError, match="opened to be read"),
    ):
        app.save(accountability)


def test_a_folder_that_nobody_may_write_is_read(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it is not said that it is only to be read."""
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    before = state_of(store.parent)
    with connect(f"sqlite:{store}", create=False, readership=TEXTS) as app:
        assert app.recorder.last_row() is not None

    assert before == state_of(store.parent)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_an_older_store_is_read_as_it_is(
    tmp_path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    """What it cannot have is empty, and somebody is told what that is."""
    path = tmp_path / "lif.db"
    older_store(path, version)
    before = state_of(tmp_path)
    with connect(f"sqlite:{path}", read_only=True, readership=TEXTS) as app:
        assert (0, None, []) == (
            app.recorder.tracked("p"),
            app.recorder.saved("v"),
            list(app.recorder.packs()),
        )
        assert 1 == len(app.recorder.rows(after=0, limit=9))
        assert app.recorder.handled("c")

    assert before == state_of(tmp_path)
    assert "stream lengths; it is read as it is" in caplog.text


def test_a_change_that_was_interrupted_is_said(closed: Path) -> None:
    Path(f"{closed}-journal").write_bytes(b"a page as it was")
    with pytest.raises(UnreadableError, match="a change of it was interrupted"):
        connect(f"sqlite:{closed}", read_only=True, readership=TEXTS)


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(("report", "--out", "OUT/deep/report"), id="report"),
        pytest.param(("bundle", "wscb/scr-child-k", "--out", "OUT/deep/case"), id="bundle"),
    ],
)
def test_what_is_written_is_its_owners_alone(
    closed: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    (out := tmp_path / "out").mkdir(0o755)
    code = run([*(arg.replace("OUT", str(out)) for arg in args), "--db", str(closed)])

    assert 0 == code
    assert {0o700, 0o600} >= {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*")}
    assert 0o755 == stat.S_IMODE(out.stat().st_mode)


def test_a_store_is_its_owners_alone_and_keeps_the_mode_it_has(tmp_path: Path) -> None:
    path = tmp_path / "lif.db"
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 1)], packs=[pack("p", "1")])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    path.chmod(0o640)
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", 2)])

    assert ({0o600}, 0o640) == (modes, stat.S_IMODE(path.stat().st_mode))
