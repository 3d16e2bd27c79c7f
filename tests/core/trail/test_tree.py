"""The tree against the test vectors of Certificate Transparency, and a tree written as RFC 6962
defines it.
"""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.trail.tree import EMPTY, Tree, is_consistent, is_included, leaf_hash

# The reference vectors of Certificate Transparency: eight leaves, and the root at each size
LEAVES = [
    bytes.fromhex(data)
    for data in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = {  # index and size
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ),
    (2, 3): (ROOTS[2],),
    (1, 5): (
        ROOTS[1],
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONSISTENCY = {  # old size and size
    (1, 1): (),
    (1, 8): INCLUSION[0, 8],
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


@pytest.fixture
def reference() -> Tree:
    return Tree(map(leaf_hash, LEAVES))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(reference: Tree, size: int) -> None:
    assert ROOTS[size] == reference.root(size).hex()
    assert ROOTS[size] == Tree(map(leaf_hash, LEAVES[:size])).root().hex()


@pytest.mark.parametrize(("place", "hashes"), INCLUSION.items())
def test_so_are_the_proofs_of_inclusion(
    reference: Tree, place: tuple[int, int], hashes: Sequence[str]
) -> None:
    assert list(hashes) == [node.hex() for node in reference.inclusion(*place)]


@pytest.mark.parametrize(("sizes", "hashes"), CONSISTENCY.items())
def test_so_are_the_proofs_of_consistency(
    reference: Tree, sizes: tuple[int, int], hashes: Sequence[str]
) -> None:
    assert list(hashes) == [node.hex() for node in reference.consistency(*sizes)]


# As the RFC defines it, word by word


def root_of(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over hashes of leaves."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return sha256(b"\x01" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), root_of(leaves[k:])]
    return [*path(m - k, leaves[k:]), root_of(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), root_of(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root_of(leaves[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


hashes = st.integers(0, 2**16).map(lambda number: sha256(str(number).encode()).digest())
trees = st.lists(hashes, min_size=1, max_size=70)


@given(trees, st.data())
def test_the_tree_is_the_one_that_the_rfc_defines(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    tree = Tree(leaves)

    assert root_of(leaves) == tree.root()
    assert root_of(leaves[:size]) == tree.root(size)
    assert tuple(path(index, leaves[:size])) == tree.inclusion(index, size)
    assert tuple(subproof(old, leaves[:size], True)) == tree.consistency(old, size)


@given(trees, hashes, st.data())
def test_a_proof_holds_for_its_leaf_at_its_place_and_for_no_other(
    leaves: list[bytes], other: bytes, data: st.DataObject
) -> None:
    """Nor for one with a hash changed, left out or added."""
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = path(index, leaves)
    root = root_of(leaves)
    elsewhere = [i for i in range(-1, size + 1) if not 0 <= i < size or leaves[i] != leaves[index]]

    assert is_included(leaves[index], proof, index=index, size=size, root=root)
    for i in elsewhere:
        assert not is_included(leaves[index], proof, index=i, size=size, root=root)
    assert other == leaves[index] or not is_included(
        other, proof, index=index, size=size, root=root
    )
    for wrong in altered(proof):
        assert not is_included(leaves[index], wrong, index=index, size=size, root=root)


@given(trees, st.data())
def test_a_log_that_only_grew_is_told_from_one_that_did_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size = len(leaves)
    old = data.draw(st.integers(0, size))
    proof = subproof(old, leaves, True) if old else []
    roots = {"old_root": root_of(leaves[:old]), "root": root_of(leaves)}
    changed = data.draw(st.integers(0, size - 1))
    rewritten = root_of([*leaves[:changed], EMPTY, *leaves[changed + 1 :]])

    assert is_consistent(proof, old=old, size=size, **roots)
    for wrong in altered(proof):
        assert not is_consistent(wrong, old=old, size=size, **roots)
    if old:  # whatever the proof says, both roots cannot be those of another history
        assert not is_consistent(
            proof, old=old, size=size, old_root=roots["old_root"], root=rewritten
        )
        assert not is_consistent(proof, old=old, size=size, old_root=rewritten, root=roots["root"])
    assert not is_consistent(proof, old=size + 1, size=size, **roots)
    assert not is_consistent(proof, old=-1, size=size, **roots)


@given(trees, st.integers(1, 80), st.data())
def test_a_proof_is_as_long_as_the_size_asks(
    leaves: list[bytes], other: int, data: st.DataObject
) -> None:
    """A hash of a node is never taken for that of a leaf, where another size is claimed."""
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    root, many = root_of(leaves), [EMPTY] * 80
    proof, shown = path(index, leaves), subproof(old, leaves, True)

    if is_included(leaves[index], proof, index=index, size=other, root=root):
        assert index < other
        assert len(path(index, many[:other])) == len(proof)
    if is_consistent(shown, old=old, old_root=root_of(leaves[:old]), size=other, root=root):
        assert old <= other
        assert len(subproof(old, many[:other], True)) == len(shown)


def test_two_leaves_are_no_more_and_no_fewer() -> None:
    first, second = map(leaf_hash, LEAVES[:2])
    root = root_of([first, second])

    assert not is_included(second, [first], index=0, size=1, root=root)
    assert not is_included(first, [second], index=0, size=4, root=root)
    assert not is_consistent([second], old=1, old_root=first, size=4, root=root)


def test_there_is_one_tree_without_leaves() -> None:
    assert is_consistent((), old=0, old_root=EMPTY, size=0, root=EMPTY)
    assert not is_consistent((), old=0, old_root=EMPTY, size=0, root=leaf_hash(b""))
    assert not is_consistent((), old=0, old_root=leaf_hash(b""), size=0, root=leaf_hash(b""))


def altered(proof: Sequence[bytes]) -> list[list[bytes]]:
    flipped = [
        [*proof[:i], bytes([node[0] ^ 1, *node[1:]]), *proof[i + 1 :]]
        for i, node in enumerate(proof)
    ]
    shorter = [[*proof[:i], *proof[i + 1 :]] for i in range(len(proof))]
    return [*flipped, *shorter, [*proof, EMPTY]]


def test_there_is_no_proof_of_what_is_not_in_the_tree(reference: Tree) -> None:
    for index, size in ((8, 8), (-1, 8), (0, 9), (3, 2)):
        with pytest.raises(IndexError):
            reference.inclusion(index, size)
    for old, size in ((5, 4), (-1, 4), (4, 9)):
        with pytest.raises(IndexError):
            reference.consistency(old, size)

    assert () == reference.consistency(0, 8)
