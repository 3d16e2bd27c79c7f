"""Verify a log against a checkpoint, without `lif`: the standard library and one Ed25519 call.

    python verify_trail.py CHECKPOINT KEY LOG [LEAVES]

CHECKPOINT is a signed note (c2sp.org/tlog-checkpoint) that you hold, KEY the public key of who
signed it, as NAME+ID+KEY. LOG is a SQLite store, or what `lif prove --entries` wrote. LEAVES,
which `lif checkpoint` holds beside it, let it name the first entry that is not as it was.
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
    if not Path(path).read_bytes().startswith(b"SQLite format 3"):
        with open(path, encoding="utf-8") as file:
            entries = [json.loads(line) for line in file]
        return [
            (e["position"], e["stream"], e["entry"], e["stored_name"], encoded(e["stored"]))
            for e in entries
        ]
    with sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True) as store:
        return store.execute(
            "SELECT position, originator_id, originator_version, topic, state"
            " FROM stored_events NOT INDEXED ORDER BY position"
        ).fetchall()


def encoded(text: str) -> bytes:
    """Return the stored bytes that a text of the exported log says."""
    return text.encode("utf-8", "surrogateescape")


def leaf(row: Row) -> bytes:
    """Return the hash of the leaf of an entry; nothing for what is stored as none is."""
    position, stream, number, name, stored = row
    start = b'{"recorded_at":"'
    if type(stored) is not bytes or not stored.startswith(start):  # whatever is in the file
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
    name, written, material = key.strip().split("+", 2)
    type_, public = base64.b64decode(material)[:1], base64.b64decode(material)[1:]
    key_id = hashlib.sha256(name.encode() + b"\n" + type_ + public).digest()[:4]
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        _, signer, blob = line.split(" ")
        signature = base64.b64decode(blob)
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
        return int(size), base64.b64decode(hashed)
    raise NotVerifiedError(f"not signed by {name}")


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
    checkpoint, verifier, log, *rest = sys.argv[1:]
    try:
        later = verify(
            Path(checkpoint).read_text("utf-8"),
            verifier,
            read(log),
            Path(rest[0]).read_bytes() if rest else b"",
        )
    except NotVerifiedError as error:
        sys.exit(f"NOT VERIFIED: {error}")
    print(f"verified; {later} entries came after the checkpoint")
