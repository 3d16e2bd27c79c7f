"""Shares, their differences and what these show; what is due to chance, and what nobody knows."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from lif_core.statistics.binomial import all_or_none, chance_limits
from lif_core.statistics.bounds import bounds
from lif_core.statistics.proportions import (
    Share,
    Verdict,
    look_alpha,
    newcombe,
    overall,
    wilson,
)
from lif_core.statistics.spells import End
from tests.core.statistics.test_turnbull import CHECK, SPELLS, Seen

R, L, W = End.RELAPSED, End.LASTING, End.WITHDRAWN
ALPHAS = st.sampled_from((0.05, 0.025, 0.0125, 0.2, 1e-6))


@st.composite
def shares(draw: st.DrawFn) -> Share:
    whole = draw(st.integers(1, 60))
    return Share(draw(st.integers(0, whole)), whole)


# Wilson


@pytest.mark.parametrize(
    ("share", "interval"),
    [(Share(17, 24), (0.508, 0.851)), (Share(3, 3), (0.439, 1.0)), (Share(0, 3), (0.0, 0.561))],
)
def test_wilson_by_the_metrics(share: Share, interval: tuple[float, float]) -> None:
    low, high = wilson(share)

    assert interval == (round(low, 3), round(high, 3))


@given(share=shares(), alpha=ALPHAS)
def test_wilson_agrees_with_statsmodels(share: Share, alpha: float) -> None:
    oracle = proportion_confint(share.part, share.whole, alpha=alpha, method="wilson")

    assert pytest.approx(oracle, abs=1e-12) == wilson(share, alpha)


def test_the_whole_is_whole() -> None:
    """Not 0.9999999999999999 of it."""
    assert [(0.0, 1.0)] * 60 == [
        (wilson(Share(0, n))[0], wilson(Share(n, n))[1]) for n in range(1, 61)
    ]


# Newcombe


@pytest.mark.parametrize(
    ("before", "after", "alpha", "interval", "verdict"),
    [
        ((4, 12), (8, 12), 0.05, (-0.057, 0.609), "not shown"),
        ((4, 12), (9, 12), 0.05, (0.022, 0.670), "improved"),
        ((4, 12), (9, 12), 0.025, (-0.029, 0.690), "not shown"),
        ((4, 12), (17, 24), 0.025, (-0.010, 0.638), "not shown"),
        ((9, 12), (2, 12), 0.05, (-0.784, -0.185), "worsened"),
        ((4, 12), (8, 12), 0.025, (-0.105, 0.633), "not shown"),
    ],
)
def test_newcombe_by_the_metrics(
    before: tuple[int, int],
    after: tuple[int, int],
    alpha: float,
    interval: tuple[float, float],
    verdict: str,
) -> None:
    change = newcombe(Share(*before), Share(*after), alpha)

    assert (interval, verdict) == ((round(change.low, 3), round(change.high, 3)), change.verdict)


@given(before=shares(), after=shares(), alpha=ALPHAS)
def test_newcombe_agrees_with_statsmodels(before: Share, after: Share, alpha: float) -> None:
    """And no verdict goes against its interval."""
    change = newcombe(before, after, alpha)
    oracle = confint_proportions_2indep(
        after.part,
        after.whole,
        before.part,
        before.whole,
        method="newcomb",
        compare="diff",
        alpha=alpha,
    )

    assert pytest.approx(oracle, abs=1e-9) == (change.low, change.high)
    assert change.low <= change.difference <= change.high
    assert (change.low > 0) is (change.verdict is Verdict.IMPROVED)
    assert (change.high < 0) is (change.verdict is Verdict.WORSENED)


@given(before=shares(), after=shares())
def test_what_got_worse_is_what_got_better_backwards(before: Share, after: Share) -> None:
    change, back = newcombe(before, after), newcombe(after, before)

    assert pytest.approx((change.low, change.high)) == (-back.high, -back.low)


# Looks


@pytest.mark.parametrize(
    ("look", "planned", "alpha"),
    [
        (1, 1, 0.05),
        (1, 2, 0.025),
        (2, 2, 0.025),
        (3, 2, 0.025),
        (1, None, 0.025),
        (2, None, 0.0125),
    ],
)
def test_looks_share_one_twentieth(look: int, planned: int | None, alpha: float) -> None:
    """By plan equally; without one each half of the look before."""
    assert alpha == look_alpha(look, planned)


@pytest.mark.parametrize("planned", [None, 1, 7])
def test_however_many_looks_there_are_they_use_no_more_than_one_twentieth(
    planned: int | None,
) -> None:
    looks = range(1, planned + 1) if planned else range(1, 3_000)

    assert sum(look_alpha(look, planned) for look in looks) <= 0.05 + 1e-12
    assert newcombe(Share(0, 9), Share(9, 9), look_alpha(2_999, None)).verdict


# Exact limits


def test_the_limits_of_chance_by_the_metrics() -> None:
    """0.6 of 12: from 4 to 10."""
    assert (4, 10) == chance_limits(Share(6, 10), 12)


@given(share=shares(), count=st.integers(0, 300), alpha=ALPHAS)
def test_the_limits_of_chance_agree_with_scipy(share: Share, count: int, alpha: float) -> None:
    rate = share.part / share.whole
    low, high = stats.binom.ppf([alpha / 2, 1 - alpha / 2], count, rate)

    assert (max(0, low), max(0, high)) == chance_limits(share, count, alpha)


@given(whole=st.integers(1, 300), alpha=ALPHAS)
def test_the_bound_of_all_or_none_agrees_with_scipy(whole: int, alpha: float) -> None:
    oracle = stats.binomtest(whole, whole).proportion_ci(1 - alpha, method="exact")

    assert pytest.approx(oracle.low) == all_or_none(whole, alpha)


# The bounds that assume nothing


@pytest.mark.parametrize(
    ("spells", "verified", "failed", "limits"),
    [
        (CHECK, 2, 2, (0.333, 0.667)),
        ([(0, 100, R), *[(0, 0, L)] * 9], 0, 1, (0.0, 0.9)),
        ([(100, 300, W), (0, 0, L)], 0, 0, (0.0, 1.0)),  # withdrawn before: not known
        ([(365, 400, W), (364, 366, W)], 1, 0, (0.5, 1.0)),  # withdrawn after it was verified
        ([(365, 500, R), (200, 500, R)], 1, 0, (0.5, 1.0)),  # lasted; or may have
        ([(364, 365, R), (364, 366, R)], 0, 1, (0.0, 0.5)),  # by then; or may have lasted
        ([(365, 365, R)], 0, 1, (0.0, 0.0)),  # passed and failed on the very day
    ],
)
def test_the_bounds_by_the_metrics(
    spells: list[Seen], verified: int, failed: int, limits: tuple[float, float]
) -> None:
    found = bounds(Counter(spells), 365)

    assert (len(spells), verified, failed) == (found.spells, found.verified, found.failed)
    assert limits == (round(found.low or 0, 3), round(found.high or 0, 3))


def test_of_no_spells_there_are_no_bounds() -> None:
    found = bounds({}, 365)

    assert (None, None, "no spell began 365 days ago or earlier") == (
        found.low,
        found.high,
        found.reason,
    )


@given(spells=SPELLS, horizon=st.integers(1, 60))
def test_nobody_is_both_verified_and_failed(spells: Counter[Seen], horizon: int) -> None:
    found = bounds(spells, horizon)

    assert found.verified + found.failed <= found.spells
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.high <= 1


def test_shares_together_are_one_share() -> None:
    assert (Share(13, 24), Share(0, 0)) == (overall([Share(4, 12), Share(9, 12)]), overall([]))
