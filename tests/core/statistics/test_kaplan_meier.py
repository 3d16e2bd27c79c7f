"""The curve by day of discovery: METRICS' checks, textbook tables, scipy and lifelines."""

import warnings
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lif_core.statistics.kaplan_meier import DiscoverySurvival, kaplan_meier
from lif_core.statistics.spells import AtRisk, End
from tests.core.statistics.test_turnbull import CHECK, SPELLS, Seen

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries on import, which are not ours to mend
    import pandas as pd
    from lifelines import AalenJohansenFitter, KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

OF_LIFELINES = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::RuntimeWarning"
)
R, L, W = End.RELAPSED, End.LASTING, End.WITHDRAWN
HORIZON = 365
CODES = {L: 0, R: 1, W: 2}
ENDS = st.lists(st.tuples(st.integers(1, 700), st.sampled_from((R, L))), min_size=1, max_size=30)


def curve(*spells: Seen, horizon: int = HORIZON, floor: int = 1) -> DiscoverySurvival:
    return kaplan_meier(Counter(spells), horizon, floor=floor)


def seen_on(ends: list[tuple[int, End]]) -> list[Seen]:
    return [(day, day, end) for day, end in ends]


# METRICS


def test_the_check_of_the_metrics() -> None:
    """90+, 120, 180+, 200, 365+, 400+."""
    found = curve(*CHECK)

    assert (1.0, 0.8) == (found.at(119), found.at(120))
    assert (0.5333, 0.2483) == (
        round(found.at(200) or 0, 4),
        round(found.steps[-1].error or 0, 4),
    )
    assert (365, pytest.approx(272.0)) == (found.tau, found.restricted_mean)


def test_the_mean_runs_to_the_last_day_anybody_was_seen() -> None:
    """100+, 200+, 300+: up to 300 days, and nothing is said at 365."""
    found = curve((100, 100, L), (200, 200, L), (300, 300, L))

    assert (300, 300.0, None) == (found.tau, found.restricted_mean, found.mean_reason)
    assert (None, None, None) == (found.survival, found.low, found.high)
    assert "0 spells are at risk on day 365, fewer than 1" == found.survival_reason


def test_where_none_relapsed_the_lower_bound_is_exact() -> None:
    """Six at risk: 0.025 ^ (1/6)."""
    found = curve(*[(400, 400, L)] * 6)

    assert (1.0, 0.5407, 1.0) == (found.survival, round(found.low or 0, 4), found.high)
    assert 0.5407 == round(stats.binomtest(6, 6).proportion_ci(method="exact").low, 4)


def test_where_all_relapsed_the_upper_bound_is_exact() -> None:
    (step,) = curve((0, 40, R)).steps

    assert (0.0, None, 0.0, 0.975) == (step.survival, step.error, step.low, step.high)


def test_the_restricted_mean_stops_at_its_horizon() -> None:
    """Up to 150 days: 120 days of everybody, 30 days of four in five."""
    found = curve(*CHECK, horizon=150)

    assert (150, pytest.approx(120 + 0.8 * 30)) == (found.tau, found.restricted_mean)


# The floor


def test_below_the_floor_there_is_no_share_no_median_and_no_mean() -> None:
    """Four relapse, one after the other: half are left from day 2 on, when three are at risk."""
    spells = [(0, day, R) for day in (1, 2, 3, 4)]
    found = curve(*spells, horizon=2, floor=4)

    assert (1, 0.75, None) == (found.stated_to, found.at(1), found.at(2))
    assert [(4, 0.75), (3, None), (2, None), (1, None)] == [
        (step.at_risk, step.survival) for step in found.steps
    ]
    assert (None, None) == (found.survival, found.median)
    assert 2 * ["3 spells are at risk on day 2, fewer than 4"] == [
        found.survival_reason,
        found.median_reason,
    ]
    assert (2, 1.75, None) == (found.tau, found.restricted_mean, found.mean_reason)


@pytest.mark.parametrize(
    ("spells", "reason"),
    [
        ([(100, 100, L)] * 4 + [(0, 0, L)] * 9, "4 spells were ever checked, fewer than 5"),
        ([(0, 100, R)] + [(0, 300, W)] * 9, "1 spell was ever checked, fewer than 5"),
        ([(100, 100, L)] * 3 + [(0, 100, R), (90, 300, W)], None),
    ],
)
def test_the_mean_needs_spells_that_were_ever_checked(
    spells: list[Seen], reason: str | None
) -> None:
    """A check that failed is one; a withdrawal is none."""
    found = curve(*spells, floor=5)

    assert (reason, reason is None) == (found.mean_reason, found.restricted_mean is not None)


def test_a_withdrawn_spell_is_at_risk_to_its_last_pass() -> None:
    """Nobody had seen it since; as a competing outcome it counts on its own day."""
    found = curve((100, 300, W), (0, 200, R), (0, 350, R))

    assert [
        (200, 2, 0.5, 0.3333, 0.0),
        (300, 1, 0.5, 0.3333, 0.3333),
        (350, 1, 0, 0.6667, 0.3333),
    ] == [
        (
            step.day,
            step.at_risk,
            step.survival,
            round(step.relapse_incidence or 0, 4),
            round(step.withdrawal_incidence or 0, 4),
        )
        for step in found.steps
    ]


def test_of_nothing_nothing_is_said() -> None:
    found = curve()

    assert (0, None, None, None, None, (), ()) == (
        found.spells,
        found.survival,
        found.tau,
        found.restricted_mean,
        found.median,
        found.steps,
        found.at_risk,
    )
    assert "no improvement was embedded" == found.median_reason


@given(spells=SPELLS, floor=st.integers(1, 8))
def test_a_figure_is_stated_or_its_place_says_why(spells: Counter[Seen], floor: int) -> None:
    """By a count of spells by hand, for every day."""
    found = kaplan_meier(spells, HORIZON, floor=floor)
    last = [last if end is R else first for first, last, end in spells.elements()]

    for figure, reason in (
        (found.survival, found.survival_reason),
        (found.restricted_mean, found.mean_reason),
        (found.median, found.median_reason),
    ):
        assert (figure is None) is (reason is not None)
    for day in range(0, 90, 7):
        assert (found.at(day) is not None) is (sum(seen >= day for seen in last) >= floor)
    for step in found.steps:
        assert step.at_risk == sum(seen >= step.day for seen in last)
        assert (step.low is None) is (step.survival is None)


# Tables


SIX_MP: list[tuple[int, End]] = [
    *[(6, R), (6, R), (6, R), (6, L), (7, R), (9, L), (10, R), (10, L), (11, L), (13, R)],
    *[(16, R), (17, L), (19, L), (20, L), (22, R), (23, R), (25, L), (32, L), (32, L)],
    *[(34, L), (35, L)],
]


def test_the_remissions_of_freireich_1963() -> None:
    """The 6-MP arm, 21 children: the estimate, and Greenwood's error, of the textbooks."""
    found = curve(*seen_on(SIX_MP), horizon=35)

    assert [
        (6, 21, 3, 0.857, 0.0764),
        (7, 17, 1, 0.807, 0.0869),
        (10, 15, 1, 0.753, 0.0963),
        (13, 12, 1, 0.690, 0.1068),
        (16, 11, 1, 0.627, 0.1141),
        (22, 7, 1, 0.538, 0.1282),
        (23, 6, 1, 0.448, 0.1346),
    ] == [
        (s.day, s.at_risk, s.relapses, round(s.survival or 0, 3), round(s.error or 0, 4))
        for s in found.steps
    ]
    assert (23, 21, 9) == (found.median, found.spells, found.relapses)


@pytest.mark.parametrize(
    ("ends", "median"),
    [
        ([(10, R), (20, L)], 10),  # a half, exactly
        ([(10, R), (20, L), (30, L)], None),  # two thirds
        ([(day, R) for day in range(1, 11)], 5),  # a half, as a product of five shares
    ],
)
def test_the_median_is_the_day_from_which_a_half_or_less_last(
    ends: list[tuple[int, End]], median: int | None
) -> None:
    assert median == curve(*seen_on(ends)).median


@given(ends=ENDS)
def test_the_median_agrees_with_exact_fractions(ends: list[tuple[int, End]]) -> None:
    """Lifelines is no oracle of it: its product of shares misses an exact half."""
    share, median = Fraction(1), None
    for day in sorted({day for day, end in ends if end is R}):
        share *= 1 - Fraction(ends.count((day, R)), sum(last >= day for last, _ in ends))
        if median is None and share <= Fraction(1, 2):
            median = day

    assert median == curve(*seen_on(ends)).median


def test_the_numbers_at_risk_go_past_the_last_end() -> None:
    """90+, 120, 180 withdrawn and last seen on 100, 200: who had ended by a day is counted on it,
    and at risk on it.
    """
    found = curve((90, 90, L), (0, 120, R), (100, 180, W), (120, 200, R))

    assert [
        (0, 4, 0, 0, 0),
        (90, 4, 0, 1, 0),
        (180, 1, 1, 1, 1),
        (270, 0, 2, 1, 1),
    ] == [(r.day, r.at_risk, r.relapsed, r.censored, r.withdrawn) for r in found.at_risk]


@pytest.mark.parametrize(
    ("last", "step", "rows"),
    [(0, 90, 2), (89, 90, 2), (90, 90, 3), (989, 90, 12), (990, 180, 7), (10_000, 990, 12)],
)
def test_however_long_they_last_there_are_at_most_twelve_rows(
    last: int, step: int, rows: int
) -> None:
    found = curve((last, last, L)).at_risk

    assert ([n * step for n in range(rows)], 0) == ([r.day for r in found], found[-1].at_risk)


@given(spells=SPELLS)
def test_the_numbers_at_risk_agree_with_a_count_by_hand(spells: Counter[Seen]) -> None:
    rows = [*spells.elements()]
    for row in kaplan_meier(spells, HORIZON).at_risk:
        until = [end for _, last, end in rows if last <= row.day]

        assert row.at_risk == sum((last if end is R else f) >= row.day for f, last, end in rows)
        assert [until.count(end) for end in (R, L, W)] == [
            row.relapsed,
            row.censored,
            row.withdrawn,
        ]


# scipy and lifelines


@given(spells=SPELLS)
def test_it_agrees_with_scipy(spells: Counter[Seen]) -> None:
    """Withdrawals are censored at their last pass."""
    found = kaplan_meier(spells, HORIZON, floor=1)
    failed = [last for _, last, end in spells.elements() if end is R]
    lasting = [first for first, _, end in spells.elements() if end is not R]
    oracle = stats.ecdf(stats.CensoredData(uncensored=failed, right=lasting)).sf

    for day in range(found.stated_to or 0):
        assert pytest.approx(float(oracle.evaluate(day))) == found.at(day)


@OF_LIFELINES
@given(ends=ENDS)
def test_it_agrees_with_lifelines(ends: list[tuple[int, End]]) -> None:
    """Its survival, Greenwood's error, its log-log interval and its area."""
    found = curve(*seen_on(ends))
    oracle = KaplanMeierFitter().fit(
        [day for day, _ in ends], event_observed=[end is R for _, end in ends]
    )
    variance = oracle._cumulative_sq_  # lifelines has no public name for Greenwood's sum
    interval = oracle.confidence_interval_
    for step in found.steps:
        share = float(oracle.predict(step.day))
        assert pytest.approx(share, abs=1e-12) == step.survival
        if step.error is not None:
            assert pytest.approx(share * sqrt(variance.loc[step.day].item())) == step.error
            low, high = interval.loc[step.day]
            assert pytest.approx((low, high)) == (step.low, step.high)

    for horizon in (30, HORIZON, 800):
        at = curve(*seen_on(ends), horizon=horizon)
        mean = restricted_mean_survival_time(oracle, t=at.tau)
        assert pytest.approx(mean) == at.restricted_mean


@OF_LIFELINES
@given(days=st.lists(st.integers(1, 700), min_size=2, max_size=30, unique=True), data=st.data())
def test_the_cumulative_incidences_agree_with_lifelines(
    days: list[int], data: st.DataObject
) -> None:
    """No two on one day, since lifelines moves those by chance."""
    ends = data.draw(st.lists(st.sampled_from(End), min_size=len(days), max_size=len(days)))
    found = curve(*seen_on(list(zip(days, ends, strict=True))))
    codes = pd.Series([CODES[end] for end in ends])
    for end in {*ends} - {L}:
        oracle = AalenJohansenFitter(calculate_variance=False)
        oracle.fit(pd.Series(days), codes, event_of_interest=CODES[end])
        for step in found.steps:
            ours = step.relapse_incidence if end is R else step.withdrawal_incidence
            assert pytest.approx(oracle.predict(step.day), abs=1e-9) == ours


@given(spells=SPELLS)
def test_survival_never_rises_and_incidences_never_fall(spells: Counter[Seen]) -> None:
    steps = kaplan_meier(spells, HORIZON, floor=1).steps

    for before, after in pairwise(steps):
        assert (after.survival or 0) <= (before.survival or 0) + 1e-12
        assert (after.relapse_incidence or 0) >= (before.relapse_incidence or 0)
        assert (after.withdrawal_incidence or 0) >= (before.withdrawal_incidence or 0)


def test_those_at_risk_are_known_for_any_day() -> None:
    at_risk = AtRisk.of(Counter([(0, 40, R), (90, 90, L), (10, 80, W)]), 2)

    assert [3, 3, 2, 2, 1, 1, 0] == [at_risk.on(day) for day in (0, 10, 11, 40, 41, 90, 91)]
    assert (90, 40) == (at_risk.seen, at_risk.stated_to)
    assert (None, "1 spell is at risk on day 41, fewer than 2") == (
        at_risk.reason(40),
        at_risk.reason(41),
    )
