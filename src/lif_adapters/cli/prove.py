"""`lif prove`: that an entry is in the log of a checkpoint, or that a log only grew."""

from pathlib import Path

from lif_adapters.cli import output
from lif_adapters.cli.options import Db, RoleNames, open_store
from lif_adapters.cli.references import References
from lif_adapters.trail_files import read_note, stored_json
from lif_core.commands.application import Application
from lif_core.errors import AlteredError, MalformedError, NotEntitledError, RefusedError
from lif_core.log.recorder import rows_of
from lif_core.queries.readership import PERSONAL_TEXTS
from lif_core.trail.checkpoint import Checkpoint, number
from lif_core.trail.examination import examine
from lif_core.trail.leaf import leaf_data
from lif_core.trail.note import SignedNote
from lif_core.trail.proof import ConsistencyProof, InclusionProof
from lif_core.trail.tree import Tree
from lif_core.values.text import normal


def prove(
    stream: str | None = None,
    entry: int | None = None,
    *,
    checkpoint: Path | None = None,
    since: str | None = None,
    entries: bool = False,
    db: Db = None,
    role: RoleNames = (),
) -> None:
    """Prove to somebody who holds a checkpoint that an entry is in the log, or that the log only
    grew; or write the whole log, to be verified elsewhere.

    It is written to standard output. A proof holds neither texts nor names, but for the stream.

    Args:
        stream: The stream of the entry, such as review-wscb/scr-child-k.
        entry: Its number in the stream.
        checkpoint: The checkpoint that it is proved by.
        since: Prove to a witness that the log only grew since a checkpoint of so many entries,
            a number, or since the one in this file; 0 where it has seen none.
        entries: Write all entries as they are stored, one JSON object a line, for
            `lif verify --log`.
        db: Where.
        role: What the reader is entitled to; --entries is for the role "personal texts".
    """
    about = (stream is not None and entry is not None, since is not None, entries)
    if about.count(True) != 1:
        raise MalformedError(
            "STREAM", "a stream and the number of an entry, --since, or --entries"
        )
    with open_store(db, (), roles=role) as app:
        if entries:
            if not app.readership.grants(PERSONAL_TEXTS):
                raise NotEntitledError("the log as it is stored", PERSONAL_TEXTS)
            output.write_json_lines(stored_json(row) for row in rows_of(app.recorder))
            return
        if checkpoint is None:
            raise MalformedError("--checkpoint", "by which checkpoint is it proved?")
        note = read_note(checkpoint)
        if since is not None:
            proof: object = _growth(app, note, _size(since))
        else:
            proof = _inclusion(
                app, note, References(app, None).stream(normal(stream or "")), entry or 0
            )
    output.say(str(proof).removesuffix("\n"))


def _size(since: str) -> int:
    """Return the size of an earlier checkpoint, from its file, or as it is written."""
    if since.isdecimal():
        return number(since, "--since")
    return Checkpoint.of(read_note(Path(since), "--since").text).size


def _growth(app: Application, note: SignedNote, old: int) -> ConsistencyProof:
    """Prove that the log of the *note* begins with its first *old* entries."""
    head = Checkpoint.of(note.text)
    if old > head.size:
        raise MalformedError("--since", f"the checkpoint is of {head.size} entries, fewer")
    tree = _tree(app, head)
    return ConsistencyProof(old, tree.consistency(old, head.size), note)


def _tree(app: Application, head: Checkpoint) -> Tree:
    """Return the tree over the log, once it was held against a checkpoint.

    Raises:
        AlteredError: the log is not the one that was signed.
    """
    examination = examine(lambda: rows_of(app.recorder), app.mapper)
    examination.check(head)
    return examination.tree


def _inclusion(app: Application, note: SignedNote, stream: str, entry: int) -> InclusionProof:
    """Prove that an entry is in the log of the *note*.

    Raises:
        RefusedError: `stream.unknown`, `stream.no-such-entry`.
    """
    rows = app.recorder.stream_rows(stream)
    if not rows:
        raise RefusedError("stream.unknown", stream=stream)
    row = next((row for row in rows if row[2] == entry), None)
    if row is None:
        raise RefusedError("stream.no-such-entry", stream=stream, entry=entry)
    head = Checkpoint.of(note.text)
    tree = _tree(app, head)
    index = row[0] - 1
    if index >= head.size:
        problem = f"position {row[0]} was recorded after it; make a newer one"
        raise MalformedError("--checkpoint", problem)
    hashes = tree.inclusion(index, head.size)
    proof = InclusionProof(index, hashes, note, leaf_data(row))
    if not proof.holds:
        raise AlteredError(f"position {row[0]} is not at its place in the log")
    return proof
