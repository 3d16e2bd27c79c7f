"""What `aics-tlog`, an implementation of the C2SP formats that nobody here wrote, says of ours.

Run by a Python that has it, in an environment of its own; it imports nothing of `lif`. It is given
a JSON object on standard input, and writes another one: what it verified, and what it made itself.
"""

import json
import sys
from base64 import b64decode, b64encode

import aics_tlog as t
from aics_tlog.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ours = json.load(sys.stdin)
note = t.parse_note(ours["note"])
head = parse_checkpoint(note.text)
log, witness = t.parse_vkey(ours["log"]), t.parse_vkey(ours["witness"])
(cosigned,) = [line.signature for line in note.signatures if line.name == witness.name]
leaves = [b64decode(data) for data in ours["leaves"]]
tree = t.MerkleTree()
for data in leaves:
    tree.append(data)
proofs = ours["inclusion"]
keys = {name: Ed25519PrivateKey.generate() for name in ("log", "witness")}
made = Checkpoint("other.example/log", head.size, head.root)
signed = sign_checkpoint(made, keys["log"], made.origin)
_, line = t.sign_cosignature(
    keys["witness"], "other.example/w", 1_700_000_000, made.origin, made.size, made.root
)
both = type(signed)(signed.text, (*signed.signatures, line))
json.dump(
    {
        "root": b64encode(tree.root()).decode(),
        "signed": bool(t.verify_note(note, [log])),
        "cosigned": t.verify_cosignature(
            cosigned, witness.name, witness.public_key, head.origin, head.size, head.root
        ),
        "inclusion": [
            t.verify_leaf_inclusion(
                leaves[index], index, head.size, [b64decode(node) for node in proof], head.root
            )
            for index, proof in enumerate(proofs)
        ],
        "consistency": [
            t.verify_consistency(
                old, head.size, tree.root(old), head.root, [b64decode(node) for node in proof]
            )
            for old, proof in enumerate(ours["consistency"], 1)
        ],
        "note": both.serialise(),
        "log": t.format_vkey(t.vkey_from_ed25519(made.origin, keys["log"].public_key())),
        "witness": t.format_vkey(
            t.cosignature_vkey("other.example/w", keys["witness"].public_key())
        ),
        "their_inclusion": [
            [b64encode(node).decode() for node in tree.inclusion_proof(index, head.size)]
            for index in range(head.size)
        ],
        "their_consistency": [
            [b64encode(node).decode() for node in tree.consistency_proof(old, head.size)]
            for old in range(1, head.size + 1)
        ],
    },
    sys.stdout,
)
