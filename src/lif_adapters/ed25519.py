"""Ed25519 keys, by `cryptography`, and the files that private ones are kept in."""

import os
import secrets
from pathlib import Path

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lif_adapters.durable_files import sync_folder
from lif_adapters.trail_files import read_text
from lif_core.errors import MalformedError
from lif_core.trail.keys import PRIVATE, SignatureType, VerifierKey, from_base64, to_base64


@frozen
class PrivateKey:
    """A private key, of which *key* is the public half; it is never shown."""

    key: VerifierKey
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, name: str, type_: SignatureType, seed: bytes) -> "PrivateKey":
        """Return the key that a *seed* of 32 bytes makes."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = private.public_key().public_bytes_raw()
        return cls(VerifierKey(name, type_, public), private)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of *message*."""
        return self._private.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether the key *public* signed the *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_key(path: Path, name: str, type_: SignatureType) -> VerifierKey:
    """Write a new private key to a new file that only its owner may read; return the public half.

    Raises:
        MalformedError: the file is there already, or cannot be made; or *name* is no name.
    """
    seed = secrets.token_bytes(32)
    key = PrivateKey.of(name, type_, seed).key
    text = f"{PRIVATE}{key.name}+{key.id.hex()}+{to_base64(bytes((type_,)) + seed)}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        problem = f"{path}: a private key is written to a new file: {error.strerror}"
        raise MalformedError("--new-key", problem) from error
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)
    return key


def read_key(path: Path) -> PrivateKey:
    """Return the private key in the file *path*, in the form that Go's `note` package writes.

    Raises:
        MalformedError: it holds none, or cannot be read.
    """
    if PRIVATE in str(path):
        problem = "this is a private key; give its file, and make a new key if others saw it"
        raise MalformedError("--key", problem)
    text = read_text(path, "--key")
    name, _, rest = text.strip().removeprefix(PRIVATE).partition("+")
    written, _, material = rest.partition("+")
    if not text.startswith(PRIVATE):
        raise MalformedError("--key", f"{path}: not a private key of lif")
    try:
        decoded = from_base64(material, "key")
        key = PrivateKey.of(name, SignatureType(decoded[0]), decoded[1:])
    except (ValueError, IndexError):  # without its text, which is secret
        raise MalformedError("--key", f"{path}: not an Ed25519 private key of lif") from None
    if key.key.id.hex() != written:
        raise MalformedError("--key", f"{path}: its id is not that of the key")
    return key
