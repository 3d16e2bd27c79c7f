"""Shares of small counts, with intervals that hold for small counts."""

from math import sqrt

from attrs import frozen

from lif_core.statistics.survival import Z95


@frozen
class Share:
    """A *part* of a *whole*; the rate is `None` where the whole is 0."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None


@frozen(kw_only=True)
class Difference:
    """The *difference* of *after* from *before*, with Newcombe's 95% interval [*low*, *high*].

    It is *demonstrated* where the interval lies above 0.
    """

    before: Share
    after: Share
    difference: float
    low: float
    high: float
    demonstrated: bool


def wilson(share: Share) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share whose whole is at least 1."""
    n, p = share.whole, share.part / share.whole
    centre = p + Z95**2 / (2 * n)
    width = Z95 * sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    return (centre - width) / (1 + Z95**2 / n), (centre + width) / (1 + Z95**2 / n)


def newcombe(before: Share, after: Share) -> Difference:
    """Return the difference of two independent shares, with Newcombe's interval (method 10)."""
    (low_before, high_before), (low_after, high_after) = wilson(before), wilson(after)
    rate_before, rate_after = before.part / before.whole, after.part / after.whole
    difference = rate_after - rate_before
    low = difference - sqrt((rate_after - low_after) ** 2 + (high_before - rate_before) ** 2)
    high = difference + sqrt((high_after - rate_after) ** 2 + (rate_before - low_before) ** 2)
    return Difference(
        before=before,
        after=after,
        difference=difference,
        low=low,
        high=high,
        demonstrated=low > 0,
    )


def percentage(rate: float) -> str:
    """Return a *rate* to a tenth of a percent, such as 82.6%, or 81% where there is no tenth."""
    return f"{100 * rate:.1f}".removesuffix(".0") + "%"
