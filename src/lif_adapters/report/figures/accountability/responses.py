"""Answers to recommendations: what each body was asked, and what it answered, by source."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lif_adapters.report.drawing.axes import column_axis, row_axis, row_labels
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import BodyNames, lines, reference_only
from lif_adapters.report.drawing.marks import (
    BLUE,
    GREY,
    GRID,
    INK,
    SMALL,
    VERMILION,
    WHITE,
    Layer,
    LegendKey,
    Plot,
)
from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Drawing, Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_adapters.report.wording import count, were
from lif_core.views.accountability import accountability
from lif_core.views.accountability.rows import MatrixRow

BODIES_DRAWN, SOURCES_DRAWN = 40, 6
ROW_HEIGHT, LINE_HEIGHT = 34, 14
LEFT, RIGHT = 206, 16
PLOT_WIDTH = WIDTH - LEFT - RIGHT
BOX_WIDTH, BOX_HEIGHT = 26, 20
DASH = (3, 2)

KEYS = (
    LegendKey(label="accepted", fill=BLUE, stroke=BLUE),
    LegendKey(label="accepted in part", stroke=BLUE),
    LegendKey(label="declined", stroke=VERMILION),
    LegendKey(label="pending", stroke=GREY, dash=DASH),
    LegendKey(label="ended", fill=GRID, stroke=GREY),
)
LOOKS = (
    ("accepted", BLUE, BLUE, WHITE, ()),
    ("accepted_in_part", WHITE, BLUE, INK, ()),
    ("declined", WHITE, VERMILION, INK, ()),
    ("pending", WHITE, GREY, INK, DASH),
    ("ended", GRID, GREY, INK, ()),
)
"""The look of the box of each answer, in the order of the keys."""


def responses_figure(views: ReportViews) -> Figure:
    """Return the figure of who answered."""
    return Figure(
        id="responses",
        title="Who answered",
        chart=response_matrix(views.accountability.matrix, views.body_names),
        empty="No recommendation was made.",
        tables=views.lay_out(
            TableLayout(
                name="accountability.responses",
                caption="What each body was asked, what it answered, and whether in time",
            ),
            TableLayout(
                name="accountability.matrix",
                caption="The same, by what asked for it",
            ),
            TableLayout(
                name="accountability.answers",
                caption="Each answer, and how many days it took",
                first=lambda row: (
                    row.timing == "overdue",
                    row.answer == "pending",
                    row.waiting or row.latency or 0,
                ),
            ),
            TableLayout(
                name="accountability.unsigned",
                caption="Replies of which it is not known who sent them",
            ),
        ),
        entries=counted_entries(views.history, accountability, in_categories("recommendation")),
    )


def response_matrix(
    rows: Sequence[MatrixRow], names: BodyNames = reference_only
) -> Drawing | None:
    """Draw bodies by sources, with the answers of each body to each source in a cell.

    They are in the order of the keys, from left to right; a kind of answer that nobody gave has
    no place.
    """
    rows = [row for row in rows if row.made]
    if not rows:
        return None
    bodies = _busiest(rows, "body", BODIES_DRAWN)
    sources = _busiest(rows, "source", SOURCES_DRAWN)
    drawn = [row for row in rows if row.body in bodies and row.source in sources]
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(bodies),
        x=column_axis(len(sources)),
        y=row_axis(len(bodies)),
    )
    heads = [lines(name, min(PLOT_WIDTH / len(sources) - 8, 160), SMALL, 3) for name in sources]
    return draw(
        "responses",
        "What each body answered, by the source of the recommendations",
        _alternative(rows),
        plot,
        [*_headings(plot, heads), *_layers(plot, drawn, bodies, sources, names)],
        margins=Margins(left=LEFT, right=RIGHT, bottom=10),
        keys=KEYS,
        head=LINE_HEIGHT * max(map(len, heads)) + 6,
        note=_left_out(rows, bodies, sources),
    )


def _busiest(rows: Sequence[MatrixRow], column: str, most: int) -> list[str]:
    """Return the bodies or sources with most pending, then most made, in order of reference."""
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows:
        ref = row.body if column == "body" else row.source
        pending, every = counts[ref]
        counts[ref] = (pending + row.pending, every + row.made)
    return sorted(sorted(counts, key=lambda ref: (*(-n for n in counts[ref]), ref))[:most])


def _headings(plot: Plot, heads: Sequence[Sequence[str]]) -> Iterator[Layer]:
    """Yield each source over its column, down to the same line."""
    for number, head in enumerate(heads):
        for line, text in enumerate(reversed(head)):
            x, y = number * PLOT_WIDTH / len(heads), -10 - LINE_HEIGHT * line
            yield plot.words(text, x=x, y=y, fontSize=SMALL, color=GREY)


def _layers(
    plot: Plot,
    rows: Sequence[MatrixRow],
    bodies: Sequence[str],
    sources: Sequence[str],
    names: BodyNames,
) -> Iterator[Layer]:
    column_width = PLOT_WIDTH / len(sources)
    between = [{"x": 0, "x2": len(sources), "y": n, "y2": n} for n in range(len(bodies) + 1)]
    yield plot.rules(between, color=GRID)
    looks = [look for look in LOOKS if any(getattr(row, look[0]) for row in rows)]
    box_width = min(BOX_WIDTH, column_width / len(looks) - 3)
    for place, (answer, fill, stroke, ink, dash) in enumerate(looks):
        boxes, texts = [], []
        for row in rows:
            number = getattr(row, answer)
            if not number:
                continue
            x = sources.index(row.source) + place * (box_width + 3) / column_width
            y = bodies.index(row.body) + (ROW_HEIGHT - BOX_HEIGHT) / 2 / ROW_HEIGHT
            x2, y2 = x + box_width / column_width, y + BOX_HEIGHT / ROW_HEIGHT
            boxes.append({"x": x, "x2": x2, "y": y, "y2": y2})
            middle = {
                "x": x + box_width / column_width / 2,
                "y": y + BOX_HEIGHT / ROW_HEIGHT / 2,
            }
            texts.append({**middle, "text": f"{number}"})
        look = {"strokeDash": list(dash)} if dash else {}
        yield plot.bars(boxes, fill=fill, stroke=stroke, strokeWidth=1.5, **look)
        yield plot.texts(texts, align="center", color=ink, fontSize=SMALL)
    labels = row_labels([names(ref) for ref in bodies], LEFT - 18, ROW_HEIGHT)
    yield plot.texts([*labels], indent=8 - LEFT)


def _left_out(rows: Sequence[MatrixRow], bodies: Sequence[str], sources: Sequence[str]) -> str:
    every = len({row.body for row in rows}), len({row.source for row in rows})
    if every == (len(bodies), len(sources)):
        return ""
    return (
        f"{len(bodies)} of {count(every[0], 'body', 'bodies')} and {len(sources)} of"
        f" {count(every[1], 'source')} are drawn, those with most pending"
    )


def _alternative(rows: Sequence[MatrixRow]) -> str:
    """Return what the chart shows, in words."""
    sums = {
        answer: sum(getattr(row, answer) for row in rows)
        for answer in ("made", *(look[0] for look in LOOKS))
    }
    bodies = len({row.body for row in rows})
    sources = len({row.source for row in rows})
    waiting = len({row.body for row in rows if row.pending})
    waited_for = f", from {count(waiting, 'body', 'bodies')}" if waiting else ""
    in_part, ended = sums["accepted_in_part"], sums["ended"]
    return (
        f"{count(bodies, 'body', 'bodies')} {were(bodies)} asked"
        f" {count(sums['made'], 'time')}, by {count(sources, 'source')}: {sums['accepted']:,}"
        f" accepted,{f' {in_part:,} in part,' if in_part else ''} {sums['declined']:,} declined,"
        f" {sums['pending']:,} pending{waited_for}{f', {ended:,} ended' if ended else ''}."
    )
