"""`lif backup`: one state of the store in a file, made while others write."""

from pathlib import Path

from lif_adapters.backup import back_up
from lif_adapters.cli import output
from lif_adapters.cli.options import Db, TableOrJson, store_image
from lif_adapters.cli.output import OutputFormat
from lif_core.trail.keys import to_base64


def backup(
    file: Path,
    *,
    replace: bool = False,
    db: Db = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Write a backup of the store, whole and verified, while others go on writing.

    It is a store in SQLite, whatever the store is kept in, with all its entries and what is kept
    beside them. How many they are and their root stand beside it, in FILE.head.

    Args:
        file: Where; it belongs on another machine's disk.
        replace: Put it in the place of one that is there.
        db: Of which store.
        format: How to say what was written.
    """
    with store_image(db) as store, output.copying("copying") as progress:
        head = back_up(store, file, replace=replace, progress=progress)
    size, root = file.stat().st_size, to_base64(head.root)
    if format is OutputFormat.JSON:
        output.write_json({"file": str(file), "bytes": size, "entries": head.size, "root": root})
        return
    output.say(f"{file}: {head.size} entries in {size} bytes, root {root}")
    output.say(f"To put it back: lif restore {file} --db sqlite:PATH")
