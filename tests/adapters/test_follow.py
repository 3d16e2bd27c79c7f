"""`lif follow`: what it says; killed at any moment, or beside another, it makes the same log."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeAlias

import pytest

from lif_adapters.cli.errors import PartlyDoneError
from lif_adapters.cli.follow import follow_with
from lif_adapters.cli.main import run
from lif_adapters.cli.output import OutputFormat
from lif_adapters.json_values import json_record
from lif_adapters.wiring import connect
from lif_core.aggregates.body import BodyKind, RegisterBody
from lif_core.aggregates.recommendation import (
    IssueRecommendation,
    RecommendationReplied,
    ReplyToRecommendation,
)
from lif_core.aggregates.review import OpenReview, ReferCase
from lif_core.commands.application import Application
from lif_core.decisions.messages import Command
from lif_core.decisions.record import Record
from lif_core.errors import UnreadableError
from lif_core.framework import Framework
from lif_core.policies.policy import Policy
from tests.people import TEXTS, by
from tests.policies import ACCEPT, ACCEPT_AND_PLAN
from tests.store_files import rewrite

JSON: TypeAlias = Any
ROOT = Path(__file__).parent.parent.parent
SIZE = 400
PAGE = 20
ON = date(2018, 1, 10)

CODE = """
import sys
from lif_adapters.cli.follow import follow_with
from lif_adapters.cli.output import OutputFormat
from lif_adapters.wiring import connect
from tests.people import TEXTS
from tests.policies import ACCEPT_AND_PLAN
url, page, format = sys.argv[1:]
with connect(url, create=False, readership=TEXTS) as app:
    print("ready", flush=True)
    sys.stdin.readline()
    follow_with(app, ACCEPT_AND_PLAN, (), page=int(page), format=OutputFormat(format))
"""


def register(app: Application, *bodies: str) -> None:
    for ref in ("xb", *bodies):
        command = RegisterBody(by=by("xb"), on=ON, body=ref, name=ref, kind=BodyKind.COMMITTEE)
        app.handle(command)
    app.handle(OpenReview(by=by("xb"), on=ON, review="xb/i", kind="inquiry", title="Inquiry"))


def issue(ref: str, *addressed: str) -> IssueRecommendation:
    return IssueRecommendation(
        by=by("xb"),
        on=ON,
        recommendation=ref,
        source="review-xb/i",
        text="Do it",
        addressed=addressed or ("xb/1",),
    )


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of some 400 recommendations that nobody has answered."""
    store = tmp_path_factory.mktemp("asked") / "asked.db"
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        register(app, "xb/1")
        app.handle_all([issue(f"xb/{n}") for n in range(SIZE)])
    return store


@pytest.fixture(scope="module")
def uninterrupted(asked: Path) -> list[JSON]:
    """The log as it is where nothing interrupts following, but for when it was recorded."""
    store = copied(asked, asked.with_name("whole.db"))
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        followed = app.follow(ACCEPT_AND_PLAN, day_policies=(), page=PAGE)
    assert (2 * SIZE, ()) == (len(followed.records), followed.refused)
    return [undated(entry) for entry in entries(store)]


def copied(store: Path, to: Path) -> Path:
    for file in store.parent.glob(f"{store.name}*"):
        shutil.copy(file, to.with_name(to.name + file.name.removeprefix(store.name)))
    return to


def entries(store: Path) -> list[JSON]:
    with connect(f"sqlite:{store}", create=False, readership=TEXTS) as app:
        return [json_record(record, app.mapper) for record in app.history()]


def undated(entry: JSON) -> JSON:
    return {name: value for name, value in entry.items() if name != "recorded_at"}


def changed(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as connection, connection:
        connection.execute(statement)


def integrity(store: Path) -> str:
    with closing(sqlite3.connect(store)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])


def ready(
    store: Path, page: int = PAGE, form: OutputFormat = OutputFormat.JSON
) -> "subprocess.Popen[bytes]":
    """A process that follows as soon as it is told to."""
    child = subprocess.Popen(
        [sys.executable, "-c", CODE, f"sqlite:{store}", str(page), form.value],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert b"ready\n" == out_of(child).readline()
    return child


def begin(child: "subprocess.Popen[bytes]") -> None:
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.flush()


def out_of(child: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert child.stdout is not None
    return child.stdout


def killed_at(child: "subprocess.Popen[bytes]", line: int, seconds: float) -> list[JSON]:
    """What it had acknowledged when it was killed, some time after so many lines.

    It cannot have ended: a pipe does not hold what is left for it to write.
    """
    begin(child)
    lines = [out_of(child).readline() for _ in range(line)]
    time.sleep(seconds)
    child.kill()
    lines.extend(out_of(child))
    child.communicate()
    assert -signal.SIGKILL == child.returncode
    return [json.loads(text) for text in lines if text.endswith(b"\n")]


# Killed, and beside another


@pytest.mark.parametrize("seed", range(8))
def test_killed_again_and_again_it_makes_the_log_that_it_makes_uninterrupted(
    seed: int, asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """Entry by entry; and whatever it acknowledged is there."""
    store = copied(asked, tmp_path / "killed.db")
    chance = random.Random(seed)
    for _ in range(2):
        before = len(entries(store))
        told = killed_at(ready(store), chance.randrange(1, 150), chance.uniform(0, 0.05))
        found = entries(store)

        assert told == found[before : before + len(told)]
        assert before < len(found) < len(uninterrupted)
        assert uninterrupted[: len(found)] == [undated(entry) for entry in found]
        assert "ok" == integrity(store)
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        followed = app.follow(ACCEPT_AND_PLAN, day_policies=(), page=PAGE)

        assert () == followed.refused
        assert 0 == app.follow(ACCEPT_AND_PLAN, day_policies=(), page=PAGE).read
    assert uninterrupted == [undated(entry) for entry in entries(store)]


@pytest.mark.parametrize("page", [PAGE, 3])
def test_two_processes_that_follow_at_once_share_the_work(
    page: int, asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """No reaction is made or told twice, and none is missing."""
    store = copied(asked, tmp_path / "both.db")
    children = [ready(store, page) for _ in range(2)]
    for child in children:
        begin(child)
    lines = [child.communicate(timeout=300) for child in children]
    told = [json.loads(line) for out, _ in lines for line in out.splitlines()]
    found = entries(store)

    assert [(0, b"")] * 2 == [
        (child.returncode, err) for child, (_, err) in zip(children, lines, strict=True)
    ]
    assert found[-2 * SIZE :] == sorted(told, key=lambda entry: int(entry["position"]))
    if page == PAGE:
        assert uninterrupted == [undated(entry) for entry in found]
    assert {entry["stream"]: 3 for entry in found[3:]} == {
        f"recommendation-xb/{n}": [e["stream"] for e in found].count(f"recommendation-xb/{n}")
        for n in range(SIZE)
    }


def test_two_processes_of_which_one_is_killed_leave_nothing_out(
    asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    store = copied(asked, tmp_path / "both.db")
    stays, goes = ready(store, form=OutputFormat.TABLE), ready(store, form=OutputFormat.TABLE)
    begin(goes)
    begin(stays)
    goes.kill()
    goes.communicate()
    _, err = stays.communicate(timeout=300)

    assert (0, b"") == (stays.returncode, err)
    assert uninterrupted == [undated(entry) for entry in entries(store)]


def test_a_lost_position_is_made_good_by_the_ids(
    asked: Path, uninterrupted: list[JSON], tmp_path: Path
) -> None:
    """As where the log was copied without it."""
    store = copied(asked, tmp_path / "lost.db")
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        app.follow(ACCEPT_AND_PLAN, day_policies=(), page=PAGE)
    changed(store, "DELETE FROM tracking")
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        again = app.follow(ACCEPT_AND_PLAN, day_policies=())

    assert (len(uninterrupted), (), ()) == (again.read, again.records, again.refused)
    assert uninterrupted == [undated(entry) for entry in entries(store)]


def answer_the_first(record: Record, _: Framework) -> Iterator[Command]:
    """Whatever is replied anywhere, the body replies to the first recommendation."""
    if isinstance(record.event, RecommendationReplied):
        yield ReplyToRecommendation(
            by=by("xb/1"), on=ON, recommendation="xb/r", reply="See the other one"
        )


def test_nobody_follows_past_what_cannot_be_read_until_it_is_restored(tmp_path: Path) -> None:
    """What a reaction rests on was damaged: it is neither made nor given up."""
    store, policy = tmp_path / "lif.db", Policy(name="refer", react=answer_the_first)
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        register(app, "xb/1")
        app.handle_all([issue("xb/r"), issue("xb/s")])
        app.follow([policy], day_policies=())
        app.handle(
            ReplyToRecommendation(by=by("xb/1"), on=ON, recommendation="xb/s", reply="Well")
        )
    rewrite(store, "UPDATE stored_events SET topic = 'Lost.v1' WHERE position = 4")
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        with pytest.raises(UnreadableError, match="altered since it was recorded"):
            app.follow([policy], day_policies=())
        assert 5 == app.recorder.tracked("refer")
    rewrite(store, "UPDATE stored_events SET topic = 'RecommendationIssued.v1' WHERE position = 4")
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        (record,) = app.follow([policy], day_policies=(), page=1).records[:1]

    assert ("refer:6:0", "recommendation-xb/r") == (record.command_id, record.stream)


# The command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Two recommendations; one is addressed to two bodies, so that it is planned twice."""
    store = tmp_path / "lif.db"
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        register(app, "xb/1", "xb/2")
        app.handle_all([issue("xb/r", "xb/1", "xb/2"), issue("xb/s")])
    return store


def test_it_says_what_was_read_and_recorded_and_lists_what_was_refused(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        connect(f"sqlite:{store}", readership=TEXTS) as app,
        pytest.raises(PartlyDoneError, match="1 of what was asked"),
    ):
        follow_with(app, ACCEPT_AND_PLAN, ())
    out, err = capsys.readouterr()

    assert "11 entries read, 5 entries on record for them\n" == out
    assert err.startswith(
        "plan-what-is-accepted: position 8: recommendation.already-planned: It was planned"
    )
    assert 1 == err.count("\n")


def test_in_json_it_writes_each_entry_that_it_recorded(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        follow_with(app, [ACCEPT], (), page=1, format=OutputFormat.JSON)
        out, err = capsys.readouterr()
        with pytest.raises(PartlyDoneError):
            follow_with(app, ACCEPT_AND_PLAN, (), format=OutputFormat.JSON)
        refused = json.loads(capsys.readouterr().err)

    assert ("plan-what-is-accepted", 8, "recommendation.already-planned") == (
        refused["policy"],
        refused["cause"],
        refused["rule"],
    )
    assert "" == err
    assert entries(store)[6:9] == [json.loads(line) for line in out.splitlines()]
    assert 3 == len(out.splitlines())


def test_what_ships_is_followed_and_then_there_is_nothing_new(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == run(["follow", "--db", str(store), "--on", "2019-01-01"])
    capsys.readouterr()
    before = entries(store)

    assert 0 == run(["follow", "--db", str(store), "--on", "2019-01-01"])
    assert ("0 entries read, 0 entries on record for them\n", "") == capsys.readouterr()
    assert before == entries(store)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--on", "soon"], 5, "lif: malformed: --on: 'soon'"),
        (["--format", "csv"], 2, ""),
        (["--db", "none.db"], 6, "lif: unreadable: none.db: there is no store here"),
    ],
)
def test_what_is_asked_wrongly_has_an_exit_code_of_its_own(
    options: list[str], code: int, says: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = [] if "--db" in options else ["--db", str(store)]

    assert code == run(["follow", *db, *options])
    assert says in capsys.readouterr().err


def test_it_watches_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """What is recorded later is followed too; it ends as something that was asked to end."""
    store = tmp_path / "watched.db"
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        register(app, "xb/1")
    program = "import sys; from lif_adapters.cli.main import run; sys.exit(run(sys.argv[1:]))"
    options = ["--watch", "--format", "json", "--db", str(store)]
    child: subprocess.Popen[str] = subprocess.Popen(
        [sys.executable, "-c", program, "follow", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    assert "following until interrupted" in child.stderr.readline()
    with connect(f"sqlite:{store}", readership=TEXTS) as app:
        case = ReferCase(
            by=by("xb"),
            on=ON,
            review="xb/i",
            referral="xb/k",
            kind="serious-case-review",
            aware=ON,
            reasons="The agencies did not share what they knew",
        )
        app.handle(case)
        before = len(list(app.history()))
        assert app.recorder.wait(after=before, seconds=60)
    child.send_signal(signal.SIGTERM)
    written, problems = child.communicate(timeout=60)

    assert (child.returncode, problems) == (0, "")
    assert [json.loads(line)["entered_by"] for line in written.splitlines()]
