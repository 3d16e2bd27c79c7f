"""Periods, and the facts that count for each: those that stood on the day on which it ended.

All periods of a board are gone through once, in the order of their ends, and each fact begins and
ceases to stand once: what a period costs does not grow with the log.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import groupby
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import frozen

from lif_core.views.annual_report.rows import Dated, Figure


@frozen
class Period:
    """What one *board* reports on, [*since*, *until*]: in a *report* or, with none, a year."""

    report: str | None
    board: str
    since: date
    until: date


class Fact(Protocol):
    """What counts for a period of its *boards* that has the day *on*, if there is one."""

    @property
    def boards(self) -> tuple[str, ...]: ...
    @property
    def on(self) -> date | None: ...


F = TypeVar("F", bound=Fact)
Place: TypeAlias = tuple[date, int]
"""Of a fact: its day, the last there is where it has none; and its number among the facts."""


@frozen
class Step(Generic[F]):
    """A *period*, and the facts that *begin* and *cease* to stand since the end of the one before.

    What begins and ceases between two ends stands at neither.
    """

    period: Period
    begin: list[tuple[Place, Dated[F]]]
    cease: list[tuple[Place, Dated[F]]]


def _steps(periods: Iterable[Period], facts: Iterable[Dated[F]]) -> Iterator[list[Step[F]]]:
    """Yield the steps of each board, in the order of their ends."""
    ordered = sorted(periods, key=lambda period: (period.board, period.until))
    boards = {
        board: [Step[F](period, [], []) for period in of_board]
        for board, of_board in groupby(ordered, key=lambda period: period.board)
    }
    ends = {board: [step.period.until for step in steps] for board, steps in boards.items()}
    for number, dated in enumerate(facts):
        fact, until = dated.fact, dated.until
        place = (fact.on or date.max, number)
        for board in {*fact.boards} & boards.keys():
            steps = boards[board]
            first = bisect_left(ends[board], dated.since)
            last = len(steps) if until is None else bisect_left(ends[board], until)
            if first < last:
                steps[first].begin.append((place, dated))
                if last < len(steps):
                    steps[last].cease.append((place, dated))
    yield from boards.values()


def standing(periods: Iterable[Period], facts: Iterable[Dated[F]]) -> Mapping[Period, Sequence[F]]:
    """Return the *facts* that count for each of the *periods*, in their order."""
    counting: dict[Period, Sequence[F]] = {}
    for steps in _steps(periods, facts):
        known: dict[int, F] = {}
        places: list[Place] = []
        for step in steps:
            for place, _ in step.cease:
                del places[bisect_left(places, place)]
            for place, dated in step.begin:
                insort(places, place)
                known[place[1]] = dated.fact
            within = places[bisect_left(places, (step.period.since, -1)) :]
            counting[step.period] = [known[number] for number in sorted(n for _, n in within)]
    return counting


# Figures


class Sums:
    """Numbers at so many places, and what they come to from one of them on (a Fenwick tree)."""

    def __init__(self, places: int) -> None:
        self._sums = [0] * (places + 1)

    def add(self, place: int, number: int) -> None:
        while place > 0:
            self._sums[place] += number
            place -= place & -place

    def past(self, place: int) -> int:
        """Return the sum of what is at places after *place*."""
        place, total = place + 1, 0
        while place < len(self._sums):
            total += self._sums[place]
            place += place & -place
        return total


@frozen
class Figures:
    """What was counted for a period, by group and kind, by column; and the *names* of kinds."""

    columns: Mapping[tuple[str, str], Mapping[str, int]]
    names: Mapping[str, str]

    def of(self, group: str) -> Mapping[str, int]:
        """Return the columns of a *group*, of all kinds together."""
        total: dict[str, int] = defaultdict(int)
        for (each, _), columns in self.columns.items():
            if each == group:
                for column, number in columns.items():
                    total[column] += number
        return total


def figures(periods: Iterable[Period], facts: Iterable[Dated[Figure]]) -> Mapping[Period, Figures]:
    """Return what *facts* come to for each of the *periods*.

    A kind has the name that the last of its facts has, as they are in their order.
    """
    return {
        step.period: shown
        for steps in _steps(periods, facts)
        for step, shown in zip(steps, _counted(steps), strict=True)
    }


def _counted(steps: Sequence[Step[Figure]]) -> Iterator[Figures]:
    sinces = sorted({step.period.since for step in steps})
    sums: dict[tuple[str, str, str], Sums] = defaultdict(lambda: Sums(len(sinces)))
    names: dict[str, list[tuple[int, date | None, str]]] = defaultdict(list)  # the last first
    for step in steps:
        for facts, sign in ((step.cease, -1), (step.begin, 1)):
            for (on, number), dated in facts:
                fact = dated.fact
                reach = bisect_right(sinces, on)
                for column, count in fact.columns.items():
                    sums[fact.group, fact.kind, column].add(reach, sign * count)
                if sign > 0 and fact.name:
                    heappush(names[fact.kind], (-number, dated.until, fact.name))
        columns: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        before = bisect_left(sinces, step.period.since)
        for (group, kind, column), each in sums.items():
            columns[group, kind][column] = each.past(before)
        for latest in names.values():
            while latest and (until := latest[0][1]) and until <= step.period.until:
                heappop(latest)
        yield Figures(columns, {kind: latest[0][2] for kind, latest in names.items() if latest})
