"""How far recommendations have come round the learning cycle."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.charts.axes import counted, rows_of
from lif_adapters.report.charts.drawing import (
    BLUE,
    GREY,
    SMALL,
    WHITE,
    WIDTH,
    Drawn,
    Key,
    Layer,
    Margins,
    Plot,
    drawn,
)
from lif_adapters.report.charts.labels import cut, many, named
from lif_core.views.learning_cycle import FunnelRow

MOST = 60
HIGH = 30
LEFT, RIGHT = 300, 90
WIDE = WIDTH - LEFT - RIGHT

SIGNS = (
    Key(label="reached the stage", fill=BLUE, stroke=BLUE),
    Key(label="not reached", stroke=BLUE),
)


def funnel(rows: Sequence[FunnelRow]) -> Drawn | None:
    """Of the recommendations, those that reached each stage, in the order of the pack."""
    rows = [row for row in rows if row.recommendations]
    if not rows:
        return None
    shown = rows[:MOST]
    lines = list(_lines(shown))
    plot = Plot(
        width=WIDE,
        height=HIGH * len(lines),
        x=counted("recommendations", max(row.recommendations for row in shown)),
        y=rows_of(len(lines)),
    )
    note = (
        f"{len(shown)} of {len(rows):,} stages are drawn, the first ones"
        if len(rows) > len(shown)
        else ""
    )
    return drawn(
        "funnel",
        "Recommendations that reached each stage of the learning cycle",
        _words(rows),
        plot,
        list(_layers(plot, lines)),
        margins=Margins(left=LEFT, right=RIGHT),
        signs=SIGNS,
        note=note,
    )


def _lines(rows: Sequence[FunnelRow]) -> Iterator[FunnelRow | str]:
    """The rows, each framework's under its name where there is more than one."""
    several = len({row.framework for row in rows}) > 1
    before = None
    for row in rows:
        if several and row.framework != before:
            yield row.framework
        before = row.framework
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
        [{"y": n + 0.5, "text": cut(row.name, LEFT - 18)} for n, row in rows], at=8 - LEFT
    )
    yield plot.texts(
        [{"y": n + 0.6, "text": cut(name, WIDTH - 16)} for n, name in heads],
        at=8 - LEFT,
        fontWeight="bold",
    )
    yield plot.texts(
        [{"y": n + 0.5, "text": f"{row.reached:,} of {row.recommendations:,}"} for n, row in rows],
        at=WIDE + 14,
        fontSize=SMALL,
        color=GREY,
    )


def _words(rows: Sequence[FunnelRow]) -> str:
    """Of each framework, how many reached its first stage and its last."""
    told = []
    for name in dict.fromkeys(row.framework for row in rows):
        stages = [row for row in rows if row.framework == name]
        first, last = stages[0], stages[-1]
        told.append(
            f"Of {many(first.recommendations, 'recommendation')} under {named(name)},"
            f" {first.reached:,} reached the first stage, {named(first.name)}, and"
            f" {last.reached:,} the last, {named(last.name)}."
        )
    return " ".join(told)
