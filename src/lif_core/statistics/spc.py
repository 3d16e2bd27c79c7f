"""Statistical process control: the XmR chart of an indicator."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import mean

from attrs import frozen

LIMITS = Fraction("2.66")
SCREEN = Fraction("3.267")


class Assured(StrEnum):
    """The degree to which a process, as it is, can be relied on to meet a target."""

    MET = "met consistently"
    EITHER = "hit or miss"
    NOT_MET = "not met"


class Rule(StrEnum):
    """A pattern of points that is a signal."""

    BEYOND_LIMITS = "beyond the limits"
    ONE_SIDE = "a run on one side"
    TREND = "rising or falling"
    TWO_OF_THREE = "two of three beyond two thirds"


@frozen(kw_only=True)
class Signal:
    """A signal: a *rule* is met at the point number *index* (from 0), *upwards* or downwards."""

    index: int
    rule: Rule
    upwards: bool


@frozen(kw_only=True)
class Chart:
    """The chart of a process: its *mean*, its mean *moving_range*, its signals, and the natural
    process limits from *low* to *high*.
    """

    mean: float
    moving_range: float
    low: float
    high: float
    signals: tuple[Signal, ...]


def chart(
    values: Sequence[float], *, baseline: int | None = None, side: int = 7, trend: int = 7
) -> Chart | None:
    """Return the XmR chart of *values*; `None` for fewer than two, which have no moving range.

    Limits come from the first *baseline* values, or from all. Moving ranges at or above 3.267
    times their mean are left out of the mean, once. *side* and *trend* are the lengths of runs
    that signal. Where all values are the same, the limits have no width, and others signal.

    The lines are exact fractions of the values as they are written, so a value on a line, such as
    0.2 between 0.1 and 0.3, lies on no side of it.
    """
    base = [Fraction(repr(value)) for value in values[:baseline]]
    if len(base) < 2:
        return None
    ranges = [abs(after - before) for before, after in pairwise(base)]
    moving = mean(ranges)
    if moving:
        moving = mean(r for r in ranges if r < SCREEN * moving)
    centre, width = mean(base), LIMITS * moving
    low, middle, high = (float(line) for line in (centre - width, centre, centre + width))
    far = float(centre - width * 2 / 3), float(centre + width * 2 / 3)
    signals = [
        *_beyond(values, low, high),
        *_runs([(v > middle) - (v < middle) for v in values], side, Rule.ONE_SIDE),
        *_trends(values, trend),
        *_two_of_three(values, *far),
    ]
    signals.sort(key=lambda signal: (signal.index, signal.rule))
    return Chart(
        mean=middle, moving_range=float(moving), low=low, high=high, signals=tuple(signals)
    )


def assured(chart: Chart, target: float, *, higher_is_better: bool) -> Assured:
    """Return whether the natural process limits lie on the good side of *target*.

    A limit that is equal to the target lies on its good side.
    """
    worst, best = chart.low, chart.high
    if not higher_is_better:
        worst, best, target = -chart.high, -chart.low, -target
    if worst >= target:
        return Assured.MET
    return Assured.NOT_MET if best < target else Assured.EITHER


def _beyond(values: Sequence[float], low: float, high: float) -> list[Signal]:
    return [
        Signal(index=index, rule=Rule.BEYOND_LIMITS, upwards=value > high)
        for index, value in enumerate(values)
        if not low <= value <= high
    ]


def _runs(signs: Sequence[int], length: int, rule: Rule) -> list[Signal]:
    """Return a signal at each point that ends a run of *length* or more of the same sign."""
    signals, run, previous = [], 0, 0
    for index, sign in enumerate(signs):
        run = run + 1 if sign and sign == previous else abs(sign)
        previous = sign
        if run >= length:
            signals.append(Signal(index=index, rule=rule, upwards=sign > 0))
    return signals


def _trends(values: Sequence[float], length: int) -> list[Signal]:
    """Return a signal at each point that ends *length* or more rising, or falling, in a row."""
    steps = [0, *((b > a) - (b < a) for a, b in pairwise(values))]
    return _runs(steps, length - 1, Rule.TREND)  # between points there is one step fewer


def _two_of_three(values: Sequence[float], low: float, high: float) -> list[Signal]:
    """Return a signal at each point beyond *low* or *high*, if one of the two before it is too.

    *low* and *high* are two thirds of the way from the mean to the limits.
    """
    signals = []
    for up in (True, False):
        far = [value > high if up else value < low for value in values]
        signals += [
            Signal(index=index, rule=Rule.TWO_OF_THREE, upwards=up)
            for index in range(2, len(far))
            if far[index] and sum(far[index - 2 : index + 1]) >= 2
        ]
    return signals
