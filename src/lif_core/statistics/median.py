"""The median of a waiting time of which some have not ended: Kaplan-Meier, from counts of days."""

from collections.abc import Mapping
from fractions import Fraction


def censored_median(ended: Mapping[int, int], censored: Mapping[int, int]) -> int | None:
    """The first day by which half have *ended*, as estimated; `None` where the curve does not
    come down to one half.

    Both are counts, by days. Who is *censored* on a day may have ended on any later one, and is
    among those that could have ended on that day. Exact fractions: one half is one half.
    """
    at_risk = sum(ended.values()) + sum(censored.values())
    share = Fraction(1)
    for day in sorted({*ended, *censored}):
        done = ended.get(day, 0)
        if done:
            share *= Fraction(at_risk - done, at_risk)
            if 2 * share <= 1:
                return day
        at_risk -= done + censored.get(day, 0)
    return None
