"""How long improvements last: the survival curve, between the two ways of dating a relapse."""

from collections.abc import Iterator, Sequence

import altair

from lif_adapters.report.charts.axes import counted
from lif_adapters.report.charts.drawing import (
    BAND,
    BLUE,
    GREY,
    LINE,
    SMALL,
    VERMILION,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    Row,
    drawn,
)
from lif_adapters.report.charts.labels import apart, days, many, percent
from lif_core.statistics.survival import AtRiskRow, Spell, Survival

HIGH = 300
LEFT, RIGHT, BELOW = 84, 150, 68
WIDE = WIDTH - LEFT - RIGHT
DASH = (6, 4)
DOTS = (1, 3)

CURVE = Key(label="relapse counted on the day it was found", shape="stroke", stroke=BLUE)
EARLY = Key(
    label="counted as early as it may have been", shape="stroke", stroke=VERMILION, dash=DASH
)
INTERVAL = Key(label="95% interval", fill=BAND, stroke=LINE)
TICK = Key(label="last seen in place, not checked since", shape="cross", fill=BLUE, stroke=BLUE)


def survival_curve(
    survival: Survival, earliest: Survival, spells: Sequence[Spell] = ()
) -> Drawn | None:
    """The curve with its interval, *earliest* dashed below it, the horizon, and a tick where a
    spell of *spells* was last seen in place. Past the last day followed it is dotted.
    """
    if not survival.spells:
        return None
    followed = max([_followed(survival), *(spell.last for spell in spells)])
    end = max(survival.horizon, followed, 1)
    risk = [row for row in survival.at_risk if row.day <= end]
    x = counted("days since the improvement was embedded", end, ticks=[row.day for row in risk])
    plot = Plot(width=WIDE, height=HIGH, x=x, y=_shares())
    ticks = sorted({spell.last for spell in spells if spell.end == "lasting"})
    banded = _banded(survival)
    signs = [CURVE, EARLY, *([INTERVAL] if banded else []), *([TICK] if ticks else [])]
    return drawn(
        "survival",
        "How long improvements last",
        _words(survival, earliest),
        plot,
        [
            *_band(plot, survival, followed),
            *_horizon(plot, survival.horizon),
            *_curve(plot, earliest, (followed, end), VERMILION, DASH),
            *_curve(plot, survival, (followed, end), BLUE, ()),
            plot.points(
                [{"x": day, "y": _at(survival, day)} for day in ticks],
                shape="cross",
                fill=BLUE,
                stroke=WHITE,
                strokeWidth=0.5,
                size=50,
            ),
            *_ends(plot, survival, earliest, end),
            *_at_risk(plot, risk),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=BELOW),
        signs=signs,
        head=10,
        note="" if banded else few(survival),
    )


def few(curve: Survival) -> str:
    """Why a curve has no interval."""
    if not curve.relapses:
        return "No relapse has been found, so the curve has no interval"
    spells = many(curve.spells, "spell")
    return f"{spells} {'is' if curve.spells == 1 else 'are'} too few for an interval"


def _at_risk(plot: Plot, risk: Sequence[AtRiskRow]) -> Iterator[Layer]:
    """How many were at risk, each under its day."""
    low = {"y": -54 / HIGH}  # pixels below the axis
    rows: list[Row] = [{**low, "x": row.day, "text": f"{row.at_risk:,}"} for row in risk]
    yield plot.texts(rows, align="center", fontSize=SMALL)
    yield plot.words("at risk", x=8 - LEFT, y=HIGH + 54, fontSize=SMALL, color=GREY)


def _shares() -> altair.Y:
    return altair.Y(
        "y:Q",
        scale=altair.Scale(domain=[0, 1], nice=False),
        axis=altair.Axis(title="improvements still in place", format=".0%", tickCount=5),
    )


def _followed(curve: Survival) -> int:
    """The last day on which something is known to have been followed."""
    steps = [step.day for step in curve.steps]
    return max([0, *steps, *(row.day for row in curve.at_risk if row.at_risk)])


def _at(curve: Survival, day: int) -> float:
    return next((step.survival for step in reversed(curve.steps) if step.day <= day), 1.0)


def _curve(
    plot: Plot, curve: Survival, ends: tuple[int, int], colour: str, dash: tuple[int, ...]
) -> Iterator[Layer]:
    followed, end = ends
    places = [(0, 1.0), *((step.day, step.survival) for step in curve.steps)]
    places.append((followed, places[-1][1]))
    rows: list[Row] = [{"x": x, "y": y, "order": n, "part": 0} for n, (x, y) in enumerate(places)]
    look = {"strokeDash": list(dash)} if dash else {}
    yield plot.line(rows, color=colour, strokeWidth=2, interpolate="step-after", **look)
    if followed < end:
        last = places[-1][1]
        on: Row = {"x": followed, "x2": end, "y": last, "y2": last}
        yield plot.rules([on], color=colour, strokeWidth=2, strokeDash=list(DOTS))


def _band(plot: Plot, curve: Survival, followed: int) -> Iterator[Layer]:
    """Only where there is an interval, as far as it was followed."""
    rows: list[Row] = []
    part = 0
    ends = [*(step.day for step in curve.steps), followed][1:]  # of no step, none
    for step, until in zip(curve.steps, ends, strict=True):
        if step.low is None or step.high is None:
            part += 1
            continue
        height = {"y": step.low, "y2": step.high, "part": part}
        rows += [{"x": step.day, **height}, {"x": until, **height}]
    yield plot.band(rows, color=BAND, line=False)
    for edge in ("y", "y2"):
        lines: list[Row] = [
            {"x": row["x"], "y": row[edge], "part": row["part"], "order": n}
            for n, row in enumerate(rows)
        ]
        yield plot.line(lines, color=LINE, strokeWidth=0.75)


def _horizon(plot: Plot, horizon: int) -> Iterator[Layer]:
    yield plot.rules([{"x": horizon, "x2": horizon, "y": 0, "y2": 1}], color=GREY)
    yield plot.texts(
        [{"x": horizon, "y": 1, "text": f"day {horizon:,}"}],
        dy=-8,
        align="right",
        fontSize=SMALL,
        color=GREY,
    )


def _ends(plot: Plot, survival: Survival, earliest: Survival, end: int) -> Iterator[Layer]:
    """What each curve comes to at the horizon, and beside its end."""
    curves = ((survival, BLUE, "found"), (earliest, VERMILION, "earliest"))
    wanted = [(1 - _at(curve, end)) * HIGH - 8 for curve, _, _ in curves]
    order = sorted(range(2), key=lambda n: wanted[n])
    begins = apart([wanted[n] for n in order], [16, 16], HIGH + 8)
    for n, y in zip(order, begins, strict=True):
        curve, _, name = curves[n]
        text = f"{percent(_at(curve, end))} {name}"
        yield plot.words(text, x=WIDE + 10, y=y + 8, fontSize=SMALL, fontWeight="bold")
    horizon = survival.horizon
    upper = max(_at(curve, horizon) for curve, _, _ in curves)
    for curve, colour, _ in curves:
        at: Row = {"x": horizon, "y": _at(curve, horizon), "text": percent(_at(curve, horizon))}
        yield plot.points([at], shape="circle", fill=WHITE, stroke=colour, size=50, strokeWidth=2)
        if end > horizon:
            below = 12 if _at(curve, horizon) < upper else -11
            yield plot.texts([at], dx=7, dy=below, fontSize=SMALL, fontWeight="bold")


def _words(survival: Survival, earliest: Survival) -> str:
    horizon, mean = survival.horizon, survival.restricted_mean
    assert mean is not None, "there are spells"
    median = (
        f"half or more had relapsed by day {survival.median:,}"
        if survival.median is not None
        else "half was not reached"
    )
    found, early = percent(_at(survival, horizon)), percent(_at(earliest, horizon))
    told = f"By day {horizon:,} an estimated {found} still last, or {early}"
    if not _banded(survival):
        told = f"At day {horizon:,} the curve stands at {found}, or at {early}"
    return (
        f"Of {many(survival.spells, 'spell')} of an improvement in place,"
        f" {survival.relapses:,} ended in a relapse. {told} if each relapse came as early as it"
        f" may have; {median}, and the mean within {days(horizon)} is"
        f" {mean:.0f}."
    )


def _banded(curve: Survival) -> bool:
    return any(step.low is not None for step in curve.steps)
