"""Medians, proportions and control charts, by METRICS' own checks and against scipy."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lif_core.statistics.median import censored_median
from lif_core.statistics.proportions import Share, newcombe, wilson
from lif_core.statistics.spc import SignalRule, xmr_chart


@given(
    ended=st.lists(st.integers(-20, 60), max_size=25),
    censored=st.lists(st.integers(-20, 60), max_size=25),
)
def test_the_median_is_where_scipys_curve_comes_down_to_one_half(
    ended: list[int], censored: list[int]
) -> None:
    """Those censored on a day are still at risk on it; where it stays above, there is none."""
    found = censored_median(Counter(ended), Counter(censored))
    if not ended:
        assert None is found
        return
    curve = stats.ecdf(stats.CensoredData(uncensored=ended, right=censored)).sf
    below = [
        int(day)
        for day, share in zip(curve.quantiles, curve.probabilities, strict=True)
        if share <= 0.5 + 1e-9
    ]

    assert found == min(below, default=None)


@pytest.mark.parametrize(
    ("ended", "censored", "median"),
    [
        ({}, {}, None),
        ({}, {9: 3}, None),
        ({5: 1}, {}, 5),
        ({-7: 1, 3: 1}, {}, -7),
        ({10: 1, 30: 1}, {41: 2}, 30),
        ({10: 1}, {10: 1}, 10),
        ({10: 1}, {10: 2}, None),
        ({10: 1}, {9: 1}, 10),
        ({1: 1, 2: 1, 3: 1}, {9: 3}, 3),
    ],
)
def test_the_median_by_hand(
    ended: dict[int, int], censored: dict[int, int], median: int | None
) -> None:
    """Half, exactly, is half: 5/6 of 4/5 of 3/4, which binary fractions may miss."""
    assert median == censored_median(ended, censored)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # scipy divides by zero where all relapsed
@given(part=st.integers(0, 40), more=st.integers(0, 40))
def test_wilson_agrees_with_scipy(part: int, more: int) -> None:
    whole = max(1, part + more)
    part = min(part, whole)
    oracle = stats.binomtest(part, whole).proportion_ci(method="wilson")

    assert pytest.approx((oracle.low, oracle.high)) == wilson(Share(part, whole))


def test_newcombe_shows_no_change_where_there_is_none() -> None:
    change = newcombe(Share(4, 12), Share(4, 12))

    assert 0 == change.difference
    assert "not shown" == change.verdict
    assert pytest.approx(-change.low) == change.high


def test_the_chart_check_of_the_metrics() -> None:
    """(60, 62, 58) four times: mean 60, mR-bar 30/11, limits 52.745 and 67.255; a 68 signals."""
    quiet = xmr_chart([60, 62, 58] * 4)
    after = xmr_chart([*([60, 62, 58] * 4), 68])

    assert quiet is not None
    assert (60.0, pytest.approx(30 / 11)) == (quiet.mean, quiet.moving_range)
    assert (52.745, 67.255) == (round(quiet.low, 3), round(quiet.high, 3))
    assert () == quiet.signals
    assert after is not None
    assert [(12, SignalRule.BEYOND_LIMITS, True)] == [
        (s.index, s.rule, s.upwards) for s in after.signals
    ]


@pytest.mark.parametrize(
    ("values", "rule", "index"),
    [
        ([10, 12] * 6 + [11.5] * 7, SignalRule.ONE_SIDE, 17),  # from the 12 before
        ([10, 12] * 6 + [8, 9, 10, 11, 12, 13, 14], SignalRule.TREND, 18),
        ([10, 12] * 6 + [15, 12, 15], SignalRule.TWO_OF_THREE, 14),
        ([10, 12] * 6 + [5], SignalRule.BEYOND_LIMITS, 12),
    ],
)
def test_each_pattern_signals_where_it_is_complete(
    values: list[float], rule: SignalRule, index: int
) -> None:
    drawn = xmr_chart(values)

    assert drawn is not None
    assert index == min(signal.index for signal in drawn.signals if signal.rule is rule)


def test_a_moving_range_that_stands_out_is_screened() -> None:
    """One jump of 100 among steps of 1 does not widen the limits."""
    steady = [float(10 + n % 2) for n in range(12)]
    jumped = xmr_chart([*steady, 110.0, *steady], baseline=25)

    assert jumped is not None
    assert pytest.approx(1.0) == jumped.moving_range


@pytest.mark.parametrize("repeated", [0.2, 1.2, 50.2])
def test_a_value_on_the_mean_is_on_no_side_of_it(repeated: float) -> None:
    """A tenth less, a tenth more, and ten times the mean: written so, nothing signals; the sum of
    such floats over their number may come out a little less.
    """
    less, more = round(repeated - 0.1, 1), round(repeated + 0.1, 1)
    drawn = xmr_chart([less, more] + [repeated] * 10)

    assert drawn is not None
    assert repeated == drawn.mean
    assert [] == [signal for signal in drawn.signals if signal.rule is SignalRule.ONE_SIDE]


def test_a_value_on_a_limit_is_not_beyond_it() -> None:
    """Steps of 0.1 about 0.15: the limits are 0.416 and -0.116, to the last digit."""
    drawn = xmr_chart([0.1, 0.2] * 6 + [0.416, -0.116])

    assert drawn is not None
    assert (0.416, -0.116) == (drawn.high, drawn.low)
    assert [] == [signal for signal in drawn.signals if signal.rule is SignalRule.BEYOND_LIMITS]


@pytest.mark.parametrize("values", [[], [3.0], [3.0, 4.0, 5.0, 6.0]])
def test_fewer_than_five_points_have_no_chart(values: list[float]) -> None:
    assert xmr_chart(values) is None
