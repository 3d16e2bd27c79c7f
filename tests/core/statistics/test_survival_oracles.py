"""Survival curves against textbook tables and `lifelines`, which shares no code with them."""

import warnings
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.statistics.spells import End, Spell
from lif_core.statistics.survival import Survival, estimate, survival

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the libraries on import, which are not ours to mend
    import pandas as pd
    from lifelines import AalenJohansenFitter, KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

OF_LIFELINES = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::RuntimeWarning"
)
HORIZON = 365
Seen = list[tuple[int, End]]
SEEN = st.lists(st.tuples(st.integers(1, 700), st.sampled_from(End)), min_size=1, max_size=30)
CODES = {End.LASTING: 0, End.RELAPSED: 1, End.WITHDRAWN: 2}


def curve_of(seen: Seen, horizon: int = HORIZON) -> Survival:
    return estimate(Counter(seen), horizon)


# Tables


R, L = End.RELAPSED, End.LASTING
SIX_MP: Seen = [
    *[(6, R), (6, R), (6, R), (6, L), (7, R), (9, L), (10, R), (10, L), (11, L), (13, R)],
    *[(16, R), (17, L), (19, L), (20, L), (22, R), (23, R), (25, L), (32, L), (32, L)],
    *[(34, L), (35, L)],
]


def test_the_remissions_of_freireich_1963() -> None:
    """The 6-MP arm, 21 children: the estimate, and Greenwood's error, of the textbooks."""
    curve = curve_of(SIX_MP, 35)

    assert [
        (6, 21, 3, 0.857, 0.0764),
        (7, 17, 1, 0.807, 0.0869),
        (10, 15, 1, 0.753, 0.0963),
        (13, 12, 1, 0.690, 0.1068),
        (16, 11, 1, 0.627, 0.1141),
        (22, 7, 1, 0.538, 0.1282),
        (23, 6, 1, 0.448, 0.1346),
    ] == [
        (s.day, s.at_risk, s.relapses, round(s.survival, 3), round(s.error or 0, 4))
        for s in curve.steps
    ]
    assert (23, 21, 9) == (curve.median, curve.spells, curve.relapses)


def test_everybody_relapsed_on_the_first_day() -> None:
    curve = curve_of([(0, R)] * 3)

    (step,) = curve.steps
    assert (0.0, None, None, None, 1.0) == (
        step.survival,
        step.error,
        step.low,
        step.high,
        step.relapse_incidence,
    )
    assert (0.0, 0) == (curve.restricted_mean, curve.median)
    assert [(0, 3, 3), (90, 0, 3)] == [(r.day, r.at_risk, r.relapsed) for r in curve.at_risk]


def test_nobody_relapsed() -> None:
    """Then nothing is known of when they would: no step, no median, and the whole horizon."""
    curve = curve_of([(100, L), (200, L)])

    assert (1.0, 365.0, None, ()) == (
        curve.at(365),
        curve.restricted_mean,
        curve.median,
        curve.steps,
    )


@pytest.mark.parametrize(
    ("seen", "median"),
    [
        ([(10, R), (20, L)], 10),  # a half, exactly
        ([(10, R), (20, L), (30, L)], None),  # two thirds
        ([(day, R) for day in range(1, 11)], 5),  # a half, as a product of five shares
    ],
)
def test_the_median_is_the_day_from_which_a_half_or_less_last(
    seen: Seen, median: int | None
) -> None:
    assert median == curve_of(seen).median


@given(seen=SEEN)
def test_the_median_agrees_with_exact_fractions(seen: Seen) -> None:
    """Lifelines is no oracle of it: its product of shares misses an exact half."""
    share, median = Fraction(1), None
    for day in sorted({day for day, end in seen if end is R}):
        share *= 1 - Fraction(seen.count((day, R)), sum(last >= day for last, _ in seen))
        if median is None and share <= Fraction(1, 2):
            median = day

    assert median == curve_of(seen).median


def test_the_numbers_at_risk_go_past_the_last_end() -> None:
    """90+, 120, 180 withdrawn, 200: who had ended by a day is counted on it, and at risk on it."""
    curve = curve_of([(90, L), (120, R), (180, End.WITHDRAWN), (200, R)])

    assert [
        (0, 4, 0, 0, 0),
        (90, 4, 0, 1, 0),
        (180, 2, 1, 1, 1),
        (270, 0, 2, 1, 1),
    ] == [(r.day, r.at_risk, r.relapsed, r.censored, r.withdrawn) for r in curve.at_risk]


@pytest.mark.parametrize(
    ("last", "step", "rows"),
    [(0, 90, 2), (89, 90, 2), (90, 90, 3), (989, 90, 12), (990, 180, 7), (10_000, 990, 12)],
)
def test_however_long_they_last_there_are_at_most_twelve_rows(
    last: int, step: int, rows: int
) -> None:
    found = curve_of([(last, L)]).at_risk

    assert ([n * step for n in range(rows)], 0) == ([r.day for r in found], found[-1].at_risk)


@given(seen=SEEN)
def test_the_numbers_at_risk_agree_with_a_count_by_hand(seen: Seen) -> None:
    """At risk, and those who ended before, are all there are."""
    for row in curve_of(seen).at_risk:
        until = [end for day, end in seen if day <= row.day]
        before = sum(day < row.day for day, _ in seen)
        ended = [until.count(end) for end in (R, L, End.WITHDRAWN)]

        assert len(seen) == row.at_risk + before
        assert ended == [row.relapsed, row.censored, row.withdrawn]


# The other end of the interval


@given(
    within=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), min_size=1, max_size=20)
)
def test_where_none_is_censored_the_left_end_point_is_the_lower_bound(
    within: list[tuple[int, int]],
) -> None:
    spells = [
        Spell(recommendation="r", end=R, first=first, last=first + days) for first, days in within
    ]
    right, left = survival(spells, HORIZON), survival(spells, HORIZON, earliest=True)

    for day in range(0, 701, 50):
        assert left.at(day) <= right.at(day) + 1e-9


def test_a_spell_censored_within_the_interval_is_still_at_risk_at_its_left() -> None:
    """One relapsed within (0, 90], the other never was verified: at 90 days nobody else is at
    risk, at 0 both are. So the left end-point is a second estimate, and no bound.
    """
    spells = [
        Spell(recommendation="r-1", end=R, first=0, last=90),
        Spell(recommendation="r-2", end=L, first=0, last=0),
    ]

    assert (0.0, 0.5) == (
        survival(spells, HORIZON).at(90),
        survival(spells, HORIZON, earliest=True).at(90),
    )


# lifelines


def kaplan_meier(seen: Seen) -> KaplanMeierFitter:
    """Withdrawals are censored, as in our curve."""
    days = [day for day, _ in seen]
    return KaplanMeierFitter().fit(days, event_observed=[end is R for _, end in seen])


@OF_LIFELINES
@given(seen=SEEN)
def test_the_curve_agrees_with_lifelines(seen: Seen) -> None:
    """Its survival, Greenwood's error, its log-log interval and its area."""
    curve, oracle = curve_of(seen), kaplan_meier(seen)
    variance = oracle._cumulative_sq_  # lifelines has no public name for Greenwood's sum
    interval = oracle.confidence_interval_
    for step in curve.steps:
        share = float(oracle.predict(step.day))
        assert pytest.approx(share, abs=1e-12) == step.survival
        if step.error is not None:
            assert pytest.approx(share * sqrt(variance.loc[step.day].item())) == step.error
        if step.low is not None and step.high is not None:
            low, high = interval.loc[step.day]
            assert pytest.approx((low, high)) == (step.low, step.high)

    for horizon in (30, HORIZON, 800):
        mean = restricted_mean_survival_time(oracle, t=horizon)
        assert pytest.approx(mean) == curve_of(seen, horizon).restricted_mean


@OF_LIFELINES
@given(days=st.lists(st.integers(1, 700), min_size=2, max_size=30, unique=True), data=st.data())
def test_the_cumulative_incidences_agree_with_lifelines(
    days: list[int], data: st.DataObject
) -> None:
    """No two on one day, since lifelines moves those by chance."""
    ends = data.draw(st.lists(st.sampled_from(End), min_size=len(days), max_size=len(days)))
    curve = curve_of(list(zip(days, ends, strict=True)))
    codes = pd.Series([CODES[end] for end in ends])
    for end in {*ends} - {L}:
        oracle = AalenJohansenFitter(calculate_variance=False)
        oracle.fit(pd.Series(days), codes, event_of_interest=CODES[end])
        for step in curve.steps:
            ours = step.relapse_incidence if end is R else step.withdrawal_incidence
            assert pytest.approx(oracle.predict(step.day), abs=1e-9) == ours


@given(seen=SEEN)
def test_what_lasts_relapsed_and_was_withdrawn_are_all_there_is(seen: Seen) -> None:
    """Survival of every cause, by hand, and both incidences add up to one at every step."""
    steps = curve_of(seen).steps
    lasting = 1.0
    for step in steps:
        lasting *= 1 - (step.relapses + step.withdrawn) / step.at_risk
        ended = step.relapse_incidence + step.withdrawal_incidence
        assert pytest.approx(1.0) == lasting + ended
    for before, after in pairwise(steps):
        assert after.survival <= before.survival
        assert after.withdrawal_incidence >= before.withdrawal_incidence
