"""A store looked after: examined, backed up while others write, and put back."""

import errno
import os
import stat
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from lif_adapters.backup import back_up, expected_head, head_file
from lif_adapters.check_result import CheckState
from lif_adapters.checkup import Checkup
from lif_adapters.cli.demo import record_demo
from lif_adapters.key_store import KeyStore
from lif_adapters.packs import frameworks_with
from lif_adapters.wiring import connect, image, restore
from lif_core.errors import AlteredError, MalformedError, UnreadableError
from lif_core.log.mapper import LifMapper
from lif_core.log.recorder import Row, StoredEvent, rows_of
from lif_core.testing.samples import moved, receipt, stored
from lif_core.trail.examination import head_of
from lif_core.trail.tree import Frontier, Tree, leaf_hash
from lif_core.views.accountability import accountability
from tests.command_line import Lif, strict
from tests.people import TEXTS
from tests.stores import ask, older_store


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("recorded") / "lif.db"
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        record_demo(app)
        app.recorder.append(lambda _: [], (), moved(0, 3))
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, recorded: bytes) -> Path:
    path = tmp_path / "lif.db"
    path.touch(0o600)
    path.write_bytes(recorded)
    return path


def wrong(path: Path, *args: str, lif: Lif) -> dict[str, str]:
    """Return the checks by which something is wrong, and what."""
    ran = lif("doctor", "--db", str(path), *args, "--format", "json")
    results = {row["check"]: row["problem"] for row in strict(ran.out) if row["state"] == "wrong"}
    assert (12 if results else 0) == ran.code, ran.err
    return results


def test_nothing_is_wrong_with_a_store_that_was_only_written_by_lif(path: Path, lif: Lif) -> None:
    assert {} == wrong(path, lif=lif)


PAGE, LEAF_OF_AN_INDEX = 4096, 0x0A
REMOVE = "DROP TRIGGER entries_are_never_removed"
CHANGE = "DROP TRIGGER entries_are_never_changed"
FORGED = "INSERT INTO handled_commands VALUES ('forged', x'00', {})"


@pytest.mark.parametrize(
    ("statements", "checks"),
    [
        pytest.param(
            [REMOVE, "DELETE FROM stored_events WHERE position = 146"],
            {"end of the log", "receipts of commands"},
            id="the end of the log is removed",
        ),
        pytest.param(
            [REMOVE, "DELETE FROM stored_events WHERE position = 7"],
            {"entries", "receipts of commands"},
            id="an entry is removed",
        ),
        pytest.param(
            [CHANGE, "UPDATE stored_events SET state = replace(state, 'Child K', 'Child L')"],
            {"entries"},
            id="entries are edited",
        ),
        pytest.param(
            ["DELETE FROM handled_commands WHERE first = 9"],
            {"receipts of commands"},
            id="a receipt is removed",
        ),
        pytest.param(
            ["UPDATE handled_commands SET last = last + 1 WHERE first = 9"],
            {"receipts of commands"},
            id="a receipt names another entry",
        ),
        pytest.param(
            [FORGED.format("900, 901")], {"receipts of commands"}, id="a receipt past the end"
        ),
        pytest.param(
            [FORGED.format("'a', 'b'")], {"receipts of commands"}, id="a receipt of no numbers"
        ),
        pytest.param(
            ["UPDATE tracking SET position = 900"], {"followers"}, id="a follower past the end"
        ),
        pytest.param(
            ["INSERT INTO packs VALUES (900, 'p', 'd', '2020-01-01T00:00:00+00:00', '[]')"],
            {"packs on record", "packs"},
            id="a pack from past the end, which is not here",
        ),
        pytest.param([REMOVE], {"schema"}, id="a trigger is gone"),
    ],
)
def test_what_is_wrong_is_found(
    path: Path, statements: list[str], checks: set[str], lif: Lif
) -> None:
    for statement in statements:
        ask(path, statement)

    assert checks <= set(wrong(path, lif=lif)) <= checks | {"schema", "streams"}


def test_a_bad_bit_in_an_index_is_found(path: Path, lif: Lif) -> None:
    """One that hides entries of a stream from every decision."""
    content = bytearray(path.read_bytes())
    name = b"recommendation-wscb/r-2"
    leaves = (at for at in range(0, len(content), PAGE) if content[at] == LEAF_OF_AN_INDEX)
    at = next(at for page in leaves if (at := content.find(name, page, page + PAGE)) >= 0)
    content[at + len(name) - 1] ^= 1
    path.write_bytes(content)

    assert "integrity of the file" in wrong(path, lif=lif)


def test_an_examination_that_cannot_go_on_says_what_it_found(path: Path, lif: Lif) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + bytes(len(content) - 8192))

    assert {"integrity of the file", "reading"} <= set(wrong(path, lif=lif))


def test_modes_the_clock_and_checkpoints_are_looked_at(
    path: Path, tmp_path: Path, lif: Lif
) -> None:
    path.chmod(0o644)
    head = tmp_path / "head.txt"
    lif("checkpoint", "--new-key", str(tmp_path / "k"), "--name", "board.example/l")
    assert (
        0
        == lif("checkpoint", head, "--key", str(tmp_path / "k"), "--first", "--db", str(path)).code
    )
    assert {"file modes"} == set(wrong(path, "--checkpoint", str(head), lif=lif))
    path.chmod(0o600)
    assert {} == wrong(path, "--checkpoint", str(head), lif=lif)
    (leaves := head.with_name("head.txt.leaves")).write_bytes(b"others")
    assert {f"leaves of {head}"} == set(wrong(path, "--checkpoint", str(head), lif=lif))
    leaves.unlink()
    lines = head.read_text().split("\n")
    for size, says in (("12", "not that log"), ("999", "853 are not here")):
        head.write_text("\n".join([lines[0], size, *lines[2:]]))
        problems = wrong(path, "--checkpoint", str(head), lif=lif)
        assert [f"checkpoint {head}"] == list(problems)
        assert says in problems[f"checkpoint {head}"]
    with image(f"sqlite:{path}") as store:
        checkup = Checkup(store, LifMapper(), frameworks_with())
        early = datetime(2019, 1, 1, tzinfo=UTC)
        found = {each.check: each.state for each in checkup.results(early)}
    assert CheckState.WRONG is found["clock"]


def test_an_older_store_is_examined_as_it_is(tmp_path: Path, lif: Lif) -> None:
    older_store(tmp_path / "lif.db", 4)
    ran = lif("doctor", "--db", str(tmp_path / "lif.db"))

    assert "note   schema: version 4, of an older lif" in ran.out


# Backups


def _given(events: Sequence[StoredEvent], _: Row | None) -> Sequence[StoredEvent]:
    return events


def append_until(path: Path, stop: threading.Event, started: threading.Event) -> None:
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        place = 0
        while not stop.is_set():
            place += 1
            events = [stored("a-x/1", place)]
            app.recorder.append(partial(_given, events), [receipt(f"c-{place}")])
            started.set()


def test_a_backup_is_one_state_of_a_store_that_others_write(tmp_path: Path) -> None:
    """All of it, up to some entry; put back, it is that log, and goes on."""
    path, file = tmp_path / "lif.db", tmp_path / "backup.db"
    stop, started = threading.Event(), threading.Event()
    writer = threading.Thread(target=append_until, args=(path, stop, started))
    writer.start()
    try:
        started.wait(10)
        with image(f"sqlite:{path}") as store:
            head = back_up(store, file)
    finally:
        stop.set()
        writer.join()
    restored, is_expected = restore(file, f"sqlite:{tmp_path / 'restored.db'}")
    assert (head, True) == (restored, is_expected)
    with (
        connect(f"sqlite:{path}", readership=TEXTS) as app,
        connect(f"sqlite:{tmp_path / 'restored.db'}", readership=TEXTS) as copy,
    ):
        rows = [row for row in rows_of(app.recorder) if row[0] <= head.size]
        assert head == head_of(rows, head.origin)
        assert rows == list(rows_of(copy.recorder))
        assert copy.recorder.handled(f"c-{head.size}")
        assert [head.size + 1] == list(copy.recorder.append(lambda _: [stored("b-x/1", 1)]))
    assert {0o600} == {each.stat().st_mode & 0o777 for each in (file, head_file(file))}
    assert [] == [each.name for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_nothing_is_put_in_the_place_of_a_file(path: Path, tmp_path: Path, lif: Lif) -> None:
    file = tmp_path / "backup.db"
    file.write_text("a letter")
    refused = lif("backup", file, "--db", str(path))
    assert (5, "a letter") == (refused.code, file.read_text())
    assert 0 == lif("backup", file, "--replace", "--db", str(path)).code
    before = path.read_bytes()
    assert 5 == lif("restore", file, "--db", str(path)).code
    assert before == path.read_bytes()


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_backup_is_not_put_over_what_a_store_left_behind(
    path: Path, tmp_path: Path, suffix: str
) -> None:
    with image(f"sqlite:{path}") as store:
        back_up(store, tmp_path / "backup.db")
    left = tmp_path / f"crashed.db{suffix}"
    left.write_bytes(b"what waits")

    with pytest.raises(MalformedError, match="entries that are not its own"):
        restore(tmp_path / "backup.db", f"sqlite:{tmp_path / 'crashed.db'}")
    assert not (tmp_path / "crashed.db").exists()


def test_a_file_that_was_put_over_one_whose_wal_was_left_is_not_written_to(
    tmp_path: Path,
) -> None:
    """An older copy with the newest pages of the store that crashed."""
    path = tmp_path / "lif.db"
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("a-x/1", n) for n in range(1, 200)])
    older = path.read_bytes()
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("b-x/1", n) for n in range(1, 2000)])
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.recorder.append(lambda _: [stored("c-x/1", 1)])
        wal = Path(f"{path}-wal").read_bytes()
    (torn := tmp_path / "torn.db").write_bytes(older)
    Path(f"{torn}-wal").write_bytes(wal)

    with pytest.raises(UnreadableError):
        connect(f"sqlite:{torn}", readership=TEXTS)
    assert wal == Path(f"{torn}-wal").read_bytes()


def test_a_backup_that_is_not_as_it_was_written_is_not_put_back(
    path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    with image(f"sqlite:{path}") as store:
        back_up(store, file)
    content = bytearray(file.read_bytes())
    content[-100] ^= 1
    file.write_bytes(content)
    with pytest.raises(AlteredError, match="not the bytes"):
        restore(file, f"sqlite:{tmp_path / 'r.db'}")
    head_file(file).unlink()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(UnreadableError):
        restore(file, f"sqlite:{tmp_path / 'r.db'}")

    assert ["backup.db", "lif.db"] == sorted(each.name for each in tmp_path.iterdir())


def test_a_backup_is_held_against_what_stands_beside_it(
    path: Path, tmp_path: Path, postgres_url: str, lif: Lif
) -> None:
    """Into whichever database; and where nothing stands there, that is said."""
    file = tmp_path / "backup.db"
    made = strict(lif("backup", file, "--db", str(path), "--format", "json").out)
    assert (146, file.stat().st_size) == (made["entries"], made["bytes"])
    head = head_file(file).read_text()
    for place in (f"sqlite:{tmp_path / 'r.db'}", postgres_url):
        head_file(file).write_text(head.replace("146", "145"))
        with pytest.raises(AlteredError, match="146 entries, and not the 145"):
            restore(file, place)
        head_file(file).write_text(head.replace("lif backup", "another log"))
        with pytest.raises(MalformedError, match="not the head of a backup"):
            restore(file, place)
        head_file(file).unlink()
        ran = lif("restore", file, "--db", place)
        assert (0, True) == (ran.code, "There is no backup.db.head" in ran.out)


def fail_folders(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Let the sync of each folder fail with a *code*."""
    fsync = os.fsync

    def failing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_fails_to_keep_a_name_is_told(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    fail_folders(monkeypatch, code)
    with (
        image(f"sqlite:{path}") as store,
        pytest.raises(MalformedError, match=os.strerror(code)),
    ):
        back_up(store, tmp_path / "backup.db")
    with pytest.raises(MalformedError, match=os.strerror(code)):
        KeyStore(tmp_path / "keys", bytes(32))


def test_a_file_system_that_syncs_no_folders_is_used(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_folders(monkeypatch, errno.EINVAL)
    with image(f"sqlite:{path}") as store:
        head = back_up(store, tmp_path / "backup.db")

    assert head == expected_head(tmp_path / "backup.db")


def test_a_damaged_store_makes_no_backup(path: Path, tmp_path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-4096:] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(UnreadableError), image(f"sqlite:{path}") as store:
        back_up(store, tmp_path / "backup.db")

    assert ["lif.db"] == [each.name for each in tmp_path.iterdir()]


def test_a_store_goes_from_one_database_to_another_and_back(
    path: Path, tmp_path: Path, postgres_url: str, lif: Lif
) -> None:
    """With the same root, the same receipts, followers and packs; only saved views stay behind."""
    with connect(f"sqlite:{path}", readership=TEXTS) as app:
        app.save(accountability)
        expected = app.view(accountability)
    with image(f"sqlite:{path}") as store:
        head = back_up(store, tmp_path / "1.db")
    restore(tmp_path / "1.db", postgres_url)
    with pytest.raises(MalformedError, match="a store already"):
        restore(tmp_path / "1.db", postgres_url)
    assert 0 == lif("doctor", "--db", postgres_url).code
    with image(postgres_url) as store:
        assert head == back_up(store, tmp_path / "2.db")
    restore(tmp_path / "2.db", f"sqlite:{tmp_path / '3.db'}")
    with (
        image(f"sqlite:{path}") as first,
        image(f"sqlite:{tmp_path / '3.db'}") as third,
    ):
        assert list(first.receipts()) == list(third.receipts())
        assert [("p", 3)] == list(third.trackings())
        assert first.packs() == third.packs()
        assert first.ever_reached() == third.ever_reached()
    with connect(f"sqlite:{tmp_path / '3.db'}", read_only=True, readership=TEXTS) as app:
        assert expected == app.view(accountability)


def test_a_frontier_has_the_root_of_the_whole_tree() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(70)]
    frontier = Frontier()
    for size, leaf in enumerate(leaves):
        assert (size, Tree(leaves[:size]).root()) == (frontier.size, frontier.root())
        frontier.append(leaf)
