"""Signatures of heads: of the log itself, and of a witness, where nothing was rewritten."""

from collections.abc import Sequence

from lif_core.errors import AlteredError, ConflictError, MalformedError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import Examination
from lif_core.trail.keys import Signer, VerifierKey, Verify
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.tree import EMPTY


def seal(
    examination: Examination,
    newest: SignedNote | None,
    signer: Signer,
    verify: Verify,
    leaves: Sequence[bytes] = (),
) -> SignedNote:
    """Return the checkpoint of a log that was examined, signed; the *newest* where nothing came.

    Args:
        examination: of the whole log, as it is now.
        newest: the last checkpoint that was signed, which is held outside the store; `None` where
            none ever was.
        signer: the key of the log, whose name is the log's.
        verify: verifies the signature of *newest*.
        leaves: those under *newest*, where they are held, by which an altered entry is named.

    Raises:
        AlteredError: it did not grow out of *newest*, or an entry was not recorded as it stands.
        MalformedError: *newest* is not signed by this key, or is of another log.
    """
    tree, key = examination.tree, signer.key
    now = Checkpoint(key.name, tree.size, tree.root())
    if newest is not None:
        before = _signed(newest, key, verify)
        _refuse_another(before, now)
        examination.check(before, leaves)
        if before == now:
            return newest
    examination.check_alone()
    return SignedNote(now.text).signed_by(signer)


def cosign(
    proof: ConsistencyProof,
    newest: SignedNote | None,
    log: VerifierKey,
    signer: Signer,
    verify: Verify,
    *,
    seconds: int,
) -> SignedNote:
    """Return the checkpoint of a *proof*, signed by its log and by a witness, and nobody else.

    Whoever calls holds it from then on, before it shows the signature to anybody.

    Args:
        proof: that the log only grew since *newest*.
        newest: the last checkpoint of the log that this witness signed; `None` where none ever
            was.
        log: the key of the log.
        signer: the key of the witness.
        verify: verifies the signatures of the log.
        seconds: the time, in seconds since 1970.

    Raises:
        AlteredError: it is another log, such as one rewritten by somebody with its key.
        ConflictError: it is proved from another size than that of *newest*.
        MalformedError: one is not signed by the log, or of another log.
    """
    now = _signed(proof.note, log, verify)
    size, root = 0, EMPTY
    if newest is not None:
        before = _signed(newest, log, verify)
        _refuse_another(before, now)
        size, root = before.size, before.root
    if proof.old > now.size:
        raise MalformedError("old", f"{proof.old} entries are more than the {now.size} signed")
    if proof.old != size:
        problem = (
            f"proved from {proof.old} entries; signed before were {size}: prove it since that"
        )
        raise ConflictError(problem)
    if not proof.holds(root):
        problem = f"the log of {now.size} entries does not begin with the {size} signed before"
        raise AlteredError(f"not signed: {problem}")
    by_log = proof.note.verified([log], verify)[log]
    return SignedNote(proof.note.text, (by_log,)).signed_by(signer, seconds=seconds)


def _signed(note: SignedNote, key: VerifierKey, verify: Verify) -> Checkpoint:
    note.verified([key], verify)
    return Checkpoint.of(note.text)


def _refuse_another(before: Checkpoint, now: Checkpoint) -> None:
    if before.origin != now.origin:
        raise MalformedError("origin", f"{now.origin} is another log than {before.origin}")
