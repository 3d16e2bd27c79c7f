"""Keys, and what is signed by them, as commands of the trail take and show them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.cli.examined_log import examined_log
from lif_adapters.held_checkpoint import HeldCheckpoint
from lif_adapters.trail_files import leaves_beside, read_note, read_text
from lif_core.errors import MalformedError, MissingExtraError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import SignatureType, VerifierKey
from lif_core.trail.note import Signature, SignedNote

LONGEST_PATH = 4096  # characters

PrivateKeyFile: TypeAlias = Annotated[
    Path | None, Parameter(name="--key", help="The file of the private key to sign with.")
]
NewKey: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--new-key",
        help="Make a private key in this new file, print its public half, and do nothing else.",
    ),
]
KeyName: TypeAlias = Annotated[
    str | None,
    Parameter(
        name="--name",
        help="The name of a new key: of whose it is, such as board.example/learning.",
    ),
]
CheckpointFile: TypeAlias = Annotated[
    Path | None,
    Parameter(
        name="--checkpoint",
        help="Hold the log against this checkpoint first, and say that this stands on it.",
    ),
]
VerifierKeys: TypeAlias = Annotated[
    tuple[str, ...],
    Parameter(
        name="--key",
        help="A public key, NAME+ID+KEY, or a file of one; may be given again: each must have"
        " signed.",
    ),
]


def ed25519() -> Any:
    """Import what signs and verifies only now: everything else does without it."""
    try:
        return import_module("lif_adapters.ed25519")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "cryptography":
            raise
        problem = "signatures need cryptography: pip install 'lif-ledger[trail]'"
        raise MissingExtraError(problem) from error


def made_key(path: Path, name: str | None, type_: SignatureType) -> str:
    """Make a private key in a new file, and return its public half as a text."""
    if name is None:
        raise MalformedError("--name", "whose key is it? such as board.example/learning")
    try:
        return str(ed25519().make_key(path, name, type_))
    except MalformedError as error:
        raise MalformedError(f"--{error.field.removeprefix('--')}", error.problem) from None


def signer(path: Path | None, type_: SignatureType) -> Any:
    """Return the private key in a file.

    Raises:
        MalformedError: there is none, or it is one for other signatures.
    """
    if path is None:
        raise MalformedError("--key", "which private key? --new-key FILE makes one")
    key = ed25519().read_key(path)
    if key.key.type is not type_:
        other = "a witness's" if type_ is SignatureType.ED25519 else "a log's"
        raise MalformedError("--key", f"{path}: this is {other} key")
    return key


def verifier_keys(texts: tuple[str, ...], option: str) -> tuple[VerifierKey, ...]:
    """Return public keys, each written out or in a file.

    Raises:
        MalformedError: one is none; it names the *option*, and never repeats a key.
    """
    return tuple(_verifier_key(text, option) for text in texts)


def _verifier_key(text: str, option: str) -> VerifierKey:
    is_file = len(text) < LONGEST_PATH and Path(text).is_file()
    where = f"{text}: " if is_file else ""
    try:
        if "+" in text and not is_file:
            return VerifierKey.of(text)
        return VerifierKey.of(read_text(Path(text), option))
    except MalformedError as error:
        if error.field == option:
            raise
        raise MalformedError(option, f"{where}{error.problem}") from None


def verified(
    note: SignedNote, keys: tuple[VerifierKey, ...], what: object
) -> Mapping[VerifierKey, Signature]:
    """Return the signatures of a note by *keys*, all of which must have signed it.

    Raises:
        MalformedError: one has not, or there are none; it names *what* is not signed.
    """
    if not keys:
        raise MalformedError("--key", "by whose public key is the checkpoint signed?")
    try:
        signatures = [note.verified([key], ed25519().verify) for key in keys]
    except MalformedError as error:
        raise MalformedError("--key", f"{what}: {error.problem}") from error
    return {key: signature for by_key in signatures for key, signature in by_key.items()}


def signed_checkpoint(
    file: Path, keys: tuple[VerifierKey, ...]
) -> tuple[SignedNote, Mapping[VerifierKey, Signature]]:
    """Return the note of the checkpoint in a file, and its signatures by *keys*."""
    note = read_note(file)
    return note, verified(note, keys, file)


def held_leaves(file: Path, head: Checkpoint) -> Sequence[bytes]:
    """Return the leaves that are held with a checkpoint, and say where they are others."""
    try:
        return leaves_beside(file, head)
    except MalformedError as error:
        problem = f"{error.problem}; without them, an entry that was altered may not be named"
        output.warn("leaves", problem, checkpoint=str(file))
        return ()


def held_checkpoint(
    file: Path | None, keys: tuple[str, ...], db: str | None
) -> HeldCheckpoint | None:
    """Return the checkpoint in a *file*, once the log was held against it; `None` without one.

    Raises:
        AlteredError: the log is not the one that was signed.
        MalformedError: the checkpoint is not signed by the *keys*.
    """
    verifiers = verifier_keys(keys, "--key")
    if file is None:
        if verifiers:
            raise MalformedError("--key", "signs a checkpoint; give --checkpoint FILE")
        return None
    note, signatures = signed_checkpoint(file, verifiers)
    head = Checkpoint.of(note.text)
    with examined_log(db) as examination:
        examination.check(head, held_leaves(file, head))
    return HeldCheckpoint(note=note, signed_by=tuple(key.name for key in signatures))


def signers(signatures: Mapping[VerifierKey, Signature]) -> list[dict[str, Any]]:
    """Return who signed: the name of each, and of a witness the time."""
    return [
        {"name": key.name, "at": cosigned_at(key, signature)}
        for key, signature in signatures.items()
    ]


def cosigned_at(key: VerifierKey, signature: Signature) -> str | None:
    """Return the time at which a witness signed; `None` of a log, which tells none."""
    if key.type is not SignatureType.COSIGNATURE:
        return None
    try:
        return datetime.fromtimestamp(signature.seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError) as error:
        raise MalformedError("note", f"{key.name} signed at no time there is") from error
