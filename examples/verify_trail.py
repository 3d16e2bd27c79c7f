"""Verify a log against a checkpoint, without `lif`: the standard library and one Ed25519 call.

    python verify_trail.py CHECKPOINT KEY LOG [LEAVES]

CHECKPOINT is a signed note (c2sp.org/tlog-checkpoint) that you hold, KEY the public key of who
signed it, as NAME+ID+KEY, or a file of it. LOG is a SQLite store, or what `lif prove --entries`
wrote. LEAVES, which `lif checkpoint` holds beside it, let it name the first entry that is not as
it was.
"""

import base64
import hashlib
import json
import sqlite3
import sys
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row: TypeAlias = tuple[int, str, int, str, bytes]


class NotVerifiedError(Exception):
    """A log that is not the one that was signed."""


def read(path: str) -> list[Row]:
    """Return position, stream, stream position, stored name and stored bytes of each entry."""
    content = Path(path).read_bytes()
    if not content.startswith(b"SQLite format 3"):
        lines = content.removesuffix(b"\n").split(b"\n") if content else []
        return [exported(line, number) for number, line in enumerate(lines, 1)]
    with sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True) as store:
        store.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        return store.execute(
            "SELECT position, originator_id, originator_version, topic, state"
            " FROM stored_events NOT INDEXED ORDER BY position"
        ).fetchall()


def exported(line: bytes, number: int) -> Row:
    """Return the entry in a line of the exported log, in which no member stands twice."""
    try:
        pairs = json.loads(line, object_pairs_hook=list)
        entry = dict(pairs)
        names = ("position", "stream", "entry", "stored_name", "stored")
        position, stream, place, name, stored = (entry[member] for member in names)
        if (
            line[:1] == b"{"
            and len(entry) == len(pairs)
            and is_typed(row := (position, stream, place, name, b""))
        ):
            return (*row[:4], stored.encode("utf-8", "surrogateescape"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise NotVerifiedError(f"line {number} of the log is no entry")


def is_typed(row: Row) -> bool:
    """Return whether a row has the types of an entry, whatever is in the file."""
    return [type(value) for value in row] == [int, str, int, str, bytes]


def leaf(row: Row) -> bytes:
    """Return the hash of the leaf of an entry; nothing for what is stored as none is."""
    position, stream, number, name, stored = row
    start = b'{"recorded_at":"'
    if not is_typed(row) or not stored.startswith(start):
        return b""
    instant = stored[len(start) :][:40].partition(b'"')[0].decode("latin-1")
    if "\n" in stream + name + instant or not instant.isascii():
        return b""
    lines = ["lif/entry/v1", position, stream, number, name, instant]
    text = "".join(f"{line}\n" for line in [*lines, hashlib.sha256(stored).hexdigest()])
    return hashlib.sha256(b"\0" + text.encode("utf-8", "surrogatepass")).digest()


def root(leaves: list[bytes]) -> bytes:
    """Return the root of the tree over *leaves* (RFC 6962, 2.1), level by level."""
    if not leaves:
        return hashlib.sha256().digest()
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=False)
        odd = leaves[-1:] if len(leaves) % 2 else []
        leaves = [hashlib.sha256(b"\1" + a + b).digest() for a, b in pairs] + odd
    return leaves[0]


def signed(note: str, key: str) -> tuple[int, bytes]:
    """Return the size and the root of a checkpoint that is signed by *key*."""
    if "PRIVATE+KEY+" in key:
        raise NotVerifiedError("this is a private key; give the public half")
    name, written, material = key.strip().split("+", 2)
    type_, public = unbase64(material)[:1], unbase64(material)[1:]
    key_id = hashlib.sha256(name.encode() + b"\n" + type_ + public).digest()[:4]
    text, _, lines = note.rpartition("\n\n")
    if not lines.endswith("\n"):
        raise NotVerifiedError("the checkpoint is cut off")
    for signer, signature in [signature_of(line) for line in lines[:-1].split("\n")]:
        if (signer, signature[:4], key_id.hex()) != (name, key_id, written):
            continue
        message = f"{text}\n".encode()
        if type_ == b"\4":  # of a witness, which says when it signed
            seconds = int.from_bytes(signature[4:12], "big")
            message = f"cosignature/v1\ntime {seconds}\n".encode() + message
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[-64:], message)
        except InvalidSignature:
            raise NotVerifiedError("the signature is false") from None
        _, size, hashed = text.split("\n")[:3]
        return int(size), unbase64(hashed)
    raise NotVerifiedError(f"not signed by {name}")


def signature_of(line: str) -> tuple[str, bytes]:
    """Return who signed, and how, by a line of a note."""
    dash, signer, blob = line.split(" ")
    if dash != "\N{EM DASH}" or not signer or len(signature := unbase64(blob)) <= 4:
        raise ValueError("a line of a signature is cut off")
    return signer, signature


def unbase64(text: str) -> bytes:
    """Return the bytes of a text in base64, and nothing beside it."""
    return base64.b64decode(text, validate=True)


def verify(note: str, key: str, rows: list[Row], held: bytes = b"") -> int:
    """Return how many entries came after a checkpoint; raise where the log is another."""
    size, expected = signed(note, key)
    leaves = [leaf(row) for row in rows]
    if len(leaves) >= size and root(leaves[:size]) == expected:
        return len(leaves) - size
    then = [held[at : at + 32] for at in range(0, 32 * size, 32)]
    if not held or root(then) != expected:
        raise NotVerifiedError("not the log that was signed")
    for number, (row, now, was) in enumerate(zip(rows, leaves, then, strict=False), 1):
        if now != was:
            raise NotVerifiedError(f"entry {number} (position {row[0]}) is not as it was")
    raise NotVerifiedError(f"entry {len(rows) + 1} of {size} is gone")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: python verify_trail.py CHECKPOINT KEY LOG [LEAVES]")
    checkpoint, verifier, log, *rest = sys.argv[1:]
    try:
        later = verify(
            Path(checkpoint).read_text("utf-8"),
            Path(verifier).read_text("utf-8") if Path(verifier).is_file() else verifier,
            read(log),
            Path(rest[0]).read_bytes() if rest else b"",
        )
    except (NotVerifiedError, OSError, sqlite3.Error) as error:
        sys.exit(f"NOT VERIFIED: {error}")
    except ValueError:  # without its words, which may repeat what was given for a key
        sys.exit("NOT VERIFIED: the checkpoint or the key is not of the form that they have")
    print(f"verified; {later} entries came after the checkpoint")
