"""Survival of improvements: how long they last, by the two ways of dating a relapse."""

from collections.abc import Iterable, Iterator, Sequence

import altair

from lif_adapters.report.drawing.axes import count_axis
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import spread
from lif_adapters.report.drawing.marks import (
    BAND,
    BLUE,
    GREY,
    LINE,
    SMALL,
    VERMILION,
    WHITE,
    Datum,
    Layer,
    LegendKey,
    Plot,
)
from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import SENTENCES, are, count, percent
from lif_core.statistics.spells import End, Spell
from lif_core.statistics.survival import AtRiskRow, Survival
from lif_core.values.refs import stream_of
from lif_core.views.sustainability import sustainability

PLOT_HEIGHT = 300
LEFT, RIGHT, BELOW = 84, 150, 68
PLOT_WIDTH = WIDTH - LEFT - RIGHT
DASH = (6, 4)
DOTS = (1, 3)

CURVE = LegendKey(label="relapse counted on the day it was found", shape="stroke", stroke=BLUE)
EARLY = LegendKey(
    label="counted as early as it may have been", shape="stroke", stroke=VERMILION, dash=DASH
)
INTERVAL = LegendKey(label="95% interval", fill=BAND, stroke=LINE)
TICK = LegendKey(
    label="last seen in place, not checked since", shape="cross", fill=BLUE, stroke=BLUE
)


def embedded(spells: Iterable[Spell]) -> set[str]:
    """Return the recommendations that ever came to be embedded."""
    return {spell.recommendation for spell in spells}


def relapsed(spells: Iterable[Spell]) -> set[str]:
    """Return the recommendations that relapsed at least once."""
    return {spell.recommendation for spell in spells if spell.end is End.RELAPSED}


def survival_figure(views: ReportViews) -> Figure:
    """Return the figure of how long improvements last."""
    view = views.sustainability
    spells = view.spells
    return Figure(
        id="survival",
        title="How long improvements last",
        chart=survival_curve(view.survival, view.survival_earliest, spells),
        text=(
            *_estimate(view.survival),
            *(map(_sentence, spells) if len(spells) <= SENTENCES else ()),
        ),
        empty="No improvement was ever embedded, so none could last or relapse.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.survival",
                caption="The curve, with a relapse counted on the day it was found",
                folded=True,
                upright=True,
                keep=lambda row: row.spells > 0,
            ),
            TableLayout(
                name="sustainability.survival.steps",
                caption="The curve, step by step",
                folded=True,
            ),
            TableLayout(
                name="sustainability.survival.at_risk",
                caption="How many were at risk",
                folded=True,
            ),
            TableLayout(
                name="sustainability.survival_earliest",
                caption="The curve, with a relapse counted on the day after the last pass",
                folded=True,
                upright=True,
                keep=lambda row: row.relapses > 0,
            ),
            TableLayout(
                name="sustainability.survival_earliest.steps",
                caption="That curve, step by step",
                folded=True,
            ),
            TableLayout(
                name="sustainability.spells",
                caption="Each spell of being embedded",
                first=lambda row: (row.end is End.RELAPSED, row.last),
            ),
        ),
        entries=counted_entries(
            views.history,
            sustainability,
            in_streams(stream_of("recommendation", spell.recommendation) for spell in spells),
        ),
    )


def _estimate(curve: Survival) -> Iterator[str]:
    """Say what the curve comes to, or that there is too little of it to come to anything."""
    if not curve.spells:
        return
    if not _has_interval(curve):
        yield f"{_too_few(curve)}: the curve tells of these only, and estimates nothing."
        return
    steps = [step for step in curve.steps if step.day <= curve.horizon]
    if steps and steps[-1].low is not None and steps[-1].high is not None:
        last = steps[-1]
        yield (
            f"{percent(last.survival)} are estimated to last {count(curve.horizon, 'day')},"
            f" 95% interval {percent(last.low)} to {percent(last.high)}, from"
            f" {count(curve.spells, 'spell')} with {count(curve.relapses, 'relapse')}."
        )


def _sentence(spell: Spell) -> str:
    match spell.end:
        case End.RELAPSED if spell.first == spell.last:
            return (
                f"{spell.recommendation}: found gone on the day it was last shown in place,"
                f" {count(spell.last, 'day')} after it was embedded."
            )
        case End.RELAPSED:
            return (
                f"{spell.recommendation}: in place {spell.first:,} days on, found gone at"
                f" {spell.last:,}: a relapse within ({spell.first}, {spell.last}] days."
            )
        case End.WITHDRAWN:
            return f"{spell.recommendation}: withdrawn {count(spell.last, 'day')} on."
        case End.LASTING:
            return (
                f"{spell.recommendation}: last shown in place {count(spell.last, 'day')} after it"
                " was embedded, and censored there."
            )


def survival_curve(
    survival: Survival, earliest: Survival, spells: Sequence[Spell] = ()
) -> Drawing | None:
    """Draw the curve with its interval and its horizon, and *earliest* dashed below it.

    A tick stands where a spell of *spells* was last seen in place. Past the last day followed the
    curve is dotted.
    """
    if not survival.spells:
        return None
    followed = max([_followed(survival), *(spell.last for spell in spells)])
    end = max(survival.horizon, followed, 1)
    risk = [row for row in survival.at_risk if row.day <= end]
    days = [row.day for row in risk]
    plot = Plot(
        width=PLOT_WIDTH,
        height=PLOT_HEIGHT,
        x=count_axis("days since the improvement was embedded", end, ticks=days),
        y=_share_axis(),
    )
    ticks = sorted({spell.last for spell in spells if spell.end == "lasting"})
    interval = _has_interval(survival)
    return draw(
        "survival",
        "How long improvements last",
        _alternative(survival, earliest),
        plot,
        [
            *_band(plot, survival, followed),
            *_horizon(plot, survival.horizon),
            *_curve(plot, earliest, (followed, end), VERMILION, DASH),
            *_curve(plot, survival, (followed, end), BLUE, ()),
            plot.points(
                [{"x": day, "y": _share_on(survival, day)} for day in ticks],
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
        keys=[CURVE, EARLY, *([INTERVAL] if interval else []), *([TICK] if ticks else [])],
        head=10,
        note="" if interval else _too_few(survival),
    )


def _too_few(curve: Survival) -> str:
    """Say why a curve has no interval."""
    if not curve.relapses:
        return "No relapse has been found, so the curve has no interval"
    return f"{count(curve.spells, 'spell')} {are(curve.spells)} too few for an interval"


def _has_interval(curve: Survival) -> bool:
    return any(step.low is not None for step in curve.steps)


def _followed(curve: Survival) -> int:
    """Return the last day on which something is known to have been followed."""
    steps = [step.day for step in curve.steps]
    return max([0, *steps, *(row.day for row in curve.at_risk if row.at_risk)])


def _share_on(curve: Survival, day: int) -> float:
    return next((step.survival for step in reversed(curve.steps) if step.day <= day), 1.0)


def _share_axis() -> altair.Y:
    return altair.Y(
        "y:Q",
        scale=altair.Scale(domain=[0, 1], nice=False),
        axis=altair.Axis(title="improvements still in place", format=".0%", tickCount=5),
    )


def _at_risk(plot: Plot, risk: Sequence[AtRiskRow]) -> Iterator[Layer]:
    """Yield how many were at risk, each under its day."""
    low = {"y": -54 / PLOT_HEIGHT}  # pixels below the axis
    counts: list[Datum] = [{**low, "x": row.day, "text": f"{row.at_risk:,}"} for row in risk]
    yield plot.texts(counts, align="center", fontSize=SMALL)
    yield plot.words("at risk", x=8 - LEFT, y=PLOT_HEIGHT + 54, fontSize=SMALL, color=GREY)


def _curve(
    plot: Plot, curve: Survival, ends: tuple[int, int], colour: str, dash: tuple[int, ...]
) -> Iterator[Layer]:
    """Yield the curve as far as it was followed, and dotted from there."""
    followed, end = ends
    places = [(0, 1.0), *((step.day, step.survival) for step in curve.steps)]
    last = places[-1][1]
    places.append((followed, last))
    points: list[Datum] = [
        {"x": x, "y": y, "order": n, "part": 0} for n, (x, y) in enumerate(places)
    ]
    look = {"strokeDash": list(dash)} if dash else {}
    yield plot.line(points, color=colour, strokeWidth=2, interpolate="step-after", **look)
    if followed < end:
        rest: Datum = {"x": followed, "x2": end, "y": last, "y2": last}
        yield plot.rules([rest], color=colour, strokeWidth=2, strokeDash=list(DOTS))


def _band(plot: Plot, curve: Survival, followed: int) -> Iterator[Layer]:
    """Yield the interval where there is one, as far as the curve was followed."""
    points: list[Datum] = []
    part = 0
    ends = [*(step.day for step in curve.steps), followed][1:]  # none where there is no step
    for step, until in zip(curve.steps, ends, strict=True):
        if step.low is None or step.high is None:
            part += 1
            continue
        limits = {"y": step.low, "y2": step.high, "part": part}
        points += [{"x": step.day, **limits}, {"x": until, **limits}]
    yield plot.band(points, color=BAND, line=False)
    for edge in ("y", "y2"):
        line: list[Datum] = [
            {"x": point["x"], "y": point[edge], "part": point["part"], "order": n}
            for n, point in enumerate(points)
        ]
        yield plot.line(line, color=LINE, strokeWidth=0.75)


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
    """Yield what each curve comes to at the horizon, and beside its end."""
    curves = ((survival, BLUE, "found"), (earliest, VERMILION, "earliest"))
    wanted = [(1 - _share_on(curve, end)) * PLOT_HEIGHT - 8 for curve, _, _ in curves]
    order = sorted(range(2), key=lambda n: wanted[n])
    begins = spread([wanted[n] for n in order], [16, 16], PLOT_HEIGHT + 8)
    for n, y in zip(order, begins, strict=True):
        curve, _, name = curves[n]
        text = f"{percent(_share_on(curve, end))} {name}"
        yield plot.words(text, x=PLOT_WIDTH + 10, y=y + 8, fontSize=SMALL, fontWeight="bold")
    horizon = survival.horizon
    upper = max(_share_on(curve, horizon) for curve, _, _ in curves)
    for curve, colour, _ in curves:
        share = _share_on(curve, horizon)
        point: Datum = {"x": horizon, "y": share, "text": percent(share)}
        yield plot.points(
            [point], shape="circle", fill=WHITE, stroke=colour, size=50, strokeWidth=2
        )
        if end > horizon:
            below = 12 if share < upper else -11
            yield plot.texts([point], dx=7, dy=below, fontSize=SMALL, fontWeight="bold")


def _alternative(survival: Survival, earliest: Survival) -> str:
    """Return what the chart shows, in words."""
    horizon, mean = survival.horizon, survival.restricted_mean
    assert mean is not None, "there are spells"
    median = (
        f"half or more had relapsed by day {survival.median:,}"
        if survival.median is not None
        else "half was not reached"
    )
    late, early = percent(_share_on(survival, horizon)), percent(_share_on(earliest, horizon))
    shares = f"By day {horizon:,} an estimated {late} still last, or {early}"
    if not _has_interval(survival):
        shares = f"At day {horizon:,} the curve stands at {late}, or at {early}"
    return (
        f"Of {count(survival.spells, 'spell')} of an improvement in place,"
        f" {survival.relapses:,} ended in a relapse. {shares} if each relapse came as early as it"
        f" may have; {median}, and the mean within {count(horizon, 'day')} is {mean:.0f}."
    )
