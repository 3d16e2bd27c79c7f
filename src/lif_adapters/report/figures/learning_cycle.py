"""The learning cycle: how far each recommendation has come round it."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.drawing.axes import count_axis, row_axis
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import cut, in_sentence
from lif_adapters.report.drawing.marks import BLUE, GREY, SMALL, WHITE, Layer, LegendKey, Plot
from lif_adapters.report.entries import counted_entries, in_streams
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count
from lif_core.values.refs import stream_of
from lif_core.views.learning_cycle import FunnelRow, learning_cycle

STAGES_DRAWN = 24
ROW_HEIGHT = 30
LEFT, RIGHT = 300, 84
PLOT_WIDTH = WIDTH - LEFT - RIGHT

KEYS = (
    LegendKey(label="reached the stage", fill=BLUE, stroke=BLUE),
    LegendKey(label="not reached", stroke=BLUE),
)


def funnel_figure(views: ReportViews) -> Figure:
    """Return the figure of the stages, and how many recommendations reached each."""
    view = views.learning_cycle
    return Figure(
        id="funnel",
        title="How far recommendations have come",
        chart=funnel(view.funnel),
        empty="No recommendation is under a framework that has a learning cycle.",
        tables=views.lay_out(
            TableLayout(
                name="learning-cycle.funnel",
                caption="How many reached each stage, and how many stand there",
            ),
            TableLayout(
                name="learning-cycle.recommendations",
                caption="The furthest stage of each recommendation",
                first=lambda row: (len(row.skipped) + len(row.out_of_order), -row.reached),
            ),
        ),
        entries=counted_entries(
            views.history,
            learning_cycle,
            in_streams(
                (stream_of("recommendation", row.recommendation) for row in view.recommendations),
                (row.source for row in view.recommendations),
            ),
        ),
    )


def funnel(rows: Sequence[FunnelRow]) -> Drawing | None:
    """Draw how many recommendations reached each stage, in the order of the pack."""
    rows = [row for row in rows if row.recommendations]
    if not rows:
        return None
    drawn = rows[:STAGES_DRAWN]
    lines = list(_lines(drawn))
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(lines),
        x=count_axis("recommendations", max(row.recommendations for row in drawn)),
        y=row_axis(len(lines)),
    )
    note = (
        f"{len(drawn)} of {len(rows):,} stages are drawn, the first ones"
        if len(rows) > len(drawn)
        else ""
    )
    return draw(
        "funnel",
        "Recommendations that reached each stage of the learning cycle",
        _alternative(rows),
        plot,
        list(_layers(plot, lines)),
        margins=Margins(left=LEFT, right=RIGHT),
        keys=KEYS,
        note=note,
    )


def _lines(rows: Sequence[FunnelRow]) -> Iterator[FunnelRow | str]:
    """Yield the rows, each framework's under its name where there is more than one."""
    several = len({row.framework for row in rows}) > 1
    framework = None
    for row in rows:
        if several and row.framework != framework:
            yield row.framework
        framework = row.framework
        yield row


def _layers(plot: Plot, lines: Sequence[FunnelRow | str]) -> Iterator[Layer]:
    rows = [(n, row) for n, row in enumerate(lines) if isinstance(row, FunnelRow)]
    heads = [(n, row) for n, row in enumerate(lines) if isinstance(row, str)]
    bar = {n: {"y": n + 0.24, "y2": n + 0.76, "x": 0} for n, _ in rows}
    yield plot.bars(
        [{**bar[n], "x2": row.recommendations} for n, row in rows],
        fill=WHITE,
        stroke=BLUE,
        strokeWidth=1.5,
    )
    yield plot.bars(
        [{**bar[n], "x2": row.reached} for n, row in rows if row.reached],
        fill=BLUE,
        stroke=BLUE,
        strokeWidth=1.5,
    )
    yield plot.texts(
        [{"y": n + 0.5, "text": cut(row.name, LEFT - 18)} for n, row in rows], indent=8 - LEFT
    )
    yield plot.texts(
        [{"y": n + 0.6, "text": cut(name, WIDTH - 16)} for n, name in heads],
        indent=8 - LEFT,
        fontWeight="bold",
    )
    yield plot.texts(
        [{"y": n + 0.5, "text": f"{row.reached:,} of {row.recommendations:,}"} for n, row in rows],
        indent=PLOT_WIDTH + 14,
        fontSize=SMALL,
        color=GREY,
    )


def _alternative(rows: Sequence[FunnelRow]) -> str:
    """Say how many reached the first and the last stage of each framework."""
    sentences = []
    for name in dict.fromkeys(row.framework for row in rows):
        stages = [row for row in rows if row.framework == name]
        first, last = stages[0], stages[-1]
        sentences.append(
            f"Of {count(first.recommendations, 'recommendation')} under {in_sentence(name)},"
            f" {first.reached:,} reached the first stage, {in_sentence(first.name)}, and"
            f" {last.reached:,} the last, {in_sentence(last.name)}."
        )
    return " ".join(sentences)
