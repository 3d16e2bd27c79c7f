"""Control charts against the handbook, and against a second implementation, written otherwise."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from lif_core.statistics.spc import Assured, Chart, Rule, assured, chart

VALUES = st.lists(
    st.integers(-40, 40).map(lambda n: n / 4) | st.sampled_from((0.0, 100.0)),
    min_size=2,
    max_size=40,
)
RUNS = st.integers(3, 9)


def test_the_flow_rates_of_the_nist_handbook() -> None:
    """NIST/SEMATECH 6.3.2.2: mean 50.81, mean moving range 1.8778, limits 3/1.128 times it away.

    The handbook's limits are 45.8159 and 55.8041; ours take 2.66 for 3/1.128 = 2.6596.
    """
    rates = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    drawn = chart(rates)

    assert drawn is not None
    assert (50.81, 1.8778) == (round(drawn.mean, 4), round(drawn.moving_range, 4))
    assert pytest.approx((45.8159, 55.8041), abs=1e-3) == (drawn.low, drawn.high)
    assert () == drawn.signals


# A second implementation: by windows over arrays, where the first walks along the points


def limits(values: Sequence[float], baseline: int | None) -> tuple[float, float]:
    """The mean, and the mean moving range after one screening."""
    base = np.array(values[:baseline])
    ranges = np.abs(np.diff(base))
    screened = ranges[ranges < 3.267 * ranges.mean()] if ranges.any() else ranges
    return float(base.mean()), float(screened.mean())


def ends_of_windows(met: np.ndarray, length: int) -> set[int]:
    """The last points of windows of that *length* in which all is *met*."""
    if len(met) < length:
        return set()
    full = sliding_window_view(met, length).all(axis=1)
    return {int(at) + length - 1 for at in np.flatnonzero(full)}


def signals(
    values: Sequence[float], mean: float, width: float, side: int, trend: int
) -> set[tuple[int, Rule, bool]]:
    found: set[tuple[int, Rule, bool]] = set()
    for up, away in ((True, np.array(values) - mean), (False, mean - np.array(values))):
        found |= {(int(at), Rule.BEYOND_LIMITS, up) for at in np.flatnonzero(away > width)}
        found |= {(at, Rule.ONE_SIDE, up) for at in ends_of_windows(away > 0, side)}
        steps = np.diff(np.array(values) if up else -np.array(values)) > 0
        found |= {(at + 1, Rule.TREND, up) for at in ends_of_windows(steps, trend - 1)}
        far = away > width * 2 / 3
        if len(far) >= 3:
            two = sliding_window_view(far, 3).sum(axis=1) >= 2
            found |= {(int(at) + 2, Rule.TWO_OF_THREE, up) for at in np.flatnonzero(two & far[2:])}
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
    assert Chart(mean=value, moving_range=0, low=value, high=value, signals=()) == chart(
        [value] * count
    )


def test_the_first_change_of_what_never_changed_signals() -> None:
    drawn = chart([0.1] * 12 + [0.2], baseline=12)

    assert drawn is not None
    assert [(12, Rule.BEYOND_LIMITS, True)] == [
        (s.index, s.rule, s.upwards) for s in drawn.signals
    ]


def test_where_all_that_changed_is_screened_out_the_limits_have_no_width() -> None:
    """One jump at the start, then nothing: the mean is still that of all points."""
    drawn = chart([0.25, 0.0, 0.0, 0.0, 0.0])

    assert drawn is not None
    assert (0.05, 0.0, 0.05, 0.05) == (drawn.mean, drawn.moving_range, drawn.low, drawn.high)


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
    drawn = chart([60, 62, 58] * 4)

    assert drawn is not None
    assert expected is assured(drawn, target, higher_is_better=higher_is_better)


@pytest.mark.parametrize("higher_is_better", [True, False])
def test_what_never_leaves_its_target_meets_it(higher_is_better: bool) -> None:
    drawn = chart([95.0, 95.0, 95.0])

    assert drawn is not None
    assert Assured.MET is assured(drawn, 95.0, higher_is_better=higher_is_better)
