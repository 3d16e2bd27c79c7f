"""Periods, and the facts that count for each: those that stood on the day on which it ended.

All periods of a board are gone through once, in the order of their ends, and each fact begins and
ceases to stand once: what it costs to count for a period grows with the days, not with the log.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from lif_core.views.annual_report.facts import Count, DatedFact, Group
from lif_core.views.annual_report.rows import PeriodRow

T = TypeVar("T")
FactChange: TypeAlias = tuple[int, DatedFact[T], bool]
"""A fact, by its number, that begins to stand; or ceases to."""
Figures: TypeAlias = Mapping[Group, Mapping[str, Any]]
"""Counts by group and column; with them the `name` of a group that has one."""


def figures_by_period(
    periods: Sequence[PeriodRow], facts: Iterable[DatedFact[Count]]
) -> list[tuple[PeriodRow, Figures]]:
    """Return what *facts* come to for each of the *periods*; a group has its last fact's name."""
    counted: dict[PeriodRow, Figures] = {}
    for ends in _ends(periods, facts):
        days: dict[Group, dict[str, Counter[date]]] = defaultdict(lambda: defaultdict(Counter))
        names: dict[Group, dict[int, str]] = defaultdict(dict)
        for period, changes in ends:
            for number, fact, begins in changes:
                count, on = fact.what, fact.on or date.max
                columns = days[count.group]
                for name, times in count.columns.items():
                    columns[name][on] += times if begins else -times
                if count.name is not None and begins:
                    names[count.group][number] = count.name
                elif count.name is not None:
                    del names[count.group][number]
            figures: dict[Group, dict[str, Any]] = {
                group: {name: _since(period.since, column) for name, column in columns.items()}
                for group, columns in days.items()
            }
            for group, named in names.items():
                if named:
                    figures[group]["name"] = named[max(named)]
            counted[period] = figures
    return [(period, counted[period]) for period in periods]


def _since(since: date, column: Counter[date]) -> int:
    return sum(times for on, times in column.items() if on >= since)


def facts_by_period(
    periods: Sequence[PeriodRow], facts: Iterable[DatedFact[T]]
) -> Iterator[tuple[PeriodRow, T]]:
    """Yield the *facts* that count for each of the *periods*, in their order."""
    counting: dict[PeriodRow, list[T]] = {}
    for ends in _ends(periods, facts):
        standing: dict[int, DatedFact[T]] = {}
        for period, changes in ends:
            for number, fact, begins in changes:
                if begins:
                    standing[number] = fact
                else:
                    del standing[number]
            within = (n for n, fact in standing.items() if (fact.on or date.max) >= period.since)
            counting[period] = [standing[number].what for number in sorted(within)]
    return ((period, what) for period in periods for what in counting[period])


def _ends(
    periods: Iterable[PeriodRow], facts: Iterable[DatedFact[T]]
) -> Iterator[list[tuple[PeriodRow, list[FactChange[T]]]]]:
    """Yield each board's periods in the order of their ends, each with what changes until its end.

    What begins and ceases between two ends changes neither.
    """
    ordered = sorted(periods, key=attrgetter("board", "until"))
    ends: dict[str, list[tuple[PeriodRow, list[FactChange[T]]]]] = {
        board: [(period, []) for period in of_board]
        for board, of_board in groupby(ordered, key=attrgetter("board"))
    }
    days = {board: [period.until for period, _ in of_board] for board, of_board in ends.items()}
    for number, fact in enumerate(facts):
        for board in ends.keys() & fact.boards:
            first = bisect_left(days[board], fact.since)
            after = bisect_left(days[board], fact.until) if fact.until else len(days[board])
            if first < after:
                ends[board][first][1].append((number, fact, True))
            if first < after < len(days[board]):
                ends[board][after][1].append((number, fact, False))
    yield from ends.values()
