"""A witness over HTTP: each status that c2sp.org/tlog-witness asks for, and how a log asks it."""

import io
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from attrs import evolve, frozen

from lif_adapters.ed25519 import PrivateKey, verify
from lif_adapters.witness_http import WitnessApp, cosigned, server_at
from lif_core.errors import AlteredError, ConflictError, MalformedError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import SignatureType
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.tree import Tree, leaf_hash
from tests.core.trail.test_note import LOG, SIGNED_AT, WITNESS

LEAVES = [leaf_hash(str(number).encode()) for number in range(20)]
TREE = Tree(LEAVES)
FORGED = Tree([*LEAVES[:5], leaf_hash(b"forged"), *LEAVES[6:]])
STRANGER = PrivateKey.of(LOG.key.name, SignatureType.ED25519, bytes(32))


def head(size: int, tree: Tree = TREE, *, origin: str = LOG.key.name) -> SignedNote:
    return SignedNote(Checkpoint(origin, size, tree.root(size)).text).signed_by(LOG)


def request(old: int, size: int, tree: Tree = TREE) -> str:
    return str(ConsistencyProof(old, tree.consistency(old, size), head(size, tree)))


@pytest.fixture
def app(tmp_path: Path) -> WitnessApp:
    """A witness that has signed ten entries."""
    app = WitnessApp(tmp_path / "held.txt", LOG.key, WITNESS, verify, lambda: SIGNED_AT)
    assert 200 == app.add(request(0, 10)).status
    return app


def test_what_only_grew_is_signed_and_held(app: WitnessApp) -> None:
    answer = app.add(request(10, 20))
    note = SignedNote.of(f"{head(20)}{answer.text}")

    assert 200 == answer.status
    assert SIGNED_AT == note.verified([WITNESS.key], verify)[WITNESS.key].seconds
    assert str(note) == app.held.read_text("utf-8")
    assert (200, answer.text) == ((again := app.add(request(20, 20))).status, again.text)


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, "nonsense"),
        (400, "old 010\n\n" + str(head(20))),
        (400, request(10, 20).replace("\n20\n", "\nmany\n")),
        (400, str(ConsistencyProof(30, (), head(20)))),
        (403, request(10, 20).replace("\n20\n", "\n21\n")),
        (403, str(ConsistencyProof(10, (), SignedNote(head(20).text).signed_by(STRANGER)))),
        (404, str(ConsistencyProof(10, (), head(20, origin="other.example/log")))),
        (409, request(5, 20)),
        (409, request(0, 20)),
        (409, request(20, 20)),
        (422, request(10, 20, FORGED)),
        (422, request(10, 10, FORGED)),
        (422, str(ConsistencyProof(10, (), head(20)))),
    ],
)
def test_whatever_else_is_asked_is_refused_by_its_status(
    app: WitnessApp, status: int, asked: str
) -> None:
    held = app.held.read_text("utf-8")
    answer = app.add(asked)

    assert status == answer.status
    assert (status == 409) is (answer.type == "text/x.tlog.size" and answer.text == "10\n")
    assert held == app.held.read_text("utf-8")


def test_nobody_fills_the_file_of_a_witness(app: WitnessApp) -> None:
    """Of the signatures that come with a checkpoint, it holds that of the log alone."""
    note = head(20)
    for number in range(99):
        seed = number.to_bytes(32, "big")
        other = PrivateKey.of(f"other.example/{number}", SignatureType.COSIGNATURE, seed)
        note = note.signed_by(other, seconds=SIGNED_AT)
    asked = str(ConsistencyProof(10, TREE.consistency(10, 20), note))

    assert 200 == app.add(asked).status
    assert 2 == len(SignedNote.of(app.held.read_text("utf-8")).signatures)


def test_a_log_without_entries_begins_at_the_one_root_there_is(app: WitnessApp) -> None:
    new = evolve(app, held=app.held.with_name("new.txt"))
    wrong = SignedNote(Checkpoint(LOG.key.name, 0, LEAVES[0]).text).signed_by(LOG)

    assert 422 == new.add(str(ConsistencyProof(0, (), wrong))).status
    assert 422 == new.add(str(ConsistencyProof(0, (LEAVES[0],), head(5)))).status
    assert 200 == new.add(request(0, 0)).status


def called(app: WitnessApp, **environ: Any) -> tuple[str, bytes]:
    statuses: list[str] = []
    body = app(environ, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
    return statuses[0], b"".join(body)


def test_the_newest_checkpoint_is_shown_to_everybody(app: WitnessApp) -> None:
    path = f"/{sha256(LOG.key.name.encode()).hexdigest()}/checkpoint"
    shown = called(app, REQUEST_METHOD="GET", PATH_INFO=path)
    new = evolve(app, held=app.held.with_name("new.txt"))

    assert ("200 OK", app.held.read_bytes()) == shown
    assert "404" in called(new, REQUEST_METHOD="GET", PATH_INFO=path)[0]
    assert "405" in called(app, REQUEST_METHOD="POST", PATH_INFO=path)[0]
    assert "404" in called(app, REQUEST_METHOD="GET", PATH_INFO="/")[0]
    assert "405" in called(app, REQUEST_METHOD="GET", PATH_INFO="/add-checkpoint")[0]


@pytest.mark.parametrize(
    ("length", "body", "status"),
    [("", b"", "400"), ("-1", b"", "400"), ("64001", b"", "413"), ("2", b"\xff\xfe", "400")],
)
def test_a_body_is_read_as_far_as_it_is_one(
    app: WitnessApp, length: str, body: bytes, status: str
) -> None:
    post = {"REQUEST_METHOD": "POST", "PATH_INFO": "/add-checkpoint", "CONTENT_LENGTH": length}
    answer, _ = called(app, **post, **{"wsgi.input": io.BytesIO(body)})

    assert answer.startswith(status)


# How a log asks


@frozen
class Served:
    """A witness and where it answers."""

    app: WitnessApp
    url: str


@pytest.fixture
def served(app: WitnessApp) -> Iterator[Served]:
    with server_at("127.0.0.1:0", app) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Served(app, f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


def test_a_log_asks_for_a_signature_and_proves_what_the_witness_has_not_seen(
    served: Served,
) -> None:
    note = cosigned(head(20), TREE, served.url, WITNESS.key, verify)
    again = cosigned(note, TREE, served.url, WITNESS.key, verify)

    assert [LOG.key, WITNESS.key] == list(note.verified([LOG.key, WITNESS.key], verify))
    assert note == again
    assert str(note) == served.app.held.read_text("utf-8")


def test_a_log_that_was_rewritten_or_put_back_is_told_so(served: Served) -> None:
    with pytest.raises(AlteredError, match="signed another history of this log"):
        cosigned(head(20, FORGED), FORGED, served.url, WITNESS.key, verify)
    with pytest.raises(AlteredError, match="signed 10 entries before, and these are 5"):
        cosigned(head(5), TREE, served.url, WITNESS.key, verify)


def test_what_is_no_witness_or_another_one_is_told(served: Served) -> None:
    with pytest.raises(ConflictError, match="answers 404"):
        cosigned(head(20), TREE, f"{served.url}elsewhere", WITNESS.key, verify)
    other = PrivateKey.of("other.example/w", SignatureType.COSIGNATURE, bytes(32))
    with pytest.raises(MalformedError, match="not signed by"):
        cosigned(head(20), TREE, served.url, other.key, verify)
    with pytest.raises(ConflictError, match="no answer of a witness"):
        cosigned(head(20), TREE, "http://127.0.0.1:9", WITNESS.key, verify)
    for url in ("ftp://127.0.0.1", "nonsense", "https://"):
        with pytest.raises(MalformedError, match="write https://HOST/PATH"):
            cosigned(head(20), TREE, url, WITNESS.key, verify)


def test_an_address_is_a_host_and_a_port(served: Served) -> None:
    port = served.url.rstrip("/").rpartition(":")[2]
    for address in ("8080", "localhost:", "localhost:x", "127.0.0.1:99999", f"127.0.0.1:{port}"):
        with pytest.raises(MalformedError, match="--listen"):
            server_at(address, served.app)
