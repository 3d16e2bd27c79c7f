"""`lif restore`: a backup put where no store is."""

from pathlib import Path

from lif_adapters.cli import output
from lif_adapters.cli.options import Db, TableOrJson, db_url
from lif_adapters.cli.output import OutputFormat
from lif_adapters.wiring import restore as put_back
from lif_core.trail.keys import to_base64


def restore(
    file: Path,
    *,
    db: Db = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Put a backup where no store is, verified before anybody can open it.

    Nothing that is there is ever replaced: move a store away first, with its -wal and -shm.

    Args:
        file: The backup.
        db: Where: sqlite:PATH, or a schema in PostgreSQL without a store.
        format: How to say what was restored.
    """
    url = db_url(db)
    with output.copying("restoring") as progress:
        head, is_expected = put_back(file, url, progress=progress)
    root = to_base64(head.root)
    if format is OutputFormat.JSON:
        output.write_json({"entries": head.size, "root": root, "as_written": is_expected})
        return
    output.say(f"{head.size} entries, root {root}")
    if is_expected:
        output.say(f"As {file.name}.head says that they were backed up.")
    else:
        output.say(
            f"There is no {file.name}.head to hold them against; `lif verify` does so with a"
            " checkpoint."
        )
