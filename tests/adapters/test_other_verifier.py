"""Another's implementation agrees: it reads our notes, proofs and cosignatures, and we read its.

`LIF_TLOG_PYTHON` is a Python 3.12 or later with `aics-tlog`; without it, what it wrote once is
read in `tests/core/trail/test_note.py`.
"""

import json
import os
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from lif_adapters.cli.demo import record_demo
from lif_adapters.ed25519 import verify
from lif_adapters.wiring import connect
from lif_core.log.recorder import rows_of
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import examine
from lif_core.trail.keys import VerifierKey
from lif_core.trail.leaf import leaf_data
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof
from lif_core.trail.seal import cosign, seal
from lif_core.trail.tree import is_consistent, is_included, leaf_hash
from tests.core.trail.test_note import LOG, SIGNED_AT, WITNESS
from tests.people import TEXTS

OTHER = os.environ.get("LIF_TLOG_PYTHON")


@pytest.mark.skipif(OTHER is None, reason="LIF_TLOG_PYTHON has no aics-tlog")
def test_what_is_signed_and_proved_here_is_verified_by_another_and_the_other_way_round() -> None:
    with connect("memory:", readership=TEXTS) as app:
        record_demo(app)
        rows = list(rows_of(app.recorder))
        examination = examine(lambda: rows, app.mapper)
    note = seal(examination, None, LOG, verify)
    request = ConsistencyProof(0, (), note)
    cosigned = cosign(request, None, LOG.key, WITNESS, verify, seconds=SIGNED_AT)
    tree, size, data = examination.tree, len(rows), [leaf_data(row) for row in rows]
    theirs = answer(
        {
            "note": str(cosigned),
            "log": str(LOG.key),
            "witness": str(WITNESS.key),
            "leaves": [text(leaf) for leaf in data],
            "inclusion": [[*map(text, tree.inclusion(i, size))] for i in range(size)],
            "consistency": [[*map(text, tree.consistency(n, size))] for n in range(1, size + 1)],
        }
    )
    keys = [VerifierKey.of(theirs[name]) for name in ("log", "witness")]
    their_note = SignedNote.of(theirs["note"])
    head = Checkpoint.of(their_note.text)

    assert (True, True) == (theirs["signed"], theirs["cosigned"])
    assert {True} == {*theirs["inclusion"], *theirs["consistency"]}
    assert tree.root() == b64decode(theirs["root"]) == head.root
    assert keys == list(their_note.verified(keys, verify))
    for i, proof in enumerate(theirs["their_inclusion"]):
        hashes = [*map(b64decode, proof)]
        assert is_included(leaf_hash(data[i]), hashes, index=i, size=size, root=head.root)
    for old, proof in enumerate(theirs["their_consistency"], 1):
        hashes = [*map(b64decode, proof)]
        roots = {"old_root": tree.root(old), "root": head.root}
        assert is_consistent(hashes, old=old, size=size, **roots)


def answer(question: dict[str, Any]) -> Any:
    program = Path(__file__).with_name("other_verifier.py")
    ran = subprocess.run(
        [str(OTHER), program],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
    )
    assert "" == ran.stderr
    return json.loads(ran.stdout)


def text(data: bytes) -> str:
    return b64encode(data).decode()
