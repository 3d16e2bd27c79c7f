"""What changed in a view, in the words and in the JSON of the command line."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from lif_adapters.cli import output
from lif_adapters.plain import plain, plain_record
from lif_core.at import At
from lif_core.differing import Entry
from lif_core.mapper import LifMapper
from lif_core.projections.changes import Change, Column, What, columns_of
from lif_core.working_days import last_instant

NOTHING = "(none)"


def seen(at: At) -> str:
    """From where it is looked, in words."""
    if at.known is None:
        known = "with all that is on record"
    elif isinstance(at.known, datetime):
        known = f"as known at {at.known.isoformat(timespec='seconds')}"
    else:
        known = f"as known at the end of {at.known}"
    upto = "" if at.position is None else f", up to position {at.position}"
    return f"on {at.valid}, {known}{upto}"


def plain_at(at: At) -> dict[str, Any]:
    until = last_instant(at.known)
    return {
        "valid": at.valid.isoformat(),
        "known": until.isoformat() if until else None,
        "position": at.position,
        "packs": [pack.name for pack in at.frameworks.packs] if at.frameworks else None,
    }


def plain_change(change: Change, mapper: LifMapper) -> dict[str, Any]:
    """As documented in `docs/reference/cli.md`; rows whole where they came or went."""
    return {
        "table": change.table,
        "what": change.what.value,
        "key": {name: plain(value, mapper) for name, value in change.key},
        "columns": [
            {
                "column": one.column,
                "before": plain(one.before, mapper),
                "after": plain(one.after, mapper),
            }
            for one in change.columns
        ],
        "row": None if change.what is What.CHANGED else plain(change.row, mapper),
    }


def plain_entry(entry: Entry, mapper: LifMapper) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "entry": entry.entry,
        "why": entry.why.value,
        "before": plain_record(entry.before, mapper) if entry.before else None,
        "after": plain_record(entry.after, mapper) if entry.after else None,
        "corrections": [plain_record(record, mapper) for record in entry.corrections],
    }


def rows_of(change: Change, mapper: LifMapper) -> Iterator[dict[str, Any]]:
    """For CSV: a row for each column that changed, or for the row that came or went."""
    about = {
        "table": change.table,
        "what": change.what.value,
        "key": ", ".join(output.shown(plain(value, mapper)) for _, value in change.key),
    }
    for one in change.columns or (Column("", change.before, change.after),):
        values = {"before": plain(one.before, mapper), "after": plain(one.after, mapper)}
        yield {**about, "column": one.column, **values}


def named(change: Change) -> str:
    """What the row is about."""
    return ", ".join(f"{name} {output.shown(value)}" for name, value in change.key)


def title(change: Change) -> str:
    """The table that it is of."""
    return change.table.replace("_", " ").replace(".", ": ").capitalize() or "Figures"


def in_columns(change: Change, mapper: LifMapper) -> list[str]:
    """What changed, column by column; of a row that came or went, what it says."""
    if change.what is What.CHANGED:
        return [
            f"{_words(one.column)} {_shown(one.before, mapper)} -> {_shown(one.after, mapper)}"
            for one in change.columns
        ]
    keys = {name for name, _ in change.key}
    return [
        f"{_words(name)} {_shown(value, mapper)}"
        for name, value in columns_of(change.row).items()
        if name not in keys and value not in (None, "", (), 0)
    ]


def on_one_line(change: Change, mapper: LifMapper) -> str:
    """A change in a list: `Clocks, review wscb/r, clock decision: status open -> met`."""
    about = ", ".join(part for part in (title(change), named(change)) if part)
    came = {What.ADDED: ["new"], What.REMOVED: ["gone"], What.CHANGED: []}[change.what]
    return f"{about}: {'; '.join((*came, *in_columns(change, mapper)))}"


def say_changes(changes: Sequence[Change], mapper: LifMapper, margin: str) -> None:
    for change in changes:
        output.say(f"{margin}{on_one_line(change, mapper)}")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any, mapper: LifMapper) -> str:
    return " ".join(output.shown(plain(value, mapper)).split()) or NOTHING


def listed(names: Iterable[str], most: int) -> str:
    """The first few of *names*, and how many more there are."""
    found = list(names)
    more = f", and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
