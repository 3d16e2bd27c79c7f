"""`lif bundle`: everything about one case, as files that are handed over."""

from pathlib import Path

from lif_adapters import bundle as case_bundle
from lif_adapters.cli import output
from lif_adapters.cli.options import (
    Db,
    Known,
    Packs,
    RoleNames,
    TableOrJson,
    Valid,
    as_date,
    as_known,
    open_store,
    review_stream,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.signed import CheckpointFile, VerifierKeys, held_checkpoint


def bundle(
    review: str,
    /,
    *,
    out: Path,
    checkpoint: CheckpointFile = None,
    key: VerifierKeys = (),
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    valid: Valid = None,
    known: Known = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Write everything about one case to a new folder, for an auditor, an inquiry or a solicitor.

    Texts that may tell about a person are redacted, but for a reader in the role "personal texts".

    Args:
        review: The review, such as wscb/scr-child-k.
        out: The folder to write it to: a new one, or an empty one.
        checkpoint: A checkpoint that you hold; it is handed over with the case.
        key: By whom it is signed.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        valid: As it was in the world then; by default today, or the day of --known.
        known: As it was known then; by default all that is recorded.
        format: How to say what was written.
    """
    day, until = as_date("--valid", valid), as_known(known)
    stream = review_stream(review)
    held = held_checkpoint(checkpoint, key, db)
    with open_store(db, pack, roles=role) as app:
        content = case_bundle.bundle_of(app, stream, valid=day, known=until, checkpoint=held)
    paths = case_bundle.write(out, case_bundle.files_of(content))
    if format is OutputFormat.JSON:
        files = [path.as_posix() for path in paths]
        times = {"valid": content.valid.isoformat(), "known": content.known}
        output.write_json({"files": files, **times})
        return
    for path in paths:
        output.say(str(path))
    _say_what_is_not_in_it(len(content.left_out), sum(field.times for field in content.fields))


def _say_what_is_not_in_it(entries: int, fields: int) -> None:
    output.say()
    left_out = f"{entries} {'entry' if entries == 1 else 'entries'} left out"
    redacted = f"{fields} {'field' if fields == 1 else 'fields'} redacted"
    output.say(f"{left_out}, {redacted}: redactions.json says which, and why.")
