"""Exact binomial limits: what chance alone does to a small count."""

from math import exp, lgamma, log, log1p

from lif_core.statistics.proportions import Share


def all_or_none(whole: int, alpha: float = 0.05) -> float:
    """Return the exact lower bound of a share whose part is the *whole*, which is at least 1.

    That of 1 - share is the exact upper bound of one whose part is 0.
    """
    return float((alpha / 2) ** (1 / whole))


def chance_limits(share: Share, count: int, alpha: float = 0.05) -> tuple[int, int]:
    """Return the parts of *count* between which chance alone leaves one that has the rate of
    *share*, whose whole is at least 1.

    Below the lower one, and above the upper one, lies less than half of *alpha* each: with 0.05,
    at most one in twenty lies outside by chance.
    """
    part, whole = share.part, share.whole
    if part in (0, whole):
        return (0, 0) if part == 0 else (count, count)
    lower, upper, up_to = None, count, 0.0
    log_rate, log_rest = log(part / whole), log1p(-part / whole)
    for k in range(count + 1):
        ways = lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1)
        up_to += exp(ways + k * log_rate + (count - k) * log_rest)
        if lower is None and up_to >= alpha / 2:
            lower = k
        if up_to >= 1 - alpha / 2:
            upper = k
            break
    return lower or 0, upper
