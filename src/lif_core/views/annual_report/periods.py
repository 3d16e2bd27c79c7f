"""Periods, and the facts that count for each: those that stood on the day on which it ended.

All periods of a board are gone through once, in the order of their ends, and each fact begins and
ceases to stand once: what is counted for a period costs as many steps as there are days.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from lif_core.views.annual_report.facts import Count, Fact, Group
from lif_core.views.annual_report.rows import PeriodRow

T = TypeVar("T")
Change: TypeAlias = tuple[int, Fact[T], bool]
"""A fact, by its number, that begins to stand; or ceases to."""


Figures: TypeAlias = Mapping[Group, Mapping[str, Any]]
"""What was counted, by group and column; with it the `name` of a group that has one."""


def figures_by_period(
    periods: Sequence[PeriodRow], facts: Iterable[Fact[Count]]
) -> list[tuple[PeriodRow, Figures]]:
    """Return what *facts* come to for each of the *periods*; a group has its last fact's name."""
    counted: dict[PeriodRow, Figures] = {}
    for ends in _ends(periods, facts):
        days: dict[Group, dict[str, Counter[date]]] = defaultdict(lambda: defaultdict(Counter))
        names: dict[Group, dict[int, str]] = defaultdict(dict)
        for period, changes in ends:
            for number, fact, begins in changes:
                count, on = fact.what, fact.on or date.max
                for column, times in count.columns.items():
                    days[count.group][column][on] += times if begins else -times
                if count.name and begins:
                    names[count.group][number] = count.name
                elif count.name:
                    del names[count.group][number]
            figures: dict[Group, dict[str, Any]] = defaultdict(dict)
            for group, columns in days.items():
                for column, of_days in columns.items():
                    counts = (each for on, each in of_days.items() if on >= period.since)
                    figures[group][column] = sum(counts)
            for group, named in names.items():
                if named:
                    figures[group]["name"] = named[max(named)]
            counted[period] = figures
    return [(period, counted[period]) for period in periods]


def facts_by_period(
    periods: Sequence[PeriodRow], facts: Iterable[Fact[T]]
) -> Iterator[tuple[PeriodRow, T]]:
    """Yield the *facts* that count for each of the *periods*, in their order."""
    counting: dict[PeriodRow, list[T]] = {}
    for ends in _ends(periods, facts):
        standing: dict[int, Fact[T]] = {}
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
    periods: Iterable[PeriodRow], facts: Iterable[Fact[T]]
) -> Iterator[list[tuple[PeriodRow, list[Change[T]]]]]:
    """Yield each board's periods in the order of their ends, each with what changes until its end.

    What begins and ceases between two ends changes neither.
    """
    ordered = sorted(periods, key=attrgetter("board", "until"))
    ends: dict[str, list[tuple[PeriodRow, list[Change[T]]]]] = {
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
