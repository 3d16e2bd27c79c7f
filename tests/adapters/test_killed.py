"""`lif record` killed at any moment, or beside another: what it acknowledged is on record."""

import fcntl
import json
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, TypeAlias

import pytest

from lif_adapters.cli.main import run
from lif_adapters.json_values import json_record
from lif_adapters.wiring import connect
from lif_core.projection.projection import Projection
from lif_core.views.accountability import accountability
from lif_core.views.sustainability import sustainability
from tests.people import TEXTS

JSON: TypeAlias = Any
LIF = [sys.executable, "-c", "from lif_adapters.cli.main import main; main()"]
BY = {"person": "P. Registrar", "role": "registrar", "body": "xb"}
SIZE = 3000


def command(kind: str, /, **fields: JSON) -> JSON:
    return {"command": kind, "by": BY, "on": "2018-01-01", **fields}


def commands(size: int, name: str) -> list[JSON]:
    """A board, and then bodies, an inquiry, and recommendations of it that are answered."""
    found = [
        command("RegisterBody", body="xb", name="Board X", kind="board"),
        command("OpenReview", review=f"xb/{name}", kind="inquiry", title="Inquiry"),
    ]
    for n in range(size // 3):
        ref = f"xb/{name}-{n}"
        found.append(command("RegisterBody", body=ref, name=f"Body {n}", kind="agency"))
        found.append(
            command(
                "IssueRecommendation",
                recommendation=ref,
                source=f"review-xb/{name}",
                text=f"Recommendation {n}.",
                addressed=[ref],
            )
        )
        found.append(
            command(
                "ReplyToRecommendation",
                recommendation=ref,
                reply=f"Reply {n}.",
                by={**BY, "body": ref},
            )
        )
    return found


def written(file: Path, asked: list[JSON]) -> Path:
    file.write_text("".join(json.dumps(each) + "\n" for each in asked), "utf-8")
    return file


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of some 3,000 commands."""
    return written(tmp_path_factory.mktemp("asked") / "asked.jsonl", commands(SIZE, "r"))


@pytest.fixture(scope="module")
def uninterrupted(asked: Path) -> list[JSON]:
    """The log of a run that nothing interrupted, but for when it was recorded."""
    store = asked.with_name("whole.db")
    assert run(["record", str(asked), "--create", "--db", str(store)]) == 0
    return [undated(entry) for entry in entries(store)]


def entries(store: Path) -> list[JSON]:
    """Every entry, each held against its checksum; none where there is no store yet."""
    return entries_at(f"sqlite:{store}") if store.exists() else []


def entries_at(url: str) -> list[JSON]:
    with connect(url, readership=TEXTS) as app:
        return [json_record(record, app.mapper) for record in app.history()]


def undated(entry: JSON) -> JSON:
    return {name: value for name, value in entry.items() if name != "recorded_at"}


def integrity(store: Path) -> str:
    with closing(sqlite3.connect(store)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check").fetchone()
        return str(found)


def recording(file: Path, store: Path | str, *options: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*LIF, "record", str(file), "--create", "--db", str(store), "--format", "json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def out_of(child: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert child.stdout is not None
    return child.stdout


def acknowledged(lines: list[bytes]) -> list[JSON]:
    """The entries on *lines*, without a last one that the kill cut off."""
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def killed_after(child: "subprocess.Popen[bytes]", seconds: float) -> list[bytes]:
    """What it had written when it was killed, *seconds* after its start; we read all the while."""
    lines: list[bytes] = []
    reader = threading.Thread(target=lambda: lines.extend(out_of(child)))
    reader.start()
    time.sleep(seconds)
    child.kill()
    reader.join()
    _, err = child.communicate()
    assert (child.returncode, err) in ((-signal.SIGKILL, b""), (0, b""))
    return lines


def killed_at(child: "subprocess.Popen[bytes]", line: int, seconds: float) -> list[bytes]:
    """What it had written when it was killed, some time after we had read so many lines.

    It cannot have ended: a pipe does not hold what is left for it to write.
    """
    lines = [out_of(child).readline() for _ in range(line)]
    time.sleep(seconds)
    child.kill()
    lines.extend(out_of(child))
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    return lines


@pytest.mark.parametrize("seed", range(20))
def test_what_was_acknowledged_is_on_record_whenever_it_is_killed(
    seed: int, asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """At its place and whole; the same file again completes what an uninterrupted run records."""
    store = tmp_path / "killed.db"
    chance = random.Random(seed)
    child = recording(asked, store, "--keep-going")
    if seed % 2:
        lines = killed_after(child, chance.uniform(0.3, 1.1))
    else:
        lines = killed_at(child, chance.randrange(1, SIZE // 2), chance.uniform(0, 0.1))
    found = entries(store)
    on_record = {entry["position"]: entry for entry in found}

    assert acknowledged(lines) == [on_record[each["position"]] for each in acknowledged(lines)]
    assert uninterrupted[: len(found)] == [undated(entry) for entry in found]
    assert not store.exists() or integrity(store) == "ok"

    assert 0 == run(["record", str(asked), "--create", "--keep-going", "--db", str(store)])

    completed = entries(store)

    assert found == completed[: len(found)]
    assert uninterrupted == [undated(entry) for entry in completed]
    assert "ok" == integrity(store)


@pytest.mark.parametrize("seed", range(4))
def test_without_keep_going_all_is_on_record_or_nothing(
    seed: int, asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """Whenever it is killed; and nothing is acknowledged before all of it is there."""
    store = tmp_path / "killed.db"
    chance = random.Random(100 + seed)
    child = recording(asked, store)
    lines = killed_after(child, chance.uniform(0.4, 1.1)) if seed else killed_at(child, 1, 0)
    found = entries(store)

    assert len(found) in (0, len(uninterrupted))
    assert found or not acknowledged(lines)
    assert acknowledged(lines) == found[: len(acknowledged(lines))]

    assert 0 == run(["record", str(asked), "--create", "--db", str(store)])
    assert uninterrupted == [undated(entry) for entry in entries(store)]
    assert "ok" == integrity(store)


@pytest.mark.parametrize("seed", range(3))
def test_in_postgresql_what_was_acknowledged_is_on_record_whenever_it_is_killed(
    seed: int, postgres_url: str, tmp_path: Path
) -> None:
    """The server lets go of what was begun; then the log is that of a file, entry by entry."""
    file = written(tmp_path / "asked.jsonl", commands(300, "r"))
    assert 0 == run(["record", str(file), "--create", "--db", str(tmp_path / "whole.db")])
    connect(postgres_url, readership=TEXTS).close()
    child = recording(file, postgres_url, "--keep-going")
    chance = random.Random(seed)
    lines = killed_at(child, chance.randrange(1, 100), chance.uniform(0, 0.05))
    on_record = {entry["position"]: entry for entry in entries_at(postgres_url)}

    assert acknowledged(lines) == [on_record[each["position"]] for each in acknowledged(lines)]
    assert 0 == run(["record", str(file), "--create", "--keep-going", "--db", postgres_url])
    completed = entries_at(postgres_url)
    assert list(on_record.values()) == completed[: len(on_record)]
    assert [undated(entry) for entry in entries(tmp_path / "whole.db")] == [
        undated(entry) for entry in completed
    ]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Where these tests are started in the background, a shell has interrupts ignored, and so does
    whatever is started by them.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_it_quietly_and_loses_nothing(
    asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """Exit code 130, no traceback; what was acknowledged is there, the rest can be run again."""
    store = tmp_path / "interrupted.db"
    child = recording(asked, store, "--keep-going")
    # A pipe that holds little keeps it from ending before the signal comes, however slow we are.
    if sys.platform == "linux":
        fcntl.fcntl(out_of(child), fcntl.F_SETPIPE_SZ, 4096)
    first = out_of(child).readline()
    child.send_signal(signal.SIGINT)
    assert child.stderr is not None
    with out_of(child) as out, child.stderr as errors:
        lines, err = [first, *out.readlines()], errors.read()
    child.wait(timeout=30)
    found = entries(store)

    assert (130, b"") == (child.returncode, err)
    assert acknowledged(lines) == found[: len(acknowledged(lines))]
    assert 0 == run(["record", str(asked), "--create", "--keep-going", "--db", str(store)])
    assert uninterrupted == [undated(entry) for entry in entries(store)]


@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
def test_a_reader_that_goes_away_does_not_make_a_part_look_whole(
    mode: list[str], asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """`lif record ... | head -1` records all, or says by its exit code that it did not."""
    store = tmp_path / "left.db"
    child = recording(asked, store, *mode)
    out_of(child).readline()
    out_of(child).close()
    assert child.stderr is not None
    with child.stderr as stream:
        err = stream.read()
    code = child.wait(timeout=30)

    assert b"Traceback" not in err
    assert len(uninterrupted) == len(entries(store)) or code != 0


@pytest.mark.parametrize("mode", [[], ["--keep-going"]], ids=str)
def test_two_that_record_into_one_store_at_once_both_complete(
    mode: list[str], tmp_path: Path
) -> None:
    """Each entry once, in each file's own order, and time never runs backwards by position.

    The store is new to both, and both open it with the same board.
    """
    store = tmp_path / "both.db"
    asked = {name: commands(1500, name) for name in ("one", "two")}
    children = {
        name: recording(written(tmp_path / f"{name}.jsonl", each), store, *mode)
        for name, each in asked.items()
    }
    written_out: dict[str, bytes] = {}
    readers = [
        threading.Thread(
            target=lambda n=name, c=child: written_out.update({n: c.communicate()[0]})
        )
        for name, child in children.items()
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    found = entries(store)
    instants = [entry["recorded_at"] for entry in found]
    streams = {name: [e["stream"] for e in found if f"/{name}" in e["stream"]] for name in asked}

    assert {"one": 0, "two": 0} == {name: child.returncode for name, child in children.items()}
    assert list(range(1, len(found) + 1)) == [entry["position"] for entry in found]
    assert sorted(instants) == instants
    assert 1 == [entry["stream"] for entry in found].count("body-xb")
    assert {name: len(each) - 1 for name, each in asked.items()} == {
        name: len(each) for name, each in streams.items()
    }
    for name, each in streams.items():
        bodies = [stream for stream in each if stream.startswith("body-")]

        assert [f"body-xb/{name}-{n}" for n in range(500)] == bodies
        acks = [json.loads(line) for line in written_out[name].splitlines()]
        assert acks == [found[ack["position"] - 1] for ack in acks]
    assert "ok" == integrity(store)


@pytest.mark.parametrize("seed", range(4))
def test_a_save_that_is_killed_has_saved_all_of_a_view_or_nothing(
    seed: int, asked: Path, tmp_path: Path
) -> None:
    """Whenever it is killed, and while another process records."""
    store = tmp_path / "saved.db"
    recorder = recording(asked, store, "--keep-going")
    out_of(recorder).readline()
    for _ in range(3):
        saver = subprocess.Popen([*LIF, "save", "--db", str(store)], stdout=subprocess.DEVNULL)
        time.sleep(random.Random(seed).uniform(0.2, 1.5))
        saver.kill()
        saver.wait()
    recorder.kill()
    recorder.communicate()
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        views: tuple[Projection[Any], ...] = (accountability, sustainability)
        for view in views:
            assert app.view(view, afresh=True) == app.view(view)
    assert "ok" == integrity(store)
