"""The Merkle tree of RFC 6962 and RFC 9162: its roots, its proofs, and how these are checked."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds *data*."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """The tree over *leaves*, by their hashes, with every perfect subtree in it.

    It tells the root at any size that it had, and proves to somebody who holds a root that an
    entry is under it, or that a later root has the same entries before its new ones.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        level = list(leaves)
        self._levels = [level]
        while len(level) > 1:
            level = [
                node_hash(left, right)
                for left, right in zip(level[::2], level[1::2], strict=False)
            ]
            self._levels.append(level)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    @property
    def leaves(self) -> Sequence[bytes]:
        """The hashes of the leaves."""
        return self._levels[0]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of all leaves, or of the first *size* of them."""
        size = self.size if size is None else size
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the proof that the leaf at *index*, from 0, is in the tree of *size* leaves."""
        if not 0 <= index < size <= self.size:
            raise IndexError(f"no leaf {index} among {size} of {self.size}")
        hashes, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                hashes.append(self._subtree(middle, end))
                end = middle
            else:
                hashes.append(self._subtree(start, middle))
                start = middle
        return tuple(hashes[::-1])

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Return the proof that the tree of *size* leaves begins with all *old* leaves."""
        if not 0 <= old <= size <= self.size:
            raise IndexError(f"no tree of {old} leaves before {size} of {self.size}")
        if not old:
            return ()
        hashes, start, end = [], 0, size
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                hashes.append(self._subtree(middle, end))
                end = middle
            else:
                hashes.append(self._subtree(start, middle))
                start = middle
        if start:
            hashes.append(self._subtree(start, end))
        return tuple(hashes[::-1])

    def _subtree(self, start: int, end: int) -> bytes:
        """Return the root of the leaves [*start*, *end*), which a proof may cut out."""
        width = end - start
        if width & (width - 1) == 0:
            return self._levels[width.bit_length() - 1][start // width]
        middle = start + _split(width)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))


class Frontier:
    """The tree over leaves that are appended one by one: its root, and no more of it.

    It holds the roots of its perfect subtrees alone, of which there are few, however many leaves.
    """

    __slots__ = ("_roots", "size")

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Append the hash of a leaf."""
        self.size += 1
        node, size = leaf, self.size
        while size & 1 == 0:
            node = node_hash(self._roots.pop(), node)
            size >>= 1
        self._roots.append(node)

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._roots:
            return EMPTY
        *lefts, node = self._roots
        for left in reversed(lefts):
            node = node_hash(left, node)
        return node


def is_included(
    leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes
) -> bool:
    """Return whether *proof* shows the *leaf* at *index* in the tree of this *size* and *root*.

    As RFC 9162, 2.1.3.2, says.
    """
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return not last and node == root


def is_consistent(
    proof: Sequence[bytes], *, old: int, old_root: bytes, size: int, root: bytes
) -> bool:
    """Return whether *proof* shows that the tree of this *size* and *root* begins with the *old*.

    As RFC 9162, 2.1.4.2, says. The empty tree is the beginning of every other.
    """
    if old == size or not old:
        known = root if old else EMPTY
        nothing = bool(size) or root == EMPTY
        return 0 <= old <= size and not proof and old_root == known and nothing
    if not 0 < old < size or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = path[0]
    for node in path[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, node)
        place, last = place >> 1, last >> 1
    return not last and before == old_root and after == root


def _split(width: int) -> int:
    """Return the largest power of two that is less than *width*."""
    return 1 << (width - 1).bit_length() - 1
