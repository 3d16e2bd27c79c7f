"""The file of a store in the hands of somebody who may write to it by other means than `lif`."""

import sqlite3
from contextlib import closing
from pathlib import Path

from lif_adapters.sqlite_schema import TABLES


def rewrite(path: Path, *statements: str) -> int:
    """Do what *statements* say, without the triggers, which are put back as they were.

    Returns how many rows they changed.
    """
    triggers = [each for each in TABLES if each.startswith("CREATE TRIGGER")]
    with closing(sqlite3.connect(path)) as file:
        for trigger in triggers:
            file.execute(f"DROP TRIGGER {trigger.split()[5]}")
        changed = sum(file.execute(statement).rowcount for statement in statements)
        if file.execute("SELECT 1 FROM sqlite_master WHERE name = 'stored_events'").fetchone():
            for trigger in triggers:
                file.execute(trigger)
        file.commit()
    return changed
