"""Shares of small counts, with intervals that hold for small counts, and what they show."""

from collections.abc import Sequence
from enum import StrEnum
from math import ldexp, sqrt
from statistics import NormalDist

from attrs import frozen

ALPHA = 0.05
"""The probability that is left outside an interval, unless looks at it are counted."""
Z95 = NormalDist().inv_cdf(0.975)


@frozen
class Share:
    """A *part* of a *whole*; the rate is `None` where the whole is 0."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None


class Verdict(StrEnum):
    """The verdict that the interval of a difference allows."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NOT_SHOWN = "not shown"


@frozen(kw_only=True)
class Difference:
    """The *difference* of *after* from *before*, with Newcombe's interval [*low*, *high*], which
    leaves out the difference itself with probability *alpha*.

    The *verdict* is `None` where the interval was not to give one.
    """

    before: Share
    after: Share
    difference: float
    alpha: float
    low: float
    high: float
    verdict: Verdict | None


def normal_quantile(alpha: float) -> float:
    """Return the distance from the mean, in standard deviations, beyond which a normal variable
    lies with probability *alpha*, on both sides together.
    """
    return -NormalDist().inv_cdf(alpha / 2)


def wilson(share: Share, alpha: float = ALPHA) -> tuple[float, float]:
    """Return Wilson's interval of a share whose whole is at least 1, 95% unless *alpha* says."""
    n, p, z = share.whole, share.part / share.whole, normal_quantile(alpha)
    centre = p + z**2 / (2 * n)
    width = z * sqrt(p * (1 - p) / n + z**2 / (4 * n * n))
    low, high = (centre - width) / (1 + z**2 / n), (centre + width) / (1 + z**2 / n)
    # At an end of the range the formula comes to the end itself, but for the last digit.
    return low if share.part else 0.0, high if share.part < n else 1.0


def newcombe(before: Share, after: Share, alpha: float = ALPHA) -> Difference:
    """Return the difference of two independent shares, with Newcombe's interval (method 10)."""
    low_before, high_before = wilson(before, alpha)
    low_after, high_after = wilson(after, alpha)
    rate_before, rate_after = before.part / before.whole, after.part / after.whole
    difference = rate_after - rate_before
    low = difference - sqrt((rate_after - low_after) ** 2 + (high_before - rate_before) ** 2)
    high = difference + sqrt((high_after - rate_after) ** 2 + (rate_before - low_before) ** 2)
    return Difference(
        before=before,
        after=after,
        difference=difference,
        alpha=alpha,
        low=low,
        high=high,
        verdict=_verdict(low, high),
    )


def _verdict(low: float, high: float) -> Verdict:
    """Return what an interval shows: a change where all of it lies on one side of 0."""
    if low > 0:
        return Verdict.IMPROVED
    return Verdict.WORSENED if high < 0 else Verdict.NOT_SHOWN


def look_alpha(look: int, planned: int | None) -> float:
    """Return the share of 0.05 that the *look* of that number, from 1, may use.

    Where so many looks were *planned*, each uses as much as any other. Where none were, each uses
    half as much as the look before it, so that however many there are, all together use no more.
    """
    if planned is not None:
        return ALPHA / planned
    return max(ldexp(ALPHA, -look), 1e-300)  # beyond which a float has no quantile


def percentage(rate: float) -> str:
    """Return a *rate* to a tenth of a percent, such as 82.6%, or 81% where there is no tenth."""
    return f"{100 * rate:.1f}".removesuffix(".0") + "%"


def overall(shares: Sequence[Share]) -> Share:
    """Return the *shares* taken together."""
    return Share(sum(share.part for share in shares), sum(share.whole for share in shares))
