"""Proofs as files: that an entry is in a log (c2sp.org/tlog-proof), and that a log only grew (as
c2sp.org/tlog-witness puts it to a witness).
"""

from collections.abc import Sequence

from attrs import frozen

from lif_core.errors import MalformedError
from lif_core.trail.checkpoint import Checkpoint, number
from lif_core.trail.keys import from_base64, to_base64
from lif_core.trail.note import SignedNote
from lif_core.trail.tree import is_consistent, is_included, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
_HASH = 32  # bytes


@frozen
class InclusionProof:
    """A proof that the leaf at *index*, from 0, which holds *extra*, is in the log of *note*."""

    index: int
    hashes: tuple[bytes, ...]
    note: SignedNote
    extra: bytes

    @classmethod
    def of(cls, text: str) -> "InclusionProof":
        """Return the proof that *text* is.

        Raises:
            MalformedError: it is none, or does not hold the data of its leaf.
        """
        head, _, note = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != HEADER or len(lines) < 2:
            raise MalformedError("proof", f"not a proof that begins with {HEADER}")
        extra = from_base64(_after("extra ", lines[0]), "extra")
        index = number(_after("index ", lines[1]), "index")
        return cls(index, _hashes(lines[2:]), SignedNote.of(note), extra)

    def __str__(self) -> str:
        lines = [HEADER, f"extra {to_base64(self.extra)}", f"index {self.index}"]
        return _written(lines, self.hashes, self.note)

    @property
    def holds(self) -> bool:
        """True where the leaf is in the tree of the checkpoint, whoever signed that."""
        checkpoint = Checkpoint.of(self.note.text)
        return is_included(
            leaf_hash(self.extra),
            self.hashes,
            index=self.index,
            size=checkpoint.size,
            root=checkpoint.root,
        )


@frozen
class ConsistencyProof:
    """A proof that the log of the *note* begins with its first *old* entries, as they were.

    It is what a log sends to a witness, which holds the root of that size.
    """

    old: int
    hashes: tuple[bytes, ...]
    note: SignedNote

    @classmethod
    def of(cls, text: str) -> "ConsistencyProof":
        """Return the proof that *text* is.

        Raises:
            MalformedError: it is none.
        """
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        old = number(_after("old ", first), "old")
        return cls(old, _hashes(lines), SignedNote.of(note))

    def __str__(self) -> str:
        return _written([f"old {self.old}"], self.hashes, self.note)

    def holds(self, old_root: bytes) -> bool:
        """Return whether the log of the note begins with that of the *old_root*."""
        checkpoint = Checkpoint.of(self.note.text)
        return is_consistent(
            self.hashes,
            old=self.old,
            old_root=old_root,
            size=checkpoint.size,
            root=checkpoint.root,
        )


def _after(beginning: str, line: str) -> str:
    if not line.startswith(beginning):
        raise MalformedError("proof", f"a line does not begin with {beginning.strip()!r}")
    return line.removeprefix(beginning)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    hashes = tuple(from_base64(line, "proof") for line in lines)
    if len(hashes) > MOST_HASHES or any(len(node) != _HASH for node in hashes):
        raise MalformedError("proof", f"not at most {MOST_HASHES} hashes of {_HASH} bytes")
    return hashes


def _written(lines: Sequence[str], hashes: Sequence[bytes], note: SignedNote) -> str:
    return "".join(f"{line}\n" for line in [*lines, *map(to_base64, hashes), ""]) + str(note)
