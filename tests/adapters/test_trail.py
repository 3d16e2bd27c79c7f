"""The trail as a board, a witness and an auditor use it, on a store that somebody writes to."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from attrs import frozen

from lif_adapters.cli import signed
from lif_adapters.ed25519 import read_key, verify
from lif_adapters.trail_files import alone, read_log, stored_json
from lif_adapters.witness_http import WitnessApp, server_at
from lif_core.errors import LifError, MalformedError, MissingExtraError
from lif_core.trail.keys import VerifierKey
from tests.attacks import fitting
from tests.command_line import Lif, Ran, output
from tests.store_files import rewrite

ROOT = Path(__file__).parent.parent.parent
NOTIFIED = {
    "command": "NotifyCase",
    "by": {"person": "D. Director", "role": "designated officer", "body": "wsb/council-children"},
    "on": "2019-07-01",
    "kind": "scr",
    "aware": "2019-06-28",
    "told": ["ofsted"],
}


@frozen
class Board:
    """A store with a checkpoint of it, in a folder that is another one, and its keys."""

    lif: Lif
    store: Path
    outside: Path
    size: int  # of the log when it was first sealed

    @property
    def head(self) -> Path:
        return self.outside / "head.txt"

    @property
    def key(self) -> Path:
        return self.outside / "log.key"

    @property
    def public(self) -> str:
        return (self.outside / "log.vkey").read_text("utf-8").strip()

    def seal(
        self, *options: str | Path, store: Path | None = None, head: Path | None = None
    ) -> Ran:
        db = store or self.store
        return self.lif("checkpoint", head or self.head, "--key", self.key, "--db", db, *options)

    def verify(self, *options: str | Path, store: Path | None = None) -> Ran:
        held = ("--checkpoint", self.head, "--key", self.public)
        return self.lif("verify", *held, "--db", store or self.store, *options)

    def witness(self, request: str, *options: str) -> Ran:
        file = self.outside / "request"
        file.write_text(request, "utf-8")
        keys = ("--key", self.outside / "w.key", "--log-key", self.public)
        return self.lif("witness", file, "--held", self.outside / "w.held", *keys, *options)

    def growth(self, since: int, head: Path | None = None) -> str:
        where = ("--checkpoint", head or self.head, "--db", self.store)
        return self.lif("prove", "--since", str(since), *where).out

    def grow(self, ref: str = "wscb/scr-child-m") -> None:
        """Record one entry more."""
        commands = self.outside / "new.jsonl"
        commands.write_text(json.dumps({**NOTIFIED, "review": ref, "subject": ref}), "utf-8")
        assert 0 == self.lif("record", commands, "--db", self.store).code

    def rewrite(self, *statements: str, store: Path | None = None) -> None:
        """Change the file as somebody does who may write to it and knows how."""
        rewrite(store or self.store, *statements)

    def edit(self, position: int) -> None:
        """Change who decided an entry, with a checksum that fits."""
        with closing(sqlite3.connect(self.store)) as file:
            row = file.execute(
                "SELECT position, originator_id, originator_version, topic, state"
                " FROM stored_events WHERE position = ?",
                (position,),
            ).fetchone()
        state = row[4].replace(b'"by":{"person":"', b'"by":{"person":"Mr ')
        forged = fitting((*row[:4], state))[4].hex()
        self.rewrite(f"UPDATE stored_events SET state = x'{forged}' WHERE position = {position}")

    def by_hand(self, log: Path, *leaves: Path) -> subprocess.CompletedProcess[str]:
        """Verify without `lif`."""
        return self.example(self.head, self.public, log, *leaves)

    def example(self, *args: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the program that verifies without `lif`."""
        program = ROOT / "examples" / "verify_trail.py"
        return subprocess.run(
            [sys.executable, program, *args],
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the demo."""
    store = tmp_path_factory.mktemp("worked") / "lif.db"
    output("demo", "--db", str(store))
    return store


@pytest.fixture
def board(lif: Lif, worked: Path, tmp_path: Path) -> Board:
    outside = tmp_path / "outside"
    outside.mkdir()
    with closing(sqlite3.connect(worked)) as file:
        ((size,),) = file.execute("SELECT max(position) FROM stored_events")
    board = Board(lif, tmp_path / "lif.db", outside, size)
    shutil.copy(worked, board.store)
    name = ("--name", "board.example/learning")
    public = lif("checkpoint", "--new-key", board.key, *name).out
    (outside / "log.vkey").write_text(public, "utf-8")
    witness = lif("witness", "--new-key", outside / "w.key", "--name", "auditor.example/w").out
    (outside / "w.vkey").write_text(witness, "utf-8")
    assert 0 == board.seal("--first").code
    return board


def test_a_log_that_nobody_altered_is_verified_and_may_grow(board: Board) -> None:
    sealed = board.verify()
    board.grow()
    grown = board.verify()
    again = board.seal()
    newest = board.verify("--format", "json")

    assert (0, "") == (sealed.code, sealed.err)
    assert f"{board.size} entries, signed by board.example/learning: this is" in sealed.out
    assert "1 entries came later" in grown.out
    assert again.out == board.head.read_text("utf-8")
    assert {"entries": board.size + 1, "altered": None} == {
        name: json.loads(newest.out)[name] for name in ("entries", "altered")
    }
    assert board.by_hand(board.store).returncode == 0


def test_a_log_in_any_database_is_sealed_and_verified(
    lif: Lif, store_url: str, tmp_path: Path
) -> None:
    key, head = tmp_path / "log.key", tmp_path / "head.txt"
    public = lif("checkpoint", "--new-key", key, "--name", "board.example/learning").out
    lif("demo", "--db", store_url)
    sealed = lif("checkpoint", head, "--key", key, "--first", "--db", store_url)
    verified = lif("verify", "--checkpoint", head, "--key", public, "--db", store_url)

    assert (0, 0, "") == (sealed.code, verified.code, verified.err)


def test_an_entry_that_was_rewritten_so_that_nothing_shows_is_named(board: Board) -> None:
    """By the leaves that are held with the checkpoint; without them, it shows that one was."""
    board.edit(50)
    by_itself = board.lif("verify", "--db", board.store)
    named = board.verify("--format", "json")
    told = board.verify()
    by_hand = board.by_hand(board.store, board.outside / "head.txt.leaves")
    (board.outside / "head.txt.leaves").unlink()
    shown = board.verify()

    assert (0, "") == (by_itself.code, by_itself.err)
    assert (11, 50) == (named.code, json.loads(named.out)["altered"]["position"])
    assert "lif: altered: position 50 (" in told.err
    assert f"edited: it was changed: not the log of the checkpoint at {board.size}" in told.err
    assert "entry 50 (position 50) is not as it was" in by_hand.stderr
    assert (11, True) == (shown.code, f"entries 1 to {board.size}, some were altered" in shown.err)


@pytest.mark.parametrize(
    ("statement", "says", "position"),
    [
        ("DELETE FROM stored_events WHERE position = 60", "removed: 1 entry is gone", 61),
        (
            "DELETE FROM stored_events WHERE position >"
            " (SELECT max(position) FROM stored_events) - 4",
            "cut off: 4 entries are gone",
            None,
        ),
        (
            "DELETE FROM stored_events WHERE position = (SELECT max(position) FROM stored_events"
            " WHERE originator_id = 'review-wscb/scr-child-k' AND position < 100)",
            "removed: 1 entry is gone",
            None,
        ),
        (
            "INSERT INTO stored_events SELECT 0, originator_id, 99, topic, state"
            " FROM stored_events WHERE position = 3",
            "inserted: it was not there",
            0,
        ),
        (
            "UPDATE stored_events SET topic = 'HoldDecided.v1' WHERE position ="
            " (SELECT min(position) FROM stored_events WHERE topic = 'FindingRecorded.v1')",
            "retyped: it was a FindingRecorded.v1",
            None,
        ),
        (
            "UPDATE stored_events SET originator_id = 'review-wscb/other' WHERE position ="
            " (SELECT max(position) FROM stored_events WHERE originator_version = 2)",
            "reassigned: it was entry 2 of ",
            None,
        ),
        ("UPDATE stored_events SET position = -position WHERE position = 40", "inserted", -40),
    ],
)
def test_what_is_done_to_the_file_is_named(
    board: Board, statement: str, says: str, position: int | None
) -> None:
    """And nothing more is signed, whoever asks."""
    board.rewrite(statement)
    verified = board.verify("--format", "json")
    sealed = board.seal()
    head = board.head.read_text("utf-8")
    by_hand = board.by_hand(board.store, board.outside / "head.txt.leaves")

    assert (11, 11) == (verified.code, sealed.code)
    assert says in verified.err
    assert position in (None, json.loads(verified.out)["altered"]["position"])
    assert head == board.head.read_text("utf-8")
    assert 1 == by_hand.returncode
    assert "NOT VERIFIED: entry " in by_hand.stderr


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("state = CAST(state AS TEXT)", "its stored form is a text, and not bytes"),
        ("state = 12", "its stored form is a number, and not bytes"),
        ("topic = x'ff00'", "its stored name is bytes, and not a text"),
        ("topic = CAST(x'ff00' AS TEXT)", "its stored name is bytes, and not a text"),
        ("originator_id = x'ff00'", "its stream is bytes, and not a text"),
        ("originator_version = 'abc'", "its number in its stream is a text, and not a number"),
    ],
)
def test_an_entry_of_other_types_is_named_by_whatever_reads_it(
    board: Board, change: str, says: str
) -> None:
    board.rewrite(f"UPDATE stored_events SET {change} WHERE position = 5")
    held = ("--checkpoint", board.head, "--db", board.store)
    db = ("--db", board.store)
    altered = [
        board.verify(),
        board.lif("verify", *db),
        board.seal(),
        board.lif("prove", "--entries", *db),
        board.lif("prove", "--since", "3", *held),
    ]
    shown = board.lif("log", *db)
    of_board = board.lif("log", "--board", "wscb", *db)
    by_hand = board.by_hand(board.store, board.outside / "head.txt.leaves")

    for ran in altered:
        assert (11, True, True) == (ran.code, "position 5 (" in ran.err, says in ran.err), ran.err
    assert (6, True, True) == (shown.code, "(position 5)" in shown.err, says in shown.err)
    assert 6 == of_board.code
    assert "NOT VERIFIED: entry 5 (position 5) is not as it was" in by_hand.stderr


def test_leaves_that_are_not_those_of_the_checkpoint_are_told_and_written_again(
    board: Board,
) -> None:
    leaves = board.outside / "head.txt.leaves"
    before = leaves.read_bytes()
    for other in (b"", before[:-7], b"x" * len(before)):
        leaves.write_bytes(other)
        verified, sealed, again = board.verify(), board.seal(), board.seal()

        assert (0, 0, "") == (verified.code, sealed.code, again.err)
        assert "head.txt.leaves: not the leaves under the checkpoint" in verified.err
        assert "it is written again" in sealed.err
        assert before == leaves.read_bytes()


@pytest.mark.parametrize(
    "tampered",
    [
        '"stored": 3}',
        '"stored_name": ["x"]}',
        '"position": "1"}',
        '"entry": 1}',  # of the right type, but there twice
        None,  # the whole line is a list
    ],
)
def test_a_line_that_is_no_entry_is_refused_with_and_without_lif(
    board: Board, tampered: str | None
) -> None:
    log = board.outside / "log.jsonl"
    first, _, rest = board.lif("prove", "--entries", "--db", board.store).out.partition("\n")
    line = "[]" if tampered is None else f"{first.removesuffix('}')}, {tampered}"
    log.write_text(f"{line}\n{rest}", "utf-8")
    refused = board.lif("verify", "--log", log)
    by_hand = board.by_hand(log)

    assert (5, True) == (
        refused.code,
        "--log: " in refused.err and "line 1: not an" in refused.err,
    )
    assert (1, "NOT VERIFIED: line 1 of the log is no entry\n") == (
        by_hand.returncode,
        by_hand.stderr,
    )


def test_what_the_program_without_lif_cannot_read_it_says_in_a_line(board: Board) -> None:
    text = board.outside / "text"
    text.write_text("no JSON\n", "utf-8")
    cut = board.outside / "cut.txt"
    cut.write_text(board.head.read_text("utf-8") + "\N{EM DASH} w.example/w\n", "utf-8")
    public = board.outside / "log.vkey"
    gone = board.outside / "gone.db"
    shutil.copy(board.store, gone)
    board.rewrite("DROP TABLE stored_events", store=gone)

    assert board.example().stderr.startswith("usage: ")
    assert 0 == board.example(board.head, public, board.store).returncode
    for args in (
        (board.head, public, board.outside / "none"),
        (board.head, public, text),
        (board.head, public, gone),
        (board.head, "x", board.store),
        (board.head, board.key, board.store),
        (cut, public, board.store),
    ):
        ran = board.example(*args)
        assert (1, 1) == (ran.returncode, ran.stderr.count("\n")), ran.stderr
        assert ran.stderr.startswith("NOT VERIFIED: ")


def test_an_older_copy_put_back_is_noticed(board: Board, worked: Path) -> None:
    """Even where as much was recorded again."""
    board.grow()
    board.seal()
    shutil.copy(worked, board.store)
    older = board.verify()
    board.grow("wscb/scr-child-n")
    grown = board.verify()

    assert (11, 11) == (older.code, grown.code)
    assert "cut off: 1 entry is gone from the end, or this is an older copy" in older.err
    assert f"position {board.size + 1} (review-wscb/scr-child-n entry 1): edited" in grown.err


def test_a_log_is_verified_where_there_is_no_store(board: Board) -> None:
    log = board.outside / "log.jsonl"
    log.write_text(board.lif("prove", "--entries", "--db", board.store).out, "utf-8")
    held = ("--checkpoint", board.head, "--key", board.public)
    verified = board.lif("verify", "--log", log, *held)
    by_hand = board.by_hand(log)
    lines = log.read_text("utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[:9] + lines[10:]), "utf-8")
    altered = board.lif("verify", "--log", log, *held)

    assert (0, "") == (verified.code, verified.err)
    assert 0 == by_hand.returncode
    assert (11, True) == (altered.code, "position 11" in altered.err)


def test_an_entry_is_proved_to_somebody_who_has_nothing_but_the_key(board: Board) -> None:
    """The proof holds no text of the entry."""
    proof = board.outside / "entry.tlog-proof"
    where = ("--checkpoint", board.head, "--db", board.store)
    proof.write_text(board.lif("prove", "review-wscb/scr-child-k", "2", *where).out, "utf-8")
    verified = board.lif("verify", "--proof", proof, "--key", board.public, "--format", "json")
    other = proof.read_text("utf-8").replace("index 1\n", "index 2\n")
    proof.write_text(other, "utf-8")
    refused = board.lif("verify", "--proof", proof, "--key", board.public)

    entry = json.loads(verified.out)["entry"]
    assert ("review-wscb/scr-child-k", "2", "HoldDecided.v1") == (
        entry["stream"],
        entry["entry"],
        entry["stored_name"],
    )
    assert (11, True) == (refused.code, "is not in the log of the checkpoint" in refused.err)


# Who holds the key, and who watches


def test_a_history_rewritten_with_the_stolen_key_is_refused_by_the_witness(board: Board) -> None:
    first = board.witness(board.growth(0), "--first")
    board.edit(50)
    forged = board.outside / "forged.txt"
    assert 0 == board.seal("--first", head=forged).code
    again = board.witness(board.growth(board.size, forged))
    board.grow()
    newest = board.outside / "newest.txt"
    assert 0 == board.seal("--first", head=newest).code
    grown = board.witness(board.growth(board.size, newest))

    assert (0, "") == (first.code, first.err)
    assert (11, "") == (again.code, again.out)
    assert (11, "") == (grown.code, grown.out)
    assert f"does not begin with the {board.size} signed before" in grown.err


def test_two_views_of_one_log_are_not_both_witnessed(board: Board) -> None:
    """An auditor who asks for the witness's signature holds the one, whatever is shown others."""
    other = board.outside / "other.db"
    board.growth(0)
    board.witness(board.growth(0), "--first")
    shutil.copy(board.store, other)
    board.grow("wscb/shown")
    board.seal()
    shown = board.witness(board.growth(board.size))
    board.head.write_text(board.head.read_text("utf-8") + shown.out, "utf-8")
    split = Board(board.lif, other, board.outside, board.size)
    split.grow("wscb/hidden")
    hidden_head = board.outside / "hidden.txt"
    assert 0 == split.seal("--first", head=hidden_head).code
    hidden = split.witness(split.growth(board.size, hidden_head))
    second = split.witness(split.growth(board.size + 1, hidden_head))
    witness = board.outside / "w.vkey"
    held = ("--key", board.public, "--key", witness)

    assert 0 == board.lif("verify", "--db", board.store, "--checkpoint", board.head, *held).code
    assert (4, "") == (hidden.code, hidden.out)
    assert f"signed before were {board.size + 1}: prove it since that" in hidden.err
    assert (11, "") == (second.code, second.out)
    unwitnessed = board.lif("verify", "--db", other, "--checkpoint", hidden_head, *held)
    assert (5, True) == (unwitnessed.code, "not signed by auditor.example/w" in unwitnessed.err)
    assert 11 == board.lif("verify", "--db", other, "--checkpoint", board.head, *held).code


def test_a_witness_signs_the_same_again_and_never_a_smaller_one(board: Board) -> None:
    older = board.head.read_text("utf-8")
    board.grow()
    board.seal()
    board.witness(board.growth(0), "--first")
    again = board.witness(board.growth(board.size + 1))
    smaller = board.witness(f"old {board.size + 1}\n\n{older}")

    assert (0, 1) == (again.code, again.out.count("auditor.example/w"))
    assert (5, True) == (smaller.code, "are more than the" in smaller.err)


def test_a_head_that_is_lost_is_asked_for_and_not_begun_anew(board: Board) -> None:
    """Or who alters the log need only remove the file."""
    board.head.unlink()
    lost = board.seal()
    unknown = board.witness("old 0\n\n")

    assert (5, True) == (lost.code, "find it, or begin with --first" in lost.err)
    assert 5 == unknown.code
    assert not board.head.exists()
    assert 0 == board.seal("--first").code
    assert 5 == board.seal("--first").code


def test_a_head_that_another_key_signed_is_not_followed(board: Board) -> None:
    head = board.head.read_text("utf-8").replace(f"\n{board.size}\n", "\n7\n")
    board.head.write_text(head, "utf-8")
    sealed = board.seal()
    verified = board.verify()

    assert (5, 5) == (sealed.code, verified.code)
    assert "the signature of board.example/learning is false" in verified.err


def test_what_does_not_grow_keeps_the_signatures_of_its_witnesses(board: Board) -> None:
    line = board.witness(board.growth(0), "--first").out
    head = board.head.read_text("utf-8") + line
    board.head.write_text(head, "utf-8")

    assert head == board.seal().out
    assert head == board.head.read_text("utf-8")


# A witness over HTTP


@pytest.fixture
def witness_url(board: Board) -> Iterator[str]:
    """The address of a witness of the board's log."""
    log, private = VerifierKey.of(board.public), read_key(board.outside / "w.key")
    app = WitnessApp(board.outside / "w.held", log, private, verify, lambda: 1_700_000_000)
    with server_at("127.0.0.1:0", app) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_board_asks_its_witness_as_it_signs(board: Board, witness_url: str) -> None:
    asked = ("--witness", witness_url, "--witness-key", board.outside / "w.vkey")
    same = board.seal(*asked)
    board.grow()
    grown = board.seal(*asked)
    verified = board.verify("--key", board.outside / "w.vkey")
    board.edit(50)
    forged = board.outside / "forged.txt"
    refused = board.seal("--first", *asked, head=forged)

    assert (0, 0, 0) == (same.code, grown.code, verified.code)
    assert "auditor.example/w at 2023-11-14T22:13:20+00:00: this is that log" in verified.out
    assert (11, "") == (refused.code, refused.out)
    assert "signed another history of this log" in refused.err
    assert not forged.exists()


def test_a_log_that_grew_while_another_signed_it_is_no_altered_one(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for the other reads the log after it, and not as it was before."""

    @contextmanager
    def overtaken(path: Path) -> Iterator[None]:
        monkeypatch.undo()
        board.grow()
        assert 0 == board.seal().code
        with alone(path):
            yield

    monkeypatch.setattr("lif_adapters.cli.checkpoint.alone", overtaken)
    ran = board.seal()

    assert (0, "") == (ran.code, ran.err)
    assert 0 == board.verify().code


def test_a_witness_that_does_not_answer_holds_up_no_checkpoint(board: Board) -> None:
    board.grow()
    nobody = ("--witness", "http://127.0.0.1:9", "--witness-key", board.outside / "w.vkey")
    told = board.seal(*nobody)

    assert (4, True) == (told.code, "127.0.0.1:9: no answer of a witness" in told.err)
    assert told.out == board.head.read_text("utf-8")
    assert f"\n{board.size + 1}\n" in told.out


# Keys


def test_a_private_key_is_its_owners_alone_and_is_never_shown(board: Board) -> None:
    secret = board.key.read_text("utf-8").strip().split("+", 4)[4]
    again = board.lif("checkpoint", "--new-key", board.key, "--name", "board.example/other")
    shown = board.lif("checkpoint", board.head, "--key", board.outside / "log.vkey")

    assert 0o600 == board.key.stat().st_mode & 0o777
    assert (5, 5) == (again.code, shown.code)
    assert "is written to a new file" in again.err
    assert secret not in again.err + shown.err + board.public
    assert secret in board.key.read_text("utf-8")


@pytest.mark.parametrize("is_written_out", [False, True])
def test_a_private_key_in_the_place_of_another_thing_is_never_shown(
    board: Board, is_written_out: bool
) -> None:
    text = board.key.read_text("utf-8").strip()
    secret = text.split("+", 4)[4]  # which may have the sign in it
    key = text if is_written_out else str(board.key)
    damaged = board.outside / "damaged"
    damaged.write_text(text.removeprefix("PRIVATE+KEY+") + "=", "utf-8")
    db, held = ("--db", board.store), ("--checkpoint", board.head)
    asked = ("--witness", "http://127.0.0.1:9", "--witness-key", key)
    w = ("--held", board.outside / "w.held", "--key", board.outside / "w.key")
    public = [
        ("--key", board.lif("verify", *db, *held, "--key", key)),
        ("--key", board.lif("verify", "--proof", board.head, "--key", key)),
        ("--witness-key", board.seal(*asked)),
        ("--log-key", board.lif("witness", board.head, *w, "--log-key", key)),
    ]
    others = [
        board.lif("verify", *db, *held, "--key", damaged),
        board.lif("verify", "--log", board.key),
        board.lif("verify", "--proof", board.key, "--key", board.public),
        board.lif("witness", board.key, *w, "--log-key", board.public, "--first"),
        board.lif("checkpoint", board.head, "--key", text, *db),
        board.lif("checkpoint", "--new-key", board.outside / "x", "--name", text),
    ]

    for option, ran in public:
        assert 5 == ran.code
        assert f"{option}: " in ran.err
        assert "this is a private key; give the public one, NAME+ID+KEY" in ran.err
    for ran in [*others, *(ran for _, ran in public)]:
        assert (5, False, False) == (ran.code, secret in ran.err, secret[:20] in ran.err), ran.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("checkpoint", "{head}", "--key", "{w}"), "this is a witness's key"),
        (("checkpoint", "{head}"), "--new-key FILE makes one"),
        (("checkpoint", "--key", "{log}"), "in which file is the newest checkpoint held?"),
        (("checkpoint", "--new-key", "x.key"), "whose key is it?"),
        (("checkpoint", "--new-key", "x.key", "--name", "a b"), "without spaces and plus"),
        (("verify", "--checkpoint", "{head}"), "by whose public key is the checkpoint signed?"),
        (("verify", "--checkpoint", "{log}", "--key", "{vkey}"), "log.key: not a text"),
        (("verify", "--key", "{vkey}"), "--key: signs a checkpoint or a proof"),
        (("verify", "--checkpoint", ".", "--key", "{vkey}"), "--checkpoint: .: Is a directory"),
        (("checkpoint", ".", "--key", "{log}", "--first"), "FILE: .: a folder, not a file"),
        (
            ("checkpoint", "no/x", "--key", "{log}", "--first"),
            "FILE: no/x: there is no folder no\n",
        ),
        (("checkpoint", "x", "--key", "none"), "--key: none: No such file or directory\n"),
        (("checkpoint", "--new-key", "x.key", "--name", "x" * 70_000), "200 characters at most"),
        (("prove", "--since", "9" * 5000, "--checkpoint", "{head}"), "--since: not a number"),
        (
            ("witness", "{head}", "--held", ".", "--key", "{w}", "--log-key", "{vkey}"),
            "--held: .: a folder",
        ),
        (("verify", "--log", "{log}", "--db", "x"), "is instead of --db"),
        (("verify", "--log", "{head}"), "line 1: not an entry of `lif prove --entries`"),
        (("verify", "--log", "missing"), "missing: No such file"),
        (("verify", "--proof", "{head}", "--key", "{vkey}"), "not a proof that begins with"),
        (("verify", "--proof", "{head}", "--log", "{log}"), "needs no log"),
        (("prove", "--checkpoint", "{head}"), "a stream and the number of an entry"),
        (("prove", "--since", "3", "--entries"), "a stream and the number of an entry"),
        (("prove", "--since", "3"), "by which checkpoint is it proved?"),
        (("prove", "--since", "300", "--checkpoint", "{head}"), "entries, fewer"),
        (("prove", "--since", "{log}", "--checkpoint", "{head}"), "not a text, an empty line"),
        (("checkpoint", "{head}", "--key", "{log}", "--witness", "x"), "one for each --witness"),
        (("witness", "{head}", "--key", "{w}"), "give what is asked, or --listen"),
        (
            (
                "witness",
                "--listen",
                "x",
                "--held",
                "{head}",
                "--key",
                "{w}",
                "--log-key",
                "{vkey}",
            ),
            "'x': write HOST:PORT",
        ),
    ],
)
def test_bad_input_is_told_where_it_is(board: Board, args: Sequence[str], says: str) -> None:
    names = {"head": board.head, "log": board.key, "vkey": board.outside / "log.vkey"}
    paths = [arg.format(**names, w=board.outside / "w.key") for arg in args]
    db = () if args[0] == "witness" or "--db" in args else ("--db", str(board.store))
    if "--new-key" in args or args[:2] in (("verify", "--log"), ("verify", "--proof")):
        db = ()
    told = board.lif(*paths, *db)

    assert (5, "", True) == (told.code, told.out, says in told.err), told.err
    assert not Path("x.key").exists()


def test_an_entry_that_is_not_there_or_came_later_is_not_proved(board: Board) -> None:
    board.grow()
    where = ("--checkpoint", board.head, "--db", board.store)
    later = board.lif("prove", "review-wscb/scr-child-m", "1", *where)

    assert 3 == board.lif("prove", "review-wscb/none", "1", *where).code
    assert 3 == board.lif("prove", "review-wscb/scr-child-k", "999", *where).code
    assert (5, True) == (later.code, "was recorded after it; make a newer one" in later.err)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(name="cryptography.exceptions")

    monkeypatch.setattr(signed, "import_module", missing)

    with pytest.raises(MissingExtraError, match=r"pip install 'lif-ledger\[trail\]'"):
        signed.ed25519()
    assert issubclass(MissingExtraError, LifError)


@pytest.mark.parametrize(
    ("command", "page"),
    [(("report",), "report.html"), (("bundle", "wscb/scr-child-k"), "case.html")],
    ids=["report", "bundle"],
)
def test_what_is_made_says_which_checkpoint_it_stands_on(
    command: tuple[str, ...], page: str, board: Board
) -> None:
    """It names the one held against the log; where the log is another, nothing is made."""
    held = ("--checkpoint", board.head, "--key", board.public)
    there = board.outside / "made"
    assert 0 == board.lif(*command, "--out", there, *held, "--db", board.store).code
    text = (there / page).read_text("utf-8")
    root = board.head.read_text("utf-8").splitlines()[2]
    assert f"at {board.size:,} entries, with the root {root}" in text

    unheld = board.outside / "unheld"
    assert 0 == board.lif(*command, "--out", unheld, "--db", board.store).code
    assert "held against no checkpoint" in (unheld / page).read_text("utf-8")

    board.edit(40)
    refused = board.outside / "refused"
    altered = board.lif(*command, "--out", refused, *held, "--db", board.store)
    assert 11 == altered.code
    assert "position 40" in altered.err
    assert not refused.exists()


def test_a_key_without_a_checkpoint_is_a_slip(board: Board) -> None:
    refused = board.lif("report", "--out", board.outside / "made", "--key", board.public)

    assert (5, "") == (refused.code, refused.out)
    assert "give --checkpoint FILE" in refused.err


@pytest.mark.parametrize("member", ["stream", "stored_name"])
def test_half_a_character_in_an_exported_log_is_told(tmp_path: Path, member: str) -> None:
    """It is a text to JSON, and none that a store can hold."""
    file = tmp_path / "log.jsonl"
    row = (1, "review-wscb/x", 1, "ReviewOpened.v1", b"{}")
    file.write_text(json.dumps({**stored_json(row), member: "review-wscb/\ud800"}))

    with pytest.raises(MalformedError, match="line 1: not an entry of"):
        list(read_log(file))
