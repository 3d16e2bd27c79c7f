"""Spells: the times that improvements lasted, as far as checks saw them, in days."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import accumulate
from typing import TypeAlias

from attrs import frozen
from msgspec import Struct

FLOOR = 5
"""The number of spells below which an estimate is about these spells, and about nothing else."""


class End(StrEnum):
    """The way in which a spell ended, or was last seen."""

    RELAPSED = "relapsed"
    LASTING = "lasting"  # censored at its last positive verification
    WITHDRAWN = "withdrawn"  # a competing outcome: withdrawn or superseded


class Spell(Struct, frozen=True, kw_only=True):
    """A time that an improvement lasted, from being embedded until *last* days later.

    A relapse happened within (*first*, *last*] days: after the last passed check, and by the first
    failed one. A spell that was withdrawn was last seen in place after *first* days.
    """

    recommendation: str
    end: End
    first: int
    last: int

    def day(self, *, earliest: bool) -> int:
        """Return the day at which it counts: for a relapse an end-point of its interval.

        That is the right one, or the left one if *earliest*.
        """
        return self.first if earliest and self.end is End.RELAPSED else self.last


Spells: TypeAlias = Mapping[tuple[int, int, End], int]
"""The number of spells by their first and last day, and the way in which they ended."""


def counted(spells: Iterable[Spell]) -> Counter[tuple[int, int, End]]:
    """Return the number of *spells* by their days and ends."""
    return Counter((spell.first, spell.last, spell.end) for spell in spells)


@frozen
class AtRisk:
    """The spells that were still to be seen on a day, or on a later one.

    *days* are those on which some were last seen, in their order, and *remaining* how many were at
    risk on each of them. *floor* is the number below which nothing is stated.
    """

    days: tuple[int, ...]
    remaining: tuple[int, ...]
    floor: int

    @classmethod
    def of(cls, spells: Spells, floor: int = FLOOR) -> "AtRisk":
        """Return those of *spells*: each is at risk up to its first fail, or else last pass."""
        ends: Counter[int] = Counter()
        for (first, last, end), count in spells.items():
            ends[last if end is End.RELAPSED else first] += count
        days = sorted(ends, reverse=True)
        remaining = [*accumulate(ends[day] for day in days)]
        return cls(tuple(reversed(days)), tuple(reversed(remaining)), floor)

    def on(self, day: int) -> int:
        """Return how many were at risk on *day*."""
        number = bisect_left(self.days, day)
        return self.remaining[number] if number < len(self.days) else 0

    @property
    def seen(self) -> int:
        """The last day on which anybody was seen; 0 where there are no spells."""
        return self.days[-1] if self.days else 0

    @property
    def stated_to(self) -> int | None:
        """The last day on which enough were at risk; `None` where there never were."""
        enough = [count >= self.floor for count in self.remaining]
        return self.days[sum(enough) - 1] if any(enough) else None

    def reason(self, day: int) -> str | None:
        """Return why nothing is stated on *day*; `None` where enough were at risk."""
        count = self.on(day)
        if count >= self.floor:
            return None
        spells = "spell is" if count == 1 else "spells are"
        return f"{count} {spells} at risk on day {day}, fewer than {self.floor}"
