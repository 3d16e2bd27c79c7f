"""Intervals of proportions and of their difference."""

from math import sqrt
from statistics import NormalDist


def quantile(level: float) -> float:
    """Return the two-sided quantile of the normal distribution, such as 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(part: int, whole: int, level: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a proportion."""
    z = quantile(level)
    share = part / whole
    centre = share + z * z / (2 * whole)
    spread = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def newcombe(
    before: tuple[int, int], after: tuple[int, int], level: float
) -> tuple[float, float, float]:
    """Return the difference of two proportions, and its interval by Newcombe's method 10."""
    first, second = before[0] / before[1], after[0] / after[1]
    low1, high1 = wilson(*before, level)
    low2, high2 = wilson(*after, level)
    difference = second - first
    low = difference - sqrt((second - low2) ** 2 + (high1 - first) ** 2)
    high = difference + sqrt((high2 - second) ** 2 + (first - low1) ** 2)
    return difference, low, high


def level_of(look: int, planned: int | None) -> float | None:
    """Return the level of a look; all together are wrong once in twenty. None beyond the plan."""
    if planned is None:
        return 1 - 0.05 * 0.5**look
    return None if look > planned else 1 - 0.05 / planned


def verdict(low: float, high: float) -> str:
    if low > 0:
        return "improved"
    return "worsened" if high < 0 else "not shown"
