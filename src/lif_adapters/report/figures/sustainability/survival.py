"""How long improvements last: bounds that assume nothing first, and then the estimate."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lif_adapters.report.drawing.axes import count_axis, quantity
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.marks import (
    BAND,
    BLUE,
    GREY,
    INK,
    SMALL,
    WHITE,
    Channel,
    Datum,
    Layer,
    LegendKey,
    MarkProperties,
    Plot,
)
from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import (
    SENTENCES,
    count,
    count_or_none,
    full_day,
    percent,
    plain,
    were,
)
from lif_core.statistics.kaplan_meier import RiskRow
from lif_core.statistics.spells import End, Spell
from lif_core.statistics.turnbull import IntervalSurvival
from lif_core.values.refs import stream_of
from lif_core.views.sustainability import Sustainability, sustainability
from lif_core.views.sustainability.rows import Lasting

PLOT_HEIGHT = 300
LEFT, RIGHT, BELOW = 84, 120, 68
PLOT_WIDTH = WIDTH - LEFT - RIGHT
DOTS = (1, 3)

CURVE = LegendKey(label="estimated to last", shape="stroke", stroke=BLUE)
WITHIN = LegendKey(
    label="relapsed within this time: when, is not known", fill=WHITE, stroke=BLUE, dash=DOTS
)
BOUNDS = LegendKey(label="bounds, whatever became of the unchecked", fill=BAND, stroke=INK)
TICK = LegendKey(
    label="last seen in place, not checked since", shape="cross", fill=BLUE, stroke=BLUE
)


def embedded(spells: Iterable[Spell]) -> set[str]:
    """Return the recommendations that ever came to be embedded."""
    return {spell.recommendation for spell in spells}


def relapsed(spells: Iterable[Spell]) -> set[str]:
    """Return the recommendations that relapsed at least once."""
    return {spell.recommendation for spell in spells if spell.end is End.RELAPSED}


def streams_behind(view: Sustainability, recommendations: set[str]) -> Iterator[set[str]]:
    """Yield the streams of *recommendations*, and those that what was shown of them rests on."""
    yield {stream_of("recommendation", ref) for ref in recommendations}
    for row in view.shown:
        if row.recommendation in recommendations:
            yield {*row.rests_on}


def survival_figure(views: ReportViews) -> Figure:
    """Return the figure of how long improvements last."""
    view = views.sustainability
    spells = view.spells
    return Figure(
        id="survival",
        title="How long improvements last",
        chart=survival_chart(
            view.lasting, view.survival, view.by_day_of_discovery.at_risk, spells
        ),
        text=(
            *_lasting(view.lasting),
            *(_sentences(views) if len(spells) <= SENTENCES else ()),
        ),
        empty="No improvement was ever embedded, so none could last or relapse.",
        tables=views.lay_out(
            TableLayout(
                name="sustainability.lasting",
                caption="What lasts: the bounds that assume nothing, and the estimate",
                folded=True,
                upright=True,
                keep=lambda row: row.spells > 0,
            ),
            TableLayout(
                name="sustainability.survival.masses",
                caption="The estimate: which share relapsed within which days",
                keep=lambda row: row.mass is not None,
                folded=True,
            ),
            TableLayout(
                name="sustainability.survival_of_first.masses",
                caption="The same of the first time of each",
                keep=lambda row: row.mass is not None,
                folded=True,
            ),
            TableLayout(
                name="sustainability.by_day_of_discovery",
                caption="By day of discovery, for statisticians: relapses as if on the day found",
                folded=True,
                upright=True,
                keep=lambda row: row.spells > 0,
            ),
            TableLayout(
                name="sustainability.by_day_of_discovery.steps",
                caption="By day of discovery, step by step",
                folded=True,
            ),
            TableLayout(
                name="sustainability.by_day_of_discovery.at_risk",
                caption="How many were at risk",
                folded=True,
            ),
            TableLayout(
                name="sustainability.spells",
                caption="Each time that a change was embedded",
                first=lambda row: (row.end is End.RELAPSED, row.last),
            ),
        ),
        entries=counted_entries(
            views.history,
            sustainability,
            in_streams(*streams_behind(view, embedded(spells))),
        ),
    )


def _lasting(row: Lasting) -> Iterator[str]:
    """Say what lasts: the bounds first, then the estimate, or why there is none."""
    if not row.spells:
        return
    horizon = count(row.horizon, "day")
    if row.low is None:
        yield (
            f"How many changes last {horizon} cannot be said yet: none was embedded as long ago as"
            " that."
        )
    else:
        yield (
            f"Of {count(row.begun, 'change')} embedded at least {horizon} ago,"
            f" {count_or_none(row.verified)} {were(row.verified)} seen in place then or later and"
            f" {count_or_none(row.failed)} had relapsed by then: between {percent(row.low)} and"
            f" {percent(row.high)} lasted, whatever became of those nobody checked."
        )
    made_of = (
        f"{count(row.recommendations, 'recommendation')}, embedded {count(row.spells, 'time')} in"
        " all"
    )
    if row.survival is None:
        yield f"From {made_of}, nothing is estimated: {plain(row.survival_reason or '')}."
        return
    first = percent(row.of_first_spells)
    yield (
        f"From {made_of}, {percent(row.survival)} are estimated to last {horizon}; from the first"
        f" time of each, {first if row.first_reason is None else 'nothing is estimated'}."
    )


def _sentences(views: ReportViews) -> Iterator[str]:
    """Say what became of each change that was embedded, by the days on record."""
    begun: dict[str, list[date]] = defaultdict(list)
    for row in sorted(views.sustainability.shown, key=lambda row: row.on):
        if row.what == "embedding" and row.counts:
            begun[row.recommendation].append(row.on)
    for spell in views.sustainability.spells:
        yield _sentence(spell, begun[spell.recommendation].pop(0), views)


def _sentence(spell: Spell, begun: date, views: ReportViews) -> str:
    seen, last = begun + timedelta(spell.first), begun + timedelta(spell.last)
    name = f"{views.recommendation(spell.recommendation)}: embedded on {full_day(begun)}"
    passed = (
        f"last seen in place on {full_day(seen)}"
        if spell.first
        else "not seen in place by any check since"
    )
    match spell.end:
        case End.RELAPSED if seen == last:
            return f"{name}, and found gone on {full_day(last)}, when it was also seen in place."
        case End.RELAPSED:
            return (
                f"{name}, {passed}, and found gone on {full_day(last)}: it was lost by"
                f" {full_day(last)} at the latest, and on which day is not known."
            )
        case End.WITHDRAWN:
            return f"{name}, {passed}; no longer wanted from {full_day(last)} on."
        case End.LASTING:
            days = f", {count(spell.last, 'day')} on" if spell.last else ""
            return f"{name}, {passed}{days}; nobody has checked since."


def survival_chart(
    lasting: Lasting,
    survival: IntervalSurvival,
    at_risk: Sequence[RiskRow],
    spells: Sequence[Spell] = (),
) -> Drawing | None:
    """Draw the bounds at the horizon, and the estimate as far as enough spells are at risk.

    Where relapses lie within an interval the curve is a box: it comes down somewhere in it. A tick
    stands where a spell of *spells* was last seen in place. Where neither is stated, there is
    nothing to draw.
    """
    if not survival.spells or (lasting.low is None and survival.stated_to is None):
        return None  # a grid with nothing in it
    end = max(survival.horizon, *(row.day for row in at_risk), *(spell.last for spell in spells))
    risk = [row for row in at_risk if row.day <= end]
    plot = Plot(
        width=PLOT_WIDTH,
        height=PLOT_HEIGHT,
        x=count_axis("days since the improvement was embedded", end, ticks=[r.day for r in risk]),
        y=_share_axis(),
    )
    pieces = [*_pieces(survival)]
    ticks = sorted({spell.last for spell in spells if spell.end is End.LASTING})
    seen = [(day, survival.at(day)) for day in ticks]
    crosses = [{"x": day, "y": share} for day, share in seen if share is not None]
    keys = [
        *([BOUNDS] if lasting.low is not None else []),
        *([CURVE] if pieces else []),
        *([WITHIN] if any(piece.falls for piece in pieces) else []),
        *([TICK] if crosses else []),
    ]
    return draw(
        "survival",
        "How long improvements last",
        _alternative(lasting),
        plot,
        [
            *_horizon(plot, survival.horizon),
            *_bounds(plot, lasting, end),
            *_boxes(plot, pieces),
            *_curve(plot, pieces),
            plot.points(crosses, shape="cross", fill=BLUE, stroke=WHITE, strokeWidth=0.5, size=50),
            *_at_horizon(plot, lasting),
            *_at_risk(plot, risk),
        ],
        margins=Margins(left=LEFT, right=RIGHT, bottom=BELOW),
        keys=keys,
        head=18,
        note=_not_drawn(survival),
    )


class Piece(NamedTuple):
    """A part of the curve, from the day *start* to *end*: from the share *high* to *low*."""

    start: int
    end: int
    high: float
    low: float

    @property
    def falls(self) -> bool:
        """True where the curve comes down somewhere in it."""
        return self.low < self.high


def _pieces(curve: IntervalSurvival) -> Iterator[Piece]:
    """Yield the parts of the curve, as far as it is stated."""
    if curve.stated_to is None:
        return
    day, share = 0, 1.0
    for row in curve.masses:
        if row.by is None or row.survival is None or row.by > curve.stated_to:
            yield Piece(day, min(max(row.after, day), curve.stated_to), share, share)
            return
        yield Piece(day, row.after, share, share)
        yield Piece(row.after, row.by, share, row.survival)
        day, share = row.by, row.survival
    yield Piece(day, curve.stated_to, share, share)


def _not_drawn(curve: IntervalSurvival) -> str:
    """Say from where on the curve is not stated."""
    if curve.stated_to is None:
        return f"No curve: {plain(curve.reason)}" if curve.reason else ""
    last = max((row.by or row.after for row in curve.masses), default=0)
    if curve.survival is None and curve.reason:
        return f"Nothing is estimated for {count(curve.horizon, 'day')}: {plain(curve.reason)}"
    beyond = f"Past day {curve.stated_to:,} too few were still followed, so the curve ends there"
    return beyond if last > curve.stated_to else ""


def _share_axis() -> Channel:
    axis = {"title": "improvements still in place", "format": ".0%", "tickCount": 5}
    return quantity("y", [0, 1], axis)


def _at_risk(plot: Plot, risk: Sequence[RiskRow]) -> Iterator[Layer]:
    """Yield how many were at risk, each under its day."""
    low = {"y": -54 / PLOT_HEIGHT}  # pixels below the axis
    counts: list[Datum] = [{**low, "x": row.day, "text": f"{row.at_risk:,}"} for row in risk]
    yield plot.texts(counts, align="center", fontSize=SMALL)
    yield plot.words("still followed", x=8 - LEFT, y=PLOT_HEIGHT + 54, fontSize=SMALL, color=GREY)


def _boxes(plot: Plot, pieces: Sequence[Piece]) -> Iterator[Layer]:
    """Yield a box for each time within which the curve comes down, nobody knows when."""
    boxes: list[Datum] = [
        {"x": piece.start, "x2": piece.end, "y": piece.high, "y2": piece.low}
        for piece in pieces
        if piece.falls
    ]
    look: MarkProperties = {"fill": WHITE, "fillOpacity": 0.6, "strokeDash": list(DOTS)}
    yield plot.bars(boxes, stroke=BLUE, strokeWidth=1.5, **look)


def _curve(plot: Plot, pieces: Sequence[Piece]) -> Iterator[Layer]:
    """Yield the curve where it is defined: flat."""
    flat: list[Datum] = [
        {"x": piece.start, "x2": piece.end, "y": piece.high, "y2": piece.high}
        for piece in pieces
        if not piece.falls
    ]
    yield plot.rules(flat, color=BLUE, strokeWidth=2.5)


def _horizon(plot: Plot, horizon: int) -> Iterator[Layer]:
    yield plot.rules([{"x": horizon, "x2": horizon, "y": 0, "y2": 1}], color=GREY)
    yield plot.texts(
        [{"x": horizon, "y": 1, "text": f"day {horizon:,}"}],
        dy=-8,
        align="right",
        fontSize=SMALL,
        color=GREY,
    )


def _bounds(plot: Plot, lasting: Lasting, end: int) -> Iterator[Layer]:
    """Yield the bounds: a bar at the horizon, with what its ends are."""
    if lasting.low is None or lasting.high is None:
        return
    half = max(1, round(end / 90))
    day = lasting.horizon
    bar: Datum = {"x": day - half, "x2": day + half, "y": lasting.low, "y2": lasting.high}
    yield plot.bars([bar], fill=BAND, stroke=INK, strokeWidth=1.5)
    below = 10 if lasting.low > 0.05 else -9  # above the axis
    for name, share, dy in (("at most", lasting.high, -9), ("at least", lasting.low, below)):
        at: Datum = {"x": day, "y": share, "text": f"{name} {percent(share)}"}
        yield plot.texts([at], dx=14, dy=dy, fontSize=SMALL, fontWeight="bold")


def _at_horizon(plot: Plot, lasting: Lasting) -> Iterator[Layer]:
    """Yield what is estimated to last to the horizon."""
    if lasting.survival is None:
        return
    share = lasting.survival
    point: Datum = {"x": lasting.horizon, "y": share, "text": f"{percent(share)} estimated"}
    yield plot.points([point], shape="circle", fill=WHITE, stroke=BLUE, size=50, strokeWidth=2)
    look: MarkProperties = {"fontSize": SMALL, "color": BLUE, "fontWeight": "bold"}
    yield plot.texts([point], dx=-14, dy=-11, align="right", **look)


def _alternative(lasting: Lasting) -> str:
    """Return what the chart shows, in words."""
    return " ".join(_lasting(lasting)).removesuffix(".") + "."
