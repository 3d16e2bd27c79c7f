"""The keys by which notes are signed, as c2sp.org/signed-note writes them."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from enum import IntEnum
from hashlib import sha256
from typing import Protocol, TypeAlias

from attrs import frozen

from lif_core.errors import MalformedError

PRIVATE = "PRIVATE+KEY+"
"""The beginning of a private key as a text."""
LONGEST_NAME = 200  # characters

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""Given an Ed25519 public key, a signature and a message: whether the key signed the message."""


class SignatureType(IntEnum):
    """The types of signatures: of a log over its checkpoint, and of a witness over another's."""

    ED25519 = 1
    COSIGNATURE = 4


@frozen
class VerifierKey:
    """A public key, for signatures of one *type*, with the *name* of whom it speaks for."""

    name: str
    type: SignatureType
    public: bytes

    def __attrs_post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != 32:
            raise MalformedError("key", "an Ed25519 key has 32 bytes")

    @classmethod
    def of(cls, text: str) -> "VerifierKey":
        """Return the key that *text* says, in the form NAME+ID+KEY.

        Raises:
            MalformedError: it is not such a text, or the id is not that of the key. It repeats
                nothing of the text, which may be a secret one.
        """
        if PRIVATE in text:
            problem = "this is a private key; give the public one, NAME+ID+KEY: it was printed"
            raise MalformedError("key", problem)
        name, _, rest = text.strip().partition("+")
        written, _, material = rest.partition("+")
        decoded = from_base64(material, "key")
        try:
            key = cls(name, SignatureType(decoded[0]), decoded[1:])
        except (ValueError, IndexError) as error:
            problem = "not an Ed25519 public key, NAME+ID+KEY"
            raise MalformedError("key", problem) from error
        if key.id.hex() != written:
            raise MalformedError("key", f"its id is {key.id.hex()}, and another is written")
        return key

    @property
    def id(self) -> bytes:
        """The first bytes of its hash, by which its signatures are known."""
        hashed = b"%s\n%c%s" % (self.name.encode(), self.type, self.public)
        return sha256(hashed).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes((self.type,)) + self.public)}"


class Signer(Protocol):
    """A private key, and the public *key* that verifies what it signs."""

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of *message*."""
        ...


def check_name(name: str) -> None:
    """Refuse a *name* that a line of a note cannot hold.

    Raises:
        MalformedError: it is empty or too long, or has spaces, control characters or a plus sign.
    """
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        problem = "write a name such as board.example/log, without spaces and plus"
        raise MalformedError("name", problem)
    if len(name) > LONGEST_NAME:
        problem = f"a name has {LONGEST_NAME} characters at most, not {len(name)}"
        raise MalformedError("name", problem)


def to_base64(data: bytes) -> str:
    """Return *data* in base64."""
    return b64encode(data).decode()


def from_base64(text: str, field: str) -> bytes:
    """Return the bytes that *text* says, in the one form of base64 in which it may be written.

    Raises:
        MalformedError: it is not of that form; it names the *field*, and does not repeat the text,
            which may be a key.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise MalformedError(field, "not base64") from None
    if to_base64(data) != text:
        raise MalformedError(field, "not base64 as it is to be written")
    return data
