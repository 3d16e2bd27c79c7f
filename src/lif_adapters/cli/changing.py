"""What changed in a view, in the words and in the JSON of the command line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, TypeAlias

from cyclopts import Parameter

from lif_adapters.cli import output
from lif_adapters.plain import plain, plain_record
from lif_core.errors import MalformedError
from lif_core.log.mapper import LifMapper
from lif_core.projection.as_of import AsOf
from lif_core.projection.changes import Change, Column, Key, What
from lif_core.projection.tables import columns_of
from lif_core.queries.diff import EntryDifference
from lif_core.values.working_days import last_instant

NOTHING = "(none)"
FIGURES = "figures"
"""What the table of single figures is called, which has no name in a view."""

OneTable: TypeAlias = Annotated[
    str | None, Parameter(name="--table", help="Only changes of this table, such as clocks.")
]


def table_named(table: str | None, tables: Iterable[str]) -> str | None:
    """The name of the *table*, one of *tables*, in a view.

    Raises:
        MalformedError: there is no such table.
    """
    names = {name or FIGURES: name for name in tables}
    if table is None:
        return None
    if table not in names:
        raise MalformedError("--table", f"no table {table!r}; there are: {', '.join(names)}")
    return names[table]


def seen(at: AsOf) -> str:
    """From where it is looked, in words."""
    if at.known is None:
        known = "with all that is on record"
    elif isinstance(at.known, datetime):
        known = f"as known at {at.known.isoformat(timespec='seconds')}"
    else:
        known = f"as known at the end of {at.known}"
    upto = "" if at.position is None else f", up to position {at.position}"
    return f"on {at.valid}, {known}{upto}"


def plain_at(at: AsOf) -> dict[str, Any]:
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


def plain_entry(entry: EntryDifference, mapper: LifMapper) -> dict[str, Any]:
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
    return ", ".join(f"{name} {output.shown(value) or NOTHING}" for name, value in change.key)


def title(table: str) -> str:
    """Return the heading of a *table*."""
    return (table or FIGURES).replace("_", " ").replace(".", ": ").capitalize()


def in_columns(change: Change, mapper: LifMapper) -> list[str]:
    """What changed, column by column; of a row that came or went, what it says.

    Columns side by side that changed alike are told together.
    """
    if change.what is What.CHANGED:
        alike = groupby(change.columns, key=lambda one: (one.before, one.after))
        return [
            f"{', '.join(_words(one.column) for one in columns)}"
            f" {_shown(before, mapper)} -> {_shown(after, mapper)}"
            for (before, after), columns in alike
        ]
    keys = {name for name, _ in change.key}
    return [
        f"{_words(name)} {_shown(value, mapper)}"
        for name, value in columns_of(change.row).items()
        if name not in keys and value not in (None, "", (), 0)
    ]


def on_one_line(change: Change, mapper: LifMapper) -> str:
    """A change in a list: `Clocks, review wscb/r, clock decision: status open -> met`."""
    about = ", ".join(part for part in (title(change.table), named(change)) if part)
    came = {What.ADDED: ["new"], What.REMOVED: ["gone"], What.CHANGED: []}[change.what]
    return f"{about}: {'; '.join((*came, *in_columns(change, mapper)))}"


def say_changes(
    changes: Sequence[Change], mapper: LifMapper, margin: str, *, asked: bool = False
) -> None:
    told = Told(mapper)
    for _, group in groupby(changes, key=lambda change: title(change.table)):
        own, left_out = told.of_a_table(list(group), asked=asked)
        for change in own:
            output.say(f"{margin}{on_one_line(change, mapper)}")
        for line in left_out:
            output.say(f"{margin}{line}")


class Told:
    """What has been told of a list of changes, so that nothing is told twice: a lineage of one
    body says what the body does, and the table of a curve what its spells do.
    """

    def __init__(self, mapper: LifMapper) -> None:
        self._mapper = mapper
        self._said: dict[tuple[What, Key], list[tuple[str, set[str]]]] = {}

    def of_a_table(
        self, changes: Sequence[Change], *, asked: bool = False
    ) -> tuple[list[Change], list[str]]:
        """Those of one table that are to be told, and a line for those that are left out; where
        the table was *asked* for, none are.
        """
        if asked:
            return list(changes), []
        name = title(changes[0].table)
        if "." in changes[0].table:
            counts = Counter(change.what.value for change in changes)
            found = ", ".join(f"{count} {what}" for what, count in counts.items())
            return [], [f"{name}: {found} (see --table {changes[0].table})"]
        own: list[Change] = []
        elsewhere: Counter[str] = Counter()
        for change in changes:
            if above := self._above(change):
                elsewhere[above] += 1
            else:
                own.append(change)
        for change in own:
            lines = set(in_columns(change, self._mapper))
            self._said.setdefault((change.what, change.key), []).append((name, lines))
        return own, [
            f"{name}: {count} as in {above.lower()}" for above, count in elsewhere.items()
        ]

    def _above(self, change: Change) -> str | None:
        """The table whose row of the same key said all of it."""
        lines = set(in_columns(change, self._mapper))
        said = self._said.get((change.what, change.key), ()) if change.key else ()
        return next((table for table, all_ in said if lines and lines <= all_), None)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any, mapper: LifMapper) -> str:
    return " ".join(output.shown(plain(value, mapper)).split()) or NOTHING


def listed(names: Iterable[str], most: int) -> str:
    """The first few of *names*, and how many more there are."""
    found = list(names)
    more = f", and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
