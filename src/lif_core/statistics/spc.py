"""Statistical process control: XmR charts of figures, T and G charts of rare events."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import fmean, mean, median

from attrs import frozen

LIMITS = Fraction("2.66")
SCREEN = Fraction("3.267")
TRANSFORMED = 3.6  # the root of days between events that is about normal (Nelson 1994)
LEAST, BASELINE = 5, 12  # points for trial limits, and for those that are locked


class ChartKind(StrEnum):
    """The kind of a chart: of values and their moving ranges, of days between events, or of
    opportunities between them.
    """

    XMR = "XmR"
    T = "T"
    G = "G"


class Assured(StrEnum):
    """The degree to which a process, as it is, can be relied on to meet a target."""

    MET = "met consistently"
    EITHER = "hit or miss"
    NOT_MET = "not met"


class SignalRule(StrEnum):
    """A pattern of points that is a signal."""

    BEYOND_LIMITS = "beyond the limits"
    ONE_SIDE = "a run on one side"
    TREND = "rising or falling"
    TWO_OF_THREE = "two of three beyond two thirds"


@frozen(kw_only=True)
class Signal:
    """A signal: a *rule* is met at the point number *index* (from 0), *upwards* or downwards.

    *first* is the number of the first point of its pattern: of the whole run, of all three.
    """

    index: int
    first: int
    rule: SignalRule
    upwards: bool


@frozen(kw_only=True)
class Chart:
    """The chart of a process: its *mean*, its mean *moving_range*, its signals, and the natural
    process limits from *low* to *high*.

    They are those of a baseline of so many *points*: *locked*, or on trial while it has too few.
    The mean of a T chart, and its limits, are in days; a G chart has no moving range.
    """

    kind: ChartKind
    points: int
    locked: bool
    mean: float
    moving_range: float | None
    low: float
    high: float
    signals: tuple[Signal, ...]


def rare(counts: Sequence[float]) -> bool:
    """Return whether *counts* are of events too rare for an XmR chart: half are 0, or the mean is
    below 2.
    """
    return bool(counts) and (median(counts) == 0 or mean(counts) < 2)


def xmr_chart(
    values: Sequence[float],
    *,
    base: Sequence[float] | None = None,
    least: int = LEAST,
    baseline: int = BASELINE,
    side: int = 7,
    trend: int = 7,
) -> Chart | None:
    """Return the XmR chart of *values*; `None` where its baseline has fewer than *least* points.

    The baseline is *base*, or the first *baseline* values, or all while there are fewer. Moving
    ranges at or above 3.267 times their mean are left out of the mean, once, unless that leaves
    none but 0. *side* and *trend* are the lengths of runs that signal. Where all values are the
    same, the limits have no width, and others signal.

    The lines are exact fractions of the values as they are written, so a value on a line, such as
    0.2 between 0.1 and 0.3, lies on no side of it.
    """
    exact = [
        Fraction(repr(float(value))) for value in (values[:baseline] if base is None else base)
    ]
    if len(exact) < max(least, 2):
        return None
    centre, moving = mean(exact), _moving_range(exact)
    width = LIMITS * moving
    low, middle, high = (float(line) for line in (centre - width, centre, centre + width))
    far = float(centre - width * 2 / 3), float(centre + width * 2 / 3)
    signals = [
        *_beyond(values, low, high),
        *_runs([(v > middle) - (v < middle) for v in values], side, SignalRule.ONE_SIDE),
        *_trends(values, trend),
        *_two_of_three(values, middle, *far),
    ]
    signals.sort(key=lambda signal: (signal.index, signal.rule))
    return Chart(
        kind=ChartKind.XMR,
        points=len(exact),
        locked=len(exact) >= baseline,
        mean=middle,
        moving_range=float(moving),
        low=low,
        high=high,
        signals=tuple(signals),
    )


def t_chart(
    gaps: Sequence[float],
    *,
    base: Sequence[float] | None = None,
    least: int = LEAST,
    baseline: int = BASELINE,
) -> Chart | None:
    """Return the T chart of *gaps*, days between events: the XmR chart of their roots, transformed
    back. Only those beyond its limits signal.
    """
    known = gaps[:baseline] if base is None else base
    exact = [Fraction(_root(gap)) for gap in known]
    if len(exact) < max(least, 2):
        return None
    centre, moving = mean(exact), _moving_range(exact)
    width = LIMITS * moving
    roots = [float(max(line, Fraction(0))) for line in (centre - width, centre, centre + width)]
    low, middle, high = (root**TRANSFORMED for root in roots)
    return Chart(
        kind=ChartKind.T,
        points=len(exact),
        locked=len(exact) >= baseline,
        mean=middle,
        moving_range=float(moving),
        low=low,
        high=high,
        signals=tuple(_beyond([_root(gap) for gap in gaps], roots[0], roots[2])),
    )


def _root(gap: float) -> float:
    return float(gap ** (1 / TRANSFORMED))


def g_chart(
    gaps: Sequence[float],
    *,
    base: Sequence[float] | None = None,
    least: int = LEAST,
    baseline: int = BASELINE,
) -> Chart | None:
    """Return the G chart of *gaps*, opportunities between events: the mean, and three standard
    deviations of a geometric distribution about it. Only those beyond its limits signal.
    """
    known = gaps[:baseline] if base is None else base
    if len(known) < max(least, 1):
        return None
    centre = fmean(known)
    width = 3 * sqrt(centre * (centre + 1))
    low, high = max(0.0, centre - width), centre + width
    return Chart(
        kind=ChartKind.G,
        points=len(known),
        locked=len(known) >= baseline,
        mean=centre,
        moving_range=None,
        low=low,
        high=high,
        signals=tuple(_beyond(gaps, low, high)),
    )


def _moving_range(values: Sequence[Fraction]) -> Fraction:
    """Return the mean of the moving ranges, without those that stand out."""
    ranges = [abs(after - before) for before, after in pairwise(values)]
    every = mean(ranges)
    usual = [moving for moving in ranges if moving < SCREEN * every]
    return mean(usual) if any(usual) else every


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
        Signal(index=index, first=index, rule=SignalRule.BEYOND_LIMITS, upwards=value > high)
        for index, value in enumerate(values)
        if not low <= value <= high
    ]


def _runs(signs: Sequence[int], length: int, rule: SignalRule, *, before: int = 0) -> list[Signal]:
    """Return a signal at each point that ends a run of *length* or more of the same sign.

    Its pattern begins so many points *before* the run.
    """
    signals, run, previous = [], 0, 0
    for index, sign in enumerate(signs):
        run = run + 1 if sign and sign == previous else abs(sign)
        previous = sign
        if run >= length:
            first = index - run + 1 - before
            signals.append(Signal(index=index, first=first, rule=rule, upwards=sign > 0))
    return signals


def _trends(values: Sequence[float], length: int) -> list[Signal]:
    """Return a signal at each point that ends *length* or more rising, or falling, in a row."""
    steps = [0, *((b > a) - (b < a) for a, b in pairwise(values))]
    # Between points there is one step fewer, and a run of steps begins at the point before it.
    return _runs(steps, length - 1, SignalRule.TREND, before=1)


def _two_of_three(values: Sequence[float], middle: float, low: float, high: float) -> list[Signal]:
    """Return a signal at each point beyond *low* or *high*, if one of the two before it is too,
    and all three are on that side of the *middle*.

    *low* and *high* are two thirds of the way from the mean to the limits.
    """
    signals = []
    for up in (True, False):
        far = [value > high if up else value < low for value in values]
        side = [value > middle if up else value < middle for value in values]
        signals += [
            Signal(index=index, first=index - 2, rule=SignalRule.TWO_OF_THREE, upwards=up)
            for index in range(2, len(far))
            if far[index] and sum(far[index - 2 : index + 1]) >= 2 and all(side[index - 2 : index])
        ]
    return signals
