"""Control charts against the handbook, and against a second implementation, written otherwise."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from lif_core.statistics.spc import (
    Assured,
    Chart,
    ChartKind,
    SignalRule,
    assured,
    g_chart,
    rare,
    t_chart,
    xmr_chart,
)

VALUES = st.lists(
    st.integers(-40, 40).map(lambda n: n / 4) | st.sampled_from((0.0, 100.0)),
    min_size=2,
    max_size=40,
)
RUNS = st.integers(3, 9)


def chart(values: Sequence[float], *, baseline: int | None = None, **runs: int) -> Chart | None:
    """Return the chart on limits from the first points, or from all, however few they are."""
    return xmr_chart(values, base=values[:baseline], least=2, **runs)


def test_the_flow_rates_of_the_nist_handbook() -> None:
    """NIST/SEMATECH 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 3/1.128 times it away.

    The handbook's limits are 45.8159 and 55.8041; ours take 2.66 for 3/1.128 = 2.6596.
    """
    rates = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    drawn = chart(rates)

    assert drawn is not None
    assert (50.81, 1.8778) == (round(drawn.mean, 4), round(drawn.moving_range or 0, 4))
    assert pytest.approx((45.8159, 55.8041), abs=1e-3) == (drawn.low, drawn.high)
    assert () == drawn.signals


# A second implementation: by windows over arrays, where the first walks along the points


def limits(values: Sequence[float], baseline: int | None) -> tuple[float, float]:
    """The mean, and the mean moving range after one screening."""
    base = np.array(values[:baseline])
    ranges = np.abs(np.diff(base))
    screened = ranges[ranges < 3.267 * ranges.mean()]
    return float(base.mean()), float((screened if screened.any() else ranges).mean())


def ends_of_windows(met: np.ndarray, length: int) -> set[int]:
    """The last points of windows of that *length* in which all is *met*."""
    if len(met) < length:
        return set()
    full = sliding_window_view(met, length).all(axis=1)
    return {int(at) + length - 1 for at in np.flatnonzero(full)}


def signals(
    values: Sequence[float], mean: float, width: float, side: int, trend: int
) -> set[tuple[int, SignalRule, bool]]:
    found: set[tuple[int, SignalRule, bool]] = set()
    for up, away in ((True, np.array(values) - mean), (False, mean - np.array(values))):
        found |= {(int(at), SignalRule.BEYOND_LIMITS, up) for at in np.flatnonzero(away > width)}
        found |= {(at, SignalRule.ONE_SIDE, up) for at in ends_of_windows(away > 0, side)}
        steps = np.diff(np.array(values) if up else -np.array(values)) > 0
        found |= {(at + 1, SignalRule.TREND, up) for at in ends_of_windows(steps, trend - 1)}
        far = away > width * 2 / 3
        if len(far) >= 3:
            two = sliding_window_view(far, 3).sum(axis=1) >= 2
            two &= sliding_window_view(away > 0, 3).all(axis=1)
            found |= {
                (int(at) + 2, SignalRule.TWO_OF_THREE, up) for at in np.flatnonzero(two & far[2:])
            }
    return found


@given(values=VALUES, baseline=st.none() | st.integers(2, 14), side=RUNS, trend=RUNS)
def test_limits_and_signals_agree_with_a_second_implementation(
    values: list[float], baseline: int | None, side: int, trend: int
) -> None:
    """Limits from the first points; every rule, at every point that completes its pattern."""
    drawn = chart(values, baseline=baseline, side=side, trend=trend)
    assert drawn is not None
    mean, moving = limits(values, baseline)
    expected = signals(values, drawn.mean, drawn.high - drawn.mean, side, trend)

    assert pytest.approx((mean, moving)) == (drawn.mean, drawn.moving_range)
    assert pytest.approx((mean - 2.66 * moving, mean + 2.66 * moving)) == (drawn.low, drawn.high)
    assert expected == {(s.index, s.rule, s.upwards) for s in drawn.signals}


@given(value=st.floats(-1e14, 1e14), count=st.integers(2, 20))
def test_what_never_changes_never_signals(value: float, count: int) -> None:
    """Not even by the last digit of a mean: the limits are the value itself."""
    assert Chart(
        kind=ChartKind.XMR,
        points=count,
        locked=count >= 12,
        mean=value,
        moving_range=0,
        low=value,
        high=value,
        signals=(),
    ) == chart([value] * count)


def test_the_first_change_of_what_never_changed_signals() -> None:
    drawn = xmr_chart([0.1] * 12 + [0.2])

    assert drawn is not None
    assert [(12, SignalRule.BEYOND_LIMITS, True)] == [
        (s.index, s.rule, s.upwards) for s in drawn.signals
    ]


def test_where_all_that_changed_would_be_screened_out_nothing_is() -> None:
    """5 eight times, then 6: by METRICS 4.779 and 5.444, on trial. Each point that ends seven or
    more on one side of the mean signals, and so does the 6.
    """
    drawn = xmr_chart([5.0] * 8 + [6.0])

    assert drawn is not None
    assert (0.125, 4.779, 5.444) == (
        drawn.moving_range,
        round(drawn.low, 3),
        round(drawn.high, 3),
    )
    assert (9, False) == (drawn.points, drawn.locked)
    assert [
        (6, 0, SignalRule.ONE_SIDE, False),
        (7, 0, SignalRule.ONE_SIDE, False),
        (8, 8, SignalRule.BEYOND_LIMITS, True),
    ] == [(s.index, s.first, s.rule, s.upwards) for s in drawn.signals]


@pytest.mark.parametrize(
    ("count", "points", "locked"),
    [(4, None, None), (5, 5, False), (11, 11, False), (12, 12, True), (20, 12, True)],
)
def test_limits_are_on_trial_from_five_points_and_locked_at_twelve(
    count: int, points: int | None, locked: bool | None
) -> None:
    values = [60.0, 62.0, 58.0, 61.0] * 5
    for drawn in (xmr_chart(values[:count]), t_chart(values[:count]), g_chart(values[:count])):
        assert (points, locked) == ((drawn.points, drawn.locked) if drawn else (None, None))


def test_two_of_three_need_all_three_on_their_side() -> None:
    """Between the two lies a point on the mean, or beyond it."""
    two_thirds = [
        [s.index for s in drawn.signals if s.rule is SignalRule.TWO_OF_THREE]
        for between in (61.0, 60.0, 59.0)
        if (drawn := xmr_chart([*[60.0, 62.0, 58.0] * 4, 65.0, between, 65.0]))
    ]

    assert [[14], [], []] == two_thirds


def test_a_signal_begins_with_the_first_point_of_its_pattern() -> None:
    """A run with its first point, though it is longer than seven; two of three with all three."""
    drawn = xmr_chart([60.0, 62.0, 58.0] * 4 + [61.0] * 9)
    rising = xmr_chart([60.0, 62.0, 58.0] * 4 + [float(n) for n in range(57, 66)])
    two = xmr_chart([60.0, 62.0, 58.0] * 4 + [61.0, 65.0, 65.0])
    assert drawn is not None
    assert rising is not None
    assert two is not None

    assert {(n, 12, SignalRule.ONE_SIDE) for n in (18, 19, 20)} == {
        (s.index, s.first, s.rule) for s in drawn.signals
    }
    assert {(n, 12, SignalRule.TREND) for n in (18, 19, 20)} == {
        (s.index, s.first, s.rule) for s in rising.signals if s.rule is SignalRule.TREND
    }
    assert [(14, 12, SignalRule.TWO_OF_THREE)] == [(s.index, s.first, s.rule) for s in two.signals]


# Rare events


def test_the_t_chart_of_the_metrics() -> None:
    """By numpy: roots, mean and moving range of the twelve gaps, transformed back."""
    gaps = [31, 12, 45, 60, 22, 18, 75, 40, 9, 33, 52, 28]
    drawn = t_chart(gaps)
    roots = np.array(gaps) ** (1 / 3.6)
    moving = np.abs(np.diff(roots)).mean()
    low, centre, high = (roots.mean() + np.array([-2.66, 0, 2.66]) * moving) ** 3.6

    assert drawn is not None
    assert (31.49, 0.87, 183.28) == (
        round(drawn.mean, 2),
        round(drawn.low, 2),
        round(drawn.high, 2),
    )
    assert pytest.approx((low, centre, high)) == (drawn.low, drawn.mean, drawn.high)
    assert (ChartKind.T, 12, True, ()) == (drawn.kind, drawn.points, drawn.locked, drawn.signals)


def test_the_g_chart_of_the_metrics() -> None:
    drawn = g_chart([3, 8, 0, 14, 5, 11, 2, 7, 9, 1])

    assert drawn is not None
    assert (6.0, 25.442, 0.0, None) == (
        drawn.mean,
        round(drawn.high, 3),
        drawn.low,
        drawn.moving_range,
    )
    assert (ChartKind.G, 10, False) == (drawn.kind, drawn.points, drawn.locked)


@given(gaps=st.lists(st.integers(0, 400), min_size=5, max_size=30))
def test_rare_events_signal_beyond_the_limits_only(gaps: list[int]) -> None:
    """By comparing with the limits as they are shown."""
    for drawn in (t_chart(gaps), g_chart(gaps)):
        assert drawn is not None
        assert {SignalRule.BEYOND_LIMITS} >= {s.rule for s in drawn.signals}
        for number, gap in enumerate(gaps):
            signalled = number in {s.index for s in drawn.signals}
            if abs(gap - drawn.low) > 1e-6 and abs(gap - drawn.high) > 1e-6:
                assert signalled is (gap < drawn.low or gap > drawn.high)


@given(gap=st.integers(0, 10_000), count=st.integers(5, 20))
def test_the_same_gap_over_and_over_never_signals(gap: int, count: int) -> None:
    """Though a root, transformed back, is not the number it was taken of to the last digit."""
    drawn = t_chart([gap] * count)

    assert drawn is not None
    assert () == drawn.signals


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], False),
        ([0, 0, 0, 9, 9], True),  # half are 0, though the mean is 3.6
        ([0, 0, 9, 9], False),
        ([1, 2, 3, 1, 2], True),  # a mean of 1.8
        ([2, 2, 2, 2, 2], False),
    ],
)
def test_a_count_is_rare_where_half_are_0_or_the_mean_is_below_2(
    counts: list[float], expected: bool
) -> None:
    assert expected is rare(counts)


def test_two_points_have_limits_from_their_one_moving_range() -> None:
    drawn = chart([-3.0, -1.0])

    assert drawn is not None
    assert (-2.0, 2.0, pytest.approx(-7.32), pytest.approx(3.32), ()) == (
        drawn.mean,
        drawn.moving_range,
        drawn.low,
        drawn.high,
        drawn.signals,
    )


@pytest.mark.parametrize(
    ("target", "higher_is_better", "expected"),
    [
        (52.0, True, Assured.MET),
        (60.0, True, Assured.EITHER),
        (68.0, True, Assured.NOT_MET),
        (68.0, False, Assured.MET),
        (60.0, False, Assured.EITHER),
        (52.0, False, Assured.NOT_MET),
    ],
)
def test_a_target_is_met_where_the_whole_of_the_limits_is_on_its_good_side(
    target: float, higher_is_better: bool, expected: Assured
) -> None:
    """The limits are 52.745 and 67.255."""
    drawn = xmr_chart([60, 62, 58] * 4)

    assert drawn is not None
    assert expected is assured(drawn, target, higher_is_better=higher_is_better)


@pytest.mark.parametrize("higher_is_better", [True, False])
def test_what_never_leaves_its_target_meets_it(higher_is_better: bool) -> None:
    drawn = xmr_chart([95.0] * 5)

    assert drawn is not None
    assert Assured.MET is assured(drawn, 95.0, higher_is_better=higher_is_better)
