"""Changes of a view between two times, in the words and the JSON of the command line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from lif_adapters.cli import output
from lif_adapters.cli.tables import heading
from lif_adapters.json_values import json_record, json_value
from lif_core.log.mapper import LifMapper
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Change, Column, Key, What
from lif_core.projection.tables import columns_of
from lif_core.queries.diff import EntryDifference
from lif_core.values.working_days import last_instant

NOTHING = "(none)"


def time_in_words(as_of: AsOf) -> str:
    """Return at which time a view is looked at, in words."""
    if as_of.known is None:
        known = "with all that is on record"
    elif isinstance(as_of.known, datetime):
        known = f"as known at {as_of.known.isoformat(timespec='seconds')}"
    else:
        known = f"as known at the end of {as_of.known}"
    position = "" if as_of.position is None else f", up to position {as_of.position}"
    return f"on {as_of.valid}, {known}{position}"


def json_time(as_of: AsOf) -> dict[str, Any]:
    """Return at which time a view is looked at, as documented in `docs/reference/cli.md`."""
    until = last_instant(as_of.known)
    return {
        "valid": as_of.valid.isoformat(),
        "known": until.isoformat() if until else None,
        "position": as_of.position,
        "packs": [pack.name for pack in as_of.frameworks.packs] if as_of.frameworks else None,
    }


def json_change(change: Change, mapper: LifMapper) -> dict[str, Any]:
    """Return a change as documented in `docs/reference/cli.md`: a row that came or went whole."""
    return {
        "table": change.table,
        "what": change.what.value,
        "key": {name: json_value(value, mapper) for name, value in change.key},
        "columns": [
            {
                "column": column.column,
                "before": json_value(column.before, mapper),
                "after": json_value(column.after, mapper),
            }
            for column in change.columns
        ],
        "row": None if change.what is What.CHANGED else json_value(change.row, mapper),
    }


def json_entry(entry: EntryDifference, mapper: LifMapper) -> dict[str, Any]:
    """Return an entry that counts otherwise, as documented in `docs/reference/cli.md`."""
    return {
        "stream": entry.stream,
        "entry": entry.entry,
        "why": entry.why.value,
        "before": json_record(entry.before, mapper) if entry.before else None,
        "after": json_record(entry.after, mapper) if entry.after else None,
        "corrections": [json_record(record, mapper) for record in entry.corrections],
    }


def csv_rows(change: Change, mapper: LifMapper) -> Iterator[dict[str, Any]]:
    """Yield a row for each column that changed, or one for the row that came or went."""
    row = {
        "table": change.table,
        "what": change.what.value,
        "key": ", ".join(output.shown(json_value(value, mapper)) for _, value in change.key),
    }
    for column in change.columns or (Column("", change.before, change.after),):
        values = {
            "before": json_value(column.before, mapper),
            "after": json_value(column.after, mapper),
        }
        yield {**row, "column": column.column, **values}


def subject(change: Change) -> str:
    """Return what the row is about."""
    return ", ".join(f"{name} {output.shown(value) or NOTHING}" for name, value in change.key)


def column_texts(change: Change, mapper: LifMapper) -> list[str]:
    """Return what changed, column by column; for a row that came or went, what it says.

    Columns side by side that changed alike share a text.
    """
    if change.what is What.CHANGED:
        alike = groupby(change.columns, key=lambda column: (column.before, column.after))
        return [
            f"{', '.join(_words(column.column) for column in columns)}"
            f" {_shown(before, mapper)} -> {_shown(after, mapper)}"
            for (before, after), columns in alike
        ]
    keys = {name for name, _ in change.key}
    return [
        f"{_words(name)} {_shown(value, mapper)}"
        for name, value in columns_of(change.row).items()
        if name not in keys and value not in (None, "", (), 0)
    ]


def say_changes(
    changes: Sequence[Change], mapper: LifMapper, margin: str, *, in_full: bool = False
) -> None:
    """Say each change on a line, as an `Abridgement` has them."""
    abridgement = Abridgement(mapper, in_full=in_full)
    for _, group in groupby(changes, key=lambda change: heading(change.table)):
        shown, left_out = abridgement.of_table(list(group))
        for change in shown:
            output.say(f"{margin}{_on_one_line(change, mapper)}")
        for line in left_out:
            output.say(f"{margin}{line}")


class Abridgement:
    """A list of changes without what it says twice, unless it is wanted *in_full*.

    A lineage of one body says what the body does, and the table of a curve what its spells do.
    """

    def __init__(self, mapper: LifMapper, *, in_full: bool) -> None:
        self._mapper = mapper
        self._in_full = in_full
        self._shown: dict[tuple[What, Key], list[tuple[str, set[str]]]] = {}

    def of_table(self, changes: Sequence[Change]) -> tuple[list[Change], list[str]]:
        """Return the *changes* of one table that are shown, and a line for each group of those
        that are not.
        """
        if self._in_full:
            return list(changes), []
        name = heading(changes[0].table)
        if "." in changes[0].table:
            counts = Counter(change.what.value for change in changes)
            counted = ", ".join(f"{count} {what}" for what, count in counts.items())
            return [], [f"{name}: {counted} (see --table {changes[0].table})"]
        shown: list[Change] = []
        elsewhere: Counter[str] = Counter()
        for change in changes:
            if above := self._table_above(change):
                elsewhere[above] += 1
            else:
                shown.append(change)
        for change in shown:
            texts = self._says(change)
            self._shown.setdefault((change.what, change.key), []).append((name, texts))
        return shown, [
            f"{name}: {count} as in {above.lower()}" for above, count in elsewhere.items()
        ]

    def _table_above(self, change: Change) -> str | None:
        """Return the table whose row of the same key says all of *change*."""
        texts = self._says(change)
        rows = self._shown.get((change.what, change.key), ()) if change.key else ()
        return next((table for table, row in rows if texts and texts <= row), None)

    def _says(self, change: Change) -> set[str]:
        """Return what a change says, each column apart: side by side they may share a text."""
        if change.what is not What.CHANGED:
            return set(column_texts(change, self._mapper))
        return {
            f"{column.column}: {column.before!r} -> {column.after!r}" for column in change.columns
        }


def _on_one_line(change: Change, mapper: LifMapper) -> str:
    """Return a change in a list: `Clocks, review wscb/r, clock decision: status open -> met`."""
    about = ", ".join(part for part in (heading(change.table), subject(change)) if part)
    came = {What.ADDED: ["new"], What.REMOVED: ["gone"], What.CHANGED: []}[change.what]
    return f"{about}: {'; '.join((*came, *column_texts(change, mapper)))}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any, mapper: LifMapper) -> str:
    return " ".join(output.shown(json_value(value, mapper)).split()) or NOTHING
