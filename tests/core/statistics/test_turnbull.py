"""Turnbull's curve: METRICS' check, published tables, lifelines, and a certificate of its own."""

import warnings
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from math import inf, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lif_core.statistics.bounds import bounds
from lif_core.statistics.spells import End, Spell, Spells, counted
from lif_core.statistics.turnbull import IntervalSurvival, innermost, turnbull

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the library on import, which are not ours to mend
    from lifelines.fitters.npmle import npmle

R, L, W = End.RELAPSED, End.LASTING, End.WITHDRAWN
HORIZON = 365
Seen = tuple[int, int, End]


@st.composite
def seen(draw: st.DrawFn, most: int = 40) -> Seen:
    """A spell as checks saw it: its last pass, and where it relapsed the first fail after it."""
    end, first = draw(st.sampled_from(End)), draw(st.integers(0, most))
    if end is L:
        return first, first, L
    return first, first + draw(st.integers(0, most)), end


SPELLS = st.lists(seen(), min_size=1, max_size=25).map(Counter)


def curve(*spells: Seen, floor: int = 1) -> IntervalSurvival:
    return turnbull(Counter(spells), HORIZON, floor=floor)


CHECK = ((90, 90, L), (60, 120, R), (180, 180, L), (100, 200, R), (365, 365, L), (400, 400, L))


def test_the_check_of_the_metrics() -> None:
    """90+, (60, 120], 180+, (100, 200], 365+, 400+: 0.4 in (100, 120], and 0.6 beyond 400."""
    found = curve(*CHECK)

    assert [(100, 120, 0.4), (400, None, 0.6)] == [(m.after, m.by, m.mass) for m in found.masses]
    assert (0.6, 0.6, 0.6) == (found.at(120), found.at(365), found.survival)
    assert -3.365058 == round(found.log_likelihood or 0, 6)


def test_below_the_floor_no_mass_is_stated_nor_what_is_left() -> None:
    """They would say how many last: five are at risk on day 120, and one on day 400."""
    masses = {floor: curve(*CHECK, floor=floor).masses for floor in (1, 2, 5, 6)}

    assert [[0.4, 0.6], [0.4, None], [0.4, None], [None, None]] == [
        [row.mass for row in rows] for rows in masses.values()
    ]
    assert [0.6, 0.6, 0.6, None] == [rows[0].survival for rows in masses.values()]


def test_it_is_flat_outside_the_intervals_and_undefined_inside() -> None:
    """Somebody relapsed on one of the days 101 to 120; nobody knows on which."""
    found = curve(*CHECK)

    assert {1.0} == {found.at(day) for day in range(101)}
    assert {None} == {found.at(day) for day in range(101, 120)}
    assert {0.6} == {found.at(day) for day in range(120, 401)}
    assert None is found.at(401)


@pytest.mark.parametrize(
    ("day", "spells", "reason"),
    [
        (365, CHECK[:4], "0 spells are at risk on day 365, fewer than 1"),
        (
            365,
            ((300, 400, R), (500, 500, L)),
            "day 365 is within an interval: some relapsed after day 300 and by day 400",
        ),
        (365, (), "0 spells are at risk on day 365, fewer than 1"),
        (
            365,
            ((0, 800, R), (300, 300, L), (364, 364, L)),
            "day 365 is within an interval: some relapsed after day 364 and by day 800",
        ),
    ],
)
def test_where_it_says_nothing_it_says_why(
    day: int, spells: tuple[Seen, ...], reason: str
) -> None:
    found = curve(*spells)

    assert (day, None, reason) == (found.horizon, found.survival, found.reason)


def test_below_the_floor_nothing_is_stated() -> None:
    """Of the six, five are at risk on day 120, three on day 200: the masses stay, S does not."""
    found = curve(*CHECK, floor=5)

    assert (120, 0.6, None, None) == (
        found.stated_to,
        found.at(120),
        found.at(121),
        found.survival,
    )
    assert "2 spells are at risk on day 365, fewer than 5" == found.reason
    assert [(5, 0.6), (0, None)] == [(row.at_risk, row.survival) for row in found.masses]
    assert (None, None) == (curve(*CHECK, floor=7).stated_to, curve(*CHECK, floor=7).at(0))


def test_a_relapse_on_the_day_of_the_last_pass_was_on_that_day() -> None:
    found = curve((50, 50, R), (80, 80, L))

    assert [(49, 50, 0.5), (80, None, 0.5)] == [(m.after, m.by, m.mass) for m in found.masses]
    assert (1.0, 0.5) == (found.at(49), found.at(50))


def test_a_withdrawn_spell_lasts_beyond_its_last_verification() -> None:
    """Not beyond its withdrawal: nobody had looked since."""
    assert curve((0, 90, R), (100, 300, W)) == curve((0, 90, R), (100, 100, L))


# Published: the 46 women with radiotherapy only of Finkelstein and Wolfe (1985), as by `interval`
# and `Icens` of R; time to cosmetic deterioration in months

RADIOTHERAPY = """
    45- 6-10 0-7 46- 46- 7-16 17- 7-14 37-44 0-8 4-11 15- 11-15 22- 46- 46- 25-37 46- 26-40 46-
    27-34 36-44 46- 36-48 37- 40- 17-25 46- 11-18 38- 5-12 37- 0-5 18- 24- 36- 5-11 19-35 17-25
    24- 32- 33- 19-26 37- 34- 36-
"""


def months(text: str) -> Seen:
    first, _, last = text.partition("-")
    return (int(first), int(last), R) if last else (int(first), int(first), L)


def test_the_breast_cosmesis_of_finkelstein_and_wolfe() -> None:
    found = curve(*map(months, RADIOTHERAPY.split()))

    assert [
        (4, 5, 0.0463),
        (6, 7, 0.0334),
        (7, 8, 0.0887),
        (11, 12, 0.0708),
        (24, 25, 0.0926),
        (33, 34, 0.0818),
        (38, 40, 0.1209),
        (46, 48, 0.4656),
    ] == [(m.after, m.by, round(m.mass or 0.0, 4)) for m in found.masses]


# Oracles: a certificate that no other distribution is more likely, and lifelines' EM algorithm


def holds(spell: Seen, day: float) -> bool:
    """Return whether a relapse on *day* is what was seen of the spell."""
    first, last, end = spell
    if end is not R:
        return day > first
    return first < day <= last or first == last == day


def likelihood_of(found: IntervalSurvival, spell: Seen) -> float:
    return sum(
        row.mass or 0.0 for row in found.masses if holds(spell, inf if row.by is None else row.by)
    )


@given(spells=SPELLS)
def test_no_other_distribution_is_as_likely(spells: Counter[Seen]) -> None:
    """The slope to each day, by hand: where one were above 1, mass moved there would be likelier
    (Kuhn and Tucker; the likelihood is concave). Where there is mass, it is 1.
    """
    found = turnbull(spells, HORIZON, floor=1)
    shares = {spell: likelihood_of(found, spell) for spell in spells}
    days = [*range(82), inf]
    slopes = {
        day: sum(count / shares[spell] for spell, count in spells.items() if holds(spell, day))
        / spells.total()
        for day in days
    }

    assert max(slopes.values()) <= 1 + 1e-6
    for row in found.masses:
        assert pytest.approx(1, abs=1e-6) == slopes[inf if row.by is None else row.by]
    assert pytest.approx(1) == sum(row.mass or 0.0 for row in found.masses)
    total = sum(count * log(shares[spell]) for spell, count in spells.items())
    assert pytest.approx(total, abs=1e-6) == found.log_likelihood


@pytest.mark.filterwarnings("ignore")
@given(spells=st.lists(seen(), min_size=1, max_size=10).map(Counter))
def test_it_agrees_with_lifelines(spells: Counter[Seen]) -> None:
    """Whose algorithm stops short of the greatest likelihood, and takes both ends as included: so
    each interval begins a day later.
    """
    rows = [*spells.elements()]
    left = [last if end is R and first == last else first + 1 for first, last, end in rows]
    right = [float(last) if end is R else inf for _, last, end in rows]
    masses, places = npmle(left, right, tol=1e-9)
    found = turnbull(spells, HORIZON, floor=1)

    for day in range(82):
        if found.at(day) is None:
            continue
        theirs = sum(mass for mass, place in zip(masses, places, strict=True) if place.left > day)
        assert pytest.approx(theirs, abs=2e-3) == found.at(day)


def test_where_ends_are_known_to_the_day_it_is_kaplan_meier() -> None:
    """Freireich's 6-MP arm, as in the textbooks."""
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    last = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = curve(*((d, d, R) for d in ended), *((d, d, L) for d in last))

    assert [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448] == [
        round(found.at(day) or 0, 3) for day in (6, 7, 10, 13, 16, 22, 23)
    ]


# Properties


@given(spells=SPELLS)
def test_it_never_rises(spells: Counter[Seen]) -> None:
    found = turnbull(spells, HORIZON, floor=1)
    shares = [share for day in range(85) if (share := found.at(day)) is not None]

    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)


@given(spells=SPELLS, horizon=st.integers(1, 85), floor=st.integers(1, 6))
def test_it_lies_within_the_bounds_of_the_same_spells(
    spells: Counter[Seen], horizon: int, floor: int
) -> None:
    """Wherever it is stated, at whatever horizon and floor."""
    found, limits = turnbull(spells, horizon, floor=floor), bounds(spells, horizon)

    if found.survival is not None:
        assert limits.low is not None
        assert limits.high is not None
        assert limits.low - 1e-8 <= found.survival <= limits.high + 1e-8
    else:
        assert found.reason


@given(spells=SPELLS, data=st.data())
def test_the_order_of_the_spells_changes_no_digit(
    spells: Counter[Seen], data: st.DataObject
) -> None:
    """Views are put together from parts in whatever order these were made."""
    shuffled = Counter(data.draw(st.permutations([*spells.elements()])))

    assert turnbull(spells, HORIZON) == turnbull(shuffled, HORIZON)


def test_an_interval_whose_mass_is_none_is_no_row() -> None:
    """Of (73, 305] as little is left as an addition rounds, at which nothing would be gained."""
    never = ((0, 0, L),) * 7
    rows = curve((0, 305, R), (0, 351, R), *never, (32, 35, R), (73, 73, L), (440, 465, R),
                 (587, 680, R)).masses  # fmt: skip

    assert [(32, 0.5), (440, 0.25), (587, 0.25)] == [(row.after, row.mass) for row in rows]


def test_only_innermost_intervals_can_have_mass() -> None:
    assert [(2, 3), (5, 6), (9, inf)] == innermost([(0, 3), (2, 6), (5, 9), (9, inf), (2, 3)])


def test_spells_are_counted_by_their_days_and_ends() -> None:
    spells = [Spell(recommendation=ref, end=R, first=3, last=9) for ref in ("r-1", "r-2")]

    assert {(3, 9, R): 2} == counted(spells)


def ten_thousand(*, to_the_day: bool) -> Spells:
    """Checked about every half year, three in ten times missed."""
    chance, spells = Random(1), Counter[Seen]()
    for _ in range(10_000):
        ends, first, day = chance.expovariate(1 / 600), 0, 0
        for _ in range(6):
            day += max(1, int(chance.gauss(180, 45)))
            if chance.random() < 0.3:
                continue
            if day >= ends:
                spells[day - 1 if to_the_day else first, day, R] += 1
                break
            first = day
        else:
            spells[first, first, L] += 1
    return spells


@pytest.mark.parametrize("to_the_day", [False, True])
def test_of_ten_thousand_spells_no_other_distribution_is_as_likely(to_the_day: bool) -> None:
    """6,096 different intervals, or 1,167 days: the certificate again, at each day with
    mass.
    """
    spells = ten_thousand(to_the_day=to_the_day)
    found = turnbull(spells, HORIZON, floor=1)
    days = [inf if row.by is None else row.by for row in found.masses]
    up_to = [0.0, *accumulate(row.mass or 0.0 for row in found.masses)]
    slopes: Counter[float] = Counter()
    for (first, last, end), count in spells.items():
        low = bisect_right(days, first)
        high = bisect_right(days, last) if end is R else len(days)
        slopes.update(dict.fromkeys(days[low:high], count / (up_to[high] - up_to[low]) / 10_000))

    assert pytest.approx(1, abs=1e-5) == min(slopes.values())
    assert pytest.approx(1, abs=1e-5) == max(slopes.values())
    assert found.survival is not None
    assert (10_000, sum(n for (_, _, end), n in spells.items() if end is R)) == (
        found.spells,
        found.relapses,
    )
