"""Periods, and the facts that count for each: those that stood on the day on which it ended.

All periods of a board are gone through once, in the order of their ends, and each fact begins and
ceases to stand once: what a period costs does not grow with the log.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import heappop, heappush
from itertools import groupby
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import frozen

from lif_core.views.annual_report.rows import Dated, PeriodFigure


@frozen
class ReportPeriod:
    """What a *board* reports on, [*since*, *until*]: in a *report* or, with none, a year."""

    report: str | None
    board: str
    since: date
    until: date


class PeriodFact(Protocol):
    """What counts for a period of its *boards* that has the day *on*, if there is one."""

    @property
    def boards(self) -> tuple[str, ...]: ...
    @property
    def on(self) -> date | None: ...


F = TypeVar("F", bound=PeriodFact)
Place: TypeAlias = tuple[date, int]
"""Of a fact: its day, the last there is where it has none; and its number among the facts."""


@frozen
class PeriodEnd(Generic[F]):
    """The end of a *period*: the facts that *begin* and *cease* to stand since the one before.

    What begins and ceases between two ends stands at neither.
    """

    period: ReportPeriod
    begin: list[tuple[Place, Dated[F]]]
    cease: list[tuple[Place, Dated[F]]]


def _ends(
    periods: Iterable[ReportPeriod], facts: Iterable[Dated[F]]
) -> Iterator[list[PeriodEnd[F]]]:
    """Yield the ends of each board's periods, in the order of their days."""
    ordered = sorted(periods, key=lambda period: (period.board, period.until))
    ends = {
        board: [PeriodEnd[F](period, [], []) for period in of_board]
        for board, of_board in groupby(ordered, key=lambda period: period.board)
    }
    days = {board: [end.period.until for end in of_board] for board, of_board in ends.items()}
    for number, dated in enumerate(facts):
        place = (dated.fact.on or date.max, number)
        for board in {*dated.fact.boards} & ends.keys():
            first = bisect_left(days[board], dated.since)
            last = bisect_left(days[board], dated.until) if dated.until else len(days[board])
            if first < last:
                ends[board][first].begin.append((place, dated))
            if first < last < len(days[board]):
                ends[board][last].cease.append((place, dated))
    yield from ends.values()


def standing(
    periods: Iterable[ReportPeriod], facts: Iterable[Dated[F]]
) -> Mapping[ReportPeriod, Sequence[F]]:
    """Return the *facts* that count for each of the *periods*, in their order."""
    counting: dict[ReportPeriod, Sequence[F]] = {}
    for ends in _ends(periods, facts):
        known: dict[int, F] = {}
        places: list[Place] = []
        for end in ends:
            for place, _ in end.cease:
                del places[bisect_left(places, place)]
            for place, dated in end.begin:
                insort(places, place)
                known[place[1]] = dated.fact
            within = places[bisect_left(places, (end.period.since, -1)) :]
            counting[end.period] = [known[number] for number in sorted(n for _, n in within)]
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
class PeriodFigures:
    """What was counted for a period, by group and kind, by column; and the *names* of kinds."""

    columns: Mapping[tuple[str, str], Mapping[str, int]]
    names: Mapping[str, str]

    def of(self, group: str) -> Mapping[str, int]:
        """Return the columns of a *group*, of all kinds together."""
        total: Counter[str] = Counter()
        for (each, _), columns in self.columns.items():
            if each == group:
                total.update(columns)
        return total


def figures(
    periods: Iterable[ReportPeriod], facts: Iterable[Dated[PeriodFigure]]
) -> Mapping[ReportPeriod, PeriodFigures]:
    """Return what *facts* come to for each of the *periods*.

    A kind has the name that the last of its facts has, as they are in their order.
    """
    return {
        end.period: counted
        for ends in _ends(periods, facts)
        for end, counted in zip(ends, _counted(ends), strict=True)
    }


def _counted(ends: Sequence[PeriodEnd[PeriodFigure]]) -> Iterator[PeriodFigures]:
    sinces = sorted({end.period.since for end in ends})
    sums: dict[tuple[str, str, str], Sums] = defaultdict(lambda: Sums(len(sinces)))
    names: dict[str, list[tuple[int, date | None, str]]] = defaultdict(list)  # the last first
    for end in ends:
        for facts, sign in ((end.cease, -1), (end.begin, 1)):
            for (on, number), dated in facts:
                fact, reach = dated.fact, bisect_right(sinces, on)
                for column, count in fact.columns.items():
                    sums[fact.group, fact.kind, column].add(reach, sign * count)
                if sign > 0 and fact.name:
                    heappush(names[fact.kind], (-number, dated.until, fact.name))
        columns: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        before = bisect_left(sinces, end.period.since)
        for (group, kind, column), each in sums.items():
            columns[group, kind][column] = each.past(before)
        for latest in names.values():
            while latest and (until := latest[0][1]) and until <= end.period.until:
                heappop(latest)
        yield PeriodFigures(
            columns, {kind: latest[0][2] for kind, latest in names.items() if latest}
        )
