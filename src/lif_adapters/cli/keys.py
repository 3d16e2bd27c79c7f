"""`lif keys`: the keys of persons, and whose data are due to be erased."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.data_subjects import described, state_of
from lif_adapters.cli.options import (
    Db,
    KeysFolder,
    MasterKeyFile,
    On,
    TableOrJson,
    day_of,
    key_stores,
    keyring,
    open_store,
)
from lif_adapters.cli.output import OutputFormat
from lif_core.commands.application import Application
from lif_core.errors import MalformedError
from lif_core.values.refs import ref_of
from lif_core.values.working_days import local_day


def keys(
    person: str | None = None,
    *,
    new: bool = False,
    new_master_key: Path | None = None,
    on: On = None,
    keys: KeysFolder = None,
    master_key: MasterKeyFile = None,
    db: Db = None,
    format: TableOrJson = OutputFormat.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Show whose data are due to be erased, held or erased; or make a store of keys.

    With --new, the store is made, and the master key that opens it. From then on, texts about
    people are encrypted in what `lif` records, where LIF_KEYS and LIF_MASTER_KEY name the two.

    Args:
        person: A reference, such as wscb/p-17; a name within a board, such as "wscb/A. Chair"; or
            a stream, such as review-wscb/scr-child-k.
        new: Make the folder and the master key, neither of which may be there yet.
        new_master_key: Make another master key in this new file, which alone opens the keys.
        on: The day on which data are due, or not yet.
        keys: The folder of the keys.
        master_key: The file of the master key.
        db: Where.
        format: How to write the list.
    """
    if new:
        _make(keys, master_key)
        return
    opened: Any = keyring(keys, master_key)
    if opened is None:
        raise MalformedError("--keys", "in which folder are the keys? or set LIF_KEYS")
    if new_master_key is not None:
        store = key_stores()
        store.make_master_key(new_master_key)
        opened.rewrap(store.read_master_key(new_master_key))
        output.say(f"opened by {new_master_key} alone from now on")
        return
    with open_store(db, (), keys=opened) as app:
        if person is not None:
            subject = app.data_subject(person)
            output.say(described(app, subject))
            for stream in app.streams_about(subject):
                output.say(f"texts in {stream}")
            return
        today = day_of(app, "--on", on) or local_day(app.clock())
        rows = [*_rows(app, today.isoformat())]
        if format is OutputFormat.JSON:
            output.write_json(rows)
        else:
            output.table(rows)


def _make(keys: Path | None, master_key: Path | None) -> None:
    """Make a store of keys, and its master key."""
    folder, file = (
        keys or os.environ.get("LIF_KEYS"),
        master_key or os.environ.get("LIF_MASTER_KEY"),
    )
    if not folder or not file:
        raise MalformedError(
            "--new", "give --keys FOLDER and --master-key FILE, neither there yet"
        )
    store = key_stores()
    if (Path(folder) / store.STORE).exists():
        raise MalformedError("--keys", f"{folder}: a store of keys is here already")
    store.make_master_key(Path(file))
    store.KeyStore(Path(folder), store.read_master_key(Path(file)))
    output.say(f"made {folder}, which {file} opens: keep the two apart, and apart from the store")


def _rows(app: Application, today: str) -> Iterator[dict[str, object]]:
    """Yield what is on record of the data of each person."""
    streams = dict.fromkeys(each.stream for each in app.history(category="data_subject"))
    for stream in streams:
        state = state_of(app, ref_of(stream))
        until = state.retention.until.isoformat() if state.retention else None
        is_free = state.erased is None and state.hold is None
        yield {
            "subject": ref_of(stream),
            "until": until,
            "held_since": state.hold.on.isoformat() if state.hold else None,
            "erased": state.erased.on.isoformat() if state.erased else None,
            "due": bool(is_free and until and until <= today),
        }
