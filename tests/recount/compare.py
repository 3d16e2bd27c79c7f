"""The comparison: each figure of the second implementation with the view's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isclose
from typing import Any

from tests.recount.rows import Figures, Rows, plain


@dataclass(frozen=True)
class Look:
    """A history at two times, with what the views say of it."""

    seed: int
    log: list[dict[str, Any]]
    pack: Mapping[str, Any]
    valid: date
    known: datetime | None
    views: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """A figure on which the two do not agree."""

    seed: int
    valid: date
    known: datetime | None
    where: str
    theirs: Any
    ours: Any

    def __str__(self) -> str:
        known = self.known.isoformat() if self.known else "all"
        return (
            f"history {self.seed}, valid {self.valid}, known {known}: {self.where}: "
            f"the view {self.theirs!r}, the recount {self.ours!r}"
        )


def same(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, float) or isinstance(ours, float):
        numbers = isinstance(theirs, int | float) and isinstance(ours, int | float)
        return numbers and isclose(theirs, ours, rel_tol=1e-6, abs_tol=1e-7)
    if isinstance(theirs, list) and isinstance(ours, list):
        return len(theirs) == len(ours) and all(map(same, theirs, ours))
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return theirs.keys() == ours.keys() and all(same(theirs[k], ours[k]) for k in theirs)
    return bool(theirs == ours)


Key = tuple[Any, ...]


def keyed(rows: Any, key: tuple[str, ...]) -> dict[Key, dict[str, Any]]:
    """Return rows by their keys, and of several of one key by their order."""
    result: dict[Key, dict[str, Any]] = {}
    for row in [rows] if isinstance(rows, dict) else rows:
        values = tuple(str(row[k]) for k in key)
        number = 0
        while (*values, number) in result:
            number += 1
        result[(*values, number)] = row
    return result


def table_of(view: Mapping[str, Any], name: str) -> Any:
    """Return a table of a view, or one within another, such as `survival.masses`."""
    if name == "figures":
        return {k: v for k, v in view.items() if not isinstance(v, list | dict)}
    value: Any = view
    for part in name.split("."):
        value = value[part]
    return value


def pairs(look: Look, ours: Figures) -> Iterator[tuple[str, Any, Any]]:
    """Yield each figure: where it is, what the view says, and what the recount does."""
    for view, tables in ours.items():
        for name, table in tables.items():
            yield from _of_table(f"{view}.{name}", table_of(look.views[view], name), table)


def _of_table(where: str, theirs: Any, table: Rows) -> Iterator[tuple[str, Any, Any]]:
    if table.distinct:
        theirs = list({tuple(row[k] for k in table.key): row for row in theirs}.values())
    left = keyed(theirs, table.key)
    right = keyed([plain(row) for row in table.rows], table.key)
    for key in sorted(left.keys() | right.keys(), key=str):
        place = f"{where}[{', '.join(map(str, key[:-1]))}]"
        if key not in left or key not in right:
            yield place, left.get(key), right.get(key)
            continue
        for column, value in right[key].items():
            if column not in table.key:
                yield f"{place}.{column}", left[key][column], value


def differences(look: Look, ours: Figures) -> tuple[int, list[Difference]]:
    """Return how many figures were compared, and those that differ."""
    count, unlike = 0, []
    for where, theirs, mine in pairs(look, ours):
        count += 1
        if not same(theirs, mine):
            unlike.append(Difference(look.seed, look.valid, look.known, where, theirs, mine))
    return count, unlike
