"""`lif report`: the whole history as a page, Markdown and CSV, or its public edition."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.entries import last_position
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
    say_what_is_redacted,
)
from lif_adapters.cli.output import OutputFormat
from lif_adapters.cli.signed import CheckpointFile, VerifierKeys, held_checkpoint
from lif_core.errors import MalformedError, MissingExtraError, RefusedError
from lif_core.log.garbage_collection import collector_paused
from lif_core.values.refs import ref_of

EXTRA = ("vl_convert", "jinja2")


def report(
    *,
    out: Path,
    without_personal: bool = False,
    public: bool = False,
    checkpoint: CheckpointFile = None,
    key: VerifierKeys = (),
    db: Db = None,
    pack: Packs = (),
    role: RoleNames = (),
    board: str | None = None,
    review: str | None = None,
    since: str | None = None,
    valid: Valid = None,
    known: Known = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Write the history as a report: a page to look at, the same as Markdown, tables as CSV.

    Args:
        out: The folder to write it to: a new one, an empty one, or that of an earlier report.
        without_personal: Leave out the texts that may tell about a person, also for a reader in
            the role "personal texts"; for others they are left out in any case.
        public: The public edition instead: what was recommended in public reviews, in public
            words, from the view register alone.
        checkpoint: A checkpoint that you hold.
        key: By whom it is signed.
        db: Where.
        pack: More framework packs.
        role: What the reader is entitled to.
        board: Cut it to what is of this board, or shared with it, such as wscb.
        review: Cut it to this review and what hangs on it, such as wscb/scr-child-k.
        since: Cut it to what has moved since this DATE, or is still open.
        valid: As it was in the world then; by default today, or the day of --known.
        known: As it was known then; by default all that is recorded.
        format: How to say what was written.
    """
    day, until, first = as_date("--valid", valid), as_known(known), as_date("--since", since)
    review = review and ref_of(review_stream(review))
    if public and first is not None:
        raise MalformedError(
            "--since", "a public edition shows all that was promised, or a review"
        )
    if public and checkpoint is not None:
        raise MalformedError("--checkpoint", "a public edition says nothing of the log itself")
    package = _report_package()
    held = held_checkpoint(checkpoint, key, db)
    with open_store(db, pack, roles=role) as app, collector_paused(to_the_end=True):
        if public:
            if review is not None and app.recorder.unrecorded([review_stream(review)]):
                raise RefusedError("stream.unknown", stream=review_stream(review))
            content = package.public_edition(
                app, valid=day, known=until, board=board, review=review
            )
            paths = package.write(out, package.files_of_edition(content, app.mapper))
        else:
            with output.progress("making the report", last_position(app)) as progress:
                content = package.build(
                    app,
                    valid=day,
                    known=until,
                    personal=not without_personal,
                    board=board,
                    review=review,
                    since=first,
                    checkpoint=held,
                    progress=progress,
                )
            paths = package.write(out, package.files_of(content, app.mapper))
            if format is not OutputFormat.JSON and not without_personal:
                say_what_is_redacted(app)
    if format is OutputFormat.JSON:
        files = [path.as_posix() for path in paths]
        times = {"valid": content.valid.isoformat(), "known": content.known}
        output.write_json({"files": files, **times})
        return
    if sys.stdout.isatty():
        page = next(path for path in paths if path.suffix == ".html")
        output.say(f"{page}: open this page; {len(paths) - 1} files go with it")
        return
    for path in paths:
        output.say(str(path))


def _report_package() -> Any:
    """Import the report's package only now: drawing takes a second to load."""
    try:
        return import_module("lif_adapters.report")
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRA:
            raise
        problem = f"a report needs {missing}: pip install 'lif-ledger[report]'"
        raise MissingExtraError(problem) from error
