"""`lif witness`: the cosignature of a second party, under a log that only grew."""

from pathlib import Path

from lif_adapters.cli import output
from lif_adapters.cli.signed import (
    KeyName,
    NewKey,
    PrivateKeyFile,
    ed25519,
    made_key,
    signer,
    verified,
    verifier_keys,
)
from lif_adapters.trail_files import alone, check_place, read_note, read_text, write
from lif_adapters.wiring import utc_now
from lif_adapters.witness_http import WitnessApp, server_at
from lif_core.errors import MalformedError
from lif_core.trail.keys import SignatureType, Signer, VerifierKey
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.seal import cosign


def witness(
    request: Path | None = None,
    *,
    held: Path | None = None,
    log_key: str | None = None,
    key: PrivateKeyFile = None,
    first: bool = False,
    listen: str | None = None,
    new_key: NewKey = None,
    name: KeyName = None,
) -> None:
    """Sign somebody else's checkpoint, as a second party, where their log only grew.

    The signature is written to standard output, as a line to be added to the checkpoint. The
    checkpoint is held from then on, and the next one must have grown out of it.

    Args:
        request: What `lif prove --since` wrote: the new checkpoint, and that the log only grew.
        held: The file of the newest checkpoint that this witness signed, kept by it alone.
        log_key: The public key of the log, NAME+ID+KEY, or a file of it.
        key: The witness's private key.
        first: Begin: no checkpoint of this log was ever signed.
        listen: Answer over HTTP at HOST:PORT, until interrupted, instead of REQUEST.
        new_key: Make a key instead.
        name: Whose it is.
    """
    if new_key is not None:
        output.say(made_key(new_key, name, SignatureType.COSIGNATURE))
        return
    if (request is None) is (listen is None) or held is None or log_key is None:
        problem = "give what is asked, or --listen; and --held FILE and --log-key KEY"
        raise MalformedError("REQUEST", problem)
    check_place(held, "--held")
    private = signer(key, SignatureType.COSIGNATURE)
    (log,) = verifier_keys((log_key,), "--log-key")
    if request is None:
        _newest(held, log, first=first)
        app = WitnessApp(held, log, private, ed25519().verify, now)
        with server_at(listen or "", app) as server:
            output.tell(f"witness of {log.name} at http://{listen} until interrupted")
            server.serve_forever()
    else:
        _sign(request, held, log, private, first=first)


def now() -> float:
    """Return the time in seconds since 1970."""
    return utc_now().timestamp()


def _sign(request: Path, held: Path, log: VerifierKey, private: Signer, *, first: bool) -> None:
    """Sign what a file asks."""
    text = read_text(request, "REQUEST")
    try:
        proof = ConsistencyProof.of(text)
    except MalformedError as error:
        raise MalformedError("REQUEST", f"{request}: {error.problem}") from None
    with alone(held):
        newest = _newest(held, log, first=first)
        note = cosign(proof, newest, log, private, ed25519().verify, seconds=int(now()))
        write(held, str(note).encode())
    output.say(str(note.signatures[-1]))


def _newest(held: Path, log: VerifierKey, *, first: bool) -> SignedNote | None:
    """Return the newest checkpoint that was signed, `None` where none ever was.

    Raises:
        MalformedError: there is none, and should be one, or the other way round.
    """
    if first and held.exists():
        raise MalformedError("--first", f"{held}: there is a checkpoint already")
    if not first and not held.exists():
        problem = f"{held}: no checkpoint is here; find it, or begin with --first"
        raise MalformedError("--held", problem)
    if first:
        return None
    note = read_note(held, "--held")
    verified(note, (log,), held)
    return note
