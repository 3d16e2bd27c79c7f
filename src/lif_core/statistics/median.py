"""The median of times of which some have not ended: Kaplan-Meier, from counts of days."""

from collections.abc import Mapping
from fractions import Fraction


def censored_median(ended: Mapping[int, int], censored: Mapping[int, int]) -> int | None:
    """Return the first day by which half have *ended*, as estimated, if there is one.

    *ended* and *censored* are counts by days. A time that is censored on a day may end on any
    later one, and is still at risk on that day. The fractions are exact, so one half is one half.
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
