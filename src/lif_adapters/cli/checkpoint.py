"""`lif checkpoint`: the head of the log, signed, and held outside the store."""

from collections.abc import Sequence
from pathlib import Path

from lif_adapters.cli import output
from lif_adapters.cli.examined_log import examined_log
from lif_adapters.cli.options import Db
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
from lif_adapters.trail_files import alone, check_place, leaves_beside, leaves_of, read_note, write
from lif_adapters.witness_http import cosigned
from lif_core.errors import ConflictError, MalformedError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import SignatureType, Signer
from lif_core.trail.note import SignedNote
from lif_core.trail.seal import seal


def checkpoint(
    file: Path | None = None,
    *,
    key: PrivateKeyFile = None,
    new_key: NewKey = None,
    name: KeyName = None,
    first: bool = False,
    witness: tuple[str, ...] = (),
    witness_key: tuple[str, ...] = (),
    db: Db = None,
) -> None:
    """Sign what the log is now, and hold it outside the store: what is altered later shows.

    The checkpoint is written to FILE and to standard output, the leaves under it to FILE.leaves.
    Nothing is signed where an entry is not as it was at the checkpoint that is in FILE already,
    nor held where a witness signed another history. Where a witness does not answer, run it again.

    Args:
        file: The file that holds the newest checkpoint; it belongs on another machine's disk.
        key: The log's private key.
        new_key: Make a key instead.
        name: Whose it is.
        first: Begin: there is no checkpoint in FILE yet, nor should there be.
        witness: Ask the witness at this URL to sign it as well; may be given again.
        witness_key: The public key of each of these, NAME+ID+KEY or a file of it, in their order.
        db: Where.
    """
    if new_key is not None:
        output.say(made_key(new_key, name, SignatureType.ED25519))
        return
    if file is None:
        raise MalformedError("FILE", "in which file is the newest checkpoint held?")
    check_place(file, "FILE")
    private = signer(key, SignatureType.ED25519)
    if len(witness) != len(witness_key):
        raise MalformedError("--witness-key", "give one for each --witness")
    witnesses = list(zip(witness, verifier_keys(witness_key, "--witness-key"), strict=True))
    with alone(file):  # first: the log is then no older than the newest checkpoint
        newest = _newest(file, private, first=first)
        leaves, is_held = _leaves(file, newest)
        with examined_log(db) as examination:
            note = seal(examination, newest, private, ed25519().verify, leaves)
        silent: ConflictError | None = None
        for url, public in witnesses:
            try:
                note = cosigned(note, examination.tree, url, public, ed25519().verify)
            except ConflictError as error:
                silent = error
        if note != newest or not is_held:
            write(leaves_of(file), b"".join(examination.tree.leaves))
            write(file, str(note).encode())
    output.say(str(note).removesuffix("\n"))
    if silent is not None:
        raise silent


def _leaves(file: Path, newest: SignedNote | None) -> tuple[Sequence[bytes], bool]:
    """Return the leaves under the *newest* checkpoint, and whether they are held beside it."""
    if newest is None:
        return (), False
    try:
        leaves = leaves_beside(file, Checkpoint.of(newest.text))
    except MalformedError as error:
        problem = f"{error.problem}; it is written again where the log is as it was"
        output.warn("leaves", problem, checkpoint=str(file))
        return (), False
    return leaves, bool(leaves)


def _newest(file: Path, private: Signer, *, first: bool) -> SignedNote | None:
    """Return the newest checkpoint, which is held in *file*.

    Raises:
        MalformedError: there is none and should be one, or the other way round; or it is not
            signed by the key.
    """
    if first:
        if file.exists():
            raise MalformedError("--first", f"{file}: there is a checkpoint already")
        return None
    if not file.exists():
        problem = f"{file}: no checkpoint is here; find it, or begin with --first"
        raise MalformedError("FILE", problem)
    note = read_note(file, "FILE")
    verified(note, (private.key,), file)
    return note
