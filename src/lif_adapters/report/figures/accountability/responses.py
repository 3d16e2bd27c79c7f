"""Answers to recommendations: what each body was asked, and what it answered."""

from collections.abc import Iterator, Sequence

from lif_adapters.report.drawing.axes import count_axis, row_axis, row_labels
from lif_adapters.report.drawing.chart import WIDTH, Margins, draw
from lif_adapters.report.drawing.labels import BodyNames, lines, reference_only
from lif_adapters.report.drawing.marks import (
    BLUE,
    GREY,
    GRID,
    SMALL,
    VERMILION,
    Datum,
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
from lif_core.views.accountability.rows import ResponseRow

BODIES_DRAWN = 18
ROW_HEIGHT, LINE_HEIGHT = 44, 13
LEFT, RIGHT = 220, 190
PLOT_WIDTH = WIDTH - LEFT - RIGHT
DASH = (3, 2)

KINDS = {
    "accepted": LegendKey(label="accepted", fill=BLUE, stroke=BLUE),
    "accepted_in_part": LegendKey(label="accepted in part", stroke=BLUE),
    "declined": LegendKey(label="declined", stroke=VERMILION),
    "pending": LegendKey(label="pending", stroke=GREY, dash=DASH),
    "ended": LegendKey(label="ended", fill=GRID, stroke=GREY),
}
"""The look of the part of a bar for each kind of answer, in the order of the parts."""


SHORT = {"accepted_in_part": "in part"}


def responses_figure(views: ReportViews) -> Figure:
    """Return the figure of who answered."""
    return Figure(
        id="responses",
        title="Who answered",
        chart=response_bars(views.accountability.responses, views.body_names),
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


def response_bars(
    rows: Sequence[ResponseRow], names: BodyNames = reference_only
) -> Drawing | None:
    """Draw a bar for each body that was asked, as long as it was often asked, by its answers."""
    bodies = [row for row in rows if row.made]
    if not bodies:
        return None
    drawn = sorted(bodies, key=lambda row: (-row.pending, -row.made, row.body))[:BODIES_DRAWN]
    drawn.sort(key=lambda row: row.body)
    plot = Plot(
        width=PLOT_WIDTH,
        height=ROW_HEIGHT * len(drawn),
        x=count_axis("answers asked for", max(row.made for row in drawn)),
        y=row_axis(len(drawn)),
    )
    note = (
        f"{len(drawn)} of {count(len(bodies), 'body', 'bodies')} are drawn, those with most"
        " pending"
        if len(bodies) > len(drawn)
        else ""
    )
    return draw(
        "responses",
        "What each body answered to what it was asked",
        _alternative(bodies),
        plot,
        list(_layers(plot, drawn, names)),
        margins=Margins(left=LEFT, right=RIGHT),
        keys=[key for kind, key in KINDS.items() if any(getattr(row, kind) for row in drawn)],
        note=note,
    )


def _layers(plot: Plot, rows: Sequence[ResponseRow], names: BodyNames) -> Iterator[Layer]:
    begins = [0] * len(rows)
    for kind, key in KINDS.items():
        parts = []
        for number, row in enumerate(rows):
            many = getattr(row, kind)
            if many:
                begin = begins[number]
                begins[number] += many
                parts.append(
                    {"y": number + 0.24, "y2": number + 0.76, "x": begin, "x2": begin + many}
                )
        dash = {"strokeDash": list(key.dash)} if key.dash else {}
        yield plot.bars(parts, fill=key.fill, stroke=key.stroke, strokeWidth=1.5, **dash)
    labels = row_labels([names(row.body) for row in rows], LEFT - 18, ROW_HEIGHT)
    yield plot.texts([*labels], indent=8 - LEFT)
    times: list[Datum] = []
    kinds: list[Datum] = []
    for number, row in enumerate(rows):
        answers = lines(", ".join(_kinds(row)), RIGHT - 24, SMALL, 2)
        for line, text in enumerate((f"asked {count(row.made, 'time')}", *answers)):
            down = (line - len(answers) / 2) * LINE_HEIGHT / ROW_HEIGHT
            (kinds if line else times).append({"y": number + 0.5 + down, "text": text.strip()})
    yield plot.texts(times, indent=PLOT_WIDTH + 16, fontSize=SMALL)
    yield plot.texts(kinds, indent=PLOT_WIDTH + 16, fontSize=SMALL, color=GREY)


def _kinds(row: ResponseRow) -> Iterator[str]:
    """Yield how many answers of each kind there are, as briefly as a chart has room for."""
    for kind in KINDS:
        if many := getattr(row, kind):
            yield f"{many:,} {SHORT.get(kind, kind)}"


def _alternative(rows: Sequence[ResponseRow]) -> str:
    """Return what the chart shows, in words."""
    sums = {answer: sum(getattr(row, answer) for row in rows) for answer in ("made", *KINDS)}
    bodies = len(rows)
    waiting = sum(row.pending > 0 for row in rows)
    waited_for = f", from {count(waiting, 'body', 'bodies')}" if waiting else ""
    in_part, ended = sums["accepted_in_part"], sums["ended"]
    return (
        f"{count(bodies, 'body', 'bodies')} {were(bodies)} asked"
        f" {count(sums['made'], 'time')}: {sums['accepted']:,}"
        f" accepted,{f' {in_part:,} in part,' if in_part else ''} {sums['declined']:,} declined,"
        f" {sums['pending']:,} pending{waited_for}{f', {ended:,} ended' if ended else ''}."
    )
