"""Signed notes, as c2sp.org/signed-note and c2sp.org/tlog-cosignature describe them."""

from collections.abc import Collection, Mapping, Sequence

import attrs
from attrs import frozen

from lif_core.errors import MalformedError
from lif_core.trail.keys import (
    SignatureType,
    Signer,
    VerifierKey,
    Verify,
    check_name,
    from_base64,
    to_base64,
)

DASH = "\N{EM DASH}"
MOST_SIGNATURES = 100
_ID, _TIME = 4, 8  # bytes


@frozen
class Signature:
    """A signature line: who signs by *name*, by which key, and the *signed* bytes.

    A witness's begin with the time at which it signed.
    """

    name: str
    key_id: bytes
    signed: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {to_base64(self.key_id + self.signed)}"

    @property
    def seconds(self) -> int:
        """The time of a cosignature, in seconds since 1970."""
        return int.from_bytes(self.signed[:_TIME], "big")

    @classmethod
    def of(cls, line: str) -> "Signature":
        """Return the signature that a *line* is."""
        dash, _, rest = line.partition(" ")
        name, _, blob = rest.partition(" ")
        if dash != DASH:
            raise MalformedError("note", "not a line of a signature")
        check_name(name)
        signed = from_base64(blob, "note")
        if len(signed) <= _ID:
            raise MalformedError("note", f"a signature of {name} is cut off")
        return cls(name, signed[:_ID], signed[_ID:])


@frozen
class SignedNote:
    """A *text* of whole lines, and the *signatures* of it.

    Nothing in the text is to be believed before a signature by a known key is verified.
    """

    text: str
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def of(cls, text: str) -> "SignedNote":
        """Return the note that *text* is.

        Raises:
            MalformedError: it is not a signed note.
        """
        if any(char < " " and char != "\n" for char in text):
            raise MalformedError("note", "has control characters")
        body, gap, lines = text.rpartition("\n\n")
        signatures = lines.removesuffix("\n").split("\n")
        if not gap or not body or not lines.endswith("\n"):
            raise MalformedError("note", "not a text, an empty line, and lines of signatures")
        if len(signatures) > MOST_SIGNATURES:
            raise MalformedError("note", f"has more than {MOST_SIGNATURES} signatures")
        return cls(f"{body}\n", tuple(map(Signature.of, signatures)))

    def __str__(self) -> str:
        return "".join([self.text, "\n", *(f"{signature}\n" for signature in self.signatures)])

    def signed_by(self, signer: Signer, *, seconds: int | None = None) -> "SignedNote":
        """Return the note with one more signature.

        Args:
            signer: of a log, or of a witness, as the type of its key says.
            seconds: the time at which a witness signs, in seconds since 1970.
        """
        key = signer.key
        time = b"" if seconds is None else seconds.to_bytes(_TIME, "big")
        if (seconds is not None) is not (key.type is SignatureType.COSIGNATURE):
            raise MalformedError("key", f"{key.name}: a witness's key cosigns, with the time")
        signed = time + signer.sign(_message(self.text, key.type, time))
        signature = Signature(key.name, key.id, signed)
        return attrs.evolve(self, signatures=(*self.signatures, signature))

    def verified(
        self, keys: Collection[VerifierKey], verify: Verify
    ) -> Mapping[VerifierKey, Signature]:
        """Return those of *keys* that signed this, each with its signature.

        Signatures by other keys are passed over.

        Raises:
            MalformedError: none of *keys* signed it, or a signature by one of them is false.
        """
        by_key = {}
        for key in keys:
            for signature in self.signatures:
                if (signature.name, signature.key_id) != (key.name, key.id):
                    continue
                if not _is_by(key, self.text, signature, verify):
                    raise MalformedError("note", f"the signature of {key.name} is false")
                by_key[key] = signature
        if not by_key:
            names = ", ".join(key.name for key in keys) or "any key given"
            raise MalformedError("note", f"not signed by {names}")
        return by_key


def signatures_in(text: str) -> Sequence[Signature]:
    """Return the signatures that the lines of *text* are, as a witness answers with them."""
    return [Signature.of(line) for line in text.splitlines() if line]


def _is_by(key: VerifierKey, text: str, signature: Signature, verify: Verify) -> bool:
    timed = _TIME if key.type is SignatureType.COSIGNATURE else 0
    time, signed = signature.signed[:timed], signature.signed[timed:]
    return verify(key.public, signed, _message(text, key.type, time))


def _message(text: str, type_: SignatureType, time: bytes) -> bytes:
    """Return the bytes that are signed: a witness says that it is one, and when."""
    if type_ is not SignatureType.COSIGNATURE:
        return text.encode()
    return f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n{text}".encode()
