"""`lif verify`: whether the log is whole, and the one that was signed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.examined_log import examined_log
from lif_adapters.cli.options import Db, TableOrJson
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.signed import (
    VerifierKeys,
    held_leaves,
    signed_checkpoint,
    signers,
    verified,
    verifier_keys,
)
from lif_adapters.trail_files import read_text
from lif_core.errors import AlteredError, MalformedError
from lif_core.trail.checkpoint import Checkpoint
from lif_core.trail.examination import Examination
from lif_core.trail.keys import VerifierKey, to_base64
from lif_core.trail.note import Signature
from lif_core.trail.proof import InclusionProof

LEAF = ("form", "position", "stream", "entry", "stored_name", "recorded_at", "sha256")


def verify(
    *,
    checkpoint: tuple[Path, ...] = (),
    key: VerifierKeys = (),
    proof: Path | None = None,
    log: Path | None = None,
    db: Db = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Check that the log is whole, and the one of checkpoints; name the first entry that is not
    as it was.

    Without a checkpoint, only what shows by itself is found: a checksum that does not match, a
    number that is missing. Somebody who knows how leaves no such sign.

    Args:
        checkpoint: A checkpoint that you hold; may be given again. With its leaves beside it, in
            FILE.leaves, the first entry is named even where nothing else shows it.
        key: By whom each is signed.
        proof: Check a proof that `lif prove` wrote, instead of a log.
        log: A file that `lif prove --entries` wrote, instead of a store.
        db: Where.
        format: How to say what was found.
    """
    keys = verifier_keys(key, "--key")
    if keys and proof is None and not checkpoint:
        raise MalformedError("--key", "signs a checkpoint or a proof; give --checkpoint FILE")
    if proof is not None:
        if checkpoint or log is not None or db is not None:
            raise MalformedError("--proof", "has its checkpoint in it, and needs no log")
        _verify_proof(proof, keys, format)
        return
    signed: list[tuple[Path, Checkpoint, Mapping[VerifierKey, Signature]]] = []
    for file in checkpoint:
        note, signatures = signed_checkpoint(file, keys)
        signed.append((file, Checkpoint.of(note.text), signatures))
    signed.sort(key=lambda each: each[1].size)
    with examined_log(db, log) as examination:
        answers: list[dict[str, Any]] = []
        errors: list[AlteredError] = []
        holds = 0
        for file, head, signatures in signed:
            held = held_leaves(file, head)
            before = len(errors)
            try:
                examination.check(head, held, holds=holds)
                holds = head.size
            except AlteredError as error:
                errors.append(error)
            answers.append(
                {
                    "checkpoint": str(file),
                    "origin": head.origin,
                    "entries": head.size,
                    "signed_by": signers(signatures),
                    "holds": len(errors) == before,
                }
            )
        try:
            examination.check_alone()
        except AlteredError as error:
            errors.append(error)
    problem = errors[0] if errors else None
    _write(examination, answers, problem, format)
    if problem is not None:
        raise problem


def _write(
    examination: Examination,
    answers: Sequence[dict[str, Any]],
    problem: AlteredError | None,
    format: OutputFormat,  # noqa: A002
) -> None:
    """Write what was found; what is wrong stands on standard error as well."""
    size, root = examination.tree.size, to_base64(examination.tree.root())
    if format is OutputFormat.JSON:
        output.write_json(
            {
                "entries": size,
                "root": root,
                "checkpoints": answers,
                "altered": None
                if problem is None
                else {
                    "position": problem.position,
                    "stream": problem.stream,
                    "entry": problem.stream_position,
                    "problem": problem.problem,
                },
            }
        )
        return
    output.say(f"{size} entries, root {root}")
    for answer in answers:
        holds = "this is that log" if answer["holds"] else "this is NOT that log"
        names = ", ".join(
            who["name"] + (f" at {who['at']}" if who["at"] else "") for who in answer["signed_by"]
        )
        entries = f"{answer['entries']} entries, signed by {names}"
        output.say(f"{answer['checkpoint']}: {entries}: {holds}")
        if answer["holds"] and (later := size - answer["entries"]):
            output.say(f"  {later} entries came later, and are in no checkpoint given")
    if problem is None and not answers:
        output.say("No entry shows that it was altered; only a checkpoint can show that none was.")


def _verify_proof(
    path: Path,
    keys: tuple[VerifierKey, ...],
    format: OutputFormat,  # noqa: A002
) -> None:
    """Check a proof alone, and say what it proves.

    Raises:
        AlteredError: the entry is not in the log of the checkpoint.
    """
    text = read_text(path, "--proof")
    try:
        proof = InclusionProof.of(text)
    except MalformedError as error:
        raise MalformedError("--proof", f"{path}: {error.problem}") from None
    signatures = verified(proof.note, keys, path)
    if not proof.holds:
        raise AlteredError(f"{path}: the entry is not in the log of the checkpoint")
    head = Checkpoint.of(proof.note.text)
    lines = proof.extra.decode("utf-8", "backslashreplace").splitlines()
    entry = dict(zip(LEAF, lines, strict=False))
    if format is OutputFormat.JSON:
        signed_by = signers(signatures)
        output.write_json(
            {"origin": head.origin, "entries": head.size, "signed_by": signed_by, "entry": entry}
        )
        return
    output.say(f"In the log of {head.origin}, as it was signed at {head.size} entries:")
    for name, value in entry.items():
        output.say(f"  {name.replace('_', ' ')}: {value}")
