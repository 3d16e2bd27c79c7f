"""A witness over HTTP, as c2sp.org/tlog-witness says: the service, and how a log asks it."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import StartResponse, WSGIEnvironment

from attrs import frozen

from lif_adapters.trail_files import alone, read_note, write
from lif_core.errors import AlteredError, ConflictError, MalformedError
from lif_core.trail.checkpoint import Checkpoint, number
from lif_core.trail.keys import Signer, VerifierKey, Verify
from lif_core.trail.note import SignedNote, signatures_in
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.seal import cosign
from lif_core.trail.tree import Tree

LONGEST = 64_000  # bytes of a request, and of an answer
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
SECONDS = 30  # for which one waits for the other
STATUSES = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Content",
}


@frozen
class WitnessAnswer:
    """The *text* of an answer with its *status*."""

    status: int
    text: str = ""
    type: str = TEXT_TYPE


@frozen
class WitnessApp:
    """A WSGI application that signs the checkpoints of one *log* that only grew.

    The file *held* has the newest that it signed. *now* tells the time in seconds since 1970.
    """

    held: Path
    log: VerifierKey
    signer: Signer
    verify: Verify
    now: Callable[[], float]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._answer(environ)
        body = answer.text.encode()
        headers = [("Content-Type", answer.type), ("Content-Length", str(len(body)))]
        start_response(f"{answer.status} {STATUSES[answer.status]}", headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> WitnessAnswer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == f"/{sha256(self.log.name.encode()).hexdigest()}/checkpoint":
            if method != "GET":
                return WitnessAnswer(405)
            newest = self._newest()
            return WitnessAnswer(404) if newest is None else WitnessAnswer(200, str(newest))
        if path != "/add-checkpoint":
            return WitnessAnswer(404)
        if method != "POST":
            return WitnessAnswer(405)
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal():
            return WitnessAnswer(400, "says no length\n")
        if int(length) > LONGEST:
            return WitnessAnswer(413)
        try:
            return self.add(environ["wsgi.input"].read(int(length)).decode())
        except UnicodeDecodeError:
            return WitnessAnswer(400, "not a text in UTF-8\n")

    def add(self, request: str) -> WitnessAnswer:
        """Answer the *request* to sign a checkpoint."""
        try:
            proof = ConsistencyProof.of(request)
            head = Checkpoint.of(proof.note.text)
        except MalformedError as error:
            return WitnessAnswer(400, f"{error}\n")
        if head.origin != self.log.name:
            return WitnessAnswer(404, "another log\n")
        try:
            proof.note.verified([self.log], self.verify)
        except MalformedError as error:
            return WitnessAnswer(403, f"{error}\n")
        with alone(self.held):
            newest = self._newest()
            try:
                note = cosign(
                    proof, newest, self.log, self.signer, self.verify, seconds=int(self.now())
                )
            except MalformedError as error:
                return WitnessAnswer(400, f"{error}\n")
            except ConflictError:
                size = 0 if newest is None else Checkpoint.of(newest.text).size
                return WitnessAnswer(409, f"{size}\n", SIZE_TYPE)
            except AlteredError as error:
                return WitnessAnswer(422, f"{error}\n")
            write(self.held, str(note).encode())
        return WitnessAnswer(200, f"{note.signatures[-1]}\n")

    def _newest(self) -> SignedNote | None:
        return read_note(self.held) if self.held.exists() else None


class _WitnessServer(ThreadingMixIn, WSGIServer):
    """A server of which no client holds up another."""

    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    """A handler that gives up a client which says nothing, and logs none."""

    timeout = SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Log nothing: the checkpoint that is held is the record."""


def server_at(address: str, app: WitnessApp) -> WSGIServer:
    """Return a server of *app* at an address, HOST:PORT, which is taken from now on.

    It knows no TLS: put it behind a server that does.

    Raises:
        MalformedError: it is no such address, or cannot be had.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise MalformedError("--listen", f"{address!r}: write HOST:PORT")
    try:
        server = _WitnessServer((host, int(port)), _QuietHandler)
    except (OSError, OverflowError) as error:
        raise MalformedError("--listen", f"{address}: {error}") from error
    server.set_app(app)
    return server


def cosigned(
    note: SignedNote, tree: Tree, url: str, witness: VerifierKey, verify: Verify
) -> SignedNote:
    """Return a checkpoint with the signature of the *witness* at *url* added.

    Args:
        note: the checkpoint, signed by its log.
        tree: the log, by which is proved that it only grew.
        url: where the witness answers.
        witness: the key of the witness.
        verify: verifies its signature.

    Raises:
        AlteredError: the witness signed another history of this log before.
        ConflictError: it cannot be reached, or does not answer as a witness.
    """
    size = Checkpoint.of(note.text).size
    answer = _ask(url, ConsistencyProof(0, (), note))
    if answer.status == 409:
        old = number(answer.text.removesuffix("\n"), "old")
        if old > size:
            raise AlteredError(f"{url}: signed {old} entries before, and these are {size}")
        answer = _ask(url, ConsistencyProof(old, tree.consistency(old, size), note))
    if answer.status == 422:
        raise AlteredError(f"{url}: signed another history of this log: {answer.text.strip()}")
    if answer.status != 200:
        raise ConflictError(f"{url}: answers {answer.status} {answer.text.strip()}")
    others = [line for line in note.signatures if (line.name, line.key_id) != _who(witness)]
    signed = SignedNote(note.text, (*others, *signatures_in(answer.text)))
    signature = signed.verified([witness], verify)[witness]
    return SignedNote(note.text, (*others, signature))


def _who(key: VerifierKey) -> tuple[str, bytes]:
    return key.name, key.id


def _ask(url: str, proof: ConsistencyProof) -> WitnessAnswer:
    """Return the answer of the witness at *url* to the request to sign."""
    parts = urlsplit(url)
    kinds: dict[str, Any] = {"http": HTTPConnection, "https": HTTPSConnection}
    if parts.scheme not in kinds or not parts.netloc:
        raise MalformedError("--witness", f"{url}: write https://HOST/PATH")
    connection = kinds[parts.scheme](parts.netloc, timeout=SECONDS)
    try:
        path = f"{parts.path.rstrip('/')}/add-checkpoint"
        connection.request("POST", path, str(proof).encode(), {"Content-Type": TEXT_TYPE})
        response: HTTPResponse = connection.getresponse()
        return WitnessAnswer(response.status, response.read(LONGEST).decode())
    except (OSError, HTTPException, UnicodeDecodeError) as error:
        raise ConflictError(f"{url}: no answer of a witness: {error}") from error
    finally:
        connection.close()
