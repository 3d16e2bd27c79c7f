"""Notes, checkpoints and proofs against what other implementations wrote, and against mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_adapters.ed25519 import PrivateKey, verify
from lif_core.errors import MalformedError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.keys import SignatureType, VerifierKey, from_base64
from lif_core.trail.note import SignedNote, signatures_in
from lif_core.trail.proof import ConsistencyProof, InclusionProof
from lif_core.trail.tree import EMPTY, Tree, leaf_hash
from tests.core.trail.test_tree import LEAVES, ROOTS

# The example of c2sp.org/signed-note, and the note of the tests of Go's sumdb/note
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501
# Written by aics-tlog 0.2.1: a checkpoint of the eight leaves, with the cosignature of a witness
CHECKPOINT = """board.example/log
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— board.example/log aEqQW7SbrzRPgBcKI1zPoZ7kPIhbD85dTjvddl2f0OxMr8RHfmkTGQI+suFKgBEoHUBOrwI1Kmk9+i+3pI8oGMehmgM=
— auditor.example/w YVletwAAAABlU/EAcsEPZLiwCmecPnPG8/7sKQFoUESXr+JvjuOmdbJuruD4BT57FhpRmJqhYIGMVx5aEULV3/aVgr8MmqFeitysAA==
"""  # noqa: E501
LOG_KEY = "board.example/log+684a905b+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_KEY = "auditor.example/w+61595eb7+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
SIGNED_AT = 1_700_000_000
LOG = PrivateKey.of("board.example/log", SignatureType.ED25519, bytes(range(32)))
WITNESS = PrivateKey.of("auditor.example/w", SignatureType.COSIGNATURE, bytes(range(32, 64)))


@pytest.mark.parametrize(
    ("note", "key"),
    [(C2SP_NOTE, C2SP_KEY), (GO_NOTE, GO_KEY), (CHECKPOINT, LOG_KEY), (CHECKPOINT, WITNESS_KEY)],
)
def test_what_others_signed_is_verified(note: str, key: str) -> None:
    verifier = VerifierKey.of(key)

    assert [verifier] == list(SignedNote.of(note).verified([verifier], verify))
    assert note == str(SignedNote.of(note))
    assert key == str(verifier)


def test_what_is_signed_here_is_what_another_implementation_writes() -> None:
    checkpoint = Checkpoint("board.example/log", 8, bytes.fromhex(ROOTS[8]))
    note = SignedNote(checkpoint.text).signed_by(LOG).signed_by(WITNESS, seconds=SIGNED_AT)

    assert CHECKPOINT == str(note)
    assert (LOG_KEY, WITNESS_KEY) == (str(LOG.key), str(WITNESS.key))
    assert checkpoint == Checkpoint.of(SignedNote.of(CHECKPOINT).text)
    assert SIGNED_AT == note.verified([WITNESS.key], verify)[WITNESS.key].seconds


@given(st.integers(0, len(CHECKPOINT) - 1), st.sampled_from("\n A+—é9/"))
def test_no_character_can_be_changed(place: int, other: str) -> None:
    """Whatever is signed: the text, the time of a witness, the bytes of a signature."""
    changed = CHECKPOINT[:place] + other + CHECKPOINT[place + 1 :]

    assert (changed == CHECKPOINT) is all(
        is_signed(changed, key) for key in (LOG.key, WITNESS.key)
    )


def is_signed(text: str, key: VerifierKey) -> bool:
    try:
        return bool(SignedNote.of(text).verified([key], verify))
    except MalformedError:
        return False


def test_a_signature_by_an_unknown_key_is_passed_over_and_a_false_one_is_not() -> None:
    stranger = PrivateKey.of(LOG.key.name, SignatureType.ED25519, bytes(32))
    note = SignedNote(SignedNote.of(CHECKPOINT).text).signed_by(stranger)
    forged = CHECKPOINT.replace("\n8\n", "\n9\n")

    assert [LOG.key] == list(note.signed_by(LOG).verified([LOG.key], verify))
    with pytest.raises(MalformedError, match=r"not signed by board\.example/log"):
        note.verified([LOG.key], verify)
    with pytest.raises(MalformedError, match="is false"):
        SignedNote.of(forged).verified([LOG.key], verify)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n— name",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "te\rxt\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        SignedNote.of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n8\n",
        "log\n08\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "log\n+8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "log\n٨\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n",
        "log\n8\nAAAA\n",
        "log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
        "log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n",
        "\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        Checkpoint.of(text)


def test_a_log_without_entries_has_a_checkpoint_and_other_programs_may_add_lines() -> None:
    nothing = Checkpoint("board.example/log", 0, EMPTY, ("other", "lines"))

    assert nothing == Checkpoint.of(nothing.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AAAA",
        C2SP_KEY.replace("530d903a", "530d903b"),
        C2SP_KEY.replace("foo", "fo o"),
        "name+00000000+" + "CAAA" * 11,
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        VerifierKey.of(text)


def test_a_log_and_a_witness_sign_by_keys_of_their_own_type() -> None:
    note = SignedNote("text\n")

    with pytest.raises(MalformedError, match="cosigns"):
        note.signed_by(WITNESS)
    with pytest.raises(MalformedError, match="cosigns"):
        note.signed_by(LOG, seconds=SIGNED_AT)


def test_base64_has_one_form() -> None:
    """Or else there would be several texts of one signature."""
    for text in ("AAAAAAB=", "AAAA\n", "AA", "AA==AA==", "Ä"):
        with pytest.raises(MalformedError):
            from_base64(text, "note")


# Proofs as files


def test_a_proof_that_an_entry_is_in_a_log_is_written_and_read() -> None:
    tree = Tree(map(leaf_hash, LEAVES))
    note = SignedNote.of(CHECKPOINT)
    proof = InclusionProof(5, tree.inclusion(5, 8), note, LEAVES[5])

    assert proof.holds
    assert proof == InclusionProof.of(str(proof))
    assert "c2sp.org/tlog-proof@v1\nextra QEFCQw==\nindex 5\nvBoGQ7" in str(proof)
    assert not InclusionProof(4, tree.inclusion(5, 8), note, LEAVES[5]).holds
    assert not InclusionProof(5, tree.inclusion(5, 8), note, LEAVES[4]).holds


def test_so_is_a_proof_that_a_log_only_grew() -> None:
    tree = Tree(map(leaf_hash, LEAVES))
    proof = ConsistencyProof(6, tree.consistency(6, 8), SignedNote.of(CHECKPOINT))
    begun = ConsistencyProof(0, (), SignedNote.of(CHECKPOINT))

    assert proof.holds(bytes.fromhex(ROOTS[6]))
    assert begun.holds(EMPTY)
    assert [proof, begun] == [ConsistencyProof.of(str(proof)), ConsistencyProof.of(str(begun))]
    assert not proof.holds(bytes.fromhex(ROOTS[5]))


def test_a_proof_has_no_more_hashes_than_a_witness_takes() -> None:
    with pytest.raises(MalformedError, match="63"):
        ConsistencyProof.of(str(ConsistencyProof(1, (EMPTY,) * 64, SignedNote.of(CHECKPOINT))))


@pytest.mark.parametrize("reads", [InclusionProof.of, ConsistencyProof.of])
@given(data=st.data())
def test_what_is_no_proof_is_refused(reads: object, data: st.DataObject) -> None:
    """A cut, a doubled piece or a stray line, anywhere, is one error, or leaves a proof."""
    tree = Tree(map(leaf_hash, LEAVES))
    note = SignedNote.of(CHECKPOINT)
    included = str(InclusionProof(5, tree.inclusion(5, 8), note, LEAVES[5]))
    text = data.draw(st.sampled_from([included, str(ConsistencyProof(0, (), note)), CHECKPOINT]))
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    piece = data.draw(st.sampled_from(["", "\n", "index 1\n", "AAAA\n", text[start:end] * 2]))
    try:
        proof = reads(text[:start] + piece + text[end:])  # type: ignore[operator]
    except MalformedError:
        return

    assert proof == reads(str(proof))  # type: ignore[operator]


def test_the_signatures_of_a_witness_are_lines_of_their_own() -> None:
    *_, line = CHECKPOINT.splitlines()

    assert (SignedNote.of(CHECKPOINT).signatures[1],) == tuple(signatures_in(f"{line}\n"))
